"""Structured exception handling runs: bad pointers in ``__try`` end in their handlers."""

import pytest

from compilers.compiling import PROGRAMS, SEH_CELLS, compile_to
from ntbuild import link, options_from_argv
from ntbuild.compilers.toolchain import FLAVORS
from wine.session import Service
from wine.userprogram import import_libraries

CASES = (PROGRAMS / "seh.c").read_text().count("    { ")
"""Lines of the program's list."""
cells = pytest.mark.parametrize(
    ("toolchain", "flavor"),
    [(name, flavor) for name, machine in SEH_CELLS if machine == "x64" for flavor in FLAVORS],
)


def run(wine, folder, toolchain, flavor, name):
    """Run ``programs/<name>``, compiled as a driver's source; stdout and exit status."""
    source = PROGRAMS / name
    made = compile_to(folder / "it.obj", toolchain, "x64", flavor, source)
    probe = PROGRAMS.parents[2] / "toolchains/runtime/x64/stack_probe.S"
    probe = compile_to(folder / "probe.obj", toolchain, "x64", flavor, probe)
    libraries = [
        library
        for module in ("kernel32", "ntdll")
        for library in import_libraries(folder, toolchain, module)
    ]
    options = options_from_argv(["/subsystem:console", f"/entry:{source.stem}", "/machine:x64"])
    program = folder / "it.exe"
    program.write_bytes(link([made, probe, *libraries], options).image)
    done = wine.run(str(program))
    return done.stdout, done.returncode


@cells
def test_every_bad_pointer_in_try_reaches_its_handler(wine, tmp_path, toolchain, flavor):
    assert CASES >= 28
    found = run(wine, tmp_path, toolchain, flavor, "seh.c")
    assert found == (f"passed {2 * CASES:08X}\n", 0)


@cells
def test_so_it_does_in_cplusplus(wine, tmp_path, toolchain, flavor):
    found = run(wine, tmp_path, toolchain, flavor, "sehxx.cpp")
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
