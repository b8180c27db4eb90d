"""Symbol records: which go into a module's stream, which into the table of globals; scopes.

A procedure and a block open a scope that a later record closes. In a PDB an opening record has the
offsets, in its module's stream, of the scope around it and of its end; compilers leave them zero.
Records of objects number types as their object does, and a procedure names the id of its function:
a PDB has merged numbers, and the function's type.

Records at file scope that have no address (typedefs, constants) and global variables stand in the
table of globals only, once; procedures and static variables stand in both.

Source: LLVM, "CodeView Symbol Records"; lld, ``COFF/PDB.cpp``.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import (
    CLOSES,
    OPENS,
    SUBSECTION,
    TYPE_LISTS,
    TYPE_OF_SYMBOL,
    WITHOUT_ID,
    S,
)
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, ObjectRows, ragged
from ntbuild.support.values import dataclass, replace

from .debug_sections import Subsections
from .records import Records, Runs, find_records, lookup, members, padded
from .type_merge import MergedTypes

_SCOPE: Final = lookup({**dict.fromkeys(OPENS, 1), **dict.fromkeys(CLOSES, -1)})
_TYPE_AT: Final = lookup(TYPE_OF_SYMBOL)
_RENAMED: Final = np.arange(0x10000, dtype=np.uint16)
_RENAMED[list(map(int, WITHOUT_ID))] = list(map(int, WITHOUT_ID.values()))
_HAS_FUNCTION_ID: Final = members((S.GPROC32_ID, S.LPROC32_ID, S.LPROC32_DPC_ID))

_PROCEDURES: Final = members((S.GPROC32, S.LPROC32, S.LPROC32_DPC))
_ONLY_GLOBAL: Final = members((S.GDATA32, S.GTHREAD32, S.PROCREF, S.LPROCREF))
_GLOBAL_AT_FILE_SCOPE: Final = members((S.UDT, S.CONSTANT, S.LDATA32, S.LTHREAD32))
_LOCAL_IN_SCOPE: Final = members((S.UDT, S.CONSTANT))
"""Of the kinds before, those that a module's stream has only inside of a scope."""

STREAM_HEAD: Final = 4
"""Bytes of the signature that a module's stream begins with: offsets of records count them."""


@dataclass(frozen=True, slots=True, eq=False)
class SymbolRecords:
    """The symbols of all objects as a PDB has them. Rows are records, in link order."""

    data: Bytes
    records: Records
    object: ObjectRows
    """The object of each record."""
    in_module: Flags
    """Whether a module's stream has the record."""
    is_global: Flags
    """Whether the table of globals lists it."""
    is_procedure: Flags
    """Of a procedure that table has a reference to the record."""
    offset: Integers
    """Offset of the record in its module's stream, for those that are in one."""
    untranslated: ObjectRows
    """Objects with a record that names a type that they do not have, without repetition."""

    def with_names(
        self, places: Sequence[tuple[int, bytes]], offsets: Mapping[bytes, int]
    ) -> "SymbolRecords":
        """The same with offsets of names in ``/names`` at some places of ``data``."""
        if not places:
            return self
        data = self.data.copy()
        words = data[: len(data) & -4].view("<u4")
        for at, name in places:
            words[at >> 2] = offsets[name]
        return replace(self, data=data)

    def streams(self, objects: int) -> list[bytes]:
        """The records of each object's module stream, without the signature."""
        rows = self.in_module.nonzero()[0]
        size = self.records.size[rows]
        data = self.data[ragged(self.records.at[rows], size)].tobytes()
        ends = np.bincount(self.object[rows], size, objects).astype(np.int64).cumsum().tolist()
        return [data[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def symbol_records(parts: Subsections, types: MergedTypes, objects: int) -> SymbolRecords:
    """The symbol records of all objects. Raises FormatError."""
    symbols = parts.of(SUBSECTION.SYMBOLS)
    runs, records = padded(parts.runs, find_records(parts.runs, symbols), (0, 0, 0))
    owner = runs.object[records.run]
    scope = _SCOPE.take(records.kind)
    data = runs.data.copy()
    bad = _translate(data, runs, records, owner, types)
    kind = _RENAMED.take(records.kind)
    _put_halves(data, records.at + 2, kind)
    # Depth of each record: scopes that are open where it stands, its own not counted.
    after = scope.cumsum(dtype=np.int64)
    depth = after - (scope > 0)
    in_module = ~_ONLY_GLOBAL.take(kind) & ~(_LOCAL_IN_SCOPE.take(kind) & (depth == 0))
    is_procedure = _PROCEDURES.take(kind)
    is_global = is_procedure | _ONLY_GLOBAL.take(kind)
    is_global |= _GLOBAL_AT_FILE_SCOPE.take(kind) & (depth == 0)
    size = np.where(in_module, records.size, 0)
    total = np.bincount(owner, size, objects).astype(np.int64)
    # Records of one object are adjacent: an offset counts from the object's first one.
    offset = size.cumsum() - size - (total.cumsum() - total)[owner] + STREAM_HEAD
    _write_scopes(data, runs, records, scope, after, offset, owner)
    renamed = Records(records.at, records.size, kind, records.run)
    return SymbolRecords(
        data, renamed, owner, in_module, is_global, is_procedure, offset, np.unique(owner[bad])
    )


def _put_halves(data: Bytes, at: Integers, value: npt.NDArray[np.uint16]) -> None:
    """Write 16-bit numbers at even positions."""
    data[: len(data) & -2].view("<u2")[at >> 1] = value


def _translate(
    data: Bytes, runs: Runs, records: Records, owner: ObjectRows, types: MergedTypes
) -> Integers:
    """Write merged type numbers into the records; the rows of those with a number of no type."""
    words = data[: len(data) & -4].view("<u4")
    type_at = _TYPE_AT.take(records.kind)
    rows = (type_at > 0).nonzero()[0]
    _refuse_short(runs, records, rows, type_at[rows].astype(np.int64) + 4)
    places = records.at[rows] + type_at[rows] >> 2
    new, missing = types.translated(owner[rows], words[places])
    functions = _HAS_FUNCTION_ID.take(records.kind[rows]) & ~missing
    new[functions] = types.function_types(new[functions])
    words[places] = new
    bad = [rows[missing]]
    lists = np.isin(records.kind, TYPE_LISTS).nonzero()[0]
    if len(lists):
        _refuse_short(runs, records, lists, np.full(len(lists), 8))
        counts = words[(records.at[lists] >> 2) + 1].astype(np.int64)
        _refuse_short(runs, records, lists, 8 + 4 * counts)
        listed = ragged(records.at[lists] + 8, counts, 4) >> 2
        words[listed], missing = types.translated(owner[lists].repeat(counts), words[listed])
        bad.append(lists.repeat(counts)[missing])
    return np.concatenate(bad)


def _refuse_short(runs: Runs, records: Records, rows: Integers, size: Integers) -> None:
    """Raise FormatError for a record that ends before a field that its kind has."""
    short = (records.size[rows] < size).nonzero()[0]
    if len(short):
        row = int(rows[short[0]])
        message = f"a symbol of kind {int(records.kind[row]):#06x} ends before its type number"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "symbol record", message)


def _write_scopes(
    data: Bytes,
    runs: Runs,
    records: Records,
    scope: npt.NDArray[np.int32],
    after: Integers,
    offset: Integers,
    owner: ObjectRows,
) -> None:
    """Write the offsets of parent and end into the records that open a scope."""
    rows = (scope != 0).nonzero()[0]
    # The level that a record opens or closes, counted from 1: equal for the two of a scope.
    level = np.where(scope[rows] > 0, after[rows], after[rows] + 1)
    order = np.lexsort([rows, level])
    odd = len(rows) & 1
    pairs = rows[order][: len(rows) - odd].reshape(-1, 2)
    opens, closes = pairs[:, 0], pairs[:, 1]
    bad = (scope[opens] < 0) | (scope[closes] > 0) | (owner[opens] != owner[closes])
    bad |= level[order][: len(rows) - odd : 2] < 1
    if bad.any() or odd:
        row = int(opens[bad.nonzero()[0][0]] if bad.any() else rows[order][-1])
        message = "a scope without an end, or an end without a scope"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "symbol record", message)
    _refuse_short(runs, records, opens, np.full(len(opens), 12))
    # The scope around one that opens at level n is the last of level n - 1 that opens before it.
    depth = level[order][::2]
    keys = depth << 40 | opens
    around = keys.searchsorted((depth - 1) << 40 | opens) - 1
    parent = np.where(depth > 1, offset[opens[np.maximum(around, 0)]], 0)
    words = data[: len(data) & -4].view("<u4")
    words[(records.at[opens] >> 2) + 1] = parent
    words[(records.at[opens] >> 2) + 2] = offset[closes]


def name_positions(symbols: SymbolRecords, rows: Integers, at: npt.NDArray[np.int32]) -> Integers:
    """Positions of names that are at fixed offsets in records of ``rows``."""
    positions: Integers = symbols.records.at[rows] + at.take(symbols.records.kind[rows])
    return positions
