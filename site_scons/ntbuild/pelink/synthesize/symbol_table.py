"""The symbol and string table behind an image's sections: for debuggers that read COFF symbols.

The loader ignores both. What is hard: names of eight bytes and less are in the symbol itself, and
long names of sections share the string table, so it may be there without any symbol.

Source: PE Format, "COFF Symbol Table"; what is listed follows lld-link's /debug:dwarf.
"""

import struct
from collections.abc import Iterator, Sequence

import numpy as np

from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pecoff.object import ABSOLUTE
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.pelink.places import symbol_text

_NAMED = (int(IMAGE_SYM_CLASS.EXTERNAL), int(IMAGE_SYM_CLASS.STATIC), int(IMAGE_SYM_CLASS.LABEL))
_SHORT = 8


def symbol_table(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    section_names: Sequence[str],
    *,
    wanted: bool,
) -> tuple[bytes, dict[str, bytes], int]:
    """The bytes to append, name fields of those section names that are long, and the symbol count.

    Without long names and ``wanted`` symbols there are no bytes.
    """
    strings = bytearray(4)
    fields: dict[str, bytes] = {}
    for name in section_names:
        if len(name.encode()) > _SHORT and name not in fields:
            fields[name] = b"/%d" % len(strings)
            strings += name.encode() + b"\0"
    records = []
    listed = _listed(tables, symbols, layout) if wanted else ()
    for own_name, value, number, kind, storage in listed:
        field = own_name
        if len(own_name) > _SHORT:
            field = struct.pack("<II", 0, len(strings))
            strings += own_name + b"\0"
        records.append(struct.pack("<8sIhHBB", field, value & 0xFFFFFFFF, number, kind, storage, 0))
    if not records and not fields:
        return b"", {}, 0
    strings[:4] = struct.pack("<I", len(strings))
    return b"".join(records) + bytes(strings), fields, len(records)


def _listed(
    tables: Tables, symbols: SymbolTable, layout: Layout
) -> Iterator[tuple[bytes, int, int, int, int]]:
    """(name, value, section number, type, storage class) of the image's symbols, in link order."""
    own = tables.objects.symbols
    home = own.section
    mine = np.isin(own.storage_class, _NAMED) & ~own.auxiliary
    mine &= (home >= 0) | ((home == ABSOLUTE) & (own.storage_class == _NAMED[0]))
    rows = np.flatnonzero(mine)
    # The definition that a name was given, not one that lost against it.
    chosen = (symbols.row_section[rows] == home[rows]) & (
        symbols.row_value[rows] == own.value[rows]
    )
    placed = (home[rows] < 0) | (layout.number[home[rows]] > 0)
    for row in rows[chosen & placed].tolist():
        name = symbol_text(tables, row).encode("utf-8", "backslashreplace")
        section = int(home[row])
        if name.startswith((b"\x7f", b".")) or name == b"@feat.00":
            continue
        value, number = int(own.value[row]), int(layout.number[section]) if section >= 0 else -1
        if section >= 0:
            value += int(layout.rva[section]) - layout.headers[number - 1].VirtualAddress
        yield name, value, number, int(own.type[row]), int(own.storage_class[row])
