"""A ``.res`` file: an empty entry, then a header and the content of each resource.

A type or a name is a number after 0xFFFF, or a UTF-16 text with a zero; header and content are
filled up to a multiple of four.

Source: "Resource File Formats" (RESOURCEHEADER) of the Windows documentation.
"""

import struct
from collections.abc import Iterable
from typing import Final

from ntbuild.pecoff.resource import RES_FILE_START

from .script import Name, ScriptResource

_MEMORY_FLAGS: Final = 0x30
"""MOVEABLE and PURE, which mean nothing in Win32; strings are DISCARDABLE as well."""
_DISCARDABLE: Final = 0x1000
_STRINGS: Final = 6


def res_file(resources: Iterable[ScriptResource]) -> bytes:
    """The file of some resources, in their order."""
    parts = [RES_FILE_START, bytes(16)]
    for each in resources:
        names = _name(each.type) + _name(each.name)
        names += bytes(-len(names) % 4)
        size = 8 + len(names) + 16
        parts.append(struct.pack("<II", len(each.content), size))
        flags = _MEMORY_FLAGS | (_DISCARDABLE if each.type == _STRINGS else 0)
        parts.append(names + struct.pack("<IHHII", 0, flags, each.language, 0, 0))
        parts.append(each.content + bytes(-len(each.content) % 4))
    return b"".join(parts)


def _name(name: Name) -> bytes:
    if isinstance(name, int):
        return struct.pack("<HH", 0xFFFF, name)
    return f"{name}\0".encode("utf-16-le")
