"""The command: what goes to standard output, what to standard error, and the exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ntbuild.pecheck import RULES
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.suppressions import ALL_RULES
from ntbuild.support.version import __version__
from pecheck.golden import golden
from pecheck.mutations import MUTATIONS

SITE = Path(__file__).parents[2] / "site_scons"


def _bad(rule, name):
    mutation = next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name))
    return mutation.make("x64")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "good.sys").write_bytes(golden())
    (tmp_path / "wx.sys").write_bytes(_bad("DRV305", "text"))
    (tmp_path / "warn.sys").write_bytes(_bad("DRV309", "text"))
    (tmp_path / "text.sys").write_text("not an image")
    return tmp_path


def test_a_clean_file_is_a_line_and_exits_0(files, capsys):
    name = str(files / "good.sys")
    assert main([name]) == 0
    assert capsys.readouterr() == (f"{name}: no findings\n", "")


def test_the_version_is_the_wheels(capsys):
    with pytest.raises(SystemExit) as raised:
        main(["--version"])
    assert (raised.value.code, capsys.readouterr().out) == (0, f"pecheck {__version__}\n")


def test_an_error_is_a_line_with_a_hint_and_exits_1(files, capsys):
    name = str(files / "wx.sys")
    assert main([name]) == 1
    out, err = capsys.readouterr()
    line, hint = out.splitlines()
    assert line.startswith(f"{name}(header+0x1ac): error DRV305 wx: ")
    assert line.endswith("[hvci,sec]")
    assert hint.startswith("  hint: ")
    assert not err


@pytest.mark.parametrize(("level", "code"), [("error", 0), ("warning", 1), ("note", 1)])
def test_fail_on_sets_what_counts(files, capsys, level, code):
    assert main(["--fail-on", level, str(files / "warn.sys")]) == code
    assert "warning DRV309" in capsys.readouterr().out


def test_several_files_end_in_a_summary(files, capsys):
    assert main([str(files / name) for name in ("good.sys", "wx.sys", "warn.sys")]) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "3 files, 1 without findings: 1 error, 1 warning, 0 notes"


@pytest.mark.parametrize("name", ["missing.sys", "text.sys", "."])
def test_unusable_input_exits_2_and_the_others_are_still_judged(files, capsys, name):
    assert main([str(files / name), str(files / "wx.sys")]) == 2
    out, err = capsys.readouterr()
    assert "DRV305" in out
    assert err.startswith("pecheck: ")
    assert err.count("\n") == 1


def test_a_device_is_no_input_without_end(capsys):
    if not Path("/dev/zero").exists():
        pytest.skip("no /dev/zero here")
    assert main(["/dev/zero"]) == 2
    assert capsys.readouterr().err == "pecheck: /dev/zero: not a regular file\n"


@pytest.mark.parametrize("name", ["a\0b.sys", "x" * 5000, "\n.sys"])
def test_names_that_no_file_has_are_one_line(name, capsys):
    assert main([name]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_broken_header_is_a_finding_not_unusable(files, capsys):
    (files / "cut.sys").write_bytes(golden()[:0x60])
    assert main([str(files / "cut.sys")]) == 1
    assert "DRV102" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["--profile", "hvvci", "a.sys"], ["--explain", "DRV999"]]
)
def test_wrong_use_is_one_line_and_exits_2(capsys, arguments):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["DRV305", "drv305", "wx"])
def test_explain_tells_why_source_and_fix(capsys, name):
    assert main(["--explain", name]) == 0
    out = capsys.readouterr().out
    assert out.startswith("DRV305 wx\n")
    for word in ("checks", "level", "breaks", "why", "source", "fix"):
        assert f"\n  {word}" in out


def test_explain_has_a_page_for_every_rule(capsys):
    for name in RULES:
        assert main(["--explain", name]) == 0
        assert capsys.readouterr().out.startswith(name)


def test_list_rules_has_a_line_per_rule(capsys):
    assert main(["--list-rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(ALL_RULES)


def test_json_is_one_stable_object(files, capsys):
    arguments = ["--format", "json", str(files / "wx.sys"), str(files / "good.sys")]
    assert main(arguments) == 1
    first = capsys.readouterr().out
    assert main(arguments) == 1
    assert capsys.readouterr().out == first
    report = json.loads(first)
    assert report["schema"] == "ntbuild.pecheck/1"
    assert [f["file"] for f in report["files"]] == arguments[2:]
    (finding,) = report["findings"]
    assert finding["rule"] == "DRV305"
    assert finding["level"] == "error"
    assert (finding["location"]["section"], finding["location"]["offset"]) == ("header", 0x1AC)
    assert finding["profiles"] == ["hvci", "sec"]
    assert finding["suppressed"] is False


def test_a_stamp_can_be_asked_for(files, capsys):
    assert main(["--stamp", "0x5F000001", "--profile", "repro", str(files / "good.sys")]) == 0
    assert main(["--stamp", "1", "--profile", "repro", str(files / "good.sys")]) == 1
    assert "DRV801" in capsys.readouterr().out


def test_terminal_escapes_in_names_are_not_printed(files, capsys):
    name = files / "a\x1b[2Jb.sys"
    name.write_bytes(_bad("DRV318", "control"))
    main([str(name)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\\x1b[2J" in out


def test_a_bug_is_one_line_and_exits_3(files, capsys, monkeypatch):
    monkeypatch.delenv("NTBUILD_DEBUG", raising=False)
    monkeypatch.setattr("ntbuild.pecheck.commands.check.check_image", lambda *_: 1 / 0)
    assert main([str(files / "good.sys")]) == 3
    out, err = capsys.readouterr()
    assert not out
    assert err == "pecheck: internal error, please report: ZeroDivisionError: division by zero\n"


def test_a_bug_shows_where_it_is_when_asked(files, capsys, monkeypatch):
    monkeypatch.setenv("NTBUILD_DEBUG", "1")
    monkeypatch.setattr("ntbuild.pecheck.commands.check.check_image", lambda *_: 1 / 0)
    assert main([str(files / "good.sys")]) == 3
    assert "Traceback" in capsys.readouterr().err


def test_a_closed_pipe_is_no_traceback():
    command = [sys.executable, "-m", "ntbuild.pecheck", "--list-rules"]
    with subprocess.Popen(
        command, env={"PYTHONPATH": str(SITE)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
