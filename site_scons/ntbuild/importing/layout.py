"""Which files an import writes, and what is in them.

A project alone becomes one SConscript with its libraries. A solution becomes a SConscript in each
folder that has projects, one beside the solution that reads them in order and hands libraries on,
and a SConstruct. A SConstruct is only written where none is in the folder or above.
"""

import keyword
import posixpath
import re
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, replace

from .cells import Imported
from .link_lines import LIBRARY
from .sconscript import Script
from .solutions import LINKED, Import

SCRIPT: Final = "SConscript"
CONSTRUCT: Final = "SConstruct"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file to write: its path, absolute with slashes, and its text."""

    path: str
    text: str


def single_script(found: Import, folder: str, kit: str = "", wpp: str = "debug") -> list[TextFile]:
    """The SConscript of a project and its libraries, in a folder.

    ``kit``: what ``kit=`` of each call says; empty for none. ``wpp``: the mode of trace messages.
    """
    found = with_own_names(found)
    script = Script(folder, _names(found), _exporting(found), kit, wpp)
    return [TextFile(f"{folder}/{SCRIPT}", _script(script, found.projects, (), ()))]


def solution_scripts(
    found: Import, folder: str, kit: str = "", wpp: str = "debug"
) -> list[TextFile]:
    """The SConscripts of a solution in a folder; ``kit`` and ``wpp`` as for `single_script`."""
    found = with_own_names(found, folder)
    groups = _groups(found)
    order = _folders_in_order(groups, folder)
    if order is None:
        return single_script(found, folder, kit, wpp)
    names = _names(found)
    files: list[TextFile] = []
    lines: list[str] = []
    for group in order:
        script = Script(group, names, _exporting(found), kit, wpp)
        if group == folder:
            lines.append("\n\n".join(map(script.declaration, groups[group])))
            continue
        given = _given(groups, group, names)
        made = [names[each.path] for each in groups[group] if each.path in names]
        text = _script(script, groups[group], given, made)
        files.append(TextFile(f"{group}/{SCRIPT}", text))
        exports = ", ".join(f'"{each}"' for each in ("env", *given))
        call = f'SConscript("{posixpath.relpath(group, folder)}/{SCRIPT}", exports=[{exports}])'
        lines.append(f"{', '.join(made)} = {call}" if made else call)
    body = "\n".join(lines)
    imports = _imports(body)
    return [*files, TextFile(f"{folder}/{SCRIPT}", f'{imports}Import("env")\n\n{body}\n')]


def construct(folder: str, name: str) -> TextFile:
    """The SConstruct of a project."""
    text = f'from ntbuild import project\n\nproject("{name}")\n'
    return TextFile(f"{folder}/{CONSTRUCT}", text)


def project_name(stem: str) -> str:
    """A name that `project` takes, of the stem of a file's name."""
    return re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "drivers"


def _script(
    script: Script, projects: Sequence[Imported], given: Sequence[str], made: Sequence[str]
) -> str:
    body = "\n\n".join(map(script.declaration, projects))
    arguments = ", ".join(f'"{each}"' for each in ("env", *given))
    text = f"{_imports(body)}Import({arguments})\n\n{body}\n"
    if made:
        text += f"\nReturn({', '.join(f'{chr(34)}{each}{chr(34)}' for each in made)})\n"
    return text


def _imports(body: str) -> str:
    return "from ntbuild import Wpp\n\n" if "wpp=Wpp(" in body or "wpp = Wpp(" in body else ""


def with_own_names(found: Import, folder: str = "") -> Import:
    """What was imported, without two projects of one script that make a file of one name.

    The later is called as its project's file, and a line says so. ``folder``: that of a solution,
    whose projects have a script in each folder where that can be.
    """
    groups = _groups(found)
    if not folder or _folders_in_order(groups, folder) is None:
        return replace(found, projects=_renamed(found.projects))
    renamed = {each.path: each for group in groups.values() for each in _renamed(group)}
    return replace(found, projects=tuple(renamed[each.path] for each in found.projects))


def _groups(found: Import) -> dict[str, list[Imported]]:
    """Projects by folder."""
    groups: dict[str, list[Imported]] = {}
    for each in found.projects:
        groups.setdefault(posixpath.dirname(each.path), []).append(each)
    return groups


def _folders_in_order(
    groups: Mapping[str, Sequence[Imported]], folder: str
) -> tuple[str, ...] | None:
    """Folders, those of libraries first; None where a script in each cannot be."""
    order = _folder_order(groups)
    if order is None or any(not each.startswith(f"{folder}/") for each in order if each != folder):
        return None
    return order


def _renamed(projects: Sequence[Imported]) -> tuple[Imported, ...]:
    """Projects of one script."""
    taken: dict[tuple[str, str], str] = {}
    found = []
    for each in projects:
        kind = LIBRARY if each.first.method == LIBRARY else ""
        names = {cell.name for cell in each.cells.values()}
        other = next((taken[kind, n.lower()] for n in names if (kind, n.lower()) in taken), "")
        if other:
            stem = new = posixpath.splitext(posixpath.basename(each.path))[0]
            count = 1
            while (kind, new.lower()) in taken:
                count += 1
                new = f"{stem}{count}"
            there = posixpath.relpath(other, posixpath.dirname(each.path))
            line = f"name {printable(each.first.name)}: {printable(there)} has it too; {new} here"
            cells = {
                cell: replace(one, name=new, by_hand=(*one.by_hand, line))
                for cell, one in each.cells.items()
            }
            each = replace(each, cells=cells)  # noqa: PLW2901 - the project as it is declared
            names = {new}
        taken |= {(kind, name.lower()): each.path for name in names}
        found.append(each)
    return tuple(found)


def _exporting(found: Import) -> frozenset[str]:
    """The paths of export drivers."""
    return frozenset(each.path for each in found.projects if each.first.method == "ExportDriver")


def _names(found: Import) -> dict[str, str]:
    """A variable for each library and export driver, by path of its project."""
    names: dict[str, str] = {}
    for each in found.projects:
        if each.first.method in LINKED:
            plain = re.sub(r"\W+", "_", each.first.name.lower()).strip("_") or "library"
            if plain[0].isdigit() or keyword.iskeyword(plain) or plain in {"env", "ntbuild"}:
                plain = f"library_{plain}"
            count = 1
            name = plain
            while name in names.values():
                count += 1
                name = f"{plain}_{count}"
            names[each.path] = name
    return names


def _given(
    groups: Mapping[str, Sequence[Imported]], group: str, names: Mapping[str, str]
) -> list[str]:
    """Variables of libraries of other folders that the projects of a folder link."""
    own = {each.path for each in groups[group]}
    used = [
        path
        for each in groups[group]
        for cell in each.cells.values()
        for path in cell.libraries
        if path in names and path not in own
    ]
    return [names[path] for path in dict.fromkeys(used)]


def _folder_order(groups: Mapping[str, Sequence[Imported]]) -> tuple[str, ...] | None:
    """Folders, those of libraries first; None when two need each other."""
    folder_of = {each.path: folder for folder, projects in groups.items() for each in projects}
    graph = {
        folder: [
            folder_of[path]
            for each in projects
            for cell in each.cells.values()
            for path in cell.libraries
            if path in folder_of and folder_of[path] != folder
        ]
        for folder, projects in groups.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError:
        return None
