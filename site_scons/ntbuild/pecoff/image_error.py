"""The one exception of the image reader, and how bytes of a file become safe text.

What is hard: names come from hostile files and end up on terminals, so nothing but printable
ASCII passes through unchanged.
"""


class ImageError(Exception):
    """A part of an image that cannot be read: file, offset (None when unknown), field, message."""

    def __init__(self, file: str, offset: int | None, field: str, message: str) -> None:
        super().__init__(file, offset, field, message)
        self.file = file
        self.offset = offset
        self.field = field
        self.message = message

    def __str__(self) -> str:
        place = "" if self.offset is None else f" offset {self.offset:#x}:"
        return f"{self.file}:{place} {self.field}: {self.message}"


def text(raw: bytes) -> str:
    """Bytes as printable ASCII; every other byte, and the backslash, as an escape."""
    return "".join(chr(b) if 0x20 <= b < 0x7F and b != 0x5C else f"\\x{b:02x}" for b in raw)
