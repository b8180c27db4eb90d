"""The hash of names that a PDB's tables use, of many names at once; tables of strings and numbers.

The hash folds a name's 32-bit words by exclusive or, then its last two bytes, then its last one.
Bit 5 of every byte is set afterwards, so that letters hash alike in both cases.

Sources: microsoft-pdb, ``PDB/include/misc.h`` (HashPbCb) and ``nmt.h``; LLVM, ``hashStringV1`` and
``HashTable.h``.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Bytes, Integers, ragged

from .records import unaligned

_CASE: Final = np.uint32(0x20202020)
_TABLE: Final = struct.Struct("<III")
_SIGNATURE: Final = 0xEFFEEFFE


def hash_names(data: Bytes, at: Integers, size: Integers) -> npt.NDArray[np.uint32]:
    """Hashes of the names at ``at``, ``size`` bytes each without a NUL.

    ``data`` has at least four bytes behind the last name.
    """
    count = size >> 2
    words = unaligned(data, ragged(at, count, 4), "<u4")
    hashes = np.zeros(len(at), np.uint32)
    some = count > 0
    if len(words):
        starts = count[some].cumsum() - count[some]
        hashes[some] = np.bitwise_xor.reduceat(words, starts)
    rest = at + 4 * count
    two = (size & 2) > 0
    hashes ^= np.where(two, unaligned(data, rest, "<u2"), 0).astype(np.uint32)
    rest = rest + 2 * two
    hashes ^= np.where(size & 1, data.take(rest), 0).astype(np.uint32)
    hashes |= _CASE
    hashes ^= hashes >> np.uint32(11)
    return hashes ^ hashes >> np.uint32(16)


def hash_name(name: bytes) -> int:
    """The hash of one name."""
    data = np.frombuffer(name + bytes(4), np.uint8)
    return int(hash_names(data, np.zeros(1, np.int64), np.array([len(name)]))[0])


def string_table(names: Iterable[bytes]) -> tuple[dict[bytes, int], bytes]:
    """A stream with names, each once, and the offset of each in its text.

    Layout: signature, version of the hash, bytes of the text, the text, number of buckets, offsets
    by bucket (a name goes into the next free one), number of names. Offset 0 stands for no name; a
    name that is empty has an offset of its own.
    """
    offsets: dict[bytes, int] = {}
    text = bytearray(b"\0")
    for name in names:
        if name not in offsets:
            offsets[name] = len(text)
            text += name + b"\0"
    count = len(offsets)
    buckets = [0] * (count * 5 // 4 + 1)
    at = np.array(list(offsets.values()), np.int64)
    size = np.array(list(map(len, offsets)), np.int64)
    hashes = hash_names(np.frombuffer(text + bytes(4), np.uint8), at, size) % len(buckets)
    for its_hash, offset in zip(hashes.tolist(), offsets.values(), strict=True):
        bucket = its_hash
        while buckets[bucket]:
            bucket = (bucket + 1) % len(buckets)
        buckets[bucket] = offset
    head = _TABLE.pack(_SIGNATURE, 1, len(text)) + text
    return offsets, head + struct.pack(f"<{len(buckets) + 2}I", len(buckets), *buckets, count)


def hash_table(entries: Sequence[tuple[int, int, bytes]], capacity: int) -> bytes:
    """A table from numbers to values, of (hash, key, value).

    ``capacity`` is that of an empty one, and grows. Layout: entries, capacity, words of the set of
    buckets in use and the set, the same of those deleted, which is empty here, then key and value
    of each bucket in use. An entry goes into the next free bucket.
    """
    buckets: dict[int, tuple[int, int, bytes]] = {}
    for entry in entries:
        _insert(buckets, entry, capacity)
        if len(buckets) > capacity * 2 // 3:
            capacity = (capacity * 2 // 3 + 1) * 2
            before = sorted(buckets)
            moved: dict[int, tuple[int, int, bytes]] = {}
            for bucket in before:
                _insert(moved, buckets[bucket], capacity)
            buckets = moved
    words = -(-(max(buckets) + 1) // 32)  # of the set of buckets in use, without trailing zeros
    present = sum(1 << bucket for bucket in buckets).to_bytes(4 * words, "little")
    head = struct.pack("<III", len(buckets), capacity, words) + present + bytes(4)
    values = (buckets[bucket][1:] for bucket in sorted(buckets))
    return head + b"".join(struct.pack("<I", key) + value for key, value in values)


def _insert(
    buckets: dict[int, tuple[int, int, bytes]], entry: tuple[int, int, bytes], capacity: int
) -> None:
    bucket = entry[0] % capacity
    while bucket in buckets:
        bucket = (bucket + 1) % capacity
    buckets[bucket] = entry
