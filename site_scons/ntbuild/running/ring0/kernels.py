"""Kernels of one's own: booted in the emulator, judged by what they print.

A kernel is proved when it ends the machine within the time limit and has printed, in this order,
every text that is expected. It finds its modules in memory as the engine's own kernel does: a table
of offset, size and name (`boot.bundle`).

It ends the machine through QEMU's ``isa-debug-exit`` at port 0x501 on a PC, and by PSCI's
SYSTEM_OFF on the machine "virt"; it prints to port 0xe9, and to the PL011 at 0x09000000.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.flat import entry_address
from ntbuild.pecoff.image.view import ImageView
from ntbuild.running.engines import AbsentError
from ntbuild.running.judge import judged
from ntbuild.running.plan import Plan
from ntbuild.running.report import ABSENT, BROKEN, PROVED, REFUSED, EngineReport, Report
from ntbuild.running.values import Run
from ntbuild.support.text import printable

from .boot import LARGEST_BUNDLE, Output, bundle, command, execute, program
from .build import Kernel
from .engine import NAME, emulator_version


def boot_kernel(
    name: str, machine: str, image: Path, flat: Path, modules: Sequence[Path], how: Run
) -> Report:
    """Boot a flat image with modules; ``image`` is what it was made of. One engine is wanted."""
    content = image.read_bytes()
    plan = Plan(image=str(image), machine=machine, timeout=how.timeout)
    report = judged(_boot(plan, content, flat, modules), plan, how.prints)
    return Report(
        image=printable(name),
        sha256=hashlib.sha256(content).hexdigest(),
        machine=machine,
        wanted=1,
        engines=(report,),
    )


def _boot(plan: Plan, content: bytes, flat: Path, modules: Sequence[Path]) -> EngineReport:
    if program(plan.machine) is None:
        return EngineReport(NAME, "", ABSENT, why=f"no emulator of {plan.machine} is installed")
    try:
        version = emulator_version()
        base = ImageView(content).optional_header.ImageBase
        kernel = Kernel(flat, base, entry_address(content))
    except (AbsentError, FormatError) as error:
        return EngineReport(NAME, "", BROKEN, why=str(error))
    packed = bundle(plan, [(each.name, each.read_bytes()) for each in modules], ())
    if len(packed) > LARGEST_BUNDLE:
        why = f"the modules have more than {LARGEST_BUNDLE >> 20} MiB together"
        return EngineReport(NAME, version, REFUSED, why=why)
    with tempfile.TemporaryDirectory(prefix="ntbuild-boot-") as folder:
        file = Path(folder) / "modules"
        file.write_bytes(packed)
        output = execute(command(plan.machine, kernel, file), plan.timeout)
    return _report(plan, version, output)


def _report(plan: Plan, version: str, output: Output) -> EngineReport:
    printed = tuple(printable(line) for line in output.text.splitlines())
    why = None
    if output.is_too_long:
        why = "prints without end"
    elif output.is_late:
        why = f"did not end in {plan.timeout} s"
    elif not printed:
        lines = output.errors.strip().splitlines()
        why = (
            printable(lines[-1]) if lines else "the machine reset itself before it printed anything"
        )
    verdict = PROVED if why is None else REFUSED
    stages: dict[str, Any] = {"started": {}} if printed else {}
    return EngineReport(NAME, version, verdict, stages, why, printed)
