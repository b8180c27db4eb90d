"""Construction variables that compile for one cell: a toolchain, a machine and a flavor.

What is hard is what a signature must hold: flags that decide what the code means do count,
absolute paths (``$( $)``) do not, and what they stand for, the compiler's version and the headers
that nobody scans, counts as one Value node that every object depends on.
"""

import functools
from collections.abc import Iterable
from typing import Any, Final

import SCons.Defaults
import SCons.Tool
import SCons.Util

from ntbuild import matrix
from ntbuild.toolchain import LANGUAGE_OF_SUFFIX, Toolchain, ToolchainError

from .complaints import fail

COMMANDS: Final = {"c": "CC", "c++": "CXX", "assembler": "ASPP"}
ACTIONS: Final = {
    "c": SCons.Defaults.CAction,
    "c++": SCons.Defaults.CXXAction,
    "assembler": SCons.Defaults.ASPPAction,
}

_OBJECT: Final = "@object@"


@functools.cache
def known_toolchains() -> dict[str, Toolchain]:
    """The toolchains that come with ntbuild, read once; UserError when a file is wrong."""
    try:
        return matrix.known_toolchains()
    except ToolchainError as error:
        fail(str(error))


def toolchain_of(env: Any) -> Toolchain:
    """The toolchain of an environment's cell; UserError for an unknown name."""
    toolchains = known_toolchains()
    name = env["NTTOOLCHAIN"]
    if name not in toolchains:
        fail(f"unknown toolchain {name!r}; it is one of {', '.join(toolchains)}")
    return toolchains[name]


def add_compilers(env: Any) -> None:
    """``env.Object`` for the languages of drivers, without looking for any compiler."""
    objects, _ = SCons.Tool.createObjBuilders(env)
    for suffix, language in LANGUAGE_OF_SUFFIX.items():
        objects.add_action(suffix, ACTIONS[language])
        objects.add_emitter(suffix, _depend_on_compiler)
    env.SetDefault(CCFLAGS=SCons.Util.CLVar(""))
    env.Replace(
        OBJPREFIX="",
        OBJSUFFIX=".obj",
        CPPDEFPREFIX="-D",
        CPPDEFSUFFIX="",
        INCPREFIX="-I",
        INCSUFFIX="",
        # The compiler's version is in its state; hashing its 200 MB would say no more.
        IMPLICIT_COMMAND_DEPENDENCIES=0,
    )


def configure(env: Any, cell: matrix.Cell) -> None:
    """Make ``env.Object`` compile for a cell; UserError when the compiler is not installed."""
    env.Replace(NTTOOLCHAIN=cell.toolchain, NTARCH=cell.arch, NTFLAVOR=cell.flavor, NTCELL=cell)
    toolchain = toolchain_of(env)
    root = env.Dir("#").abspath
    try:
        flags = {each: toolchain.flags(cell.arch, cell.flavor, each) for each in COMMANDS}
        paths = {
            each: toolchain.path_flags(cell.arch, cell.flavor, each, root, _OBJECT)
            for each in COMMANDS
        }
        compiler = toolchain.locate(cell.arch)
        headers = toolchain.header_flags(cell.arch)
        state = toolchain.fingerprint(cell.arch)
    except ToolchainError as error:
        fail(str(error))
    env.Replace(
        NTCOMPILER=compiler,
        NTHEADERSTATE=state,
        CC=_escaped(compiler.argv),
        CXX="$CC",
        NTHEADERS=_escaped(headers),
    )
    quiet = not env.GetOption("ntdriver_verbose")
    for language, command in COMMANDS.items():
        # Literal words: in a string, a folder with a blank in its name would fall apart.
        literal = _escaped(paths[language])
        env[f"NTFLAGS_{command}"] = _escaped(flags[language])
        env[f"NTPATHS_{command}"] = [word.replace(_OBJECT, "${TARGET}") for word in literal]
        env[f"{command}COM"] = (
            f"$CC $NTFLAGS_{command} $CCFLAGS $CPPFLAGS $_CPPDEFFLAGS $_CPPINCFLAGS "
            f"$( $NTHEADERS $NTPATHS_{command} $) -c -o $TARGET $SOURCES"
        )
        env[f"{command}COMSTR"] = f"{command:<7} $SOURCE [$NTCELL]" if quiet else ""


def include_folders(env: Any, names: Iterable[Any]) -> list[Any]:
    """Folders as a SConscript names them: below the build folder, then where its sources are.

    SCons itself looks at both for a folder inside of a variant directory, and for ``..`` only below
    the build folder.
    """
    sources = env.Dir(".").srcnode()
    both = [node for name in names for node in (env.Dir(name), sources.Dir(name))]
    return list(dict.fromkeys(both))


def _escaped(words: Iterable[str]) -> list[str]:
    return [word.replace("$", "$$") for word in words]


def _depend_on_compiler(target: Any, source: Any, env: Any) -> Any:
    """Emitter: an object depends on the compiler's version and the headers nobody scans."""
    SCons.Defaults.StaticObjectEmitter(target, source, env)
    cell = env["NTCELL"]
    state = f"{cell.toolchain} {cell.arch} compiler and headers {env['NTHEADERSTATE']}"
    env.Depends(target, env.Value(state))
    return target, source
