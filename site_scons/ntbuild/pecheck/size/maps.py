"""Linker maps in one form: which object brought which bytes, and which names lie where.

Three forms are read: the map of link.exe, lld-link ``/map`` and pelink (names by section and
offset, no sizes); that of ``/lldmap`` (contributions with sizes, by RVA); and GNU ld's (the same by
address, with lines wrapped after long names). None has a published grammar: a map is recognized by
its headings, and lines of another form are skipped.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from ntbuild.pecoff.image.image import Image
from ntbuild.support.values import dataclass


class MapError(ValueError):
    """A map that cannot be used; the text is one line without the file's name."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """Bytes of an object: RVA, size in bytes, and the object's name."""

    rva: int
    size: int
    object: str


@dataclass(frozen=True, slots=True)
class Name:
    """A symbol: RVA, name, and the object that defines it (empty when the map does not say)."""

    rva: int
    name: str
    object: str = ""


@dataclass(frozen=True, slots=True)
class LinkMap:
    """A map, sorted by address; of several names for one address the first is kept."""

    contributions: tuple[Contribution, ...]
    names: tuple[Name, ...]


_Entries = Iterator[Contribution | Name]


def read_map(text: str, image: Image) -> LinkMap:
    """The map of an image. Raises MapError for no map, and for one that is of another image."""
    read = next((reader for heading, reader in _READERS.items() if heading in text), None)
    if read is None:
        elf = "VMA" in text[:100] and "LMA" in text[:100]
        what = "the map of an ELF file" if elf else "not the map of a known linker"
        raise MapError(
            f"{what}; known are link.exe's, lld-link's, /lldmap's, GNU ld's and pelink's"
        )
    contributions: dict[int, Contribution] = {}
    names: dict[int, Name] = {}
    for entry in read(text, image):
        if image.section_at(entry.rva) is None:
            continue
        if isinstance(entry, Name):
            names.setdefault(entry.rva, entry)
        elif entry.size:
            contributions.setdefault(entry.rva, entry)
    if not contributions and not names:
        raise MapError(
            "no address of the map is in a section of the image: it is the map of another image"
        )
    return LinkMap(
        tuple(contributions[rva] for rva in sorted(contributions)),
        tuple(names[rva] for rva in sorted(names)),
    )


_PUBLIC: Final = re.compile(
    r"^ ([0-9a-fA-F]{4}):([0-9a-fA-F]{8})\s+(\S.*?)\s+[0-9a-fA-F]{8,16}\s+(?:[fi] ){0,2}\s*(\S.*)$"
)


def _by_link(text: str, image: Image) -> _Entries:
    """The lines of ``Publics by Value`` and of static symbols; absolute ones are left out."""
    starts = [section.VirtualAddress for section in image.sections]
    for line in text.splitlines():
        match = _PUBLIC.match(line)
        if match is not None:
            section, offset, name, owner = match.groups()
            if 0 < int(section, 16) <= len(starts):
                yield Name(starts[int(section, 16) - 1] + int(offset, 16), name, owner.strip())


_LLD_LINE: Final = re.compile(r"^([0-9a-f]{8}) ([0-9a-f]{8}) +\d+ {9}(?: {8}(\S.*)|(\S.*):\(.*\))$")


def _by_lldmap(text: str, _image: Image) -> _Entries:
    """Contributions are indented by one column, names by two."""
    for line in text.splitlines():
        match = _LLD_LINE.match(line)
        if match is not None:
            rva, size, name, owner = match.groups()
            if name is None:
                yield Contribution(int(rva, 16), int(size, 16), owner)
            else:
                yield Name(int(rva, 16), name)


_GNU_START: Final = "Linker script and memory map"
_GNU_LINE: Final = re.compile(r"^ (?:\S+)? +0x([0-9a-f]+) +0x([0-9a-f]+) (\S.*)$")
_GNU_NAME: Final = re.compile(r"^ {16}0x([0-9a-f]+) +(\S+)$")
_GNU_DATA: Final = re.compile(r"(?:BYTE|SHORT|LONG|QUAD|SQUAD) 0x")
_SCRIPT: Final = "(linker script)"


def _by_gnu(text: str, image: Image) -> _Entries:
    """Contributions and names after the heading; before it are discarded sections."""
    base = image.optional_header.ImageBase
    for line in text.partition(_GNU_START)[2].splitlines():
        if match := _GNU_NAME.match(line):
            if not match[2].startswith("0x"):
                yield Name(int(match[1], 16) - base, match[2])
        elif match := _GNU_LINE.match(line):
            owner = _SCRIPT if _GNU_DATA.match(match[3]) else match[3]
            yield Contribution(int(match[1], 16) - base, int(match[2], 16), owner)


_READERS: Final[dict[str, Callable[[str, Image], _Entries]]] = {
    _GNU_START: _by_gnu,
    "Address  Size     Align Out     In      Symbol": _by_lldmap,
    "Publics by Value": _by_link,
}
