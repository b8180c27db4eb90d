"""What a library needs reaches what links it, as MSBuild has it.

    a.sys links b.lib, b.lib refers to c.lib and names uuid.lib     a.sys has b, c and uuid

A static library is not linked itself: the libraries that its ``<Lib>`` names, and the projects that
it refers to, are those of each driver that links it. A driver in C has the run-time for C++ when a
library of it is C++. An export driver is an image of its own, so what it links stays with it.
"""

from collections.abc import Iterator, Mapping

from ntbuild.support.values import replace

from .cells import Cell, Imported
from .description import Description
from .link_lines import LIBRARY


def with_needs_of_libraries(projects: Mapping[str, Imported]) -> dict[str, Imported]:
    """Projects by path, each with what its libraries need; libraries themselves link nothing."""
    found: dict[str, Imported] = {}
    for path, each in projects.items():
        cells = {cell: _needing(one, cell, projects) for cell, one in each.cells.items()}
        found[path] = replace(each, cells=cells)
    return found


def _needing(one: Description, cell: Cell, projects: Mapping[str, Imported]) -> Description:
    """A description with what its libraries need in a cell."""
    if one.method == LIBRARY:
        return replace(one, libraries=(), import_libraries=(), linked_files=())
    reached = dict(_libraries(one, cell, projects))
    static = [each for each in reached.values() if each.method == LIBRARY]
    modules = [name for each in static for name in each.import_libraries]
    files = [name for each in static for name in each.linked_files]
    return replace(
        one,
        libraries=tuple(reached),
        import_libraries=tuple(dict.fromkeys((*one.import_libraries, *modules))),
        sources=tuple(dict.fromkeys((*one.sources, *files))),
        cxx_runtime=one.cxx_runtime or _runtime(one, static),
    )


def _libraries(
    one: Description, cell: Cell, projects: Mapping[str, Imported]
) -> Iterator[tuple[str, Description]]:
    """All libraries that a project links, by path, those that it names itself first."""
    queue = list(one.libraries)
    seen = set()
    while queue:
        path = queue.pop(0)
        project = projects.get(path)
        if path in seen or project is None or not project.cells:
            continue
        seen.add(path)
        found = project.cells.get(cell, project.first)
        yield path, found
        if found.method == LIBRARY:
            queue += found.libraries


def _runtime(one: Description, libraries: list[Description]) -> str:
    """The run-time of a driver that has none of its own and no C++; of its libraries' C++."""
    if one.runs_constructors or any(each.runs_constructors for each in libraries):
        return ""
    return next((each.cxx_runtime for each in libraries if each.cxx_runtime), "")
