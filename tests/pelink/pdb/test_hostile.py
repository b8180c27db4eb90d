"""Damaged CodeView: each object links with a warning or is refused in words, whatever its bytes."""

import random
import struct
import time

import pytest

import codeviewwriter as cv
from coffwriter import Reloc
from linking import linked
from ntbuild import LinkError
from ntbuild.pecoff.msf import read_msf
from slowness import allowed

INT = 0x74
ODD = (0, 1, 2, 3, 4, 0x7F, 0x80, 0xFF, 0x1000, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)


def seed_object() -> bytes:
    """An object with every kind of record that the linker looks into."""
    types = [
        cv.argument_list(INT, 0x70),
        cv.procedure(INT, 0x1000),
        cv.function_id(0x1001, b"DriverEntry"),
        cv.members((b"a", INT), (b"b", 0x1001)),
        cv.structure(b"S", 0x1003),
        cv.record(0x1002, struct.pack("<IIIH", INT, 2 << 5, 0x1004, 0)),
        cv.record(0x1206, struct.pack("<HHIIHHI", 4 << 2, 0, INT, 8, 0, 0, 0x1001)),
        cv.record(0x1605, struct.pack("<I", 0) + b"a.c\0"),
        cv.record(0x1603, struct.pack("<H2I", 2, 0x1007, 0)),
    ]
    symbols = [
        cv.symbol(0x1108, struct.pack("<I", 0x1004) + b"T\0"),
        cv.symbol(0x1107, struct.pack("<IH", INT, 7) + b"K\0"),
        cv.symbol(0x110D, struct.pack("<IIH", INT, 0, 0) + b"g\0"),
        cv.procedure_start(b"DriverEntry", 0x1002),
        cv.symbol(0x1103, struct.pack("<4IH", 0, 0, 4, 0, 0) + b"\0"),
        cv.symbol(0x1153, struct.pack("<IIH", INT, 1, 0) + b"f\0"),
        cv.symbol(0x1168, struct.pack("<2I", 1, 0x1002)),
        cv.END,
        cv.END_OF_PROCEDURE,
    ]
    parts = [
        cv.subsection(0xF3, b"\0a.c\0b.h\0$T0 .raSearch =\0"),
        cv.subsection(0xF4, struct.pack("<IBBHIBBH", 1, 0, 0, 0, 5, 0, 0, 0)),
        cv.subsection(0xF5, struct.pack("<I6IHHI", 0, 0, 16, 0, 0, 0, 9, 0, 0, 0)),
        cv.subsection(0xF6, struct.pack("<5I", 1, 0x1002, 0, 7, 0)),
        cv.subsection(0xF2, struct.pack("<IHHI3I2I", 0, 0, 0, 16, 0, 1, 20, 0, 3)),
    ]
    relocations = [Reloc(12, "DriverEntry", cv.SECREL), Reloc(20, "DriverEntry", cv.SECTION)]
    return cv.object_with(*types, symbols=symbols, parts=parts, relocations=relocations)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The object with some bytes of its debug sections changed."""
    first = data.index(b"\4\0\0\0\x0e\0\1\x12")
    last = data.rindex(b"\xf2\0\0\0") + 60
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(first, min(last, len(made) - 4))
        size = chance.choice((1, 2, 4))
        value = chance.choice((*ODD, chance.getrandbits(32))) & (1 << 8 * size) - 1
        made[at : at + size] = value.to_bytes(size, "little")
    return bytes(made)


@pytest.mark.parametrize("seed", range(3))  # tests/fuzz/debug.py has more
def test_damaged_debug_information_is_an_error_in_words_or_a_pdb(seed, tmp_path):
    data, chance = seed_object(), random.Random(seed)
    linked(tmp_path, {"it.obj": data}, "/debug")
    ends = set()
    for _ in range(60):
        try:
            result = linked(tmp_path, {"it.obj": damaged(data, chance)}, "/debug")
        except LinkError as error:
            assert all(each.message for each in error.diagnostics)  # noqa: PT017 - both may be
            ends.add("refused")
        else:
            assert len(read_msf("it.pdb", result.pdb)) > 10
            ends.add("linked")
    assert ends == {"refused", "linked"}


def chain(length: int) -> list[bytes]:
    """Pointers of which each is to the one before."""
    return [cv.pointer(INT), *(cv.pointer(0x1000 + number) for number in range(length))]


LONG = {
    "in a chain of more than 10000": {"types": chain(60_000)},
    "a scope without an end": {"symbols": [cv.END] * 1_000_000},
    "ends before that": {"parts": [cv.subsection(0xF2, b"")] * 10_000 + [b"\xf1\0\0\0\xff\0\0\0"]},
    "not in the object's table of strings": {
        "parts": [
            cv.subsection(0xF3, b"a" * 50_000 + b"\0"),
            cv.subsection(
                0xF4, b"".join(struct.pack("<IBBH", at, 0, 0, 0) for at in range(40_000))
            ),
        ]
    },
}


@pytest.mark.parametrize("message", LONG)
def test_a_million_records_end_in_one_line_and_soon(message, tmp_path):
    given = LONG[message]
    data = cv.object_with(
        *given.get("types", ()), symbols=given.get("symbols", ()), parts=given.get("parts", ())
    )
    started = time.process_time()
    with pytest.raises(LinkError) as error:
        linked(tmp_path, {"it.obj": data}, "/debug")
    assert time.process_time() - started < allowed(5)
    (diagnostic,) = error.value.diagnostics
    assert message in diagnostic.message
    assert "\n" not in diagnostic.message


def test_a_chain_of_types_as_long_as_a_program_has_is_merged(tmp_path):
    result = linked(tmp_path, {"it.obj": cv.object_with(*chain(2000))}, "/debug")
    assert len(read_msf("it.pdb", result.pdb)[2]) > 2000 * 12
