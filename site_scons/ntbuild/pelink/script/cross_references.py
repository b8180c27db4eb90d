"""NOCROSSREFS: relocations from one output section to another that a script prohibits.

Source: GNU ld manual, "Miscellaneous Commands"; GNU ld 2.40 for the text of the message.
"""

from collections.abc import Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import SymbolRows
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Layout, OutputSection, SymbolTable, Tables
from ntbuild.support.text import printable

from .plan import Plan


def cross_references(
    plan: Plan,
    tables: Tables,
    symbols: SymbolTable,
    sections: Sequence[OutputSection],
    layout: Layout,
    ignored: SymbolRows,
    log: Diagnostics,
) -> None:
    """Report the first prohibited reference to each section.

    References to the symbol rows ``ignored`` do not count: a script made addresses of them.
    """
    if not plan.no_cross_references:
        return
    relocations = symbols.relocations
    home = symbols.row_section.take(relocations.symbol)
    inside = ((home >= 0) & ~np.isin(relocations.symbol, ignored)).nonzero()[0]
    # One relocation a row: output sections (by number) that it stands in and points to.
    source = layout.number.take(relocations.section.take(inside))
    target = layout.number.take(home.take(inside))
    # Reversed: of output sections with equal names the first one counts. Number 0 is a section
    # that the image does not contain.
    number = {
        section.name: int(layout.number[section.rows[0]])
        for section in reversed(sections)
        if len(section.rows)
    }
    for each in plan.no_cross_references:
        known = [name for name in each.sections if number.get(name)]
        to = [name for name in known if not each.is_to or name == each.sections[0]]
        # NOCROSSREFS_TO only cares for references to its first section.
        for name in to:
            others = np.array([number[other] for other in known if other != name], np.int64)
            bad = (target == number[name]) & np.isin(source, others)
            if bad.any():
                row = int(relocations.section[inside[int(bad.argmax())]])
                place = f"{tables.object_name(row)}:({printable(tables.section_name(row))})"
                log.error(
                    f"prohibited cross reference to section {printable(name)}",
                    place=place,
                    notes=(f"NOCROSSREFS at {each.place}",),
                )
