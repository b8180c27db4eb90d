"""Names in a byte buffer: hashed, compared and interned many at a time, without a loop per name.

A name is a position in the pool at which NUL-terminated bytes stand. Interning gives every
different text a number, its name id, in the order of first sight, so that later passes compare
and index by numbers. Three objects that mention four names, interned in two batches:

    text of each symbol     memcpy  DriverEntry  memcpy | memcpy  DbgPrint
    position in the pool        96          103     140 |    212       219
    name id                      0            1       0 |      0         2
    positions of the table                     96, 103  |     96, 103, 219

`intern` takes a fixed number of array operations:

1. It sorts the hashes of a batch: equal ones become neighbours, a group with a first occurrence.
2. It looks the groups up in the table's sorted hashes.
3. Groups that are new get ids in the order of their first occurrences.
4. Every name gets the id of its group.

Bytes are read by `Walk`, eight of every name a step. The number of steps is that of the longest
name's words, and names leave the walk as they end, so 150,000 names take milliseconds.

Invariants: the hash of a name depends on its bytes alone; scalar and array functions give the same
hash. Names of equal hashes are compared byte by byte, because anyone can construct two names with
one unkeyed 64-bit hash: such names raise HashCollisionError. Names that overlap (one
string of a megabyte, referred to from each of its bytes) would cost the square of the input, so
hashing has a budget and raises NameBudgetError.
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


_FEW = 16
"""Up to this number of names a loop is quicker: one array operation costs as much for ten names as
for thousands."""

_LONG = 512
"""Bytes from which on the rest of a few names is hashed by the loop instead of by steps."""

_KEPT_HASHES = 4096
"""Hashes of short names that are kept between links of one process."""

_FEW_HASHES = 256
"""Up to this number of hashes are sorted by argsort."""

_NAMES = 1 << 14
"""Names that one part of a comparison has: its intermediate arrays fit the processor's cache."""


class NameBudgetError(ValueError):
    """Names that overlap so much that reading them would take unbounded time."""


def end_mask(words: Words) -> Words:
    """0x80 at the first NUL byte of each word; 0 for a word without a NUL.

    The result minus 1 is a mask of the bytes before the NUL (and of the NUL's low bits, which are
    0); for a word without a NUL it is a mask of all bytes.

    Source: Mycroft's test for a zero byte, ``(w - 0x01...) & ~w & 0x80...``, whose lowest set bit
    is right in every case; higher ones may be borrows.
    """
    zero = (words - _LOW) & ~words & _HIGH
    return zero & (~zero + _ONE)


def _mixed(state: Words, words: Words) -> Words:
    mixed = (state ^ words) * _MULTIPLIER
    return mixed ^ (mixed >> _SHIFT)


class Walk:
    """Reads bytes from many positions in parallel, eight of each a step.

    numpy gathers unaligned words at half the speed of aligned ones. So each aligned word is loaded
    once, and the eight bytes of a step are shifted together from two of them:

        position 13:   words at 8 and 16, shift (13 & 7) * 8 = 40 bits
        a step gives:  word[1] >> 40 | word[2] << 24

    ``PADDING`` zero bytes must follow the last name.
    """

    __slots__ = ("_at", "_low", "_shift", "_words")

    def __init__(self, buffer: Bytes, positions: Integers) -> None:
        # One entry a position: index of the aligned word that the next bytes begin in, the bits
        # that they are shifted by, and that word.
        self._words = buffer[: len(buffer) & -8].view(np.uint64)
        self._at = positions >> 3
        self._shift = (positions & 7).astype(np.uint64) << _THREE
        self._low = self._words.take(self._at)

    def step(self) -> Words:
        """The next eight bytes from each position, as one word each."""
        self._at = self._at + 1
        high = self._words.take(self._at)
        # By numpy's rules nothing is left of a word that is shifted by 64 bits.
        found: Words = (self._low >> self._shift) | (high << (_BITS - self._shift))
        self._low = high
        return found

    def keep(self, going: Integers) -> None:
        """Continue with the positions at these indices only."""
        self._at, self._low = self._at.take(going), self._low.take(going)
        self._shift = self._shift.take(going)

    def keep_first(self, count: int) -> None:
        """Continue with the first ``count`` positions only; nothing is copied."""
        self._at, self._low = self._at[:count], self._low[:count]
        self._shift = self._shift[:count]


def heads_of(buffer: Bytes, positions: Integers) -> Words:
    """The first eight bytes at each of ``positions``, as one word each; bytes behind a NUL too."""
    return Walk(buffer, positions).step()


def hash_names(buffer: Bytes, positions: Integers, room: int | None = None) -> Words:
    """64-bit hashes of the NUL-terminated names at ``positions`` (int64, any order).

    ``room`` is the number of bytes that the names stand in, None for the whole buffer. Raises
    NameBudgetError when the names together have more than 16 times ``room`` bytes and 1 MiB more:
    then they overlap.
    """
    if len(positions) <= _FEW:
        names = [name_at(buffer, at, _LONG) for at in positions.tolist()]
        if all(len(name) < _LONG for name in names):
            return np.array([hash_name(name) for name in names], np.uint64)
    hashes = np.empty(len(positions), np.uint64)
    # ``active`` are the indices of names that have not ended; ``state`` is parallel to it.
    active, state = np.arange(len(positions)), _SEED
    walk, steps = Walk(buffer, positions), 0
    budget = 16 * (len(buffer) if room is None else room) + (1 << 20)
    while len(active):
        # Names that do not overlap are as long as the buffer together; each step takes 8 bytes.
        budget -= 8 * len(active)
        if budget < 0:
            raise NameBudgetError
        # The tail of a few very long names (C++ templates): bytes of one name at a time.
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
    """Hashes of names of up to eight bytes, each in one word; equal to those of ``hash_names``."""
    end = end_mask(names)
    first = _mixed(_SEED, names & (end - _ONE))
    # A name of eight bytes has its NUL in a second word, which ``hash_names`` mixes in as well.
    return np.where(end == _ZERO, _mixed(first, _ZERO), first)


def hash_name(name: bytes) -> int:
    """The hash of one name; equal to that of ``hash_names``, without the cost of an array."""
    return _short_hash(name) if len(name) < _LONG else _hashed(_FIRST_STATE, name)


@lru_cache(maxsize=_KEPT_HASHES)
def _short_hash(name: bytes) -> int:
    """Kept between links: a small link looks up the same few names (entry, helpers) every time."""
    return _hashed(_FIRST_STATE, name)


def _hashed(state: int, name: bytes) -> int:
    """The hash of a name whose earlier words were mixed into ``state``."""
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
    """Bytes of each of the NUL-terminated names at ``positions``, without the NUL."""
    lengths = np.zeros(len(positions), np.int64)
    active, walk, steps = np.arange(len(positions)), Walk(buffer, positions), 0
    while len(active) > _FEW:
        end = end_mask(walk.step())
        steps += 1
        ended = end.nonzero()[0]
        # The only set bit is bit 7, 15, 23 ... of the NUL's byte: its logarithm over 8 is the byte.
        inside = np.log2(end.take(ended)).astype(np.int64) >> 3
        lengths[active.take(ended)] = 8 * (steps - 1) + inside
        going = (end == _ZERO).nonzero()[0]
        active = active.take(going)
        walk.keep(going)
    for row in active.tolist():
        lengths[row] = len(name_at(buffer, int(positions[row])))
    return lengths


def differing(buffer: Bytes, left: Integers, right: Integers) -> Flags:
    """Whether the NUL-terminated names of each pair differ; int64 positions, same length."""
    unequal = np.zeros(len(left), np.bool_)
    active = (left != right).nonzero()[0]
    left_walk = Walk(buffer, left.take(active))
    right_walk = Walk(buffer, right.take(active))
    while len(active) > _FEW:
        words = left_walk.step()
        end = end_mask(words)
        # Bytes up to and with the left NUL are compared, so a longer right name differs there.
        differs = ((words ^ right_walk.step()) & (end | (end - _ONE))) != _ZERO
        unequal[active] = differs
        going = ((end == _ZERO) & ~differs).nonzero()[0]
        active = active.take(going)
        left_walk.keep(going)
        right_walk.keep(going)
    for row in active.tolist():
        unequal[row] = name_at(buffer, int(left[row])) != name_at(buffer, int(right[row]))
    return unequal


@dataclass(frozen=True, slots=True, eq=False)
class NameTable:
    """Interned names: a name id is an index into ``positions``."""

    hashes: Words
    """Hashes of all names, ascending."""
    ids: NameIds
    """The id of the name of each of ``hashes``."""
    positions: Integers
    """Position of the NUL-terminated text of each id, in the order of first sight."""

    @classmethod
    def empty(cls) -> "NameTable":
        """A table without names."""
        return cls(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.positions)

    def find(self, buffer: Bytes, name: bytes) -> int:
        """The id of a name; -1 when the table does not hold it."""
        its_hash = np.uint64(hash_name(name))
        row = int(self.hashes.searchsorted(its_hash))
        if row == len(self.hashes) or self.hashes[row] != its_hash:
            return -1
        found = int(self.ids[row])
        return found if name_at(buffer, int(self.positions[found])) == name else -1

    def text(self, buffer: Bytes, name_id: int) -> bytes:
        """The bytes of a name."""
        return name_at(buffer, int(self.positions[name_id]))

    def texts(self, buffer: Bytes, ids: Integers) -> list[str]:
        """The texts of many names, for messages and reports (``support.text.decoded``)."""
        if not len(ids):
            return []
        at = self.positions[ids]
        together = buffer[ragged(at, lengths_of(buffer, at) + 1)].tobytes()  # each with its NUL
        return decoded(together).split("\0")[:-1]


class HashCollisionError(ValueError):
    """Different names have the same hash; that does not happen by chance."""


def intern(
    table: NameTable, buffer: Bytes, hashes: Words, positions: Integers
) -> tuple[NameTable, NameIds]:
    """Add names; return the grown table and the id of every occurrence.

    ``hashes`` and ``positions`` are parallel, one entry an occurrence. Ids are given in the order
    of first occurrence, whatever order the hashes have. Raises HashCollisionError when equal
    hashes stand for different bytes.
    """
    if not len(hashes):
        return table, np.zeros(0, np.int32)
    # Groups of equal hashes: ``unique`` is the hash of each, ascending, and ``first`` the index of
    # its first occurrence, because the order is stable.
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
    # A new group's id: the table's length plus the number of new groups that occur before it.
    fresh = (~known).nonzero()[0]
    is_first = np.zeros(len(hashes), np.bool_)
    is_first[first[fresh]] = True
    id_of_group[fresh] = len(table) - 1 + is_first.cumsum()[first[fresh]]
    # A new name's text is that of its first occurrence; ids follow the order of these.
    all_positions = np.concatenate([table.positions, positions.compress(is_first)])
    grown = NameTable(
        *_inserted((table.hashes, table.ids), known_at[fresh], (unique[fresh], id_of_group[fresh])),
        all_positions,
    )
    # Back from the sorted order: a sorted entry's group is the number of starts up to it, less one.
    ids = np.empty(len(hashes), np.int32)
    ids[order] = id_of_group.take(starts.cumsum() - 1)

    def is_unequal(part: slice) -> bool:
        return bool(differing(buffer, positions[part], all_positions.take(ids[part])).any())

    if any(in_parts(is_unequal, [slice(at, at + _NAMES) for at in range(0, len(ids), _NAMES)])):
        raise HashCollisionError
    return grown, ids


def _stable_order(hashes: Words) -> Integers:
    """Indices that sort the hashes; equal hashes keep their order.

    Indices are put in place of the lowest bits, so that one sort of plain numbers does it, in a
    third of the time of ``argsort``. The result is wrong only where hashes differ in nothing but
    these bits; that is tested, and ``argsort`` does it then.
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
    """Parallel columns with ``new`` rows inserted in front of the rows ``before`` (ascending)."""
    # New row i comes in front of old row before[i]; i new rows stand before it already.
    at = before + np.arange(len(before))
    old = np.ones(len(columns[0]) + len(at), np.bool_)
    old[at] = False
    hashes, ids = np.empty(len(old), np.uint64), np.empty(len(old), np.int32)
    hashes[at], ids[at] = new
    hashes[old], ids[old] = columns
    return hashes, ids
