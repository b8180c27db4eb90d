"""All rules about INF files, and the findings of a file."""

from typing import Final

from ntbuild.packaging import rules
from ntbuild.packaging.rules import Finding, Rule, rules_of

from . import install_rules, version_rules
from .rules import Subject

INF_RULES: Final[dict[str, Rule]] = {
    each.id: each
    for each in sorted(
        (*rules_of(vars(version_rules)), *rules_of(vars(install_rules))), key=lambda each: each.id
    )
}
"""Every rule by id, in order."""


def findings(subject: Subject) -> tuple[Finding, ...]:
    """What the rules find in an INF, in the order of its lines."""
    return rules.findings(INF_RULES.values(), subject, subject.inf.name)
