"""Types of several objects become one numbering: equal ones once, in the order of first sight."""

import struct
from hashlib import sha256
from random import Random

import numpy as np
import pytest

import codeviewwriter as cv
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.tables import Origin
from ntbuild.pelink.pdb.first_records import first_records
from ntbuild.pelink.pdb.records import PADDING, Runs, find_records
from ntbuild.pelink.pdb.type_hashes import NO_HASHES, TypeHashes, read_type_hashes
from ntbuild.pelink.pdb.type_merge import NOT_TRANSLATED, merge_types
from ntbuild.pelink.pdb.type_references import find_references

INT, CHAR = 0x74, 0x70


def runs(*objects: list[bytes]) -> Runs:
    """The type records of each object, as a link has them."""
    contents = [b"".join(records) for records in objects]
    padded = [content + bytes(-len(content) % 4) for content in contents]
    begin = np.cumsum([0, *map(len, padded)])[:-1]
    sizes = np.array([len(content) for content in contents])
    data = np.frombuffer(b"".join(padded) + bytes(PADDING), np.uint8)
    origins = tuple(Origin(f"{number}.obj", 0, 0) for number in range(len(objects)))
    owners = np.arange(len(objects), dtype=np.int32)
    return Runs(data, begin, begin + sizes, owners, np.full(len(objects), 100), origins)


def merged(*objects: list[bytes]):
    return merge_types(runs(*objects), len(objects))


def references(*records: bytes) -> list[tuple[int, int]]:
    """(record, offset in it) of each reference."""
    given = runs(list(records))
    found = find_records(given)
    places = find_references(given, found)
    rows = zip(places.record.tolist(), places.at.tolist(), strict=True)
    return [(row, at - int(found.at[row])) for row, at in rows]


def test_equal_records_become_one_and_numbers_follow_first_sight():
    first = [cv.pointer(INT), cv.structure(b"S", 0x1000)]
    second = [cv.pointer(CHAR), cv.pointer(INT), cv.structure(b"S", 0x1001)]
    found = merged(first, second)
    assert found.number.tolist() == [0x1000, 0x1001, 0x1002, 0x1000, 0x1001]
    assert found.types.tolist() == [0, 1, 2]
    last = int(found.records.at[-1])
    assert found.data[last + 8 : last + 12].tobytes() == b"\0\x10\0\0"  # 0x1001 in its object


def test_records_that_differ_only_in_what_they_refer_to_stay_apart():
    first = [cv.pointer(INT), cv.pointer(0x1000)]
    second = [cv.pointer(CHAR), cv.pointer(0x1000)]
    assert merged(first, second).number.tolist() == [0x1000, 0x1001, 0x1002, 0x1003]


def test_ids_have_numbers_of_their_own():
    records = [cv.argument_list(), cv.procedure(INT, 0x1000), cv.function_id(0x1001, b"f")]
    found = merged(records, records)
    assert (len(found.types), len(found.ids)) == (2, 1)
    assert found.number.tolist() == [0x1000, 0x1001, 0x1000] * 2
    assert found.function_types(np.array([0x1000], np.uint32)).tolist() == [0x1001]
    assert found.function_types(np.array([0x74, 0x1001], np.uint32)).tolist() == [
        NOT_TRANSLATED,
        NOT_TRANSLATED,
    ]


def test_a_record_may_refer_to_a_later_one():
    found = merged([cv.pointer(0x1001), cv.modifier(INT)], [cv.modifier(INT), cv.pointer(0x1000)])
    assert found.number.tolist() == [0x1000, 0x1001, 0x1001, 0x1000]


def test_a_chain_of_a_thousand_pointers_is_merged():
    chain = [cv.pointer(INT), *(cv.pointer(0x1000 + number) for number in range(1000))]
    assert len(merged(chain, chain, chain).types) == 1001


def test_references_of_lists_and_members_are_found():
    assert references(
        cv.argument_list(INT, CHAR),
        cv.members((b"a", INT), (b"longer", CHAR)),
        cv.record(0x1603, struct.pack("<H2I", 2, 0x1000, 0)),
        cv.record(0x1002, struct.pack("<IIIH", INT, 2 << 5, CHAR, 0)),
        cv.record(0x1206, struct.pack("<HHIIHHI", 4 << 2, 0, INT, 8, 0, 0, CHAR)),
    ) == [(0, 8), (0, 12), (1, 8), (1, 20), (2, 6), (2, 10), (3, 4), (3, 12), (4, 8), (4, 20)]


MEMBERS = {
    "base class": (0x1400, struct.pack("<HIH", 0, INT, 8), [8]),
    "base class far away": (0x1400, struct.pack("<HIHI", 0, INT, 0x8004, 70000), [8]),
    "virtual base": (0x1401, struct.pack("<HIIHH", 0, INT, CHAR, 8, 1), [8, 12]),
    "table of functions": (0x1409, struct.pack("<HI", 0, INT), [8]),
    "another list": (0x1404, struct.pack("<HI", 0, INT), [8]),
    "enumerator": (0x1502, struct.pack("<HHi", 0, 0x8003, -7) + b"e\0", []),
    "static member": (0x150E, struct.pack("<HI", 0, INT) + b"s\0", [8]),
    "overloads": (0x150F, struct.pack("<HI", 2, INT) + b"o\0", [8]),
    "nested type": (0x1510, struct.pack("<HI", 0, INT) + b"n\0", [8]),
    "method": (0x1511, struct.pack("<HI", 0, INT) + b"m\0", [8]),
    "introducing virtual method": (0x1511, struct.pack("<HII", 4 << 2, INT, 16) + b"v\0", [8]),
}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_field_list_is_read_to_its_end_with_every_kind_of_member(name):
    kind, body, offsets = MEMBERS[name]
    one = struct.pack("<H", kind) + body
    one += b"\xf3\xf2\xf1"[3 - (-len(one) % 4) :] if len(one) % 4 else b""
    last = struct.pack("<HHIH", 0x150D, 3, CHAR, 0) + b"x\0"
    found = references(cv.record(0x1203, one + last))
    expected = [*offsets, 4 + len(one) + 4]
    assert [offset for _, offset in found] == expected


def test_a_field_list_may_be_empty():
    assert references(cv.record(0x1203, b""), cv.pointer(INT)) == [(1, 4)]


BAD = {
    "a record without a kind": [b"\1\0\0\0"],
    "a record of 102 bytes": [b"\x64\0\1\x10" + bytes(8)],
    "a type record of the unknown kind 0x1999": [cv.record(0x1999, bytes(4))],
    "type 0x1005 does not exist": [cv.pointer(0x1005)],
    "in a circle": [cv.pointer(0x1001), cv.pointer(0x1000)],
    "9 type numbers, and the record ends": [cv.record(0x1201, struct.pack("<II", 9, INT))],
    "it ends before its last type number": [cv.record(0x1505, bytes(8))],
    "a member of the unknown kind 0x1234": [cv.record(0x1203, struct.pack("<HHI", 0x1234, 0, 0))],
    "a member has a number of an unknown kind": [
        cv.record(0x1203, struct.pack("<HHIHH", 0x150D, 0, INT, 0x8FFF, 0))
    ],
    "a member passes its end": [cv.record(0x1203, struct.pack("<HHIH", 0x150D, 0, INT, 0) + b"ab")],
    "compile with /Z7": [cv.record(0x1515, bytes(24) + b"x.pdb\0")],
    "compile without a precompiled header": [cv.record(0x1509, bytes(12) + b"x.obj\0")],
}


@pytest.mark.parametrize("message", BAD)
def test_malformed_types_name_object_and_offset(message):
    with pytest.raises(FormatError) as error:
        merged([cv.pointer(INT)], [cv.modifier(INT), *BAD[message]])
    assert message in f"{error.value}; {error.value.hint}"
    assert error.value.file == "1.obj"
    assert error.value.offset is not None
    assert error.value.offset >= 100


def test_records_that_are_not_padded_are_padded_as_types_are():
    odd = struct.pack("<HHII", 15, 0x1601, 0, INT) + b"fun\0" + b"\0"  # 17 bytes
    given = runs([odd, cv.pointer(INT)])
    found = merge_types(given, 1)
    assert found.records.size.tolist() == [20, 12]
    assert found.data[17:20].tolist() == [0xF3, 0xF2, 0xF1]


def test_numbers_of_objects_are_translated():
    found = merged([cv.pointer(INT)], [cv.pointer(CHAR), cv.pointer(INT)])
    objects = np.array([1, 1, 0, 0], np.int32)
    new, bad = found.translated(objects, np.array([0x1001, INT, 0x1000, 0x1001], np.uint32))
    assert new.tolist() == [0x1000, INT, 0x1000, NOT_TRANSLATED]
    assert bad.tolist() == [False, False, False, True]


def hashed(*objects: list[bytes], hashes: list[int]):
    count = np.array([len(records) for records in objects])
    known = TypeHashes(np.array(hashes, np.uint64), count)
    return merge_types(runs(*objects), len(objects), known)


def test_hashes_of_the_compiler_choose_the_first_of_equal_records():
    first = [cv.pointer(INT), cv.structure(b"S", 0x1000)]
    second = [cv.pointer(CHAR), cv.pointer(INT), cv.structure(b"S", 0x1001)]
    by_hash = hashed(first, second, hashes=[5, 1 << 40, 9, 5, 1 << 40])
    by_bytes = merged(first, second)
    assert by_hash.number.tolist() == by_bytes.number.tolist()
    for found in (by_hash, by_bytes):
        at = found.records.at[found.types]
        size = found.records.size[found.types]
        texts = [found.data[a : a + s].tobytes() for a, s in zip(at, size, strict=True)]
        assert texts == [cv.pointer(INT), cv.structure(b"S", 0x1000), cv.pointer(CHAR)]


@pytest.mark.parametrize("hashes", [[1, 2, 3], [1, 2, 1, 1]], ids=["too few", "of other records"])
def test_hashes_that_cannot_be_right_are_not_believed(hashes):
    records = [cv.pointer(INT), cv.structure(b"S", 0x1000)]
    found = hashed(records, records, hashes=hashes)
    assert found.number.tolist() == [0x1000, 0x1001] * 2


def test_a_circle_is_found_with_hashes_too():
    circle = [cv.pointer(0x1001), cv.pointer(0x1000)]
    with pytest.raises(FormatError, match="circle"):
        hashed(circle, hashes=[1, 2])


@pytest.mark.parametrize(
    ("head", "believed"),
    [("c5c93301 0000 0200", True), ("c5c93301 0000 0100", True), ("c5c93301 0000 0000", False),
     ("c5c93301 0100 0200", False), ("c5c93302 0000 0200", False)],
)  # fmt: skip
def test_hashes_are_read_when_all_objects_have_them_of_one_kind(head, believed):
    section = bytes.fromhex(head) + struct.pack("<2Q", 1, 2)
    other = bytes.fromhex("c5c93301 0000 0200") + struct.pack("<Q", 3)
    buffer = np.frombuffer(section + other + bytes(16), np.uint8)
    at, size = np.array([0, len(section)]), np.array([len(section), len(other)])
    assert read_type_hashes(buffer, at[:1], size[:1]).values.tolist() == (
        [1, 2] if believed else []
    )
    same = believed and section[:8] == other[:8]
    assert read_type_hashes(buffer, at, size).values.tolist() == ([1, 2, 3] if same else [])
    assert read_type_hashes(buffer, at[:1], size[:1] - 1).values.tolist() == []


def many_objects() -> tuple[list[list[bytes]], list[int]]:
    """Objects that share most of their records, in orders of their own, and hashes of these."""
    random = Random(5)
    shared = [cv.structure(b"S" * random.randint(1, 40) + b"%d" % row, 0) for row in range(60)]
    objects = []
    for number in range(70):
        own = [cv.structure(b"own%d" % (number // 3) + b"x" * row, 0) for row in range(number % 5)]
        records = random.sample(shared, 60 if number == 40 else random.randint(40, 59)) + own
        random.shuffle(records)
        objects.append(records)
    texts = [record for records in objects for record in records]
    return objects, [int.from_bytes(sha256(text).digest()[:8], "little") for text in texts]


def test_places_of_first_records_follow_from_the_sizes_of_others():
    objects, hashes = many_objects()
    given = runs(*objects)
    known = TypeHashes(np.array(hashes, np.uint64), np.array(list(map(len, objects))))
    found = first_records(given, known)
    assert found is not None
    everything = find_records(given)
    assert found.records.at.tolist() == everything.at[found.rows].tolist()
    assert found.records.kind.tolist() == everything.kind[found.rows].tolist()
    by_hash, by_bytes = (merge_types(given, len(objects), each) for each in (known, NO_HASHES))
    assert by_hash.number.tolist() == by_bytes.number.tolist()
    assert len(by_hash.types) == len(by_bytes.types)


@pytest.mark.parametrize("wrong", ["count", "sizes", "a cut object"])
def test_hashes_that_do_not_lead_to_the_end_of_an_object_are_not_believed(wrong):
    objects, hashes = many_objects()
    counts = np.array(list(map(len, objects)))
    if wrong == "count":
        counts[3:5] += (1, -1)
    if wrong == "sizes":
        hashes[counts[:5].sum()] = hashes[counts[:5].sum() + 1]
    if wrong == "a cut object":
        objects[6][-1] = objects[6][-1][:4]
    known = TypeHashes(np.array(hashes, np.uint64), counts)
    assert first_records(runs(*objects), known) is None
