"""Range-extension thunks: a branch that cannot reach its target jumps to a thunk that can.

Reach: arm64 b/bl 128 MiB, b.cond and cbz 1 MiB, tbz 32 KiB; Thumb b/bl/blx 16 MiB, b.cond 1 MiB.
x64 and x86 branches reach 2 GiB and need none.

    0x00001000  f:        bl g          ->  bl thunk_g
    0x00001004            ...
    0x00002000  thunk_g:  adrp x16, g; add x16, x16, g; br x16
    0x09000000  g:        ...

A thunk stands between two contributions of the branch's own output section. It must not stand in
another one: INIT is freed after start-up and PAGE sections are paged out, and no way between two
places that stay may lead through them. Branches to one target share a thunk when they reach it. A
thunk stands at the last place that the first of its branches reaches, so that many can share it.

Inserting thunks moves code, which can push other branches out of range. Branches whose target lies
in the last eighth of their reach (at most 256 KiB of it) therefore get a thunk as well, and link()
repeats layout until none is missing.

Limits: a branch with an addend is not extended, and one inside a contribution larger than its reach
cannot be; `relocate` reports those that then do not reach.

Sources: PE Format, "ARM64 Processors" and "ARM Processors"; Arm Architecture Reference Manuals.
"""

from collections.abc import Iterator

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, ObjectRows
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.read import Relocations, Sections
from ntbuild.pelink.machines.target import Thunk
from ntbuild.pelink.model import Layout, OutputSection, Relaid, SymbolTable, Tables
from ntbuild.pelink.synthesize.far_thunk import FAR_THUNK_ORDER
from ntbuild.support.values import dataclass, fields, replace

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_MARGIN_SHARE = 8
MARGIN = 1 << 18
"""Bytes of a branch's reach left free for thunks inserted later: an eighth, at most 256 KiB."""


@dataclass(frozen=True, slots=True, eq=False)
class _Far:
    """Branches that need a thunk, one a row, sorted by group and within it by place.

    - ``relocation``: row of ``SymbolTable.relocations``
    - ``place``: RVA that the branch's distance counts from
    - ``reach``: bytes that it reaches either way
    - ``group``: number of a target, reach and output section; its branches may share thunks
    - ``number``: output section of the branch
    """

    relocation: Integers
    place: Integers
    reach: Integers
    group: Integers
    number: Integers


def add_range_thunks(
    tables: Tables, symbols: SymbolTable, sections: tuple[OutputSection, ...], layout: Layout
) -> Relaid | None:
    """The link with thunks for the branches that this layout makes too long.

    None when no thunk is missing, or when none can help.
    """
    thunk = tables.target.far_thunk
    if thunk is None:
        return None
    far = _far_branches(tables, symbols, layout)
    if far is None:
        return None
    chosen = list(_thunks(far, _points(tables, sections, layout)))
    if not chosen:
        return None
    counts = [len(branches) for _, _, branches in chosen]
    return _with_thunks(
        tables,
        symbols,
        sections,
        thunk,
        np.array([output for output, _, _ in chosen], np.int64),
        np.array([position for _, position, _ in chosen], np.int64),
        np.concatenate([branches for _, _, branches in chosen]),
        np.array(counts, np.int64),
    )


def _far_branches(tables: Tables, symbols: SymbolTable, layout: Layout) -> _Far | None:
    """The branches that do not reach their target, or only by less than the margin.

    None when all reach, or when no such branch can have a thunk.
    """
    relocations = symbols.relocations
    # Facts by relocation type, so that a whole column of types is looked up at once.
    reaches, biases, addends = (np.zeros(1 << 16, np.int64) for _ in range(3))
    for kind, branch in tables.target.branches.items():
        reaches[kind], biases[kind], addends[kind] = branch.reach, branch.bias, branch.addend
    rows = np.flatnonzero(
        (reaches[relocations.type] > 0) & (layout.number[relocations.section] > 0)
    )
    # From here one entry is one branch of the image to a target in the image.
    home = symbols.row_section[relocations.symbol[rows]]
    inside = home >= 0
    inside[inside] = layout.number[home[inside]] > 0
    rows, home = rows[inside], home[inside]
    reach = reaches[relocations.type[rows]]
    row, value = relocations.section[rows], symbols.row_value[relocations.symbol[rows]]
    place = layout.rva[row] + relocations.offset[rows] + biases[relocations.type[rows]]
    distance = layout.rva[home] + value - place
    if not ((distance >= reach) | (distance < -reach)).any():
        return None
    # ``far`` are indices into these branches. The ones with an addend drop out: a thunk goes to the
    # symbol itself.
    far = np.flatnonzero(np.abs(distance) >= reach - _margin(reach))
    far = far[_has_no_addend(tables, relocations, rows[far], addends)]
    if not len(far):
        return None
    # Sort key, high to low: target (value, section row), reach, output section, place.
    number = layout.number[row[far]].astype(np.int64)
    keys = np.stack([number, reach[far], home[far].astype(np.int64), value[far]])
    order = np.lexsort((place[far], *keys))
    keys = keys[:, order]
    changes = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    group = np.concatenate([[0], np.cumsum(changes)])
    far = far[order]
    return _Far(rows[far], place[far], reach[far], group, number[order])


def _has_no_addend(
    tables: Tables, relocations: Relocations, rows: Integers, addends: Integers
) -> Flags:
    """Which branches (relocation rows) have no addend in their instruction."""
    section, offset = relocations.section[rows], relocations.offset[rows]
    position = tables.objects.sections.position[section] + offset
    plain: Flags = (offset + 4 <= tables.objects.sections.size[section]) & (position >= 0)
    words = np.ndarray((len(tables.buffer) - 3,), "<u4", tables.buffer.data, 0, (1,))
    instruction = words[np.where(plain, position, 0)].astype(np.int64)
    plain &= instruction & addends[relocations.type[rows]] == 0
    return plain


def _margin(reach: Integers) -> Integers:
    """Bytes at the end of a reach that are not used, so that code may still move."""
    return np.minimum(reach // _MARGIN_SHARE, MARGIN)


def _points(
    tables: Tables, sections: tuple[OutputSection, ...], layout: Layout
) -> dict[int, tuple[int, Integers, Integers]]:
    """Where thunks can stand: behind each contribution of the sections with code.

    By output section number: (index into ``sections``, RVAs of the ends of its contributions,
    ascending, and their indices into its rows).
    """
    found = {}
    for index, section in enumerate(sections):
        rows = section.rows
        if section.Characteristics & _EXECUTE and len(rows) and layout.number[rows[0]]:
            ends = layout.rva[rows] + tables.objects.sections.size[rows]
            found[int(layout.number[rows[0]])] = (index, ends, np.arange(len(rows)))
    return found


def _thunks(
    far: _Far, points: dict[int, tuple[int, Integers, Integers]]
) -> Iterator[tuple[int, int, Integers]]:
    """Each thunk as (index of its output section, index of the row that it follows, branches).

    Branches are relocation rows. A thunk stands as far on as its first branch reaches.
    """
    starts = np.flatnonzero(np.diff(far.group, prepend=-1))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(far.group)], strict=True):
        place, reach = far.place[start:end], int(far.reach[start])
        reach -= int(_margin(far.reach[start : start + 1])[0])
        if int(far.number[start]) not in points:
            continue
        index, ends, positions = points[int(far.number[start])]
        at = 0
        while at < len(place):
            point = int(np.searchsorted(ends, place[at] + reach)) - 1
            if point < 0 or ends[point] < place[at] - reach:
                at += 1  # its contribution is larger than its reach
                continue
            last = int(np.searchsorted(place, ends[point] + reach))
            last = max(last, at + 1)
            yield index, int(positions[point]), far.relocation[start + at : start + last]
            at = last


def _with_thunks(
    tables: Tables,
    symbols: SymbolTable,
    sections: tuple[OutputSection, ...],
    thunk: Thunk,
    output: Integers,
    position: Integers,
    branches: Integers,
    counts: Integers,
) -> Relaid:
    """The link with a new section row, symbol row and relocations for each thunk.

    ``output`` and ``position`` say where each stands, ``counts`` how many of ``branches``
    (relocation rows) it has.
    """
    number = len(counts)
    relocations = symbols.relocations
    first_branch = branches[np.cumsum(counts) - counts]
    first_section, first_symbol = len(tables.objects.sections), len(symbols.row_section)
    new_section = first_section + np.arange(number, dtype=np.int32)
    new_symbol = first_symbol + np.arange(number, dtype=np.int32)
    # The branches now lead to their thunk's symbol, and the thunk to their old target.
    symbol = relocations.symbol.copy()
    symbol[branches] = np.repeat(new_symbol, counts)
    offsets = np.array([offset for offset, _ in thunk.relocations], np.int64)
    kinds = np.array([kind for _, kind in thunk.relocations], np.uint16)
    target = relocations.symbol[first_branch]
    symbols = replace(
        symbols,
        row_section=np.concatenate([symbols.row_section, new_section]),
        row_value=np.concatenate([symbols.row_value, np.zeros(number, np.int64)]),
        dead=np.concatenate([symbols.dead, np.zeros(number, np.bool_)]),
        kept=np.concatenate([symbols.kept, np.ones(number, np.bool_)]),
        relocations=Relocations(
            np.concatenate([relocations.section, np.repeat(new_section, len(kinds))]),
            np.concatenate([relocations.offset, np.tile(offsets, number)]),
            np.concatenate([relocations.type, np.tile(kinds, number)]),
            np.concatenate([symbol, np.repeat(target, len(kinds))]),
        ),
    )
    tables = _with_sections(
        tables, tables.objects.sections.object[relocations.section[first_branch]]
    )
    placed = []
    for index, section in enumerate(sections):
        inserted = np.flatnonzero(output == index)
        rows = np.insert(section.rows, position[inserted] + 1, new_section[inserted])
        placed.append(replace(section, rows=rows))
    return Relaid(tables, symbols, tuple(placed))


def _with_sections(tables: Tables, owners: ObjectRows) -> Tables:
    """The tables with one more section row for each owner (an object), a copy of the thunk's."""
    columns, origins = tables.objects.sections, tables.objects.objects.origins
    owner = next(n for n, origin in enumerate(origins) if origin.order == FAR_THUNK_ORDER)
    model = int(tables.objects.objects.first_section[owner])
    grown = {
        each.name: np.concatenate([column, np.repeat(column[model : model + 1], len(owners))])
        for each in fields(columns)
        for column in [getattr(columns, each.name)]
    }
    grown["object"][-len(owners) :] = owners
    stems = tables.section_stems
    return replace(
        tables,
        objects=replace(tables.objects, sections=Sections(**grown)),
        section_stems=np.concatenate([stems, np.repeat(stems[model : model + 1], len(owners))]),
    )
