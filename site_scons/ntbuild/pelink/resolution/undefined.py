"""Undefined symbols: an error for each name that is needed and that nothing defines.

    undefined symbol: KeWaitForSingelObject
    >>> referenced by a.obj:(DriverEntry)
    >>> referenced 4 more times
    >>> hint: did you mean KeWaitForSingleObject?

A name is needed when a relocation of a section that may reach the image refers to it, also if the
section is then not reached: an error that depends on garbage collection would come and go with
options. Names that an option requests are placed at ``<root>``.
"""

from collections.abc import Callable

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers, NameIds, SectionRows
from ntbuild.pecoff.columns.parallel import in_parts, slices
from ntbuild.pecoff.object.read import UNDEFINED, Relocations
from ntbuild.pelink.model import Tables
from ntbuild.pelink.names.locations import function_text, source_lines, symbol_text
from ntbuild.pelink.names.nearest import hints

_REFERENCES_SHOWN = 3
_NAMES_SHOWN = 100


def report_undefined(
    tables: Tables,
    row_ids: NameIds,
    section: SectionRows,
    row_section: SectionRows,
    relocations: Relocations,
    report: Callable[..., None],
) -> None:
    """An error per undefined name that a relocation refers to or an option requests.

    ``row_ids`` is the name id of each symbol row, -1 of one that is not external; ``section`` is
    what defines each name id, ``row_section`` the same per symbol row. ``report`` is
    ``Diagnostics.error``, or ``warn`` with /force.
    """
    undefined = row_section == UNDEFINED

    def need(part: slice) -> Integers:
        found: Integers = undefined.take(relocations.symbol[part]).nonzero()[0]
        found += part.start
        return found

    needed = np.concatenate(in_parts(need, slices(len(relocations)) or [slice(0, 0)]))
    ids = row_ids[relocations.symbol[needed]]
    missing = list(dict.fromkeys(ids.tolist()))
    if len(missing) > _NAMES_SHOWN:
        listed = f"at most {_NAMES_SHOWN} of them are listed"
        report(f"{len(missing)} undefined symbols", notes=(listed,))
    reports: list[tuple[str, str, tuple[str, ...]]] = []  # name, place, notes
    lines = source_lines(tables) if missing else None
    for name_id in missing[:_NAMES_SHOWN]:
        places = needed[ids == name_id]
        shown = []
        for row in places[:_REFERENCES_SHOWN].tolist():
            at = (int(relocations.section[row]), int(relocations.offset[row]))
            shown.append(function_text(tables, *at) + (lines.suffix(*at) if lines else ""))
        notes = [f"referenced by {place}" for place in shown]
        if len(places) > len(shown):
            notes.append(f"referenced {len(places) - len(shown)} more times")
        name = symbol_text(tables, int(relocations.symbol[places[0]]))
        reports.append((name, "", tuple(notes)))
    referenced = set(missing)
    for name_id in tables.roots:
        if section[name_id] == UNDEFINED and name_id not in referenced:
            exported = tables.unexported.get(name_id)
            note = f"exported as {exported}" if exported else "requested by an option"
            reports.append((tables.name(name_id), "<root>", (note,)))
    names = [name for name, *_ in reports]
    for (name, place, noted), hint in zip(reports, hints(tables, names), strict=True):
        report(f"undefined symbol: {name}", place=place, notes=noted, hint=hint)
