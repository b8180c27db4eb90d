"""Tables of a driver's static constructors and destructors: their order, and who runs them.

Compilers put pointers to such functions into sections that start-up code walks. cl's name says the
order, ``.CRT$XCU`` (``.CRT$XCT00150`` with a priority), between bounds that the start-up code
brings: ``.CRT$XCA`` and ``.CRT$XCZ`` for constructors, ``XI`` for initialisers of C, ``XP`` and
``XT`` for what runs at the end. GNU compilers write ``.ctors`` (``.ctors.65385`` for the priority
150), which their start-up code walks from the end.

In a driver all of them are one table that is walked forwards, so that objects of both kinds may
stand in one image: a GNU section has the place of cl's section of the same priority.

    .CRT$XCA | .CRT$XCT00150 .ctors.65385 | .CRT$XCU .ctors | .CRT$XCZ

Files run in link order in either case; the GNU sections of one file run from its last to its
first, as its compiler expects.

Source: LLVM, TargetLoweringObjectFileImpl.cpp, for the names of priorities.
"""

import re
from collections.abc import Mapping
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Tables
from ntbuild.pelink.options import LinkOptions

_GNU: Final = re.compile(rb"\.(ctors|dtors)(?:\.(\d{1,5}))?\Z")
_NEVER_RUN: Final = re.compile(rb"\.(preinit_array|init_array|fini_array)(\.\d+)?\Z")
_CRT: Final = b".CRT"
_RUN: Final = frozenset({b"$XI", b"$XC", b"$XP", b"$XT"})
_LAST_PRIORITY: Final = 65535
_LETTERS: Final = ((200, b"A"), (400, b"C"), (401, b"L"), (_LAST_PRIORITY, b"T"))
"""The letter of a priority in cl's section names, by the first priority that it is not for."""


def gnu_suffix(stem: bytes) -> bytes | None:
    """The suffix of ``.CRT`` in whose place a GNU table stands; None for any other section."""
    match = _GNU.match(stem)
    if match is None:
        return None
    number = int(match[2] or 0)
    if match[1] == b"dtors":
        return b"$XTV%05d" % number if match[2] else b"$XTU"
    if match[2] is None:
        return b"$XCU"
    priority = max(_LAST_PRIORITY - number, 0)
    letter = next((letter for limit, letter in _LETTERS if priority < limit), b"U")
    return b"$XC%s%05d" % (letter, priority)


def gnu_constructors(tables: Tables, rows: Integers) -> tuple[Integers, list[bytes]]:
    """Where GNU tables are among `rows`, and the suffix that each has in this place."""
    known = {number: gnu_suffix(stem) for number, stem in enumerate(tables.stems)}
    numbers = [number for number, suffix in known.items() if suffix is not None]
    if not numbers:
        return np.zeros(0, np.int64), []
    stems = tables.section_stems.take(rows)
    positions = np.flatnonzero(np.isin(stems, numbers))
    return positions, [known[number] or b"" for number in stems.take(positions).tolist()]


def walked_forwards(tables: Tables, rows: Integers) -> dict[int, int]:
    """The row that stands in the place of each row of ``.ctors``.

    A mapping that is its own inverse: the first such section of an object changes places with the
    last, the second with the last but one, and so on.
    """
    numbers = [
        number for number, stem in enumerate(tables.stems) if _GNU.match(stem) and b"c" in stem[:2]
    ]
    if not numbers:
        return {}
    chosen = rows.compress(np.isin(tables.section_stems.take(rows), numbers))
    owners = tables.objects.sections.object.take(chosen)
    found: dict[int, int] = {}
    for owner in np.unique(owners).tolist():
        group = np.sort(chosen.compress(owners == owner)).tolist()
        found |= dict(zip(group, reversed(group), strict=True))
    return found


def refuse_constructors(
    tables: Tables, live: Flags, options: LinkOptions, log: Diagnostics
) -> None:
    """An error for each kind of table that nothing in a driver runs.

    A table is run when the link has the two bounds of its kind, the driver's own or those of
    ntbuild's C++ run-time.
    """
    if not options.is_driver:
        return
    tables_of_functions = [
        number
        for number, stem in enumerate(tables.stems)
        if stem == _CRT or _GNU.match(stem) or _NEVER_RUN.match(stem)
    ]
    if not tables_of_functions:
        return
    rows = np.flatnonzero(live & np.isin(tables.section_stems, tables_of_functions))
    names = {row: tables.section_name(row) for row in rows.tolist()}
    present = set(names.values())
    told: set[bytes] = set()
    _refuse_two_walkers(tables, names, log)
    for row, name in names.items():
        stem = tables.stems[int(tables.section_stems[row])]
        kind = (gnu_suffix(stem) or name[len(stem) :])[:3]
        bounds = {_CRT + kind + b"A", _CRT + kind + b"Z"}
        if tables.objects.sections.size[row] == 0 or (kind in _RUN and bounds <= present):
            continue
        if stem not in told:
            log.error(
                f"{tables.object_name(row)} has constructors in {stem.decode()}:"
                " nothing in a driver runs them",
                hint='initialise such objects in DriverEntry, or declare cxx_runtime="driver"',
            )
        told.add(stem)


def _refuse_two_walkers(tables: Tables, names: Mapping[int, bytes], log: Diagnostics) -> None:
    """An error when two objects have the first bound of a table: its functions would run twice."""
    for kind in sorted(_RUN):
        rows = [row for row, name in names.items() if name == _CRT + kind + b"A"]
        owners = list(dict.fromkeys(tables.object_name(row) for row in rows))
        if len(owners) > 1:
            log.error(
                f"{owners[0]} and {owners[1]} both walk the constructors after"
                f" {(_CRT + kind).decode()}A, which would run twice",
                hint="leave cxx_runtime= out where the driver runs them itself",
            )
