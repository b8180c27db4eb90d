"""Contributions in the places that a linker script gives them.

A section goes to the first statement that matches it; within a statement contributions stay in
link order unless it sorts. Import tables (``.idata``) are never taken by a script: their order is a
contract with the loader, and which half of a driver's may be freed is for ``default_sections``.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pelink.model import Tables
from ntbuild.support.values import dataclass

from .matching import match_rows, name_ranks, section_texts
from .plan import MADE_STEM, Plan, PlannedSection
from .syntax_tree import InputStatement


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
    owner = np.array([section_number for section_number, _, _ in statements], np.int64)
    position = np.array([position for _, position, _ in statements], np.int64)
    inputs = [
        (number, statement)
        for number, (_, _, statement) in enumerate(statements)
        if isinstance(statement, InputStatement)
    ]
    candidates = np.flatnonzero(live & (tables.section_stems != tables.stem_number(b".idata")))
    matched = match_rows(tables, candidates, inputs)
    made = _made_rows(tables, live)
    rest = live.copy()
    found = []
    for number, section in enumerate(plan.sections):
        inside = np.flatnonzero((matched.statement >= 0) & (owner[matched.statement] == number))
        where = position[matched.statement[inside]]
        rows = _ordered(tables, section, candidates[inside], where, matched.pattern[inside], made)
        rest[rows] = False
        if len(rows):
            found.append(ScriptedSection(section.name, section.alignment, rows))
    return found, rest


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
    # Sort key, high to low: statement, pattern, file, name, section row (link order breaks ties).
    return rows[np.lexsort((rows, *(np.concatenate([key, blank]) for key in keys), where))]


def _sort_keys(
    tables: Tables, section: PlannedSection, rows: Integers, where: Integers, pattern: Integers
) -> tuple[Integers, Integers, Integers]:
    """Sort keys per row, low to high: rank of the section's name, of the file's, and the pattern.

    0 stands for "as in link order": only what a statement sorts by has ranks.
    """
    names, files = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    patterns = np.zeros(len(rows), np.int64)
    for position, statement in enumerate(section.statements):
        if not isinstance(statement, InputStatement):
            continue
        sorted_patterns = [number for number, each in enumerate(statement.sections) if each.sort]
        if not sorted_patterns and not statement.sort_files:
            continue
        inside = np.flatnonzero(where == position)
        if statement.sort_files:
            files[inside] = _file_ranks(tables, rows[inside])
        if sorted_patterns:
            patterns[inside] = pattern[inside]
            by_name = inside[np.isin(pattern[inside], sorted_patterns)]
            names[by_name] = name_ranks(tables, rows[by_name])
    return names, files, patterns


def _file_ranks(tables: Tables, rows: Integers) -> Integers:
    """A number per section row that sorts as the name of its object does."""
    owners, owner_of_row = np.unique(tables.objects.sections.object[rows], return_inverse=True)
    names = [tables.objects.objects.origins[owner].name for owner in owners.tolist()]
    rank = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([rank[name] for name in names], np.int64).take(owner_of_row)


def _made_rows(tables: Tables, live: Flags) -> dict[int, int]:
    """Section row of each contribution that the script's own statements made, by its number."""
    rows = tables.rows_of_stem(MADE_STEM.encode())
    rows = rows.compress(live.take(rows))
    names = section_texts(tables, rows)
    return {
        int(name.removeprefix(f"{MADE_STEM}$")): row
        for name, row in zip(names, rows.tolist(), strict=True)
    }
