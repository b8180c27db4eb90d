"""The header records of a PE image, under the specification's names.

The optional header has two layouts, PE32 and PE32+, whose fields have different widths from
ImageBase on; PE32+ has no BaseOfData. One table of widths for each layout is used to read a header
and to find the offset of a field.

Source: Microsoft "PE Format" (COFF file header, optional header, section table).
"""

from struct import Struct
from typing import Final

from ntbuild.pecoff.constants import IMAGE_NT_OPTIONAL_HDR32_MAGIC, IMAGE_NT_OPTIONAL_HDR64_MAGIC
from ntbuild.support.values import dataclass


@dataclass(frozen=True, slots=True)
class FileHeader:
    """IMAGE_FILE_HEADER, and the file offset it was read from."""

    offset: int
    Machine: int
    NumberOfSections: int
    TimeDateStamp: int
    PointerToSymbolTable: int
    NumberOfSymbols: int
    SizeOfOptionalHeader: int
    Characteristics: int


@dataclass(frozen=True, slots=True)
class OptionalHeader:
    """IMAGE_OPTIONAL_HEADER32 or 64 without its directories; ``offset`` is its file offset."""

    offset: int
    Magic: int
    MajorLinkerVersion: int
    MinorLinkerVersion: int
    SizeOfCode: int
    SizeOfInitializedData: int
    SizeOfUninitializedData: int
    AddressOfEntryPoint: int
    BaseOfCode: int
    BaseOfData: int
    ImageBase: int
    SectionAlignment: int
    FileAlignment: int
    MajorOperatingSystemVersion: int
    MinorOperatingSystemVersion: int
    MajorImageVersion: int
    MinorImageVersion: int
    MajorSubsystemVersion: int
    MinorSubsystemVersion: int
    Win32VersionValue: int
    SizeOfImage: int
    SizeOfHeaders: int
    CheckSum: int
    Subsystem: int
    DllCharacteristics: int
    SizeOfStackReserve: int
    SizeOfStackCommit: int
    SizeOfHeapReserve: int
    SizeOfHeapCommit: int
    LoaderFlags: int
    NumberOfRvaAndSizes: int


@dataclass(frozen=True, slots=True)
class DataDirectory:
    """IMAGE_DATA_DIRECTORY; for the SECURITY entry VirtualAddress is a file offset."""

    VirtualAddress: int = 0
    Size: int = 0


@dataclass(frozen=True, slots=True)
class SectionHeader:
    """IMAGE_SECTION_HEADER; ``offset`` is its file offset, ``Name`` a long name once looked up."""

    offset: int
    index: int
    Name: str
    raw_name: bytes
    VirtualSize: int
    VirtualAddress: int
    SizeOfRawData: int
    PointerToRawData: int
    PointerToRelocations: int
    PointerToLinenumbers: int
    NumberOfRelocations: int
    NumberOfLinenumbers: int
    Characteristics: int

    @property
    def extent(self) -> int:
        """Bytes that the section takes in memory, not rounded; never 0 for a section with bytes."""
        return self.VirtualSize or self.SizeOfRawData

    @property
    def end(self) -> int:
        """The address (RVA) after the section's last byte."""
        return self.VirtualAddress + self.extent


# Field widths follow the structure's fields in order: PE32, then PE32+.
_PE32: Final = "HBB" + "I" * 9 + "H" * 6 + "I" * 4 + "HH" + "I" * 6
_PE32_PLUS: Final = "HBB" + "I" * 5 + "Q" + "I" * 2 + "H" * 6 + "I" * 4 + "HH" + "Q" * 4 + "I" * 2
_FIELDS_32: Final = tuple(OptionalHeader.__slots__[1:])
_FIELDS_64: Final = tuple(name for name in _FIELDS_32 if name != "BaseOfData")

FILE_HEADER: Final = Struct("<HHIIIHH")
SECTION_HEADER: Final = Struct("<8s6I2HI")
DIRECTORY: Final = Struct("<II")


def _offsets(names: tuple[str, ...], codes: str) -> dict[str, int]:
    return {name: Struct("<" + codes[:i]).size for i, name in enumerate(names)}


LAYOUTS: Final = {
    IMAGE_NT_OPTIONAL_HDR32_MAGIC: (_FIELDS_32, Struct("<" + _PE32), _offsets(_FIELDS_32, _PE32)),
    IMAGE_NT_OPTIONAL_HDR64_MAGIC: (
        _FIELDS_64,
        Struct("<" + _PE32_PLUS),
        _offsets(_FIELDS_64, _PE32_PLUS),
    ),
}


def optional_header_layout(magic: int) -> tuple[int, dict[str, int]]:
    """Size of the fixed part of an optional header, and the offset of each of its fields.

    Source: PE Format, "Optional Header (Image Only)": 96 bytes for PE32, 112 for PE32+.
    """
    _, record, offsets = LAYOUTS[magic]
    return record.size, offsets


def optional_header_codes(magic: int) -> dict[str, str]:
    """The struct code of each field of an optional header: its width, unsigned."""
    names = LAYOUTS[magic][0]
    return dict(
        zip(names, _PE32 if magic == IMAGE_NT_OPTIONAL_HDR32_MAGIC else _PE32_PLUS, strict=True)
    )
