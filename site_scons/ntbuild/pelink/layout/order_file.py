"""/order:@FILE: functions in the order of a list, before all others of their section.

A line names the symbol that leads a COMDAT, spelled as in C (``f``) or as a symbol (``_f@8``). A
function that is no COMDAT of its own cannot be moved, and naming it is a warning (LNK4037).

Source: Microsoft "/ORDER (Put Functions in Order)"; lld-link 19 for what counts and its warning.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags, Integers
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import OutputSection, Tables
from ntbuild.pelink.names.decoration import spellings
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.text import encoded
from ntbuild.support.values import replace


def apply_order_file(
    tables: Tables, sections: tuple[OutputSection, ...], options: LinkOptions, log: Diagnostics
) -> tuple[OutputSection, ...]:
    """The sections with their rows in the order of ``options.order_file``.

    Only contributions of one input section name change places: groups (``.text$a``) stay sorted.
    Raises LinkError when the file cannot be read.
    """
    if options.order_file is None:
        return sections
    ranks = order_ranks(tables, options.order_file, log)
    return tuple(
        replace(section, rows=_ordered(tables, section.rows, ranks))
        if ranks[section.rows].any()
        else section
        for section in sections
    )


def _ordered(tables: Tables, rows: Integers, ranks: Integers) -> Integers:
    """The rows of one output section sorted: by group, then rank, then as they stood."""
    sections = tables.objects.sections
    # GNU compilers name a COMDAT's section after its symbol: those are one group.
    named_after_symbol = (sections.selection[rows] != 0) & sections.long_name[rows]
    numbers: dict[bytes, int] = {}
    groups = [
        numbers.setdefault(b"$" if own else tables.section_name(row), len(numbers))
        for row, own in zip(rows.tolist(), named_after_symbol.tolist(), strict=True)
    ]
    # Sort key, high to low: group in the order of first rows, rank, position.
    return rows[np.lexsort((np.arange(len(rows)), ranks[rows], np.array(groups)))]


def order_ranks(tables: Tables, file: str, log: Diagnostics) -> Integers:
    """A rank for each section row: negative for those that the file lists, in its order; else 0.

    Raises LinkError when the file cannot be read. A name that no COMDAT has is a warning.
    """
    ranks = np.zeros(len(tables.objects.sections), np.int64)
    names = _names(file, log)
    # ``led`` are COMDAT section rows whose leader is external, ``ids`` the name ids of the leaders.
    leaders = tables.objects.sections.leader
    led = np.flatnonzero((leaders >= 0) & (tables.objects.sections.selection != 0))
    rows = tables.objects.symbols.rows
    at = np.minimum(np.searchsorted(rows, leaders[led]), max(len(rows) - 1, 0))
    led, at = led[rows[at] == leaders[led]], at[rows[at] == leaders[led]]
    ids = tables.symbol_ids[at]
    known = np.zeros(len(tables.names), np.bool_)
    known[ids] = True
    rank_of = np.zeros(len(tables.names), np.int64)
    for position, name in enumerate(names):
        name_id = _id_of(tables, name, known)
        if name_id < 0:
            log.warn(f"/order:{file}: missing symbol: {name} [LNK4037]")
        elif rank_of[name_id] == 0:
            rank_of[name_id] = position - len(names)
    ranks[led] = rank_of[ids]
    return ranks


def _names(file: str, log: Diagnostics) -> list[str]:
    """The names in a file, one on each line; what follows a semicolon is a comment."""
    try:
        text = read_text(file)
    except InputError as error:
        log.error(str(error))
    else:
        lines = (line.partition(";")[0].strip() for line in text.splitlines())
        return [line for line in lines if line]
    log.raise_if_errors()
    return []


def _id_of(tables: Tables, name: str, known: Flags) -> int:
    """The name id that a line means, out of the ``known`` ones; -1 for none."""
    for spelled in spellings(name, tables.target.machine):
        name_id = tables.names.find(tables.buffer, encoded(spelled))
        if name_id >= 0 and known[name_id]:
            return name_id
    return -1
