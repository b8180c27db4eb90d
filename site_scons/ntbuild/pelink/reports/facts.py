"""Facts of a link that its image does not show: fixups, references to INIT code, unguarded objects.

An image shows pointers; the linker has every reference, relative ones too. Not all of them count
as uses of discarded code. The loader reads import tables before it frees them, and unwind data of a
freed function is never looked up again, so references from tables do not count; the entry point
runs before anything is freed, so its references do not count either, and neither do the jump tables
of freed functions (`jump_tables`). An object is called unguarded
only where a compiler would have marked a guarded one: none does for arm.
"""

import json
from dataclasses import asdict
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers, SectionRows
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.certificates import authenticode_digest
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.model import Contents, Layout, SymbolTable, Tables
from ntbuild.pelink.names.locations import function_text, symbol_text
from ntbuild.pelink.output.control_flow_guard import is_guarded, is_made
from ntbuild.support.values import dataclass

from .jump_tables import in_own_jump_tables

_DISCARDABLE = int(IMAGE_SCN.MEM_DISCARDABLE)
_TABLES = (b".idata", b".pdata", b".xdata", b".edata", b".rsrc", b".gfids", b".debug")
"""Stems of sections that the loader or the unwinder reads, not the driver's code."""

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_IMPORTS = b".idata"

_LISTED = 1000
"""Limit of listed references into INIT: naming one takes as long as reading an object."""


@dataclass(frozen=True, slots=True)
class InitReference:
    """A reference to a section that is freed after initialization, from one that is not.

    ``source`` and ``target`` are texts for people; ``rva`` is the address of the reference.
    """

    source: str
    target: str
    rva: int


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Facts about one image."""

    fixups: int
    """Absolute addresses in the image, each of which needs a base relocation."""
    init_references: tuple[InitReference, ...]
    unguarded: tuple[str, ...]
    """Names of objects with code in the image that were compiled without control flow guard."""


def gather_facts(
    tables: Tables, symbols: SymbolTable, layout: Layout, contents: Contents
) -> LinkFacts:
    """The facts of a link, from its finished tables (after relocation)."""
    return LinkFacts(
        len(contents.based),
        tuple(_init_references(tables, symbols, layout)),
        tuple(_unguarded(tables, layout)),
    )


def _init_references(tables: Tables, symbols: SymbolTable, layout: Layout) -> list[InitReference]:
    # Number 0 stands for input sections that are not in the image.
    flags = np.array([0, *(header.Characteristics for header in layout.headers)], np.int64)
    freed = flags & _DISCARDABLE != 0
    if not freed.any():
        return []
    # From here on one row is a relocation: source section, target section (home), both outside of
    # tables, the source in a section that stays and the target in one that is freed.
    relocations = symbols.relocations
    source = relocations.section
    home = symbols.row_section[relocations.symbol]
    is_table = np.array([stem.startswith(_TABLES) for stem in tables.stems], np.bool_)
    inside = (layout.number[source] > 0) & (home >= 0)
    uses = inside & ~freed[layout.number[source]] & ~is_table[tables.section_stems[source]]
    uses[uses] = freed[layout.number[home[uses]]] & ~is_table[tables.section_stems[home[uses]]]
    uses &= ~_of_entry(tables, symbols, source, relocations.offset)
    rows = np.flatnonzero(uses)
    placed = layout.number > 0
    rows = rows[~in_own_jump_tables(tables, symbols, freed[layout.number], placed, rows)]
    found = []
    for row in rows[:_LISTED].tolist():
        section, offset = int(source[row]), int(relocations.offset[row])
        rva = int(layout.rva[section]) + offset
        target = symbol_text(tables, int(relocations.symbol[row]))
        found.append(InitReference(function_text(tables, section, offset), target, rva))
    return found


def _of_entry(
    tables: Tables, symbols: SymbolTable, section: SectionRows, offset: Integers
) -> Flags:
    """Which (section, offset) are in the function of the entry point or of one that follows it.

    An alternate name says which function comes next in a chain of entry points
    (``GsDriverEntry``, ``FxDriverEntry``, ``DriverEntry``). A function extends from its symbol to
    the next symbol of its section, or to the section's end.
    """
    own = tables.objects.symbols
    found = np.zeros(len(section), np.bool_)
    for name_id in (tables.entry, *(following for _, following in tables.alternates)):
        home = int(symbols.section[name_id]) if name_id >= 0 else UNDEFINED
        if home < 0:
            continue
        begin = int(symbols.value[name_id])
        values = own.value[(own.section == home) & ~own.auxiliary & (own.value > begin)]
        end = int(values.min()) if len(values) else int(tables.objects.sections.size[home])
        found |= (section == home) & (offset >= begin) & (offset < end)
    return found


def _unguarded(tables: Tables, layout: Layout) -> list[str]:
    """Names of the user's objects with code in the image and no guard mark.

    Import libraries and objects that the linker made are exempt.
    """
    if not tables.target.marks_features:
        return []
    sections = tables.objects.sections
    code = (sections.Characteristics & _EXECUTE != 0) & (sections.size > 0)
    owners = np.unique(sections.object[code & (layout.number[: len(code)] > 0)])
    imports = np.array([stem.startswith(_IMPORTS) for stem in tables.stems], np.bool_)
    importing = np.unique(sections.object[imports[tables.section_stems]])
    exempt = is_made(tables) | is_guarded(tables)
    exempt[importing] = True
    origins = tables.objects.objects.origins
    return [origins[row].name for row in owners[~exempt[owners]].tolist()]


SCHEMA: Final = "ntbuild.linker-report/1"


def write_linker_report(image: bytes | memoryview, facts: LinkFacts) -> str:
    """The facts as JSON, with the image's Authenticode digest, which signing does not change."""
    digest = authenticode_digest(Image(image), "sha256").hex()
    report = {"schema": SCHEMA, "image": {"authenticode_sha256": digest}, **asdict(facts)}
    return json.dumps(report, indent=1) + "\n"
