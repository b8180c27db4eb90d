"""KMDF's queues, sent requests and the caller's context: both kernels serve them, and alike."""

import struct
from pathlib import Path

import pytest

import peers
from kmdf.framework import build
from ntbuild.running.emulated import engine as unicorn
from ntbuild.running.plan import Plan
from ntbuild.running.ring0 import engine as qemu
from ntbuild.running.values import Ioctl, Read, Write

LATER, NEVER, RAW = (
    0x00220000 | (0x800 + at) << 2 | method for at, method in ((0, 0), (1, 0), (2, 3))
)
CALLS = (
    Ioctl(LATER, struct.pack("<I", 21), size=4),
    Ioctl(NEVER, struct.pack("<I", 1)),
    Ioctl(RAW, struct.pack("<I", 7)),
    Read(16),
    Write(b"down"),
    Ioctl(0x00222FFC),
)
STATUSES = ["0x00000000", "0xc0000120", "0x00000000", "0xc0000120", "0xc0000010", "0xc0000010"]
PRINTED = [
    "context 1",
    "usb C00000BB",
    "same queue C0000010",
    "waiting 1, owned 0, idle 0, told 1",
    "find 00000000 00000000 1 8000001A 00000000",
    "memory C0000023 00000000",
    "same queue C0000010",
    "read 16 00000000 00000000 00000000",
    "cancelled 1 C0000120",
    "format 00000000",
    "sent C0000010 C0000010 1",
    "send 1",
]


@pytest.mark.parametrize("engine", [unicorn, qemu], ids=["unicorn", "qemu"])
@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_requests_wait_are_forwarded_cancelled_and_sent(tmp_path, machine, engine):
    if engine is qemu:
        peers.require(f"qemu-{machine}")
        qemu.prepare(machine)
    path = tmp_path / "queues.sys"
    source = Path(__file__).with_name("queues.c")
    path.write_bytes(build(tmp_path, "zig", machine, 33, source=source))
    report = engine.run(Plan(str(path), machine, calls=CALLS))
    assert (report.verdict, report.why) == ("proved", None)
    assert "".join(report.printed) == "".join(PRINTED)
    served = {each["call"]: each for each in report.stages["served"] if "call" in each}
    assert [served[index]["status"] for index in range(len(CALLS))] == STATUSES
    assert served[0]["output"] == "2a000000"


FAILS = """\
#include <ntddk.h>
#include <wdf.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    WDF_DRIVER_CONFIG Config;
    WDF_DRIVER_CONFIG_INIT(&Config, WDF_NO_EVENT_CALLBACK);
    WdfDriverCreate(Driver, Path, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}
"""


@pytest.mark.parametrize("engine", [unicorn, qemu], ids=["unicorn", "qemu"])
def test_a_driver_that_gives_up_after_its_driver_object_is_refused_for_its_status(tmp_path, engine):
    if engine is qemu:
        peers.require("qemu-x64")
        qemu.prepare("x64")
    path, source = tmp_path / "fails.sys", tmp_path / "fails.c"
    source.write_text(FAILS)
    path.write_bytes(build(tmp_path, "zig", "x64", 15, source=source))
    report = engine.run(Plan(str(path), "x64"))
    assert report.verdict == "refused"
    assert "returns 0xc0000182" in report.why


TICKS = """\
#include <ntddk.h>
#include <wdf.h>
DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_TIMER Tick;
static EVT_WDF_DRIVER_DEVICE_ADD Add;
static ULONG Beats;
static VOID Tick(WDFTIMER Timer)
{
    (void)Timer;
    DbgPrint("tick at %d\\n", (int)KeGetCurrentIrql());
    if (++Beats == WRONG)
        *(volatile ULONG *)0 = Beats;
}
static NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_TIMER_CONFIG Config;
    WDFDEVICE Device;
    WDFTIMER Timer;
    NTSTATUS Status = WdfDeviceCreate(&Init, WDF_NO_OBJECT_ATTRIBUTES, &Device);
    (void)Driver;
    if (!NT_SUCCESS(Status))
        return Status;
    WDF_OBJECT_ATTRIBUTES_INIT(&Attributes);
    Attributes.ParentObject = Device;
    Attributes.ExecutionLevel = LEVEL;
    WDF_TIMER_CONFIG_INIT_PERIODIC(&Config, Tick, PERIOD);
    Status = WdfTimerCreate(&Config, &Attributes, &Timer);
    if (NT_SUCCESS(Status))
        WdfTimerStart(Timer, WDF_REL_TIMEOUT_IN_MS(10));
    return Status;
}
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    WDF_DRIVER_CONFIG Config;
    WDF_DRIVER_CONFIG_INIT(&Config, Add);
    return WdfDriverCreate(Driver, Path, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
"""


@pytest.mark.parametrize("engine", [unicorn, qemu], ids=["unicorn", "qemu"])
@pytest.mark.parametrize(
    ("wrong", "level", "period", "printed"),
    [
        (2, "Dispatch", 10, ["tick at 2", "tick at 2"]),
        (0, "Passive", 0, ["tick at 0"]),
        (0, "Passive", 10, []),
    ],
    ids=["wrong", "passive", "unsupported"],
)
def test_a_timer_of_a_device_that_nothing_waits_for_fires(
    tmp_path, engine, wrong, level, period, printed
):
    if engine is qemu:
        peers.require("qemu-x64")
        qemu.prepare("x64")
    path, source = tmp_path / "ticks.sys", tmp_path / "ticks.c"
    words = {"WRONG": str(wrong), "LEVEL": f"WdfExecutionLevel{level}", "PERIOD": str(period)}
    source.write_text("".join(f"#define {name} {words[name]}\n" for name in words) + TICKS)
    path.write_bytes(build(tmp_path, "zig", "x64", 15, source=source))
    report = engine.run(Plan(str(path), "x64"))
    assert [each.strip() for each in report.printed] == printed
    assert report.verdict == ("proved" if printed == ["tick at 0"] else "refused")
    assert wrong == 0 or "ticks.sys .text+" in report.why
