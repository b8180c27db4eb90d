"""SCons tool: ``env.Driver("hello", ["hello.c"])`` compiles, links and judges a kernel driver.

The only file that imports SCons. It turns declarations into nodes and decides nothing about
images. What is hard is the signature of a link: the order travels as a Value node (so that
``--debug=explain`` shows the old and the new options), ntbuild's own sources as another (SCons
signs an action, not what the action calls), and absolute paths are in neither.

An outside project says ``Environment(tools=["ntdriver"],
toolpath=[PyPackageDir("ntbuild.site_tools")])``, or has a copy of ``site_scons``.
"""

import difflib
import optparse
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import SCons.Action
import SCons.Builder
import SCons.Defaults
import SCons.Errors
import SCons.Node.FS
import SCons.Node.Python
import SCons.Scanner
import SCons.Script
import SCons.Tool
import SCons.Util
import SCons.Variables
from ntbuild import libraries, matrix, orders, release
from ntbuild.declare import Declaration, DeclarationError, declare
from ntbuild.definitions import definition_files, overlay_definition
from ntbuild.driver import LIBRARIES, LINKING, BuildError, LinkOrder, fingerprint
from ntbuild.outputs import OutputError
from ntbuild.toolchain import FLAVORS, LANGUAGE_OF_SUFFIX, MACHINES, Toolchain, ToolchainError

FORWARDED: Final = ("PATH", "SOURCE_DATE_EPOCH", "TMPDIR", "TEMP", "TMP")
FORWARDED_FAMILIES: Final = ("CCACHE_", "SCCACHE_", "DISTCC_")
"""What compilers and their launchers get to see of the shell's environment."""

KERNEL_MODULES: Final = ("ntoskrnl", "hal")
"""What every driver is offered; a module that nothing refers to is not imported."""

COMMANDS: Final = {"c": "CC", "c++": "CXX", "assembler": "ASPP"}
ACTIONS: Final = {
    "c": SCons.Defaults.CAction,
    "c++": SCons.Defaults.CXXAction,
    "assembler": SCons.Defaults.ASPPAction,
}
TEMPLATES: Final = Path(libraries.__file__).parent / "templates"


class DriverNodes(NamedTuple):
    """What ``env.Driver`` returns; it goes wherever SCons takes a list of nodes."""

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


def exists(_env: Any) -> bool:
    """The tool needs no program of the machine's own."""
    return True


def generate(env: Any, **_keywords: Any) -> None:
    """Make an environment for one cell: NTTOOLCHAIN, NTARCH and NTFLAVOR, or the defaults."""
    _add_options()
    env.SetDefault(
        NTTOOLCHAIN=matrix.DEFAULTS["toolchain"],
        NTARCH=matrix.DEFAULTS["arch"],
        NTFLAVOR=matrix.DEFAULTS["flavor"],
        NTBUILD="#build",
    )
    for name, value in os.environ.items():
        if name in FORWARDED or name.startswith(FORWARDED_FAMILIES):
            env["ENV"][name] = value
    _add_builders(env)
    env.AddMethod(_driver, "Driver")
    env.AddMethod(_export_driver, "ExportDriver")
    env.AddMethod(_driver_matrix, "DriverMatrix")
    _configure(env, matrix.Cell(env["NTTOOLCHAIN"], env["NTARCH"], env["NTFLAVOR"]))


# ---- a cell ----------------------------------------------------------------------------------


def _add_options() -> None:
    try:
        SCons.Script.AddOption(
            "--verbose",
            dest="ntdriver_verbose",
            action="store_true",
            default=False,
            help="Print the full command lines; those of links can be run by hand.",
        )
    except optparse.OptionConflictError:  # another environment was here first
        pass


def _add_builders(env: Any) -> None:
    objects, _ = SCons.Tool.createObjBuilders(env)
    for suffix, language in LANGUAGE_OF_SUFFIX.items():
        objects.add_action(suffix, ACTIONS[language])
        objects.add_emitter(suffix, _depend_on_compiler)
    templates = SCons.Scanner.Scanner(function=_scan_template, recursive=True, name="jinja2")
    make = SCons.Action.Action(_run_order, _show_order)
    record = SCons.Action.Action(_run_release, _show_release)
    env.Append(
        BUILDERS={
            "_NtOrder": SCons.Builder.Builder(action=make, source_scanner=templates),
            "_NtRelease": SCons.Builder.Builder(action=record, multi=True),
        }
    )


def _configure(env: Any, cell: matrix.Cell) -> None:
    """Set the construction variables that compile for a cell; UserError when nothing can."""
    toolchain = _toolchain(cell.toolchain)
    try:
        compiler = toolchain.locate(cell.arch)
        headers = toolchain.header_flags(cell.arch)
        state = f"{cell.toolchain} {cell.arch} compiler and headers {toolchain.fingerprint(cell.arch)}"
    except ToolchainError as error:
        _fail(str(error))
    root = env.Dir("#").abspath
    env.Replace(
        NTTOOLCHAIN=cell.toolchain,
        NTARCH=cell.arch,
        NTFLAVOR=cell.flavor,
        NTCELL=cell,
        NTCOMPILER=compiler,
        NTCOMPILERSTATE=state,
        # The compiler's version is in the state; hashing its 200 MB would say no more.
        IMPLICIT_COMMAND_DEPENDENCIES=0,
        CC=_escaped(compiler.argv),
        CXX="$CC",
        OBJPREFIX="",
        OBJSUFFIX=".obj",
        CPPDEFPREFIX="-D",
        CPPDEFSUFFIX="",
        INCPREFIX="-I",
        INCSUFFIX="",
        CCFLAGS=env.get("CCFLAGS", SCons.Util.CLVar("")),
        NTHEADERS=_escaped(headers),
    )
    quiet = not env.GetOption("ntdriver_verbose")
    for language, command in COMMANDS.items():
        paths = toolchain.path_flags(cell.arch, cell.flavor, language, "${NTROOT}", "${TARGET}")
        env[f"NTFLAGS_{command}"] = _escaped(toolchain.flags(cell.arch, cell.flavor, language))
        env[f"NTPATHS_{command}"] = list(paths)
        env[f"{command}COM"] = (
            f"$CC $NTFLAGS_{command} $CCFLAGS $_CCCOMCOM "
            f"$( $NTHEADERS $NTPATHS_{command} $) -c -o $TARGET $SOURCES"
        )
        env[f"{command}COMSTR"] = f"{command:<7} $SOURCE [$NTCELL]" if quiet else ""
    env["NTROOT"] = root


def _toolchain(name: str) -> Toolchain:
    try:
        toolchains = matrix.known_toolchains()
    except ToolchainError as error:
        _fail(str(error))
    if name not in toolchains:
        _fail(f"unknown toolchain {name!r}; it is one of {', '.join(toolchains)}")
    return toolchains[name]


def _escaped(words: Iterable[str]) -> list[str]:
    return [word.replace("$", "$$") for word in words]


def _depend_on_compiler(target: Any, source: Any, env: Any) -> Any:
    """Emitter: an object depends on the compiler's version and the headers nobody scans."""
    SCons.Defaults.StaticObjectEmitter(target, source, env)
    env.Depends(target, env.Value(env["NTCOMPILERSTATE"]))
    return target, source


# ---- what the command line asks for ----------------------------------------------------------


def _driver_matrix(env: Any, variables: Any = None) -> list[Any]:
    """One environment for each cell that toolchain=, arch= and flavor= ask for.

    ``variables``: a Variables object with what a project itself takes from the command line. The
    target ``release`` adds the cells of a release: every toolchain found and every machine.
    """
    variables = variables or SCons.Variables.Variables(None, SCons.Script.ARGUMENTS)
    allowed = {
        "toolchain": ("whose compiler", tuple(matrix.known_toolchains())),
        "arch": ("for which machine", MACHINES),
        "flavor": ("optimised or not", FLAVORS),
    }
    for name, (about, values) in allowed.items():
        text = f"{about}: {', '.join(values)}, several with commas, or all"
        variables.Add(name, text, matrix.DEFAULTS[name])
    chosen = env.Clone()
    variables.Update(chosen)
    env.Help(_HELP + variables.GenerateHelpText(chosen), append=True, local_only=True)
    _refuse_unknown(variables)
    asked = {name: chosen[name] for name in allowed}
    targets = [str(each) for each in SCons.Script.COMMAND_LINE_TARGETS]
    cells = [] if targets == ["release"] else _select(asked)
    if "release" in targets:
        given = {name: SCons.Script.ARGUMENTS.get(name, "all") for name in ("toolchain", "arch")}
        shipped = _select({**given, "flavor": "release"})
        cells = list(dict.fromkeys((*cells, *shipped)))
        env = env.Clone(NTRELEASE=env)
    return [_cell_environment(env, cell) for cell in cells]


_HELP: Final = """\
scons [drivers/NAME[/ARCH] ...] [VARIABLE=VALUE ...]

    scons                      every driver of the chosen toolchain, machine and flavor
    scons drivers/hello        one driver
    scons drivers/hello arch=all toolchain=zig,clang
    scons release              the release: every toolchain found, every machine
    scons -c [TARGET]          remove what was built
    scons --verbose            print the full command lines

"""


def _refuse_unknown(variables: Any) -> None:
    for name in variables.UnknownVariables():
        near = difflib.get_close_matches(name, variables.keys(), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(variables.keys())}"
        _fail(f"unknown variable {name!r}; {hint}")


def _select(asked: Mapping[str, str]) -> list[matrix.Cell]:
    try:
        selected = matrix.select(matrix.known_toolchains(), **asked)
    except (matrix.MatrixError, ToolchainError) as error:
        _fail(str(error))
    for note in selected.notes:
        sys.stderr.write(f"scons: note: {note}\n")
    return list(selected.cells)


def _cell_environment(env: Any, cell: matrix.Cell) -> Any:
    made = env.Clone()
    _configure(made, cell)
    return made


# ---- declarations ----------------------------------------------------------------------------


def _driver(env: Any, name: str, sources: Any, **keywords: Any) -> DriverNodes:
    """Declare a driver; the keywords are those of `ntbuild.declare`."""
    declaration = _declare(env, name, keywords, exports=False)
    return DriverNodes(*_image(env, declaration, sources, declaration.options, []))


def _export_driver(env: Any, name: str, sources: Any, **keywords: Any) -> ExportDriverNodes:
    """Declare a driver whose ``exports`` others import by ``nodes.import_library``."""
    declaration = _declare(env, name, keywords, exports=True)
    order = orders.DefinitionOrder(f"{name}.sys", declaration.exports)
    template = env.File((TEMPLATES / "driver.def.j2").as_posix())
    (definition,) = _order(env, [f"{name}.def"], [template], order)
    library = env.File(f"{name}.lib")
    options = replace(
        declaration.options, def_file=definition.get_internal_path(), implib=library.get_internal_path()
    )
    nodes = _image(env, declaration, sources, options, [library], [definition])
    return ExportDriverNodes(*nodes, definition)


def _declare(env: Any, name: str, keywords: Mapping[str, Any], *, exports: bool) -> Declaration:
    defaults: dict[str, Any] = {"machine": env["NTARCH"]}
    stamp = env["ENV"].get("SOURCE_DATE_EPOCH", "")
    if stamp:
        if not (stamp.isascii() and stamp.isdigit() and int(stamp) < 1 << 32):
            _fail(f"SOURCE_DATE_EPOCH={stamp}: expected seconds since 1970, below 4294967296")
        defaults["timestamp"] = int(stamp)
    try:
        return declare(name, keywords, exports=exports, defaults=defaults)
    except DeclarationError as error:
        method = "ExportDriver" if exports else "Driver"
        _fail(f"{_declaring_place(env)}: {method}({name!r}): {error}")


def _image(
    env: Any,
    declaration: Declaration,
    sources: Any,
    options: Any,
    side_outputs: Sequence[Any],
    side_inputs: Sequence[Any] = (),
) -> list[Any]:
    """The nodes of one image, its map and its report, then ``side_outputs``."""
    name = declaration.name
    targets = [env.File(f"{name}{suffix}") for suffix in (".sys", ".map", ".check.txt")]
    options = replace(options, out=targets[0].get_internal_path(), map=targets[1].get_internal_path())
    script = _script(env, declaration)
    if script and declaration.keywords.linker_script:
        options = replace(options, script=script[0].get_internal_path())
        side_inputs = [*side_inputs, *script]
    order = LinkOrder(options, declaration.judgement)
    inputs = [*_objects(env, declaration, sources), *_import_libraries(env, declaration)]
    image = _order(env, [*targets, *side_outputs], [*inputs, *_runtime(env)], order, LINKING)
    env.Depends(image, side_inputs)
    _make_targets(env, name, [*image, *script])
    if "NTRELEASE" in env and env["NTFLAVOR"] == "release":
        _ship(env, name, image[0], order)
    return image


def _script(env: Any, declaration: Declaration) -> list[Any]:
    """The rendered linker script: for pelink when it was asked for, else for GNU ld's sake."""
    options, own = declaration.options, declaration.keywords.linker_script
    if not options.sections and not own:
        return []
    template = own or (TEMPLATES / "driver.ld.j2").as_posix()
    entry = options.entry or "DriverEntry"
    order = orders.ScriptOrder(declaration.name, env["NTARCH"], entry, options.sections)
    return _order(env, [f"{declaration.name}.ld"], [env.File(template)], order)


def _objects(env: Any, declaration: Declaration, sources: Any) -> list[Any]:
    """Compile sources; objects, archives and nodes of other builders stay as they are."""
    keywords = declaration.keywords
    own: dict[str, Any] = {}
    if keywords.defines:
        own["CPPDEFINES"] = [*env.Flatten([env.get("CPPDEFINES", [])]), dict(keywords.defines)]
    if keywords.include_dirs:
        folders = [env.Dir(folder) for folder in keywords.include_dirs]
        own["CPPPATH"] = [*env.Flatten([env.get("CPPPATH", [])]), *folders]
    found = []
    for source in env.Flatten([sources]):
        node = env.File(source) if isinstance(source, str) else source
        if os.path.splitext(str(node))[1] not in LANGUAGE_OF_SUFFIX:
            found.append(node)
        elif own:  # a name of its own: the next driver may compile the same source differently
            stem = os.path.splitext(str(source))[0]
            target = os.path.join(os.path.dirname(stem), f"{declaration.name}-{os.path.basename(stem)}")
            found += env.Object(target, node, **own)
        else:
            found += env.Object(node)
    return found


def _make_targets(env: Any, name: str, nodes: Sequence[Any]) -> None:
    """``drivers/NAME`` builds a driver, wherever its files lie.

    An alias wins over a folder of the same name; with the slash that shells complete, too.
    """
    for target in (f"drivers/{name}", f"drivers/{name}/{env['NTARCH']}", "drivers"):
        env.Alias(target, nodes)
        env.Alias(f"{target}/", nodes)


# ---- libraries -------------------------------------------------------------------------------


def _import_libraries(env: Any, declaration: Declaration) -> list[Any]:
    modules = dict.fromkeys((*declaration.keywords.import_libraries, *KERNEL_MODULES))
    found: list[Any] = []
    for module in modules:
        found += _import_library(env, module) if isinstance(module, str) else [module]
    return env.Flatten(found)


def _import_library(env: Any, module: str) -> list[Any]:
    """A module's import library: the compiler's own and its additions, or one made of a list."""
    toolchain, machine = _toolchain(env["NTTOOLCHAIN"]), env["NTARCH"]
    overlays = toolchain.directory / "defs"
    archive = libraries.own_archive(toolchain, module, machine) if toolchain.archives else None
    files = definition_files(module, machine, overlays)
    found = [] if archive is None else [env.File(archive.as_posix())]
    if archive is not None:
        if overlay_definition(module, machine, overlays) is None:
            return found
        files = tuple(path for path in files if path.is_relative_to(overlays))
    elif not files:
        try:
            libraries.import_source(toolchain, module, machine)
        except ToolchainError as error:
            _fail(f"{_declaring_place(env)}: import_libraries: {error}")
    stem = f"{_library_folder(env)}/{module}" + ("-additions" if found else "")
    order = orders.ImportLibraryOrder(module, machine, bool(found), overlays)
    sources = [env.File(path.as_posix()) for path in files]
    return [*found, _order(env, [f"{stem}.lib", f"{stem}.def"], sources, order, LIBRARIES)[0]]


def _runtime(env: Any) -> list[Any]:
    """The compiler's run-time, from which a link takes what it refers to."""
    toolchain, machine = _toolchain(env["NTTOOLCHAIN"]), env["NTARCH"]
    folder = f"{_library_folder(env)}/runtime"
    archive = env.File(f"{folder}.lib")
    sources = libraries.runtime_sources(toolchain, machine)
    if sources and not archive.has_builder():
        own = _cell_environment(env, matrix.Cell(toolchain.name, machine, "release"))
        for variable in ("CPPDEFINES", "CPPPATH", "CCFLAGS"):
            own[variable] = SCons.Util.CLVar("")
        objects = [
            own.Object(f"{folder}/{path.stem}.obj", own.File(path.as_posix())) for path in sources
        ]
        _order(own, [archive], own.Flatten(objects), orders.ArchiveOrder(machine), LIBRARIES)
    compilers_own = libraries.compiler_archive(toolchain, machine)
    last = [] if compilers_own is None else [env.File(compilers_own.as_posix())]
    return [*([archive] if sources else []), *last]


def _library_folder(env: Any) -> str:
    return f"{env['NTBUILD']}/{env['NTTOOLCHAIN']}/{env['NTARCH']}/lib"


# ---- orders: the one builder -----------------------------------------------------------------


def _order(
    env: Any,
    targets: Sequence[Any],
    sources: Sequence[Any],
    order: orders.Order,
    depends_on: Sequence[str] = ("orders.py", "render.py"),
) -> list[Any]:
    """Nodes of what an order makes; the same order of two drivers is one set of nodes.

    ``depends_on`` are the parts of ntbuild that decide about the files' content.
    """
    nodes = [env.File(target) for target in targets]
    if not nodes[0].has_builder():
        own = env.Value(f"ntbuild {fingerprint(*depends_on)}")
        env._NtOrder(nodes, [*sources, env.Value(order), own])  # noqa: SLF001 - our own builder
    return nodes


def _parts(target: Any, source: Any) -> tuple[orders.Order, list[str], list[str]]:
    values = [node for node in source if isinstance(node, SCons.Node.Python.Value)]
    inputs = [str(node) for node in source if not isinstance(node, SCons.Node.Python.Value)]
    return values[0].read(), inputs, [str(node) for node in target]


def _run_order(target: Any, source: Any, env: Any) -> int:
    """Action: carry out an order. What it complains of goes to stderr, as a compiler's does."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # saves most of numpy's import time
    order, inputs, outputs = _parts(target, source)
    try:
        warnings = order.run(inputs, outputs)
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for warning in warnings:
        sys.stderr.write(f"{warning}\n")
    return 0


def _show_order(target: Any, source: Any, env: Any) -> str:
    order, inputs, outputs = _parts(target, source)
    if env.GetOption("ntdriver_verbose"):
        return order.command(inputs, outputs)
    return f"{order.label:<7} {outputs[0]}"


def _scan_template(node: Any, env: Any, _path: Any) -> list[Any]:
    """The templates that a template includes, extends or imports."""
    if not str(node).endswith(".j2"):
        return []
    names = re.findall(r"{%-?\s*(?:include|extends|import|from)\s+[\"']([^\"']+)", node.get_text_contents())
    found = []
    for name in names:
        near = [node.srcnode().dir.File(name), env.File((TEMPLATES / name).as_posix())]
        found += [each for each in near if each.exists()][:1]
    return found


# ---- release ---------------------------------------------------------------------------------


def _ship(env: Any, name: str, image: Any, order: LinkOrder) -> None:
    """Copy an image into the release folder and put it into the release's records."""
    cell, compiler = env["NTCELL"], env["NTCOMPILER"]
    folder = f"{env['NTBUILD']}/release"
    shipped = env.Command(
        f"{folder}/{cell.toolchain}/{cell.arch}/{name}.sys",
        image,
        SCons.Action.Action(SCons.Defaults.Copy("$TARGET", "$SOURCE"), "COPY    $TARGET"),
    )
    about = release.Shipped(
        name, cell.toolchain, cell.arch, f"{compiler.name} {compiler.version}",
        Path(shipped[0].get_internal_path()), order, (),
    )
    # One environment for all cells: SCons warns of a target that two of them build.
    records = env["NTRELEASE"]._NtRelease(  # noqa: SLF001 - our own builder
        [f"{folder}/build.json", f"{folder}/SHA256SUMS"], [shipped, env.Value(about)]
    )
    env.Alias("release", [shipped, records])


def _run_release(target: Any, source: Any, env: Any) -> int:
    """Action: write the records of a release."""
    shipped = []
    for image, about in zip(source[::2], source[1::2], strict=True):
        leaves = sorted({Path(str(leaf)) for leaf in _leaves(image, set())})
        shipped.append(replace(about.read(), inputs=tuple(leaves)))
    root = Path(env.Dir("#").abspath)
    try:
        release.write_release(Path(str(target[0])).parent, shipped, root)
    except (OSError, OutputError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _show_release(target: Any, source: Any, env: Any) -> str:
    return "RECORD  " + " ".join(str(node) for node in target)


def _leaves(node: Any, seen: set[Any]) -> Iterable[Any]:
    """The files that nobody builds among all that a node depends on."""
    for child in node.all_children():
        if child in seen or not isinstance(child, SCons.Node.FS.File):
            continue
        seen.add(child)
        if child.has_builder():
            yield from _leaves(child, seen)
        else:
            yield child
            yield from _leaves(child, seen)  # a source file's headers are its children


# ---- complaints ------------------------------------------------------------------------------


def _fail(text: str) -> NoReturn:
    raise SCons.Errors.UserError(text)


def _declaring_place(env: Any) -> str:
    """``file:line`` of the SConscript that called; SCons itself would name this file."""
    frame = sys._getframe(1)  # noqa: SLF001 - what the traceback module uses too
    scons = os.path.dirname(SCons.__file__)
    while frame.f_back and frame.f_code.co_filename.startswith((__file__, scons)):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    root = Path(env.Dir("#").abspath)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()}:{frame.f_lineno}"
