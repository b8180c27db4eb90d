"""The code and data of two images compared: functions as pairs, the rest section by section.

The order of the steps matters: pairs of functions decide what addresses mean, and only then can
bytes with addresses in them be compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from ntbuild.pecoff.image.image import Image
from ntbuild.support.values import dataclass

from .addresses import (
    SAME_AS,
    VAGUE,
    AddressMap,
    Chunk,
    Data,
    Identities,
    Row,
    chunks,
    data_of,
    data_rows,
    function_rows,
    is_data,
    table_rows,
)
from .align import MatchingBlock, aligned
from .match import Pairs, match
from .pieces import Fixups, Piece, content, fixups, is_code, pieces
from .same import runs, side_of, unexplained
from .tables import Stretch, machine_of, tables, unwind_codes

AS_TABLES: Final = frozenset({".reloc", ".rsrc", ".pdata", ".edata"})
"""Sections that are compared by content, as tables."""

_SHOWN: Final = 8
"""Differing ranges of a section that are listed; more are counted."""
_SHOWN_FUNCTIONS: Final = 100

Row4 = tuple[str, str, str, str]
"""A difference: area, subject, and what each image has."""


@dataclass(frozen=True, slots=True)
class ContentComparison:
    """Differences, and how many addresses, paddings and unwind data were ignored."""

    differences: tuple[Row4, ...]
    moved: int
    padding: int
    unwind: int


@dataclass(frozen=True, slots=True)
class _Half:
    """One image in parts; ``data`` is by section name."""

    image: Image
    tables: list[Stretch]
    fixed: Fixups
    pieces: list[Piece]
    data: dict[str, Data]


def compare_contents(first: Image, second: Image) -> ContentComparison:
    """Compare code and data. Raises FormatError for tables that cannot be read."""
    reach = min(max(i.optional_header.SizeOfImage for i in (first, second)), 1 << 31)
    halves = _half(first, reach), _half(second, reach)
    lefts, rights = (half.pieces for half in halves)
    pairs = match(lefts, rights)
    identities = Identities()
    rows = function_rows(lefts, rights, pairs, identities)
    for half, side in zip(halves, rows, strict=True):
        side.extend(table_rows(half.tables, identities))
    found, cut = _data(halves, identities, rows)
    equal = (
        (lefts[i], rights[j]) for i, j in sorted(pairs.items()) if lefts[i].size == rights[j].size
    )
    found += [Chunk(a.section, a.begin, b.begin, a.size, is_code=True) for a, b in equal]
    found = [chunk for chunk in found if chunk.size]
    left = side_of(first, halves[0].fixed, AddressMap.of(rows[0]), found, second=False)
    right = side_of(second, halves[1].fixed, AddressMap.of(rows[1]), found, second=True)
    rest = unexplained(left, right, found)
    changed = {
        found[at].first: runs(each) for at, each in rest.offsets.items() if found[at].is_code
    }
    code = _functions(halves, pairs, changed)
    data = [*cut, *_places(halves, found, rest.offsets)]
    unwinding = _unwinding(halves, pairs, changed)
    shown = [row for row in unwinding if row is not None]
    return ContentComparison(
        (*code, *data, *shown), rest.moved, _padding(halves), len(unwinding) - len(shown)
    )


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
    halves: Sequence[_Half], identities: Identities, rows: Sequence[list[Row]]
) -> tuple[list[Chunk], list[Row4]]:
    """The chunks of data to compare byte by byte, and what is inserted in either image.

    Where one image has a section that the other has merged, all addresses in either count as one.
    """
    lefts, rights = (half.data for half in halves)
    merged = {SAME_AS.get(name, name) for name in lefts.keys() ^ rights.keys()}
    for data, side in zip((lefts, rights), rows, strict=True):
        for name, each in data.items():
            common = SAME_AS.get(name, name)
            if common in merged:
                side += [
                    (p.begin, p.end, identities["merged", common], 0, VAGUE) for p in each.parts
                ]
    found: list[Chunk] = []
    cut: list[Row4] = []
    for name, left in lefts.items():
        right = rights.get(name)
        if right is None:
            continue
        blocks = aligned(left.blurred, right.blurred)
        found += chunks(left, right, blocks)
        cut += _cut(left, right, blocks)
        if SAME_AS.get(name, name) not in merged:
            rows[0].extend(data_rows(left, identities["data", name], blocks, second=False))
            rows[1].extend(data_rows(right, identities["data", name], blocks, second=True))
    return found, cut


def _cut(left: Data, right: Data, blocks: Sequence[MatchingBlock]) -> Iterator[Row4]:
    """The bytes between blocks: insertions in either image."""
    ends = MatchingBlock(0, 0, 0), MatchingBlock(len(left.raw), len(right.raw), 0)
    for before, following in pairwise((ends[0], *blocks, ends[1])):
        a, b = before.first + before.size, before.second + before.size
        if (a, b) != (following.first, following.second):
            first = left.raw[a : following.first].tobytes()
            second = right.raw[b : following.second].tobytes()
            yield "data", f"{left.section.Name} +{a:#x}", _shown(first), _shown(second)


def _shown(raw: bytes) -> str:
    return f"{len(raw)} bytes{': ' if raw else ''}{raw[:8].hex(' ')}"


def _places(
    halves: Sequence[_Half], found: Sequence[Chunk], offsets: Mapping[int, Sequence[int]]
) -> Iterator[Row4]:
    """Differing ranges of data, by section."""
    by_section: dict[str, list[tuple[int, int, int]]] = {}
    for index, addresses in sorted(offsets.items(), key=lambda item: found[item[0]].first):
        chunk = found[index]
        if not chunk.is_code:
            shift = chunk.second - chunk.first
            lefts = by_section.setdefault(chunk.section, [])
            lefts += [(chunk.first + begin, end - begin, shift) for begin, end in runs(addresses)]
    for name, each in by_section.items():
        base = halves[0].data[name].section.VirtualAddress
        for rva, size, shift in each[:_SHOWN]:
            what = f"{name} +{rva - base:#x}, {size} bytes"
            yield "data", what, *_bytes(halves, rva, rva + shift, min(size, 8))
        if len(each) > _SHOWN:
            more = f"{len(each) - _SHOWN} places more"
            yield "data", f"{name} differs", more, more


def _bytes(halves: Sequence[_Half], lefts: int, rights: int, size: int) -> tuple[str, str]:
    """The bytes of each image at an RVA of its own."""
    left, right = (
        bytes(half.image.bytes_at(rva, size, "bytes")).hex(" ")
        for half, rva in zip(halves, (lefts, rights), strict=True)
    )
    return left, right


# ---- code --------------------------------------------------------------------------------------


def _functions(
    halves: Sequence[_Half], pairs: Pairs, changed: Mapping[int, Sequence[tuple[int, int]]]
) -> Iterator[Row4]:
    """Functions that differ, or that only one image has, by section."""
    lefts, rights = (half.pieces for half in halves)
    partners = set(pairs.values())
    found: dict[str, list[Row4]] = {}
    for index, left in enumerate(lefts):
        right = rights[pairs[index]] if index in pairs else None
        addresses = changed.get(left.begin, ())
        if right is None or left.size != right.size or addresses:
            what = f"{left.section} function {left.name or hex(left.begin)}"
            detail = "", ""
            if right is not None and addresses:
                at, end = addresses[0]
                more = f" and {len(addresses) - 1} places more" * (len(addresses) > 1)
                texts = _bytes(halves, left.begin + at, right.begin + at, min(end - at, 8))
                detail = f", +{at:#x}: {texts[0]}{more}", f", +{at:#x}: {texts[1]}{more}"
            row = (
                "code",
                what,
                _at(left) + detail[0],
                "" if right is None else _at(right) + detail[1],
            )
            found.setdefault(left.section, []).append(row)
    for index, right in enumerate(rights):
        if index not in partners:
            what = f"{right.section} function {right.name or hex(right.begin)}"
            found.setdefault(right.section, []).append(("code", what, "", _at(right)))
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
    """Functions whose unwind data differs; None for those whose code differs, too."""
    lefts, rights = (half.pieces for half in halves)
    codes = [_unwind_codes(half.image) for half in halves]
    found: list[Row4 | None] = []
    for index, partner in sorted(pairs.items()):
        left, right = lefts[index], rights[partner]
        texts = codes[0].get(left.begin, b""), codes[1].get(right.begin, b"")
        if texts[0] != texts[1]:
            same = left.size == right.size and left.begin not in changed
            what = f"{left.section} function {left.name or hex(left.begin)}"
            shown = [text[:16].hex(" ") or "none" for text in texts]
            found.append(("unwind", what, shown[0], shown[1]) if same else None)
    return found


def _unwind_codes(image: Image) -> dict[int, bytes]:
    """The unwind data of each function (by RVA) without addresses."""
    machine = machine_of(image)
    table = image.runtime_functions
    return {
        begin: unwind_codes(image, machine, unwind)
        for begin, unwind in zip(table.begins, table.unwind, strict=True)
        if unwind
    }
