"""Relocate: contributions are copied into the image and every relocation is applied.

One relocation type at a time, over all its places at once, with the machine's table; a type that
is not in the table is an error, never a guess. Base relocations are what is left for the loader.

What is hard is speed: a Python loop per relocation costs seconds, so places, targets and
checks are arrays, and only failures are turned into text. Copying is a loop per contribution,
but for the small sizes that are frequent, which are copied as fixed-size records.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.object import ABSOLUTE
from ntbuild.pecoff.structs import IMAGE_ARM_RUNTIME_FUNCTION_ENTRY, IMAGE_RUNTIME_FUNCTION_ENTRY
from ntbuild.pecoff.text import Bytes, Integers

from .diagnostics import Diagnostics
from .machines.target import Fixup, Places
from .model import Contents, Layout, Rows, RvaTable, SymbolTable, Tables
from .places import place_text, symbol_text

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_SMALL = 64
_FREQUENT = 300
_ERRORS_SHOWN = 20
_TRAP = {"x64": 0xCC, "x86": 0xCC}
"""What fills the space between functions: int3 where that is one byte, else zeros."""


def relocate(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    rva_tables: Sequence[RvaTable],
    log: Diagnostics,
) -> Contents:
    """The image's contents with all fixups applied. Raises LinkError."""
    image = np.zeros(layout.next_file_offset, np.uint8)
    _fill_code(tables, layout, image)
    _copy(tables, layout, image)
    relocations = symbols.relocations
    used = np.flatnonzero(layout.number[relocations.section] > 0)
    row, offset = relocations.section[used], relocations.offset[used]
    kind, symbol = relocations.type[used], relocations.symbol[used]
    home = symbols.row_section[symbol]
    absolute = home == ABSOLUTE
    _check_targets(tables, layout, row, offset, symbol, home, log)
    safe = np.where(home >= 0, home, 0)
    target = layout.rva[safe] + symbols.row_value[symbol]
    target[absolute] = symbols.row_value[symbol[absolute]] - layout.image_base
    number = np.where(absolute, 0, layout.number[safe])
    thumb = np.zeros(len(target), np.int64)
    if tables.target.thumb:
        # Bit 0 says Thumb: it belongs to the addresses of code, not of data merged with code.
        code = tables.objects.sections.Characteristics[safe] & _EXECUTE != 0
        thumb[code & (home >= 0)] = 1
    work = _Work(row, offset, kind, symbol, target, thumb, number)
    based: list[Integers] = []
    based_types: list[npt.NDArray[np.uint16]] = []
    for value in np.flatnonzero(np.bincount(kind, minlength=1)).tolist() if len(kind) else []:
        fixup = tables.target.fixups.get(value)
        mine = np.flatnonzero(kind == value)
        if fixup is None:
            _report_unknown(tables, work, mine, value, log)
            continue
        good = _inside(tables, work, mine, fixup, log)
        _apply(tables, layout, image, work, good, fixup, log)
        if fixup.base_relocation is not None:
            loaded = good[~absolute[good]]
            based.append(layout.rva[row[loaded]] + offset[loaded])
            based_types.append(np.full(len(loaded), int(fixup.base_relocation), np.uint16))
    log.raise_if_errors()
    _sort_unwind(tables, layout, image)
    _write_rva_tables(layout, rva_tables, image)
    places = np.concatenate(based) if based else np.zeros(0, np.int64)
    types = np.concatenate(based_types) if based_types else np.zeros(0, np.uint16)
    order = np.argsort(places, kind="stable")
    return Contents(image, places[order], types[order])


class _Work:
    """The relocations of the image as parallel arrays (see ``relocate``)."""

    __slots__ = ("kind", "number", "offset", "row", "symbol", "target", "thumb")

    def __init__(
        self,
        row: Rows,
        offset: Integers,
        kind: npt.NDArray[np.uint16],
        symbol: Rows,
        target: Integers,
        thumb: Integers,
        number: Rows,
    ) -> None:
        self.row, self.offset, self.kind = row, offset, kind
        self.symbol, self.target, self.thumb, self.number = symbol, target, thumb, number


# --- contents ------------------------------------------------------------------------------------


def _fill_code(tables: Tables, layout: Layout, image: Bytes) -> None:
    trap = _TRAP.get(tables.target.machine.name)
    if trap is None:
        return
    for header in layout.headers:
        if header.Characteristics & _EXECUTE and header.PointerToRawData:
            end = header.PointerToRawData + min(header.VirtualSize, header.SizeOfRawData)
            image[header.PointerToRawData : end] = trap


def _copy(tables: Tables, layout: Layout, image: Bytes) -> None:
    """Bytes of every placed contribution; initialised ones without bytes become zeros."""
    sections = tables.objects.sections
    placed = np.flatnonzero(layout.file_offset >= 0)
    source, target = sections.position[placed], layout.file_offset[placed]
    size = sections.size[placed]
    for start, end in zip(
        target[source < 0].tolist(), (target + size)[source < 0].tolist(), strict=True
    ):
        image[start:end] = 0
    full = source >= 0
    source, target, size = source[full], target[full], size[full]
    counts = np.bincount(np.minimum(size, _SMALL + 1), minlength=1)
    frequent = [each for each in np.flatnonzero(counts > _FREQUENT).tolist() if 0 < each <= _SMALL]
    for width in frequent:
        mine = size == width
        record = f"V{width}"
        into = np.ndarray((len(image) - width + 1,), record, image.data, 0, (1,))
        out_of = np.ndarray((len(tables.buffer) - width + 1,), record, tables.buffer.data, 0, (1,))
        into[target[mine]] = out_of[source[mine]]
    rest = ~np.isin(size, frequent) if frequent else np.ones(len(size), np.bool_)
    to_bytes, from_bytes = memoryview(image), memoryview(tables.buffer)  # type: ignore[arg-type]
    for start, at, count in zip(
        target[rest].tolist(), source[rest].tolist(), size[rest].tolist(), strict=True
    ):
        to_bytes[start : start + count] = from_bytes[at : at + count]


# --- relocations ---------------------------------------------------------------------------------


def _check_targets(
    tables: Tables,
    layout: Layout,
    row: Rows,
    offset: Integers,
    symbol: Rows,
    home: Rows,
    log: Diagnostics,
) -> None:
    """A relocation must not point at something that is not in the image."""
    inside = home >= 0
    gone = inside.copy()
    header_stem = tables.stems.index(b".image") if b".image" in tables.stems else -1
    there = (layout.number[home[inside]] > 0) | (tables.section_stems[home[inside]] == header_stem)
    empty = tables.objects.sections.size[home[inside]] == 0
    gone[inside] = ~(there | empty)
    if b".eh_frame" in tables.stems:  # tables of a whole object: entries of lost functions are idle
        gone &= tables.section_stems[row] != tables.stems.index(b".eh_frame")
    for position in np.flatnonzero(gone)[:_ERRORS_SHOWN].tolist():
        name = symbol_text(tables, int(symbol[position]))
        log.error(
            f"relocation against symbol in discarded section: {name}",
            notes=(
                f"referenced by {place_text(tables, int(row[position]), int(offset[position]))}",
            ),
        )


def _report_unknown(
    tables: Tables, work: _Work, mine: Integers, kind: int, log: Diagnostics
) -> None:
    first = int(mine[0])
    log.error(
        f"unsupported relocation type {kind:#06x} for {tables.target.machine.name}",
        place=place_text(tables, int(work.row[first]), int(work.offset[first])),
    )


def _inside(
    tables: Tables, work: _Work, mine: Integers, fixup: Fixup, log: Diagnostics
) -> Integers:
    """Those whose field lies in its contribution; the others are errors."""
    sections = tables.objects.sections
    row, offset = work.row[mine], work.offset[mine]
    room = np.where(sections.position[row] >= 0, sections.size[row], 0)
    outside = offset + fixup.width > room
    if fixup.width == 0:
        outside[:] = False
    for position in mine[outside][:_ERRORS_SHOWN].tolist():
        log.error(
            f"relocation {fixup.name} is outside of its section",
            place=place_text(tables, int(work.row[position]), int(work.offset[position])),
        )
    return mine[~outside]


def _apply(
    tables: Tables,
    layout: Layout,
    image: Bytes,
    work: _Work,
    mine: Integers,
    fixup: Fixup,
    log: Diagnostics,
) -> None:
    if not len(mine) or not fixup.width:
        return
    row, number = work.row[mine], work.number[mine]
    starts = np.array([0, *(header.VirtualAddress for header in layout.headers)], np.int64)
    places = Places(
        image,
        layout.file_offset[row] + work.offset[mine],
        work.target[mine],
        work.thumb[mine],
        layout.rva[row] + work.offset[mine],
        layout.image_base,
        starts[number],
        number.astype(np.int64),
    )
    overflow = fixup.apply(places)
    if overflow is None or not overflow.any():
        return
    for position in mine[overflow][:_ERRORS_SHOWN].tolist():
        log.error(
            f"relocation out of range: {fixup.name} against"
            f" {symbol_text(tables, int(work.symbol[position]))}",
            place=place_text(tables, int(work.row[position]), int(work.offset[position])),
            notes=(f"the target is at RVA {int(work.target[position]):#x}",),
        )


def _write_rva_tables(layout: Layout, rva_tables: Sequence[RvaTable], image: Bytes) -> None:
    for each in rva_tables:
        at = int(layout.file_offset[each.row])
        if at >= 0:
            rvas = np.sort(layout.rva[each.section] + each.value).astype("<u4")
            image[at : at + rvas.nbytes] = rvas.view(np.uint8)


def _sort_unwind(tables: Tables, layout: Layout, image: Bytes) -> None:
    """The exception directory sorted by function, as its binary search needs it."""
    directory = layout.directories.get(int(IMAGE_DIRECTORY_ENTRY.EXCEPTION))
    if directory is None:
        return
    start, size = directory
    header = next(
        each
        for each in layout.headers
        if each.VirtualAddress <= start < each.VirtualAddress + each.VirtualSize
    )
    at = header.PointerToRawData + start - header.VirtualAddress
    wide = tables.target.runtime_function_size == IMAGE_RUNTIME_FUNCTION_ENTRY.itemsize
    dtype = IMAGE_RUNTIME_FUNCTION_ENTRY if wide else IMAGE_ARM_RUNTIME_FUNCTION_ENTRY
    entries = image[at : at + size - size % dtype.itemsize].view(dtype)
    entries[:] = entries[np.argsort(entries["BeginAddress"], kind="stable")]
