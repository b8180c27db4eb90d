"""Structured exception handling: guarded where the machine has it, one clear error elsewhere.

That handlers run is shown by ``tests/wine/test_exceptions.py`` on x64. Here the scope tables of
linked images are read, for arm64 too: a load or store in ``__try`` lies in a range with a handler.
"""

import struct
import subprocess

import pefile
import pytest

from compilers.compiling import (
    CELLS,
    CLANG_CELLS,
    SEH_CELLS,
    command,
    compile_to,
    externals,
    import_library,
    toolchains,
)
from ntbuild import LinkOptions, link
from ntbuild.compilers.exceptions import has_try
from ntbuild.compilers.toolchain import FLAVORS
from ntbuild.pelink.libraries.archive_writer import write_archive

DRIVER = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG *p = (ULONG *)RegistryPath;
    NTSTATUS Status = 0;
    __try {
        Status = p[0x1fd];
        p[0x1fe] = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status + p[0x1ff] + (DriverObject == NULL);
}
"""
GUARDED, UNGUARDED = (0x1FD, 0x1FE), 0x1FF


def driver_image(folder, name, machine, flavor):
    (folder / "it.c").write_text(DRIVER)
    made = compile_to(folder / "it.o", name, machine, flavor, folder / "it.c", root=folder)
    kernel = import_library(folder, "ntoskrnl", machine)
    options = LinkOptions(out="it.sys", machine=machine, driver="plain", entry="DriverEntry")
    result = link([made, kernel], options)
    assert [str(each) for each in result.warnings] == []
    return pefile.PE(data=result.image)


def scopes_x64(image):
    """Begin, end and target of each scope of each function with a handler, as RVAs."""
    directory = image.OPTIONAL_HEADER.DATA_DIRECTORY[3]
    data = image.get_data(directory.VirtualAddress, directory.Size)
    for _, _, unwind in struct.iter_unpack("<III", data):
        first, _, codes = struct.unpack("<BBB", image.get_data(unwind, 3))
        if first >> 3 & 1:
            yield from _scopes(image, unwind + 4 + 2 * (codes + (codes & 1)))


def scopes_arm64(image):
    """As `scopes_x64`."""
    directory = image.OPTIONAL_HEADER.DATA_DIRECTORY[3]
    data = image.get_data(directory.VirtualAddress, directory.Size)
    for _, unwind in struct.iter_unpack("<II", data):
        if unwind & 3:  # packed: no handler
            continue
        (header,) = struct.unpack("<I", image.get_data(unwind, 4))
        if not header >> 20 & 1:
            continue
        epilogs, words = header >> 22 & 31, header >> 27
        assert words, "an extended header is not read here"
        listed = 0 if header >> 21 & 1 else 4 * epilogs
        yield from _scopes(image, unwind + 4 + listed + 4 * words)


def _scopes(image, at):
    """The scope table after the handler's address at `at`."""
    (count,) = struct.unpack("<I", image.get_data(at + 4, 4))
    table = image.get_data(at + 8, 16 * count)
    return [(begin, end, target) for begin, end, _, target in struct.iter_unpack("<IIII", table)]


def places_x64(image, index):
    """Where code has ``index * 4`` as a 32-bit displacement."""
    pattern = struct.pack("<I", index * 4)
    return [rva for start, code in _code(image) for rva in _found(code, pattern, start)]


def places_arm64(image, index):
    """Where a 32-bit load or store has the offset ``index * 4``."""
    return [
        start + at
        for start, code in _code(image)
        for at in range(0, len(code) - 3, 4)
        for (word,) in [struct.unpack_from("<I", code, at)]
        if word & 0xFF800000 == 0xB9000000 and word >> 10 & 0xFFF == index
    ]


def _code(image):
    return [(s.VirtualAddress, s.get_data()) for s in image.sections if s.Characteristics & 0x20]


def _found(code, pattern, start):
    at = code.find(pattern)
    while at >= 0:
        yield start + at
        at = code.find(pattern, at + 1)


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(("name", "machine"), SEH_CELLS)
def test_loads_and_stores_in_try_lie_in_a_scope_of_the_linked_image(
    name, machine, flavor, tmp_path
):
    image = driver_image(tmp_path, name, machine, flavor)
    scopes = list({"x64": scopes_x64, "arm64": scopes_arm64}[machine](image))
    places = {"x64": places_x64, "arm64": places_arm64}[machine]
    imports = {each.name for dll in image.DIRECTORY_ENTRY_IMPORT for each in dll.imports}
    assert imports == {b"__C_specific_handler"}
    assert len(scopes) == 1
    ((begin, end, target),) = scopes
    for index in GUARDED:
        found = places(image, index)
        assert found
        assert all(begin <= rva < end for rva in found), index
    outside = places(image, UNGUARDED)
    assert outside
    assert not any(begin <= rva < end for rva in outside)
    assert not begin <= target < end


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(("name", "machine"), SEH_CELLS)
def test_a_source_without_try_is_optimised_as_ever(name, machine, flavor):
    plain = toolchains()[name].flags(machine, flavor, "c")
    guarded = toolchains()[name].flags(machine, flavor, "c", has_try=True)
    levels = [[flag for flag in flags if flag.startswith("-O")][-1] for flags in (plain, guarded)]
    assert levels == ["-O0" if flavor == "debug" else "-O2", "-O0"]
    assert "-fasync-exceptions" not in plain
    assert guarded[guarded.index("-fasync-exceptions") - 1] == "-Xclang"


WITHOUT = [cell for cell in CELLS if cell not in SEH_CELLS]


def errors(name, machine, source, folder, flavor="release"):
    argv = command(toolchains()[name], machine, flavor, source, folder / "it.o", "-Werror")
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return [line.split("error: ")[1] for line in done.stderr.splitlines() if "error: " in line]


@pytest.mark.parametrize(("name", "machine"), WITHOUT)
def test_try_on_a_machine_without_it_is_one_line_that_says_what_to_use(name, machine, tmp_path):
    (tmp_path / "it.c").write_text(DRIVER)
    assert errors(name, machine, tmp_path / "it.c", tmp_path) == [
        (
            f"__try: toolchain {name} has no structured exception handling on {machine}; "
            "use toolchain zig or clang, for x64, arm64 or with dialect=msvc x86"
        )
    ]


@pytest.mark.parametrize(("name", "machine"), WITHOUT)
def test_finally_leave_and_abnormal_termination_are_no_errors_of_their_own(name, machine, tmp_path):
    (tmp_path / "it.c").write_text(
        "#include <ntifs.h>\nint it(int *p);\nint it(int *p) {\n"
        "    __try { if (*p) __leave; *p = 1; } __finally { if (AbnormalTermination()) *p = 2; }\n"
        "    return *p;\n}\n"
    )
    assert len(errors(name, machine, tmp_path / "it.c", tmp_path)) == 1


@pytest.mark.parametrize(("name", "machine"), SEH_CELLS)
def test_a_try_that_the_build_cannot_see_is_an_error_and_never_unguarded(name, machine, tmp_path):
    (tmp_path / "it.c").write_text(
        "#define PASTE(A, B) A##B\n" + DRIVER.replace("__try", "PASTE(__tr, y)")
    )
    (line,) = errors(name, machine, tmp_path / "it.c", tmp_path)
    assert line.endswith("name __try in a comment of the source")
    source = (tmp_path / "it.c").read_text()
    (tmp_path / "it.c").write_text("/* __try */\n" + source)
    compile_to(tmp_path / "it.o", name, machine, "release", tmp_path / "it.c")


CALLS = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
static FORCEINLINE ULONG Own(ULONG *p) { return *p; }
FORCEINLINE ULONG Shared(ULONG *p) { return *p; }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    ULONG *p = (ULONG *)RegistryPath;
    __try {
        InitializeListHead((PLIST_ENTRY)p);
        InterlockedBitTestAndSet((LONG *)p, 3);
        *p = Own(p) + Shared(p) + (DriverObject == NULL);
#if defined(__x86_64__)
        *p += (ULONG)__readmsr(*p) + __inbyte(0x80);
#endif
        KeMemoryBarrier();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return STATUS_UNSUCCESSFUL;
    }
    return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize("flavor", FLAVORS)
@pytest.mark.parametrize(("name", "machine"), SEH_CELLS)
def test_inline_functions_called_in_try_are_functions_that_link(
    built, name, machine, flavor, tmp_path
):
    (tmp_path / "it.c").write_text(CALLS)
    made = compile_to(tmp_path / "it.o", name, machine, flavor, tmp_path / "it.c", root=tmp_path)
    kernel = import_library(tmp_path, "ntoskrnl", machine)
    options = LinkOptions(out="it.sys", machine=machine, driver="plain", entry="DriverEntry")
    members = [(path.name, path.read_bytes()) for path in built(name, machine, "release")]
    runtime = tmp_path / "runtime.lib"
    runtime.write_bytes(write_archive(members))
    result = link([made, runtime, kernel], options)
    assert [str(each) for each in result.warnings] == []


@pytest.mark.parametrize(("name", "machine"), CLANG_CELLS)
def test_forceinline_may_follow_static_and_need_not(name, machine, tmp_path):
    (tmp_path / "it.c").write_text(
        "#include <ntddk.h>\nstatic FORCEINLINE int One(int *p) { return *p; }\n"
        "FORCEINLINE int Two(int *p) { return *p; }\n"
        "static __forceinline int Three(int *p) { return *p; }\n"
        "int it(int *p);\nint it(int *p) { return One(p) + Two(p) + Three(p); }\n"
    )
    made = compile_to(tmp_path / "it.o", name, machine, "debug", tmp_path / "it.c")
    assert externals(made) == {"_it" if machine == "x86" else "it"}


GOTO = """
extern "C" void Use(int);
struct Held { int *Value; Held(); ~Held(); };
int it(int Count);
int it(int Count)
{
    if (Count)
        goto out;
    {
        Held One;
        for (int Index = 0; Index < 3; Index++) {
            if (Index == Count)
                continue;
            Held Two;
            Use(Index);
        }
    }
out:
    return Count;
}
"""


@pytest.mark.parametrize(("name", "machine"), SEH_CELLS)
def test_cplusplus_without_try_is_spared_the_flag_that_clang_may_not_survive(
    name, machine, tmp_path
):
    (tmp_path / "it.cpp").write_text(GOTO)
    compile_to(tmp_path / "it.o", name, machine, "release", tmp_path / "it.cpp")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"__try {", True),
        (b"/* __try */", True),
        (b"x = __try1(y);", False),
        (b"RpcTryExcept my__try", False),
        (b"", False),
    ],
)
def test_the_word_is_found_as_a_word(content, found):
    assert has_try(content) is found
