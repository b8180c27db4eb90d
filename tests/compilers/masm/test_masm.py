"""MASM sources: what llvm-ml takes otherwise than ml64 is rewritten, what it cannot is one line."""

import re
import subprocess

import pytest

import peers
from compilers.compiling import ROOT, symbols
from ntbuild.compilers.masm.objects import absolute_references, with_section_names
from ntbuild.compilers.masm.rewrite import MasmError, rewrite
from ntbuild.compilers.masm.tool import MASM_MACHINES

INCLUDES = ROOT / "toolchains" / "include_masm"


def assembled(folder, text, machine="x64"):
    """The object of a source's text, rewritten."""
    tool = peers.require("llvm-ml")
    (folder / "a.asm").write_text(rewrite(text, "a.asm", machine).text)
    words = [*MASM_MACHINES[machine], f"/I{INCLUDES}", "/c", f"/Fo{folder / 'a.obj'}"]
    done = subprocess.run(
        [tool, *words, folder / "a.asm"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    content = with_section_names((folder / "a.obj").read_bytes())
    (folder / "a.obj").write_bytes(content)
    return folder / "a.obj"


def code(path):
    """Instructions with their relocations, as objdump has them, blanks reduced."""
    tool = peers.require("llvm-objdump")
    words = ["-d", "-r", "--no-show-raw-insn", "--x86-asm-syntax=intel", str(path)]
    text = subprocess.run([tool, *words], capture_output=True, text=True, check=True).stdout
    lines = (re.sub(r"^\s*[0-9a-f]+:\s*", "", line) for line in text.splitlines())
    return [re.sub(r"\s+", " ", line).strip() for line in lines]


ADDRESSES = """
EXTERN Other:NEAR
.DATA
Value QWORD 5
.CODE
First PROC
    lea rax, Local
    mov rdx, Local
    lea rcx, First
    mov r8, OFFSET Other
    lea r9, [Other]
    mov r10, Value
    mov r11, OFFSET Value
    mov rbx, rax
Local:
    ret
First ENDP
END
"""


def test_addresses_of_code_are_relative_to_rip(tmp_path):
    made = assembled(tmp_path, ADDRESSES)
    assert absolute_references(made.read_bytes()) == ()
    found = [line for line in code(made) if "IMAGE_REL" in line]
    names = ["First", "Other", "Other", "Value", "Value"]  # Local is in this section
    assert found == [f"IMAGE_REL_AMD64_REL32 {name}" for name in names]
    assert sum(line.startswith("lea") for line in code(made)) == 6


def test_an_absolute_address_that_slips_through_is_found(tmp_path):
    text = ADDRESSES.replace("lea rax, Local", "lea rax, Local[rcx]")
    assert absolute_references(assembled(tmp_path, text).read_bytes()) == ("Local",)


def test_labels_belong_to_their_procedure(tmp_path):
    text = """
.CODE
One PROC
    jz done
    jmp near ptr done
done:
    mov eax, 1
    ret
One ENDP
Two PROC
    jz DONE
    nop
Done: mov eax, 2
    ret
Two ENDP
END
"""
    found = code(assembled(tmp_path, text))
    assert "mov eax, 0x1" in found
    assert "mov eax, 0x2" in found


def test_constants_are_read_only_and_segments_keep_their_names(tmp_path):
    text = """
title something
include ksamd64.inc
.CONST
Table QWORD 1, 2
.CODE _text
Some PROC PUBLIC
    mov rax, Table
    invept rcx, oword ptr [rdx]
    ret
Some ENDP
    NESTED_ENTRY Paged, PAGE
    push_reg rbx
    alloc_stack 20h
    END_PROLOGUE
    mov rbx, CxRbx[rcx]
    add rsp, 20h
    pop rbx
    ret
    NESTED_END Paged, PAGE
    LEAF_ENTRY Leaf, _TEXT$00
    ret
    LEAF_END Leaf, _TEXT$00
END
"""
    made = assembled(tmp_path, text)
    tool = peers.require("llvm-readobj")
    shown = subprocess.run([tool, "-S", "-u", made], capture_output=True, text=True, check=True)
    names = re.findall(r"Name: (\S+) \(", shown.stdout)
    assert {"CONST", ".text", "PAGE", ".text$00", ".pdata", ".xdata"} <= set(names)
    assert "UOP_PushNonVol" in shown.stdout or "PUSH_NONVOL" in shown.stdout
    assert "mov rbx, qword ptr [rcx + 0x90]" in code(made)


def test_a_comment_block_and_quotes_are_left_alone(tmp_path):
    text = """
COMMENT ~ no PROC with, parameters
.model flat, stdcall ~
.DATA
Text BYTE "; not a comment", 0 ; a comment
.CODE
Some PROC ; PROC a, b
    ret
Some ENDP
END
"""
    assert symbols(assembled(tmp_path, text))["Some"][0] == ".text"


FRAMES = """
.CODE
Base PROC
    LOCAL table[10]:BYTE, count:DWORD
    LOCAL Last:QWORD
    sgdt table
    mov rax, QWORD PTR Table[2]
    mov count, 5
    mov ecx, [count + 0]
    lea rdx, last
    mov dl, table[rcx*8+1]
    ret
Base ENDP
Other PROC
    ret
Other ENDP
END
"""


def test_variables_of_a_procedure_lie_in_a_frame_that_every_return_leaves(tmp_path):
    lines = code(assembled(tmp_path, FRAMES))
    start = lines.index(next(each for each in lines if "<Base>:" in each)) + 1
    assert [each for each in lines[start:] if each and "<" not in each] == [
        *("push rbp", "mov rbp, rsp", "sub rsp, 0x20"),
        *("sgdt [rbp - 0xa]", "mov rax, qword ptr [rbp - 0x8]"),
        *("mov dword ptr [rbp - 0x10], 0x5", "mov ecx, dword ptr [rbp - 0x10]"),
        *("lea rdx, [rbp - 0x18]", "mov dl, byte ptr [rbp + 8*rcx - 0x9]"),
        *("leave", "ret", "ret"),  # the last is the other procedure's, which has no frame
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Some PROC one:QWORD, two:QWORD", "a.asm:3: PROC one:QWORD, two:QWORD: llvm-ml takes no"),
        ("Some PROC USES rbx", "a.asm:3: PROC USES rbx: llvm-ml takes no parameters or USES"),
        (".model flat, stdcall", "a.asm:3: .model with stdcall: llvm-ml decorates no names"),
        ("Some PROC FRAME\n  LOCAL t[10]:BYTE", "a.asm:4: LOCAL in a PROC with FRAME: write the"),
        ("Some PROC\n  LOCAL t[Count]:BYTE", "a.asm:4: LOCAL t[Count]:BYTE: Count is not a number"),
        ("Some PROC\n  LOCAL t:POINT", "a.asm:4: LOCAL t:POINT: type point is not one of MASM's"),
    ],
)
def test_what_llvm_ml_cannot_take_is_one_line(line, said):
    with pytest.raises(MasmError) as caught:
        rewrite(f".CODE\n\n{line}\n", "a.asm", "x86")
    assert str(caught.value).startswith(said)


def test_attributes_of_a_procedure_are_no_parameters():
    text = rewrite("Some PROC FRAME:Handler PUBLIC\nSome ENDP\n", "a.asm", "x64").text
    assert text.startswith("Some PROC FRAME:Handler PUBLIC\n")


def test_every_line_knows_where_it_came_from():
    found = rewrite(".CONST\nk QWORD 1\n.CODE\nSome PROC\n", "a.asm", "x64")
    assert found.text.splitlines() == [
        "CONST SEGMENT READONLY",
        "k QWORD 1",
        "CONST ENDS",
        ".CODE",
        "Some PROC",
    ]
    assert found.lines == (1, 2, 3, 3, 4)


OFFSETS = """
#include <ntddk.h>
#define IS(Name, Offset) _Static_assert(FIELD_OFFSET(CONTEXT, Name) == Offset, #Name);
CHECKS
_Static_assert(sizeof(CONTEXT) == LENGTH, "CONTEXT_FRAME_LENGTH");
int some;
"""


def test_offsets_of_context_are_those_of_the_headers(tmp_path):
    from compilers.compiling import compile_to

    text = (INCLUDES / "ksamd64.inc").read_text()
    equates = dict(re.findall(r"^(\w+)\s+equ\s+([0-9a-f]+)h$", text, re.MULTILINE))
    other = {"VectorRegister": "VectorRegister", "FltSave": "FltSave"}
    checks = [
        f"IS({other.get(name[2:], name[2:])}, 0x{value})"
        for name, value in equates.items()
        if name.startswith("Cx")
    ]
    assert len(checks) > 60
    source = tmp_path / "offsets.c"
    filled = OFFSETS.replace("CHECKS", "\n".join(checks))
    source.write_text(filled.replace("LENGTH", f"0x{equates['CONTEXT_FRAME_LENGTH']}"))
    compile_to(tmp_path / "offsets.obj", "zig", "x64", "release", source)
