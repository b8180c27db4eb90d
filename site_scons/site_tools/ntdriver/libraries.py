"""The libraries that drivers are linked with: import libraries, archives of sources, the run-time.

They belong to a toolchain and a machine: all drivers and flavors share their nodes, which are made
for the driver that needs them first.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import SCons.Util

from ntbuild.building import steps
from ntbuild.building.driver import LIBRARIES, RUNTIME
from ntbuild.compilers import kit_libraries, libraries, matrix
from ntbuild.compilers.compilation import HARDENING, PLAIN, Compilation
from ntbuild.compilers.definitions import definition_files, overlay_definition
from ntbuild.compilers.toolchain import Toolchain, ToolchainError
from ntbuild.support.values import replace

from .builder import add_step
from .compile import COMMANDS, configure, toolchain_of
from .errors import fail_at_caller
from .screen.progress import OF_NTBUILD

if TYPE_CHECKING:
    from ntbuild.compilers.kits.kit import Kit

KERNEL_MODULES: Final = ("ntoskrnl", "hal")
"""Modules whose import libraries every driver links with; one is imported only when used."""


def node_path(node: Any) -> str:
    """A node's path from the top; ``str(node)`` depends on which SConscript is being read."""
    return str(node.get_internal_path())


class Imports(NamedTuple):
    """Where drivers of a kind import from: with `constants` or without, and from which `kit`.

    `cxx`: they are linked with the C++ run-time. See `ntbuild.building.compiling.Compiling`.
    `hardening`: what libraries of ntbuild's own sources are compiled with.
    """

    constants: bool = False
    kit: "Kit | None" = None
    cxx: bool = False
    hardening: tuple[str, ...] = HARDENING

    @property
    def folder(self) -> str:
        """The part of the library folder's name that keeps these apart from others."""
        return "/constants" if self.constants else ""

    @property
    def archive_folder(self) -> str:
        """The same for archives of ntbuild's own sources."""
        missing = [part for part in HARDENING if part not in self.hardening]
        return f"/without-{'-'.join(missing)}" if missing else ""


def runtime_libraries(env: Any) -> list[Any]:
    """The nodes of the run-time alone, for a kernel."""
    return _once(env, ("run-time",), partial(_runtime, env))


def system_libraries(
    env: Any, given: Sequence[Any], imports: Imports, kernel: Sequence[str] = KERNEL_MODULES
) -> list[Any]:
    """The nodes of libraries: as `given`, then those of the kernel, each module once; the run-time.

    ``given``: names of modules and libraries, and nodes. ``kernel``: the modules of the kernel.
    """
    found: list[Any] = []
    names: set[str] = set()
    for each in given:
        if not isinstance(each, str):
            found += env.Flatten([each])
        elif each not in names:
            names.add(each)
            make = partial(_named_library, env, each, imports)
            found += _once(env, (each, imports), make)
    others = tuple(each for each in kernel if each not in names)
    make = partial(_every_drivers_libraries, env, others, imports)
    return [*found, *_once(env, (others, imports), make)]


def _once(env: Any, name: Any, make: Callable[[], list[Any]]) -> list[Any]:
    """Nodes that all drivers of an environment share, made at the first call."""
    shared, key = env["NTSHARED"], (env["NTBUILD"], name)
    if key not in shared:
        shared[key] = make()
    nodes: list[Any] = shared[key]
    return nodes


def _every_drivers_libraries(env: Any, modules: Sequence[str], imports: Imports) -> list[Any]:
    """Import libraries of the kernel and the run-time, as one alias: one dependency, not three."""
    nodes = [
        node
        for each in modules
        for node in _kit_library(env, each, imports) or _import_library(env, each, imports)
    ]
    folder = node_path(env.Dir(_library_folder(env) + imports.folder))
    name = f"libraries in {folder}: {' '.join(modules)}" + f" {imports.kit}" * bool(imports.kit)
    toolchain = toolchain_of(env)
    cxx = _own_sources(env, "cxx", libraries.cxx_sources(toolchain), imports) if imports.cxx else []
    name += f" C++{imports.archive_folder}" * imports.cxx
    alias: list[Any] = env.Alias(name, [*nodes, *cxx, *_runtime(env)])
    return alias


def _kit_library(env: Any, given: str, imports: Imports) -> list[Any]:
    """The node of a library that the kit has for the machine; empty without."""
    name = kit_libraries.library_name(given)
    path = imports.kit.library(name, env["NTARCH"]) if imports.kit and name else None
    return [] if path is None else [env.File(path.as_posix())]


def _named_library(env: Any, given: str, imports: Imports) -> list[Any]:
    """The nodes for a name in ``import_libraries=``; UserError for one that nothing is known of."""
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    try:
        found = _library(env, given, imports)
        known = None if found is not None else _kit_name(toolchain, given)
    except kit_libraries.KitLibraryError as error:
        fail_at_caller(env, str(error))
    if found is None and known is not None:
        what = f"the kit {imports.kit} has none for {machine}" if imports.kit else known.reason
        fail_at_caller(env, f"import_libraries: {given!r} is only in a Windows kit: {what}")
    # Of a name that nothing is known of, an error with the nearest one.
    return _import_library(env, given, imports) if found is None else found


def known_library(env: Any, name: str, imports: Imports) -> list[Any] | None:
    """The nodes for a name of `library_name` that an object asks for; None when none is known.

    Unlike in ``import_libraries=`` a module of programs is not known: a driver cannot import it. Of
    one whose functions kernel modules have as well nothing is linked.
    """
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    listed = definition_files(name, machine, toolchain.directory / "defs")
    if listed and kit_libraries.kernel_module(toolchain.directory, name, machine) is None:
        known = _kit_name(toolchain, name)
        return [] if known and known.kind == "nothing" else None
    shared, key = env["NTSHARED"], (env["NTBUILD"], (name, imports))
    if key not in shared:
        try:
            shared[key] = _library(env, name, imports)
        except kit_libraries.KitLibraryError:
            shared[key] = None
    found: list[Any] | None = shared[key]
    return found


def _library(env: Any, given: str, imports: Imports) -> list[Any] | None:
    """The nodes of a library, none for one that needs nothing; None when there is no such library.

    Raises KitLibraryError.
    """
    if of_kit := _kit_library(env, given, imports):
        return of_kit
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    name = kit_libraries.library_name(given)
    sources = kit_libraries.library_sources(toolchain.directory, name, machine) if name else ()
    module = _module(env, given, name, is_archive=bool(sources))
    if module:
        own = f"{name}-sources" if sources else ""
        return [
            *_import_library(env, module, imports),
            *_own_sources(env, own, sources, imports),
        ]
    if sources:
        return _own_sources(env, name, sources, imports)
    known = _kit_name(toolchain, given)
    return [] if known and known.kind == "nothing" else None


def _kit_name(toolchain: Toolchain, given: str) -> kit_libraries.KitName | None:
    return kit_libraries.kit_name(toolchain.directory, kit_libraries.library_name(given))


def _module(env: Any, given: str, name: str, *, is_archive: bool) -> str | None:
    """The module that a name stands for, spelt as its list; None when it has neither.

    ``is_archive``: the name has sources, which count more than an archive of the compiler.
    """
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    if definition_files(given, machine, toolchain.directory / "defs"):
        return given
    if (
        toolchain.archives
        and not is_archive
        and libraries.own_archive(toolchain, given, machine) is not None
    ):
        return given
    return kit_libraries.kernel_module(toolchain.directory, name, machine) if name else None


def _import_library(env: Any, module: str, imports: Imports) -> list[Any]:
    """A module's import library: the compiler's own with additions, or one of an export list."""
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    overlays = toolchain.directory / "defs"
    files = definition_files(module, machine, overlays)
    archive = libraries.own_archive(toolchain, module, machine) if toolchain.archives else None
    own = [] if archive is None else [env.File(archive.as_posix())]
    if own:
        if overlay_definition(module, machine, overlays) is None:
            return own
        files = tuple(path for path in files if path.is_relative_to(overlays))
    elif not files:
        try:
            libraries.import_source(toolchain, module, machine)
        except ToolchainError as error:
            fail_at_caller(env, f"import_libraries: {error}")
    stem = f"{_library_folder(env)}{imports.folder}/{module}" + ("-additions" if own else "")
    what = steps.ImportLibraryStep(module, machine, bool(own), overlays, imports.constants)
    library = env.File(f"{stem}.lib")
    if not library.has_builder():
        sources = [env.File(path.as_posix()) for path in files]
        add_step(env, [library, f"{stem}.def"], sources, what, LIBRARIES)
    return [*own, library]


def _runtime(env: Any) -> list[Any]:
    """ntbuild's run-time archive, then the compiler's own if it has one."""
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    sources = libraries.runtime_sources(toolchain, machine)
    own = _archive(env, RUNTIME.removesuffix(".lib"), sources, PLAIN)
    compilers_own = libraries.compiler_archive(toolchain, machine)
    last = [] if compilers_own is None else [env.File(compilers_own.as_posix())]
    return [*own, *last]


def _own_sources(env: Any, name: str, sources: Sequence[Path], imports: Imports) -> list[Any]:
    """The archive of a library that ntbuild has the sources of, hardened as its drivers are."""
    compilation = replace(PLAIN, hardening=imports.hardening)
    return _archive(env, name, sources, compilation, imports.archive_folder)


def _archive(
    env: Any, name: str, sources: Sequence[Path], compilation: Compilation, kind: str = ""
) -> list[Any]:
    """The archive ``name.lib`` of sources that belong to ntbuild; empty without sources.

    They are compiled as a release and without what the environment has for drivers. ``kind``: the
    part of the library folder's name for this `compilation`.
    """
    if not sources:
        return []
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    folder = f"{_library_folder(env)}{kind}/{name}"
    archive = env.File(f"{folder}.lib")
    if not archive.has_builder():
        own = env.Clone(CPPDEFINES=[], CPPPATH=[], CCFLAGS=SCons.Util.CLVar(""))
        configure(own, matrix.Cell(toolchain.name, machine, "release"), compilation)
        if not env.GetOption("ntdriver_verbose"):
            line = f"{OF_NTBUILD} {name} [{toolchain.name} {machine}]"
            own.Replace(**{f"{command}COMSTR": line for command in COMMANDS.values()})
        objects = [
            own.Object(f"{folder}/{path.name}.obj", own.File(path.as_posix())) for path in sources
        ]
        add_step(own, [archive], own.Flatten(objects), steps.ArchiveStep(machine), LIBRARIES)
    return [archive]


def _library_folder(env: Any) -> str:
    return f"{env['NTBUILD']}/{env['NTTOOLCHAIN']}/{env['NTARCH']}/lib"
