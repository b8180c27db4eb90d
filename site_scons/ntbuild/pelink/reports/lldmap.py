"""The map of /lldmap: every contribution with its address, size and alignment.

Output sections, under them contributions by address, and under these their symbols. Tools read it
by columns, so widths are part of the format.

Source: the layout of lld-link 19's /lldmap files.
"""

import numpy as np

from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.pelink.names.locations import section_text

_HEAD = "Address  Size     Align Out     In      Symbol\n"


def write_lldmap(tables: Tables, symbols: SymbolTable, layout: Layout) -> str:
    """The map's text, with Unix line ends."""
    lines = [_HEAD]
    sections = tables.objects.sections
    placed = np.flatnonzero(layout.number > 0)
    placed = placed[np.lexsort((placed, layout.rva[placed]))]
    names = _names_by_section(symbols)
    number = layout.number[placed]
    for index, header in enumerate(layout.headers, 1):
        lines.append(_line(header.VirtualAddress, header.VirtualSize, layout.section_alignment))
        lines[-1] += f"{header.name}\n"
        for row in placed[number == index].tolist():
            rva, size = int(layout.rva[row]), int(sections.size[row])
            lines.append(_line(rva, size, int(sections.alignment[row])))
            lines[-1] += f"{'':8}{section_text(tables, row)}\n"
            for value, name_id in names.get(row, ()):
                text = tables.name(name_id)
                if not text.startswith("\x7f"):
                    lines.append(f"{_line(rva + value, 0, 0)}{'':16}{text}\n")
    return "".join(lines)


def _line(rva: int, size: int, alignment: int) -> str:
    return f"{rva:08x} {size:08x} {alignment:5d} "


def _names_by_section(symbols: SymbolTable) -> dict[int, list[tuple[int, int]]]:
    """(value, name id) of every external name, by section row, ascending by value."""
    ids = np.flatnonzero(symbols.section >= 0)
    found: dict[int, list[tuple[int, int]]] = {}
    for name_id in ids[np.lexsort((ids, symbols.value[ids]))].tolist():
        row = int(symbols.section[name_id])
        found.setdefault(row, []).append((int(symbols.value[name_id]), name_id))
    return found
