"""Every command on every page is one that is there, with options that its parser takes.

Nothing is run here but the parsers, `ntbuild new` and pecheck. test_pages.py and
tests/running/test_page.py run those of further pages; the tutorial's, and those on signing,
packages, a test machine and ELF modules, have tests of their own.
"""

import argparse
import contextlib
import functools
import io
import re
import shlex
from pathlib import Path

import pytest

from ntbuild.commands.cli import main
from ntbuild.commands.common import COMMANDS
from ntbuild.compilers.matrix import FLAVORS, known_toolchains
from ntbuild.compilers.toolchain import MACHINES
from ntbuild.pecheck.cli import main as pecheck
from ntbuild.pelink.spelling.link_exe import options_from_argv
from pecheck.golden import golden

ROOT = Path(__file__).parents[2]
PAGES = [*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "PYPI.md"]
IMPORTING = (ROOT / "docs/import.md").read_text(encoding="utf-8")
# A command in a block, with an explanation behind two blanks.
LINE = re.compile(
    r"^(?: {4}|\t)(?:\$ )?((?:scons|ntbuild|pelink|pecheck)(?: [^\n]*?)?)(?: {2,}[^\n]*)?$",
    re.MULTILINE,
)
SPAN = re.compile(r"`((?:ntbuild|pecheck) [^`]*-[^`]*)`")
SCONS = (ROOT / "docs/reference/variables.md").read_text(encoding="utf-8")
STANDARD = {"-c", "-h", "-k", "-n", "-s", "-j2", "-j4", "-j8", "--debug=explain"}
TARGETS = r"(drivers|run|package)(/[\w./]+)?|release|report|compile_commands\.json|mine|build/.*"
VALUES = {"toolchain": set(known_toolchains()), "arch": set(MACHINES), "flavor": set(FLAVORS)}
WAYS = {"inf": (["stamp"], ["lint"]), "cat": (["lint"],)}


class Parsed(SystemExit):
    """The words of a command were taken; no part of a program catches it."""


def commands(pattern, program):
    """A parameter for each command of a program on the pages; what is behind `&&` is another."""
    found = {}
    for page in PAGES:
        for line in pattern.findall(page.read_text(encoding="utf-8")):
            for each in re.split(r" && | \|\| ", line):
                if re.match(rf"{program}\b", each):
                    words = re.sub(r" [|<>].*", "", each).rstrip(" \\")
                    found[words] = pytest.param(words, id=f"{page.stem}: {words}")
    assert found
    return list(found.values())


@pytest.fixture
def parses(monkeypatch):
    """Argument parsers that stop the command when they have taken its words."""
    parse = argparse.ArgumentParser.parse_args

    def parse_only(parser, *arguments, **named):
        parse(parser, *arguments, **named)
        raise Parsed

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse_only)


@pytest.mark.parametrize("line", commands(LINE, "ntbuild"))
@pytest.mark.usefixtures("parses")
def test_a_command_of_ntbuild_is_taken(line):
    with pytest.raises(Parsed):
        main(shlex.split(line.replace("\\", "\\\\"))[1:])


@pytest.mark.parametrize("line", commands(LINE, "pecheck"))
@pytest.mark.usefixtures("parses")
def test_a_command_of_pecheck_is_taken(line):
    with pytest.raises(Parsed):
        pecheck(shlex.split(line)[1:])


@pytest.mark.parametrize("line", commands(LINE, "pelink"))
def test_a_command_of_pelink_is_taken(line):
    options = [word for word in shlex.split(line)[1:] if word.startswith("/") and word != "/elf"]
    assert options_from_argv(options).out or "--make-ld-dir" in line


@pytest.mark.parametrize("line", commands(LINE, "scons"))
def test_a_command_of_scons_names_what_is_there(line):
    for word in shlex.split(line)[1:]:
        name, equals, value = word.partition("=")
        if word.startswith("-"):
            assert word in STANDARD or f"| `{name}` |" in SCONS, word
        elif equals:
            assert f"| `{name}=` |" in SCONS, word
            assert set(value.split(",")) <= VALUES.get(name, {value}) | {"all"}, word
        else:
            assert re.fullmatch(TARGETS, word), word


@pytest.mark.parametrize("line", commands(LINE, "ntbuild new"))
def test_a_new_project_of_a_page_is_made(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(line.split()[1:]) == 0
    assert (tmp_path / line.split()[-1] / "SConstruct").is_file()


@pytest.mark.parametrize("line", [each for each in commands(LINE, "pecheck") if "*" not in each.id])
def test_a_command_of_pecheck_does_something(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name, machine in (("a.sys", "x64"), ("b.sys", "arm64"), ("boot.efi", "x64")):
        (tmp_path / name).write_bytes(bytes(golden(machine)))
    words = line.replace(" --map a.map", "").replace("$<", "a.sys").replace("$@", "c.sys").split()
    assert pecheck(words[1:]) in {0, 1}
    assert capsys.readouterr() != ("", "")


def options_in(text):
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


@functools.cache
def help_of(name):
    text = io.StringIO()
    for way in ([], *WAYS.get(name, ())):
        with pytest.raises(SystemExit), contextlib.redirect_stdout(text):
            main([name, *way, "--help"])
    return text.getvalue()


@pytest.mark.parametrize("name", COMMANDS)
def test_options_of_a_command_in_sentences_exist(name):
    pages = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = [each for each in SPAN.findall(pages) if each.split()[1] == name]
    assert {option for each in named for option in options_in(each)} <= options_in(help_of(name))


def test_options_on_the_page_of_importing_exist():
    named = options_in(" ".join(re.findall(r"`(-[^`:]*)`", IMPORTING)))
    assert {"-o", "--force", "--arch"} <= named <= options_in(" ".join(map(help_of, COMMANDS)))
