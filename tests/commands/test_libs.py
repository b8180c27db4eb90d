"""``ntbuild libs``: modules, symbols, import libraries."""

import pytest

from coffwriter import CODE, Reloc, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv
from ntbuild.commands.cli import main
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.compilers.modules import kernel_modules
from ntbuild.compilers.toolchain import MACHINES
from ntbuild.pelink.names.nearest import RUN_TIME


def test_every_machine_has_the_kernel(capsys):
    assert main(["libs"]) == 0
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert rows["module"] == ["file", *MACHINES]
    assert rows["ntoskrnl"][0] == "ntoskrnl.exe"
    assert all(int(count) > 1000 for count in rows["ntoskrnl"][1:])
    assert {"hal", "fltmgr", "storport", "ndis", "wdfldr"} <= rows.keys()
    assert "kernel32" not in rows


def test_a_modules_exports_and_a_symbols_module(capsys):
    assert main(["libs", "FltMgr.sys"]) == 0
    assert "FltRegisterFilter\n" in capsys.readouterr().out
    assert main(["libs", "fltregisterfilter", "MmUserProbeAddress", "KfLowerIrql"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "FltRegisterFilter: fltmgr"
    assert "MmUserProbeAddress (data): ntoskrnl" in lines[1]
    assert any(line.startswith("KfLowerIrql: hal (x86") for line in lines)


def test_libraries_of_a_kit_that_are_no_modules(capsys):
    assert main(["libs", "BufferOverflowFastFailK.lib", "scsiwmi", "MsGpioClxStub"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert first.startswith("bufferoverflowfastfailk: not needed: the stack protector's")
    assert second == 'scsiwmi: made of ntbuild\'s own sources: import_libraries=["scsiwmi"]'
    assert third.startswith("msgpioclxstub: only a Windows kit has it: ")


def test_patterns_and_machines(capsys):
    assert main(["libs", "--arch", "amd64", "StorPortNotif*"]) == 0
    assert capsys.readouterr().out == "StorPortNotification: storport\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "printf",
            "printf: kernel code has no C library; DbgPrint and DbgPrintEx print to the debugger",
        ),
        (
            "ExAlocatePool2",
            (
                "ExAlocatePool2: no kernel module of that name, and none that exports it; "
                "did you mean 'ExAllocatePool2'?"
            ),
        ),
        ("xyzzy", "xyzzy: no kernel module of that name, and none that exports it"),
    ],
)
def test_what_no_module_has_is_said_with_what_is_near(name, message, capsys):
    assert main(["libs", name]) == 1
    assert capsys.readouterr().err == f"ntbuild: {message}\n"


def test_import_libraries_are_written_and_can_be_linked(tmp_path, capsys):
    out = tmp_path / "lib"
    assert main(["libs", "--arch", "x64,arm64", "--write", str(out), "hal", "ntoskrnl"]) == 0
    assert "wrote 4 import libraries below" in capsys.readouterr().out
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.lib"))
    assert written == ["arm64/hal.lib", "arm64/ntoskrnl.lib", "x64/hal.lib", "x64/ntoskrnl.lib"]
    code = Section(".text", b"\xe8\0\0\0\0\xc3", CODE, relocations=[Reloc(1, "DbgPrint", 4)])
    symbols = [Symbol("DriverEntry", ".text"), Symbol("DbgPrint", 0)]
    (tmp_path / "a.obj").write_bytes(build("x64", [code], symbols))
    inputs = [str(tmp_path / "a.obj"), str(out / "x64/ntoskrnl.lib")]
    image = link(inputs, options_from_argv(["/driver", "/entry:DriverEntry", "/machine:x64"])).image
    assert b"ntoskrnl.exe\0" in image
    assert b"DbgPrint\0" in image


def test_the_run_time_library_is_written_and_named_where_it_is_missing(tmp_path, capsys):
    assert main(["libs", "--arch", "x64", "--write", str(tmp_path), "runtime"]) == 0
    assert "wrote 1 run-time library below" in capsys.readouterr().out
    library = tmp_path / "x64/runtime.lib"
    code = Section(".text", b"\xe8\0\0\0\0\xc3", CODE, relocations=[Reloc(1, "___chkstk_ms", 4)])
    symbols = [Symbol("DriverEntry", ".text"), Symbol("___chkstk_ms", 0)]
    (tmp_path / "a.obj").write_bytes(build("x64", [code], symbols))
    options = options_from_argv(["/driver", "/entry:DriverEntry", "/machine:x64"])
    assert link([str(tmp_path / "a.obj"), str(library)], options).image
    with pytest.raises(LinkError, match="undefined symbol: ___chkstk_ms") as failure:
        link([str(tmp_path / "a.obj")], options)
    assert "runtime.lib for drivers: ntbuild libs runtime --write lib" in str(failure.value)
    content = library.read_bytes()
    others = {"_chkstk", "__alloca_probe", "__fltused"}  # those of x86, and of arm
    assert all(name.encode() + b"\0" in content for name in RUN_TIME - others)


def test_an_unknown_module_or_machine_is_one_line(tmp_path, capsys):
    assert main(["libs", "--write", str(tmp_path), "fltmgrr"]) == 2
    message = "ntbuild: libs: no kernel module 'fltmgrr'; did you mean 'fltmgr'?\n"
    assert capsys.readouterr().err == message
    assert main(["libs", "--arch", "mips"]) == 2
    assert "--arch=mips: unknown arch 'mips'" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_list_that_only_others_include_is_no_module():
    names = {each.name for each in kernel_modules("x64", toolchains_folder() / "defs")}
    assert "ucrtbase-common" not in names
