"""A PE image by its bytes: headers, sections, and what is at an address.

Images that are checked may be broken, so nothing is parsed before it is used. A part that cannot
be read raises `FormatError` whenever it is used, and does not hide the other parts. No count or
offset of the file is used before it is checked against the bytes that are there; memory stays
proportional to the file. `image.Image` adds the tables of the data directories.

    view = ImageView(data, "a.sys")
    view.optional_header.AddressOfEntryPoint       # parsed now, kept
    view.bytes_at(0x1000, 16, "entry point")       # 16 bytes at an RVA, or FormatError

Pitfall: an address is backed by the file only up to SizeOfRawData; the rest of a section is zeros
that are not in ``data``.

Source: Microsoft "PE Format" (headers, section table, special sections).
"""

from bisect import bisect_right
from collections.abc import Callable
from struct import Struct, error
from typing import Any, Final, Generic, Self, TypeVar, overload

from ntbuild.pecoff.constants import (
    IMAGE_DIRECTORY_ENTRY,
    IMAGE_DOS_SIGNATURE,
    IMAGE_NT_OPTIONAL_HDR64_MAGIC,
    IMAGE_NT_SIGNATURE,
    IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
)
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.long_names import offset_of
from ntbuild.pecoff.machine import Machine, machine_of_image
from ntbuild.support.text import printable

from .checksum import checksum
from .headers import (
    DIRECTORY,
    FILE_HEADER,
    LAYOUTS,
    SECTION_HEADER,
    DataDirectory,
    FileHeader,
    OptionalHeader,
    SectionHeader,
)

T = TypeVar("T")
_LONG_NAME_LIMIT: Final = 256


class Part(Generic[T]):
    """A property that is parsed when first read, then kept; a FormatError is kept and raised again.

    The value is stored in the image's own ``__dict__``, where Python finds it before this
    descriptor, so later reads cost an attribute access.
    """

    def __init__(self, parse: Callable[[Any], T]) -> None:
        self._parse = parse
        self._name = parse.__name__
        self.__doc__ = parse.__doc__

    @overload
    def __get__(self, image: None, owner: type) -> Self: ...
    @overload
    def __get__(self, image: "ImageView", owner: type) -> T: ...
    def __get__(self, image: "ImageView | None", owner: type) -> Self | T:
        if image is None:
            return self
        if self._name in image.failures:
            raise image.failures[self._name].with_traceback(None)
        try:
            value = self._parse(image)
        except FormatError as failure:
            image.failures[self._name] = failure
            raise
        vars(image)[self._name] = value
        return value


class ImageView:
    """Headers, sections and bytes of a PE image; every attribute may raise ``FormatError``.

    All addresses are RVAs, all offsets file offsets.
    """

    def __init__(self, data: bytes | bytearray | memoryview, name: str = "image") -> None:
        """View ``data``, the whole file; ``name`` is the file's name for messages."""
        self.data: Final = memoryview(data).cast("B").toreadonly()
        self.name: Final = name
        self.failures: Final[dict[str, FormatError]] = {}

    # ---- bytes -------------------------------------------------------------------------------

    def fault(self, offset: int | None, field: str, message: str) -> FormatError:
        """A FormatError about this file, for the caller to raise or keep."""
        return FormatError(self.name, offset, field, message)

    def unpack(self, record: Struct, offset: int, field: str) -> tuple[Any, ...]:
        """The values of a record at a file offset. Raises FormatError naming ``field``."""
        try:
            return record.unpack_from(self.data, offset)
        except error:
            size = len(self.data)
            raise self.fault(
                offset, field, f"{record.size} bytes reach past the end of the file ({size:#x})"
            ) from None

    def _backing(self, rva: int) -> tuple[int | None, int]:
        """File offset of an address, and the bytes from there to the end of what backs it.

        (None, 0) for an address that no byte of the file backs.
        """
        section = self.section_at(rva)
        # Headers are mapped as they stand in the file, so their offsets are their addresses.
        if section is None:
            offset, end = rva, self.optional_header.SizeOfHeaders
        else:
            start = section.PointerToRawData
            offset, end = start + rva - section.VirtualAddress, start + section.SizeOfRawData
        left = min(end, len(self.data)) - offset
        return (offset, left) if left > 0 and rva >= 0 else (None, 0)

    def offset_of(self, rva: int) -> int | None:
        """The file offset of an address; None for addresses that no byte of the file backs."""
        return self._backing(rva)[0]

    def backed(self, rva: int) -> int:
        """The number of bytes of the file from an address to the end of its section's data."""
        return self._backing(rva)[1]

    def bytes_at(self, rva: int, size: int, field: str) -> memoryview:
        """``size`` bytes at an address. Raises FormatError unless one section has them all."""
        offset, backed = self._backing(rva)
        if offset is None or backed < size:
            raise self._not_in_one_section(rva, size, field)
        return self.data[offset : offset + size]

    def _not_in_one_section(self, rva: int, size: int, field: str) -> FormatError:
        message = f"{size:#x} bytes at {rva:#x} are not in one section"
        return self.fault(self.offset_of(rva), field, message)

    def string_at(self, rva: int, field: str, limit: int = 4096) -> str:
        """The NUL-terminated string at an address, safe to print (``support.text.printable``).

        Raises FormatError when there is no NUL within ``limit`` bytes of the section's data.
        """
        offset, backed = self._backing(rva)
        if offset is None:
            raise self._not_in_one_section(rva, 1, field)
        whole = self.data[offset : offset + min(backed, limit)]
        for size in (64, limit):  # most names are short, and copies add up
            raw = bytes(whole[:size])
            end = raw.find(0)
            if end >= 0:
                return printable(raw[:end])
        raise self.fault(offset, field, f"string at {rva:#x} is not terminated in its section")

    # ---- headers -----------------------------------------------------------------------------

    @Part
    def nt_offset(self) -> int:
        """File offset of the PE signature; it and the MZ signature are checked."""
        if len(self.data) < 64 or int.from_bytes(self.data[:2], "little") != IMAGE_DOS_SIGNATURE:
            raise self.fault(0, "e_magic", "not an MZ file of 64 bytes or more")
        # e_lfanew is a LONG; a negative one is no offset.
        offset = int.from_bytes(self.data[60:64], "little", signed=True)
        if offset <= 0 or offset + 4 > len(self.data):
            raise self.fault(60, "e_lfanew", f"{offset:#x} is not an offset in the file")
        if int.from_bytes(self.data[offset : offset + 4], "little") != IMAGE_NT_SIGNATURE:
            raise self.fault(offset, "Signature", "no PE signature where e_lfanew points")
        return offset

    @Part
    def file_header(self) -> FileHeader:
        """The COFF file header."""
        offset = self.nt_offset + 4
        return FileHeader(offset, *self.unpack(FILE_HEADER, offset, "IMAGE_FILE_HEADER"))

    @Part
    def optional_header(self) -> OptionalHeader:
        """The optional header's fixed part; SizeOfOptionalHeader is not looked at."""
        offset = self.file_header.offset + FILE_HEADER.size
        (magic,) = self.unpack(Struct("<H"), offset, "Magic")
        if magic not in LAYOUTS:
            raise self.fault(offset, "Magic", f"{magic:#x} is neither PE32 nor PE32+")
        names, record, _ = LAYOUTS[magic]
        values = self.unpack(record, offset, "IMAGE_OPTIONAL_HEADER")
        return OptionalHeader(
            **{"offset": offset, "BaseOfData": 0, **dict(zip(names, values, strict=True))}
        )

    @property
    def is_64bit(self) -> bool:
        """Whether the optional header is PE32+."""
        return self.optional_header.Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC

    @property
    def pointer_size(self) -> int:
        """Bytes of an import thunk and of an address in the image: 4 or 8."""
        return 8 if self.is_64bit else 4

    @property
    def machine(self) -> Machine | None:
        """The machine; None when ntbuild builds no drivers for it."""
        return machine_of_image(self.file_header.Machine)

    def field_offset(self, field: str) -> int:
        """File offset of a field of the optional header."""
        return self.optional_header.offset + LAYOUTS[self.optional_header.Magic][2][field]

    @Part
    def directories(self) -> tuple[DataDirectory, ...]:
        """The data directories that the header holds: at most 16, none past its own end."""
        header = self.optional_header
        start = header.offset + LAYOUTS[header.Magic][1].size
        # Three numbers limit the table: NumberOfRvaAndSizes, the size of the whole header, and 16.
        end = min(header.offset + self.file_header.SizeOfOptionalHeader, len(self.data))
        count = min(
            header.NumberOfRvaAndSizes,
            IMAGE_NUMBEROF_DIRECTORY_ENTRIES,
            max(end - start, 0) // DIRECTORY.size,
        )
        return tuple(
            DataDirectory(*DIRECTORY.unpack_from(self.data, start + i * DIRECTORY.size))
            for i in range(count)
        )

    def directory(self, entry: IMAGE_DIRECTORY_ENTRY) -> DataDirectory:
        """One directory; an empty one when the header is too short to hold it."""
        return self.directories[entry] if entry < len(self.directories) else DataDirectory()

    def directory_offset(self, entry: IMAGE_DIRECTORY_ENTRY) -> int:
        """File offset of a directory's entry in the optional header."""
        header = self.optional_header
        return header.offset + LAYOUTS[header.Magic][1].size + entry * DIRECTORY.size

    # ---- sections ----------------------------------------------------------------------------

    @property
    def section_table_offset(self) -> int:
        """File offset of the first section header."""
        header = self.file_header
        return header.offset + FILE_HEADER.size + header.SizeOfOptionalHeader

    @Part
    def sections(self) -> tuple[SectionHeader, ...]:
        """All section headers in file order."""
        start, count = self.section_table_offset, self.file_header.NumberOfSections
        if start + count * SECTION_HEADER.size > len(self.data):
            raise self.fault(
                self.file_header.offset + 2,
                "NumberOfSections",
                f"a table of {count} headers at {start:#x} reaches past the end of the file",
            )
        found = []
        for index in range(count):
            offset = start + index * SECTION_HEADER.size
            raw, *values = SECTION_HEADER.unpack_from(self.data, offset)
            found.append(SectionHeader(offset, index, self._section_name(raw), raw, *values))
        return tuple(found)

    def _section_name(self, raw: bytes) -> str:
        """A header's name; ``/`` and a number stand for an offset into the string table."""
        # Only images with a COFF symbol table have long names; else the slash is part of the name.
        short = raw.rstrip(b"\0")
        start = offset_of(short)
        if start is not None and 4 <= start < len(self.string_table):
            long = bytes(self.string_table[start : start + _LONG_NAME_LIMIT])
            return printable(long.partition(b"\0")[0])
        return printable(short)

    @Part
    def string_table(self) -> memoryview:
        """The COFF string table, its size field included; empty when there is none to read."""
        header = self.file_header
        start = header.PointerToSymbolTable + header.NumberOfSymbols * 18
        if not header.PointerToSymbolTable or start + 4 > len(self.data):
            return self.data[:0]
        size = int.from_bytes(self.data[start : start + 4], "little")
        return self.data[start : start + size]

    @Part
    def _by_address(self) -> tuple[list[int], list[tuple[int, SectionHeader]]]:
        """Start addresses of the sections, ascending; and for each its end and its header."""
        ordered = sorted(self.sections, key=lambda section: section.VirtualAddress)
        starts = [section.VirtualAddress for section in ordered]
        return starts, [(section.end, section) for section in ordered]

    def section_at(self, rva: int) -> SectionHeader | None:
        """The section that an address lies in; None in the headers, in gaps and outside."""
        # Sections may overlap in a broken image; the last one that starts before an address counts.
        starts, ordered = self._by_address
        position = bisect_right(starts, rva) - 1
        if position < 0:
            return None
        end, section = ordered[position]
        return section if rva < end else None

    def checksum(self) -> int:
        """What the CheckSum field should hold."""
        return checksum(self.data, self.field_offset("CheckSum"))
