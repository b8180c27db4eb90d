"""Typedefs that an earlier object has, byte by byte: left out when they mean the same types."""

import struct

import numpy as np
import pytest

import codeviewwriter as cv
from ntbuild.pecoff.object.tables import Origin
from ntbuild.pelink.pdb.debug_sections import find_subsections
from ntbuild.pelink.pdb.records import PADDING, Runs
from ntbuild.pelink.pdb.repetition import repeated_runs
from ntbuild.pelink.pdb.symbol_records import find_symbols, symbol_records
from ntbuild.pelink.pdb.type_merge import merge_types

INT, CHAR, SHORT = 0x74, 0x70, 0x11
START = cv.procedure_start(b"f", INT)


def typedef(number: int, name: bytes) -> bytes:
    return cv.symbol(0x1108, struct.pack("<I", number) + name + b"\0")


def runs(*contents: bytes) -> Runs:
    padded = [content + bytes(-len(content) % 4) for content in contents]
    begin = np.cumsum([0, *map(len, padded)])[:-1]
    end = begin + [len(content) for content in contents]
    data = np.frombuffer(bytearray(b"".join(padded) + bytes(PADDING)), np.uint8)
    origins = tuple(Origin(f"{number}.obj", 0, 0) for number in range(len(contents)))
    return Runs(data, begin, end, np.arange(len(end), dtype=np.int32), begin, origins)


def pairs(*contents: bytes) -> list[tuple[int, int]]:
    found = repeated_runs(runs(*contents), np.arange(len(contents)))
    return list(zip(found.run.tolist(), found.like.tolist(), strict=True))


def told(types: list[list[bytes]], *symbols: list[bytes]):
    """Object, name and new type of each typedef whose record is looked at; and all symbols."""
    merged = merge_types(runs(*map(b"".join, types)), len(types))
    sections = [cv.subsection(0xF1, b"".join(each)) for each in symbols]
    found = symbol_records(find_symbols(find_subsections(runs(*sections))), merged, len(types))
    listed = []
    for row in (found.records.kind == 0x1108).nonzero()[0].tolist():
        at, size = int(found.records.at[row]), int(found.records.size[row])
        (number,) = struct.unpack_from("<I", found.data, at + 4)
        name = found.data[at + 8 : at + size].tobytes().rstrip(b"\0").decode()
        listed.append((int(found.object[row]), name, number))
    return listed, found


A, B = typedef(0x1000, b"A"), typedef(0x1001, b"B")
SAME = [cv.pointer(INT), cv.pointer(CHAR)]


def test_only_equal_bytes_are_a_repeat():
    assert pairs(A + B, A + B, A + B) == [(1, 0), (2, 0)]
    assert pairs(A + B, B + A, A) == []
    assert pairs(b"", b"") == []


def test_each_is_compared_with_the_last_one_of_its_size():
    assert pairs(A, B, B, A, A) == [(2, 1), (4, 3)]


def test_a_run_that_begins_with_something_else_is_no_repeat():
    assert pairs(START + A, START + A) == []


def test_a_repeat_whose_types_are_the_same_is_left_out():
    listed, found = told([SAME, SAME[:1] + SAME], [A, B], [A, B])
    assert listed == [(0, "A", 0x1000), (0, "B", 0x1001), (1, "A", 0x1000), (1, "B", 0x1000)]
    listed, found = told([SAME, SAME], [A, B], [A, B])
    assert listed == [(0, "A", 0x1000), (0, "B", 0x1001)]
    assert found.is_global.tolist() == [True, True]


def test_places_of_records_that_mean_other_types_are_those_of_the_like():
    other = [cv.pointer(SHORT), cv.pointer(CHAR)]
    kept = [A, B, typedef(INT, b"longer_name")]
    listed, found = told([SAME, other, SAME, other], kept, kept, kept, kept)
    assert [name for _, name, _ in listed] == ["A", "B", "longer_name"] * 3
    assert [owner for owner, _, _ in listed] == [0, 0, 0, 1, 1, 1, 3, 3, 3]
    assert [number for *_, number in listed][3:6] == [0x1002, 0x1001, INT]
    assert (np.diff(found.records.at) > 0).all()


def test_a_type_that_does_not_exist_is_told_of_each_object():
    _, found = told([SAME, SAME, SAME], [typedef(0x1FFF, b"A")], [typedef(0x1FFF, b"A")], [])
    assert found.untranslated.tolist() == [0, 1]


MORE = {
    "in a scope of its own": ([A, START, B, cv.END_OF_PROCEDURE], 2),
    "with a variable": ([A, cv.symbol(0x110C, struct.pack("<IIH", INT, 0, 0) + b"s\0")], 1),
}


@pytest.mark.parametrize("name", MORE)
def test_what_a_module_has_of_its_own_is_kept(name):
    records, typedefs = MORE[name]
    listed, found = told([SAME, SAME], records, records)
    assert len(listed) == 2 * typedefs
    assert found.object.tolist() == [0] * len(records) + [1] * len(records)


def test_typedefs_between_the_begin_and_the_end_of_a_scope_are_its_own():
    parts = b"".join(cv.subsection(0xF1, each) for each in (START, A, cv.END_OF_PROCEDURE))
    merged = merge_types(runs(b"".join(SAME), b"".join(SAME)), 2)
    first = cv.subsection(0xF1, A)
    found = symbol_records(find_symbols(find_subsections(runs(first, parts))), merged, 2)
    assert found.in_module.tolist() == [False, True, True, True]


def test_records_that_are_not_padded_are_all_found():
    odd = struct.pack("<HHI", 9, 0x1108, INT) + b"ab\0"  # 11 bytes
    listed, _ = told([SAME, SAME], [A], [A, odd][:1])
    assert len(listed) == 1
    listed, _ = told([SAME, SAME, SAME], [A], [A], [odd])
    assert listed == [(0, "A", 0x1000), (1, "A", 0x1000), (2, "ab", INT)]
