"""Pieces of bytes are copied from one buffer to another, many at a time.

Inputs of a large link have a hundred thousand pieces of some dozen bytes each. A loop over them
would cost as much as a whole pass and hold Python's lock, which other threads wait for. So they are
copied as records of a few sizes, one array operation for each size.

A piece of 300 bytes is copied as records of 128 bytes at 0 and 128, and one at 172, which ends
where the piece ends and copies some bytes twice. One of 45 bytes is two records of 32, at 0 and 13.
"""

import numpy as np

from .arrays import Bytes, Integers, ragged

_BLOCK = 128
_LARGE = 1 << 13
_MANY = 512
"""From so many pieces on they are copied as records of up to ``_BLOCK`` bytes; a loop copies fewer,
and those over ``_LARGE`` bytes."""


def copy_pieces(
    source: Bytes, target: Bytes, source_at: Integers, target_at: Integers, size: Integers
) -> None:
    """Copy pieces, one an entry, which do not overlap in ``target``."""
    if len(size) >= _MANY:
        small = size <= _LARGE
        which = small.nonzero()[0]
        _copy_many(source, target, source_at.take(which), target_at.take(which), size.take(which))
        which = (~small).nonzero()[0]
        source_at, target_at = source_at.take(which), target_at.take(which)
        size = size.take(which)
    # memoryviews copy a slice without the objects that numpy makes for it.
    to_bytes, from_bytes = memoryview(target), memoryview(source)  # type: ignore[arg-type]
    for at, start, count in zip(source_at.tolist(), target_at.tolist(), size.tolist(), strict=True):
        to_bytes[start : start + count] = from_bytes[at : at + count]


def copy_runs(
    source: Bytes, target: Bytes, source_at: Integers, target_at: Integers, size: Integers
) -> None:
    """The same for pieces of which many follow each other in both: these are copied as one."""
    if not len(size):
        return
    begins = np.ones(len(size), np.bool_)
    begins[1:] = source_at[1:] != source_at[:-1] + size[:-1]
    begins[1:] |= target_at[1:] != target_at[:-1] + size[:-1]
    first = begins.nonzero()[0]
    lengths = np.add.reduceat(size, first)
    copy_pieces(source, target, source_at.take(first), target_at.take(first), lengths)


def joined(source: Bytes, at: Integers, size: Integers, padding: int = 0) -> Bytes:
    """Pieces one after the other, then ``padding`` zero bytes."""
    ends = size.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    target = np.empty(total + padding, np.uint8)
    target[total:] = 0
    copy_runs(source, target, at, ends - size, size)
    return target


def _copy_many(
    source: Bytes, target: Bytes, source_at: Integers, target_at: Integers, size: Integers
) -> None:
    """Copy pieces, one an entry, as records of the largest power of two that fits into each.

    The last record of a piece ends where the piece ends and overlaps the one before it, so there is
    no rest that would need smaller records. Each round copies the pieces that ``width`` fits.
    """
    width = _BLOCK
    while len(size):
        fits = size >= width
        which = fits.nonzero()[0]
        out_of, into, length = source_at.take(which), target_at.take(which), size.take(which)
        if width == _BLOCK:  # such a piece may be longer than two records
            blocks = (length - 1) >> (_BLOCK.bit_length() - 1)
            sources, targets = ragged(out_of, blocks, width), ragged(into, blocks, width)
            _copy_records(source, target, sources, targets, width)
        else:
            _copy_records(source, target, out_of, into, width)
        length -= width
        _copy_records(source, target, out_of + length, into + length, width)
        if width == 1:
            return
        which = (~fits).nonzero()[0]
        source_at, target_at = source_at.take(which), target_at.take(which)
        size = size.take(which)
        width >>= 1


def _copy_records(
    source: Bytes, target: Bytes, source_at: Integers, target_at: Integers, width: int
) -> None:
    """Copy ``width`` bytes from each position of ``source`` to one of ``target``."""
    # A view with an item of ``width`` bytes at every byte: items overlap, and copy as a block.
    out_of, into = (
        np.ndarray((max(len(each) - width + 1, 0),), f"V{width}", each.data, 0, (1,))
        for each in (source, target)
    )
    into[target_at] = out_of[source_at]
