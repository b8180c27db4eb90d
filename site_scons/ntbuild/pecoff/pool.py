"""One growing buffer that holds the bytes of every input of a link.

Passes address bytes by position in it, so a table can be gathered from 1,500 objects with one
index array. What is hard: growing moves the bytes, so nobody keeps a view while inputs are
still being added; ``buffer`` is taken anew after each addition.
"""

from io import FileIO
from pathlib import Path

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
        padded = (end + _ALIGNMENT + PADDING - 1) & -_ALIGNMENT
        if padded + PADDING > len(self._bytes):
            grown = np.empty(max(padded + PADDING, len(self._bytes) * 3 // 2), np.uint8)
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

    def add_files(self, paths: list[Path]) -> list[tuple[int, int]]:
        """Read whole files; return (position, size) of each. Raises OSError naming the file."""
        sizes = [path.stat().st_size for path in paths]
        wanted = sum(size + 2 * _ALIGNMENT for size in sizes)
        start = self._used
        self._room(wanted)
        self._used = start  # one growth for all of them instead of one each
        return [self._add_file(path, size) for path, size in zip(paths, sizes, strict=True)]

    def _add_file(self, path: Path, size: int) -> tuple[int, int]:
        position = self._room(size)
        target = memoryview(self._bytes)[position : position + size]  # type: ignore[arg-type]
        with FileIO(path) as file:
            done = 0
            while done < size:
                count = file.readinto(target[done:])
                if not count:
                    raise OSError(0, "the file became shorter while it was read", str(path))
                done += count
        return position, size
