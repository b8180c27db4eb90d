"""What a toolchain links with: import libraries of system modules, and the compiler run-time.

No source of import libraries is complete. gcc's archives lack whole modules and every export that
is newer than they are; the export lists are text, of which `pelink` makes libraries. A module is
therefore an `ImportSource`: an archive, a .def text, or an archive that a .def text completes.

gcc is called to find its archives, once for each question (the answers are cached).
"""

from __future__ import annotations

import functools
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ntbuild.support.values import dataclass

from .definitions import (
    DefinitionError,
    definition_files,
    import_definition,
    overlay_definition,
    overlay_files,
)
from .toolchain import Toolchain, ToolchainError

_SOURCE_SUFFIXES = (".c", ".S")


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A system module to import from.

    - `name`: the module as ``import_libraries=`` names it, such as ``ntoskrnl``.
    - `archive`: the compiler's own import library, or None.
    - `definition`: .def text of what is to be imported beyond `archive`, or None.
    - `files`: the files that the answer depends on.
    """

    name: str
    archive: Path | None
    definition: str | None
    files: tuple[Path, ...]


def import_source(toolchain: Toolchain, name: str, machine: str) -> ImportSource:
    """Where the imports of module `name` (``ntoskrnl``, ``hal`` ...) come from.

    Raises ToolchainError when neither an archive nor an export list is known.
    """
    overlays = toolchain.directory / "defs"
    archive = own_archive(toolchain, name, machine) if toolchain.archives else None
    try:
        if archive is None:
            text: str | None = import_definition(name, machine, overlays)
            files = definition_files(name, machine, overlays)
        else:
            text = overlay_definition(name, machine, overlays)
            files = (archive, *overlay_files(name, machine, overlays))
    except DefinitionError as error:
        raise ToolchainError(str(error)) from None
    return ImportSource(name, archive, text, files)


def own_archive(toolchain: Toolchain, name: str, machine: str) -> Path | None:
    """The path of ``lib<name>.a`` of a gcc toolchain; None when it has no such archive."""
    file_name = f"lib{name}.a"
    answer = _ask((*toolchain.locate(machine).argv, f"-print-file-name={file_name}"))
    # gcc repeats the bare name when it finds no such file.
    return None if answer in ("", file_name) else Path(answer).resolve()


def compiler_archive(toolchain: Toolchain, machine: str) -> Path | None:
    """The path of gcc's libgcc, for what ntbuild's run-time lacks; None for other compilers."""
    if not toolchain.archives:
        return None
    answer = _ask((*toolchain.locate(machine).argv, "-print-libgcc-file-name"))
    return Path(answer).resolve() if answer else None


def runtime_sources(toolchain: Toolchain, machine: str) -> tuple[Path, ...]:
    """The sources of ntbuild's compiler run-time, sorted; each becomes one object of an archive.

    ``runtime/all`` is for every machine, ``runtime/<machine>`` for one.
    """
    return _sources(toolchain, ("all", machine))


def cxx_sources(toolchain: Toolchain) -> tuple[Path, ...]:
    """The sources of the C++ run-time of drivers, ``cxx_runtime="driver"``, sorted."""
    return _sources(toolchain, ("cxx",))


def _sources(toolchain: Toolchain, parts: Iterable[str]) -> tuple[Path, ...]:
    folders = (toolchain.directory / "runtime" / part for part in parts)
    found = (path for folder in folders if folder.is_dir() for path in folder.iterdir())
    return tuple(sorted(path for path in found if path.suffix in _SOURCE_SUFFIXES))


@functools.cache
def _ask(argv: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
