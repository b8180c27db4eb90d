"""Inline functions and libraries of our own run: programs check themselves, on each machine."""

import re
import subprocess
from pathlib import Path

import pytest

import peers
from compilers.compiling import ROOT, toolchains
from emulator import Emulator
from headers.layouts import DIALECTS, MACHINES
from ntbuild import link, options_from_argv
from ntbuild.compilers.libraries import import_source
from ntbuild.pecoff.machine import MACHINES as TARGETS
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

PROGRAMS = Path(__file__).resolve().parent / "programs"
LIBRARIES = ROOT / "toolchains/libraries"
SHARED_DATA = {"x64": 0xFFFFF78000000000 & (1 << 52) - 1, "arm64": 0xFFFFF78000000000}
"""KUSER_SHARED_DATA, which has the time; on x64 the emulator uses 52 bits of an address."""


def _print(cpu, text, first, second):
    found = cpu.text(text)
    words = (cpu.text(second) if "%s" in found else second & 0xFFFFFFFF,)
    cpu.printed.append(found % (first & 0xFFFFFFFF, *words))


def _copy(cpu, to, source, size):
    cpu.cpu.mem_write(to, bytes(cpu.cpu.mem_read(source, size)))
    return to


def _fill(cpu, to, value, size):
    cpu.cpu.mem_write(to, bytes([value & 0xFF]) * size)
    return to


def _same(cpu, left, right, size):
    pairs = zip(cpu.cpu.mem_read(left, size), cpu.cpu.mem_read(right, size), strict=True)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), size)


FUNCTIONS = {
    "DbgPrint": _print,
    "memcpy": _copy,
    "memmove": _copy,
    "memset": _fill,
    "RtlCompareMemory": _same,
    "KeQuerySystemTime": lambda cpu, time: cpu.write(time, 0x1234567, 8),
}


def compiled(folder: Path, source: Path, machine: str, dialect: str) -> Path:
    """An object of a release; a warning fails the test."""
    peers.require_toolchain("zig", machine)
    output = folder / f"{source.stem}.obj"
    argv = toolchains()["zig"].compile_argv(
        machine, "release", "c", compilation=DIALECTS[dialect], has_try=False
    )
    words = ["-Werror", "-Wno-frame-larger-than", "-c", str(source), "-o", str(output)]
    done = subprocess.run([*argv, *words], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stderr) == (0, "")
    return output


def imports(folder: Path, machine: str, module: str) -> Path:
    """The import library of a module's export list."""
    text = import_source(toolchains()["zig"], module, machine).definition
    definition = parse_def(text, f"{module}.def", TARGETS[machine])
    path = folder / f"{module}.lib"
    path.write_bytes(write_import_library(definition, TARGETS[machine], mingw=True, kill_at=True))
    return path


def image_of(folder: Path, machine: str, name: str, libraries, functions) -> Emulator:
    """``programs/<name>.c`` linked with libraries of ours, in an emulated processor."""
    sources = [path for each in libraries for path in sorted((LIBRARIES / each).glob("*.c"))]
    objects = [compiled(folder, PROGRAMS / f"{name}.c", machine, "msvc")]
    objects += [compiled(folder, each, machine, "gnu") for each in sources]
    options = options_from_argv(["/driver", "/entry:DriverEntry", f"/machine:{machine}"])
    image = link([*objects, imports(folder, machine, "ntoskrnl")], options).image
    return Emulator(image, machine, functions)


def counts(folder: Path, machine: str, name: str, libraries=(), functions=FUNCTIONS):
    """How many checks of ``programs/<name>.c`` were right and how many wrong."""
    cpu = image_of(folder, machine, name, libraries, functions)
    cpu.printed = []
    if machine in SHARED_DATA:
        cpu.cpu.mem_map(SHARED_DATA[machine], 0x1000)
        cpu.write(SHARED_DATA[machine] + 0x14, 0x1234567, 8)
    assert cpu.call(cpu.entry, cpu.allocate(0x200), 0) == 0
    assert len(cpu.printed) == 1, cpu.printed
    right, wrong = re.fullmatch(rf"{name}: (\d+) right, (\d+) wrong\n", cpu.printed[0]).groups()
    return int(right), int(wrong)


def checks(name: str) -> int:
    """The checks that a program makes when it runs straight through."""
    return len(re.findall(r"^ +CHECK\(", (PROGRAMS / f"{name}.c").read_text(), re.MULTILINE))


@pytest.mark.parametrize("machine", MACHINES)
def test_srb_helpers_read_and_write_both_kinds_of_request_block(tmp_path, machine):
    assert counts(tmp_path, machine, "srb_helpers") == (checks("srb_helpers"), 0)


@pytest.mark.parametrize("machine", MACHINES)
def test_scsiwmi_answers_every_minor_function(tmp_path, machine):
    right, wrong = counts(tmp_path, machine, "scsiwmi_requests", ["scsiwmi"])
    assert wrong == 0
    assert right >= checks("scsiwmi_requests")


@pytest.mark.parametrize("machine", MACHINES)
def test_addresses_and_sums_are_told_apart(tmp_path, machine):
    assert counts(tmp_path, machine, "addresses", ["netio"]) == (checks("addresses"), 0)


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_products_of_128_bits_are_those_of_cl(tmp_path, machine):
    cpu = image_of(tmp_path, machine, "multiply", (), {})
    assert cpu.call(cpu.entry, 0, 0) == 0


def test_a_sum_of_64_bits_carries_on_x86(tmp_path):
    cpu = image_of(tmp_path, "x86", "statistic", (), {})
    assert cpu.call(cpu.entry, 0, 0) == 0
