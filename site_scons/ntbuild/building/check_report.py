"""``NAME.check.txt``: what pecheck found in an image, written beside it by every build.

    hello.sys: 5120 bytes
    sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    profiles: base,hvci
    hello.sys(.text+0x10): warning DRV305 writable-code: ... [hvci] fix: ... [allowed: ...]

A finding is a line; ``no findings`` stands for none. `read_check_report` reads the text again.
Texts of findings may contain any printable character: a field ends at the first text that the
writer puts behind it, so that a message which contains that text is cut there.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from ntbuild.support.outputs import Content
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from ntbuild.pecheck.suppressions import ReviewedFinding

SUFFIX: Final = ".check.txt"
"""What follows the image's stem in the name of the file."""

_NONE: Final = "no findings"
_HEAD: Final = re.compile(
    r"(?P<name>.*): (?P<size>[0-9]+) bytes\nsha256: (?P<sha256>[0-9a-f]{64})\n"
    r"profiles: (?P<profiles>.*)\n"
)
_LINE: Final = re.compile(
    r"(?P<place>.*?\+0x[0-9a-f]+)\): (?P<level>note|warning|error) (?P<rule>DRV[0-9]{3}) "
    r"(?P<slug>[\w-]+): (?P<text>.*?) \[(?P<profiles>[\w,]*)\] fix: (?P<fix>.*?)"
    r"(?: \[allowed: (?P<allowed>.*)\])?"
)


class CheckReportError(ValueError):
    """A text that is no check report; the message is one line."""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding: ``place`` is ``section+offset``, ``allowed`` the reason for accepting it."""

    rule: str
    slug: str
    level: str
    place: str
    text: str
    fix: str
    profiles: tuple[str, ...] = ()
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The content of a report: the image's file name, size in bytes and digest, and findings."""

    name: str
    size: int
    sha256: str
    profiles: tuple[str, ...]
    findings: tuple[ReportedFinding, ...]


def check_report(
    name: str, image: Content, findings: Iterable["ReviewedFinding"], profiles: Iterable[str]
) -> str:
    """The text of a report."""
    lines = [
        f"{name}: {len(image)} bytes",
        f"sha256: {hashlib.sha256(image).hexdigest()}",
        f"profiles: {','.join(profiles)}",
    ]
    found = [
        f"{each.finding}{_allowed(each.suppression.reason) if each.suppression else ''}"
        for each in findings
    ]
    return "\n".join([*lines, *(found or [_NONE])]) + "\n"


def _allowed(reason: str) -> str:
    return f" [allowed: {printable(reason)}]"


def read_check_report(text: str) -> CheckReport:
    """The report of a text that `check_report` wrote. Raises CheckReportError."""
    head = _HEAD.match(text)
    if head is None:
        raise CheckReportError("not a report of pecheck: name, sha256 and profiles are expected")
    name = head["name"]
    found = []
    for number, line in enumerate(text[head.end() :].removesuffix("\n").split("\n"), 4):
        if line == _NONE:
            continue
        match = _LINE.fullmatch(line.removeprefix(f"{name}("))
        if match is None or not line.startswith(f"{name}("):
            raise CheckReportError(f"line {number}: not a finding of {name}")
        found.append(
            ReportedFinding(
                match["rule"],
                match["slug"],
                match["level"],
                match["place"],
                match["text"],
                match["fix"],
                tuple(filter(None, match["profiles"].split(","))),
                match["allowed"] or "",
            )
        )
    profiles = tuple(filter(None, head["profiles"].split(",")))
    return CheckReport(name, int(head["size"]), head["sha256"], profiles, tuple(found))
