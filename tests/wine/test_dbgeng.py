"""WinDbg's own engine reads our PDBs, where a developer has it.

    NTBUILD_DBGENG=/path/to/dlls pytest tests/wine/test_dbgeng.py

The folder has dbgeng.dll, dbghelp.dll, DbgModel.dll and symsrv.dll for x64, as the Debugging Tools
for Windows and some packages bring them, each with its licence: read it first. They are not part of
ntbuild, and no other test needs them.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dwarfobjects
import pdbfiles
import peers
from ntbuild import link, options_from_argv
from ntbuild.commands.cli import main
from ntbuild.pecoff.msf import read_msf

FOLDER = os.environ.get("NTBUILD_DBGENG")
PROGRAM = Path(__file__).parent / "programs/ask_dbgeng.cpp"
OVERRIDES = "dbgeng,dbghelp,dbgmodel,symsrv=n"
SOURCE = """
struct device { int opened; void *context; };
int total;
__attribute__((noinline)) int count(struct device *device)
{
    device->opened += ++total;
    return device->opened;
}
static inline int twice(struct device *device)
{
    return 2 * count(device);
}
int DriverEntry(struct device *device, void *path)
{
    int found = twice(device);
    device->context = path;
    return found + count(device);
}
"""
pytestmark = pytest.mark.skipif(not FOLDER, reason="NTBUILD_DBGENG names no folder with dbgeng.dll")


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(SOURCE.splitlines(), 1) if text in line)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A folder with the engine and a program that asks it."""
    folder = tmp_path_factory.mktemp("dbgeng")
    for dll in Path(FOLDER).glob("*.dll"):
        shutil.copy2(dll, folder)
    command = [peers.require("g++-x64"), "-O1", "-static", str(PROGRAM), "-luuid", "-o"]
    subprocess.run([*command, str(folder / "ask_dbgeng.exe")], check=True)
    return folder


@pytest.fixture
def ask(engine, wine):
    """A function: what the engine says of an image and its PDB, by command."""

    def run(image: bytes, pdb: bytes, *commands: str, server: str = "") -> dict[str, str]:
        (engine / "it.sys").write_bytes(image)
        (engine / "it.pdb").write_bytes(pdb)
        folder = f"Z:{engine}"
        words = [f"{folder}/ask_dbgeng.exe", f"{folder}/it.sys", server or folder, *commands]
        done = wine.run(*words, overrides=OVERRIDES)
        assert done.returncode == 0, done.stdout
        found = re.split(r"^> (.*)\r?\n", done.stdout.replace("\r", ""), flags=re.MULTILINE)
        return dict(zip(found[1::2], found[2::2], strict=True))

    return run


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    folder = tmp_path_factory.mktemp("driver")
    (folder / "it.c").write_text(SOURCE)
    command = [sys.executable, "-m", "ziglang", "clang", "--target=x86_64-windows-gnu", "-O2"]
    command += ["-g", "-gcodeview", "-fdebug-compilation-dir=.", "-c", "it.c", "-o", "it.obj"]
    subprocess.run(command, check=True, cwd=folder)
    return linked(folder, folder / "it.obj")


def linked(folder: Path, *inputs: Path):
    words = ["/driver", "/entry:DriverEntry", "/debug:full,nodwarf", "/force:unresolved"]
    return link(inputs, options_from_argv([*words, f"/out:{folder / 'it.sys'}"]))


def test_the_engine_has_private_symbols_types_lines_and_inlined_functions(driver, ask):
    asked = ("lm", "x it!*", "dt it!device", ".lines -e", "ln it!count", "uf it!DriverEntry")
    said = ask(driver.image, driver.pdb, *asked)
    assert "(private pdb symbols)" in said["lm"]  # because of the global variable
    assert "it!count (struct device *)" in said["x it!*"]
    assert "+0x008 context" in said["dt it!device"]
    assert "Exact matches:\n    it!count (struct device *)" in said["ln it!count"]
    begin = line_of("int count")
    assert re.search(rf"it\.c\(({begin}|{begin + 1}|{begin + 2})\)", said["ln it!count"])
    code = said["uf it!DriverEntry"]
    assert re.search(rf"^ *{line_of('return found')} ", code, re.MULTILINE)
    assert "call    it!count" in code


def test_the_engine_has_functions_and_lines_of_dwarf(ask, tmp_path):
    result = linked(tmp_path, *dwarfobjects.compiled(tmp_path, "gcc", "x64", "-O2", "-gdwarf-5"))
    said = ask(result.image, result.pdb, "lm", "x it!*", ".lines -e", "ln it!helper")
    assert "pdb symbols)" in said["lm"]
    assert "it!space::hidden" in said["x it!*"]
    begin = dwarfobjects.C.splitlines().index("__attribute__((noinline)) int helper(int a)") + 1
    assert re.search(rf"first\.c\({begin}|first\.c\({begin + 1}", said["ln it!helper"])


def test_the_engine_finds_what_symstore_stores(driver, ask, tmp_path):
    (tmp_path / "it.sys").write_bytes(driver.image)
    (tmp_path / "it.pdb").write_bytes(driver.pdb)
    assert main(["symstore", str(tmp_path / "store"), str(tmp_path / "it.sys")]) == 0
    server = f"srv*Z:{tmp_path}/store".replace("/", "\\")
    said = ask(driver.image, b"no PDB", "lm", "x it!count", server=server)
    assert "pdb symbols)" in said["lm"]
    assert "store\\it.pdb\\" in said["lm"].replace("/", "\\")
    assert "it!count (struct device *)" in said["x it!count"]


LOST = {
    "GUID": ("lm", "pdb symbols"),
    "age of the stream of modules": ("lm", "pdb symbols"),
    "files of modules": ("ln it!count", "it.c("),
    "section contributions": ("ln it!count", "it.c("),
}
"""Fields of `pdbfiles.BREAKS`: a command, and what the engine no longer answers to it."""


@pytest.mark.parametrize("field", LOST)
def test_a_broken_field_costs_the_engine_what_pecheck_says(field, driver, ask):
    streams = [bytearray(each) for each in read_msf("it.pdb", driver.pdb)]
    pdbfiles.BREAKS[field](streams)
    command, lost = LOST[field]
    good = ask(driver.image, driver.pdb, ".lines -e", command)
    bad = ask(driver.image, pdbfiles.file_of(streams), ".lines -e", command)
    assert lost in good[command]
    assert lost not in bad[command]
