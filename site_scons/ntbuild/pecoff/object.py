"""COFF objects, many at once: their section, symbol and relocation tables as columns.

All objects of a batch are read with a fixed number of numpy operations. What is hard is trust:
every offset and count of a hostile object must be checked before it becomes an index, and the
checks must be vectorised too, or they would cost more than the reading.

Source: Microsoft "PE Format": COFF file header, section table, symbol table, auxiliary
records; ``ANON_OBJECT_HEADER_BIGOBJ`` of winnt.h for objects with more than 65,279 sections.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from . import constants as c
from .errors import FormatError
from .pool import Pool
from .structs import (
    ANON_OBJECT_HEADER_BIGOBJ,
    IMAGE_FILE_HEADER,
    IMAGE_RELOCATION,
    IMAGE_SECTION_HEADER,
    IMAGE_SYMBOL,
    IMAGE_SYMBOL_EX,
)
from .text import Bytes, Integers, NameBudgetError, Words, concatenated, hash_names, ragged

Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

UNDEFINED, ABSOLUTE, DEBUG = -1, -2, -3
"""``Symbols.section`` of a symbol that is in no section."""

_LNK_COMDAT = int(c.IMAGE_SCN.LNK_COMDAT)
_UNINITIALIZED = int(c.IMAGE_SCN.CNT_UNINITIALIZED_DATA)
_OVERFLOW = int(c.IMAGE_SCN.LNK_NRELOC_OVFL)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object's bytes are in the pool, and what to call it in messages.

    ``name`` is the path as given, or ``archive(member)``; ``order`` is a text by which GNU ld's
    SORT orders import tables: the archive and the member's file name.
    """

    name: str
    position: int
    size: int
    order: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """One row an object."""

    origins: tuple[Origin, ...]
    machine: npt.NDArray[np.uint16]
    first_section: Integers
    first_symbol: Integers
    symbols_at: Integers
    symbol_size: Integers
    strings_at: Integers
    strings_size: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """One row a section contribution, objects in link order.

    ``name_at`` is the position of its name, which NUL or 8 bytes end unless ``long_name``;
    ``position`` of its raw data; ``relocations_at``/``relocation_count`` of its relocations.
    ``selection`` is the IMAGE_COMDAT_SELECT (0: not a COMDAT), ``leader`` the symbol row that
    names the COMDAT (-1: none) and ``parent`` the section that an associative one follows.
    """

    object: Rows
    name_at: Integers
    long_name: Flags
    position: Integers
    size: Integers
    alignment: Integers
    Characteristics: npt.NDArray[np.uint32]
    relocations_at: Integers
    relocation_count: Integers
    selection: npt.NDArray[np.uint8]
    checksum: npt.NDArray[np.uint32]
    leader: Rows
    parent: Rows

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """One row a symbol record, auxiliary records included (``auxiliary`` is set for those).

    ``section`` is a section row, or UNDEFINED, ABSOLUTE, DEBUG. ``external`` rows take part in
    resolution; ``hash``, ``name_at`` and ``rows`` are parallel and hold just those.
    """

    object: Rows
    section: Rows
    value: Integers
    storage_class: npt.NDArray[np.uint8]
    type: npt.NDArray[np.uint16]
    auxiliary: Flags
    rows: Rows
    hash: Words
    name_at: Integers
    weak_rows: Rows
    weak_default: Rows
    weak_search: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.section)


@dataclass(frozen=True, slots=True, eq=False)
class ObjectTables:
    """What a batch of objects says."""

    objects: Objects
    sections: Sections
    symbols: Symbols


@dataclass(frozen=True, slots=True, eq=False)
class _Headers:
    """File headers of both kinds in common columns; offsets are relative to the object."""

    origins: tuple[Origin, ...]
    base: Integers
    size: Integers
    bigobj: Flags
    machine: npt.NDArray[np.uint16]
    header_size: Integers
    section_count: Integers
    symbol_table: Integers
    symbol_count: Integers
    symbol_size: Integers


def _reject(bad: Flags, origins: Sequence[Origin], offset: Any, field: str, message: str) -> None:
    """Raise FormatError for the first object of which ``bad`` is set."""
    if bad.any():
        row = int(np.argmax(bad))
        at = int(offset[row]) if isinstance(offset, np.ndarray) else offset
        raise FormatError(origins[row].name, at, field, message)


def read_objects(pool: Pool, origins: Sequence[Origin]) -> ObjectTables:
    """Read objects whose bytes are in ``pool``.

    Raises FormatError for the first fault found.
    """
    headers = _read_headers(pool.buffer, tuple(origins))
    strings_at, strings_size = _string_tables(pool.buffer, headers)
    first_section = np.cumsum(headers.section_count) - headers.section_count
    first_symbol = np.cumsum(headers.symbol_count) - headers.symbol_count
    objects = Objects(
        headers.origins,
        headers.machine,
        first_section,
        first_symbol,
        headers.base + headers.symbol_table,
        headers.symbol_size,
        strings_at,
        strings_size,
    )
    symbols, definitions = _read_symbols(pool, headers, objects)
    sections = _read_sections(pool.buffer, headers, objects, symbols, definitions)
    return ObjectTables(objects, sections, symbols)


def _read_headers(buffer: Bytes, origins: tuple[Origin, ...]) -> _Headers:
    base = np.array([origin.position for origin in origins], np.int64)
    size = np.array([origin.size for origin in origins], np.int64)
    _reject(
        size < IMAGE_FILE_HEADER.itemsize, origins, 0, "IMAGE_FILE_HEADER", "the file is too short"
    )
    heads = concatenated(
        buffer, base, np.full(len(base), IMAGE_FILE_HEADER.itemsize), IMAGE_FILE_HEADER
    )
    bigobj = (heads["Machine"] == 0) & (heads["NumberOfSections"] == 0xFFFF)
    big = np.flatnonzero(bigobj)
    machine = heads["Machine"].copy()
    sections = heads["NumberOfSections"].astype(np.int64)
    table = heads["PointerToSymbolTable"].astype(np.int64)
    count = heads["NumberOfSymbols"].astype(np.int64)
    header_size = IMAGE_FILE_HEADER.itemsize + heads["SizeOfOptionalHeader"].astype(np.int64)
    if len(big):
        item = ANON_OBJECT_HEADER_BIGOBJ.itemsize
        short = np.zeros(len(base), np.bool_)
        short[big] = size[big] < item
        _reject(short, origins, 0, "ANON_OBJECT_HEADER_BIGOBJ", "the file is too short")
        records = concatenated(
            buffer, base[big], np.full(len(big), item), ANON_OBJECT_HEADER_BIGOBJ
        )
        wrong = np.zeros(len(base), np.bool_)
        wrong[big] = [
            int(row["Version"]) < 2 or row["ClassID"].tobytes() != c.BIGOBJ_CLASS_ID
            for row in records
        ]
        _reject(wrong, origins, 12, "ClassID", "not a bigobj object (an LTCG or anonymous object?)")
        machine[big] = records["Machine"]
        sections[big] = records["NumberOfSections"]
        table[big] = records["PointerToSymbolTable"]
        count[big] = records["NumberOfSymbols"]
        header_size[big] = item
    symbol_size = np.where(bigobj, IMAGE_SYMBOL_EX.itemsize, IMAGE_SYMBOL.itemsize)
    count[table == 0] = 0
    end = header_size + sections * IMAGE_SECTION_HEADER.itemsize
    _reject(
        end > size,
        origins,
        2,
        "NumberOfSections",
        "the section table ends past the end of the file",
    )
    _reject(
        table + count * symbol_size > size,
        origins,
        8,
        "PointerToSymbolTable",
        "the symbol table ends past the end of the file",
    )
    return _Headers(
        origins, base, size, bigobj, machine, header_size, sections, table, count, symbol_size
    )


def _string_tables(buffer: Bytes, headers: _Headers) -> tuple[Integers, Integers]:
    """Position and size of each string table; an object may have none (size 0)."""
    offset = headers.symbol_table + headers.symbol_count * headers.symbol_size
    exists = (headers.symbol_table != 0) & (offset + 4 <= headers.size)
    at = headers.base + np.where(exists, offset, 0)
    size = np.where(exists, _dwords(buffer, at), 0)
    size[size < 4] = 0  # some tools write 0 for a table without strings
    _reject(
        exists & (offset + size > headers.size),
        headers.origins,
        offset,
        "string table size",
        "the string table ends past the end of the file",
    )
    last = buffer[at + np.maximum(size, 1) - 1]
    _reject(
        (size > 4) & (last != 0),
        headers.origins,
        offset,
        "string table",
        "the last string is not terminated",
    )
    return at, size


def _dwords(buffer: Bytes, at: Integers) -> Integers:
    """The little-endian 32-bit numbers at byte positions."""
    words = np.ndarray((len(buffer) - 3,), "<u4", buffer.data, 0, (1,))
    return words[at].astype(np.int64)


def _half_words(buffer: Bytes, at: Integers) -> Integers:
    words = np.ndarray((len(buffer) - 1,), "<u2", buffer.data, 0, (1,))
    return words[at].astype(np.int64)


def _symbol_records(buffer: Bytes, headers: _Headers) -> npt.NDArray[Any]:
    """All symbol records, both kinds, as IMAGE_SYMBOL_EX when a bigobj is among them."""
    start, size = headers.base + headers.symbol_table, headers.symbol_count * headers.symbol_size
    if not headers.bigobj.any():
        return concatenated(buffer, start, size, IMAGE_SYMBOL)
    row = np.repeat(headers.bigobj, headers.symbol_count)
    merged = np.zeros(len(row), IMAGE_SYMBOL_EX)
    for kind, dtype in ((False, IMAGE_SYMBOL), (True, IMAGE_SYMBOL_EX)):
        mine = headers.bigobj == kind
        records = concatenated(buffer, start[mine], size[mine], dtype)
        for field in dtype.names or ():
            merged[field][row == kind] = records[field]
    return merged


def _auxiliary_rows(
    records: npt.NDArray[Any], headers: _Headers, owner: Rows
) -> tuple[Integers, Flags]:
    """Rows that have auxiliary records, and the mask of the auxiliary rows.

    An auxiliary record's bytes can look like a symbol that has auxiliary records itself, so
    where spans overlap the table has to be walked from its start.
    """
    count = records["NumberOfAuxSymbols"]
    holders = np.flatnonzero(count)
    spans = count[holders].astype(np.int64)
    ends = np.maximum.accumulate(holders + spans) if len(holders) else holders
    if (holders[1:] <= ends[:-1]).any():
        kept, end = [], -1
        for position, (row, span) in enumerate(zip(holders.tolist(), spans.tolist(), strict=True)):
            if row > end:
                kept.append(position)
                end = row + span
        holders, spans = holders[kept], spans[kept]
    limit = (np.cumsum(headers.symbol_count))[owner[holders]]
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[owner[holders[holders + spans >= limit]]] = True
    _reject(
        bad,
        headers.origins,
        12,
        "NumberOfAuxSymbols",
        "auxiliary records pass the end of the symbol table",
    )
    mask = np.zeros(len(records), np.bool_)
    mask[ragged(holders + 1, spans)] = True
    return holders, mask


def _read_symbols(pool: Pool, headers: _Headers, objects: Objects) -> tuple[Symbols, Integers]:
    """The symbol columns, and the rows of section definitions (with their auxiliary record)."""
    buffer = pool.buffer
    records = _symbol_records(buffer, headers)
    owner = np.repeat(np.arange(len(headers.base), dtype=np.int32), headers.symbol_count)
    holders, auxiliary = _auxiliary_rows(records, headers, owner)
    number = records["SectionNumber"].astype(np.int32)
    number[auxiliary] = 0
    bad = np.zeros(len(headers.origins), np.bool_)
    # An ordinary object has up to 65,279 sections: its field is unsigned, but for the last numbers.
    number[~headers.bigobj[owner] & (number < int(c.IMAGE_SYM_SECTION.DEBUG))] += 1 << 16
    bad[owner[(number > headers.section_count[owner]) | (number < -2)]] = True
    _reject(
        bad, headers.origins, 8, "SectionNumber", "a symbol names a section that does not exist"
    )
    section = np.where(
        number > 0, objects.first_section[owner].astype(np.int32) + number - 1, number - 1
    )
    section = section.astype(np.int32)
    storage = records["StorageClass"]
    value = records["Value"].astype(np.int64)
    record_at = (
        objects.symbols_at[owner]
        + (np.arange(len(records), dtype=np.int64) - objects.first_symbol[owner])
        * headers.symbol_size[owner]
    )
    named = (storage == c.IMAGE_SYM_CLASS.EXTERNAL) | (storage == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL)
    rows = np.flatnonzero(named & ~auxiliary).astype(np.int32)
    name_at, hashes = _external_names(pool, headers, objects, records, rows, owner, record_at)
    weak = holders[
        (storage[holders] == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL) & (section[holders] == UNDEFINED)
    ]
    weak_default, weak_search = _weak_externals(buffer, headers, objects, weak, owner, record_at)
    static = (
        (storage[holders] == c.IMAGE_SYM_CLASS.STATIC)
        & (section[holders] >= 0)
        & (value[holders] == 0)
    )
    symbols = Symbols(
        owner,
        section,
        value,
        storage,
        records["Type"],
        auxiliary,
        rows,
        hashes,
        name_at,
        weak.astype(np.int32),
        weak_default,
        weak_search,
    )
    definitions = holders[static]
    return symbols, np.stack(
        [definitions, record_at[definitions] + headers.symbol_size[owner[definitions]]]
    )


def _external_names(
    pool: Pool,
    headers: _Headers,
    objects: Objects,
    records: npt.NDArray[Any],
    rows: Rows,
    owner: Rows,
    record_at: Integers,
) -> tuple[Integers, Words]:
    """Position and hash of the names of external symbols.

    A name of exactly eight bytes has no NUL in its record; those are copied to the pool's end.
    """
    zeroes, offset = records["NameZeroes"][rows], records["NameOffset"][rows].astype(np.int64)
    long = zeroes == 0
    mine = owner[rows]
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[mine[long & ((offset < 4) | (offset >= objects.strings_size[mine]))]] = True
    _reject(bad, headers.origins, 12, "symbol name", "its offset is outside the string table")
    at = np.where(long, objects.strings_at[mine] + offset, record_at[rows])
    full = np.flatnonzero(~long & (pool.buffer[record_at[rows] + 7] != 0))
    if len(full):
        copies = np.zeros((len(full), 16), np.uint8)
        copies[:, :8] = pool.buffer[record_at[rows[full]][:, None] + np.arange(8)]
        at[full] = pool.add(copies.tobytes()) + 16 * np.arange(len(full))
    try:
        return at, hash_names(pool.buffer, at)
    except NameBudgetError:
        name = headers.origins[int(mine[0])].name
        raise FormatError(
            name, None, "symbol names", "they overlap beyond any sensible measure"
        ) from None


def _weak_externals(
    buffer: Bytes,
    headers: _Headers,
    objects: Objects,
    weak: Integers,
    owner: Rows,
    record_at: Integers,
) -> tuple[Rows, npt.NDArray[np.uint32]]:
    """Default symbol row and search kind of each weak external."""
    mine = owner[weak]
    auxiliary_at = record_at[weak] + headers.symbol_size[mine]
    tag = _dwords(buffer, auxiliary_at)
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[mine[tag >= headers.symbol_count[mine]]] = True
    _reject(
        bad, headers.origins, 12, "TagIndex", "a weak external's default is past the symbol table"
    )
    return (objects.first_symbol[mine] + tag).astype(np.int32), _dwords(
        buffer, auxiliary_at + 4
    ).astype(np.uint32)


def _read_sections(
    buffer: Bytes, headers: _Headers, objects: Objects, symbols: Symbols, definitions: Integers
) -> Sections:
    base, count = headers.base + headers.header_size, headers.section_count
    records = concatenated(
        buffer, base, count * IMAGE_SECTION_HEADER.itemsize, IMAGE_SECTION_HEADER
    )
    owner = np.repeat(np.arange(len(base), dtype=np.int32), count)
    header_at = ragged(base, count, IMAGE_SECTION_HEADER.itemsize)
    characteristics = records["Characteristics"].copy()
    size = records["SizeOfRawData"].astype(np.int64)
    pointer = records["PointerToRawData"].astype(np.int64)
    has_bytes = (characteristics & _UNINITIALIZED == 0) & (pointer != 0) & (size != 0)
    _reject_sections(
        has_bytes & (pointer + size > headers.size[owner]),
        headers,
        owner,
        header_at,
        "PointerToRawData",
        "the section's data ends past the end of the file",
    )
    used = (
        np.bincount(owner[has_bytes], size[has_bytes], len(base))
        if len(owner)
        else np.zeros(len(base))
    )
    _reject(
        used > headers.size, headers.origins, None, "SizeOfRawData", "the sections' data overlaps"
    )
    relocations_at, relocation_count = _relocation_ranges(
        buffer, headers, records, owner, header_at
    )
    shift = (characteristics & c.IMAGE_SCN_ALIGN_MASK) >> c.IMAGE_SCN_ALIGN_SHIFT
    _reject_sections(
        shift == 15,
        headers,
        owner,
        header_at,
        "Characteristics",
        "the alignment 0xf does not exist",
    )
    alignment = np.left_shift(np.int64(1), np.where(shift == 0, 5, shift).astype(np.int64) - 1)
    name_at, long_name = _section_names(buffer, headers, objects, records, owner, header_at)
    selection, checksum, leader, parent = _comdats(
        buffer, headers, objects, symbols, definitions, characteristics
    )
    return Sections(
        owner,
        name_at,
        long_name,
        np.where(has_bytes, objects_base(headers, owner) + pointer, -1),
        size,
        alignment,
        characteristics,
        relocations_at,
        relocation_count,
        selection,
        checksum,
        leader,
        parent,
    )


def objects_base(headers: _Headers, owner: Rows) -> Integers:
    """Position of the object that each row belongs to."""
    return headers.base[owner]


def _reject_sections(
    bad: Flags, headers: _Headers, owner: Rows, header_at: Integers, field: str, message: str
) -> None:
    """Raise FormatError for the first section of which ``bad`` is set."""
    if bad.any():
        row = int(np.argmax(bad))
        origin = headers.origins[int(owner[row])]
        number = row - int(np.searchsorted(owner, owner[row])) + 1
        raise FormatError(
            origin.name,
            int(header_at[row]) - origin.position,
            f"section {number}: {field}",
            message,
        )


def _relocation_ranges(
    buffer: Bytes, headers: _Headers, records: npt.NDArray[Any], owner: Rows, header_at: Integers
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
        _reject_sections(beyond, headers, owner, header_at, "PointerToRelocations", message)
        count[over] = _dwords(buffer, headers.base[owner[over]] + pointer[over]) - 1
        beyond[over] = count[over] < 0
        _reject_sections(
            beyond, headers, owner, header_at, "NumberOfRelocations", "the overflow count is 0"
        )
        pointer[over] += item
    _reject_sections(
        (count != 0) & (pointer + count * item > limit),
        headers,
        owner,
        header_at,
        "PointerToRelocations",
        message,
    )
    used = (
        np.bincount(owner, count * item, len(headers.base))
        if len(owner)
        else np.zeros(len(headers.base))
    )
    _reject(
        used > headers.size, headers.origins, None, "NumberOfRelocations", "the relocations overlap"
    )
    return headers.base[owner] + pointer, count


def _section_names(
    buffer: Bytes,
    headers: _Headers,
    objects: Objects,
    records: npt.NDArray[Any],
    owner: Rows,
    header_at: Integers,
) -> tuple[Integers, Flags]:
    """Position of each section's name; ``/digits`` is an offset into the string table."""
    first = records["Name"] & np.uint64(0xFF)
    long = first == ord("/")
    at = header_at.copy()
    rows = np.flatnonzero(long)
    if len(rows):
        digits = buffer[header_at[rows][:, None] + np.arange(1, 8)]
        is_digit = (digits >= ord("0")) & (digits <= ord("9"))
        good = np.logical_and.accumulate(is_digit, axis=1)
        offset = np.zeros(len(rows), np.int64)
        for column in range(7):
            grown = offset * 10 + (digits[:, column].astype(np.int64) - ord("0"))
            offset = np.where(good[:, column], grown, offset)
        bad = np.zeros(len(long), np.bool_)
        ended = np.where(
            good.all(axis=1),
            True,
            np.take_along_axis(digits, np.minimum(good.sum(axis=1), 6)[:, None], 1)[:, 0] == 0,
        )
        bad[rows] = (
            ~good[:, 0] | ~ended | (offset < 4) | (offset >= objects.strings_size[owner[rows]])
        )
        _reject_sections(
            bad, headers, owner, header_at, "Name", "not an offset into the string table"
        )
        at[rows] = objects.strings_at[owner[rows]] + offset
    return at, long


def _comdats(
    buffer: Bytes,
    headers: _Headers,
    objects: Objects,
    symbols: Symbols,
    definitions: Integers,
    characteristics: npt.NDArray[np.uint32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint32], Rows, Rows]:
    """Selection, checksum, leader symbol and parent section of every COMDAT section.

    A COMDAT's first symbol is its section definition, the next one in the same section names
    it (PE Format, "COMDAT Sections").
    """
    total = len(characteristics)
    selection = np.zeros(total, np.uint8)
    checksum = np.zeros(total, np.uint32)
    leader = np.full(total, -1, np.int32)
    parent = np.full(total, -1, np.int32)
    rows, auxiliary_at = definitions
    section = symbols.section[rows]
    comdat = characteristics[section] & _LNK_COMDAT != 0
    rows, auxiliary_at, section = rows[comdat], auxiliary_at[comdat], section[comdat]
    kinds = buffer[auxiliary_at + 14]
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[symbols.object[rows[(kinds == 0) | (kinds > int(c.IMAGE_COMDAT_SELECT.NEWEST))]]] = True
    _reject(bad, headers.origins, 14, "Selection", "an unknown COMDAT selection")
    selection[section] = kinds
    checksum[section] = _dwords(buffer, auxiliary_at + 8)
    associative = kinds == int(c.IMAGE_COMDAT_SELECT.ASSOCIATIVE)
    if associative.any():
        mine = symbols.object[rows[associative]]
        number = _half_words(buffer, auxiliary_at[associative] + 12)
        high = _half_words(buffer, auxiliary_at[associative] + 16)
        number += np.where(headers.bigobj[mine], high << 16, 0)
        bad[mine[(number == 0) | (number > headers.section_count[mine])]] = True
        _reject(
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
    return selection, checksum, leader, parent


def joined(batches: Sequence[ObjectTables]) -> ObjectTables:
    """Several batches as one, rows of later batches moved behind those of earlier ones."""
    if len(batches) == 1:
        return batches[0]
    section_counts = np.cumsum([0, *(len(batch.sections) for batch in batches)])[:-1].tolist()
    symbol_counts = np.cumsum([0, *(len(batch.symbols) for batch in batches)])[:-1].tolist()
    object_counts = np.cumsum([0, *(len(batch.objects.origins) for batch in batches)])[:-1].tolist()
    shifts = {
        "object": object_counts,
        "first_section": section_counts,
        "first_symbol": symbol_counts,
        "section": section_counts,
        "parent": section_counts,
        "leader": symbol_counts,
        "rows": symbol_counts,
        "weak_rows": symbol_counts,
        "weak_default": symbol_counts,
    }

    def column(table: str, name: str) -> Any:
        parts = [getattr(getattr(batch, table), name) for batch in batches]
        moved = [
            np.where(part >= 0, part + shift, part).astype(part.dtype) if shift else part
            for part, shift in zip(parts, shifts.get(name, [0] * len(parts)), strict=True)
        ]
        return np.concatenate(moved)

    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return ObjectTables(
        Objects(origins, *(column("objects", name) for name in Objects.__slots__[1:])),
        Sections(*(column("sections", name) for name in Sections.__slots__)),
        Symbols(*(column("symbols", name) for name in Symbols.__slots__)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Relocations:
    """One row a relocation: its ``section`` row, ``offset`` in it, ``type`` and ``symbol`` row."""

    section: Rows
    offset: Integers
    type: npt.NDArray[np.uint16]
    symbol: Rows

    def __len__(self) -> int:
        return len(self.section)


def read_relocations(buffer: Bytes, tables: ObjectTables, wanted: Flags) -> Relocations:
    """The relocations of the ``wanted`` sections, in section order.

    Raises FormatError when one names a symbol that does not exist.
    """
    sections, objects = tables.sections, tables.objects
    rows = np.flatnonzero(wanted & (sections.relocation_count > 0))
    count = sections.relocation_count[rows]
    at = ragged(sections.relocations_at[rows], count, IMAGE_RELOCATION.itemsize)
    raw = np.ndarray((max(len(buffer) - 9, 0),), "V10", buffer.data, 0, (1,))
    records = raw[at].view(IMAGE_RELOCATION)
    owner = sections.object[rows]
    counts = np.diff(np.append(objects.first_symbol, len(tables.symbols)))
    index = records["SymbolTableIndex"].astype(np.int64)
    bad = np.flatnonzero(index >= np.repeat(counts[owner], count))
    if len(bad):
        section = int(np.repeat(rows, count)[bad[0]])
        origin = objects.origins[int(sections.object[section])]
        raise FormatError(
            origin.name,
            int(at[bad[0]]) - origin.position + 4,
            "SymbolTableIndex",
            f"a relocation names symbol {int(index[bad[0]])}, past the symbol table",
        )
    return Relocations(
        np.repeat(rows, count).astype(np.int32),
        records["VirtualAddress"].astype(np.int64),
        records["Type"],
        (np.repeat(objects.first_symbol[owner], count) + index).astype(np.int32),
    )
