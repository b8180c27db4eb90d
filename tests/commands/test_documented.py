"""The page about the command names commands and options that are there."""

import re
from pathlib import Path

import pytest

from ntbuild.commands.cli import main
from ntbuild.commands.common import COMMANDS

PAGE = (Path(__file__).parents[2] / "docs/import.md").read_text(encoding="utf-8")
LINES = re.findall(r"^    (ntbuild [^\n]*?)(?:  [^\n]*)?$", PAGE, re.MULTILINE)


def options_in(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


def test_every_line_names_a_command():
    assert len(LINES) >= 8
    assert {line.split()[1] for line in LINES} <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_options_on_the_page_exist(name, capsys):
    with pytest.raises(SystemExit):
        main([name, "--help"])
    known = options_in(capsys.readouterr().out)
    used = {each for line in LINES if line.split()[1] == name for each in options_in(line)}
    assert used <= known


def test_options_in_sentences_exist(capsys):
    shown = ""
    for name in COMMANDS:
        with pytest.raises(SystemExit):
            main([name, "--help"])
        shown += capsys.readouterr().out
    named = options_in(" ".join(re.findall(r"`(-[^`:]*)`", PAGE)))
    assert {"-o", "--force", "--arch"} <= named <= options_in(shown)
