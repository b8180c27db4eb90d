"""The code of an image as functions, each with a key that does not change when things move.

The exception table gives the functions; other code begins at exports, at the entry point and where
calls lead. Instructions of x86 and x64 are not decoded: the key leaves out every four bytes that
could be a distance within an image, whether they are one or not. A key only finds partners; the
bytes that it leaves out are compared afterwards.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ntbuild.pecheck.rules.sections import is_debug
from ntbuild.pecoff.constants import IMAGE_REL_BASED, IMAGE_SCN
from ntbuild.pecoff.image.image import Image, SectionHeader, relocated_values
from ntbuild.support.values import dataclass

from .tables import Stretch, machine_of

Bytes = npt.NDArray[np.uint8]
Integers = npt.NDArray[np.int64]

_NOP: Final = (
    rb"(?:[\xcc\x90]|\x66\x90|\x66*\x2e?\x0f\x1f(?:\x00|\x40\x00|\x44\x00\x00|\x80\x00{4}|\x84\x00{5})"
    rb"|\x8d\x76\x00|\x8d\xb6\x00{4}|\x2e?\x8d\xb4\x26\x00{4}|\x8d\x74\x26\x00)"
)
_PADDING: Final = {
    "x86": re.compile(_NOP + rb"+"),
    "x64": re.compile(_NOP + rb"+"),
    "arm64": re.compile(rb"(?:\x00{4}|\xcc{4}|\x1f\x20\x03\xd5)+", re.DOTALL),
    "arm": re.compile(rb"(?:\x00\x00|\xcc\xcc|\x00\xbf)+", re.DOTALL),
}
_MOV32: Final = 8
_BEFORE_A_FUNCTION: Final = np.array([0xC3, 0xCC, 0x90], np.uint8)
"""What the byte before a function of x86 or x64 is: a return or padding."""
_RETURN_AND_POP: Final = 0xC2


@dataclass(frozen=True, slots=True)
class Piece:
    """A function, or code that cannot be split into functions.

    ``begin`` is an RVA, ``size`` in bytes; ``name`` is empty where none is known; ``key`` is the
    code without what may be an address.
    """

    section: str
    begin: int
    size: int
    name: str
    key: bytes

    @property
    def end(self) -> int:
        """The RVA after the last byte."""
        return self.begin + self.size


def is_code(section: SectionHeader) -> bool:
    """Whether a section's bytes are compared as functions."""
    flags = IMAGE_SCN.MEM_EXECUTE | IMAGE_SCN.CNT_CODE
    return bool(section.Characteristics & flags) and not is_debug(section)


def content(image: Image, section: SectionHeader) -> Bytes:
    """The bytes of a section that the file has and memory shows."""
    size = min(section.SizeOfRawData, section.extent)
    raw = image.data[section.PointerToRawData : section.PointerToRawData + size]
    return np.frombuffer(raw, np.uint8)


class Fixups(NamedTuple):
    """Relocated fields, sorted by RVA: the field's RVA, the RVA it holds, the bytes it has."""

    rva: Integers
    target: Integers
    width: Integers


def fixups(image: Image) -> Fixups:
    """The addresses in an image that the loader relocates."""
    base, width = image.optional_header.ImageBase, image.pointer_size
    found = {rva: (value - base, width) for rva, value in relocated_values(image)}
    if _is_thumb(image):
        for rva, kind in image.base_relocations.fixups():
            if kind == IMAGE_REL_BASED.THUMB_MOV32 and image.backed(rva) >= _MOV32:
                found[rva] = _thumb_pair(bytes(image.bytes_at(rva, _MOV32, "code"))) - base, _MOV32
    rows = [(rva, min(max(to, -1), 1 << 32), size) for rva, (to, size) in sorted(found.items())]
    columns = np.array(rows, np.int64).reshape(-1, 3)
    return Fixups(columns[:, 0], columns[:, 1], columns[:, 2])


def _thumb_pair(raw: bytes) -> int:
    """The address that MOVW and MOVT load together."""
    value = 0
    for at in (4, 0):
        first, second = (int.from_bytes(raw[i : i + 2], "little") for i in (at, at + 2))
        half = (first & 15) << 12 | (first >> 10 & 1) << 11 | (second >> 12 & 7) << 8
        value = value << 16 | half | (second & 0xFF)
    return value


def pieces(image: Image, tables: list[Stretch], fixed: Fixups, reach: int) -> list[Piece]:
    """All code in the order of addresses; ``reach`` is how far a distance may lead, in bytes."""
    machine = machine_of(image)
    names = _names(image)
    code = [(s, content(image, s)) for s in image.sections if is_code(s)]
    entered = np.concatenate(
        [fixed.target & (~1 if machine == "arm" else ~0), *_calls(code, machine)]
    )
    found: list[Piece] = []
    for section, raw in code:
        base = section.VirtualAddress
        covered = _covered(image, section)
        begins = {*covered, *covered.values(), *names}
        begins |= _functions_among(entered - base, raw, base, machine, covered)
        masked = _masked(raw, machine, reach)
        blank(masked, fixed.rva - base, fixed.width)
        text, keys = raw.tobytes(), masked.tobytes()
        for begin, end in _stretches(begins, tables, base, base + len(raw)):
            first, last = _trimmed(text, begin - base, end - base, machine, known=begin in covered)
            if any(text[first:last]):  # zeros between tables are no function
                name, size = names.get(begin, ""), last - first
                found.append(Piece(section.Name, base + first, size, name, keys[first:last]))
    return found


def _names(image: Image) -> dict[int, str]:
    """Functions that have a name: exported ones and the entry point."""
    names = {image.optional_header.AddressOfEntryPoint: "entry point"}
    table = image.exports
    if table is not None:
        for name, index in sorted(table.names, reverse=True):
            if index < len(table.functions) and index not in table.forwarders:
                names[table.functions[index]] = name
    return {rva & ~1 if _is_thumb(image) else rva: name for rva, name in names.items()}


def _is_thumb(image: Image) -> bool:
    return machine_of(image) == "arm"


def _covered(image: Image, section: SectionHeader) -> dict[int, int]:
    """Functions of the exception table as begin and end."""
    low, high = section.VirtualAddress, section.end
    table = image.runtime_functions
    return {
        begin: end
        for begin, end in zip(table.begins, table.ends, strict=True)
        if low <= begin < end <= high
    }


def _calls(code: Iterable[tuple[SectionHeader, Bytes]], machine: str) -> Iterator[Integers]:
    """Targets of calls (RVAs); on x86 and x64 also of bytes that only look like a call."""
    for section, raw in code:
        if machine == "arm64":
            words = raw[: len(raw) & ~3].view("<u4").astype(np.int64)
            at = np.flatnonzero(words >> 26 == 0x25)  # BL
            distance = 4 * (((words[at] & 0x3FFFFFF) ^ 0x2000000) - 0x2000000)
            yield section.VirtualAddress + 4 * at + distance
        elif machine in {"x86", "x64"} and len(raw) > 4:
            at = np.flatnonzero(raw[:-4] == 0xE8)
            distance = unaligned(raw, at + 1)
            yield section.VirtualAddress + (at + 5 + distance)[distance != 0]


def _functions_among(
    targets: Integers, raw: Bytes, base: int, machine: str, covered: dict[int, int]
) -> set[int]:
    """The targets in a section (RVAs) that begin a function unknown to the exception table.

    On x86 and x64 a function follows a return or padding, or has the alignment of functions.
    """
    # One row is a target as an offset in the section, then as an RVA.
    targets = np.unique(targets[(targets > 0) & (targets < len(raw))])
    if machine in {"x86", "x64"}:
        follows = np.isin(raw[targets - 1], _BEFORE_A_FUNCTION)
        follows |= (targets > 2) & (raw[np.maximum(targets - 3, 0)] == _RETURN_AND_POP)
        targets = targets[follows | ((targets + base) % 16 == 0)]
    targets = targets + base
    if covered and len(targets):
        begins = np.array(sorted(covered), np.int64)
        ends = np.array([covered[begin] for begin in begins.tolist()], np.int64)
        index = np.searchsorted(begins, targets, "right") - 1
        targets = targets[(index < 0) | (targets >= ends[np.maximum(index, 0)])]
    return set(targets.tolist())


def unaligned(raw: Bytes, at: Integers) -> Integers:
    """Signed words of four bytes at any offsets."""
    word = raw[at].astype(np.int64)
    for byte in (1, 2, 3):
        word |= raw[at + byte].astype(np.int64) << (8 * byte)
    return (word ^ 0x80000000) - 0x80000000


def _stretches(
    begins: set[int], tables: list[Stretch], low: int, high: int
) -> Iterator[tuple[int, int]]:
    """Begin and end of code: from each beginning to the next one or to a table."""
    here = {max(t.begin, low): min(t.end, high) for t in tables if t.begin < high and t.end > low}
    cuts = {low, *here, *here.values(), *(begin for begin in begins if low <= begin < high)}
    end_of_table = low
    for begin, end in pairwise((*sorted(cuts - {high}), high)):
        end_of_table = max(end_of_table, here.get(begin, low))
        if begin >= end_of_table:
            yield begin, end


def _trimmed(raw: bytes, first: int, last: int, machine: str, *, known: bool) -> tuple[int, int]:
    """A range without padding at its ends; one of the exception table stays as it is."""
    pattern = _PADDING.get(machine)
    if known or pattern is None:
        return first, last
    before = pattern.match(raw, first, last)
    if before is not None:
        first = before.end()
    for tail in range(max(first, last - 32), last):
        if pattern.fullmatch(raw, tail, last):
            last = tail
            break
    while last - first > 32 and pattern.fullmatch(raw, last - 16, last):
        last -= 16
    return first, last


# ---- keys --------------------------------------------------------------------------------------

ARM64_FIELDS: Final = (
    (0x7C000000, 0x14000000, 0x03FFFFFF),  # B, BL
    (0x1F000000, 0x10000000, 0x60FFFFE0),  # ADR, ADRP
    (0xFF000010, 0x54000000, 0x00FFFFE0),  # B.cond
    (0x7E000000, 0x34000000, 0x00FFFFE0),  # CBZ, CBNZ
    (0x3B000000, 0x18000000, 0x00FFFFE0),  # LDR literal
    (0x7F800000, 0x11000000, 0x003FFC00),  # ADD with an immediate
    (0x3B000000, 0x39000000, 0x003FFC00),  # LDR, STR with an offset
)
"""Mask and value of an instruction, and the field of its address or of a part of it."""


def _masked(code: Bytes, machine: str, reach: int) -> Bytes:
    """A copy of code with zeros for what may be a distance."""
    out = code.copy()
    if machine == "arm64":
        words = out[: len(out) & ~3].view("<u4")
        for mask, value, field in ARM64_FIELDS:
            words[words & mask == value] &= 0xFFFFFFFF ^ field
    elif machine == "arm":
        halves = out[: len(out) & ~1].view("<u2")
        at = thumb_branches(halves)
        halves[at] = 0xF000
        halves[at + 1] &= 0xD000
    else:
        at = maybe_distances(code, reach)
        blank(out, at, np.full(len(at), 4))
    return out


def maybe_distances(code: Bytes, reach: int, chunk: int = 1 << 20) -> Integers:
    """Offsets of four bytes that could be a distance within an image, in chunks of bytes."""
    found = [np.zeros(0, np.int64)]
    for start in range(0, max(len(code) - 3, 0), chunk):
        # One row is an offset in the code; chunks bound the memory to 8 bytes a byte of chunk.
        at = np.arange(start, min(start + chunk, len(code) - 3))
        found.append(at[np.abs(unaligned(code, at)) < reach])
    return np.concatenate(found)


def thumb_branches(halves: npt.NDArray[np.uint16]) -> Integers:
    """The first halves of BL and B with a long distance, in units of two bytes."""
    first, second = halves[:-1], halves[1:]
    return np.flatnonzero((first >> 11 == 0x1E) & (second & 0x9000 == 0x9000))


def blank(out: Bytes, at: Integers, widths: Integers) -> None:
    """Zero ``widths`` bytes at each of the offsets ``at``; what is outside is skipped."""
    for byte in range(_MOV32):
        place = at[widths > byte] + byte
        out[place[(place >= 0) & (place < len(out))]] = 0
