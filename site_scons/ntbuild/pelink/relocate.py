"""Relocate: contributions are copied into the image and every relocation is applied.

One relocation type at a time, over all its places at once, with the machine's table; a type that
is not in the table is an error, never a guess. Base relocations are what is left for the loader.

What is hard is speed: a Python loop per relocation costs seconds, so places, targets and
checks are arrays, and only failures are turned into text. Contributions are copied as records of
a fixed size, too: a loop over them would hold up the thread beside it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.object import ABSOLUTE
from ntbuild.pecoff.parallel import in_parts, parts_of
from ntbuild.pecoff.structs import IMAGE_ARM_RUNTIME_FUNCTION_ENTRY, IMAGE_RUNTIME_FUNCTION_ENTRY
from ntbuild.pecoff.text import Bytes, Integers, ragged
from ntbuild.values import dataclass

from .diagnostics import Diagnostics
from .machines.target import Fixup, Places, wrapped
from .model import Contents, Flags, Layout, Rows, RvaTable, SymbolTable, Tables
from .places import place_text, symbol_text

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_BLOCK = 128
_LARGE = 1 << 13
_MANY = 512
"""Contributions in a part from which on they are copied as records of up to ``_BLOCK`` bytes, those
over ``_LARGE`` excepted: a loop costs less for a few."""

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
    debug, absent = tables.debug_rows(), _absent(tables, layout)

    def fill(part: _Part) -> tuple[_Based, Diagnostics]:
        found = log.apart()
        _copy(tables, layout, image, part.rows)
        work = _resolved(tables, symbols, layout, part.relocations, debug)
        _check_targets(tables, work, absent, found)
        return _fix(tables, layout, image, work, debug, found), found

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
    counts = np.bincount(owner, minlength=len(layout.number))
    rows = parts_of(np.cumsum(np.where(layout.number > 0, counts + 1, 0)))
    firsts = np.searchsorted(owner, [part.start for part in rows]).tolist()
    lasts = [*firsts[1:], len(owner)]
    return [_Part(*each) for each in zip(rows, map(slice, firsts, lasts), strict=True)]


@dataclass(frozen=True, slots=True, eq=False)
class _Based:
    """RVAs that the loader must fix, and the IMAGE_REL_BASED of each."""

    places: Integers
    types: npt.NDArray[np.uint16]


def _fix(
    tables: Tables, layout: Layout, image: Bytes, work: "_Work", debug: Flags, log: Diagnostics
) -> _Based:
    """Apply relocations, one type at a time; what is left of them for the loader."""
    places, types = [np.zeros(0, np.int64)], [np.zeros(0, np.uint16)]
    for kind, run in _runs(work.type):
        mine = work.part(run)
        fixup = tables.target.fixups.get(kind)
        if fixup is None:
            _report_unknown(tables, mine, kind, log)
            continue
        mine = _inside(tables, mine, fixup, log)
        _apply(tables, layout, image, mine, fixup, log)
        if fixup.base_relocation is not None:
            loaded = mine.place[~mine.absolute & ~debug[mine.row]]
            places.append(loaded)
            types.append(np.full(len(loaded), int(fixup.base_relocation), np.uint16))
    return _Based(np.concatenate(places), np.concatenate(types))


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """Relocations of the image as parallel columns, ordered by type.

    ``row`` and ``offset`` say what is patched, ``place`` is its RVA; ``home`` is the section row
    of the symbol (or a negative kind), ``target`` the symbol's RVA, ``number`` its one-based
    output section; ``thumb`` is 1 where it is Thumb code.
    """

    type: npt.NDArray[np.uint16]
    row: Rows
    offset: Integers
    place: Integers
    symbol: Rows
    home: Rows
    target: Integers
    thumb: Integers
    number: Rows

    @property
    def absolute(self) -> Flags:
        """Which are against absolute symbols: the loader does not touch those."""
        absolute: Flags = self.home == ABSOLUTE
        return absolute

    def part(self, which: slice | Flags) -> "_Work":
        """Some of the relocations; a slice copies nothing."""
        return _Work(*(getattr(self, name)[which] for name in self.__slots__))


def _resolved(
    tables: Tables, symbols: SymbolTable, layout: Layout, part: slice, debug: Flags
) -> _Work:
    """The relocations of a part that are in placed sections, with their targets."""
    relocations = symbols.relocations
    used = part.start + np.flatnonzero(layout.number[relocations.section[part]] > 0)
    describes = debug[relocations.section[used]]
    if describes.any():
        # Debug data also describes what was left out: there its fields stay as they are.
        home = symbols.row_section[relocations.symbol[used]]
        gone = (home >= 0) & (layout.number[home] == 0) & (tables.objects.sections.size[home] > 0)
        used = used[~(gone & describes)]
    # One stable sort of small numbers, and each type is a slice of every column.
    used = used[np.argsort(relocations.type[used], kind="stable")]
    row, offset, symbol = (
        relocations.section[used],
        relocations.offset[used],
        relocations.symbol[used],
    )
    home = symbols.row_section[symbol]
    absolute = home == ABSOLUTE
    safe = np.maximum(home, 0)
    target = layout.rva[safe] + symbols.row_value[symbol]
    target[absolute] = symbols.row_value[symbol[absolute]] - wrapped(layout.image_base)
    number = layout.number[safe]
    number[absolute] = 0
    thumb = np.zeros(len(target), np.int64)
    if tables.target.thumb:
        # Bit 0 says Thumb: it belongs to the addresses of code, not of data merged with code.
        code = tables.objects.sections.Characteristics[safe] & _EXECUTE != 0
        thumb[code & (home >= 0)] = 1
    place = layout.rva[row] + offset
    return _Work(relocations.type[used], row, offset, place, symbol, home, target, thumb, number)


def _runs(types: npt.NDArray[np.uint16]) -> Iterator[tuple[int, slice]]:
    """Each type and where it stands among the ordered ones."""
    end = 0
    for kind, count in enumerate(np.bincount(types, minlength=1).tolist()):
        start, end = end, end + count
        if count:
            yield kind, slice(start, end)


# --- contents ------------------------------------------------------------------------------------


def _fill_code(tables: Tables, layout: Layout, image: Bytes) -> None:
    trap = _TRAP.get(tables.target.machine.name)
    if trap is None:
        return
    for header in layout.headers:
        if header.Characteristics & _EXECUTE and header.PointerToRawData:
            end = header.PointerToRawData + min(header.VirtualSize, header.SizeOfRawData)
            image[header.PointerToRawData : end] = trap


def _copy(tables: Tables, layout: Layout, image: Bytes, rows: slice) -> None:
    """Bytes of every placed contribution; initialised ones without bytes become zeros."""
    sections = tables.objects.sections
    placed = rows.start + np.flatnonzero(layout.file_offset[rows] >= 0)
    source, target = sections.position[placed], layout.file_offset[placed]
    size = sections.size[placed]
    for start, end in zip(
        target[source < 0].tolist(), (target + size)[source < 0].tolist(), strict=True
    ):
        image[start:end] = 0
    full = source >= 0
    source, target, size = source[full], target[full], size[full]
    alone = (size > _LARGE) | (len(size) < _MANY)
    to_bytes, from_bytes = memoryview(image), memoryview(tables.buffer)  # type: ignore[arg-type]
    for start, at, count in zip(
        target[alone].tolist(), source[alone].tolist(), size[alone].tolist(), strict=True
    ):
        to_bytes[start : start + count] = from_bytes[at : at + count]
    _copy_many(tables.buffer, image, source[~alone], target[~alone], size[~alone])


def _copy_many(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, size: Integers
) -> None:
    """Copy pieces as records: their whole blocks, then the rests by how long they are."""
    blocks, rest = np.divmod(size, _BLOCK)
    _copy_records(
        buffer, image, ragged(source, blocks, _BLOCK), ragged(target, blocks, _BLOCK), _BLOCK
    )
    order = np.argsort(rest.astype(np.uint8), kind="stable")
    done = (size - rest)[order]
    source, target = source[order] + done, target[order] + done
    end = 0
    for width, count in enumerate(np.bincount(rest).tolist()):
        start, end = end, end + count
        if width and count:
            _copy_records(buffer, image, source[start:end], target[start:end], width)


def _copy_records(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, width: int
) -> None:
    """Copy ``width`` bytes from each source to its target."""
    out_of, into = (
        np.ndarray((max(len(each) - width + 1, 0),), f"V{width}", each.data, 0, (1,))
        for each in (buffer, image)
    )
    into[target] = out_of[source]


# --- relocations ---------------------------------------------------------------------------------


def _absent(tables: Tables, layout: Layout) -> Flags:
    """Section rows that are not in the image and would be missed.

    What is empty has no place but does no harm; the image's own name stands in no section.
    """
    absent: Flags = (layout.number == 0) & (tables.objects.sections.size != 0)
    if b".image" in tables.stems:
        absent &= tables.section_stems != tables.stems.index(b".image")
    return absent


def _check_targets(tables: Tables, work: _Work, absent: Flags, log: Diagnostics) -> None:
    """A relocation must not point at something that is not in the image."""
    gone = absent[work.home] & (work.home >= 0)
    if b".eh_frame" in tables.stems:  # tables of a whole object: entries of lost functions are idle
        gone &= tables.section_stems[work.row] != tables.stems.index(b".eh_frame")
    positions = np.flatnonzero(gone)
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


def _inside(tables: Tables, mine: _Work, fixup: Fixup, log: Diagnostics) -> _Work:
    """Those whose field lies in the bytes of its contribution; others are errors."""
    sections = tables.objects.sections
    room = np.where(sections.position[mine.row] >= 0, sections.size[mine.row], 0)
    outside = mine.offset + fixup.width > room
    if not fixup.width or not outside.any():
        return mine
    for position in np.flatnonzero(outside)[:_ERRORS_SHOWN].tolist():
        log.error(
            f"relocation {fixup.name} is outside of its section",
            place=_place(tables, mine, position),
        )
    return mine.part(~outside)


def _apply(
    tables: Tables, layout: Layout, image: Bytes, mine: _Work, fixup: Fixup, log: Diagnostics
) -> None:
    if not len(mine.row) or not fixup.width:
        return
    starts = np.array([0, *(header.VirtualAddress for header in layout.headers)], np.int64)
    places = Places(
        image,
        layout.file_offset[mine.row] + mine.offset,
        mine.target,
        mine.thumb,
        mine.place,
        wrapped(layout.image_base),
        starts[mine.number],
        mine.number.astype(np.int64),
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
