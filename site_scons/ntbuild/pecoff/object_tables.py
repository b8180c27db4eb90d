"""The columns that COFF objects become, and batches of them joined.

What is hard is keeping row numbers apart: a symbol row, a section row and an object row are all
integers, so each column says which it holds.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.values import dataclass

from .text import Integers, Words

Rows = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

UNDEFINED, ABSOLUTE, DEBUG = -1, -2, -3
"""``Symbols.section`` of a symbol that is in no section."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object's bytes are in the pool, and what to call it in messages.

    ``name`` is the path as given, or ``archive(member)``; ``order`` is a text by which GNU ld's
    SORT orders import tables: the archive and the member's file name.
    """

    name: str
    position: int
    size: int
    order: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Objects:
    """One row an object."""

    origins: tuple[Origin, ...]
    machine: npt.NDArray[np.uint16]
    first_section: Integers
    first_symbol: Integers
    symbols_at: Integers
    symbol_size: Integers
    strings_at: Integers
    strings_size: Integers


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """One row a section contribution, objects in link order.

    ``name_at`` is the position of its name, which NUL or 8 bytes end unless ``long_name``;
    ``position`` of its raw data; ``relocations_at``/``relocation_count`` of its relocations.
    ``selection`` is the IMAGE_COMDAT_SELECT (0: not a COMDAT), ``leader`` the symbol row that
    names the COMDAT (-1: none) and ``parent`` the section that an associative one follows.
    """

    object: Rows
    name_at: Integers
    long_name: Flags
    position: Integers
    size: Integers
    alignment: Integers
    Characteristics: npt.NDArray[np.uint32]
    relocations_at: Integers
    relocation_count: Integers
    selection: npt.NDArray[np.uint8]
    leader: Rows
    parent: Rows

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """One row a symbol record, auxiliary records included (``auxiliary`` is set for those).

    ``section`` is a section row, or UNDEFINED, ABSOLUTE, DEBUG. ``external`` rows take part in
    resolution; ``hash``, ``name_at`` and ``rows`` are parallel and hold just those.
    """

    object: Rows
    section: Rows
    value: Integers
    storage_class: npt.NDArray[np.uint8]
    type: npt.NDArray[np.uint16]
    auxiliary: Flags
    rows: Rows
    hash: Words
    name_at: Integers
    weak_rows: Rows
    weak_default: Rows
    weak_search: npt.NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.section)


@dataclass(frozen=True, slots=True, eq=False)
class ObjectTables:
    """What a batch of objects says."""

    objects: Objects
    sections: Sections
    symbols: Symbols


@dataclass(frozen=True, slots=True, eq=False)
class Relocations:
    """One row a relocation: its ``section`` row, ``offset`` in it, ``type`` and ``symbol`` row."""

    section: Rows
    offset: Integers
    type: npt.NDArray[np.uint16]
    symbol: Rows

    def __len__(self) -> int:
        return len(self.section)


def joined(batches: Sequence[ObjectTables]) -> ObjectTables:
    """Several batches as one, rows of later batches moved behind those of earlier ones."""
    if len(batches) == 1:
        return batches[0]
    section_counts = np.cumsum([0, *(len(batch.sections) for batch in batches)])[:-1].tolist()
    symbol_counts = np.cumsum([0, *(len(batch.symbols) for batch in batches)])[:-1].tolist()
    object_counts = np.cumsum([0, *(len(batch.objects.origins) for batch in batches)])[:-1].tolist()
    shifts = {
        "object": object_counts,
        "first_section": section_counts,
        "first_symbol": symbol_counts,
        "section": section_counts,
        "parent": section_counts,
        "leader": symbol_counts,
        "rows": symbol_counts,
        "weak_rows": symbol_counts,
        "weak_default": symbol_counts,
    }

    def column(table: str, name: str) -> Any:
        parts = [getattr(getattr(batch, table), name) for batch in batches]
        moved = [
            np.where(part >= 0, part + shift, part).astype(part.dtype) if shift else part
            for part, shift in zip(parts, shifts.get(name, [0] * len(parts)), strict=True)
        ]
        return np.concatenate(moved)

    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return ObjectTables(
        Objects(origins, *(column("objects", name) for name in Objects.__slots__[1:])),
        Sections(*(column("sections", name) for name in Sections.__slots__)),
        Symbols(*(column("symbols", name) for name in Symbols.__slots__)),
    )
