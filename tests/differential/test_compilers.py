"""Objects as other compilers write them: clang for MSVC's ABI, C++ of clang and gcc."""

import subprocess
from pathlib import Path

import pytest

import peers
from differential.compare import assert_equal_but_for_reasons
from differential.corpus import TRIPLES, import_library, link_both, link_like_gnu
from differential.test_imports import GNU, dlltool
from ntbuild.pecoff.machine import MACHINES

SAMPLE = Path(__file__).with_name("sample.cpp")
IMPORTS = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\n"
FLAGS = ("-fno-exceptions", "-fno-rtti", "-ffreestanding", "-fno-threadsafe-statics", "-w")


def compiled(command: list[str], folder: Path) -> list[Path]:
    """The sample's two halves."""
    found = []
    for name, half in (("first", []), ("second", ["-DSECOND"])):
        target = folder / f"{name}.obj"
        argv = [*command, *FLAGS, *half, "-c", str(SAMPLE), "-o", str(target)]
        subprocess.run(argv, check=True)
        found.append(target)
    return found


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("machine", MACHINES)
def test_clang_for_msvc(machine, level, tmp_path):
    triple = TRIPLES[machine].replace("w64-windows-gnu", "pc-windows-msvc")
    command = [peers.require("clang"), f"--target={triple}", level, "-fms-extensions", "-mno-sse"]
    if machine in ("arm64", "arm"):
        command.remove("-mno-sse")
    objects = compiled([*command, "-ffunction-sections", "-fdata-sections"], tmp_path)
    library = import_library(IMPORTS, machine, tmp_path / "nt.lib")
    ours, theirs, known = link_both(objects, [library], tmp_path, machine, lld=MSVC)
    assert_equal_but_for_reasons(ours, theirs, known)


MSVC = ("-opt:ref,noicf,nolldtailmerge",)


@pytest.mark.parametrize("machine", MACHINES)
def test_clang_for_mingw_with_debug_data(machine, tmp_path):
    command = [peers.require("clang"), f"--target={TRIPLES[machine]}", "-O1", "-g"]
    objects = compiled([*command, "-ffunction-sections", "-fdata-sections"], tmp_path)
    library = import_library(IMPORTS, machine, tmp_path / "nt.lib")
    ours, theirs, known = link_both(objects, [library], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, known)


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_gcc(machine, tmp_path):
    gcc = peers.require(f"gcc-{machine}")
    command = [gcc, "-O1", "-x", "c++", "-ffunction-sections"]
    done = subprocess.run(
        [gcc, "-print-prog-name=cc1plus"], capture_output=True, text=True, check=True
    )
    if not Path(done.stdout.strip()).is_file():
        command = [peers.require("clang"), f"--target={TRIPLES[machine]}", "-O1"]
    objects = compiled(command, tmp_path)
    definition = IMPORTS
    library = dlltool(definition, machine, tmp_path / "nt.lib")
    ours, theirs, known = link_both(objects, [library], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, known)
    ours, theirs, known = link_like_gnu(objects, [library], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, known, GNU)
