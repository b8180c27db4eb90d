"""Resources: .res files and resource directories as plain values, and the directory written back.

A resource is found by type, name and language. A directory is a tree of these three levels; here
it is a mapping of such keys to bytes:

    ResourceKey(16, 1, 1033): Resource(b"...VS_VERSION_INFO...")

Types and names are numbers or UTF-16 texts; in a directory, texts stand before numbers, and both
ascend, as the loader searches them by bisection.

Limits: a tree from a file may loop or point anywhere, so `read_directory` stops at 65,536 entries.

Sources: Microsoft "Resource File Formats" (RESOURCEHEADER); PE Format, "The .rsrc Section".
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ntbuild.support.values import dataclass

from .errors import FormatError

RES_FILE_START: Final = b"\0\0\0\0\x20\0\0\0\xff\xff\0\0\xff\xff\0\0"
"""The empty entry that every 32-bit .res file begins with."""

_IS_NAME: Final = 0x80000000
_DIRECTORY = struct.Struct("<IIHHHH")
_ENTRY = struct.Struct("<II")
_DATA_ENTRY = struct.Struct("<IIII")
_RES_HEADER = struct.Struct("<II")
_RES_TAIL = struct.Struct("<IHHII")
_ENTRIES_LIMIT: Final = 1 << 16

TYPE_NAMES: Final = {
    1: "CURSOR",
    2: "BITMAP",
    3: "ICON",
    4: "MENU",
    5: "DIALOG",
    6: "STRINGTABLE",
    9: "ACCELERATORS",
    10: "RCDATA",
    11: "MESSAGETABLE",
    12: "GROUP_CURSOR",
    14: "GROUP_ICON",
    16: "VERSIONINFO",
    24: "MANIFEST",
}

Key = int | str


@dataclass(frozen=True, slots=True)
class ResourceKey:
    """What a resource is found by."""

    type: Key
    """RT_ number or a text."""
    name: Key
    """Number or text."""
    language: int
    """LANGID, for example 1033 for English (United States)."""

    def __str__(self) -> str:
        """For messages: ``type VERSIONINFO, name 1, language 1033``."""
        kind = TYPE_NAMES.get(self.type, self.type) if isinstance(self.type, int) else self.type
        return f"type {kind}, name {self.name}, language {self.language}"


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource's bytes and the code page that its text was written in."""

    data: bytes
    code_page: int = 0


def is_res_file(head: bytes) -> bool:
    """Whether a file begins as 32-bit .res files do."""
    return head.startswith(RES_FILE_START)


def read_res(data: bytes, file: str) -> Iterator[tuple[ResourceKey, Resource]]:
    """The resources of a .res file in its order. Raises FormatError."""
    position = 0
    while position < len(data):
        if position + _RES_HEADER.size > len(data):
            raise FormatError(file, position, "RESOURCEHEADER", "the file ends inside of it")
        size, header_size = _RES_HEADER.unpack_from(data, position)
        end = position + header_size + size
        if header_size < 32 or end > len(data):
            raise FormatError(
                file, position, "HeaderSize, DataSize", "the entry ends past the end of the file"
            )
        header = data[position : position + header_size]
        kind, at = _res_key(header, 8, file, position, "TYPE")
        name, at = _res_key(header, at, file, position, "NAME")
        at = (at + 3) & -4
        if at + _RES_TAIL.size > len(header):
            raise FormatError(file, position, "HeaderSize", "the header is too short")
        _, _, language, _, _ = _RES_TAIL.unpack_from(header, at)
        # The empty entry that begins every file, and begins each part of a joined one.
        if size or kind:
            yield (
                ResourceKey(kind, name, language),
                Resource(data[position + header_size : end]),
            )
        position = (end + 3) & -4


def _res_key(header: bytes, at: int, file: str, position: int, field: str) -> tuple[Key, int]:
    """A type or name, which is 0xffff and a number or else UTF-16 text, and the offset after it."""
    if header[at : at + 2] == b"\xff\xff" and at + 4 <= len(header):
        return int.from_bytes(header[at + 2 : at + 4], "little"), at + 4
    end = at
    # UTF-16 units, so a NUL is two zero bytes at an even distance.
    while header[end : end + 2] not in (b"\0\0", b""):
        end += 2
    if end + 2 > len(header):
        raise FormatError(file, position + at, field, "the text is not terminated")
    return header[at:end].decode("utf-16-le", "surrogatepass"), end + 2


def read_directory(
    tree: bytes, file: str, data_of: Callable[[int, int], bytes]
) -> Iterator[tuple[ResourceKey, Resource]]:
    """The resources of a resource directory, in its order.

    ``data_of(offset, size)`` gives the ``size`` bytes that belong to the data entry at ``offset``
    of the tree: its address is an RVA in an image and relocated in an object, which only the
    caller knows. Raises FormatError, also for a tree that is deeper than three levels or has more
    than 65,536 entries.
    """
    budget = [_ENTRIES_LIMIT]
    for kind, below in _entries(tree, 0, file, budget):
        if not isinstance(below, _Below):
            raise FormatError(file, None, "resource directory", "a type without names")
        for name, last in _entries(tree, below.offset, file, budget):
            if not isinstance(last, _Below):
                raise FormatError(file, None, "resource directory", "a name without languages")
            for language, leaf in _entries(tree, last.offset, file, budget):
                if isinstance(leaf, _Below) or isinstance(language, str):
                    raise FormatError(file, None, "resource directory", "more than three levels")
                if leaf + _DATA_ENTRY.size > len(tree):
                    raise FormatError(file, leaf, "resource data entry", "outside of the section")
                _, size, code_page, _ = _DATA_ENTRY.unpack_from(tree, leaf)
                yield ResourceKey(kind, name, language), Resource(data_of(leaf, size), code_page)


@dataclass(frozen=True, slots=True)
class _Below:
    """An entry that leads to a directory of the next level, at this offset of the tree."""

    offset: int


def _entries(
    tree: bytes, offset: int, file: str, budget: list[int]
) -> Iterator[tuple[Key, "_Below | int"]]:
    if offset + _DIRECTORY.size > len(tree):
        raise FormatError(file, offset, "IMAGE_RESOURCE_DIRECTORY", "outside of the section")
    *_, named, numbered = _DIRECTORY.unpack_from(tree, offset)
    # The budget is one for the whole tree: a loop spends it, whatever way it goes.
    budget[0] -= named + numbered + 1
    if budget[0] < 0:
        raise FormatError(file, offset, "resource directory", "it has too many entries or a loop")
    at = offset + _DIRECTORY.size
    if at + _ENTRY.size * (named + numbered) > len(tree):
        raise FormatError(file, offset, "NumberOfIdEntries", "the entries pass the section's end")
    for name, where in _ENTRY.iter_unpack(tree[at : at + _ENTRY.size * (named + numbered)]):
        key = _text_at(tree, name & ~_IS_NAME, file) if name & _IS_NAME else name
        yield key, _Below(where & ~_IS_NAME) if where & _IS_NAME else where


def _text_at(tree: bytes, offset: int, file: str) -> str:
    length = int.from_bytes(tree[offset : offset + 2], "little")
    if offset + 2 + 2 * length > len(tree):
        raise FormatError(file, offset, "resource name", "outside of the section")
    return tree[offset + 2 : offset + 2 + 2 * length].decode("utf-16-le", "surrogatepass")


# --- writing -------------------------------------------------------------------------------------

_Tree = dict[Key, dict[Key, dict[int, Resource]]]


def write_directory(resources: Mapping[ResourceKey, Resource]) -> tuple[bytes, tuple[int, ...]]:
    """The bytes of a resource section, and the offsets of its fields that shall become RVAs.

    These fields hold the offset of a resource's data in the section; to be an RVA they need the
    section's address added, by a relocation.

    Order of the parts: directories (types, then names, then languages), data entries, texts, data
    at multiples of 8. Everything that is computed first is where each of them begins.
    """
    tree: _Tree = {}
    for key, resource in resources.items():
        tree.setdefault(key.type, {}).setdefault(key.name, {})[key.language] = resource
    # Counts and starts of directories in the order in which they are written: the root, a
    # directory for each type, and one for each (type, name).
    types = _sorted(tree)
    names = [(kind, name) for kind in types for name in _sorted(tree[kind])]
    leaves = [(k, n, language) for k, n in names for language in sorted(tree[k][n])]
    counts = [len(tree), *(len(tree[k]) for k in types), *(len(tree[k][n]) for k, n in names)]
    sizes = [_DIRECTORY.size + _ENTRY.size * count for count in counts]
    starts = [sum(sizes[:index]) for index in range(len(sizes))]
    entries_at = sum(sizes)
    strings_at = entries_at + _DATA_ENTRY.size * len(leaves)
    strings = _Strings(strings_at)
    directories = [_directory(types, starts[1 : 1 + len(types)], strings, below=True)]
    name_starts = iter(starts[1 + len(types) :])
    for kind in types:
        keys = _sorted(tree[kind])
        directories.append(_directory(keys, [next(name_starts) for _ in keys], strings, below=True))
    leaf_starts = iter(range(entries_at, strings_at, _DATA_ENTRY.size))
    for kind, name in names:
        languages: list[Key] = [*sorted(tree[kind][name])]
        directories.append(
            _directory(languages, [next(leaf_starts) for _ in languages], strings, below=False)
        )
    data_at = _aligned(strings_at + len(strings.blob))
    entries, blobs = bytearray(), bytearray()
    for kind, name, language in leaves:
        resource = tree[kind][name][language]
        offset = data_at + len(blobs)
        entries += _DATA_ENTRY.pack(offset, len(resource.data), resource.code_page, 0)
        blobs += resource.data + bytes(_aligned(len(resource.data)) - len(resource.data))
    head = b"".join(directories) + bytes(entries) + bytes(strings.blob)
    fields = tuple(range(entries_at, strings_at, _DATA_ENTRY.size))
    return head.ljust(data_at, b"\0") + bytes(blobs), fields


def _aligned(value: int) -> int:
    return (value + 7) & -8


def _sorted(keys: Mapping[Key, object]) -> list[Key]:
    """Names before numbers, each ascending."""
    names = sorted(key for key in keys if isinstance(key, str))
    return [*names, *sorted(key for key in keys if isinstance(key, int))]


class _Strings:
    """Names of a directory, each written once; ``start`` is where they begin in the section."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.blob = bytearray()
        self._known: dict[str, int] = {}

    def offset(self, text: str) -> int:
        if text not in self._known:
            self._known[text] = self.start + len(self.blob)
            encoded = text.encode("utf-16-le", "surrogatepass")
            self.blob += struct.pack("<H", len(encoded) // 2) + encoded
        return self._known[text]


def _directory(keys: list[Key], offsets: list[int], strings: _Strings, *, below: bool) -> bytes:
    named = sum(isinstance(key, str) for key in keys)
    flag = _IS_NAME if below else 0
    entries = (
        _ENTRY.pack(strings.offset(key) | _IS_NAME if isinstance(key, str) else key, offset | flag)
        for key, offset in zip(keys, offsets, strict=True)
    )
    return _DIRECTORY.pack(0, 0, 0, 0, named, len(keys) - named) + b"".join(entries)
