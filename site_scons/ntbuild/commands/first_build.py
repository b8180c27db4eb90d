"""A driver of a few lines, compiled, linked and validated: proof that drivers can be built here.

It takes the same compiler, flags, headers and export list as a build, without SCons and without a
file that stays.
"""

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ntbuild.compilers.libraries import import_source
from ntbuild.compilers.toolchain import Toolchain, ToolchainError
from ntbuild.pecheck.check import check_image
from ntbuild.pecheck.rule import Level
from ntbuild.pecheck.rules import RULES
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from ntbuild.pelink.pipeline import link
from ntbuild.pelink.spelling.link_exe import options_from_argv

_SOURCE: Final = """#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Driver);
    DbgPrint("%wZ\\n", Path);
    return STATUS_SUCCESS;
}
"""


def build_hello(toolchain: Toolchain, machine: str) -> int:
    """Build the driver; its size in bytes. Raises ToolchainError, which says what failed."""
    argv = toolchain.compile_argv(machine, "release", "c")
    with tempfile.TemporaryDirectory(prefix="ntbuild-") as name:
        folder = Path(name)
        (folder / "hello.c").write_text(_SOURCE, encoding="utf-8")
        command = [*argv, "-c", "hello.c", "-o", "hello.obj"]
        try:
            done = subprocess.run(
                command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ToolchainError(f"{argv[0]}: {error}") from error
        if done.returncode:
            first = next(iter(done.stderr.splitlines()), f"status {done.returncode}")
            raise ToolchainError(f"the compiler refuses a driver of ten lines: {first}")
        return _linked(toolchain, machine, folder)


def _linked(toolchain: Toolchain, machine: str, folder: Path) -> int:
    target = MACHINES[machine]
    source = import_source(toolchain, "ntoskrnl", machine)
    inputs = [str(folder / "hello.obj")]
    if source.archive is not None:
        inputs.append(str(source.archive))
    if source.definition is not None:
        parsed = parse_def(source.definition, "ntoskrnl.def", target)
        library = folder / "ntoskrnl.lib"
        library.write_bytes(write_import_library(parsed, target, mingw=True, kill_at=True))
        inputs.append(str(library))
    try:
        words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}", "/out:hello.sys"]
        image = link(inputs, options_from_argv(words)).image
    except LinkError as error:
        raise ToolchainError(f"the link fails: {str(error).splitlines()[0]}") from error
    result = check_image(image, "hello.sys", CheckSettings(), RULES.values())
    errors = [each for each in result.findings if each.level >= Level.ERROR]
    if errors:
        raise ToolchainError(f"the image is not valid: {errors[0]}")
    return len(image)
