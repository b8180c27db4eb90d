"""What the bytes of one image say: sections, imports, exports, and sizes by the linker's map.

A part that cannot be read (a broken import table) is left out and noted; the rest is shown.

Which sections stay in memory. The kernel frees discardable sections after DriverEntry, and pages
out those whose names begin with ``PAGE`` and the export directory's ``.edata``; others stay.
"""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from ntbuild.pecheck.size.maps import LinkMap, MapError, read_map
from ntbuild.pecheck.size.sizes import by_object, by_symbol, sizes
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS, IMAGE_SCN
from ntbuild.pecoff.image.image import FormatError, Image, SectionHeader, read_image

from .treemap import boxes
from .values import (
    CODE,
    CONSTANTS,
    DATA,
    FREED,
    PAGED,
    RESIDENT,
    WRITABLE_CODE,
    Contents,
    Section,
    SymbolSize,
)

MOST_SYMBOLS: Final = 25
"""Symbols in the list of the largest."""

_PAGED_NAMES: Final = ("PAGE", ".edata")
_T = TypeVar("_T")


def read_contents(
    data: bytes, name: str, map_text: str | None
) -> tuple[Contents | None, tuple[str, ...]]:
    """The contents of an image, and a note for each part that cannot be used."""
    try:
        image = read_image(data, name)
    except FormatError as error:
        return None, (str(error),)
    notes: list[str] = []
    link_map = _map(map_text, image, notes)
    root = sizes(image, link_map)
    largest = by_symbol(root)
    header = image.optional_header
    contents = Contents(
        memory=header.SizeOfImage,
        headers=header.SizeOfHeaders,
        facts=tuple(_facts(image)),
        sections=tuple(_section(image, each) for each in image.sections),
        imports=_readable(lambda: _imports(image, notes), {}, notes),
        exports=_readable(lambda: _exports(image), (), notes),
        boxes=boxes(root) if link_map else (),
        objects=tuple(by_object(root).items()),
        symbols=tuple(
            SymbolSize(section, owner, symbol, size)
            for section, owner, symbol, size in largest[:MOST_SYMBOLS]
        ),
        symbols_left_out=max(len(largest) - MOST_SYMBOLS, 0),
    )
    return contents, tuple(notes)


def _map(text: str | None, image: Image, notes: list[str]) -> LinkMap | None:
    try:
        return None if text is None else read_map(text, image)
    except MapError as error:
        notes.append(f"{image.name}: map: {error}")
        return None


def _readable(read: Callable[[], _T], otherwise: _T, notes: list[str]) -> _T:
    try:
        return read()
    except FormatError as error:
        notes.append(str(error))
        return otherwise


def _section(image: Image, header: SectionHeader) -> Section:
    flags = IMAGE_SCN(header.Characteristics)
    is_written, is_run = IMAGE_SCN.MEM_WRITE in flags, IMAGE_SCN.MEM_EXECUTE in flags
    kinds = {(True, True): WRITABLE_CODE, (False, True): CODE, (True, False): DATA}
    life = PAGED if header.Name.startswith(_PAGED_NAMES) else RESIDENT
    alignment = max(image.optional_header.SectionAlignment, 1)
    return Section(
        name=header.Name or f"#{header.index + 1}",
        rva=header.VirtualAddress,
        size=header.extent,
        pages=-(-header.extent // alignment) * alignment,
        file=header.SizeOfRawData,
        access=f"{'R' if IMAGE_SCN.MEM_READ in flags else '-'}"
        f"{'W' if is_written else '-'}{'X' if is_run else '-'}",
        life=FREED if IMAGE_SCN.MEM_DISCARDABLE in flags else life,
        kind=kinds.get((is_written, is_run), CONSTANTS),
    )


def _imports(image: Image, notes: list[str]) -> dict[str, tuple[str, ...]]:
    """Names by module; those by ordinal as ``#7``."""
    table = image.imports
    notes += [str(each) for each in table.faults]
    found: dict[str, list[str]] = {}
    for module in table.modules:
        names = (each.name or f"#{each.ordinal}" for each in module.symbols)
        found.setdefault(module.name, []).extend(names)
    return {module: tuple(sorted(found[module])) for module in sorted(found)}


def _exports(image: Image) -> tuple[str, ...]:
    table = image.exports
    return tuple(sorted(name for name, _ in table.names)) if table else ()


def _facts(image: Image) -> Iterator[tuple[str, str]]:
    header = image.optional_header
    yield "image base", f"{header.ImageBase:#x}"
    yield "entry point", f"{header.AddressOfEntryPoint:#x}"
    yield "checksum", f"{header.CheckSum:#010x}"
    yield "time stamp", f"{image.file_header.TimeDateStamp:#010x}"
    major, minor = header.MajorSubsystemVersion, header.MinorSubsystemVersion
    yield "subsystem version", f"{major}.{minor:02}"
    known = [each for each in IMAGE_DLLCHARACTERISTICS if each & header.DllCharacteristics]
    yield "characteristics", ", ".join(each.name or "" for each in known) or "none"
