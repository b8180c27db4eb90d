"""The entry point: found by a function's name, refused where no code can be."""

import pytest

from coffwriter import CODE, INFO, Reloc, Section, Symbol, build
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


@pytest.mark.parametrize(
    ("machine", "symbol"),
    [
        ("x64", "?DriverEntry@@YAJPEAX0@Z"),
        ("x64", "DriverEntry@@16"),
        ("arm64", "?DriverEntry@@YAJPEAX0@Z"),
        ("x86", "?DriverEntry@@YGJPAX0@Z"),
        ("x86", "DriverEntry@@8"),
    ],
)
def test_a_function_of_cpp_or_vectorcall_is_found_by_its_name(tmp_path, machine, symbol):
    others = [
        Symbol("?DriverEntry@Member@@QEAAXXZ", ".text", 1),
        Symbol("DriverEntry2", ".text", 1),
    ]
    found = linked(tmp_path, machine, [*others, Symbol(symbol, ".text")])
    assert entry_of(found) == 0x1000


def test_a_function_in_cpp_is_found_in_a_library(tmp_path):
    from ntbuild.pelink.libraries.archive_writer import write_archive

    names = [Symbol("?Start@@YAHXZ", ".text"), Symbol("?Starting@@YAHXZ", ".text")]
    path = tmp_path / "a.lib"
    path.write_bytes(write_archive([("a.obj", build("x64", [RET], names))]))
    argv = ["/driver", "/entry:Start", "/machine:x64"]
    assert entry_of(link([path], options_from_argv(argv)).image) == 0x1000
    with pytest.raises(LinkError, match=r"undefined symbol: Star\b"):
        link([path], options_from_argv(["/driver", "/entry:Star", "/machine:x64"]))


def test_a_name_that_is_only_referred_to_is_no_entry_point(tmp_path):
    reference = Section(".text", b"\xe8\0\0\0\0", CODE, relocations=[Reloc(1, "?Start@@YAHXZ", 4)])
    symbols = [Symbol("Other", ".text"), Symbol("?Start@@YAHXZ")]
    with pytest.raises(LinkError, match="undefined symbol: Start"):
        linked(tmp_path, "x64", symbols, "/entry:Start", sections=[reference])


@pytest.mark.parametrize("by", ["option", "directive"])
def test_an_alternate_name_serves_as_entry_point(tmp_path, by):
    text = "/alternatename:Start=Real"
    sections = [RET, Section(".drectve", text.encode(), INFO)] if by == "directive" else [RET]
    argv = ["/entry:Start", *([text] if by == "option" else [])]
    assert entry_of(linked(tmp_path, "x64", [Symbol("Real", ".text")], *argv, sections=sections))


@pytest.mark.parametrize("symbol", ["?f@@YAHH@Z", "f@@16"])
def test_an_export_finds_functions_of_cpp_and_vectorcall(tmp_path, symbol):
    import pefile

    symbols = [Symbol("DriverEntry", ".text"), Symbol(symbol, ".text")]
    (export,) = pefile.PE(
        data=linked(tmp_path, "x64", symbols, "/export:f")
    ).DIRECTORY_ENTRY_EXPORT.symbols
    assert (export.name, export.address) == (b"f", 0x1000)


@pytest.mark.parametrize(
    ("kind", "name"), [("/driver", "mainCRTStartup"), ("/driver:wdm", "_NtProcessStartup")]
)
def test_a_driver_without_driver_entry_starts_as_with_lld_link(kind, name, tmp_path):
    other = Symbol(name, ".text")
    assert entry_of(linked(tmp_path, "x64", [other], kind)) == 0x1000
    body = Section(".text", b"\xc3\xc3", CODE)
    both = [other, Symbol("DriverEntry", ".text", value=1)]
    assert entry_of(linked(tmp_path, "x64", both, kind, sections=(body,))) == 0x1001


def test_a_dll_whose_entry_is_the_image_base_has_none(tmp_path):
    path = tmp_path / "a.obj"
    path.write_bytes(build("x64", [RET], [Symbol("f", ".text")]))
    options = options_from_argv(["/dll", "/entry:__ImageBase", "/export:f"])
    result = link([path], options)
    assert entry_of(result.image) == 0
    assert result.warnings == ()


def test_a_weak_external_without_a_default_is_no_entry_point(tmp_path):
    """As with link.exe, a C++ function of that name is entered instead."""
    symbols = [Symbol("?Start@@YAHXZ", ".text"), Symbol("Missing")]
    symbols.append(Symbol("Start", storage=105, weak="Missing"))
    argv = ["/entry:Start", "/force:unresolved"]
    assert entry_of(linked(tmp_path, "x64", symbols, *argv)) == 0x1000
