"""A PE image: the view of its bytes, and the tables of its data directories, parsed when used.

Source: Microsoft "PE Format", "Optional Header Data Directories".
"""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from ntbuild.pecoff.constants import IMAGE_REL_BASED
from ntbuild.pecoff.errors import FormatError

from . import directories as tables
from .certificates import CertificateTable, certificate_table
from .fixups import BaseRelocations, RuntimeFunctions, base_relocations, runtime_functions
from .headers import (
    DataDirectory,
    FileHeader,
    OptionalHeader,
    SectionHeader,
    optional_header_layout,
)
from .load_config import LoadConfig, load_config
from .resources import ResourceTable, resource_table
from .view import ImageView, Part

__all__ = [
    "DataDirectory",
    "FileHeader",
    "FormatError",
    "Image",
    "OptionalHeader",
    "SectionHeader",
    "optional_header_layout",
    "read_image",
    "relocated_values",
]


class Image(ImageView):
    """A PE image with its data directories; every attribute may raise ``FormatError``.

    All addresses are RVAs, all offsets file offsets.
    """

    @Part
    def imports(self) -> tables.ImportTable:
        """The import descriptors with their symbols; empty when the image imports nothing."""
        return tables.import_table(self)

    @Part
    def exports(self) -> tables.ExportTable | None:
        """The export directory; None when the image has none."""
        return tables.export_table(self)

    @Part
    def debug(self) -> tuple[tables.DebugEntry, ...]:
        """The debug directory's entries."""
        return tables.debug_directory(self)

    @Part
    def base_relocations(self) -> BaseRelocations:
        """The blocks of the base relocation table."""
        return base_relocations(self)

    @Part
    def runtime_functions(self) -> RuntimeFunctions:
        """The exception table (.pdata) as columns."""
        return runtime_functions(self)

    @Part
    def load_config(self) -> LoadConfig | None:
        """The load configuration; None when the image has none."""
        return load_config(self)

    @Part
    def resources(self) -> ResourceTable:
        """The resources, in the directory's order."""
        return resource_table(self)

    @Part
    def certificates(self) -> CertificateTable:
        """The attribute certificate table at the end of the file."""
        return certificate_table(self)


def read_image(data: bytes | bytearray | memoryview, name: str = "image") -> Image:
    """An image whose headers and section table can be read.

    Raises ``FormatError`` (file, offset, field, message) when they cannot. Broken directories
    raise it later, when they are used.
    """
    image = Image(data, name)
    _ = image.optional_header, image.directories, image.sections
    return image


_WIDTHS: Final = {
    int(IMAGE_REL_BASED.HIGHLOW): Struct("<I"),
    int(IMAGE_REL_BASED.DIR64): Struct("<Q"),
}


def relocated_values(image: Image) -> Iterator[tuple[int, int]]:
    """Address and stored value of each whole-word fixup that bytes of the file back.

    The value is what the linker wrote: an address for the preferred ImageBase.
    """
    # Fixups of a block are in one page, and mostly in one section: it is looked up once.
    data = image.data
    for block in image.base_relocations.blocks:
        page, section, offset = block.PageRVA, None, 0
        for entry in block.entries:
            record = _WIDTHS.get(entry >> 12)
            if record is None:
                continue
            rva = page + (entry & 0xFFF)
            if section is None or not section.VirtualAddress <= rva < section.end:
                section = image.section_at(rva)
                if section is None:
                    continue
                offset = section.PointerToRawData - section.VirtualAddress
            # The part of a section behind SizeOfRawData is zeros, and holds no value to be moved.
            if rva - section.VirtualAddress + record.size <= section.SizeOfRawData:
                at = rva + offset
                if at + record.size <= len(data):
                    yield rva, record.unpack_from(data, at)[0]
