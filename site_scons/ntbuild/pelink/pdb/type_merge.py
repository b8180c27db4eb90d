"""One record for equal type records of all objects, and new numbers for what refers to them.

Two records are equal when their bytes are, apart from type numbers, and when the records that they
refer to are equal. So a record without references is grouped by its bytes; one whose references
are all grouped follows in the next wave. What no wave reaches refers to itself in a circle.

    object 1: 1000 int *, 1001 struct of 1000
    object 2: 1000 char *, 1001 int *, 1002 struct of 1001
    merged:   1000 int *, 1001 struct of 1000, 1002 char *

Numbers are given in the order in which a record is first seen, objects in link order, separately
for types and for ids. lld-link gives the same numbers.

A record's hash is a sum over its 32-bit words, each times a constant of its place. A wave only adds
what the references of its records have become. Records with one hash are compared byte by byte in
the end, so a collision cannot merge what differs.

Where compilers wrote hashes (`type_hashes`), these choose the first of equal records without
reading more of the others than where they begin, and only the first ones are looked at.

Limit: a record has at most 64 KiB, so 16,384 words.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import FIRST_TYPE, IDS, LF
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, ObjectRows, Words, ragged
from ntbuild.support.values import dataclass

from .first_records import first_records
from .precompiled import borrowing, without_uses
from .records import Records, Runs, find_records, members, picked, unaligned
from .type_hashes import NO_HASHES, TypeHashes, first_of_equal
from .type_numbers import Numbering
from .type_references import References, find_references

_IS_ID: Final = members(IDS)

_COEFFICIENTS: Final = (
    (np.arange(1, (1 << 14) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(7)
) * np.uint64(0xBF58476D1CE4E5B9) | np.uint64(1)
"""An odd constant for each word of a record; any would do that have no pattern."""

_MISALIGNED: Final = np.uint64(0x9E3779B97F4A7C15)
"""Tells a reference in the middle of a word from one at its start."""

_MOST_WAVES: Final = 10000
"""Types of a chain of references; those of a large C++ program have some hundred."""

NOT_TRANSLATED: Final = 7
"""The built-in type that stands for one that cannot be told (T_NOTTRANS)."""


@dataclass(frozen=True, slots=True, eq=False)
class MergedTypes:
    """The types and ids of all objects."""

    data: Bytes
    """The records of a PDB and perhaps others, with new numbers."""
    records: Records
    """Where they are in ``data``."""
    types: Integers
    """Which of ``records`` become types, in the order of their numbers."""
    ids: Integers
    """Which become ids, likewise."""
    number: npt.NDArray[np.uint32]
    """The new number of each record of all objects, in link order: of a type or of an id, which
    overlap."""
    numbering: Numbering
    """How objects number their records; rows are those of ``number``."""

    def translated(
        self, objects: ObjectRows, numbers: npt.NDArray[np.uint32]
    ) -> tuple[npt.NDArray[np.uint32], Flags]:
        """New numbers for numbers of objects, and which of these their objects do not have.

        Built-in types keep their number; a number that does not exist becomes `NOT_TRANSLATED`.
        """
        if not len(self.number):
            bad = numbers >= FIRST_TYPE
            return np.where(bad, np.uint32(NOT_TRANSLATED), numbers), bad
        rows, bad = self.numbering.rows(objects, numbers)
        new = self.number.take(rows, mode="clip")
        others = bad.nonzero()[0]
        named = numbers.take(others)
        missing = named >= FIRST_TYPE
        new[others] = np.where(missing, np.uint32(NOT_TRANSLATED), named)
        bad[others] = missing
        return new, bad

    def function_types(self, ids: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """The type of the function that each id names; `NOT_TRANSLATED` where it names none."""
        types = np.full(len(self.ids) + 1, NOT_TRANSLATED, np.uint32)  # the last is no id's
        kind = self.records.kind[self.ids]
        functions = ((kind == LF.FUNC_ID) | (kind == LF.MFUNC_ID)).nonzero()[0]
        at = self.records.at[self.ids[functions]] + 8
        types[functions] = unaligned(self.data, at, "<u4")
        rows = ids.astype(np.int64) - FIRST_TYPE
        rows[(rows < 0) | (rows >= len(self.ids))] = len(self.ids)
        return types.take(rows)


def merge_types(runs: Runs, objects: int, hashes: TypeHashes = NO_HASHES) -> MergedTypes:
    """Merge the type records of all objects; ``objects`` is their number.

    ``runs`` has one run for each object that has types; ``hashes`` are those of all of their
    records, in case that every object has them. Raises FormatError.
    """
    runs, uses = without_uses(runs)
    found = None if uses else first_records(runs, hashes)
    if found is not None:
        numbering = Numbering.of(runs.object, hashes.count, objects)
        return _merged(*picked(runs, found.records), found.rows, found.first, numbering)
    every = find_records(runs)
    count = np.bincount(every.run, minlength=len(runs.begin))
    numbering = Numbering.of(runs.object, count, objects)
    if uses:
        numbering = borrowing(numbering, uses, runs, every)
    first = _by_hashes(every, hashes.values)
    rows = (first == np.arange(len(first))).nonzero()[0]
    return _merged(*picked(runs, every.some(rows)), rows, first, numbering)


def _by_hashes(every: Records, hashes: Words) -> Integers:
    """For each record the first one with the same hash, or itself when hashes must be wrong."""
    rows = np.arange(len(every.at))
    if len(hashes) != len(rows):
        return rows
    first = first_of_equal(hashes)
    same = every.size.take(first) == every.size
    same &= every.kind.take(first) == every.kind
    return first if same.all() else rows


def _merged(
    runs: Runs, records: Records, rows: Integers, first: Integers, numbering: Numbering
) -> MergedTypes:
    """Merge some records, which have ``rows`` among all; ``first`` leads from all to these."""
    references = find_references(runs, records)
    place = np.zeros(len(first), np.int64)  # of those of all records that are among ``records``
    place[rows] = np.arange(len(rows))
    edges = _edges(runs, records, references, first, place, numbering)
    canonical = np.arange(len(rows))
    # With hashes, equal ones are one by now, unless a record refers to a later one: only then it
    # may be in a circle.
    if len(rows) == len(first) or (edges.target >= edges.record).any():
        canonical = _canonical(runs, records, edges, _plain_hashes(runs.data, records, edges))
    standing = canonical == np.arange(len(canonical))
    is_id = _IS_ID.take(records.kind)
    number = np.full(len(canonical), NOT_TRANSLATED, np.uint32)
    ends_header = records.kind == LF.ENDPRECOMP
    types, ids = ((standing & which).nonzero()[0] for which in (~is_id & ~ends_header, is_id))
    for each in (types, ids):
        number[each] = np.arange(FIRST_TYPE, FIRST_TYPE + len(each), dtype=np.uint32)
    number = number.take(canonical)
    _renumber(runs.data, edges, number)
    _compare(runs, records, canonical)
    numbers = np.zeros(len(first), np.uint32)
    numbers[rows] = number
    return MergedTypes(runs.data, records, types, ids, numbers.take(first), numbering)


@dataclass(frozen=True, slots=True, eq=False)
class _Edges:
    """One row a reference to another record; ordered by ``record``."""

    record: Integers
    at: Integers
    value: Words
    """The number as the object has it."""
    target: Integers
    """The row of the record that it names."""
    first: Integers
    """Per record: its first edge."""
    count: Integers
    """Per record: its edges."""


def _edges(
    runs: Runs,
    records: Records,
    references: References,
    first: Integers,
    place: Integers,
    numbering: Numbering,
) -> _Edges:
    """The references that are not to built-in types, with the records that they name.

    ``first`` leads from all records to those that stand for them, ``place`` from these to
    ``records``.
    """
    value = unaligned(runs.data, references.at, "<u4")
    real = value >= FIRST_TYPE
    record, at, value = references.record[real], references.at[real], value[real]
    target, missing = numbering.rows(runs.object.take(record), value)
    bad = missing.nonzero()[0]
    if len(bad):
        row = int(record[bad[0]])
        message = f"type {int(value[bad[0]]):#x} does not exist"
        raise runs.fault(int(records.run[row]), int(at[bad[0]]), "type number", message)
    per_record = np.bincount(record, minlength=len(records.at))
    starts = per_record.cumsum() - per_record
    return _Edges(
        record, at, value.astype(np.uint64), place.take(first.take(target)), starts, per_record
    )


def _plain_hashes(data: Bytes, records: Records, edges: _Edges) -> Words:
    """Hashes of records as if all type numbers in them were zero."""
    if not len(records.at):
        return np.zeros(0, np.uint64)
    words = data[: len(data) & -4].view("<u4")
    begin, count = records.at >> 2, records.size >> 2
    # One row is a word of a record: its place in the record chooses the coefficient.
    before = count.cumsum() - count
    within = np.arange(int(count.sum())) - before.repeat(count)
    values = words.take(begin.repeat(count) + within).astype(np.uint64)
    values *= _COEFFICIENTS.take(within)
    hashes: Words = np.add.reduceat(values, before)
    # Take the references' own words away again; one in the middle of a word lies in two.
    start = records.at[edges.record]
    for shift in (0, 4):
        word = (edges.at - start >> 2) + (shift >> 2)
        bits = (8 * (edges.at & 3)).astype(np.uint64)
        part = edges.value << bits if not shift else edges.value >> (np.uint64(32) - bits)
        part &= np.uint64(0xFFFFFFFF)
        used = np.ones(len(part), np.bool_) if not shift else (edges.at & 3) != 0
        np.subtract.at(hashes, edges.record[used], part[used] * _COEFFICIENTS.take(word[used]))
    return hashes


def _mixed(values: Words) -> Words:
    """Values whose bits all depend on all bits of the input (a finaliser of a hash)."""
    values = (values ^ (values >> np.uint64(32))) * np.uint64(0xD6E8FEB86659FD93)
    return values ^ (values >> np.uint64(29))


def _canonical(runs: Runs, records: Records, edges: _Edges, hashes: Words) -> Integers:
    """For each record the first one that is equal to it. Raises FormatError for a circle."""
    count = len(records.at)
    canonical = np.full(count, -1, np.int64)
    word = edges.at - records.at[edges.record] >> 2
    factor = _COEFFICIENTS.take(word) * np.where(edges.at & 3, _MISALIGNED, np.uint64(1))
    left = edges.count.copy()
    # The edges by the record that they name: who waits for it.
    waiting = edges.target.argsort(kind="stable")
    waiters = np.bincount(edges.target, minlength=count)
    first_waiter = waiters.cumsum() - waiters
    # Records of different waves never are equal, so a table for each wave is enough.
    ready, waves = (left == 0).nonzero()[0], 0
    while len(ready):
        value = hashes[ready].copy()
        own = edges.count[ready]
        rows = ragged(edges.first[ready], own)
        if len(rows):
            parts = _mixed(canonical[edges.target[rows]].astype(np.uint64) + np.uint64(1))
            parts *= factor[rows]
            some = own > 0
            starts = own[some].cumsum() - own[some]
            value[some] += np.add.reduceat(parts, starts)
        canonical[ready] = ready.take(first_of_equal(_mixed(value)))
        released = edges.record[waiting[ragged(first_waiter[ready], waiters[ready])]]
        if not len(released):
            break
        # A wave may be a single record: what it does depends on its own size only.
        reached, times = np.unique(released, return_counts=True)
        left[reached] -= times
        ready = reached[left[reached] == 0]
        waves += 1
        if waves > _MOST_WAVES:
            row = int(ready[0]) if len(ready) else 0
            message = f"types that refer to each other in a chain of more than {_MOST_WAVES}"
            raise runs.fault(int(records.run[row]), int(records.at[row]), "type record", message)
    bad = (canonical < 0).nonzero()[0]
    if len(bad):
        row = int(bad[0])
        message = "type records refer to each other in a circle"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "type record", message)
    return canonical


def _renumber(data: Bytes, edges: _Edges, number: npt.NDArray[np.uint32]) -> None:
    """Write new numbers into the references of records."""
    new = number.take(edges.target)
    aligned = (edges.at & 3) == 0
    data[: len(data) & -4].view("<u4")[edges.at[aligned] >> 2] = new[aligned]
    at = edges.at[~aligned]
    for byte in range(4):
        data[at + byte] = new[~aligned] >> np.uint32(8 * byte) & np.uint32(0xFF)


def _compare(runs: Runs, records: Records, canonical: Integers) -> None:
    """Raise FormatError when a record differs from the one that stands for it."""
    rows = (canonical != np.arange(len(canonical))).nonzero()[0]
    other = canonical[rows]
    differs = records.size[rows] != records.size[other]
    count = np.where(differs, 0, records.size[rows] >> 2)
    words = runs.data[: len(runs.data) & -4].view("<u4")
    within: npt.NDArray[Any] = ragged(np.zeros(len(rows), np.int64), count)
    left = words.take((records.at[rows] >> 2).repeat(count) + within)
    right = words.take((records.at[other] >> 2).repeat(count) + within)
    wrong = (left != right).nonzero()[0]
    if len(wrong) or differs.any():
        row = int(rows[differs.nonzero()[0][0]] if differs.any() else rows.repeat(count)[wrong[0]])
        message = "two type records have the same hash and differ: change any of them"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "type record", message)
