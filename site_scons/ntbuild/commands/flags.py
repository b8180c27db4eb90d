"""``ntbuild flags``: the compiler with its flags, for a makefile or another build system.

    $(ntbuild flags --arch x64) -c hello.c -o hello.obj
    ntbuild flags --arch arm64 --dialect msvc --language c++

What is printed is what a build of SCons starts for a source without keywords of its driver, without
hardening, whose run-time a link of one's own would have to bring.
"""

from collections.abc import Sequence
from typing import Final

from ntbuild.building.compiling import CompilingError, compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.compilation import DIALECTS
from ntbuild.compilers.matrix import DEFAULTS, known_toolchains
from ntbuild.compilers.toolchain import FLAVORS, MACHINES, ToolchainError
from ntbuild.support.commands import CommandResult
from ntbuild.support.host import command_line

from .common import UsageError, parser_of

_EPILOG: Final = "exit code: 0 printed, 2 unusable options, or the compiler is not here"
_LANGUAGES: Final = ("c", "c++", "assembler")


def run(arguments: Sequence[str]) -> CommandResult:
    """Print the command. Raises UsageError."""
    parser = parser_of("flags", "The compiler with its flags, for other build systems.", _EPILOG)
    add = parser.add_argument
    add("--arch", default=DEFAULTS["arch"], choices=MACHINES, help="default: x64")
    add("--toolchain", default=DEFAULTS["toolchain"], metavar="NAME", help="default: zig")
    add("--flavor", default=DEFAULTS["flavor"], choices=FLAVORS, help="default: debug")
    add("--dialect", default="gnu", choices=DIALECTS, help="default: gnu")
    add("--language", default="c", choices=_LANGUAGES, help="default: c")
    options = parser.parse_args(arguments)
    try:
        toolchains = known_toolchains()
        if options.toolchain not in toolchains:
            raise UsageError(f"--toolchain: it is one of {', '.join(toolchains)}")
        given = {"dialect": options.dialect, "harden": False}
        how = compiling_of(Keywords(**given), given, options.arch)
        words = toolchains[options.toolchain].compile_argv(
            options.arch, options.flavor, options.language, compilation=how.compilation
        )
    except (ToolchainError, CompilingError) as error:
        raise UsageError(str(error)) from error
    return CommandResult(text=command_line(words))
