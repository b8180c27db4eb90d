"""COFF objects, many at once: their section, symbol and relocation tables as columns.

All objects of a batch are read with a fixed number of numpy operations. What is hard is trust:
every offset and count of a hostile object must be checked before it becomes an index, and the
checks must be vectorised too, or they would cost more than the reading.

Source: Microsoft "PE Format"; each part names its section there.
"""

from collections.abc import Sequence

import numpy as np

from .errors import FormatError
from .object_headers import read_headers, string_tables
from .object_sections import read_sections
from .object_symbols import read_symbols
from .object_tables import (
    ABSOLUTE,
    DEBUG,
    UNDEFINED,
    Flags,
    Objects,
    ObjectTables,
    Origin,
    Relocations,
    Rows,
    Sections,
    Symbols,
    joined,
)
from .pool import Pool
from .structs import IMAGE_RELOCATION
from .text import Bytes, ragged

__all__ = [
    "ABSOLUTE",
    "DEBUG",
    "UNDEFINED",
    "Flags",
    "ObjectTables",
    "Objects",
    "Origin",
    "Relocations",
    "Rows",
    "Sections",
    "Symbols",
    "joined",
    "read_objects",
    "read_relocations",
]


def read_objects(pool: Pool, origins: Sequence[Origin]) -> ObjectTables:
    """Read objects whose bytes are in ``pool``.

    Raises FormatError for the first fault found.
    """
    headers = read_headers(pool.buffer, tuple(origins))
    strings_at, strings_size = string_tables(pool.buffer, headers)
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
    symbols, definitions = read_symbols(pool, headers, objects)
    sections = read_sections(pool.buffer, headers, objects, symbols, definitions)
    return ObjectTables(objects, sections, symbols)


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
