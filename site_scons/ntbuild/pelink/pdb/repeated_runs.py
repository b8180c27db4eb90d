"""Typedefs and constants of an object that are those of an earlier one, byte by byte.

Compilers put them into a subsection of their own. Objects that are generated, or that begin with
the same functions over the same header, often have the same bytes there. A subsection whose type
numbers also mean the same types adds nothing to a PDB, which has each typedef once: it is left out
before its records are looked at. Of one whose numbers mean other types the places of the records
are known at least.

    a.obj   T = type 0x1000, U = type 0x1001       kept
    b.obj   the same bytes, the same types         left out
    c.obj   the same bytes, 0x1001 is another      its two records are found without a walk
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import CLOSES, OPENS, S
from ntbuild.pecoff.columns.arrays import Flags, Integers, ragged
from ntbuild.pecoff.columns.parallel import in_parts, parts_of
from ntbuild.support.values import dataclass

from .records import Records, Runs, members
from .type_merge import MergedTypes

_ONCE: Final = members((S.UDT, S.CONSTANT))
"""Kinds of records that a PDB has once, and at file scope in the table of globals only."""
_OPENS: Final = members(OPENS)
_CLOSES: Final = members(CLOSES)


@dataclass(frozen=True, slots=True, eq=False)
class Repeats:
    """Runs with the bytes of an earlier one: one row a run."""

    run: Integers
    like: Integers
    """The earlier run, which is in no row of ``run``."""

    def none(self) -> "Repeats":
        """No row of it."""
        return Repeats(self.run[:0], self.like[:0])


def repeated_runs(runs: Runs, which: Integers) -> Repeats:
    """Those of some runs, ascending, that repeat an earlier one that begins with a typedef.

    Each is compared with the last one of its size only: a loop over runs, not over pairs.
    """
    words = runs.data[: len(runs.data) & -4].view("<u4")
    begins = which.compress(runs.begin.take(which) < runs.end.take(which))
    kind = words.take(runs.begin.take(begins) >> 2) >> np.uint32(16)
    some = begins.compress(_ONCE.take(kind))
    data = memoryview(runs.data)  # type: ignore[arg-type]
    last: dict[int, tuple[int, bytes]] = {}
    found = []
    places = (each.take(some).tolist() for each in (runs.begin, runs.end))
    for run, begin, end in zip(some.tolist(), *places, strict=True):
        content = data[begin:end].tobytes()
        like, known = last.get(end - begin, (run, b""))
        if content == known:
            found.append((run, like))
        else:
            last[end - begin] = (run, content)
    pairs = np.array(found, np.int64).reshape(-1, 2)
    return Repeats(pairs[:, 0], pairs[:, 1])


def with_repeats(runs: Runs, records: Records, repeats: Repeats, types: MergedTypes) -> Records:
    """``records`` of all other runs, and of those repeats that say something new, in order."""
    if not len(repeats.run):
        return records
    new = _says_something_new(runs, records, repeats, types)
    run, like = repeats.run.compress(new), repeats.like.compress(new)
    first, count = _records_of(records, like)
    rows = ragged(first, count)
    moved = (runs.begin.take(run) - runs.begin.take(like)).repeat(count)
    at = np.concatenate([records.at, records.at.take(rows) + moved])
    order = at.argsort(kind="stable")
    rows = np.concatenate([np.arange(len(records.at)), rows]).take(order)
    owners = np.concatenate([records.run, run.repeat(count)]).take(order)
    return Records(at.take(order), records.size.take(rows), records.kind.take(rows), owners)


def _records_of(records: Records, runs: Integers) -> tuple[Integers, Integers]:
    """Row of the first record of each run, and how many it has."""
    first = records.run.searchsorted(runs)
    return first, records.run.searchsorted(runs, side="right") - first


def _says_something_new(
    runs: Runs, records: Records, repeats: Repeats, types: MergedTypes
) -> Flags:
    """Which repeats name another type than their like, have other records, or are in a scope."""
    words = runs.data[: len(runs.data) & -4].view("<u4")
    number = words.take((records.at >> 2) + 1)  # of a typedef or constant its type
    meant, missing = types.translated(runs.object.take(records.run), number)
    other = missing | ~_ONCE.take(records.kind)
    first, count = _records_of(records, repeats.like)
    objects = runs.object.take(repeats.run)

    def differs(part: slice) -> Flags:
        rows = ragged(first[part], count[part])  # one row a record of a repeat: that of its like
        own, missing = types.translated(objects[part].repeat(count[part]), number.take(rows))
        missing |= (own != meant.take(rows)) | other.take(rows)
        return np.logical_or.reduceat(missing, count[part].cumsum() - count[part])

    new: Flags = np.concatenate(in_parts(differs, parts_of(count.cumsum())))
    opened = _OPENS.take(records.kind).astype(np.int8) - _CLOSES.take(records.kind)
    depth = np.concatenate([[0], opened.cumsum(dtype=np.int64)])  # before each record
    new |= depth.take(records.run.searchsorted(repeats.run)) != 0
    return new
