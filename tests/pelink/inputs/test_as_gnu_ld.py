"""Names as GNU ld finds them: entry points by a related name, none at all, --kill-at's exports."""

import pytest

from coffwriter import CODE, Reloc, Section, Symbol, build
from linking import parsed, write
from ntbuild import LinkError, link
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line


def ld(folder, files, *words):
    paths = [str(path) for path in write(folder, files)]
    line = parse_gnu_command_line(["-m", "i386pe", *words, *paths], "ld", {})
    return link(line.inputs, line.options)


def code(*names: str, calls: str = "") -> bytes:
    relocations = [Reloc(1, calls, 20)] if calls else []
    text = Section(".text", b"\xe8" + bytes(4) + b"\x90" * 10 + b"\xc3", CODE, 16, relocations)
    symbols = [Symbol(name, 1, 4 * at, type=0x20) for at, name in enumerate(names, 1)]
    return build("x86", [text], [*symbols, *([Symbol(calls)] if calls else [])])


def entry(result) -> int:
    return parsed(result).OPTIONAL_HEADER.AddressOfEntryPoint


def messages(result) -> list[str]:
    return [each.message for each in result.warnings]


@pytest.mark.parametrize("words", [["--subsystem", "native", "-shared"], ["-shared"], []])
def test_a_stdcall_entry_point_may_be_a_cdecl_function(words, tmp_path):
    result = ld(tmp_path, {"a.o": code("_DriverEntry")}, "--entry", "_DriverEntry@8", *words)
    assert entry(result) == 0x1004
    assert messages(result) == ["resolving _DriverEntry@8 by linking to _DriverEntry"]


def test_the_fix_up_can_be_asked_for_and_refused(tmp_path):
    files, words = {"a.o": code("_Start")}, ["--entry", "_Start@8", "--subsystem", "native"]
    quiet = ld(tmp_path, files, *words, "--enable-stdcall-fixup")
    assert (entry(quiet), messages(quiet)) == (0x1004, [])
    with pytest.raises(LinkError, match="undefined symbol: _Start@8"):
        ld(tmp_path, files, *words, "--disable-stdcall-fixup")


@pytest.mark.parametrize("words", [["-e", "_nothere"], []])
def test_a_program_without_an_entry_symbol_begins_with_its_code(words, tmp_path):
    result = ld(tmp_path, {"a.o": code("_f")}, *words)
    assert entry(result) == 0x1000
    name = words[1] if words else "mainCRTStartup"
    assert messages(result) == [f"cannot find entry symbol {name}; it is the start of the code"]


def test_a_dll_without_an_entry_symbol_has_none(tmp_path):
    result = ld(tmp_path, {"a.o": code("_f")}, "-shared", "-e", "_nothere")
    assert entry(result) == 0
    assert messages(result) == ["cannot find entry symbol _nothere; the DLL has none"]


@pytest.mark.parametrize("subsystem", ["native", "10"])
@pytest.mark.parametrize("shared", [["-shared"], []])
def test_a_driver_or_efi_image_without_an_entry_symbol_is_refused(subsystem, shared, tmp_path):
    words = ["--subsystem", subsystem, *shared, "-e", "_nothere"]
    with pytest.raises(LinkError, match="undefined symbol: _nothere"):
        ld(tmp_path, {"a.o": code("_f")}, *words)
    assert entry(ld(tmp_path, {"a.o": code("_f")}, *words[:-1], "0")) == 0


@pytest.mark.parametrize("symbol", ["@f@8", "_f@8"])
def test_fastcall_and_stdcall_find_exports_without_argument_bytes(symbol, tmp_path):
    definition = parse_def("LIBRARY a.dll\nEXPORTS\nf\n", "a.def", MACHINES["x86"])
    library = write_import_library(definition, MACHINES["x86"])
    files = {"a.o": code("_main", calls=symbol), "a.lib": library}
    result = ld(tmp_path, files, "-e", "_main")
    (block,) = parsed(result).DIRECTORY_ENTRY_IMPORT
    assert [each.name for each in block.imports] == [b"f"]
    assert messages(result) == [f"resolving {symbol} by linking to _f"]
