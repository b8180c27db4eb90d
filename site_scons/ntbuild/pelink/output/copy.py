"""The bytes of contributions are copied from the inputs to where layout has put them."""

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.columns.pieces import copy_pieces
from ntbuild.pelink.model import Layout, Tables


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
    empty = (source < 0).nonzero()[0]
    if len(empty):
        for start, count in zip(target[empty].tolist(), size[empty].tolist(), strict=True):
            image[start : start + count] = 0
        filled = (source >= 0).nonzero()[0]
        source, target, size = source.take(filled), target.take(filled), size.take(filled)
    copy_pieces(tables.buffer, image, source, target, size)
