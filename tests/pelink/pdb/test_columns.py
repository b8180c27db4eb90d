"""What the PDB writer does with whole columns, beside a loop that does the same."""

import zlib

import numpy as np
import pytest

from ntbuild.pelink.pdb import globals as tables
from ntbuild.pelink.pdb.checksums import checksums
from ntbuild.pelink.pdb.records import PADDING
from ntbuild.pelink.pdb.repetition import repeated
from ntbuild.pelink.pdb.type_hashes import first_of_equal


def first_by_loop(values):
    seen = {}
    return [seen.setdefault(value, row) for row, value in enumerate(values)]


HASHES = {
    "none": [],
    "one": [7],
    "few of many": [number % 300 << 40 for number in range(5000)],
    "all different": list(range(4000)),
    "one slot for all": [(1 << 63) + number % 700 for number in range(4000)],
    "no round tells them apart": [number % 900 << 1 for number in range(3000)],
}


@pytest.mark.parametrize("name", HASHES)
def test_the_first_of_equal_hashes(name):
    hashes = np.array(HASHES[name], np.uint64)
    assert first_of_equal(hashes).tolist() == first_by_loop(HASHES[name])


def test_what_the_table_of_slots_leaves_is_sorted(monkeypatch):
    monkeypatch.setattr("ntbuild.pelink.pdb.type_hashes._ROUNDS", 1)
    hashes = [number % 900 for number in range(3000)]
    assert first_of_equal(np.array(hashes, np.uint64)).tolist() == first_by_loop(hashes)


def packed(records: list[bytes]):
    size = np.array([len(record) for record in records], np.int64)
    data = np.frombuffer(b"".join(records) + bytes(PADDING), np.uint8)
    return data, size.cumsum() - size, size


def typedef(name: bytes) -> bytes:
    body = b"\x08\x11" + (0x74).to_bytes(4, "little") + name + b"\0"
    body += bytes(-(len(body) + 2) % 4)
    return len(body).to_bytes(2, "little") + body


def test_equal_records_are_repeated_and_others_are_not():
    names = [b"A", b"B", b"A", b"x" * 60, b"x" * 30 + b"y" + b"x" * 29, b"x" * 60, b"x" * 56]
    found = repeated(*packed([typedef(name) for name in names])).tolist()
    assert found == [False, False, True, False, False, True, False]


def test_records_that_differ_in_the_middle_or_collide_stay_apart(monkeypatch):
    names = [bytes([65 + number % 7]) * 50 + b"m" * (number % 5) for number in range(200)]
    names += [b"p" * 20 + bytes([65 + number]) + b"p" * 20 for number in range(20)]
    records = [typedef(name) for name in names]
    expected = [row != first for row, first in enumerate(first_by_loop(records))]
    assert repeated(*packed(records)).tolist() == expected
    monkeypatch.setattr("ntbuild.pelink.pdb.repetition._FACTORS", np.zeros(4, np.uint64))
    assert repeated(*packed(records)).tolist() == expected


@pytest.mark.parametrize("count", [40, 3000])
def test_checksums_are_those_of_zlib_without_the_inversion(count):
    random = np.random.default_rng(5)
    data = random.integers(0, 256, 9000).astype(np.uint8)
    at, size = random.integers(0, 8000, count), random.integers(0, 90, count)
    expected = [
        zlib.crc32(data[begin : begin + length].tobytes(), 0xFFFFFFFF) ^ 0xFFFFFFFF
        for begin, length in zip(at.tolist(), size.tolist(), strict=True)
    ]
    assert checksums(data, at, size).tolist() == expected


def test_names_of_a_bucket_are_ordered_by_length_and_then_without_case():
    random = np.random.default_rng(8)
    texts = [f"{'Pre' * (number % 4)}_{random.integers(0, 60)}_tail{number % 3}"
             for number in range(900)]  # fmt: skip
    texts += ["UPPER", "upper", "Upper", "a" * 100 + "b", "a" * 100 + "C"]
    names = [text.encode() for text in texts]
    bucket = random.integers(0, 5, len(names))
    data, at, size = packed(names)
    records = tables.NamedRecords(data, at, size, at, size)
    expected = sorted(
        range(len(names)),
        key=lambda row: (bucket[row], len(names[row]), names[row].lower(), row),
    )
    assert tables._order(records, bucket).tolist() == expected
