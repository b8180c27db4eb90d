"""``ntbuild import``: SConscripts from a Visual Studio project, a solution or a ``sources`` file.

What was understood becomes calls of ``env.Driver``; what a person has to add is a comment above the
call, and a line on the screen. Files are written together or not at all, and none is replaced
without ``--force``.
"""

import os
import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.building.wpp import MODES
from ntbuild.importing.dirs_file import import_dirs
from ntbuild.importing.layout import (
    CONSTRUCT,
    TextFile,
    construct,
    project_name,
    single_script,
    solution_scripts,
    with_own_names,
)
from ntbuild.importing.sconscript import by_hand, left_out
from ntbuild.importing.solutions import Import, import_single, import_solution
from ntbuild.importing.sources_file import import_sources
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.evaluate import Properties
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.solution import SOLUTIONS
from ntbuild.support.commands import CLEAN, CommandResult
from ntbuild.support.inputs import why_not_readable
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .common import UsageError, parser_of

_OTHERS: Final = frozenset(
    {"cmakelists.txt", "makefile", "gnumakefile", "xmake.lua", "makefile.mk"}
)
"""Files of build systems that are not read, and that a page is about, in small letters."""

_PROPERTY: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_OF_CELLS: Final = {
    "configuration": "--configuration NAME chooses it",
    "platform": "all platforms are read",
    "solutiondir": "it is the folder of the solution",
}
"""Global properties that the import gives itself, by names in small letters."""

_EPILOG: Final = "exit code: 0 written, also when something is left to do by hand; 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Import one project or solution. Raises UsageError."""
    parser = parser_of("import", "Write SConscripts for projects of other build systems.", _EPILOG)
    add = parser.add_argument
    add("file", metavar="FILE", help="a .vcxproj, .sln or .slnx, or a file named sources or dirs")
    add("-o", "--output", metavar="FOLDER", help="where the SConscript goes (default: beside FILE)")
    add("-n", "--dry-run", action="store_true", help="print the files, write none")
    add("--force", action="store_true", help="replace files that are there")
    add("--no-sconstruct", action="store_true", help="write no SConstruct")
    add("--kit", default="", metavar="KIT", help="give every call kit=KIT: auto, or a folder")
    add("--wpp", default="debug", choices=MODES, help="what trace messages become (default: debug)")
    add("--configuration", default="", metavar="NAME", help="the one to read, for all flavors")
    add("-p", "--property", action="append", default=[], metavar="NAME=VALUE",
        help="an MSBuild property that wins over the project's, as msbuild /p: has it")  # fmt: skip
    options = parser.parse_args(arguments)
    properties = _properties(options.property)
    path = os.path.realpath(options.file).replace(os.sep, "/")
    if not Path(path).is_file():
        raise UsageError(f"{printable(options.file)}: {why_not_readable(path)}")
    given = Path(options.output or posixpath.dirname(path))
    folder = given.resolve().as_posix()
    try:
        found = _imported(path, options.configuration, properties)
    except ProjectFileError as failure:
        raise UsageError(_relative(str(failure))) from failure
    has_many = path.lower().endswith((*SOLUTIONS, "/dirs"))
    found = with_own_names(found, folder if has_many else "")
    scripts = solution_scripts if has_many else single_script
    files = scripts(found, folder, options.kit, options.wpp)
    if not options.no_sconstruct and not _has_construct(folder):
        files.append(construct(folder, project_name(_stem(path))))
    if options.dry_run:
        texts = [f"# {_shown(each.path)}\n{each.text}" for each in files]
        return CommandResult(CLEAN, "\n".join(texts).rstrip("\n"), _remarks(found))
    _write(files, path, force=options.force)
    return CommandResult(CLEAN, "\n".join(_summary(found, files)), _remarks(found))


def _properties(words: Sequence[str]) -> dict[str, str]:
    """Properties of ``-p`` words, each with one or several (``A=1;B=2``). Raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        for each in word.split(";"):
            name, sign, value = each.partition("=")
            if not (sign and _PROPERTY.fullmatch(name)) or not value.isprintable():
                what = f"'{printable(each)}' is not NAME=VALUE (of VALUE %3B is a semicolon)"
                raise UsageError(f"-p: {what}")
            if reason := _OF_CELLS.get(name.lower()):
                raise UsageError(f"-p: {name}: {reason}")
            found[name] = value
    return found


def _stem(path: str) -> str:
    """What a project is called: as its file, or as the folder of files that all have one name."""
    folder, name = posixpath.split(path)
    stem, suffix = posixpath.splitext(name)
    return stem if suffix else posixpath.basename(folder)


def _imported(path: str, configuration: str, given: Properties) -> Import:
    """What a file says. Raises ProjectFileError."""
    files = Files()
    name = posixpath.basename(path).lower()
    if name.endswith(SOLUTIONS):
        found = import_solution(path, files, configuration, given)
        if not found.projects:
            raise ProjectFileError(f"{path}: none of its projects is a driver")
        return found
    if name.endswith(".vcxproj"):
        return import_single(path, files, configuration, given)
    if given and name in {"sources", "dirs"}:
        raise ProjectFileError(f"{path}: -p is for Visual Studio projects: it has no properties")
    if name == "sources":
        return import_sources(path, files)
    if name == "dirs":
        return import_dirs(path, files)
    more = "; docs/migrate.md has what becomes what" if name in _OTHERS else ""
    raise ProjectFileError(f"{path}: expected a .vcxproj, .sln, .slnx, sources or dirs{more}")


def _has_construct(folder: str) -> bool:
    """Whether a SConstruct is in a folder, or one of ntbuild's above it in the same repository."""
    if (Path(folder) / CONSTRUCT).exists():
        return True
    for each in Path(folder).parents:
        if _is_ours(each / CONSTRUCT):
            return True
        if (each / ".git").exists():
            break
    return False


def _is_ours(construct: Path) -> bool:
    """Whether a SConstruct has to do with ntbuild: others of a tree read no SConscript of ours."""
    try:
        return b"ntbuild" in construct.read_bytes()
    except OSError:
        return False


def _write(files: Sequence[TextFile], path: str, *, force: bool) -> None:
    there = [each.path for each in files if os.path.lexists(each.path)]
    if there and not force:
        raise UsageError(f"{_shown(there[0])} is there already; --force replaces it")
    try:
        write_all([(each.path, each.text.encode()) for each in files], inputs=[path])
    except OutputError as failure:
        raise UsageError(_relative(str(failure))) from failure


def _summary(found: Import, files: Sequence[TextFile]) -> list[str]:
    lines = [f"wrote {_shown(each.path)}" for each in files]
    drivers = sum(not each.first.method.endswith("Library") for each in found.projects)
    libraries = len(found.projects) - drivers
    todo = sum(bool(by_hand(each)) for each in found.projects)
    lines.append(
        f"{_count(drivers, 'driver', 'drivers')}, {_count(libraries, 'library', 'libraries')}; "
        + (f"{todo} with something to do by hand" if todo else "complete")
    )
    return lines


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"


def _remarks(found: Import) -> tuple[str, ...]:
    """What the screen says of what was not understood."""
    lines = [f"{_relative(each)}: skipped" for each in found.skipped]
    lines += [f"{_relative(each)}" for each in found.notes]
    for each in found.projects:
        shown = _shown(each.path)
        lines += [f"{shown}: {each.choice}"] if each.choice else []
        lines += [f"{shown}: left out: {line}" for line in left_out(each)]
        lines += [f"{shown}: by hand: {line}" for line in by_hand(each)]
    return tuple(lines)


def _shown(path: str) -> str:
    """A path as short as it can be said."""
    relative = os.path.relpath(path).replace(os.sep, "/")
    return printable(path if relative.startswith("../../..") else relative)


def _relative(message: str) -> str:
    """A message that begins with an absolute path, which is said shorter."""
    path, sign, rest = message.partition(":")
    return f"{_shown(path)}{sign}{rest}" if path.startswith("/") else message
