"""Ranges of an image that are compared by content, not as bytes: import tables and others.

A linker may put import data anywhere, code sections included, so descriptors, lookup tables and
names are found one by one.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.values import dataclass

_DIRECTORIES: Final = (ENTRY.EXPORT, ENTRY.RESOURCE, ENTRY.EXCEPTION, ENTRY.BASERELOC, ENTRY.DEBUG)
_DESCRIPTOR: Final = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range (RVAs) and what it is; addresses in it count as one if ``loose``."""

    begin: int
    end: int
    what: str
    loose: bool = True


def machine_of(image: Image) -> str:
    """ntbuild's word for an image's machine; empty for one it does not know."""
    return "" if image.machine is None else image.machine.name


def tables(image: Image) -> list[Stretch]:
    """All such ranges by address; of two that overlap the first is kept."""
    found = sorted(
        [*_directories(image), *_imports(image), *_unwind(image)], key=lambda s: (s.begin, s.end)
    )
    kept: list[Stretch] = []
    for each in found:
        if each.end > each.begin and (not kept or each.begin >= kept[-1].end):
            kept.append(each)
    return kept


def _directories(image: Image) -> Iterator[Stretch]:
    for entry in _DIRECTORIES:
        directory = image.directory(entry)
        if directory.Size:
            begin = directory.VirtualAddress
            yield Stretch(begin, begin + directory.Size, str(entry.name))
    for debug in image.debug:
        if debug.AddressOfRawData:
            begin = debug.AddressOfRawData
            yield Stretch(begin, begin + debug.SizeOfData, "debug data")


def _imports(image: Image) -> Iterator[Stretch]:
    modules, width = image.imports.modules, image.pointer_size
    if not modules:
        return
    descriptors = image.directory(ENTRY.IMPORT).VirtualAddress
    end = descriptors + _DESCRIPTOR * (len(modules) + 1)
    yield Stretch(descriptors, end, "import descriptors")
    for module in modules:
        yield Stretch(module.Name, module.Name + len(module.name) + 1, "name of an import")
        lookup = module.OriginalFirstThunk or module.FirstThunk
        if module.OriginalFirstThunk:
            yield Stretch(lookup, lookup + width * (module.lookups + 1), "import lookup table")
        for index, symbol in enumerate(module.symbols):
            what = f"import {module.name.lower()}!{symbol.name or symbol.ordinal}"
            yield Stretch(symbol.slot, symbol.slot + width, what, loose=False)
            if symbol.name is not None:
                thunk = image.bytes_at(lookup + index * width, width, "import lookup table")
                begin = int.from_bytes(thunk, "little")
                size = (2 + len(symbol.name) + 2) & ~1
                yield Stretch(begin, begin + size, "name of an import")
        slots = module.FirstThunk + width * len(module.symbols)
        yield Stretch(slots, slots + width, "end of an import table")


def _unwind(image: Image) -> Iterator[Stretch]:
    """Unwind data, which follows from the function's code."""
    machine = machine_of(image)
    for rva in {each for each in image.runtime_functions.unwind if each}:
        size, tail = _unwind_size(image, machine, rva)
        if size:
            yield Stretch(rva, rva + size + tail, "unwind data")


def unwind_codes(image: Image, machine: str, rva: int) -> bytes:
    """A function's unwind data without the addresses at its end; empty when it cannot be read."""
    size, _ = _unwind_size(image, machine, rva)
    return bytes(image.bytes_at(rva, size, "unwind data")) if image.backed(rva) >= size else b""


def _unwind_size(image: Image, machine: str, rva: int) -> tuple[int, int]:
    """The size of a function's unwind data, and of addresses after it; 0 when unreadable.

    Source: PE Format, "Structured exception handling (x64)"; Microsoft "ARM64 exception handling"
    and "ARM exception handling".
    """
    try:
        head = int.from_bytes(image.bytes_at(rva, 4, "unwind data"), "little")
        if machine == "x64":
            flags, codes = head >> 3 & 31, head >> 16 & 0xFF
            return 4 + 2 * (codes + codes % 2), 12 if flags & 4 else 4 if flags & 3 else 0
        size, shift, wide = (4, 22, 5) if machine == "arm64" else (4, 23, 4)
        epilogs, words = head >> shift & 31, head >> (shift + 5) & (1 << wide) - 1
        if not epilogs and not words:
            more = int.from_bytes(image.bytes_at(rva + 4, 4, "unwind data"), "little")
            size, epilogs, words = 8, more & 0xFFFF, more >> 16 & 0xFF
    except FormatError:
        return 0, 0
    one, handler = head >> 21 & 1, head >> 20 & 1
    return size + 4 * (words + (0 if one else epilogs)), 4 * handler
