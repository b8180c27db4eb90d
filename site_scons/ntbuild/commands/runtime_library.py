"""The run-time library of drivers, for links without SCons: ``ntbuild libs runtime --write``.

It is what SCons adds to each link: functions that compilers call and that no module exports, such
as ``__chkstk``. The sources are ntbuild's own, compiled as a release with zig's clang; a link takes
the members that it needs, whatever compiled the rest.
"""

import os
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from ntbuild.compilers.libraries import runtime_sources
from ntbuild.compilers.matrix import DEFAULTS, known_toolchain
from ntbuild.compilers.toolchain import Toolchain, ToolchainError
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.support.text import printable

RUNTIME: Final = "runtime"
"""The library's name, in the place of a module's."""
_LANGUAGES: Final = {".c": "c", ".S": "assembler"}


def runtime_library(machine: str) -> bytes:
    """The library for a machine. Raises ToolchainError where its sources cannot be compiled."""
    toolchain = known_toolchain(DEFAULTS["toolchain"])
    if toolchain is None:
        raise ToolchainError(f"toolchain {DEFAULTS['toolchain']} is missing")
    sources = runtime_sources(toolchain, machine)
    with (
        tempfile.TemporaryDirectory(prefix="ntbuild-") as name,
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        made = pool.map(lambda each: _compiled(toolchain, machine, each, Path(name)), sources)
        members = list(zip((f"{each.stem}.obj" for each in sources), made, strict=True))
    # As lib.exe orders them, and a build.
    return write_archive(members[::-1], MACHINES[machine])


def _compiled(toolchain: Toolchain, machine: str, source: Path, folder: Path) -> bytes:
    argv = toolchain.compile_argv(machine, "release", _LANGUAGES[source.suffix])
    output = folder / f"{source.parent.name}-{source.stem}.obj"
    done = _run([*argv, "-c", str(source), "-o", str(output)])
    if done.returncode:
        said = next(iter(done.stderr.splitlines()), f"status {done.returncode}")
        raise ToolchainError(f"{source.name} ({machine}): {printable(said)}")
    return output.read_bytes()


def _run(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
    except OSError as error:
        raise ToolchainError(f"{argv[0]}: {error.strerror or error}") from error
