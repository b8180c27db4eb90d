"""Extend: a branch that does not reach its target goes by a thunk, code that jumps on from there.

arm64 branches reach 128 MiB (a conditional one 1 MiB or 32 KiB), Thumb's 16 MiB (1 MiB). A thunk
stands between two contributions of the section that the branch is in, because what is freed or
paged out must not be on the way of what stays; branches to one target share it as far as they
reach it.

What is hard: thunks move what follows them, so that other branches may not reach any more. Those
which nearly do not are therefore extended, too, and the pipeline asks again after each layout.
"""

from collections.abc import Iterator

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers, ObjectRows
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.read import Relocations, Sections
from ntbuild.pelink.machines.target import Thunk
from ntbuild.pelink.model import Layout, OutputSection, SymbolTable, Tables
from ntbuild.pelink.synthesize.far_thunk import FAR_THUNK_ORDER
from ntbuild.support.values import dataclass, fields, replace

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_MARGIN_SHARE = 8
_MARGIN = 1 << 18
"""What is left of a branch's reach for thunks that come in between: an eighth, at most 256 KiB."""


@dataclass(frozen=True, slots=True, eq=False)
class WithThunks:
    """The link with more thunks: sections, symbols and relocations have new rows at the end."""

    tables: Tables
    symbols: SymbolTable
    sections: tuple[OutputSection, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Far:
    """Branches that need a thunk: relocation rows with their places, in order of target and place.

    ``group`` numbers what may share thunks: a target, a reach and an output section.
    """

    relocation: Integers
    place: Integers
    reach: Integers
    group: Integers
    number: Integers


def add_range_thunks(
    tables: Tables, symbols: SymbolTable, sections: tuple[OutputSection, ...], layout: Layout
) -> WithThunks | None:
    """The link with thunks for the branches that this layout makes too long; None without any.

    A branch that no thunk can help (its contribution is too large) stays as it is.
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
    """The branches that do not reach, and those that nearly do not; None where all reach."""
    relocations = symbols.relocations
    reaches, biases, addends = (np.zeros(1 << 16, np.int64) for _ in range(3))
    for kind, branch in tables.target.branches.items():
        reaches[kind], biases[kind], addends[kind] = branch.reach, branch.bias, branch.addend
    rows = np.flatnonzero(
        (reaches[relocations.type] > 0) & (layout.number[relocations.section] > 0)
    )
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
    some = np.flatnonzero(np.abs(distance) >= reach - _margin(reach))
    position = tables.objects.sections.position[row[some]] + relocations.offset[rows[some]]
    words = np.ndarray((len(tables.buffer) - 3,), "<u4", tables.buffer.data, 0, (1,))
    room = relocations.offset[rows[some]] + 4 <= tables.objects.sections.size[row[some]]
    plain = room & (position >= 0)
    field = words[np.where(plain, position, 0)].astype(np.int64)
    plain &= field & addends[relocations.type[rows[some]]] == 0
    some = some[plain]
    if not len(some):
        return None
    number = layout.number[row[some]].astype(np.int64)
    keys = np.stack([number, reach[some], home[some].astype(np.int64), value[some]])
    order = np.lexsort((place[some], *keys))
    keys = keys[:, order]
    changes = (keys[:, 1:] != keys[:, :-1]).any(axis=0)
    group = np.concatenate([[0], np.cumsum(changes)])
    some = some[order]
    return _Far(rows[some], place[some], reach[some], group, number[order])


def _margin(reach: Integers) -> Integers:
    return np.minimum(reach // _MARGIN_SHARE, _MARGIN)


def _points(
    tables: Tables, sections: tuple[OutputSection, ...], layout: Layout
) -> dict[int, tuple[int, Integers, Integers]]:
    """Where thunks can stand, by an output section's number.

    (Index into ``sections``, ends of its contributions in ascending order, their positions.)
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
    """(index of the output section, position to stand behind, relocation rows) of each thunk.

    Each stands as far on as the first branch reaches, so that as many as possible share it.
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
) -> WithThunks:
    """New rows for thunks; ``branches`` are relocation rows, ``counts`` of them for each thunk."""
    number = len(counts)
    relocations = symbols.relocations
    first_branch = branches[np.cumsum(counts) - counts]
    first_section, first_symbol = len(tables.objects.sections), len(symbols.row_section)
    new_section = first_section + np.arange(number, dtype=np.int32)
    new_symbol = first_symbol + np.arange(number, dtype=np.int32)
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
        mine = np.flatnonzero(output == index)
        rows = np.insert(section.rows, position[mine] + 1, new_section[mine])
        placed.append(replace(section, rows=rows))
    return WithThunks(tables, symbols, tuple(placed))


def _with_sections(tables: Tables, owners: ObjectRows) -> Tables:
    """As many section rows more as there are owners, all with the bytes of the one thunk."""
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
