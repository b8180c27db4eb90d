"""The engine speakeasy: its reports, and where its Python is looked for."""

import stat

import pytest

import peers
from ntbuild.running.engines import ENGINES, AbsentError
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from ntbuild.running.speakeasy import engine
from ntbuild.running.values import Ioctl
from running.drivers import built, source_with
from running.test_samples import PRINTED, plan_of

(SPEAKEASY,) = (each for each in ENGINES if each.name == "speakeasy")


@pytest.fixture
def ready():
    peers.require("speakeasy")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize(
    ("machine", "name"), [("x64", "hello"), ("x86", "hello"), ("x64", "ioctl")]
)
def test_a_sample_is_proved_elsewhere_than_it_was_linked(samples, machine, name):
    report = run_engine(SPEAKEASY, plan_of(samples, machine, name))
    assert (report.verdict, report.why) == ("proved", None)
    assert report.stages["loaded"]["base"] in ("0x1a0000000", "0x2a000000")
    assert report.printed == PRINTED[name]


@pytest.mark.usefixtures("ready")
def test_a_wrong_driver_is_refused_and_what_is_lacking_named(samples):
    path = built(source_with(entry="*(volatile ULONG *)0 = 1;"), "x64")
    report = run_engine(SPEAKEASY, Plan(str(path), "x64"))
    assert report.verdict == "refused"
    assert report.why.startswith("DriverEntry: at probe.sys INIT+0x")
    assert report.why.endswith("writes to 0x0")
    report = run_engine(SPEAKEASY, plan_of(samples, "x64", "seh"))
    assert report.why == "DriverEntry: calls ntoskrnl.exe!ProbeForRead, which Speakeasy lacks"


FOUND = {
    "base": 0x1A0000000,
    "size": 0x6000,
    "runs": [
        {"kind": "entry_point", "result": "0x0", "error": {}, "calls": [["hal.DbgPrint", ["a\n"]]]},
        {"kind": "irp_mj_device_control", "result": "0xc0000010", "error": {}, "calls": []},
        {"kind": "driver_unload", "result": "0x0", "error": {}, "calls": []},
    ],
}


def reported(*, calls=(), **first):
    runs = [FOUND["runs"][0] | first, *FOUND["runs"][1:]]
    return engine.report_of(Plan("none.sys", "x64", calls=calls), "1", FOUND | {"runs": runs})


def test_what_it_says_becomes_a_report():
    report = reported()
    assert report.verdict == "proved"
    assert tuple(report.stages) == ("mapped", "loaded", "started", "served", "unloaded")
    assert report.stages["served"][0]["status"] == "0xc0000010"
    assert (report.printed, report.called) == (("a",), ("hal.dll!DbgPrint",))
    assert reported(result="0xc0000001").why == "DriverEntry: returns 0xc0000001"
    assert reported(error={"type": "max_api_count"}).verdict == "refused"
    lacking = reported(error={"type": "unsupported_api", "api_name": "ntoskrnl.IoFoo"})
    assert (lacking.verdict, lacking.stages.get("started")) == ("unknown", None)
    assert "makes no calls" in reported(calls=(Ioctl(1),)).why


def test_its_python_is_that_of_the_command_or_the_one_that_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("NTBUILD_SPEAKEASY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AbsentError, match="pipx install speakeasy-emulator"):
        engine.interpreter()
    command = tmp_path / "speakeasy"
    command.write_text(f"#!{tmp_path}/bin/python\n")
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(AbsentError, match="names no Python"):
        engine.interpreter()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").touch()
    assert engine.interpreter() == tmp_path / "bin/python"
    with pytest.raises(AbsentError, match="speakeasy is not in"):
        engine.version()
    (tmp_path / "lib/python3.11/site-packages/speakeasy_emulator-1.5.dist-info").mkdir(parents=True)
    assert engine.version() == "1.5"
    monkeypatch.setenv("NTBUILD_SPEAKEASY", "/none/python")
    assert run_engine(SPEAKEASY, Plan("a.sys", "x64")).verdict == "absent"
