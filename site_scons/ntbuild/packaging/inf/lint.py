"""All rules about INF files, and the findings of a file."""

from typing import Final

from ntbuild.pecheck.rule import Level

from . import install_rules, version_rules
from .rules import FAULT_LIMIT, Finding, InfRule, Subject, rules_of

INF_RULES: Final[dict[str, InfRule]] = {
    each.id: each
    for each in sorted(
        (*rules_of(vars(version_rules)), *rules_of(vars(install_rules))), key=lambda each: each.id
    )
}
"""Every rule by id, in order."""


def findings(subject: Subject) -> tuple[Finding, ...]:
    """What the rules find in an INF, in the order of its lines."""
    found: list[Finding] = []
    for rule in INF_RULES.values():
        seen: set[tuple[int, str]] = set()
        for fault in rule.function(subject):
            if (fault.line, fault.message) in seen or len(seen) == FAULT_LIMIT:
                continue
            seen.add((fault.line, fault.message))
            level = rule.level if fault.level is None else min(fault.level, rule.level)
            found.append(Finding(subject.inf.name, fault.line, rule, Level(level), fault.message))
    return tuple(sorted(found, key=lambda each: (each.line, each.rule.id, each.message)))
