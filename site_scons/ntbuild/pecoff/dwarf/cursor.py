"""Numbers and texts of DWARF, read one after the other from a section that nobody has checked.

Every read is inside of the section or raises `DwarfError`. Numbers of variable length (LEB128) and
texts have a longest length. What is read more than once, because several entries refer to it, has a
`Budget`: sections in which everything refers to everything would take the square of their size.

Source: DWARF Debugging Information Format 5, 7.4 (formats) and 7.6 (LEB128).
"""

from typing import Final

_MOST_BYTES: Final = 16
"""Bytes of a LEB128 number: ten hold 64 bits, and compilers pad some."""
_WORD: Final = (1 << 64) - 1
_LONGEST_TEXT: Final = 1 << 16


class DwarfError(ValueError):
    """DWARF that is malformed or of an unknown version; the text says what and where."""


class Budget:
    """How many bytes of a section may still be read by reference.

    Compilers refer to each table once or a few times; ``times`` is generous.
    """

    __slots__ = ("left", "section")

    def __init__(self, section: str, size: int, times: int) -> None:
        self.section = section
        self.left = 4096 + times * size

    def spend(self, size: int) -> None:
        """Count bytes that were read. Raises DwarfError when there are too many."""
        self.left -= size
        if self.left < 0:
            raise DwarfError(f"{self.section} has tables that overlap many times")


class Cursor:
    """A place in a section; each method reads what stands there and steps behind it."""

    __slots__ = ("at", "data", "end", "section")

    def __init__(self, section: str, data: bytes, at: int = 0, end: int | None = None) -> None:
        self.section = section
        self.data = data
        self.at = at
        self.end = len(data) if end is None else end
        if not 0 <= at <= self.end <= len(data):
            raise DwarfError(f"{section} has {len(data)} bytes, and {at:#x} is not in it")

    def number(self, size: int) -> int:
        """An unsigned number of ``size`` bytes."""
        return int.from_bytes(self.block(size), "little")

    def block(self, size: int) -> bytes:
        """Bytes as they stand."""
        begin = self.at
        if size > self.end - begin:
            raise DwarfError(f"{self.section} ends within {size} bytes at {begin:#x}")
        self.at = begin + size
        return self.data[begin : begin + size]

    def unsigned(self) -> int:
        """A ULEB128 number, cut to 64 bits."""
        value = shift = 0
        for byte in self.data[self.at : min(self.at + _MOST_BYTES, self.end)]:
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value & _WORD
        raise DwarfError(f"{self.section} has a number without an end at {self.at:#x}")

    def signed(self) -> int:
        """An SLEB128 number."""
        begin = self.at
        value = self.unsigned()
        bits = 7 * (self.at - begin)
        if bits >= 64:
            return value - (1 << 64) if value >> 63 else value
        return value - (1 << bits) if value >> (bits - 1) else value

    def text(self) -> bytes:
        """A text, without the NUL that ends it."""
        stop = self.data.find(b"\0", self.at, min(self.at + _LONGEST_TEXT, self.end))
        if stop < 0:
            message = f"without an end within {_LONGEST_TEXT} bytes at {self.at:#x}"
            raise DwarfError(f"{self.section} has a text {message}")
        found = self.data[self.at : stop]
        self.at = stop + 1
        return found

    def unit(self) -> "tuple[Cursor, int]":
        """The unit that begins here, without its length field; and the bytes of an offset in it.

        This cursor is behind the unit afterwards.
        """
        size, width = self.number(4), 4
        if size == 0xFFFFFFFF:
            size, width = self.number(8), 8
        elif size >= 0xFFFFFFF0:
            raise DwarfError(f"{self.section} has a unit of the reserved length {size:#x}")
        begin = self.at
        self.block(size)
        return Cursor(self.section, self.data, begin, self.at), width
