"""The text of INF files: UTF-16 with a mark, UTF-8 with or without one, else code page 1252.

A file is written in the encoding that it was read in. Source: "General Syntax Rules for INF Files"
(Windows documentation), which asks for UTF-16 or the system's code page; UTF-8 is what people have.
"""

import codecs
from typing import Final

from ntbuild.packaging.errors import PackageError

_MARKS: Final = (
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
)
SIZE_LIMIT: Final = 16 << 20


def decode(content: bytes, name: str) -> tuple[str, str, bytes]:
    """Text, encoding and mark of an INF's bytes. Raises PackageError."""
    if len(content) > SIZE_LIMIT:
        raise PackageError(f"{name}: {len(content)} bytes; an INF has {SIZE_LIMIT} at most")
    mark, encoding = next(((m, e) for m, e in _MARKS if content.startswith(m)), (b"", "utf-8"))
    raw = content[len(mark) :]
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if mark:
            at = error.start + len(mark)
            raise PackageError(f"{name}: offset {at:#x}: not {encoding.upper()} text") from error
        encoding = "cp1252"
        text = raw.decode("cp1252", "replace")
    if "\0" in text:
        at = text.index("\0")
        raise PackageError(f"{name}:{1 + text.count(chr(10), 0, at)}: a NUL is no text")
    return text, encoding, mark


def encode(text: str, encoding: str, mark: bytes) -> bytes:
    """The bytes of a text in the encoding that `decode` found."""
    return mark + text.encode(encoding, "replace")
