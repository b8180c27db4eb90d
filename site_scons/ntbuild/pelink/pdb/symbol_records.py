"""Symbol records: which go into a module's stream, which into the table of globals; scopes.

A procedure and a block open a scope that a later record closes. In a PDB an opening record has the
offsets, in its module's stream, of the scope around it and of its end; compilers leave them zero.
Records of objects number types as their object does, and a procedure names the id of its function:
a PDB has merged numbers, and the function's type.

Records at file scope that have no address (typedefs, constants) and global variables stand in the
table of globals only, once; procedures and static variables stand in both.

Source: LLVM, "CodeView Symbol Records"; lld, ``COFF/PDB.cpp``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

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
from ntbuild.pecoff.columns.parallel import in_parts, slices
from ntbuild.support.values import dataclass, replace

from .debug_sections import Subsections
from .records import Records, Runs, among, find_records, lookup, members, padded
from .repetition import Repeats, repeated_runs, with_repeats
from .type_merge import MergedTypes

_TYPE_AT: Final = lookup(TYPE_OF_SYMBOL)
_RENAMED: Final = np.arange(0x10000, dtype=np.uint16)
_RENAMED[list(map(int, WITHOUT_ID))] = list(map(int, WITHOUT_ID.values()))
_HAS_FUNCTION_ID: Final = members((S.GPROC32_ID, S.LPROC32_ID, S.LPROC32_DPC_ID))

_OPENS, _CLOSES, _TYPED, _TO_RENAME = 1, 2, 4, 8
_PROCEDURE, _ONLY_GLOBAL = 16, 32
_GLOBAL_AT_FILE_SCOPE = 64
_LOCAL_IN_SCOPE = 128
"""Of kinds that a module's stream has only inside of a scope."""
_FACTS: Final = np.zeros(0x10000, np.uint8)
"""By the kind of a record: a sum of the facts above, of the kind that it has in a PDB."""
_KINDS: Final[tuple[tuple[int, Iterable[int]], ...]] = (
    (_OPENS, OPENS),
    (_CLOSES, CLOSES),
    (_TYPED, TYPE_OF_SYMBOL),
    (_TO_RENAME, WITHOUT_ID),
    (_PROCEDURE, (S.GPROC32, S.LPROC32, S.LPROC32_DPC)),
    (_PROCEDURE, (S.GPROC32_ID, S.LPROC32_ID, S.LPROC32_DPC_ID)),
    (_ONLY_GLOBAL, (S.GDATA32, S.GTHREAD32, S.PROCREF, S.LPROCREF)),
    (_GLOBAL_AT_FILE_SCOPE, (S.UDT, S.CONSTANT, S.LDATA32, S.LTHREAD32)),
    (_LOCAL_IN_SCOPE, (S.UDT, S.CONSTANT)),
)
for _fact, _kinds in _KINDS:
    _FACTS[list(map(int, _kinds))] |= _fact

_DEEP: Final = 1 << 15
"""Scopes in each other from which on their number needs more than 16 bits."""

Kinds = npt.NDArray[np.uint16]

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
    stream_size: Integers
    """Per object: the bytes of its records that are in its module's stream."""
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


@dataclass(frozen=True, slots=True, eq=False)
class FoundSymbols:
    """The symbols as objects have them, each a multiple of four bytes long."""

    runs: Runs
    records: Records
    """Those of all runs but the repeats."""
    repeats: Repeats


def find_symbols(parts: Subsections) -> FoundSymbols:
    """All symbol records. Raises FormatError."""
    which = parts.of(SUBSECTION.SYMBOLS)
    repeats = repeated_runs(parts.runs, which)
    others = np.ones(len(parts.kind), np.bool_)
    others[repeats.run] = False
    records = find_records(parts.runs, which.compress(others.take(which)))
    if not (records.size & 3).any():
        return FoundSymbols(parts.runs, records, repeats)
    runs, records = padded(parts.runs, find_records(parts.runs, which))
    return FoundSymbols(runs, records, repeats.none())


def symbol_records(found: FoundSymbols, types: MergedTypes, objects: int) -> SymbolRecords:
    """The symbol records of all objects, translated in place. Raises FormatError."""
    runs = found.runs
    records = with_repeats(runs, found.records, found.repeats, types)
    data, owner = runs.data, runs.object.take(records.run)
    facts, kind = np.empty(len(owner), np.uint8), np.empty(len(owner), np.uint16)

    def translate(part: slice) -> Integers:
        some = records.part(part)
        facts[part] = _FACTS.take(some.kind)
        kind[part] = _rename(data, some, facts[part])
        rows = _translate(data, runs, some, owner[part], types, facts[part])
        rows += part.start
        return rows

    bad = np.concatenate([np.zeros(0, np.int64), *in_parts(translate, slices(len(owner)))])
    # How many scopes are open behind each record; at file scope: none.
    opened = (facts & _OPENS).view(np.int8) - ((facts & _CLOSES) >> 1).view(np.int8)
    after = opened.cumsum(dtype=np.int64)
    at_file_scope = (after == 0) * np.uint8(_GLOBAL_AT_FILE_SCOPE | _LOCAL_IN_SCOPE)
    held = facts & (at_file_scope | np.uint8(_PROCEDURE | _ONLY_GLOBAL))
    in_module = held & (_ONLY_GLOBAL | _LOCAL_IN_SCOPE) == 0
    is_global = held & (_PROCEDURE | _ONLY_GLOBAL | _GLOBAL_AT_FILE_SCOPE) != 0
    # Records of one object are adjacent: an offset counts from the object's first one.
    ends = np.concatenate([[0], (records.size * in_module).cumsum()])  # before each record
    before = ends.take(owner.searchsorted(np.arange(objects + 1, dtype=np.int32)))
    offset = ends[:-1] - before.take(owner) + STREAM_HEAD
    _write_scopes(data, runs, records, opened, after, offset, owner)
    return SymbolRecords(
        data,
        Records(records.at, records.size, kind, records.run),
        owner,
        in_module,
        is_global,
        facts & _PROCEDURE != 0,
        offset,
        before[1:] - before[:-1],
        np.bincount(owner[bad]).nonzero()[0].astype(np.int32),
    )


def _rename(data: Bytes, records: Records, facts: npt.NDArray[np.uint8]) -> Kinds:
    """Write the kinds that records have in a PDB; all of them are returned."""
    rows = (facts & _TO_RENAME).nonzero()[0]
    kind = records.kind.copy()
    kind[rows] = _RENAMED.take(kind.take(rows))
    data[: len(data) & -2].view("<u2")[records.at.take(rows) + 2 >> 1] = kind.take(rows)
    return kind


def _translate(
    data: Bytes,
    runs: Runs,
    records: Records,
    owner: ObjectRows,
    types: MergedTypes,
    facts: npt.NDArray[np.uint8],
) -> Integers:
    """Write merged type numbers into the records; the rows of those with a number of no type."""
    words = data[: len(data) & -4].view("<u4")
    rows = (facts & _TYPED).nonzero()[0]
    kind = records.kind.take(rows)
    type_at = _TYPE_AT.take(kind)
    _refuse_short(runs, records, rows, type_at + 4)
    places = records.at.take(rows) + type_at >> 2
    new, missing = types.translated(owner.take(rows), words.take(places))
    functions = (_HAS_FUNCTION_ID.take(kind) & ~missing).nonzero()[0]
    new[functions] = types.function_types(new[functions])
    words[places] = new
    bad = [rows[missing]]
    lists = among(records.kind, TYPE_LISTS).nonzero()[0]
    if len(lists):
        _refuse_short(runs, records, lists, np.full(len(lists), 8))
        counts = words[(records.at[lists] >> 2) + 1].astype(np.int64)
        _refuse_short(runs, records, lists, 8 + 4 * counts)
        listed = ragged(records.at[lists] + 8, counts, 4) >> 2
        words[listed], missing = types.translated(owner[lists].repeat(counts), words[listed])
        bad.append(lists.repeat(counts)[missing])
    return np.concatenate(bad)


def _refuse_short(
    runs: Runs, records: Records, rows: Integers, size: npt.NDArray[np.signedinteger[Any]]
) -> None:
    """Raise FormatError for a record that ends before a field that its kind has."""
    short = (records.size.take(rows) < size).nonzero()[0]
    if len(short):
        row = int(rows[short[0]])
        message = f"a symbol of kind {int(records.kind[row]):#06x} ends before its type number"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "symbol record", message)


def _write_scopes(
    data: Bytes,
    runs: Runs,
    records: Records,
    scope: npt.NDArray[np.int8],
    after: Integers,
    offset: Integers,
    owner: ObjectRows,
) -> None:
    """Write the offsets of parent and end into the records that open a scope."""
    rows = (scope != 0).nonzero()[0]
    # The level that a record opens or closes, counted from 1: equal for the two of a scope.
    level = after.take(rows) + (scope.take(rows) < 0)
    if np.abs(level).max(initial=0) < _DEEP:
        level = level.astype(np.int16)  # numpy orders these by radix, without comparing them
    order = level.argsort(kind="stable")
    odd = len(rows) & 1
    level = level.take(order)
    pairs = rows.take(order)[: len(rows) - odd].reshape(-1, 2)
    opens, closes = pairs[:, 0], pairs[:, 1]
    bad = (scope.take(opens) < 0) | (scope.take(closes) > 0)
    bad |= owner.take(opens) != owner.take(closes)
    bad |= level[: len(rows) - odd : 2] < 1
    if bad.any() or odd:
        row = int(opens[bad.nonzero()[0][0]] if bad.any() else rows[order][-1])
        message = "a scope without an end, or an end without a scope"
        raise runs.fault(int(records.run[row]), int(records.at[row]), "symbol record", message)
    _refuse_short(runs, records, opens, np.full(len(opens), 12))
    parent = np.where(level[::2] > 1, offset.take(_around(rows, order[::2], scope)), 0)
    words = data[: len(data) & -4].view("<u4")
    at = records.at.take(opens) >> 2
    words[at + 1] = parent
    words[at + 2] = offset.take(closes)


def _around(rows: Integers, opens: Integers, scope: npt.NDArray[np.int8]) -> Integers:
    """For each scope the record that opens the one around it, by level; any on the first level.

    ``rows`` open and close scopes; ``opens`` are those of them that open one, by level. Right
    before a record that opens a scope, the one around it begins, or else a scope of its level
    ends: the one before it among ``opens``, which is in the same one.
    """
    before = rows.take(opens - 1)  # of the very first record it is the last, on the first level
    known = np.where(scope.take(before) > 0, np.arange(len(opens)), 0)
    return before.take(np.maximum.accumulate(known))
