"""dialect="msvc": sources written for cl compile, link, and call as Microsoft's binaries do."""

import re
import subprocess

import pefile
import pytest

from compilers.compiling import (
    MSVC_CELLS,
    PROGRAMS,
    command,
    compilation_of,
    compile_to,
    externals,
    import_library,
    symbols,
    toolchains,
)
from ntbuild import ToolchainError, link, options_from_argv
from ntbuild.compilers.toolchain import FLAVORS
from ntbuild.pelink.libraries.archive_writer import write_archive

CASTS = [
    "-Wno-error=incompatible-pointer-types",
    "-Wno-error=incompatible-function-pointer-types",
    "-Wno-error=int-conversion",
    "-Wno-error=implicit-int",
]
ZIG = [cell for cell in MSVC_CELLS if cell[0] == "zig"]
cells = pytest.mark.parametrize(("name", "machine"), ZIG)


def compiled(folder, name, machine, flavor, source, **keywords):
    """The object of a source; a warning that cl has too is none here."""
    output = folder / f"{source.stem}-{flavor}.obj"
    how = compilation_of(machine, **{"dialect": "msvc", **keywords})
    argv = command(toolchains()[name], machine, flavor, source, output, compilation=how)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output, set(re.findall(r"warning: .*\[(-W[\w-]+)", done.stderr))


def linked(folder, built, name, machine, *objects):
    runtime = folder / "runtime.lib"
    members = [(path.name, path.read_bytes()) for path in built(name, machine, "release")]
    runtime.write_bytes(write_archive(members))
    words = ["/driver", f"/machine:{machine}", "/entry:DriverEntry"]
    words += ["/safeseh"] if machine == "x86" else []
    kernel = import_library(folder, "ntoskrnl", machine)
    result = link([*objects, runtime, kernel], options_from_argv(words))
    assert [str(each) for each in result.warnings] == []
    return pefile.PE(data=result.image)


@pytest.mark.parametrize(
    ("name", "machine", "flavor"),
    [
        (*cell, flavor)
        for cell in MSVC_CELLS
        for flavor in FLAVORS
        if cell in ZIG or flavor == "debug"
    ],
)
def test_what_cl_takes_compiles_and_links_with_warnings_for_casts_only(
    built, name, machine, flavor, tmp_path
):
    made, warnings = compiled(tmp_path, name, machine, flavor, PROGRAMS / "msvc.c")
    assert warnings <= {each.replace("no-error=", "") for each in CASTS}
    assert len(warnings) == 3
    image = linked(tmp_path, built, name, machine, made)
    imports = {each.name.decode() for dll in image.DIRECTORY_ENTRY_IMPORT for each in dll.imports}
    handler = "_except_handler3" if machine == "x86" else "__C_specific_handler"
    assert imports == {handler, "DbgPrint", "IoDriverObjectType"}


@cells
def test_templates_are_looked_up_late(built, name, machine, tmp_path):
    made, warnings = compiled(tmp_path, name, machine, "release", PROGRAMS / "msvcxx.cpp")
    assert warnings == set()
    linked(tmp_path, built, name, machine, made)


@cells
def test_an_inline_function_is_in_each_object_and_the_linker_keeps_one(
    built, name, machine, tmp_path
):
    body = "inline int Both(int Value) { return Value * 3; }\n"
    (tmp_path / "one.c").write_text(
        f"#include <ntddk.h>\n{body}int Two(int Value);\nint (*volatile Held)(int) = Both;\n"
        "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Object, PUNICODE_STRING Path)\n"
        "{ return Held(3) + Two(4) + (Object == NULL) + (Path == NULL); }\n"
    )
    (tmp_path / "two.c").write_text(f"{body}int Two(int Value) {{ return Both(Value) + 1; }}\n")
    objects = [
        compiled(tmp_path, name, machine, "debug", tmp_path / f"{stem}.c")[0]
        for stem in ("one", "two")
    ]
    both = "_Both@4" if machine == "x86" else "Both"
    assert all(both in externals(each) for each in objects)
    linked(tmp_path, built, name, machine, *objects)


CALLS = """
#include <ntddk.h>
#include <stdio.h>
struct Big { char Bytes[400]; };
typedef int Callback(void *Context, int Value);
extern Callback Other;
void Unsaid(struct Big *One, ...);
long long Divide(long long One, long long Two) { return One / Two + One % Two; }
int Use(struct Big *One, struct Big *Two, SIZE_T Size, Callback *Call)
{
    struct Big Copy = *One;
    volatile char Room[9000];

    Room[Size] = 1;
    RtlCopyMemory(Two, One, Size);
    RtlZeroMemory(One, Size);
    memmove(One, Two, Size);
    Unsaid(&Copy, 1, 2);
    sprintf((char *)One, "%d", Call(Two, 3));
    return memcmp(One, Two, Size) + (int)strlen((char *)One) + Other(One, 5) + Room[Size + 1];
}
"""


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize("name", ["zig"])
def test_on_x86_only_functions_without_a_convention_are_stdcall(name, flavor, tmp_path):
    (tmp_path / "it.c").write_text(CALLS)
    made, _ = compiled(tmp_path, name, "x86", flavor, tmp_path / "it.c")
    found = symbols(made)
    called = {each for each, (section, storage) in found.items() if storage == 2 and not section}
    assert called == {
        *("__alldiv", "__allrem", "__chkstk", "_Other@8", "_Unsaid"),
        *("_memcpy", "_memset", "_memmove", "_memcmp", "_strlen", "_sprintf"),
    } - ({"__allrem"} if flavor == "release" else set())
    assert {"_Divide@16", "_Use@16"} <= externals(made)
    plain, _ = compiled(tmp_path, name, "x86", flavor, tmp_path / "it.c", stdcall=False)
    assert {"_Divide", "_Use"} <= externals(plain)
    gnu, _ = compiled(tmp_path, name, "x86", flavor, tmp_path / "it.c", dialect="gnu", stdcall=True)
    assert {"_Divide@16", "_Use@16"} <= externals(gnu)
    assert {"_memcpy", "_memset", "_Other@8", "_Unsaid"} <= symbols(gnu).keys()


@cells
def test_versions_of_windows_decide_about_declarations(name, machine, tmp_path):
    (tmp_path / "it.c").write_text(
        "#include <ntddk.h>\n"
        "int Version[] = { _WIN32_WINNT, WINVER, NTDDI_VERSION };\n"
        "#if NTDDI_VERSION < 0x0A000008\n#error too old\n#endif\n"
    )
    for version, right in (("10.0.19041", True), ("6.1", False), ("10", False), (None, True)):
        how = compilation_of(machine, dialect="msvc", windows=version)
        argv = command(
            *(toolchains()[name], machine, "debug", tmp_path / "it.c", tmp_path / "it.o"),
            "-Werror",
            compilation=how,
        )
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert (done.returncode == 0) is right, done.stderr


def test_gcc_and_machines_without_it_are_one_line_each():
    with pytest.raises(ToolchainError) as caught:
        toolchains()["mingw"].triple("x64", "msvc")
    assert str(caught.value) == (
        "toolchain mingw does not compile dialect 'msvc'; use toolchain zig or clang"
    )
    with pytest.raises(ToolchainError) as caught:
        toolchains()["zig"].triple("arm", "msvc")
    assert str(caught.value) == (
        "toolchain zig: no compiler for arm in dialect 'msvc'; it makes x64, x86, arm64"
    )


@cells
def test_an_object_of_either_dialect_goes_into_one_image(built, name, machine, tmp_path):
    (tmp_path / "two.c").write_text(
        "int __cdecl Two(int V);\nint __cdecl Two(int V) { return V; }\n"
    )
    (tmp_path / "one.c").write_text(
        "#include <ntddk.h>\nint __cdecl Two(int V);\n"
        "NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Object, PUNICODE_STRING Path)\n"
        "{ return Two(4) + (Object == NULL) + (Path == NULL); }\n"
    )
    two = compile_to(tmp_path / "two.obj", name, machine, "debug", tmp_path / "two.c")
    one, _ = compiled(tmp_path, name, machine, "debug", tmp_path / "one.c")
    linked(tmp_path, built, name, machine, one, two)


ASSEMBLY = """
#if !defined(_X86_) && !defined(_AMD64_) && !defined(_ARM64_)
# error the machine has no name
#endif
    .text
    .globl SYMBOL
SYMBOL:
    ret
"""


@cells
def test_assembly_knows_its_machine_and_links_with_safe_handlers(tmp_path, built, name, machine):
    symbol = "_helper" if machine == "x86" else "helper"
    source = tmp_path / "helper.S"
    source.write_text(ASSEMBLY.replace("SYMBOL", symbol))
    helper, _ = compiled(tmp_path, name, machine, "release", source, harden=False)
    main = tmp_path / "main.c"
    main.write_text(
        "#include <ntddk.h>\nvoid __cdecl helper(void);\nDRIVER_INITIALIZE DriverEntry;\n"
        "NTSTATUS DriverEntry(PDRIVER_OBJECT d, PUNICODE_STRING p)\n"
        "{ (void)d; (void)p; helper(); return STATUS_SUCCESS; }\n"
    )
    entry, _ = compiled(tmp_path, name, machine, "release", main, harden=False)
    assert linked(tmp_path, built, name, machine, entry, helper).FILE_HEADER.NumberOfSections
