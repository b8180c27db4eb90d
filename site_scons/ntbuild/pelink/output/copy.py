"""The bytes of contributions are copied from the inputs to where layout has put them.

A large link has a hundred thousand contributions of some dozen bytes each. A loop over them would
cost as much as a whole pass and hold Python's lock, which other threads wait for. So they are
copied as records of a few sizes, one array operation for each size.

A piece of 300 bytes is copied as records of 128 bytes at 0 and 128, and one at 172, which ends
where the piece ends and copies some bytes twice. One of 45 bytes is two records of 32, at 0 and 13.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Integers, ragged
from ntbuild.pelink.model import Layout, Tables

_BLOCK = 128
_LARGE = 1 << 13
_MANY = 512
"""From so many contributions on they are copied as records of up to ``_BLOCK`` bytes; a loop copies
fewer, and those over ``_LARGE`` bytes."""


def copy_contributions(tables: Tables, layout: Layout, image: Bytes, rows: slice) -> None:
    """Copy the bytes of the placed contributions in ``rows`` (section rows) into ``image``.

    Initialised contributions without bytes in their object become zeros.
    """
    sections = tables.objects.sections
    placed = (layout.file_offset[rows] >= 0).nonzero()[0]
    placed += rows.start
    # From here on one entry is one contribution with bytes in the file: position in the buffer
    # (-1: zeros), file offset, size.
    source, target = sections.position.take(placed), layout.file_offset.take(placed)
    size = sections.size.take(placed)
    if len(size) >= _MANY:
        together = (source >= 0) & (size <= _LARGE)
        which = together.nonzero()[0]
        _copy_many(tables.buffer, image, source.take(which), target.take(which), size.take(which))
        which = (~together).nonzero()[0]
        source, target, size = source.take(which), target.take(which), size.take(which)
    # memoryviews copy a slice without the objects that numpy makes for it.
    to_bytes, from_bytes = memoryview(image), memoryview(tables.buffer)  # type: ignore[arg-type]
    for at, start, count in zip(source.tolist(), target.tolist(), size.tolist(), strict=True):
        if at < 0:
            image[start : start + count] = 0
        else:
            to_bytes[start : start + count] = from_bytes[at : at + count]


def _copy_many(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, size: Integers
) -> None:
    """Copy pieces, one an entry, as records of the largest power of two that fits into each.

    The last record of a piece ends where the piece ends and overlaps the one before it, so there is
    no rest that would need smaller records. Each round copies the pieces that ``width`` fits.
    """
    width = _BLOCK
    while len(size):
        fits = size >= width
        which = fits.nonzero()[0]
        out_of, into, length = source.take(which), target.take(which), size.take(which)
        if width == _BLOCK:  # such a piece may be longer than two records
            blocks = (length - 1) >> (_BLOCK.bit_length() - 1)
            sources, targets = ragged(out_of, blocks, width), ragged(into, blocks, width)
            _copy_records(buffer, image, sources, targets, width)
        else:
            _copy_records(buffer, image, out_of, into, width)
        length -= width
        _copy_records(buffer, image, out_of + length, into + length, width)
        if width == 1:
            return
        which = (~fits).nonzero()[0]
        source, target, size = source.take(which), target.take(which), size.take(which)
        width >>= 1


def _copy_records(
    buffer: Bytes, image: Bytes, source: Integers, target: Integers, width: int
) -> None:
    """Copy ``width`` bytes from each source (buffer position) to its target (file offset)."""
    # A view with an item of ``width`` bytes at every byte: items overlap, and copy as a block.
    out_of, into = (
        np.ndarray((max(len(each) - width + 1, 0),), f"V{width}", each.data, 0, (1,))
        for each in (buffer, image)
    )
    into[target] = out_of[source]
