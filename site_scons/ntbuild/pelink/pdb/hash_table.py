"""The small hash tables of a PDB: numbers to values, with the sets of buckets in use and deleted.

Layout: entries, capacity, words of the first set and the set, the same of the second, which is
empty here, then key and value of each bucket in use. A key goes into the next free bucket.

Source: LLVM, ``PDB/Native/HashTable.h``.
"""

import struct
from collections.abc import Sequence


def hash_table(entries: Sequence[tuple[int, int, bytes]], capacity: int) -> bytes:
    """The table of (hash, key, value); ``capacity`` is that of an empty one, and grows."""
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
