"""What an engine saw, and what follows for the driver: the content of ``NAME.run.json``.

Verdicts of one engine:

    proved    all stages were reached, and what was expected came back
    refused   the image or the driver is wrong, or it did not end within its limits
    unknown   it needs a routine that the engine's kernel lacks; the routine is named
    absent    the engine is not installed, or does not know the machine
    broken    the engine itself failed

A driver is ``proved`` by as many engines as are wanted, two unless the run names them, and
``unproved`` by fewer. One refusal refuses it, whatever the others say. The text of a report has no
times and no folders: the same image gives the same bytes.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, field

from .callbacks import Callback, callback_from_json, never_ran, told

SCHEMA: Final = 1

PROVED: Final = "proved"
REFUSED: Final = "refused"
UNKNOWN: Final = "unknown"
UNPROVED: Final = "unproved"
ABSENT: Final = "absent"
BROKEN: Final = "broken"

STAGES: Final = ("mapped", "loaded", "started", "served", "unloaded")
"""The stages of a run in their order; a report has those that were reached."""

UNLOADABLE: Final = "unloadable"
"""False in `EngineReport.stages` for a driver that is never unloaded; it has no last stage."""
LACKS: Final = "lacks"
"""In `EngineReport.stages` beside it: the name of the routine that the driver does not have."""
TIMED: Final = "timed"
"""True in `EngineReport.stages` when a timer without a period fired while nothing was asked."""

MOST_LINES: Final = 200
"""Printed lines that a report keeps."""
LONGEST_LINE: Final = 512

EXIT_CODES: Final[Mapping[str, int]] = {
    PROVED: 0,
    REFUSED: 1,
    BROKEN: 3,
    UNKNOWN: 4,
    UNPROVED: 4,
    ABSENT: 4,
}
"""Exit code of ``ntbuild run`` by verdict; 2 is for unusable input."""


@dataclass(frozen=True, slots=True)
class EngineReport:
    """One engine's report.

    ``stages``: by the names of `STAGES`, values of JSON; and `UNLOADABLE`, `LACKS`, `TIMED`.
    ``why``: the reason unless it is proved.
    ``printed``: lines. ``called``: ``module!routine`` of each kernel routine called, sorted.
    ``callbacks``: functions that the driver has registered, sorted by place.
    """

    name: str
    version: str = ""
    verdict: str = BROKEN
    stages: Mapping[str, Any] = field(default_factory=dict)
    why: str | None = None
    printed: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    callbacks: tuple[Callback, ...] = ()

    @property
    def is_unloadable(self) -> bool:
        """Whether the driver can be unloaded, as far as is known."""
        return self.stages.get(UNLOADABLE) is not False

    @property
    def stays(self) -> str:
        """What is said of a driver that is never unloaded; empty for any other."""
        if self.is_unloadable:
            return ""
        return f"not unloadable (no {self.stages.get(LACKS, 'DriverUnload')})"

    @property
    def reached(self) -> list[str]:
        """The stages that were reached, as people read them."""
        known = [stage for stage in STAGES if stage in self.stages]
        return known if self.is_unloadable else [*known, self.stays]

    def to_json(self) -> dict[str, Any]:
        """The report as values of JSON, with texts cut to their limits."""
        lines = [line[:LONGEST_LINE] for line in self.printed[:MOST_LINES]]
        if len(self.printed) > MOST_LINES:
            lines.append(f"... {len(self.printed) - MOST_LINES} more lines")
        return {
            "name": self.name,
            "version": self.version,
            "verdict": self.verdict,
            "stages": dict(self.stages),
            "why": self.why,
            "printed": lines,
            "called": list(self.called),
            "callbacks": [each.to_json() for each in self.callbacks],
        }


def engine_report_from_json(values: Mapping[str, Any]) -> EngineReport:
    """The report of `EngineReport.to_json`. Raises KeyError and TypeError for other values."""
    known = {**values, "printed": tuple(values["printed"]), "called": tuple(values["called"])}
    known["callbacks"] = tuple(map(callback_from_json, values["callbacks"]))
    return EngineReport(**known)


@dataclass(frozen=True, slots=True)
class Report:
    """The reports of all engines about one image.

    ``wanted``: how many must prove it. ``run``: what was asked of it, by `record.run_to_json`.
    """

    image: str
    sha256: str
    machine: str
    wanted: int
    engines: tuple[EngineReport, ...]
    run: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """The one verdict."""
        return combined([each.verdict for each in self.engines], self.wanted)

    def never_ran(self) -> tuple[list[Callback], int]:
        """The registered functions that no engine called which proved it, and how many there are.

        Of a driver that is not proved nothing is said: what ends a run early calls nothing more.
        """
        if self.verdict not in {PROVED, UNPROVED}:
            return [], 0
        return never_ran(each.callbacks for each in self.engines if each.verdict == PROVED)

    @property
    def note(self) -> str:
        """What belongs behind the verdict: callbacks that never ran, and that it is not unloaded.

        Empty when all ran, and the driver too was unloaded.
        """
        stays = (each.stays for each in self.engines if each.verdict == PROVED)
        return "; ".join(filter(None, (told(*self.never_ran()), next(filter(None, stays), ""))))

    def to_json(self) -> str:
        """The file's text."""
        values = {
            "schema": SCHEMA,
            "image": self.image,
            "sha256": self.sha256,
            "machine": self.machine,
            "wanted": self.wanted,
            "verdict": self.verdict,
            **({"run": dict(self.run)} if self.run else {}),
            "engines": [each.to_json() for each in self.engines],
        }
        return json.dumps(values, indent=1, ensure_ascii=True) + "\n"

    def to_text(self) -> str:
        """For people: a line for the image, then lines for each engine."""
        note = f"; {printable(self.note)}" if self.note else ""
        lines = [f"{printable(self.image)} ({self.machine}): {self.verdict}{note}"]
        for each in self.engines:
            name = f"{each.name} {each.version}".rstrip()
            lines.append(
                f"  {name}: {each.verdict}; reached: {', '.join(each.reached) or 'nothing'}"
            )
            if each.why:
                lines.append(f"    {printable(each.why)}")
            lines += [f"    | {printable(line)}" for line in each.printed[:MOST_LINES]]
        for callback in self.never_ran()[0]:
            shown = f"{callback.routine} ({callback.kind})" if callback.routine else callback.kind
            lines.append(f"  never ran: {printable(shown)} at {printable(callback.place)}")
        return "\n".join(lines)

    def reasons(self) -> list[str]:
        """One line for each engine that did not prove the image.

        Where one proves it that another does not know enough for, the way to ask no other is said.
        """
        known = [each.name for each in self.engines if each.verdict == PROVED]
        more = (
            f"; {known[0]} proves it: engines={known[0]!r} of run= asks no other" if known else ""
        )
        return [
            f"{each.name}: {each.verdict}: {printable(each.why or 'no reason given')}"
            f"{more if each.verdict == UNKNOWN else ''}"
            for each in self.engines
            if each.verdict != PROVED
        ]


def report_from_json(text: str) -> Report:
    """The report whose `Report.to_json` a text is. Raises ValueError, KeyError and TypeError."""
    values = json.loads(text)
    engines = tuple(map(engine_report_from_json, values["engines"]))
    about = (values["image"], values["sha256"], values["machine"], values["wanted"])
    return Report(*about, engines, values.get("run", {}))


def combined(verdicts: Iterable[str], wanted: int) -> str:
    """The verdict about an image from those of its engines."""
    found = list(verdicts)
    for verdict in (REFUSED, BROKEN):
        if verdict in found:
            return verdict
    proofs = found.count(PROVED)
    if proofs >= wanted:
        return PROVED
    if UNKNOWN in found:
        return UNKNOWN
    return UNPROVED if proofs else ABSENT
