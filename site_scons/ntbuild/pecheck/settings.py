"""What the builder asked of an image: profiles, target, and facts that bytes cannot tell.

The hard part is the default: a rule that needs a fact nobody gave must say so, not guess.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final, Self

from ntbuild.support.values import dataclass

from .linker_report import LinkerReport

if TYPE_CHECKING:
    from datetime import date

PROFILES: Final = {
    "base": "what any NT kernel loader needs of a driver",
    "boot": "a boot-start driver: loaded by the boot loader, before any other",
    "hvci": "runs with memory integrity (HVCI) and Driver Verifier's code integrity checks",
    "whql": "meant for the hardware lab kit and a submission",
    "sec": "hardening measures are required",
    "repro": "must be reproducible bit by bit",
    "signed": "carries a signature",
    "export": "an export driver or kernel DLL: exports wanted, an entry point may be missing",
    "wdm": "a WDM driver: WDM_DRIVER is wanted",
    "efi": "an EFI application or driver, not one of NT's",
    "user": "a program or DLL, not a driver",
    "debug": "keeps DWARF sections and COFF symbols on purpose",
}
"""Words that ``--profile`` takes; several may hold at once."""

TARGETS: Final = {"winxp": (5, 1), "win7": (6, 1), "win10": (10, 0), "win11": (10, 0)}
"""Target systems and the version number of their subsystem."""


class ProfileError(ValueError):
    """An unknown profile or target; the message names the known ones."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What is expected of an image.

    ``machine`` is ntbuild's word (x64 x86 arm64 arm); ``version`` the minimum system, by default
    the target's; ``stamp`` the TimeDateStamp that a reproducible link was to write (for example
    SOURCE_DATE_EPOCH); ``fixups`` how many absolute addresses the linker wrote; ``exports`` the
    names that each module of the target system offers, by lower-case file name; ``modules``
    further modules that may be imported from; ``report`` what the linker said of the image;
    ``nonpaged`` how many bytes may stay in memory; ``today`` the day on which certificates without
    a timestamp must be valid (None: not judged).
    """

    profiles: tuple[str, ...] = ("base",)
    target: str = "win10"
    machine: str | None = None
    version: tuple[int, int] | None = None
    stamp: int | None = None
    fixups: int | None = None
    exports: Mapping[str, Collection[str]] | None = None
    modules: Collection[str] = ()
    report: LinkerReport | None = None
    nonpaged: int = 1 << 20
    today: "date | None" = None

    def __post_init__(self) -> None:
        unknown = [word for word in self.profiles if word not in PROFILES]
        if unknown:
            raise ProfileError(f"unknown profile {unknown[0]!r}; known: {', '.join(PROFILES)}")
        if self.target not in TARGETS:
            raise ProfileError(f"unknown target {self.target!r}; known: {', '.join(TARGETS)}")

    @classmethod
    def of(cls, profile: "str | Collection[str] | CheckSettings") -> Self:
        """Settings made of profile words (``"base,hvci"``, or a collection of words)."""
        if isinstance(profile, cls):
            return profile
        words = profile.split(",") if isinstance(profile, str) else profile
        stripped = dict.fromkeys(w.strip() for w in words)  # type: ignore[union-attr]
        return cls(profiles=tuple(stripped))

    def has(self, word: str) -> bool:
        """Whether a profile was asked for."""
        return word in self.profiles

    @property
    def absolute_addresses(self) -> int | None:
        """How many absolute addresses the linker wrote, if anybody said."""
        if self.fixups is None and self.report is not None:
            return self.report.fixups
        return self.fixups

    @property
    def minimum(self) -> tuple[int, int]:
        """The oldest system version the image is for."""
        return self.version or TARGETS[self.target]

    @property
    def before_win10(self) -> bool:
        """Whether systems older than Windows 10 are the target."""
        return TARGETS[self.target] < (10, 0)
