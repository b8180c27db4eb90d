"""Fold: identical functions become one (identical code folding).

Sections are equal when their bytes are, and their relocations lead to the same places or to
sections that are equal in turn. So classes start out coarse, from what a section says by itself,
and are split by what its relocations reach until nothing splits any more; what is left together
is equal. Unwind data takes part: a function is only equal to another with equal .pdata and
.xdata, and these then fold as well.

What is hard is doing it by hashes, all sections at once, and staying right: a class is only
folded after its members were compared byte by byte and relocation by relocation.

Source: the conditions follow lld's ICF (what is eligible) and /OPT:ICF's documentation.
"""

from functools import partial

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.parallel import in_parts, slices
from ntbuild.pecoff.text import Bytes, Integers, Words, ragged, words_at_any_byte
from ntbuild.values import replace

from .address import significant_sections
from .model import Flags, SymbolTable, Tables
from .options import LinkOptions

_CODE = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE)
_WRITE = int(IMAGE_SCN.MEM_WRITE)
_UNWIND = (b".pdata", b".xdata")
_ROUNDS = 64

_MIX = np.uint64(0x9E3779B97F4A7C15)
_MIX2 = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(29)


def fold(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Symbols that lead to the kept one of each class, and which rows are still live."""
    if options.folds == "none":
        return symbols, live
    rows = _eligible(tables, symbols, live, options)
    if len(rows) < 2:
        return symbols, live
    edges = _Edges(tables, symbols, rows)
    classes = _classes(tables, rows, edges)
    leader = _verified_leaders(tables, rows, classes, edges)
    onto = np.arange(len(live), dtype=np.int32)
    onto[rows] = leader
    gone = onto[rows] != rows
    if not gone.any():
        return symbols, live
    remaining = live.copy()
    remaining[rows[gone]] = False
    return replace(
        symbols,
        section=_moved(symbols.section, onto),
        row_section=_moved(symbols.row_section, onto),
    ), remaining


def _moved(section: npt.NDArray[np.int32], onto: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
    moved = section.copy()
    inside = section >= 0
    moved[inside] = onto[section[inside]]
    return moved


def _eligible(tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions) -> Integers:
    """Rows that may fold: COMDAT functions whose address tells nothing, and unwind data."""
    sections = tables.objects.sections
    flags = sections.Characteristics
    code = live & (sections.selection != 0) & (flags & _CODE != 0) & (flags & _WRITE == 0)
    if options.folds == "safe":
        code &= ~significant_sections(tables, symbols)
    unwind = np.zeros(len(live), np.bool_)
    for stem in _UNWIND:
        if stem in tables.stems:
            unwind |= tables.section_stems == tables.stems.index(stem)
    return np.flatnonzero((code | (unwind & live)) & (sections.position >= 0))


class _Edges:
    """The relocations of candidates, by candidate: where they are and what they reach.

    ``first`` and ``count`` index the relocation columns by candidate; ``target`` is a candidate's
    number or -1, ``fixed`` identifies any other target.
    """

    __slots__ = ("count", "fixed", "kind", "offset", "owner", "parent", "target", "value")

    def __init__(self, tables: Tables, symbols: SymbolTable, rows: Integers) -> None:
        relocations = symbols.relocations
        number = np.full(len(tables.objects.sections), -1, np.int64)
        number[rows] = np.arange(len(rows))
        numbered = np.append(number, -1)  # what is in no section is no candidate

        def columns(part: slice) -> tuple[Integers, ...]:
            owner = number[relocations.section[part]]
            mine = np.flatnonzero(owner >= 0)
            symbol = relocations.symbol[part][mine]
            home = symbols.row_section[symbol].astype(np.int64)
            target = numbered[np.maximum(home, -1)]
            return (
                owner[mine],
                relocations.offset[part][mine],
                relocations.type[part][mine].astype(np.int64),
                symbols.row_value[symbol],
                target,
                np.where(target >= 0, -1, home),
            )

        # Relocations are in the order of their sections, and so are candidates.
        found = in_parts(columns, slices(len(relocations))) or [columns(slice(0))]
        self.owner, self.offset, self.kind, self.value, self.target, self.fixed = map(
            np.concatenate, zip(*found, strict=True)
        )
        self.count = np.bincount(self.owner, minlength=len(rows)).astype(np.int64)
        self.parent = _described_functions(tables, self, rows)


def _described_functions(tables: Tables, edges: _Edges, rows: Integers) -> Integers:
    """Per candidate, the candidate function that it is unwind data of; -1 for functions.

    .pdata names its function in its first field; what .pdata reaches belongs to it as well, but
    that follows from .pdata being equal.
    """
    parent = np.full(len(rows), -1, np.int64)
    size = tables.target.runtime_function_size
    if b".pdata" not in tables.stems or not size:
        return parent
    stem = tables.stems.index(b".pdata")
    begins = (tables.section_stems[rows[edges.owner]] == stem) & (edges.offset % size == 0)
    begins &= edges.target >= 0
    parent[edges.owner[begins]] = edges.target[begins]
    return parent


def _mixed(left: Words, right: Words) -> Words:
    mixed = (left ^ (right * _MIX2)) * _MIX
    return mixed ^ (mixed >> _SHIFT)


def _content_hashes(tables: Tables, rows: Integers) -> Words:
    """A hash of each candidate's bytes, eight at a time for all of them.

    It begins with the size, and a candidate whose hash nobody has so far is not read to its end:
    equal ones have equal hashes all the way.
    """
    sections = tables.objects.sections
    words = words_at_any_byte(tables.buffer)
    at, size = sections.position[rows], sections.size[rows]
    hashes = size.astype(np.uint64) * _MIX
    active, steps = np.flatnonzero(size > 0), range(0, 8, 8)
    while len(active):
        read = partial(_read_on, words, at, size, steps, hashes)
        in_parts(read, [active[part] for part in slices(len(active))])
        active = active[size[active] > steps.stop]
        active = active[_has_twin(hashes[active])]
        steps = range(steps.stop, 2 * steps.stop, 8)
    return hashes


def _read_on(
    words: Words, at: Integers, size: Integers, steps: range, hashes: Words, rows: Integers
) -> None:
    """Take the words at some offsets into the hashes of some candidates."""
    for step in steps:
        left = size[rows] - step
        rows, left = rows[left > 0], left[left > 0]
        hashes[rows] = _mixed(hashes[rows], _cut(words[at[rows] + step], left))


def _cut(words: Words, size: Integers) -> Words:
    """Words of which only the first ``size`` bytes count."""
    # A shift by 64 is no shift at all, so whole words are left as they are.
    behind = ((8 - np.minimum(size, 8)) * 8).astype(np.uint64)
    return np.where(behind != 0, (words << behind) >> behind, words)


def _has_twin(keys: Words) -> Flags:
    """Which keys are there more than once."""
    order = np.argsort(keys)
    same = keys[order[1:]] == keys[order[:-1]]
    twin = np.zeros(len(keys), np.bool_)
    twin[order[1:]] = same
    twin[order[:-1]] |= same
    return twin


def _per_candidate(values: Words, edges: _Edges, count: int) -> Words:
    """Sums of relocation hashes by candidate. Each hash has its offset in it, so order counts."""
    sums = np.zeros(count, np.uint64)
    filled = np.flatnonzero(edges.count)
    if len(filled):
        starts = np.cumsum(edges.count) - edges.count
        sums[filled] = np.add.reduceat(values, starts[filled])
    return sums


def _classes(tables: Tables, rows: Integers, edges: _Edges) -> Integers:
    """A class number per candidate; candidates of one class are equal, but for hash accidents."""
    sections = tables.objects.sections
    count = len(rows)
    own = _content_hashes(tables, rows)
    own = _mixed(own, sections.alignment[rows].astype(np.uint64))
    own = _mixed(own, sections.Characteristics[rows].astype(np.uint64))
    own = _mixed(own, tables.section_stems[rows].astype(np.uint64))
    steady = _mixed(edges.offset.astype(np.uint64), edges.kind.astype(np.uint64))
    steady = _mixed(steady, edges.value.astype(np.uint64))
    steady = _mixed(steady, edges.fixed.astype(np.uint64))
    own = _mixed(own, _per_candidate(_mixed(steady, steady), edges, count))
    classes = _numbered(own)
    inner = np.flatnonzero(edges.target >= 0)
    children = np.flatnonzero(edges.parent >= 0)
    known = int(classes.max()) + 1
    for _ in range(_ROUNDS):
        reached = np.zeros(len(edges.owner), np.uint64)
        reached[inner] = _mixed(
            classes[edges.target[inner]].astype(np.uint64) + np.uint64(1), steady[inner]
        )
        key = _mixed(classes.astype(np.uint64), _per_candidate(reached, edges, count))
        below = np.zeros(count, np.uint64)
        np.add.at(
            below,
            edges.parent[children],
            _mixed(classes[children].astype(np.uint64) + np.uint64(7), np.full(1, _MIX2)),
        )
        classes = _numbered(_mixed(key, below))
        now = int(classes.max()) + 1
        if now == known:
            break
        known = now
    else:
        return np.arange(count)  # still splitting: nothing is proven equal
    return classes


def _numbered(keys: Words) -> Integers:
    """Equal keys as equal numbers from 0."""
    _, numbers = np.unique(keys, return_inverse=True)
    return numbers.astype(np.int64)


def _verified_leaders(
    tables: Tables, rows: Integers, classes: Integers, edges: _Edges
) -> npt.NDArray[np.int32]:
    """The section row that each candidate folds onto: its class's first, if it is truly equal."""
    first = np.full(int(classes.max()) + 1, -1, np.int64)
    first[classes[::-1]] = np.arange(len(rows))[::-1]
    leader = first[classes]
    followers = np.flatnonzero(leader != np.arange(len(rows)))
    starts = np.cumsum(edges.count) - edges.count
    unequal = edges.count[followers] != edges.count[leader[followers]]
    same = followers[~unequal]
    mine = ragged(starts[same], edges.count[same])
    theirs = ragged(starts[leader[same]], edges.count[same])
    differ = np.zeros(len(mine), np.bool_)
    for column in (edges.offset, edges.kind, edges.value, edges.fixed):
        differ |= column[mine] != column[theirs]
    class_of = np.append(classes, -1)
    differ |= class_of[edges.target[mine]] != class_of[edges.target[theirs]]
    sections = tables.objects.sections
    position, size = sections.position[rows], sections.size[rows]
    against = leader[followers]
    accident = unequal.any() or differ.any() or (size[followers] != size[against]).any()
    if accident or not _same_bytes(
        tables.buffer, position[followers], position[against], size[followers]
    ):
        # An accident of hashing: whatever was equal only through it must not fold either.
        return rows.astype(np.int32)
    return rows[leader].astype(np.int32)


def _same_bytes(buffer: Bytes, one: Integers, other: Integers, size: Integers) -> bool:
    """Whether the bytes at all positions of the one are those at the other's."""
    words = words_at_any_byte(buffer)
    going = size > 0
    while going.any():
        one, other, size = one[going], other[going], size[going]
        behind = ((8 - np.minimum(size, 8)) * 8).astype(np.uint64)
        if (((words[one] ^ words[other]) << behind) != 0).any():
            return False
        one, other, size = one + 8, other + 8, size - 8
        going = size > 0
    return True
