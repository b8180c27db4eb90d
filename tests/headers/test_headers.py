"""Headers of ntbuild over the DDK: layouts, values and calls, in C and C++, for every machine.

What is asserted stands in ``programs/``. The layouts are those of Microsoft's headers, compared on
request by ``test_kit_headers.py``.
"""

from pathlib import Path

import pytest

from compilers.compiling import CELLS, CLANG_CELLS, compile_to, section_names, symbols
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.compilation import PLAIN

PROGRAMS = Path(__file__).resolve().parent / "programs"
MACHINES = ("x64", "x86", "arm64")
WDM, NTIFS = "-DHEADER=<wdm.h>", "-DHEADER=<ntifs.h>"


def msvc(machine):
    """What dialect="msvc" compiles with."""
    given = {"dialect": "msvc", "harden": False}
    return compiling_of(Keywords(**given), given, machine).compilation


def compile_program(folder, name, cell, *extra, compilation=PLAIN, flavor="release"):
    source = PROGRAMS / name
    return compile_to(
        folder / f"{name}.o", *cell, flavor, source, "-Wno-unused", *extra, compilation=compilation
    )


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_the_filter_managers_layouts(tmp_path, cell):
    built = compile_program(tmp_path, "minifilter.c", cell)
    assert any(
        name.endswith("FltRegisterFilter") or "FltRegisterFilter@" in name
        for name in symbols(built)
    )


@pytest.mark.parametrize("cell", CELLS, ids="-".join)
def test_additions_to_the_ddk(tmp_path, cell):
    compile_program(tmp_path, "kernel.c", cell, NTIFS, "-DWITH_NTIFS")


@pytest.mark.parametrize("machine", MACHINES)
def test_additions_to_wdm_alone(tmp_path, machine):
    compile_program(tmp_path, "kernel.c", ("zig", machine), WDM)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", ["minifilter.c", "minifilter.cpp", "kernel.c", "kernel.cpp"])
def test_the_msvc_dialect(tmp_path, machine, name):
    extra = (NTIFS, "-DWITH_NTIFS")
    compile_program(tmp_path, name, ("zig", machine), *extra, compilation=msvc(machine))


@pytest.mark.parametrize("machine", MACHINES)
def test_guids_of_storage_are_defined_once_initguid_is_there(tmp_path, machine):
    built = compile_program(tmp_path, "guids_late.c", ("zig", machine), compilation=msvc(machine))
    defined = {name.lstrip("_"): section for name, (section, _) in symbols(built).items()}
    assert defined["GUID_DEVINTERFACE_VOLUME"] is not None
    assert "GUID_DEVINTERFACE_DISK" in defined


@pytest.mark.parametrize("machine", MACHINES)
def test_words_that_cl_passes_over(tmp_path, machine):
    how, plain = msvc(machine), ("-Wno-implicit-int", "-Wno-return-mismatch")
    built = compile_program(tmp_path, "cl_words.c", ("zig", machine), *plain, compilation=how)
    assert any("Plain" in name for name in symbols(built))


@pytest.mark.parametrize(("machine", "suffix"), [("x64", "cpp"), ("x64", "c"), ("x86", "c")])
def test_privileged_instructions_that_a_source_declares_itself_are_not_calls(
    tmp_path, machine, suffix
):
    name, cell = f"cl_privileged.{suffix}", ("zig", machine)
    made = compile_program(tmp_path, name, cell, compilation=msvc(machine))
    called = {name for name, (section, kind) in symbols(made).items() if not section and kind == 2}
    in_run_time = {"_fxsave", "_fxrstor", "_invpcid"}
    assert called == (in_run_time if machine == "x64" else set())


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("suffix", ["c", "cpp"])
def test_trace_logging_writes_nothing_and_evaluates_nothing(tmp_path, suffix, machine):
    how = msvc(machine) if suffix == "cpp" else PLAIN
    made = compile_program(
        tmp_path, f"traced.{suffix}", ("zig", machine), compilation=how, flavor="debug"
    )
    called = {name for name, (section, kind) in symbols(made).items() if not section and kind == 2}
    identifiers = {"KSMEDIUMSETID_Standard"} if suffix == "c" else set()
    assert {name.removeprefix("_") for name in called} == identifiers


@pytest.mark.parametrize("cell", [cell for cell in CLANG_CELLS if cell[0] == "zig"], ids="-".join)
@pytest.mark.parametrize("name", ["minifilter.cpp", "kernel.cpp"])
def test_cxx_of_the_gnu_dialect(tmp_path, cell, name):
    compile_program(tmp_path, name, cell, NTIFS, "-DWITH_NTIFS")


@pytest.mark.parametrize("machine", MACHINES)
def test_ntddk_takes_what_wdm_has_without_a_second_definition(tmp_path, machine):
    source = tmp_path / "it.c"
    source.write_text("#include <wdm.h>\n#include <ntddk.h>\n#include <ntifs.h>\nint It;\n")
    built = compile_to(tmp_path / "it.o", "zig", machine, "release", source)
    assert ".text" not in section_names(built) or "It" in "".join(symbols(built))


@pytest.mark.parametrize("machine", MACHINES)
def test_names_that_drivers_declare_or_expect(tmp_path, machine):
    """What sources of public drivers say themselves does not clash with what headers say."""
    source = tmp_path / "names.c"
    source.write_text(
        "#include <ntifs.h>\n#include <ndis/nbl.h>\n#include <intrin.h>\n#include <ntdddump.h>\n"
        "#ifdef _GNU_NTIFS_\n# error old\n#endif\n"
        "typedef ULONG u_int;\n"
        "unsigned long __cdecl _byteswap_ulong(unsigned long);\n"
        "IO_CSQ_INSERT_IRP Insert;\nETWENABLECALLBACK Enable;\nDRIVER_DISPATCH_PAGED Dispatch;\n"
        "PRKPROCESS Process;\nNDIS_STATUS Status = NDIS_STATUS_UNSUPPORTED_REVISION;\n"
        "ULONG64 Speed = NET_IF_LINK_SPEED_UNKNOWN, Most = _UI64_MAX;\n"
        "int Check(PFILTER_EXTENSION Of) { NT_ASSERT_ASSUME(Of); MemoryBarrier(); return 0; }\n"
    )
    flags = ("-DNDIS630=1", "-Wno-unused")
    compile_to(
        tmp_path / "names.obj", "zig", machine, "release", source, *flags, compilation=msvc(machine)
    )


def test_the_type_of_a_usb_request_has_its_bits_in_cxx(tmp_path):
    source = tmp_path / "request.cpp"
    source.write_text(
        "#include <ntddk.h>\n#include <usb.h>\n"
        'static_assert(sizeof(USB_DEFAULT_PIPE_SETUP_PACKET) == 8, "packed");\n'
        "int Direction(BM_REQUEST_TYPE Type) { return Type.s.Dir + Type.B; }\n"
    )
    compile_to(tmp_path / "request.obj", "zig", "x64", "release", source, compilation=msvc("x64"))


@pytest.mark.parametrize("machine", MACHINES)
def test_callbacks_of_keyboard_and_mouse_classes_have_their_convention(tmp_path, machine):
    """mingw's spells it with WINAPI, which only headers for programs define."""
    source = tmp_path / "filter.c"
    source.write_text(
        "#include <wdm.h>\n#include <kbdmou.h>\n"
        "static VOID NTAPI report(PVOID a, PVOID b, PVOID c, PVOID d)"
        " { (void)a; (void)b; (void)c; (void)d; }\n"
        "PSERVICE_CALLBACK_ROUTINE Callback = report;\n"
    )
    compile_to(tmp_path / "filter.obj", "zig", machine, "release", source)
