"""The reader of DWARF: what it finds in small sections, and that bad ones end in one line."""

import random
import struct

import pytest

from ntbuild.pecoff.dwarf.cursor import Cursor, DwarfError
from ntbuild.pecoff.dwarf.functions import read_functions
from ntbuild.pecoff.dwarf.line_program import SourceFile

UNIT, FUNCTION, NAMESPACE, TYPE = 1, 2, 3, 4
ADDR, DATA4, STRING, SEC_OFFSET, FLAG, REF4, DATA8, BLOCK = 1, 6, 8, 0x17, 0x19, 0x13, 7, 9


def abbreviations(*declared: tuple[int, int, bool, list[tuple[int, int]]]) -> bytes:
    found = b""
    for code, tag, has_children, attributes in declared:
        found += bytes([code, tag, has_children])
        found += b"".join(bytes(pair) for pair in attributes) + b"\0\0"
    return found + b"\0"


ABBREVIATIONS = abbreviations(
    (
        UNIT,
        0x11,
        True,
        [(3, STRING), (0x25, STRING), (0x13, 0x0B), (0x10, SEC_OFFSET), (0x11, ADDR)],
    ),
    (FUNCTION, 0x2E, False, [(3, STRING), (0x3F, FLAG), (0x11, ADDR), (0x12, DATA4)]),
    (NAMESPACE, 0x39, True, [(3, STRING)]),
    (TYPE, 0x24, False, [(0x0B, DATA8), (0x02, BLOCK), (3, STRING)]),
    (5, 0x2E, False, [(0x47, REF4), (0x11, ADDR), (0x12, DATA4)]),
    (6, 0x2E, False, [(3, STRING)]),
)


def function(name: bytes, low: int, size: int) -> bytes:
    return bytes([FUNCTION]) + name + b"\0" + struct.pack("<QI", low, size)


def unit(*entries: bytes, version: int = 4) -> bytes:
    first = bytes([UNIT]) + b"a.c\0gcc\0" + struct.pack("<BIQ", 12, 0, 0)
    body = struct.pack("<HIB", version, 0, 8) + first + b"".join(entries) + b"\0"
    return struct.pack("<I", len(body)) + body


def line_program(opcodes: bytes, version: int = 4) -> bytes:
    lengths = b"\0\1\1\1\1\0\0\0\1\0\0\1"
    tables = b"src\0\0" + b"a.c\0\1\0\0" + b"/usr/b.h\0\0\0\0" + b"\0"
    header = struct.pack("<BBBbBB", 1, 1, 1, -5, 14, 13) + lengths + tables
    body = struct.pack("<HI", version, len(header)) + header + opcodes
    return struct.pack("<I", len(body)) + body


OPCODES = b"\0\x09\2" + struct.pack("<Q", 0x1000) + bytes([3, 9, 1, 13 + 5 + 14 * 4 + 1, 4, 2, 1])
OPCODES += bytes([2, 8, 0, 1, 1])
SECTIONS = {
    ".debug_abbrev": ABBREVIATIONS,
    ".debug_info": unit(
        bytes([NAMESPACE]) + b"space\0",
        bytes([TYPE]) + bytes(8) + b"\2xy" + b"int\0",
        function(b"inner", 0x1000, 16),
        bytes([6]) + b"told\0",
        b"\0",
        function(b"outer", 0x1010, 8),
        function(b"gone", 0x80000000, 8),
        bytes([5]) + struct.pack("<IQI", 70, 0x1020, 4),
    ),
    ".debug_line": line_program(OPCODES),
}


def is_code(address: int) -> bool:
    return 0x1000 <= address < 0x2000


def test_functions_have_names_with_their_scopes_and_addresses():
    (found,) = read_functions(SECTIONS, is_code)
    assert (found.producer, found.language) == (b"gcc", 12)
    declared = SECTIONS[".debug_info"].index(b"\6told")
    info = SECTIONS[".debug_info"].replace(struct.pack("<I", 70), struct.pack("<I", declared))
    (found,) = read_functions({**SECTIONS, ".debug_info": info}, is_code)
    assert [each[:3] for each in found.functions] == [
        (b"space::inner", 0x1000, 0x1010),
        (b"outer", 0x1010, 0x1018),
        (b"space::told", 0x1020, 0x1024),
    ]
    assert [each.is_external for each in found.functions] == [True, True, False]


def test_lines_have_addresses_and_files():
    (found,) = read_functions(SECTIONS, is_code)
    assert found.lines.files == {1: SourceFile(b"src/a.c"), 2: SourceFile(b"/usr/b.h")}
    ((rows, end),) = found.lines.sequences
    assert [tuple(row) for row in rows] == [
        (0x1000, 1, 10, True),
        (0x1004, 1, 11, True),
        (0x1004, 2, 11, True),
    ]
    assert end == 0x100C


BAD = {
    "DWARF version 9": {".debug_info": unit(version=9)},
    "line program of DWARF version 9": {".debug_line": line_program(b"", 9)},
    "an entry of no abbreviation": {".debug_info": unit(b"\x55")},
    ".debug_info ends within": {".debug_info": unit()[:-3]},
    "the unknown form 0x7e": {".debug_abbrev": abbreviations((1, 0x11, True, [(3, 0x7E)]))},
    "twice for one entry": {".debug_abbrev": abbreviations((1, 0x11, True, [(3, 8), (3, 8)]))},
    ".debug_line ends within": {".debug_line": line_program(b"\0\x40\2")},
    "a range or an opcode base of zero": {
        ".debug_line": line_program(b"").replace(b"\xfb\x0e\x0d", b"\xfb\0\x0d")
    },
    ".debug_line ends within 4 bytes": {".debug_line": b""},
    "without an end": {".debug_info": unit(b"\2" + b"x" * 70000)},
}


@pytest.mark.parametrize("message", BAD)
def test_malformed_dwarf_is_one_error_in_words(message):
    with pytest.raises(DwarfError, match=message) as error:
        read_functions({**SECTIONS, **BAD[message]}, is_code)
    assert "\n" not in str(error.value)


def test_tables_that_overlap_are_an_error_before_they_take_long():
    entry = b"\1\x24\0" + b"\0\0"
    table = entry * 3000 + b"\0"
    body = [struct.pack("<HIB", 4, 5 * number, 8) for number in range(3000)]
    info = b"".join(struct.pack("<I", len(each) + 1) + each + b"\1" for each in body)
    with pytest.raises(DwarfError, match="overlap many times"):
        read_functions({".debug_abbrev": table, ".debug_info": info}, is_code)


def test_programs_that_overlap_are_an_error_before_they_take_long():
    # A length of 64 bits is not taken for one of a program inside of a program.
    inner = struct.pack("<I", 8000)
    program = line_program(inner * 2500)
    start = program.index(inner)
    units = []
    for number in range(2000):
        first = bytes([UNIT]) + b"a\0b\0" + struct.pack("<BIQ", 12, start + 4 * number, 0)
        body = struct.pack("<HIB", 4, 0, 8) + first + b"\0"
        units.append(struct.pack("<I", len(body)) + body)
    with pytest.raises(DwarfError):
        read_functions(
            {**SECTIONS, ".debug_info": b"".join(units), ".debug_line": program}, is_code
        )


@pytest.mark.parametrize("bits", [7, 14, 63, 64])
def test_numbers_of_variable_length(bits):
    value = (1 << bits) - 1
    data, rest = b"", value
    while rest > 0x7F:
        data += bytes([rest & 0x7F | 0x80])
        rest >>= 7
    assert Cursor("x", data + bytes([rest])).unsigned() == value
    assert Cursor("x", b"\x7f").signed() == -1
    assert Cursor("x", b"\x80\x7f").signed() == -128
    with pytest.raises(DwarfError, match="without an end"):
        Cursor("x", b"\x80" * 30).unsigned()


@pytest.mark.parametrize("seed", range(4))
def test_damaged_dwarf_is_read_or_refused_in_words(seed):
    chance = random.Random(seed)
    ends = set()
    for _ in range(300):
        damaged = {}
        for name, content in SECTIONS.items():
            data = bytearray(content)
            for _ in range(chance.randint(0, 2)):
                data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            damaged[name] = bytes(data)
        try:
            read_functions(damaged, is_code)
        except DwarfError as error:
            assert str(error)  # noqa: PT017 - both may be
            ends.add("refused")
        else:
            ends.add("read")
    assert ends == {"refused", "read"}
