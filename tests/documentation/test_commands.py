"""The tutorial's commands do what it says, and the messages of the page on troubleshooting come.

A project of ``ntbuild new wdm`` is built by the tutorial's commands; each mistake of the page is
made in it and taken back.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from documentation.reference import ROOT
from sconsproject import seeded

TUTORIAL = (ROOT / "docs/tutorial.md").read_text(encoding="utf-8")
TROUBLES = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^    ((?:ntbuild|scons|cd)\b.*)$", re.MULTILINE)
BLOCK = re.compile(r"```text\n(.*?)```", re.DOTALL)

ENTRY = '    DbgPrint("greeter: started\\n");'
SCRIPT = "    version_info="
# What the first line of a message needs: words of the command line, or edits of files.
MISTAKES = {
    "unknown variable 'arh'": ["arh=x64"],
    "toolchain=mingw arch=arm64": ["toolchain=mingw", "arch=arm64"],
    "unknown keyword 'versoin_info'": [("SConstruct", SCRIPT, "    versoin_info=")],
    "stack: expected": [("SConstruct", SCRIPT, f'    stack="128K",\n{SCRIPT}')],
    "no model 'kmfd'": [("SConstruct", SCRIPT, f'    model="kmfd",\n{SCRIPT}')],
    "kit: no Windows": [("SConstruct", SCRIPT, f'    kit="auto",\n{SCRIPT}')],
    "File target `nosuch'": ["nosuch"],
    "'nosuch.h' file not found": [("greeter.c", "<ntddk.h>", "<nosuch.h>")],
    "undeclared function 'WdfDriverOpenPersistentStateRegistryKey'": [
        ("SConstruct", SCRIPT, f'    model="kmdf",\n{SCRIPT}'),
        ("greeter.c", '#include "greeter.h"', '#include <wdf.h>\n#include "greeter.h"'),
        ("greeter.c", ENTRY, "    WdfDriverOpenPersistentStateRegistryKey(0, 0, 0, 0);"),
    ],
    "undefined symbol: FltUnregisterFilter": [
        ("greeter.c", '#include "greeter.h"', "void NTAPI FltUnregisterFilter(PVOID);"),
        ("greeter.c", "DRIVER_INITIALIZE", '#include "greeter.h"\nDRIVER_INITIALIZE'),
        ("greeter.c", ENTRY, "    FltUnregisterFilter(0);"),
    ],
    "undefined symbol: printf": [
        ("greeter.c", "<ntddk.h>", "<ntddk.h>\n#include <stdio.h>"),
        ("greeter.c", ENTRY, ENTRY.replace("DbgPrint", "printf")),
    ],
    "DRV305 wx": [
        ("SConstruct", "import Ioctl", "import Section, Ioctl"),
        (
            "SConstruct",
            SCRIPT,
            f'    sections=[Section("FOO", write=True, execute=True)],\n{SCRIPT}',
        ),
        (
            "greeter.c",
            "static volatile LONG GreeterCalls;",
            '__attribute__((section("FOO"))) volatile LONG GreeterCalls = 1;',
        ),
    ],
    "DRV001": [("SConstruct", SCRIPT, f'    allow={{"DRV314": "read last"}},\n{SCRIPT}')],
    "run: error": ["run", ("SConstruct", '"greeter: started"', '"never printed"')],
}
DONE = {"DRV001"}
"""Mistakes that are only warned of."""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Run a command of a page as a shell does; its status and everything that it printed."""
    folder = tmp_path_factory.mktemp("a tutorial")
    tools = folder / "bin"
    tools.mkdir()
    for name, module in (
        ("ntbuild", "ntbuild"),
        ("scons", "SCons"),
        ("pecheck", "ntbuild.pecheck"),
    ):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n', encoding="utf-8")
        tool.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "site_scons"),
        "NTBUILD_DATA": str(folder / "data"),
        "HOME": str(folder),
    }
    environment.pop("NTBUILD_KIT", None)
    environment.pop("NTBUILD_KIT_HEADERS", None)

    def command(words, cwd="greeter"):
        done = subprocess.run(
            ["bash", "-c", words],
            cwd=folder / cwd,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        return done.returncode, done.stdout

    command.folder = folder
    return command


@pytest.fixture(scope="module")
def project(run):
    """The tutorial's project after all of its commands, and what each printed."""
    printed = {}
    where = ""
    for words in COMMAND.findall(TUTORIAL):
        if words.startswith("cd "):
            where = words.removeprefix("cd ")
            seeded(run.folder / where)
            continue
        status, text = run(words, where)
        assert status == 0, f"{words}\n{text}"
        printed[words] = text
    return printed


def test_the_commands_of_the_tutorial_do_what_it_says(run, project):
    assert project["ntbuild doctor"].startswith("ok        build")
    made = run.folder / "greeter/build"
    for machine in ("x64", "arm64"):
        for flavor in ("debug", "release"):
            assert (made / f"zig/{machine}/{flavor}/greeter.sys").is_file()
    assert "<title>Build report</title>" in (made / "report.html").read_text(encoding="utf-8")
    package = {path.name for path in (made / "package/zig/x64/debug/greeter").iterdir()}
    assert {"greeter.sys", "greeter.inf", "greeter.cat", "test-ca.cer"} <= package
    (shown,) = (block for block in BLOCK.findall(TUTORIAL) if block.startswith("greeter.sys"))
    output = project["ntbuild run build/zig/x64/debug/greeter.sys"]
    shown, output = (re.sub(r"(unicorn|qemu) .*?:", r"\1:", each) for each in (shown, output))
    assert [line for line in shown.splitlines() if line not in output.splitlines()] == [], output


def test_the_declaration_in_the_tutorial_is_that_of_the_project(run, project):
    assert project
    script = (run.folder / "greeter/SConstruct").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(.*?)```", TUTORIAL, re.DOTALL)
    for line in block.splitlines():
        assert "run=Run(...)" in line or line in script.splitlines(), line


def test_every_message_of_the_page_has_its_mistake():
    firsts = [block.splitlines()[0] for block in BLOCK.findall(TROUBLES)]
    named = {word: [first for first in firsts if word in first] for word in MISTAKES}
    assert {word: len(found) for word, found in named.items()} == dict.fromkeys(MISTAKES, 1)
    assert len(firsts) == len(MISTAKES)


@pytest.mark.parametrize("word", MISTAKES)
def test_a_mistake_gives_the_message_of_the_page(run, project, word):
    assert project
    (block,) = (each for each in BLOCK.findall(TROUBLES) if word in each.splitlines()[0])
    folder = run.folder / "greeter"
    kept = run.folder / "kept"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    for name in ("SConstruct", "greeter.c"):
        shutil.copy(folder / name, kept)
    try:
        for each in MISTAKES[word]:
            if isinstance(each, tuple):
                name, old, new = each
                text = (folder / name).read_text(encoding="utf-8")
                assert old in text
                (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        words = [each for each in MISTAKES[word] if isinstance(each, str)]
        status, text = run(" ".join(["scons", "-Q", *map(repr, words)]))
    finally:
        for name in ("SConstruct", "greeter.c"):
            shutil.copy(kept / name, folder)
    assert (status == 0) is (word in DONE), text
    lines = iter(text.splitlines())
    for expected in block.replace("mine", "greeter").splitlines():
        assert any(expected in line for line in lines), f"{expected}\n{text}"
