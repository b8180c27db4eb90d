"""The engine ``speakeasy``: a plan in, a report out.

    report = run(Plan("hello.sys", "x64"))
    report.verdict                                                          # "proved"

Speakeasy emulates drivers for those who analyse malware; its kernel and its loader are its own.
It needs an older Unicorn than the engine ``unicorn``, so it has a Python environment of its own:
that of the command ``speakeasy`` on the PATH, as pipx installs it, or the interpreter that
``NTBUILD_SPEAKEASY`` names.

Limits: x64 and x86. It has few routines, makes requests without buffers and no calls of a
``run=``, and checks no levels, rights of sections or what is left behind.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from ntbuild.running.addresses import place_in
from ntbuild.running.engines import AbsentError
from ntbuild.running.plan import Plan
from ntbuild.running.report import BROKEN, PROVED, REFUSED, UNKNOWN, EngineReport
from ntbuild.support.text import printable

NAME: Final = "speakeasy"
INSTALL: Final = "pipx install speakeasy-emulator"
_VARIABLE: Final = "NTBUILD_SPEAKEASY"
_SCRIPT: Final = Path(__file__).with_name("script.py")
_LOADING: Final = 30
"""Seconds that Speakeasy may need beyond the driver's time."""
_ENTRY, _UNLOAD = "entry_point", "driver_unload"
_PRINTS: Final = {"DbgPrint": 0, "DbgPrintEx": 2}
"""Which argument of a routine is the text that it prints."""
_ERRORS: Final = {
    "max_api_count": "calls routines without end",
    "invalid_read": "reads",
    "invalid_write": "writes to",
    "invalid_fetch": "executes",
}


def version() -> str:
    """Speakeasy's version, from the record of its installation. Raises AbsentError."""
    folders = interpreter().parent.parent.glob("lib*/python*/site-packages")
    prefix = "speakeasy_emulator-"
    for folder in folders:
        for record in sorted(folder.glob(f"{prefix}*.dist-info")):
            return record.name.removeprefix(prefix).removesuffix(".dist-info")
    raise AbsentError(f"speakeasy is not in {interpreter().parent.parent}: {INSTALL}")


def interpreter() -> Path:
    """The Python that has Speakeasy. Raises AbsentError."""
    named = os.environ.get(_VARIABLE)
    if named:
        if not Path(named).is_file():
            raise AbsentError(f"{_VARIABLE}: {printable(named)} is no file: {INSTALL}")
        return Path(named)
    command = shutil.which("speakeasy")
    if command is None:
        raise AbsentError(f"speakeasy is not installed: {INSTALL}")
    with open(command, "rb") as file:  # noqa: PTH123 - one line of it
        line = file.readline(1024)
    path = Path(os.fsdecode(line[2:].strip()))
    if not line.startswith(b"#!") or not path.is_file():
        raise AbsentError(f"{printable(command)} names no Python; set {_VARIABLE}")
    return path


def run(plan: Plan) -> EngineReport:
    """Run a driver; what is wrong with it is in the report."""
    name = version()
    if plan.needs:
        return EngineReport(NAME, name, UNKNOWN, why="loads no images that a driver imports from")
    argv = [str(interpreter()), "-I", str(_SCRIPT), plan.image, str(plan.timeout)]
    try:
        done = subprocess.run(
            argv,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=plan.timeout + _LOADING,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return EngineReport(NAME, name, REFUSED, why=f"did not end in {plan.timeout} s")
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        return EngineReport(NAME, name, BROKEN, why=f"speakeasy: {printable(said[-1])}")
    return report_of(plan, name, json.loads(lines[-1]))


def report_of(plan: Plan, version_: str, found: dict[str, Any]) -> EngineReport:
    """The report of what `script.py` says."""
    if "fault" in found:
        return EngineReport(NAME, version_, UNKNOWN, why=found["fault"])
    stages: dict[str, Any] = {"mapped": {}, "loaded": {"base": f"{found['base']:#x}"}}
    verdict, why = PROVED, None
    for entry in found["runs"]:
        verdict, why = _verdict(plan, entry, found)
        if why:
            break
        _add_stage(stages, entry)
    if verdict == PROVED and "started" not in stages:
        verdict, why = UNKNOWN, "does not call an entry point"
    elif verdict == PROVED and plan.calls:
        verdict, why = UNKNOWN, "makes no calls that a SConscript describes"
    calls = [call for entry in found["runs"] for call in entry["calls"]]
    return EngineReport(
        name=NAME,
        version=version_,
        verdict=verdict,
        stages=stages,
        why=why,
        printed=tuple(_printed(calls)),
        called=tuple(sorted({_routine(name) for name, _ in calls})),
    )


def _verdict(plan: Plan, entry: dict[str, Any], found: dict[str, Any]) -> tuple[str, str | None]:
    """The verdict about one call of the driver, and the reason unless all is well."""
    error, doing = entry["error"], _words(entry["kind"])
    kind = error.get("type")
    if kind == "unsupported_api":
        return UNKNOWN, f"{doing}: calls {_routine(error['api_name'])}, which Speakeasy lacks"
    if kind:
        what = _ERRORS.get(kind, printable(kind).replace("_", " "))
        address = f" {error['address']}" if kind.startswith("invalid_") else ""
        counter = error.get("pc", "0x0")
        where = place_in(Path(plan.image), int(counter, 16) - found["base"]) or counter
        return REFUSED, f"{doing}: at {where}: {what}{address}"
    if entry["result"] is None:
        return REFUSED, f"{doing}: did not end in {plan.timeout} s"
    if entry["kind"] == _ENTRY and int(entry["result"], 16) >> 31 & 1:
        return REFUSED, f"{doing}: returns {_status(entry)}"
    return PROVED, None


def _add_stage(stages: dict[str, Any], entry: dict[str, Any]) -> None:
    if entry["kind"] == _ENTRY:
        stages["started"] = {"status": _status(entry)}
        stages["served"] = []
    elif entry["kind"] == _UNLOAD:
        stages["unloaded"] = {"routine": "DriverUnload"}
    elif entry["kind"].startswith("irp_mj_"):
        made = {"request": _words(entry["kind"]), "status": _status(entry)}
        stages.setdefault("served", []).append({**made, "information": 0, "output": ""})


def _status(entry: dict[str, Any]) -> str:
    return f"{int(entry['result'], 16) & 0xFFFFFFFF:#010x}"


def _words(kind: str) -> str:
    known = {_ENTRY: "DriverEntry", _UNLOAD: "unload"}
    return known.get(kind, printable(kind).removeprefix("irp_mj_").replace("_", " "))


def _routine(name: str) -> str:
    """``ntoskrnl.exe!DbgPrint`` of ``ntoskrnl.DbgPrint``."""
    module, _, routine = printable(name).rpartition(".")
    suffix = {"ntoskrnl": ".exe", "hal": ".dll"}.get(module.lower(), ".sys")
    return f"{module}{suffix}!{routine}"


def _printed(calls: list[list[Any]]) -> list[str]:
    lines = []
    for name, words in calls:
        at = _PRINTS.get(name.rpartition(".")[2])
        if at is not None and at < len(words):
            lines += [printable(line) for line in words[at].splitlines()]
    return lines
