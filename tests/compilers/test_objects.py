"""What the flags promise about objects: unwind data, registers, sections, equal bytes."""

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import peers
from compilers.compiling import (
    CELLS,
    FEATURES,
    PROGRAMS,
    ROOT,
    cell_flavors,
    command,
    compile_to,
    section_names,
    sections,
    symbols,
    toolchains,
)
from ntbuild.compilers.toolchain import FLAVORS

HELLO = ROOT / "drivers" / "hello" / "hello.c"
CODE, EXECUTE, WRITE = 0x20, 0x20000000, 0x80000000


def starts(names, prefix):
    return any(name.split("$")[0] == prefix for name in names)


@pytest.mark.parametrize(("name", "machine", "flavor"), cell_flavors())
def test_code_can_be_unwound_where_the_machine_has_tables(name, machine, flavor, tmp_path):
    names = section_names(compile_to(tmp_path / "it.o", name, machine, flavor, HELLO))
    if machine == "x86":
        assert not starts(names, ".eh_frame")
        assert not starts(names, ".pdata")
    else:
        assert starts(names, ".pdata")


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(
    ("name", "machine", "registers"),
    [
        *((name, "x86", r"%[xyz]?mm\d") for name in ("zig", "mingw", "clang", "zig cc")),
        *((name, "arm64", r"\b[vqdsh]\d+\b(?!:)") for name in ("zig", "clang", "zig cc")),
    ],
)
def test_code_stays_out_of_vector_registers(name, machine, registers, flavor, tmp_path):
    objdump = peers.require("llvm-objdump")
    toolchain_name = "zig" if name == "zig cc" else name
    peers.require_toolchain(toolchain_name, machine)
    toolchain = toolchains()[toolchain_name]
    if name == "zig cc":
        toolchain = dataclasses.replace(toolchain, candidates=toolchain.candidates[1:])
    source = PROGRAMS / "copies.c"
    argv = command(toolchain, machine, flavor, source, tmp_path / "it.o", "-O3")
    subprocess.run(argv, check=True, capture_output=True)
    listing = subprocess.run(
        [objdump, "-d", "--no-show-raw-insn", tmp_path / "it.o"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    code = [line.split("\t", 1)[1] for line in listing.splitlines() if "\t" in line]
    assert len(code) > 12
    assert [line for line in code if re.search(registers, line)] == []


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_section_macros_place_code_and_data(name, machine, tmp_path):
    made = compile_to(tmp_path / "it.o", name, machine, "release", PROGRAMS / "sections.c")
    found = {each: characteristics for each, characteristics, _ in sections(made)}
    assert {"INIT", "PAGE", "PAGELOCK", "PAGEDATA", "PAGECONS"} <= set(found)
    for code in ("INIT", "PAGE", "PAGELOCK"):
        assert found[code] & (CODE | EXECUTE | WRITE) == CODE | EXECUTE
    assert found["PAGEDATA"] & (EXECUTE | WRITE) == WRITE
    assert found["PAGECONS"] & (EXECUTE | WRITE) == 0


@pytest.mark.parametrize(("name", "machine"), FEATURES["`#pragma alloc_text`, `code_seg`"])
def test_clang_obeys_the_pragmas_of_wdk_sources(name, machine, tmp_path):
    made = compile_to(tmp_path / "it.o", name, machine, "release", PROGRAMS / "pragmas.c")
    prefix = "_" if machine == "x86" else ""
    placed = {
        symbol.removeprefix(prefix): section for symbol, (section, _) in symbols(made).items()
    }
    expected = {
        "ByAllocText": "PAGE",
        "ByCodeSeg": "PAGE1",
        "ByDeclspec": "PAGE2",
        "ByDataSeg": "PAGEDATA",
        "ByAllocate": "PAGEVARS",
    }
    assert {symbol: placed[symbol] for symbol in expected} == expected


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_gcc_warns_about_the_pragmas_it_ignores(machine, tmp_path):
    peers.require_toolchain("mingw", machine)
    made = tmp_path / "it.o"
    argv = command(toolchains()["mingw"], machine, "release", PROGRAMS / "pragmas.c", made)
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    for word in ("alloc_text", "code_seg", "data_seg"):
        assert re.search(rf"ignoring .#pragma {word}", done.stderr)
    for word in ("code_seg", "allocate"):
        assert re.search(rf"{word}. attribute directive ignored", done.stderr)
    assert not starts(section_names(made), "PAGE")


@pytest.mark.parametrize(("name", "machine", "flavor"), cell_flavors())
def test_two_checkouts_give_the_same_bytes(name, machine, flavor, tmp_path):
    peers.require_toolchain(name, machine)
    toolchain = toolchains()[name]
    made = []
    for folder in ("one", "a much longer name"):
        root = tmp_path / folder
        shutil.copytree(ROOT / "drivers", root / "drivers")
        shutil.copytree(ROOT / "toolchains", root / "toolchains")
        moved = dataclasses.replace(toolchain, directory=root / "toolchains")
        argv = command(
            moved, machine, flavor, "drivers/ioctl/ioctl.c", "it.o", "-D_FILE=__FILE__", root=root
        )
        subprocess.run(argv, check=True, capture_output=True, cwd=root)
        made.append((root / "it.o").read_bytes())
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[0]


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_absolute_sources_leave_no_path_behind(name, machine, tmp_path):
    source = tmp_path / "it.c"
    source.write_text("const char *where(void);\nconst char *where(void) { return __FILE__; }\n")
    made = compile_to(tmp_path / "it.o", name, machine, "debug", source, root=tmp_path)
    data = made.read_bytes()
    assert str(tmp_path).encode() not in data
    assert str(ROOT).encode() not in data
    assert b"it.c" in data


@pytest.mark.parametrize(
    ("name", "machine"), [("zig", "x64"), ("clang", "arm64"), ("mingw", "x64")]
)
def test_sources_of_ntbuild_have_one_name_wherever_it_is_installed(name, machine, tmp_path):
    """The project is elsewhere, as it is for those who installed a wheel, or holds ntbuild."""
    name_below = "toolchains/runtime/all/byteswap32.c"
    made = [
        compile_to(tmp_path / "it.obj", name, machine, "release", source, root=root).read_bytes()
        for source, root in ((ROOT / name_below, tmp_path), (Path(name_below), ROOT))
    ]
    assert made[0] == made[1]
    assert str(ROOT).encode() not in made[0]
