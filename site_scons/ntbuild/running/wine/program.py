"""The program that starts a driver in Wine: ``toolchains/wine/control.c``, compiled once."""

import hashlib
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ntbuild.compilers.definitions import import_definition
from ntbuild.compilers.matrix import known_toolchain, toolchains_folder
from ntbuild.compilers.toolchain import Toolchain, ToolchainError
from ntbuild.running.cache import BuildError, cache_folder
from ntbuild.support.outputs import write_all
from ntbuild.support.text import printable

_MODULES: Final = ("kernel32", "advapi32", "ntdll")
_MACHINE: Final = "x64"


def source() -> Path:
    """The program's source."""
    return toolchains_folder() / "wine" / "control.c"


def cached_program() -> Path:
    """The program's image, made when it is not in the cache. Raises BuildError."""
    toolchain = known_toolchain("zig")
    if toolchain is None:
        raise BuildError("toolchain zig is missing")
    flags = toolchain.flags(_MACHINE, "release", "c", has_try=False)
    digest = hashlib.sha256(source().read_bytes() + " ".join(flags).encode()).hexdigest()[:12]
    path = cache_folder() / f"wine-control-{digest}.exe"
    if not path.is_file():
        with tempfile.TemporaryDirectory(prefix="ntbuild-wine-") as folder:
            write_all([(path, _linked(toolchain, Path(folder)))])
    return path


def _linked(toolchain: Toolchain, folder: Path) -> bytes:
    from ntbuild.pecoff.machine import MACHINES  # noqa: PLC0415 - once a cache
    from ntbuild.pelink.libraries.import_library import write_import_library  # noqa: PLC0415 - same
    from ntbuild.pelink.libraries.module_definition import parse_def  # noqa: PLC0415 - same
    from ntbuild.pelink.options import LinkOptions  # noqa: PLC0415 - same
    from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - same

    made = folder / "control.obj"
    try:
        argv = [*toolchain.locate(_MACHINE).argv]
        argv += toolchain.flags(_MACHINE, "release", "c", has_try=False)
        argv += toolchain.header_flags(_MACHINE)
    except ToolchainError as error:
        raise BuildError(str(error)) from error
    done = subprocess.run(
        [*argv, "-fno-builtin", "-c", str(source()), "-o", str(made)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        lines = [each for each in said if "error:" in each] or said
        raise BuildError(f"control.c: {printable(lines[0])}")
    inputs = [made]
    for module in _MODULES:
        text = import_definition(module, _MACHINE, toolchain.directory / "defs")
        definition = parse_def(text, f"{module}.def", MACHINES[_MACHINE])
        library = folder / f"{module}.lib"
        library.write_bytes(write_import_library(definition, MACHINES[_MACHINE]))
        inputs.append(library)
    options = LinkOptions(
        out="control.exe", machine=_MACHINE, subsystem="console", entry="start", nodefaultlib=True
    )
    return link(inputs, options).image
