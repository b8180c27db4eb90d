"""``env.Driver`` and ``env.ExportDriver``: from a declaration to nodes."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import SCons.Node.FS

from ntbuild.building import steps
from ntbuild.building.compiling import Compiling
from ntbuild.building.declare import Declaration, DeclarationError, declare, declare_library
from ntbuild.building.driver import LIBRARIES, LINKING, LinkStep
from ntbuild.building.summary import DRIVER, MODULE
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, replace

from .aliases import asks_for_packages, name_targets
from .builder import TEMPLATES, add_step
from .cells import refuse_ignored_selection
from .compile import file_named, literal_or_substituted, toolchain_of
from .directives import BUILDER as LINK_BUILDER
from .directives import answer as answer_directives
from .errors import fail, fail_at_caller, note_once, place_of_caller, scripts_of_caller
from .libraries import KERNEL_MODULES, Imports, node_path, system_libraries
from .resources import resource
from .running import add_run
from .screen.ending import counts_as
from .sources import objects_of

_LONGEST_SHOWN: Final = 40
"""Characters of a wrong value that an error shows."""

_FILES: Final = ("order_file", "stub")
"""Link options that name a file, relative to the SConscript's folder. ``natvis`` and
``pdbstream`` name some."""


class DriverNodes(NamedTuple):
    """What ``env.Driver`` returns; SCons takes it wherever it takes a list of nodes."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    report: SCons.Node.FS.File
    pdb: SCons.Node.FS.File


class ExportDriverNodes(NamedTuple):
    """What ``env.ExportDriver`` returns."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    report: SCons.Node.FS.File
    pdb: SCons.Node.FS.File
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
    options = replace(
        declaration.options, def_file=node_path(definition), implib=node_path(library)
    )
    sides = _Sides(options, outputs=(library,), inputs=(definition,))
    image, map_file, report, pdb, _ = _image(env, declaration, sources, sides)
    library.attributes.ntbuild_image = image
    return ExportDriverNodes(image, map_file, report, pdb, library, definition)


def driver_library(env: Any, name: str, sources: Any, **keywords: Any) -> Any:
    """Declare a static library of kernel code; drivers name its node among their sources."""
    refuse_ignored_selection(env)
    try:
        named = _named_files(env, keywords)
        declared = declare_library(name, named, machine=env["NTARCH"], folder=_top(env))
    except DeclarationError as error:
        fail_at_caller(env, f"DriverLibrary({name!r}): {error}")
    objects = objects_of(env, declared, sources)
    for each in objects:
        if not str(each).endswith((".obj", ".o")):
            text = f"{each} is no object; a driver takes it among its own sources"
            fail_at_caller(env, f"DriverLibrary({name!r}): {text}")
    what = steps.ArchiveStep(env["NTARCH"])
    (library,) = add_step(env, [f"{name}.lib"], objects, what, LIBRARIES)
    library.attributes.ntbuild_kit = _headers_of(declared.compiling)
    name_targets(env, name, [library])
    return library


def _headers_of(compiling: Compiling) -> str:
    """In words, whose headers something is compiled with."""
    return f"the kit {compiling.kit}" if compiling.kit else "mingw-w64"


def _refuse_mixed_headers(env: Any, declaration: Declaration, inputs: Sequence[Any]) -> None:
    """Raise UserError for a library that is compiled with other headers than its driver."""
    own = _headers_of(declaration.compiling)
    for node in inputs:
        other = getattr(node.attributes, "ntbuild_kit", own)
        if other != own:
            fail_at_caller(
                env,
                f"Driver({declaration.name!r}): {node_path(node)} is compiled with headers of "
                f"{other}, the driver with those of {own}; give both the same kit=",
            )


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
        named = _named_files(env, keywords)
        has_guard = toolchain_of(env).has_guard
        found = declare(
            name,
            named,
            exports=exports,
            defaults=defaults,
            place=place,
            has_guard=has_guard,
            folder=_top(env),
        )
        for note in found.compiling.notes:
            note_once(f"{env['NTCELL']}: {note}")
        return replace(found, validation=replace(found.validation, strict=strict))
    except DeclarationError as error:
        method = "ExportDriver" if exports else "Driver"
        fail_at_caller(env, f"{method}({name!r}): {error}")


def _top(env: Any) -> Path:
    """The project's folder; scripts are read in folders of their own."""
    return Path(env.fs.Top.abspath)


def _named_files(env: Any, keywords: Mapping[str, Any]) -> Mapping[str, Any]:
    """The keywords, with a model's own file and a kit's folder as absolute paths."""
    found = dict(keywords)
    model, kit = keywords.get("model"), keywords.get("kit")
    if isinstance(model, str) and model.endswith(".toml"):
        found["model"] = file_named(env, model).srcnode().abspath
    if isinstance(kit, str) and kit != "auto":
        folder = Path(kit).expanduser()
        is_absolute = folder.is_absolute()
        node = None if is_absolute else literal_or_substituted(env, env.fs.Dir, kit)
        found["kit"] = str(folder) if node is None else node.srcnode().abspath
    return found


def _image(env: Any, declaration: Declaration, sources: Any, sides: _Sides) -> list[Any]:
    """The nodes of one image, its map, its report and its PDB, then the side outputs."""
    name = declaration.name
    first = env.File(f"{name}.sys")
    stem = first.name.removesuffix(".sys")
    others = (".map", ".check.txt", ".pdb")
    targets = [first, *(first.dir.File(f"{stem}{suffix}") for suffix in others)]
    options = sides.options
    public = []
    is_shipped = "NTRELEASE" in env and env["NTFLAVOR"] == "release"
    if is_shipped and options.writes_pdb:
        public = [first.dir.File(f"{stem}.public.pdb")]
        options = replace(options, pdbstripped=node_path(public[0]))
    script = _script(env, declaration)
    if declaration.keywords.linker_script:
        options = replace(options, script=node_path(script[0]))
    options, files = _option_files(env, options)
    keep = bool(env.GetOption("ntdriver_keep_refused"))
    what = LinkStep(options, declaration.validation, keep_refused=keep)
    compiling = declaration.compiling
    modules = compiling.model.modules if compiling.model else ()
    has_cxx = compiling.compilation.has_cxx_headers
    hardening = compiling.compilation.hardening
    imports = Imports(compiling.imports_constants, compiling.kit, has_cxx, hardening)
    objects = objects_of(env, declaration, sources)
    _refuse_mixed_headers(env, declaration, objects)
    needed = [name for each in objects for name in getattr(each.attributes, "ntbuild_needs", ())]
    inputs = [
        *objects,
        *_version_resource(env, declaration),
        *system_libraries(
            env,
            [*declaration.keywords.import_libraries, *modules, *needed],
            imports,
            KERNEL_MODULES
            if declaration.keywords.kernel_modules is None
            else declaration.keywords.kernel_modules,
        ),
    ]
    outputs = [*targets, *sides.outputs, *public]
    made = add_step(env, outputs, inputs, what, LINKING, builder=LINK_BUILDER)
    image = made[: len(made) - len(public)]
    answer_directives(env, image[0], what, imports)
    if more := [*sides.inputs, *(script if options.script else []), *files]:
        env.Depends(image, more)
    image[0].attributes.ntbuild_declaration = declaration
    is_module = declaration.keywords.kernel_modules == ()
    counts_as(env, image[0], MODULE if is_module else DRIVER, env["NTARCH"])
    _note_scripts(env, image[0])
    name_targets(env, name, [image[0], *script])
    add_run(env, declaration, image[0])
    if is_shipped:
        from .builder import ship  # noqa: PLC0415 - only a release needs it

        step = what.placed([node_path(each) for each in image])
        ship(env, name, image[0], [image[3], *made[len(image) :]], step)
    return image


def _note_scripts(env: Any, image: Any) -> None:
    """Keep the scripts that led to an image's declaration, for records that are asked for."""
    if "NTRELEASE" in env or asks_for_packages():
        image.attributes.ntbuild_scripts = scripts_of_caller(env)


def _option_files(env: Any, options: LinkOptions) -> tuple[LinkOptions, list[Any]]:
    """Link options with the paths of files that they name, and the nodes of these."""
    files: list[Any] = []

    def path_of(path: str) -> str:
        files.append(file_named(env, path))
        return node_path(files[-1].srcnode())

    found: dict[str, Any] = {
        name: path_of(path) for name in _FILES if (path := getattr(options, name))
    }
    if options.natvis:
        found["natvis"] = tuple(map(path_of, options.natvis))
    if options.pdbstream:
        found["pdbstream"] = tuple((name, path_of(path)) for name, path in options.pdbstream)
    return (replace(options, **found) if found else options), files


def _script(env: Any, declaration: Declaration) -> list[Any]:
    """The rendered linker script: an input of pelink with ``linker_script=``, else for GNU ld."""
    options, own = declaration.options, declaration.keywords.linker_script
    if not options.sections and not own:
        return []
    template = own or (TEMPLATES / "driver.ld.j2").as_posix()
    entry = options.entry or "DriverEntry"
    what = steps.ScriptStep(declaration.name, env["NTARCH"], entry, options.sections)
    node = file_named(env, template) if isinstance(template, str) else env.File(template)
    return add_step(env, [f"{declaration.name}.ld"], [node], what)


def _version_resource(env: Any, declaration: Declaration) -> list[Any]:
    """The version resource of ``version_info=``, as a .res file; empty without."""
    info = declaration.keywords.version_info
    if info is None:
        return []
    name = declaration.name
    what = steps.VersionStep(f"{name}.sys", info, debug=env["NTFLAVOR"] == "debug")
    template = env.File((TEMPLATES / "driver.rc.j2").as_posix())
    (script,) = add_step(env, [f"{name}-version.rc"], [template], what)
    return [resource(env, script, env.fs.File(f"{name}-version.res"), declaration)]
