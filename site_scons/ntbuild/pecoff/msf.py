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

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from .columns.arrays import Bytes
from .errors import FormatError

MAGIC: Final = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"
_SUPERBLOCK: Final = struct.Struct("<6I")
"""Page size, map in use, number of pages, bytes of the directory, 0, page of its page list."""

PAGE_SIZES: Final = (512, 1024, 2048, 4096, 8192, 16384, 32768)
"""Sizes of a page; readers of before 2022 know those up to 4096."""

_NO_STREAM: Final = 0xFFFFFFFF
"""The size of a stream that was deleted."""


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
    image = np.zeros(pages * page_size, np.uint8)
    view = image.reshape(pages, page_size)
    first = 0
    for stream, count in zip(streams, counts, strict=True):
        _put(view, data[first : first + count], np.frombuffer(stream, np.uint8))
        first += count
    words = np.concatenate([[len(streams)], sizes, data]).astype("<u4")
    _put(view, directory_pages, words.view(np.uint8))
    _put(view, list_pages, directory_pages.astype("<u4").view(np.uint8))
    _put_maps(view, page_size)
    head = MAGIC + _SUPERBLOCK.pack(page_size, 2, pages, directory_size, 0, int(list_pages[0]))
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
    """Copy a stream into its pages; the rest of the last one stays zero."""
    size = view.shape[1]
    whole = len(data) // size
    view[pages[:whole]] = data[: whole * size].reshape(whole, size)
    if whole < len(pages):
        view[pages[whole], : len(data) - whole * size] = data[whole * size :]


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
    head = len(MAGIC) + _SUPERBLOCK.size
    if len(data) < head or bytes(data[: len(MAGIC)]) != MAGIC:
        raise FormatError(name, 0, "Magic", "this is no PDB file (MSF 7.00)")
    page_size, _, pages, size, _, list_page = _SUPERBLOCK.unpack_from(data, len(MAGIC))
    if page_size not in PAGE_SIZES:
        raise FormatError(name, 32, "BlockSize", f"{page_size} is not the size of a page")
    if pages * page_size > len(data):
        raise FormatError(name, 40, "NumBlocks", f"{pages} pages, but the file ends before that")
    count = -(-size // page_size)
    if 4 * count > page_size:
        raise FormatError(name, 44, "NumDirectoryBytes", f"{size} bytes need more than one list")

    def read(numbers: npt.NDArray[np.uint32], length: int, field: str) -> bytes:
        if len(numbers) and int(numbers.max()) >= pages:
            raise FormatError(name, 52, field, f"page {int(numbers.max())} of {pages}")
        whole = np.frombuffer(data, np.uint8)[: pages * page_size].reshape(pages, page_size)
        return whole[numbers].tobytes()[:length]

    listed = read(np.array([list_page], np.uint32), 4 * count, "BlockMapAddr")
    directory = np.frombuffer(
        read(np.frombuffer(listed, "<u4"), size & -4, "BlockMapAddr"), "<u4"
    ).astype(np.int64)
    number = int(directory[0]) if len(directory) else 0
    sizes = directory[1 : 1 + number]
    if len(sizes) < number:
        raise FormatError(name, 44, "NumStreams", f"{number} streams, but the directory ends")
    sizes = np.where(sizes == _NO_STREAM, 0, sizes)
    counts = -(-sizes // page_size)
    if 1 + number + int(counts.sum()) > len(directory):
        raise FormatError(name, 44, "StreamSizes", "more pages than the directory has")
    ends = 1 + number + counts.cumsum()
    found = zip(sizes.tolist(), (ends - counts).tolist(), ends.tolist(), strict=True)
    return [
        read(directory[first:end].astype(np.uint32), length, "StreamBlocks")
        for length, first, end in found
    ]
