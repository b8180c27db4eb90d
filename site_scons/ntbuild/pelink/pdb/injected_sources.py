"""Files that a PDB carries: /natvis, which tells a debugger how to show types.

Each file is a stream ``/src/files/`` and its path in lower case with backslashes; the stream
``/src/headerblock`` is a table of them. Paths are those of the command line, so that a PDB does not
say where it was built.

Sources: LLVM, ``PDBFileBuilder::addInjectedSource`` and ``RawTypes.h`` (SrcHeaderBlockHeader).
"""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

from ntbuild.support.values import dataclass

from .name_hash import hash_table

_VERSION: Final = 19980827
_HEADER: Final = struct.Struct("<IIQI44x")
_ENTRY: Final = struct.Struct("<IIIIIIIBBH8x")
_NO_OBJECT: Final = 1
"""Offset in ``/names`` of the empty name: the file is not of one object."""
_CAPACITY: Final = 2


@dataclass(frozen=True, slots=True)
class InjectedSource:
    """A file, and its path as the command line has it."""

    path: bytes
    content: bytes

    @property
    def virtual_path(self) -> bytes:
        """The path by which the stream is found."""
        return self.path.lower().replace(b"/", b"\\")


def source_names(sources: tuple[InjectedSource, ...]) -> list[bytes]:
    """The names that ``/names`` must have."""
    return [name for each in sources for name in (each.path, each.virtual_path)]


def source_streams(
    sources: tuple[InjectedSource, ...], offsets: Mapping[bytes, int]
) -> dict[bytes, bytes]:
    """The streams by name; ``offsets`` are those of `source_names` in ``/names``."""
    if not sources:
        return {}
    entries = []
    for each in sources:
        number = offsets[each.virtual_path]
        checksum = zlib.crc32(each.content, 0xFFFFFFFF) ^ 0xFFFFFFFF
        names = (offsets[each.path], _NO_OBJECT, number)
        content = (_VERSION, checksum, len(each.content), *names, 0, 0, 0)
        entries.append((number, number, _ENTRY.pack(_ENTRY.size, *content)))
    table = hash_table(entries, _CAPACITY)
    block = _HEADER.pack(_VERSION, _HEADER.size + len(table), 0, 0) + table
    files = {b"/src/files/" + each.virtual_path: each.content for each in sources}
    return {b"/src/headerblock": block, **files}
