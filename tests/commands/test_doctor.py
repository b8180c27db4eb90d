"""``ntbuild doctor``: a driver is really built; what is missing says how to get it."""

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
    assert lines[0].startswith("ok       build ")
    assert "for x64 was compiled, linked and validated with zig" in lines[0]
    assert any(line.startswith("ok       toolchain zig ") for line in lines)
    assert any("NTBUILD_WDF=FOLDER" in line for line in lines)
    assert all(line.split()[0] in {"ok", "missing", "broken"} for line in lines)


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
    assert lines[0].startswith("broken   build ")
    assert lines[0].endswith("pip install ziglang")
    assert any(line.startswith("missing  toolchain zig ") for line in lines)


def test_a_compiler_that_refuses_says_why():
    zig = known_toolchain("zig")
    broken = replace(zig, headers=zig.headers[1:])  # without the DDK
    with pytest.raises(ToolchainError, match="the compiler refuses a driver of ten lines"):
        build_hello(broken, "x64")


def test_wdf_headers_are_looked_at(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NTBUILD_WDF", str(tmp_path))
    main(["doctor"])
    assert "broken   WDF headers" in capsys.readouterr().out
    header = tmp_path / "src/publicinc/wdf/kmdf/1.15/wdf.h"
    header.parent.mkdir(parents=True)
    header.write_text("")
    main(["doctor"])
    assert "KMDF 1.15 in" in capsys.readouterr().out


def test_an_unknown_toolchain_is_one_line(capsys):
    assert main(["doctor", "--toolchain", "cl"]) == 2
    message = "ntbuild: doctor: --toolchain: it is one of clang, mingw, zig\n"
    assert capsys.readouterr().err == message
