"""The streams of types (TPI) and of ids (IPI): the merged records, and their hashes beside them.

A reader looks up a type by name through the hashes: the bucket of a named, complete type is that of
its name, of any other record that of a checksum of its bytes. Offsets of every record that begins a
new 8 KiB of records allow it to find a number without reading all before.

Sources: LLVM, "The PDB TPI and IPI Streams", ``TpiStreamBuilder`` and ``TpiHashing``;
microsoft-pdb, ``PDB/dbi/tpi.cpp``.
"""

import struct
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import FIRST_TYPE, LF
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers
from ntbuild.pecoff.columns.pieces import joined
from ntbuild.support.values import dataclass

from .checksums import checksums
from .name_hash import hash_names
from .records import PADDING, Ends, among, lookup, members, numeric_sizes, unaligned
from .type_merge import MergedTypes

_HEADER: Final = struct.Struct("<IIIIIHHIIiIiIiI")
_VERSION: Final = 20040203
_BUCKETS: Final = 0x3FFFF
_NO_STREAM: Final = 0xFFFF
_INDEX_STEP: Final = 8192
"""Bytes of records after which an offset is listed."""

_FORWARD, _SCOPED, _HAS_UNIQUE_NAME = 0x80, 0x100, 0x200
"""Properties of a named type: only declared; inside of a function; with a linkage name."""

_NAMED: Final = {LF.CLASS: 22, LF.STRUCTURE: 22, LF.INTERFACE: 22, LF.UNION: 14, LF.ENUM: 16}
"""Offset of the name behind a size below 32 KiB; an enumeration has no size."""
_NAME_AT: Final = lookup(_NAMED)
_HASHED_BY_NAME: Final = members(_NAMED)
_HASHED_BY_TYPE: Final = members((LF.UDT_SRC_LINE, LF.UDT_MOD_SRC_LINE))
_ANONYMOUS: Final = (b"<unnamed-tag>", b"__unnamed")
_ANONYMOUS_ENDS: Final = tuple(int.from_bytes(each[-8:], "little") for each in _ANONYMOUS)
_IN_SCOPE: Final = tuple(b"::" + each for each in _ANONYMOUS)


@dataclass(frozen=True, slots=True)
class TypeStream:
    """A stream of records, and the stream with its hashes."""

    records: bytes
    hashes: bytes
    count: int
    index_size: int
    """Bytes of the offsets behind the hashes."""

    def with_number(self, hash_stream: int) -> bytes:
        """The stream's bytes; ``hash_stream`` is the number of the stream with the hashes."""
        hashes = 4 * self.count
        header = _HEADER.pack(
            *(_VERSION, _HEADER.size, FIRST_TYPE, FIRST_TYPE + self.count, len(self.records)),
            *(hash_stream, _NO_STREAM, 4, _BUCKETS),
            *(0, hashes, hashes, self.index_size, hashes, 0),
        )
        return header + self.records


def type_stream(types: MergedTypes, rows: Integers) -> TypeStream:
    """The stream of some records, in their order: of `MergedTypes.types` or `MergedTypes.ids`."""
    size, kind = types.records.size.take(rows), types.records.kind.take(rows)
    data = joined(types.data, types.records.at.take(rows), size, PADDING)
    at = size.cumsum() - size
    hashes = (_hashes(data, at, size, kind) % np.uint32(_BUCKETS)).astype("<u4").tobytes()
    # A record is listed when it ends in another step than it begins in, and so is the first.
    begins_step = (at + size) // _INDEX_STEP > at // _INDEX_STEP
    begins_step[:1] = True
    listed = begins_step.nonzero()[0]
    index = np.stack([FIRST_TYPE + listed, at[listed]], 1).astype("<u4").tobytes()
    return TypeStream(data[: len(data) - PADDING].tobytes(), hashes + index, len(rows), len(index))


def _hashes(
    data: Bytes, at: Integers, size: Integers, kind: npt.NDArray[np.uint16]
) -> npt.NDArray[np.uint32]:
    """The hash of each record: of the text that it is looked up by, else a checksum."""
    named, name_at, name_size = _hashed_names(data, at, size, kind)
    others = np.ones(len(at), np.bool_)
    others[named] = False
    rest = others.nonzero()[0]
    hashes = np.empty(len(at), np.uint32)
    hashes[named] = hash_names(data, name_at, name_size)
    hashes[rest] = checksums(data, at.take(rest), size.take(rest))
    return hashes


def _hashed_names(
    data: Bytes, at: Integers, size: Integers, kind: npt.NDArray[np.uint16]
) -> tuple[Integers, Integers, Integers]:
    """Which records are hashed by a text, where it begins, and its size.

    A declaration and a type without a name are hashed as a whole, and so is a local type unless it
    has a linkage name. The lines of a type are hashed by its number, as a text of four bytes.
    """
    lines = _HASHED_BY_TYPE.take(kind).nonzero()[0]
    # One row is a type with a name; behind the name may be another one for linkers.
    rows = _HASHED_BY_NAME.take(kind).nonzero()[0]
    ends, begin, end = Ends(data), at.take(rows), (at + size).take(rows)
    properties = unaligned(data, begin + 6, "<u2")
    name_at = begin + _NAME_AT.take(kind.take(rows))
    sizes = numeric_sizes(data, np.minimum(name_at, end) - 2)
    name_at += np.where(kind.take(rows) == LF.ENUM, 0, np.maximum(sizes - 2, 0))
    name_at = np.minimum(name_at, end)
    name_end = np.minimum(ends.of(name_at), end)
    unique_at = np.minimum(name_end + 1, end)
    unique_end = ends.of(unique_at)
    has_unique = (properties & _HAS_UNIQUE_NAME != 0) & (unique_end < end)
    chosen = (properties & _FORWARD == 0) & ~(has_unique & _anonymous(data, name_at, name_end))
    is_local = properties & _SCOPED != 0
    chosen &= ~is_local | has_unique
    found_at = np.where(is_local, unique_at, name_at).compress(chosen)
    found_end = np.where(is_local, unique_end, name_end).compress(chosen)
    return (
        np.concatenate([rows.compress(chosen), lines]),
        np.concatenate([found_at, at.take(lines) + 4]),
        np.concatenate([found_end - found_at, np.full(len(lines), 4)]),
    )


def _anonymous(data: Bytes, at: Integers, end: Integers) -> Flags:
    """Which names are one of `_ANONYMOUS`, in a scope or not."""
    words = unaligned(data, np.maximum(end - 8, 0), "<u8")
    found = np.zeros(len(at), np.bool_)
    for row in among(words, _ANONYMOUS_ENDS).nonzero()[0].tolist():
        name = data[int(at[row]) : int(end[row])].tobytes()
        found[row] = name in _ANONYMOUS or name.endswith(_IN_SCOPE)
    return found
