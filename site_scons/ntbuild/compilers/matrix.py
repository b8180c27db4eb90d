"""Which toolchains, machines and flavors are built: the combinations are the cells of a matrix.

``all`` means every combination that exists and whose compiler is installed. What is named must be
possible; what ``all`` stands for is left out when it is not:

    toolchain=mingw arch=arm64    an error: mingw makes no code for arm64
    toolchain=all   arch=arm64    without mingw
    toolchain=clang               an error when clang is not installed
    toolchain=all                 without clang, and a note says how to install it
"""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

from .toolchain import FLAVORS, MACHINES, Toolchain, ToolchainError
from .toolchain_file import load_toolchain, load_toolchains

DEFAULTS: Final = {"toolchain": "zig", "arch": "x64", "flavor": "debug"}
"""The values of variables that the command line does not give."""

_ALIASES: Final = {
    "amd64": "x64",
    "x86_64": "x64",
    "win32": "x86",
    "i386": "x86",
    "i686": "x86",
    "aarch64": "arm64",
}
"""Names that other tools have for the machines, in small letters."""


def machine_named(word: str) -> str:
    """The project's name of a machine that another tool calls ``word``, in any letter case."""
    small = word.lower()
    return _ALIASES.get(small, small)


class MatrixError(Exception):
    """A value or a combination on the command line does not exist; the text is one line."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One combination: a toolchain's name, a machine and a flavor, such as zig, x64, debug."""

    toolchain: str
    arch: str
    flavor: str

    @property
    def folder(self) -> str:
        """The folder of its outputs, below the build folder, with ``/``."""
        return f"{self.toolchain}/{self.arch}/{self.flavor}"

    def __str__(self) -> str:
        """As it is shown on the screen: ``zig x64 debug``."""
        return f"{self.toolchain} {self.arch} {self.flavor}"


@dataclass(frozen=True, slots=True)
class Choice:
    """The values of one variable, in the project's order; `everything`: it was ``all``."""

    values: tuple[str, ...]
    everything: bool


@dataclass(frozen=True, slots=True)
class Matrix:
    """The cells to build, in a fixed order, and a note for each compiler that was left out."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


def known_toolchains() -> dict[str, Toolchain]:
    """The toolchains that come with ntbuild: in its wheel, or next to a copy of site_scons.

    Raises ToolchainError when a file is wrong or the folder does not exist.
    """
    return load_toolchains(toolchains_folder(), _load)


def known_toolchain(name: str) -> Toolchain | None:
    """The toolchain of a name, or None; reads only its own file when that has the name's stem."""
    path = toolchains_folder() / f"{name}.toml"
    found = _load(path) if path.is_file() else None
    return found if found and found.name == name else known_toolchains().get(name)


def toolchains_folder() -> Path:
    """The folder of the toolchains that come with ntbuild, and of its export lists."""
    home = Path(__file__).resolve().parents[1]
    folders = (home / "toolchains", home.parents[1] / "toolchains")
    return next((each for each in folders if each.is_dir()), folders[-1])


_load = functools.cache(load_toolchain)


def choose(variable: str, text: str, allowed: Sequence[str]) -> Choice:
    """The values in ``a,b`` or ``all``; MatrixError names an unknown one and the nearest known."""
    if text == "all":
        return Choice(tuple(allowed), everything=True)
    words = [word.strip() for word in text.split(",")]
    if variable == "arch":
        words = [machine_named(word) for word in words]
    for word in words:
        if word not in allowed:
            from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

            near = get_close_matches(word, [*allowed, "all"], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise MatrixError(
                f"{variable}={text}: unknown {variable} {word!r}, "
                f"it is one of {', '.join(allowed)}, or all{hint}"
            )
    return Choice(tuple(word for word in allowed if word in words), everything=False)


def select(toolchains: Mapping[str, Toolchain], toolchain: str, arch: str, flavor: str) -> Matrix:
    """The cells that the values of ``toolchain=``, ``arch=`` and ``flavor=`` stand for.

    Raises MatrixError for an unknown value, and for what is named and not possible: a combination
    that does not exist, a compiler that is not installed.
    """
    chosen = choose("toolchain", toolchain, tuple(toolchains))
    machines = choose("arch", arch, MACHINES)
    flavors = choose("flavor", flavor, FLAVORS)
    cells: list[Cell] = []
    notes: list[str] = []
    for name in chosen.values:
        for machine in machines.values:
            if machine not in toolchains[name].machines:
                if not chosen.everything and not machines.everything:
                    raise MatrixError(
                        f"toolchain={name} arch={machine}: {name} makes no code for {machine}, "
                        f"only for {', '.join(toolchains[name].machines)}"
                    )
                continue
            try:
                toolchains[name].locate(machine)
            except ToolchainError as error:
                if not chosen.everything:
                    raise MatrixError(str(error)) from error
                notes.append(f"left out: {error}")
                continue
            cells += [Cell(name, machine, each) for each in flavors.values]
    if not cells:
        raise MatrixError(
            f"toolchain={toolchain} arch={arch}: nothing to build"
            + "".join(f"; {note}" for note in notes)
        )
    return Matrix(tuple(cells), tuple(dict.fromkeys(notes)))
