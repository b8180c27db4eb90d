"""Bytes of two images that belong together, compared with addresses as what they lead to.

Where bytes differ, the words there may be addresses: relocated ones, distances of calls, jumps and
x64 operands, or RVAs. Each is followed in its own image; two that lead to the same thing are no
difference. x86 and x64 are not decoded: a differing byte is tried as part of every word that could
hold it, and counts only when none of them explains it.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pecoff.image.image import Image
from ntbuild.support.values import dataclass

from .addresses import CHANGED, EXACT, VAGUE, AddressMap, Chunk
from .pieces import Bytes, Fixups, Integers, unaligned
from .tables import machine_of

_WORD: Final = 4
_SLICE: Final = 1 << 18
_OPERAND_ENDS: Final = (0, 1, 2, 4)
"""Bytes between an x64 operand and the end of its instruction, from which it counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One image: its addresses, and the bytes of all chunks one after another.

    ``rva`` and ``start`` have a row for each chunk: its RVA, and where its bytes begin in ``raw``.
    """

    machine: str
    fixed: Fixups
    places: AddressMap
    raw: Bytes
    rva: Integers
    start: Integers

    def address(self, at: Integers, chunk: Integers) -> Integers:
        """The RVAs of offsets in ``raw``; ``chunk`` is the chunk of each."""
        address: Integers = self.rva[chunk] + at - self.start[chunk]
        return address

    def position(self, rva: Integers, size: Integers) -> Integers:
        """The offsets in ``raw`` of RVAs with ``size`` bytes in one chunk; -1 for any other."""
        order = np.argsort(self.rva, kind="stable")
        begins = self.rva[order]
        if not len(begins):
            return np.full(len(rva), -1)
        index = order[np.maximum(np.searchsorted(begins, rva, "right") - 1, 0)]
        at = self.start[index] + rva - self.rva[index]
        end = np.append(self.start[1:], len(self.raw))[index]
        return np.where((rva >= self.rva[index]) & (at + size <= end), at, -1)


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Offsets in each chunk that differ unexplained, and how many differences addresses explain."""

    offsets: dict[int, list[int]]
    moved: int


def side_of(
    image: Image, fixed: Fixups, places: AddressMap, chunks: Sequence[Chunk], *, second: bool
) -> Side:
    """The bytes of an image's side of the chunks."""
    parts = [np.zeros(0, np.uint8)]
    for chunk in chunks:
        at = image.offset_of(chunk.second if second else chunk.first) or 0
        parts.append(np.frombuffer(image.data[at : at + chunk.size], np.uint8))
    rva = np.array([c.second if second else c.first for c in chunks], np.int64)
    sizes = np.array([chunk.size for chunk in chunks], np.int64)
    machine = machine_of(image)
    return Side(machine, fixed, places, np.concatenate(parts), rva, np.cumsum(sizes) - sizes)


def unexplained(first: Side, second: Side, chunks: Sequence[Chunk]) -> Unexplained:
    """What differs in the chunks and is not another address of the same thing."""
    differs = first.raw != second.raw
    if not differs.any():
        return Unexplained({}, 0)
    good, bad, moved = _by_fixups(first, second, differs)
    at = np.flatnonzero(differs & ~good & ~bad)
    chunk = np.searchsorted(first.start, at, "right") - 1
    is_code = np.array([each.is_code for each in chunks], np.bool_)
    known = _INSTRUCTIONS.get(first.machine)
    decoded = is_code[chunk] if known else np.zeros(len(at), np.bool_)
    found = np.zeros(len(differs), np.bool_)
    for some in _sliced(np.flatnonzero(~decoded)):
        _by_words(first, second, at[some], chunk[some], is_code, found)
    if known:
        for some in _sliced(np.flatnonzero(decoded)):
            known(first, second, at[some], chunk[some], found)
    found &= ~bad
    rest = np.flatnonzero(differs & ~good & ~found)
    of = np.searchsorted(first.start, rest, "right") - 1
    which, begins = np.unique(of, return_index=True)
    offsets = {
        index: (places - first.start[index]).tolist()
        for index, places in zip(which.tolist(), np.split(rest, begins[1:]), strict=False)
    }
    return Unexplained(offsets, moved + len(runs(np.flatnonzero(differs & found & ~good).tolist())))


def _sliced(places: Integers) -> Iterator[Integers]:
    """Slices of offsets: what is computed from them takes a hundred times their memory."""
    for begin in range(0, len(places), _SLICE):
        yield places[begin : begin + _SLICE]


def runs(offsets: Sequence[int]) -> list[tuple[int, int]]:
    """Offsets as ranges; gaps of up to three equal bytes belong to a range."""
    found: list[tuple[int, int]] = []
    for at in offsets:
        if found and at - found[-1][1] < _WORD:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
    return found


def _same(
    first: Side, second: Side, left: Integers, right: Integers, worst: int | Integers
) -> Flags:
    """Whether RVAs, each of its image, lead to the same thing; their kind is up to ``worst``."""
    number, into, kind = first.places.find(left)
    other, further, other_kind = second.places.find(right)
    same: Flags = (number >= 0) & (number == other) & (into == further)
    same &= np.maximum(kind, other_kind) <= worst
    return same


def _by_fixups(first: Side, second: Side, differs: Flags) -> tuple[Flags, Flags, int]:
    """Bytes of fields relocated in both images: equal ones, others; how many equal ones differ."""
    good, bad = np.zeros(len(differs), np.bool_), np.zeros(len(differs), np.bool_)
    (rva, left, width), (its_rva, right, _) = first.fixed, second.fixed
    left_at, right_at = (
        first.position(rva, width),
        second.position(its_rva, np.full(len(its_rva), 1)),
    )
    # One row is a field that both images relocate at the same offset of the chunks.
    at, here, there = np.intersect1d(left_at, right_at, return_indices=True)
    here, there = here[at >= 0], there[at >= 0]
    at, width = at[at >= 0], width[here]
    same = _same(first, second, left[here], right[there], VAGUE)
    differing = np.zeros(len(at), np.bool_)
    for byte in range(int(width.max(initial=0))):
        some = width > byte
        differing[some] |= differs[at[some] + byte]
        good[at[some & same] + byte] = True
        bad[at[some & ~same] + byte] = True
    return good, bad & ~good, int((same & differing).sum())


def _by_words(
    first: Side, second: Side, at: Integers, chunk: Integers, is_code: Flags, found: Flags
) -> None:
    """Mark in ``found`` bytes of words that are a distance or an RVA and lead to the same thing."""
    # One row is a word of four bytes that holds a differing byte: each byte is in four words, which
    # must lie in its chunk whole; words of two differing bytes are kept once.
    ends = np.append(first.start[1:], len(first.raw))
    starts = np.concatenate([at - back for back in range(_WORD)])
    chunk = np.concatenate([chunk] * _WORD)
    fits = (starts >= first.start[chunk]) & (starts + _WORD <= ends[chunk])
    starts, which = np.unique(starts[fits], return_index=True)
    chunk = chunk[fits][which]
    left, right = unaligned(first.raw, starts), unaligned(second.raw, starts)
    code = is_code[chunk]
    after = first.address(starts, chunk) + _WORD, second.address(starts, chunk) + _WORD
    worst = np.where(code, VAGUE, CHANGED)
    same = (left > 0) & (right > 0)
    same &= _same(first, second, left, right, np.where(code, EXACT, CHANGED))
    for further in _OPERAND_ENDS:
        same |= _same(first, second, after[0] + left + further, after[1] + right + further, worst)
    for byte in range(_WORD):
        found[starts[same] + byte] = True


# ---- instructions ------------------------------------------------------------------------------

_ARM64_JUMPS: Final = (
    (0x7C000000, 0x14000000, 26, 0),  # B, BL
    (0xFF000010, 0x54000000, 19, 5),  # B.cond
    (0x7E000000, 0x34000000, 19, 5),  # CBZ, CBNZ
    (0x7E000000, 0x36000000, 14, 5),  # TBZ, TBNZ
    (0x3B000000, 0x18000000, 19, 5),  # LDR literal
)
_ADRP, _ADR_MASK, _ADR = 0x90000000, 0x9F000000, 0x10000000
_LOW_HALVES: Final = ((0x7F800000, 0x11000000), (0x3B000000, 0x39000000))
"""ADD with an immediate, LDR and STR with an offset: the lower half of an address after ADRP."""
_LOW_FIELD: Final = 0x3FFC00
_ADRP_NEAR: Final = 8


def _by_arm64(first: Side, second: Side, at: Integers, chunk: Integers, found: Flags) -> None:
    """Mark in ``found`` bytes of arm64 instructions whose addresses lead to the same thing."""
    # One row is an instruction of four bytes with a differing byte; chunks begin with one.
    at = at - (at - first.start[chunk]) % _WORD
    at, which = np.unique(at, return_index=True)
    chunk = chunk[which]
    sides = [(side, _word(side, at), side.address(at, chunk)) for side in (first, second)]
    left, right = (word for _, word, _ in sides)
    same = np.zeros(len(at), np.bool_)
    for mask, value, width, shift in _ARM64_JUMPS:
        field = ((1 << width) - 1) << shift
        hits = (left & mask == value) & (left & ~field == right & ~field)
        to = [base + _WORD * _signed(word >> shift, width) for _, word, base in sides]
        same |= hits & _same(first, second, to[0], to[1], VAGUE)
    hits = (left & _ADR_MASK == _ADR) & (left & 0x1F == right & 0x1F) & (right & _ADR_MASK == _ADR)
    to = [base + _page_bits(word) for _, word, base in sides]
    same |= hits & _same(first, second, to[0], to[1], VAGUE)
    hits = (
        (left & _ADR_MASK == _ADRP) & (right & _ADR_MASK == _ADRP) & (left & 0x1F == right & 0x1F)
    )
    to = [_finished(*side, at, chunk) for side in sides]
    same |= hits & _same(first, second, to[0], to[1], VAGUE)
    hits = _is_low(left) & (left & ~_LOW_FIELD == right & ~_LOW_FIELD)
    to = [_completed(*side, at, chunk) for side in sides]
    same |= hits & _same(first, second, to[0], to[1], VAGUE)
    for byte in range(_WORD):
        found[at[same] + byte] = True


def _word(side: Side, at: Integers) -> Integers:
    ok = at + _WORD <= len(side.raw)
    return np.where(ok, unaligned(side.raw, np.where(ok, at, 0)) & 0xFFFFFFFF, 0)


def _signed(word: Integers, width: int) -> Integers:
    sign = 1 << (width - 1)
    value: Integers = ((word & ((1 << width) - 1)) ^ sign) - sign
    return value


def _page_bits(word: Integers) -> Integers:
    return _signed((word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3, 21)


def _completed(
    side: Side, word: Integers, address: Integers, at: Integers, chunk: Integers
) -> Integers:
    """The address that an ADRP shortly before and an instruction make together; else -1."""
    register, low = word >> 5 & 31, _low(word)
    found = np.full(len(at), -1)
    for back in range(_WORD, _WORD * (_ADRP_NEAR + 1), _WORD):
        before = np.maximum(at - back, 0)
        code = _word(side, before)
        hit = (found < 0) & (at - back >= side.start[chunk])
        hit &= (code & _ADR_MASK == _ADRP) & (code & 31 == register)
        page = ((address - back) & ~0xFFF) + 0x1000 * _page_bits(code)
        found = np.where(hit, page + low, found)
    return found


def _finished(
    side: Side, word: Integers, address: Integers, at: Integers, chunk: Integers
) -> Integers:
    """The address that an ADRP and an instruction shortly after it make together; else -1."""
    page = (address & ~0xFFF) + 0x1000 * _page_bits(word)
    ends = np.append(side.start[1:], len(side.raw))[chunk]
    found = np.full(len(at), -1)
    for ahead in range(_WORD, _WORD * (_ADRP_NEAR + 1), _WORD):
        code = _word(side, at + ahead)
        hit = (found < 0) & (at + ahead < ends) & _is_low(code) & (code >> 5 & 31 == word & 31)
        found = np.where(hit, page + _low(code), found)
    return found


def _is_low(word: Integers) -> Flags:
    flags: Flags = np.logical_or(*(word & mask == value for mask, value in _LOW_HALVES))
    return flags


def _low(word: Integers) -> Integers:
    """The lower half of an address in ADD, LDR or STR, in bytes."""
    scale = np.where(word & 0x3B000000 == 0x39000000, word >> 30, 0)
    low: Integers = (word >> 10 & 0xFFF) << scale
    return low


def _by_thumb(first: Side, second: Side, at: Integers, chunk: Integers, found: Flags) -> None:
    """Mark in ``found`` bytes of Thumb's BL and long B that lead to the same thing."""
    at = at - (at - first.start[chunk]) % 2
    at = np.concatenate([at, at - 2])
    chunk = np.concatenate([chunk, chunk])
    ends = np.append(first.start[1:], len(first.raw))
    fits = (at >= first.start[chunk]) & (at + _WORD <= ends[chunk])
    at, which = np.unique(at[fits], return_index=True)
    chunk = chunk[fits][which]
    to, hits = [], np.ones(len(at), np.bool_)
    for side in (first, second):
        word = _word(side, at)
        high, low = word & 0xFFFF, word >> 16
        hits &= (high >> 11 == 0x1E) & (low & 0x9000 == 0x9000)
        sign, left, right = high >> 10 & 1, low >> 13 & 1, low >> 11 & 1
        value = sign << 24 | (1 - (left ^ sign)) << 23 | (1 - (right ^ sign)) << 22
        value |= (high & 0x3FF) << 12 | (low & 0x7FF) << 1
        to.append(side.address(at, chunk) + _WORD + _signed(value, 25))
    same = hits & _same(first, second, to[0], to[1], VAGUE)
    for byte in range(_WORD):
        found[at[same] + byte] = True


_INSTRUCTIONS: Final = {"arm64": _by_arm64, "arm": _by_thumb}
"""Machines whose instructions are decoded, and how."""
