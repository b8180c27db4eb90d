"""Long section names: decimal and base 64 offsets, read and written by every part that has them."""

from base64 import b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coffwriter import CODE, Section, Symbol, build
from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.long_names import name_field, offset_of
from ntbuild.pecoff.object.read import Origin, read_objects
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object

LONG = ".text$a_long_name"
HUGE = b"v" * 10_000_000
"""A symbol's name that comes before those of sections in the string table."""


@given(st.integers(4, (1 << 36) - 1))
@example(9_999_999)
@example(10_000_000)
def test_an_offset_is_written_as_it_is_read(offset):
    field = name_field(offset)
    assert len(field) <= 8
    assert offset_of(field) == offset
    by_definition = b64encode(offset.to_bytes(6, "big"))[2:]
    assert field == (b"/%d" % offset if offset < 10_000_000 else b"//" + by_definition)


@pytest.mark.parametrize("name", [b".text", b"/", b"//", b"/4x", b"//AAA", b"//AAAAA*", b""])
def test_what_is_no_offset_is_a_name(name):
    assert offset_of(name) is None


def section_names(data: bytes) -> list[bytes]:
    pool = Pool()
    sections = read_objects(pool, [Origin("0.obj", pool.add(data), len(data))]).sections
    limits = [None if long else 8 for long in sections.long_name]
    ends = zip(sections.name_at, limits, strict=True)
    return [name_at(pool.buffer, int(at), limit) for at, limit in ends]


@pytest.mark.parametrize("huge", [b"short", HUGE], ids=["decimal", "base 64"])
def test_objects_have_long_names_wherever_they_stand_in_the_string_table(huge):
    sections = [Section(".text", b"\xc3", CODE), Section(LONG, b"\xc3", CODE)]
    theirs = build("x64", sections, [Symbol(huge.decode(), 1)], section_symbols=False)
    made = [MadeSection(".text", b"\xc3"), MadeSection(LONG, b"\xc3")]
    ours = write_object(IMAGE_FILE_MACHINE.AMD64, made, [MadeSymbol(huge, 1)])
    assert (b"//" in ours[:100]) == (b"//" in theirs[:100]) == (huge is HUGE)
    assert section_names(theirs) == section_names(ours) == [b".text", LONG.encode()]


@pytest.mark.parametrize("field", [b"//AAAAA*", b"//AAAA", b"////////", b"//AAAAAA", b"//AAAAAD"])
def test_an_offset_outside_of_the_string_table_is_refused(field):
    data = bytearray(build("x64", [Section(LONG, b"\xc3", CODE)]))
    data[20:28] = field.ljust(8, b"\0")
    with pytest.raises(FormatError, match="section 1: Name: not an offset into the string table"):
        section_names(bytes(data))
