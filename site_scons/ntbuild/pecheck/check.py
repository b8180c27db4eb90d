"""Run the rules over an image.

The hard part is that rules must not hide each other: what one rule cannot read is a reason why
it says nothing, and some other rule's finding.
"""

from collections.abc import Collection
from typing import Final

from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.values import dataclass

from .rule import Fault, Finding, NotApplicable, Rule
from .rules import RULES
from .rules.kinds import not_for
from .settings import CheckSettings

FAULT_LIMIT: Final = 20
"""Faults of one rule in one file; a table that is wrong everywhere needs no more."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What the rules said of one file: findings in rule order, and why others said nothing."""

    file: str
    findings: tuple[Finding, ...]
    not_applicable: tuple[tuple[str, str], ...]


def check_image(
    data: bytes | bytearray | memoryview,
    name: str,
    settings: CheckSettings,
    rules: Collection[Rule],
) -> CheckResult:
    """Judge an image by some rules; any bytes are judged, nothing is raised for bad ones."""
    image = Image(data, name)
    findings: list[Finding] = []
    silent: list[tuple[str, str]] = []
    for rule in rules:
        other = not_for(rule.id, settings)
        if other:
            silent.append((rule.id, other))
            continue
        try:
            for count, verdict in enumerate(rule.function(image, settings)):
                if isinstance(verdict, NotApplicable):
                    silent.append((rule.id, verdict.reason))
                elif count < FAULT_LIMIT:
                    findings.append(_finding(rule, verdict, name, settings))
                else:
                    more = Fault(
                        f"more of this: only the first {count} are listed", verdict.location
                    )
                    findings.append(_finding(rule, more, name, settings))
                    break
        except FormatError as failure:
            silent.append((rule.id, f"cannot read {failure.field}: {failure.message}"))
    return CheckResult(name, tuple(findings), tuple(silent))


def _finding(rule: Rule, fault: Fault, name: str, settings: CheckSettings) -> Finding:
    return Finding(
        name,
        rule.id,
        rule.slug,
        rule.level_for(settings, fault.level),
        fault.message,
        fault.location,
        rule.profiles,
        fault.fix or rule.fix,
    )


def check(
    data: bytes | bytearray | memoryview,
    name: str = "image",
    *,
    profile: str | Collection[str] | CheckSettings = "base",
) -> list[Finding]:
    """All findings about an image, in rule order; an empty list is a clean image.

    ``profile``: words such as ``"base,hvci"``, or ``CheckSettings`` with all that is expected.
    Raises ``ProfileError`` for unknown words, nothing for bad bytes.
    """
    settings = CheckSettings.of(profile)
    return list(check_image(data, name, settings, RULES.values()).findings)
