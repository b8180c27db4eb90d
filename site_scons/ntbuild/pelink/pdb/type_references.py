"""Which type numbers are in type records: the places of all 32-bit fields that hold one.

Most kinds have them at fixed offsets, some are lists with a count, and a field list is a sequence
of members of different lengths, which is walked member by member in all field lists at once.

Invariant: a place that is returned lies inside of its record. A record of an unknown kind or with
a member of an unknown kind is an error: its references would keep numbers of another numbering.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import LF, TYPES_IN_LIST, TYPES_OF_TYPE
from ntbuild.pecoff.columns.arrays import Bytes, Integers, ragged
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.values import dataclass

from .records import Ends, Records, Runs, among, members, numeric_sizes, unaligned

_KNOWN: Final = members((*TYPES_OF_TYPE, *TYPES_IN_LIST, LF.FIELDLIST, LF.METHODLIST))

_ELSEWHERE: Final[Mapping[int, tuple[str, str]]] = {
    LF.TYPESERVER2: (
        "its types are in a PDB that the compiler wrote (LF_TYPESERVER2)",
        "compile with /Z7 in place of /Zi",
    ),
    LF.PRECOMP: (
        "types of a precompiled header (LF_PRECOMP) stand behind others",
        "compile without a precompiled header",
    ),
}
"""Kinds that leave types in another file: message and hint."""

_POINTS_TO_MEMBER: Final = (2, 3)
"""Modes of LF_POINTER (bits 5 to 7 of its attributes): to a data member, to a member function."""

_INTRODUCES: Final = (4, 6)
"""Method kinds (bits 2 to 4 of the attributes) of a virtual method that has a vtable offset."""

# Members of a field list: what follows the kind (2 bytes) and attributes (2 bytes).
_NAMED: Final = members(
    (LF.ENUMERATE, LF.MEMBER, LF.STMEMBER, LF.METHOD, LF.NESTTYPE, LF.ONEMETHOD)
)
_WITH_NUMBER: Final = members((LF.BCLASS, LF.BINTERFACE, LF.MEMBER))
_VIRTUAL_BASES: Final = members((LF.VBCLASS, LF.IVBCLASS))
_MEMBERS: Final = _NAMED | _WITH_NUMBER | _VIRTUAL_BASES | members((LF.INDEX, LF.VFUNCTAB))
_HEAD: Final = 4
"""Bytes of length and kind: a class without members has a field list of these only."""
_PAD: Final = 0xF0
"""A byte above it pads a member: its low bits say how many bytes to skip, itself included."""


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """One row a field that holds a type number of a record; ordered by record, then by place."""

    record: Integers
    """The row of the record that it is in."""
    at: Integers
    """Position of the field's first byte; not always a multiple of four."""


def find_references(runs: Runs, records: Records) -> References:
    """The references of type records. Raises FormatError for what cannot be read."""
    unknown = (~_KNOWN.take(records.kind)).nonzero()[0]
    if len(unknown):
        row = int(unknown[0])
        kind = int(records.kind[row])
        message = f"a type record of the unknown kind {kind:#06x}"
        raise _fault(runs, records, row, *_ELSEWHERE.get(kind, (message,)))
    parts = [*_fixed(records), *_lists(runs, records), _method_lists(runs, records)]
    parts.append(_field_lists(runs, records))
    record = np.concatenate([part.record for part in parts])
    at = np.concatenate([part.at for part in parts])
    order = at.argsort(kind="stable")  # records do not overlap
    record, at = record[order], at[order]
    bad = (at + 4 > records.at[record] + records.size[record]).nonzero()[0]
    if len(bad):
        raise _fault(runs, records, int(record[bad[0]]), "it ends before its last type number")
    return References(record, at)


def _fault(runs: Runs, records: Records, row: int, message: str, hint: str = "") -> FormatError:
    at = int(records.at[row])
    return runs.fault(int(records.run[row]), at, "type record", message, hint)


def _fixed(records: Records) -> list[References]:
    """References at fixed offsets, a part for each kind and offset."""
    found = []
    for kind, offsets in TYPES_OF_TYPE.items():
        rows = (records.kind == kind).nonzero()[0] if offsets else np.zeros(0, np.int64)
        found += [References(rows, records.at[rows] + offset) for offset in offsets if len(rows)]
    return found


def _lists(runs: Runs, records: Records) -> list[References]:
    """References of argument lists and their like; then of pointers to members."""
    found = []
    for kind, (count_at, count_size, first_at) in TYPES_IN_LIST.items():
        rows = (records.kind == kind).nonzero()[0]
        if not len(rows):
            continue
        at, size = records.at[rows], records.size[rows]
        counts = unaligned(runs.data, at + count_at, f"<u{count_size}").astype(np.int64)
        bad = (first_at + 4 * counts > size).nonzero()[0]
        if len(bad):
            message = f"{int(counts[bad[0]])} type numbers, and the record ends before them"
            raise _fault(runs, records, int(rows[bad[0]]), message)
        found.append(References(rows.repeat(counts), ragged(at + first_at, counts, 4)))
    rows = (records.kind == LF.POINTER).nonzero()[0]
    mode = unaligned(runs.data, records.at[rows] + 8, "<u4") >> 5 & 7
    rows = rows[among(mode, _POINTS_TO_MEMBER)]
    return [*found, References(rows, records.at[rows] + 12)]


def _method_lists(runs: Runs, records: Records) -> References:
    """References of overload lists: attributes, padding, a type, and for some a vtable offset."""
    record, place = [], []
    for row in (records.kind == LF.METHODLIST).nonzero()[0].tolist():  # C++ only, and rare
        at = int(records.at[row]) + 4
        end = at - 4 + int(records.size[row])
        while at + 8 <= end:
            record.append(row)
            place.append(at + 4)
            at += 12 if (int(runs.data[at]) >> 2 & 7) in _INTRODUCES else 8
    return References(np.array(record, np.int64), np.array(place, np.int64))


def _field_lists(runs: Runs, records: Records) -> References:
    """References of field lists: step k is the k-th member of every list that has one."""
    data = runs.data
    record = ((records.kind == LF.FIELDLIST) & (records.size > _HEAD)).nonzero()[0]
    at = records.at[record] + _HEAD
    end = records.at[record] + records.size[record]
    ends = Ends(data) if len(record) else None
    found: list[References] = []
    while len(record) and ends is not None:
        # One row is a field list with one more member, which begins at ``at``.
        kind = unaligned(data, at, "<u2")
        unknown = (~_MEMBERS.take(kind)).nonzero()[0]
        if len(unknown):
            row = int(unknown[0])
            message = f"a member of the unknown kind {int(kind[row]):#06x}"
            raise _fault(runs, records, int(record[row]), message)
        has_type = kind != LF.ENUMERATE
        found.append(References(record[has_type], at[has_type] + 4))
        virtual = _VIRTUAL_BASES.take(kind)
        found.append(References(record[virtual], at[virtual] + 8))
        following = _behind_member(runs, records, record, at, kind, ends)
        pad = data.take(np.minimum(following, len(data) - 1))
        following += np.where((pad > _PAD) & (following < end), pad & 0xF, 0)
        bad = (following > end).nonzero()[0]
        if len(bad):
            raise _fault(runs, records, int(record[bad[0]]), "a member passes its end")
        more = following < end
        record, at, end = record[more], following[more], end[more]
    empty = np.zeros(0, np.int64)
    return References(
        np.concatenate([empty, *(each.record for each in found)]),
        np.concatenate([empty, *(each.at for each in found)]),
    )


def _behind_member(
    runs: Runs, records: Records, record: Integers, at: Integers, kind: Integers, ends: Ends
) -> Integers:
    """Where the members at ``at`` end, without their padding."""
    data = runs.data
    behind = at + 8  # kind, attributes or padding, a type number
    enumerator = kind == LF.ENUMERATE
    behind[enumerator] -= 4  # without a type number
    virtual = _VIRTUAL_BASES.take(kind)
    behind[virtual] += 4  # with a second one
    for with_number in (enumerator | _WITH_NUMBER.take(kind) | virtual, virtual):
        sizes = numeric_sizes(data, _inside(behind[with_number], data))
        bad = (sizes < 0).nonzero()[0]
        if len(bad):
            row = int(record[with_number.nonzero()[0][bad[0]]])
            raise _fault(runs, records, row, "a member has a number of an unknown kind")
        behind[with_number] += sizes
    method = (kind == LF.ONEMETHOD).nonzero()[0]
    attributes = unaligned(data, at[method] + 2, "<u2") >> 2 & 7
    behind[method] += 4 * among(attributes, _INTRODUCES)
    named = _NAMED.take(kind)
    behind[named] = ends.of(_inside(behind[named], data)) + 1
    return behind


def _inside(at: Integers, data: Bytes) -> Integers:
    """Positions that may be read as two bytes; what is past the record is refused afterwards."""
    inside: Integers = np.minimum(at, len(data) - 2)
    return inside
