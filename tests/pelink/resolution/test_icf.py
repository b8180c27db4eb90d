"""Identical code folding: what becomes one, and what must not."""

import numpy as np
import pytest

from coffwriter import ANY, CODE, COMDAT, RDATA, Reloc, Section, Symbol, build
from ntbuild import link, options_from_argv
from ntbuild.pelink.resolution import icf as fold
from ntbuild.pelink.resolution import partition
from ntbuild.pelink.resolution import section_bytes as equality
from ntbuild.pelink.resolution.address_significance import uleb128

REL32, ADDR64 = 4, 1
CALL = b"\xe8\0\0\0\0\xc3"
BODY = b"\x48\x8d\x41\x05\xc3"


def function(name, data=BODY, relocations=(), align=16):
    section = Section(
        f".text${name}", data, CODE | COMDAT, align, relocations=relocations, comdat=ANY
    )
    return section, Symbol(name, f".text${name}")


def linked(tmp_path, functions, *options, extra=()):
    """Addresses by name, after linking functions that DriverEntry calls one by one."""
    names = [symbol.name for _, symbol in functions]
    calls = b"".join(b"\xe8\0\0\0\0" for _ in names) + b"\xc3"
    entry = Section(
        ".text",
        calls,
        CODE,
        relocations=[Reloc(5 * index + 1, name, REL32) for index, name in enumerate(names)],
    )
    path = tmp_path / "a.obj"
    path.write_bytes(
        build(
            "x64",
            [entry, *(section for section, _ in functions), *(each for each, _ in extra)],
            [
                Symbol("DriverEntry", ".text"),
                *(symbol for _, symbol in functions),
                *(symbol for _, symbol in extra if symbol),
            ],
        )
    )
    result = link([path], options_from_argv(["/driver", "/machine:x64", *options]))
    lines = [line.split() for line in result.map.splitlines() if line.startswith(" 0001:")]
    return {fields[1]: fields[0] for fields in lines if len(fields) > 2}


def test_equal_functions_become_one_only_when_asked(tmp_path):
    functions = [function("one"), function("two"), function("other", BODY + b"\x90")]
    apart = linked(tmp_path, functions, "/opt:noicf")
    assert len({apart[name] for name in ("one", "two", "other")}) == 3
    together = linked(tmp_path, functions, "/opt:icf")
    assert together["one"] == together["two"] != together["other"]


def test_functions_that_call_equal_functions_are_equal(tmp_path):
    functions = [
        function("one"),
        function("two"),
        function("calls_one", CALL, [Reloc(1, "one", REL32)]),
        function("calls_two", CALL, [Reloc(1, "two", REL32)]),
        function("calls_calls_one", CALL + b"\x90", [Reloc(1, "calls_one", REL32)]),
        function("calls_calls_two", CALL + b"\x90", [Reloc(1, "calls_two", REL32)]),
    ]
    at = linked(tmp_path, functions, "/opt:icf")
    assert at["calls_one"] == at["calls_two"] != at["one"]
    assert at["calls_calls_one"] == at["calls_calls_two"] != at["calls_one"]


def test_functions_that_call_each_other_alike_are_equal(tmp_path):
    functions = [
        function("ping", CALL, [Reloc(1, "pong", REL32)]),
        function("pong", CALL, [Reloc(1, "ping", REL32)]),
        function("self", CALL, [Reloc(1, "self", REL32)]),
    ]
    at = linked(tmp_path, functions, "/opt:icf")
    assert at["ping"] == at["pong"] == at["self"]


def test_hashes_that_are_all_the_same_fold_neither_more_nor_less(tmp_path, monkeypatch):
    functions = [
        *(function(f"leaf{number}", BODY + bytes([number % 3]) * 9) for number in range(9)),
        *(
            function(f"calls{number}", CALL, [Reloc(1, f"leaf{number}", REL32)])
            for number in range(9)
        ),
        *(
            function(f"again{number}", CALL, [Reloc(1, f"calls{number}", REL32)])
            for number in range(9)
        ),
        function("longer", CALL * 2, [Reloc(1, "leaf0", REL32)]),
        function("other_place", CALL * 2, [Reloc(7, "leaf0", REL32)]),
        function("ping", CALL, [Reloc(1, "pong", REL32)]),
        function("pong", CALL, [Reloc(1, "ping", REL32)]),
        function("long", bytes(5000) + b"one"),
        function("long_too", bytes(5000) + b"one"),
        function("long_other", bytes(5000) + b"two"),
    ]
    at = linked(tmp_path, functions, "/opt:icf")
    # Three leaves, what calls them, and what calls that; the rest but for a pair of pairs.
    assert len(set(at.values()) - {at["DriverEntry"]}) == 3 + 3 + 3 + 2 + 1 + 2
    for module in (equality, fold, partition):
        monkeypatch.setattr(module, "mixed", lambda left, _right: np.zeros_like(left))
    monkeypatch.setattr(equality, "crc32", lambda _data: 0)
    assert linked(tmp_path, functions, "/opt:icf") == at


@pytest.mark.parametrize("size", [1, 7, 8, 9, 16, 4095, 4096, 4097, 4104, 9000])
def test_a_function_is_told_by_its_last_byte_and_its_first(size, tmp_path):
    data = bytes(number % 251 for number in range(size))
    last, first = data[:-1] + b"\xff", b"\xff" + data[1:]
    named = {"one": data, "two": data, "last": last, "first": first}
    functions = [function(name, each) for name, each in named.items()]
    at = linked(tmp_path, functions, "/opt:icf")
    assert len({at[name] for name in named}) == len({data, last, first})
    assert at["one"] == at["two"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (function("one", align=16), function("two", align=32)),
        (
            function("one", CALL, [Reloc(1, "DriverEntry", REL32)]),
            function("two", CALL, [Reloc(1, "two", REL32)]),
        ),
    ],
    ids=["alignment", "target"],
)
def test_what_differs_stays_apart(tmp_path, first, second):
    at = linked(tmp_path, [first, second], "/opt:icf")
    assert at["one"] != at["two"]


@pytest.mark.parametrize(
    ("name", "becomes_one"), [("??_7{}@@6B@", True), ("_ZTV3{}", True), ("table{}", False)]
)
def test_vtables_fold_and_tables_whose_address_may_count_do_not(name, becomes_one, tmp_path):
    names = [name.format(each) for each in ("One", "Two")]
    vtables = [
        (
            Section(
                f".rdata${each}", bytes(8), RDATA | COMDAT, 8,
                relocations=[Reloc(0, f"first{each}", ADDR64)], comdat=ANY,
            ),
            Symbol(each, f".rdata${each}"),
        )
        for each in names
    ]  # fmt: skip
    functions = [
        *(function(f"first{each}") for each in names),
        *(
            function(f"makes{each}", b"\x48\x8d\x05\0\0\0\0\xc3", [Reloc(3, each, REL32)])
            for each in names
        ),
    ]
    at = linked(tmp_path, functions, "/opt:icf", extra=vtables)
    assert at[f"first{names[0]}"] == at[f"first{names[1]}"]
    assert (at[f"makes{names[0]}"] == at[f"makes{names[1]}"]) == becomes_one


def test_numbers_of_address_tables_end_with_their_table():
    data = np.frombuffer(b"\x05\x80\x01\x85\x07\xff\x7f\x80\x00", np.uint8)
    position, size = np.array([0, 4, 4, 7, 8]), np.array([4, 0, 3, 1, 1])
    counts, numbers = uleb128(data, position, size)
    assert counts.tolist() == [2, 0, 2, 0, 1]
    assert numbers.tolist() == [5, 128, 7, 0x3FFF, 0]
    counts, numbers = uleb128(data, position[:0], size[:0])
    assert (len(counts), len(numbers)) == (0, 0)


def test_safe_folding_leaves_objects_without_an_address_table_alone(tmp_path):
    functions = [function("one"), function("two")]
    at = linked(tmp_path, functions, "/opt:safeicf")
    assert at["one"] != at["two"]


def test_safe_folding_spares_functions_whose_address_is_taken(tmp_path):
    functions = [function("one"), function("two"), function("three")]
    path = tmp_path / "a.obj"
    # The table holds an index into the object that it is in, so the object is built twice.
    linked(tmp_path, functions, extra=[address_table(0)])
    index = symbol_index(path.read_bytes(), b"two")
    at = linked(tmp_path, functions, "/opt:safeicf", extra=[address_table(index)])
    assert at["one"] == at["three"] != at["two"]


def address_table(index):
    return Section(".llvm_addrsig", bytes([index]), 0x100A00), None


def symbol_index(data, name):
    """The index of a short symbol name in an object, by reading its table."""
    start, count = (int.from_bytes(data[at : at + 4], "little") for at in (8, 12))
    for index in range(count):
        if data[start + 18 * index : start + 18 * index + 8].rstrip(b"\0") == name:
            return index
    raise AssertionError(name)
