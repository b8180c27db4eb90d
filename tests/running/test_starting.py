"""Routines that public drivers call in DriverEntry do the same in both engines."""

from pathlib import Path

import pytest

from ntbuild.running.emulated import engine as emulated
from ntbuild.running.plan import Plan
from ntbuild.running.ring0 import engine as ring0
from running.drivers import BASE, built, source_with

HEADER = (Path(__file__).parent / "starting.h").read_text("utf-8")
ENGINES = {"unicorn": emulated, "qemu": ring0}
LINES = [
    "power 00000000",
    "missing C0000034",
    "made 00000000",
    "same 00000000",
    "notified 321 1",
    "processors 1 1",
    "image 1",
    "descriptor 00000000",
    "list 00000000",
    "control 1 4",
    "event C0000034",
    "lead 0",
    "text 6 12-abc",
    "cut -1",
    "absent C0000034",
    "create 00000000 2",
    "write 00000000 00000000",
    "again C0000035 00000000",
    "size 14",
    "read 00000000 14 0 89ab",
    "end C0000011",
    "cut 00000000 3",
    "delete 00000000",
    "close 00000000 00000000",
    "gone C0000034",
]


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("name", ENGINES)
def test_routines_of_drivers_that_start(ready, name, machine):
    if name == "qemu":
        ready(machine)
    text = BASE.replace("<ntddk.h>", "<ntifs.h>")
    image = built(
        source_with(text, globals=HEADER, entry="Starting(DriverObject);"),
        machine,
        modules=("ntoskrnl", "hal"),
    )
    report = ENGINES[name].run(Plan(str(image), machine))
    assert (report.verdict, report.why) == ("proved", None)
    assert list(report.printed[: len(LINES)]) == LINES
    never = [each.kind for each in report.callbacks if not each.ran]
    assert never == ["callback of an object"]


@pytest.mark.parametrize(
    ("ends", "instead", "why"),
    [
        ("ExUnregisterCallback(Handles[1]);", "", "registration of ExRegisterCallback"),
        ("ZwClose(Other)", "0", "file"),
    ],
)
@pytest.mark.parametrize("name", ENGINES)
def test_what_is_left_behind_is_named(ready, name, ends, instead, why):
    if name == "qemu":
        ready("x64")
    assert ends in HEADER
    code = HEADER.replace(ends, instead)
    text = BASE.replace("<ntddk.h>", "<ntifs.h>")
    image = built(source_with(text, globals=code, entry="Starting(DriverObject);"), "x64")
    report = ENGINES[name].run(Plan(str(image), "x64"))
    assert report.verdict == "refused"
    assert why in report.why


TIMES = """
#define IS_IN(Value, Least, End) ((Value) >= (Least) && (Value) < (End))

static VOID Look(LONGLONG *At)
{
    LARGE_INTEGER Time;

    KeQueryTickCount(&Time);
    At[0] = Time.QuadPart;
    KeQuerySystemTime(&Time);
    At[1] = Time.QuadPart;
    At[2] = (LONGLONG)KeQueryInterruptTime();
}

static VOID Times(VOID)
{
    LARGE_INTEGER Second;
    LONGLONG Before[3], After[3];
    LARGE_INTEGER Local;

    Second.QuadPart = -10000000;
    Look(Before);
    KeDelayExecutionThread(KernelMode, FALSE, &Second);
    Look(After);
    ExSystemTimeToLocalTime(&Second, &Local);
    ExLocalTimeToSystemTime(&Local, &Local);
    DbgPrint("local %d\\n", Local.QuadPart == Second.QuadPart);
    DbgPrint("ticks %d\\n", IS_IN(After[0] - Before[0], 64, 70));
    DbgPrint("system %d\\n", IS_IN(After[1] - Before[1], 10000000, 11000000));
    DbgPrint("interrupt %d\\n", IS_IN(After[2] - Before[2], 10000000, 11000000));
    DbgPrint("this century %d\\n", IS_IN(Before[1], 0x01BF53EB256D4000, 0x0300000000000000));
}
"""


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
@pytest.mark.parametrize("name", ENGINES)
def test_time_goes_on_in_what_drivers_read_without_a_call(ready, name, machine):
    if name == "qemu":
        ready(machine)
    image = built(source_with(globals=TIMES, entry="Times();"), machine)
    report = ENGINES[name].run(Plan(str(image), machine))
    assert (report.verdict, report.why) == ("proved", None)
    told = ["local 1", "ticks 1", "system 1", "interrupt 1", "this century 1"]
    assert list(report.printed[:5]) == told
