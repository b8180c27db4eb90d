"""The entry point: found by a function's name, refused where no code can be."""

import pytest

from coffwriter import CODE, Reloc, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv

RET = Section(".text", b"\xc3", CODE)


def linked(tmp_path, machine, symbols, *options, sections=(RET,)):
    path = tmp_path / "a.obj"
    path.write_bytes(build(machine, sections, symbols))
    return link([path], options_from_argv(["/driver", *options])).image


def entry_of(image):
    start = int.from_bytes(image[0x3C:0x40], "little") + 24
    return int.from_bytes(image[start + 16 : start + 20], "little")


@pytest.mark.parametrize(
    ("machine", "symbol", "options"),
    [
        ("x64", "DriverEntry", []),
        ("x64", "Start", ["/entry:Start"]),
        ("x86", "_DriverEntry@8", []),
        ("x86", "_DriverEntry", []),
        ("x86", "@Start@8", ["/entry:Start"]),
        ("x86", "_Start@8", ["/entry:_Start@8"]),
    ],
)
def test_a_function_name_finds_its_symbol(tmp_path, machine, symbol, options):
    assert entry_of(linked(tmp_path, machine, [Symbol(symbol, ".text")], *options)) == 0x1000


def test_thumb_code_is_entered_with_bit_0(tmp_path):
    assert entry_of(linked(tmp_path, "arm", [Symbol("DriverEntry", ".text")])) == 0x1001


@pytest.mark.parametrize(
    "symbol",
    [
        Symbol("DriverEntry", ".text", value=0xFFFFFFFF),
        Symbol("DriverEntry", ".text", value=1),
        Symbol("DriverEntry", -1, value=5),
    ],
)
def test_an_entry_outside_of_its_section_is_refused(tmp_path, symbol):
    with pytest.raises(LinkError, match="the entry point DriverEntry is not in any section"):
        linked(tmp_path, "x64", [symbol])


def test_a_missing_entry_says_how_to_name_one(tmp_path):
    with pytest.raises(LinkError) as caught:
        linked(tmp_path, "x64", [Symbol("Other", ".text")])
    (found,) = caught.value.diagnostics
    assert found.message == "undefined symbol: DriverEntry"
    assert "/entry" in found.hint


def test_an_export_may_be_a_weak_external(tmp_path):
    symbols = [
        Symbol("DriverEntry", ".text"),
        Symbol("Weak", 0, storage=105, weak="DriverEntry"),
    ]
    call = Section(".text", b"\xc3\xe8\0\0\0\0", CODE, relocations=[Reloc(2, "Weak", 4)])
    image = linked(tmp_path, "x64", symbols, "/export:Weak", sections=[call])
    import pefile

    (export,) = pefile.PE(data=image).DIRECTORY_ENTRY_EXPORT.symbols
    assert (export.name, export.address) == (b"Weak", 0x1000)
