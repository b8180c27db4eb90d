"""Two builds of one driver: the function that was changed is named, and nothing that only moved."""

import random
import struct
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import coffwriter as coff
import peers
from differential.corpus import TRIPLES, import_library
from linking import addresses
from ntbuild import link, options_from_argv
from ntbuild.pecheck.diff import MOVED, UNWIND, compare
from ntbuild.pecheck.diff.align import MatchingBlock, aligned
from ntbuild.pecheck.diff.match import alike, match
from ntbuild.pecheck.diff.pieces import Piece
from ntbuild.pecoff.image.image import Image, read_image
from ntbuild.pecoff.machine import MACHINES
from pecheck.large import large
from pecheck.test_peers import _run
from slowness import allowed

SOURCE = """
#define API __attribute__((noinline))
#define PAGED __attribute__((section("PAGE"), noinline))
__declspec(dllimport) int DbgPrint(const char *, ...);
typedef int Function(int);
extern Function *const table[7];
int total = 7, *where = &total;
API int Twin(int a) { total -= a; return total ^ a; }
API int Twain(int a) { total -= a; return total ^ a; }
API int Unused1(int a) { int i; for (i = 0; i < a; i++) total += i ^ a; return total; }
API int Switch(int a) {
  switch (a) {
  case 0: return DbgPrint("none"); case 1: return Twin(a) + 3; case 2: return Unused1(2) ^ 5;
  case 3: return *where; case 4: return a * 77; case 5: DbgPrint("five"); return 9;
  case 6: return Twain(11); case 7: return -1;
  }
  return 0;
}
API int Changed(int a) {
  total += a;
  BODY
  return DbgPrint("changed %d", total);
}
API int After(int a) { return Changed(a) + Switch(a) + Unused1(*where); }
PAGED int Paged(int a) { DbgPrint("paged %d", Changed(a)); return After(a) + 1; }
Function *const table[] = { Changed, Switch, After, Paged, Twin, Twain, Unused1 };
__attribute__((section("INIT"))) int DriverEntry(void *driver, void *path) {
  return table[(unsigned long long)path % 7](*(int *)driver) + After(2) + Paged(3);
}
"""
PLAIN = "total ^= 1;"
LONGER = (
    'if (total & 4) { total = total * a + 5; where = &total; } total ^= a * 3; DbgPrint("more");'
)
CONSTANT = "total ^= 2;"


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """The driver with a body for Changed, by pelink: an image and addresses by name."""
    made = {}

    def run(machine, body, *argv, source=SOURCE):
        key = (machine, body, argv, source)
        if key not in made:
            folder = tmp_path_factory.mktemp(machine)
            (folder / "d.c").write_text(source.replace("BODY", body))
            unwind = [] if machine == "x86" else ["-fasynchronous-unwind-tables"]
            _run(
                peers.require("clang"), f"--target={TRIPLES[machine]}", "-O1", "-ffreestanding",
                "-fno-inline", *unwind, "-c", folder / "d.c", "-o", folder / "d.obj",
            )  # fmt: skip
            definition = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\n"
            library = import_library(definition, machine, folder / "k.lib")
            words = ["/driver", f"/machine:{machine}", "/entry:DriverEntry", *argv]
            result = link([folder / "d.obj", library], options_from_argv(words))
            names = {name.lstrip("_"): rva for name, rva in addresses(result).items()}
            made[key] = read_image(result.image), names
        return made[key]

    return run


def _code(first, second):
    return [d for d in compare(first, second).differences if d.area == "code"]


@pytest.mark.parametrize("machine", MACHINES)
def test_the_function_that_grew_is_the_only_one(linked, machine):
    """All code after it has moved, so have the jump table's targets and every pointer to it."""
    first, mine = linked(machine, PLAIN)
    second, its = linked(machine, LONGER)
    assert mine["After"] != its["After"]
    (difference,) = _code(first, second)
    assert difference.what == f".text function {mine['Changed']:#x}"
    assert difference.first.startswith(f"at {mine['Changed']:#x}, ")
    assert difference.second.startswith(f"at {its['Changed']:#x}, ")
    sizes = [int(text.split()[2]) for text in (difference.first, difference.second)]
    assert 0 < sizes[0] < sizes[1]
    others = [d for d in compare(first, second).differences if d is not difference]
    assert {d.area for d in others} <= {"code", "data", "fixups", "functions"}
    assert all(d.what.startswith((".rdata +", ".text")) for d in others)
    assert compare(first, second).ignored[MOVED] > 5


@pytest.mark.parametrize("machine", MACHINES)
def test_a_constant_that_changed_is_told_with_its_bytes(linked, machine):
    first, mine = linked(machine, PLAIN)
    second, _ = linked(machine, CONSTANT)
    comparison = compare(first, second)
    (difference,) = comparison.differences
    assert difference.area == "code"
    assert difference.what == f".text function {mine['Changed']:#x}"
    assert ", +0x" in difference.first
    assert difference.first.split(",")[:2] == difference.second.split(",")[:2]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("total ^= Twin(3);", "total ^= Twain(3);"),
        ('DbgPrint("none");', 'DbgPrint("five");'),
        ("total ^= 1;", "where[1] ^= 1;"),
        ("where = &total;", "where = (int *)table;"),
    ],
)
def test_what_leads_elsewhere_is_a_change(linked, machine, one, two):
    """Twin and Twain do the same; still a call of one is no call of the other."""
    first, mine = linked(machine, one)
    second, _ = linked(machine, two)
    assert f".text function {mine['Changed']:#x}" in {d.what for d in _code(first, second)}


@pytest.mark.parametrize("machine", MACHINES)
def test_what_only_moved_is_the_same(linked, machine):
    first, _ = linked(machine, PLAIN)
    second, _ = linked(machine, PLAIN, "/align:8192", "/base:0x7000000")
    differences = compare(first, second).differences
    assert {(d.area, d.what) for d in differences} == {("header", "SectionAlignment")}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_function_more_is_only_in_the_second(linked, machine):
    more = SOURCE.replace(
        "API int After",
        'API int Fresh(int a) { DbgPrint("x"); return a * a + total; }\nAPI int After',
    ).replace("return Changed(a) + Switch(a)", "return Changed(a) + Fresh(a) + Switch(a)")
    first, mine = linked(machine, PLAIN)
    second, its = linked(machine, PLAIN, source=more)
    (changed,) = [d for d in _code(first, second) if d.first and d.second]
    assert changed.what == f".text function {mine['After']:#x}"
    alone = [d for d in _code(first, second) if not d.first]
    assert [d.second.split(",")[0] for d in alone] == [f"at {its['Fresh']:#x}"]
    gone = [d for d in _code(second, first) if not d.second]
    assert [d.first.split(",")[0] for d in gone] == [f"at {its['Fresh']:#x}"]


@pytest.mark.parametrize("machine", ["x64", "arm64", "arm"])
def test_functions_in_another_order_are_the_same(linked, machine, tmp_path):
    names = ["After", "Changed", "Switch", "Twin", "Unused1", "Twain"]
    (tmp_path / "order").write_text("\n".join(names))
    split = SOURCE.replace("API int", 'API __attribute__((section(".text$x"))) int')
    first, _ = linked(machine, PLAIN, source=split)
    source = "\n".join(
        line.replace(".text$x", f".text${len(names) - index:02}")
        for index, line in enumerate(split.splitlines())
    )
    second, _ = linked(machine, PLAIN, source=source)
    code = [d for d in _code(first, second) if d.first and d.second]
    assert code == []


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_an_image_by_another_linker_has_the_same_functions(linked, machine, tmp_path):
    first, _ = linked(machine, PLAIN)
    (tmp_path / "d.c").write_text(SOURCE.replace("BODY", PLAIN))
    _run(
        peers.require("clang"), f"--target={TRIPLES[machine]}", "-O1", "-ffreestanding",
        "-fno-inline", "-fasynchronous-unwind-tables", "-c", tmp_path / "d.c",
        "-o", tmp_path / "d.obj",
    )  # fmt: skip
    library = import_library(
        "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\n", machine, tmp_path / "k.lib"
    )
    _run(
        peers.require("lld-link"), "/lldmingw", "/driver", "/subsystem:native", "/nodefaultlib",
        "/entry:DriverEntry", f"/out:{tmp_path / 'a.sys'}", tmp_path / "d.obj", library,
    )  # fmt: skip
    second = read_image((tmp_path / "a.sys").read_bytes())
    assert _code(first, second) == []


def test_unwind_data_that_changed_alone_is_a_difference(linked):
    first, mine = linked("x64", PLAIN)
    data = bytearray(first.data)
    table = first.runtime_functions
    unwind = dict(zip(table.begins, table.unwind, strict=True))[mine["Changed"]]
    data[first.offset_of(unwind) + 5] ^= 0x10
    (difference,) = compare(first, Image(bytes(data))).differences
    assert (difference.area, difference.what) == ("unwind", f".text function {mine['Changed']:#x}")
    longer, _ = linked("x64", LONGER)
    ignored = compare(first, longer).ignored
    assert ignored.get(UNWIND, 0) <= 1


def test_exports_give_functions_their_names(tmp_path):
    def image(code):
        text = coff.Section(
            ".text", code + b"\xcc" * (-len(code) % 16) + b"\x31\xc0\xc3", coff.CODE
        )
        symbols = [coff.Symbol("Named", ".text"), coff.Symbol("DriverEntry", ".text", value=16)]
        return coff.build("x64", [text], symbols)

    def run(code):
        (tmp_path / "a.obj").write_bytes(image(code))
        words = ["/driver", "/entry:DriverEntry", "/export:Named", "/out:a.sys"]
        return Image(link([tmp_path / "a.obj"], options_from_argv(words)).image)

    one, two = run(b"\xb8\x01\0\0\0\xc3"), run(b"\xb8\x02\0\0\0\x90\x90\xf4\xc3")
    assert [str(d) for d in _code(one, two)] == [
        "code: .text function Named: at 0x1000, 6 bytes / at 0x1000, 9 bytes"
    ]


# ---- partners ----------------------------------------------------------------------------------


def _pieces(text, section=".text"):
    """A letter is a function by its key; equal letters do the same."""
    rng = {
        c: struct.pack("<8I", *(ord(c) * 7919 * n % 65521 << 8 | 1 for n in range(1, 9)))
        for c in text
    }
    return [Piece(section, 0x1000 + 64 * at, 32, "", rng[c]) for at, c in enumerate(text)]


def _partners(first, second):
    pairs = match(_pieces(first), _pieces(second))
    return [f"{first[i]}{second[j]}" for i, j in sorted(pairs.items())]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("abc", "abc", "aa bb cc"),
        ("abc", "axc", "aa bx cc"),
        ("abc", "xbc", "ax bb cc"),
        ("abc", "abx", "aa bb cx"),
        ("abc", "abxc", "aa bb cc"),
        ("abxc", "abc", "aa bb cc"),
        ("abc", "cab", "aa bb cc"),
        ("aabaa", "aabaa", "aa aa bb aa aa"),
        ("aaab", "aab", "aa aa bb"),
        ("a", "b", "ab"),
        ("", "a", ""),
        ("abcd", "axyd", "aa dd"),
    ],
)
def test_partners_are_found_by_what_they_do_and_who_is_beside_them(first, second, expected):
    assert " ".join(_partners(first, second)) == expected


def test_twins_keep_to_their_neighbours():
    pairs = match(_pieces("atbtc"), _pieces("xtatbtc"))
    assert pairs == {0: 2, 1: 3, 2: 4, 3: 5, 4: 6}


def test_a_function_in_another_section_is_another_function():
    assert match(_pieces("a"), _pieces("a", "PAGE")) == {}


def test_alike_counts_what_is_in_both():
    text = bytes(range(1, 200))
    assert alike(text, text) == 1
    assert alike(text, bytes(range(50, 250))) > 0.5
    assert alike(text, bytes(200)) == 0
    assert alike(b"", text) == 0


# ---- data --------------------------------------------------------------------------------------


@given(
    st.binary(max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 9), st.binary(max_size=9)), max_size=3),
)
def test_blocks_are_in_order_and_apart_whatever_the_texts(text, edits):
    changed = bytearray(text)
    for at, size, new in edits:
        changed[at : at + size] = new
    one, two = (np.frombuffer(bytes(each), np.uint8) for each in (text, changed))
    at = its = 0
    for block in aligned(one, two):
        assert block.size > 0
        assert block.first >= at
        assert block.second >= its
        at, its = block.first + block.size, block.second + block.size
    assert at <= len(one)
    assert its <= len(two)
    assert aligned(one, one) == ([MatchingBlock(0, 0, len(one))] if len(one) else [])


def test_what_was_put_in_is_between_two_blocks():
    rng = random.Random(7)
    text = rng.randbytes(3000)
    longer = text[:100] + b"new" + text[100:2000] + text[2050:]
    blocks = aligned(np.frombuffer(text, np.uint8), np.frombuffer(longer, np.uint8))
    assert blocks == [
        MatchingBlock(0, 0, 100),
        MatchingBlock(100, 103, 1900),
        MatchingBlock(2050, 2003, 950),
    ]


def test_a_pointer_to_data_that_moved_is_the_same(linked):
    """A string more in front of another one, and as many bytes of padding less after it."""
    source = SOURCE.replace('DbgPrint("five")', 'DbgPrint("five"), DbgPrint("x")')
    first, _ = linked("x64", PLAIN)
    second, its = linked("x64", PLAIN, source=source)
    assert [d.what for d in _code(first, second)] == [f".text function {its['Switch']:#x}"]


# ---- speed -------------------------------------------------------------------------------------


def _with_calls(size, grown):
    """A large image whose functions call each other; from ``grown`` on they lie 128 bytes later."""
    image = Image(large(size))
    data, text = bytearray(image.data), image.sections[0]
    rng, count = random.Random(1), text.VirtualSize // 128
    rva = [text.VirtualAddress + 128 * (i + (i > grown)) for i in range(count - 1)]
    code = bytearray(b"\xcc" * (128 * count))
    for begin in rva:
        body = bytearray()
        for _ in range(6):
            body += rng.randbytes(3) + b"\xe8"
            body += struct.pack("<i", rng.choice(rva) - begin - len(body) - 4)
        code[begin - rva[0] : begin - rva[0] + len(body) + 1] = body + b"\xc3"
    data[text.PointerToRawData : text.PointerToRawData + len(code)] = code
    return bytes(data)


def test_four_megabytes_take_seconds():
    first, second = (_with_calls(4 << 20, grown) for grown in (1 << 30, 8_000))
    start = time.process_time()
    comparison = compare(Image(first), Image(second))
    spent = time.process_time() - start
    assert [d.what for d in comparison.differences if d.first and d.second] == []
    assert comparison.ignored[MOVED] > 40_000
    assert spent < allowed(3)
