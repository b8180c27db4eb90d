"""Section names of more than eight bytes: the header has an offset into the string table.

    /1234567    decimal, for offsets up to 9,999,999
    //AAmJaB    base 64, the most significant digit first, for offsets from there up to 2**36 - 1

A string table is that large when objects have many long C++ names. The base 64 form is not in the
specification; LLVM and binutils write and read it.
"""

from typing import Final

LARGEST_DECIMAL: Final = 9_999_999
DIGITS: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
"""Digits of base 64 by their value."""


def name_field(offset: int) -> bytes:
    """The name of a section header whose name is at an offset of the string table."""
    if offset <= LARGEST_DECIMAL:
        return b"/%d" % offset
    return b"//" + bytes(DIGITS[offset >> shift & 63] for shift in range(30, -1, -6))


def offset_of(field: bytes) -> int | None:
    """The offset that a header's name, without its NULs, stands for; None for a name itself."""
    if field[:2] == b"//" and len(field) == 8 and not field[2:].strip(DIGITS):
        offset = 0
        for digit in field[2:]:
            offset = offset << 6 | DIGITS.index(digit)
        return offset
    return int(field[1:]) if field[:1] == b"/" and field[1:].isdigit() else None
