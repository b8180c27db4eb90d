"""Small drivers for tests: a source, compiled with zig and linked with pelink, for any machine.

`BASE` is a whole driver with a device; a test puts its own code at the marks in it.
"""

import functools
import hashlib
import tempfile
from pathlib import Path

from compilers.compiling import ROOT, compilation_of, compile_to, toolchains
from ntbuild import link, options_from_argv
from ntbuild.building.steps import ImportLibraryStep
from ntbuild.running.emulated import engine
from ntbuild.running.places import named
from ntbuild.running.plan import Plan

BASE = """
#include <ntddk.h>
#include <ntbuild/sections.h>

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD Unload;
NTBUILD_PAGE DRIVER_DISPATCH Dispatch;
static PDEVICE_OBJECT Device;

typedef ULONG NTAPI STEP(ULONG);
static ULONG NTAPI Twice(ULONG Value) { return Value * 2; }
static ULONG NTAPI Next(ULONG Value) { return Value + 1; }
static STEP *const Steps[] = { Twice, Next, Twice };
static STEP *volatile Last = Next;
static const volatile ULONG Constant = 7;
static volatile ULONG Counter = 5;
static const char *const volatile Text = "relocated";
@GLOBALS@

ULONG NTAPI Run(ULONG Value)
{
    ULONG Index;

    for (Index = 0; Index < sizeof(Steps) / sizeof(Steps[0]); Index++)
        Value = (*(STEP *const volatile *)&Steps[Index])(Value);
    return Last(Value) + Constant;
}

NTSTATUS NTAPI Dispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    NTSTATUS Status = STATUS_SUCCESS;

    UNREFERENCED_PARAMETER(DeviceObject);
    Counter++;
    @DISPATCH@
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    @COMPLETED@
    return Status;
}

VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    @UNLOAD@
    IoDeleteDevice(DriverObject->DeviceObject);
    DbgPrint("probe: counted %d\\n", (int)Counter);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING Name;
    NTSTATUS Status;
    ULONG Index;

    UNREFERENCED_PARAMETER(RegistryPath);
    RtlInitUnicodeString(&Name, L"\\\\Device\\\\Probe");
    Status = IoCreateDevice(DriverObject, 64, &Name, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    for (Index = 0; Index <= IRP_MJ_MAXIMUM_FUNCTION; Index++)
        DriverObject->MajorFunction[Index] = Dispatch;
    DriverObject->DriverUnload = Unload;
    @ENTRY@
    DbgPrint("probe: %s %d\\n", Text, (int)Run(1)); /* 2, 3, 6, 7, and 7 more */
    return Run(1) == 14 ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
"""
MARKS = ("GLOBALS", "DISPATCH", "COMPLETED", "UNLOAD", "ENTRY")


def source_with(text=BASE, **code):
    """The source with code at its marks."""
    assert set(code) <= {mark.lower() for mark in MARKS}
    for mark in MARKS:
        text = text.replace(f"@{mark}@", code.get(mark.lower(), ""))
    return text


@functools.cache
def folder():
    """A folder that goes with the process."""
    return tempfile.TemporaryDirectory()


def new_folder():
    return Path(tempfile.mkdtemp(dir=folder().name))


@functools.cache
def import_library(module, machine):
    """The path of a kernel module's import library."""
    path = new_folder() / f"{module}.lib"
    overlays = toolchains()["zig"].directory / "defs"
    step = ImportLibraryStep(module, machine, additions=False, overlays=overlays)
    step.run([], [str(path), str(path.with_suffix(".def"))])
    return str(path)


@functools.cache
def built(source, machine, *argv, modules=("ntoskrnl", "hal"), runtime=(), **keywords):
    """The path of a driver's image; its map lies beside it. `runtime`: sources of that folder."""
    home = new_folder()
    name = hashlib.sha256(source.encode()).hexdigest()[:8]
    text = home / f"{name}.c"
    text.write_text(source)
    compilation = compilation_of(machine, **keywords)
    made = compile_to(
        home / f"{name}.obj", "zig", machine, "release", text, compilation=compilation
    )
    parts = [
        compile_to(
            home / f"{at}.obj", "zig", machine, "release", ROOT / "toolchains/runtime" / part
        )
        for at, part in enumerate(runtime)
    ]
    inputs = [*map(str, [made, *parts]), *(import_library(each, machine) for each in modules)]
    path = home / "probe.sys"
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}", "/debug:full,nodwarf"]
    result = link(inputs, options_from_argv([*words, "/map", f"/out:{path}", *argv]))
    path.write_bytes(result.image)
    if result.pdb is not None:
        path.with_suffix(".pdb").write_bytes(result.pdb)
    path.with_suffix(".map").write_text(result.map)
    return path


def run(path, machine, **more):
    """The engine's report about an image, in this process."""
    plan = Plan(str(path), machine, map=str(path.with_suffix(".map")), **more)
    return named(engine.run(plan), plan)


def run_source(source, machine, *argv, plan=None, **keywords):
    return run(built(source, machine, *argv, **keywords), machine, **(plan or {}))
