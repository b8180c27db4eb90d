"""Where the bytes of an image are: by section and, with the linker's map, by object and symbol.

Every byte is counted once. The map of link.exe gives addresses without sizes: a symbol reaches to
the next one in its section, or to its end by the exception table or the size of an import slot.
Maps with contributions give the bytes of each object, and a symbol reaches no further than its
object. Bytes that belong to no symbol are ``(unnamed)``.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeVar

from ntbuild.pecoff.image.image import FormatError, Image, SectionHeader
from ntbuild.support.values import dataclass, field

from .maps import Contribution, LinkMap, Name

UNNAMED: Final = "(unnamed)"
_NO_OBJECT: Final = "(object unknown)"


@dataclass(slots=True)
class SizeNode:
    """Bytes under a name, and their parts; the sizes in ``below`` add up to at most ``size``."""

    name: str
    size: int = 0
    below: dict[str, "SizeNode"] = field(default_factory=dict)

    def add(self, path: Sequence[str], size: int) -> None:
        """Count bytes under a path of names."""
        self.size += size
        if path:
            self.below.setdefault(path[0], SizeNode(path[0])).add(path[1:], size)

    def largest(self) -> list["SizeNode"]:
        """The parts, largest first."""
        return sorted(self.below.values(), key=lambda block: (-block.size, block.name))


def sizes(image: Image, link_map: LinkMap | None = None) -> SizeNode:
    """The image as blocks: sections in memory, and below them objects and symbols.

    Raises FormatError when headers or section table cannot be read.
    """
    root = SizeNode(image.name)
    ends = _functions(image) if link_map is not None else {}
    for section in image.sections:
        name = section.Name or f"#{section.index + 1}"
        pieces = (
            [] if link_map is None else list(_pieces(section, link_map, ends, image.pointer_size))
        )
        for path, size in pieces:
            root.add([name, *path], size)
        if not pieces:
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
    section: SectionHeader, link_map: LinkMap, ends: Mapping[int, int], slot: int
) -> Iterator[tuple[list[str], int]]:
    """Path of names and size of each range of a section; empty where the map has nothing."""
    names = _within(link_map.names, section)
    owners = _within(link_map.contributions, section)
    if not names and not owners:
        return
    at = section.VirtualAddress
    for owner in _apart(owners or [Contribution(at, section.extent, "")], section.end):
        if owner.rva > at:
            yield [UNNAMED], owner.rva - at
        inside = _between(names, owner.rva, owner.rva + owner.size)
        yield from _symbols(owner, inside, ends, slot)
        at = owner.rva + owner.size
    if at < section.end:
        yield [UNNAMED], section.end - at


def _apart(owners: Sequence[Contribution], end: int) -> Iterator[Contribution]:
    """Contributions cut where the next one begins, or the section ends."""
    for index, owner in enumerate(owners):
        stop = owners[index + 1].rva if index + 1 < len(owners) else end
        yield Contribution(owner.rva, min(owner.size, stop - owner.rva), owner.object)


def _symbols(
    owner: Contribution, names: Sequence[Name], ends: Mapping[int, int], slot: int
) -> Iterator[tuple[list[str], int]]:
    """The symbols in an object's bytes, or in a section whose objects are only known by symbols."""
    at, stop = owner.rva, owner.rva + owner.size
    own = [owner.object] if owner.object else []
    for index, name in enumerate(names):
        if name.rva > at:
            yield [*own, UNNAMED], name.rva - at
        at = names[index + 1].rva if index + 1 < len(names) else stop
        end = name.rva + slot if name.name.startswith(_SLOTS) else ends.get(name.rva, at)
        yield [*(own or [name.object or _NO_OBJECT]), name.name], min(end, at) - name.rva
        if end < at:
            yield [*own, UNNAMED], at - end
    if at < stop:
        yield [*own, UNNAMED], stop - at


_SLOTS: Final = ("__imp_", "_imp__")
_Entry = TypeVar("_Entry", Name, Contribution)


def _within(entries: Sequence[_Entry], section: SectionHeader) -> Sequence[_Entry]:
    return _between(entries, section.VirtualAddress, section.end)


def _between(entries: Sequence[_Entry], low: int, high: int) -> Sequence[_Entry]:
    begin, end = (bisect_left(entries, rva, key=lambda entry: entry.rva) for rva in (low, high))
    return entries[begin:end]


def by_object(root: SizeNode) -> Mapping[str, int]:
    """Bytes of each object over all sections, largest first."""
    total: dict[str, int] = {}
    for section in root.below.values():
        for block in section.below.values():
            total[block.name] = total.get(block.name, 0) + block.size
    return dict(sorted(total.items(), key=lambda item: (-item[1], item[0])))


def by_symbol(root: SizeNode) -> list[tuple[str, str, str, int]]:
    """Section, object, symbol and bytes of each symbol, largest first."""
    rows = [
        (section.name, owner.name, symbol.name, symbol.size)
        for section in root.below.values()
        for owner in section.below.values()
        for symbol in owner.below.values()
    ]
    return sorted(rows, key=lambda row: (-row[3], row))
