"""SCons tool: ``env.Driver("hello", ["hello.c"])`` compiles, links and validates a kernel driver.

The only package that imports SCons. It turns declarations into nodes and decides nothing about
images. A tool runs once per environment, so `generate` completes an environment for one cell (a
toolchain, a machine and a flavor), and ``env.DriverMatrix`` returns a copy of the environment for
each cell that the command line selects.

A project outside of this repository says
``Environment(tools=["ntdriver"], toolpath=ntbuild.TOOLPATH)``, or has copies of ``site_scons`` and
``toolchains``.
"""

import gc
import optparse
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import SCons.Script
import SCons.Variables

from ntbuild.compilers import matrix
from ntbuild.compilers.toolchain import FLAVORS, MACHINES, ToolchainError

from .builder import add_builders
from .compile import add_compilers, configure, known_toolchains
from .drivers import DriverNodes, ExportDriverNodes, driver, export_driver
from .errors import fail

__all__ = ["DriverNodes", "ExportDriverNodes", "exists", "generate"]

FORWARDED: Final = (
    *("PATH", "SOURCE_DATE_EPOCH", "TMPDIR", "TEMP", "TMP"),
    *("TERM", "NO_COLOR", "CLICOLOR_FORCE"),
)
FORWARDED_FAMILIES: Final = ("CCACHE_", "SCCACHE_", "DISTCC_", "ICECC_", "ZIG_")
CACHE_HOMES: Final = ("HOME", "LOCALAPPDATA", "XDG_CACHE_HOME")
"""Variables of the shell that compilers and their launchers get; SCons drops all others.

``zig cc``, ``zig rc`` and ccache need a folder for their caches; without any of `CACHE_HOMES` zig
gets one below the build folder. TERM, NO_COLOR and CLICOLOR_FORCE decide about coloured messages.
"""

_COLLECT_AFTER: Final = 100_000

HELP: Final = """\
scons [drivers/NAME[/ARCH] ...] [VARIABLE=VALUE ...]

    scons                    every driver, for one toolchain, machine and flavor
    scons drivers/hello      one driver
    scons arch=all toolchain=zig,clang flavor=release
    scons release            the release: every toolchain found, every machine
    scons -c [TARGET]        remove what was built
    scons --verbose          print the full command lines

"""


def exists(_env: Any) -> bool:
    """Always: compilers are looked for when a cell is configured."""
    return True


def generate(env: Any, **_keywords: Any) -> None:
    """Complete an environment for one cell: NTTOOLCHAIN, NTARCH and NTFLAVOR, or the defaults.

    NTBUILD is the folder for files that drivers share. Raises UserError for an unknown name and a
    compiler that is not installed.
    """
    with suppress(optparse.OptionConflictError):  # an environment before this one has added it
        SCons.Script.AddOption(
            "--verbose",
            dest="ntdriver_verbose",
            action="store_true",
            default=False,
            help="Print the full command lines; those of links can be run by hand.",
        )
    env.SetDefault(
        NTTOOLCHAIN=matrix.DEFAULTS["toolchain"],
        NTARCH=matrix.DEFAULTS["arch"],
        NTFLAVOR=matrix.DEFAULTS["flavor"],
        NTBUILD="#build",
    )
    for name, value in os.environ.items():
        if name in (*FORWARDED, *CACHE_HOMES) or name.startswith(FORWARDED_FAMILIES):
            env["ENV"][name] = value
    if not any(name in env["ENV"] for name in ("ZIG_GLOBAL_CACHE_DIR", *CACHE_HOMES)):
        env["ENV"]["ZIG_GLOBAL_CACHE_DIR"] = env.Dir("$NTBUILD/cache").abspath
    _collect_rarely()
    add_compilers(env)
    add_builders(env)
    env.AddMethod(driver, "Driver")
    env.AddMethod(export_driver, "ExportDriver")
    env.AddMethod(_driver_matrix, "DriverMatrix")
    configure(env, matrix.Cell(env["NTTOOLCHAIN"], env["NTARCH"], env["NTFLAVOR"]))


def _collect_rarely() -> None:
    """Raise the threshold of the garbage collector: SCons's nodes live as long as SCons does.

    With the interpreter's own thresholds collecting takes a fifth of a build with nothing to do.
    """
    newest, *older = gc.get_threshold()
    if 0 < newest < _COLLECT_AFTER:
        gc.set_threshold(_COLLECT_AFTER, *older)


def _driver_matrix(env: Any, variables: Any = None) -> list[Any]:
    """One environment for each cell that toolchain=, arch= and flavor= select.

    ``variables``: a Variables object with the variables of the project itself; others are refused.
    The target ``release`` adds the cells of a release: every toolchain found and every machine.
    """
    variables = variables or SCons.Variables.Variables(None, SCons.Script.ARGUMENTS)
    allowed = {
        "toolchain": ("whose compiler", tuple(known_toolchains())),
        "arch": ("for which machine", MACHINES),
        "flavor": ("optimised or not", FLAVORS),
    }
    for name, (about, values) in allowed.items():
        text = f"{about}: {', '.join(values)}, several with commas, or all"
        variables.Add(name, text, matrix.DEFAULTS[name])
    chosen = env.Clone()
    variables.Update(chosen)
    # Positional: append and keep_local, which SCons 4.8 names differently.
    env.Help(HELP + variables.GenerateHelpText(chosen), True, True)  # noqa: FBT003
    _refuse_unknown(variables)
    selected = {name: chosen[name] for name in allowed}
    targets = [str(each) for each in SCons.Script.COMMAND_LINE_TARGETS]
    cells = [] if targets == ["release"] else _select(selected)
    if "release" in targets:
        given = {name: SCons.Script.ARGUMENTS.get(name, "all") for name in ("toolchain", "arch")}
        shipped = _select({**given, "flavor": "release"})
        cells = list(dict.fromkeys((*cells, *shipped)))
        env = env.Clone(NTRELEASE=env)
    made = [env.Clone() for _ in cells]
    for each, cell in zip(made, cells, strict=True):
        configure(each, cell)
    return made


def _refuse_unknown(variables: Any) -> None:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    for name in variables.UnknownVariables():
        near = get_close_matches(name, variables.keys(), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(variables.keys())}"
        fail(f"unknown variable {name!r}; {hint}")


def _select(selection: Mapping[str, str]) -> list[matrix.Cell]:
    try:
        selected = matrix.select(known_toolchains(), **selection)
    except (matrix.MatrixError, ToolchainError) as error:
        fail(str(error))
    for note in selected.notes:
        sys.stderr.write(f"scons: note: {note}\n")
    return list(selected.cells)
