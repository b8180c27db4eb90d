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
    if not len(count) or len(count) != len(runs.begin) or not len(hashes.values):
        return None
    first = first_of_equal(hashes.values)
    size = _sizes(runs, count, first)
    if size is None:
        return None
    ends = size.cumsum()
    rows = (first == np.arange(len(first))).nonzero()[0]
    run = count.cumsum().searchsorted(rows, side="right")
    at = runs.begin.take(run) + (ends.take(rows) - size.take(rows)) - _before(ends, count).take(run)
    heads = at_any_byte(runs.data, "<u4")[at]
    if (sizes_of(heads) != size.take(rows)).any():
        return None
    return FirstRecords(first, rows, Records(at, sizes_of(heads), kinds_of(heads), run))


def _before(ends: Integers, count: Integers) -> Integers:
    """The sum of all sizes before each run; ``ends`` is the running sum over records."""
    return np.concatenate([[0], ends]).take(count.cumsum() - count)


def _sizes(runs: Runs, count: Integers, first: Integers) -> Integers | None:
    """The size of each record; None when they do not fit, or when most are new."""
    last = count.cumsum()
    largest = int(count.argmax())
    own = slice(int(last[largest] - count[largest]), int(last[largest]))
    seed = find_records(runs, np.array([largest]))
    if len(seed.at) != count[largest]:
        return None
    by_first = np.zeros(len(first), np.int64)
    by_first[first[own]] = seed.size
    size = by_first.take(first)
    new = (size == 0).nonzero()[0]
    if len(new) * _RARELY > len(first):
        return None
    ends = size.cumsum()
    before = _before(ends, count)
    run = last.searchsorted(new, side="right")
    found = _walk(runs, run, runs.begin.take(run) + ends.take(new) - before.take(run))
    if found is None:
        return None
    size[new] = found
    extra = np.bincount(run, found, len(count)).astype(np.int64)
    total = np.concatenate([[0], ends]).take(last) - before + extra
    return size if (runs.begin + total == runs.end).all() else None


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
