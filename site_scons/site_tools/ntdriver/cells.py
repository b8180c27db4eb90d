"""The cells of a build: toolchain=, arch= and flavor= of the command line select them.

Every other variable of the command line is an error, unless the project has declared it with a
``Variables`` object: SCons itself ignores a misspelt one.
"""

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import SCons.Script
import SCons.Variables

from ntbuild.compilers import matrix
from ntbuild.compilers.toolchain import FLAVORS, MACHINES, ToolchainError

from .compile import configure, known_toolchains
from .errors import fail, fail_at_caller

HELP: Final = """\
scons [{targets} ...] [VARIABLE=VALUE ...]

    scons                    every driver, for one toolchain, machine and flavor
    scons NAME               one driver; also drivers/NAME, and drivers/NAME/ARCH for one machine
    scons arch=x64,arm64 flavor=debug,release    several machines and flavors
    scons run                run every driver; run/NAME runs one
    scons package            every package; package/NAME makes one
    scons release            the release: the machines of arch=, or all; the project's toolchain
    scons report             build/report.html, after what else is named, or every driver
    scons compile_commands.json    the commands of the first machine, for editors
    scons -c [TARGET]        remove what was built: the drivers, or what is named
    scons --verbose          print the full command lines
    scons --strict           warnings are errors, drivers that a run does not prove too
    scons --keep-refused     keep an image that pecheck refuses, for pecheck dump

"""

TARGETS: Final = "drivers/NAME[/ARCH]"

MEANS: Final = {
    "launcher": "in front of compilers: ccache, sccache, distcc, icecc, or another command",
    "cache": "folder with what other builds have made, shared by checkouts (CacheDir)",
}
"""Variables about how something is made and not about what; no signature has them."""

_OF_THE_CELL: Final = {"toolchain": "NTTOOLCHAIN", "arch": "NTARCH", "flavor": "NTFLAVOR"}


def driver_matrix(
    env: Any,
    variables: Any = None,
    defaults: Mapping[str, str] | None = None,
    targets: str = TARGETS,
) -> list[Any]:
    """One environment for each cell that toolchain=, arch= and flavor= select.

    ``variables``: a Variables object with the variables of the project itself; others are refused.
    ``defaults``: what is built when the command line does not say. ``targets``: for the help text.
    The target ``release`` adds the cells of a release: the default toolchain, and the default
    machines or else every machine.
    """
    variables = variables or SCons.Variables.Variables(None, SCons.Script.ARGUMENTS)
    given = dict(defaults or {})
    usual = {**matrix.DEFAULTS, **given}
    allowed = {
        "toolchain": ("whose compiler", tuple(known_toolchains())),
        "arch": ("for which machine", MACHINES),
        "flavor": ("optimised or not", FLAVORS),
    }
    for name, (about, values) in allowed.items():
        text = f"{about}: {', '.join(values)}, several with commas, or all"
        variables.Add(name, text, usual[name])
    for name, text in MEANS.items():
        variables.Add(name, text, "")
    chosen = env.Clone()
    variables.Update(chosen)
    # Positional: append and keep_local, which SCons 4.8 names differently.
    text = HELP.format(targets=targets) + variables.GenerateHelpText(chosen)
    env.Help(text, True, True)  # noqa: FBT003
    _refuse_unknown(variables)
    env = env.Clone(
        **{
            name: chosen[name]
            for name in variables.keys()  # noqa: SIM118 - not a dictionary
            if name in chosen and name not in {*allowed, *MEANS}
        },
        NTLAUNCHER=chosen["launcher"],
    )
    if chosen["cache"]:
        folder = Path(chosen["cache"]).expanduser()
        with suppress(OSError):  # SCons makes the last folder only, and says what fails
            folder.parent.mkdir(parents=True, exist_ok=True)
        env.CacheDir(str(folder))
    selected = {name: chosen[name] for name in allowed}
    named = [str(each) for each in SCons.Script.COMMAND_LINE_TARGETS]
    cells = [] if named == ["release"] else _select(selected)
    if "release" in named:
        every = {"toolchain": usual["toolchain"], "arch": given.get("arch", "all")}
        shipped = {name: SCons.Script.ARGUMENTS.get(name, value) for name, value in every.items()}
        cells = list(dict.fromkeys((*cells, *_select({**shipped, "flavor": "release"}))))
        env = env.Clone(NTRELEASE=env)
    made = [env.Clone(NTFROMMATRIX=True) for _ in cells]
    for each, cell in zip(made, cells, strict=True):
        configure(each, cell)
    return made


def refuse_ignored_selection(env: Any) -> None:
    """Raise UserError for arch=, ... that an environment outside of a matrix does not obey."""
    if env.get("NTFROMMATRIX"):
        return
    # SCons sets what an Environment was called with once more, after its tools.
    env["NTARCH"] = matrix.machine_named(env["NTARCH"])
    for name, key in _OF_THE_CELL.items():
        given = SCons.Script.ARGUMENTS.get(name)
        wanted = matrix.machine_named(given) if given and name == "arch" else given
        if wanted not in (None, env[key]):
            hint = "use ntbuild.project() or env.DriverMatrix(), which obey the command line"
            fail_at_caller(
                env, f"{name}={given} has no effect: the driver is for {env['NTCELL']}; {hint}"
            )


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
