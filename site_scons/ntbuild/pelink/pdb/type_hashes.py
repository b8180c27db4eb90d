"""Groups of equal hashes, and the hashes of type records that compilers write.

``.debug$H`` has a hash of every type record of its object, in the order of the records. It is a
hash of what the record says and of the hashes of those that it refers to, so that records of
different objects are equal when their hashes are, whatever the numbers in them.

Limit: the hashes are believed, as by lld-link. What is tested is that each object has as many as
records, and that the sizes of equal ones lead to its end; else nothing is believed, and records are
compared (`type_merge`). Wrong hashes mix types up; they never lead past an array.

Source: LLVM, ``DebugInfo/CodeView/TypeHashing.h``.
"""

import struct
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Integers, Words
from ntbuild.pecoff.columns.pieces import joined
from ntbuild.support.values import dataclass

_HEAD: Final = struct.Struct("<IHH")
_MAGIC, _VERSION = 0x133C9C5, 0
_KNOWN: Final = tuple(
    int.from_bytes(_HEAD.pack(_MAGIC, _VERSION, kind), "little") for kind in (1, 2)
)
"""Heads of hashes that have eight bytes each: of SHA-1, and of BLAKE3."""

_ROUNDS: Final = 3
"""Rounds through a table of slots; what is left then is sorted."""
_MOST_BITS: Final = 18
"""A table of 2 MiB at most: it stays in the processor's cache."""


def first_of_equal(hashes: Words) -> Integers:
    """For each hash the index of the first one that is equal to it.

    Every hash has a slot of a table by its upper bits, and the first one of a slot stays in it. So
    a hash either finds its first equal one there, or another hash: those are looked up again by
    other bits. Nothing is sorted, which is what takes time with a million hashes.
    """
    first = _first_of_slot(hashes, np.arange(len(hashes)))
    left = (hashes.take(first) != hashes).nonzero()[0]
    keys = hashes.take(left)
    for _ in range(_ROUNDS - 1):
        if not len(left):
            return first
        keys *= np.uint64(0x9E3779B97F4A7C15)
        found = _first_of_slot(keys, left)
        first[left] = found
        rest = (hashes.take(found) != hashes.take(left)).nonzero()[0]
        left, keys = left.take(rest), keys.take(rest)
    order = left[hashes[left].argsort(kind="stable")]
    begins = np.ones(len(order), np.bool_)
    begins[1:] = hashes[order[1:]] != hashes[order[:-1]]
    starts = begins.nonzero()[0]
    first[order] = order[starts].repeat(np.diff([*starts.tolist(), len(order)]))
    return first


def _first_of_slot(keys: Words, rows: Integers) -> Integers:
    """For each key the first row whose key has the same slot; ``rows`` ascend."""
    bits = min(max(len(keys).bit_length(), 4), _MOST_BITS)
    slots = (keys >> np.uint64(64 - bits)).view(np.int64)
    table = np.empty(1 << bits, np.int64)
    table[slots[::-1]] = rows[::-1]  # of several, the last one that is written stays
    found: Integers = table.take(slots)
    return found


@dataclass(frozen=True, slots=True, eq=False)
class TypeHashes:
    """The hashes of the type records of all objects; empty where not all objects have them."""

    values: Words
    """One after the other."""
    count: Integers
    """How many each object has."""


NO_HASHES: Final = TypeHashes(np.zeros(0, np.uint64), np.zeros(0, np.int64))


def read_type_hashes(buffer: Bytes, at: Integers, size: Integers) -> TypeHashes:
    """The hashes; ``at`` and ``size`` say where each object's section is in the buffer.

    `NO_HASHES` when not all of them have hashes of one known kind.
    """
    if not len(at) or (size < _HEAD.size).any() or (size & 7).any():
        return NO_HASHES
    heads = joined(buffer, at, np.full(len(at), _HEAD.size)).view("<u8")
    if int(heads[0]) not in _KNOWN or (heads != heads[0]).any():
        return NO_HASHES
    size = size - _HEAD.size
    return TypeHashes(joined(buffer, at + _HEAD.size, size).view("<u8"), size >> 3)
