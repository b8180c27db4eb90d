"""Finding programs: on PATH, or inside an installed Python package without importing it.

A program that exists need not work: ``zig clang`` is an undocumented part of zig and may go away.
So a candidate is chosen only when it runs and prints its version. Results are cached for the
process: a build asks for each compiler once per cell.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from ntbuild.support.values import dataclass


class ToolNotFoundError(Exception):
    """None of the candidates runs; the text is one line that says how to install one."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to run a tool.

    - `name`: as flags refer to it (``compilers = ["zig cc"]``).
    - `package`: the Python package that has the program; empty: it is on PATH.
    - `program`: its name or path, with ``{triple}`` for the target.
    - `arguments`: words that always follow the program.
    """

    name: str
    package: str
    program: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compiler:
    """A tool that was found and ran: `argv` starts it, `version` is its first line of output."""

    name: str
    argv: tuple[str, ...]
    version: str


@functools.cache
def locate(
    what: str,
    candidates: tuple[Candidate, ...],
    triple: str,
    version_arguments: tuple[str, ...],
    install: str,
) -> Compiler:
    """The first candidate that works; without `version_arguments`, the first that exists.

    `what` and `install` are for the text of a ToolNotFoundError.
    """
    for candidate in candidates:
        program = _program(candidate, triple)
        if program is None:
            continue
        argv = (program, *candidate.arguments)
        version = _first_line((*argv, *version_arguments)) if version_arguments else ""
        if version is not None:
            return Compiler(candidate.name, argv, version)
    tried = ", ".join(
        " ".join((candidate.program.format(triple=triple), *candidate.arguments))
        for candidate in candidates
    )
    raise ToolNotFoundError(f"{what}: not found ({tried}); {install}")


def _program(candidate: Candidate, triple: str) -> str | None:
    name = candidate.program.format(triple=triple)
    if not candidate.package:
        return shutil.which(name)
    path = in_package(candidate.package, name)
    if path is None:
        return None
    return shutil.which(str(path))


def in_package(package: str, path: str) -> Path | None:
    """The file `path` of an installed Python package, found without importing that.

    The plain `path` when `package` is empty; None when it is not installed.
    """
    if not package:
        return Path(path)
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations))) / path


@functools.cache
def resource_directory(argv: tuple[str, ...]) -> str:
    """The folder in which a clang has its own headers below ``include``; empty for another."""
    return _first_line((*argv, "-print-resource-dir")) or ""


@functools.cache
def _first_line(argv: tuple[str, ...]) -> str | None:
    """The first line that a command prints; None when it cannot be run or fails."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.splitlines()
    return lines[0].strip() if done.returncode == 0 and lines else None
