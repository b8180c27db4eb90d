"""Types of a precompiled header: in the object of /Yc, used by those of /Yu."""

import struct

import pytest

import codeviewwriter as cv
from ntbuild.pecoff.errors import FormatError
from ntbuild.pelink.pdb.type_merge import NOT_TRANSLATED

from .test_type_merge import CHAR, INT, merged

SIGNATURE = 0x1234
END = cv.record(0x14, struct.pack("<I", SIGNATURE))
HEADER = [cv.pointer(INT), cv.structure(b"S", 0x1000)]
MADE = [*HEADER, END, cv.pointer(CHAR)]


def use(count: int, signature: int = SIGNATURE, path: bytes = b"C:\\out\\1.OBJ", first=0x1000):
    return cv.record(0x1509, struct.pack("<III", first, count, signature) + path + b"\0")


def user(*more: bytes, **named):
    return [use(2, **named), cv.pointer(0x1001), *more]


@pytest.mark.parametrize("signature", [SIGNATURE, 7], ids=["by signature", "by file name"])
@pytest.mark.parametrize("header_first", [True, False])
def test_numbers_of_a_user_begin_with_those_of_the_header(header_first, signature):
    path = b"C:\\out\\0.OBJ" if header_first else b"C:\\out\\1.OBJ"
    one = user(cv.modifier(0x1002), signature=signature, path=path)
    found = merged(MADE, one) if header_first else merged(one, MADE)
    # 1 pointer to int, 2 S, 3 pointer to char, 4 pointer to S, 5 const of it
    numbers = found.number.tolist()
    header, own = (numbers[:4], numbers[4:]) if header_first else (numbers[2:], numbers[:2])
    assert header[2] == NOT_TRANSLATED
    assert len(found.types) == 5
    assert len({*header[:2], header[3], *own}) == 5
    at = found.records.at[found.types[own[0] - 0x1000]]
    assert found.data[at + 4 : at + 8].tobytes() == struct.pack("<I", header[1])
    assert b"\x14\0" not in {found.records.kind[row].tobytes() for row in found.types}


BAD = {
    "which is not linked": [user(signature=7, path=b"other.obj")],
    "which has other types": [MADE, [use(9)]],
    "begin at 0x1001": [MADE, [use(2, first=0x1001)]],
    "of the same signature": [MADE, MADE, user()],
    "passes the end": [MADE, [use(2)[:18]]],
}


@pytest.mark.parametrize("message", BAD)
def test_what_does_not_fit_is_an_error_with_a_place(message):
    with pytest.raises(FormatError, match=message) as error:
        merged(*BAD[message])
    assert error.value.file == f"{len(BAD[message]) - 1 - (len(BAD[message]) == 3)}.obj"
    assert error.value.offset is not None
