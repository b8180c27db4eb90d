"""What drives compilers works unchanged: rustc with its standard library, CMake with a DLL."""

import subprocess

from gnu.compilers import PROGRAMS
from peers import require

LIBRARY = """\
__declspec(dllexport) int Answer = 42;
__declspec(dllexport) int twice(int value) { return 2 * value; }
"""
PROGRAM = """\
#include <stdio.h>
__declspec(dllimport) extern int Answer;
__declspec(dllimport) int twice(int value);
int main(void) { printf("%d %d\\n", Answer, twice(Answer)); return 0; }
"""
TOOLCHAIN = """\
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_C_COMPILER {gcc})
set(CMAKE_C_FLAGS_INIT -B{folder})
set(CMAKE_RC_COMPILER {windres})
set(CMAKE_TRY_COMPILE_TARGET_TYPE EXECUTABLE)
"""
LINKED_BY_PELINK = b"\x0e\x00"
"""MajorLinkerVersion 14 and MinorLinkerVersion 0; GNU ld writes its own version."""


def linker_version(path):
    image = path.read_bytes()
    start = int.from_bytes(image[0x3C:0x40], "little") + 24
    return image[start + 2 : start + 4]


def test_rust_with_its_standard_library(ld_folder, wine, tmp_path):
    program = tmp_path / "whole.exe"
    words = [require("rustc"), "--target", "x86_64-pc-windows-gnu", PROGRAMS / "whole.rs"]
    words += ["-C", f"linker={require('gcc-x64')}", "-C", f"link-arg=-B{ld_folder}"]
    done = subprocess.run([*words, "-o", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert linker_version(program) == LINKED_BY_PELINK
    ran = wine.run(str(program))
    said = ran.stdout.replace("\r", "").splitlines()
    assert (ran.returncode, said) == (0, ["link 2", "thread 24", "caught true"])


def test_cmake_with_a_dll(ld_folder, wine, tmp_path):
    for name, text in (("library.c", LIBRARY), ("program.c", PROGRAM)):
        (tmp_path / name).write_text(text)
    (tmp_path / "CMakeLists.txt").write_text((PROGRAMS / "CMakeLists.txt").read_text())
    toolchain = tmp_path / "toolchain.cmake"
    gcc, windres = require("gcc-x64"), require("windres-x64")
    toolchain.write_text(TOOLCHAIN.format(gcc=gcc, folder=ld_folder, windres=windres))
    build = tmp_path / "build"
    cmake = require("cmake")
    setup = ["-G", "Unix Makefiles", f"-DCMAKE_MAKE_PROGRAM={require('make')}"]
    setup += [f"-DCMAKE_TOOLCHAIN_FILE={toolchain}", "-S", str(tmp_path), "-B", str(build)]
    for command in ([cmake, *setup], [cmake, "--build", str(build)]):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    for name in ("greet.exe", "libgreeting.dll"):
        assert linker_version(build / name) == LINKED_BY_PELINK
    assert (build / "libgreeting.dll.a").read_bytes().startswith(b"!<arch>\n")
    ran = wine.run(str(build / "greet.exe"))
    assert (ran.returncode, ran.stdout.split()) == (0, ["42", "84"])
