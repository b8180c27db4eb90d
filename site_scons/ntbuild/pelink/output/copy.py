"""Contributions: their bytes are copied from where the inputs lie to where layout has put them.

What is hard is that there are a hundred thousand of some dozen bytes each: a loop over them would
cost as much as a pass, and hold up the thread beside it. They are copied as records of a few sizes.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Integers, ragged
from ntbuild.pelink.model import Layout, Tables

_BLOCK = 128
_LARGE = 1 << 13
_MANY = 512
"""Contributions in a part from which on they are copied as records of up to ``_BLOCK`` bytes, those
over ``_LARGE`` excepted: a loop costs less for a few."""


def copy_contributions(tables: Tables, layout: Layout, image: Bytes, rows: slice) -> None:
    """Bytes of every placed contribution; initialised ones without bytes become zeros."""
    sections = tables.objects.sections
    placed = (layout.file_offset[rows] >= 0).nonzero()[0]
    placed += rows.start
    source, target = sections.position.take(placed), layout.file_offset.take(placed)
    size = sections.size.take(placed)
    if len(size) >= _MANY:
        together = (source >= 0) & (size <= _LARGE)
        which = together.nonzero()[0]
        _copy_many(tables.buffer, image, source.take(which), target.take(which), size.take(which))
        which = (~together).nonzero()[0]
        source, target, size = source.take(which), target.take(which), size.take(which)
    to_bytes, from_bytes = memoryview(image), memoryview(tables.buffer)  # type: ignore[arg-type]
    for at, start, count in zip(source.tolist(), target.tolist(), size.tolist(), strict=True):
        if at < 0:
            image[start : start + count] = 0
        else:
            to_bytes[start : start + count] = from_bytes[at : at + count]


def _copy_many(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, size: Integers
) -> None:
    """Copy pieces as records of the largest power of two that fits into each.

    Their last record ends where they end, over what the others have copied already: so there are
    few kinds of records, and no rests.
    """
    width = _BLOCK
    while len(size):
        fits = size >= width
        which = fits.nonzero()[0]
        mine, into, length = source.take(which), target.take(which), size.take(which)
        if width == _BLOCK:
            blocks = (length - 1) >> (_BLOCK.bit_length() - 1)
            starts, ends = ragged(mine, blocks, width), ragged(into, blocks, width)
            _copy_records(buffer, image, starts, ends, width)
        else:
            _copy_records(buffer, image, mine, into, width)
        length -= width
        _copy_records(buffer, image, mine + length, into + length, width)
        if width == 1:
            return
        which = (~fits).nonzero()[0]
        source, target, size = source.take(which), target.take(which), size.take(which)
        width >>= 1


def _copy_records(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, width: int
) -> None:
    """Copy ``width`` bytes from each source to its target."""
    out_of, into = (
        np.ndarray((max(len(each) - width + 1, 0),), f"V{width}", each.data, 0, (1,))
        for each in (buffer, image)
    )
    into[target] = out_of[source]
