"""The engine ``qemu``: a plan in, a report out.

    report = run(Plan("hello.sys", "x64"))
    report.verdict                                                          # "proved"

The driver runs in ring 0 (EL1, supervisor mode) of an emulated machine, below a kernel that is
compiled and linked by this project (`build`) and boots without firmware. Pages have the access that
their sections ask for, blocks of the pool end where a page ends, and what is discarded is not there
any more: the processor itself finds what a driver may not do.

Limits: one processor, no interrupts, no hardware. Threads that a driver starts do not run.
"""

import functools
import hashlib
import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ntbuild.running.cache import BuildError, cache_folder
from ntbuild.running.engines import AbsentError
from ntbuild.running.plan import Plan
from ntbuild.running.report import BROKEN, REFUSED, EngineReport
from ntbuild.support.outputs import write_all
from ntbuild.support.text import printable

from .boot import LARGEST_BUNDLE, PROGRAMS, Output, bundle, command, execute, program
from .build import cached_kernel, fingerprint

if TYPE_CHECKING:
    from ntbuild.running.transcript import Transcript

NAME = "qemu"
_VERSION: Final = re.compile(r"version (\d+(?:\.\d+)+)")
_MODULE: Final = re.compile(rb"[\w-]{1,58}\.(?:exe|dll|sys)\0", re.IGNORECASE)


def version() -> str:
    """The emulator's version and the kernel's. Raises AbsentError."""
    return f"{emulator_version()}, kernel {fingerprint()}"


def emulator_version() -> str:
    """The emulator's version. Raises AbsentError."""
    for machine in PROGRAMS:
        path = program(machine)
        if path is not None:
            return _version_of(path)
    packages = sorted({package for _, package in PROGRAMS.values()})
    raise AbsentError(f"qemu is not installed: apt install {' '.join(packages)}")


@functools.cache
def _version_of(path: str) -> str:
    """Asked once for each file: its start is the longest part of a build with nothing to do."""
    about = Path(path).stat()
    name = f"{path}\0{about.st_mtime_ns}\0{about.st_size}"
    try:
        kept = cache_folder() / f"qemu-{hashlib.sha256(name.encode()).hexdigest()[:12]}.version"
    except BuildError:
        return _asked_version(path)
    if not kept.is_file():
        write_all([(kept, _asked_version(path).encode())])
    return kept.read_text(encoding="ascii")


def _asked_version(path: str) -> str:
    done = subprocess.run(
        [path, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    found = _VERSION.search(done.stdout)
    return found[1] if found else "of no known version"


def require(machine: str) -> None:
    """Nothing, if the emulator of a machine is installed: each has its own. Raises AbsentError."""
    if program(machine) is None:
        name, package = PROGRAMS[machine]
        raise AbsentError(f"{name} is not installed: apt install {package}")


def prepare(machine: str) -> None:
    """Make the kernel of a machine unless it is there. Raises AbsentError and BuildError."""
    require(machine)
    cached_kernel(machine)


def run(plan: Plan) -> EngineReport:
    """Run a driver; what is wrong with it is in the report."""
    files = [Path(each) for each in (*plan.needs, plan.image)]
    images = [(printable(each.name), each.read_bytes()) for each in files]
    try:
        kernel = cached_kernel(plan.machine)
    except BuildError as error:
        return EngineReport(NAME, version(), BROKEN, why=str(error))
    content = bundle(plan, images, _exports(plan.machine, images))
    if len(content) > LARGEST_BUNDLE:
        why = f"the images have more than {LARGEST_BUNDLE >> 20} MiB together"
        return EngineReport(NAME, version(), REFUSED, why=why)
    with tempfile.TemporaryDirectory(prefix="ntbuild-qemu-") as folder:
        file = Path(folder) / "bundle"
        file.write_bytes(content)
        output = execute(command(plan.machine, kernel, file), plan.timeout)
    return _report(plan, output)


def _report(plan: Plan, output: Output) -> EngineReport:
    from ntbuild.running.transcript import (  # noqa: PLC0415 - a build asks for the version only
        read_transcript,
        with_function_names,
    )

    found = read_transcript(output.text)
    verdict, why = _verdict(plan, output, found)
    if why:
        why = with_function_names(why, _function_name)
    return EngineReport(
        name=NAME,
        version=version(),
        verdict=verdict,
        stages=found.stages,
        why=why,
        printed=tuple(found.printed),
        called=tuple(sorted(with_function_names(each, _function_name) for each in found.called)),
        callbacks=tuple(sorted(found.callbacks, key=lambda each: each.place)),
    )


def _verdict(plan: Plan, output: Output, found: "Transcript") -> tuple[str, str | None]:
    """The verdict, and the reason unless it is proved."""
    if not found.is_booted:
        lines = output.errors.strip().splitlines() or ["the kernel did not start"]
        return BROKEN, printable(lines[-1])
    if found.verdict is not None:
        return found.verdict, found.why
    last = f"; the last stage reached is {list(found.stages)[-1]}" if found.stages else ""
    if output.is_too_long:
        return REFUSED, f"writes to the serial line without end{last}"
    if output.is_late:
        return REFUSED, f"did not end in {plan.timeout} s{last}"
    return REFUSED, f"the machine reset itself (triple fault){last}"


def _exports(machine: str, images: Sequence[tuple[str, bytes]]) -> Iterator[str]:
    """``module!name`` of all exports of the modules that images name.

    Any name in the file counts: import tables may be damaged, and the kernel reads them itself.
    """
    from ntbuild.running.emulated.exports import exports_of  # noqa: PLC0415 - as in _report

    named = {each for _, content in images for each in _MODULE.findall(content)}
    for module in sorted({each[:-1].decode("ascii", "replace").lower() for each in named}):
        for name in exports_of(module, machine) or ():
            yield f"{module}!{name}"


@functools.cache
def _function_names() -> tuple[str, ...]:
    from ntbuild.compilers.kmdf_headers import Headers  # noqa: PLC0415 - for KMDF drivers only
    from ntbuild.compilers.kmdf_tables import read_tables  # noqa: PLC0415 - as above
    from ntbuild.compilers.matrix import toolchains_folder  # noqa: PLC0415 - as above

    rows = read_tables(toolchains_folder() / "kmdf")
    return tuple(name for _, name, _ in Headers(rows).functions)


def _function_name(index: int) -> str | None:
    names = _function_names()
    return names[index] if index < len(names) else None
