"""Contributions are copied into the image and every relocation is applied.

Relocations are sorted by type, and the machine's function for a type patches all its places at
once: places, targets and checks are arrays, and only failures are turned into text. A Python loop
over relocations would take seconds in a large link. A type without a function is an error.

What the loader must fix when it moves the image is left over as base relocations: pointers to what
is in the image, but not fields with absolute numbers, and none in debug data.

Work is divided by section rows (`_parts`), because relocations of a section patch its own bytes
and no others: parts need no locks and can run in parallel. Each part writes to its own diagnostics,
which are merged in the order of parts, so that messages do not depend on the number of processors.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns import parallel
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    Flags,
    Integers,
    SectionRows,
    SymbolRows,
    ragged,
)
from ntbuild.pecoff.columns.parallel import in_parts
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN, IMAGE_SYM_CLASS
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pecoff.structs import IMAGE_ARM_RUNTIME_FUNCTION_ENTRY, IMAGE_RUNTIME_FUNCTION_ENTRY
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Fixup, Places, wrapped
from ntbuild.pelink.model import Contents, Layout, RvaTable, SymbolTable, Tables
from ntbuild.pelink.names.locations import function_text, place_text, source_lines, symbol_text
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .copy import copy_contributions

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_CODE = int(IMAGE_SCN.MEM_EXECUTE | IMAGE_SCN.CNT_CODE)
_WEAK_EXTERNAL = int(IMAGE_SYM_CLASS.WEAK_EXTERNAL)
_ERRORS_SHOWN = 20


def relocate(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    rva_tables: Sequence[RvaTable],
    log: Diagnostics,
) -> Contents:
    """The image's contents with all relocations applied.

    ``rva_tables`` are written into the sections made for them. Raises LinkError for relocations
    that are out of range, of unknown type, or against what is not in the image.
    """
    image = np.zeros(layout.next_file_offset, np.uint8)
    _fill_code(tables, layout, image)
    facts = _facts(tables, layout)

    def fill(part: _Part) -> tuple[_Based, Diagnostics]:
        found = log.apart()
        copy_contributions(tables, layout, image, part.rows)
        work = _resolved(tables, symbols, layout, part.relocations, facts)
        work = _with_targets(tables, layout, image, work, facts, found)
        return _fix(tables, layout, image, work, facts, found), found

    filled = in_parts(fill, _parts(symbols, layout))
    for _, found in filled:
        log.take(found)
    log.raise_if_errors()
    _sort_unwind(tables, layout, image)
    _write_rva_tables(layout, rva_tables, image)
    places = np.concatenate([each.places for each, _ in filled])
    types = np.concatenate([each.types for each, _ in filled])
    # Parts and types are apart; the loader wants blocks of pages, so places ascend.
    order = np.argsort(places, kind="stable")
    return Contents(image, places[order], types[order])


@dataclass(frozen=True, slots=True)
class _Part:
    """A range of section rows, and the range of relocation rows that patch them."""

    rows: slice
    relocations: slice


def _parts(symbols: SymbolTable, layout: Layout) -> list[_Part]:
    """All section rows, in parts whose relocations fit the processor's cache."""
    # Parts begin at the section of every ``some``-th relocation, and at every ``some``-th section.
    owner = symbols.relocations.section
    sections = len(layout.number)
    some = parallel.ROWS
    starts = sorted({0, *owner[some::some].tolist(), *range(some, sections, some)})
    firsts = owner.searchsorted(np.array(starts, owner.dtype)).tolist()
    rows = map(slice, starts, [*starts[1:], sections])
    return list(map(_Part, rows, map(slice, firsts, [*firsts[1:], len(owner)])))


@dataclass(frozen=True, slots=True, eq=False)
class _Facts:
    """Columns by section row that every part looks up.

    - ``placed``: it is in the image
    - ``absent``: it is not, and a reference to it is an error
    - ``room``: bytes that relocations may patch
    - ``debug``: it is debug data; None without any
    - ``starts``: by output section number instead, the section's RVA
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
    """RVAs of the fields that the loader must fix, and the IMAGE_REL_BASED of each."""

    places: Integers
    types: npt.NDArray[np.uint16]


def _fix(
    tables: Tables, layout: Layout, image: Bytes, work: "_Work", facts: _Facts, log: Diagnostics
) -> _Based:
    """Apply relocations, one type at a time; returns those that the loader must repeat."""
    places, types = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)]
    for kind, run in _runs(work.type):
        batch = work.part(run)
        fixup = tables.target.fixups.get(kind)
        if fixup is None:
            _report_unknown(tables, batch, kind, log)
            continue
        batch = _inside(tables, batch, fixup, facts, log)
        _apply(tables, layout, image, batch, fixup, facts, log)
        # An absolute number does not move with the image, and nothing loads debug data.
        if fixup.base_relocation is not None:
            loaded = ~batch.absolute
            if facts.debug is not None:
                loaded &= ~facts.debug[batch.row]
            places.append(batch.place[loaded])
            types.append(np.full(len(places[-1]), int(fixup.base_relocation), np.uint16))
    return _Based(np.concatenate(places), np.concatenate(types))


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Relocations of the image, one an entry, sorted by type.

    - ``type``: the machine's relocation type
    - ``row``, ``offset``: section row and offset of the field; ``place`` is its RVA
    - ``symbol``: symbol row
    - ``home``: section row that the symbol lies in, or ABSOLUTE or UNDEFINED
    - ``target``: RVA of the symbol
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
        """Which are against absolute symbols, whose fields the loader must not change."""
        absolute: Flags = self.home == ABSOLUTE
        return absolute

    def part(self, which: slice | Flags | npt.NDArray[np.intp]) -> "_Work":
        """A part of the relocations; a slice copies nothing."""
        return _Work(*(getattr(self, name)[which] for name in self.__slots__))


def _resolved(
    tables: Tables, symbols: SymbolTable, layout: Layout, part: slice, facts: _Facts
) -> _Work:
    """The relocations of a part that are in placed sections, with places and targets."""
    relocations = symbols.relocations
    used = facts.placed.take(relocations.section[part]).nonzero()[0]
    used += part.start
    if facts.debug is not None:
        # Debug data also describes what is not in the image, and offsets in what is empty. Such
        # fields stay as they are.
        home = symbols.row_section[relocations.symbol[used]]
        gone = (home >= 0) & (layout.number[home] == 0)
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
    # An absolute symbol is an address; its RVA is its distance from the image base. The others
    # are offsets in their section. (``clip``: negative homes look up a row that does not matter.)
    absolute = (home == ABSOLUTE).nonzero()[0]
    from_base = target.take(absolute) - wrapped(layout.image_base)
    target += layout.rva.take(home, mode="clip")
    target[absolute] = from_base
    place = layout.rva.take(row)
    place += offset
    work = _Work(relocations.type.take(used), row, offset, place, symbol, home, target)
    if len(absolute):
        target[absolute.compress(_calls_nothing(tables, symbols, work.part(absolute)))] = 0
    return work


def _calls_nothing(tables: Tables, symbols: SymbolTable, work: _Work) -> Flags:
    """Which branches are calls of a weak function that nothing defines; ``work`` is absolute.

    Such a call stands behind a test of the function's address, which is null. Address 0 is out of
    a branch's reach on 64-bit machines, so it goes to RVA 0, the headers, where nothing can run.
    """
    storage = tables.objects.symbols.storage_class.take(work.symbol)
    found: Flags = (storage == _WEAK_EXTERNAL) & (symbols.row_value.take(work.symbol) == 0)
    if found.any():
        position = tables.objects.sections.position.take(work.row) + work.offset
        found &= tables.target.is_branch(tables.buffer, position, work.type)
    return found


def _runs(types: npt.NDArray[np.uint16]) -> Iterator[tuple[int, slice]]:
    """(type, its range) of each type in a sorted column."""
    starts = [0, *((types[1:] != types[:-1]).nonzero()[0] + 1).tolist()]
    for start, end in zip(starts, [*starts[1:], len(types)], strict=True):
        if start < end:
            yield int(types[start]), slice(start, end)


# --- contents ------------------------------------------------------------------------------------


def _fill_code(tables: Tables, layout: Layout, image: Bytes) -> None:
    """Fill sections with code with breakpoints, which remain between contributions."""
    trap = tables.target.trap
    if not trap:
        return
    for header in layout.headers:
        if header.Characteristics & _EXECUTE and header.PointerToRawData:
            end = header.PointerToRawData + min(header.VirtualSize, header.SizeOfRawData)
            image[header.PointerToRawData : end] = trap


# --- relocations ---------------------------------------------------------------------------------


def _absent(tables: Tables, placed: Flags) -> Flags:
    """Which section rows are not in the image, so that a reference to them is an error.

    Empty ones are no error, unless they are of a kind that never is in an image (.drectve).
    Neither is the section of ``__ImageBase``, which has no bytes.
    """
    sections = tables.objects.sections
    removed = sections.Characteristics & int(IMAGE_SCN.LNK_REMOVE) != 0
    absent: Flags = ~placed & ((sections.size != 0) | removed)
    if b".image" in tables.stems:
        absent &= tables.section_stems != tables.stems.index(b".image")
    return absent


def _with_targets(
    tables: Tables, layout: Layout, image: Bytes, work: _Work, facts: _Facts, log: Diagnostics
) -> _Work:
    """The relocations whose target is in the image; the others are errors, in place order.

    Data of GNU compilers may refer to a COMDAT that lost: the field is 0 then. gcc puts the table
    of a ``switch`` in an inline function, and .eh_frame's entry for it, into sections of the whole
    object, where they remain when another object's copy of the function was selected.
    """
    gone = facts.absent.take(work.home, mode="clip") & (work.home >= 0)
    positions = gone.nonzero()[0]
    if not len(positions):
        return work
    idle = _of_gnu_leftovers(tables, work.part(positions))
    _clear(tables, layout, image, work.part(positions[idle]), facts)
    _report_absent(tables, work, positions[~idle], log)
    return work.part(~gone)


def _of_gnu_leftovers(tables: Tables, work: _Work) -> Flags:
    """Which relocations are in data and against a COMDAT named as GNU compilers name them.

    That is ``.text$f`` for the function ``f``, on x86 for the symbol ``_f``.
    """
    sections = tables.objects.sections
    eh_frame = tables.section_stems.take(work.row) == tables.stem_number(b".eh_frame")
    found: Flags = (sections.Characteristics.take(work.row) & _CODE == 0) & ~eh_frame
    prefix = tables.target.machine.symbol_prefix
    for at in found.nonzero()[0].tolist():
        home = int(work.home[at])
        leader = int(sections.leader[home])
        function = symbol_text(tables, leader).removeprefix(prefix) if leader >= 0 else ""
        name = decoded(tables.section_name(home)).partition("$")[2]
        found[at] = bool(sections.selection[home]) and name in (function, f"{prefix}{function}")
    found |= eh_frame
    return found


def _clear(tables: Tables, layout: Layout, image: Bytes, work: _Work, facts: _Facts) -> None:
    """Write 0 into the fields of these relocations, as far as they are inside of their section."""
    widths = np.zeros(1 << 16, np.int64)  # by relocation type
    for kind, fixup in tables.target.fixups.items():
        widths[kind] = fixup.width
    width = widths.take(work.type)
    width *= work.offset + width <= facts.room.take(work.row)
    image[ragged(layout.file_offset.take(work.row) + work.offset, width)] = 0


def _report_absent(tables: Tables, work: _Work, positions: Integers, log: Diagnostics) -> None:
    """An error for each of these relocations, whose target is not in the image."""
    order = np.lexsort((work.offset[positions], work.row[positions]))
    lines = source_lines(tables)
    for position in positions[order][:_ERRORS_SHOWN].tolist():
        name = symbol_text(tables, int(work.symbol[position]))
        at = (int(work.row[position]), int(work.offset[position]))
        log.error(
            f"relocation against symbol in discarded section: {name}",
            notes=(f"referenced by {function_text(tables, *at)}{lines.suffix(*at)}",),
        )


def _place(tables: Tables, work: _Work, position: int) -> str:
    return place_text(tables, int(work.row[position]), int(work.offset[position]))


def _report_unknown(tables: Tables, batch: _Work, kind: int, log: Diagnostics) -> None:
    log.error(
        f"unsupported relocation type {kind:#06x} for {tables.target.machine.name}",
        place=_place(tables, batch, 0),
    )


def _inside(tables: Tables, batch: _Work, fixup: Fixup, facts: _Facts, log: Diagnostics) -> _Work:
    """The relocations whose field lies in the bytes of its contribution; others are errors."""
    outside = batch.offset + fixup.width > facts.room.take(batch.row)
    if not fixup.width or not outside.any():
        return batch
    for position in np.flatnonzero(outside)[:_ERRORS_SHOWN].tolist():
        log.error(
            "relocation points beyond the end of its parent section",
            notes=(f"{fixup.name} at {_place(tables, batch, position)}",),
        )
    return batch.part(~outside)


def _apply(
    tables: Tables,
    layout: Layout,
    image: Bytes,
    batch: _Work,
    fixup: Fixup,
    facts: _Facts,
    log: Diagnostics,
) -> None:
    """Patch the fields of relocations of one type; those that overflow are errors."""
    if not len(batch.row) or not fixup.width:
        return
    at = layout.file_offset.take(batch.row)
    at += batch.offset
    places = Places(
        image,
        at,
        batch.target,
        _thumb(tables, batch.home) if tables.target.thumb else None,
        batch.place,
        wrapped(layout.image_base),
        batch.home,
        layout.number,
        facts.starts,
    )
    overflow = fixup.apply(places)
    if overflow is None or not overflow.any():
        return
    if fixup.name.endswith("_ADDR32") and _may_wrap(tables, log):
        return
    lines = source_lines(tables)
    for position in np.flatnonzero(overflow)[:_ERRORS_SHOWN].tolist():
        name, target = symbol_text(tables, int(batch.symbol[position])), int(batch.target[position])
        message = f"relocation out of range: {fixup.name} against {name}"
        note = f"the target is at RVA {target:#x}"
        if batch.absolute[position]:
            note = f"the symbol's value is {target + wrapped(layout.image_base):#x}"
            if "SECREL" in fixup.name:
                message = f"SECREL relocation cannot be applied to absolute symbols: {name}"
        suffix = lines.suffix(int(batch.row[position]), int(batch.offset[position]))
        log.error(message, place=_place(tables, batch, position) + suffix, notes=(note,))


def _may_wrap(tables: Tables, log: Diagnostics) -> bool:
    """Whether 32-bit fields may have addresses above 4 GiB, cut to 32 bits.

    Without LARGE_ADDRESS_AWARE Windows moves the image below 2 GiB, which makes them right again.
    With /force they stay wrong, and a warning says so.
    """
    options = tables.options
    if options.largeaddressaware is False and not options.fixed:
        return True
    if options.force:
        log.warn(
            "/force: addresses above 4 GiB are cut to 32 bits; /base can place the image lower"
        )
    return bool(options.force)


def _thumb(tables: Tables, home: SectionRows) -> Integers:
    """1 for targets in code, whose addresses have bit 0 set; 0 for data and absolute symbols."""
    flags = tables.objects.sections.Characteristics.take(home, mode="clip")
    is_code: Flags = (flags & _EXECUTE != 0) & (home >= 0)
    return is_code.astype(np.int64)


def _write_rva_tables(layout: Layout, rva_tables: Sequence[RvaTable], image: Bytes) -> None:
    """Write each table into its section, sorted for the loader's binary search."""
    for each in rva_tables:
        at = int(layout.file_offset[each.row])
        if at >= 0:
            rvas = np.sort(layout.rva[each.section] + each.value).astype("<u4")
            image[at : at + rvas.nbytes] = rvas.view(np.uint8)


def _sort_unwind(tables: Tables, layout: Layout, image: Bytes) -> None:
    """Sort the exception directory by function for the binary search of the unwinder."""
    directory = layout.directories.get(int(IMAGE_DIRECTORY_ENTRY.EXCEPTION))
    if directory is None:
        return
    start, size = directory
    at = layout.file_offset_of(start)
    # Uninitialised entries at the section's end are not in the file: other bytes stand there.
    home = next(each for each in layout.headers if start < each.VirtualAddress + each.VirtualSize)
    size = min(size, home.VirtualAddress + home.SizeOfRawData - start)
    wide = tables.target.runtime_function_size == IMAGE_RUNTIME_FUNCTION_ENTRY.itemsize
    dtype = IMAGE_RUNTIME_FUNCTION_ENTRY if wide else IMAGE_ARM_RUNTIME_FUNCTION_ENTRY
    # A view of the image: assigning sorts it in place. Equal begins keep their order.
    entries = image[at : at + size - size % dtype.itemsize].view(dtype)
    entries[:] = entries[np.argsort(entries["BeginAddress"], kind="stable")]
