"""Structured exception handling runs: bad pointers in ``__try`` end in their handlers."""

import pytest

import peers
from compilers.compiling import MSVC_CELLS, PROGRAMS, SEH_CELLS, compilation_of, compile_to
from ntbuild import link, options_from_argv
from ntbuild.compilers.toolchain import FLAVORS
from wine.session import Service
from wine.userprogram import import_libraries

CASES = (PROGRAMS / "seh.c").read_text().count("    { ")
"""Lines of the program's list."""
RUNTIME = PROGRAMS.parents[2] / "toolchains/runtime"
cells = pytest.mark.parametrize(
    ("toolchain", "flavor"),
    [(name, flavor) for name, machine in SEH_CELLS if machine == "x64" for flavor in FLAVORS],
)
programs = pytest.mark.parametrize(
    ("toolchain", "machine", "dialect", "flavor"),
    [
        (name, machine, dialect, flavor)
        for dialect, every in (("gnu", SEH_CELLS), ("msvc", MSVC_CELLS))
        for name, machine in every
        if machine != "arm64" and (name == "zig" or dialect == "gnu")
        for flavor in FLAVORS
    ],
)


def run(wine, folder, toolchain, machine, dialect, flavor, name):
    """Run ``programs/<name>``, compiled as a driver's source; stdout and exit status."""
    if machine == "x86":
        peers.require_file("wine-x86")
    source = PROGRAMS / name
    how = compilation_of(machine, dialect=dialect)
    made = compile_to(folder / "it.obj", toolchain, machine, flavor, source, compilation=how)
    parts = [f"{machine}/stack_probe.S", "all/load_config.S", "all/guard_calls.S", "all/cookie.c"]
    runtime = [
        compile_to(folder / f"{index}.obj", toolchain, machine, flavor, RUNTIME / part)
        for index, part in enumerate(parts)
    ]
    modules = ("kernel32", "ntdll", *(("msvcrt",) if machine == "x86" else ()))
    libraries = [
        library
        for module in modules
        for library in import_libraries(folder, toolchain, module, machine)
    ]
    words = ["/subsystem:console", f"/entry:{source.stem}", f"/machine:{machine}"]
    words += ["/safeseh"] if machine == "x86" else []
    options = options_from_argv(words)
    program = folder / "it.exe"
    program.write_bytes(link([made, *runtime, *libraries], options).image)
    done = wine.run(str(program))
    return done.stdout, done.returncode


@programs
def test_every_bad_pointer_in_try_reaches_its_handler(
    wine, tmp_path, toolchain, machine, dialect, flavor
):
    assert CASES >= 32
    found = run(wine, tmp_path, toolchain, machine, dialect, flavor, "seh.c")
    assert found == (f"passed {2 * CASES:08X}\n", 0)


@programs
def test_so_it_does_in_cplusplus(wine, tmp_path, toolchain, machine, dialect, flavor):
    found = run(wine, tmp_path, toolchain, machine, dialect, flavor, "sehxx.cpp")
    assert found == (f"passed {12:08X}\n", 0)


@cells
def test_the_sample_driver_survives_a_bad_address(wine, installed, toolchain, flavor):
    before = len(wine.printed("seh: "))
    service = Service(wine, f"{toolchain}_{flavor}_seh", installed(toolchain, flavor, "seh"))
    service.start()
    service.stop()
    service.delete()
    assert wine.printed("seh: ")[before:] == [
        "seh: good address: status 00000000, sum 125",
        "seh: bad address: status C0000005, sum 0, fault at 0000000000000010",
        "seh: 0 users",
        "seh: stopped",
    ]
