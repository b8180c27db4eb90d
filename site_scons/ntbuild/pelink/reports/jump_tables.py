"""Jump tables of functions that are freed after initialization.

Compilers for x64 and x86 place the jump table of a ``switch`` in .rdata, whatever section its
function is in. So a ``switch`` in an INIT function makes resident data refer to code that is freed.
That is no fault: nothing but the function reads the table.

    INIT:    choose:  lea rcx, [table]; movsxd rax, [rcx + 4 * rax]; add rax, rcx; jmp rax
    .rdata:  table:   .long case0 - table, case1 - table

An entry of such a table is recognised by two facts. The data it is in is used by nothing but freed
code, and the entry leads into the very function that uses it. A table of INIT functions that
resident code may call meets neither.

Data has no sizes, so what begins at a referenced offset reaches up to the next referenced one.
"""

from bisect import bisect_right

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import SymbolTable, Tables

_EXECUTE = int(IMAGE_SCN.MEM_EXECUTE)
_FUNCTION = 2


def in_own_jump_tables(
    tables: Tables, symbols: SymbolTable, freed: Flags, placed: Flags, rows: Integers
) -> Flags:
    """Which relocations (``rows``) are in jump tables of the freed functions that they lead into.

    ``freed`` and ``placed`` are per section row: freed after initialization, in the image.
    """
    relocations, sections = symbols.relocations, tables.objects.sections
    found = np.zeros(len(rows), np.bool_)
    is_data = sections.Characteristics[relocations.section[rows]] & _EXECUTE == 0
    holders = np.unique(relocations.section[rows[is_data]])
    if not len(holders):
        return found
    # One row of ``users`` is a relocation that leads into a section with entries.
    home = symbols.row_section[relocations.symbol]
    leads = np.isin(home, holders) & placed[relocations.section]
    leads &= ~tables.debug_rows()[relocations.section]
    users = np.flatnonzero(leads)
    addend, known = _addends(tables, symbols, users)
    begins = symbols.row_value[relocations.symbol[users]] + addend
    functions = _functions(tables, symbols)
    for holder in holders.tolist():
        of_holder = home[users] == holder
        if not known[of_holder].all():
            continue
        # Users by the offset that they refer to; what begins there reaches to the next offset.
        by_offset: dict[int, list[int]] = {}
        for user, begin in zip(users[of_holder].tolist(), begins[of_holder].tolist(), strict=True):
            by_offset.setdefault(begin, []).append(user)
        offsets = sorted(by_offset)
        inside = np.flatnonzero(relocations.section[rows] == holder)
        values, readable = _addends(tables, symbols, rows[inside])
        for index, value, is_known in zip(
            inside.tolist(), values.tolist(), readable.tolist(), strict=True
        ):
            at = bisect_right(offsets, int(relocations.offset[rows[index]])) - 1
            if at < 0 or not is_known:
                continue
            entry = _target(tables, symbols, int(rows[index]), value, offsets[at])
            found[index] = all(
                freed[relocations.section[user]]
                and _function(functions, *_place(symbols, user)) == _function(functions, *entry)
                for user in by_offset[offsets[at]]
            )
    return found


def _addends(tables: Tables, symbols: SymbolTable, rows: Integers) -> tuple[Integers, Flags]:
    """The numbers in the fields of relocations, and whether the machine has them in one piece."""
    relocations, sections = symbols.relocations, tables.objects.sections
    section, offset = relocations.section[rows], relocations.offset[rows]
    position = sections.position[section]
    addend, known = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    for kind, field in tables.target.plain_fields.items():
        width = int(field[-1])
        of_kind = np.flatnonzero(
            (relocations.type[rows] == kind)
            & (position >= 0)
            & (offset + width <= sections.size[section])
        )
        view = np.ndarray((len(tables.buffer) - width + 1,), field, tables.buffer.data, 0, (1,))
        addend[of_kind] = view[position[of_kind] + offset[of_kind]]
        known[of_kind] = True
    return addend, known


def _target(
    tables: Tables, symbols: SymbolTable, row: int, addend: int, begin: int
) -> tuple[int, int]:
    """(section row, offset) that a table's entry leads to; the table begins at ``begin``.

    An entry is an address, or a distance from the table's begin. The field of the second holds what
    makes it a distance from its own end.
    """
    relocations = symbols.relocations
    symbol = relocations.symbol[row]
    offset = int(symbols.row_value[symbol]) + addend
    if int(relocations.type[row]) in tables.target.distances:
        offset -= int(relocations.offset[row]) - begin + 4
    return int(symbols.row_section[symbol]), offset


def _place(symbols: SymbolTable, row: int) -> tuple[int, int]:
    relocations = symbols.relocations
    return int(relocations.section[row]), int(relocations.offset[row])


def _functions(tables: Tables, symbols: SymbolTable) -> dict[int, list[int]]:
    """Offsets of functions by section row, ascending."""
    own = tables.objects.symbols
    rows = np.flatnonzero(((own.type >> 4) & 3 == _FUNCTION) & (own.section >= 0) & ~own.auxiliary)
    found: dict[int, list[int]] = {}
    for section, value in sorted(
        zip(symbols.row_section[rows].tolist(), symbols.row_value[rows].tolist(), strict=True)
    ):
        found.setdefault(section, []).append(value)
    return found


def _function(functions: dict[int, list[int]], section: int, offset: int) -> tuple[int, int]:
    """The function that a place is in: its section row, and how many begin at it or before it."""
    return section, bisect_right(functions.get(section, []), offset)
