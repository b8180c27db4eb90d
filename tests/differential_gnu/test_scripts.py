"""Linker scripts with expressions: symbols, sections and contents as GNU ld gives them."""

import re
import subprocess
from pathlib import Path

import pytest

import peers
from gnu.compilers import PROGRAMS, Compiler
from gnu.compilers import pelink as pelink_command
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.pipeline import link
from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line
from ntbuild.support.values import replace

TRIPLES = {"x64": ("x86_64-w64-mingw32", "i386pep"), "x86": ("i686-w64-mingw32", "i386pe")}
SOURCE = """
    .text
    .globl start, fun
start: ret
    .balign 16
fun: ret
    .data
    .globl value
value: .long 1, 2, 3
    .globl pointer
pointer: .long 0
    .section .text$b, "x"
    .balign 8
    .globl fun_b
fun_b: ret
    .section .text$a, "x"
    .balign 32
    .globl fun_a
fun_a: ret
    .bss
    .globl zeros
zeros: .space 32
    .comm shared, 16
"""
BODY = """
  .text : {{ *(.text) in_text = .; *(SORT(.text$*)) }}
  .data : {{ *(.data) }}
  .bss : {{ *(.bss) *(COMMON) }}
"""
SCRIPTS = {
    "numbers": """
  a = 7 / 2; b = -7 / 2 & 0xff; c = 7 % 4; d = -1 >> 60; e = ~0 & 0xff; f = 3 > -1; g = 1 << 4;
  h = 2 == 2 && 0 || 5; i = 1 ? 2 : 3; j = !0; k = 0x10K; ll = MAX(3, 9); m = MIN(3, 9);
  n = LOG2CEIL(5); oo = 010 + 0x10; q = 5 != 4; r = 4 <= 4;
  SECTIONS { . = __image_base__ + 0x1000; BODY }""",
    "relative symbols": """SECTIONS { . = __image_base__ + 0x1000;
  .text : { *(.text) one = .; two = 4; . = 0x100; three = . - 2; four = three - one;
    five = ADDR(.text) + 1; six = SIZEOF(.data); seven = four + 1; *(.text$*) }
  . = ALIGN(__section_alignment__);
  .data : { *(.data) . = ALIGN(64); eight = .; }
  nine = .; ten = . + 4; eleven = ADDR(.data) - ADDR(.text); twelve = three - one;
  thirteen = three < one;
  . = ALIGN(__section_alignment__); .bss : { *(.bss) } }""",
    "forward references": """SECTIONS { . = __image_base__ + 0x1000;
  length = last - first; twice = later * 2;
  .text : { *(.text) *(.text$*) }
  .data ALIGN(__section_alignment__) : { first = .; *(.data) . += later; last = .; }
  later = 12; defined_before = DEFINED(never) + DEFINED(length); never = 1;
  .bss ALIGN(__section_alignment__) : { *(.bss) } }""",
    "section properties": """SECTIONS { . = __image_base__ + 0x1000;
  .text : ALIGN(64) { *(.text) *(.text$*) }
  .data __image_base__ + 0x5000 : { *(.data) }
  .bss ALIGN(__section_alignment__) : { *(.bss) }
  a = SIZEOF(.text); b = ALIGNOF(.text); c = ADDR(.data); d = LOADADDR(.data) - __image_base__;
  e = ALIGN(0x100); f = ALIGN(ADDR(.data) + 1, 0x1000); g = ABSOLUTE(1); h = SIZEOF(.bss); }""",
    "regions": """MEMORY {
  code (rx) : ORIGIN = 0x2000 + 0x1000, LENGTH = 4K
  data (w!x) : org = 0x8000, l = 1M }
REGION_ALIAS("more", data)
SECTIONS {
  .text : { *(.text) *(.text$*) a = ORIGIN(code); b = LENGTH(code); } > code
  .data : { *(.data) end_of_data = .; } > more
  .bss ALIGN(0x1000) : { *(.bss) }
  c = ORIGIN(more) + LENGTH(data); }""",
    "gaps and fills": """SECTIONS { . = __image_base__ + 0x1000;
  .text : { *(.text) FILL(0x1234) . = ALIGN(8); BYTE(1) . += 5; SHORT(0x203) . = . + 3;
    FILL(0x00112233) . += 6; LONG(0xdeadbeef) QUAD(-2) } = 0xcc
  .data ALIGN(__section_alignment__) : { *(.data) LONG(SIZEOF(.text)) BYTE(here - value) here = .; }
  .bss ALIGN(__section_alignment__) : { *(.bss) } }""",
    "provide": """SECTIONS { . = __image_base__ + 0x1000; BODY
  PROVIDE(value = 1); PROVIDE(unused = 2); PROVIDE(used = 3); uses = used + 1;
  assigned = 4; PROVIDE(assigned = 5); HIDDEN(hidden = 6); }""",
    "an input's symbol assigned": """SECTIONS { . = __image_base__ + 0x1000; BODY
  value = DEFINED(value) ? 0x77 : 0x88; }""",
    "sorts": """SECTIONS { . = __image_base__ + 0x1000;
  .text : { *(.text) *(SORT_BY_ALIGNMENT(.text$*)) } BODY_WITHOUT_TEXT }""",
    "nested sorts": """SECTIONS { . = __image_base__ + 0x1000;
  .text : { *(.text) *(SORT_BY_ALIGNMENT(SORT_BY_NAME(.text$*))) } BODY_WITHOUT_TEXT }""",
    "subalign": """SECTIONS { . = __image_base__ + 0x1000;
  .text : SUBALIGN(64) { *(.text) *(SORT_NONE(.text$b)) *(.text$a) a = .; } BODY_WITHOUT_TEXT }""",
    "commons": """SECTIONS { . = __image_base__ + 0x1000; .text : { *(.text) *(.text$*) }
  .data ALIGN(__section_alignment__) : { *(.data) }
  .bss ALIGN(__section_alignment__) : { *(.bss) before = .; *(COMMON) after = .; } }""",
    "discards come last": """SECTIONS { . = __image_base__ + 0x1000; BODY
  /DISCARD/ : { *(*) } }""",
}


@pytest.fixture(params=TRIPLES)
def machine(request, tmp_path):
    peers.require(f"ld-{request.param}")
    triple, _ = TRIPLES[request.param]
    (tmp_path / "a.s").write_text(SOURCE)
    subprocess.run([f"{triple}-as", "a.s", "-o", "a.o"], cwd=tmp_path, check=True)
    return request.param


@pytest.fixture
def compiler(tmp_path):
    """A function: the compiler of a name such as ``g++-x64`` with pelink as its linker."""
    folder = tmp_path / "ld"
    assert pelink_command("--make-ld-dir", str(folder)).returncode == 0
    return lambda name: Compiler(name, folder)


def argv(machine, folder, script, *words):
    (folder / "a.ld").write_text(script)
    line = ["-m", TRIPLES[machine][1], "-e", "start", "-T", str(folder / "a.ld"), *words]
    return [*line, str(folder / "a.o")]


def pelink(folder, machine, script, *words, out="ours.exe"):
    line = parse_gnu_command_line([*argv(machine, folder, script, *words), "-o", out])
    result = link(line.inputs, replace(line.options, debug="symtab"))
    (folder / out).write_bytes(result.image)
    return result


def refusal(folder, machine, script):
    with pytest.raises(LinkError) as caught:
        pelink(folder, machine, script)
    return [f"{each.place}: {each.message}" for each in caught.value.diagnostics]


def symbols(folder, machine, image):
    """Names with values; not those of either linker's own."""
    text = subprocess.run(
        [f"{TRIPLES[machine][0]}-nm", image], cwd=folder, capture_output=True, text=True, check=True
    ).stdout
    found = {
        name: int(value, 16)
        for value, name in re.findall(r"^(\w+) [A-TV-Za-z?] (\S+)$", text, re.MULTILINE)
    }
    return {name: value for name, value in found.items() if not name.startswith((".", "_"))}


def contents(folder, machine, image):
    """Bytes of .text and .data as objdump shows them, without what pads the last line."""
    shown = subprocess.run(
        [f"{TRIPLES[machine][0]}-objdump", "-s", "-j", ".text", "-j", ".data", image],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [line[:46] for line in shown.splitlines() if line.startswith(" ")]


def expand(script):
    body = BODY.format()
    text = body.replace("  .data :", "  .data ALIGN(__section_alignment__) :")
    text = text.replace("  .bss :", "  .bss ALIGN(__section_alignment__) :")
    rest = text.split("}\n", 1)[1]
    return script.replace("BODY_WITHOUT_TEXT", rest).replace("BODY", text)


@pytest.mark.parametrize("name", SCRIPTS)
def test_symbols_are_those_of_ld(name, machine, tmp_path):
    script = expand(SCRIPTS[name])
    words = ["--image-base", "0"] if name == "regions" else []
    pelink(tmp_path, machine, script, *words)
    command = [peers.require(f"ld-{machine}"), *argv(machine, tmp_path, script, *words)]
    subprocess.run([*command, "-o", "theirs.exe"], cwd=tmp_path, check=True, capture_output=True)
    ours = symbols(tmp_path, machine, "ours.exe")
    theirs = symbols(tmp_path, machine, "theirs.exe")
    assert {each: ours.get(each) for each in theirs} == theirs
    if name == "gaps and fills":
        assert contents(tmp_path, machine, "ours.exe") == contents(tmp_path, machine, "theirs.exe")


def test_the_default_script_of_ld_gives_its_layout(machine, tmp_path):
    ld = peers.require(f"ld-{machine}")
    shown = subprocess.run([ld, "--verbose"], capture_output=True, text=True, check=True).stdout
    script = shown.split("=" * 50)[1]
    pelink(tmp_path, machine, script)
    command = [ld, *argv(machine, tmp_path, script), "-o", "theirs.exe"]
    subprocess.run(command, cwd=tmp_path, check=True)
    ours = symbols(tmp_path, machine, "ours.exe")
    theirs = symbols(tmp_path, machine, "theirs.exe")
    names = ["start", "fun", "fun_a", "fun_b", "value"]
    assert [ours[each] for each in names] == [theirs[each] for each in names]


def test_a_program_with_the_default_script_of_ld_runs(compiler, wine, tmp_path):
    """C++ with exceptions, static constructors and the C library's start-up code."""
    ld = peers.require("ld-x64")
    shown = subprocess.run([ld, "--verbose"], capture_output=True, text=True, check=True).stdout
    (tmp_path / "a.ld").write_text(shown.split("=" * 50)[1])
    source, program = PROGRAMS / "exceptions.cpp", tmp_path / "a.exe"
    compiler("g++-x64").run(source, "-static", "-Wl,-T,a.ld", "-o", program, cwd=tmp_path)
    done = wine.run(str(program))
    assert (done.returncode, done.stdout.split()[:3]) == (0, ["+first", "+second", "+local"])


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (
            "SECTIONS { BODY x = nowhere + 1; }",
            "undefined symbol `nowhere' referenced in expression",
        ),
        ("SECTIONS { BODY x = ADDR(.no); }", "undefined section `.no' referenced in expression"),
        ('SECTIONS { BODY ASSERT(SIZEOF(.data) > 64, "too small") }', "too small"),
        ("SECTIONS { BODY x = 1 / (SIZEOF(.data) - SIZEOF(.data)); }", "/ by zero"),
        (
            "SECTIONS { .text : { *(.text) . = 4; } }",
            "cannot move location counter backwards (from 0x",
        ),
        (
            "MEMORY { a : ORIGIN = 0x140001000, LENGTH = 4 } SECTIONS { .text : { *(.text) } > a }",
            "section `.text' will not fit in region `a'",
        ),
        ("SECTIONS { .text : { *(.text) } > rom }", "memory region `rom' not declared"),
        ("SECTIONS { .text 0x1000 : { *(.text) } }", "section .text at 0x1000: not within 4 GiB"),
        ("a = b + 1; b = a + 1; SECTIONS { BODY }", "undefined symbol `b' referenced"),
        ("SECTIONS { BODY x = x + 1; }", "undefined symbol `x' referenced in expression"),
        (
            "NOCROSSREFS(.text .data) SECTIONS { .text : { *(.text) } .data : { *(.data) } }",
            "",
        ),
    ],
)
def test_what_has_no_meaning_is_an_error_with_its_place(script, message, tmp_path):
    triple, _ = TRIPLES["x64"]
    peers.require("ld-x64")
    (tmp_path / "a.s").write_text(SOURCE)
    subprocess.run([f"{triple}-as", "a.s", "-o", "a.o"], cwd=tmp_path, check=True)
    if not message:
        assert pelink(tmp_path, "x64", expand(script)).warnings == ()
        return
    found = refusal(tmp_path, "x64", expand(script))
    assert any(message in each for each in found), found
    assert Path(tmp_path / "ours.exe").exists() is False
