"""Images in memory as NT's loader puts them there: mapped, relocated, bound, protected.

What NT insists on is insisted on: the checksum, sections one behind the other without a gap, a
SizeOfImage that says where the last one ends, relocations that can be applied. The base is never
the one that the image was linked for, so a missing relocation shows.

Sources: Microsoft "PE Format"; "Windows Internals", part 1, chapter 5 (image section objects).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_REL_BASED
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.directories import ImportSymbol
from ntbuild.pecoff.image.headers import SectionHeader
from ntbuild.pecoff.image.image import Image, read_image
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, field

from .faults import RefusedError
from .memory import EXECUTE, READ, WRITE, Machine
from .registers import PAGE

_DISCARDABLE: Final = 0x02000000
_EXECUTE: Final = 0x20000000
_READ: Final = 0x40000000
_WRITE: Final = 0x80000000
_RELOCS_STRIPPED: Final = 1
_LARGEST: Final = 0x10000000
"""Bytes of an image in memory that are mapped at most."""

Resolve = Callable[[str, ImportSymbol], int]
"""The address of an import, by module and symbol. Raises RefusedError."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An image in memory.

    ``exports``: RVA, or the text of a forwarder, by name and by ordinal. ``gone``: indexes of the
    sections that were discarded.
    """

    name: str
    image: Image
    base: int
    size: int
    exports: Mapping[str | int, int | str]
    relocations: int
    imports: int
    gone: set[int] = field(default_factory=set)

    def __contains__(self, address: int) -> bool:
        return self.base <= address < self.base + self.size

    @property
    def entry(self) -> int:
        """The address of the entry point; 0 without one."""
        rva = self.image.optional_header.AddressOfEntryPoint
        return self.base + rva if rva else 0

    def section_at(self, address: int) -> SectionHeader | None:
        """The section that an address is in."""
        for section in self.image.sections:
            if section.VirtualAddress <= address - self.base < _up(section.end):
                return section
        return None

    def place(self, address: int) -> str:
        """An address in words: ``hello.sys .text+0x12``."""
        section = self.section_at(address)
        if section is None:
            return f"{self.name} headers+{address - self.base:#x}"
        gone = " (discarded)" if section.index in self.gone else ""
        return f"{self.name} {section.Name}+{address - self.base - section.VirtualAddress:#x}{gone}"


def _up(value: int, unit: int = PAGE) -> int:
    return (value + unit - 1) & -unit


def parse(data: bytes, name: str) -> Image:
    """An image whose headers can be read. Raises RefusedError."""
    try:
        return read_image(data, printable(name))
    except FormatError as failure:
        raise RefusedError(str(failure)) from failure


def check_layout(image: Image) -> None:
    """Raise RefusedError for what NT does not map."""
    header = image.optional_header
    if image.checksum() != header.CheckSum:
        raise RefusedError(
            f"CheckSum is {header.CheckSum:#x}, the file's is {image.checksum():#x} "
            "(STATUS_IMAGE_CHECKSUM_MISMATCH)"
        )
    if image.file_header.Characteristics & _RELOCS_STRIPPED:
        raise RefusedError("relocations are stripped: it cannot be loaded at another base")
    _check_sections(image)
    entry = header.AddressOfEntryPoint
    if entry and image.section_at(entry) is None:
        raise RefusedError(f"the entry point {entry:#x} is in no section")


def _check_sections(image: Image) -> None:
    header = image.optional_header
    unit = header.SectionAlignment
    if unit < 16 or unit & (unit - 1):
        raise RefusedError(f"SectionAlignment {unit:#x} is no power of two")
    if not image.sections:
        raise RefusedError("the image has no sections (STATUS_INVALID_IMAGE_FORMAT)")
    if header.SizeOfHeaders > image.sections[0].VirtualAddress:
        raise RefusedError("the headers reach into the first section")
    end = _up(header.SizeOfHeaders, unit)
    for section in image.sections:
        if section.VirtualAddress != end:
            raise RefusedError(
                f"section {section.Name} is at {section.VirtualAddress:#x}, not at {end:#x} behind "
                "the one before it (STATUS_INVALID_IMAGE_FORMAT)"
            )
        end = _up(section.end, unit)
        raw = section.PointerToRawData + section.SizeOfRawData
        if section.SizeOfRawData and raw > len(image.data):
            raise RefusedError(f"section {section.Name} ends behind the end of the file")
    if end != _up(header.SizeOfImage, unit):
        raise RefusedError(f"SizeOfImage is {header.SizeOfImage:#x}, the sections end at {end:#x}")
    if end > _LARGEST:
        raise RefusedError(f"SizeOfImage is {header.SizeOfImage:#x}: too large for a driver")


def load(machine: Machine, image: Image, base: int, resolve: Resolve, *, hvci: bool) -> Loaded:
    """Put an image at a base. Raises RefusedError; what is wrong with a table is named."""
    try:
        check_layout(image)
        content = _content(image)
        count = _relocate(image, content, base)
        bound = _bind(image, content, resolve)
        exports = _exports(image)
    except FormatError as failure:
        raise RefusedError(str(failure)) from failure
    _set_cookie(image, content, base)
    size = _up(len(content))
    machine.map(base, size, READ | WRITE)
    machine.put(base, bytes(content))
    _protect(machine, image, base, size, hvci=hvci)
    return Loaded(image.name, image, base, len(content), exports, count, bound)


def _content(image: Image) -> bytearray:
    """The image as it lies in memory, before relocation."""
    header = image.optional_header
    content = bytearray(_up(header.SizeOfImage, header.SectionAlignment))
    first = min(header.SizeOfHeaders, len(image.data))
    content[:first] = image.data[:first]
    for section in image.sections:
        size = min(section.extent, section.SizeOfRawData)
        start = section.PointerToRawData
        content[section.VirtualAddress : section.VirtualAddress + size] = image.data[
            start : start + size
        ]
    return content


# ---- relocations ---------------------------------------------------------------------------------


def _relocate(image: Image, content: bytearray, base: int) -> int:
    """Apply the base relocations; how many there were."""
    table = image.base_relocations
    for fault in table.faults:
        raise fault
    distance = base - image.optional_header.ImageBase
    count = 0
    for block in table.blocks:
        if block.PageRVA % PAGE:
            raise RefusedError(f"relocation block for {block.PageRVA:#x}, which begins no page")
        for entry in block.entries:
            kind, rva = entry >> 12, block.PageRVA + (entry & 0xFFF)
            if kind == IMAGE_REL_BASED.ABSOLUTE:
                continue
            size = _WIDTHS.get(kind, 0)
            if not size or (kind == _THUMB_MOV32 and image.is_64bit):
                raise RefusedError(f"relocation of type {kind} at {rva:#x}: not for this machine")
            if rva + size > len(content):
                raise RefusedError(f"relocation at {rva:#x} is outside of the image")
            _fix(content, kind, rva, distance)
            count += 1
    return count


_THUMB_MOV32: Final = 7
_WIDTHS: Final = {int(IMAGE_REL_BASED.HIGHLOW): 4, int(IMAGE_REL_BASED.DIR64): 8, _THUMB_MOV32: 8}


def _fix(content: bytearray, kind: int, rva: int, distance: int) -> None:
    if kind == _THUMB_MOV32:
        low, high = _immediate(content, rva), _immediate(content, rva + 4)
        value = (low | high << 16) + distance
        _set_immediate(content, rva, value & 0xFFFF)
        _set_immediate(content, rva + 4, value >> 16 & 0xFFFF)
        return
    size = _WIDTHS[kind]
    value = int.from_bytes(content[rva : rva + size], "little") + distance
    content[rva : rva + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")


def _immediate(content: bytearray, at: int) -> int:
    """The 16 bits of a Thumb movw or movt: imm4:i:imm3:imm8."""
    first = int.from_bytes(content[at : at + 2], "little")
    second = int.from_bytes(content[at + 2 : at + 4], "little")
    return (first & 15) << 12 | (first & 0x400) << 1 | (second & 0x7000) >> 4 | second & 0xFF


def _set_immediate(content: bytearray, at: int, value: int) -> None:
    first = int.from_bytes(content[at : at + 2], "little") & 0xFBF0
    second = int.from_bytes(content[at + 2 : at + 4], "little") & 0x8F00
    first |= value >> 12 & 15 | (value & 0x800) >> 1
    second |= (value & 0x700) << 4 | value & 0xFF
    content[at : at + 4] = first.to_bytes(2, "little") + second.to_bytes(2, "little")


# ---- imports and exports -------------------------------------------------------------------------


def _bind(image: Image, content: bytearray, resolve: Resolve) -> int:
    table = image.imports
    for fault in table.faults:
        raise fault
    if image.directory(IMAGE_DIRECTORY_ENTRY.IMPORT).Size and not table.terminated:
        raise RefusedError("the import directory does not end")
    width, count = image.pointer_size, 0
    for module in table.modules:
        for symbol in module.symbols:
            address = resolve(module.name, symbol)
            if symbol.slot + width > len(content):
                raise RefusedError(f"import slot {symbol.slot:#x} is outside of the image")
            content[symbol.slot : symbol.slot + width] = address.to_bytes(width, "little")
            count += 1
    return count


def _exports(image: Image) -> dict[str | int, int | str]:
    table = image.exports
    if table is None:
        return {}
    for fault in table.faults:
        raise fault
    found: dict[str | int, int | str] = {}
    for index, rva in enumerate(table.functions):
        if rva:
            found[table.Base + index] = table.forwarders.get(index, rva)
    for name, index in table.names:
        if index < len(table.functions):
            found[name] = table.forwarders.get(index, table.functions[index])
    return found


def _set_cookie(image: Image, content: bytearray, base: int) -> None:
    """The security cookie gets a value, as the loader of Windows 8 and later does."""
    config = image.load_config
    at = config.get("SecurityCookie") if config is not None else 0
    if not at:
        return
    rva, width = at - image.optional_header.ImageBase, image.pointer_size
    if not 0 <= rva <= len(content) - width:
        raise RefusedError(f"SecurityCookie {at:#x} is outside of the image")
    value = (base * 0x9E3779B97F4A7C15 >> 16) & (0xFFFFFFFFFFFF if width == 8 else 0xFFFF)
    content[rva : rva + width] = (value or 1).to_bytes(width, "little")


# ---- protection ----------------------------------------------------------------------------------


def _protect(machine: Machine, image: Image, base: int, size: int, *, hvci: bool) -> None:
    if image.optional_header.SectionAlignment < PAGE:
        if hvci:
            raise RefusedError("sections smaller than a page share one that is executable (hvci)")
        machine.protect(base, size, READ | WRITE | EXECUTE)
        return
    machine.protect(base, _up(image.optional_header.SizeOfHeaders), READ)
    for section in image.sections:
        flags = section.Characteristics
        if flags & _WRITE and flags & _EXECUTE and hvci:
            raise RefusedError(f"section {section.Name} is writable and executable (hvci)")
        rights = READ if flags & (_READ | _EXECUTE) else 0
        rights |= WRITE if flags & _WRITE else 0
        rights |= EXECUTE if flags & _EXECUTE else 0
        extent = _up(section.extent)
        if extent:
            machine.protect(base + section.VirtualAddress, extent, rights)


def discard(machine: Machine, loaded: Loaded) -> list[str]:
    """Take the discardable sections away; their names."""
    if loaded.image.optional_header.SectionAlignment < PAGE:
        return []
    gone = [s for s in loaded.image.sections if s.Characteristics & _DISCARDABLE and s.extent]
    for section in gone:
        machine.unmap(loaded.base + section.VirtualAddress, _up(section.extent))
        loaded.gone.add(section.index)
    return [section.Name for section in gone]


def pages_of(loaded: Loaded) -> Iterator[tuple[int, int]]:
    """Address and size of what an image has mapped at first."""
    yield loaded.base, _up(loaded.size)
