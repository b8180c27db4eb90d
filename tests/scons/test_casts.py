"""Sources with casts where C wants objects build in the msvc dialect, unedited, and rebuild."""

import re

import pytest

import peers
from sconsproject import Outside

FILES = {
    "SConstruct": """\
from ntbuild import project

env = project("m")
env.Driver("casts", ["src/casts.c"], include_dirs=["inc"], dialect="msvc", entry="DriverEntry")
""",
    "src/casts.c": """\
#include <ntddk.h>
#include "..\\Inc\\Moves.h"
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    NEXT(Path->Buffer);
    SetFlag((ULONG_PTR)Driver->DriverExtension, 1);
    return STATUS_SUCCESS;
}
""",
    "inc/moves.h": """\
#define SetFlag(F, Bits) ((F) |= (Bits))
#define NEXT(Pointer) ((PUCHAR)Pointer += 4)
""",
}
OBJECT = "build/zig/x64/debug/src/casts-casts.obj"


@pytest.fixture
def own(tmp_path):
    peers.require_toolchain("zig", "x64")
    project = Outside(tmp_path / "project")
    project.root.mkdir()
    for path, text in FILES.items():
        project.write(path, text)
    return project


def test_an_unedited_source_compiles_and_names_its_own_files(own):
    assert own.scons(OBJECT).errors.splitlines() == [
        "inc/moves.h:2: note: read as cl does: casts in the place of objects (lines 2)",
        "src/casts.c:6: note: read as cl does: casts in the place of objects (lines 6)",
    ]
    assert own.scons(OBJECT).steps("CC") == []
    own.edit("inc/moves.h", "+= 4", "+= 8")
    assert own.scons(OBJECT).steps("CC") == ["src/casts.c"]
    own.edit("inc/moves.h", "+= 8", "+= Gone")
    said = own.scons(OBJECT, status=2).errors
    assert re.search(r"(?m)^src/casts\.c:5:\d+: error: use of undeclared identifier 'Gone'", said)
    assert ".casts" not in said


def test_a_source_may_be_in_another_language_than_its_suffix_says(own):
    own.edit("SConstruct", '["src/casts.c"]', '["src/casts.c", "src/own.c"]')
    own.write(
        "src/own.c", "template <class T> T Twice(T x) { return x + x; }\nstruct It {};\nIt it;\n"
    )
    name = OBJECT.replace("casts.obj", "own.obj")
    assert "unknown type name 'template'" in own.scons(name, status=2).errors
    own.edit("SConstruct", 'dialect="msvc"', 'dialect="msvc", languages={"own.c": "c++"}')
    assert own.scons(name).steps("CXX") == ["src/own.c"]
    own.edit("SConstruct", '"own.c": "c++"', '"own.c": "C++"')
    assert "languages: 'own.c': 'C++' is neither 'c' nor 'c++'" in own.scons(status=2).errors
    own.edit("SConstruct", '"own.c": "C++"', '"owner.c": "c"')
    assert "languages: no source is called 'owner.c'" in own.scons(status=2).errors


def test_what_cl_does_not_warn_of_is_left_out_and_defects_are_not(own):
    own.write(
        "src/casts.c",
        """#include <ntddk.h>
#include <stdio.h>
#include "..\\Inc\\Moves.h"
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    char Text[64];
    enum { One, Two } It = One;
    ULONG Number = Path->Length;
    NEXT(Path->Buffer);
    sprintf(Text, "%d %x", Number, STATUS_SUCCESS);
    sprintf(Text, "%s %d", 5, Number);
    switch (It) { case One: DbgPrint(Text); }
    return STATUS_SUCCESS;
}
""",
    )
    said = own.scons(OBJECT).errors
    assert "src/casts.c:11:28: warning: format specifies type 'char *' but" in said
    assert said.count("[-W") == 1
    assert said.endswith("\n1 warning generated.\n")
    own.edit("SConstruct", 'dialect="msvc"', 'dialect="msvc", cflags=["-Wformat", "-Wswitch"]')
    said = own.scons(OBJECT).errors
    assert said.count("[-Wformat]") == 4
    assert "[-Wswitch]" in said
    own.edit("SConstruct", '"-Wformat", "-Wswitch"', '"-Wno-format"')
    assert "[-W" not in own.scons(OBJECT).errors


def test_the_gnu_dialect_is_the_compilers(own):
    own.edit("SConstruct", 'dialect="msvc", ', "")
    assert "assignment to cast is illegal" in own.scons(OBJECT, status=2).errors
