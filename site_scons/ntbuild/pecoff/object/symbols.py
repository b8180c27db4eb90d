"""Symbol tables of COFF objects as columns: one row a record, auxiliary records included.

Pitfalls: an auxiliary record stands among the symbols, and its bytes can look like a symbol that
has auxiliary records of its own. Names of exactly eight bytes have no NUL behind them. Both sizes
of records (18 bytes, 20 in a bigobj) may come in one batch. Section numbers are unsigned 16-bit
numbers, except for the last two.

Arrays have one entry a symbol row, unless a comment says otherwise.

Source: PE Format, "COFF Symbol Table" and "Auxiliary Symbol Records".
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
    SectionNumbers,
    SymbolRows,
    Words,
    concatenated,
    ragged,
    word,
)
from ntbuild.pecoff.columns.names import NameBudgetError, hash_inline_names, hash_names
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.structs import IMAGE_SYMBOL, IMAGE_SYMBOL_EX
from ntbuild.support.text import printable

from .headers import FileHeaders, dwords, reject_rows
from .tables import UNDEFINED, Objects, Symbols

_HALF, _LAST = word(32), word(56)
_DEBUG = int(c.IMAGE_SYM_SECTION.DEBUG)
_LAST_NUMBERS = np.uint16(_DEBUG & 0xFFFF)
"""From here on a section number of 16 bits is negative."""
_MOST_SECTIONS = 0xFEFF
"""Larger section numbers of 16 bits are reserved; three of them have a meaning."""


def read_symbols(
    buffer: Bytes, headers: FileHeaders, objects: Objects
) -> tuple[Symbols, Integers, Integers]:
    """The symbol columns; indices of names without a NUL; and the section definitions.

    The indices are those of entries of ``name_at``, for names of exactly eight bytes. Section
    definitions are an array of two rows: their symbol rows, and the positions of their auxiliary
    records. Raises FormatError.
    """
    records, count = _symbol_records(buffer, headers), headers.symbol_count
    # One entry a symbol row: the row of its object.
    owner = np.arange(len(count), dtype=np.int32).repeat(count)
    holders, auxiliary = _auxiliary_rows(records, headers, owner)
    number = _section_numbers(records)
    # Bytes of auxiliary records are no section numbers; 0 keeps them out of every check.
    number *= ~auxiliary
    unknown = (number > headers.section_count.astype(np.int32).repeat(count)) | (number < _DEBUG)
    if np.count_nonzero(unknown):
        message = _wrong_section(records, number, int(np.argmax(unknown)))
        reject_rows(unknown, owner, headers.origins, 8, "SectionNumber", message)
    # Section number n > 0 is the row first_section + n - 1; 0, -1 and -2 become -1, -2 and -3.
    section = objects.first_section.astype(np.int32).repeat(count)
    section *= number > 0
    section += number - 1
    storage, value = records["StorageClass"].copy(), records["Value"].astype(np.int64)
    record_at = _record_positions(headers, objects)
    # A weak external that has a section is a definition, and one without an auxiliary record has
    # no default: both are ordinary external names.
    weak_class = storage == c.IMAGE_SYM_CLASS.WEAK_EXTERNAL
    named = ((storage == c.IMAGE_SYM_CLASS.EXTERNAL) | weak_class) & ~auxiliary
    rows = named.nonzero()[0]
    name_at, hashes, endless = _external_names(
        buffer, headers, objects, records, rows, owner, record_at
    )
    weak = (weak_class & holders & (section == UNDEFINED)).nonzero()[0]
    weak_default, weak_search = _weak_externals(buffer, headers, objects, weak, owner, record_at)
    # A section definition is a static symbol of value 0 with an auxiliary record.
    static = (storage == c.IMAGE_SYM_CLASS.STATIC) & holders
    definitions = (static & (section >= 0) & (value == 0)).nonzero()[0]
    symbols = Symbols(
        owner,
        section,
        value,
        storage,
        records["Type"],
        auxiliary,
        rows.astype(np.int32),
        hashes,
        name_at,
        weak.astype(np.int32),
        weak_default,
        weak_search,
    )
    return symbols, endless, np.array([definitions, record_at.take(definitions + 1)])


def _wrong_section(records: npt.NDArray[Any], number: npt.NDArray[np.int32], row: int) -> str:
    """What is wrong with the section number of a symbol row; long names are not read for it."""
    value = int(number[row])
    if _MOST_SECTIONS < value < 1 << 16:  # the 16-bit field of a negative number
        value -= 1 << 16
    if value > 0:
        return "a symbol names a section that does not exist"
    short = records[row : row + 1].tobytes()[:8].rstrip(b"\0")
    name = printable(short) if short[:4] != bytes(4) else "a symbol"
    return f"{name} should not refer to special section {value}"


def _symbol_records(buffer: Bytes, headers: FileHeaders) -> npt.NDArray[Any]:
    """All symbol records, both kinds, as IMAGE_SYMBOL_EX when a bigobj is among them."""
    start, size = headers.base + headers.symbol_table, headers.symbol_count * headers.symbol_size
    if not np.count_nonzero(headers.bigobj):
        return concatenated(buffer, start, size, IMAGE_SYMBOL)
    row = np.repeat(headers.bigobj, headers.symbol_count)
    merged = np.zeros(len(row), IMAGE_SYMBOL_EX)
    for kind, dtype in ((False, IMAGE_SYMBOL), (True, IMAGE_SYMBOL_EX)):
        of_kind = headers.bigobj == kind
        records = concatenated(buffer, start[of_kind], size[of_kind], dtype)
        for field in dtype.names or ():
            values = _section_numbers(records) if field == "SectionNumber" else records[field]
            merged[field][row == kind] = values
    return merged


def _section_numbers(records: npt.NDArray[Any]) -> SectionNumbers:
    """The section number of each record, as signed numbers.

    An ordinary object has up to 65,279 sections: its field of 16 bits is unsigned, except that
    0xFFFF and 0xFFFE are ABSOLUTE and DEBUG.
    """
    number = records["SectionNumber"]
    if number.itemsize == 4:
        return number.astype(np.int32)
    return (number.view(np.uint16) - _LAST_NUMBERS).astype(np.int32) + _DEBUG


def _record_positions(headers: FileHeaders, objects: Objects) -> Integers:
    """Position of the record of each symbol row."""
    count, size = headers.symbol_count, headers.symbol_size
    # symbols_at + size * (row - first_symbol), with the parts that are one value an object added
    # before they are repeated for its rows.
    positions = np.arange(int(count.sum())) * size.repeat(count)
    positions += (objects.symbols_at - objects.first_symbol * size).repeat(count)
    return positions


def _auxiliary_rows(
    records: npt.NDArray[Any], headers: FileHeaders, owner: ObjectRows
) -> tuple[Flags, Flags]:
    """Which rows have auxiliary records, and which are auxiliary records.

    Where a record that is followed by auxiliary ones (a holder) lies among those of another, it
    may be an auxiliary record itself: then the table is walked from its start, one holder at a
    time, as a reader of a single symbol would.
    """
    count = records["NumberOfAuxSymbols"].copy()
    holds = count != 0
    holders, mask = holds.nonzero()[0], np.zeros(len(records), np.bool_)
    if not len(holders):
        return holds, mask
    # One entry a holder: how many auxiliary records follow it.
    spans = count.take(holders).astype(np.int64)
    if np.count_nonzero(holders[1:] <= holders[:-1] + spans[:-1]):
        kept, end = [], -1
        for position, (row, span) in enumerate(zip(holders.tolist(), spans.tolist(), strict=True)):
            if row > end:
                kept.append(position)
                end = row + span
        holders, spans = holders[kept], spans[kept]
        holds[:] = False
        holds[holders] = True
    owners = owner.take(holders)
    reject_rows(
        holders + spans >= headers.symbol_count.cumsum().take(owners),
        owners,
        headers.origins,
        12,
        "NumberOfAuxSymbols",
        "auxiliary records pass the end of the symbol table",
    )
    mask[holders + 1] = True  # most have one record
    longer = (spans > 1).nonzero()[0]
    if len(longer):
        mask[ragged(holders.take(longer) + 2, spans.take(longer) - 1)] = True
    return holds, mask


def _external_names(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    records: npt.NDArray[Any],
    rows: Integers,
    owner: ObjectRows,
    record_at: Integers,
) -> tuple[Integers, Words, Integers]:
    """Position and hash of the name of each of ``rows``, and the indices of those without a NUL.

    Up to eight bytes stand in the record itself; otherwise NameZeroes is 0 and NameOffset an
    offset into the string table.
    """
    zeroes, offset = records["NameZeroes"][rows], records["NameOffset"][rows]
    long = zeroes == 0
    owners = owner.take(rows)
    reject_rows(
        long & ((offset < 4) | (offset >= objects.strings_size.take(owners))),
        owners,
        headers.origins,
        12,
        "symbol name",
        "its offset is outside the string table",
    )
    at = record_at.take(rows)
    inside = long.nonzero()[0]
    at[inside] = objects.strings_at.take(owners.take(inside)) + offset.take(inside)
    # Names in records are hashed from their eight bytes, which are in two fields of the record.
    hashes = np.empty(len(rows), np.uint64)
    inline = (~long).nonzero()[0]
    words = zeroes.take(inline) | offset.take(inline).astype(np.uint64) << _HALF
    hashes[inline] = hash_inline_names(words)
    try:
        hashes[inside] = hash_names(buffer, at.take(inside), int(headers.size.sum()))
    except NameBudgetError:
        name = headers.origins[int(owners[0])].name
        raise FormatError(
            name, None, "symbol names", "they overlap beyond any sensible measure"
        ) from None
    return at, hashes, inline.compress(words >> _LAST != 0)


def _weak_externals(
    buffer: Bytes,
    headers: FileHeaders,
    objects: Objects,
    weak: Integers,
    owner: ObjectRows,
    record_at: Integers,
) -> tuple[SymbolRows, npt.NDArray[np.uint32]]:
    """Default symbol row and search kind of each of the rows ``weak``."""
    if not len(weak):
        return np.zeros(0, np.int32), np.zeros(0, np.uint32)
    owners = owner[weak]
    auxiliary_at = record_at[weak + 1]
    tag = dwords(buffer, auxiliary_at)
    reject_rows(
        tag >= headers.symbol_count[owners],
        owners,
        headers.origins,
        12,
        "TagIndex",
        "a weak external's default is past the symbol table",
    )
    return (objects.first_symbol[owners] + tag).astype(np.int32), dwords(
        buffer, auxiliary_at + 4
    ).astype(np.uint32)
