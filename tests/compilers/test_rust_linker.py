"""rustc with pelink as its linker: the command line of rustc and wdk-build, and a real run.

Debian's rustc has the core library for x86_64-pc-windows-gnu only; for the msvc target, which the
crates of windows-drivers-rs use, its command line is recorded.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from compilers.compiling import compile_to, toolchains
from emulator import Emulator
from ntbuild import check, link, options_from_argv
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.building.steps import ArchiveStep, ImportLibraryStep
from peers import require

SOURCE = Path(__file__).parents[1] / "wine" / "driver.rs"
DRIVER = ["/DRIVER", "/ENTRY:DriverEntry", "/SUBSYSTEM:NATIVE", "/NODEFAULTLIB"]
RUSTC = """/DEF:{folder}/lib.def /NOLOGO {folder}/symbols.o {folder}/driver.rcgu.o
/LIBPATH:{folder} ntoskrnl.lib hal.lib wmilib.lib BufferOverflowFastFailK.lib
{folder}/libcore.rlib {folder}/libcompiler_builtins.rlib /defaultlib:libcmt /NXCOMPAT
/OUT:{folder}/driver.dll /OPT:REF,ICF /DLL /IMPLIB:{folder}/driver.dll.lib /DEBUG
/PDBALTPATH:%_PDB% /DRIVER /NODEFAULTLIB /SUBSYSTEM:NATIVE /ENTRY:DriverEntry /OPT:REF,ICF
/INTEGRITYCHECK /MANIFEST:NO /IGNORE:4257 /IGNORE:4210"""
CRATE = """#include <ntddk.h>
extern int core_of_rust(int);
__declspec(dllexport) NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    return (NTSTATUS)core_of_rust(driver == NULL && path == NULL);
}
"""
CORE = "int core_of_rust(int value);\nint core_of_rust(int value) { return value + 41; }\n"


@pytest.fixture
def libraries(tmp_path):
    """Import libraries as ``ntbuild libs --write`` makes them."""
    lists = toolchains()["zig"].directory / "defs"
    for module in ("ntoskrnl", "hal", "wmilib"):
        step = ImportLibraryStep(module, "x64", additions=False, overlays=lists)
        step.run([], [str(tmp_path / f"{module}.lib"), str(tmp_path / f"{module}.def")])
    return tmp_path


def compiled(folder, name, text):
    source = folder / f"{name}.c"
    source.write_text(text)
    given = {"dialect": "msvc", "harden": False}
    chosen = compiling_of(Keywords(**given), given, "x64").compilation
    output = folder / f"{name}.rcgu.o"
    return str(compile_to(output, "zig", "x64", "release", source, compilation=chosen))


def test_the_command_line_of_rustc_and_wdk_build(libraries):
    compiled(libraries, "driver", CRATE)
    compiled(libraries, "symbols", "extern int DriverEntry; int *symbols = &DriverEntry;\n")
    (libraries / "symbols.rcgu.o").rename(libraries / "symbols.o")
    core = compiled(libraries, "core", CORE)
    ArchiveStep("x64").run([core], [str(libraries / "libcore.rlib")])
    for name in ("libcompiler_builtins.rlib", "BufferOverflowFastFailK.lib"):
        ArchiveStep("x64").run([core], [str(libraries / name)])
    (libraries / "lib.def").write_text("LIBRARY\nEXPORTS\n    DriverEntry\n")
    argv = RUSTC.format(folder=libraries.as_posix()).split()
    files = [word for word in argv if not word.startswith("/") or Path(word).is_file()]
    options = options_from_argv([word for word in argv if word not in files])
    image = link(files, options).image
    cpu = Emulator(image, "x64", {})
    assert cpu.call(cpu.entry, 0, 0) == 42
    assert [each for each in check(image) if each.level > 1] == []


def test_rustc_calls_pelink_for_a_driver(libraries):
    rustc = require("rustc")
    linker = libraries / "pelink"
    linker.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ntbuild.pelink "$@"\n')
    linker.chmod(0o755)
    source = libraries / "driver.rs"
    source.write_text("#![no_main]\n" + SOURCE.read_text())
    image = libraries / "driver.sys"
    words = ["--target", "x86_64-pc-windows-gnu", "--crate-type", "bin", "-C", "panic=abort"]
    words += ["-C", "linker-flavor=lld-link", "-C", f"linker={linker}", "-C", "opt-level=2"]
    words += ["-C", f"link-args={' '.join(DRIVER)}", "-L", libraries, "-l", "ntoskrnl"]
    done = subprocess.run(
        [rustc, *words, source, "-o", image], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    said = []
    cpu = Emulator(
        image.read_bytes(),
        "x64",
        {"DbgPrint": lambda cpu, text, value: said.append((cpu.text(text), value))},
    )
    assert cpu.call(cpu.entry, cpu.allocate(0x200), 0) == 0
    assert said == [("rust: hello %u\n", 63)]
    assert check(image.read_bytes()) == []
