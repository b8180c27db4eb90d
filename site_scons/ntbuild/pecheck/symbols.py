"""The PDB of an image: where it is looked for, and what of it the rules and findings may ask.

An image names its PDB in an RSDS record. The file of that name in the image's own folder is taken,
whatever folder the record names: an image does not choose which files of a machine are read.
"""

from pathlib import Path, PureWindowsPath
from typing import Final

from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.directories import DebugEntry
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.pdb.symbol_file import Place, SymbolFile
from ntbuild.support.inputs import InputError, open_input
from ntbuild.support.text import decoded, printable
from ntbuild.support.values import dataclass

_RSDS: Final = b"RSDS"
_NAME_AT: Final = 24
"""Where the symbol file's name begins in an RSDS record, after signature, GUID and age."""


@dataclass(frozen=True, slots=True)
class ImageSymbols:
    """The PDB of an image, or why it cannot be used."""

    file: SymbolFile | None
    fault: str = ""
    """One line; empty when there is a file."""


@dataclass(frozen=True, slots=True)
class SymbolReference:
    """What an image's RSDS record says of its PDB."""

    entry: DebugEntry
    guid: bytes
    age: int
    name: str
    """The path as it stands there."""


def symbol_reference(image: Image) -> SymbolReference | None:
    """The image's first RSDS record; None without a whole one. Raises FormatError."""
    for entry in image.debug:
        raw = bytes(image.data[entry.PointerToRawData :][: entry.SizeOfData])
        is_record = entry.Type == IMAGE_DEBUG_TYPE.CODEVIEW and raw[:4] == _RSDS
        if is_record and b"\0" in raw[_NAME_AT:]:
            name = decoded(raw[_NAME_AT:].partition(b"\0")[0])
            age = int.from_bytes(raw[20:_NAME_AT], "little")
            return SymbolReference(entry, raw[4:20], age, name)
    return None


def symbols_of(path: str, image: Image, *, required: bool = False) -> ImageSymbols | None:
    """The PDB in the folder of an image; None when there is none and none is ``required``."""
    try:
        reference = symbol_reference(image)
    except FormatError:
        return None  # a finding of its own
    name = PureWindowsPath(reference.name).name if reference else ""
    if not name or "\0" in name or name in (".", ".."):
        return None
    beside = str(Path(path).with_name(name)) if Path(path).name else name
    if not required and not Path(beside).exists():
        return None
    return open_symbols(beside)


def symbols_in_memory(name: str, data: bytes | memoryview) -> ImageSymbols:
    """A PDB that is in memory."""
    try:
        return ImageSymbols(SymbolFile.of(name, data))
    except FormatError as error:
        return ImageSymbols(None, printable(str(error)))


def open_symbols(path: str) -> ImageSymbols:
    """The PDB of a path. The file is opened for each part that is read of it."""

    def read(offset: int, count: int) -> bytes:
        try:
            with open_input(path) as file:
                return file.part(offset, count)
        except InputError as error:
            raise FormatError(path, offset, "file", str(error.strerror)) from error

    try:
        with open_input(path) as file:
            size = file.size
        return ImageSymbols(SymbolFile(path, size, read))
    except InputError as error:
        return ImageSymbols(None, printable(f"{path}: {error.strerror}"))
    except FormatError as error:
        return ImageSymbols(None, printable(str(error)))


def source_of(image: Image, rva: int, symbols: ImageSymbols | None) -> Place | None:
    """The source line of an address of the image; None when the PDB does not know it.

    A PDB of another image knows nothing of this one.
    """
    file = symbols.file if symbols else None
    section = image.section_at(rva)
    if file is None or section is None:
        return None
    try:
        reference = symbol_reference(image)
        if reference is None or reference.guid != file.identity.guid:
            return None
        return file.place(section.index + 1, rva - section.VirtualAddress)
    except FormatError:
        return None  # a finding of DRV622
