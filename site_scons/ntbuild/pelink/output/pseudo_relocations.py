"""Runtime pseudo relocations: fields with the address of DLL data, fixed by start-up code.

An auto-imported name (`inputs.auto_import`) takes the place of its import address slot, and every
field that holds it is listed here: start-up code reads the list and puts the variable's address
where the slot's was. The list's size is settled once it is known which sections live; its entries
are written when addresses are known.

A field must be as wide as an address or a distance; any other relocation type is an error.

Source: mingw-w64's reader of version 2 lists (its crt's pseudo relocation support) as it behaves.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Contents, Layout, SymbolTable, Tables
from ntbuild.pelink.names.locations import place_text, source_lines, symbol_text
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.pseudo_relocations import LIST_SECTION
from ntbuild.support.values import dataclass, replace

_HEADER = np.array([0, 0, 1], "<u4")
"""The header of a version 2 list: two zeros, which no version 1 entry begins with, and 1."""

_BITS: Final = {"ADDR64": 64, "ADDR32": 32, "DIR32": 32, "REL32": 32}
_ERRORS_SHOWN = 20


@dataclass(frozen=True, slots=True, eq=False)
class PseudoRelocations:
    """Fields that start-up code fills in; one entry of the arrays is a field.

    - ``row``: section row of the list, -1 without one
    - ``section``, ``offset``: section row and offset of the field
    - ``bits``: its width
    - ``slot_section``, ``slot_offset``: the import address slot that the field holds the address of
    """

    row: int
    section: Integers
    offset: Integers
    bits: Integers
    slot_section: Integers
    slot_offset: Integers


def pseudo_relocations(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions, log: Diagnostics
) -> tuple[Tables, PseudoRelocations]:
    """The fields of live sections that hold auto-imported names; the tables with room for them."""
    none = np.zeros(0, np.int64)
    if not tables.auto_imports:
        return tables, PseudoRelocations(-1, none, none, none, none, none)
    is_auto = np.zeros(len(tables.names), np.bool_)
    is_auto[list(tables.auto_imports)] = True
    by_symbol = np.zeros(len(tables.objects.symbols), np.bool_)
    by_symbol[tables.objects.symbols.rows] = is_auto[tables.symbol_ids]
    # ``by_symbol`` is per symbol row: it names imported data. ``used`` are relocation rows.
    relocations = symbols.relocations
    # A debugger reads debug data from the file, where no start-up code fills in anything.
    counts = live & ~tables.debug_rows()
    used = np.flatnonzero(by_symbol[relocations.symbol] & counts[relocations.section])
    bits = _bits(tables, relocations.type[used])
    _report(tables, symbols, used, bits, options, log)
    symbol = relocations.symbol[used]
    row = _list_row(tables)
    found = PseudoRelocations(
        row,
        relocations.section[used].astype(np.int64),
        relocations.offset[used],
        bits,
        symbols.row_section[symbol].astype(np.int64),
        symbols.row_value[symbol],
    )
    if len(used):
        sections = tables.objects.sections
        size, position = sections.size.copy(), sections.position.copy()
        # The section gets a size and, with position -1, zeros: entries are written when addresses
        # are known.
        size[row], position[row] = 12 + 12 * len(used), -1
        sections = replace(sections, size=size, position=position)
        tables = replace(tables, objects=replace(tables.objects, sections=sections))
    return tables, found


def _bits(tables: Tables, types: Iterable[int]) -> Integers:
    """Bits of the field of each relocation type; 0 for one that start-up code cannot fill in."""
    known = {
        kind: _BITS.get(fixup.name.split("_", 3)[-1].split("_")[0], 0)
        for kind, fixup in tables.target.fixups.items()
    }
    return np.array([known.get(int(each), 0) for each in types], np.int64)


def _report(
    tables: Tables,
    symbols: SymbolTable,
    used: Integers,
    bits: Integers,
    options: LinkOptions,
    log: Diagnostics,
) -> None:
    relocations = symbols.relocations
    wrong = used[bits == 0] if options.runtime_pseudo_reloc is not False else used
    lines = source_lines(tables)
    for index in wrong[:_ERRORS_SHOWN].tolist():
        name = symbol_text(tables, int(relocations.symbol[index]))
        at = (int(relocations.section[index]), int(relocations.offset[index]))
        log.error(
            f"{name} cannot be imported automatically here",
            place=place_text(tables, *at) + lines.suffix(*at),
            hint=f"declare {name} with __declspec(dllimport)",
        )
    log.raise_if_errors()


def _list_row(tables: Tables) -> int:
    """The list's section: the last one of its name is the linker's own."""
    stem = LIST_SECTION.encode()
    rows = np.flatnonzero(tables.section_stems == tables.stems.index(stem))
    return int(rows[-1])


def write_pseudo_relocations(
    layout: Layout, contents: Contents, deferred: PseudoRelocations
) -> Contents:
    """The contents with the list filled in: RVA of the slot, RVA of the field, and its bits."""
    if not len(deferred.section):
        return contents
    # One row is one field.
    entries = np.stack(
        [
            layout.rva[deferred.slot_section] + deferred.slot_offset,
            layout.rva[deferred.section] + deferred.offset,
            deferred.bits,
        ],
        axis=1,
    )
    blob = np.concatenate([_HEADER, entries.astype("<u4").ravel()]).view(np.uint8)
    image: Bytes = contents.image.copy()
    start = int(layout.file_offset[deferred.row])
    image[start : start + len(blob)] = blob
    return replace(contents, image=image)
