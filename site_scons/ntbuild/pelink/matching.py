"""Which input sections a linker script's ``file(patterns)`` statements take.

A section goes to the first statement that matches it. What is hard is only cost: patterns are
tried per section name, not per section, unless a script tells files apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ntbuild.pecoff.text import Integers

from .model import Tables
from .patterns import matches
from .script import Input, SectionPattern

_ANY_FILE = "*"


@dataclass(frozen=True, slots=True)
class Match:
    """Which statement took a section, by which of its patterns."""

    statement: int
    pattern: int


def match_rows(
    tables: Tables, rows: Integers, statements: Sequence[tuple[int, Input]]
) -> dict[int, Match]:
    """The first match of each row that any of the numbered statements takes."""
    by_name: dict[bytes, Match | None] = {}
    plain = all(_takes_all_files(statement) for _, statement in statements)
    found: dict[int, Match] = {}
    for row in rows.tolist():
        name = tables.section_name(row)
        if plain:
            if name not in by_name:
                by_name[name] = _first_match(name, "", statements)
            match = by_name[name]
        else:
            match = _first_match(name, _file_name(tables.object_name(row)), statements)
        if match is not None:
            found[row] = match
    return found


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


def _first_match(name: bytes, file: str, statements: Sequence[tuple[int, Input]]) -> Match | None:
    text = name.decode("utf-8", "backslashreplace")
    for number, statement in statements:
        if not _file_matches(statement, file):
            continue
        for position, pattern in enumerate(statement.sections):
            if matches(pattern.pattern, text) and not _is_excluded(pattern, file):
                return Match(number, position)
    return None


def _file_matches(statement: Input, file: str) -> bool:
    if any(matches(each, file) for each in statement.exclude_files):
        return False
    return statement.file == _ANY_FILE or matches(statement.file, file)


def _is_excluded(pattern: SectionPattern, file: str) -> bool:
    return any(matches(each, file) for each in pattern.exclude_files)
