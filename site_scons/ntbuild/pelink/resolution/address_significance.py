"""Address-significance tables: which sections hold functions whose address a program may compare.

clang's ``-faddrsig`` lists such symbols in .llvm_addrsig. In an object without the table every
symbol counts as significant, as nothing is known about it; in one with an empty table none does.

Source: LLVM "Extensions", "SHT_LLVM_ADDRSIG"; in COFF the section holds symbol indexes as ULEB128.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, ragged
from ntbuild.pelink.model import SymbolTable, Tables

_STEM = b".llvm_addrsig"
_MORE = 0x80
"""The bit of a byte that another one follows."""


def significant_sections(tables: Tables, symbols: SymbolTable) -> Flags:
    """A flag per section row: whether an address-significant symbol or a root is in it."""
    objects, sections = tables.objects.objects, tables.objects.sections
    without_table = np.ones(len(objects.origins), np.bool_)
    rows = tables.rows_of_stem(_STEM)
    owner, position = sections.object[rows], sections.position[rows]
    without_table[owner] = False
    size = np.where(position >= 0, sections.size[rows], 0)
    count, index = uleb128(tables.buffer, position, size)
    # One entry a number of a table: the object, and the symbol's index in it, if it has so many.
    owner = np.repeat(owner, count)
    symbol_count = np.diff(objects.first_symbol, append=len(tables.objects.symbols))
    known = (index >= 0) & (index < symbol_count[owner])
    homes = symbols.row_section[objects.first_symbol[owner[known]] + index[known]]
    significant: Flags = without_table[sections.object]
    significant[homes[homes >= 0]] = True
    # Exports, the entry point and what /include names are reached by their address.
    for root in tables.roots:
        if symbols.section[root] >= 0:
            significant[symbols.section[root]] = True
    return significant


def uleb128(buffer: Bytes, position: Integers, size: Integers) -> tuple[Integers, Integers]:
    """The unsigned LEB128 numbers in byte ranges: how many each range has, and all of them.

    A last number that the range's end cuts off is left out. Bits beyond the 64th are lost.
    """
    data = buffer[ragged(position, size)]
    is_last = data < _MORE
    ends = np.flatnonzero(is_last)
    before = np.append(0, np.cumsum(is_last))
    range_starts = np.cumsum(size) - size
    # One entry a number: it begins behind the one before it, or where its range does.
    begins = np.maximum(
        np.append(0, ends[:-1] + 1)[: len(ends)],
        range_starts[np.searchsorted(range_starts, ends, side="right") - 1],
    )
    return before[range_starts + size] - before[range_starts], _values(data, begins, ends)


def _values(data: Bytes, begins: Integers, ends: Integers) -> Integers:
    """The values of numbers by the positions of their first and last bytes."""
    values = np.zeros(len(begins), np.int64)
    left = np.arange(len(begins))
    for place in range(10):
        at = begins[left] + place
        left, at = left[at <= ends[left]], at[at <= ends[left]]
        values[left] |= (data[at] & (_MORE - 1)).astype(np.int64) << 7 * place
    return values
