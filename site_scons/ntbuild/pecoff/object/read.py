"""The reader of COFF objects: section, symbol and relocation tables of many objects as columns.

All objects of a batch are read with a fixed number of numpy operations. Every offset and count
is checked, in array operations too, before it becomes an index: what `read_objects` returns can be
followed without a check. Only offsets of relocations are left to the pass that applies them.

Limits: a name of eight bytes is copied to the pool's end, with a NUL, so reading objects lets the
pool grow.

Source: Microsoft "PE Format"; each part names its section there.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers
from ntbuild.pecoff.columns.parallel import in_parts, parts_of
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.structs import IMAGE_RELOCATION

from .headers import FileHeaders, read_headers, string_tables
from .sections import read_sections
from .symbols import read_symbols
from .tables import (
    ABSOLUTE,
    DEBUG,
    UNDEFINED,
    Columns,
    FirstRows,
    Objects,
    ObjectTables,
    Origin,
    Relocations,
    Sections,
    Symbols,
    joined,
)

__all__ = [
    "ABSOLUTE",
    "DEBUG",
    "UNDEFINED",
    "ObjectTables",
    "Objects",
    "Origin",
    "Relocations",
    "Sections",
    "Symbols",
    "joined",
    "read_objects",
    "read_relocations",
]


def read_objects(pool: Pool, origins: Sequence[Origin]) -> ObjectTables:
    """The tables of objects whose bytes are in ``pool``, in the order of ``origins``.

    The pool grows. Raises FormatError for the first fault found.
    """
    buffer = pool.buffer
    headers = read_headers(buffer, tuple(origins))
    strings_at, strings_size = string_tables(buffer, headers)
    objects = Objects(
        headers.origins,
        headers.machine,
        headers.section_count.cumsum() - headers.section_count,
        headers.symbol_count.cumsum() - headers.symbol_count,
        headers.base + headers.symbol_table,
        headers.symbol_size,
        strings_at,
        strings_size,
    )
    parts = _parts(headers)
    if len(parts) == 1:
        tables, endless = _tables(buffer, headers, objects)
        tables.symbols.name_at[endless] = _with_ends(pool, tables.symbols.name_at[endless])
        return tables
    sections, symbols = int(headers.section_count.sum()), int(headers.symbol_count.sum())
    columns = Columns(sections, symbols)

    def read(part: slice) -> tuple[dict[str, npt.NDArray[Any]], Integers]:
        tables, endless = _tables(buffer, headers.part(part), objects.part(part))
        row = part.start
        first = FirstRows(row, int(objects.first_section[row]), int(objects.first_symbol[row]))
        return columns.put(tables, first), endless

    read_parts = in_parts(read, parts)
    for named, endless in read_parts:
        named["name_at"][endless] = _with_ends(pool, named["name_at"][endless])
    return columns.tables(objects, sections, symbols, [named for named, _ in read_parts])


def _parts(headers: FileHeaders) -> list[slice]:
    """Slices over the objects that have about ``ROWS`` symbols and sections each."""
    return parts_of((headers.section_count + headers.symbol_count).cumsum())


def _tables(buffer: Bytes, headers: FileHeaders, objects: Objects) -> tuple[ObjectTables, Integers]:
    """The tables of some objects, and the indices of ``symbols.name_at`` without a NUL behind."""
    symbols, endless, definitions = read_symbols(buffer, headers, objects)
    sections = read_sections(buffer, headers, objects, symbols, definitions)
    return ObjectTables(objects, sections, symbols), endless


def _with_ends(pool: Pool, at: Integers) -> Integers:
    """Positions of copies, at the pool's end, of names of eight bytes: these have a NUL behind."""
    if not len(at):
        return at
    copies = np.zeros((len(at), 16), np.uint8)
    copies[:, :8] = pool.buffer[at[:, None] + np.arange(8)]
    return pool.add(copies.tobytes()) + 16 * np.arange(len(at))


def read_relocations(buffer: Bytes, tables: ObjectTables, which: Flags) -> Relocations:
    """The relocations of the sections whose flag is set, in section order.

    Raises FormatError when one names a symbol that does not exist.
    """
    sections, objects = tables.sections, tables.objects
    rows = (which & (sections.relocation_count > 0)).nonzero()[0]
    counts = sections.relocation_count.take(rows)
    ends = counts.cumsum()
    # Columns with an entry an object: how many symbols it has, and its first symbol's row.
    symbols_end = np.concatenate([objects.first_symbol[1:], [len(tables.symbols)]])
    symbol_counts = (symbols_end - objects.first_symbol).astype(np.uint32)
    first_symbols = objects.first_symbol.astype(np.int32)
    size = IMAGE_RELOCATION.itemsize
    # A view of one record starting at every byte, so that an array of positions gathers records.
    records_at = np.ndarray((max(len(buffer) - size + 1, 0),), f"V{size}", buffer.data, 0, (1,))
    found = Relocations.room(int(ends[-1]) if len(ends) else 0)

    def read(part: slice) -> None:
        # Arrays have an entry a relocation: ``which`` is the index, in ``these``, of its section.
        these = rows[part]
        before = ends[part] - counts[part]
        begin, end = int(before[0]), int(ends[part.stop - 1])
        starts = np.zeros(end - begin, np.int8)
        starts[before[1:] - begin] = 1
        which = starts.cumsum(dtype=np.int64)
        at = (sections.relocations_at.take(these) - size * before).take(which)
        at += np.arange(size * begin, size * end, size)
        records = records_at[at].view(IMAGE_RELOCATION)
        owner = sections.object.take(these)
        index = records["SymbolTableIndex"]
        bad = (index >= symbol_counts.take(owner).take(which)).nonzero()[0]
        if len(bad):
            origin = objects.origins[int(owner[which[bad[0]]])]
            raise FormatError(
                origin.name,
                int(at[bad[0]]) - origin.position + 4,
                "SymbolTableIndex",
                f"a relocation names symbol {int(index[bad[0]])}, past the symbol table",
            )
        found.section[begin:end] = these.take(which)
        found.offset[begin:end] = records["VirtualAddress"]
        found.type[begin:end] = records["Type"]
        found.symbol[begin:end] = index
        found.symbol[begin:end] += first_symbols.take(owner).take(which)

    in_parts(read, parts_of(ends))
    return found
