"""A stable text of an image, for golden files and for comparing by eye.

One fact a line, in the order of the format, numbers in hexadecimal; nothing depends on the machine
or the day. A part that cannot be read is a line that says so, and the parts after it are shown.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from itertools import groupby
from typing import Final

from ntbuild.pecoff.constants import (
    IMAGE_DEBUG_TYPE,
    IMAGE_DIRECTORY_ENTRY,
    IMAGE_DLLCHARACTERISTICS,
    IMAGE_FILE,
    IMAGE_REL_BASED,
    IMAGE_SCN,
)
from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.text import printable
from ntbuild.support.values import fields

_FLAGS: Final = {"Characteristics": IMAGE_FILE, "DllCharacteristics": IMAGE_DLLCHARACTERISTICS}
_DEBUG_TYPES: Final = {int(kind): kind.name for kind in IMAGE_DEBUG_TYPE}
_FIXUP_TYPES: Final = {int(kind): kind.name for kind in IMAGE_REL_BASED}

Part = Callable[[Image], Iterator[str]]


def dump(image: Image, parts: Collection[str] | None = None) -> str:
    """The text of all parts, or of the named ones. Nothing is raised, whatever the bytes are."""
    lines: list[str] = []
    for title, part in PARTS.items():
        if parts is not None and title not in parts:
            continue
        lines.append(f"[{title}]")
        try:
            lines += [f"  {printable(line)}" for line in part(image)]
        except FormatError as failure:
            lines.append(f"  unreadable: {failure.field}: {failure.message}")
    return "\n".join(lines) + "\n"


def _flags(name: str, value: int) -> str:
    kind = _FLAGS.get(name)
    if kind is None:
        return ""
    names = " ".join(str(flag.name) for flag in kind if value & flag)
    return f"  {names}" if names else ""


def _header(image: Image) -> Iterator[str]:
    yield f"file size {len(image.data):#x}"
    yield f"e_lfanew {image.nt_offset:#x}"
    for header in (image.file_header, image.optional_header):
        for each in fields(header):
            if each.name != "offset":
                value = getattr(header, each.name)
                yield f"{each.name} {value:#x}{_flags(each.name, value)}"


def _directories(image: Image) -> Iterator[str]:
    for index, directory in enumerate(image.directories):
        if directory.VirtualAddress or directory.Size:
            name = IMAGE_DIRECTORY_ENTRY(index).name
            yield f"{name} {directory.VirtualAddress:#x} size {directory.Size:#x}"


def _sections(image: Image) -> Iterator[str]:
    left = len(image.data)
    for section in image.sections:
        names = " ".join(str(flag.name) for flag in IMAGE_SCN if section.Characteristics & flag)
        yield (
            f"{section.Name or '-'} {section.VirtualAddress:#x} size {section.VirtualSize:#x} "
            f"raw {section.PointerToRawData:#x} size {section.SizeOfRawData:#x} "
            f"{section.Characteristics:#010x} {names}"
        )
        raw = image.data[section.PointerToRawData :][: min(section.SizeOfRawData, left)]
        left -= len(raw)
        if raw:
            yield f"  sha256 {hashlib.sha256(raw).hexdigest()}"


def _imports(image: Image) -> Iterator[str]:
    table = image.imports
    for module in table.modules:
        yield f"{module.name} lookup {module.OriginalFirstThunk:#x} slots {module.FirstThunk:#x}"
        for symbol in module.symbols:
            name = f"ordinal {symbol.ordinal}" if symbol.name is None else symbol.name
            yield f"  {symbol.slot:#x} {name}"
    yield from _faults(table.faults)


def _exports(image: Image) -> Iterator[str]:
    table = image.exports
    if table is None:
        return
    yield f"{table.module or '-'} base {table.Base}"
    names: dict[int, list[str]] = {}
    for name, index in table.names:
        names.setdefault(index, []).append(name)
    for index, rva in enumerate(table.functions):
        if rva:
            target = table.forwarders.get(index) or f"{rva:#x}"
            yield f"  {table.Base + index} {target} {' '.join(names.get(index, ['-']))}"
    yield from _faults(table.faults)


def _relocations(image: Image) -> Iterator[str]:
    table = image.base_relocations
    for page, fixups in groupby(table.fixups(), key=lambda fixup: fixup[0] & ~0xFFF):
        words = [f"{rva & 0xFFF:03x}:{_FIXUP_TYPES.get(kind, kind)}" for rva, kind in fixups]
        yield f"{page:#x}: {' '.join(words)}"
    yield from _faults(table.faults)


def _functions(image: Image) -> Iterator[str]:
    table = image.runtime_functions
    for begin, end, unwind in zip(table.begins, table.ends, table.unwind, strict=True):
        yield f"{begin:#x}..{end:#x} unwind {unwind:#x}"


def _debug(image: Image) -> Iterator[str]:
    for entry in image.debug:
        raw = bytes(image.data[entry.PointerToRawData :][: min(entry.SizeOfData, 64)])
        name = _DEBUG_TYPES.get(entry.Type, str(entry.Type))
        yield f"{name} {entry.AddressOfRawData:#x} size {entry.SizeOfData:#x} {printable(raw)}"


def _load_config(image: Image) -> Iterator[str]:
    config = image.load_config
    for name, value in (config.fields if config else {}).items():
        if value:
            yield f"{name} {value:#x}"


def _resources(image: Image) -> Iterator[str]:
    left = len(image.data)
    for entry in image.resources.entries:
        left -= entry.size
        digest = "-"
        if left >= 0:
            raw = image.bytes_at(entry.rva, entry.size, "resource") if entry.size else b""
            digest = hashlib.sha256(raw).hexdigest()
        yield f"{entry.key}: size {entry.size:#x} sha256 {digest}"
    yield from _faults(() if image.resources.fault is None else (image.resources.fault,))


def _certificates(image: Image) -> Iterator[str]:
    for entry in image.certificates.entries:
        yield (
            f"{entry.offset:#x} size {entry.dwLength:#x} revision {entry.wRevision:#x} "
            f"type {entry.wCertificateType}"
        )
    yield from _faults(() if image.certificates.fault is None else (image.certificates.fault,))


def _faults(faults: tuple[FormatError, ...]) -> Iterator[str]:
    for fault in faults:
        yield f"unreadable: {fault.field}: {fault.message}"


PARTS: Final[dict[str, Part]] = {
    "header": _header,
    "directories": _directories,
    "sections": _sections,
    "imports": _imports,
    "exports": _exports,
    "relocations": _relocations,
    "functions": _functions,
    "debug": _debug,
    "load config": _load_config,
    "resources": _resources,
    "certificates": _certificates,
}
"""The parts of a dump in their order."""
