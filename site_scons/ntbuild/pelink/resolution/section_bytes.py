"""Bytes of many sections at once: hashed, and compared.

What is hard is that sections have any size. They are taken by size, eight bytes a step, so a step
works on the first so many of an array, and steps count the longest section and not the sections;
the few that are very long are hashed and compared one by one behind their beginning.
"""

from collections.abc import Iterator
from functools import partial
from zlib import crc32

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, Words, word
from ntbuild.pecoff.columns.names import Walk, heads_of
from ntbuild.pecoff.columns.parallel import in_parts

_LONG = 1 << 12
"""Bytes of a section that are taken by steps."""

_ROWS = 1 << 14
"""Sections in a part: each waits for memory once or twice, which two threads do side by side."""

_SHIFT = word(29)
_MULTIPLIERS = word(0x9E3779B97F4A7C15), word(0xC2B2AE3D27D4EB4F)


def mixed(left: Words, right: Words) -> Words:
    """A hash of two hashes, in this order."""
    found: Words = right * _MULTIPLIERS[1]
    found ^= left
    found *= _MULTIPLIERS[0]
    found ^= found >> _SHIFT
    return found


def some_words(buffer: Bytes, position: Integers, size: Integers) -> Words:
    """A hash of a few of each section's bytes: enough to tell most that differ.

    They are from the middle and behind it, as functions begin alike. ``position`` is where each
    section begins in the buffer; sections of less than eight bytes are all the same.
    """
    found = np.zeros(len(position), np.uint64)

    def take(part: slice) -> None:
        room = np.maximum(size[part] - 8, 0)
        for eighths in (2, 4, 6):
            words = heads_of(buffer, position[part] + (room * eighths >> 3))
            found[part] = mixed(found[part], words)

    in_parts(take, _slices(len(position)))
    found[size < 8] = 0
    return found


def hashes(buffer: Bytes, position: Integers, size: Integers) -> Words:
    """A 64-bit hash of each section's bytes and of how many they are."""
    order = _by_size(size)
    at, left = position[order], size[order]
    state = left.astype(np.uint64)
    read = partial(_hash_by_size, buffer, at, left, state)
    in_parts(read, _slices(len(order)))
    found = np.empty(len(order), np.uint64)
    found[order] = state
    return found


def _hash_by_size(
    buffer: Bytes, position: Integers, size: Integers, state: Words, part: slice
) -> None:
    """Take the bytes of some sections into their hashes; the largest sections come first."""
    position, size, state = position[part], size[part], state[part]
    for count, words in _steps(buffer, position, size):
        state[:count] = mixed(state[:count], words)
    for row in range(int((size > _LONG).sum())):
        start, end = int(position[row]) + _LONG, int(position[row] + size[row])
        state[row] ^= np.uint64(crc32(buffer[start:end].data) << 32)


def equal(buffer: Bytes, one: Integers, other: Integers, size: Integers) -> Flags:
    """Whether the bytes at the positions ``one`` are those at ``other``; ``size`` of each."""
    order = _by_size(size)
    one, other, size = one[order], other[order], size[order]
    differ = np.zeros(len(order), np.bool_)

    def compare(part: slice) -> None:
        mine, theirs = (_steps(buffer, at[part], size[part]) for at in (one, other))
        for (count, words), (_, others) in zip(mine, theirs, strict=True):
            differ[part][:count] |= words != others
        for row in range(part.start, part.start + int((size[part] > _LONG).sum())):
            behind = int(size[row]) - _LONG
            left, right = (int(at[row]) + _LONG for at in (one, other))
            differ[row] |= not np.array_equal(
                buffer[left : left + behind], buffer[right : right + behind]
            )

    in_parts(compare, _slices(len(order)))
    found = np.empty(len(order), np.bool_)
    found[order] = ~differ
    return found


def _by_size(size: Integers) -> Integers:
    """The order in which the largest come first, all that are long as if they were equally so."""
    # Small numbers are sorted by counting.
    behind = (_LONG + 1 - np.minimum(size, _LONG + 1)).astype(np.uint16)
    return np.argsort(behind, kind="stable")


def _slices(count: int) -> list[slice]:
    return [slice(start, min(start + _ROWS, count)) for start in range(0, count, _ROWS)]


def _steps(buffer: Bytes, position: Integers, size: Integers) -> Iterator[tuple[int, Words]]:
    """For each eight bytes: how many sections reach there, and what these have there.

    What is behind a section's end is 0. Sections are in the order of ``_by_size``.
    """
    if not len(size):
        return
    longest = min(int(size[0]), _LONG)
    ascending = -np.minimum(size, _LONG + 1)
    reach = np.searchsorted(ascending, -np.arange(0, longest, 8)).tolist()
    walk = Walk(buffer, position)
    for step, count in zip(range(0, longest, 8), reach, strict=True):
        walk.keep_first(count)
        words = walk.step()
        full = int(np.searchsorted(ascending, -(step + 8), side="right"))
        if full < count:
            behind = ((step + 8 - size[full:count]) * 8).astype(np.uint64)
            words[full:] = words[full:] << behind >> behind
        yield count, words
