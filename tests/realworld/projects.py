"""The projects of a tree that are for the kernel."""

from dataclasses import dataclass
from pathlib import Path

from ntbuild.importing.layout import CONSTRUCT
from ntbuild.importing.solutions import import_single
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files

_NO_PROJECTS = {"build", ".git", CONSTRUCT}


@dataclass(frozen=True)
class Tree:
    """A checkout: the name of its folder in a copy, and where it is."""

    name: str
    path: Path


@dataclass(frozen=True)
class RealProject:
    """A project for the kernel.

    ``path`` is relative to its tree; ``error`` says why it cannot be read.
    """

    tree: str
    path: str
    name: str
    method: str
    machines: tuple[str, ...]
    model: str
    error: str = ""


def kernel_projects(tree, only=()):
    """The kernel projects of a tree, by path; ``only``: parts of paths that are wanted."""
    files = Files()
    paths = sorted(path for path in tree.path.rglob("*") if path.suffix.lower() == ".vcxproj")
    for path in paths:
        name = path.relative_to(tree.path).as_posix()
        if only and not any(word.lower() in f"{tree.name}/{name}".lower() for word in only):
            continue
        try:
            found = import_single(path.as_posix(), files)
        except ProjectFileError as error:
            if "nothing to import" not in str(error):
                yield RealProject(tree.name, name, path.stem, "", (), "", str(error))
            continue
        (own,) = (each for each in found.projects if each.path == path.as_posix())
        one = own.first
        machines = tuple(dict.fromkeys(machine for machine, _ in own.cells))
        yield RealProject(tree.name, name, one.name, one.method, machines, one.model)
