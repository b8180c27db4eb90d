"""What only the linker knows of an image and a judge wants to: fixups, references into INIT.

An image shows pointers; the linker saw every reference, relative ones too. What is hard is which
of them count: the loader reads import tables before it frees them, and unwind data of a freed
function is never looked up again, so references by tables are no uses.
"""

import numpy as np

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.values import dataclass

from .model import Contents, Layout, SymbolTable, Tables
from .places import function_text, symbol_text

_DISCARDABLE = int(IMAGE_SCN.MEM_DISCARDABLE)
_TABLES = (b".idata", b".pdata", b".xdata", b".edata", b".rsrc", b".gfids", b".debug")
"""Stems of tables that the loader or the unwinder reads, not the driver's code."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class InitReference:
    """A use of something that is freed after initialization by something that is not."""

    source: str
    target: str
    rva: int


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Facts about one image: ``fixups`` counts the absolute addresses in it."""

    fixups: int
    init_references: tuple[InitReference, ...]


def gather_facts(
    tables: Tables, symbols: SymbolTable, layout: Layout, contents: Contents
) -> LinkFacts:
    """The facts of a finished link."""
    return LinkFacts(len(contents.based), tuple(_init_references(tables, symbols, layout)))


def _init_references(tables: Tables, symbols: SymbolTable, layout: Layout) -> list[InitReference]:
    flags = np.array([0, *(header.Characteristics for header in layout.headers)], np.int64)
    freed = flags & _DISCARDABLE != 0
    if not freed.any():
        return []
    relocations = symbols.relocations
    source = relocations.section
    home = symbols.row_section[relocations.symbol]
    is_table = np.array([stem.startswith(_TABLES) for stem in tables.stems], np.bool_)
    inside = (layout.number[source] > 0) & (home >= 0)
    uses = inside & ~freed[layout.number[source]] & ~is_table[tables.section_stems[source]]
    uses[uses] = freed[layout.number[home[uses]]] & ~is_table[tables.section_stems[home[uses]]]
    found = []
    for row in np.flatnonzero(uses)[:_SHOWN].tolist():
        section, offset = int(source[row]), int(relocations.offset[row])
        rva = int(layout.rva[section]) + offset
        target = symbol_text(tables, int(relocations.symbol[row]))
        found.append(InitReference(function_text(tables, section, offset), target, rva))
    return found
