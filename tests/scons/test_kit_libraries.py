"""`import_libraries=` with the names of a kit: archives of sources, modules, and neither."""

import pytest

from sconsproject import copy_of_sources, shared_cache

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


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    """A copy of the project with the libraries of two machines; not to be changed."""
    project = copy_of_sources(tmp_path_factory.mktemp("libraries") / "project")
    project.scons(shared_cache(), "arch=x64,x86", "drivers/hello")
    return project


@pytest.fixture
def own(libraries, tmp_path):
    project = libraries.copy(tmp_path / "a project")
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
        (
            "MsGpioClxStub.lib",
            "'MsGpioClxStub.lib' is only in a Windows kit: the stub of a framework",
        ),
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


NAMING = """\
#include <ntddk.h>
#pragma comment(lib, "Sample.lib")
#pragma comment(lib, "FLTMGR.lib")
#pragma comment(lib, "BufferOverflowK.lib")
#pragma comment(lib, "bcrypt.lib")
#pragma comment(lib, "ntoskrnl.lib")
extern LONG SampleOne(VOID);
NTSYSAPI VOID NTAPI FltUnregisterFilter(PVOID Filter);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    FltUnregisterFilter(Driver);
    return SampleOne();
}
"""
IMAGE = "build/zig/x64/debug/drivers/hello/hello.sys"


@pytest.fixture
def naming(own):
    script = 'Import("env")\nenv.Driver("hello", ["hello.c"])\n'
    (own.root / "drivers/hello/SConscript").write_text(script)
    (own.root / "drivers/hello/hello.c").write_text(NAMING)
    return own


def test_libraries_that_a_source_names_are_made_linked_and_depended_on(naming):
    run = naming.scons("drivers/hello", "--verbose")
    assert "/nodefaultlib:sample" in run.text
    again = naming.scons("drivers/hello")
    assert again.steps("LINK") == []
    made = {path.rpartition("/")[2] for path in naming.files() if path.endswith(".lib")}
    assert made == {"fltmgr.lib", "hal.lib", "ntoskrnl.lib", "runtime.lib", "sample.lib"}
    map_text = (naming.root / IMAGE.replace(".sys", ".map")).read_text()
    assert "FltUnregisterFilter" in map_text
    assert "one.c.obj" in map_text
    naming.edit("toolchains/libraries/sample/one.c", "return 1", "return 3")
    assert naming.scons("drivers/hello").steps("LINK") == [IMAGE]
    naming.add("toolchains/defs/all/fltmgr.def", "FltNewest@4\n")
    run = naming.scons("drivers/hello")
    assert "build/zig/x64/lib/fltmgr.lib" in run.steps("LIB")
    assert run.steps("LINK") == [IMAGE]


def test_a_source_that_names_no_library_any_more_is_linked_without_it(naming):
    naming.scons("drivers/hello")
    for line in ('#pragma comment(lib, "FLTMGR.lib")\n', "    FltUnregisterFilter(Driver);\n"):
        naming.edit("drivers/hello/hello.c", line, "")
    run = naming.scons("drivers/hello", "--verbose")
    (command,) = [line for line in run.lines if line.startswith("pelink ") and IMAGE in line]
    assert "fltmgr" not in command
    assert "sample.lib" in command


def test_members_of_a_library_ask_as_well_and_a_refused_name_is_not_answered(naming):
    script = """\
Import("env")
common = env.DriverLibrary("common", ["hello.c"])
env.Driver("hello", ["empty.c", common], nodefaultlibs=["sample"])
"""
    (naming.root / "drivers/hello/SConscript").write_text(script)
    (naming.root / "drivers/hello/empty.c").write_text("int ntbuild_empty;\n")
    errors = naming.scons("drivers/hello", status=2).errors
    assert "undefined symbol: SampleOne" in errors
    assert "FltUnregisterFilter" not in errors
    assert not (naming.root / "build/zig/x64/lib/sample.lib").exists()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("stdunk.lib", "only a Windows kit has it: code or data of kernel streaming and audio"),
        ("user32.lib", None),
    ],
)
def test_a_library_that_nothing_has_is_an_error_of_the_link(naming, name, hint):
    naming.edit("drivers/hello/hello.c", "FLTMGR.lib", name)
    naming.edit("drivers/hello/hello.c", "    FltUnregisterFilter(Driver);\n", "")
    errors = naming.scons("drivers/hello", status=2).errors
    assert f"pelink: error: could not open '{name}': No such file or directory" in errors
    assert (f">>> hint: {hint}" in errors) is bool(hint)


def test_libraries_that_a_source_names_are_removed_with_the_driver(naming):
    naming.scons("drivers/hello")
    naming.scons("-c", "drivers/hello")
    left = naming.files("build/zig/x64")
    assert [path for path in left if path.endswith((".lib", ".def"))] == []


def test_libraries_are_still_made_when_scons_does_not_scan_again(naming):
    naming.scons("drivers/hello", "--implicit-cache")
    (naming.root / "build/zig/x64/lib/fltmgr.lib").unlink()
    run = naming.scons("drivers/hello", "--implicit-cache")
    assert run.steps("LIB") == ["build/zig/x64/lib/fltmgr.lib"]
