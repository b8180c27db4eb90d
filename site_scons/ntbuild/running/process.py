"""An engine in a process of its own: limits on time and memory, closed input, one answer.

The process is ``python -m ntbuild.running``. It gets the plan as a file and writes its report to
another one. It leads a process group of its own, so that an emulator which it started ends with it.
A driver that makes an engine loop or take all memory is refused, an engine that crashes is broken.

Limits: without the module ``resource`` (on Windows) there is no limit on memory.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .engines import AbsentError, Engine
from .plan import Plan
from .report import ABSENT, BROKEN, PROVED, REFUSED, TIMED, EngineReport, engine_report_from_json

MEMORY_EXIT: Final = 86
"""Exit code of a process that ran out of the memory that it may use."""

LARGEST: Final = 16 << 20
"""Bytes of a report that are read."""

_HOME: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the package."""


def run_engine(engine: Engine, plan: Plan) -> EngineReport:
    """Run an engine; it never raises for what a driver or an engine does."""
    if plan.machine not in engine.machines:
        return EngineReport(engine.name, "", ABSENT, why=f"does not know {plan.machine}")
    try:
        module = engine.load()
        version = str(module.version())
        if hasattr(module, "prepare"):
            module.prepare(plan.machine)
    except AbsentError as absent:
        return EngineReport(engine.name, "", ABSENT, why=str(absent))
    except Exception as bug:  # noqa: BLE001 - the engine's fault, not the driver's
        why = f"{type(bug).__name__}: {printable(str(bug))}"
        return EngineReport(engine.name, "", BROKEN, why=why)
    report = _run_once(engine, plan, version)
    if report.verdict != PROVED or not report.stages.get(TIMED):
        return report
    # A timer that has fired need not be cancelled: what forgets to is seen when it is still set.
    hasty = _run_once(engine, replace(plan, at_once=True), version)
    if hasty.verdict != REFUSED:
        return report
    return replace(hasty, why=f"removed before its timers are due: {hasty.why}")


def _run_once(engine: Engine, plan: Plan, version: str) -> EngineReport:
    with tempfile.TemporaryDirectory(prefix="ntbuild-run-") as folder:
        return _run_in(Path(folder), engine, plan, version)


def _run_in(folder: Path, engine: Engine, plan: Plan, version: str) -> EngineReport:
    asked, answer, errors = folder / "plan.json", folder / "report.json", folder / "errors"
    asked.write_text(plan.to_json(), encoding="utf-8")
    command = [sys.executable, "-m", "ntbuild.running", engine.name, str(asked), str(answer)]
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=_environment(),
            start_new_session=True,
        )
        try:
            code: int | None = process.wait(plan.timeout + engine.grace)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            _end(process)
    if code is None:
        why = f"did not end in {plan.timeout} s, and neither did its engine"
        return EngineReport(engine.name, version, REFUSED, why=why)
    if code == MEMORY_EXIT:
        why = f"needs more than the {engine.memory} MiB that a run may use"
        return EngineReport(engine.name, version, REFUSED, why=why)
    if code != 0 or not answer.is_file() or answer.stat().st_size > LARGEST:
        return EngineReport(engine.name, version, BROKEN, why=_reason(code, errors))
    return engine_report_from_json(json.loads(answer.read_text(encoding="utf-8")))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and all that it started."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _environment() -> dict[str, str]:
    """The caller's environment; the package comes from where this one does."""
    paths = [str(_HOME), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        "PYTHONHASHSEED": "0",
    }


def _reason(code: int, errors: Path) -> str:
    if code < 0:
        with suppress(ValueError):
            return f"the engine was ended by {signal.Signals(-code).name}"
    lines = errors.read_bytes()[-4096:].decode("utf-8", "replace").strip().splitlines()
    return f"the engine failed: {printable(lines[-1])}" if lines else f"the engine exited: {code}"
