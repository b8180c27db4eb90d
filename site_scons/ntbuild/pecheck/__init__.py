"""Image to findings: a validator for driver images.

``check`` judges bytes. Importing the package is quick on purpose: a null build pays for it.
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
