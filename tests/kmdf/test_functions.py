"""What the headers' own functions do, in an emulated processor: as the framework's headers have it.

Each function that sets up a structure runs with several arguments, on memory of zeros and of other
bytes. With NTBUILD_WDF the structures are compared with those that the framework's functions make.
"""

import functools

import pytest

from compilers.compiling import compile_to
from emulator import Emulator
from kmdf import headers
from kmdf.framework import ROOT, import_library
from ntbuild import link, options_from_argv
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.kmdf_tables import read_tables, signature

START = """
#include <ntddk.h>
#include <wdf.h>
#include <usb.h>
#include <usbdlib.h>
#include <wdfusb.h>

static UNICODE_STRING Text = {2, 4, (PWSTR)0x7654320};
static const GUID Guid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static PHYSICAL_ADDRESS Where = {{0x12345678}};
DRIVER_INITIALIZE DriverEntry;
const WDFFUNC *WdfFunctions;
PWDF_DRIVER_GLOBALS WdfDriverGlobals;
#if KMDF_VERSION_MINOR >= 25
BOOLEAN WdfClientVersionHigherThanFramework;
ULONG WdfFunctionCount, WdfStructureCount;
WDF_STRUCT_INFO WdfStructures;
#endif

/* DriverObject is where results go, RegistryPath the byte that is there before. */
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UCHAR *Out = (UCHAR *)DriverObject;
    UCHAR Fill = (UCHAR)(ULONG_PTR)RegistryPath;
"""
# Functions that are written as code in the tables, each with its arguments, then what they tell.
CODE = """
WDF_CHILD_IDENTIFICATION_DESCRIPTION_HEADER_INIT((PVOID)Out, 24)
WDF_CHILD_ADDRESS_DESCRIPTION_HEADER_INIT((PVOID)Out, 24)
WDF_DEVICE_POWER_CAPABILITIES_INIT((PVOID)Out)
WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_MULTIPLE_INTERFACES((PVOID)Out, 2, (PVOID)0x1230)
WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_MULTIPLE_INTERFACES((PVOID)Out, 0, (PVOID)0x1230)
WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_MULTIPLE_INTERFACES((PVOID)Out, 2, NULL)
""".strip().splitlines()
VALUES = (
    """
WDF_REL_TIMEOUT_IN_SEC(7)
WDF_ABS_TIMEOUT_IN_SEC(7)
WDF_REL_TIMEOUT_IN_MS(7)
WDF_ABS_TIMEOUT_IN_MS(7)
WDF_REL_TIMEOUT_IN_US(7)
WDF_ABS_TIMEOUT_IN_US(7)
WDF_ALIGN_SIZE_UP(4097, 4096)
WDF_ALIGN_SIZE_UP(4096, 4096)
WDF_ALIGN_SIZE_DOWN(4097, 4096)
WdfDevStateNormalize(0x8364)
WdfDevStateIsNP(0x8364)
WdfDevStateIsNP(0x364)
WDF_USB_PIPE_DIRECTION_IN(0x81)
WDF_USB_PIPE_DIRECTION_OUT(0x81)
WDF_USB_PIPE_DIRECTION_OUT(1)
(LONGLONG)(ULONG_PTR)WdfUsbTargetDeviceGetIoTarget((WDFUSBDEVICE)0x1230)
(LONGLONG)(ULONG_PTR)WdfUsbTargetPipeGetIoTarget((WDFUSBPIPE)0x1230)
WDF_WMI_BUFFER_APPEND_STRING(Out + 64, 3, &Text, (PULONG)(Out + 96))
""".strip().splitlines()
    + [
        f"WDF_IO_QUEUE_{state}((WDF_IO_QUEUE_STATE){bits})"
        for state in ("IDLE", "READY", "STOPPED", "DRAINED", "PURGED")
        for bits in range(32)
    ]
)
EXPECTED = {
    "WDF_REL_TIMEOUT_IN_SEC(7)": -70_000_000,
    "WDF_ABS_TIMEOUT_IN_MS(7)": 70_000,
    "WDF_REL_TIMEOUT_IN_US(7)": -70,
    "WDF_ALIGN_SIZE_UP(4097, 4096)": 8192,
    "WDF_ALIGN_SIZE_DOWN(4097, 4096)": 4096,
    "WdfDevStateNormalize(0x8364)": 0x364,
    "WDF_USB_PIPE_DIRECTION_IN(0x81)": 1,
    "WDF_USB_PIPE_DIRECTION_OUT(0x81)": 0,
    "WDF_IO_QUEUE_IDLE((WDF_IO_QUEUE_STATE)12)": 1,
    "WDF_IO_QUEUE_IDLE((WDF_IO_QUEUE_STATE)4)": 0,
    "WDF_IO_QUEUE_READY((WDF_IO_QUEUE_STATE)3)": 1,
    "WDF_IO_QUEUE_READY((WDF_IO_QUEUE_STATE)19)": 0,
}
STEP = 256


def argument(declared, number):
    """An argument of a declared parameter, for one of several calls."""
    kind = declared.rpartition(" ")[0] + "*" * declared.count("*")
    fixed = {
        "PCUNICODE_STRING": "&Text",
        "const GUID*": "&Guid",
        "PHYSICAL_ADDRESS": "Where",
    }
    return fixed.get(kind, f"({kind.replace('*', ' *')})(ULONG_PTR){number}")


def calls(minor):
    """Every call that sets up a structure."""
    found = list(CODE)
    for row in (row for table in read_tables(ROOT / "toolchains/kmdf").values() for row in table):
        if row.kind == "init" and minor in row.range:
            signed = signature(row.text)
            for number in (0, 1, 2, 3):
                given = [
                    "(const GUID *)0x1230"
                    if "QUERY_INTERFACE" in signed.name and "GUID" in parameter
                    else argument(parameter, number + place)
                    for place, parameter in enumerate(signed.parameters[1:])
                ]
                found.append(f"{signed.name}({', '.join(['(PVOID)Out', *given])})")
    return found


@functools.cache
def image(folder, machine, minor, wdf):
    body = [
        f"    RtlFillMemory(Out, {STEP}, Fill); {call}; Out += {STEP};" for call in calls(minor)
    ]
    body += [f"    *(LONGLONG *)Out = (LONGLONG)({value}); Out += 8;" for value in VALUES]
    source = folder / f"functions-{machine}-{minor}-{bool(wdf)}.c"
    source.write_text("\n".join([START, *body, "    return STATUS_SUCCESS;\n}\n"]))
    given = {"model": "kmdf", "kmdf": f"1.{minor}", "dialect": "msvc", "wdf": wdf, "harden": False}
    compilation = compiling_of(Keywords(**given), given, machine).compilation
    output = compile_to(
        source.with_suffix(".obj"),
        *("zig", machine, "release", source),
        *("-Wno-error", "-w", "-Wno-frame-larger-than"),
        compilation=compilation,
    )
    inputs = [str(output), import_library("ntoskrnl", machine, "zig")]
    return link(inputs, options_from_argv(["/driver", "/entry:DriverEntry"])).image


def fill_memory(cpu, memory, byte, size):
    cpu.cpu.mem_write(memory, bytes([byte & 0xFF]) * size)
    return memory


def copy_memory(cpu, memory, source, size):
    cpu.cpu.mem_write(memory, bytes(cpu.cpu.mem_read(source, size)))
    return memory


def results(built, machine, minor, before):
    """What each call leaves in memory, and what each function gives."""
    cpu = Emulator(built, machine, {"memset": fill_memory, "memcpy": copy_memory})
    count = len(calls(minor))
    out = cpu.allocate(STEP * count + 8 * len(VALUES) + 256)
    cpu.call(cpu.entry, out, before)
    made = [bytes(cpu.cpu.mem_read(out + STEP * at, STEP)) for at in range(count)]
    values = [cpu.read(out + STEP * count + 8 * at, 8) for at in range(len(VALUES))]
    return dict(zip(calls(minor), made, strict=True)), dict(zip(VALUES, values, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("functions")


@pytest.mark.parametrize("machine", headers.MACHINES)
def test_structures_are_set_up_whatever_was_there_before(folder, machine):
    built = image(folder, machine, 33, None)
    clean, _ = results(built, machine, 33, 0)
    used, values = results(built, machine, 33, 0xCC)
    layouts = headers.layouts(headers.gnu(machine, 33))
    assert len(clean) > 200
    for call, made in clean.items():
        size = len(used[call].rstrip(b"\xcc"))
        assert used[call][:size] == made[:size], call
        assert made[size:].strip(b"\0") == b"", call
    for structure, call in (
        ("WDF_TIMER_CONFIG", "WDF_TIMER_CONFIG_INIT"),
        ("WDF_REQUEST_PARAMETERS", "WDF_REQUEST_PARAMETERS_INIT"),
    ):
        first = next(made for name, made in used.items() if name.startswith(f"{call}("))
        size = int(layouts[structure][-1].removeprefix("size="))
        assert first[:2] == size.to_bytes(2, "little")
        assert first[size:] == b"\xcc" * (STEP - size)
    for call, expected in EXPECTED.items():
        assert values[call] == expected % (1 << 64), call


@pytest.mark.skipif(headers.checkout() is None, reason="NTBUILD_WDF names no checkout of WDF")
@pytest.mark.parametrize("machine", headers.MACHINES)
@pytest.mark.parametrize("minor", [15, 23, 25, 31, 33])
def test_they_do_what_the_frameworks_do(folder, machine, minor):
    own = image(folder, machine, minor, None)
    theirs = image(folder, machine, minor, headers.WDF)
    made, values = results(own, machine, minor, 0)
    assert results(theirs, machine, minor, 0) == (made, values)
