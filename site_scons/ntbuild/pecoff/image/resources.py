"""The resources of an image: their keys in file order and the addresses of their bytes.

A tree from a file may point anywhere and to itself; `resource.read_directory` walks it within
bounds. No data of a resource is copied here.

Source: PE Format, "The .rsrc Section"; VS_FIXEDFILEINFO (Windows documentation).
"""

from struct import Struct
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.resource import ResourceKey, read_directory
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .view import ImageView

RT_VERSION: Final = 16
FIXED_FILE_INFO_SIGNATURE: Final = 0xFEEF04BD
_DATA_ENTRY: Final = Struct("<4I")
_FIXED: Final = Struct("<13I")


@dataclass(frozen=True, slots=True)
class ResourceEntry:
    """A resource: its key, and the address and size of its data."""

    key: ResourceKey
    rva: int
    size: int


@dataclass(frozen=True, slots=True)
class ResourceTable:
    """The resources that can be read, and what stopped the walk, if anything."""

    entries: tuple[ResourceEntry, ...] = ()
    fault: FormatError | None = None


def resource_table(image: "ImageView") -> ResourceTable:
    """All resources of an image. Raises FormatError when the directory is not in a section."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.RESOURCE)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return ResourceTable()
    start = directory.VirtualAddress
    tree = bytes(image.bytes_at(start, max(image.backed(start), 16), "resource directory"))
    # ``read_directory`` asks ``note`` for the data of each leaf before it yields the leaf, so the
    # last place that was noted is that of the entry.
    found: list[ResourceEntry] = []
    last: list[tuple[int, int]] = []

    def note(offset: int, size: int) -> bytes:
        rva = _DATA_ENTRY.unpack_from(tree, offset)[0]
        if image.backed(rva) < size:
            raise image.fault(
                image.offset_of(start + offset), "resource data", f"{rva:#x} + {size:#x} is no data"
            )
        last.append((rva, size))
        return b""

    try:
        for key, _ in read_directory(tree, image.name, note):
            found.append(ResourceEntry(key, *last.pop()))
    except FormatError as failure:
        return ResourceTable(tuple(found), failure)
    return ResourceTable(tuple(found))


@dataclass(frozen=True, slots=True)
class VersionResource:
    """VS_VERSIONINFO: fields of VS_FIXEDFILEINFO, and the strings of all StringTables by key."""

    Signature: int
    StrucVersion: int
    FileVersion: tuple[int, int, int, int]
    FileFlags: int
    FileOS: int
    FileType: int
    FileSubtype: int
    strings: dict[str, str]


def _quad(high: int, low: int) -> tuple[int, int, int, int]:
    return high >> 16, high & 0xFFFF, low >> 16, low & 0xFFFF


def version_info(raw: bytes, image: "ImageView", entry: ResourceEntry) -> VersionResource:
    """The version resource in the bytes ``raw`` of ``entry``. Raises FormatError if it is none."""
    offset = image.offset_of(entry.rva)
    key = "VS_VERSION_INFO\0".encode("utf-16-le")
    if len(raw) < 40 + _FIXED.size or raw[6 : 6 + len(key)] != key:
        raise image.fault(offset, "VS_VERSIONINFO", "the resource is no version resource")
    # wLength, wValueLength, wType, the key with its NUL and padding: 40 bytes in all.
    fixed = _FIXED.unpack_from(raw, 40)
    signature, structure, high, low, _, _, _, flags, system, kind, subtype, _, _ = fixed
    return VersionResource(
        signature, structure, _quad(high, low), flags, system, kind, subtype, _strings(raw)
    )


def _strings(raw: bytes) -> dict[str, str]:
    """Key and value of every String record, at most 1,024.

    Blocks nest: VS_VERSIONINFO, StringFileInfo, StringTable, String. Each has its length, the
    length of its value and its key in front; a block is read within the bounds of its parent.
    """
    found: dict[str, str] = {}
    # (start, end, depth) of what is still to be read; depth 3 are the strings.
    todo = [(0, len(raw), 0)]
    while todo:
        at, end, depth = todo.pop()
        while at + 6 <= end and len(found) < 1024:
            length = int.from_bytes(raw[at : at + 2], "little")
            values = int.from_bytes(raw[at + 2 : at + 4], "little")
            is_text = int.from_bytes(raw[at + 4 : at + 6], "little") == 1
            stop = min(at + length, end)
            name, after = _text(raw, at + 6, stop)
            if length < 6 or after > stop:
                break
            # The value, and each block, begins at a multiple of four. wValueLength counts bytes
            # in the root block and words in a string.
            body = (after + 3) & -4
            if depth == 3 and is_text:
                found[name] = _text(raw, body, stop)[0] if values else ""
            elif depth < 3:
                todo.append((body + ((values + 3) & -4 if depth == 0 else 0), stop, depth + 1))
            at = (stop + 3) & -4
    return found


def _text(raw: bytes, start: int, stop: int) -> tuple[str, int]:
    """UTF-16 text up to its NUL and the offset after it."""
    at = start
    while at + 2 <= stop and raw[at : at + 2] != b"\0\0":
        at += 2
    return raw[start:at].decode("utf-16-le", "replace"), at + 2
