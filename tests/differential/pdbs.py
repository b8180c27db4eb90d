"""A sample driver with CodeView, linked with its PDB by pelink and by lld-link."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import peers
from differential.corpus import COMMON_ARGV, LLD_ARGV, ROOT, TRIPLES, kernel_libraries, toolchains
from ntbuild import link, options_from_argv

SOURCES = (ROOT / "drivers/ioctl/ioctl.c", ROOT / "drivers/hello/hello.c")
CODEVIEW = ("-g", "-gcodeview", "-gcodeview-ghash", "-gno-codeview-command-line")


def compiled(folder: Path, machine: str, *flags: str, sources: Sequence[Path] = SOURCES[:1]):
    """Objects of sample drivers with CodeView."""
    peers.require_toolchain("clang", machine)
    toolchain = toolchains()["clang"]
    found = []
    for source in sources:
        made = folder / f"{source.stem}-{machine}.obj"
        argv = toolchain.compile_argv(machine, "release", "c")
        command = [*argv, *CODEVIEW, *flags, "-c", str(source), "-o", str(made)]
        subprocess.run(command, check=True, cwd=ROOT)
        found.append(made)
    return found


def linked_with_pdb(folder: Path, machine: str, *flags: str) -> tuple[Path, Path]:
    """(image, PDB) of the ioctl sample by pelink."""
    inputs = [*compiled(folder, machine, *flags), *kernel_libraries(machine, folder)]
    return write(folder, machine, inputs)


def write(folder: Path, machine: str, inputs: Sequence[Path], *argv: str) -> tuple[Path, Path]:
    """(image, PDB) of some inputs by pelink."""
    image = folder / "driver.sys"
    options = [*COMMON_ARGV, f"-machine:{machine}", "-debug", f"-out:{image}", *argv]
    result = link(inputs, options_from_argv(options))
    image.write_bytes(result.image)
    pdb = image.with_suffix(".pdb")
    pdb.write_bytes(result.pdb)
    return image, pdb


def by_lld(folder: Path, machine: str, inputs: Sequence[Path], *argv: str) -> Path:
    """The PDB of the same inputs by lld-link."""
    image = folder / "lld.sys"
    command = [peers.require("lld-link"), *COMMON_ARGV, *LLD_ARGV, f"-machine:{machine}", "-debug"]
    subprocess.run([*command, f"-out:{image}", *argv, *map(str, inputs)], check=True)
    return image.with_suffix(".pdb")


def dump(pdb: Path, *options: str) -> str:
    """What llvm-pdbutil says; an error of any kind fails the test."""
    command = [peers.require("llvm-pdbutil"), "dump", *options, str(pdb)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout


__all__ = ["TRIPLES", "by_lld", "compiled", "dump", "linked_with_pdb", "write"]
