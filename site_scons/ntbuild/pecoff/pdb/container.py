"""The streams of a PDB file (MSF 7.00), each read when it is asked for.

The file's layout is in ``pecoff/msf.py``, which writes it. Here only the superblock and the
directory are read first, so that a question about a file of gigabytes takes a few pages of it.

Invariants: every page that is read is one of the file; the streams together have no more pages than
the file has, so that a small file cannot claim to have streams without end.

Source: LLVM, "The MSF File Format".
"""

import struct
from array import array
from collections.abc import Callable
from sys import byteorder
from typing import Final

from ntbuild.pecoff.errors import FormatError

MAGIC: Final = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"
SUPERBLOCK: Final = struct.Struct("<6I")
"""Page size, map in use, number of pages, bytes of the directory, 0, page of its page list."""

PAGE_SIZES: Final = (512, 1024, 2048, 4096, 8192, 16384, 32768)
"""Sizes of a page; readers of before 2022 know those up to 4096."""

_NO_STREAM: Final = 0xFFFFFFFF
"""The size of a stream that was deleted."""

Read = Callable[[int, int], bytes]
"""Bytes of the file: offset and count."""


class Container:
    """The streams of a file that is open, or in memory."""

    def __init__(self, name: str, size: int, read: Read) -> None:
        """Read the directory. Raises FormatError with ``name`` and the field that is wrong."""
        self.name = name
        self._read = read
        head = read(0, len(MAGIC) + SUPERBLOCK.size)
        if len(head) < len(MAGIC) + SUPERBLOCK.size or head[: len(MAGIC)] != MAGIC:
            raise FormatError(name, 0, "Magic", "this is no PDB file (MSF 7.00)")
        self._page_size, _, self._pages, directory, _, list_page = SUPERBLOCK.unpack_from(
            head, len(MAGIC)
        )
        if self._page_size not in PAGE_SIZES:
            raise FormatError(name, 32, "BlockSize", f"{self._page_size} is not the size of a page")
        if self._pages * self._page_size > size:
            message = f"{self._pages} pages, but the file ends before that"
            raise FormatError(name, 40, "NumBlocks", message)
        count = -(-directory // self._page_size)
        if 4 * count > self._page_size:
            message = f"{directory} bytes need more than one list"
            raise FormatError(name, 44, "NumDirectoryBytes", message)
        listed = _words(self._gather([list_page], 4 * count, "BlockMapAddr"))
        self._set_streams(_words(self._gather(listed, directory & -4, "BlockMapAddr")))

    @classmethod
    def of(cls, name: str, data: bytes | memoryview) -> "Container":
        """The streams of a file that is in memory. Raises FormatError."""
        return cls(name, len(data), lambda at, count: bytes(data[at : at + count]))

    def _set_streams(self, directory: list[int]) -> None:
        number = directory[0] if directory else 0
        sizes = directory[1 : 1 + number]
        if len(sizes) < number:
            message = f"{number} streams, but the directory ends"
            raise FormatError(self.name, 44, "NumStreams", message)
        self.sizes = [0 if size == _NO_STREAM else size for size in sizes]
        counts = [-(-size // self._page_size) for size in self.sizes]
        total = sum(counts)
        if 1 + number + total > len(directory):
            message = "more pages than the directory has"
            raise FormatError(self.name, 44, "StreamSizes", message)
        if total > self._pages:
            message = f"{total} pages of {self._pages}: streams overlap"
            raise FormatError(self.name, 44, "StreamSizes", message)
        self._blocks: list[list[int]] = []
        at = 1 + number
        for count in counts:
            self._blocks.append(directory[at : at + count])
            at += count

    def __len__(self) -> int:
        return len(self.sizes)

    def stream(self, number: int, most: int | None = None) -> bytes:
        """A stream, or its first ``most`` bytes; empty for one that is not there.

        Raises FormatError for a page that the file does not have.
        """
        if not 0 <= number < len(self.sizes):
            return b""
        size = self.sizes[number]
        wanted = size if most is None else min(size, most)
        count = -(-wanted // self._page_size)
        return self._gather(self._blocks[number][:count], wanted, "StreamBlocks")

    def _gather(self, pages: list[int], size: int, field: str) -> bytes:
        """Pages as one text of bytes; neighbours are read at once."""
        step, pieces = self._page_size, []
        at = 0
        while at < len(pages):
            first, end = pages[at], at + 1
            while end < len(pages) and pages[end] == first + end - at:
                end += 1
            if first + end - at > self._pages:
                message = f"page {first + end - at - 1} of {self._pages}"
                raise FormatError(self.name, 52, field, message)
            pieces.append(self._read(first * step, (end - at) * step))
            at = end
        found = b"".join(pieces)[:size]
        if len(found) < size:
            raise FormatError(self.name, 52, field, "the file ends within a page")
        return found


def _words(data: bytes) -> list[int]:
    """Numbers of four bytes."""
    words = array("I", data[: len(data) & -4])
    if byteorder == "big":
        words.byteswap()
    return words.tolist()
