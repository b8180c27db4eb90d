"""Section tables of COFF objects as columns, with relocation ranges, names and COMDATs.

What is hard is that a section's facts are spread: its long name is in the string table, its true
relocation count may be in its first relocation, and its COMDAT selection is in the symbol table.

Source: PE Format, "Section Table", "COFF Relocations" and "COMDAT Sections".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff import constants as c
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    Flags,
    Integers,
    ObjectRows,
    SectionRows,
    SymbolRows,
    Words,
    concatenated,
    ragged,
    word,
)
from ntbuild.pecoff.columns.names import heads_of
from ntbuild.pecoff.structs import IMAGE_RELOCATION, IMAGE_SECTION_HEADER
from ntbuild.support.values import dataclass

from .headers import FileHeaders, dwords, half_words, reject, reject_sections
from .tables import Objects, Sections, Symbols

_ALIGNMENTS = np.array([16, *(1 << power for power in range(15))], np.int64)
"""By the bits of Characteristics; 16 when they are 0."""

_ZERO, _ONE, _SEVEN, _EIGHT, _TEN, _SIXTEEN, _THIRTY_TWO, _TOP_BYTE = map(
    word, (0, 1, 7, 8, 10, 16, 32, 56)
)
_ZERO_DIGITS, _OVER_NINE = word(0x3030303030303030), word(0x7676767676767676)
_SEVEN_BITS, _HIGH_BITS = word(0x7F7F7F7F7F7F7F7F), word(0x8080808080808080)
_PAIRS = word(0x000000FF000000FF)
_FIRST_WEIGHTS, _OTHER_WEIGHTS = word(100 + (1000000 << 32)), word(1 + (10000 << 32))
_ROOM_ABOVE = word(0x4038302820181008)
"""Times 1 in byte n of a word, it has in its top byte the bits from that byte to the end."""

_LNK_COMDAT = int(c.IMAGE_SCN.LNK_COMDAT)
_UNINITIALIZED = int(c.IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_ZEROS_LIMIT = 1 << 20
"""Initialised data without bytes is zeros; a small file must not make a large image of them."""

_OVERFLOW = int(c.IMAGE_SCN.LNK_NRELOC_OVFL)


@dataclass(frozen=True, slots=True, eq=False)
class _Files:
    """Where the object of each section begins, and its size."""

    base: Integers
    size: Integers


def read_sections(
    buffer: Bytes, headers: FileHeaders, objects: Objects, symbols: Symbols, definitions: Integers
) -> Sections:
    """The section columns; ``definitions`` as ``read_symbols`` gives them. Raises FormatError."""
    base, count = headers.base + headers.header_size, headers.section_count
    records = concatenated(
        buffer, base, count * IMAGE_SECTION_HEADER.itemsize, IMAGE_SECTION_HEADER
    )
    owner = np.arange(len(base), dtype=np.int32).repeat(count)
    header_at = ragged(base, count, IMAGE_SECTION_HEADER.itemsize)
    files = _Files(headers.base.repeat(count), headers.size.repeat(count))
    characteristics = records["Characteristics"].copy()
    size, position = _raw_data(headers, files, records, owner, header_at)
    relocations_at, relocation_count = _relocation_ranges(
        buffer, headers, files, records, owner, header_at
    )
    shift = (characteristics & c.IMAGE_SCN_ALIGN_MASK) >> c.IMAGE_SCN_ALIGN_SHIFT
    reject_sections(
        shift == 15,
        headers,
        owner,
        header_at,
        "Characteristics",
        "the alignment 0xf does not exist",
    )
    alignment = _ALIGNMENTS.take(shift)
    name_at, name_head, long_name = _section_names(
        buffer, headers, objects, records, owner, header_at
    )
    selection, leader, parent = _comdats(
        buffer, headers, objects, symbols, definitions, characteristics
    )
    return Sections(
        owner,
        name_at,
        name_head,
        long_name,
        position,
        size,
        alignment,
        characteristics,
        relocations_at,
        relocation_count,
        selection,
        leader,
        parent,
    )


def _raw_data(
    headers: FileHeaders,
    files: _Files,
    records: npt.NDArray[Any],
    owner: ObjectRows,
    header_at: Integers,
) -> tuple[Integers, Integers]:
    """Size of each section, and the position of its bytes (-1 where it has none).

    The sums stop objects that share bytes between sections or ask for zeros by the gigabyte.
    """
    size = records["SizeOfRawData"].astype(np.int64)
    pointer = records["PointerToRawData"].astype(np.int64)
    initialized = records["Characteristics"] & _UNINITIALIZED == 0
    has_bytes = initialized & (pointer != 0) & (size != 0)
    reject_sections(
        has_bytes & (pointer + size > files.size),
        headers,
        owner,
        header_at,
        "PointerToRawData",
        "the section's data ends past the end of the file",
    )
    count = headers.section_count
    used = _sums(size * has_bytes, count)
    lacking = _sums(size * (initialized & (pointer == 0)), count)
    reject(
        used > headers.size, headers.origins, None, "SizeOfRawData", "the sections' data overlaps"
    )
    reject(
        lacking > np.maximum(headers.size, _ZEROS_LIMIT),
        headers.origins,
        None,
        "SizeOfRawData",
        "a section of initialised data has a size but no bytes",
    )
    return size, np.where(has_bytes, files.base + pointer, -1)


def _sums(values: Integers, counts: Integers) -> Integers:
    """The sum of each object's values, of which it has ``counts``; objects follow each other."""
    running = np.zeros(len(values) + 1, np.int64)
    values.cumsum(out=running[1:])
    ends = counts.cumsum()
    sums: Integers = running[ends] - running[ends - counts]
    return sums


def _relocation_ranges(
    buffer: Bytes,
    headers: FileHeaders,
    files: _Files,
    records: npt.NDArray[Any],
    owner: ObjectRows,
    header_at: Integers,
) -> tuple[Integers, Integers]:
    """Position and count of each section's relocations, the overflow form resolved.

    With LNK_NRELOC_OVFL and a count of 65,535 the first record holds the true count, itself
    included.
    """
    count = records["NumberOfRelocations"].astype(np.int64)
    pointer = records["PointerToRelocations"].astype(np.int64)
    item = IMAGE_RELOCATION.itemsize
    over = (count == 0xFFFF).nonzero()[0]
    over = over[records["Characteristics"][over] & _OVERFLOW != 0]
    message = "the relocations end past the end of the file"
    if len(over):
        beyond = np.zeros(len(count), np.bool_)
        beyond[over] = pointer[over] + item > files.size[over]
        reject_sections(beyond, headers, owner, header_at, "PointerToRelocations", message)
        count[over] = dwords(buffer, files.base[over] + pointer[over]) - 1
        beyond[over] = count[over] < 0
        reject_sections(
            beyond, headers, owner, header_at, "NumberOfRelocations", "the overflow count is 0"
        )
        pointer[over] += item
    used = count * item
    reject_sections(
        (count != 0) & (pointer + used > files.size),
        headers,
        owner,
        header_at,
        "PointerToRelocations",
        message,
    )
    reject(
        _sums(used, headers.section_count) > headers.size,
        headers.origins,
        None,
        "NumberOfRelocations",
        "the relocations overlap",
    )
    return files.base + pointer, count


def _section_names(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    records: npt.NDArray[Any],
    owner: ObjectRows,
    header_at: Integers,
) -> tuple[Integers, Words, Flags]:
    """Position and first eight bytes of each section's name, and which are long.

    ``/digits`` is an offset into the string table.
    """
    head, at = records["Name"].copy(), header_at.copy()
    long = head.view(np.uint8)[::8] == ord("/")
    rows = long.nonzero()[0]
    if len(rows):
        offset, is_number = _decimal(head.take(rows) >> _EIGHT)
        mine = owner.take(rows)
        bad = np.zeros(len(long), np.bool_)
        bad[rows] = ~is_number | (offset < 4) | (offset >= objects.strings_size.take(mine))
        reject_sections(
            bad, headers, owner, header_at, "Name", "not an offset into the string table"
        )
        long_at = objects.strings_at.take(mine) + offset
        at[rows], head[rows] = long_at, heads_of(buffer, long_at)
    return at, head, long


def _decimal(texts: Words) -> tuple[Integers, Flags]:
    """The numbers that words of up to seven digits spell, and whether NUL follows the digits.

    A word's bytes are worked on side by side, by sums that never carry into the next byte.
    """
    digits = texts ^ _ZERO_DIGITS
    others = ((digits & _SEVEN_BITS) + _OVER_NINE | digits) & _HIGH_BITS
    unit = (others & (~others + _ONE)) >> _SEVEN  # 1 in the first byte that is no digit
    is_number = texts & ((unit << _EIGHT) - unit) == _ZERO
    # Moved up to the word's end, digits have zeros before them; then pairs are added, and fours.
    digits = (digits & (unit - _ONE)) << (unit * _ROOM_ABOVE >> _TOP_BYTE)
    pairs = digits * _TEN + (digits >> _EIGHT)
    number = (pairs & _PAIRS) * _FIRST_WEIGHTS + (pairs >> _SIXTEEN & _PAIRS) * _OTHER_WEIGHTS
    return (number >> _THIRTY_TWO).astype(np.int64), is_number


def _comdats(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    symbols: Symbols,
    definitions: Integers,
    characteristics: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], SymbolRows, SectionRows]:
    """Selection, leader symbol and parent section of every COMDAT section.

    A COMDAT's first symbol is its section definition, the next one in the same section names
    it (PE Format, "COMDAT Sections").
    """
    total = len(characteristics)
    selection = np.zeros(total, np.uint8)
    leader = np.full(total, -1, np.int32)
    parent = np.full(total, -1, np.int32)
    rows, auxiliary_at = definitions
    section = symbols.section.take(rows)
    comdat = (characteristics.take(section) & _LNK_COMDAT != 0).nonzero()[0]
    if not len(comdat):
        return selection, leader, parent
    rows, auxiliary_at, section = rows.take(comdat), auxiliary_at.take(comdat), section.take(comdat)
    kinds = buffer.take(auxiliary_at + 14)
    bad = np.zeros(len(headers.origins), np.bool_)
    unknown = ((kinds == 0) | (kinds > int(c.IMAGE_COMDAT_SELECT.NEWEST))).nonzero()[0]
    bad[symbols.object[rows[unknown]]] = True
    reject(bad, headers.origins, 14, "Selection", "an unknown COMDAT selection")
    selection[section] = kinds
    associative = kinds == int(c.IMAGE_COMDAT_SELECT.ASSOCIATIVE)
    if np.count_nonzero(associative):
        mine = symbols.object[rows[associative]]
        number = half_words(buffer, auxiliary_at[associative] + 12)
        high = half_words(buffer, auxiliary_at[associative] + 16)
        number += np.where(headers.bigobj[mine], high << 16, 0)
        bad[mine[(number == 0) | (number > headers.section_count[mine])]] = True
        reject(
            bad,
            headers.origins,
            12,
            "Number",
            "an associative COMDAT follows a section that does not exist",
        )
        parent[section[associative]] = objects.first_section[mine] + number - 1
    first_definition = np.full(total, len(symbols), np.int64)
    first_definition[section[::-1]] = rows[::-1]
    inside = (symbols.section >= 0).nonzero()[0]
    home = symbols.section.take(inside)
    behind = (inside > first_definition.take(home)).nonzero()[0][::-1]
    leader[home.take(behind)] = inside.take(behind)
    return selection, leader, parent
