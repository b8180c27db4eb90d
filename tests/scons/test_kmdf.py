"""model="kmdf": the entry point is compiled for each driver, with the framework's version."""

import pytest

from sconsproject import Outside

SCONSTRUCT = """\
from ntbuild import project

env = project("m", arch="x64,arm64", flavor="release")
common = env.DriverLibrary("common", ["common.c"], model="kmdf", kmdf="1.33", dialect="msvc")
env.Driver(
    "mine",
    ["mine.cpp", common],
    model="kmdf",
    kmdf="1.33",
    dialect="msvc",
    forced_includes=["own.h"],
    defines={"KMDF_MINIMUM_VERSION_REQUIRED": 27, "Unbind": "broken("},
)
"""
MINE = """\
#include <wdf.h>
extern "C" {
DRIVER_INITIALIZE DriverEntry;
NTSTATUS Create(PDRIVER_OBJECT Driver, PUNICODE_STRING Path, PFN_WDF_DRIVER_DEVICE_ADD Add);
}
EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
NTSTATUS DeviceAdd(WDFDRIVER, PWDFDEVICE_INIT) { return twice(0); }
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    return Create(Driver, Path, DeviceAdd);
}
"""
COMMON = """\
#include <ntddk.h>
#include <wdf.h>
NTSTATUS Create(PDRIVER_OBJECT Driver, PUNICODE_STRING Path, PFN_WDF_DRIVER_DEVICE_ADD Add);
NTSTATUS Create(PDRIVER_OBJECT Driver, PUNICODE_STRING Path, PFN_WDF_DRIVER_DEVICE_ADD Add)
{
    WDF_DRIVER_CONFIG Config;
    WDF_DRIVER_CONFIG_INIT(&Config, Add);
    return WdfDriverCreate(Driver, Path, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
"""
OWN = "#include <ntddk.h>\ntemplate <class T> T twice(T x) { return x + x; }\n"


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.delenv("NTBUILD_WDF", raising=False)
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    for name, text in (
        *(("SConstruct", SCONSTRUCT), ("mine.cpp", MINE)),
        *(("common.c", COMMON), ("own.h", OWN)),
    ):
        project.write(name, text)
    return project


def test_a_driver_in_cplusplus_with_a_library_of_the_framework_links(own):
    run = own.scons()
    # Neither the forced header, which is C++, nor the driver's macros reach the entry's source.
    assert [step.endswith("models/kmdf/entry.c") for step in run.steps("CC")].count(True) == 2
    assert len([step for step in run.steps("LINK") if step.endswith("mine.sys")]) == 2
    # An older library's calls go through another table, which is not there.
    own.edit("SConstruct", 'model="kmdf", kmdf="1.33", dialect', 'model="kmdf", dialect')
    run = own.scons("arch=x64", status=2)
    assert run.steps("CC") == ["common.c"]
    assert "undefined symbol: WdfFunctions_01015" in run.errors


def test_a_mistake_is_one_line_with_its_place(own):
    own.edit("SConstruct", 'kmdf="1.33",\n', 'kmdf="1.34",\n')
    run = own.scons(status=2)
    assert "SConstruct:5: Driver('mine'): kmdf: no version '1.34'; known are 1.15, " in run.errors


def test_a_function_of_a_later_version_names_that_version(own):
    own.edit(
        "common.c", "    return", "    WdfDriverErrorReportApiMissing(0, 0, 0, 0);\n    return"
    )
    own.edit("SConstruct", 'model="kmdf", kmdf="1.33", dialect', 'model="kmdf", dialect')
    own.edit("SConstruct", '["common.c"],', '["common.c"], include_dirs=["incl"],')
    hint = 'WdfDriverErrorReportApiMissing is there from KMDF 1.25 on: kmdf="1.25"'
    errors = own.scons("arch=x64", status=2).errors
    assert f"common.c: hint: {hint}" in errors
    assert errors.count("common.c: hint: include_dirs: there is no folder 'incl'") == 1
