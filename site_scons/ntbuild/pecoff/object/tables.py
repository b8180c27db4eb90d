"""The tables that COFF objects become: a row an object, a section, a symbol or a relocation.

Objects of one batch stand in link order, and so do their sections and symbols. Row numbers count
through all objects of a table, so the third symbol of the second object has the row
``first_symbol[1] + 2``. `joined` puts batches behind each other and moves row numbers along:

    batch 1 has 4 sections; batch 2 has Symbols.section = [0, 2, UNDEFINED]
    joined:                             Symbols.section = [..., 4, 6, UNDEFINED]

Pitfall: a section row, a symbol row and an object row are all integers, and numpy takes each of
them as an index of any table. The array types of ``columns/arrays.py`` say which one a column has.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import (
    FileOffsets,
    Flags,
    Integers,
    ObjectRows,
    SectionRows,
    SymbolRows,
    Words,
)
from ntbuild.support.values import dataclass

UNDEFINED, ABSOLUTE, DEBUG = -1, -2, -3
"""``Symbols.section`` of a symbol that is in no section. The file has 0, -1 and -2 for these."""


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
    """Where its bytes are, and its name for messages."""
    machine: npt.NDArray[np.uint16]
    """IMAGE_FILE_MACHINE of its header."""
    first_section: Integers
    """Row of its first section, or of the next object's when it has none."""
    first_symbol: Integers
    """Row of its first symbol record, or of the next object's when it has none."""
    symbols_at: FileOffsets
    """Position in the pool of its symbol table."""
    symbol_size: Integers
    """Bytes of one of its symbol records: 18, or 20 in a bigobj."""
    strings_at: FileOffsets
    """Position in the pool of its string table's size field."""
    strings_size: Integers
    """Bytes of its string table, the size field included; 0 without one."""

    def part(self, which: slice) -> "Objects":
        """Adjacent objects as a table of their own: rows count from the first one's."""
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
    """One row a section of an object, in the order of objects and of their section tables."""

    object: ObjectRows
    """The object that it belongs to; ascending."""
    name_at: FileOffsets
    """Position of its name; a NUL ends it, or its eighth byte unless ``long_name``."""
    name_head: Words
    """The name's first eight bytes as one number, with whatever follows a NUL."""
    long_name: Flags
    """Whether the name stands in the string table."""
    position: FileOffsets
    """Position of its raw data in the pool; -1 for a section without bytes, which is zeros."""
    size: Integers
    """Bytes that it takes in the image (SizeOfRawData)."""
    alignment: Integers
    """Bytes that its address is a multiple of: a power of two, 16 when the object does not say."""
    Characteristics: npt.NDArray[np.uint32]
    """IMAGE_SCN flags as they stand in the object."""
    relocations_at: FileOffsets
    """Position of its first relocation record, after a record that only counts the others."""
    relocation_count: Integers
    """Number of its relocations."""
    selection: npt.NDArray[np.uint8]
    """IMAGE_COMDAT_SELECT; 0 for a section that is not a COMDAT."""
    leader: SymbolRows
    """The symbol that names the COMDAT: the second one in the section; -1 without one."""
    parent: SectionRows
    """The section that an associative COMDAT follows; -1 for all others."""

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
    """One row a symbol record, auxiliary records included, so that file indices stay row numbers.

    The first six columns have an entry for each row. ``rows``, ``hash`` and ``name_at`` are
    parallel and have one for each external symbol; the ``weak_`` columns are parallel and have
    one for each weak external.
    """

    object: ObjectRows
    """The object that it belongs to; ascending."""
    section: SectionRows
    """The section that it is in, or UNDEFINED, ABSOLUTE or DEBUG."""
    value: Integers
    """Offset in the section, the value of an absolute symbol, or the size of a common one."""
    storage_class: npt.NDArray[np.uint8]
    """IMAGE_SYM_CLASS."""
    type: npt.NDArray[np.uint16]
    """Type of the record: 0x20 for a function."""
    auxiliary: Flags
    """Whether it is an auxiliary record; its other columns mean nothing then."""
    rows: SymbolRows
    """Rows of EXTERNAL and WEAK_EXTERNAL symbols, ascending: names are resolved for these only."""
    hash: Words
    """Hash of the name of each of ``rows`` (``columns.names.hash_names``)."""
    name_at: FileOffsets
    """Position of the NUL-terminated name of each of ``rows``."""
    weak_rows: SymbolRows
    """Rows of weak externals that are undefined, ascending."""
    weak_default: SymbolRows
    """Row of the symbol that each of ``weak_rows`` stands for when its name is not defined."""
    weak_search: npt.NDArray[np.uint32]
    """IMAGE_WEAK_EXTERN_SEARCH of each of ``weak_rows``."""

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
    """A batch of objects; relocations are read apart, of the sections that stay in the link."""

    objects: Objects
    sections: Sections
    symbols: Symbols
    columns: "Columns | None" = None
    """The memory of the columns, with room for more rows; None when each has its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Relocations:
    """One row a relocation, ordered by ``section``: work is divided at section bounds."""

    section: SectionRows
    """The section whose bytes it patches; ascending."""
    offset: Integers
    """Bytes from the section's start to the patched field; not checked against the size."""
    type: npt.NDArray[np.uint16]
    """Relocation type of the object's machine (IMAGE_REL_AMD64 ...)."""
    symbol: SymbolRows
    """The symbol that the field refers to."""

    @classmethod
    def room(cls, count: int) -> "Relocations":
        """Columns of ``count`` rows in one block of memory, for the reason given at ``Columns``."""
        block = np.empty(18 * count, np.uint8)
        # Type, and where the column begins in bytes per row: the widest first keeps all aligned.
        columns = [(np.int32, 8), (np.int64, 0), (np.uint16, 16), (np.int32, 12)]
        return cls(
            *(np.ndarray((count,), dtype, block.data, each * count) for dtype, each in columns)
        )

    def __len__(self) -> int:
        return len(self.section)


@dataclass(frozen=True, slots=True)
class FirstRows:
    """Where a batch begins in joined tables: the row of its first object, section and symbol."""

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


def _moved(name: str, column: Any, first: FirstRows) -> Any:
    """A column of a batch that begins at ``first``: numbers in it that are rows move along."""
    # UNDEFINED, ABSOLUTE, DEBUG and -1 for "none" are below 0 and stay as they are.
    shift = getattr(first, _REFERS_TO[name]) if name in _REFERS_TO else 0
    if not shift:
        return column
    return column + (column >= 0) * column.dtype.type(shift)


class Columns:
    """Memory for the columns of ``Sections`` and ``Symbols``, filled batch by batch, in any order.

    All columns lie in one block, 64 bytes aligned: the system backs a large block with large
    pages, while the first touch of 40 MB in 4 KiB pages takes 10,000 page faults. An eighth more
    rows than asked for are reserved, because archive members join the objects of the command line
    later; memory that is never touched costs nothing.
    """

    def __init__(self, sections: int, symbols: int) -> None:
        self.sections, self.symbols = sections + sections // 8, symbols + symbols // 8
        # One entry a column: its table, name, type, and number of rows.
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

    def put(self, batch: ObjectTables, first: FirstRows) -> dict[str, npt.NDArray[Any]]:
        """Fill in a batch whose rows begin at ``first``.

        Returns its columns of ``_PER_NAME``, with their row numbers moved likewise.
        """
        for table, values, row in (
            (Sections, batch.sections, first.section),
            (Symbols, batch.symbols, first.symbol),
        ):
            for name, column in self._columns[table].items():
                moved = _moved(name, getattr(values, name), first)
                column[row : row + len(values)] = moved
        return {name: _moved(name, getattr(batch.symbols, name), first) for name in _PER_NAME}

    def tables(
        self,
        objects: Objects,
        sections: int,
        symbols: int,
        named: Sequence[dict[str, npt.NDArray[Any]]],
    ) -> ObjectTables:
        """The first ``sections`` and ``symbols`` rows as tables.

        ``named`` is what ``put`` returned for each batch, in the order of the batches.
        """
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


def _concatenated(batches: Sequence[ObjectTables], firsts: Sequence[FirstRows]) -> ObjectTables:
    """`joined` for a small first batch, whose columns were read without room behind them."""
    moved: dict[str, dict[str, npt.NDArray[Any]]] = {}
    for part, kind in (("objects", Objects), ("sections", Sections), ("symbols", Symbols)):
        tables = [getattr(batch, part) for batch in batches]
        moved[part] = {}
        for name in kind.__slots__:
            if name == "origins":
                continue
            columns = [getattr(table, name) for table in tables]
            if name in _REFERS_TO:
                columns = [_moved(name, *each) for each in zip(columns, firsts, strict=True)]
            moved[part][name] = np.concatenate(columns)
    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return ObjectTables(
        Objects(origins, **moved["objects"]),
        Sections(**moved["sections"]),
        Symbols(**moved["symbols"]),
    )


def joined(batches: Sequence[ObjectTables]) -> ObjectTables:
    """Several batches as one; rows of later batches follow those of earlier ones.

    Where the first batch has room behind its rows, later ones are written there: its own rows
    stay, but joining it once more to other batches would overwrite what was joined before.
    """
    if len(batches) == 1:
        return batches[0]
    # Where each batch begins, and where the last one ends.
    firsts, end = [], FirstRows()
    for batch in batches:
        firsts.append(end)
        end = FirstRows(
            end.object + len(batch.objects.origins),
            end.section + len(batch.sections),
            end.symbol + len(batch.symbols),
        )
    first = batches[0]
    columns = first.columns
    if columns is None:
        return _concatenated(batches, firsts)
    if columns.sections < end.section or columns.symbols < end.symbol:
        columns = Columns(end.section, end.symbol)
        columns.put(first, FirstRows())
    # The first batch begins at 0, so its row numbers are right as they are.
    named = [{name: getattr(first.symbols, name) for name in _PER_NAME}]
    later = list(zip(batches, firsts, strict=True))[1:]
    named += [columns.put(batch, start) for batch, start in later]
    moved = (
        np.concatenate(
            [getattr(first.objects, name)]
            + [_moved(name, getattr(batch.objects, name), start) for batch, start in later]
        )
        for name in Objects.__slots__[1:]
    )
    origins = tuple(origin for batch in batches for origin in batch.objects.origins)
    return columns.tables(Objects(origins, *moved), end.section, end.symbol, named)
