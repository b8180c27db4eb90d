"""Section tables of COFF objects as columns, with relocation ranges, names and COMDATs.

Facts of a section are in four places: the header; the string table, for a name of more than eight
bytes; the first relocation, for a count of 65,535 or more; and the symbol table, for the COMDAT
selection, the leader and the section that an associative one follows.

Every function here works on all sections of a batch: its arrays have one entry a section, unless a
comment says otherwise.

Limits: all data of an object together must fit in its file, and so must all its relocations. That
refuses objects of a few kilobytes whose thousand sections share the same megabyte.

Source: PE Format, "Section Table", "COFF Relocations" and "COMDAT Sections".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff import constants as c
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    FileOffsets,
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
from ntbuild.pecoff.long_names import DIGITS
from ntbuild.pecoff.structs import IMAGE_RELOCATION, IMAGE_SECTION_HEADER
from ntbuild.support.values import dataclass

from .headers import FileHeaders, dwords, half_words, reject, reject_sections
from .tables import Objects, Sections, Symbols

_ALIGNMENTS = np.array([16, *(1 << power for power in range(15))], np.int64)
"""Bytes by the value of the four alignment bits of Characteristics; 0 means 16."""

_ZERO, _ONE, _SEVEN, _EIGHT, _TEN, _SIXTEEN, _THIRTY_TWO, _TOP_BYTE = map(
    word, (0, 1, 7, 8, 10, 16, 32, 56)
)
_ZERO_DIGITS, _OVER_NINE = word(0x3030303030303030), word(0x7676767676767676)
_SEVEN_BITS, _HIGH_BITS = word(0x7F7F7F7F7F7F7F7F), word(0x8080808080808080)
_PAIRS = word(0x000000FF000000FF)
_FIRST_WEIGHTS, _OTHER_WEIGHTS = word(100 + (1000000 << 32)), word(1 + (10000 << 32))
_ROOM_ABOVE = word(0x4038302820181008)
"""Times 1 in byte n of a word, it has in its top byte the bits from that byte to the end."""

_TWO_BYTES, _TWO_SLASHES = word(0xFFFF), word(0x2F2F)
_DIGIT_VALUES = np.full(256, -1, np.int64)
_DIGIT_VALUES[list(DIGITS)] = np.arange(64)
"""Value of each byte as a digit of base 64; -1 for bytes that are none."""

_LNK_COMDAT = int(c.IMAGE_SCN.LNK_COMDAT)
_UNINITIALIZED = int(c.IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_ZEROS_LIMIT = 1 << 20
"""Initialised data without bytes is zeros; a small file must not make a large image of them."""

_OVERFLOW = int(c.IMAGE_SCN.LNK_NRELOC_OVFL)


@dataclass(frozen=True, slots=True, eq=False)
class _Files:
    """The file of each section: two columns with an entry a section."""

    base: FileOffsets
    """Position of the section's object in the pool."""
    size: Integers
    """Bytes of the section's object."""


def read_sections(
    buffer: Bytes, headers: FileHeaders, objects: Objects, symbols: Symbols, definitions: Integers
) -> Sections:
    """The section columns; ``definitions`` as ``read_symbols`` gives them. Raises FormatError."""
    base, count = headers.base + headers.header_size, headers.section_count
    records = concatenated(
        buffer, base, count * IMAGE_SECTION_HEADER.itemsize, IMAGE_SECTION_HEADER
    )
    # One entry a section: the row of its object, and the position of its header in the pool.
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
    """Bytes of each section, and the position of its raw data (-1 where it has none).

    Raises FormatError also where the sections of an object together have more bytes than its file,
    or where initialised sections without data would be more than a megabyte of zeros.
    """
    size = records["SizeOfRawData"].astype(np.int64)
    pointer = records["PointerToRawData"].astype(np.int64)
    # Three kinds: with bytes; uninitialised, whose pointer means nothing; initialised and without
    # a pointer, which is that many zeros.
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
    """The sum of the values of each object; object i has the next ``counts[i]`` values."""
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
    """Position of the first relocation of each section, and how many there are.

    With LNK_NRELOC_OVFL and a count of 65,535 the first record is no relocation: its
    VirtualAddress is the true count, that record included.
    """
    count = records["NumberOfRelocations"].astype(np.int64)
    pointer = records["PointerToRelocations"].astype(np.int64)
    item = IMAGE_RELOCATION.itemsize
    # ``over`` are the sections that count their relocations in the first record; ``beyond`` is a
    # flag for each section, to name the first bad one.
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
    """Position and first eight bytes of each section's name, and which are in the string table."""
    # ``rows`` are sections whose name begins with a slash; other names are in the header.
    head, at = records["Name"].copy(), header_at.copy()
    long = head.view(np.uint8)[::8] == ord("/")
    rows = long.nonzero()[0]
    if len(rows):
        fields = head.take(rows)
        offset, is_number = _decimal(fields >> _EIGHT)
        large = (fields & _TWO_BYTES == _TWO_SLASHES).nonzero()[0]
        if len(large):
            offset[large], is_number[large] = _base64(fields.take(large))
        owners = owner.take(rows)
        bad = np.zeros(len(long), np.bool_)
        bad[rows] = ~is_number | (offset < 4) | (offset >= objects.strings_size.take(owners))
        reject_sections(
            bad, headers, owner, header_at, "Name", "not an offset into the string table"
        )
        long_at = objects.strings_at.take(owners) + offset
        at[rows], head[rows] = long_at, heads_of(buffer, long_at)
    return at, head, long


def _decimal(texts: Words) -> tuple[Integers, Flags]:
    r"""The numbers that words of up to seven digits spell, and whether only NULs follow the digits.

    All bytes of a word are worked on at once, by additions that never carry into the next byte:

        b"123\0\0\0\0\0"   bytes of the word, the least significant first
        0 0 0 0 0 1 2 3    ``digits``, moved up to the word's end: zeros come first
        0 . 0 . 1 . 23 .   ``pairs``: 10 * each byte + the byte behind it
        123                the pairs weighted by 1000000, 10000, 100 and 1
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


def _base64(fields: Words) -> tuple[Integers, Flags]:
    """The numbers that names ``//ABCDEF`` spell in base 64, and whether all six are its digits."""
    digits: Integers = _DIGIT_VALUES.take(fields.view(np.uint8).reshape(-1, 8)[:, 2:])
    weights = 1 << np.arange(30, -1, -6, dtype=np.int64)
    numbers: Integers = digits @ weights
    return numbers, digits.min(axis=1) >= 0


def _comdats(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    symbols: Symbols,
    definitions: Integers,
    characteristics: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], SymbolRows, SectionRows]:
    """Selection, leader symbol and parent section of each section; 0 and -1 where there is none.

    ``definitions`` are two rows: symbol rows of section definitions, and the positions of their
    auxiliary records. The first symbol of a COMDAT section is its definition, the next symbol in
    the same section is the leader (PE Format, "COMDAT Sections").
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
    # From here on one entry is a definition of a COMDAT section. Byte 14 of the auxiliary record
    # is Selection, bytes 12 and 16 are Number and HighNumber.
    kinds = buffer.take(auxiliary_at + 14)
    bad = np.zeros(len(headers.origins), np.bool_)
    unknown = ((kinds == 0) | (kinds > int(c.IMAGE_COMDAT_SELECT.NEWEST))).nonzero()[0]
    bad[symbols.object[rows[unknown]]] = True
    reject(bad, headers.origins, 14, "Selection", "an unknown COMDAT selection")
    selection[section] = kinds
    associative = kinds == int(c.IMAGE_COMDAT_SELECT.ASSOCIATIVE)
    if np.count_nonzero(associative):
        # One row is an associative section; in a bigobj its Number has 16 more bits (HighNumber).
        owners = symbols.object[rows[associative]]
        number = half_words(buffer, auxiliary_at[associative] + 12)
        high = half_words(buffer, auxiliary_at[associative] + 16)
        number += np.where(headers.bigobj[owners], high << 16, 0)
        bad[owners[(number == 0) | (number > headers.section_count[owners])]] = True
        reject(
            bad,
            headers.origins,
            12,
            "Number",
            "an associative COMDAT follows a section that does not exist",
        )
        parent[section[associative]] = objects.first_section[owners] + number - 1
    # The first symbol behind its section's first definition is the leader: both arrays are filled
    # from the end, so that the first of several entries for a section is written last.
    first_definition = np.full(total, len(symbols), np.int64)
    first_definition[section[::-1]] = rows[::-1]
    inside = (symbols.section >= 0).nonzero()[0]
    home = symbols.section.take(inside)
    behind = (inside > first_definition.take(home)).nonzero()[0][::-1]
    leader[home.take(behind)] = inside.take(behind)
    return selection, leader, parent
