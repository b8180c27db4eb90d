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
from .object_headers import FileHeaders, dwords, reject_rows
from .object_tables import UNDEFINED, Flags, Objects, Rows, Symbols
from .structs import IMAGE_SYMBOL, IMAGE_SYMBOL_EX
from .text import (
    Bytes,
    Integers,
    NameBudgetError,
    Words,
    concatenated,
    hash_inline_names,
    hash_names,
    ragged,
)

_HALF, _LAST = np.uint64(32), np.uint64(56)


def read_symbols(
    buffer: Bytes, headers: FileHeaders, objects: Objects
) -> tuple[Symbols, Integers, Integers]:
    """The symbol columns, and two columns about them.

    The first says which entries of ``name_at`` point at names without a NUL behind; the second
    has the rows of section definitions and, below these, where their auxiliary records are.
    """
    records = _symbol_records(buffer, headers)
    owner = np.repeat(np.arange(len(headers.base), dtype=np.int32), headers.symbol_count)
    holders, auxiliary = _auxiliary_rows(records, headers, owner)
    number = records["SectionNumber"].astype(np.int32)
    number[auxiliary] = 0
    # An ordinary object has up to 65,279 sections: its field is unsigned, but for the last numbers.
    number[~headers.bigobj[owner] & (number < int(c.IMAGE_SYM_SECTION.DEBUG))] += 1 << 16
    reject_rows(
        (number > headers.section_count[owner]) | (number < -2),
        owner,
        headers.origins,
        8,
        "SectionNumber",
        "a symbol names a section that does not exist",
    )
    section = np.where(
        number > 0, objects.first_section[owner].astype(np.int32) + number - 1, number - 1
    )
    section = section.astype(np.int32)
    storage = records["StorageClass"]
    value = records["Value"].astype(np.int64)
    named = (storage == c.IMAGE_SYM_CLASS.EXTERNAL) | (storage == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL)
    rows = np.flatnonzero(named & ~auxiliary).astype(np.int32)
    name_at, hashes, endless = _external_names(buffer, headers, objects, records, rows, owner)
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
    auxiliary_at = _record_at(headers, objects, owner, definitions + 1)
    return symbols, endless, np.stack([definitions, auxiliary_at])


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
    if (holders[1:] <= holders[:-1] + spans[:-1]).any():
        kept, end = [], -1
        for position, (row, span) in enumerate(zip(holders.tolist(), spans.tolist(), strict=True)):
            if row > end:
                kept.append(position)
                end = row + span
        holders, spans = holders[kept], spans[kept]
    limit = (np.cumsum(headers.symbol_count))[owner[holders]]
    reject_rows(
        holders + spans >= limit,
        owner[holders],
        headers.origins,
        12,
        "NumberOfAuxSymbols",
        "auxiliary records pass the end of the symbol table",
    )
    mask = np.zeros(len(records), np.bool_)
    mask[ragged(holders + 1, spans)] = True
    return holders, mask


def _external_names(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    records: npt.NDArray[Any],
    rows: Rows,
    owner: Rows,
) -> tuple[Integers, Words, Integers]:
    """Position and hash of the names of external symbols, and which no NUL ends.

    That is so for names of exactly eight bytes, which fill their place in the record.
    """
    zeroes, offset = records["NameZeroes"][rows], records["NameOffset"][rows]
    long = zeroes == 0
    mine = owner[rows]
    reject_rows(
        long & ((offset < 4) | (offset >= objects.strings_size[mine])),
        mine,
        headers.origins,
        12,
        "symbol name",
        "its offset is outside the string table",
    )
    at = _record_at(headers, objects, owner, rows)
    inside = np.flatnonzero(long)
    at[inside] = objects.strings_at[mine[inside]] + offset[inside]
    hashes = np.empty(len(rows), np.uint64)
    inline = np.flatnonzero(~long)
    words = zeroes[inline] | offset[inline].astype(np.uint64) << _HALF
    hashes[inline] = hash_inline_names(words)
    try:
        hashes[inside] = hash_names(buffer, at[inside], int(headers.size.sum()))
    except NameBudgetError:
        name = headers.origins[int(mine[0])].name
        raise FormatError(
            name, None, "symbol names", "they overlap beyond any sensible measure"
        ) from None
    return at, hashes, inline[words >> _LAST != 0]


def _weak_externals(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    weak: Integers,
    owner: Rows,
) -> tuple[Rows, npt.NDArray[np.uint32]]:
    """Default symbol row and search kind of each weak external."""
    if not len(weak):
        return np.zeros(0, np.int32), np.zeros(0, np.uint32)
    mine = owner[weak]
    auxiliary_at = _record_at(headers, objects, owner, weak + 1)
    tag = dwords(buffer, auxiliary_at)
    reject_rows(
        tag >= headers.symbol_count[mine],
        mine,
        headers.origins,
        12,
        "TagIndex",
        "a weak external's default is past the symbol table",
    )
    return (objects.first_symbol[mine] + tag).astype(np.int32), dwords(
        buffer, auxiliary_at + 4
    ).astype(np.uint32)
