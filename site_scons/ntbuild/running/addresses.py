"""Addresses in an image as engines report them: ``hello.sys .text+0x12``, by the file's headers."""

from pathlib import Path

from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.view import ImageView
from ntbuild.support.text import printable


def place_in(path: Path, rva: int) -> str | None:
    """The section and the offset in it; None for an address of no section."""
    try:
        section = ImageView(path.read_bytes(), path.name).section_at(rva) if rva >= 0 else None
    except (OSError, FormatError):
        return None
    if section is None:
        return None
    return f"{printable(path.name)} {printable(section.Name)}+{rva - section.VirtualAddress:#x}"
