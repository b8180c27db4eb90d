"""Which input sections a linker script's ``file(patterns)`` statements take.

A section goes to the first statement that matches it. What is hard is only cost: a link has
300,000 sections, each with a name of its own, and a dozen different stems. So names are first taken
together by stem, and by whether a ``$`` follows; most patterns decide for all of them at once.
Where one does not, its names are tried one by one, and files are told apart only where the first
statement that knows a name asks for its file.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Flags, Integers, Words, words_at_any_byte
from ntbuild.pecoff.columns.names import hash_inline_names, hash_names
from ntbuild.pelink.model import Tables
from ntbuild.pelink.options import Section
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .patterns import matches, matches_group, stem_of_whole_groups
from .syntax_tree import InputStatement, SectionPattern

_ANY_FILE = "*"
_WHOLE, _GROUPED, _OTHER = 0, 1, 2
"""A name is its stem; is the stem, ``$`` and more; or the stem is only an alias of it."""

_Decide = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Parallel to the rows asked for: number of the statement that takes each, -1 for none.

    ``pattern`` is the index of the pattern in the statement.
    """

    statement: Integers
    pattern: Integers


def first_rules(tables: Tables, live: Flags, sections: Sequence[Section]) -> Integers:
    """Index of the first Section rule whose patterns match, per row; -1 for none."""
    choice = np.full(len(live), -1, np.int64)
    for index, section in enumerate(sections):
        free = live & (choice < 0)
        stem = stem_of_whole_groups(section.patterns)
        if stem is not None:
            number = tables.stems.index(stem.encode()) if stem.encode() in tables.stems else -1
            choice[free & (tables.section_stems == number)] = index
            continue
        rows = np.flatnonzero(free)
        patterns = InputStatement("*", tuple(map(SectionPattern, section.patterns)), section.name)
        choice[rows[match_rows(tables, rows, [(index, patterns)]).statement >= 0]] = index
    return choice


def match_rows(
    tables: Tables, rows: Integers, statements: Sequence[tuple[int, InputStatement]]
) -> Matches:
    """The first of the numbered statements that takes each row."""
    taken = Matches(np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64))
    if not len(rows) or not statements:
        return taken
    for stem, kind, positions in _groups(tables, rows):
        candidates = _candidates(statements, _decider(stem, kind))
        if candidates is not None:
            _take(tables, rows, positions, candidates, taken)
            continue
        for same in _by_name(tables, rows, positions):
            name = decoded(tables.section_name(int(rows[same[0]])))
            known = _candidates(statements, lambda pattern, name=name: matches(pattern, name))  # type: ignore[misc]
            _take(tables, rows, same, known or [], taken)
    return taken


def _candidates(
    statements: Sequence[tuple[int, InputStatement]], decide: _Decide
) -> list[tuple[int, int, InputStatement]] | None:
    """(number, pattern's index, statement) of what may take some names, in order.

    None when a pattern takes only some of them.
    """
    found = []
    for number, statement in statements:
        for index, pattern in enumerate(statement.sections):
            decided = decide(pattern.pattern)
            if decided is None:
                return None
            if decided:
                found.append((number, index, statement))
                if _takes_all_files(statement):
                    return found
    return found


def _decider(stem: str, kind: int) -> _Decide:
    """What a pattern says of all names of a stem and kind: yes, no, or None for some."""
    if kind == _WHOLE:
        return lambda pattern: matches(pattern, stem)
    if kind == _GROUPED:
        return lambda pattern: matches_group(pattern, stem + "$")
    return lambda _pattern: None


def _groups(tables: Tables, rows: Integers) -> Iterator[tuple[str, int, Integers]]:
    """(stem, kind, positions in ``rows``) for all rows."""
    numbers = tables.section_stems[rows]
    kinds = _kinds(tables, rows)
    for number in dict.fromkeys(numbers.tolist()):
        mine = numbers == number
        for kind in (_WHOLE, _GROUPED, _OTHER):
            positions = np.flatnonzero(mine & (kinds == kind))
            if len(positions):
                yield decoded(tables.stems[number]), kind, positions


def _kinds(tables: Tables, rows: Integers) -> npt.NDArray[np.int8]:
    """How each name follows from its stem, by the byte after it."""
    sections = tables.objects.sections
    lengths = np.array([len(stem) for stem in tables.stems], np.int64)
    length = lengths[tables.section_stems[rows]]
    after = tables.buffer[sections.name_at[rows] + length]
    ends = ~sections.long_name[rows] & (length == 8)  # the field is full, no byte of it follows
    whole = ends | (after == 0)
    return np.where(whole, _WHOLE, np.where(after == ord("$"), _GROUPED, _OTHER)).astype(np.int8)


def _take(
    tables: Tables,
    rows: Integers,
    positions: Integers,
    candidates: Sequence[tuple[int, int, InputStatement]],
    taken: Matches,
) -> None:
    """Give sections to the first candidate that takes their files."""
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
    tables: Tables, rows: Integers, statement: InputStatement, pattern: SectionPattern
) -> Flags:
    """Which sections lie in files that the statement and the pattern take."""
    owners = tables.objects.sections.object[rows]
    origins = tables.objects.objects.origins
    good: dict[int, bool] = {}
    for owner in owners.tolist():
        if owner not in good:
            file = _file_name(origins[owner].name)
            good[owner] = _file_matches(statement, file) and not _is_excluded(pattern, file)
    return np.array([good[owner] for owner in owners.tolist()], np.bool_)


def _by_name(tables: Tables, rows: Integers, positions: Integers) -> list[Integers]:
    """The positions of the sections of each name."""
    hashes = _name_hashes(tables, rows[positions])
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    starts = np.flatnonzero(ordered[1:] != ordered[:-1]) + 1
    return [positions[part] for part in np.split(order, starts)]


def _name_hashes(tables: Tables, rows: Integers) -> Words:
    sections = tables.objects.sections
    at, long = sections.name_at[rows], sections.long_name[rows]
    hashes = hash_inline_names(words_at_any_byte(tables.buffer)[at])
    if long.any():
        hashes[long] = hash_names(tables.buffer, at[long])
    return hashes


def _takes_all_files(statement: InputStatement) -> bool:
    return (
        statement.file == _ANY_FILE
        and not statement.exclude_files
        and not any(pattern.exclude_files for pattern in statement.sections)
    )


def _file_name(name: str) -> str:
    """What file patterns see: an archive member's own name, else the path as given."""
    archive, parenthesis, member = name.removesuffix(")").rpartition("(")
    return member if parenthesis and archive else name


def _file_matches(statement: InputStatement, file: str) -> bool:
    if any(matches(each, file) for each in statement.exclude_files):
        return False
    return statement.file == _ANY_FILE or matches(statement.file, file)


def _is_excluded(pattern: SectionPattern, file: str) -> bool:
    return any(matches(each, file) for each in pattern.exclude_files)
