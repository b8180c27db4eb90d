"""Construction variables that compile for one cell: a toolchain, a machine and a flavor.

The signature of a compilation holds the flags that decide what the code means. Absolute paths are
kept out of it with ``$( $)``; the compiler's version and the system headers, which SCons does not
scan, are represented by one digest (NTHEADERSTATE).

Compilers are started without a shell, so a word of a command line reaches the compiler as it is:
quotes, backquotes, parentheses and ``$`` in file names and in ``defines=`` have no other meaning.
"""

import functools
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Defaults
import SCons.Errors
import SCons.Node.FS
import SCons.Subst
import SCons.Tool
import SCons.Util

from ntbuild.compilers import matrix
from ntbuild.compilers.compilation import HARDENED, Compilation
from ntbuild.compilers.search import Compiler
from ntbuild.compilers.seh.text_warnings import as_of_source, compiles_text
from ntbuild.compilers.toolchain import (
    LANGUAGE_OF_SUFFIX,
    Toolchain,
    ToolchainError,
    language_of,
)
from ntbuild.support.host import command_line, short_command

from .casts import REWRITING as CASTS
from .casts import cast_flags, has_casts_of_cl
from .edited import EDITING, compile_or_edit, is_edited
from .errors import fail, fail_at_caller
from .includes import SCANNER, remove_when_cleaning, signature, spelling_flags
from .screen.explain import explain_source, explain_trace_headers
from .targets import Target
from .try_flags import TryFlags, compile_rewritten, explain_crash, last_flags, note, rewriting

COMMANDS: Final = {"c": "CC", "c++": "CXX", "assembler": "ASPP"}

_OBJECT: Final = "@object@"
_UNSIGNED: Final = re.compile(r"\$\(.*?\$\)|\$_CPPINCFLAGS")
_EMPTY_WITHOUT: Final = {
    "$CCFLAGS": "CCFLAGS",
    "$CPPFLAGS": "CPPFLAGS",
    "$_CPPDEFFLAGS": "CPPDEFINES",
    "$NTOWNFLAGS": "NTOWNFLAGS",
}
"""Words of a command that expand to nothing when a construction variable is empty."""


@functools.cache
def _signed_words(command: str) -> list[str]:
    return _UNSIGNED.sub("", command).split()


class ProgramAction(SCons.Action.CommandAction):  # type: ignore[misc] # SCons has no types
    """A command that is started without a shell."""

    def execute(self, target: Any, source: Any, env: Any, executor: Any = None) -> Any:
        """Run the command; a BuildError tells SCons of a status other than 0."""
        if executor:
            target, source = executor.get_all_targets(), executor.get_all_sources()
        lines, _, _ = self.process(target, [each.rfile() for each in source], env, executor)
        for line in filter(len, lines):
            words = list(map(str, line))
            if status := self.run(words, target, env):
                return SCons.Errors.BuildError(
                    errstr=f"Error {status}", status=status, action=self, command=words
                )
        return 0

    def run(self, words: list[str], target: Any, env: Any) -> int:  # noqa: ARG002 - for others
        """The exit status of one command."""
        return _run(words, _environment(env))

    def strfunction(self, *arguments: Any, **named: Any) -> Any:
        """What is printed: the short text if there is one, else a line that a shell takes."""
        if self.cmdstr is None or arguments[2].subst(self.cmdstr, 1):
            return super().strfunction(*arguments, **named)
        target, source, env, executor = (*arguments, None)[:4]
        lines, _, _ = self.process(target, source, env, executor, named.get("overrides"))
        return command_line(list(map(str, lines[0]))) if lines else ""


_COMPILER_WORDS: Final = 2
"""Words of a long command that stay out of its response file: ``zig clang``."""


def _environment(env: Any) -> dict[str, str]:
    """The environment of a command: ENV, whose lists are search paths, as in SCons."""
    return {
        name: os.pathsep.join(map(str, SCons.Util.flatten(value)))
        if SCons.Util.is_List(value)
        else str(value)
        for name, value in SCons.Action.get_default_ENV(env).items()
    }


def _run(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit status of a command; 127 when it cannot be started, as a shell has it."""
    said = subprocess.PIPE if compiles_text(words) else None
    try:
        with short_command(words, _COMPILER_WORDS) as command:
            done = subprocess.run(
                command, env=environment, check=False, stderr=said, errors="replace"
            )
            sys.stderr.write(as_of_source(done.stderr or ""))
            return done.returncode
    except (OSError, ValueError) as error:  # ValueError: a NUL in a word
        reason = getattr(error, "strerror", None) or error
        sys.stderr.write(f"scons: {words[0]}: cannot be started: {reason}\n")
        return 127


class _Compile(ProgramAction):
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
        known = {word for word, name in _EMPTY_WITHOUT.items() if not env.get(name)}
        known |= {self.flags, "$NTLASTFLAGS"}  # the latter follow from the former
        words = [word for word in _signed_words(command) if word not in known]
        files = {
            "$TARGET": target[0].for_signature(),
            "$SOURCES": " ".join([each.for_signature() for each in source]),
        }
        if any("$" in word and word not in files for word in words):
            text = env.subst_target_source(" ".join(words), SCons.Subst.SUBST_SIG, target, source)
        else:
            text = " ".join([files.get(word, word) for word in words])
        spelling = [each] if (each := signature(target)) else []
        if how := rewriting(target, env):
            spelling.append(how)
        if has_casts_of_cl(env, self.command.removesuffix("COM")):
            spelling.append(CASTS)
        if env["NTDIALECT"] == "msvc":
            spelling.append(EDITING)
        return " ".join((text, *env[self.flags[1:]].of(target), *spelling, env["NTHEADERSTATE"]))

    def run(self, words: list[str], target: Any, env: Any) -> int:
        """The exit status of a compilation."""
        environment = _environment(env)
        if launcher := env["NTLAUNCH"]:
            environment = {**launcher.environment, **environment}
            words = launcher.words(words)
        start = partial(_run, environment=environment)
        if is_edited(words):
            start = partial(compile_or_edit, environment=environment)
        if self.flags == "$NTFLAGS_ASPP" or "-c" not in words[-4:-3]:
            return start(words)
        how = rewriting(target, env)
        return compile_rewritten(how, words, start) if how else start(words)

    def execute(self, target: Any, source: Any, env: Any, executor: Any = None) -> Any:
        """Compile; a failure that is no fault of the source is explained."""
        failed = super().execute(target, source, env, executor)
        if failed and executor:  # SCons leaves the lists empty where it shows no commands (-s)
            target, source = executor.get_all_targets(), executor.get_all_sources()
        if failed:
            explain_trace_headers(target, source)
            explain_source(target, source, env, toolchain_of(env).include / "kmdf")
        if failed and self.command == "CXXCOM":
            command = env.subst_list(self.cmd_list, SCons.Subst.SUBST_CMD, target, source)
            explain_crash(command, _environment(env), target, source)
        return failed

    def genstring(self, target: Any, source: Any, env: Any, executor: Any = None) -> str:  # noqa: ARG002
        """The text that SCons keeps to explain a change."""
        return str(env[self.command])


_ACTIONS: Final = {language: _Compile(command) for language, command in COMMANDS.items()}


_BUILDERS: Final = {
    language: SCons.Builder.Builder(action=action, source_scanner=SCANNER, single_source=True)
    for language, action in _ACTIONS.items()
}


def compile_source(env: Any, node: Any, language: str, target: Any, **own: Any) -> Any:
    """One object, as ``env.Object`` makes it but without its search by suffix.

    ``own``: construction variables for this object only. An emitter that another tool has added to
    ``env.Object`` is called here as well: the tool ``compilation_db`` learns of objects this way.
    """
    if LANGUAGE_OF_SUFFIX.get(node.get_suffix()) != language:  # to clang and gcc, .C is C++
        own["NTOWNFLAGS"] = [*own.get("NTOWNFLAGS", ()), "-x", language]
    (made,) = _BUILDERS[language](env, [target], [node], **own)
    remove_when_cleaning(env, made)
    emitter = env["BUILDERS"]["StaticObject"].emitter.get(node.get_suffix())
    if emitter is not SCons.Defaults.StaticObjectEmitter and emitter is not None:
        flags = [_quoted(word) for word in own.get("NTOWNFLAGS", ())]
        emitter([made], [node], env.Override({**own, "NTOWNFLAGS": flags}) if own else env)
    made.__class__ = Target
    return made


def _quoted(word: str) -> str:
    """A word as compile_commands.json has it; SCons itself puts words with blanks in quotes.

    Source: clang "JSON Compilation Database Format Specification": only ``"`` and the backslash are
    special.
    """
    escaped_word = re.sub(r'(["\\])', r"\\\1", word)
    has_blank = " " in word or "\t" in word
    return escaped_word if has_blank or escaped_word == word else f'"{escaped_word}"'


def compiled_with(node: Any) -> tuple[str, list[str], list[str]] | None:
    """Source, flags and include folders of an object; None for what no compiler of ours made."""
    if not isinstance(node, SCons.Node.FS.File) or not node.has_builder():
        return None
    env = node.get_build_env()
    ours = (*_BUILDERS.values(), env["BUILDERS"].get("StaticObject"))
    built = (each for each, builder in _BUILDERS.items() if builder is node.builder)
    language = next(built, None) or language_of(node.sources[0].get_suffix())
    if language is None or node.builder not in ours:
        return None
    command = COMMANDS[language]
    text = f"$NTFLAGS_{command} $CCFLAGS $CPPFLAGS $_CPPDEFFLAGS $NTOWNFLAGS $NTLASTFLAGS"
    (words,) = env.subst_list(text, 0, [node], node.sources) or ([],)
    folders = env.subst_path(env.get("CPPPATH", []), target=[node], source=node.sources)
    paths = [each if isinstance(each, str) else each.get_internal_path() for each in folders]
    return str(node.sources[0].srcnode()), list(map(str, words)), paths


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
    objects.source_scanner = SCANNER
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
        NTCONCAT=_concatenated,
        _CPPINCFLAGS=(
            "${NTCONCAT(INCPREFIX, CPPPATH, INCSUFFIX, __env__, RDirs, TARGET, SOURCE, "
            "affect_signature=False)}"
        ),
        # NTHEADERSTATE has the compiler's version; hashing its 200 MB would add nothing.
        IMPLICIT_COMMAND_DEPENDENCIES=0,
    )


def configure(env: Any, cell: matrix.Cell, usual: Compilation = HARDENED) -> None:
    """Make ``env.Object`` compile for a cell. Raises UserError when the compiler is missing.

    ``usual``: what is compiled where no keyword says otherwise.
    """
    env.Replace(NTTOOLCHAIN=cell.toolchain, NTARCH=cell.arch, NTFLAVOR=cell.flavor, NTCELL=cell)
    try:
        toolchain = toolchain_of(env)
        compiler = toolchain.locate(cell.arch)
        plain = _variables(env, usual)
    except ToolchainError as error:
        fail(str(error))
    env.Replace(
        NTCOMPILER=compiler,
        NTLAUNCH=_launcher(env, compiler),
        NTSHARED={},
        NTUSUAL=usual,
        NTTRYNOTE=note,
        NTLASTFLAGS=last_flags,
        CC=escaped(compiler.argv),
        CXX="$CC",
        NTOWNFLAGS=[],
        NTSPELLING=spelling_flags,
        NTCASTS=cast_flags,
        NTHEADEROVERLAY=toolchain.header_overlay,
        **plain,
    )
    quiet = not env.GetOption("ntdriver_verbose")
    for command in COMMANDS.values():
        casts = "$NTCASTS " if command == "CC" else ""
        env[f"{command}COM"] = (
            f"$( $CC $) $NTFLAGS_{command} $CCFLAGS $CPPFLAGS $_CPPDEFFLAGS $NTOWNFLAGS "
            "$NTLASTFLAGS $_CPPINCFLAGS "
            f"$( {casts}$NTSPELLING $NTHEADERS $NTPATHS_{command} $) -c -o $TARGET $SOURCES"
        )
        env[f"{command}COMSTR"] = f"{command:<7} $SOURCE [$NTCELL$NTTRYNOTE]" if quiet else ""


def _launcher(env: Any, compiler: Compiler) -> Any:
    """The launcher of ``launcher=`` for a compiler; None without. Raises UserError."""
    command = env.get("NTLAUNCHER", "")
    if not command:
        return None
    from ntbuild.building.launchers import LauncherError, find_launcher  # noqa: PLC0415 - few have one

    folder = Path(env.Dir(f"$NTBUILD/launch/{env['NTTOOLCHAIN']}").abspath)
    path = env["ENV"].get("PATH", os.defpath)
    try:
        return find_launcher(
            command, compiler.argv, compiler.version, folder, env.Dir("#").abspath, path
        )
    except LauncherError as error:
        fail(str(error))


def variables_of(env: Any, compilation: Compilation) -> Mapping[str, Any]:
    """Construction variables that differ from the cell's own for a driver; made once for each.

    Raises UserError, with the SConscript's line, for what the toolchain cannot do.
    """
    if compilation == env["NTUSUAL"]:
        return {}
    shared = env["NTSHARED"]
    if compilation not in shared:
        try:
            shared[compilation] = _variables(env, compilation)
        except ToolchainError as error:
            fail_at_caller(env, str(error))
    found: Mapping[str, Any] = shared[compilation]
    return found


def _variables(env: Any, compilation: Compilation) -> dict[str, Any]:
    """Flags, header folders and their state for a compilation in an environment's cell."""
    toolchain, cell = toolchain_of(env), env["NTCELL"]
    where, root = (cell.arch, cell.flavor), env.Dir("#").abspath
    found: dict[str, Any] = {
        "NTHEADERS": escaped(toolchain.header_flags(cell.arch, compilation)),
        "NTHEADERSTATE": toolchain.fingerprint(cell.arch, compilation),
        "NTDIALECT": compilation.dialect,
        "NTCOMPILATION": compilation,
    }
    own = str(toolchain.directory)
    foreign = (each for each in compilation.headers if not Path(each).is_relative_to(own))
    found["NTFOREIGNHEADERS"] = tuple(foreign)
    for language, command in COMMANDS.items():
        plain, guarded = (
            toolchain.flags(*where, language, has_try=has_try, compilation=compilation)
            for has_try in (False, True)
        )
        paths = toolchain.path_flags(*where, language, root, _OBJECT, compilation)
        found[f"NTFLAGS_{command}"] = TryFlags(escaped(plain), escaped(guarded))
        # Lists of words: in a string, a folder with a blank in its name would be split.
        words = [word.replace(_OBJECT, "${TARGET}") for word in escaped(paths)]
        found[f"NTPATHS_{command}"] = words
    return found


def _concatenated(*arguments: Any, **named: Any) -> list[Any]:
    """SCons's flags for include folders; a ``$`` in a folder's name is not expanded again."""
    found = SCons.Defaults._concat(*arguments, **named)  # noqa: SLF001 - what its variable calls
    return [
        each.replace("$", "$$") if isinstance(each, str) and each not in ("$(", "$)") else each
        for each in found
    ]


def include_folders(env: Any, names: Iterable[Any]) -> list[Any]:
    """Each folder of a SConscript twice: below the build folder, then in the source tree.

    SCons itself searches both for a folder inside of a variant directory, but for ``..`` only the
    one below the build folder.
    """
    sources = env.fs.getcwd().srcnode()
    both: dict[Any, None] = {}
    for name in names:
        folder = literal_or_substituted(env, env.fs.Dir, name) if isinstance(name, str) else name
        if isinstance(name, str) and "\\" in name:
            _refuse_backslashes(env, env.fs.Dir, name)
        both[folder] = None
        if isinstance(name, str):
            both[literal_or_substituted(env, sources.Dir, name)] = None
    return list(both)


def literal_or_substituted(env: Any, make: Any, name: str) -> Any:
    """The node of a name: with ``$`` in it the file of that name, else SCons's substitution."""
    try:
        node = make(name)
        if "$" not in name or node.srcnode().exists() or node.has_builder():
            return node
        return make(env.subst(name))
    except TypeError as error:  # a folder where SCons knows a file, or a file for a folder
        fail_at_caller(env, str(error).rstrip("."))


def file_named(env: Any, name: str) -> Any:
    """The node of a file's name; ``..`` may lead out of the build folder and means the sources."""
    node = literal_or_substituted(env, env.fs.File, name)
    if "\\" in name and not node.has_builder():
        _refuse_backslashes(env, env.fs.File, name)
    if not name.startswith("..") or node.has_builder() or node.srcnode().exists():
        return node
    outside = env.fs.getcwd().srcnode().File(name)
    return outside if outside.exists() else node


def _refuse_backslashes(env: Any, make: Any, name: str) -> None:
    """Raise UserError for a file or folder that is there only when its name is written with ``/``.

    On Linux and macOS a backslash is a letter of a name like all others.
    """
    meant = name.replace("\\", "/")
    written, other = (literal_or_substituted(env, make, each).srcnode() for each in (name, meant))
    if other.exists() and not written.exists():
        fail_at_caller(env, f"{name!r}: names are written with /: {meant!r}")


def escaped(words: Iterable[str]) -> list[str]:
    """Words for a list of a construction variable, in which ``$`` has no meaning."""
    return [word.replace("$", "$$") for word in words]
