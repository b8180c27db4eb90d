"""The debug printer, run on the host for both widths of a register: the text of each message.

Its sources compile for Linux with a `ntddk.h` and a `debugger.h` of a page, where a va_list is what
it is on Windows, so that what is sent to the debugger is the same on every machine.
"""

import platform
import subprocess
import sys

import pytest

import peers
from compilers.compiling import ROOT
from ntbuild.compilers.search import in_package
from ntbuild.tracing.config import read_configuration
from ntbuild.tracing.trace_header import trace_header

RUNTIME = ROOT / "toolchains/runtime"
HERE = ROOT / "tests/tracing/printer"
FLAGS = {
    "i686-linux-gnu": ["-march=i686", "-mno-sse", "-mno-mmx"],
    "x86_64-linux-gnu": ["-D_WIN64"],
}


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"),
    reason="runs x86 and x64 code on the host",
)
@pytest.mark.parametrize("program", ["printer.c", "classes.cpp"])
@pytest.mark.parametrize(
    ("target", "optimise"),
    [("i686-linux-gnu", "-O0"), ("i686-linux-gnu", "-O2"), ("x86_64-linux-gnu", "-O2")],
)
def test_messages_read_as_they_are_meant(program, target, optimise, tmp_path):
    peers.require_toolchain("zig", "x86")
    zig = in_package("ziglang", "zig")
    files = [(name, (HERE / name).read_bytes()) for name in ("trace.h", program)]
    stem = program.partition(".")[0]
    text = trace_header(program, read_configuration(files), "debug")
    (tmp_path / f"{stem}.tmh").write_text(text)
    sources = [HERE / program, RUNTIME / "all/wpp_print.c", RUNTIME / "all/wpp_values.c"]
    if target.startswith("i686"):
        sources.append(RUNTIME / "x86/divide_gnu.c")
    headers = [f"-I{HERE}", f"-I{tmp_path}", f"-I{ROOT / 'toolchains/include/wpp'}"]
    flags = ["-ffreestanding", "-fno-stack-protector", "-fno-pic", "-fshort-wchar", "-Wno-format"]
    objects = []
    for source in sources:
        output = tmp_path / f"{source.stem}.o"
        command = [zig, "clang", f"--target={target}", optimise, *FLAGS[target], *flags, *headers]
        warnings = ["-Wall", "-Wextra", "-Werror", "-Wno-unused-command-line-argument"]
        subprocess.run([*command, *warnings, "-c", source, "-o", output], check=True)
        objects.append(output)
    emulation = "elf_i386" if target.startswith("i686") else "elf_x86_64"
    subprocess.run(
        [zig, "ld.lld", "-m", emulation, "-static", "-o", tmp_path / "it", *objects], check=True
    )
    done = subprocess.run([tmp_path / "it"], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == (HERE / f"{stem}.expected.txt").read_text()
