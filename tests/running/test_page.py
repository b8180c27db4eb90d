"""The commands of the page on runs, with the samples' images."""

import shlex
import shutil
from pathlib import Path

import pytest

from commands.test_documented import LINE
from ntbuild.commands.cli import main

PAGE = Path(__file__).parents[2] / "docs/run.md"
LINES = [
    line
    for line in dict.fromkeys(LINE.findall(PAGE.read_text(encoding="utf-8")))
    if line.startswith("ntbuild run") and "wine" not in line
]


@pytest.mark.parametrize("line", LINES)
def test_a_command_proves_a_driver(samples, ready, line, tmp_path, monkeypatch, capsys):
    ready("x64")
    for name in ("hello", "client", "core", "ioctl"):
        shutil.copy(samples["x64", name], tmp_path / f"{name}.sys")
    monkeypatch.chdir(tmp_path)
    code = main(shlex.split(line)[1:])
    said = capsys.readouterr().out
    assert (code, "proved" in said) == (0, True), said
    assert ("status 0x00000000, 4 bytes 2a 00 00 00" in said) is ("--ioctl" in line)


def test_the_page_has_such_commands():
    assert len(LINES) >= 3
