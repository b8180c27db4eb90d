"""A project as every machine and flavor has it: one configuration of the project for each.

A project has configurations of its own names (``Win10 Release``). For each flavor the one is taken
whose name is the flavor's, else the first that has the word in it. A project without a debug
configuration is described by its release for both, and one without a platform leaves that machine
out.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ntbuild.msbuild.evaluate import (
    NONE,
    Evaluation,
    Properties,
    evaluate,
    read_configurations,
)
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.kit_properties import PLATFORMS
from ntbuild.support.values import dataclass

from .describe import describe
from .description import Description

Cell = tuple[str, str]
"""A machine and a flavor, such as x64 and release."""

_FLAVORS: Final = ("release", "debug")
_MACHINES: Final = ("x64", "x86", "arm64", "arm")


@dataclass(frozen=True, slots=True)
class Imported:
    """A project: its path, what it builds in each cell, and what was not understood on the way.

    `cells` has the first cell first, which decides where a thing cannot differ; empty when the
    project has no configuration that a driver could have. `choice`: which of several configurations
    that would do were taken; empty where there was one.
    """

    path: str
    cells: Mapping[Cell, Description]
    notes: tuple[str, ...]
    choice: str = ""

    @property
    def first(self) -> Description:
        """The description of the first cell."""
        return next(iter(self.cells.values()))


def import_project(
    path: str,
    files: Files,
    libraries: Mapping[str, str],
    solution_folder: str = "",
    configuration: str = "",
    given: Properties = NONE,
) -> Imported:
    """Read a project in all cells. Raises ProjectFileError.

    ``libraries``: projects that make libraries, by library name. ``configuration``: the name of
    one that stands for all flavors. ``given``: properties that win over the project's.
    """
    known = read_configurations(path)
    chosen = choose(known, configuration)
    evaluations: dict[tuple[str, str], Evaluation] = {}
    cells: dict[Cell, Description] = {}
    notes: dict[str, None] = {}
    for cell, key in chosen.items():
        if key not in evaluations:
            evaluations[key] = evaluate(path, *key, files, solution_folder, given)
            notes |= dict.fromkeys(evaluations[key].notes)
        cells[cell] = describe(evaluations[key], files, libraries)
    return Imported(path, cells, tuple(notes), "" if configuration else _choice(known, chosen))


def _choice(known: Sequence[tuple[str, str]], chosen: Mapping[Cell, tuple[str, str]]) -> str:
    """Which configurations are taken, where a flavor had several and none of its very name."""
    taken = dict.fromkeys(name for name, _ in chosen.values())
    words = [each for each in _FLAVORS if not any(name.lower() == each for name, _ in known)]
    others = dict.fromkeys(
        name for name, _ in known if name not in taken and any(w in name.lower() for w in words)
    )
    if not others:
        return ""
    return f"configurations: {', '.join(taken)}; not {', '.join(others)} (--configuration)"


def choose(known: Sequence[tuple[str, str]], wanted: str = "") -> dict[Cell, tuple[str, str]]:
    """The configuration and platform for each cell that a project can have, release first."""
    if not known:
        known = [(flavor, platform) for flavor in ("Release", "Debug") for platform in ("x64",)]
    found: dict[Cell, tuple[str, str]] = {}
    for machine in _MACHINES:
        platform = PLATFORMS[machine].lower()
        names = [name for name, own in known if own.lower() == platform]
        if wanted:
            names = [name for name in names if name.lower() == wanted.lower()]
        for flavor in _FLAVORS if names else ():
            name = _named(names, flavor) or _named(names, _FLAVORS[0]) or names[0]
            exact = next(own for n, own in known if n == name and own.lower() == platform)
            found[machine, flavor] = (name, exact)
    return dict(sorted(found.items(), key=lambda each: _FLAVORS.index(each[0][1])))


def _named(names: Sequence[str], flavor: str) -> str:
    exact = [name for name in names if name.lower() == flavor]
    within = [name for name in names if flavor in name.lower()]
    return (exact or within or [""])[0]
