"""The engine wine: a kernel of others proves the samples and names what is wrong with drivers."""

import contextlib
import os
import struct
import time
from pathlib import Path

import pytest

import peers
from ntbuild.running.engines import ENGINES
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from ntbuild.running.values import Ioctl
from ntbuild.running.wine import engine
from running.drivers import built, source_with
from running.test_samples import PRINTED, plan_of
from wine.session import alone

(WINE,) = (each for each in ENGINES if each.name == "wine")


@pytest.fixture(autouse=True)
def _ready():
    peers.require("wine")
    peers.require("wineserver")
    with alone():
        yield


@pytest.mark.parametrize("name", ["client", "seh"])
def test_a_sample_is_proved_and_prints_what_it_should(samples, name):
    report = run_engine(WINE, plan_of(samples, "x64", name))
    assert (report.verdict, report.why) == ("proved", None)
    assert report.stages["loaded"] == {"relocated": True}
    expected = [line for line in PRINTED[name] if not line.startswith("core: ")]
    assert list(report.printed) == expected


def test_calls_are_answered_and_two_runs_give_the_same_report(samples):
    calls = (
        Ioctl(0x80002000, struct.pack("<II", 40, 2), size=4),
        Ioctl(0x80002008, b"driver", size=6),
        Ioctl(0x80002000, b"short", status=0xC000000D),
    )
    plan = plan_of(samples, "x64", "ioctl", calls=calls)
    report = run_engine(WINE, plan)
    answers = [each["output"] for each in report.stages["served"] if "call" in each]
    assert answers == [struct.pack("<I", 42).hex(), b"revird".hex(), ""]
    assert report.stages["served"][-2]["status"] == "0xc000000d"
    assert run_engine(WINE, plan).to_json() == report.to_json()


@pytest.mark.parametrize(
    ("said", "log"),
    [
        (b"", "wine: failed to map the shared user data: c0000018"),
        (b"@failed to make the service: 1722\n", ""),
    ],
)
def test_a_session_that_wine_cannot_begin_is_started_again(samples, monkeypatch, said, log):
    execute, starts = engine._execute, []

    def sometimes(folder, seconds):
        starts.append(folder)
        if len(starts) > 1:
            return execute(folder, seconds)
        (folder / "said").write_bytes(said)
        (folder / "log").write_text(log)
        return ""

    monkeypatch.setattr(engine, "_execute", sometimes)
    assert engine.run(Plan(str(samples["x64", "hello"]), "x64")).verdict == "proved"
    assert len(starts) == 2


def test_a_driver_that_needs_what_wine_lacks_is_unknown(samples):
    assert run_engine(WINE, plan_of(samples, "x64", "minifilter")).why == (
        "calls fltmgr.sys!FltBuildDefaultSecurityDescriptor, which Wine does not have"
    )
    report = run_engine(WINE, plan_of(samples, "x64", "ramdisk"))
    assert report.verdict == "unknown"
    assert report.why == "imports from storport.sys, which Wine does not have"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "*(volatile ULONG *)0 = 1;",
            "page fault on write access to 0000000000000000 at probe.sys",
        ),
        ("while (Counter) { }", "did not end in 2 s; after loaded"),
        ('for (;;) DbgPrint("%s\\n", Text);', "prints without end; after loaded"),
        ("return STATUS_INSUFFICIENT_RESOURCES;", "does not start: Win32 error "),
    ],
)
def test_what_a_driver_does_wrong_is_refused_and_nothing_goes_on(code, text):
    path = built(source_with(entry=code), "x64")
    report = run_engine(WINE, Plan(str(path), "x64", timeout=2))
    assert (report.verdict, text in report.why) == ("refused", True), report.why
    until = time.monotonic() + 10  # those that were killed may still be on their way out
    while time.monotonic() < until and list(_sessions()):
        time.sleep(0.1)
    assert list(_sessions()) == []


def _sessions():
    """Command lines of processes whose session this process has made."""
    cache = os.environ["NTBUILD_CACHE"].encode()
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if b"WINEPREFIX=" + cache in path.read_bytes():
                yield path.with_name("cmdline").read_bytes()
