"""Base relocations and runtime functions of an image, as columns.

A large driver has tens of thousands of each. Columns are made by ``array`` and slices, so the loops
run in C, without numpy, whose import would take longer than the check of a small image.

Source: PE Format, "The .reloc Section" and "The .pdata Section"; for arm and arm64 the packed
and full unwind records of Microsoft's "ARM exception handling" and "ARM64 exception handling".
"""

import sys
from array import array
from collections.abc import Iterator
from struct import Struct
from typing import TYPE_CHECKING, Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY, IMAGE_FILE_MACHINE, IMAGE_REL_BASED
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .view import ImageView

_BLOCK: Final = Struct("<II")


@dataclass(frozen=True, slots=True)
class RelocationBlock:
    """IMAGE_BASE_RELOCATION with its entries."""

    offset: int
    """File offset of the block."""
    PageRVA: int
    SizeOfBlock: int
    entries: "array[int]"
    """Type in the upper four bits, offset in the page in the others; padding included."""


@dataclass(frozen=True, slots=True)
class BaseRelocations:
    """The blocks of the base relocation table; ``faults`` has what ended the walk too early."""

    blocks: tuple[RelocationBlock, ...] = ()
    faults: tuple[FormatError, ...] = ()

    def fixups(self) -> Iterator[tuple[int, int]]:
        """RVA and type (IMAGE_REL_BASED) of each fixup in file order, without padding."""
        for block in self.blocks:
            page = block.PageRVA
            for entry in block.entries:
                if entry >> 12 != IMAGE_REL_BASED.ABSOLUTE:
                    yield page + (entry & 0xFFF), entry >> 12


@dataclass(frozen=True, slots=True)
class RuntimeFunctions:
    """The exception table as columns with an entry a record."""

    offset: int = 0
    """File offset of the table."""
    stride: int = 0
    """Bytes of a record: 12 on x64, 8 on arm and arm64."""
    begins: tuple[int, ...] = ()
    """RVA of the function's first byte, without the Thumb bit."""
    ends: tuple[int, ...] = ()
    """RVA behind its last byte; 0 where the length cannot be read."""
    unwind: tuple[int, ...] = ()
    """RVA of its unwind data; 0 for a packed record, which has none."""


def _words(raw: memoryview, code: str) -> "array[int]":
    values = array(code)
    values.frombytes(raw)
    # An array has the host's byte order, an image is little-endian.
    if sys.byteorder == "big":
        values.byteswap()
    return values


def base_relocations(image: "ImageView") -> BaseRelocations:
    """The base relocation table. A block with an impossible size ends the walk and is a fault.

    Raises FormatError when the directory is not in one section.
    """
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.BASERELOC)
    if directory.VirtualAddress == 0 and directory.Size == 0:
        return BaseRelocations()
    raw = image.bytes_at(directory.VirtualAddress, directory.Size, "base relocation table")
    start = image.offset_of(directory.VirtualAddress) or 0
    blocks: list[RelocationBlock] = []
    faults: list[FormatError] = []
    position = 0
    while position + _BLOCK.size <= len(raw):
        page, size = _BLOCK.unpack_from(raw, position)
        if size < _BLOCK.size or position + size > len(raw):
            message = f"block of {size:#x} bytes, {len(raw) - position:#x} left in the directory"
            faults.append(image.fault(start + position + 4, "SizeOfBlock", message))
            break
        # An odd SizeOfBlock leaves a last byte that is no entry.
        entries = _words(raw[position + _BLOCK.size : position + (size & ~1)], "H")
        blocks.append(RelocationBlock(start + position, page, size, entries))
        position += size
    else:
        if position < len(raw):
            message = f"{len(raw) - position} bytes after the last block"
            faults.append(image.fault(start + position, "Size", message))
    return BaseRelocations(tuple(blocks), tuple(faults))


_STRIDE: Final = {
    IMAGE_FILE_MACHINE.AMD64: 12,
    IMAGE_FILE_MACHINE.ARM64: 8,
    IMAGE_FILE_MACHINE.ARMNT: 8,
}


def runtime_functions(image: "ImageView") -> RuntimeFunctions:
    """The exception table of an x64, arm64 or arm image; empty for other machines."""
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.EXCEPTION)
    machine = image.machine
    stride = _STRIDE.get(machine.id, 0) if machine else 0
    if directory.Size == 0 or stride == 0 or machine is None:
        return RuntimeFunctions()
    # Bytes behind the last whole record belong to no function.
    size = directory.Size // stride * stride
    raw = image.bytes_at(directory.VirtualAddress, size, "exception table")
    offset = image.offset_of(directory.VirtualAddress) or 0
    words = _words(raw, "I")
    if stride == 12:
        return RuntimeFunctions(
            offset, stride, tuple(words[0::3]), tuple(words[1::3]), tuple(words[2::3])
        )
    # Thumb code is 2-byte units and its addresses carry a set bit 0; ARM64 is 4-byte units.
    unit, mask = (2, ~1) if machine.id == IMAGE_FILE_MACHINE.ARMNT else (4, ~0)
    begins = tuple(begin & mask for begin in words[0::2])
    lengths = (_length(image, word) * unit for word in words[1::2])
    ends = tuple(b + n if n else 0 for b, n in zip(begins, lengths, strict=True))
    # The two low bits are the record's kind: 0 is an address of unwind data, all else is packed.
    unwind = tuple(0 if word & 3 else word for word in words[1::2])
    return RuntimeFunctions(offset, stride, begins, ends, unwind)


def _length(image: "ImageView", word: int) -> int:
    """A function's length in units from the second word of its record; 0 when unreadable.

    Packed records hold it in bits 2-12, full ones in bits 0-17 of the unwind data's first word.
    """
    if word & 3:
        return word >> 2 & 0x7FF
    if image.backed(word) < 4:
        return 0
    return int.from_bytes(image.bytes_at(word, 4, "unwind data"), "little") & 0x3FFFF
