"""Which input sections the ``file(patterns)`` statements of a linker script take.

A section goes to the first statement that matches its name and its file; within a statement the
first pattern counts. A link can have 300,000 sections with a name of their own but has few stems
(the name up to its ``$``), so sections are compared as units:

- a name that is only a stem (``.text``) is a unit;
- all names of one stem with a ``$`` (``.text$f``, ``.text$g``) are one unit as long as every
  pattern takes all of them or none; where one takes some, each name becomes a unit of its own.

Patterns are matched against units, all units in one pass; only then rows are looked at. Files are
looked at where a statement names files, once per object.

Source: GNU ld manual, "Input Section Basics" (files, ``archive:file``, EXCLUDE_FILE).
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Flags, Integers, Words, ragged, words_at_any_byte
from ntbuild.pecoff.columns.names import hash_inline_names, hash_names, lengths_of
from ntbuild.pelink.model import Tables
from ntbuild.pelink.options import Section
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import dataclass

from .patterns import NameList, matches, matches_group, stem_of_whole_groups
from .plan import COMMON_OBJECT
from .syntax_tree import InputStatement, SectionPattern

_ANY_FILE = "*"
_COMMON = "COMMON"
"""The name of commons, where a script has it; elsewhere they go with ``.bss``."""
_WHOLE, _GROUPED, _OTHER = 0, 1, 2
"""A name is its stem; is the stem, ``$`` and more; or the stem is only an alias of it."""

_MANY_GROUPS = 256
"""Groups are decided one by one in Python; beyond so many, names are matched together instead."""


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Which statement takes each row; the columns are parallel to the rows given.

    ``statement`` is the number of the statement, -1 for none. ``pattern`` is the index of the
    pattern in that statement.
    """

    statement: Integers
    pattern: Integers


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    """Sections by name: ``of_row`` is the unit of each row.

    The first units are those of ``names``, then come ``groups``: each is a stem with its ``$``.
    """

    of_row: Integers
    names: NameList
    groups: tuple[str, ...]

    def matching(self, pattern: str) -> Flags:
        """Which units a pattern takes."""
        decided = [matches_group(pattern, start) is True for start in self.groups]
        return np.concatenate([self.names.matching(pattern), np.array(decided, np.bool_)])


def first_rules(tables: Tables, live: Flags, sections: Sequence[Section]) -> Integers:
    """Index of the first Section rule whose patterns match, per section row; -1 for none."""
    choice = np.full(len(live), -1, np.int64)
    for index, section in enumerate(sections):
        free = live & (choice < 0)
        stem = stem_of_whole_groups(section.patterns)
        if stem is not None:
            number = tables.stem_number(encoded(stem))
            choice[free & (tables.section_stems == number)] = index
            continue
        rows = np.flatnonzero(free)
        patterns = InputStatement("*", tuple(map(SectionPattern, section.patterns)), section.name)
        choice[rows[match_rows(tables, rows, [(index, patterns)]).statement >= 0]] = index
    return choice


def match_rows(
    tables: Tables, rows: Integers, statements: Sequence[tuple[int, InputStatement]]
) -> Matches:
    """The first of the numbered statements that takes each of the section rows."""
    taken = Matches(np.full(len(rows), -1, np.int64), np.full(len(rows), -1, np.int64))
    if not len(rows) or not statements:
        return taken
    patterns = {each.pattern for _, statement in statements for each in statement.sections}
    units = _units(tables, rows, patterns)
    matching = {pattern: units.matching(pattern) for pattern in patterns}
    left = np.arange(len(rows))  # positions in ``rows`` of what no statement has taken
    for number, statement in statements:
        for index, pattern in enumerate(statement.sections):
            unit_matches = matching[pattern.pattern]
            if not len(left) or not unit_matches.any():
                continue
            is_taken = unit_matches.take(units.of_row.take(left))
            if not _takes_all_files(statement, pattern):
                some = is_taken.nonzero()[0]
                is_taken[some] = _files_taken(tables, rows[left[some]], statement, pattern)
            positions = left.compress(is_taken)
            taken.statement[positions], taken.pattern[positions] = number, index
            left = left.compress(~is_taken)
    return taken


def discarded_rows(
    tables: Tables, rows: Integers, claims: Sequence[tuple[InputStatement, bool]]
) -> Integers:
    """The section rows that a script discards: no statement before /DISCARD/ takes them.

    ``claims`` are all input statements in their order, and whether each discards. What the linker
    made itself is never discarded.
    """
    owners = tables.objects.sections.object.take(rows)
    made = np.array([origin.made for origin in tables.objects.objects.origins], np.bool_)
    candidates = rows.compress(~made.take(owners))
    statements = [(number, statement) for number, (statement, _) in enumerate(claims)]
    taken = match_rows(tables, candidates, statements).statement
    discards = np.array([*(discards for _, discards in claims), False], np.bool_)
    found: Integers = candidates.compress(discards.take(taken))  # -1 is the last one, False
    return found


# --- names ---------------------------------------------------------------------------------------


def section_texts(tables: Tables, rows: Integers) -> list[str]:
    """The names of some section rows as text; all are read together."""
    sections = tables.objects.sections
    at, long = sections.name_at.take(rows), sections.long_name.take(rows)
    # A short name fills a field of eight bytes, and only a NUL ends it before.
    fields = words_at_any_byte(tables.buffer).take(at).tobytes()
    texts = [decoded(fields[n : n + 8].partition(b"\0")[0]) for n in range(0, len(fields), 8)]
    positions = long.nonzero()[0]
    if len(positions):
        starts = at.take(positions)
        lengths = lengths_of(tables.buffer, starts)
        together = decoded(tables.buffer[ragged(starts, lengths + 1)].tobytes())
        for position, text in zip(positions.tolist(), together.split("\0"), strict=False):
            texts[position] = text
    return texts


def name_ranks(tables: Tables, rows: Integers) -> Integers:
    """A number per row that sorts as the section's name does; equal names have equal numbers."""
    if not len(rows):
        return np.zeros(0, np.int64)
    _, first, which = np.unique(_name_hashes(tables, rows), return_index=True, return_inverse=True)
    names = section_texts(tables, rows.take(first))
    ranks = np.empty(len(names), np.int64)
    ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    return ranks.take(which)


def _units(tables: Tables, rows: Integers, patterns: Iterable[str]) -> _Units:
    """The units of the rows, as fine as the patterns need them."""
    patterns = tuple(patterns)
    # A number for each (stem, kind): the stem is number // 3, the kind number % 3.
    kinds = 3 * tables.section_stems.take(rows).astype(np.int64) + _kinds(tables, rows)
    found, first_of_kind, kind_of_row = np.unique(kinds, return_index=True, return_inverse=True)
    groups: list[str] = []
    is_group = np.zeros(len(found), np.bool_)
    may_group = (found % 3 == _GROUPED).nonzero()[0]
    for kind in may_group.tolist() if len(may_group) <= _MANY_GROUPS else ():
        start = decoded(tables.stems[int(found[kind]) // 3]) + "$"
        if all(matches_group(pattern, start) is not None for pattern in patterns):
            is_group[kind] = True
            groups.append(start)
    is_single = found % 3 == _WHOLE
    # One representative row per unit with a name: of each stem alone, and of each distinct name of
    # those kinds that no pattern decides as a whole.
    apart = (~(is_group | is_single).take(kind_of_row)).nonzero()[0]
    _, first, name_of_row = np.unique(
        _name_hashes(tables, rows.take(apart)), return_index=True, return_inverse=True
    )
    examples = np.concatenate([first_of_kind.compress(is_single), apart.take(first)])
    singles = int(is_single.sum())
    unit_of_kind: Integers = np.zeros(len(found), np.int64)
    unit_of_kind[is_single] = np.arange(singles)
    unit_of_kind[is_group] = len(examples) + np.arange(len(groups))
    of_row: Integers = unit_of_kind.take(np.asarray(kind_of_row, np.int64))
    of_row[apart] = singles + name_of_row
    names = section_texts(tables, rows.take(examples))
    if _COMMON in patterns:
        of_row[of_row >= len(names)] += 1  # groups come after this name
        of_row[_is_common(tables, rows)] = len(names)
        names.append(_COMMON)
    return _Units(of_row, NameList(names), tuple(groups))


def _is_common(tables: Tables, rows: Integers) -> Flags:
    """Which section rows are the storage of commons."""
    common = [
        origin.made and origin.name == COMMON_OBJECT for origin in tables.objects.objects.origins
    ]
    return np.array(common, np.bool_).take(tables.objects.sections.object.take(rows))


def _kinds(tables: Tables, rows: Integers) -> npt.NDArray[np.int8]:
    """How each name follows from its stem, by the byte after it."""
    sections = tables.objects.sections
    lengths = np.array([len(stem) for stem in tables.stems], np.int64)
    length = lengths[tables.section_stems[rows]]
    after = tables.buffer[sections.name_at[rows] + length]
    ends = ~sections.long_name[rows] & (length == 8)  # the field is full, no byte of it follows
    whole = ends | (after == 0)
    return np.where(whole, _WHOLE, np.where(after == ord("$"), _GROUPED, _OTHER)).astype(np.int8)


def _name_hashes(tables: Tables, rows: Integers) -> Words:
    """A hash of each section's name."""
    sections = tables.objects.sections
    at, long = sections.name_at[rows], sections.long_name[rows]
    hashes = hash_inline_names(words_at_any_byte(tables.buffer)[at])
    if long.any():
        hashes[long] = hash_names(tables.buffer, at[long])
    return hashes


# --- files ---------------------------------------------------------------------------------------


def _takes_all_files(statement: InputStatement, pattern: SectionPattern) -> bool:
    return statement.file == _ANY_FILE and not (statement.exclude_files or pattern.exclude_files)


def _files_taken(
    tables: Tables, rows: Integers, statement: InputStatement, pattern: SectionPattern
) -> Flags:
    """Which section rows lie in files that the statement and the pattern take."""
    if not len(rows):
        return np.zeros(0, np.bool_)
    owners, owner_of_row = np.unique(tables.objects.sections.object[rows], return_inverse=True)
    origins = tables.objects.objects.origins
    excluded = (*statement.exclude_files, *pattern.exclude_files)
    good = []
    for owner in owners.tolist():
        file = origins[owner].name
        good.append(
            file_matches(statement.file, file)
            and not any(file_matches(each, file) for each in excluded)
        )
    return np.array(good, np.bool_).take(owner_of_row)


def file_matches(pattern: str, file: str) -> bool:
    """Whether a file pattern takes ``path``, or ``archive(member)``.

    ``archive:member`` wants both, ``archive:`` any member, ``:file`` a file in no archive. A
    pattern without a colon takes a file by its path, a member by its own name or its archive's.
    """
    if pattern == _ANY_FILE:
        return True
    archive, parenthesis, member = file.removesuffix(")").rpartition("(")
    in_archive = bool(parenthesis and archive and file.endswith(")"))
    of_archive, colon, of_member = pattern.rpartition(":")
    is_drive = len(of_archive) == 1 and of_archive.isalpha() and of_member[:1] in ("/", "\\")
    if not colon or is_drive:
        names = (member, archive) if in_archive else (file,)
        return any(matches(pattern, name) for name in names)
    if not of_archive:
        return not in_archive and matches(of_member, file)
    if not in_archive:
        return False
    return matches(of_archive, archive) and (not of_member or matches(of_member, member))
