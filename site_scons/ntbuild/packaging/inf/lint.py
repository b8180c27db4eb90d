"""All rules about INF files, and the findings of a file."""

from collections.abc import Mapping
from typing import Final

from ntbuild.packaging import rules
from ntbuild.packaging.rules import Finding, Rule, rules_of

from . import (
    driver_rules,
    filter_rules,
    install_rules,
    registry_rules,
    service_rules,
    version_rules,
)
from .read import read_inf
from .rules import Subject
from .text import decode

_MODULES: Final = (
    *(version_rules, install_rules, service_rules),
    *(driver_rules, filter_rules, registry_rules),
)
INF_RULES: Final[dict[str, Rule]] = {
    each.id: each
    for each in sorted(
        (each for module in _MODULES for each in rules_of(vars(module))),
        key=lambda each: each.id,
    )
}
"""Every rule by id, in order."""


def findings_of_package(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """What the rules find in the INF files of a package. ``files``: names and contents.

    Raises PackageError.
    """
    names = frozenset(each.lower() for each in files)
    found: list[Finding] = []
    for name, content in sorted(files.items()):
        if name.lower().endswith(".inf"):
            found += findings(Subject(read_inf(decode(content, name)[0], name), files=names))
    return tuple(found)


def findings(subject: Subject) -> tuple[Finding, ...]:
    """What the rules find in an INF, in the order of its lines."""
    return rules.findings(INF_RULES.values(), subject, subject.inf.name)
