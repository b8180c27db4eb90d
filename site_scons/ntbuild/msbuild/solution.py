r"""Solution files (.sln, .slnx): the projects that they list, and which are built before others.

    Project("{8BC9CEB8-...}") = "viorng", "viorng\viorng\viorng.vcxproj", "{EF874D69-...}"
        ProjectSection(ProjectDependencies) = postProject
            {1A2B...} = {1A2B...}
        EndProjectSection
    EndProject

    <Solution><Folder Name="/sys/"><Project Path="sys/a.vcxproj">
        <BuildDependency Project="lib/b.vcxproj" /></Project></Folder></Solution>

A project of a .slnx has no id but its path.

Limits: configurations of the solution are not read; a project is built in its own.

Source: Microsoft "Solution (.sln) file"; the schema of .slnx in microsoft/vs-solutionpersistence.
"""

import posixpath
import re
from typing import Final

from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.values import dataclass

from .elements import Element, ProjectFileError, read_project
from .files import Files, slashed

SOLUTIONS: Final = (".sln", ".slnx")
"""How names of solutions end, in small letters."""

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
    if path.lower().endswith(".slnx"):
        return _of_xml(path, read_project(path, text.encode(), "Solution"), files)
    lines = text.splitlines()
    if not any(line.strip().startswith(_HEAD) for line in lines[:5]):
        raise ProjectFileError.at(path, 1, f"not a solution: no line {_HEAD!r}")
    reader = _Reader(path, files)
    for number, line in enumerate(lines, 1):
        reader.take(number, line)
    return Solution(path, tuple(reader.projects), tuple(reader.notes))


def _of_xml(path: str, root: Element, files: Files) -> Solution:
    folder = posixpath.dirname(path)
    projects: list[SolutionProject] = []
    notes: list[str] = []
    waiting = list(root.children)
    while waiting:
        element = waiting.pop(0)
        name = element.get("Path")
        if element.name == "Folder":
            waiting = [*element.children, *waiting]
        elif element.name == "Project" and name.lower().endswith(".vcxproj"):
            found = files.find(folder, name)
            if found is None:
                notes.append(f"{path}:{element.line}: {slashed(name)}: no such file")
                continue
            needs = [each for each in element.children if each.name == "BuildDependency"]
            ids = tuple(slashed(each.get("Project")).lower() for each in needs)
            projects.append(SolutionProject(found, slashed(name).lower(), ids))
    return Solution(path, tuple(projects), tuple(notes))


class _Reader:
    """Takes lines of a solution."""

    def __init__(self, path: str, files: Files) -> None:
        self.path, self.files = path, files
        self.projects: list[SolutionProject] = []
        self.notes: list[str] = []
        self.current = ("", "")  # path and id of the project whose lines these are
        self.depends: list[str] = []
        self.inside = False

    def take(self, number: int, line: str) -> None:
        """One line."""
        word = line.strip()
        if match := _PROJECT.match(line):
            self.begin(number, match["path"], match["id"].upper())
        elif word.startswith("ProjectSection(ProjectDependencies)"):
            self.inside = True
        elif word == "EndProjectSection":
            self.inside = False
        elif word == "EndProject" and self.current[0]:
            self.projects.append(SolutionProject(*self.current, tuple(self.depends)))
            self.current = ("", "")
        elif self.inside and (dependency := _DEPENDENCY.match(line)):
            self.depends.append(dependency[1].upper())

    def begin(self, number: int, name: str, id_: str) -> None:
        """The first line of a project; those of other languages, and folders, are passed over."""
        self.current, self.depends = ("", ""), []
        if not name.lower().endswith(".vcxproj"):
            return
        found = self.files.find(posixpath.dirname(self.path), name)
        if found is None:
            self.notes.append(f"{self.path}:{number}: {slashed(name)}: no such file")
        else:
            self.current = (found, id_)
