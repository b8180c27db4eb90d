"""What is changed and checked in an object that llvm-ml made.

An absolute field of 32 bits in x64 code cannot hold an address of a driver: ml64 would have
addressed by RIP. llvm-ml writes such fields without a word.
"""

import struct
from collections.abc import Iterator
from typing import Final

from .rewrite import PAGE_SEGMENT

_RENAMED: Final = ((PAGE_SEGMENT.encode(), b"PAGE"), (b"_TEXT", b".text"))
_CODE: Final = 0x20000020  # IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_CNT_CODE
_ADDR32: Final = 2  # IMAGE_REL_AMD64_ADDR32
_HEADER, _SECTION, _RELOCATION, _SYMBOL = 20, 40, 10, 18


def with_section_names(content: bytes) -> bytes:
    """The object with sections named as ml64 does: PAGE is PAGE, ``_TEXT$00`` is ``.text$00``."""
    data = bytearray(content)
    for at in _sections(content):
        name = content[at : at + 8].rstrip(b"\0")
        for segment, section in _RENAMED:
            if name.startswith(segment):
                data[at : at + 8] = (section + name[len(segment) :])[:8].ljust(8, b"\0")
    return bytes(data)


def absolute_references(content: bytes) -> tuple[str, ...]:
    """The symbols that x64 code refers to by an absolute field of 32 bits, in order."""
    found: dict[str, None] = {}
    for at in _sections(content):
        size, _, table, _, count = struct.unpack_from("<5I", content, at + 16)
        (flags,) = struct.unpack_from("<I", content, at + 36)
        if not flags & _CODE or not size:
            continue
        for index in range(count & 0xFFFF):
            _, symbol, kind = struct.unpack_from("<IIH", content, table + _RELOCATION * index)
            if kind == _ADDR32:
                found[_symbol(content, symbol)] = None
    return tuple(found)


def _sections(content: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from("<H", content, 2)
    return iter(range(_HEADER, _HEADER + _SECTION * count, _SECTION))


def _symbol(content: bytes, row: int) -> str:
    table, count = struct.unpack_from("<II", content, 8)
    name = content[table + _SYMBOL * row : table + _SYMBOL * row + 8]
    if name[:4] == b"\0\0\0\0":
        (at,) = struct.unpack_from("<I", name, 4)
        start = table + _SYMBOL * count + at
        name = content[start : content.index(b"\0", start)]
    return name.rstrip(b"\0").decode(errors="backslashreplace")
