"""Sources for NASM among a driver's, in real scons runs: they run, and errors name their lines."""

import pytest

import peers
from emulator import Emulator
from sconsproject import Outside

DRIVER = """#include <ntddk.h>
ULONG AsmPick(ULONG index);
ULONG AsmZero(void);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(path);
    return (NTSTATUS)(AsmPick(1) + AsmZero());
}
"""
SOURCE = """%include "step.mac"
global AsmPick
section .rdata
table: dd 7, STEP, MORE
section .text
%ifidn __OUTPUT_FORMAT__, win64
default rel
AsmPick:
    lea rdx, [rip + table]
    lea rax, [ table wrt rip ]
    cmp rax, rdx
    jne AsmPick
    mov eax, [rax + rcx*4]
    ret
%else
AsmPick:
    mov ecx, [esp + 4]
    mov eax, [table + ecx*4]
    ret
%endif
"""
PLAIN = "global AsmZero\nAsmZero: xor eax, eax\nret\n"
SCRIPT = """Import("env")
nasm = ["--prefix", "_"] if env["NTARCH"] == "x86" else True
sources = ["tried.c", "asm/low.asm", "asm/plain.nasm"]
env.Driver("tried", sources, include_dirs=["inc"], defines={"MORE": 3}, nasm=nasm)
"""


@pytest.fixture
def project(tmp_path):
    made = Outside(tmp_path / "a project")
    made.write("tried.c", DRIVER)
    made.write("asm/low.asm", SOURCE)
    made.write("asm/plain.nasm", PLAIN)
    made.write("inc/step.mac", "%define STEP 8\n")
    made.write("SConstruct", 'from ntbuild import project\n\nproject("tried")\n')
    made.write("SConscript", SCRIPT)
    return made


def result(project, machine="x64"):
    image = (project.root / f"build/zig/{machine}/debug/tried.sys").read_bytes()
    cpu = Emulator(image, machine, {})
    return cpu.call(cpu.entry, 0, 0)


def test_it_runs_on_both_machines_and_is_built_again_when_an_include_changes(project):
    peers.require("nasm")
    project.scons("arch=x64,x86")
    assert (result(project), result(project, "x86")) == (8, 8)
    project.edit("inc/step.mac", "8", "6")
    assert project.scons().steps("NASM") == ["build/zig/x64/debug/asm/tried-low.obj"]
    assert result(project) == 6


def test_an_object_is_the_same_in_any_folder_and_an_error_names_its_line(project, tmp_path):
    peers.require("nasm")
    other = Outside(tmp_path / "b")
    sources = ("tried.c", "asm/low.asm", "asm/plain.nasm", "inc/step.mac")
    for name in (*sources, "SConstruct", "SConscript"):
        other.write(name, (project.root / name).read_text())
    name = "build/zig/x64/debug/asm/tried-low.obj"
    for each in (project, other):
        each.scons(name)
    assert (project.root / name).read_bytes() == (other.root / name).read_bytes()
    project.edit("asm/low.asm", "lea rax", "lee rax")
    assert "asm/low.asm:10: error: parser: instruction expected" in project.scons(status=2).errors


def test_without_nasm_the_error_says_what_brings_it(project, tmp_path):
    errors = project.scons(status=2, PATH=str(tmp_path)).errors
    assert "a source for NASM needs nasm: not found (nasm); apt install nasm" in errors


def test_other_machines_and_other_values_are_refused(project):
    errors = project.scons("arch=arm64", status=2).errors
    assert "asm/low.asm is for x64 and x86, not for arm64; leave it out, or write a .S" in errors
    project.edit("SConscript", "nasm=nasm", "nasm='-g'")
    assert "nasm: '-g' is neither True nor a list of words" in project.scons(status=2).errors
