"""Strings that are the end of another string become its end.

"world" needs no bytes of its own beside "hello world". What takes part are string literals in
COMDATs, which compilers name by their content (MSVC's ``??_C@``) or number (clang's ``.str.1``), so
nobody can know their addresses apart. What is hard is only alignment: a string of wide characters
must begin at one.

Source: what lld-link 19 does for /opt:lldtailmerge.
"""

import re
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import SymbolTable, Tables
from ntbuild.pelink.names.locations import symbol_text
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import replace

_STEM: Final = b".rdata"
_ALTERABLE: Final = int(IMAGE_SCN.MEM_WRITE | IMAGE_SCN.MEM_EXECUTE)
_LITERAL: Final = re.compile(r"\?\?_C@|\.str(\.\d+)?$")


def merge_strings(
    tables: Tables, symbols: SymbolTable, live: Flags, options: LinkOptions
) -> tuple[SymbolTable, Flags]:
    """Symbols that lead into the longer string of each pair, and which rows are still live."""
    if not options.merges_strings:
        return symbols, live
    rows = _literals(tables, live)
    onto, shift = _ends(tables, rows)
    if not onto:
        return symbols, live
    target = np.arange(len(live), dtype=np.int32)
    offset = np.zeros(len(live), np.int64)
    gone = np.array(list(onto), np.int64)
    target[gone], offset[gone] = list(onto.values()), list(shift.values())
    remaining = live.copy()
    remaining[gone] = False
    own, row = np.maximum(symbols.section, 0), np.maximum(symbols.row_section, 0)
    return replace(
        symbols,
        section=np.where(symbols.section >= 0, target[own], symbols.section),
        value=symbols.value + np.where(symbols.section >= 0, offset[own], 0),
        row_section=np.where(symbols.row_section >= 0, target[row], symbols.row_section),
        row_value=symbols.row_value + np.where(symbols.row_section >= 0, offset[row], 0),
    ), remaining


def _literals(tables: Tables, live: Flags) -> list[int]:
    """Live section rows that are nothing but a string literal."""
    sections = tables.objects.sections
    if _STEM not in tables.stems:
        return []
    candidates: Integers = np.flatnonzero(
        live
        & (tables.section_stems == tables.stem_number(_STEM))
        & (sections.selection != 0)
        & (sections.leader >= 0)
        & (sections.relocation_count == 0)
        & (sections.Characteristics & _ALTERABLE == 0)
        & (sections.position >= 0)
    )
    return [
        row
        for row in candidates.tolist()
        if _LITERAL.match(symbol_text(tables, int(sections.leader[row])))
    ]


def _ends(tables: Tables, rows: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Of each string that ends another one: that other's row, and where in it the end begins.

    Sorted by their ends, a string directly follows the longest one that it may be the end of.
    """
    sections = tables.objects.sections
    buffer = memoryview(tables.buffer)  # type: ignore[arg-type]
    strings = []
    for row in rows:
        at, size = int(sections.position[row]), int(sections.size[row])
        strings.append((int(sections.alignment[row]), bytes(buffer[at : at + size])[::-1], -row))
    onto: dict[int, int] = {}
    shift: dict[int, int] = {}
    kept: tuple[int, bytes, int] = (0, b"", 0)
    for alignment, backwards, negative in sorted(strings, reverse=True):
        offset = len(kept[1]) - len(backwards)
        fits = alignment == kept[0] and kept[1].startswith(backwards) and offset % alignment == 0
        if fits and backwards:
            onto[-negative], shift[-negative] = -kept[2], offset
        else:
            kept = (alignment, backwards, negative)
    return onto, shift
