"""The container of a PDB file: streams of bytes in pages of one size (MSF 7.00).

Page 0 is the superblock. Pages 1 and 2 of every interval of page-size pages are maps of free pages;
of each pair the second is in use here and the first all free. The directory lists the sizes of all
streams, then the pages of each; the pages of the directory itself are listed in a page of their
own, which the superblock names.

    page  0           1, 2       3 ...            4097, 4098
          superblock  free maps  streams          free maps of the next interval (page size 4096)

Limit: the list of the directory's pages fits in one page, so with pages of 4 KiB a file has 4 GiB
at most.

Sources: LLVM "The MSF File Format"; microsoft-pdb, ``PDB/msf/msf.cpp``.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from .columns.arrays import Bytes
from .columns.parallel import in_parts, parts_of
from .pdb.container import MAGIC, SUPERBLOCK, Container

_WRITTEN_TOGETHER: Final = 1 << 20
"""Bytes of streams that are copied one after the other; two threads copy such parts."""


def write_msf(streams: Sequence[bytes | memoryview], page_size: int = 4096) -> Bytes:
    """The bytes of a container with these streams, in their order.

    Raises ValueError when the directory would be too large for pages of this size.
    """
    sizes = [len(stream) for stream in streams]
    counts = [-(-size // page_size) for size in sizes]
    total = sum(counts)
    directory_size = 4 * (1 + len(streams) + total)
    directory_count = -(-directory_size // page_size)
    if 4 * directory_count > page_size:
        raise ValueError(f"{total} pages are too many for pages of {page_size} bytes")
    numbers, pages = _page_numbers(total + directory_count + 1, page_size)
    data, directory_pages, list_pages = np.split(numbers, [total, total + directory_count])
    image = np.empty(pages * page_size, np.uint8)
    view = image.reshape(pages, page_size)
    view[0] = 0
    ends = list(accumulate(counts))

    def put(part: slice) -> None:
        for stream, end, count in zip(streams[part], ends[part], counts[part], strict=True):
            _put(view, data[end - count : end], np.frombuffer(stream, np.uint8))

    in_parts(put, parts_of(ends, _WRITTEN_TOGETHER // page_size))
    words = np.concatenate([[len(streams)], sizes, data]).astype("<u4")
    _put(view, directory_pages, words.view(np.uint8))
    _put(view, list_pages, directory_pages.astype("<u4").view(np.uint8))
    _put_maps(view, page_size)
    head = MAGIC + SUPERBLOCK.pack(page_size, 2, pages, directory_size, 0, int(list_pages[0]))
    image[: len(head)] = np.frombuffer(head, np.uint8)
    return image


def _page_numbers(count: int, page_size: int) -> tuple[npt.NDArray[np.int64], int]:
    """The numbers of ``count`` pages that are no maps, ascending, and the pages of the file."""
    usable = page_size - 2
    index = np.arange(count, dtype=np.int64) + 1  # page 0 is the superblock
    # Usable page i of an interval: page 0, then what follows the two maps.
    interval, within = np.divmod(index, usable)
    numbers = interval * page_size + within + 2 * (within > 0)
    pages = int(numbers[-1]) + 1 if count else 3
    # A file that ends between a pair of maps is taken for one without the pair.
    return numbers, pages + (3 - pages % page_size if pages % page_size in (1, 2) else 0)


def _put(view: Bytes, pages: npt.NDArray[np.int64], data: Bytes) -> None:
    """Copy a stream into its pages; the rest of the last one is zero."""
    size = view.shape[1]
    whole = len(data) // size
    view[pages[:whole]] = data[: whole * size].reshape(whole, size)
    if whole < len(pages):
        rest = len(data) - whole * size
        view[pages[whole], :rest] = data[whole * size :]
        view[pages[whole], rest:] = 0


def _put_maps(view: Bytes, page_size: int) -> None:
    """The maps of free pages: a bit for each page of the file, 1 where it is free.

    The maps of all intervals form one map, of which an interval's page has a page's worth of bits.
    """
    pages = len(view)
    intervals = -(-pages // page_size)
    bits = np.ones(intervals * page_size * 8, np.uint8)
    bits[:pages] = 0
    maps = np.packbits(bits, bitorder="little").reshape(intervals, page_size)
    for interval in range(intervals):
        for place, content in ((1, 0xFF), (2, maps[interval])):
            if interval * page_size + place < pages:
                view[interval * page_size + place] = content


def read_msf(name: str, data: bytes | memoryview) -> list[bytes]:
    """The streams of a container, in their order; a deleted one is empty.

    Raises FormatError, with ``name`` and the file offset of the field that is wrong.
    """
    container = Container.of(name, data)
    return [container.stream(number) for number in range(len(container))]
