"""Run the rules over an image.

The hard part is that rules must not hide each other: what one rule cannot read is a reason why
it says nothing, and some other rule's finding.
"""

from collections.abc import Collection
from typing import Final

from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.values import dataclass

from .asked import Asked
from .rule import Fault, Finding, NotApplicable, Rule
from .rules import RULES
from .rules.kinds import not_for

FAULT_LIMIT: Final = 20
"""Faults of one rule in one file; a table that is wrong everywhere needs no more."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the rules said of one file: findings in rule order, and why others said nothing."""

    file: str
    findings: tuple[Finding, ...]
    not_applicable: tuple[tuple[str, str], ...]


def judge(
    data: bytes | bytearray | memoryview, name: str, asked: Asked, rules: Collection[Rule]
) -> CheckResult:
    """Judge an image by some rules; any bytes are judged, nothing is raised for bad ones."""
    image = Image(data, name)
    findings: list[Finding] = []
    silent: list[tuple[str, str]] = []
    for rule in rules:
        other = not_for(rule.id, asked)
        if other:
            silent.append((rule.id, other))
            continue
        try:
            for count, verdict in enumerate(rule.judge(image, asked)):
                if isinstance(verdict, NotApplicable):
                    silent.append((rule.id, verdict.reason))
                elif count < FAULT_LIMIT:
                    findings.append(_finding(rule, verdict, name, asked))
                else:
                    more = Fault(f"more of this: only the first {count} are listed", verdict.place)
                    findings.append(_finding(rule, more, name, asked))
                    break
        except FormatError as failure:
            silent.append((rule.id, f"cannot read {failure.field}: {failure.message}"))
    return CheckResult(name, tuple(findings), tuple(silent))


def _finding(rule: Rule, fault: Fault, name: str, asked: Asked) -> Finding:
    return Finding(
        name,
        rule.id,
        rule.slug,
        rule.level_for(asked, fault.level),
        fault.message,
        fault.place,
        rule.profiles,
        fault.fix or rule.fix,
    )


def check(
    data: bytes | bytearray | memoryview,
    name: str = "image",
    *,
    profile: str | Collection[str] | Asked = "base",
) -> list[Finding]:
    """All findings about an image, in rule order; an empty list is a clean image.

    ``profile`` is words (``"base,hvci"``), or an ``Asked`` that says more about what was meant.
    Raises ``ProfileError`` for unknown words, nothing for bad bytes.
    """
    return list(judge(data, name, Asked.of(profile), RULES.values()).findings)
