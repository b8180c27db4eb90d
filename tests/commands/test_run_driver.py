"""``ntbuild run``: exit codes, both formats, and messages in one line."""

import json

import pytest

from ntbuild.commands import cli
from running.drivers import built, source_with


@pytest.fixture(scope="module")
def good():
    return str(built(source_with(), "x64"))


def test_one_named_engine_proves_a_driver(good, capsys):
    assert cli.main(["run", good, "--engine", "unicorn"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "probe.sys (x64): proved"
    assert "proved; reached: mapped, loaded, started, served, unloaded" in lines[1]
    assert lines[2:] == ["    | probe: relocated 14", "    | probe: counted 9"]


def test_the_json_is_the_report_of_a_build(good, capsys):
    assert cli.main(["run", good, "--engine", "unicorn", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["schema"], report["image"], report["verdict"]) == (1, "probe.sys", "proved")
    assert [each["name"] for each in report["engines"]] == ["unicorn"]
    assert good not in json.dumps(report)


def test_a_driver_without_an_unload_routine_is_not_said_to_be_unloaded(capsys):
    source = source_with(entry="DriverObject->DriverUnload = NULL;")
    assert cli.main(["run", str(built(source, "x64")), "--engine", "unicorn"]) == 0
    line = capsys.readouterr().out.splitlines()[1]
    assert line.endswith("started, served, not unloadable (no DriverUnload)")


def test_a_driver_that_does_wrong_is_refused_with_its_place(capsys):
    wrong = str(built(source_with(entry="*(volatile ULONG *)&Constant = 8;"), "x64"))
    assert cli.main(["run", wrong, "--engine", "unicorn"]) == 1
    shown = capsys.readouterr().out
    assert "DriverEntry: at probe.sys INIT+" in shown
    assert "writes to probe.sys .rdata+" in shown
    assert "(not allowed)" in shown


def test_a_missing_routine_is_unknown(capsys):
    declared = "NTSYSAPI VOID NTAPI HalReturnToFirmware(ULONG);"
    source = source_with(globals=declared, entry="HalReturnToFirmware(3);")
    assert cli.main(["run", str(built(source, "x64")), "--engine", "unicorn"]) == 4
    assert "HalReturnToFirmware, which this kernel does not have" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["none.sys"], "none.sys: No such file or directory"),
        ([__file__], "not an MZ file"),
        (["GOOD", "--engine", "unicrn"], "--engine: no engine 'unicrn'; it is one of unicorn"),
        (["GOOD", "--timeout", "0"], "--timeout: expected seconds from 1 to 600"),
        (["GOOD", "--timeout", "soon"], "--timeout: expected seconds from 1 to 600, not 'soon'"),
        (["GOOD", "--profile", "hvcy"], "--profile: "),
        (["GOOD", "--with", "none.sys"], "none.sys: No such file or directory"),
    ],
)
def test_what_cannot_be_used_is_one_line(words, message, good, capsys):
    assert cli.main(["run", *(good if word == "GOOD" else word for word in words)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ntbuild: run: ")
    assert message in line
