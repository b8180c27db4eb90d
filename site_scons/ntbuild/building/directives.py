"""Libraries that objects ask for: ``/defaultlib`` in their directives.

A compiler makes one of ``#pragma comment(lib, "fltmgr.lib")``, in section ``.drectve``. A build
tool reads it before a link to know what the link depends on, also when there is nothing to do. So
this reads a few hundred bytes of an object and imports little. What is no object or archive, or a
damaged one, asks for nothing here; the linker says what is wrong with it.

Source: Microsoft "PE Format", COFF file header, section table, archive member headers.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from ntbuild.pelink.spelling.words import split_words

_ARCHIVE: Final = b"!<arch>\n"
_BIGOBJ: Final = b"\0\0\xff\xff"
_NAME: Final = b".drectve"
_MOST: Final = 1 << 20
"""Bytes of a section that are looked at, and sections of an object."""


def default_libraries(path: str | Path) -> tuple[str, ...]:
    """The names in ``/defaultlib`` of an object or of an archive's members, in their order."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - one for each object, in every build
            head = file.read(60)
            if head[:8] == _ARCHIVE:
                texts = list(_of_archive(head + file.read()))
            else:
                texts = list(_of_object(file, head, 0))
    except (OSError, struct.error):
        return ()
    found: dict[str, None] = {}
    for text in texts:
        found |= dict.fromkeys(_named(text))
    return tuple(found)


def _named(directives: bytes) -> Iterator[str]:
    text = directives.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    for word in split_words(text.rstrip("\0")):
        option, _, value = word.lstrip("-/").partition(":")
        if option.lower() == "defaultlib" and value and word[:1] in ("-", "/"):
            yield value


def _of_object(file: BinaryIO, head: bytes, start: int) -> Iterator[bytes]:
    """The content of directive sections of the object at offset ``start``."""
    if head[:4] == _BIGOBJ:
        if int.from_bytes(head[4:6], "little") < 2:  # an import object, or one of /GL
            return
        (count,) = struct.unpack_from("<I", head, 44)
        table = 56
    else:
        count, optional = struct.unpack_from("<2xH12xH", head)
        table = 20 + optional
    file.seek(start + table)
    sections = file.read(40 * min(count, _MOST))
    at = sections.find(_NAME)
    while at >= 0:
        if at % 40 == 0:
            size, position = struct.unpack_from("<II", sections, at + 16)
            file.seek(start + position)
            yield file.read(min(size, _MOST))
        at = sections.find(_NAME, at + 1)


def _of_archive(content: bytes) -> Iterator[bytes]:
    """The same of every member of an archive."""
    if _NAME not in content:
        return
    import io  # noqa: PLC0415 - few archives have directives

    file = io.BytesIO(content)
    at = len(_ARCHIVE)
    while at + 60 <= len(content):
        digits = content[at + 48 : at + 58].strip()
        if not digits.isdigit():
            return
        start = at + 60
        yield from _of_object(file, content[start : start + 60], start)
        at = start + int(digits) + (int(digits) & 1)
