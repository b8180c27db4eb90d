"""The command itself: help, version, exit codes, messages, and no traceback ever."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ntbuild.commands import cli
from ntbuild.commands.common import COMMANDS
from ntbuild.support.version import __version__

HOME = Path(__file__).parents[2] / "site_scons"
SCREEN = 48
"""Lines of a terminal's window as it is used; 80 columns, to which argparse breaks."""


def run(*words, stdout=subprocess.PIPE):
    environment = os.environ | {"PYTHONPATH": str(HOME)}
    command = [sys.executable, "-m", "ntbuild", *words]
    return subprocess.run(
        command, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True, check=False
    )


def test_help_lists_every_command(capsys):
    assert cli.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_without_words_the_help_goes_to_stderr(capsys):
    assert cli.main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("usage: ntbuild COMMAND")


WAYS = ("inf stamp", "inf lint", "inf rules", "cat lint", "cat rules")
"""Commands below a command."""


@pytest.mark.parametrize("name", [*COMMANDS, *WAYS])
def test_every_command_has_help_and_exit_codes(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit) as ended:
        cli.main([*name.split(), "--help"])
    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert shown.startswith(f"usage: ntbuild {name} ")
    assert "exit code: 0" in shown
    fits_a_screen(shown)


def test_the_help_of_all_fits_a_screen_with_the_other_commands_and_exit_codes(capsys):
    assert cli.main(["help"]) == 0
    shown = capsys.readouterr().out
    assert {"scons", "pelink", "pecheck", "exit code: 0"} <= {
        word for word in ("scons", "pelink", "pecheck", "exit code: 0") if word in shown
    }
    fits_a_screen(shown)


def fits_a_screen(text):
    lines = text.splitlines()
    assert len(lines) <= SCREEN
    assert max(map(len, lines)) <= 84


def test_version(capsys):
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"ntbuild {__version__}\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["inport"], "ntbuild: no command 'inport'; did you mean 'import'?"),
        (["xyzzy"], "ntbuild: no command 'xyzzy'; it is one of KNOWN"),
        (["-x"], "ntbuild: no option '-x'; ntbuild COMMAND [options], or --help or --version"),
        (["\x1b[2J"], "ntbuild: no command '\\x1b[2J'; it is one of KNOWN"),
    ],
)
def test_unknown_words_are_one_line(words, message, capsys):
    assert cli.main(words) == 2
    known = ", ".join(COMMANDS)
    assert capsys.readouterr().err == message.replace("KNOWN", known) + "\n"


def test_wrong_options_are_refused_by_the_parser(capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["libs", "--frob"])
    assert ended.value.code == 2
    assert "ntbuild libs: error: unrecognized arguments: --frob" in capsys.readouterr().err


def test_a_bug_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(cli, "_run", lambda _words: 1 / 0)
    monkeypatch.delenv("NTBUILD_DEBUG", raising=False)
    assert cli.main(["libs"]) == 3
    message = "ntbuild: internal error, please report: ZeroDivisionError: division by zero\n"
    assert capsys.readouterr().err == message


def test_a_closed_pipe_is_no_error():
    reader, writer = os.pipe()
    os.close(reader)
    done = run("libs", stdout=writer)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_the_module_is_the_command():
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"ntbuild {__version__}\n")
