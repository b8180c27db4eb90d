"""The code and data of two images compared: functions as pairs, the rest section by section.

What is hard is the order. Which functions belong together decides what addresses mean, and only
when addresses mean something can the bytes be compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ntbuild.pecoff.image.image import Image
from ntbuild.support.values import dataclass

from .addresses import (
    SAME_AS,
    VAGUE,
    Chunk,
    Data,
    Numbers,
    Places,
    Row,
    chunks,
    data_of,
    data_rows,
    function_rows,
    is_data,
    table_rows,
)
from .align import Block, aligned
from .match import Pairs, match
from .pieces import Fixups, Piece, content, fixups, is_code, pieces
from .same import runs, side_of, unexplained
from .tables import Stretch, machine_of, tables, unwind_codes

AS_TABLES: Final = frozenset({".reloc", ".rsrc", ".pdata", ".edata"})
"""Sections that are compared as what they say."""

_SHOWN: Final = 8
"""Differing places of a section that are told one by one; more are counted."""
_SHOWN_FUNCTIONS: Final = 100

Row4 = tuple[str, str, str, str]
"""A difference: area, what it is about, and what each image has."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Differences, and how many addresses, paddings and unwind data are none."""

    differences: tuple[Row4, ...]
    moved: int
    padding: int
    unwind: int


@dataclass(frozen=True, slots=True)
class _Half:
    """One image, taken apart; ``data`` by section."""

    image: Image
    tables: list[Stretch]
    fixed: Fixups
    pieces: list[Piece]
    data: dict[str, Data]


def compare_contents(first: Image, second: Image) -> Contents:
    """Compare code and data. Raises FormatError for tables that cannot be read."""
    reach = min(max(i.optional_header.SizeOfImage for i in (first, second)), 1 << 31)
    halves = _half(first, reach), _half(second, reach)
    mine, its = (half.pieces for half in halves)
    pairs = match(mine, its)
    numbers = Numbers()
    rows = function_rows(mine, its, pairs, numbers)
    for half, side in zip(halves, rows, strict=True):
        side.extend(table_rows(half.tables, numbers))
    found, cut = _data(halves, numbers, rows)
    equal = ((mine[i], its[j]) for i, j in sorted(pairs.items()) if mine[i].size == its[j].size)
    found += [Chunk(a.section, a.begin, b.begin, a.size, is_code=True) for a, b in equal]
    found = [chunk for chunk in found if chunk.size]
    one = side_of(first, halves[0].fixed, Places.of(rows[0]), found, second=False)
    two = side_of(second, halves[1].fixed, Places.of(rows[1]), found, second=True)
    left = unexplained(one, two, found)
    changed = {
        found[at].first: runs(each) for at, each in left.offsets.items() if found[at].is_code
    }
    code = _functions(halves, pairs, changed)
    data = [*cut, *_places(halves, found, left.offsets)]
    unwinding = _unwinding(halves, pairs, changed)
    told = [row for row in unwinding if row is not None]
    return Contents((*code, *data, *told), left.moved, _padding(halves), len(unwinding) - len(told))


def _half(image: Image, reach: int) -> _Half:
    apart, fixed = tables(image), fixups(image)
    data = {
        section.Name: data_of(image, section, apart, fixed, reach)
        for section in image.sections
        if is_data(section, AS_TABLES)
    }
    return _Half(image, apart, fixed, pieces(image, apart, fixed, reach), data)


# ---- data --------------------------------------------------------------------------------------


def _data(
    halves: Sequence[_Half], numbers: Numbers, rows: Sequence[list[Row]]
) -> tuple[list[Chunk], list[Row4]]:
    """What of the data is compared byte by byte, and where a section is larger in one image.

    Where one image has a section that the other has merged, places in either are not told apart.
    """
    mine, its = (half.data for half in halves)
    merged = {SAME_AS.get(name, name) for name in mine.keys() ^ its.keys()}
    for data, side in zip((mine, its), rows, strict=True):
        for name, each in data.items():
            common = SAME_AS.get(name, name)
            if common in merged:
                side += [(p.begin, p.end, numbers["merged", common], 0, VAGUE) for p in each.parts]
    found: list[Chunk] = []
    cut: list[Row4] = []
    for name, one in mine.items():
        two = its.get(name)
        if two is None:
            continue
        blocks = aligned(one.blurred, two.blurred)
        found += chunks(one, two, blocks)
        cut += _cut(one, two, blocks)
        if SAME_AS.get(name, name) not in merged:
            rows[0].extend(data_rows(one, numbers["data", name], blocks, second=False))
            rows[1].extend(data_rows(two, numbers["data", name], blocks, second=True))
    return found, cut


def _cut(one: Data, two: Data, blocks: Sequence[Block]) -> Iterator[Row4]:
    """What stands between blocks: the one image has more there than the other, or less."""
    ends = Block(0, 0, 0), Block(len(one.raw), len(two.raw), 0)
    for before, behind in pairwise((ends[0], *blocks, ends[1])):
        a, b = before.first + before.size, before.second + before.size
        if (a, b) != (behind.first, behind.second):
            first = one.raw[a : behind.first].tobytes()
            second = two.raw[b : behind.second].tobytes()
            yield "data", f"{one.section.Name} +{a:#x}", _shown(first), _shown(second)


def _shown(raw: bytes) -> str:
    return f"{len(raw)} bytes{': ' if raw else ''}{raw[:8].hex(' ')}"


def _places(
    halves: Sequence[_Half], found: Sequence[Chunk], offsets: Mapping[int, Sequence[int]]
) -> Iterator[Row4]:
    """Differing places of data, by section."""
    by_section: dict[str, list[tuple[int, int, int]]] = {}
    for index, places in sorted(offsets.items(), key=lambda item: found[item[0]].first):
        chunk = found[index]
        if not chunk.is_code:
            shift = chunk.second - chunk.first
            mine = by_section.setdefault(chunk.section, [])
            mine += [(chunk.first + begin, end - begin, shift) for begin, end in runs(places)]
    for name, each in by_section.items():
        base = halves[0].data[name].section.VirtualAddress
        for rva, size, shift in each[:_SHOWN]:
            what = f"{name} +{rva - base:#x}, {size} bytes"
            yield "data", what, *_bytes(halves, rva, rva + shift, min(size, 8))
        if len(each) > _SHOWN:
            more = f"{len(each) - _SHOWN} places more"
            yield "data", f"{name} differs", more, more


def _bytes(halves: Sequence[_Half], mine: int, its: int, size: int) -> tuple[str, str]:
    """The bytes of each image at a place of its own."""
    one, two = (
        bytes(half.image.bytes_at(rva, size, "bytes")).hex(" ")
        for half, rva in zip(halves, (mine, its), strict=True)
    )
    return one, two


# ---- code --------------------------------------------------------------------------------------


def _functions(
    halves: Sequence[_Half], pairs: Pairs, changed: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[Row4]:
    """Functions that were changed, or that one image has alone, by section."""
    mine, its = (half.pieces for half in halves)
    partners = set(pairs.values())
    found: dict[str, list[Row4]] = {}
    for index, one in enumerate(mine):
        two = its[pairs[index]] if index in pairs else None
        places = changed.get(one.begin, ())
        if two is None or one.size != two.size or places:
            what = f"{one.section} function {one.name or hex(one.begin)}"
            detail = "", ""
            if two is not None and places:
                at, end = places[0]
                more = f" and {len(places) - 1} places more" * (len(places) > 1)
                texts = _bytes(halves, one.begin + at, two.begin + at, min(end - at, 8))
                detail = f", +{at:#x}: {texts[0]}{more}", f", +{at:#x}: {texts[1]}{more}"
            row = "code", what, _at(one) + detail[0], "" if two is None else _at(two) + detail[1]
            found.setdefault(one.section, []).append(row)
    for index, two in enumerate(its):
        if index not in partners:
            what = f"{two.section} function {two.name or hex(two.begin)}"
            found.setdefault(two.section, []).append(("code", what, "", _at(two)))
    for name, rows in found.items():
        yield from rows[:_SHOWN_FUNCTIONS]
        if len(rows) > _SHOWN_FUNCTIONS:
            more = f"{len(rows) - _SHOWN_FUNCTIONS} functions more"
            yield "code", f"{name} differs", more, more


def _at(piece: Piece) -> str:
    return f"at {piece.begin:#x}, {piece.size} bytes"


def _padding(halves: Sequence[_Half]) -> int:
    """In how many sections there is more padding in one image than in the other."""
    rest: list[dict[str, int]] = []
    for half in halves:
        room = {s.Name: len(content(half.image, s)) for s in half.image.sections if is_code(s)}
        for piece in half.pieces:
            room[piece.section] -= piece.size
        rest.append(room)
    return sum(rest[0][name] != rest[1][name] for name in rest[0].keys() & rest[1].keys())


def _unwinding(
    halves: Sequence[_Half], pairs: Pairs, changed: Mapping[int, object]
) -> list[Row4 | None]:
    """Functions whose unwind data differs; None for one whose code differs, too."""
    mine, its = (half.pieces for half in halves)
    codes = [_unwind_codes(half.image) for half in halves]
    found: list[Row4 | None] = []
    for index, partner in sorted(pairs.items()):
        one, two = mine[index], its[partner]
        texts = codes[0].get(one.begin, b""), codes[1].get(two.begin, b"")
        if texts[0] != texts[1]:
            same = one.size == two.size and one.begin not in changed
            what = f"{one.section} function {one.name or hex(one.begin)}"
            shown = [text[:16].hex(" ") or "none" for text in texts]
            found.append(("unwind", what, shown[0], shown[1]) if same else None)
    return found


def _unwind_codes(image: Image) -> dict[int, bytes]:
    """What each function's unwind data says without addresses."""
    machine = machine_of(image)
    table = image.runtime_functions
    return {
        begin: unwind_codes(image, machine, unwind)
        for begin, unwind in zip(table.begins, table.unwind, strict=True)
        if unwind
    }
