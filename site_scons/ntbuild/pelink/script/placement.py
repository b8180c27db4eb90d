"""Contributions in the places that a linker script gives them.

A section goes to the first statement that matches it; within a statement contributions stay in
link order unless it sorts. What is hard is that a driver's import tables stay out of it: which
half of them may be freed is for the profile to say.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pelink.model import Tables
from ntbuild.support.values import dataclass

from .matching import match_rows
from .plan import MADE_STEM, Plan, PlannedSection
from .syntax_tree import InputStatement


@dataclass(frozen=True, slots=True, eq=False)
class ScriptedSection:
    """An output section of a script with its rows in order."""

    name: str
    alignment: int
    rows: Integers


def by_plan(tables: Tables, live: Flags, plan: Plan) -> tuple[list[ScriptedSection], Flags]:
    """The script's sections that have contributions, and the live rows that it left out."""
    if not plan.sections:
        return [], live
    statements = [
        (section_number, position, statement)
        for section_number, section in enumerate(plan.sections)
        for position, statement in enumerate(section.statements)
    ]
    inputs = [
        (number, statement)
        for number, (_, _, statement) in enumerate(statements)
        if isinstance(statement, InputStatement)
    ]
    candidates = np.flatnonzero(live & ~_is_import(tables))
    matched = match_rows(tables, candidates, inputs)
    owner = np.array([section_number for section_number, _, _ in statements], np.int64)
    position = np.array([position for _, position, _ in statements], np.int64)
    made = _made_rows(tables, live)
    rest = live.copy()
    found = []
    for number, section in enumerate(plan.sections):
        mine = np.flatnonzero((matched.statement >= 0) & (owner[matched.statement] == number))
        where = position[matched.statement[mine]]
        rows = _ordered(tables, section, candidates[mine], where, matched.pattern[mine], made)
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
    """A section's rows and its own contributions by statement, each statement in its order."""
    own = [
        (at, made[statement])
        for at, statement in enumerate(section.statements)
        if isinstance(statement, int) and statement in made
    ]
    blank = np.zeros(len(own), np.int64)
    keys = _sort_keys(tables, section, rows, where, pattern)
    rows = np.concatenate([rows, np.array([row for _, row in own], np.int64)])
    where = np.concatenate([where, np.array([at for at, _ in own], np.int64)])
    return rows[np.lexsort((rows, *(np.concatenate([key, blank]) for key in keys), where))]


def _is_import(tables: Tables) -> Flags:
    number = tables.stems.index(b".idata") if b".idata" in tables.stems else -1
    is_import: Flags = tables.section_stems == number
    return is_import


def _sort_keys(
    tables: Tables, section: PlannedSection, rows: Integers, where: Integers, pattern: Integers
) -> tuple[Integers, Integers, Integers]:
    """Name, file and pattern as numbers that sort as the statements ask, the least weighty first.

    ``where`` is the statement's position in the section; 0 stands for "as in link order".
    """
    names, files = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    patterns = np.zeros(len(rows), np.int64)
    for position, statement in enumerate(section.statements):
        if not isinstance(statement, InputStatement):
            continue
        sorted_patterns = [number for number, each in enumerate(statement.sections) if each.sort]
        if not sorted_patterns and not statement.sort_files:
            continue
        mine = np.flatnonzero(where == position)
        if statement.sort_files:
            files[mine] = _ranks([tables.object_name(row).encode() for row in rows[mine].tolist()])
        if sorted_patterns:
            patterns[mine] = pattern[mine]
            by_name = mine[np.isin(pattern[mine], sorted_patterns)]
            names[by_name] = _ranks([tables.section_name(row) for row in rows[by_name].tolist()])
    return names, files, patterns


def _ranks(texts: list[bytes]) -> list[int]:
    rank = {text: number for number, text in enumerate(sorted(set(texts)))}
    return [rank[text] for text in texts]


def _made_rows(tables: Tables, live: Flags) -> dict[int, int]:
    """Row of each contribution that the script's own statements made, by its number."""
    stem = MADE_STEM.encode()
    if stem not in tables.stems:
        return {}
    rows = np.flatnonzero(live & (tables.section_stems == tables.stems.index(stem)))
    return {int(tables.section_name(row)[len(stem) + 1 :]): row for row in rows.tolist()}
