"""``ntbuild doctor``: a driver is really built; what is missing says how to get it."""

import re

import pytest

from ntbuild.commands.cli import main
from ntbuild.commands.first_build import build_hello
from ntbuild.compilers.matrix import known_toolchain
from ntbuild.compilers.toolchain import MACHINES, ToolchainError
from ntbuild.support.values import replace


def test_a_machine_that_builds_is_well(monkeypatch, capsys):
    monkeypatch.delenv("NTBUILD_WDF", raising=False)
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("ok        build ")
    assert "for x64 was compiled, linked and validated with zig" in lines[0]
    assert any(line.startswith("ok        toolchain zig ") for line in lines)
    assert any("NTBUILD_WDF=FOLDER" in line for line in lines)
    *rows, blank, last = lines
    assert {row.split()[0] for row in rows} <= {"ok", "optional"}
    subjects = ("unicorn", "qemu, x64", "llvm-ml", "cryptography", "cyclonedx", "rustc", "wine")
    for subject in subjects:
        assert any(row[10:].startswith(subject) for row in rows), subject
    assert (blank, last.partition(".")[0]) == ("", "Drivers can be built")


def test_what_is_not_here_says_what_it_is_for_and_is_no_fault(monkeypatch, capsys):
    monkeypatch.setenv("PATH", "")
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "optional  qemu, x64 and x86" in text
    assert "not here; the second engine of scons run; a driver is proved by two: apt-get" in text


def test_a_kit_that_is_named_and_not_there_is_a_fault(tmp_path, capsys):
    assert main(["doctor", "--kit", str(tmp_path / "none")]) == 1
    text = capsys.readouterr().out
    assert re.search(
        rf"^broken    kit +{re.escape(str(tmp_path))}/none: no such folder$", text, re.MULTILINE
    )
    assert "Drivers can be built" not in text


@pytest.mark.parametrize("machine", MACHINES)
def test_a_driver_is_built_for_every_machine(machine):
    assert build_hello(known_toolchain("zig"), machine) % 512 == 0


def test_a_compiler_that_is_missing_is_one_line_and_status_1(monkeypatch, capsys):
    zig = known_toolchain("zig")
    gone = tuple(replace(each, program="no-such-zig") for each in zig.candidates)
    broken = replace(zig, candidates=gone)
    monkeypatch.setattr("ntbuild.commands.doctor.known_toolchains", lambda: {"zig": broken})
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("broken    build ")
    assert lines[0].endswith("pip install ziglang")
    assert any(line.startswith("missing   toolchain zig ") for line in lines)


def test_a_compiler_that_refuses_says_why():
    zig = known_toolchain("zig")
    broken = replace(zig, headers=zig.headers[1:])  # without the DDK
    with pytest.raises(ToolchainError, match="the compiler refuses a driver of ten lines"):
        build_hello(broken, "x64")


def test_wdf_headers_are_looked_at(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NTBUILD_WDF", str(tmp_path))
    main(["doctor"])
    assert "broken    WDF headers" in capsys.readouterr().out
    header = tmp_path / "src/publicinc/wdf/kmdf/1.15/wdf.h"
    header.parent.mkdir(parents=True)
    header.write_text("")
    main(["doctor"])
    assert "KMDF 1.15 in" in capsys.readouterr().out


def test_an_unknown_toolchain_is_one_line(capsys):
    assert main(["doctor", "--toolchain", "cl"]) == 2
    message = "ntbuild: doctor: --toolchain: it is one of clang, mingw, zig\n"
    assert capsys.readouterr().err == message
