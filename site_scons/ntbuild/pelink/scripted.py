"""Contributions in the places that a linker script gives them.

A section goes to the first statement that matches it; within a statement contributions stay in
link order unless it sorts. What is hard is that a driver's import tables stay out of it: which
half of them may be freed is for the profile to say.
"""

from dataclasses import dataclass

import numpy as np

from ntbuild.pecoff.text import Integers

from .matching import Match, match_rows
from .model import Flags, Tables
from .plan import MADE_STEM, Plan, PlannedSection
from .script import Input

_Key = tuple[int, int, str, bytes, int]


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
        if isinstance(statement, Input)
    ]
    candidates = np.flatnonzero(live & ~_is_import(tables))
    keyed: dict[int, list[tuple[_Key, int]]] = {number: [] for number in range(len(plan.sections))}
    for row, match in match_rows(tables, candidates, inputs).items():
        section_number, position, _ = statements[match.statement]
        statement = plan.sections[section_number].statements[position]
        if isinstance(statement, Input):
            keyed[section_number].append((_sort_key(tables, row, position, match, statement), row))
    made = _made_rows(tables, live)
    for section_number, position, statement in statements:
        if isinstance(statement, int) and statement in made:
            keyed[section_number].append(((position, 0, "", b"", 0), made[statement]))
    rest = live.copy()
    found = []
    for number, section in enumerate(plan.sections):
        rows = np.array([row for _, row in sorted(keyed[number])], np.int64)
        rest[rows] = False
        if len(rows):
            found.append(_scripted(section, rows))
    return found, rest


def _scripted(section: PlannedSection, rows: Integers) -> ScriptedSection:
    return ScriptedSection(section.name, section.alignment, rows)


def _is_import(tables: Tables) -> Flags:
    number = tables.stems.index(b".idata") if b".idata" in tables.stems else -1
    is_import: Flags = tables.section_stems == number
    return is_import


def _sort_key(tables: Tables, row: int, position: int, match: Match, statement: Input) -> _Key:
    """Statement, then pattern where the statement sorts by pattern, file, name; then link order."""
    pattern = statement.sections[match.pattern]
    sorts = any(each.sort for each in statement.sections)
    file = tables.object_name(row) if statement.sort_files else ""
    name = tables.section_name(row) if pattern.sort else b""
    return position, match.pattern if sorts else 0, file, name, row


def _made_rows(tables: Tables, live: Flags) -> dict[int, int]:
    """Row of each contribution that the script's own statements made, by its number."""
    stem = MADE_STEM.encode()
    if stem not in tables.stems:
        return {}
    rows = np.flatnonzero(live & (tables.section_stems == tables.stems.index(stem)))
    return {int(tables.section_name(row)[len(stem) + 1 :]): row for row in rows.tolist()}
