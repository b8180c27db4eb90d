"""SCons tool: ``env.Driver("hello", ["hello.c"])`` compiles, links and validates a kernel driver.

With `ntbuild.projects` the only room that imports SCons. It turns declarations into nodes and
decides nothing about images. A tool runs once per environment, so `generate` completes an
environment for one cell (a toolchain, a machine and a flavor), and ``env.DriverMatrix`` returns a
copy of the environment for each cell that the command line selects.

A project outside of this repository says
``Environment(tools=["ntdriver"], toolpath=ntbuild.TOOLPATH)``, or has copies of ``site_scons`` and
``toolchains``.
"""

import gc
import optparse
import os
from contextlib import suppress
from typing import Any, Final

import SCons.Script

from ntbuild.compilers import matrix
from ntbuild.projects.frames import from_sconscript, show_errors_of_values

from .builder import add_builders
from .cache import CheckedCache
from .cells import driver_matrix
from .compile import add_compilers, configure
from .directives import add_link_builder
from .drivers import DriverNodes, ExportDriverNodes, driver, driver_library, export_driver
from .kernels import (
    EfiNodes,
    ElfNodes,
    KernelNodes,
    efi_application,
    elf_module,
    kernel,
    kernel_run,
)
from .project import declare_project
from .resources import SCANNER
from .running import add_report
from .screen.progress import show_line

__all__ = [
    "DriverNodes",
    "EfiNodes",
    "ElfNodes",
    "ExportDriverNodes",
    "KernelNodes",
    "exists",
    "generate",
]

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

OPTIONS: Final = {
    "verbose": "Print the full command lines; those of links can be run by hand.",
    "strict": "Make warnings of pelink, pecheck, runs and INF files errors.",
    "unsigned": "Sign no packages: for ntbuild rebuild, or for another signer.",
    "keep-refused": "Keep an image that pecheck refuses as NAME.sys.refused, for pecheck dump.",
}
"""Options that the tool adds to the command scons."""

_COLLECT_AFTER: Final = 100_000


def exists(_env: Any) -> bool:
    """Always: compilers are looked for when a cell is configured."""
    return True


@from_sconscript
def generate(env: Any, **_keywords: Any) -> None:
    """Complete an environment for one cell: NTTOOLCHAIN, NTARCH and NTFLAVOR, or the defaults.

    NTBUILD is the folder for files that drivers share. Raises UserError for an unknown name and a
    compiler that is not installed.
    """
    _add_options()
    show_errors_of_values()
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
    env.SetDefault(CACHEDIR_CLASS=CheckedCache, PRINT_CMD_LINE_FUNC=show_line)
    _collect_rarely()
    add_compilers(env)
    add_builders(env, SCANNER)
    add_link_builder(env)
    add_report(env)
    env.AddMethod(from_sconscript(driver), "Driver")
    env.AddMethod(from_sconscript(export_driver), "ExportDriver")
    env.AddMethod(from_sconscript(driver_library), "DriverLibrary")
    env.AddMethod(from_sconscript(_driver_package), "DriverPackage")
    env.AddMethod(from_sconscript(_rust_library), "RustLibrary")
    env.AddMethod(from_sconscript(_rust_driver), "RustDriver")
    env.AddMethod(from_sconscript(kernel), "Kernel")
    env.AddMethod(from_sconscript(kernel_run), "KernelRun")
    env.AddMethod(from_sconscript(elf_module), "ElfModule")
    env.AddMethod(from_sconscript(efi_application), "EfiApplication")
    env.AddMethod(from_sconscript(driver_matrix), "DriverMatrix")
    env.AddMethod(from_sconscript(declare_project), "DeclareProject")
    machine = matrix.machine_named(env["NTARCH"])
    configure(env, matrix.Cell(env["NTTOOLCHAIN"], machine, env["NTFLAVOR"]))


def _driver_package(env: Any, name: str, drivers: Any, **keywords: Any) -> Any:
    """``env.DriverPackage``, imported when a SConscript has packages."""
    from .packages import driver_package  # noqa: PLC0415 - few builds need what it imports

    return driver_package(env, name, drivers, **keywords)


def _rust_library(env: Any, name: str, crate: Any, **keywords: Any) -> Any:
    """``env.RustLibrary``, imported when a SConscript has crates."""
    from .rust import rust_library  # noqa: PLC0415 - few builds need what it imports

    return rust_library(env, name, crate, **keywords)


def _rust_driver(env: Any, name: str, crate: Any, **keywords: Any) -> DriverNodes:
    """``env.RustDriver``, imported when a SConscript has crates."""
    from .rust import rust_driver  # noqa: PLC0415 - as above

    return rust_driver(env, name, crate, **keywords)


def _add_options() -> None:
    """Add the command's options; an environment before this one may have added them."""
    for name, text in OPTIONS.items():
        with suppress(optparse.OptionConflictError):
            SCons.Script.AddOption(
                f"--{name}",
                dest=f"ntdriver_{name.replace('-', '_')}",
                action="store_true",
                default=False,
                help=text,
            )


def _collect_rarely() -> None:
    """Raise the threshold of the garbage collector: SCons's nodes live as long as SCons does.

    With the interpreter's own thresholds collecting takes a fifth of a build with nothing to do.
    """
    newest, *older = gc.get_threshold()
    if 0 < newest < _COLLECT_AFTER:
        gc.set_threshold(_COLLECT_AFTER, *older)
