"""Which rules are about kernel drivers only, for images of another kind.

A rule about the PE format holds for every image; a rule about what the NT kernel's loader does with
a driver holds for no program and no EFI image.
"""

from typing import Final

from ntbuild.pecheck.settings import CheckSettings

_KERNEL: Final = (
    107, 206, 208, 209, 214, 215, 216, 218, 309, 310, 311, 312, 313, 314, 315, 316, 321,
    403, 404, 405, 407, 408, 410, 411, 412, 413, 501, 502, 509, 603, 701, 710,
)  # fmt: skip
_USER: Final = (106, 210, 301, 317, 319, 322, 615, 631, 702)

OTHER_KINDS: Final = {
    "efi": (frozenset(f"DRV{number}" for number in _KERNEL), "the rule is about kernel drivers"),
    "user": (
        frozenset(f"DRV{number}" for number in (*_KERNEL, *_USER)),
        "the rule is about kernel drivers",
    ),
}
"""By profile word: the rules that do not apply to such images, and why."""


def not_for(rule_id: str, settings: CheckSettings) -> str:
    """Why a rule does not apply to the kind of image that the settings name; empty when it does."""
    for word, (rules, reason) in OTHER_KINDS.items():
        if settings.has(word) and rule_id in rules:
            return reason
    return ""
