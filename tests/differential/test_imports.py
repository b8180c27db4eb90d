"""Import libraries of every kind give the same import tables: short members, long ones of GNU
dlltool, and those that mingw-w64 ships; compared with lld-link and, for gcc's objects, GNU ld."""

import re
import subprocess
from pathlib import Path

import pytest

import peers
from differential.compare import assert_equal_but_for_reasons, imports
from differential.corpus import (
    HAL,
    KERNEL,
    ROOT,
    TRIPLES,
    assemble,
    compile_driver,
    import_library,
    link_both,
    link_like_gnu,
)

USES = """
    .def {entry}; .scl 2; .type 32; .endef
    .globl {entry}
{entry}:
    call {_}DbgPrint
    call *{imp}KeStallExecutionProcessor{size}{pc}
    call *{imp}ByOrdinal{pc}
    mov {imp}KdDebuggerEnabled{pc}, %eax
    call *{imp}DbgPrint{pc}
    call {_}KeGetCurrentIrql{none}
    ret
"""
WORDS = {
    "x64": {
        "entry": "DriverEntry",
        "_": "",
        "imp": "__imp_",
        "size": "",
        "none": "",
        "pc": "(%rip)",
    },
    "x86": {
        "entry": "_DriverEntry@8",
        "_": "_",
        "imp": "__imp__",
        "size": "@4",
        "none": "@0",
        "pc": "",
    },
}
GNU = ("bytes", "contribution", "import", "base relocation", "unwind", "entry")
"""What is compared with GNU ld; its names include those of its linker script."""


def uses(machine: str, folder: Path) -> Path:
    return assemble(USES.format(**WORDS[machine]), machine, folder / "uses.obj")


def dlltool(definition: str, machine: str, out: Path) -> Path:
    """A long-form import library by GNU dlltool."""
    text = out.with_suffix(".def")
    text.write_text(definition, encoding="utf-8")
    prefix = {"x64": "x86_64", "x86": "i686"}[machine]
    command = [peers.require(f"dlltool-{machine}"), "-d", text.name, "-l", str(out), "-k"]
    command += ["--temp-prefix", f"{prefix}_{out.stem}"]  # its default is the process id
    if machine == "x64":
        command.append("--no-leading-underscore")
    subprocess.run(command, check=True, cwd=out.parent)
    return out


def shipped(machine: str) -> list[Path]:
    """The archives that mingw-w64 brings."""
    found = []
    for name in ("ntoskrnl", "hal"):
        command = [peers.require(f"gcc-{machine}"), f"-print-file-name=lib{name}.a"]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found.append(Path(answer.strip()).resolve())
    return found


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("kind", ["short", "long", "mixed"])
def test_import_libraries_of_each_kind(kind, machine, tmp_path):
    kernel = dlltool if kind == "long" else import_library
    hal = import_library if kind == "short" else dlltool
    plain = KERNEL.replace("ByOrdinal @77 NONAME", "ByOrdinal @77")
    text = plain if kind == "long" else KERNEL
    if machine == "x64":
        text, halves = _undecorated(text), _undecorated(HAL)
    else:
        halves = HAL
    libraries = [
        kernel(text, machine, tmp_path / "ntoskrnl.lib"),
        hal(halves, machine, tmp_path / "hal.lib"),
    ]
    ours, theirs, objects = link_both([uses(machine, tmp_path)], libraries, tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, objects)
    assert len(imports(ours)) == 5
    assert {each[0] for each in imports(ours)} == {"ntoskrnl.exe", "hal.dll"}


def _undecorated(text: str) -> str:
    return re.sub(r"^@?(\w+)@\d+", r"\1", text, flags=re.MULTILINE)


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("driver", ["hello", "ioctl"])
def test_drivers_of_gcc_with_the_archives_of_mingw(driver, machine, tmp_path):
    source = ROOT / "drivers" / driver / f"{driver}.c"
    built = compile_driver(source, machine, "release", tmp_path / "a.obj", toolchain="mingw")
    ours, theirs, objects = link_both([built], shipped(machine), tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, objects)
    ours, theirs, objects = link_like_gnu([built], shipped(machine), tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, objects, GNU)


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_assembly_as_gnu_ld_links_it(machine, tmp_path):
    text = Path(__file__).with_name(f"every_form_{machine}.s").read_text(encoding="utf-8")
    built = assemble(text, machine, tmp_path / "code.obj")
    definition = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\nKdDebuggerEnabled DATA\n"
    library = dlltool(definition, machine, tmp_path / "nt.lib")
    ours, theirs, objects = link_like_gnu([built], [library], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, objects, GNU)


@pytest.mark.parametrize("machine", TRIPLES)
def test_an_own_function_imported_is_reached_by_its_slot(machine, tmp_path):
    case = ROOT / "tests/cases/local-import"
    objects = [
        compile_driver(case / f"{name}.c", machine, "release", tmp_path / f"{name}.obj")
        for name in ("main", "other")
    ]
    ours, theirs, known = link_both(objects, [], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, known)
    name = "_Helper" if machine == "x86" else "Helper"
    slot, pointer = ours.names[f"__imp_{name}"], 8 if machine in ("x64", "arm64") else 4
    target = int.from_bytes(ours.memory[slot : slot + pointer], "little") - ours.base
    assert target & ~1 == ours.names[name]
