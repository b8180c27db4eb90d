"""One growing buffer that holds the bytes of every input of a link.

Passes address bytes by position in it, so a table can be gathered from 1,500 objects with one
index array. What is hard: growing moves the bytes, so nobody keeps a view while inputs are
still being added; ``buffer`` is taken anew after each addition.
"""

from collections.abc import Sequence
from io import FileIO
from itertools import accumulate

import numpy as np

from .text import PADDING, Bytes

_ALIGNMENT = 16


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
        for (path, size), position in zip(files, positions, strict=True):
            self._read(path, position, size)
        return positions

    def _read(self, path: str, position: int, size: int) -> None:
        """Read a file into its place, and zeros behind it."""
        end = position + size
        self._bytes[end : position + _padded(size)] = 0
        with FileIO(path) as file:
            pool = memoryview(self._bytes)  # type: ignore[arg-type]
            while position < end:
                count = file.readinto(pool[position:end])
                if not count:
                    raise OSError(0, "the file became shorter while it was read", path)
                position += count


def _padded(size: int) -> int:
    """The room that bytes take in the pool: PADDING zeros follow them, and the next are aligned."""
    return (size + PADDING + _ALIGNMENT - 1) & -_ALIGNMENT
