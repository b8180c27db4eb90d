"""Wrapped names (--wrap f): calls of ``f`` go to ``__wrap_f``, which finds it as ``__real_f``.

    f        in an object that does not define f   becomes  __wrap_f
    __real_f                                       becomes  f

Only references are changed, and only those of objects that do not define the name themselves, so
the definition keeps it: a reference's name id becomes another one.

Source: GNU ld manual, "--wrap".
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ntbuild.pecoff.columns.arrays import NameIds
from ntbuild.pecoff.machine import Machine
from ntbuild.pecoff.object.read import UNDEFINED, ObjectTables
from ntbuild.support.text import encoded

from .symbol_index import SymbolIndex


def wrapped_symbols(names: Sequence[str], machine: Machine) -> list[tuple[bytes, bytes, bytes]]:
    """(name, name that wraps it, name of the real one) as symbols of a machine."""
    prefix = machine.symbol_prefix
    kinds = ("", "__wrap_", "__real_")
    return [
        (each[0], each[1], each[2])
        for each in ([encoded(f"{prefix}{kind}{name}") for kind in kinds] for name in names)
    ]


def wrapped_requests(index: SymbolIndex, names: Sequence[str], machine: Machine) -> Iterator[bytes]:
    """The names that references to wrapped ones will mean."""
    for plain, wrapping, real in wrapped_symbols(names, machine):
        if index.id_of(plain) >= 0:
            yield wrapping
        if index.id_of(real) >= 0:
            yield plain


def with_wrapped(
    index: SymbolIndex, objects: ObjectTables, ids: NameIds, names: Sequence[str], machine: Machine
) -> NameIds:
    """The name ids (parallel to ``symbols.rows``) with references to wrapped names changed."""
    changed = ids.copy()
    symbols = objects.symbols
    rows = symbols.rows
    refers = (symbols.section[rows] == UNDEFINED) & (symbols.value[rows] == 0)  # not a common
    # ``ids`` stays as it was, so that a name that one --wrap makes is not changed by another.
    for each in wrapped_symbols(names, machine):
        plain, wrapping, real = (index.id_of(name) for name in each)
        if plain >= 0 and wrapping >= 0:
            changed[np.flatnonzero(refers & (ids == plain))] = wrapping
        if real >= 0 and plain >= 0:
            changed[np.flatnonzero(refers & (ids == real))] = plain
    return changed
