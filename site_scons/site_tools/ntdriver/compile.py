"""Construction variables that compile for one cell: a toolchain, a machine and a flavor.

The signature of a compilation holds the flags that decide what the code means. Absolute paths are
kept out of it with ``$( $)``; the compiler's version and the system headers, which SCons does not
scan, are represented by one digest (NTHEADERSTATE).
"""

import functools
import re
from collections.abc import Iterable
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Defaults
import SCons.Subst
import SCons.Tool
import SCons.Util

from ntbuild.compilers import matrix
from ntbuild.compilers.toolchain import LANGUAGE_OF_SUFFIX, Toolchain, ToolchainError

from .errors import fail
from .targets import Target
from .try_flags import TryFlags, explain_crash, note

COMMANDS: Final = {"c": "CC", "c++": "CXX", "assembler": "ASPP"}

_OBJECT: Final = "@object@"
_UNSIGNED: Final = re.compile(r"\$\(.*?\$\)|\$_CPPINCFLAGS")
_EMPTY_WITHOUT: Final = {
    "$CCFLAGS": "CCFLAGS",
    "$CPPFLAGS": "CPPFLAGS",
    "$_CPPDEFFLAGS": "CPPDEFINES",
}
"""Words of a command that expand to nothing when a construction variable is empty."""


@functools.cache
def _signed_words(command: str) -> list[str]:
    return _UNSIGNED.sub("", command).split()


class _Compile(SCons.Action.CommandAction):  # type: ignore[misc] # SCons has no types
    """``$CCCOM`` or its like, with a signature that is made five times faster.

    SCons expands the whole command for every object, then drops the unsigned parts. Here unsigned
    parts, empty variables and the flags, which are the same for a whole cell, are not expanded.
    """

    def __init__(self, command: str) -> None:
        super().__init__(f"${command}COM", cmdstr=f"${command}COMSTR")
        self.command = f"{command}COM"
        self.flags = f"$NTFLAGS_{command}"

    def get_presig(self, target: Any, source: Any, env: Any, executor: Any = None) -> Any:
        """The command without paths, then the digest of compiler and system headers."""
        command = env[self.command]
        if not isinstance(command, str):
            return super().get_presig(target, source, env, executor)
        known = {word for word, name in _EMPTY_WITHOUT.items() if not env.get(name)} | {self.flags}
        words = [word for word in _signed_words(command) if word not in known]
        files = {
            "$TARGET": target[0].for_signature(),
            "$SOURCES": " ".join([each.for_signature() for each in source]),
        }
        if any("$" in word and word not in files for word in words):
            text = env.subst_target_source(" ".join(words), SCons.Subst.SUBST_SIG, target, source)
        else:
            text = " ".join([files.get(word, word) for word in words])
        return " ".join((text, *env[self.flags[1:]].of(target), env["NTHEADERSTATE"]))

    def execute(self, target: Any, source: Any, env: Any, executor: Any = None) -> Any:
        """Compile; a failure that is no fault of the source is explained."""
        failed = super().execute(target, source, env, executor)
        if failed and self.command == "CXXCOM":
            command = env.subst_list(self.cmd_list, SCons.Subst.SUBST_CMD, target, source)
            explain_crash(env, command, target, source)
        return failed

    def genstring(self, target: Any, source: Any, env: Any, executor: Any = None) -> str:  # noqa: ARG002
        """The text that SCons keeps to explain a change."""
        return str(env[self.command])


_ACTIONS: Final = {language: _Compile(command) for language, command in COMMANDS.items()}
_BUILDERS: Final = {
    language: SCons.Builder.Builder(
        action=action, source_scanner=SCons.Tool.SourceFileScanner, single_source=True
    )
    for language, action in _ACTIONS.items()
}


def compile_source(env: Any, source: Any, language: str, target: Any = None, **own: Any) -> Any:
    """One object, as ``env.Object`` makes it but without its search by suffix.

    An emitter that another tool has added to that builder is called here as well; the tool
    ``compilation_db`` learns of objects in this way.
    """
    (node,) = env.arg2nodes([source], env.fs.File)
    if target is None:
        target = env.fs.File(node.target_from_source(env["OBJPREFIX"], env["OBJSUFFIX"]))
    (made,) = _BUILDERS[language](env, [target], [node], **own)
    emitter = env["BUILDERS"]["StaticObject"].emitter.get(node.get_suffix())
    if emitter is not SCons.Defaults.StaticObjectEmitter and emitter is not None:
        emitter([made], [node], env.Override(own) if own else env)
    made.__class__ = Target
    return made


@functools.cache
def known_toolchains() -> dict[str, Toolchain]:
    """The toolchains that come with ntbuild, by name, read once. Raises UserError."""
    try:
        return matrix.known_toolchains()
    except ToolchainError as error:
        fail(str(error))


def toolchain_of(env: Any) -> Toolchain:
    """The toolchain of an environment's cell. Raises UserError for an unknown name."""
    return _toolchain(env["NTTOOLCHAIN"])


@functools.cache
def _toolchain(name: str) -> Toolchain:
    try:
        found = matrix.known_toolchain(name)
    except ToolchainError as error:
        fail(str(error))
    if found is None:
        fail(f"unknown toolchain {name!r}; it is one of {', '.join(known_toolchains())}")
    return found


def add_compilers(env: Any) -> None:
    """Set up ``env.Object`` for the languages of drivers, without looking for a compiler."""
    objects, _ = SCons.Tool.createObjBuilders(env)
    for suffix, language in LANGUAGE_OF_SUFFIX.items():
        objects.add_action(suffix, _ACTIONS[language])
        objects.add_emitter(suffix, SCons.Defaults.StaticObjectEmitter)
    env.SetDefault(CCFLAGS=SCons.Util.CLVar(""))
    env.Replace(
        OBJPREFIX="",
        OBJSUFFIX=".obj",
        CPPDEFPREFIX="-D",
        CPPDEFSUFFIX="",
        INCPREFIX="-I",
        INCSUFFIX="",
        # NTHEADERSTATE has the compiler's version; hashing its 200 MB would add nothing.
        IMPLICIT_COMMAND_DEPENDENCIES=0,
    )


def configure(env: Any, cell: matrix.Cell) -> None:
    """Make ``env.Object`` compile for a cell. Raises UserError when the compiler is missing."""
    env.Replace(NTTOOLCHAIN=cell.toolchain, NTARCH=cell.arch, NTFLAVOR=cell.flavor, NTCELL=cell)
    toolchain = toolchain_of(env)
    root = env.Dir("#").abspath
    try:
        flags = {
            each: TryFlags(
                _escaped(toolchain.flags(cell.arch, cell.flavor, each)),
                _escaped(toolchain.flags(cell.arch, cell.flavor, each, has_try=True)),
            )
            for each in COMMANDS
        }
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
        NTSHARED={},
        NTTRYNOTE=note,
        CC=_escaped(compiler.argv),
        CXX="$CC",
        NTHEADERS=_escaped(headers),
    )
    quiet = not env.GetOption("ntdriver_verbose")
    for language, command in COMMANDS.items():
        # Lists of words: in a string, a folder with a blank in its name would be split.
        literal = _escaped(paths[language])
        env[f"NTFLAGS_{command}"] = flags[language]
        env[f"NTPATHS_{command}"] = [word.replace(_OBJECT, "${TARGET}") for word in literal]
        env[f"{command}COM"] = (
            f"$( $CC $) $NTFLAGS_{command} $CCFLAGS $CPPFLAGS $_CPPDEFFLAGS $_CPPINCFLAGS "
            f"$( $NTHEADERS $NTPATHS_{command} $) -c -o $TARGET $SOURCES"
        )
        env[f"{command}COMSTR"] = f"{command:<7} $SOURCE [$NTCELL$NTTRYNOTE]" if quiet else ""


def include_folders(env: Any, names: Iterable[Any]) -> list[Any]:
    """Each folder of a SConscript twice: below the build folder, then in the source tree.

    SCons itself searches both for a folder inside of a variant directory, but for ``..`` only the
    one below the build folder.
    """
    sources = env.Dir(".").srcnode()
    both = [node for name in names for node in (env.Dir(name), sources.Dir(name))]
    return list(dict.fromkeys(both))


def _escaped(words: Iterable[str]) -> list[str]:
    return [word.replace("$", "$$") for word in words]
