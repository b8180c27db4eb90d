"""Flat images: what a boot loader copies to memory as it is, made of a kernel's PE image.

All sections are at their addresses and all memory without bytes in the file is written out, so that
a loader that knows nothing of PE can copy the whole to ``ImageBase`` and jump to the entry point:
QEMU's ``-kernel`` and ``-device loader``, U-Boot's ``go``, GRUB.

For x86 and x64 a Multiboot header is put into the page of the PE headers, at `MULTIBOOT_OFFSET`: it
gives the addresses, so that no ELF is needed. Source: Multiboot Specification 0.6.96, 3.1.
"""

from struct import pack_into
from typing import Final

from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE

from .view import ImageView

MULTIBOOT_OFFSET: Final = 0xF00
_MAGIC: Final = 0x1BADB002
_FLAGS: Final = 0x10003
"""Modules on page boundaries, memory information, addresses in the header."""
_LARGEST: Final = 256 << 20
_MULTIBOOT: Final = frozenset({IMAGE_FILE_MACHINE.AMD64, IMAGE_FILE_MACHINE.I386})


class FlatError(ValueError):
    """An image that has no flat form; the text says why, without the image's name."""


def flat_image(data: bytes) -> bytes:
    """The memory of an image from ImageBase on, before anything is relocated.

    Raises FormatError for bytes that are no image, FlatError for an image that is too large, whose
    headers leave no room for Multiboot's, or that is linked above 4 GB for x64.
    """
    image = ImageView(data)
    optional = image.optional_header
    if optional.SizeOfImage > _LARGEST:
        raise FlatError(f"SizeOfImage {optional.SizeOfImage:#x} is more than {_LARGEST >> 20} MiB")
    flat = bytearray(optional.SizeOfImage)
    flat[: optional.SizeOfHeaders] = data[: optional.SizeOfHeaders]
    for section in image.sections:
        size = min(section.VirtualSize or section.SizeOfRawData, section.SizeOfRawData)
        content = data[section.PointerToRawData : section.PointerToRawData + size]
        flat[section.VirtualAddress : section.VirtualAddress + len(content)] = content
    if image.file_header.Machine in _MULTIBOOT:
        _add_multiboot(image, flat)
    return bytes(flat)


def entry_address(data: bytes) -> int:
    """Where a flat image is entered; on arm bit 0 says that the code is Thumb."""
    optional = ImageView(data).optional_header
    return optional.ImageBase + optional.AddressOfEntryPoint


def _add_multiboot(image: ImageView, flat: bytearray) -> None:
    optional = image.optional_header
    base, end = optional.ImageBase, optional.ImageBase + len(flat)
    if optional.SizeOfHeaders > MULTIBOOT_OFFSET:
        raise FlatError("the headers leave no room for that of Multiboot")
    if end > 1 << 32:
        raise FlatError(f"base {base:#x}: Multiboot loads below 4 GB only")
    header = base + MULTIBOOT_OFFSET
    entry = base + optional.AddressOfEntryPoint
    checksum = -(_MAGIC + _FLAGS) & 0xFFFFFFFF
    words = (_MAGIC, _FLAGS, checksum, header, base, end, end, entry)
    pack_into("<8I", flat, MULTIBOOT_OFFSET, *words)
