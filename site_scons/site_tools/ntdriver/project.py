"""A project in one call: cells, build folders, scripts, aliases and help.

`Project` declares in every cell that the command line selects, each in its build folder
``build/<toolchain>/<arch>/<flavor>``, so that a project with a single file builds every machine
that it is asked for. SCons resolves file names relative to its current folder; while a method of
a cell runs, that folder is the cell's build folder, a variant directory of the project's sources.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import SCons.Node
import SCons.Node.Alias
import SCons.Script
import SCons.Variables

from ntbuild.building.declare import DeclarationError, check_name
from ntbuild.projects.frames import from_sconscript

from .aliases import explain_unknown_targets
from .cells import TARGETS, driver_matrix
from .errors import fail

_ROOT_SCRIPT: Final = "SConscript"
METHODS: Final = (
    "Driver",
    "ExportDriver",
    "DriverLibrary",
    "DriverPackage",
    "RustDriver",
    "RustLibrary",
    "Kernel",
    "KernelRun",
    "ElfModule",
    "EfiApplication",
)
"""The methods that declare what ntbuild builds."""
_OTHER_SCRIPTS: Final = ("src/SConscript", "drivers/SConscript")
_EACH_DRIVERS: Final = "drivers/*/SConscript"
_COMMANDS: Final = "compile_commands.json"
"""The target that is written for editors, with the commands of the first cell."""


class PerCell(tuple[Any, ...]):
    """What a method of a `Project` returned, a value for each cell.

    An attribute is that of each cell: ``core.import_library``. As a source or in a keyword of
    another declaration it stands for the value of the cell that is being declared.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> "PerCell":
        if name.startswith("__"):
            raise AttributeError(name)
        return PerCell(getattr(each, name) for each in self)


class Project:
    """Declares drivers, and whatever else an environment's methods declare, in every cell.

    ``cells`` are the environments, one for each cell.
    """

    def __init__(self, cells: Sequence[Any]) -> None:
        self.cells = tuple(cells)

    @from_sconscript
    def Driver(self, name: str, sources: Any, **keywords: Any) -> PerCell:  # noqa: N802 - as SCons
        """`env.Driver` in every cell."""
        return self._in_every_cell("Driver", name, sources, **keywords)

    @from_sconscript
    def ExportDriver(self, name: str, sources: Any, **keywords: Any) -> PerCell:  # noqa: N802
        """`env.ExportDriver` in every cell."""
        return self._in_every_cell("ExportDriver", name, sources, **keywords)

    @from_sconscript
    def DriverLibrary(self, name: str, sources: Any, **keywords: Any) -> PerCell:  # noqa: N802
        """`env.DriverLibrary` in every cell."""
        return self._in_every_cell("DriverLibrary", name, sources, **keywords)

    @from_sconscript
    def DriverPackage(self, name: str, drivers: Any, **keywords: Any) -> PerCell:  # noqa: N802
        """`env.DriverPackage` in every cell."""
        return self._in_every_cell("DriverPackage", name, drivers, **keywords)

    def __getattr__(self, name: str) -> Callable[..., PerCell]:
        """Any other method of an environment, such as ``Object``, in every cell."""
        if name.startswith("_") or not all(
            callable(getattr(env, name, None)) for env in self.cells
        ):
            raise AttributeError(f"a project has no method {name!r}; {_near_method(name)}")

        @from_sconscript
        def method(*arguments: Any, **keywords: Any) -> PerCell:
            return self._in_every_cell(name, *arguments, **keywords)

        return method

    def __getitem__(self, name: str) -> Any:
        """A construction variable, such as one of ``variables=``; each cell's, if they differ."""
        found = PerCell(env[name] for env in self.cells)
        return found[0] if all(each == found[0] for each in found) else found

    def _in_every_cell(self, method: str, *arguments: Any, **keywords: Any) -> PerCell:
        found = []
        for number, env in enumerate(self.cells):
            own = [_of_cell(each, number) for each in arguments]
            named = {key: _of_cell(each, number) for key, each in keywords.items()}
            with _in_build_folder(env):
                found.append(getattr(env, method)(*own, **named))
        return PerCell(found)


def _near_method(name: str) -> str:
    """What else a method may be called, for an error."""
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, METHODS, n=1)
    return f"did you mean {near[0]!r}?" if near else "its environments are in .cells"


class _Drivers(SCons.Node.Alias.Alias):  # type: ignore[misc] # SCons has no types
    """The alias of all drivers, which is an error while it has none."""

    def make_ready(self) -> None:
        """Called before the alias is built, when all scripts have been read."""
        if not self.sources:
            fail(
                "no driver is declared: write env.Driver('NAME', ['NAME.c']) into the SConstruct, "
                f"or into {_ROOT_SCRIPT} or {_EACH_DRIVERS}, which has env by Import('env')"
            )
        super().make_ready()


def declare_project(env: Any, name: str, given: dict[str, Any]) -> Project:
    """The project of an environment; reads its scripts. Raises UserError.

    ``given``: the keywords of `ntbuild.project`.
    """
    try:
        check_name(name)
    except DeclarationError as error:
        fail(f"project: {error}")
    variables, scripts = given.pop("variables"), given.pop("scripts")
    if variables is not None and not isinstance(variables, SCons.Variables.Variables):
        fail(f"project: variables: {variables!r} is not a Variables object of SCons")
    if isinstance(env.ans.Alias("drivers"), _Drivers):
        fail("project() is called twice; one project has all drivers of a SConstruct")
    defaults = {key: _words(key, value) for key, value in given.items() if value is not None}
    for each in ("drivers", name):
        env.ans.Alias(each).__class__ = _Drivers
    env["NTPROJECT"] = name
    explain_unknown_targets()
    cells = driver_matrix(env, variables, defaults, f"{name} | {TARGETS} | NAME")
    env.Default(env.ans.Alias("drivers"))
    if _COMMANDS in map(str, SCons.Script.COMMAND_LINE_TARGETS):
        cells[0].Tool("compilation_db")
        # The tool sees all cells, which have one builder of objects.
        cells[0]["COMPILATIONDB_PATH_FILTER"] = f"build/{cells[0]['NTCELL'].folder}/*"
        cells[0].CompilationDatabase(f"#{_COMMANDS}")
    for script in _scripts(env, scripts):
        for cell in cells:
            folder = _build_folder(cell, str(Path(script).parent))
            cell.SConscript(
                f"#{script}", exports={"env": cell}, variant_dir=folder, duplicate=False
            )
    return Project(cells)


def _words(key: str, value: Any) -> str:
    """A list of toolchains, machines or flavors as the command line has it."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, (list, tuple)) or not all(isinstance(each, str) for each in words):
        fail(f"project: {key}: expected a text such as 'x64,arm64', or a list, not {value!r}")
    return ",".join(words)


def _scripts(env: Any, scripts: Any) -> list[str]:
    """The scripts to read, relative to the top; those given must be there."""
    top = Path(env.Dir("#").abspath)
    if scripts is None:
        if (top / _ROOT_SCRIPT).is_file():
            return [_ROOT_SCRIPT]
        if (top / _OTHER_SCRIPTS[1]).is_file():
            return [each for each in _OTHER_SCRIPTS if (top / each).is_file()]
        each_drivers = sorted(path.relative_to(top).as_posix() for path in top.glob(_EACH_DRIVERS))
        return [*(each for each in _OTHER_SCRIPTS[:1] if (top / each).is_file()), *each_drivers]
    if isinstance(scripts, (str, Path)):
        scripts = [scripts]
    if not isinstance(scripts, (list, tuple)) or not all(
        isinstance(each, (str, Path)) for each in scripts
    ):
        fail(f"project: scripts: expected a list of file names, not {scripts!r}")
    found = list(scripts)
    for each in found:
        if not (top / each).is_file():
            fail(f"project: scripts: {str(each)!r}: no such file below {top}")
    return [Path(each).as_posix() for each in found]


def _build_folder(env: Any, folder: str) -> str:
    return f"{env['NTBUILD']}/{env['NTCELL'].folder}/{folder}".removesuffix("/.")


def _of_cell(value: Any, number: int) -> Any:
    """A value with what belongs to one cell in place of what belongs to each."""
    if isinstance(value, PerCell):
        return value[number]
    if isinstance(value, dict):
        return {key: _of_cell(each, number) for key, each in value.items()}
    if type(value) in (list, tuple):
        return type(value)(_of_cell(each, number) for each in value)
    return value


@contextmanager
def _in_build_folder(env: Any) -> Iterator[None]:
    """Make the build folder of a cell SCons's current folder; the process stays where it is."""
    before = env.fs.getcwd()
    folder = env.Dir(_build_folder(env, "."))
    env.VariantDir(folder, "#", duplicate=False)
    env.fs.chdir(folder)
    try:
        yield
    finally:
        env.fs.chdir(before)
