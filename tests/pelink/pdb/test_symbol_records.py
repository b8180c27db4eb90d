"""Symbols as a PDB has them: scopes with offsets, merged types, each in its streams."""

import struct
from random import Random

import numpy as np
import pytest

import codeviewwriter as cv
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.tables import Origin
from ntbuild.pelink.pdb.debug_sections import find_subsections
from ntbuild.pelink.pdb.records import PADDING, Runs
from ntbuild.pelink.pdb.symbol_records import find_symbols, symbol_records
from ntbuild.pelink.pdb.type_merge import merge_types

INT = 0x74
TYPES = [cv.argument_list(), cv.procedure(INT, 0x1000), cv.function_id(0x1001, b"f")]
START = cv.procedure_start(b"f", 0x1002)
BLOCK = cv.symbol(0x1103, struct.pack("<4IH", 0, 0, 4, 0, 0) + b"\0")
LOCAL = cv.symbol(0x113E, struct.pack("<IH", INT, 0) + b"x\0")
TYPEDEF = cv.symbol(0x1108, struct.pack("<I", INT) + b"T\0")
GLOBAL = cv.symbol(0x110D, struct.pack("<IIH", INT, 0, 0) + b"g\0")
STATIC = cv.symbol(0x110C, struct.pack("<IIH", INT, 0, 0) + b"s\0")


def runs(*contents: bytes) -> Runs:
    padded = [content + bytes(-len(content) % 4) for content in contents]
    begin = np.cumsum([0, *map(len, padded)])[:-1]
    sizes = np.array([len(content) for content in contents])
    data = np.frombuffer(bytearray(b"".join(padded) + bytes(PADDING)), np.uint8)
    origins = tuple(Origin(f"{number}.obj", 0, 0) for number in range(len(contents)))
    owners = np.arange(len(contents), dtype=np.int32)
    return Runs(data, begin, begin + sizes, owners, np.full(len(contents), 8), origins)


def found(*objects: list[bytes]):
    """The symbol records of objects that all have the same types."""
    types = merge_types(runs(*([b"".join(TYPES)] * len(objects))), len(objects))
    parts = find_subsections(runs(*(cv.subsection(0xF1, b"".join(each)) for each in objects)))
    return symbol_records(find_symbols(parts), types, len(objects))


def words(symbols, row: int) -> tuple[int, ...]:
    at, size = int(symbols.records.at[row]), int(symbols.records.size[row])
    return struct.unpack_from(f"<{size // 4}I", symbols.data, at)


def test_a_scope_knows_the_one_around_it_and_its_end():
    symbols = found([TYPEDEF], [START, LOCAL, BLOCK, LOCAL, cv.END, cv.END_OF_PROCEDURE])
    start, local, block = 4, 4 + len(START), 4 + len(START) + len(LOCAL)
    inner_end = block + len(BLOCK) + len(LOCAL)
    assert words(symbols, 1)[1:3] == (0, inner_end + len(cv.END))
    assert words(symbols, 3)[1:3] == (start, inner_end)
    assert symbols.offset.tolist()[1:4] == [start, local, block]


def test_scopes_of_many_objects_know_the_ones_around_them():
    random = Random(3)
    objects = []
    for _ in range(40):
        records, depth = [], 0
        while len(records) < 60 or depth:
            opens = depth == 0 or (len(records) < 60 and depth < 6 and random.random() < 0.5)
            depth += 1 if opens else -1
            records += [BLOCK] if opens else [cv.END]
            records += [LOCAL] * random.randint(0, 1)
        objects.append(records)
    symbols = found(*objects)
    row = 0
    for records in objects:
        around: list[int] = []  # rows of the scopes that are open
        for record in records:
            if record is BLOCK:
                parent = int(symbols.offset[around[-1]]) if around else 0
                assert words(symbols, row)[1] == parent
                around.append(row)
            elif record is cv.END:
                assert words(symbols, around.pop())[2] == int(symbols.offset[row])
            row += 1


def test_a_procedure_has_the_type_of_its_function_and_no_id():
    symbols = found([START, cv.END_OF_PROCEDURE])
    assert symbols.records.kind.tolist() == [0x1110, 0x0006]
    assert words(symbols, 0)[7] == 0x1001
    at = int(symbols.records.at[0])
    assert symbols.data[at + 2 : at + 4].tolist() == [0x10, 0x11]


def test_each_record_goes_where_debuggers_look_for_it():
    inside = [START, TYPEDEF, STATIC, cv.END_OF_PROCEDURE]
    symbols = found([TYPEDEF, GLOBAL, STATIC, *inside])
    in_module = [False, False, True, True, True, True, True]
    is_global = [True, True, True, True, False, False, False]
    assert symbols.in_module.tolist() == in_module
    assert symbols.is_global.tolist() == is_global
    assert int(symbols.records.size[symbols.in_module].sum()) == sum(map(len, [STATIC, *inside]))
    assert symbols.offset[symbols.in_module].tolist()[:2] == [4, 4 + len(STATIC)]


def test_a_type_that_does_not_exist_is_told_and_not_kept():
    wrong = cv.symbol(0x1108, struct.pack("<I", 0x1FFF) + b"T\0")
    symbols = found([TYPEDEF], [wrong])
    assert symbols.untranslated.tolist() == [1]
    assert words(symbols, 1)[1] == 7


def test_inlinees_are_renumbered():
    listed = cv.symbol(0x1168, struct.pack("<3I", 2, 0x1002, 0x1002))
    assert words(found([listed]), 0)[1:] == (2, 0x1000, 0x1000)


def test_records_of_cl_are_padded():
    odd = struct.pack("<HHI", 9, 0x1108, INT) + b"ab\0"  # 11 bytes
    symbols = found([odd, TYPEDEF])
    assert symbols.records.size.tolist() == [12, 12]
    assert words(symbols, 1)[1] == INT


BAD = {
    "a scope without an end": [START],
    "an end without a scope": [cv.END],
    "ends before its type number": [cv.symbol(0x113E, b"")],
    "a record of 102 bytes": [b"\x64\0\6\0"],
    "ends before": [cv.symbol(0x1168, struct.pack("<I", 100))],
}


@pytest.mark.parametrize("message", BAD)
def test_malformed_symbols_name_object_and_offset(message):
    with pytest.raises(FormatError) as error:
        found([TYPEDEF], [TYPEDEF, *BAD[message]])
    assert message in str(error.value)
    assert error.value.file == "1.obj"
    assert error.value.offset is not None
    assert error.value.offset >= 8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (struct.pack("<II", 0xF1, 100) + bytes(8), "a subsection of 100 bytes"),
        (struct.pack("<I", 0xF1), "a subsection without a length"),
    ],
)
def test_a_subsection_that_passes_its_section_is_refused(content, message):
    with pytest.raises(FormatError, match=message):
        find_subsections(runs(content))
