r"""Solution files (.sln): the projects that they list, and which must be built before others.

    Project("{8BC9CEB8-...}") = "viorng", "viorng\viorng\viorng.vcxproj", "{EF874D69-...}"
        ProjectSection(ProjectDependencies) = postProject
            {1A2B...} = {1A2B...}
        EndProjectSection
    EndProject

Limits: configurations of the solution are not read; a project is built in its own.

Source: Microsoft "Solution (.sln) file".
"""

import posixpath
import re
from typing import Final

from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.values import dataclass

from .elements import ProjectFileError
from .files import Files, slashed

_LARGEST: Final = 16 << 20
_HEAD: Final = "Microsoft Visual Studio Solution File"
_PROJECT: Final = re.compile(
    r'\s*Project\("[^"]*"\)\s*=\s*"(?P<name>[^"]*)"\s*,\s*"(?P<path>[^"]*)"\s*,\s*"(?P<id>[^"]*)"'
)
_DEPENDENCY: Final = re.compile(r"\s*(\{[^}]*\})\s*=\s*\{[^}]*\}\s*$")


@dataclass(frozen=True, slots=True)
class SolutionProject:
    """A project of a solution: its path (absolute), its id, and the ids that it depends on."""

    path: str
    id: str
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The .vcxproj projects of a solution, in its order, and notes about those it names in vain."""

    path: str
    projects: tuple[SolutionProject, ...]
    notes: tuple[str, ...]


def read_solution(path: str, files: Files) -> Solution:
    """The solution in a file; ``path`` is absolute. Raises ProjectFileError."""
    try:
        text = read_text(path, _LARGEST)
    except InputError as error:
        raise ProjectFileError(str(error)) from None
    lines = text.splitlines()
    if not any(line.strip().startswith(_HEAD) for line in lines[:5]):
        raise ProjectFileError.at(path, 1, f"not a solution: no line {_HEAD!r}")
    folder = posixpath.dirname(path)
    projects: list[SolutionProject] = []
    notes: list[str] = []
    current: tuple[str, str] | None = None
    depends: list[str] = []
    inside = False
    for number, line in enumerate(lines, 1):
        word = line.strip()
        if match := _PROJECT.match(line):
            current, depends = None, []
            if match["path"].lower().endswith(".vcxproj"):
                found = files.find(folder, match["path"])
                if found is None:
                    notes.append(f"{path}:{number}: {slashed(match['path'])}: no such file")
                else:
                    current = (found, match["id"].upper())
        elif word.startswith("ProjectSection(ProjectDependencies)"):
            inside = True
        elif word == "EndProjectSection":
            inside = False
        elif word == "EndProject" and current is not None:
            projects.append(SolutionProject(*current, tuple(depends)))
            current = None
        elif inside and (dependency := _DEPENDENCY.match(line)):
            depends.append(dependency[1].upper())
    return Solution(path, tuple(projects), tuple(notes))
