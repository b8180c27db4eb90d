"""Outputs of the command: no input is replaced, whatever it is and however it is named."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ntbuild
from linking import entry_object
from ntbuild.pelink.commands.cli import main

LINE = ["/driver", "/entry:DriverEntry", "/machine:x64"]


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(entry_object("Used"))
    Path("b.obj").write_bytes(entry_object(name="Used"))
    assert main(["/lib", "/out:lib.lib", "b.obj"]) == 0
    Path("x.def").write_text("EXPORTS DriverEntry\n")
    Path("x.rsp").write_text("/driver /entry:DriverEntry a.obj lib.lib")
    Path("order.txt").write_text("Used\n")
    Path("lib").mkdir()
    Path("lib/far.lib").write_bytes(Path("lib.lib").read_bytes())
    Path("far.o").symlink_to("a.obj")


def content():
    return {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ([*LINE, "a.obj", "lib.lib", "/out:a.obj"], "a.obj"),
        ([*LINE, "a.obj", "lib.lib", "/out:./lib/../a.obj"], "a.obj"),
        ([*LINE, "a.obj", "lib.lib", "/out:far.o"], "a.obj"),
        ([*LINE, "far.o", "lib.lib", "/out:a.obj"], "far.o"),
        ([*LINE, "a.obj", "lib.lib", "/out:x.sys", "/map:lib.lib"], "lib.lib"),
        ([*LINE, "a.obj", "far.lib", "/libpath:lib", "/out:lib/far.lib"], "lib/far.lib"),
        ([*LINE, "a.obj", "lib.lib", "/def:x.def", "/out:x.def"], "x.def"),
        ([*LINE, "a.obj", "lib.lib", "/order:@order.txt", "/out:order.txt"], "order.txt"),
        (["@x.rsp", "/out:x.rsp"], "x.rsp"),
        (["-m", "i386pep", "-e", "DriverEntry", "a.obj", "lib.lib", "-o", "x.exe",
          "--dependency-file=lib.lib"], "lib.lib"),
        (["-m", "i386pep", "-e", "DriverEntry", "@x.rsp2", "-o", "x.rsp2"], "x.rsp2"),
        (["/lib", "/out:a.obj", "a.obj"], "a.obj"),
        (["/lib", "/def:x.def", "/machine:x64", "/out:x.def"], "x.def"),
        (["/lib", "@x.rsp3", "/out:x.rsp3"], "x.rsp3"),
    ],
)  # fmt: skip
def test_an_output_never_replaces_an_input(words, name, capsys):
    Path("x.rsp2").write_text("a.obj lib.lib")
    Path("x.rsp3").write_text("a.obj")
    before = content()
    assert main(words) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"pelink: error: {name}: an output would replace this input"
    assert content() == before


@pytest.mark.parametrize("words", [["/map:x.sys"], ["/map:./x.sys"], ["/map:m", "/lldmap:m"]])
def test_two_outputs_in_one_file_are_an_error(words, capsys):
    before = content()
    assert main([*LINE, "a.obj", "lib.lib", "/out:x.sys", *words]) == 1
    assert "two outputs would be written to this file" in capsys.readouterr().err
    assert content() == before


def test_a_library_may_be_written_anew_with_more_members():
    assert main(["/lib", "/out:lib.lib", "lib.lib", "a.obj"]) == 0
    assert Path("lib.lib").read_bytes().count(b"DriverEntry") > 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
def test_a_link_that_is_killed_leaves_nothing_for_long():
    """Killed at many moments; a whole image is there or none, and the next link cleans up."""
    environment = {**os.environ, "PYTHONPATH": str(Path(ntbuild.__file__).parents[1])}
    command = [sys.executable, "-m", "ntbuild.pelink", "@x.rsp", "/map", "/out:x.sys"]
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    whole = content()
    for step in range(12):
        process = subprocess.Popen(command, env=environment)
        time.sleep(0.02 * step)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert Path("x.sys").read_bytes() == whole[Path("x.sys")]
    assert main(command[3:]) == 0
    assert content() == whole
