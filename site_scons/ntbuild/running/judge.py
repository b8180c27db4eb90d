"""Whether a driver printed and answered what was expected; the same for all engines.

An engine reports each request that it made in the stage ``served``: ``{"request": ..., "status":
"0x00000000", "information": 4, "output": "2a000000"}``. Entries with ``call`` are those of the
plan's calls, with their index.
"""

from collections.abc import Sequence

from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .plan import Plan
from .report import PROVED, REFUSED, EngineReport
from .values import Write

_MOST_SHOWN = 16
"""Bytes of an answer that a message shows."""


def judged(report: EngineReport, plan: Plan, prints: Sequence[str]) -> EngineReport:
    """The report; refused when it was proved and an expectation is not met."""
    if report.verdict != PROVED:
        return report
    why = _missing_print(report.printed, prints)
    if why and report.stays:
        why = f"{report.stays}, so no line is of its unload; {why}"
    why = why or _wrong_answer(report, plan)
    return report if why is None else replace(report, verdict=REFUSED, why=why)


def _missing_print(printed: Sequence[str], prints: Sequence[str]) -> str | None:
    lines = iter(printed)
    for text in prints:
        if not any(text in line for line in lines):
            after = " after those before it" if any(text in line for line in printed) else ""
            return f"prints: no line with {text!r}{after}"
    return None


def _wrong_answer(report: EngineReport, plan: Plan) -> str | None:
    served = {entry["call"]: entry for entry in report.stages.get("served", []) if "call" in entry}
    for index, call in enumerate(plan.calls):
        place = f"calls[{index}] ({type(call).__name__})"
        entry = served.get(index)
        if entry is None:
            return f"{place} was not made: the driver has no device that takes requests"
        if call.status is not None and int(entry["status"], 16) != call.status:
            return f"{place}: status {entry['status']}, expected {call.status:#010x}"
        expect = None if isinstance(call, Write) else call.expect
        output = bytes.fromhex(entry["output"])
        if expect is not None and output != expect:
            return f"{place}: answered {_shown(output)}, expected {_shown(expect)}"
    return None


def _shown(content: bytes) -> str:
    more = "..." if len(content) > _MOST_SHOWN else ""
    return printable(f"{len(content)} bytes {content[:_MOST_SHOWN].hex(' ')}{more}")
