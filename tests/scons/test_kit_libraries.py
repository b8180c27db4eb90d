"""`import_libraries=` with the names of a kit: archives of sources, modules, and neither."""

import pytest

from sconsproject import copy_of_sources

SCRIPT = """\
Import("env")

env.Driver("hello", ["hello.c"], import_libraries=["Sample.lib", "NAME"])
"""
DRIVER = """\
#include <ntddk.h>
extern LONG SampleOne(VOID);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    return SampleOne();
}
"""


@pytest.fixture
def own(tmp_path):
    project = copy_of_sources(tmp_path / "a project")
    folder = project.root / "toolchains/libraries/sample"
    folder.mkdir()
    (folder / "one.c").write_text("long SampleOne(void);\nlong SampleOne(void) { return 1; }\n")
    (folder / "two.c").write_text("long SampleTwo(void);\nlong SampleTwo(void) { return 2; }\n")
    (project.root / "drivers/hello/hello.c").write_text(DRIVER)
    script = SCRIPT.replace("NAME", "BufferOverflowFastFailK")
    (project.root / "drivers/hello/SConscript").write_text(script)
    return project


def test_a_library_of_sources_is_made_once_and_a_driver_takes_what_it_refers_to(own):
    run = own.scons("drivers/hello", "arch=x64,x86")
    made = sorted(run.steps("LIB"))
    assert [path for path in made if path.endswith("sample.lib")] == [
        "build/zig/x64/lib/sample.lib",
        "build/zig/x86/lib/sample.lib",
    ]
    text = (own.root / "build/zig/x64/debug/drivers/hello/hello.map").read_text()
    assert "one.c.obj" in text
    assert "two.c.obj" not in text
    own.edit("toolchains/libraries/sample/one.c", "return 1", "return 3")
    run = own.scons("drivers/hello", "arch=x64")
    assert run.steps("LIB") == ["build/zig/x64/lib/sample.lib"]
    assert run.steps("LINK") == ["build/zig/x64/debug/drivers/hello/hello.sys"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("SpbCxStubs.lib", "'SpbCxStubs.lib' is only in a Windows kit: the stub of a framework"),
        ("fltmgrr", "no export list of 'fltmgrr' for x64; did you mean 'fltmgr'?"),
    ],
)
def test_a_library_that_only_a_kit_has_or_nobody_is_one_line(own, name, text):
    script = SCRIPT.replace("NAME", name)
    (own.root / "drivers/hello/SConscript").write_text(script)
    errors = own.scons("drivers/hello", status=2).errors
    assert f"drivers/hello/SConscript:3: import_libraries: {text}" in errors


def test_a_module_is_found_in_any_letter_case(own):
    script = SCRIPT.replace("NAME", "FltMgr.lib")
    (own.root / "drivers/hello/SConscript").write_text(script)
    made = own.scons("drivers/hello").steps("LIB")
    assert "build/zig/x64/lib/fltmgr.lib" in made
