"""``ntbuild run``: exit codes, both formats, and messages in one line."""

import json
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from ntbuild.building.driver import BuildError
from ntbuild.building.running import RunStep
from ntbuild.commands import cli
from ntbuild.running.values import Ioctl, Read, Run
from running.drivers import built, source_with


@pytest.fixture(scope="module")
def good():
    return str(built(source_with(), "x64"))


def test_one_named_engine_proves_a_driver(good, capsys):
    assert cli.main(["run", good, "--engine", "unicorn"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "probe.sys (x64): proved"
    assert "proved; reached: mapped, loaded, started, served, unloaded" in lines[1]
    assert lines[2:4] == ["    | probe: relocated 14", "    | probe: counted 9"]
    assert lines[4] == (
        "  requests: none of a project's: probe.run.json is not beside the image "
        "(scons run writes it, and sends those of run=); "
        "sent were create, Ioctl 0x0022fffc, cleanup, close"
    )


def test_the_json_is_the_report_of_a_build(good, capsys):
    assert cli.main(["run", good, "--engine", "unicorn", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["schema"], report["image"], report["verdict"]) == (1, "probe.sys", "proved")
    assert [each["name"] for each in report["engines"]] == ["unicorn"]
    assert good not in json.dumps(report)


@pytest.fixture
def asked(good, tmp_path):
    """The image with what a build's run asks of it, and its first report."""

    def make(how):
        image = tmp_path / "probe.sys"
        shutil.copy(good, image)
        with suppress(BuildError):
            RunStep(how).run([str(image)], [str(tmp_path / "probe.run.json")])
        return str(image)

    return make


ANY = (Ioctl(0x222000, b"1234", status=None), Read(4, status=None))


def test_what_a_build_asks_of_an_image_is_asked_again(asked, capsys):
    image = asked(Run(ANY, prints=("probe: never",), engines=("unicorn",)))
    assert cli.main(["run", image]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "probe.sys (x64): refused"
    assert lines[2] == "    prints: no line with 'probe: never'"
    assert lines[-3:] == [
        "  requests: 2 of probe.run.json",
        "    Ioctl 0x00222000, 4 bytes: status 0x00000000, 0 bytes",
        "    Read at 0x0, 4 bytes: status 0x00000000, 0 bytes",
    ]
    assert cli.main(["run", image, "--no-calls", "--engine", "unicorn"]) == 0
    (last,) = capsys.readouterr().out.splitlines()[-1:]
    assert last.startswith("  requests: none of a project's (--no-calls); sent were create, ")


def test_requests_of_the_command_line_are_sent(asked, capsys):
    image = asked(Run(ANY, prints=("probe: never",), engines=("unicorn",)))
    words = ["--ioctl", "0x222004:0102", "--ioctl", "0x222008::4"]
    assert cli.main(["run", image, *words, "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    (served,) = (each["stages"]["served"] for each in report["engines"])
    names = [each["request"] for each in served if "call" in each]
    assert names == ["Ioctl 0x00222004", "Ioctl 0x00222008"]
    assert [each["input"] for each in report["run"]["calls"]] == [{"hex": "0102"}, {"hex": ""}]
    assert [each["size"] for each in report["run"]["calls"]] == [256, 4]


def test_answers_are_shown_and_cut(capsys):
    code = """
    if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        RtlFillMemory(Irp->AssociatedIrp.SystemBuffer, 40, 0xa5);
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Irp->IoStatus.Information = 40;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
"""
    image = str(built(source_with(dispatch=code), "x64"))
    assert cli.main(["run", image, "--engine", "unicorn", "--ioctl", "0x222000:0102"]) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "  requests: 1 of --ioctl",
        f"    Ioctl 0x00222000, 2 bytes: status 0x00000000, 40 bytes {'a5 ' * 32}...",
    ]


def test_a_record_that_is_none_is_one_line(asked, capsys):
    image = Path(asked(Run(engines="unicorn")))
    image.with_name("probe.run.json").write_text('{"run": 5}')
    assert cli.main(["run", str(image)]) == 2
    message = "ntbuild: run: probe.run.json: no report of scons run (--no-calls)"
    assert capsys.readouterr().err.strip() == message


def test_a_driver_without_an_unload_routine_is_not_said_to_be_unloaded(capsys):
    source = source_with(entry="DriverObject->DriverUnload = NULL;")
    assert cli.main(["run", str(built(source, "x64")), "--engine", "unicorn"]) == 0
    head, line, *_ = capsys.readouterr().out.splitlines()
    assert head.endswith("proved; not unloadable (no DriverUnload)")
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
        (["GOOD", "--ioctl", "soon"], "--ioctl: expected CODE[:HEX[:SIZE]], such as 0x222000:2a00"),
        (["GOOD", "--ioctl", "0x5:1"], "--ioctl: '0x5:1': '1' are no bytes in hex"),
        (["GOOD", "--ioctl", "226004"], "not '226004' (the code is hexadecimal: 0x226004)"),
        (["GOOD", "--with", "none.sys"], "none.sys: No such file or directory"),
    ],
)
def test_what_cannot_be_used_is_one_line(words, message, good, capsys):
    assert cli.main(["run", *(good if word == "GOOD" else word for word in words)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("ntbuild: run: ")
    assert message in line
