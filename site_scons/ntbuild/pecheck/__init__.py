"""Image to findings: a validator for driver images.

    from ntbuild.pecheck import CheckSettings, check

    for finding in check(data, "a.sys", profile=CheckSettings(profiles=("base", "hvci"))):
        print(finding)

A build with nothing to do imports this package, so it imports neither numpy nor cryptography.
"""

from .check import CheckResult, check, check_image
from .rule import Finding, Level, Location, NotApplicable, Rule
from .rules import RULES
from .settings import PROFILES, TARGETS, CheckSettings, ProfileError

__all__ = [
    "PROFILES",
    "RULES",
    "TARGETS",
    "CheckResult",
    "CheckSettings",
    "Finding",
    "Level",
    "Location",
    "NotApplicable",
    "ProfileError",
    "Rule",
    "check",
    "check_image",
]
