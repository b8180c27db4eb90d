"""CRC-32 of many pieces of a buffer, as a PDB has it: without the final inversion.

Most sections of a large link are unwind data of 8 or 12 bytes. A call of zlib for each takes
longer than its bytes: so short pieces are taken together, a byte of each a step.
"""

import zlib
from itertools import repeat
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Bytes, Integers

_START: Final = 0xFFFFFFFF
_POLYNOMIAL: Final = 0xEDB88320
_SHORT: Final = 16
"""Bytes of a piece up to which steps are quicker than a call."""
_MANY: Final = 512
"""Short pieces from which on steps are quicker than calls."""


def checksums(buffer: Bytes, at: Integers, size: Integers) -> npt.NDArray[np.uint32]:
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


def _by_steps(buffer: Bytes, at: Integers, size: Integers) -> npt.NDArray[np.uint32]:
    """Step k takes the k-th byte of every piece that has one."""
    found = np.zeros(len(at), np.uint32)  # zlib inverts what it is given to start from
    table = _table()
    active = np.arange(len(at))
    for step in range(_SHORT):
        more = (size.take(active) > step).nonzero()[0]
        if len(more) < len(active):
            active = active.take(more)
        value = found.take(active)
        index = value.astype(np.uint8) ^ buffer.take(at.take(active) + step)
        found[active] = table.take(index) ^ (value >> np.uint32(8))
    return found


def _table() -> npt.NDArray[np.uint32]:
    """What a byte that is shifted out leaves behind."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        odd = table & np.uint32(1)
        table = table >> np.uint32(1) ^ odd * np.uint32(_POLYNOMIAL)
    return table
