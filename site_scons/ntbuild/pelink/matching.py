"""Which input sections a linker script's ``file(patterns)`` statements take.

A section goes to the first statement that matches it. What is hard is only cost: a link has
300,000 sections and a few dozen different names, so patterns are tried once per name, and files
are told apart only where the first statement that knows a name asks for its file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ntbuild.pecoff.text import Integers, Words, hash_inline_names, hash_names, words_at_any_byte

from .model import Tables
from .patterns import matches
from .script import Input, SectionPattern

_ANY_FILE = "*"


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Parallel to the rows asked for: number of the statement that takes each, -1 for none.

    ``pattern`` is the index of the pattern in the statement.
    """

    statement: Integers
    pattern: Integers


def match_rows(tables: Tables, rows: Integers, statements: Sequence[tuple[int, Input]]) -> Matches:
    """The first of the numbered statements that takes each row."""
    taken = Matches(np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64))
    if not len(rows) or not statements:
        return taken
    for positions in _by_name(tables, rows):
        name = tables.section_name(int(rows[positions[0]])).decode("utf-8", "backslashreplace")
        candidates = [
            (number, index, statement)
            for number, statement in statements
            for index, pattern in enumerate(statement.sections)
            if matches(pattern.pattern, name)
        ]
        _take(tables, rows, positions, candidates, taken)
    return taken


def _take(
    tables: Tables,
    rows: Integers,
    positions: Integers,
    candidates: Sequence[tuple[int, int, Input]],
    taken: Matches,
) -> None:
    """Give sections of one name to the first candidate that takes their files."""
    left = positions
    for number, index, statement in candidates:
        if not len(left):
            return
        if _takes_all_files(statement):
            mine = np.ones(len(left), np.bool_)
        else:
            mine = _files_taken(tables, rows[left], statement, statement.sections[index])
        taken.statement[left[mine]] = number
        taken.pattern[left[mine]] = index
        left = left[~mine]


def _files_taken(
    tables: Tables, rows: Integers, statement: Input, pattern: SectionPattern
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which sections lie in files that the statement and the pattern take."""
    owners = tables.objects.sections.object[rows]
    origins = tables.objects.objects.origins
    good: dict[int, bool] = {}
    for owner in owners.tolist():
        if owner not in good:
            file = _file_name(origins[owner].name)
            good[owner] = _file_matches(statement, file) and not _is_excluded(pattern, file)
    return np.array([good[owner] for owner in owners.tolist()], np.bool_)


def _by_name(tables: Tables, rows: Integers) -> list[Integers]:
    """Positions in ``rows`` of the sections of each name, in the order of first occurrence."""
    hashes = _name_hashes(tables, rows)
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    groups = np.split(order, starts[1:])
    return sorted(groups, key=lambda group: int(group[0]))


def _name_hashes(tables: Tables, rows: Integers) -> Words:
    sections = tables.objects.sections
    at, long = sections.name_at[rows], sections.long_name[rows]
    hashes = hash_inline_names(words_at_any_byte(tables.buffer)[at])
    if long.any():
        hashes[long] = hash_names(tables.buffer, at[long])
    return hashes


def _takes_all_files(statement: Input) -> bool:
    return (
        statement.file == _ANY_FILE
        and not statement.exclude_files
        and not any(pattern.exclude_files for pattern in statement.sections)
    )


def _file_name(name: str) -> str:
    """What file patterns see: an archive member's own name, else the path as given."""
    archive, parenthesis, member = name.removesuffix(")").rpartition("(")
    return member if parenthesis and archive else name


def _file_matches(statement: Input, file: str) -> bool:
    if any(matches(each, file) for each in statement.exclude_files):
        return False
    return statement.file == _ANY_FILE or matches(statement.file, file)


def _is_excluded(pattern: SectionPattern, file: str) -> bool:
    return any(matches(each, file) for each in pattern.exclude_files)
