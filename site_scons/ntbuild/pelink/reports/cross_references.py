"""Reports of GNU ld about files and symbols: ``--trace``, ``-y SYMBOL`` and ``--cref``.

All three are answered from the symbol tables of the objects, before sections that nothing reaches
are left out: a symbol is listed with every file that mentions it, as in ld.

Source: GNU ld manual, "Command-line Options"; the form of ld 2.40's texts.
"""

from collections.abc import Iterator

import numpy as np

from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.model import Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.text import encoded, printable

_NAME_WIDTH = 50


def traced_files(tables: Tables) -> Iterator[str]:
    """The name of every object and archive member that was linked, and of every archive."""
    yield from (origin.name for origin in tables.objects.objects.origins if not origin.made)
    yield from (archive.file for archive in tables.archives)


def traced_symbols(tables: Tables, names: tuple[str, ...]) -> Iterator[str]:
    """``file: definition of name`` or ``file: reference to name`` for each file and name."""
    for name in names:
        name_id = tables.names.find(tables.buffer, encoded(name))
        if name_id < 0:
            continue
        defining, mentioning = _files_of(tables, name_id)
        for file in mentioning:
            what = "definition of" if file in defining else "reference to"
            yield f"{file}: {what} {name}"


def cross_reference_table(tables: Tables) -> str:
    """Each external symbol with the file that defines it, then those that refer to it."""
    lines = ["", "Cross Reference Table", "", f"{'Symbol':<{_NAME_WIDTH}}File"]
    ids = np.unique(tables.symbol_ids).astype(np.int64)
    texts = tables.names.texts(tables.buffer, ids)
    # Symbol rows by name id, and in the order of the rows within one id.
    order = tables.symbol_ids.argsort(kind="stable")
    starts = tables.symbol_ids[order].searchsorted(ids)
    ends = np.append(starts[1:], len(order))
    for text, start, end in sorted(zip(texts, starts.tolist(), ends.tolist(), strict=True)):
        defining, mentioning = _files(tables, order[start:end])
        files = [*defining, *(file for file in mentioning if file not in defining)]
        if not files or text.startswith("\x7f"):
            continue
        lines.append(f"{printable(text):<{_NAME_WIDTH - 1}} {files[0]}")
        lines += [f"{'':{_NAME_WIDTH}}{file}" for file in files[1:]]
    return "\n".join(lines) + "\n"


def write_cross_references(tables: Tables, options: LinkOptions) -> list[str]:
    """The lines of the reports that ``options`` select; --cref only when there is no map."""
    lines: list[str] = []
    if options.trace:
        lines += traced_files(tables)
    lines += traced_symbols(tables, options.trace_symbols)
    if options.cref and options.map is None:
        lines += cross_reference_table(tables).splitlines()
    return lines


def _files_of(tables: Tables, name_id: int) -> tuple[list[str], list[str]]:
    return _files(tables, np.flatnonzero(tables.symbol_ids == name_id))


def _files(tables: Tables, positions: Integers) -> tuple[list[str], list[str]]:
    """Names of the files that define a symbol, and of all that mention it, in link order.

    ``positions`` are those of the symbol in ``Tables.symbol_ids``.
    """
    symbols = tables.objects.symbols
    rows = symbols.rows[positions]
    origins = tables.objects.objects.origins
    # A common (undefined with a size) counts as a definition.
    defined = (symbols.section[rows] != UNDEFINED) | (symbols.value[rows] != 0)
    found = [origins[owner] for owner in symbols.object[rows].tolist()]
    named = [printable(origin.name) for origin in found]
    defining = [
        name
        for name, origin, is_definition in zip(named, found, defined.tolist(), strict=True)
        if is_definition and not origin.made
    ]
    mentioning = [name for name, origin in zip(named, found, strict=True) if not origin.made]
    return list(dict.fromkeys(defining)), list(dict.fromkeys(mentioning))
