"""Inputs of the comparisons: objects by clang, import libraries by ntbuild, linked by both."""

import re
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import peers
from differential.images import Image, by_ld, by_lld, by_pelink
from differential.objects import Object, read_object
from ntbuild import load_toolchains
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

ROOT = Path(__file__).parents[2]
TRIPLES = {
    "x64": "x86_64-w64-windows-gnu",
    "x86": "i686-w64-windows-gnu",
    "arm64": "aarch64-w64-windows-gnu",
    "arm": "armv7-w64-windows-gnu",
}
COMMON_ARGV = ("-driver", "-entry:DriverEntry", "-nodefaultlib", "-subsystem:native")
LLD_ARGV = ("-lldmingw", "-opt:ref,noicf,nolldtailmerge")

KERNEL = """LIBRARY ntoskrnl.exe
EXPORTS
DbgPrint
IoCreateDevice@28
IoDeleteDevice@4
IoCreateSymbolicLink@8
IoDeleteSymbolicLink@4
RtlInitUnicodeString@8
@IofCompleteRequest@8
KeAcquireSpinLockRaiseToDpc
KeReleaseSpinLock
KeInitializeSpinLock@4
@InterlockedIncrement@4
@InterlockedDecrement@4
@InterlockedExchangeAdd@8
@InterlockedExchange@8
@InterlockedCompareExchange@12
ByOrdinal @77 NONAME
KdDebuggerEnabled DATA
KeWaitForSingleObject@20
ExAllocatePool2@24
ExAllocatePoolWithTag@12
ExFreePoolWithTag@8
RtlAssert@16
memset
memcpy
"""
HAL = """LIBRARY hal.dll
EXPORTS
@KfAcquireSpinLock@4
@KfReleaseSpinLock@8
KeGetCurrentIrql@0
KeStallExecutionProcessor@4
"""


@cache
def toolchains():
    return load_toolchains(ROOT / "toolchains")


def compile_driver(
    source: Path, machine: str, flavor: str, out: Path, *, toolchain: str = "clang"
) -> Path:
    """A C file compiled as the project compiles drivers."""
    peers.require_toolchain(toolchain, machine)
    argv = toolchains()[toolchain].compile_argv(machine, flavor, "c", [ROOT / "drivers/core"])
    out.write_bytes(_object((*argv, "-c", str(source)), source.read_bytes()))
    return out


@cache
def _object(command: tuple[str, ...], _text: bytes) -> bytes:
    """What a compiler makes of a file with this text: many links are of the same few drivers."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "it.obj"
        subprocess.run([*command, "-o", str(out)], check=True)
        return out.read_bytes()


def assemble(text: str, machine: str, out: Path) -> Path:
    """Assembly by clang's assembler."""
    source = out.with_suffix(".s")
    source.write_text(text, encoding="utf-8")
    command = [peers.require("clang"), f"--target={TRIPLES[machine]}", "-c", str(source)]
    done = subprocess.run([*command, "-o", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def import_library(definition: str, machine: str, out: Path) -> Path:
    """An import library with short members; argument sizes in the list count on x86 only."""
    if machine != "x86":
        definition = re.sub(r"^@?(\w+)@\d+", r"\1", definition, flags=re.MULTILINE)
    parsed = parse_def(definition, out.name, MACHINES[machine])
    out.write_bytes(write_import_library(parsed, MACHINES[machine], mingw=True, kill_at=True))
    return out


def kernel_libraries(machine: str, folder: Path) -> list[Path]:
    """ntoskrnl and hal, with what the sample drivers need."""
    return [
        import_library(KERNEL, machine, folder / "ntoskrnl.lib"),
        import_library(HAL, machine, folder / "hal.lib"),
    ]


def link_both(
    objects: Sequence[Path],
    libraries: Sequence[Path],
    folder: Path,
    machine: str,
    *argv: str,
    members: dict[str, bytes] | None = None,
    lld: Sequence[str] = LLD_ARGV,
    pelink: Sequence[str] = (),
) -> tuple[Image, Image, dict[str, Object]]:
    """The images of pelink and lld-link, and the objects that they may hold.

    ``members`` are objects in libraries by the name that the linkers give them.
    """
    known = {str(path): read_object(path.read_bytes()) for path in objects}
    known |= {name: read_object(data) for name, data in (members or {}).items()}
    common = [*COMMON_ARGV, f"-machine:{machine}", *argv]
    inputs = [*objects, *libraries]
    ours = by_pelink(inputs, [*common, "-out:test.sys", *pelink], known)
    theirs = by_lld(inputs, [*lld, *common], known, folder)
    (folder / "pelink.sys").write_bytes(ours.data)
    return ours, theirs, known


def link_like_gnu(
    objects: Sequence[Path], libraries: Sequence[Path], folder: Path, machine: str
) -> tuple[Image, Image, dict[str, Object]]:
    """The images of pelink and GNU ld, and the objects that they may hold."""
    known = {str(path): read_object(path.read_bytes()) for path in objects}
    inputs = [*objects, *libraries]
    ours = by_pelink(inputs, [*COMMON_ARGV, f"-machine:{machine}", "-out:test.sys"], known)
    entry = {"x64": "DriverEntry", "x86": "_DriverEntry@8"}[machine]
    argv = ["--subsystem", "native", "--gc-sections", "--dynamicbase", "-e", entry]
    return ours, by_ld(inputs, argv, machine, known, folder), known
