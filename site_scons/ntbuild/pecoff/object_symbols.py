"""Symbol tables of COFF objects as columns.

What is hard is the auxiliary records: they lie among the symbols, their bytes can look like
symbols with auxiliary records of their own, and both record sizes (18 bytes, 20 in a bigobj) may
come in one batch.

Source: PE Format, "COFF Symbol Table" and "Auxiliary Symbol Records".
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from . import constants as c
from .errors import FormatError
from .object_headers import FileHeaders, dwords, reject
from .object_tables import UNDEFINED, Flags, Objects, Rows, Symbols
from .pool import Pool
from .structs import IMAGE_SYMBOL, IMAGE_SYMBOL_EX
from .text import Bytes, Integers, NameBudgetError, Words, concatenated, hash_names, ragged


def read_symbols(pool: Pool, headers: FileHeaders, objects: Objects) -> tuple[Symbols, Integers]:
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
    reject(bad, headers.origins, 8, "SectionNumber", "a symbol names a section that does not exist")
    section = np.where(
        number > 0, objects.first_section[owner].astype(np.int32) + number - 1, number - 1
    )
    section = section.astype(np.int32)
    storage = records["StorageClass"]
    value = records["Value"].astype(np.int64)
    named = (storage == c.IMAGE_SYM_CLASS.EXTERNAL) | (storage == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL)
    rows = np.flatnonzero(named & ~auxiliary).astype(np.int32)
    name_at, hashes = _external_names(pool, headers, objects, records, rows, owner)
    weak = holders[
        (storage[holders] == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL) & (section[holders] == UNDEFINED)
    ]
    weak_default, weak_search = _weak_externals(buffer, headers, objects, weak, owner)
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
    return symbols, np.stack([definitions, _record_at(headers, objects, owner, definitions + 1)])


def _symbol_records(buffer: Bytes, headers: FileHeaders) -> npt.NDArray[Any]:
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


def _record_at(
    headers: FileHeaders, objects: Objects, owner: Rows, rows: Integers | Rows
) -> Integers:
    """Where the records of symbol rows are in the buffer."""
    mine = owner[rows]
    return (
        objects.symbols_at[mine] + (rows - objects.first_symbol[mine]) * headers.symbol_size[mine]
    )


def _auxiliary_rows(
    records: npt.NDArray[Any], headers: FileHeaders, owner: Rows
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
    reject(
        bad,
        headers.origins,
        12,
        "NumberOfAuxSymbols",
        "auxiliary records pass the end of the symbol table",
    )
    mask = np.zeros(len(records), np.bool_)
    mask[ragged(holders + 1, spans)] = True
    return holders, mask


def _external_names(
    pool: Pool,
    headers: FileHeaders,
    objects: Objects,
    records: npt.NDArray[Any],
    rows: Rows,
    owner: Rows,
) -> tuple[Integers, Words]:
    """Position and hash of the names of external symbols.

    A name of exactly eight bytes has no NUL in its record; those are copied to the pool's end.
    """
    zeroes, offset = records["NameZeroes"][rows], records["NameOffset"][rows].astype(np.int64)
    long = zeroes == 0
    mine = owner[rows]
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[mine[long & ((offset < 4) | (offset >= objects.strings_size[mine]))]] = True
    reject(bad, headers.origins, 12, "symbol name", "its offset is outside the string table")
    record_at = _record_at(headers, objects, owner, rows)
    at = np.where(long, objects.strings_at[mine] + offset, record_at)
    full = np.flatnonzero(~long & (pool.buffer[record_at + 7] != 0))
    if len(full):
        copies = np.zeros((len(full), 16), np.uint8)
        copies[:, :8] = pool.buffer[record_at[full][:, None] + np.arange(8)]
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
    headers: FileHeaders,
    objects: Objects,
    weak: Integers,
    owner: Rows,
) -> tuple[Rows, npt.NDArray[np.uint32]]:
    """Default symbol row and search kind of each weak external."""
    mine = owner[weak]
    auxiliary_at = _record_at(headers, objects, owner, weak + 1)
    tag = dwords(buffer, auxiliary_at)
    bad = np.zeros(len(headers.origins), np.bool_)
    bad[mine[tag >= headers.symbol_count[mine]]] = True
    reject(
        bad, headers.origins, 12, "TagIndex", "a weak external's default is past the symbol table"
    )
    return (objects.first_symbol[mine] + tag).astype(np.int32), dwords(
        buffer, auxiliary_at + 4
    ).astype(np.uint32)
