"""What the objects of a link say of its image: types, symbols, lines and frames, merged.

Warnings are about what a PDB cannot have: parts of unknown kinds, symbols without their types.
"""

from collections.abc import Sequence
from typing import Final

from ntbuild.pecoff.codeview.kinds import SUBSECTION
from ntbuild.pecoff.columns.parallel import both
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.support.values import dataclass

from .debug_sections import (
    Subsections,
    relocated_frames,
    relocated_symbols,
    symbol_sections,
    type_hashes,
    type_runs,
)
from .records import Runs, among, no_runs
from .symbol_records import FoundSymbols, SymbolRecords, find_symbols, symbol_records
from .type_merge import MergedTypes, merge_types

_IGNORED: Final = 1 << 31
"""Bit of a subsection's kind that says that it is to be ignored."""


@dataclass(frozen=True, slots=True, eq=False)
class Described:
    """What objects say of the image."""

    types: MergedTypes
    parts: Subsections
    records: SymbolRecords
    frames: Runs
    stripped: bool = False


def described(tables: Tables, symbols: SymbolTable, layout: Layout, log: Diagnostics) -> Described:
    """What all objects say. Raises FormatError."""
    count = len(tables.objects.objects.origins)
    runs = type_runs(tables, log)
    which = symbol_sections(tables, symbols, layout, log)
    known = None  # of a link without DWARF they are found while types are merged
    if tables.stem_number(b".debug_info") >= 0:
        from .dwarf import with_dwarf  # noqa: PLC0415 - of gcc and rustc only

        known = relocated_symbols(tables, symbols, layout, which)
        known, runs = with_dwarf(tables, layout, known, runs, log)

    def symbols_found() -> tuple[Subsections, FoundSymbols]:
        parts = known or relocated_symbols(tables, symbols, layout, which)
        return parts, find_symbols(parts)

    types, (parts, found) = both(
        lambda: merge_types(runs, count, type_hashes(tables, runs)),
        symbols_found,
        int(tables.objects.sections.size[which].sum()),
    )
    _warn_of_kinds(parts, log)
    _warn_of_compressed(tables, log)
    records = symbol_records(found, types, count)
    _warn_of_types(tables, records.untranslated.tolist(), log)
    return Described(types, parts, records, relocated_frames(tables, symbols, layout))


def described_by_publics(tables: Tables, private: Described) -> Described:
    """The same without types, symbols and lines: frames stay, which a stack walk needs."""
    origins = tables.objects.objects.origins
    nothing = no_runs(origins)
    types = merge_types(nothing, len(origins))
    parts = private.parts.only((SUBSECTION.FRAMEDATA, SUBSECTION.STRINGTABLE))
    records = symbol_records(find_symbols(parts), types, len(origins))
    return Described(types, parts, records, private.frames, stripped=True)


def _warn_of_kinds(parts: Subsections, log: Diagnostics) -> None:
    """A warning for each object with a subsection that nobody knows."""
    known = among(parts.kind, SUBSECTION)
    strange = (~known & (parts.kind & _IGNORED == 0)).nonzero()[0]
    for row in strange.tolist():
        name = parts.runs.origins[int(parts.runs.object[row])].name
        text = f"ignoring unknown debug$S subsection kind 0x{int(parts.kind[row]):X}"
        log.warn(text, place=name)


def _warn_of_types(tables: Tables, objects: Sequence[int], log: Diagnostics) -> None:
    """A warning for each object with a symbol whose type cannot be told."""
    text = "a symbol names a type that the object does not have: the PDB has it without a type"
    for number in objects:
        log.warn(text, place=tables.objects.objects.origins[number].name)


def _warn_of_compressed(tables: Tables, log: Diagnostics) -> None:
    """Tell of compressed DWARF, which is not read, for the first object that has it."""
    rows = tables.rows_of_stem(b".zdebug_info")
    if len(rows):
        origin = tables.objects.objects.origins[int(tables.objects.sections.object[rows[0]])]
        text = "its DWARF is compressed: compile with -gz=none; the PDB has its public names only"
        log.warn(text, place=origin.name)
