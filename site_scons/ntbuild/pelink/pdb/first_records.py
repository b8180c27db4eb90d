"""Which type records are the first of equal ones, by the compiler's hashes, and where they are.

A record's place follows from the sizes of those before it. Most are equal to a record of the
largest object, whose records are read one after the other; so their sizes are known without a look
at them, and their sum leads to the next record that is new:

    largest object    A 8 bytes, B 16, C 12
    another one       A B new C          the new one is 24 bytes behind the first

Step k of the walk reads the k-th new record of every object that has one. An object whose sizes do
not lead to its end has wrong hashes, or more or fewer than records: then no hash is believed.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.support.values import dataclass

from .records import Records, Runs, at_any_byte, find_records, kinds_of, sizes_of
from .type_hashes import TypeHashes, first_of_equal

_RARELY: Final = 8
"""One in so many records may be new; else all are read one after the other."""


@dataclass(frozen=True, slots=True, eq=False)
class FirstRecords:
    """The first records of equal ones."""

    first: Integers
    """For each of all records the row of the first one that is equal to it."""
    rows: Integers
    """Rows of these first ones, ascending."""
    records: Records
    """Where these are in the runs."""


def first_records(runs: Runs, hashes: TypeHashes) -> FirstRecords | None:
    """The first records; None when hashes are missing or wrong, or when most records are new."""
    count = hashes.count
    if not len(count) or len(count) != len(runs.begin) or not count.all():
        return None
    first = first_of_equal(hashes.values)
    sizes = _sizes(runs, count, first)
    if sizes is None:
        return None
    rows = (first == np.arange(len(first))).nonzero()[0]
    run = count.cumsum().searchsorted(rows, side="right")
    at = sizes.place(runs, run, rows)
    heads = at_any_byte(runs.data, "<u4")[at]
    if (sizes_of(heads) != sizes.of(rows)).any():
        return None
    return FirstRecords(first, rows, Records(at, sizes_of(heads), kinds_of(heads), run))


@dataclass(frozen=True, slots=True, eq=False)
class _Sizes:
    """The sizes of all records: those that the largest object tells, and those that are new."""

    known: Integers
    """Of each record; 0 of a new one."""
    ends: Integers
    """Running sum of these."""
    before: Integers
    """Per run: the sum of those of all runs before it."""
    new: Integers
    """Rows of the new ones, ascending."""
    new_ends: Integers
    """Running sum of their sizes, from 0 on."""
    new_before: Integers
    """Per run: how many of them are in runs before it."""

    def of(self, rows: Integers) -> Integers:
        """The sizes of some records, ascending."""
        first = self.new.searchsorted(rows)
        is_new = self.known.take(rows) == 0
        return self.known.take(rows) + np.where(
            is_new, self.new_ends.take(first + 1, mode="clip") - self.new_ends.take(first), 0
        )

    def place(self, runs: Runs, run: Integers, rows: Integers) -> Integers:
        """Where records, ascending, begin; ``run`` is that of each."""
        known = self.ends.take(rows) - self.known.take(rows) - self.before.take(run)
        number = self.new.searchsorted(rows)
        added = self.new_ends.take(number) - self.new_ends.take(self.new_before.take(run))
        begin: Integers = runs.begin.take(run) + known + added
        return begin


def _sizes(runs: Runs, count: Integers, first: Integers) -> _Sizes | None:
    """The sizes of all records; None when they do not fit, or when most are new."""
    last = count.cumsum()
    largest = int(count.argmax())
    own = slice(int(last[largest] - count[largest]), int(last[largest]))
    seed = find_records(runs, np.array([largest]))
    if len(seed.at) != count[largest]:
        return None
    by_first = np.zeros(len(first), np.int64)
    by_first[first[own]] = seed.size
    known = by_first.take(first)
    new = (known == 0).nonzero()[0]
    if len(new) * _RARELY > len(first):
        return None
    ends = known.cumsum()
    sums = np.concatenate([[0], ends.take(last - 1)])
    before, total = sums[:-1], sums[1:] - sums[:-1]
    run = last.searchsorted(new, side="right")
    found = _walk(runs, run, runs.begin.take(run) + ends.take(new) - before.take(run))
    if found is None:
        return None
    total += np.bincount(run, found, len(count)).astype(np.int64)
    if (runs.begin + total != runs.end).any():
        return None
    new_ends = np.concatenate([[0], found.cumsum()])
    return _Sizes(known, ends, before, new, new_ends, new.searchsorted(last - count))


def _walk(runs: Runs, run: Integers, at: Integers) -> Integers | None:
    """Sizes of records of runs, ascending, that stand where ``at`` says but for each other's size.

    None when one would be past its run.
    """
    heads_at = at_any_byte(runs.data, "<u4")
    size = np.zeros(len(at), np.int64)
    moved = np.zeros(len(runs.begin), np.int64)  # bytes of the records of each run so far
    starts: Flags = np.ones(len(run), np.bool_)
    starts[1:] = run[1:] != run[:-1]
    active = starts.nonzero()[0]
    ends = np.append(active[1:], len(run))
    while len(active):
        owner = run.take(active)
        place = at.take(active) + moved.take(owner)
        if (place + 4 > runs.end.take(owner)).any():
            return None
        size[active] = sizes_of(heads_at[place])
        moved[owner] += size.take(active)
        active = active + 1
        more = (active < ends).nonzero()[0]
        active, ends = active.take(more), ends.take(more)
    return size if (size >= 4).all() else None
