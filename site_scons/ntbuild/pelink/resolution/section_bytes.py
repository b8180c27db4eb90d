"""Bytes of many sections at once: hashed, and compared.

Sections are sorted by size, largest first, and taken eight bytes a step. The sections that reach a
step are then the first so many of the array, and the number of steps is that of the longest
section, whatever the number of sections. What is behind the first 4 KiB of a section is hashed and
compared section by section, as few are so long.
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
"""Sections in a part. Parts run in threads, which wait for memory at the same time."""

_SHIFT = word(29)
_MULTIPLIERS = word(0x9E3779B97F4A7C15), word(0xC2B2AE3D27D4EB4F)


def mixed(left: Words, right: Words) -> Words:
    """A hash of two hashes; the order counts."""
    found: Words = right * _MULTIPLIERS[1]
    found ^= left
    found *= _MULTIPLIERS[0]
    found ^= found >> _SHIFT
    return found


def some_words(buffer: Bytes, position: Integers, size: Integers) -> Words:
    """A hash of 24 bytes of each section: enough to tell most apart that differ.

    They are from the middle and behind it, as functions begin alike. ``position`` is where each
    section begins in the buffer. Sections of less than eight bytes all have the hash 0.
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
    """A 64-bit hash of each section's bytes and size; parallel to ``position`` and ``size``."""
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
    """Update ``state``, the hashes of a part of the sections, in the order of ``_by_size``."""
    position, size, state = position[part], size[part], state[part]
    for count, words in _steps(buffer, position, size):
        state[:count] = mixed(state[:count], words)
    for row in range(int((size > _LONG).sum())):
        start, end = int(position[row]) + _LONG, int(position[row] + size[row])
        state[row] ^= np.uint64(crc32(buffer[start:end].data) << 32)


def equal(buffer: Bytes, left: Integers, right: Integers, size: Integers) -> Flags:
    """Flags for pairs of byte ranges: whether those at ``left`` and ``right`` are equal.

    The columns are parallel; both ranges of a pair have its ``size``.
    """
    order = _by_size(size)
    left, right, size = left[order], right[order], size[order]
    differ = np.zeros(len(order), np.bool_)

    def compare(part: slice) -> None:
        of_left, of_right = (_steps(buffer, at[part], size[part]) for at in (left, right))
        for (count, words), (_, others) in zip(of_left, of_right, strict=True):
            differ[part][:count] |= words != others
        # The long ones come first; what is behind their first _LONG bytes is compared here.
        for row in range(part.start, part.start + int((size[part] > _LONG).sum())):
            rest = int(size[row]) - _LONG
            one, other = (int(at[row]) + _LONG for at in (left, right))
            differ[row] |= not np.array_equal(
                buffer[one : one + rest], buffer[other : other + rest]
            )

    in_parts(compare, _slices(len(order)))
    found = np.empty(len(order), np.bool_)
    found[order] = ~differ
    return found


def _by_size(size: Integers) -> Integers:
    """The order in which the largest come first; sizes above _LONG count as equal."""
    # numpy sorts 16-bit numbers by counting.
    behind = (_LONG + 1 - np.minimum(size, _LONG + 1)).astype(np.uint16)
    return np.argsort(behind, kind="stable")


def _slices(count: int) -> list[slice]:
    return [slice(start, min(start + _ROWS, count)) for start in range(0, count, _ROWS)]


def _steps(buffer: Bytes, position: Integers, size: Integers) -> Iterator[tuple[int, Words]]:
    """For each eight bytes: how many sections reach there, and the word that each has there.

    Bytes behind a section's end are 0. Sections are in the order of ``_by_size``.
    """
    if not len(size):
        return
    # ``reach`` is for each step the number of sections that have bytes there.
    longest = min(int(size[0]), _LONG)
    ascending = -np.minimum(size, _LONG + 1)
    reach = np.searchsorted(ascending, -np.arange(0, longest, 8)).tolist()
    walk = Walk(buffer, position)
    for step, count in zip(range(0, longest, 8), reach, strict=True):
        walk.keep_first(count)
        words = walk.step()
        # Sections before ``full`` have all eight bytes; of the others the high bytes are cleared.
        full = int(np.searchsorted(ascending, -(step + 8), side="right"))
        if full < count:
            behind = ((step + 8 - size[full:count]) * 8).astype(np.uint64)
            words[full:] = words[full:] << behind >> behind
        yield count, words
