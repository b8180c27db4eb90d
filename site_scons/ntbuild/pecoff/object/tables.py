"""The columns that COFF objects become, and batches of them joined.

What is hard is keeping row numbers apart: a symbol row, a section row and an object row are all
integers, so each column says which it holds.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import (
    Flags,
    Integers,
    ObjectRows,
    SectionRows,
    SymbolRows,
    Words,
)
from ntbuild.support.values import dataclass

UNDEFINED, ABSOLUTE, DEBUG = -1, -2, -3
"""``Symbols.section`` of a symbol that is in no section."""


class Origin(NamedTuple):
    """Where an object's bytes are in the pool, and what to call it in messages.

    ``name`` is the path as given, or ``archive(member)``; ``order`` is a text by which GNU ld's
    SORT orders import tables: the archive and the member's file name. ``made`` tells that the
    linker wrote the object; names and orders cannot, because any path may look like anything.
    """

    name: str
    position: int
    size: int
    order: str = ""
    made: bool = False


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

    def part(self, which: slice) -> "Objects":
        """Some of the objects, their sections and symbols counted from the first of these."""
        first_section, first_symbol = self.first_section[which], self.first_symbol[which]
        return Objects(
            self.origins[which],
            self.machine[which],
            first_section - first_section[:1],
            first_symbol - first_symbol[:1],
            self.symbols_at[which],
            self.symbol_size[which],
            self.strings_at[which],
            self.strings_size[which],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Sections:
    """One row a section contribution, objects in link order.

    ``name_at`` is the position of its name, which NUL or 8 bytes end unless ``long_name``, and
    ``name_head`` are the name's first 8 bytes (with whatever follows a NUL);
    ``position`` of its raw data; ``relocations_at``/``relocation_count`` of its relocations.
    ``selection`` is the IMAGE_COMDAT_SELECT (0: not a COMDAT), ``leader`` the symbol row that
    names the COMDAT (-1: none) and ``parent`` the section that an associative one follows.
    """

    object: ObjectRows
    name_at: Integers
    name_head: Words
    long_name: Flags
    position: Integers
    size: Integers
    alignment: Integers
    Characteristics: npt.NDArray[np.uint32]
    relocations_at: Integers
    relocation_count: Integers
    selection: npt.NDArray[np.uint8]
    leader: SymbolRows
    parent: SectionRows

    TYPES: ClassVar = {
        "object": np.int32,
        "name_at": np.int64,
        "name_head": np.uint64,
        "long_name": np.bool_,
        "position": np.int64,
        "size": np.int64,
        "alignment": np.int64,
        "Characteristics": np.uint32,
        "relocations_at": np.int64,
        "relocation_count": np.int64,
        "selection": np.uint8,
        "leader": np.int32,
        "parent": np.int32,
    }
    """The columns that have a row for each section."""

    def __len__(self) -> int:
        return len(self.size)


@dataclass(frozen=True, slots=True, eq=False)
class Symbols:
    """One row a symbol record, auxiliary records included (``auxiliary`` is set for those).

    ``section`` is a section row, or UNDEFINED, ABSOLUTE, DEBUG. ``external`` rows take part in
    resolution; ``hash``, ``name_at`` and ``rows`` are parallel and hold just those.
    """

    object: ObjectRows
    section: SectionRows
    value: Integers
    storage_class: npt.NDArray[np.uint8]
    type: npt.NDArray[np.uint16]
    auxiliary: Flags
    rows: SymbolRows
    hash: Words
    name_at: Integers
    weak_rows: SymbolRows
    weak_default: SymbolRows
    weak_search: npt.NDArray[np.uint32]

    TYPES: ClassVar = {
        "object": np.int32,
        "section": np.int32,
        "value": np.int64,
        "storage_class": np.uint8,
        "type": np.uint16,
        "auxiliary": np.bool_,
    }
    """The columns that have a row for each symbol."""

    def __len__(self) -> int:
        return len(self.section)


@dataclass(frozen=True, slots=True, eq=False)
class ObjectTables:
    """What a batch of objects says; ``columns`` is where that lies, with room for more behind."""

    objects: Objects
    sections: Sections
    symbols: Symbols
    columns: "Columns | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Relocations:
    """One row a relocation: its ``section`` row, ``offset`` in it, ``type`` and ``symbol`` row.

    Rows are in the order of their sections: who divides the work relies on it.
    """

    section: SectionRows
    offset: Integers
    type: npt.NDArray[np.uint16]
    symbol: SymbolRows

    @classmethod
    def room(cls, count: int) -> "Relocations":
        """Columns of ``count`` rows in one block of memory, for the reason given at ``Columns``."""
        block = np.empty(18 * count, np.uint8)
        columns = [(np.int32, 8), (np.int64, 0), (np.uint16, 16), (np.int32, 12)]
        return cls(
            *(np.ndarray((count,), dtype, block.data, each * count) for dtype, each in columns)
        )

    def __len__(self) -> int:
        return len(self.section)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a batch begins in tables of many: rows of objects, sections and symbols before it."""

    object: int = 0
    section: int = 0
    symbol: int = 0


_REFERS_TO: Final = {
    "object": "object",
    "first_section": "section",
    "section": "section",
    "parent": "section",
    "first_symbol": "symbol",
    "leader": "symbol",
    "rows": "symbol",
    "weak_rows": "symbol",
    "weak_default": "symbol",
}
"""Columns that hold row numbers, and of which table."""

_PER_NAME: Final = ("rows", "hash", "name_at", "weak_rows", "weak_default", "weak_search")
"""Columns of ``Symbols`` that do not have a row for every symbol."""


def _moved(name: str, column: Any, place: Place) -> Any:
    """A column with its row numbers counted in tables that have other rows before."""
    shift = getattr(place, _REFERS_TO[name]) if name in _REFERS_TO else 0
    if not shift:
        return column
    return column + (column >= 0) * column.dtype.type(shift)  # below 0 are no rows


class Columns:
    """Sections and symbols of many objects, filled in batch by batch, in any order.

    All columns lie in one block of memory: of a large one the system makes few large pages,
    while to touch 40 MB in small pages for the first time takes 10,000 faults. There is room for
    some rows more, as what is read first is nearly all; it costs nothing while it is not touched.
    """

    def __init__(self, sections: int, symbols: int) -> None:
        self.sections, self.symbols = sections + sections // 8, symbols + symbols // 8
        kinds = [
            (table, name, np.dtype(dtype), rows)
            for table, rows in ((Sections, self.sections), (Symbols, self.symbols))
            for name, dtype in table.TYPES.items()
        ]
        sizes = [(rows * dtype.itemsize + 63) & -64 for *_, dtype, rows in kinds]
        block = np.empty(sum(sizes), np.uint8)
        self._columns: dict[type, dict[str, npt.NDArray[Any]]] = {Sections: {}, Symbols: {}}
        for (table, name, dtype, rows), end in zip(kinds, accumulate(sizes), strict=True):
            at = end - ((rows * dtype.itemsize + 63) & -64)
            self._columns[table][name] = np.ndarray((rows,), dtype, block.data, at)

    def put(self, batch: ObjectTables, place: Place) -> dict[str, npt.NDArray[Any]]:
        """Fill in a batch; return its other columns, those of ``_PER_NAME``, counted likewise."""
        for table, values, first in (
            (Sections, batch.sections, place.section),
            (Symbols, batch.symbols, place.symbol),
        ):
            for name, column in self._columns[table].items():
                moved = _moved(name, getattr(values, name), place)
                column[first : first + len(values)] = moved
        return {name: _moved(name, getattr(batch.symbols, name), place) for name in _PER_NAME}

    def tables(
        self,
        objects: Objects,
        sections: int,
        symbols: int,
        named: Sequence[dict[str, npt.NDArray[Any]]],
    ) -> ObjectTables:
        """The first rows; ``named`` is what ``put`` returned for each batch, in their order."""
        per_name = {name: np.concatenate([each[name] for each in named]) for name in _PER_NAME}
        return ObjectTables(
            objects,
            Sections(**{name: each[:sections] for name, each in self._columns[Sections].items()}),
            Symbols(
                **{name: each[:symbols] for name, each in self._columns[Symbols].items()},
                **per_name,
            ),
            self,
        )


def _concatenated(batches: Sequence[ObjectTables], places: Sequence[Place]) -> ObjectTables:
    """Batches as one where the first, which is nearly all as a rule, is small."""
    moved: dict[str, dict[str, npt.NDArray[Any]]] = {}
    for part, kind in (("objects", Objects), ("sections", Sections), ("symbols", Symbols)):
        tables = [getattr(batch, part) for batch in batches]
        moved[part] = {}
        for name in kind.__slots__:
            if name == "origins":
                continue
            columns = [getattr(table, name) for table in tables]
            if name in _REFERS_TO:
                columns = [_moved(name, *each) for each in zip(columns, places, strict=True)]
            moved[part][name] = np.concatenate(columns)
    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return ObjectTables(
        Objects(origins, **moved["objects"]),
        Sections(**moved["sections"]),
        Symbols(**moved["symbols"]),
    )


def joined(batches: Sequence[ObjectTables]) -> ObjectTables:
    """Several batches as one, rows of later batches moved behind those of earlier ones."""
    if len(batches) == 1:
        return batches[0]
    places, end = [], Place()
    for batch in batches:
        places.append(end)
        end = Place(
            end.object + len(batch.objects.origins),
            end.section + len(batch.sections),
            end.symbol + len(batch.symbols),
        )
    first = batches[0]
    columns = first.columns
    if columns is None:
        return _concatenated(batches, places)
    if columns.sections < end.section or columns.symbols < end.symbol:
        columns = Columns(end.section, end.symbol)
        columns.put(first, Place())
    named = [{name: getattr(first.symbols, name) for name in _PER_NAME}]
    later = list(zip(batches, places, strict=True))[1:]
    named += [columns.put(batch, place) for batch, place in later]
    moved = (
        np.concatenate(
            [getattr(first.objects, name)]
            + [_moved(name, getattr(batch.objects, name), place) for batch, place in later]
        )
        for name in Objects.__slots__[1:]
    )
    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return columns.tables(Objects(origins, *moved), end.section, end.symbol, named)
