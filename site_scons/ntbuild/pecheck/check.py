"""Run rules over an image.

Rules do not hide each other: a part that cannot be read makes a rule that needs it not applicable,
with the reason, and is a finding of the rule about that part.
"""

from collections.abc import Collection
from typing import Final

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, replace

from .rule import Fault, Finding, NotApplicable, Rule
from .rules import RULES
from .rules.kinds import not_for
from .settings import CheckSettings
from .symbols import ImageSymbols, source_of

FAULT_LIMIT: Final = 20
"""How many faults of one rule in one file are listed."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Findings of one file in rule order, and why other rules did not apply."""

    file: str
    findings: tuple[Finding, ...]
    not_applicable: tuple[tuple[str, str], ...]


def check_image(
    data: bytes | bytearray | memoryview,
    name: str,
    settings: CheckSettings,
    rules: Collection[Rule],
) -> CheckResult:
    """The results of some rules for an image. Nothing is raised, whatever the bytes are."""
    image = Image(data, name)
    findings: list[Finding] = []
    not_applicable: list[tuple[str, str]] = []
    for rule in rules:
        reason = not_for(rule.id, settings)
        if reason:
            not_applicable.append((rule.id, reason))
            continue
        try:
            for count, result in enumerate(rule.function(image, settings)):
                if isinstance(result, NotApplicable):
                    not_applicable.append((rule.id, result.reason))
                elif count < FAULT_LIMIT:
                    findings.append(_finding(rule, result, name, settings))
                else:
                    more = Fault(
                        f"more of this: only the first {count} are listed", result.location
                    )
                    findings.append(_finding(rule, more, name, settings))
                    break
        except FormatError as failure:
            not_applicable.append((rule.id, f"cannot read {failure.field}: {failure.message}"))
    if settings.symbols is not None:
        findings = [_with_source(each, image, settings.symbols) for each in findings]
    return CheckResult(name, tuple(findings), tuple(not_applicable))


def _with_source(finding: Finding, image: Image, symbols: ImageSymbols) -> Finding:
    """A finding about code, with the source line that the PDB has for it."""
    at = finding.location.at
    if at is None:
        return finding
    for section in image.sections:
        offset = at - section.PointerToRawData
        if 0 <= offset < section.SizeOfRawData and section.Characteristics & IMAGE_SCN.MEM_EXECUTE:
            place = source_of(image, section.VirtualAddress + offset, symbols)
            return replace(finding, source=place) if place else finding
    return finding


def _finding(rule: Rule, fault: Fault, name: str, settings: CheckSettings) -> Finding:
    return Finding(
        name,
        rule.id,
        rule.slug,
        rule.level_for(settings, fault.level),
        printable(fault.message),
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
