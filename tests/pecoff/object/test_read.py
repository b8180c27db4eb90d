"""Objects read as columns: what a second reader sees, many at once, and every fault named."""

from struct import pack_into

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffwriter import (
    ANY,
    ASSOCIATIVE,
    BSS,
    CODE,
    DATA,
    LARGEST,
    RDATA,
    Reloc,
    Section,
    Symbol,
    build,
)
from differential.objects import read_object
from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.read import (
    ABSOLUTE,
    UNDEFINED,
    Origin,
    joined,
    read_objects,
    read_relocations,
)
from ntbuild.pecoff.object.sections import _decimal

NAMES = st.text("abcXYZ$._@?0123456789/é", min_size=1, max_size=20).filter(
    lambda name: not name.startswith("/")
)


def read(*objects: bytes):
    """The columns of some objects, and the pool that holds their bytes."""
    pool = Pool()
    origins = [Origin(f"{n}.obj", pool.add(data), len(data)) for n, data in enumerate(objects)]
    return read_objects(pool, origins), pool


@st.composite
def objects(draw):
    """Any object that can be written: sections, symbols, relocations, COMDATs."""
    machine = draw(st.sampled_from(["x64", "x86", "arm64", "arm"]))
    count = draw(st.integers(0, 6))
    names = [draw(NAMES) for _ in range(count)]
    externals = draw(st.lists(NAMES, max_size=6, unique=True))
    sections = []
    for number, name in enumerate(names):
        size = draw(st.integers(0, 40))
        blank = draw(st.booleans())
        relocations = [
            Reloc(
                draw(st.integers(0, 100)),
                draw(st.sampled_from(externals)),
                draw(st.integers(0, 20)),
            )
            for _ in range(draw(st.integers(0, 4)) if externals else 0)
        ]
        kind = draw(st.sampled_from([0, 0, ANY, LARGEST, ASSOCIATIVE if number else 0]))
        sections.append(
            Section(
                name,
                b"" if blank else draw(st.binary(min_size=size, max_size=size)),
                BSS if blank else draw(st.sampled_from([CODE, DATA, RDATA])),
                1 << draw(st.integers(0, 13)),
                relocations,
                comdat=kind,
                parent=draw(st.integers(1, number)) if kind == ASSOCIATIVE else 0,
                size=size if blank else None,
            )
        )
    symbols = []
    for name in externals:
        where = draw(st.integers(-1, count))
        symbols.append(
            Symbol(name, where, draw(st.integers(0, 0xFFFF)), type=draw(st.sampled_from([0, 32])))
        )
    file = draw(st.sampled_from(["", "a.c", "a long file name of more than one record.c"]))
    return build(machine, sections, symbols, bigobj=draw(st.booleans()), file=file)


def check_sections(tables, pool, first: int, number: int, plain) -> None:
    sections = tables.sections
    for at, each in enumerate(plain.sections):
        row = first + at
        limit = None if sections.long_name[row] else 8
        assert name_at(pool.buffer, int(sections.name_at[row]), limit) == each.name.encode()
        assert sections.object[row] == number
        assert sections.size[row] == len(each.data)
        assert sections.Characteristics[row] == each.flags
        assert sections.alignment[row] == 1 << ((each.flags >> 20 & 15) - 1)
        start = int(sections.position[row])
        if each.is_bss or not each.data:
            assert start == -1
        else:
            assert pool.buffer[start : start + len(each.data)].tobytes() == each.data


def check_symbols(tables, first: int, first_section: int, plain) -> None:
    symbols = tables.symbols
    for index, each in plain.symbols.items():
        row = first + index
        assert not symbols.auxiliary[row]
        assert symbols.value[row] == each.value
        assert symbols.storage_class[row] == each.storage
        if each.section > 0:
            assert symbols.section[row] == first_section + each.section - 1
        else:
            assert symbols.section[row] == {0: UNDEFINED, -1: ABSOLUTE}.get(each.section, -3)
    external = [first + index for index, each in plain.symbols.items() if each.storage in (2, 105)]
    mine = symbols.rows[
        (symbols.rows >= first) & (symbols.rows < first + max(plain.symbols, default=-1) + 1)
    ]
    assert mine.tolist() == external


@settings(max_examples=80, deadline=None)
@given(st.lists(objects(), min_size=1, max_size=4))
def test_columns_hold_what_a_second_reader_reads(many):
    tables, pool = read(*many)
    everything = np.ones(len(tables.sections), np.bool_)
    relocations = read_relocations(pool.buffer, tables, everything)
    seen = 0
    for number, data in enumerate(many):
        plain = read_object(data)
        first_section = int(tables.objects.first_section[number])
        first_symbol = int(tables.objects.first_symbol[number])
        check_sections(tables, pool, first_section, number, plain)
        check_symbols(tables, first_symbol, first_section, plain)
        for at, each in enumerate(plain.sections):
            for site in each.sites:
                assert relocations.section[seen] == first_section + at
                assert relocations.offset[seen] == site.offset
                assert relocations.type[seen] == site.type
                assert relocations.symbol[seen] == first_symbol + site.symbol
                seen += 1
    assert seen == len(relocations)


@settings(max_examples=30, deadline=None)
@given(st.lists(objects(), min_size=1, max_size=3), st.lists(objects(), min_size=1, max_size=3))
def test_joined_batches_are_as_one(some, more):
    pool = Pool()
    batches = []
    for group in (some, more):
        origins = [Origin("x", pool.add(data), len(data)) for data in group]
        batches.append(read_objects(pool, origins))
    together, _ = read(*some, *more)
    apart = joined(batches)
    for table in ("sections", "symbols"):
        one, other = getattr(apart, table), getattr(together, table)
        for column in (
            "section",
            "object",
            "value",
            "size",
            "leader",
            "parent",
            "selection",
            "rows",
        ):
            if hasattr(one, column):
                assert getattr(one, column).tolist() == getattr(other, column).tolist()


def test_comdats_have_their_leader_parent_and_selection():
    data = build(
        "x64",
        [
            Section(".text", b"1", CODE),
            Section(".text$a", b"2", CODE, comdat=LARGEST),
            Section(".xdata$a", b"3", RDATA, comdat=ASSOCIATIVE, parent=".text$a"),
        ],
        [Symbol("local", ".text$a", 1, 3), Symbol("Leader", ".text$a"), Symbol("Plain", ".text")],
    )
    for bigobj in (False, True):
        tables, _ = read(data) if not bigobj else read(_as_bigobj())
        sections = tables.sections
        assert sections.selection.tolist() == [0, LARGEST, ASSOCIATIVE]
        assert sections.parent.tolist() == [-1, -1, 1]
        assert sections.leader[0] == -1
        assert sections.leader[1] >= 0


def _as_bigobj() -> bytes:
    return build(
        "x64",
        [
            Section(".text", b"1", CODE),
            Section(".text$a", b"2", CODE, comdat=LARGEST),
            Section(".xdata$a", b"3", RDATA, comdat=ASSOCIATIVE, parent=".text$a"),
        ],
        [Symbol("Leader", ".text$a"), Symbol("Plain", ".text")],
        bigobj=True,
    )


def test_more_sections_than_a_signed_number_holds():
    parts = [Section(".r", b"x", RDATA)] * 40_000
    data = build("x64", parts, [Symbol("Last", 40_000 - 0x10000)], section_symbols=False)
    tables, _ = read(data)
    assert tables.symbols.section.tolist() == [39_999]


GOOD = build(
    "x64",
    [Section(".text$a_long_name", bytes(16), CODE, 16, [Reloc(4, "Other", 4)], comdat=ANY)],
    [Symbol("A_name_that_is_long", 1), Symbol("Other"), Symbol("Weak", weak="Other")],
)
HEADER, SECTION = 0, 20


@pytest.mark.parametrize(
    ("offset", "value", "field"),
    [
        (2, b"\xff\xff", "NumberOfSections"),
        (8, b"\xff\xff\xff\x7f", "PointerToSymbolTable"),
        (12, b"\xff\xff\xff\x7f", "PointerToSymbolTable"),
        (SECTION, b"/9999999", "Name"),
        (SECTION, b"/x\0\0\0\0\0\0", "Name"),
        (SECTION + 16, b"\xff\xff\xff\x7f", "PointerToRawData"),
        (SECTION + 20, b"\xff\xff\xff\xff", "PointerToRawData"),
        (SECTION + 24, b"\xff\xff\xff\xff", "PointerToRelocations"),
        (SECTION + 32, b"\xff\xfe", "PointerToRelocations"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(offset, value, field):
    data = bytearray(GOOD)
    data[offset : offset + len(value)] = value
    with pytest.raises(FormatError) as caught:
        read(bytes(data))
    assert field in str(caught.value)
    assert str(caught.value).startswith("0.obj: offset ")


@pytest.mark.parametrize("size", range(0, len(GOOD), 7))
def test_every_truncation_is_refused(size):
    with pytest.raises(FormatError, match=r"^0\.obj: "):
        read(GOOD[:size])


def test_a_relocation_of_a_symbol_that_is_not_there():
    data = bytearray(GOOD)
    at = int.from_bytes(data[SECTION + 24 : SECTION + 28], "little")
    pack_into("<I", data, at + 4, 999)
    tables, pool = read(bytes(data))
    with pytest.raises(FormatError, match="SymbolTableIndex: a relocation names symbol 999"):
        read_relocations(pool.buffer, tables, np.ones(1, np.bool_))


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_is_read_or_refused(at, noise):
    data = bytearray(GOOD)
    data[at : at + len(noise)] = noise[: len(data) - at]
    try:
        tables, pool = read(bytes(data))
        read_relocations(pool.buffer, tables, np.ones(len(tables.sections), np.bool_))
    except FormatError as error:
        message = str(error)
    else:
        message = "0.obj: fine"
    assert message.startswith("0.obj: ")


@given(st.lists(st.integers(0, 9_999_999), min_size=1, max_size=40))
def test_offsets_of_names_are_decimal_numbers(offsets):
    texts = b"".join((b"%d" % offset).ljust(8, b"\0") for offset in offsets)
    numbers, are_numbers = _decimal(np.frombuffer(texts, np.uint64))
    assert numbers.tolist() == offsets
    assert are_numbers.all()


@pytest.mark.parametrize(
    "text", [b"12a", b"a", b"/AAAA", b"12 ", b"1\x80", b":", b"\xb1", b"12/\0 3"]
)
def test_what_no_nul_ends_is_no_offset(text):
    _, are_numbers = _decimal(np.frombuffer(text.ljust(8, b"\0"), np.uint64))
    assert are_numbers.tolist() == [False]


@pytest.mark.parametrize(
    ("name", "number", "message"),
    [
        ("foo", -10, "foo should not refer to special section -10"),
        ("a_long_name", -10, "a symbol should not refer to special section -10"),
        ("foo", 7, "a symbol names a section that does not exist"),
    ],
)
def test_a_wrong_section_number_is_named(name, number, message):
    data = bytearray(build("x64", [Section(".text", b"\xc3", CODE)], [Symbol(name, 1)]))
    # The external symbol is the last record: its SectionNumber is 12 bytes after its start.
    start, count = (int.from_bytes(data[at : at + 4], "little") for at in (8, 12))
    pack_into("<h", data, start + 18 * (count - 1) + 12, number)
    with pytest.raises(FormatError, match=f"SectionNumber: {message}$"):
        read(bytes(data))
