"""A ``.asm`` among a driver's sources, in real scons runs: it runs, and errors name its lines."""

import pytest

import peers
from emulator import Emulator
from sconsproject import Outside

DRIVER = """#include <ntddk.h>
ULONG AsmSum(ULONG count);
ULONG AsmPick(ULONG index);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(path);
    return (NTSTATUS)(AsmSum(driver == NULL ? 4 : 5) * 100 + AsmPick(1));
}
"""
X64 = """include Own.INC
.CONST
Table DWORD 7, STEP, 9
.CODE
AsmSum PROC
    lea rdx, again
    xor eax, eax
again:
    add eax, ecx
    dec ecx
    jz done
    jmp rdx
done:
    ret
AsmSum ENDP
AsmPick PROC FRAME
    push rbx
    .pushreg rbx
    .endprolog
    lea rbx, Table
    jmp done
    nop
done:
    mov eax, [rbx + rcx*4]
    pop rbx
    ret
AsmPick ENDP
END
"""
X86 = """.686
.model flat
include own.inc
.DATA
Table DWORD 7, STEP, 9
.CODE
_AsmSum PROC
    mov ecx, [esp + 4]
    xor eax, eax
again:
    add eax, ecx
    dec ecx
    jnz again
    ret
_AsmSum ENDP
_AsmPick PROC
    mov ecx, [esp + 4]
    mov eax, Table[ecx*4]
    ret
_AsmPick ENDP
END
"""
SCRIPT = """from ntbuild import project

env = project("tried")
env.Driver("tried", ["tried.c", "asm/low.asm"], include_dirs=["inc"])
"""


@pytest.fixture
def project(tmp_path):
    peers.require("llvm-ml")
    made = Outside(tmp_path / "a project")
    made.write("tried.c", DRIVER)
    made.write("asm/low.asm", X64)
    made.write("inc/own.inc", "STEP equ 8\n")
    made.write("SConstruct", SCRIPT)
    return made


def result(project, machine="x64"):
    image = (project.root / f"build/zig/{machine}/debug/tried.sys").read_bytes()
    cpu = Emulator(image, machine, {})
    return cpu.call(cpu.entry, 0, 0)


def test_it_runs_and_is_built_again_when_an_include_changes(project):
    project.scons()
    assert result(project) == 1000 + 8
    assert project.scons().lines == ("scons: `drivers' is up to date.",)
    project.edit("inc/own.inc", "8", "6")
    assert project.scons().steps("MASM") == ["build/zig/x64/debug/asm/tried-low.obj"]
    assert result(project) == 1000 + 6


def test_it_runs_on_x86(project):
    project.write("asm/low.asm", X86)
    project.scons("arch=x86")
    assert result(project, "x86") == 1000 + 8


def test_an_error_names_the_file_and_line_of_the_source(project):
    project.edit("asm/low.asm", "dec ecx", "dek ecx")
    assert (
        "asm/low.asm:10:5: error: invalid instruction mnemonic 'dek'"
        in project.scons(status=2).errors
    )


def test_other_machines_have_no_such_assembler(project):
    errors = project.scons("arch=arm64", status=2).errors
    assert "asm/low.asm is for x64 and x86, not for arm64" in errors


def test_without_llvm_ml_the_error_says_what_brings_it(project, tmp_path):
    errors = project.scons(status=2, PATH=str(tmp_path)).errors
    assert "a .asm source needs LLVM's llvm-ml: not found" in errors
    assert "apt install llvm-19" in errors
