"""Names in a byte buffer, many at a time: hashed, compared and interned without a loop per name.

A name is a position in the one input buffer where NUL-terminated bytes stand. What is hard is
doing 150,000 of them in milliseconds: eight bytes of every name are taken per step, so the
steps count the longest name and not the names. Equal hashes are verified byte by byte, because a
64-bit hash that anyone can aim at is no proof of equality.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.values import dataclass

from .parallel import in_parts, slices

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]

PADDING = 16
"""Zero bytes that a buffer has after its last name, so that eight-byte loads stay inside."""

_LOW = np.uint64(0x0101010101010101)
_HIGH = np.uint64(0x8080808080808080)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_SEED = np.uint64(0xCBF29CE484222325)
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_ONE, _SEVEN, _SHIFT = np.uint64(1), np.uint64(7), np.uint64(29)


_FEW, _LONG = 16, 512
"""So few names so long are taken one by one: a step for an array costs as much as for thousands."""


class NameBudgetError(ValueError):
    """Names that overlap so much that reading them would take unbounded time."""


def words_at_any_byte(buffer: Bytes) -> Words:
    """The buffer seen as a uint64 starting at every byte (a view; 7 entries shorter)."""
    return np.ndarray((max(len(buffer) - 7, 0),), "<u8", buffer.data, 0, (1,))


def _end_mask(words: Words) -> Words:
    """The lowest 0x80 bit at the first NUL byte of each word; 0 where there is none."""
    zero = (words - _LOW) & ~words & _HIGH
    return zero & (~zero + _ONE)


def _mixed(state: Words, words: Words) -> Words:
    mixed = (state ^ words) * _MULTIPLIER
    return mixed ^ (mixed >> _SHIFT)


def hash_names(buffer: Bytes, positions: Integers, room: int | None = None) -> Words:
    """64-bit hashes of the NUL-terminated names at ``positions`` (int64, any order).

    Raises NameBudgetError when the names, taken together, are far longer than the ``room`` bytes
    that they stand in (the whole buffer, if it is None).
    """
    words = words_at_any_byte(buffer)
    hashes = np.full(len(positions), _SEED, np.uint64)
    active = np.arange(len(positions))
    at = positions
    budget = 16 * (len(buffer) if room is None else room) + (1 << 20)
    while len(active):
        budget -= 8 * len(active)
        if budget < 0:
            raise NameBudgetError
        if len(active) <= _FEW and int(at[0]) - int(positions[active[0]]) >= _LONG:
            for row, rest in zip(active.tolist(), at.tolist(), strict=True):
                hashes[row] = _hashed(int(hashes[row]), name_at(buffer, rest))
            break
        word = words[at]
        end = _end_mask(word)
        done = end != 0
        word = word & np.where(done, (end - _ONE) >> _SEVEN, _ALL)
        hashes[active] = _mixed(hashes[active], word)
        active = active[~done]
        at = at[~done] + 8
    return hashes


def hash_inline_names(names: Words) -> Words:
    """Hashes of names of up to eight bytes held in one word, equal to those of ``hash_names``."""
    end = _end_mask(names)
    full = end == 0
    first = _mixed(
        np.full(len(names), _SEED, np.uint64), names & np.where(full, _ALL, (end - _ONE) >> _SEVEN)
    )
    return np.where(full, _mixed(first, np.zeros(1, np.uint64)), first)


def hash_name(name: bytes) -> int:
    """The hash of one name, equal to that of ``hash_names`` but without an array's fixed cost."""
    return _hashed(int(_SEED), name)


def _hashed(state: int, name: bytes) -> int:
    """The hash of a name whose beginning has brought it to ``state``."""
    for at in range(0, len(name) + 1, 8):  # the last word has the NUL
        state = (state ^ int.from_bytes(name[at : at + 8], "little")) * int(_MULTIPLIER)
        state &= int(_ALL)
        state ^= state >> int(_SHIFT)
    return state


def name_at(buffer: Bytes, position: int, limit: int | None = None) -> bytes:
    """The bytes of one name: up to its NUL, or ``limit`` bytes when that comes first."""
    end = len(buffer) if limit is None else min(position + limit, len(buffer))
    chunk = 64
    while True:
        piece = buffer[position : min(position + chunk, end)].tobytes()
        nul = piece.find(0)
        if nul >= 0:
            return piece[:nul]
        if position + chunk >= end:
            return piece
        chunk *= 4


def lengths_of(buffer: Bytes, positions: Integers) -> Integers:
    """How many bytes each of the NUL-terminated names at ``positions`` has."""
    words = words_at_any_byte(buffer)
    lengths = np.zeros(len(positions), np.int64)
    active, at = np.arange(len(positions)), positions
    while len(active):
        end = _end_mask(words[at])
        going = end == 0
        # The mark stands at bit 7, 15, 23 ...: its position is the log of a power of two.
        lengths[active] += np.where(going, 8, np.log2(np.maximum(end, _ONE)).astype(np.int64) >> 3)
        active, at = active[going], at[going] + 8
        if 0 < len(active) <= _FEW and int(at[0]) - int(positions[active[0]]) >= _LONG:
            for row in active.tolist():
                lengths[row] = len(name_at(buffer, int(positions[row])))
            break
    return lengths


def differing(buffer: Bytes, left: Integers, right: Integers) -> npt.NDArray[np.bool_]:
    """Which pairs of NUL-terminated names differ (both arrays int64 positions, same length)."""
    words = words_at_any_byte(buffer)
    unequal = np.zeros(len(left), np.bool_)
    active = np.flatnonzero(left != right)
    one, other = left[active], right[active]
    while len(active):
        word, against = words[one], words[other]
        end = _end_mask(word)
        done = end != 0
        mask = np.where(done, ((end - _ONE) >> _SEVEN) | end | (end - _ONE), _ALL)
        differ = ((word ^ against) & mask) != 0
        unequal[active[differ]] = True
        going = ~(done | differ)
        active, one, other = active[going], one[going] + 8, other[going] + 8
        if 0 < len(active) <= _FEW and int(one[0]) - int(left[active[0]]) >= _LONG:
            for row in active.tolist():
                unequal[row] = name_at(buffer, int(left[row])) != name_at(buffer, int(right[row]))
            break
    return unequal


@dataclass(frozen=True, slots=True, eq=False)
class NameTable:
    """Interned names: an id is an index into ``positions``.

    ``hashes`` is sorted and ``ids`` gives the id of each; ``positions`` are int64 positions of
    NUL-terminated text, one per id, in the order in which the names were first seen.
    """

    hashes: Words
    ids: npt.NDArray[np.int32]
    positions: Integers

    @classmethod
    def empty(cls) -> "NameTable":
        """A table without names."""
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.positions)

    def find(self, buffer: Bytes, name: bytes) -> int:
        """The id of a name; -1 when the table does not hold it."""
        wanted = np.uint64(hash_name(name))
        row = int(self.hashes.searchsorted(wanted))
        if row == len(self.hashes) or self.hashes[row] != wanted:
            return -1
        found = int(self.ids[row])
        return found if name_at(buffer, int(self.positions[found])) == name else -1

    def text(self, buffer: Bytes, name_id: int) -> bytes:
        """The bytes of a name."""
        return name_at(buffer, int(self.positions[name_id]))

    def texts(self, buffer: Bytes, ids: Integers) -> list[str]:
        """The texts of many names, for people: what is no UTF-8 comes with backslashes."""
        if not len(ids):
            return []
        at = self.positions[ids]
        together = buffer[ragged(at, lengths_of(buffer, at) + 1)].tobytes()  # each with its NUL
        return together.decode("utf-8", "backslashreplace").split("\0")[:-1]


class HashCollisionError(ValueError):
    """Two different names of one hash: only an input made to do so has them."""


def intern(
    table: NameTable, buffer: Bytes, hashes: Words, positions: Integers
) -> tuple[NameTable, npt.NDArray[np.int32]]:
    """Add names; return the larger table and the id of every name given.

    ``hashes`` and ``positions`` are parallel, one entry per occurrence; new ids are given in the
    order of first occurrence. Raises HashCollisionError when equal hashes stand for different
    bytes.
    """
    if not len(hashes):
        return table, np.zeros(0, np.int32)
    order = np.argsort(hashes)  # not the stable kind, which takes five times as long
    ordered = hashes[order]
    starts = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=starts[1:])
    group = np.cumsum(starts) - 1
    first = np.minimum.reduceat(order, np.flatnonzero(starts))
    unique = ordered[starts]
    known_at = np.searchsorted(table.hashes, unique)
    known = np.zeros(len(unique), np.bool_)
    inside = known_at < len(table.hashes)
    known[inside] = table.hashes[known_at[inside]] == unique[inside]
    id_of_group = np.empty(len(unique), np.int32)
    id_of_group[known] = table.ids[known_at[known]]
    fresh = np.flatnonzero(~known)
    is_first = np.zeros(len(hashes), np.bool_)
    is_first[first[fresh]] = True
    id_of_group[fresh] = len(table) - 1 + np.cumsum(is_first)[first[fresh]]
    all_positions = np.concatenate([table.positions, positions[is_first]])
    grown = NameTable(
        *_inserted((table.hashes, table.ids), known_at[fresh], (unique[fresh], id_of_group[fresh])),
        all_positions,
    )
    ids = np.empty(len(hashes), np.int32)
    ids[order] = id_of_group[group]

    def is_unequal(part: slice) -> bool:
        return bool(differing(buffer, positions[part], all_positions[ids[part]]).any())

    if any(in_parts(is_unequal, slices(len(ids)))):
        raise HashCollisionError
    return grown, ids


def _inserted(
    columns: tuple[Words, npt.NDArray[np.int32]],
    before: Integers,
    new: tuple[Words, npt.NDArray[np.int32]],
) -> tuple[Words, npt.NDArray[np.int32]]:
    """Parallel columns with ``new`` rows in front of the rows ``before`` (ascending)."""
    at = before + np.arange(len(before))
    old = np.ones(len(columns[0]) + len(at), np.bool_)
    old[at] = False
    hashes, ids = np.empty(len(old), np.uint64), np.empty(len(old), np.int32)
    hashes[at], ids[at] = new
    hashes[old], ids[old] = columns
    return hashes, ids


def ragged(starts: Integers, counts: Integers, step: int = 1) -> Integers:
    """The ranges ``starts[i], starts[i] + step ...`` of ``counts[i]`` entries, concatenated."""
    total = int(counts.sum())
    if total == 0:
        return np.zeros(0, np.int64)
    before = np.cumsum(counts) - counts
    ranges = np.arange(0, total * step, step, dtype=np.int64)
    ranges += np.repeat(starts - before * step, counts)
    return ranges


def concatenated(
    buffer: Bytes, starts: Integers, sizes: Integers, dtype: np.dtype[Any]
) -> npt.NDArray[Any]:
    """The records of ``dtype`` in byte ranges of the buffer, copied together into one table."""
    ends = (starts + sizes).tolist()
    pieces = [buffer[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
    if not pieces:
        return np.zeros(0, dtype)
    return np.concatenate(pieces).view(dtype)
