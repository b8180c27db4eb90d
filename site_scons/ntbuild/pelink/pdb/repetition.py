"""What an earlier object has, byte by byte: a PDB has typedefs and constants once.

Compilers put these into a subsection of their own. Objects that are generated, or that begin with
the same functions over the same header, often have the same bytes there. A subsection whose type
numbers also mean the same types adds nothing to a PDB: it is left out before its records are looked
at (`with_repeats`). Of one whose numbers mean other types the places of the records are known.

    a.obj   T = type 0x1000, U = type 0x1001       kept
    b.obj   the same bytes, the same types         left out
    c.obj   the same bytes, 0x1001 is another      its two records are found without a walk

Of the records that are left nine in ten may still be in another object. They are read 32 bytes a
step, which are all that most have, and hashed; then each is compared with the first one of its hash
(`repeated`).
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import CLOSES, OPENS, S
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, Words, ragged
from ntbuild.pecoff.columns.parallel import in_parts, parts_of, slices
from ntbuild.support.values import dataclass

from .records import PADDING, Records, Runs, members
from .type_hashes import first_of_equal
from .type_merge import MergedTypes

_ONCE: Final = members((S.UDT, S.CONSTANT))
"""Kinds of records that a PDB has once, and at file scope in the table of globals only."""
_OPENS: Final = members(OPENS)
_CLOSES: Final = members(CLOSES)

_WIDTH: Final = PADDING
"""Bytes of a step: no more than there are behind the last record."""
_WORDS: Final = _WIDTH // 8
_MASKS: Final = np.frombuffer(
    b"".join(b"\xff" * size + bytes(_WIDTH - size) for size in range(0, _WIDTH + 4, 4)), "<u8"
).reshape(-1, _WORDS)
"""By the words of 32 bits that a record has in a step: the bytes that are its own."""
_FACTORS: Final = np.array(
    (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, 0xBF58476D1CE4E5B9), np.uint64
)
_HALF: Final = np.uint64(32)


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
    # One row is a record of a run that others are like; ``first`` and ``count`` are per repeat.
    likes = np.unique(repeats.like)
    model = records.some(ragged(*_records_of(records, likes)))
    first, count = _records_of(model, repeats.like)
    number = words.take((model.at >> 2) + 1)  # the type of a typedef or constant
    meant, missing = types.translated(runs.object.take(model.run), number)
    other = missing | ~_ONCE.take(model.kind)
    objects = runs.object.take(repeats.run)

    def differs(part: slice) -> Flags:
        rows = ragged(first[part], count[part])
        own, missing = types.translated(objects[part].repeat(count[part]), number.take(rows))
        missing |= (own != meant.take(rows)) | other.take(rows)
        return np.logical_or.reduceat(missing, count[part].cumsum() - count[part])

    new: Flags = np.concatenate(in_parts(differs, parts_of(count.cumsum())))
    opened = _OPENS.take(records.kind).astype(np.int8) - _CLOSES.take(records.kind)
    depth = np.concatenate([[0], opened.cumsum(dtype=np.int64)])  # before each record
    new |= depth.take(records.run.searchsorted(repeats.run)) != 0
    return new


def repeated(data: Bytes, at: Integers, size: Integers) -> Flags:
    """Which records are equal to an earlier one; sizes are multiples of four."""
    keys = np.zeros(len(at), np.uint64)
    steps: list[tuple[Integers, Words]] = []
    rows, place = np.arange(len(at)), 0
    while len(rows):  # of each record that has as many bytes
        steps.append((rows, _words(data, at, size, rows, place, keys)))
        place += _WIDTH
        rows = rows.compress(size.take(rows) > place)
    first = first_of_equal(keys)
    if any(_differ(*step, first) for step in steps):  # different records with one hash
        return _repeated_one_by_one(data, at, size)
    found: Flags = first != np.arange(len(first))
    return found


def _words(
    data: Bytes, at: Integers, size: Integers, rows: Integers, place: int, keys: Words
) -> Words:
    """What records have from byte ``place`` on: one row a record. They are mixed into ``keys``."""
    found = np.empty((len(rows), _WORDS), np.uint64)
    blocks = np.ndarray((len(data) - _WIDTH + 1,), f"V{_WIDTH}", data.data, 0, (1,))

    def read(part: slice) -> None:
        own = rows[part]
        words = blocks[at.take(own) + place].view("<u8").reshape(-1, _WORDS)
        left = np.minimum(size.take(own) - place, _WIDTH) >> 2
        np.bitwise_and(words, _MASKS.take(left, axis=0), out=found[part])
        # Upper halves are put into lower ones: a factor leaves little of the last bytes otherwise.
        keys[own] = keys.take(own) * _FACTORS[1] + (found[part] ^ found[part] >> _HALF) @ _FACTORS

    in_parts(read, slices(len(rows)))
    return found


def _differ(rows: Integers, words: Words, first: Integers) -> bool:
    """Whether a record differs from the first one of its hash in one step."""
    place = np.zeros(len(first), np.int64)  # of a record in ``rows``
    place[rows] = np.arange(len(rows))

    def differ(part: slice) -> bool:
        # A record that is longer than its first one differs from it in its length, in step 0.
        like = words.take(place.take(first.take(rows[part])), axis=0)
        return bool((words[part] != like).any())

    return any(in_parts(differ, slices(len(rows))))


def _repeated_one_by_one(data: Bytes, at: Integers, size: Integers) -> Flags:
    raw = data.tobytes()
    seen: set[bytes] = set()
    found = np.zeros(len(at), np.bool_)
    for row, (begin, length) in enumerate(zip(at.tolist(), size.tolist(), strict=True)):
        record = raw[begin : begin + length]
        found[row] = record in seen
        seen.add(record)
    return found
