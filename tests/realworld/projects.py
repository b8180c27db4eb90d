"""The projects of a tree that are for the kernel."""

import posixpath
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from ntbuild.importing.layout import SCRIPT
from ntbuild.importing.solutions import import_single
from ntbuild.importing.sources_file import import_sources
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files

MACHINES = ("x64", "x86", "arm64")
"""Those of what says no machine: a ``sources`` file, a SConscript."""


@dataclass(frozen=True)
class Tree:
    """A checkout: the name of its folder in a copy, and where it is.

    ``patterns``: its projects, by path, of all those that are for the kernel. ``files``: texts that
    are written into the copy by path, which is what a person does by hand.
    """

    name: str
    path: Path
    patterns: tuple[str, ...] = ("*.vcxproj",)
    files: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    def has(self, name):
        """Whether a path is one of a project of the tree."""
        is_wanted = any(fnmatch(name.lower(), each.lower()) for each in self.patterns)
        return is_wanted and not any(name.startswith(f"{each}/") for each in self.others)


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
    there = {path.relative_to(tree.path).as_posix() for path in tree.path.rglob("*")}
    there |= tree.files.keys()
    for name in sorted(there):
        if not tree.has(name):
            continue
        if only and not any(word.lower() in f"{tree.name}/{name}".lower() for word in only):
            continue
        if posixpath.basename(name) == SCRIPT:
            yield RealProject(tree.name, name, "", "", MACHINES, "")
            continue
        path = (tree.path / name).as_posix()
        try:
            own = imported(path, files)[1]
        except ProjectFileError as error:
            if "nothing to import" not in str(error):
                stem = posixpath.splitext(posixpath.basename(name))[0]
                yield RealProject(tree.name, name, stem, "", (), "", str(error))
            continue
        machines = tuple(dict.fromkeys(machine for machine, _ in own.cells))
        machines = machines if name.endswith(".vcxproj") else MACHINES
        yield RealProject(
            tree.name, name, own.first.name, own.first.method, machines, own.first.model
        )


def imported(path, files):
    """What a project's file says with its libraries, and the project itself of that."""
    read = import_single if path.lower().endswith(".vcxproj") else import_sources
    found = read(path, files)
    (own,) = (each for each in found.projects if each.path == path)
    return found, own
