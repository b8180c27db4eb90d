"""Relocate: contributions are copied into the image and every relocation is applied.

One relocation type at a time, over all its places at once, with the machine's table; a type that
is not in the table is an error, never a guess. Base relocations are what is left for the loader.

What is hard is speed: a Python loop per relocation costs seconds, so places, targets and
checks are arrays, and only failures are turned into text.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns import parallel
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, SectionRows, SymbolRows
from ntbuild.pecoff.columns.parallel import in_parts
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pecoff.structs import IMAGE_ARM_RUNTIME_FUNCTION_ENTRY, IMAGE_RUNTIME_FUNCTION_ENTRY
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Fixup, Places, wrapped
from ntbuild.pelink.model import Contents, Layout, RvaTable, SymbolTable, Tables
from ntbuild.pelink.names.locations import place_text, symbol_text
from ntbuild.support.values import dataclass

from .copy import copy_contributions

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_ERRORS_SHOWN = 20


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
    facts = _facts(tables, layout)

    def fill(part: _Part) -> tuple[_Based, Diagnostics]:
        found = log.apart()
        copy_contributions(tables, layout, image, part.rows)
        work = _resolved(tables, symbols, layout, part.relocations, facts)
        _check_targets(tables, work, facts.absent, found)
        return _fix(tables, layout, image, work, facts, found), found

    filled = in_parts(fill, _parts(symbols, layout))
    for _, found in filled:
        log.take(found)
    log.raise_if_errors()
    _sort_unwind(tables, layout, image)
    _write_rva_tables(layout, rva_tables, image)
    places = np.concatenate([each.places for each, _ in filled])
    types = np.concatenate([each.types for each, _ in filled])
    order = np.argsort(places, kind="stable")
    return Contents(image, places[order], types[order])


@dataclass(frozen=True, slots=True)
class _Part:
    """Section rows, and the relocations that are in them: they touch nobody else's bytes."""

    rows: slice
    relocations: slice


def _parts(symbols: SymbolTable, layout: Layout) -> list[_Part]:
    """All sections, in parts with as many relocations to apply as fit the processor's cache."""
    owner = symbols.relocations.section
    sections = len(layout.number)
    some = parallel.ROWS
    starts = sorted({0, *owner[some::some].tolist(), *range(some, sections, some)})
    firsts = owner.searchsorted(np.array(starts, owner.dtype)).tolist()
    rows = map(slice, starts, [*starts[1:], sections])
    return list(map(_Part, rows, map(slice, firsts, [*firsts[1:], len(owner)])))


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """What is asked about section rows for every relocation.

    ``placed`` are in the image, ``absent`` are not and would be missed; ``room`` is the bytes that
    relocations may patch. ``debug`` is None without debug data. ``starts`` are RVAs of output
    sections by their one-based number.
    """

    placed: Flags
    absent: Flags
    room: Integers
    debug: Flags | None
    starts: Integers


def _facts(tables: Tables, layout: Layout) -> _Facts:
    sections = tables.objects.sections
    debug = tables.debug_rows()
    placed: Flags = layout.number > 0
    return _Facts(
        placed,
        _absent(tables, placed),
        sections.size * (sections.position >= 0),
        debug if debug.any() else None,
        np.array([0, *(header.VirtualAddress for header in layout.headers)], np.int64),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Based:
    """RVAs that the loader must fix, and the IMAGE_REL_BASED of each."""

    places: Integers
    types: npt.NDArray[np.uint16]


def _fix(
    tables: Tables, layout: Layout, image: Bytes, work: "_Work", facts: _Facts, log: Diagnostics
) -> _Based:
    """Apply relocations, one type at a time; what is left of them for the loader."""
    places, types = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)]
    for kind, run in _runs(work.type):
        mine = work.part(run)
        fixup = tables.target.fixups.get(kind)
        if fixup is None:
            _report_unknown(tables, mine, kind, log)
            continue
        mine = _inside(tables, mine, fixup, facts, log)
        _apply(tables, layout, image, mine, fixup, facts, log)
        if fixup.base_relocation is not None:
            loaded = ~mine.absolute
            if facts.debug is not None:
                loaded &= ~facts.debug[mine.row]
            places.append(mine.place[loaded])
            types.append(np.full(len(places[-1]), int(fixup.base_relocation), np.uint16))
    return _Based(np.concatenate(places), np.concatenate(types))


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Relocations of the image as parallel columns, ordered by type.

    ``row`` and ``offset`` say what is patched, ``place`` is its RVA; ``home`` is the section row
    of the symbol (or a negative kind), ``target`` the symbol's RVA.
    """

    type: npt.NDArray[np.uint16]
    row: SectionRows
    offset: Integers
    place: Integers
    symbol: SymbolRows
    home: SectionRows
    target: Integers

    @property
    def absolute(self) -> Flags:
        """Which are against absolute symbols: the loader does not touch those."""
        absolute: Flags = self.home == ABSOLUTE
        return absolute

    def part(self, which: slice | Flags) -> "_Work":
        """Some of the relocations; a slice copies nothing."""
        return _Work(*(getattr(self, name)[which] for name in self.__slots__))


def _resolved(
    tables: Tables, symbols: SymbolTable, layout: Layout, part: slice, facts: _Facts
) -> _Work:
    """The relocations of a part that are in placed sections, with their targets."""
    relocations = symbols.relocations
    used = facts.placed.take(relocations.section[part]).nonzero()[0]
    used += part.start
    if facts.debug is not None:
        # Debug data also describes what was left out: there its fields stay as they are.
        home = symbols.row_section[relocations.symbol[used]]
        gone = (home >= 0) & (layout.number[home] == 0) & (tables.objects.sections.size[home] > 0)
        used = used[~(gone & facts.debug[relocations.section[used]])]
    # One stable sort of small numbers, and each type is a slice of every column.
    used = used.take(relocations.type.take(used).argsort(kind="stable"))
    row, offset, symbol = (
        relocations.section.take(used),
        relocations.offset.take(used),
        relocations.symbol.take(used),
    )
    home = symbols.row_section.take(symbol)
    target = symbols.row_value.take(symbol)
    absolute = (home == ABSOLUTE).nonzero()[0]
    beside = target.take(absolute) - wrapped(layout.image_base)
    target += layout.rva.take(home, mode="clip")
    target[absolute] = beside
    place = layout.rva.take(row)
    place += offset
    return _Work(relocations.type.take(used), row, offset, place, symbol, home, target)


def _runs(types: npt.NDArray[np.uint16]) -> Iterator[tuple[int, slice]]:
    """Each type and where it stands among the ordered ones."""
    starts = [0, *((types[1:] != types[:-1]).nonzero()[0] + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(types)], strict=True):
        if start < end:
            yield int(types[start]), slice(start, end)


# --- contents ------------------------------------------------------------------------------------


def _fill_code(tables: Tables, layout: Layout, image: Bytes) -> None:
    trap = tables.target.trap
    if not trap:
        return
    for header in layout.headers:
        if header.Characteristics & _EXECUTE and header.PointerToRawData:
            end = header.PointerToRawData + min(header.VirtualSize, header.SizeOfRawData)
            image[header.PointerToRawData : end] = trap


# --- relocations ---------------------------------------------------------------------------------


def _absent(tables: Tables, placed: Flags) -> Flags:
    """Section rows that are not in the image and would be missed.

    What is empty has no place but does no harm; the image's own name stands in no section.
    """
    absent: Flags = ~placed & (tables.objects.sections.size != 0)
    if b".image" in tables.stems:
        absent &= tables.section_stems != tables.stems.index(b".image")
    return absent


def _check_targets(tables: Tables, work: _Work, absent: Flags, log: Diagnostics) -> None:
    """A relocation must not point at something that is not in the image."""
    gone = absent.take(work.home, mode="clip") & (work.home >= 0)
    if b".eh_frame" in tables.stems:  # tables of a whole object: entries of lost functions are idle
        gone &= tables.section_stems[work.row] != tables.stems.index(b".eh_frame")
    positions = gone.nonzero()[0]
    if not len(positions):
        return
    order = np.lexsort((work.offset[positions], work.row[positions]))
    for position in positions[order][:_ERRORS_SHOWN].tolist():
        name = symbol_text(tables, int(work.symbol[position]))
        log.error(
            f"relocation against symbol in discarded section: {name}",
            notes=(f"referenced by {_place(tables, work, position)}",),
        )


def _place(tables: Tables, work: _Work, position: int) -> str:
    return place_text(tables, int(work.row[position]), int(work.offset[position]))


def _report_unknown(tables: Tables, mine: _Work, kind: int, log: Diagnostics) -> None:
    log.error(
        f"unsupported relocation type {kind:#06x} for {tables.target.machine.name}",
        place=_place(tables, mine, 0),
    )


def _inside(tables: Tables, mine: _Work, fixup: Fixup, facts: _Facts, log: Diagnostics) -> _Work:
    """Those whose field lies in the bytes of its contribution; others are errors."""
    outside = mine.offset + fixup.width > facts.room.take(mine.row)
    if not fixup.width or not outside.any():
        return mine
    for position in np.flatnonzero(outside)[:_ERRORS_SHOWN].tolist():
        log.error(
            f"relocation {fixup.name} is outside of its section",
            place=_place(tables, mine, position),
        )
    return mine.part(~outside)


def _apply(
    tables: Tables,
    layout: Layout,
    image: Bytes,
    mine: _Work,
    fixup: Fixup,
    facts: _Facts,
    log: Diagnostics,
) -> None:
    if not len(mine.row) or not fixup.width:
        return
    at = layout.file_offset.take(mine.row)
    at += mine.offset
    places = Places(
        image,
        at,
        mine.target,
        _thumb(tables, mine.home) if tables.target.thumb else None,
        mine.place,
        wrapped(layout.image_base),
        mine.home,
        layout.number,
        facts.starts,
    )
    overflow = fixup.apply(places)
    if overflow is None or not overflow.any():
        return
    for position in np.flatnonzero(overflow)[:_ERRORS_SHOWN].tolist():
        name, target = symbol_text(tables, int(mine.symbol[position])), int(mine.target[position])
        message = f"relocation out of range: {fixup.name} against {name}"
        note = f"the target is at RVA {target:#x}"
        if mine.absolute[position]:
            note = f"the symbol's value is {target + wrapped(layout.image_base):#x}"
            if "SECREL" in fixup.name:
                message = f"SECREL relocation cannot be applied to absolute symbols: {name}"
        log.error(message, place=_place(tables, mine, position), notes=(note,))


def _thumb(tables: Tables, home: SectionRows) -> Integers:
    """Bit 0 says Thumb: it belongs to the addresses of code, not of data merged with code."""
    flags = tables.objects.sections.Characteristics.take(home, mode="clip")
    is_code: Flags = (flags & _EXECUTE != 0) & (home >= 0)
    return is_code.astype(np.int64)


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
    at = layout.file_offset_of(start)
    wide = tables.target.runtime_function_size == IMAGE_RUNTIME_FUNCTION_ENTRY.itemsize
    dtype = IMAGE_RUNTIME_FUNCTION_ENTRY if wide else IMAGE_ARM_RUNTIME_FUNCTION_ENTRY
    entries = image[at : at + size - size % dtype.itemsize].view(dtype)
    entries[:] = entries[np.argsort(entries["BeginAddress"], kind="stable")]
