"""One growing buffer that holds the bytes of every input of a link.

Passes address bytes by position in it, so a table can be gathered from 1,500 objects with one
index array. What is hard: growing moves the bytes, so nobody keeps a view while inputs are
still being added; ``buffer`` is taken anew after each addition.
"""

import os
from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from .arrays import Bytes
from .names import PADDING

_ALIGNMENT = 16
_ZEROS = bytes(PADDING + _ALIGNMENT)
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0)


class Pool:
    """Bytes under construction. Positions returned by ``add`` and ``add_files`` stay valid."""

    def __init__(self) -> None:
        self._bytes: Bytes = np.zeros(1 << 16, np.uint8)
        self._used = _ALIGNMENT  # position 0 is nobody's, so that it can mean "none"

    @property
    def buffer(self) -> Bytes:
        """All bytes so far, followed by at least PADDING zero bytes."""
        return self._bytes[: self._used + PADDING]

    def _room(self, size: int) -> int:
        position = self._used
        end = position + size
        padded = position + _padded(size)
        if padded + PADDING > len(self._bytes):
            # What is not touched costs no memory, and to move 70 MB once more costs time.
            grown = np.empty((padded + PADDING) * 3 // 2, np.uint8)
            grown[:position] = self._bytes[:position]
            self._bytes = grown
        self._bytes[end : padded + PADDING] = 0
        self._used = padded
        return position

    def add(self, data: bytes | bytearray | memoryview) -> int:
        """Add bytes; return their position."""
        position = self._room(len(data))
        self._bytes[position : position + len(data)] = np.frombuffer(data, np.uint8)
        return position

    def add_files(self, files: Sequence[tuple[str, int]]) -> list[int]:
        """Read (path, size) whole; return the position of each. Raises OSError naming the file."""
        sizes = [size for _, size in files]
        first = self._used
        positions = list(accumulate(map(_padded, sizes), initial=first))
        self._room(positions[-1] - first)
        self._used = positions.pop()
        pool = memoryview(self._bytes)  # type: ignore[arg-type]
        for (path, size), position in zip(files, positions, strict=True):
            end = position + size
            _read(path, pool[position:end])
            pool[end : position + _padded(size)] = _ZEROS[: _padded(size) - size]
        return positions


def _read(path: str, into: memoryview) -> None:
    """Fill memory with the bytes of a file."""
    # A file object would look at the file once more, and take a tenth of the time.
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
    """Read from a file; return how many bytes there were."""
    if hasattr(os, "readv"):
        return os.readv(file, (into,))
    data = os.read(file, len(into))
    into[: len(data)] = data
    return len(data)


def _padded(size: int) -> int:
    """The room that bytes take in the pool: PADDING zeros follow them, and the next are aligned."""
    return (size + PADDING + _ALIGNMENT - 1) & -_ALIGNMENT
