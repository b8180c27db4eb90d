"""The COFF symbol and string table behind an image's sections, for debuggers that read those.

Loaders ignore both. A name of up to eight bytes is in the symbol itself, a longer one in the string
table. Long section names are there as well, so there may be strings without any symbol.

Source: PE Format, "COFF Symbol Table"; what is listed follows lld-link's /debug:dwarf.
"""

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Integers, SectionRows, Words, ragged, words_at_any_byte
from ntbuild.pecoff.columns.names import lengths_of
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pecoff.long_names import name_field
from ntbuild.pecoff.object.read import ABSOLUTE, UNDEFINED
from ntbuild.pecoff.structs import IMAGE_SYMBOL
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.pelink.script.plan import OVERRIDING
from ntbuild.support.text import encoded

_NAMED = (int(IMAGE_SYM_CLASS.EXTERNAL), int(IMAGE_SYM_CLASS.STATIC), int(IMAGE_SYM_CLASS.LABEL))
_SHORT = 8
_FEATURES = np.uint64(int.from_bytes(b"@feat.00", "little"))


def symbol_table(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    section_names: Sequence[str],
    *,
    with_symbols: bool,
) -> tuple[bytes, dict[str, bytes], int]:
    """The bytes to append, the name field of each long section name, and the number of symbols.

    Without long names, and with symbols off, there are no bytes.
    """
    # The table begins with its own size, four bytes that count; offsets in it start from there.
    strings = bytearray(4)
    fields: dict[str, bytes] = {}
    for name in section_names:
        if len(encoded(name)) > _SHORT and name not in fields:
            fields[name] = name_field(len(strings))
            strings += encoded(name) + b"\0"
    records = np.zeros(0, IMAGE_SYMBOL)
    if with_symbols:
        records, more = _records(tables, symbols, layout, len(strings))
        strings += more
    if not len(records) and not fields:
        return b"", {}, 0
    strings[:4] = struct.pack("<I", len(strings))
    return records.tobytes() + bytes(strings), fields, len(records)


def _records(
    tables: Tables, symbols: SymbolTable, layout: Layout, strings_size: int
) -> tuple[npt.NDArray[Any], bytes]:
    """IMAGE_SYMBOL of the image's symbols in link order, and the strings of their long names.

    ``strings_size`` is the size of the strings before those.
    """
    # One entry of every array is one symbol; ``long`` are indices of those with long names.
    section, value = _places(tables, symbols)
    rows, name_at, short_names = _listed(tables, symbols, layout, section, value)
    own = tables.objects.symbols
    home = section[rows]
    placed = np.maximum(home, 0)
    number = np.where(home >= 0, layout.number[placed], -1)
    starts = np.array([0, *(each.VirtualAddress for each in layout.headers)], np.int64)
    offset = layout.rva[placed] - starts[np.maximum(number, 0)]
    records = np.zeros(len(rows), IMAGE_SYMBOL)
    records["Value"] = (value[rows] + np.where(home >= 0, offset, 0)) & 0xFFFFFFFF
    records["SectionNumber"] = number
    records["Type"] = own.type[rows]
    records["StorageClass"] = own.storage_class[rows]
    long = np.flatnonzero(short_names == 0)
    sizes = lengths_of(tables.buffer, name_at[long]) + 1
    records["NameZeroes"] = short_names & 0xFFFFFFFF
    records["NameOffset"] = short_names >> 32
    records["NameOffset"][long] = strings_size + np.cumsum(sizes) - sizes
    return records, tables.buffer[ragged(name_at[long], sizes)].tobytes()


def _places(tables: Tables, symbols: SymbolTable) -> tuple[SectionRows, Integers]:
    """Section row (or ABSOLUTE) and value of each symbol row, as its own object defines it.

    Symbols of a linker script have theirs from its expressions.
    """
    own = tables.objects.symbols
    section, value = own.section, own.value
    for number, origin in enumerate(tables.objects.objects.origins):
        if origin.made and origin.order == OVERRIDING:
            rows = np.flatnonzero((own.object == number) & (own.section != UNDEFINED))
            section, value = section.copy(), value.copy()
            section[rows], value[rows] = symbols.row_section[rows], symbols.row_value[rows]
    return section, value


def _listed(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    section: SectionRows,
    value: Integers,
) -> tuple[Integers, Integers, Words]:
    """Symbol rows in link order, buffer positions of their names, and short names as numbers.

    The number of a long name is 0.
    """
    own, objects = tables.objects.symbols, tables.objects.objects
    home = section
    named = np.isin(own.storage_class, _NAMED) & ~own.auxiliary
    named &= (home >= 0) | ((home == ABSOLUTE) & (own.storage_class == _NAMED[0]))
    rows = np.flatnonzero(named)
    # The definition that was selected, not one of a COMDAT that was not.
    chosen = (symbols.row_section[rows] == home[rows]) & (symbols.row_value[rows] == value[rows])
    rows = rows[chosen & ((home[rows] < 0) | (layout.number[home[rows]] > 0))]
    owner = own.object[rows]
    at = (
        objects.symbols_at[owner]
        + (rows - objects.first_symbol[owner]) * (objects.symbol_size[owner])
    )
    words = words_at_any_byte(tables.buffer)[at]
    offset = (words >> np.uint64(32)).astype(np.int64)
    long = (words & np.uint64(0xFFFFFFFF)) == 0
    inside = (offset >= 4) & (offset < objects.strings_size[owner])
    name_at = np.where(long & inside, objects.strings_at[owner] + offset, at)
    first = tables.buffer[name_at]
    # Debuggers have no use for sections' own symbols, the linker's, and marks such as @feat.00.
    listed = ~np.isin(first, (0x7F, ord("."))) & (words != _FEATURES) & (inside | ~long)
    return rows[listed], name_at[listed], np.where(long, np.uint64(0), words)[listed]
