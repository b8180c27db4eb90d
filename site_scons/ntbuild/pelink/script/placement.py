"""Contributions in the places that a linker script gives them.

A section goes to the first statement that matches it; within a statement contributions stay in
link order unless it sorts. Import tables (``.idata``) are never taken by a script: their order is a
contract with the loader, and which half of a driver's may be freed is for ``default_sections``.
"""

from collections.abc import Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pelink.model import Tables
from ntbuild.support.values import dataclass

from .matching import Matches, match_rows, name_ranks, section_texts
from .plan import MADE_STEM, Plan, PlannedSection
from .syntax_tree import InputStatement

_FROM_THE_END = (".ctors", ".dtors")
# gcc names a constructor's section ``.ctors.N`` with N = 65535 - priority.
_LAST_PRIORITY = 65535


@dataclass(frozen=True, slots=True, eq=False)
class ScriptedSection:
    """An output section of a script.

    ``alignment`` is the least that the script gives it, in bytes. ``rows`` are its section rows in
    the order in which they stand in the image.
    """

    name: str
    alignment: int
    rows: Integers


def by_plan(tables: Tables, live: Flags, plan: Plan) -> tuple[list[ScriptedSection], Flags]:
    """The script's sections that have contributions, and the live rows that it left out."""
    if not plan.sections:
        return [], live
    # One statement of the whole script a row: its section, and its position in that section.
    statements = [
        (section_number, position, statement)
        for section_number, section in enumerate(plan.sections)
        for position, statement in enumerate(section.statements)
    ]
    # The last entry is what rows that no statement takes (-1) find: no section, no position.
    owner = np.array([*(section_number for section_number, _, _ in statements), -1], np.int64)
    position = np.array([*(position for _, position, _ in statements), -1], np.int64)
    inputs = [
        (number, statement)
        for number, (_, _, statement) in enumerate(statements)
        if isinstance(statement, InputStatement)
    ]
    matched, candidates = _matched(tables, live, plan, inputs, owner)
    made = made_rows(tables, live)
    rest = live.copy()
    found = []
    for number, section in enumerate(plan.sections):
        inside = np.flatnonzero(owner[matched.statement] == number)
        where = position[matched.statement[inside]]
        rows = _ordered(tables, section, candidates[inside], where, matched.pattern[inside], made)
        rest[rows] = False
        if len(rows):
            found.append(ScriptedSection(section.name, section.alignment, rows))
    return found, rest


def _matched(
    tables: Tables,
    live: Flags,
    plan: Plan,
    inputs: list[tuple[int, InputStatement]],
    owner: Integers,
) -> tuple[Matches, Integers]:
    """Which statement takes each live row, and the rows; import tables go where they may stand."""
    candidates = live.nonzero()[0]
    is_import = tables.section_stems.take(candidates) == tables.stem_number(b".idata")
    rows = candidates.compress(~is_import)
    matched = match_rows(tables, rows, inputs)
    takers = [each for each in inputs if plan.sections[int(owner[each[0]])].takes_imports]
    if not takers or not is_import.any():
        return matched, rows
    imports = candidates.compress(is_import)
    also = match_rows(tables, imports, takers)
    return (
        Matches(
            np.concatenate([matched.statement, also.statement]),
            np.concatenate([matched.pattern, also.pattern]),
        ),
        np.concatenate([rows, imports]),
    )


def _ordered(
    tables: Tables,
    section: PlannedSection,
    rows: Integers,
    where: Integers,
    pattern: Integers,
    made: dict[int, int],
) -> Integers:
    """The rows of a section and its own contributions, in the order of the image.

    ``where`` is the position of the statement that took each row, ``pattern`` the index of the
    pattern in that statement, ``made`` the row of each contribution of the script by its number.
    """
    own = [
        (at, made[statement])
        for at, statement in enumerate(section.statements)
        if isinstance(statement, int) and statement in made
    ]
    blank = np.zeros(len(own), np.int64)
    keys = _sort_keys(tables, section, rows, where, pattern)
    rows = np.concatenate([rows, np.array([row for _, row in own], np.int64)])
    where = np.concatenate([where, np.array([at for at, _ in own], np.int64)])
    # Sort key, high to low: statement, pattern, file, what SORT forms ask for, section row (that
    # is link order).
    return rows[np.lexsort((rows, *(np.concatenate([key, blank]) for key in keys), where))]


def _sort_keys(
    tables: Tables, section: PlannedSection, rows: Integers, where: Integers, pattern: Integers
) -> tuple[Integers, Integers, Integers]:
    """Sort keys per row, low to high: what SORT forms sort by, the file's rank, and the pattern.

    0 stands for "as in link order": only what a statement sorts by has ranks. Import tables are
    always in the order of their DLLs: entries of one DLL must follow each other.
    """
    ranks, files = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    patterns = np.zeros(len(rows), np.int64)
    is_import = tables.section_stems.take(rows) == tables.stem_number(b".idata")
    for position, statement in enumerate(section.statements):
        if not isinstance(statement, InputStatement):
            continue
        inside = np.flatnonzero((where == position) & ~is_import)
        if statement.sort_files:
            files[inside] = _file_ranks(tables, rows[inside])
        if not any(each.sorts for each in statement.sections):
            continue
        patterns[inside] = pattern[inside]
        for number, each in enumerate(statement.sections):
            if each.sorts:
                some = inside[pattern[inside] == number]
                ranks[some] = _sort_ranks(tables, rows[some], each.sorts)
    imports = is_import.nonzero()[0]
    if len(imports):
        ranks[imports] = _import_ranks(tables, rows[imports])
    return ranks, files, patterns


def _sort_ranks(tables: Tables, rows: Integers, sorts: Sequence[str]) -> Integers:
    """A number per row that sorts as ``sorts`` say, the first of them weighing most."""
    ranks = np.zeros(len(rows), np.int64)
    for sort in sorts:
        if sort == "alignment":
            # SORT_BY_ALIGNMENT puts the largest alignment first, as in GNU ld.
            keys = [-tables.objects.sections.alignment.take(rows)]
        elif sort == "priority":  # sections of one priority, and those without, are sorted by name
            keys = [_priorities(tables, rows), name_ranks(tables, rows)]
        else:
            keys = [name_ranks(tables, rows)]
        for key in keys:
            _, dense = np.unique(key, return_inverse=True)
            ranks = ranks * (len(rows) + 1) + dense
            _, ranks = np.unique(ranks, return_inverse=True)  # dense again, so nothing overflows
    return ranks.astype(np.int64)


def _priorities(tables: Tables, rows: Integers) -> Integers:
    """The number at the end of ``.ctors.65000``; constructors of .ctors run from the end."""
    found = []
    for name in section_texts(tables, rows):
        stem, _, digits = name.rpartition(".")
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else -1
        if number >= 0 and stem in _FROM_THE_END:
            number = _LAST_PRIORITY - number
        found.append(number)
    return np.array(found, np.int64)


def _import_ranks(tables: Tables, rows: Integers) -> Integers:
    """A number per row of import tables that sorts by kind of table, then by DLL."""
    origins = tables.objects.objects.origins
    owners = tables.objects.sections.object[rows].tolist()
    names = section_texts(tables, rows)
    keys = [(name, origins[owner].order) for name, owner in zip(names, owners, strict=True)]
    rank = {key: number for number, key in enumerate(sorted(set(keys)))}
    return np.array([rank[key] for key in keys], np.int64)


def _file_ranks(tables: Tables, rows: Integers) -> Integers:
    """A number per section row that sorts as the name of its object does."""
    owners, owner_of_row = np.unique(tables.objects.sections.object[rows], return_inverse=True)
    names = [tables.objects.objects.origins[owner].name for owner in owners.tolist()]
    rank = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([rank[name] for name in names], np.int64).take(owner_of_row)


def made_rows(tables: Tables, live: Flags) -> dict[int, int]:
    """Section row of each contribution that the script's own statements made, by its number."""
    rows = tables.rows_of_stem(MADE_STEM.encode())
    rows = rows.compress(live.take(rows))
    names = section_texts(tables, rows)
    return {
        int(name.removeprefix(f"{MADE_STEM}$")): row
        for name, row in zip(names, rows.tolist(), strict=True)
    }
