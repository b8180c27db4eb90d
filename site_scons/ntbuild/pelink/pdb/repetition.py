"""Records that an earlier record is equal to, byte by byte.

Typedefs of a header are in every object that includes it, so nine in ten records that ask for a
place in the table of globals are there already. Equal ones are found by three words of each, which
are all that most have; the rest of longer ones is compared eight bytes a step.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, Words

from .records import at_any_byte
from .type_hashes import first_of_equal

_WORD: Final = 8
_HEAD: Final = 4
"""Bytes of length and kind."""
_FACTORS: Final = (0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F)
_COMPARED: Final = _HEAD + 3 * _WORD
"""Bytes of a record that its head and three words cover, one behind the head, two at its end."""


def repeated(data: Bytes, at: Integers, size: Integers) -> Flags:
    """Which records are equal to an earlier one; each has 12 bytes or more, a multiple of four."""
    words = at_any_byte(data, "<u8")
    heads = data[: len(data) & -4].view("<u4").take(at >> 2)  # length and kind
    last = at + (size - _WORD)
    columns = [words[at + _HEAD], words[np.maximum(last - _WORD, at)], words[last]]
    keys = heads.astype(np.uint64)
    for column, factor in zip(columns, _FACTORS, strict=True):
        keys = _mixed(keys, column, factor)
    middles: list[tuple[Integers, Words]] = []
    active, place = (size > _COMPARED).nonzero()[0], _HEAD + _WORD
    while len(active):
        middle = words[at.take(active) + place]
        keys[active] = _mixed(keys.take(active), middle, _FACTORS[0])
        middles.append((active, middle))
        place += _WORD
        active = active.compress(size.take(active) - 2 * _WORD > place)
    first = first_of_equal(keys)
    differs = heads != heads.take(first)
    for column in columns:
        differs |= column != column.take(first)
    index = np.zeros(len(at), np.int64)  # of a record in the columns of middles
    for active, middle in middles:
        index[active] = np.arange(len(active))
        like = middle.take(index.take(first.take(active)), mode="clip")
        differs[active] |= middle != like
    if differs.any():  # records with the same hash that are not the same
        return _repeated_one_by_one(data, at, size)
    found: Flags = first != np.arange(len(first))
    return found


def _mixed(keys: Words, words: Words, factor: int) -> Words:
    mixed = (keys ^ words) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(29))


def _repeated_one_by_one(data: Bytes, at: Integers, size: Integers) -> Flags:
    raw = data.tobytes()
    seen: set[bytes] = set()
    found = np.zeros(len(at), np.bool_)
    for row, (begin, length) in enumerate(zip(at.tolist(), size.tolist(), strict=True)):
        record = raw[begin : begin + length]
        found[row] = record in seen
        seen.add(record)
    return found
