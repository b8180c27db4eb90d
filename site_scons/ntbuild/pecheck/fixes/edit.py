"""An image that is being changed: writable bytes, and the image that they make.

An ``Image`` keeps what it has parsed. Each write therefore drops it, and ``Edit.image`` reads the
new bytes on its next use; an image or section from before a write must not be used after it.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Final

from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.image.headers import optional_header_codes
from ntbuild.pecoff.image.image import Image, SectionHeader
from ntbuild.support.values import dataclass

CHARACTERISTICS: Final = 36
"""Offset of Characteristics in a section header."""


class Edit:
    """The bytes of an image under change; ``image`` is how they read now."""

    def __init__(self, data: bytes | bytearray | memoryview, name: str) -> None:
        self.data = bytearray(data)
        self.name: Final = name
        self._image: Image | None = None

    @property
    def image(self) -> Image:
        """The image as it is now; it is not valid after a write."""
        if self._image is None:
            self._image = Image(bytes(self.data), self.name)
        return self._image

    def put(self, offset: int, code: str, *values: int) -> None:
        """Write little-endian values at a file offset."""
        struct.pack_into("<" + code, self.data, offset, *values)
        self._image = None

    def fill(self, offset: int, size: int, byte: int = 0) -> None:
        """Overwrite bytes with one value."""
        self.data[offset : offset + size] = bytes((byte,)) * size
        self._image = None

    def cut(self, start: int, end: int | None = None) -> None:
        """Remove bytes from the file; the caller corrects what points to bytes after them."""
        del self.data[start:end]
        self._image = None

    def field(self, name: str, value: int) -> None:
        """Write a field of the optional header."""
        image = self.image
        code = optional_header_codes(image.optional_header.Magic)[name]
        self.put(image.field_offset(name), code, value)

    def flags(self, section: SectionHeader, *, add: int = 0, drop: int = 0) -> None:
        """Set and clear bits of a section's Characteristics."""
        value = section.Characteristics & ~drop & 0xFFFFFFFF | add
        self.put(section.offset + CHARACTERISTICS, "I", value)

    def directory(self, entry: IMAGE_DIRECTORY_ENTRY, address: int = 0, size: int = 0) -> None:
        """Write a data directory; without an address it is cleared."""
        self.put(self.image.directory_offset(entry), "II", address, size)


@dataclass(frozen=True, slots=True)
class Change:
    """What a fix did, as a sentence about the image."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a fix left something as it is."""

    reason: str


Fix = Callable[[Edit, CheckSettings], Iterator[Change | Refusal]]


def names(flags: int) -> str:
    """Section flags by name, for messages."""
    known = [str(flag.name).removeprefix("MEM_") for flag in IMAGE_SCN if flags & flag]
    rest = flags & ~sum(IMAGE_SCN)
    return ", ".join([*known, *([f"{rest:#010x}"] if rest else [])])


def reflag(
    edit: Edit, section: SectionHeader, *, add: int = 0, drop: int = 0
) -> Iterator[Change | Refusal]:
    """Set and clear section flags; yields those that changed."""
    old = section.Characteristics
    edit.flags(section, add=add, drop=drop)
    for word, bits in (("set", add & ~old), ("cleared", drop & old & ~add)):
        if bits:
            yield Change(f"{section.Name}: {names(bits)} {word}")
