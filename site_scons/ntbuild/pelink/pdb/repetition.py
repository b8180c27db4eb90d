"""Records that an earlier record is equal to, byte by byte.

Typedefs of a header are in every object that includes it, so nine in ten records that ask for a
place in the table of globals are there already. They are read 32 bytes a step, which are all that
most have, and hashed; then each is compared with the first one of its hash.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, Words
from ntbuild.pecoff.columns.parallel import in_parts, slices

from .records import PADDING
from .type_hashes import first_of_equal

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
