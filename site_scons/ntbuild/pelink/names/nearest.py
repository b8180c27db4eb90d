"""Suggestions for undefined symbols: the nearest name that an object or a library defines.

A wrong hint costs more than none, so only names of nearly the same length and a high similarity
are suggested.
"""

import numpy as np

from ntbuild.pecoff.object.read import UNDEFINED
from ntbuild.pelink.model import Tables

_NAMES_LIMIT = 20_000
_ONLY_INTERMEDIATE = (b"__gnu_lto_slim", b"___gnu_lto_slim")


def nearest(tables: Tables, name: str) -> str:
    """A hint for an undefined symbol, such as ``did you mean X?``; empty when nothing is near."""
    for mark in _ONLY_INTERMEDIATE:
        if tables.names.find(tables.buffer, mark) >= 0:
            return "an object holds gcc's intermediate code only: compile without -flto"
    bare = name.removeprefix("__imp_")
    known: dict[str, None] = {}
    for archive in tables.archives:
        count = min(len(archive.symbol_positions), _NAMES_LIMIT)
        known.update(
            dict.fromkeys(
                archive.symbol_name(row).decode("utf-8", "replace") for row in range(count)
            )
        )
    symbols = tables.objects.symbols
    defined = np.unique(tables.symbol_ids[symbols.section[symbols.rows] != UNDEFINED])
    known.update(dict.fromkeys(tables.name(row) for row in defined[:_NAMES_LIMIT].tolist()))
    if f"__imp_{name}" in known:
        return f"it is data of a DLL: declare {name} with __declspec(dllimport)"
    candidates = [each for each in known if abs(len(each) - len(bare)) <= 3 and each != bare]
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(bare, candidates, n=1, cutoff=0.85)
    return f"did you mean {near[0]}?" if near else ""
