"""`kit=` in real scons runs: a kit's headers and libraries, never mixed with others."""

import os

import pytest

from compilers.kits import trees
from emulator import Emulator
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from sconsproject import Outside

REAL = os.environ.get("NTBUILD_KIT_HEADERS")
DECLARATIONS = """#pragma once
#include <NtDef.h>
typedef struct _DRIVER_OBJECT *PDRIVER_OBJECT;
typedef struct _UNICODE_STRING *PUNICODE_STRING;
extern int **IoFileObjectType;
__declspec(dllimport) int __stdcall KeOfKit(int value);
"""
DRIVER = """#include <ntddk.h>
int Common(void);
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    return (NTSTATUS)(long long)*IoFileObjectType + KeOfKit(driver == 0 && path == 0) + Common();
}
"""
SCRIPT = """from ntbuild import project

env = project("tried")
common = env.DriverLibrary("common", ["common.c"], {library})
env.Driver("tried", ["tried.c", common], kit="sdk", import_libraries=["Kit.Lib"])
"""


@pytest.fixture
def project(tmp_path):
    made = Outside(tmp_path / "a project")
    kit = trees.windows_kit(made.root / "sdk")
    version = kit / "Include" / "10.0.9.0"
    (version / "km/wdm.h").write_text(DECLARATIONS)
    for name in ("NtosKrnl", "hal"):  # a kit that has these for other machines only
        (kit / f"Lib/10.0.9.0/km/x64/{name}.lib").unlink()
    text = 'LIBRARY "kit.sys"\nEXPORTS\nKeOfKit\n'
    content = write_import_library(parse_def(text, "kit.def", MACHINES["x64"]), MACHINES["x64"])
    (kit / "Lib/10.0.9.0/km/x64/kit.lib").write_bytes(content)
    made.write("tried.c", DRIVER)
    made.write("common.c", "int Common(void);\nint Common(void) { return 3; }\n")
    made.write("SConstruct", SCRIPT.format(library='kit="sdk"'))
    return made


def test_headers_libraries_and_data_are_the_kits(project):
    project.scons()
    image = (project.root / "build/zig/x64/debug/tried.sys").read_bytes()
    cpu = Emulator(image, "x64", {"KeOfKit": lambda _cpu, value: value + 20})
    slot = cpu.slot("IoFileObjectType")
    cpu.write(cpu.read(slot), 0x100)
    assert cpu.call(cpu.entry, 0, 0) == 0x100 + 21 + 3
    assert cpu.modules == ["kit.sys", "ntoskrnl.exe", "hal.dll"]


def test_nothing_is_done_twice_and_a_changed_kit_compiles_again(project):
    project.scons()
    assert project.scons().lines == ("scons: `drivers' is up to date.",)
    header = project.root / "sdk/Include/10.0.9.0/km/storport.h"
    header.write_text("#pragma once\n")
    assert len(project.scons().steps("CC")) == 2
    version = project.root / "sdk/Include/10.0.10.0"
    trees.write(version, {"km/readme.txt": ""})
    assert project.scons().lines == ("scons: `drivers' is up to date.",)


def test_a_library_of_the_other_header_world_is_refused(project):
    project.write("SConstruct", SCRIPT.format(library='dialect="msvc"'))
    errors = project.scons(status=2).errors
    assert "SConstruct" in errors
    assert "common.lib is compiled with headers of mingw-w64, the driver with those of" in errors
    assert "give both the same kit=" in errors


def test_an_object_of_the_other_header_world_is_refused_by_the_linker(project):
    prebuilt = "build/zig/x64/debug/common.lib"
    project.write("SConstruct", SCRIPT.format(library='dialect="msvc"'))
    project.edit("SConstruct", "common]", '"common.c"]')
    project.scons(prebuilt)
    (project.root / prebuilt).rename(project.root / "prebuilt.lib")
    project.edit("SConstruct", '"common.c"], kit', '"prebuilt.lib"], kit')
    assert "mismatch detected for 'ntbuild headers'" in project.scons(status=2).errors


@pytest.mark.parametrize(
    ("kit", "said"),
    [
        ("none", "none: no such folder"),
        ("sdk/Include", "no driver kit: "),
        ("auto", "no Windows driver kit found; looked at NTBUILD_KIT"),
    ],
)
def test_half_a_kit_is_one_line_at_the_call(project, kit, said):
    project.write("SConstruct", SCRIPT.format(library=f'kit="{kit}"'))
    unset = dict.fromkeys(("NTBUILD_KIT", "NTBUILD_KIT_HEADERS", "WDKContentRoot"), "")
    run = project.scons(status=2, HOME=str(project.root), **unset)
    assert "DriverLibrary('common'): kit: " in run.errors
    assert said in run.errors


EVERY_HEADER = """
#include <ntifs.h>
#include <storport.h>
#include <hidport.h>
#include <wsk.h>
#include <ntstrsafe.h>
#include <wdmsec.h>
#include <fltkernel.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PVOID Object = 0;
    C_ASSERT(sizeof(DEVICE_OBJECT) == (sizeof(PVOID) == 8 ? 336 : 184));
    C_ASSERT(sizeof(IRP) == (sizeof(PVOID) == 8 ? 208 : 112));
    UNREFERENCED_PARAMETER(DriverObject);
    UNREFERENCED_PARAMETER(RegistryPath);
    return ObReferenceObjectByHandle((HANDLE)4, 0, *IoFileObjectType, KernelMode, &Object, 0);
}
"""


@pytest.mark.skipif(not REAL, reason="set NTBUILD_KIT_HEADERS= to the folder of a kit's headers")
def test_a_real_kits_headers_compile_and_its_data_is_read_as_by_cl(project):
    project.write("tried.c", EVERY_HEADER)
    script = SCRIPT.format(library='kit="auto"').replace(', import_libraries=["Kit.Lib"]', "")
    project.write("SConstruct", script.replace('kit="sdk"', 'kit="auto"'))
    project.scons("arch=x64,x86,arm64", "-j2", NTBUILD_KIT=REAL)
    for machine in ("x64", "x86", "arm64"):
        image = (project.root / f"build/zig/{machine}/debug/tried.sys").read_bytes()
        asked = []
        cpu = Emulator(image, machine, {"ObReferenceObjectByHandle": reference(asked)})
        cpu.write(cpu.read(cpu.slot("IoFileObjectType")), 0x1234)
        assert cpu.call(cpu.entry, 0, 0) == 0
        assert asked == [0x1234]


def reference(asked):
    def ob_reference_object(_cpu, _handle, _access, kind, _mode, _object, _information):
        asked.append(kind)

    return ob_reference_object


def test_auto_looks_in_the_projects_folder_whatever_folder_a_script_is_in(project):
    project.write("SConstruct", "from ntbuild import project\nproject('tried')\n")
    script = 'Import("env")\nenv.Driver("tried", ["tried.c"], kit="auto")\n'
    project.write("drivers/tried/SConscript", script)
    nowhere = dict.fromkeys(("NTBUILD_KIT", "NTBUILD_KIT_HEADERS", "WDKContentRoot"), "")
    run = project.scons("-n", status=2, HOME=str(project.root / "home"), **nowhere)
    assert f", {project.root.as_posix()}/packages, " in run.errors
    assert "build/" not in run.errors.partition("looked at")[2].partition("; unpack")[0]
