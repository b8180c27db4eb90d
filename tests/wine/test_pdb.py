"""Debuggers read our PDBs: dbghelp of Wine resolves names, addresses, lines, locals and types."""

import shutil
import subprocess
from pathlib import Path

import pytest

import peers
from differential.corpus import ROOT, TRIPLES
from differential.pdbs import linked_with_pdb
from dwarfobjects import C, compiled
from ntbuild import link, options_from_argv

PROGRAM = Path(__file__).parent / "programs/ask_dbghelp.c"
SOURCE = ROOT / "drivers/ioctl/ioctl.c"


@pytest.fixture(scope="module")
def ask_dbghelp(tmp_path_factory):
    program = tmp_path_factory.mktemp("dbghelp") / "ask_dbghelp.exe"
    command = [peers.require("gcc-x64"), "-O1", str(PROGRAM), "-o", str(program), "-ldbghelp"]
    subprocess.run(command, check=True)
    return program


@pytest.mark.parametrize("optimisation", ["-O0", "-O2"])
@pytest.mark.parametrize("machine", TRIPLES)
def test_dbghelp_resolves_names_addresses_lines_locals_and_types(
    machine, optimisation, wine, ask_dbghelp, tmp_path
):
    image, _ = linked_with_pdb(tmp_path, machine, optimisation)
    base = {"x64": "140000000", "arm64": "140000000"}.get(machine, "400000")
    program = tmp_path / ask_dbghelp.name
    shutil.copy2(ask_dbghelp, program)
    done = wine.run(
        "cmd",
        "/c",
        f"cd /d Z:{tmp_path} && {program.name} {image.name} {base} IoctlUnload _DRIVER_OBJECT",
    )
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    assert lines[0] == "symbols 3 unmatched 0"  # SymPdb
    entry = next(
        number
        for number, text in enumerate(SOURCE.read_text().splitlines(), 1)
        if "IoctlUnload(PDRIVER_OBJECT" in text and not text.endswith(";")
    )
    assert lines[1].startswith("name IoctlUnload at ")
    assert lines[2] == "address IoctlUnload+4"
    assert lines[3].startswith("line ")
    assert abs(int(lines[3].split()[-1]) - entry) <= 1
    size = 8 if machine in ("x64", "arm64") else 4
    assert f"local DriverObject of {size} bytes" in lines
    assert f"type _DRIVER_OBJECT of {0x150 if size == 8 else 0xA8} bytes" in lines
    assert any(line.startswith("file ") and line.endswith("ioctl.c") for line in lines)


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_dbghelp_resolves_functions_and_lines_of_gcc(machine, wine, ask_dbghelp, tmp_path):
    inputs = compiled(tmp_path, "gcc", machine, "-O2", "-gdwarf-4")
    image = tmp_path / "it.sys"
    words = ["/driver", "/entry:DriverEntry", "/force:unresolved", "/debug:full,nodwarf"]
    result = link(inputs, options_from_argv([*words, f"/out:{image}"]))
    image.write_bytes(result.image)
    image.with_suffix(".pdb").write_bytes(result.pdb)
    program = tmp_path / ask_dbghelp.name
    shutil.copy2(ask_dbghelp, program)
    base = "140000000" if machine == "x64" else "400000"
    done = wine.run(
        "cmd", "/c", f"cd /d Z:{tmp_path} && {program.name} {image.name} {base} helper none"
    )
    lines = done.stdout.splitlines()
    assert lines[0] == "symbols 3 unmatched 0"
    assert lines[1].startswith("name helper at ")
    assert lines[2] == "address helper+4"
    begin = C.splitlines().index("__attribute__((noinline)) int helper(int a)") + 1
    assert lines[3].startswith("line ")
    assert begin <= int(lines[3].split()[-1]) <= begin + 1
    assert done.returncode == 7  # there are no types
