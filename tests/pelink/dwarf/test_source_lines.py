"""Messages of failing links name source lines, from CodeView and from DWARF, where these are there.

The sources are compiled, as relocations of debug information are what may go wrong.
"""

import subprocess
import sys

import pytest

import peers
from coffwriter import Reloc
from linking import complaints, defining
from ntbuild import link, options_from_argv
from pelink.dwarf.test_dwarf import with_dwarf

FIRST = """
int missing(int);
int twice(int x)
{
    return missing(x) * 2;
}
int DriverEntry(void *a, void *b)
{
    return twice(3) + 1;
}
"""
SECOND = """
int other;
int twice(int x)
{
    return x;
}
"""
FLAGS = ("-O1", "-fno-inline", "-fdebug-compilation-dir=.")
COMPILERS = {
    "CodeView": ("zig", "--target=x86_64-windows-gnu", "-g", "-gcodeview", *FLAGS),
    "functions of their own": (
        *("zig", "--target=aarch64-windows-gnu", "-g", "-gcodeview", "-ffunction-sections"),
        *FLAGS,
    ),
    "DWARF 5": ("zig", "--target=x86_64-windows-gnu", "-g", "-gdwarf-5", *FLAGS),
    "DWARF 4 of gcc": ("gcc-x86", "-g", "-gdwarf-4", "-O1", "-fno-inline"),
}


@pytest.fixture(params=COMPILERS)
def objects(request, tmp_path, monkeypatch):
    """Two objects of which both define a function, and the first one needs a missing one."""
    monkeypatch.chdir(tmp_path)
    program, *flags = COMPILERS[request.param]
    zig = [sys.executable, "-m", "ziglang", "clang"]
    for name, text in (("first", FIRST), ("second", SECOND)):
        (tmp_path / f"{name}.c").write_text(text)
        command = zig if program == "zig" else [peers.require(program)]
        command = [*command, *flags, "-c", f"{name}.c", "-o", f"{name}.obj"]
        subprocess.run(command, check=True, cwd=tmp_path)
    return tmp_path


def line_of(text: str, source: str = FIRST) -> int:
    return next(n for n, line in enumerate(source.splitlines(), 1) if text in line)


def said(folder, *names: str) -> list[str]:
    """The messages of a link that fails, without folder and the underscore of x86."""
    files = {name: (folder / name).read_bytes() for name in names}
    lines = complaints(folder, files)
    return [line.replace(f"{folder}/", "").replace("(_", "(").replace(" _", " ") for line in lines]


def test_an_undefined_symbol_and_duplicates_have_their_lines(objects):
    lines = said(objects, "first.obj")
    assert lines[0] == "undefined symbol: missing"
    assert lines[1] == f">>> referenced by first.obj:(twice) (first.c:{line_of('missing(x)')})"
    lines = said(objects, "first.obj", "second.obj")
    begin, other = line_of("int twice"), line_of("int twice", SECOND)
    assert lines[0] == "duplicate symbol: twice"
    # gcc and clang differ in whether the line of a brace begins a function.
    assert lines[1] in [f">>> defined at first.obj (first.c:{begin + n})" for n in (0, 1, 2)]
    assert lines[2] in [f">>> defined at second.obj (second.c:{other + n})" for n in (0, 1, 2)]


def test_why_a_function_is_in_the_image_names_the_line_of_its_use(objects):
    words = ["/driver", "/entry:DriverEntry", "/force:unresolved", "/out:a.sys", "/whylive:twice"]
    report = link(["first.obj"], options_from_argv(words)).reports
    assert " (first.c:" in report or f"{objects}/first.c:" in report


def test_a_relocation_out_of_range_names_its_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = """
int data;
int DriverEntry(void *a, void *b)
{
    int low;
    __asm__("movl $data, %0" : "=r"(low));
    return low;
}
"""
    (tmp_path / "a.c").write_text(text)
    program, *flags = COMPILERS["CodeView"]
    command = [sys.executable, "-m", "ziglang", "clang", *flags, "-c", "a.c", "-o", "a.obj"]
    subprocess.run(command, check=True)
    (line, _) = complaints(tmp_path, {"a.obj": (tmp_path / "a.obj").read_bytes()})
    assert program == "zig"
    assert line.startswith("a.obj:(.text+0x")
    assert f" (a.c:{line_of('movl', text)}): relocation out of range: " in line


def test_objects_without_debug_information_have_no_line(tmp_path):
    files = {"a.obj": defining("DriverEntry", b"12345678", "nowhere")}
    assert complaints(tmp_path, files)[1] == ">>> referenced by a.obj:(DriverEntry)"


def test_debug_information_that_cannot_be_read_leaves_the_message_as_it_was(tmp_path):
    files = {"a.obj": with_dwarf(program=b"", needs=(Reloc(8, "nowhere", 4),))}
    assert complaints(tmp_path, files) == [
        "undefined symbol: nowhere",
        ">>> referenced by a.obj:(DriverEntry)",
    ]
