"""The CodeView sections of a link: those whose code is in the image, relocated, and their parts.

``.debug$T`` has the types of an object, after a signature. ``.debug$S`` has subsections of symbols,
lines, file names and checksums; a COMDAT function has one of its own, which is associated with it
and leaves the link together with it. Fields that hold an address have two relocations: one for the
offset in the output section, one for the section's number.

Source: LLVM, "CodeView Symbol Records" and "CodeView Type Records"; PE Format, "COFF Relocations".
"""

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import SIGNATURE, SUBSECTION
from ntbuild.pecoff.columns.arrays import Flags, Integers, SectionRows
from ntbuild.pecoff.columns.parallel import in_parts, slices
from ntbuild.pecoff.columns.pieces import copy_pieces
from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE
from ntbuild.pecoff.constants import IMAGE_REL_AMD64 as AMD64
from ntbuild.pecoff.constants import IMAGE_REL_ARM as ARM
from ntbuild.pecoff.constants import IMAGE_REL_ARM64 as ARM64
from ntbuild.pecoff.constants import IMAGE_REL_I386 as I386
from ntbuild.pecoff.object.read import ABSOLUTE, read_relocations
from ntbuild.pecoff.object.tables import Origin
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .records import PADDING, Runs, among, at_any_byte, lookup, unaligned
from .type_hashes import NO_HASHES, TypeHashes, read_type_hashes

_SYMBOLS: Final = np.frombuffer(b".debug$S", "<u8")[0]
_TYPES: Final = np.frombuffer(b".debug$T", "<u8")[0]
_HASHES: Final = np.frombuffer(b".debug$H", "<u8")[0]
_PRECOMPILED: Final = np.frombuffer(b".debug$P", "<u8")[0]
_FRAMES: Final = np.frombuffer(b".debug$F", "<u8")[0]
"""Names of eight bytes, as `Sections.name_head` has them."""

_KINDS: Final = {
    IMAGE_FILE_MACHINE.AMD64: (AMD64.SECREL, AMD64.SECTION, AMD64.ADDR32NB),
    IMAGE_FILE_MACHINE.I386: (I386.SECREL, I386.SECTION, I386.DIR32NB),
    IMAGE_FILE_MACHINE.ARM64: (ARM64.SECREL, ARM64.SECTION, ARM64.ADDR32NB),
    IMAGE_FILE_MACHINE.ARMNT: (ARM.SECREL, ARM.SECTION, ARM.ADDR32NB),
}
"""Relocations of an offset in a section, of a section's number (16 bits), and of an RVA."""
_WIDTHS: Final = (4, 2, 4)

_HEAD: Final = 4
"""Bytes of the signature at the start of a section."""


@dataclass(frozen=True, slots=True, eq=False)
class Subsections:
    """The parts of all ``.debug$S`` sections, in their order: one row a subsection.

    They are runs themselves (`Runs.begin`, `Runs.end`), without their head of eight bytes.
    """

    runs: Runs
    kind: npt.NDArray[np.uint32]

    def only(self, kinds: Iterable[SUBSECTION]) -> "Subsections":
        """The subsections of some kinds."""
        rows = among(self.kind, kinds).nonzero()[0]
        runs = self.runs
        begin, end = runs.begin[rows], runs.end[rows]
        some = Runs(runs.data, begin, end, runs.object[rows], runs.file_offset[rows], runs.origins)
        return Subsections(some, self.kind[rows])

    def of(self, kind: SUBSECTION) -> Integers:
        """Rows of one kind, ascending."""
        rows: Integers = (self.kind == kind).nonzero()[0]
        return rows


def type_runs(tables: Tables, log: Diagnostics) -> Runs:
    """The type records of each object, without the signature; where they are in the buffer."""
    sections, origins = tables.objects.sections, tables.objects.objects.origins
    which = (sections.name_head == _TYPES) | (sections.name_head == _PRECOMPILED)
    rows = _with_content(tables, _of_known_version(tables, which, log), _HEAD)
    owner, begin = sections.object[rows], sections.position[rows] + _HEAD
    end = begin + sections.size[rows] - _HEAD
    return Runs(tables.buffer, begin, end, owner, begin - _starts(origins).take(owner), origins)


def type_hashes(tables: Tables, runs: Runs) -> TypeHashes:
    """The compilers' hashes of all records of ``runs``; none unless all objects have them."""
    sections = tables.objects.sections
    rows = _with_content(tables, sections.name_head == _HASHES, 0)
    if not np.array_equal(sections.object[rows], runs.object):
        return NO_HASHES
    return read_type_hashes(tables.buffer, sections.position[rows], sections.size[rows])


def symbol_sections(
    tables: Tables, symbols: SymbolTable, layout: Layout, log: Diagnostics
) -> Flags:
    """Which sections are ``.debug$S`` of what stays in the link; a warning for strange ones."""
    return _of_known_version(tables, _stays(tables, symbols, layout, _SYMBOLS), log)


def relocated_symbols(
    tables: Tables, symbols: SymbolTable, layout: Layout, which: Flags
) -> Subsections:
    """The subsections of some ``.debug$S``, with final addresses. Raises FormatError."""
    runs = _gathered(tables, which, _HEAD)
    _relocate(tables, symbols, layout, which, runs, _HEAD)
    return find_subsections(runs)


def relocated_frames(tables: Tables, symbols: SymbolTable, layout: Layout) -> Runs:
    """The ``.debug$F`` sections of what stays in the link: frames of x86 without EBP."""
    which = _stays(tables, symbols, layout, _FRAMES)
    runs = _gathered(tables, which, 0)
    _relocate(tables, symbols, layout, which, runs, 0)
    return runs


def _stays(tables: Tables, symbols: SymbolTable, layout: Layout, name: np.uint64) -> Flags:
    """Which sections of a name are about what is in the image."""
    sections = tables.objects.sections
    which: Flags = (sections.name_head == name) & ~_padded_flags(symbols.dead, len(sections))
    follows = which & (sections.parent >= 0)
    which[follows] = layout.number[sections.parent[follows]] > 0
    return which


def _of_known_version(tables: Tables, which: Flags, log: Diagnostics) -> Flags:
    """The sections among ``which`` that begin with the known signature; a warning for others."""
    sections = tables.objects.sections
    rows = (which & (sections.size >= _HEAD) & (sections.position >= 0)).nonzero()[0]
    signature = unaligned(tables.buffer, sections.position[rows], "<u4")
    for row in rows[signature != SIGNATURE].tolist():
        at = int(sections.position[row])
        magic = int.from_bytes(tables.buffer[at : at + _HEAD].tobytes(), "little")
        name = decoded(tables.section_name(row))
        text = f"ignoring section {name} with unrecognized magic {magic:#x}"
        log.warn(text, place=tables.object_name(row), hint="compile with /Z7 or -gcodeview")
    known = np.zeros(len(which), np.bool_)
    known[rows[signature == SIGNATURE]] = True
    return known


def _padded_flags(flags: Flags, count: int) -> Flags:
    """Flags for rows that a later pass has added as well."""
    return np.concatenate([flags, np.zeros(count - len(flags), np.bool_)])


def _gathered(tables: Tables, which: Flags, head: int) -> Runs:
    """The contents of sections behind ``head`` bytes, each at a multiple of four."""
    sections, origins = tables.objects.sections, tables.objects.objects.origins
    rows = _with_content(tables, which, head)
    size = sections.size.take(rows) - head
    room = (size + 3) & -4
    ends = room.cumsum()
    begin, position = ends - room, sections.position.take(rows) + head
    data = np.empty((int(ends[-1]) if len(ends) else 0) + PADDING, np.uint8)
    data[len(data) - PADDING :] = 0
    data[: len(data) & -4].view("<u4")[(ends >> 2) - 1] = 0  # what the last bytes leave of a word
    copy_pieces(tables.buffer, data, position, begin, size)
    owner = sections.object.take(rows)
    return Runs(data, begin, begin + size, owner, position - _starts(origins).take(owner), origins)


def _starts(origins: Sequence[Origin]) -> Integers:
    """Position of each object in the buffer."""
    return np.array([each.position for each in origins], np.int64)


def _with_content(tables: Tables, which: Flags, head: int) -> Integers:
    """The rows of sections that have bytes behind their head."""
    sections = tables.objects.sections
    rows: Integers = (which & (sections.size > head) & (sections.position >= 0)).nonzero()[0]
    return rows


def _relocate(
    tables: Tables, symbols: SymbolTable, layout: Layout, which: Flags, runs: Runs, head: int
) -> None:
    """Write section numbers, offsets in sections and RVAs into the gathered bytes."""
    relocations = read_relocations(tables.buffer, tables.objects, which)
    if not len(relocations.offset):
        return
    run_of = np.full(len(tables.objects.sections), -1, np.int32)
    rows = _with_content(tables, which, head)
    run_of[rows] = np.arange(len(rows), dtype=np.int32)
    kinds = _KINDS[IMAGE_FILE_MACHINE(tables.target.machine.id)]
    widths = lookup(dict(zip(kinds, _WIDTHS, strict=True)))
    starts = np.array([0, *(each.VirtualAddress for each in layout.headers)], np.int64)

    def write(part: slice) -> None:
        # Arrays have an entry a relocation of the part.
        run, type_ = run_of.take(relocations.section[part]), relocations.type[part]
        within = relocations.offset[part] - head
        at = runs.begin.take(run, mode="clip") + within
        width = widths.take(type_)
        outside = (within < 0) | (at + width > runs.end.take(run, mode="clip"))
        outside &= (width > 0) & (run >= 0)
        if outside.any():
            row = int(outside.nonzero()[0][0])
            message = "a relocation outside of its section"
            raise runs.fault(int(run[row]), int(at[row]), "VirtualAddress", message)
        symbol = relocations.symbol[part]
        target, value = symbols.row_section.take(symbol), symbols.row_value.take(symbol)
        number, offset, rva = _places(layout, starts, target, value)
        # What was not linked keeps zero, which debuggers take for no address.
        linked = (number > 0) & (run >= 0)
        for kind, size, field in zip(kinds, _WIDTHS, (offset, number, rva), strict=True):
            which = ((type_ == kind) & linked).nonzero()[0]
            if len(which):
                numbers, places = at_any_byte(runs.data, f"<u{size}"), at.take(which)
                numbers[places] += field.take(which).astype(numbers.dtype)

    in_parts(write, slices(len(relocations.offset)))


def _places(
    layout: Layout, starts: Integers, target: SectionRows, value: Integers
) -> tuple[Integers, Integers, Integers]:
    """Section number, offset in it and RVA of symbols; number 0 of what is not in the image.

    An absolute symbol is said to be in a section behind the last one, as link.exe has it.
    ``starts`` are the RVAs of output sections, by number.
    """
    number = layout.number.take(target, mode="clip").astype(np.int64)
    number[target < 0] = 0
    rva: Integers = layout.rva.take(target, mode="clip") + value
    offset: Integers = rva - starts.take(number)
    absolute = (target == ABSOLUTE).nonzero()[0]
    number[absolute] = len(starts)
    offset[absolute] = rva[absolute] = value[absolute]
    return number, offset, rva


def find_subsections(runs: Runs) -> Subsections:
    """The subsections of ``.debug$S`` sections. Raises FormatError for one that passes the end."""
    words = runs.data[: len(runs.data) & -4].view("<u4")
    found: list[tuple[Integers, Integers]] = []
    run = np.arange(len(runs.begin))
    at, end = runs.begin, runs.end
    more = at < end
    at, end, run = (each.compress(more) for each in (at, end, run))
    while len(at):  # one row is a section with one more subsection
        cut = (at + 8 > end).nonzero()[0]
        if len(cut):
            message = "a subsection without a length"
            raise runs.fault(int(run[cut[0]]), int(at[cut[0]]), "subsection", message)
        found.append((at, run))
        at = (at + 8 + words.take((at >> 2) + 1).astype(np.int64) + 3) & -4
        more = at < end
        at, end, run = (each.compress(more) for each in (at, end, run))
    empty = np.zeros(0, np.int64)
    at = np.concatenate([*(each for each, _ in found), empty])
    run = np.concatenate([*(each for _, each in found), empty])
    order = at.argsort(kind="stable")
    at, run = at[order], run[order]
    size = words.take((at >> 2) + 1).astype(np.int64)
    bad = (at + 8 + size > runs.end[run]).nonzero()[0]
    if len(bad):
        row = int(bad[0])
        message = f"a subsection of {int(size[row])} bytes, and its section ends before that"
        raise runs.fault(int(run[row]), int(at[row]) + 4, "subsection", message)
    file_offset = runs.file_offset[run] + at + 8 - runs.begin[run]
    parts = Runs(runs.data, at + 8, at + 8 + size, runs.object[run], file_offset, runs.origins)
    return Subsections(parts, words.take(at >> 2))
