"""The hash of each type record: by the text that a debugger looks it up by, or of all its bytes."""

import struct
import zlib

import numpy as np
import pytest

import codeviewwriter as cv
from ntbuild.pelink.pdb import type_streams
from ntbuild.pelink.pdb.name_hash import hash_name
from ntbuild.pelink.pdb.records import PADDING

FORWARD, SCOPED, UNIQUE = 0x80, 0x100, 0x200


def structure(names: bytes, properties: int = 0, size: bytes = b"\x08\0") -> bytes:
    return cv.record(0x1505, struct.pack("<HH3I", 1, properties, 0, 0, 0) + size + names)


def hashes(*records: bytes) -> list[int]:
    size = np.array([len(record) for record in records])
    data = np.frombuffer(b"".join(records) + bytes(PADDING), np.uint8)
    kind = np.array([int.from_bytes(record[2:4], "little") for record in records], np.uint16)
    return type_streams._hashes(data, size.cumsum() - size, size, kind).tolist()


NAMED = {
    "a structure": (structure(b"Name\0"), b"Name"),
    "with a large size": (structure(b"Name\0", size=struct.pack("<HI", 0x8004, 70000)), b"Name"),
    "with a size of an unknown kind": (structure(b"Name\0", size=b"\xff\x8f"), b"Name"),
    "with a linkage name": (structure(b"Name\0.?AUName@@\0", UNIQUE), b"Name"),
    "local with a linkage name": (structure(b"f::Name\0x\0", SCOPED | UNIQUE), b"x"),
    "a union": (cv.record(0x1506, struct.pack("<HHIH", 1, 0, 0, 8) + b"U\0"), b"U"),
    "an enumeration": (cv.record(0x1507, struct.pack("<HHII", 1, 0, 0x74, 0) + b"E\0"), b"E"),
    "named like one without a name": (structure(b"not__unnamed\0u\0", UNIQUE), b"not__unnamed"),
    "the lines of a type": (cv.record(0x1606, struct.pack("<III", 0x1234, 0, 7)), b"\x34\x12\0\0"),
    "a name without an end": (structure(b"NoEnds"), b"NoEnds"),
}
WHOLE = {
    "a pointer": cv.pointer(0x74),
    "a declaration": structure(b"Name\0", FORWARD),
    "a local type": structure(b"Name\0", SCOPED),
    "a local type whose linkage name is missing": structure(b"Name\0", SCOPED | UNIQUE),
    "without a name": structure(b"<unnamed-tag>\0.?AU1@@\0", UNIQUE),
    "without a name in a scope": structure(b"ns::__unnamed\0.?AU1@@\0", UNIQUE),
    "a long one": cv.argument_list(*range(30)),
}


@pytest.mark.parametrize("name", NAMED)
def test_a_complete_type_is_found_by_its_name(name):
    record, text = NAMED[name]
    assert hashes(WHOLE["a pointer"], record)[1] == hash_name(text)


@pytest.mark.parametrize("name", WHOLE)
def test_others_are_found_by_a_checksum_of_their_bytes(name):
    record = WHOLE[name]
    expected = zlib.crc32(record, 0xFFFFFFFF) ^ 0xFFFFFFFF
    assert hashes(NAMED["a structure"][0], record)[1] == expected


def test_each_of_many_records_has_its_own():
    records = [record for record, _ in NAMED.values()] + list(WHOLE.values())
    single = [hashes(record)[0] for record in records]
    assert hashes(*records * 100) == single * 100


def test_a_record_that_ends_before_its_name_is_no_fault():
    assert len(hashes(cv.record(0x1505, bytes(4)), structure(b"Name\0"))) == 2
