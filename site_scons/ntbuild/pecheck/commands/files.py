"""Files that the subcommands read: images, by their heads first, and texts.

An image is read in proportion to what its headers describe: the head is read first, and a file that
goes on for more than ``_MOST_BEHIND`` bytes after everything that the headers describe is refused
without reading it. A file whose headers cannot be read describes nothing. Appended bytes up to that
size are read, since DRV702 reports them.
"""

from typing import Final

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from ntbuild.support import inputs
from ntbuild.support.text import printable

_HEAD: Final = 1 << 20
"""Bytes that are read first: headers and section table of any image that a loader takes."""
_MOST_BEHIND: Final = 64 << 20
_LARGEST: Final = 512 << 20
"""Bytes of the largest image: ten times the largest driver; rules copy parts of an image."""


class UsageError(Exception):
    """Wrong options, or a file that cannot be used; the text is one line."""


def read_bytes(name: str) -> bytes:
    """The bytes of an image file. Raises UsageError, also for what does not begin with MZ."""
    try:
        with inputs.open_input(name) as file:
            head = file.head(_HEAD)
            if head[:2] != b"MZ":
                raise UsageError(f"{printable(name)}: offset 0x0: e_magic: not a PE image")
            if file.size > _LARGEST:
                raise UsageError(f"{printable(name)}: has more than {_LARGEST} bytes")
            if file.size > (end := _described(head)) + _MOST_BEHIND:
                message = f"has {file.size} bytes, its headers describe {end}"
                raise UsageError(f"{printable(name)}: {message}")
            return head if file.size <= len(head) else file.read(_LARGEST)
    except inputs.InputError as failure:
        raise UsageError(f"{printable(name)}: {printable(str(failure.strerror))}") from failure


def _described(head: bytes) -> int:
    """Where the last thing ends that the headers of an image describe, as a file offset."""
    image = Image(head)
    try:
        file_header = image.file_header
        ends = [s.PointerToRawData + s.SizeOfRawData for s in image.sections]
        security = image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    except FormatError:
        return 0
    ends.append(security.VirtualAddress + security.Size)
    ends.append(file_header.PointerToSymbolTable + 18 * file_header.NumberOfSymbols)
    return max(ends)


def read_text(name: str, limit: int = inputs.TEXT_LIMIT) -> str:
    """The text of a file of at most ``limit`` bytes, with LF line ends. Raises UsageError."""
    try:
        return inputs.read_text(name, limit).replace("\r\n", "\n")
    except inputs.InputError as failure:
        raise UsageError(f"{printable(name)}: {printable(str(failure.strerror))}") from failure
