"""What addresses lead to, in terms that two images share: an import, a function, an offset in data.

Every range of an image has an identity, a number that is the same in both images for the same
thing. An address becomes that number and the distance into the range; for data that is the distance
in the first image. Addresses in what only one image has cannot be distinguished (``VAGUE``): they
count as equal only where an instruction or the loader, not just any word, leads there.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final, Self

import numpy as np

from ntbuild.pecheck.rules.sections import is_debug
from ntbuild.pecoff.image.image import Image, SectionHeader
from ntbuild.support.values import dataclass

from .align import MatchingBlock
from .match import Pairs
from .pieces import (
    Bytes,
    Fixups,
    Integers,
    Piece,
    blank,
    content,
    is_code,
    maybe_distances,
    unaligned,
)
from .tables import Stretch

EXACT, CHANGED, VAGUE = 0, 1, 2
"""Kinds of ranges: addresses are exact; in a changed function; not distinguished."""

_SMALLEST: Final = 0x1000
"""Words of data below this are no addresses: no section begins there."""

SAME_AS: Final = {
    ".bss": ".data",
    ".xdata": ".rdata",
    ".idata": ".rdata",
    ".edata": ".rdata",
    ".buildid": ".rdata",
}
"""Sections that one linker keeps and another merges into the section given."""

Row = tuple[int, int, int, int, int]
"""Begin and end of a range (RVAs), identity, distance into the thing, and kind."""


@dataclass(frozen=True, slots=True, eq=False)
class AddressMap:
    """The ranges of one image, sorted by RVA, as columns; a row of them is a ``Row``."""

    begin: Integers
    end: Integers
    number: Integers
    start: Integers
    kind: Integers

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Self:
        """Rows in any order as a map; of two that overlap the first ends where the next begins."""
        table = np.array(sorted(rows), np.int64).reshape(-1, 5)
        begin, end, number, start, kind = table.T
        if len(end) > 1:
            end[:-1] = np.minimum(end[:-1], begin[1:])
        return cls(begin, end, number, start, kind)

    def find(self, rva: Integers) -> tuple[Integers, Integers, Integers]:
        """Identity (-1: no range), distance into it, and kind, for each RVA."""
        if not len(self.begin):
            nowhere = np.full(len(rva), -1)
            return nowhere, nowhere, nowhere
        # One row is an RVA that is looked up: the last range that begins at or before it.
        index = np.maximum(np.searchsorted(self.begin, rva, "right") - 1, 0)
        inside = (rva >= self.begin[index]) & (rva < self.end[index])
        exact = self.kind[index] == EXACT
        into = self.start[index] + np.where(exact, rva - self.begin[index], 0)
        return np.where(inside, self.number[index], -1), into, self.kind[index]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes of both images that belong together: section, RVAs in both images, size in bytes."""

    section: str
    first: int
    second: int
    size: int
    is_code: bool


class Identities(dict[object, int]):
    """A number for each key, the same one each time it is looked up."""

    def __missing__(self, key: object) -> int:
        """The next number."""
        self[key] = len(self)
        return self[key]


# ---- code --------------------------------------------------------------------------------------


def function_rows(
    first: Sequence[Piece], second: Sequence[Piece], pairs: Pairs, identities: Identities
) -> tuple[list[Row], list[Row]]:
    """Rows of the functions of both images; each reaches to the next, its first byte is exact."""
    rows: tuple[list[Row], list[Row]] = ([], [])
    changed = {i: first[i].size != second[j].size for i, j in pairs.items()}
    partners = {j: i for i, j in pairs.items()}
    for side, pieces in enumerate((first, second)):
        for index, piece in enumerate(pieces):
            pair = index if side == 0 else partners.get(index, -1)
            paired = pair in pairs and pair >= 0
            number = identities["function", pair if paired else (side, index)]
            following = pieces[index + 1] if index + 1 < len(pieces) else None
            near = following is not None and following.section == piece.section
            end = following.begin if following is not None and near else piece.end + 16
            if paired and changed[pair]:
                rows[side].append((piece.begin, piece.begin + 1, number, 0, EXACT))
                rows[side].append((piece.begin + 1, end, number, 1, CHANGED))
            else:
                rows[side].append((piece.begin, end, number, 0, EXACT))
    return rows


def table_rows(tables: Iterable[Stretch], identities: Identities) -> list[Row]:
    """Rows of tables that are compared by content, and of import slots."""
    return [
        (each.begin, each.end, identities["table", each.what], 0, VAGUE if each.loose else EXACT)
        for each in tables
    ]


# ---- data --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a data section without tables (RVAs), and its offset among all such ranges."""

    begin: int
    end: int
    into: int


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """A data section without its tables.

    ``raw`` has the bytes of the parts one after another, ``blurred`` the same without what may be
    an address; ``room`` is the size of all parts in memory.
    """

    section: SectionHeader
    parts: tuple[Part, ...]
    raw: Bytes
    blurred: Bytes
    room: int


def is_data(section: SectionHeader, as_tables: frozenset[str]) -> bool:
    """Whether a section's bytes are compared as data."""
    return not (is_code(section) or is_debug(section) or section.Name in as_tables)


def data_of(
    image: Image,
    section: SectionHeader,
    tables: Sequence[Stretch],
    fixed: Fixups,
    reach: int,
) -> Data:
    """The data of a section; ``reach`` is the largest distance of an address, in bytes."""
    low, raw = section.VirtualAddress, content(image, section)
    blurred = raw.copy()
    blank(blurred, fixed.rva - low, fixed.width)
    words = maybe_distances(raw, reach)
    words = words[(words + low) % 4 == 0]
    words = words[np.abs(unaligned(raw, words)) >= _SMALLEST]
    blank(blurred, words, np.full(len(words), 4))
    parts: list[Part] = []
    into, place = 0, low
    for begin, end in [*((t.begin, t.end) for t in tables), (section.end, section.end)]:
        stop = min(begin, section.end)
        if stop > place:
            parts.append(Part(place, stop, into))
            into += stop - place
        place = max(place, end)
    keep = [slice(part.begin - low, part.end - low) for part in parts]
    empty = np.zeros(0, np.uint8)
    return Data(
        section,
        tuple(parts),
        np.concatenate([empty, *(raw[each] for each in keep)]),
        np.concatenate([empty, *(blurred[each] for each in keep)]),
        into,
    )


def data_rows(
    data: Data, number: int, blocks: Sequence[MatchingBlock], *, second: bool
) -> list[Row]:
    """Rows of a data section: at the offset of the first image, or not distinguished."""
    size = len(data.raw)
    spans = [(b.second if second else b.first, b.size, b.first, EXACT) for b in blocks]
    spans += [(begin, end - begin, -1, VAGUE) for begin, end in _between(spans, size)]
    spans.append((size, max(data.room - size, 0), _BEHIND, EXACT))
    rows = []
    for part in data.parts:
        length = part.end - part.begin
        for low, room, start, kind in spans:
            begin, end = max(part.into, low), min(part.into + length, low + room)
            if begin < end:
                rva = part.begin + begin - part.into
                into = start + begin - low if kind == EXACT else start
                rows.append((rva, rva + end - begin, number, into, kind))
    return rows


_BEHIND: Final = 1 << 40
"""Offset of what has no bytes in the file: after all offsets that have some."""


def _between(spans: Sequence[tuple[int, int, int, int]], size: int) -> Iterator[tuple[int, int]]:
    """The ranges in no span."""
    at = 0
    for begin, room, _, _ in spans:
        if begin > at:
            yield at, begin
        at = begin + room
    if size > at:
        yield at, size


def chunks(first: Data, second: Data, blocks: Sequence[MatchingBlock]) -> list[Chunk]:
    """The chunks of two sections to compare byte by byte, cut where either has a table."""
    found = []
    for block in blocks:
        low, high, shift = block.first, block.first + block.size, block.second - block.first
        cuts = {low, high}
        cuts |= {part.into for part in first.parts if low < part.into < high}
        cuts |= {part.into - shift for part in second.parts if low < part.into - shift < high}
        for begin, end in pairwise(sorted(cuts)):
            a, b = _rva(first, begin), _rva(second, begin + shift)
            found.append(Chunk(first.section.Name, a, b, end - begin, is_code=False))
    return found


def _rva(data: Data, into: int) -> int:
    part = data.parts[bisect_right(data.parts, into, key=attrgetter("into")) - 1]
    return part.begin + into - part.into
