r"""String tail merging: a string literal that another one ends with becomes a part of that one.

    "hello world\0"    keeps its bytes
    "world\0"          becomes the address of the former plus 6
    "or\0"             stays: only ends merge

Sorted by their reversed bytes, a string directly follows those that it is the end of, so one look
at the one before is enough for each.

Only literals in COMDATs merge, which compilers name by content (MSVC's ``??_C@``) or number
(clang's ``.str.1``): no program may rely on two of them having different addresses. A pair merges
only if both have the same alignment and the shorter one would begin at a multiple of it, as a
string of wide characters must.

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
    """Symbols that lead into the longer string of each pair, and which rows are still live.

    ``live`` has a flag per section row.
    """
    if not options.merges_strings:
        return symbols, live
    rows = _literals(tables, live)
    onto, shift = _ends(tables, rows)
    if not onto:
        return symbols, live
    # Per section row: the section whose end it is (itself if none), and where that end begins.
    target = np.arange(len(live), dtype=np.int32)
    offset = np.zeros(len(live), np.int64)
    gone = np.array(list(onto), np.int64)
    target[gone], offset[gone] = list(onto.values()), list(shift.values())
    remaining = live.copy()
    remaining[gone] = False
    # Symbols in no section have a negative one: they look row 0 up, and the result is not used.
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
    """Of each string that ends another one, by its row: that one's row, and where the end begins.

    Of equal strings the one with the lowest row is kept.
    """
    sections = tables.objects.sections
    buffer = memoryview(tables.buffer)  # type: ignore[arg-type]
    strings = []
    for row in rows:
        at, size = int(sections.position[row]), int(sections.size[row])
        # Sort key, high to low: alignment, reversed bytes, row (negative: of equal ones the lowest
        # row comes first in descending order).
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
