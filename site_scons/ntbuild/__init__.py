"""Windows NT kernel drivers from any machine: a linker, a validator and SCons tools.

The public names are imported when they are first used: a build that has nothing to do must not
pay for numpy, which the linker needs.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from .support.version import __version__

if TYPE_CHECKING:
    from .building.version_info import VersionInfo
    from .building.wpp import Wpp
    from .compilers.toolchain import Toolchain, ToolchainError
    from .compilers.toolchain_file import load_toolchains
    from .compilers.toolpath import TOOLPATH
    from .packaging.sign import Sign
    from .pecheck import check
    from .pecheck.suppressions import Allow
    from .pelink.diagnostics import Diagnostic, LinkError
    from .pelink.options import Export, LinkOptions, Section
    from .pelink.pipeline import LinkResult, link
    from .pelink.spelling.link_exe import options_from_argv, options_to_argv
    from .projects.project import project
    from .running.values import Ioctl, Read, Run, Write, ctl_code

_THREADS = "OPENBLAS_NUM_THREADS"

_HOME = {
    "Allow": ".pecheck.suppressions",
    "Diagnostic": ".pelink.diagnostics",
    "Export": ".pelink.options",
    "Ioctl": ".running.values",
    "LinkError": ".pelink.diagnostics",
    "LinkOptions": ".pelink.options",
    "LinkResult": ".pelink.pipeline",
    "Read": ".running.values",
    "Run": ".running.values",
    "Section": ".pelink.options",
    "Sign": ".packaging.sign",
    "TOOLPATH": ".compilers.toolpath",
    "Toolchain": ".compilers.toolchain",
    "ToolchainError": ".compilers.toolchain",
    "VersionInfo": ".building.version_info",
    "Wpp": ".building.wpp",
    "Write": ".running.values",
    "check": ".pecheck",
    "ctl_code": ".running.values",
    "link": ".pelink.pipeline",
    "load_toolchains": ".compilers.toolchain_file",
    "options_from_argv": ".pelink.spelling.link_exe",
    "options_to_argv": ".pelink.spelling.link_exe",
    "project": ".projects.project",
}

__all__ = [
    "TOOLPATH",
    "Allow",
    "Diagnostic",
    "Export",
    "Ioctl",
    "LinkError",
    "LinkOptions",
    "LinkResult",
    "Read",
    "Run",
    "Section",
    "Sign",
    "Toolchain",
    "ToolchainError",
    "VersionInfo",
    "Wpp",
    "Write",
    "__version__",
    "check",
    "ctl_code",
    "link",
    "load_toolchains",
    "options_from_argv",
    "options_to_argv",
    "project",
]


def __getattr__(name: str) -> Any:
    """Import a public name's module when the name is first used (PEP 562)."""
    if name not in _HOME:
        if "SCons.Script" in sys.modules and not name.startswith("_"):
            # A SConscript is wrong: `from ntbuild import IOctl` gets a line of its own, too.
            import_module(".projects.frames", __name__).show_errors_of_values()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with _numpy_alone():
        found = globals()[name] = getattr(import_module(_HOME[name], __name__), name)
    return found


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})


@contextmanager
def _numpy_alone() -> Iterator[None]:
    """Import numpy without the threads that linear algebra would have.

    To start them takes as long as the rest of its import. Who imports numpy first, or sets the
    variable, has them.
    """
    if "numpy" in sys.modules or _THREADS in os.environ:
        yield
        return
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(_THREADS, None)  # programs that this process starts need not know
