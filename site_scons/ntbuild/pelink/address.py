"""Which sections hold functions whose address may be compared: the address-significance tables.

clang's ``-faddrsig`` lists in .llvm_addrsig the symbols whose address matters. What is hard is the
default: an object without the table has said nothing, so there every symbol counts.

Source: LLVM "Extensions", "SHT_LLVM_ADDRSIG"; in COFF the section holds symbol indexes as ULEB128.
"""

import numpy as np

from .model import Flags, SymbolTable, Tables

_STEM = b".llvm_addrsig"


def significant_sections(tables: Tables, symbols: SymbolTable) -> Flags:
    """Section rows that an address-significant symbol is in."""
    objects, sections = tables.objects.objects, tables.objects.sections
    silent = np.ones(len(objects.origins), np.bool_)
    listed: list[int] = []
    if _STEM in tables.stems:
        for row in np.flatnonzero(tables.section_stems == tables.stems.index(_STEM)).tolist():
            owner = int(sections.object[row])
            silent[owner] = False
            first = int(objects.first_symbol[owner])
            after = int(objects.first_symbol[owner + 1]) if owner + 1 < len(silent) else None
            limit = (len(tables.objects.symbols) if after is None else after) - first
            at, size = int(sections.position[row]), int(sections.size[row])
            data = tables.buffer[at : at + size].tobytes() if at >= 0 else b""
            listed += [first + index for index in uleb128(data) if index < limit]
    significant: Flags = silent[sections.object]
    homes = symbols.row_section[np.array(listed, np.int64)]
    significant[homes[homes >= 0]] = True
    for root in tables.roots:
        if symbols.section[root] >= 0:
            significant[symbols.section[root]] = True
    return significant


def uleb128(data: bytes) -> list[int]:
    """The unsigned LEB128 numbers in some bytes; an unfinished last one is left out."""
    numbers, value, shift = [], 0, 0
    for byte in data:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(value)
            value, shift = 0, 0
    return numbers
