"""Which projects an import takes in: those of a solution, or a project and the libraries it needs.

A project names the libraries of others by file, or refers to their projects. Which project makes a
library is found among the projects of the solution: the one that is imported, or the nearest one
above the project that lists it. Libraries come before what links them.
"""

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.evaluate import (
    NONE,
    Evaluation,
    Properties,
    evaluate,
    read_configurations,
)
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.solution import Solution, read_solution
from ntbuild.support.values import dataclass

from .cells import Imported, choose, import_project
from .describe import no_driver
from .link_lines import exports_of
from .made_headers import Made, headers_made, with_headers_of_others
from .transitive import with_needs_of_libraries

LINKED: Final = ("DriverLibrary", "ExportDriver")
"""Methods whose nodes another driver links."""


@dataclass(frozen=True, slots=True)
class Import:
    """What was imported: projects for the kernel in the order to declare them, and the rest.

    `skipped`: ``path: reason`` of projects that make nothing for the kernel. `notes`: what was not
    understood, each with its place.
    """

    projects: tuple[Imported, ...]
    skipped: tuple[str, ...]
    notes: tuple[str, ...]


def import_solution(
    path: str, files: Files, configuration: str = "", given: Properties = NONE
) -> Import:
    """All projects of a solution; ``given``: their global properties. Raises ProjectFileError."""
    solution = read_solution(path, files)
    paths = [each.path for each in solution.projects]
    needs = _dependencies(solution)
    folder = posixpath.dirname(path)
    return _imported(paths, paths, needs, files, folder, configuration, solution, given)


def import_single(
    path: str, files: Files, configuration: str = "", given: Properties = NONE
) -> Import:
    """A project and the libraries of other projects that it links. Raises ProjectFileError.

    ``given``: global properties of all of them.
    """
    solution = _solution_above(path, files)
    others = [each.path for each in solution.projects] if solution else []
    others += [each for each in _all_references(path, files, given) if each not in others]
    folder = posixpath.dirname(solution.path) if solution else ""
    found = _imported([path], [*others, path], {}, files, folder, configuration, None, given)
    reason = "" if found.projects else found.skipped[0].partition(": ")[2]
    if reason:
        raise ProjectFileError(f"{path}: nothing to import: it is {reason}")
    return found


def _imported(
    wanted: Sequence[str],
    known: Sequence[str],
    needs: Mapping[str, Iterable[str]],
    files: Files,
    folder: str,
    configuration: str,
    solution: Solution | None,
    given: Properties,
) -> Import:
    libraries, made = _known(known, files, folder, wanted, given)
    read: dict[str, Imported] = {}
    skipped: list[str] = []
    notes: dict[str, None] = dict.fromkeys(solution.notes if solution else ())
    queue = list(wanted)
    while queue:
        path = queue.pop(0)
        if path in read:
            continue
        found = read[path] = import_project(path, files, libraries, folder, configuration, given)
        notes |= dict.fromkeys(found.notes)
        if found.cells:
            queue += [each for cell in found.cells.values() for each in cell.libraries]
        else:
            skipped.append(f"{path}: no configuration {configuration or 'for a known platform'}")
    if configuration and not any(each.cells for each in read.values()):
        raise ProjectFileError(_unknown_configuration(configuration, wanted, solution))
    read = with_needs_of_libraries(read)
    kernel = {
        path: with_headers_of_others(each, made, files)
        for path, each in read.items()
        if each.cells and each.first.method
    }
    skipped += [
        f"{path}: {each.first.reason}"
        for path, each in read.items()
        if each.cells and not each.first.method
    ]
    order = _ordered(kernel, needs)
    return Import(tuple(kernel[path] for path in order), tuple(skipped), tuple(notes))


def _unknown_configuration(name: str, paths: Sequence[str], solution: Solution | None) -> str:
    names = dict.fromkeys(own for path in paths for own, _ in read_configurations(path))
    where = solution.path if solution else paths[0]
    return f"{where}: no configuration {name!r}; there are {', '.join(names) or 'none'}"


def _known(
    known: Sequence[str], files: Files, folder: str, wanted: Sequence[str], given: Properties
) -> tuple[dict[str, str], dict[str, Made]]:
    """Projects that make libraries, by the name of the library's file; headers, by project.

    Of libraries with one name that of a driver goes before that of programs.
    """
    found: dict[str, str] = {}
    of_programs: dict[str, str] = {}
    made: dict[str, Made] = {}
    for path in known:
        try:
            chosen = choose(read_configurations(path))
            if not chosen:
                continue
            one = evaluate(path, *next(iter(chosen.values())), files, folder, given)
        except ProjectFileError:
            if path in wanted:
                raise
            continue  # another project of the solution, which nobody asked for
        properties = one.properties
        if _makes_library(one, files):
            name = properties.get("targetname") or properties["projectname"]
            (of_programs if no_driver(properties) else found).setdefault(name.lower(), path)
        made[path] = headers_made(one)
    return {**of_programs, **found}, made


def _makes_library(found: Evaluation, files: Files) -> bool:
    """Whether others can link what a project makes: a static library, or an import library."""
    kind = found.properties.get("configurationtype", "").lower()
    return kind in {"staticlibrary", "dynamiclibrary"} or (
        kind == "driver" and bool(exports_of(found, files, []))
    )


def _all_references(path: str, files: Files, given: Properties) -> list[str]:
    """The projects that a project refers to, and those that these refer to."""
    found: dict[str, None] = {}
    queue = _references(path, files, given)
    while queue:
        each = queue.pop(0)
        if each in found:
            continue
        found[each] = None
        try:
            queue += _references(each, files, given)
        except ProjectFileError:
            continue  # said when it is read for what it is needed for
    return list(found)


def _references(path: str, files: Files, given: Properties) -> list[str]:
    """The projects that a project refers to."""
    chosen = choose(read_configurations(path))
    if not chosen:
        return []
    found = evaluate(path, *next(iter(chosen.values())), files, given=given)
    names = [item.name for item in found.items.get("projectreference", ())]
    paths = [files.find(found.folder, name) for name in names]
    return [each for each in paths if each is not None and each.lower().endswith(".vcxproj")]


def _solution_above(path: str, files: Files) -> Solution | None:
    """The nearest solution that lists a project, up to the folder of the repository."""
    folder = posixpath.dirname(path)
    while True:
        for candidate in files.matching(folder, "*.sln*"):
            try:
                solution = read_solution(candidate, files)
            except ProjectFileError:
                continue
            if any(each.path == path for each in solution.projects):
                return solution
        parent = posixpath.dirname(folder)
        if parent == folder or files.find(folder, ".git") is not None:
            return None
        folder = parent


def _dependencies(solution: Solution) -> dict[str, list[str]]:
    by_id = {each.id: each.path for each in solution.projects}
    return {
        each.path: [by_id[id_] for id_ in each.depends_on if id_ in by_id]
        for each in solution.projects
    }


def _ordered(
    projects: Mapping[str, Imported], needs: Mapping[str, Iterable[str]]
) -> tuple[str, ...]:
    """Paths with libraries first; where projects need each other, as they were given."""
    graph = {
        path: [
            other
            for other in (*each.first.libraries, *needs.get(path, ()))
            if other in projects and other != path
        ]
        for path, each in projects.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        libraries = [
            path for path, each in projects.items() if each.first.method.endswith("Library")
        ]
        return (*libraries, *(path for path in projects if path not in libraries))
