"""The checksum of a PE image: the CheckSum field of its optional header.

The file is added up as little-endian 16-bit words with end-around carry, the field itself taken as
zero, and the file's size is added:

    bytes ff ff 01 00:  0xffff + 0x0001 = 0x10000, the carry comes back: 1, and 4 bytes: 5

End-around carry is addition modulo 65,535, except that a sum that is a multiple of 65,535 is
65,535 and not 0: nothing carries back to 0, and an image begins with MZ. As 2**16 is 1 modulo
65,535, words of any multiple of 16 bits give the same remainder; the whole file may be one number.

Sources: PE Format, "CheckSum"; RFC 1071 for the arithmetic; imagehlp's CheckSumMappedFile.
"""

import sys
from typing import Final

_PIECE: Final = 1 << 20
"""Bytes that one thread adds up: fits the processor's cache."""


def checksum(data: memoryview, field: int) -> int:
    """The right value of the 32-bit CheckSum field at offset ``field`` of an image's bytes."""
    # numpy is six times as fast, but to import it takes longer than to sum any driver.
    total = _sum_of_columns(data) if "numpy" in sys.modules else int.from_bytes(data, "little")
    total -= int.from_bytes(data[field : field + 4], "little") << 8 * (field & 3)
    return (total % 0xFFFF or 0xFFFF) + len(data) & 0xFFFFFFFF


def _sum_of_columns(data: memoryview) -> int:
    """The file as the sum of its 32-bit words and of the bytes behind the last of them."""
    import numpy as np  # noqa: PLC0415 - the caller has seen that it is there

    from ntbuild.pecoff.columns.parallel import in_parts  # noqa: PLC0415 - imports numpy

    whole = len(data) & -4

    def sum_from(start: int) -> int:
        piece = np.frombuffer(data[start : min(start + _PIECE, whole)], "<u4")
        return int(piece.sum(dtype=np.uint64))

    total = sum(in_parts(sum_from, range(0, whole, _PIECE)))
    return total + int.from_bytes(data[whole:], "little")
