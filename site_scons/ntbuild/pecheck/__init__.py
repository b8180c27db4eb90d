"""Image to findings: a validator for driver images.

``check`` judges bytes. Importing the package is quick on purpose: a null build pays for it.
"""

from .asked import PROFILES, TARGETS, Asked, ProfileError
from .check import CheckResult, check, judge
from .rule import Finding, Level, NotApplicable, Place, Rule
from .rules import RULES

__all__ = [
    "PROFILES",
    "RULES",
    "TARGETS",
    "Asked",
    "CheckResult",
    "Finding",
    "Level",
    "NotApplicable",
    "Place",
    "ProfileError",
    "Rule",
    "check",
    "judge",
]
