"""The sample drivers' imports exist in the export lists, as a linker that is not ours sees them."""

import subprocess

import pytest

import peers
from compilers.compiling import (
    CELLS,
    PROGRAMS,
    ROOT,
    compile_to,
    import_library,
    lld_link,
    toolchains,
)
from ntbuild import LinkOptions, link
from ntbuild.compilers.libraries import import_source
from ntbuild.compilers.toolchain import FLAVORS
from ntbuild.pelink.libraries.archive_writer import write_archive

CORE = """LIBRARY core.sys
EXPORTS
CoreOpen
CoreClose
CoreAdd
CoreSessions DATA
DllInitialize PRIVATE
DllUnload PRIVATE
"""


def imported(path):
    """{module: names} that an image imports."""
    readobj = peers.require("llvm-readobj")
    done = subprocess.run(
        [readobj, "--coff-imports", path], check=True, capture_output=True, text=True
    )
    found, module = {}, ""
    for line in done.stdout.splitlines():
        word, _, value = line.strip().partition(": ")
        if word == "Name":
            module = value
            found[module] = set()
        elif word == "Symbol":
            found[module].add(value.split(" (")[0])
    return found


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_the_sample_drivers_link(name, machine, tmp_path):
    libraries = [import_library(tmp_path, module, machine) for module in ("ntoskrnl", "hal")]
    (tmp_path / "core.def").write_text(CORE)
    found = {}
    for driver in ("hello", "ioctl", "core", "client"):
        source = ROOT / "drivers" / driver / f"{driver}.c"
        made = compile_to(tmp_path / f"{driver}.o", name, machine, "release", source)
        extra = {
            "core": [f"/def:{tmp_path / 'core.def'}", f"/implib:{tmp_path / 'core.lib'}"],
            "client": [tmp_path / "core.lib"],
        }.get(driver, [])
        image = lld_link(tmp_path, machine, tmp_path / f"{driver}.sys", made, *libraries, *extra)
        found[driver] = imported(image)
    assert found["hello"] == {"ntoskrnl.exe": {"DbgPrint"}}
    assert "IoCreateSymbolicLink" in found["ioctl"]["ntoskrnl.exe"]
    assert found["client"]["core.sys"] == {"CoreOpen", "CoreClose", "CoreAdd", "CoreSessions"}


@pytest.mark.parametrize(("name", "machine"), [cell for cell in CELLS if cell[0] != "clang"])
def test_what_the_headers_declare_is_exported(name, machine, tmp_path):
    """On arm64 above all: the list there is x64's, and the headers call what x64 has inline."""
    libraries = [import_library(tmp_path, module, machine) for module in ("ntoskrnl", "hal")]
    source = PROGRAMS / "api.c"
    made = compile_to(tmp_path / "it.o", name, machine, "release", source, "-DHEADER=<ntifs.h>")
    found = imported(lld_link(tmp_path, machine, tmp_path / "it.sys", made, *libraries))
    assert "ExAllocatePool2" in found["ntoskrnl.exe"]


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_gccs_own_archive_and_the_overlay_link_together(machine, tmp_path):
    made = compile_to(
        tmp_path / "it.o", "mingw", machine, "release", PROGRAMS / "api.c", "-DHEADER=<ntddk.h>"
    )
    mingw = toolchains()["mingw"]
    archives = [import_source(mingw, module, machine).archive for module in ("ntoskrnl", "hal")]
    overlay = import_library(tmp_path, "ntoskrnl", machine)
    found = imported(lld_link(tmp_path, machine, tmp_path / "it.sys", made, *archives, overlay))
    assert "ExAllocatePool2" in {name for names in found.values() for name in names}


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_a_protected_driver_finds_its_cookie(built, name, machine, tmp_path):
    libraries = [import_library(tmp_path, module, machine) for module in ("ntoskrnl", "hal")]
    archive = tmp_path / "runtime.lib"
    subprocess.run(
        [peers.require("llvm-lib"), f"/out:{archive}", *built(name, machine, "release")], check=True
    )
    driver = compile_to(
        tmp_path / "driver.o",
        *(name, machine, "release", ROOT / "drivers" / "ioctl" / "ioctl.c"),
        "-fstack-protector-all",
    )
    lld_link(
        *(tmp_path, machine, tmp_path / "it.sys", driver, archive, *libraries),
        entry="GsDriverEntry",
    )
    words = set((tmp_path / "it.map").read_text().split())
    prefix = "_" if machine == "x86" else ""
    assert {f"{prefix}__stack_chk_guard", f"{prefix}__stack_chk_fail"} <= words


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_c_functions_are_those_that_kernels_export_and_none_is_defined_twice(
    name, machine, flavor, tmp_path
):
    prefix = "_" if machine == "x86" else ""
    objects = [
        compile_to(
            *(tmp_path / f"{each}.o", name, machine, flavor, PROGRAMS / "crt.c"), f"-DNAME={each}"
        )
        for each in ("One", "Two")
    ]
    options = LinkOptions(
        out="it.sys", machine=machine, driver="plain", entry="One", include=(f"{prefix}Two",)
    )
    result = link([*objects, import_library(tmp_path, "ntoskrnl", machine)], options)
    assert [str(each) for each in result.warnings] == []


@pytest.mark.parametrize("program", ["kernel_data", "inlines", "strings"])
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_what_the_headers_have_links_for_every_machine(built, name, machine, program, tmp_path):
    """What these programs find is shown by ``tests/wine/test_headers.py``, on x64."""
    source = PROGRAMS / f"{program}.c"
    made = compile_to(tmp_path / "it.o", name, machine, "release", source)
    libraries = [import_library(tmp_path, module, machine) for module in ("ntoskrnl", "hal")]
    libraries.append(tmp_path / "runtime.lib")  # x86's kernel has no memcmp
    members = [(path.name, path.read_bytes()) for path in built(name, machine, "release")]
    libraries[-1].write_bytes(write_archive(members))
    options = LinkOptions(out="it.sys", machine=machine, driver="plain", entry="DriverEntry")
    result = link([made, *libraries], options)
    assert [str(each) for each in result.warnings] == []
