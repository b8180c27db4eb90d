"""Includes in other letters and with backslashes: found, depended on, and known to editors."""

import json
import shlex
import subprocess
import sys

import pytest

import peers
from sconsproject import Outside

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="every spelling finds its file there"
)

SCONSTRUCT = """\
from ntbuild import project

env = project("m")
env.Command("gen/Made.tmh", "made.txt", Copy("$TARGET", "$SOURCE"))
env.Driver("mine", ["src/mine.c"], include_dirs=["inc", "gen"])
"""
FILES = {
    "SConstruct": SCONSTRUCT,
    "src/mine.c": """\
#include <NTDDK.H>
#include "..\\INC\\Trace.H"
#include <sub\\DEEP.h>
#include "made.TMH"
#define LAYOUT "LAYOUT.h"
#include LAYOUT
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    return TRACE + DEEP + MADE + BESIDE + SIZE;
}
""",
    "inc/trace.h": '#include "Beside.h"\n#define TRACE 1\n',
    "inc/beside.h": "#define BESIDE 8\n",
    "inc/Sub/Deep.h": "#define DEEP 2\n",
    "src/layout.h": "#define SIZE 16\n",
    "made.txt": "#define MADE 4\n",
}
OBJECT = "build/{}/x64/debug/src/mine-mine.obj"


def written(folder, **changes):
    project = Outside(folder)
    project.root.mkdir()
    for path, text in {**FILES, **changes}.items():
        project.write(path, text)
    return project


@pytest.fixture
def own(tmp_path):
    return written(tmp_path / "a project")


@pytest.mark.parametrize("toolchain", ["zig", "mingw"])
def test_every_header_is_found_and_a_changed_one_compiles_again(own, toolchain):
    peers.require_toolchain(toolchain, "x64")
    image = OBJECT.format(toolchain)
    target = f"toolchain={toolchain}"
    own.scons(target, image)
    assert own.scons(target, image).steps("CC") == []
    for path in FILES:
        if path.endswith((".h", ".txt")):
            own.edit(path, "#define", "#define X\n#define")
            assert own.scons(target, image).steps("CC") == ["src/mine.c"], path
    own.write("inc/trace.h", FILES["inc/trace.h"])
    assert own.scons(target, image).steps("CC") == ["src/mine.c"]
    assert own.scons(target, image).steps("CC") == []


def test_the_bytes_do_not_depend_on_where_the_project_is(own, tmp_path):
    other = written(tmp_path / "another one")
    for toolchain in ("zig", "mingw"):
        peers.require_toolchain(toolchain, "x64")
        image = OBJECT.format(toolchain)
        for each in (own, other):
            each.scons(f"toolchain={toolchain}", image)
        content = (own.root / image).read_bytes()
        assert content == (other.root / image).read_bytes()
        assert b".vfs.yaml" not in content
        assert b".headers/" not in content
        assert b"a project" not in content


def test_a_source_whose_includes_are_exact_gets_no_flag_and_no_file(own):
    text = '#include <ntddk.h>\n#include <stdarg.h>\n#include "../inc/beside.h"\nva_list all;\n'
    own.write("src/mine.c", text)
    own.write("src/STDARG.H", "#error not this one\n")
    for toolchain in ("zig", "mingw"):
        run = own.scons(f"toolchain={toolchain}", OBJECT.format(toolchain), "--verbose")
        assert "vfs" not in run.text
        assert ".headers" not in run.text
    assert [name for name in own.files() if "vfs" in name or ".headers" in name] == []


def test_of_two_headers_that_differ_in_letters_only_the_exact_one_is_taken(own):
    own.write("inc/same.h", "#define SAME 1\n")
    own.write("inc/SAME.h", "#define SAME 2\n")
    own.write("src/mine.c", '#include "../INC/same.h"\nint value = SAME;\n')
    own.write("src/other.c", '#include "SAME.h"\nint value = SAME;\n')
    own.write("src/third.c", '#include "Same.H"\nint value = SAME;\n')
    own.edit("SConstruct", '["src/mine.c"]', '["src/mine.c", "src/other.c", "src/third.c"]')
    names = ("mine", "other", "third")
    folder = "build/zig/x64/debug/src"
    own.scons(*(f"{folder}/mine-{name}.obj" for name in names))
    own.edit("inc/same.h", "1", "3")
    first = own.scons(*(f"{folder}/mine-{name}.obj" for name in names)).steps("CC")
    own.edit("inc/SAME.h", "2", "4")
    second = own.scons(*(f"{folder}/mine-{name}.obj" for name in names)).steps("CC")
    assert (first, sorted(second)) == (["src/mine.c"], ["src/other.c", "src/third.c"])


def test_a_forced_include_is_found_in_any_letters_and_is_a_dependency(own):
    own.write("inc/Pre.h", "#define PRE 32\n")
    own.write("src/mine.c", "int value = PRE;\n")
    own.edit("SConstruct", 'include_dirs=["inc"', 'forced_includes=["pre.H"], include_dirs=["inc"')
    for toolchain in ("zig", "mingw"):
        peers.require_toolchain(toolchain, "x64")
        image = OBJECT.format(toolchain)
        own.write("inc/Pre.h", "#define PRE 32\n")
        own.scons(f"toolchain={toolchain}", image)
        own.edit("inc/Pre.h", "32", "64")
        assert own.scons(f"toolchain={toolchain}", image).steps("CC") == ["src/mine.c"]


def test_a_macro_of_the_declaration_names_a_header(own):
    own.write("src/mine.c", "#include WHICH\nint value = BESIDE;\n")
    own.edit("SConstruct", "include_dirs", "defines={'WHICH': '<BESIDE.h>'}, include_dirs")
    own.scons(OBJECT.format("zig"))
    own.edit("inc/beside.h", "8", "9")
    assert own.scons(OBJECT.format("zig")).steps("CC") == ["src/mine.c"]


def test_a_name_that_a_macro_puts_in_quotes_is_found_in_any_letters(own):
    text = "#define STRING(x) #x\n#define QUOTED(x) STRING(x)\n#include QUOTED(WHICH)\n"
    own.write("inc/trace.h", text)
    own.write("src/mine.c", '#include "../inc/trace.h"\nint value = BESIDE;\n')
    own.edit("SConstruct", ', include_dirs=["inc", "gen"]', ", defines={'WHICH': 'BESIDE.h'}")
    own.scons(OBJECT.format("zig"))
    own.edit("inc/beside.h", "8", "9")
    assert own.scons(OBJECT.format("zig")).steps("CC") == ["src/mine.c"]


def test_a_header_is_found_next_to_the_source_as_cl_finds_it(own):
    own.write("src/mine.c", '#include "../inc/trace.h"\nint value = TRACE;\n')
    own.write("inc/trace.h", '#include "FROM_SOURCE.h"\n')
    own.write("src/from_source.h", "#define TRACE 1\n")
    own.edit("SConstruct", "include_dirs", 'dialect="msvc", include_dirs')
    own.scons(OBJECT.format("zig"))
    own.edit("src/from_source.h", "1", "2")
    assert own.scons(OBJECT.format("zig")).steps("CC") == ["src/mine.c"]


@pytest.mark.parametrize("toolchain", ["zig", "mingw"])
def test_editors_find_the_headers_by_the_compilation_database(own, toolchain):
    peers.require_toolchain(toolchain, "x64")
    database = "env.Tool('compilation_db')\nenv.CompilationDatabase('compile_commands.json')\n"
    own.edit("SConstruct", "env.Command", f"{database}env.Command")
    name = f"build/{toolchain}/x64/debug/compile_commands.json"
    made = f"build/{toolchain}/x64/debug/gen/Made.tmh"
    own.scons(f"toolchain={toolchain}", name, made)
    entries = json.loads((own.root / name).read_text())
    (entry,) = [each for each in entries if each["file"].endswith("mine.c")]
    subprocess.run(shlex.split(entry["command"]), cwd=entry["directory"], check=True)
    assert (own.root / OBJECT.format(toolchain)).is_file()


def test_what_was_written_for_an_object_is_removed_with_it(own):
    for toolchain in ("zig", "mingw"):
        peers.require_toolchain(toolchain, "x64")
        own.scons(f"toolchain={toolchain}", OBJECT.format(toolchain))
    assert [name for name in own.files() if "mine-mine.obj." in name]
    own.scons("-c", "toolchain=zig,mingw")
    assert [name for name in own.files() if "mine-mine" in name] == []


def test_a_dry_run_writes_nothing(own):
    own.scons("-n", OBJECT.format("zig"))
    assert not (own.root / "build").exists() or own.files() == {}


def test_one_spelling_of_two_files_is_an_error_with_gcc_only(own):
    peers.require_toolchain("mingw", "x64")
    own.write(
        "src/mine.c", '#include "Same.h"\n#include "../inc/second.h"\nint value = ONE + TWO;\n'
    )
    own.write("src/same.h", "#define ONE 1\n")
    own.write("inc/same.h", "#define TWO 2\n")
    own.write("inc/second.h", '#include "Same.h"\n')
    own.scons(OBJECT.format("zig"))
    errors = own.scons("toolchain=mingw", OBJECT.format("mingw"), status=2).errors
    assert "src/mine.c: #include of 'Same.h' means inc/same.h and src/same.h, which" in errors
