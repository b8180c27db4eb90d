"""Where the bytes of an image are: by section and, with the linker's map, by object and symbol.

The hard part is that a map gives addresses and no sizes. A symbol reaches to the next one in its
section, so what is before a section's first symbol, and what an object without public symbols
brings, counts for nobody: it is shown as unnamed, and every byte is counted once. Where the
exception table knows a function's end, that is taken.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.pecoff.image import FormatError, Image
from ntbuild.values import dataclass, field

_SYMBOL: Final = re.compile(
    r"^ ([0-9a-fA-F]{4}):([0-9a-fA-F]{8})\s+(\S.*?)\s+[0-9a-fA-F]{8,16}\s+(?:[fi] ){0,2}\s*(\S.*)$"
)
UNNAMED: Final = "(unnamed)"


@dataclass(slots=True)
class Block:
    """Bytes under a name, and what they are made of; ``below`` adds up to at most ``size``."""

    name: str
    size: int = 0
    below: dict[str, "Block"] = field(default_factory=dict)

    def add(self, path: Sequence[str], size: int) -> None:
        """Count bytes under a path of names."""
        self.size += size
        if path:
            self.below.setdefault(path[0], Block(path[0])).add(path[1:], size)

    def largest(self) -> list["Block"]:
        """What it is made of, largest first."""
        return sorted(self.below.values(), key=lambda block: (-block.size, block.name))


@dataclass(frozen=True, slots=True)
class MapSymbol:
    """A line of a map: section number from 1, offset in it, name, and the object it is from."""

    section: int
    offset: int
    name: str
    object: str


def read_map(text: str) -> tuple[MapSymbol, ...]:
    """The symbols of a map by pelink, link.exe or lld-link, in address order.

    Of several names for one address the first counts. Absolute symbols are left out.
    """
    found: dict[tuple[int, int], MapSymbol] = {}
    for line in text.splitlines():
        match = _SYMBOL.match(line)
        if match is not None:
            section, offset, name, owner = match.groups()
            place = int(section, 16), int(offset, 16)
            if place[0]:
                found.setdefault(place, MapSymbol(*place, name, owner.strip()))
    return tuple(found[place] for place in sorted(found))


def sizes(image: Image, symbols: Sequence[MapSymbol] = ()) -> Block:
    """The image as blocks: sections in memory, and below them objects and symbols.

    Raises FormatError when headers or section table cannot be read.
    """
    root = Block(image.name)
    functions = _functions(image) if symbols else {}
    by_section: dict[int, list[MapSymbol]] = {}
    for symbol in symbols:
        by_section.setdefault(symbol.section, []).append(symbol)
    for section in image.sections:
        name = section.Name or f"#{section.index + 1}"
        here = by_section.get(section.index + 1, [])
        ends = {
            begin - section.VirtualAddress: end - section.VirtualAddress
            for begin, end in functions.items()
        }
        for path, size in _pieces(here, section.extent, ends, image.pointer_size):
            root.add([name, *path], size)
        if not here:
            root.add([name], section.extent)
    return root


def _functions(image: Image) -> dict[int, int]:
    """Begin and end of each function that the exception table knows."""
    try:
        table = image.runtime_functions
    except FormatError:
        return {}
    return {begin: end for begin, end in zip(table.begins, table.ends, strict=True) if end > begin}


def _pieces(
    symbols: Sequence[MapSymbol], end: int, functions: Mapping[int, int], slot: int
) -> Iterator[tuple[list[str], int]]:
    """Object and symbol of each stretch of a section that has symbols.

    A function ends where the exception table says, an import slot after its pointer.
    """
    inside = [symbol for symbol in symbols if symbol.offset < end]
    if inside and inside[0].offset:
        yield [UNNAMED], inside[0].offset
    for index, symbol in enumerate(inside):
        stop = inside[index + 1].offset if index + 1 < len(inside) else end
        known = functions.get(symbol.offset, stop)
        if symbol.name.startswith(("__imp_", "_imp__")):
            known = symbol.offset + slot
        yield [symbol.object, symbol.name], min(known, stop) - symbol.offset
        if known < stop:
            yield [UNNAMED], stop - known


def by_object(root: Block) -> Mapping[str, int]:
    """Bytes of each object over all sections, largest first."""
    total: dict[str, int] = {}
    for section in root.below.values():
        for block in section.below.values():
            total[block.name] = total.get(block.name, 0) + block.size
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def by_symbol(root: Block) -> list[tuple[str, str, str, int]]:
    """Section, object, symbol and bytes of each symbol, largest first."""
    rows = [
        (section.name, owner.name, symbol.name, symbol.size)
        for section in root.below.values()
        for owner in section.below.values()
        for symbol in owner.below.values()
    ]
    return sorted(rows, key=lambda row: (-row[3], row))
