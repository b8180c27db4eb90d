"""Names in a byte buffer, many at a time: hashed, compared and interned without a loop per name.

A name is a position in the one input buffer where NUL-terminated bytes stand. What is hard is
doing 150,000 of them in milliseconds: eight bytes of every name are taken per step, so the
steps count the longest name and not the names. Equal hashes are verified byte by byte, because a
64-bit hash that anyone can aim at is no proof of equality.
"""

from functools import lru_cache

import numpy as np

from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .arrays import Bytes, Flags, Integers, NameIds, Words, ragged, word
from .parallel import in_parts

PADDING = 16
"""Zero bytes that a buffer has after its last name, so that eight-byte loads stay inside."""


_LOW, _HIGH = word(0x0101010101010101), word(0x8080808080808080)
_FIRST_STATE, _FACTOR, _DISTANCE = 0xCBF29CE484222325, 0x9E3779B97F4A7C15, 29
_SEED, _MULTIPLIER, _SHIFT = word(_FIRST_STATE), word(_FACTOR), word(_DISTANCE)
_ZERO, _ONE, _THREE, _BITS = word(0), word(1), word(3), word(64)
_ALL = (1 << 64) - 1


_FEW, _LONG = 16, 512
"""So few names are taken one by one: a step for an array costs as much as for thousands. They are
hashed so when all are short, or when what is left of them is long."""

_KEPT_HASHES = 4096

_FEW_HASHES = 256
"""So few are sorted as they are."""

_NAMES = 1 << 14
"""Names that are compared at a time: what they need in between fits the processor's cache."""


class NameBudgetError(ValueError):
    """Names that overlap so much that reading them would take unbounded time."""


def end_mask(words: Words) -> Words:
    """The lowest 0x80 bit at the first NUL byte of each word; 0 where there is none.

    Less one it is a mask of what stands before the NUL, or of all.
    """
    zero = (words - _LOW) & ~words & _HIGH
    return zero & (~zero + _ONE)


def _mixed(state: Words, words: Words) -> Words:
    mixed = (state ^ words) * _MULTIPLIER
    return mixed ^ (mixed >> _SHIFT)


class Walk:
    """Bytes read side by side from many positions, eight of each a step.

    Words are loaded where they are aligned, each once, and two make the eight bytes of a step: to
    numpy that is worth half the time, as it takes words at odd places one by one. ``PADDING`` bytes
    must follow what is read.
    """

    __slots__ = ("_at", "_low", "_shift", "_words")

    def __init__(self, buffer: Bytes, positions: Integers) -> None:
        self._words = buffer[: len(buffer) & -8].view(np.uint64)
        self._at = positions >> 3
        self._shift = (positions & 7).astype(np.uint64) << _THREE
        self._low = self._words.take(self._at)

    def step(self) -> Words:
        """The next eight bytes of each."""
        self._at = self._at + 1
        high = self._words.take(self._at)
        # By numpy's rules nothing is left of a word that is shifted by 64 bits.
        found: Words = (self._low >> self._shift) | (high << (_BITS - self._shift))
        self._low = high
        return found

    def keep(self, going: Integers) -> None:
        """Go on with some only."""
        self._at, self._low = self._at.take(going), self._low.take(going)
        self._shift = self._shift.take(going)

    def keep_first(self, count: int) -> None:
        """Go on with the first so many only; nothing is copied."""
        self._at, self._low = self._at[:count], self._low[:count]
        self._shift = self._shift[:count]


def heads_of(buffer: Bytes, positions: Integers) -> Words:
    """The first eight bytes of each of the names at ``positions``, and of what follows a NUL."""
    return Walk(buffer, positions).step()


def hash_names(buffer: Bytes, positions: Integers, room: int | None = None) -> Words:
    """64-bit hashes of the NUL-terminated names at ``positions`` (int64, any order).

    Raises NameBudgetError when the names, taken together, are far longer than the ``room`` bytes
    that they stand in (the whole buffer, if it is None).
    """
    if len(positions) <= _FEW:
        names = [name_at(buffer, at, _LONG) for at in positions.tolist()]
        if all(len(name) < _LONG for name in names):
            return np.array([hash_name(name) for name in names], np.uint64)
    hashes = np.empty(len(positions), np.uint64)
    active, state = np.arange(len(positions)), _SEED
    walk, steps = Walk(buffer, positions), 0
    budget = 16 * (len(buffer) if room is None else room) + (1 << 20)
    while len(active):
        budget -= 8 * len(active)
        if budget < 0:
            raise NameBudgetError
        if len(active) <= _FEW and 8 * steps >= _LONG:
            for row, known in zip(active.tolist(), state.tolist(), strict=True):
                rest = int(positions[row]) + 8 * steps
                hashes[row] = _hashed(known, name_at(buffer, rest))
            break
        words = walk.step()
        steps += 1
        end = end_mask(words)
        state = _mixed(state, words & (end - _ONE))
        hashes[active] = state
        going = (end == _ZERO).nonzero()[0]
        active, state = active.take(going), state.take(going)
        walk.keep(going)
    return hashes


def hash_inline_names(names: Words) -> Words:
    """Hashes of names of up to eight bytes held in one word, equal to those of ``hash_names``."""
    end = end_mask(names)
    first = _mixed(_SEED, names & (end - _ONE))
    # The NUL behind eight bytes is in a word of its own.
    return np.where(end == _ZERO, _mixed(first, _ZERO), first)


def hash_name(name: bytes) -> int:
    """The hash of one name, equal to that of ``hash_names`` but without an array's fixed cost."""
    return _short_hash(name) if len(name) < _LONG else _hashed(_FIRST_STATE, name)


@lru_cache(maxsize=_KEPT_HASHES)
def _short_hash(name: bytes) -> int:
    """Every link asks for the same names, and small ones for little else: their hashes are kept."""
    return _hashed(_FIRST_STATE, name)


def _hashed(state: int, name: bytes) -> int:
    """The hash of a name whose beginning has brought it to ``state``."""
    for at in range(0, len(name) + 1, 8):  # the last word has the NUL
        state = (state ^ int.from_bytes(name[at : at + 8], "little")) * _FACTOR & _ALL
        state ^= state >> _DISTANCE
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
    lengths = np.zeros(len(positions), np.int64)
    active, walk, steps = np.arange(len(positions)), Walk(buffer, positions), 0
    while len(active) > _FEW:
        end = end_mask(walk.step())
        steps += 1
        ended = end.nonzero()[0]
        # The mark stands at bit 7, 15, 23 ...: its position is the log of a power of two.
        inside = np.log2(end.take(ended)).astype(np.int64) >> 3
        lengths[active.take(ended)] = 8 * (steps - 1) + inside
        going = (end == _ZERO).nonzero()[0]
        active = active.take(going)
        walk.keep(going)
    for row in active.tolist():
        lengths[row] = len(name_at(buffer, int(positions[row])))
    return lengths


def differing(buffer: Bytes, left: Integers, right: Integers) -> Flags:
    """Which pairs of NUL-terminated names differ (both arrays int64 positions, same length)."""
    unequal = np.zeros(len(left), np.bool_)
    active = (left != right).nonzero()[0]
    one, other = Walk(buffer, left.take(active)), Walk(buffer, right.take(active))
    while len(active) > _FEW:
        words = one.step()
        end = end_mask(words)
        differs = ((words ^ other.step()) & (end | (end - _ONE))) != _ZERO
        unequal[active] = differs
        going = ((end == _ZERO) & ~differs).nonzero()[0]
        active = active.take(going)
        one.keep(going)
        other.keep(going)
    for row in active.tolist():
        unequal[row] = name_at(buffer, int(left[row])) != name_at(buffer, int(right[row]))
    return unequal


@dataclass(frozen=True, slots=True, eq=False)
class NameTable:
    """Interned names: an id is an index into ``positions``.

    ``hashes`` is sorted and ``ids`` gives the id of each; ``positions`` are int64 positions of
    NUL-terminated text, one per id, in the order in which the names were first seen.
    """

    hashes: Words
    ids: NameIds
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
        return decoded(together).split("\0")[:-1]


class HashCollisionError(ValueError):
    """Two different names of one hash: only an input made to do so has them."""


def intern(
    table: NameTable, buffer: Bytes, hashes: Words, positions: Integers
) -> tuple[NameTable, NameIds]:
    """Add names; return the larger table and the id of every name given.

    ``hashes`` and ``positions`` are parallel, one entry per occurrence; new ids are given in the
    order of first occurrence. Raises HashCollisionError when equal hashes stand for different
    bytes.
    """
    if not len(hashes):
        return table, np.zeros(0, np.int32)
    order = _stable_order(hashes)
    ordered = hashes.take(order)
    starts = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=starts[1:])
    begins = starts.nonzero()[0]
    unique, first = ordered.take(begins), order.take(begins)
    known_at = table.hashes.searchsorted(unique)
    known = np.zeros(len(unique), np.bool_)
    inside = (known_at < len(table.hashes)).nonzero()[0]
    known[inside] = table.hashes[known_at[inside]] == unique[inside]
    id_of_group = np.empty(len(unique), np.int32)
    id_of_group[known] = table.ids[known_at[known]]
    fresh = (~known).nonzero()[0]
    is_first = np.zeros(len(hashes), np.bool_)
    is_first[first[fresh]] = True
    id_of_group[fresh] = len(table) - 1 + is_first.cumsum()[first[fresh]]
    all_positions = np.concatenate([table.positions, positions.compress(is_first)])
    grown = NameTable(
        *_inserted((table.hashes, table.ids), known_at[fresh], (unique[fresh], id_of_group[fresh])),
        all_positions,
    )
    ids = np.empty(len(hashes), np.int32)
    ids[order] = id_of_group.take(starts.cumsum() - 1)

    def is_unequal(part: slice) -> bool:
        return bool(differing(buffer, positions[part], all_positions.take(ids[part])).any())

    if any(in_parts(is_unequal, [slice(at, at + _NAMES) for at in range(0, len(ids), _NAMES)])):
        raise HashCollisionError
    return grown, ids


def _stable_order(hashes: Words) -> Integers:
    """The order that sorts hashes, and leaves equal ones in theirs.

    Row numbers in place of the lowest bits make it one sort of plain numbers, a third of the time
    of ``argsort``. Only where hashes differ in nothing but these bits does it come out wrong.
    """
    if len(hashes) > _FEW_HASHES:
        low = (1 << len(hashes).bit_length()) - 1
        keys = hashes & ~word(low) | np.arange(len(hashes), dtype=np.uint64)
        keys.sort()
        order = (keys & word(low)).astype(np.int64)
        ordered = hashes.take(order)
        if not (ordered[1:] < ordered[:-1]).any():
            return order
    return hashes.argsort(kind="stable")


def _inserted(
    columns: tuple[Words, NameIds],
    before: Integers,
    new: tuple[Words, NameIds],
) -> tuple[Words, NameIds]:
    """Parallel columns with ``new`` rows in front of the rows ``before`` (ascending)."""
    at = before + np.arange(len(before))
    old = np.ones(len(columns[0]) + len(at), np.bool_)
    old[at] = False
    hashes, ids = np.empty(len(old), np.uint64), np.empty(len(old), np.int32)
    hashes[at], ids[at] = new
    hashes[old], ids[old] = columns
    return hashes, ids
