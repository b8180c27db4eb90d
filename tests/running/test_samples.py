"""Every sample runs on every machine that it is built for."""

import pytest

from ntbuild.running.emulated import engine
from ntbuild.running.plan import Plan
from ntbuild.running.report import STAGES

PRINTED = {
    "client": (
        "core: loaded",
        "client: 1 sessions open",
        "client: total 42",
        "core: unloaded, 0 sessions open",
    ),
    "core": (),
    "cpp": ("cpp: counters are there", "cpp: 2 events in all"),
    "hello": ("hello: started", "hello: goodbye"),
    "ioctl": ("ioctl: started", "ioctl: stopped"),
    "kmdf": (),
    "minifilter": (),
    "ramdisk": (),
    "seh": (
        "seh: good address: status 00000000, sum 125",
        "seh: bad address: status C0000005, sum 0, fault at 0000000000000010",
        "seh: 0 users",
        "seh: stopped",
    ),
}
MACHINES = ("x64", "x86", "arm64", "arm")
NOT_FOR = {"minifilter": ("x86", "arm"), "ramdisk": ("arm",), "seh": ("arm",)}
MINIPORT = (
    *("HwInitialize", "HwStartIo", "HwFindAdapter", "HwResetBus", "HwAdapterControl"),
    "HwFreeAdapterResources",
)
REGISTERED = {"ramdisk": set(MINIPORT)}
"""Kinds of functions that a sample registers, beside those of every driver."""
CELLS = [
    (name, machine)
    for name in PRINTED
    for machine in MACHINES
    if machine not in NOT_FOR.get(name, ())
]


def printed(machine, name):
    """What a sample prints: addresses have half the digits on machines of 32 bits."""
    narrow = machine in ("x86", "arm")
    return tuple(
        each.replace("00000000", "", narrow and "fault at" in each) for each in PRINTED[name]
    )


def plan_of(samples, machine, name, **more):
    path = samples[machine, name]
    needs = (str(samples[machine, "core"]),) if name == "client" else ()
    return Plan(str(path), machine, needs, map=str(path.with_suffix(".map")), **more)


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_a_sample_is_proved_and_prints_what_it_should(samples, name, machine):
    report = engine.run(plan_of(samples, machine, name))
    assert (report.verdict, report.why) == ("proved", None)
    assert tuple(report.stages) == STAGES
    assert report.printed == printed(machine, name)
    assert {each.kind for each in report.callbacks} >= REGISTERED.get(name, set())


@pytest.mark.parametrize("machine", MACHINES)
def test_two_runs_give_the_same_report(samples, machine):
    plan = plan_of(samples, machine, "ioctl")
    assert engine.run(plan).to_json() == engine.run(plan).to_json()


def test_every_sample_is_among_these(samples):
    assert set(samples) == {(machine, name) for name, machine in CELLS}
