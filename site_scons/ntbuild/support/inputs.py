"""Input files: opened, looked at by their first bytes, and read up to a limit.

Every file that a user names is read through this module, so that all commands refuse the same
things in the same words: what is no regular file (to read a FIFO or a terminal would wait for
ever, and a device may have no end), what is too large, and names that no system can have.

    data = read_input("driver.def", limit=TEXT_LIMIT)       # the whole file
    text = read_text("driver.rsp")                           # the same, decoded

    with open_input("driver.sys") as file:                   # head before body:
        if file.head(2) != b"MZ":                            # 2 bytes are read, not 5 GiB
            ...
        data = file.read(limit=size_that_the_headers_give)

`InputError` is an `OSError`: ``str(error)`` is a whole message (``could not open 'x': No such file
or directory``), ``error.strerror`` the reason alone, and ``error.filename`` the path.

Limits: a file that changes while it is read gives what was there when each part was read. Files
below ``/proc`` say that they are empty and are read as such.
"""

import os
from stat import S_ISDIR, S_ISREG
from types import TracebackType
from typing import Final, Self

from .text import printable

TEXT_LIMIT: Final = 64 << 20
"""Bytes of the largest text (response file, .def file, script, list) that is read: 64 MiB."""

LIMIT: Final = (1 << 32) - 1
"""Bytes of the largest file that is read: offsets in objects, archives and images have 32 bits."""

# Without O_NONBLOCK, opening a FIFO waits until a process opens it for writing.
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)

_MOST_AT_ONCE: Final = 1 << 30
"""Bytes that are read with one call: Linux gives less than 2 GiB, macOS refuses to."""


class InputError(OSError):
    """A file that cannot be read; ``str`` of it is one line, safe to print."""

    def __str__(self) -> str:
        return f"could not open '{printable(str(self.filename))}': {self.strerror}"


class InputTextError(InputError):
    """A file that was read and is no text; ``strerror`` names the offset."""

    def __str__(self) -> str:
        return f"{printable(str(self.filename))}: {self.strerror}"


class OpenInput:
    """A regular file that is open; use it in a ``with`` statement, which closes it.

    ``size`` is in bytes, ``path`` as given.
    """

    __slots__ = ("_file", "path", "size")

    def __init__(self, path: str, file: int, size: int) -> None:
        self.path, self._file, self.size = path, file, size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def head(self, count: int) -> bytes:
        """The first ``count`` bytes, less where the file has less. Raises InputError."""
        return self.part(0, count)

    def part(self, offset: int, count: int) -> bytes:
        """``count`` bytes from ``offset`` on, less where the file ends. Raises InputError."""
        pieces: list[bytes] = []
        try:
            os.lseek(self._file, offset, os.SEEK_SET)
            while count > 0 and (piece := os.read(self._file, min(count, _MOST_AT_ONCE))):
                pieces.append(piece)
                count -= len(piece)
        except OSError as error:
            raise _fault(self.path, error) from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read(self, limit: int = LIMIT) -> bytes:
        """All bytes. Raises InputError, also when there are more than ``limit``."""
        if self.size > limit:
            raise InputError(0, f"has more than {limit} bytes", self.path)
        return self.part(0, self.size)


def open_input(path: str | os.PathLike[str]) -> OpenInput:
    """Open a regular file. Raises InputError."""
    name = os.fspath(path)
    try:
        # Looked at before it is opened: opening alone makes some devices act (a tape rewinds).
        _check(name, os.stat(name).st_mode)  # noqa: PTH116 - paths are texts here
        file = os.open(name, _FLAGS)
    except (OSError, ValueError) as error:
        raise _fault(name, error) from None
    try:
        found = os.fstat(file)
        _check(name, found.st_mode)
    except BaseException:
        os.close(file)
        raise
    return OpenInput(name, file, found.st_size)


def why_not_readable(path: str | os.PathLike[str]) -> str:
    """Why a file that was looked for in vain cannot be opened, in the words of InputError."""
    try:
        with open_input(path):
            return "No such file or directory"  # it has come since
    except InputError as error:
        return str(error.strerror)


def read_input(path: str | os.PathLike[str], limit: int = LIMIT) -> bytes:
    """The bytes of a regular file of at most ``limit`` bytes. Raises InputError."""
    with open_input(path) as file:
        return file.read(limit)


def read_text(path: str | os.PathLike[str], limit: int = TEXT_LIMIT) -> str:
    """The text of a file: UTF-8 with or without a mark, or UTF-16 with its mark. Line ends stay.

    Raises InputError; InputTextError where the bytes are no such text.
    """
    data = read_input(path, limit)
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        reason = f"offset {error.start:#x}: not UTF-8 or UTF-16 text"
        raise InputTextError(0, reason, os.fspath(path)) from None


def _check(path: str, mode: int) -> None:
    if S_ISDIR(mode):
        raise InputError(21, "is a directory", path)
    if not S_ISREG(mode):
        raise InputError(0, "not a regular file", path)


def _fault(path: str, error: OSError | ValueError) -> InputError:
    """The error with the path as it was given; a name with a NUL is a ValueError to Python."""
    if isinstance(error, InputError):
        return error
    if isinstance(error, OSError):
        return InputError(error.errno or 0, error.strerror or str(error), path)
    return InputError(0, "the name has a character that no file name can have", path)
