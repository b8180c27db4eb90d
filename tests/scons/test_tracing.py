"""`wpp=`: trace headers are nodes, made again when their configuration changes."""

import json

import pytest

from sconsproject import Outside

SCONSTRUCT = """\
from ntbuild import Wpp, project

SPECIAL = Wpp("MODE", source_functions={"common.c": ["Special(MSG, ...)"]})
env = project("m", arch="x64,x86")
common = env.DriverLibrary("common", ["lib/common.c"], dialect="msvc", wpp=SPECIAL)
own = {"mine.c": {"TRACES": '"Mine.tmh"', "COUNT": 2}}
shared = {"dialect": "msvc", "defines": {"COUNT": 1}, "source_defines": own}
env.Driver("mine", ["mine.c", common], wpp=Wpp("MODE", scan="TRACE.H"), **shared)
"""
TRACE = """\
#pragma once
#define WPP_CONTROL_GUIDS WPP_DEFINE_CONTROL_GUID(G, (1,2,3,4,5), WPP_DEFINE_BIT(DBG_INIT))
// begin_wpp config
// FUNC Trace(LEVEL, FLAGS, MSG, ...);
// end_wpp
"""
MINE = """\
#include <ntddk.h>
#include "Trace.h"
#include TRACES
extern LONG One(VOID);
_Static_assert(COUNT == 2, "its own define counts");
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    WPP_INIT_TRACING(Driver, Path);
    Trace(TRACE_LEVEL_ERROR, DBG_INIT, "entry %wZ %!STATUS!", Path, STATUS_SUCCESS);
    return One();
}
"""
COMMON = """\
#include <ntddk.h>
#include "common.tmh"
LONG One(VOID);
LONG One(VOID)
{
    Only("one");
    Special("two %d", 2);
    return 0;
}
"""


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    (project.root / "lib").mkdir(parents=True)
    project.write("SConstruct", SCONSTRUCT.replace("MODE", "debug"))
    project.write("Trace.h", TRACE)
    project.write("mine.c", MINE)
    project.write("lib/common.c", COMMON)
    project.write("lib/Config.h", "// begin_wpp config\n// FUNC Only(MSG, ...);\n// end_wpp\n")
    return project


def test_messages_of_a_driver_and_its_library_go_to_the_debugger_or_nowhere(own):
    own.scons()
    for arch in ("x64", "x86"):
        folder = own.root / f"build/zig/{arch}/debug"
        assert "wpp_print.c.obj" in (folder / "mine.map").read_text()
        image = (folder / "mine.sys").read_bytes()
        assert b"entry %wZ %!STATUS!\0" in image
        assert b"TRACE_LEVEL_ERROR\0" in image
        assert b"vDbgPrintEx" in image
    assert own.scons().lines[-1].endswith("is up to date.")
    own.write("SConstruct", SCONSTRUCT.replace("MODE", "off"))
    own.scons("arch=x64")
    image = (own.root / "build/zig/x64/debug/mine.sys").read_bytes()
    assert b"entry %wZ" not in image
    assert b"vDbgPrintEx" not in image


def test_a_changed_configuration_makes_its_trace_headers_and_objects_again(own):
    own.scons("arch=x64", "compile_commands.json", "mine")
    entries = json.loads((own.root / "compile_commands.json").read_text())
    (mine,) = [each for each in entries if each["file"] == "mine.c"]
    assert "mine-wpp" in mine["command"]
    assert "include/wpp" in mine["command"]
    own.edit("Trace.h", "FLAGS, MSG, ...);", "FLAGS, MSG, ...);\n// FUNC Other(MSG, ...);")
    run = own.scons("arch=x64")
    assert run.steps("WPP") == ["build/zig/x64/debug/mine-wpp/Mine.tmh"]
    assert run.steps("CC") == ["mine.c"]
    made = (own.root / "build/zig/x64/debug/mine-wpp/Mine.tmh").read_text()
    assert "#define Other(MSG, ...)" in made
    own.edit("Trace.h", "FUNC Trace(", "FUNC Trace{LEVEL}(")
    errors = own.scons("arch=x64", status=2).errors
    assert "Trace.h:4: {LEVEL}: expected CONDITION=value; write FUNC Name{LEVEL=value}" in errors
    own.write("Trace.h", TRACE)
    own.edit("lib/Config.h", "Only(MSG", "Never(MSG")
    errors = own.scons("arch=x64", status=2).errors
    assert "lib/common.c:6:5: error:" in errors
    assert "is a trace header of WPP" not in errors
    own.edit("SConstruct", ", wpp=SPECIAL", "")
    errors = own.scons("arch=x64", status=2).errors
    hint = 'common.tmh is a trace header of WPP: give wpp="off" or wpp="debug" to the driver'
    assert f"lib/common.c: {hint}" in errors
    # With -s SCons gives an action no targets and sources.
    silent = own.scons("-s", "arch=x64", status=2).errors
    assert f"lib/common.c: {hint}" in silent
    assert "Traceback" not in silent


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('Wpp("debug", scan', 'Wpp("etw", scan', "mode 'etw' is not there yet: real ETW needs"),
        ('Wpp("debug", scan', 'Wpp("umdf", scan', "mode 'umdf' is not there yet: user-mode"),
        ('Wpp("debug", scan', 'Wpp("loud", scan', "mode 'loud' is unknown; known are off, debug"),
        ('"TRACE.H"', '"other.h"', "wpp: no scan header other.h"),
        ('["mine.c", ', '["lib/common.c", ', "source_defines: no source is called 'mine.c'"),
        ('"TRACE.H"', '"TRACE.H", functions=["X(A"]', "functions=: X: ( is not closed"),
    ],
)
def test_a_wrong_value_is_refused_at_its_line(own, old, new, text):
    own.edit("SConstruct", old, new)
    errors = own.scons(status=2).errors
    assert "scons: *** SConstruct:8: " in errors
    assert text in errors
