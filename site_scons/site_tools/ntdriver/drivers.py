"""``env.Driver`` and ``env.ExportDriver``: from a declaration to nodes.

Import libraries and the run-time belong to a toolchain and a machine: all drivers and flavors
share their nodes, which are made for the driver that needs them first.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import SCons.Node.FS
import SCons.Util

from ntbuild.building import steps
from ntbuild.building.declare import Declaration, DeclarationError, declare, declare_library
from ntbuild.building.driver import LIBRARIES, LINKING, RUNTIME, LinkStep
from ntbuild.compilers import libraries, matrix
from ntbuild.compilers.definitions import definition_files, overlay_definition
from ntbuild.compilers.toolchain import ToolchainError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, replace

from .aliases import name_targets
from .builder import TEMPLATES, add_step, ship
from .cells import refuse_ignored_selection
from .compile import configure, literal_or_substituted, toolchain_of
from .errors import fail, fail_at_caller, place_of_caller
from .resources import resource
from .sources import objects_of

KERNEL_MODULES: Final = ("ntoskrnl", "hal")
"""Modules whose import libraries every driver links with; one is imported only when used."""

_LONGEST_SHOWN: Final = 40
"""Characters of a wrong value that an error shows."""

_FILES: Final = ("order_file", "stub")
"""Link options that name a file, relative to the SConscript's folder."""


class DriverNodes(NamedTuple):
    """What ``env.Driver`` returns; SCons takes it wherever it takes a list of nodes."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    report: SCons.Node.FS.File


class ExportDriverNodes(NamedTuple):
    """What ``env.ExportDriver`` returns."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    report: SCons.Node.FS.File
    import_library: SCons.Node.FS.File
    definition: SCons.Node.FS.File


@dataclass(frozen=True, slots=True)
class _Sides:
    """What a link has in addition to objects, libraries, map and report."""

    options: LinkOptions
    outputs: tuple[Any, ...] = ()
    inputs: tuple[Any, ...] = ()


def driver(env: Any, name: str, sources: Any, **keywords: Any) -> DriverNodes:
    """Declare a driver; the keywords are those of `ntbuild.building.declare`."""
    declaration = _declare(env, name, keywords, exports=False)
    return DriverNodes(*_image(env, declaration, sources, _Sides(declaration.options)))


def export_driver(env: Any, name: str, sources: Any, **keywords: Any) -> ExportDriverNodes:
    """Declare a driver with ``exports``; others import them with ``nodes.import_library``."""
    declaration = _declare(env, name, keywords, exports=True)
    what = steps.DefinitionStep(f"{name}.sys", declaration.exports)
    template = env.File((TEMPLATES / "driver.def.j2").as_posix())
    (definition,) = add_step(env, [f"{name}.def"], [template], what)
    library = env.File(f"{name}.lib")
    options = replace(declaration.options, def_file=_path(definition), implib=_path(library))
    sides = _Sides(options, outputs=(library,), inputs=(definition,))
    image, map_file, report, _ = _image(env, declaration, sources, sides)
    return ExportDriverNodes(image, map_file, report, library, definition)


def driver_library(env: Any, name: str, sources: Any, **keywords: Any) -> Any:
    """Declare a static library of kernel code; drivers name its node among their sources."""
    refuse_ignored_selection(env)
    try:
        compiling = declare_library(name, keywords)
    except DeclarationError as error:
        fail_at_caller(env, f"DriverLibrary({name!r}): {error}")
    objects = objects_of(env, name, compiling, sources)
    for each in objects:
        if not str(each).endswith((".obj", ".o")):
            text = f"{each} is no object; a driver takes it among its own sources"
            fail_at_caller(env, f"DriverLibrary({name!r}): {text}")
    what = steps.ArchiveStep(env["NTARCH"])
    (library,) = add_step(env, [f"{name}.lib"], objects, what, LIBRARIES)
    name_targets(env, name, [library])
    return library


def _declare(env: Any, name: str, keywords: Mapping[str, Any], *, exports: bool) -> Declaration:
    refuse_ignored_selection(env)
    defaults: dict[str, Any] = {"machine": env["NTARCH"]}
    stamp = str(env["ENV"].get("SOURCE_DATE_EPOCH", ""))
    if stamp:
        # Python converts no text of more than 4,300 digits; 32 bits have 10.
        if not re.fullmatch(r"0*[0-9]{1,10}", stamp) or int(stamp[-10:]) >= 1 << 32:
            shown = stamp if len(stamp) <= _LONGEST_SHOWN else f"{stamp[:_LONGEST_SHOWN]}..."
            fail(f"SOURCE_DATE_EPOCH={shown}: expected seconds since 1970, below 4294967296")
        defaults["timestamp"] = int(stamp[-10:])
    strict = bool(env.GetOption("ntdriver_strict"))
    if strict:
        keywords = {**keywords, "warnings_as_errors": True}
    try:
        place = place_of_caller(env) if "allow" in keywords else ""
        found = declare(name, keywords, exports=exports, defaults=defaults, place=place)
        return replace(found, validation=replace(found.validation, strict=strict))
    except DeclarationError as error:
        method = "ExportDriver" if exports else "Driver"
        fail_at_caller(env, f"{method}({name!r}): {error}")


def _image(env: Any, declaration: Declaration, sources: Any, sides: _Sides) -> list[Any]:
    """The nodes of one image, its map and its report, then the side outputs."""
    name = declaration.name
    first = env.File(f"{name}.sys")
    stem = first.name.removesuffix(".sys")
    targets = [first, first.dir.File(f"{stem}.map"), first.dir.File(f"{stem}.check.txt")]
    options = sides.options
    script = _script(env, declaration)
    if declaration.keywords.linker_script:
        options = replace(options, script=_path(script[0]))
    files = {
        name: literal_or_substituted(env, env.fs.File, path)
        for name in _FILES
        if (path := getattr(options, name))
    }
    paths: dict[str, Any] = {name: _path(node.srcnode()) for name, node in files.items()}
    if paths:
        options = replace(options, **paths)
    keep = bool(env.GetOption("ntdriver_keep_refused"))
    what = LinkStep(options, declaration.validation, keep_refused=keep)
    inputs = [
        *objects_of(env, declaration.name, declaration.keywords, sources),
        *_version_resource(env, declaration),
        *_system_libraries(env, declaration),
    ]
    image = add_step(env, [*targets, *sides.outputs], inputs, what, LINKING)
    if others := [*sides.inputs, *(script if options.script else []), *files.values()]:
        env.Depends(image, others)
    name_targets(env, name, [image[0], *script])
    if "NTRELEASE" in env and env["NTFLAVOR"] == "release":
        ship(env, name, image[0], what.placed([_path(each) for each in image]))
    return image


def _path(node: Any) -> str:
    """A node's path from the top; ``str(node)`` depends on which SConscript is being read."""
    return str(node.get_internal_path())


def _script(env: Any, declaration: Declaration) -> list[Any]:
    """The rendered linker script: an input of pelink with ``linker_script=``, else for GNU ld."""
    options, own = declaration.options, declaration.keywords.linker_script
    if not options.sections and not own:
        return []
    template = own or (TEMPLATES / "driver.ld.j2").as_posix()
    entry = options.entry or "DriverEntry"
    what = steps.ScriptStep(declaration.name, env["NTARCH"], entry, options.sections)
    return add_step(env, [f"{declaration.name}.ld"], [env.File(template)], what)


def _version_resource(env: Any, declaration: Declaration) -> list[Any]:
    """The version resource of ``version_info=``, as a .res file; empty without."""
    info = declaration.keywords.version_info
    if info is None:
        return []
    name = declaration.name
    what = steps.VersionStep(f"{name}.sys", info, debug=env["NTFLAVOR"] == "debug")
    template = env.File((TEMPLATES / "driver.rc.j2").as_posix())
    (script,) = add_step(env, [f"{name}-version.rc"], [template], what)
    return [resource(env, script, env.fs.File(f"{name}-version.res"), declaration.keywords)]


# ---- libraries -------------------------------------------------------------------------------


def _once(env: Any, name: str, make: Callable[[], list[Any]]) -> list[Any]:
    """Nodes that all drivers of an environment share, made at the first call."""
    shared, key = env["NTSHARED"], (env["NTBUILD"], name)
    if key not in shared:
        shared[key] = make()
    nodes: list[Any] = shared[key]
    return nodes


def _system_libraries(env: Any, declaration: Declaration) -> list[Any]:
    """Libraries as given, then those of the kernel, each module once; then the run-time."""
    found: list[Any] = []
    modules: set[str] = set()
    for each in declaration.keywords.import_libraries:
        if not isinstance(each, str):
            found += env.Flatten([each])
        elif each not in modules:
            modules.add(each)
            found += _once(env, each, partial(_import_library, env, each))
    others = tuple(each for each in KERNEL_MODULES if each not in modules)
    return [*found, *_once(env, f"{others}", partial(_every_drivers_libraries, env, others))]


def _every_drivers_libraries(env: Any, modules: Sequence[str]) -> list[Any]:
    """Import libraries of the kernel and the run-time, as one alias: one dependency, not three."""
    nodes = [node for each in modules for node in _import_library(env, each)]
    name = f"libraries in {_path(env.Dir(_library_folder(env)))}: {' '.join(modules)}"
    alias: list[Any] = env.Alias(name, [*nodes, *_runtime(env)])
    return alias


def _import_library(env: Any, module: str) -> list[Any]:
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
    stem = f"{_library_folder(env)}/{module}" + ("-additions" if own else "")
    what = steps.ImportLibraryStep(module, machine, bool(own), overlays)
    library = env.File(f"{stem}.lib")
    if not library.has_builder():
        sources = [env.File(path.as_posix()) for path in files]
        add_step(env, [library, f"{stem}.def"], sources, what, LIBRARIES)
    return [*own, library]


def _runtime(env: Any) -> list[Any]:
    """ntbuild's run-time archive, then the compiler's own if it has one."""
    toolchain, machine = toolchain_of(env), env["NTARCH"]
    archive = env.File(f"{_library_folder(env)}/{RUNTIME}")
    folder = f"{_library_folder(env)}/runtime"
    sources = libraries.runtime_sources(toolchain, machine)
    if sources and not archive.has_builder():
        own = env.Clone(CPPDEFINES=[], CPPPATH=[], CCFLAGS=SCons.Util.CLVar(""))
        configure(own, matrix.Cell(toolchain.name, machine, "release"))
        objects = [
            own.Object(f"{folder}/{path.name}.obj", own.File(path.as_posix())) for path in sources
        ]
        add_step(own, [archive], own.Flatten(objects), steps.ArchiveStep(machine), LIBRARIES)
    compilers_own = libraries.compiler_archive(toolchain, machine)
    last = [] if compilers_own is None else [env.File(compilers_own.as_posix())]
    return [*([archive] if sources else []), *last]


def _library_folder(env: Any) -> str:
    return f"{env['NTBUILD']}/{env['NTTOOLCHAIN']}/{env['NTARCH']}/lib"
