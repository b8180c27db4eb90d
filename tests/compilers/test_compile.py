"""The sample drivers and the project's headers compile without a warning, everywhere."""

import dataclasses
import subprocess

import pytest

import peers
from compilers.compiling import (
    CELLS,
    FEATURES,
    PROGRAMS,
    ROOT,
    SEH_CELLS,
    cell_flavors,
    command,
    compile_to,
    externals,
    toolchains,
)
from ntbuild.compilers.toolchain import MACHINES

DRIVERS = ("hello", "ioctl", "core", "client", "seh")
HEADERS = ("wdm.h", "ntddk.h", "ntifs.h")


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize(("name", "machine", "flavor"), cell_flavors())
def test_the_sample_drivers_compile(name, machine, flavor, driver, tmp_path):
    if driver == "seh" and (name, machine) not in SEH_CELLS:
        return  # an error, which test_exceptions.py looks at
    source = ROOT / "drivers" / driver / f"{driver}.c"
    made = compile_to(tmp_path / "it.o", name, machine, flavor, source)
    entry = "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    assert entry in externals(made)


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_structures_have_the_kernels_sizes(name, machine, header, tmp_path):
    define = ["-DWANT_CONTEXT"] if header != "wdm.h" else []
    source = PROGRAMS / "structures.c"
    extra = (f"-DHEADER=<{header}>", *define)
    assert compile_to(tmp_path / "it.o", name, machine, "release", source, *extra).stat().st_size


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_what_the_headers_add_can_be_used(name, machine, header, tmp_path):
    made = compile_to(
        tmp_path / "it.o", name, machine, "debug", PROGRAMS / "api.c", f"-DHEADER=<{header}>"
    )
    prefix = "_" if machine == "x86" else ""
    entry = "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    # Nothing else: a header that defines a function in each object makes two objects unlinkable.
    assert externals(made) == {
        entry,
        *(prefix + name for name in ("Registers", "Atomics", "Times")),
    }


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_the_pool_opt_in_is_one_variable_for_all_files(name, machine, tmp_path):
    extra = ("-DHEADER=<ntddk.h>", "-DPOOL_NX_OPTIN=1")
    made = compile_to(tmp_path / "it.o", name, machine, "release", PROGRAMS / "api.c", *extra)
    prefix = "_" if machine == "x86" else ""
    assert f"{prefix}ExDefaultNonPagedPoolType" in externals(made)


@pytest.mark.parametrize(("name", "machine"), FEATURES["C++"])
def test_the_headers_serve_cplusplus(name, machine, tmp_path):
    source = tmp_path / "it.cpp"
    source.write_text(
        "#include <ntifs.h>\n#include <ntbuild/sections.h>\n"
        'extern "C" NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;\n'
        "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT, PUNICODE_STRING)\n"
        "{\n    LONG volatile Bits = 0;\n"
        "    InterlockedBitTestAndSet(&Bits, 3);\n"
        "    return ExAllocatePool2(POOL_FLAG_PAGED, 8, 'tseT') ? STATUS_SUCCESS : -1;\n}\n"
    )
    made = compile_to(tmp_path / "it.o", name, machine, "release", source)
    assert externals(made) == {"_DriverEntry@8" if machine == "x86" else "DriverEntry"}


@pytest.mark.parametrize("header", ["storport.h"])
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_wrapped_headers_compile(name, machine, header, tmp_path):
    source = tmp_path / "it.c"
    source.write_text(f"#include <{header}>\nint it(void);\nint it(void) {{ return 0; }}\n")
    assert externals(compile_to(tmp_path / "it.o", name, machine, "release", source))


@pytest.mark.parametrize("driver", ["hello", "ioctl"])
@pytest.mark.parametrize("machine", MACHINES)
def test_zig_cc_serves_when_zig_clang_is_gone(machine, driver, tmp_path):
    peers.require_toolchain("zig", machine)
    zig = toolchains()["zig"]
    fallback = dataclasses.replace(zig, candidates=zig.candidates[1:])
    assert fallback.locate(machine).argv[-1] == "cc"
    source = ROOT / "drivers" / driver / f"{driver}.c"
    argv = command(fallback, machine, "release", source, tmp_path / "it.o", "-Werror")
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert externals(tmp_path / "it.o")


@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_the_user_program_compiles(name, machine, tmp_path):
    made = compile_to(tmp_path / "it.o", name, machine, "release", PROGRAMS / "ioctl_user.c")
    assert externals(made) == {"_ioctl_user@0" if machine == "x86" else "ioctl_user"}
