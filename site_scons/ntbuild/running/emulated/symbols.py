"""Names for addresses in messages, from the linker's map next to an image.

A map of pelink, link.exe or lld-link has the section "Publics by Value": rows of section and
offset, name, address. Static functions follow under "Static symbols".
"""

import re
from bisect import bisect_right
from pathlib import Path
from typing import Final

from ntbuild.support.text import printable

_ROW: Final = re.compile(r"^ [0-9a-fA-F]{4}:[0-9a-fA-F]{8,16}\s+(\S+)\s+([0-9a-fA-F]{8,16})\b")
_LOAD: Final = re.compile(r"load address is ([0-9a-fA-F]+)")
_LARGEST: Final = 64 << 20


class Symbols:
    """The names of one image, by address; none when there is no map."""

    def __init__(self, image: str = "", path: str = "") -> None:
        self._image = image
        self._path = path
        self._rows: list[tuple[int, str]] | None = None

    def suffix(self, image: str, rva: int) -> str:
        """`` (Name+0x12)`` for an address in the image; empty when no name is known."""
        if image != self._image:
            return ""
        if self._rows is None:
            self._rows = _read(self._path)
        at = bisect_right(self._rows, (rva, "\x7f")) - 1
        if at < 0:
            return ""
        start, name = self._rows[at]
        return f" ({printable(name)}+{rva - start:#x})"


def _read(path: str) -> list[tuple[int, str]]:
    """Address and name of each row; empty for a file that cannot be read."""
    try:
        file = Path(path)
        if not path or file.stat().st_size > _LARGEST:
            return []
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    load = _LOAD.search(text)
    base = int(load[1], 16) if load else 0
    found = (_ROW.match(line) for line in text.splitlines())
    return sorted((int(row[2], 16) - base, row[1]) for row in found if row)
