"""Resource scripts: the bytes of each kind of resource, and what llvm-rc makes of the same text."""

import struct
import subprocess
from pathlib import Path

import pytest

import peers
from ntbuild.pecoff.resource import ResourceKey, read_res
from ntbuild.resources.includes import Flattening, answers, find, mentioned
from ntbuild.resources.res_file import res_file
from ntbuild.resources.script import UnsupportedError, read_script
from ntbuild.resources.tokens import ScriptError, tokens_of

VERSION = """\
#pragma code_page(1252)
1 VERSIONINFO
FILEVERSION 1,2,3,(4+1)
PRODUCTVERSION 1,2
FILEFLAGSMASK 0x3fL
FILEFLAGS 0x1L | 0x8L
FILEOS 0x40004L
FILETYPE 0x3L
FILESUBTYPE 0x7L
BEGIN
    BLOCK "StringFileInfo"
    BEGIN
        BLOCK "040904b0"
        {
            VALUE "CompanyName", "A " "b" " \xa9\\0"
            VALUE "Empty", ""
            VALUE "FileVersion" "1.2.3"
            VALUE "Two", "a", "b"
        }
    END
    BLOCK "VarFileInfo"
    BEGIN
        VALUE "Translation", 0x409, 1200
    END
END
"""
OTHERS = """\
LANGUAGE 7, 1
5 RCDATA { "text\\0", L"wide", 0x1234, 5L, -1, "q""q" }
named OWN MOVEABLE PURE "file.bin"
STRINGTABLE
{
    1, "one"
    17 "sev" "enteen"
}
LANGUAGE 9, 1
1 MESSAGETABLE "file.bin"
1 24 file.bin
"""


# What Microsoft's compiler takes and llvm-rc does not, with what they agree on.
UNKNOWN_TO_LLVM = (
    ('"FileVersion" "1.2.3"', '"FileVersion", "1.2.3"'),
    (", -1,", ", 0xffff,"),
    ("MESSAGETABLE", "11"),
)


def compiled(text, content=b"content"):
    tokens = tokens_of(text, "it.rc", "cp1252")
    return read_script(tokens, lambda _name, _token: content)


def test_a_version_reads_as_it_is_written():
    (version,) = compiled(VERSION)
    assert (version.type, version.name, version.language) == (16, 1, 0x409)
    numbers = struct.unpack_from("<13I", version.content, 40)
    assert numbers[0] == 0xFEEF04BD
    assert numbers[2:6] == (0x00010002, 0x00030005, 0x00010002, 0)
    assert numbers[6:11] == (0x3F, 0x9, 0x40004, 3, 7)
    assert "A b \u00a9\0".encode("utf-16-le") in version.content
    assert "a\0b\0".encode("utf-16-le") in version.content


def test_the_rest_of_a_number_is_passed_over():
    """As by Microsoft's compiler, which zig's agrees with: 2.2 is 2, and 1.2.3.4 is 1."""
    (version,) = compiled(VERSION.replace("1,2,3,(4+1)", "2.2").replace("1,2\n", "1.2.3.4\n"))
    numbers = struct.unpack_from("<13I", version.content, 40)
    assert numbers[2:6] == (0x00020000, 0, 0x00010000, 0)
    with pytest.raises(ScriptError, match="0x is no number"):
        compiled(VERSION.replace("0x3fL", "0x"))


def test_other_resources_are_data_files_and_strings():
    found = {(each.type, each.name): each for each in compiled(OTHERS)}
    data = found[10, 5]
    assert data.language == 0x407
    expected = b"text\0" + "wide".encode("utf-16-le") + b"\x34\x12\x05\0\0\0\xff\xff" + b'q"q'
    assert data.content == expected
    assert found["OWN", "NAMED"].content == b"content"
    assert found[11, 1].language == 0x409
    assert found[6, 1].content[2:10] == b"\x03\0o\0n\0e\0"
    assert found[6, 2].content[2:4] == b"\x09\0"
    assert found[24, 1].content == b"content"


def test_the_file_is_read_back_by_the_linker():
    read = dict(read_res(res_file(compiled(OTHERS + VERSION)), "it.res"))
    assert read[ResourceKey("OWN", "NAMED", 0x407)].data == b"content"
    assert {each.type for each in read} == {6, 10, 11, 16, 24, "OWN"}


@pytest.mark.parametrize("text", [VERSION, OTHERS])
def test_llvm_rc_makes_the_same_bytes(text, tmp_path):
    llvm_rc = peers.require("llvm-rc")
    (tmp_path / "file.bin").write_bytes(b"content")
    for mine, other in UNKNOWN_TO_LLVM:
        text = text.replace(mine, other)
    (tmp_path / "it.rc").write_bytes(text.encode("cp1252"))
    command = [llvm_rc, "/no-preprocess", "/c", "1252", "/fo", "it.res", "it.rc"]
    subprocess.run(command, cwd=tmp_path, check=True, timeout=60)
    assert res_file(compiled(text)) == (tmp_path / "it.res").read_bytes()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('# 7 "a.rc"\n1 VERSIONINFO\n{ VALUE "a", X }', "a.rc:8: expected a number, not 'X'"),
        ("1 RCDATA { 1", "it.rc:1: expected a number, and the script ends here"),
        ("1", "it.rc:1: expected the type of a resource, and the script ends here"),
        ("{ }", "it.rc:1: expected a resource, not '{'"),
        ("1 VERSIONINFO { BLOCK x }", "it.rc:1: expected the name of a BLOCK in quotes"),
        ("1 RCDATA @", "it.rc:1: '@' is no resource"),
        ("#pragma code_page(4711)", "it.rc:1: code page 4711 is unknown"),
        ("STRINGTABLE { 1, 2 }", "it.rc:1: expected a string, not '2'"),
    ],
)
def test_a_wrong_script_is_an_error_with_its_place(text, expected):
    with pytest.raises(ScriptError) as caught:
        compiled(text)
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize("kind", ["ICON", "dialogex", "3", "MENU"])
def test_what_no_driver_has_is_for_another_compiler(kind):
    with pytest.raises(UnsupportedError, match=f"it.rc:1: {kind} 7"):
        compiled(f'7 {kind} "x"')


def test_text_of_headers_is_dropped_and_code_pages_count():
    text = '# 1 "a.h"\nint x;\n# 2 "a.c" 1\nint y;\n# 3 "it.rc" 2\n1 RCDATA { "\xe9" }\n'
    text += '#pragma code_page(65001)\n2 RCDATA { "\xc3\xa9" L"\\xe9" }\n'
    first, second = compiled(text)
    assert first.content == b"\xe9"
    assert second.content == b"\xc3\xa9\xe9\0"


def test_includes_are_found_in_any_letters_and_put_into_the_text(tmp_path):
    (tmp_path / "Build").mkdir()
    (tmp_path / "Build/Vendor.VER").write_text('#pragma once\n#include "common.ver"\nVENDOR\n')
    (tmp_path / "Build/Common.ver").write_text("COMMON\n#include <windows.h>\n")
    (tmp_path / "sys").mkdir()
    (tmp_path / "sys/Windows.h").write_text("")
    (tmp_path / "src").mkdir()
    script = tmp_path / "src/it.rc"
    twice = '#include "..\\build\\vendor.ver"\n'
    name = '#define VER_INTERNALNAME_STR "it.sys"\n'
    script.write_text(f'{twice}{twice}1 OWN "Data\\\\x.bin"\n{name}', encoding="utf-16")
    system = (f"{tmp_path.as_posix()}/sys",)
    read = Flattening((), system, lambda path: Path(path).read_bytes())
    text, folders = read.text(script.as_posix())
    assert text.count("VENDOR") == text.count("COMMON") == 1
    assert "#include <Windows.h>" in text
    assert f'#line 3 "{script.as_posix()}"' in text
    assert "#pragma code_page(65001)" in text
    assert len(folders) == 2
    assert list(mentioned(script.read_bytes())) == ["../build/vendor.ver"] * 2 + ["Data/x.bin"]
    assert list(mentioned(b'#define VER_INTERNALNAME_STR "viostor.sys"\n')) == []
    assert find("BUILD/vendor.ver", [tmp_path.as_posix()]) == f"{tmp_path}/Build/Vendor.VER"
    assert find("BUILD/other.ver", [tmp_path.as_posix()]) is None


def test_an_include_by_macro_is_asked_for_and_put_in(tmp_path):
    (tmp_path / "Vendor.ver").write_text("VENDOR\n")
    script = tmp_path / "it.rc"
    script.write_text("#include NAME(x)\nrest\n")
    first = Flattening((), (), lambda path: Path(path).read_bytes())
    text, _ = first.text(script.as_posix())
    (place,) = [line.split()[1] for line in text.splitlines() if "NTBUILD_INCLUDE" in line]
    assert text.splitlines()[2] == f"NTBUILD_INCLUDE {place} NAME(x)"
    names = answers(text.replace("NAME(x)", '"vendor.VER"'))
    assert names == {place: "vendor.VER"}
    text, _ = Flattening((), (), first.read, names).text(script.as_posix())
    assert "VENDOR" in text.splitlines()
