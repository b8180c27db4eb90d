"""``ntbuild flags``: the command compiles a driver's source, which links to a good image."""

import shlex
import subprocess

import pytest

from ntbuild import check, link, options_from_argv
from ntbuild.commands.cli import main

SOURCE = """\
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(driver);
    DbgPrint("a: %wZ\\n", path);
    return STATUS_SUCCESS;
}
"""


@pytest.mark.parametrize(("machine", "dialect"), [("x64", "gnu"), ("arm64", "msvc")])
def test_a_source_compiles_and_links_without_scons(tmp_path, machine, dialect, capsys):
    (tmp_path / "a.c").write_text(SOURCE)
    assert main(["flags", "--arch", machine, "--dialect", dialect, "--flavor", "release"]) == 0
    words = shlex.split(capsys.readouterr().out)
    subprocess.run([*words, "-c", "a.c", "-o", "a.obj"], cwd=tmp_path, check=True)
    assert main(["libs", "ntoskrnl", "--arch", machine, "--write", str(tmp_path)]) == 0
    inputs = [str(tmp_path / "a.obj"), str(tmp_path / machine / "ntoskrnl.lib")]
    options = options_from_argv(["/driver", "/entry:DriverEntry", f"/machine:{machine}"])
    assert [each for each in check(link(inputs, options).image) if each.level.word == "error"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--toolchain", "cl"], "flags: --toolchain: it is one of clang, mingw, zig"),
        (
            ["--dialect", "msvc", "--arch", "arm"],
            "flags: toolchain zig: no compiler for arm in dialect",
        ),
    ],
)
def test_what_cannot_be_compiled_is_one_line(words, message, capsys):
    assert main(["flags", *words]) == 2
    assert capsys.readouterr().err.startswith(f"ntbuild: {message}")
