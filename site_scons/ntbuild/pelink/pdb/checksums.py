"""CRC-32 of many pieces of a buffer, as a PDB has it: without the final inversion.

Most sections of a large link are unwind data of 8 or 12 bytes. A call of zlib for each takes
longer than its bytes: so short pieces are taken together, four bytes of each a step.
"""

import zlib
from functools import cache
from itertools import repeat
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Bytes, Integers

from .records import at_any_byte

_START: Final = 0xFFFFFFFF
_POLYNOMIAL: Final = 0xEDB88320
_SHORT: Final = 64
"""Bytes of a piece up to which steps are quicker than a call."""
_MANY: Final = 512
"""Short pieces from which on steps are quicker than calls."""

Checksums = npt.NDArray[np.uint32]


def checksums(buffer: Bytes, at: Integers, size: Integers) -> Checksums:
    """The checksum of each piece; that of an empty one is 0."""
    found = np.zeros(len(at), np.uint32)
    short = (size <= _SHORT).nonzero()[0]
    rest = (size > _SHORT).nonzero()[0]
    if len(short) >= _MANY:
        found[short] = _by_steps(buffer, at.take(short), size.take(short))
    else:
        rest = np.arange(len(at))
    begins = at.take(rest)
    ends = begins + size.take(rest)
    view = memoryview(buffer)  # type: ignore[arg-type]
    parts = map(view.__getitem__, map(slice, begins.tolist(), ends.tolist()))
    calls = np.fromiter(map(zlib.crc32, parts, repeat(_START)), np.uint32, len(rest))
    found[rest] = calls ^ np.uint32(_START)
    return found


def _by_steps(buffer: Bytes, at: Integers, size: Integers) -> Checksums:
    """Step k takes the k-th four bytes of every piece that has as many, then what is left."""
    found = np.zeros(len(at), np.uint32)  # zlib inverts what it is given to start from
    words = at_any_byte(buffer, "<u4")
    active, place = (size >= 4).nonzero()[0], 0
    while len(active):
        found[active] = _shifted(found.take(active) ^ words[at.take(active) + place], 4)
        place += 4
        active = active.compress(size.take(active) >= place + 4)
    for byte in range(3):
        active = (size & 3 > byte).nonzero()[0]
        value = buffer.take(at.take(active) + (size.take(active) & -4) + byte)
        found[active] = _shifted(found.take(active) ^ value, 1)
    return found


def _shifted(values: Checksums, count: int) -> Checksums:
    """What values become when their lower ``count`` bytes are shifted out."""
    found = values >> np.uint32(8 * count) if count < 4 else np.zeros(len(values), np.uint32)
    parts = values.view(np.uint8).reshape(-1, 4)
    for byte in range(count):
        found ^= _tables()[count - 1 - byte].take(parts[:, byte])
    return found


@cache
def _tables() -> npt.NDArray[np.uint32]:
    """What a byte that is shifted out leaves behind, and when 1, 2 and 3 more bytes follow it."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        odd = table & np.uint32(1)
        table = table >> np.uint32(1) ^ odd * np.uint32(_POLYNOMIAL)
    tables = [table]
    for _ in range(3):
        tables.append(table.take(tables[-1] & np.uint32(0xFF)) ^ tables[-1] >> np.uint32(8))
    return np.array(tables)
