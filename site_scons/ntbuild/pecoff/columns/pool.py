"""The pool: one growing buffer that holds the bytes of every input of a link.

Passes address bytes by their position in it, so one index array gathers a table from 1,500
objects. Every piece begins at a multiple of 16 and is followed by at least 16 zero bytes, so that
names and words may be read eight bytes at a time past their end.

Pitfall: growing moves the bytes. A view is valid until the next addition; take ``buffer`` anew
after each one. Positions stay valid.
"""

import os
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from .arrays import Bytes
from .names import PADDING
from .parallel import in_parts, parts_of

_ALIGNMENT = 16
_ZEROS = bytes(PADDING + _ALIGNMENT)
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)

_READ_TOGETHER = 4 << 20
"""Bytes of files that are read one after the other; two threads read such parts."""


class Pool:
    """The growing buffer. Positions returned by ``add`` and ``add_files`` stay valid."""

    def __init__(self) -> None:
        self.files: list[str] = []
        """Paths of all files that were read into it."""
        self._bytes: Bytes = np.zeros(1 << 16, np.uint8)
        self._used = _ALIGNMENT  # nothing is at position 0, so that it can stand for "none"

    @property
    def buffer(self) -> Bytes:
        """All bytes so far, followed by at least PADDING zero bytes."""
        return self._bytes[: self._used + PADDING]

    def _room(self, size: int) -> int:
        position = self._used
        end = position + size
        padded = position + _padded(size)
        if padded + PADDING > len(self._bytes):
            # Half as much again: memory that is not touched costs nothing, moving 70 MB does.
            grown = np.empty((padded + PADDING) * 3 // 2, np.uint8)
            grown[:position] = self._bytes[:position]
            self._bytes = grown
        self._bytes[end : padded + PADDING] = 0
        self._used = padded
        return position

    def add(self, data: bytes | bytearray | memoryview) -> int:
        """Copy bytes into the pool; return their position."""
        position = self._room(len(data))
        self._bytes[position : position + len(data)] = np.frombuffer(data, np.uint8)
        return position

    def add_files(self, files: Sequence[tuple[str, int]]) -> list[int]:
        """Read files of known sizes; return the position of each.

        ``files`` are pairs of a path and the size in bytes that it had when it was looked at. A
        file that has grown since is read up to that size. Raises OSError with ``filename`` set,
        also for a file that has become shorter.
        """
        # One growth for all files; then each is read into its place.
        sizes = [_padded(size) for _, size in files]
        ends = list(accumulate(sizes))
        positions = [self._used + end - size for end, size in zip(ends, sizes, strict=True)]
        self._used = self._room(sum(sizes)) + sum(sizes)
        pool = memoryview(self._bytes)  # type: ignore[arg-type]

        def read(part: slice) -> None:
            for (path, size), position, padded in zip(
                files[part], positions[part], sizes[part], strict=True
            ):
                stop = position + size
                _read(path, pool[position:stop])
                pool[stop : position + padded] = _ZEROS[: padded - size]

        in_parts(read, parts_of(ends, _READ_TOGETHER))
        self.files += [path for path, _ in files]
        return positions


def _read(path: str, into: memoryview) -> None:
    """Fill memory with the bytes of a file."""
    # A Python file object would call fstat once more, which takes a tenth of the time.
    try:
        file = os.open(path, _FLAGS)
        try:
            filled = _read_into(file, into)
            while filled < len(into):
                count = _read_into(file, into[filled:])
                if not count:
                    raise OSError(0, "the file became shorter while it was read")
                filled += count
        finally:
            os.close(file)
    except OSError as error:
        error.filename = path
        raise


def _read_into(file: int, into: memoryview) -> int:
    """Read once from a file; return the number of bytes read, 0 at its end."""
    if hasattr(os, "readv"):
        return os.readv(file, (into,))
    data = os.read(file, len(into))
    into[: len(data)] = data
    return len(data)


def _padded(size: int) -> int:
    """Bytes that a piece takes in the pool: with PADDING zeros, up to the next aligned position."""
    return (size + PADDING + _ALIGNMENT - 1) & -_ALIGNMENT
