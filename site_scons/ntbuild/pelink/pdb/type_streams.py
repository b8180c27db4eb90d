"""The streams of types (TPI) and of ids (IPI): the merged records, and their hashes beside them.

A reader looks up a type by name through the hashes: the bucket of a named, complete type is that of
its name, of any other record that of a checksum of its bytes. Offsets of every record that begins a
new 8 KiB of records allow it to find a number without reading all before.

Sources: LLVM, "The PDB TPI and IPI Streams", ``TpiStreamBuilder`` and ``TpiHashing``;
microsoft-pdb, ``PDB/dbi/tpi.cpp``.
"""

import struct
import zlib
from itertools import repeat
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import FIRST_TYPE, LF, NUMERIC_SIZES
from ntbuild.pecoff.columns.arrays import Integers
from ntbuild.pecoff.columns.pieces import joined
from ntbuild.support.values import dataclass

from .name_hash import hash_names
from .records import members
from .type_merge import MergedTypes

_HEADER: Final = struct.Struct("<IIIIIHHIIiIiIiI")
_VERSION: Final = 20040203
_BUCKETS: Final = 0x3FFFF
_NO_STREAM: Final = 0xFFFF
_INDEX_STEP: Final = 8192
"""Bytes of records after which an offset is listed."""

_FORWARD, _SCOPED, _HAS_UNIQUE_NAME = 0x80, 0x100, 0x200
"""Properties of a named type: only declared; inside of a function; with a linkage name."""

_NAME_AT: Final = {LF.CLASS: 22, LF.STRUCTURE: 22, LF.INTERFACE: 22, LF.UNION: 14, LF.ENUM: 16}
"""Offset of the name behind a size below 32 KiB; an enumeration has no size."""
_HASHED_BY_NAME: Final = members(_NAME_AT)
_HASHED_BY_TYPE: Final = members((LF.UDT_SRC_LINE, LF.UDT_MOD_SRC_LINE))
_ANONYMOUS: Final = (b"<unnamed-tag>", b"__unnamed")


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
    size = types.records.size[rows]
    at = types.records.at[rows]
    data = joined(types.data, at, size).tobytes()
    offsets = size.cumsum() - size
    hashes = (_hashes(types, rows) % _BUCKETS).astype("<u4").tobytes()
    # A record is listed when it ends in another step than it begins in, and so is the first.
    begins_step = (offsets + size) // _INDEX_STEP > offsets // _INDEX_STEP
    begins_step[:1] = True
    listed = begins_step.nonzero()[0]
    index = np.stack([FIRST_TYPE + listed, offsets[listed]], 1).astype("<u4").tobytes()
    return TypeStream(data, hashes + index, len(rows), len(index))


def _hashes(types: MergedTypes, rows: Integers) -> Integers:
    """The hash of each record."""
    kinds = types.records.kind.take(rows)
    begins = types.records.at.take(rows)
    ends = begins + types.records.size.take(rows)
    data = memoryview(types.data)  # type: ignore[arg-type]
    names: list[bytes] = []
    named: list[int] = []
    special = (_HASHED_BY_NAME.take(kinds) | _HASHED_BY_TYPE.take(kinds)).nonzero()[0]
    for row in special.tolist():
        record = data[int(begins[row]) : int(ends[row])].tobytes()
        name = _hashed_name(record, int(kinds[row]))
        if name is not None:
            named.append(row)
            names.append(name)
    parts = map(data.__getitem__, map(slice, begins.tolist(), ends.tolist()))
    checksums = np.fromiter(map(zlib.crc32, parts, repeat(0xFFFFFFFF)), np.uint32, len(rows))
    hashes = (checksums ^ np.uint32(0xFFFFFFFF)).astype(np.int64)
    lengths = np.array([len(name) for name in names], np.int64)
    text = np.frombuffer(b"".join(names) + bytes(4), np.uint8)
    hashes[named] = hash_names(text, lengths.cumsum() - lengths, lengths)
    return hashes


def _hashed_name(record: bytes, kind: int) -> bytes | None:
    """The text whose hash is the record's; None when that is a checksum of the record.

    A declaration and a type without a name are hashed as a whole, and so is a local type unless it
    has a linkage name. A record without an end of its name is hashed as a whole, too.
    """
    if kind in (LF.UDT_SRC_LINE, LF.UDT_MOD_SRC_LINE):
        return record[4:8]
    properties = int.from_bytes(record[6:8], "little")
    name_at = _NAME_AT[LF(kind)]
    if kind != LF.ENUM:
        leaf = int.from_bytes(record[name_at - 2 : name_at], "little")
        name_at += NUMERIC_SIZES.get(leaf, 0) if leaf >= 0x8000 else 0
    name, _, rest = record[name_at:].partition(b"\0")
    unique, end, _ = rest.partition(b"\0")
    has_unique = bool(properties & _HAS_UNIQUE_NAME and end)
    anonymous = has_unique and name.endswith(_ANONYMOUS) and _is_anonymous(name)
    if properties & _FORWARD or anonymous:
        return None
    if not properties & _SCOPED:
        return name
    return unique if has_unique else None


def _is_anonymous(name: bytes) -> bool:
    return name in _ANONYMOUS or name.endswith(tuple(b"::" + each for each in _ANONYMOUS))
