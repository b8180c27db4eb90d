"""Section tables of COFF objects as columns, with relocation ranges, names and COMDATs.

What is hard is that a section's facts are spread: its long name is in the string table, its true
relocation count may be in its first relocation, and its COMDAT selection is in the symbol table.

Source: PE Format, "Section Table", "COFF Relocations" and "COMDAT Sections".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from . import constants as c
from .object_headers import FileHeaders, dwords, half_words, reject, reject_sections
from .object_tables import Flags, Objects, Rows, Sections, Symbols
from .structs import IMAGE_RELOCATION, IMAGE_SECTION_HEADER
from .text import Bytes, Integers, Words, concatenated, ragged

_LNK_COMDAT = int(c.IMAGE_SCN.LNK_COMDAT)
_UNINITIALIZED = int(c.IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_ZEROS_LIMIT = 1 << 20
"""Initialised data without bytes is zeros; a small file must not make a large image of them."""

_OVERFLOW = int(c.IMAGE_SCN.LNK_NRELOC_OVFL)


def read_sections(
    buffer: Bytes, headers: FileHeaders, objects: Objects, symbols: Symbols, definitions: Integers
) -> Sections:
    """The section columns; ``definitions`` as ``read_symbols`` gives them. Raises FormatError."""
    base, count = headers.base + headers.header_size, headers.section_count
    records = concatenated(
        buffer, base, count * IMAGE_SECTION_HEADER.itemsize, IMAGE_SECTION_HEADER
    )
    owner = np.repeat(np.arange(len(base), dtype=np.int32), count)
    header_at = ragged(base, count, IMAGE_SECTION_HEADER.itemsize)
    characteristics = records["Characteristics"].copy()
    size, position = _raw_data(headers, records, owner, header_at)
    relocations_at, relocation_count = _relocation_ranges(
        buffer, headers, records, owner, header_at
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
    alignment = np.left_shift(np.int64(1), np.where(shift == 0, 5, shift).astype(np.int64) - 1)
    name_at, long_name = _section_names(headers, objects, records, owner, header_at)
    selection, leader, parent = _comdats(
        buffer, headers, objects, symbols, definitions, characteristics
    )
    return Sections(
        owner,
        name_at,
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
    headers: FileHeaders, records: npt.NDArray[Any], owner: Rows, header_at: Integers
) -> tuple[Integers, Integers]:
    """Size of each section, and the position of its bytes (-1 where it has none).

    The sums stop objects that share bytes between sections or ask for zeros by the gigabyte.
    """
    size = records["SizeOfRawData"].astype(np.int64)
    pointer = records["PointerToRawData"].astype(np.int64)
    initialized = records["Characteristics"] & _UNINITIALIZED == 0
    has_bytes = initialized & (pointer != 0) & (size != 0)
    reject_sections(
        has_bytes & (pointer + size > headers.size[owner]),
        headers,
        owner,
        header_at,
        "PointerToRawData",
        "the section's data ends past the end of the file",
    )
    count = headers.section_count
    used = _sums(np.where(has_bytes, size, 0), count)
    zeros = initialized & (pointer == 0)
    lacking = _sums(np.where(zeros, size, 0), count)
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
    return size, np.where(has_bytes, headers.base[owner] + pointer, -1)


def _sums(values: Integers, counts: Integers) -> Integers:
    """The sum of each object's values, of which it has ``counts``; objects follow each other."""
    running = np.concatenate([np.zeros(1, np.int64), np.cumsum(values)])
    ends = np.cumsum(counts)
    sums: Integers = running[ends] - running[ends - counts]
    return sums


def _relocation_ranges(
    buffer: Bytes, headers: FileHeaders, records: npt.NDArray[Any], owner: Rows, header_at: Integers
) -> tuple[Integers, Integers]:
    """Position and count of each section's relocations, the overflow form resolved.

    With LNK_NRELOC_OVFL and a count of 65,535 the first record holds the true count, itself
    included.
    """
    count = records["NumberOfRelocations"].astype(np.int64)
    pointer = records["PointerToRelocations"].astype(np.int64)
    item = IMAGE_RELOCATION.itemsize
    over = np.flatnonzero((count == 0xFFFF) & (records["Characteristics"] & _OVERFLOW != 0))
    limit = headers.size[owner]
    message = "the relocations end past the end of the file"
    if len(over):
        beyond = np.zeros(len(count), np.bool_)
        beyond[over] = pointer[over] + item > limit[over]
        reject_sections(beyond, headers, owner, header_at, "PointerToRelocations", message)
        count[over] = dwords(buffer, headers.base[owner[over]] + pointer[over]) - 1
        beyond[over] = count[over] < 0
        reject_sections(
            beyond, headers, owner, header_at, "NumberOfRelocations", "the overflow count is 0"
        )
        pointer[over] += item
    reject_sections(
        (count != 0) & (pointer + count * item > limit),
        headers,
        owner,
        header_at,
        "PointerToRelocations",
        message,
    )
    used = _sums(count * item, headers.section_count)
    reject(
        used > headers.size, headers.origins, None, "NumberOfRelocations", "the relocations overlap"
    )
    return headers.base[owner] + pointer, count


def _section_names(
    headers: FileHeaders,
    objects: Objects,
    records: npt.NDArray[Any],
    owner: Rows,
    header_at: Integers,
) -> tuple[Integers, Flags]:
    """Position of each section's name; ``/digits`` is an offset into the string table."""
    long = records["Name"] & np.uint64(0xFF) == ord("/")
    at = header_at.copy()
    rows = np.flatnonzero(long)
    if len(rows):
        offset, ended = _decimal(records["Name"][rows])
        bad = np.zeros(len(long), np.bool_)
        bad[rows] = ~ended | (offset < 4) | (offset >= objects.strings_size[owner[rows]])
        reject_sections(
            bad, headers, owner, header_at, "Name", "not an offset into the string table"
        )
        at[rows] = objects.strings_at[owner[rows]] + offset
    return at, long


def _decimal(names: Words) -> tuple[Integers, Flags]:
    """The numbers that follow the ``/`` of eight-byte names, and whether NUL ends each properly."""
    characters = names.view(np.uint8).reshape(-1, 8)
    number = np.zeros(len(names), np.int32)
    going = np.ones(len(names), np.bool_)
    ended = np.ones(len(names), np.bool_)
    for column in range(1, 8):
        digit = characters[:, column] - np.uint8(ord("0"))  # what is no digit wraps to over 9
        is_digit = going & (digit <= 9)
        ended &= is_digit | ~going | (characters[:, column] == 0)
        number = np.where(is_digit, number * 10 + digit, number)
        going = is_digit
        if not going.any():
            break
    return number.astype(np.int64), ended


def _comdats(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    symbols: Symbols,
    definitions: Integers,
    characteristics: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], Rows, Rows]:
    """Selection, leader symbol and parent section of every COMDAT section.

    A COMDAT's first symbol is its section definition, the next one in the same section names
    it (PE Format, "COMDAT Sections").
    """
    total = len(characteristics)
    selection = np.zeros(total, np.uint8)
    leader = np.full(total, -1, np.int32)
    parent = np.full(total, -1, np.int32)
    rows, auxiliary_at = definitions
    section = symbols.section[rows]
    comdat = characteristics[section] & _LNK_COMDAT != 0
    if not comdat.any():
        return selection, leader, parent
    rows, auxiliary_at, section = rows[comdat], auxiliary_at[comdat], section[comdat]
    kinds = buffer[auxiliary_at + 14]
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[symbols.object[rows[(kinds == 0) | (kinds > int(c.IMAGE_COMDAT_SELECT.NEWEST))]]] = True
    reject(bad, headers.origins, 14, "Selection", "an unknown COMDAT selection")
    selection[section] = kinds
    associative = kinds == int(c.IMAGE_COMDAT_SELECT.ASSOCIATIVE)
    if associative.any():
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
    inside = np.flatnonzero(symbols.section >= 0)
    inside = inside[inside > first_definition[symbols.section[inside]]]
    leader[symbols.section[inside[::-1]]] = inside[::-1]
    return selection, leader, parent
