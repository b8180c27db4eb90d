"""What an image is checked against: profiles, target system, and facts that the bytes do not show.

A rule that needs a fact which was not given reports ``NotApplicable`` with the reason; no rule
assumes one.
"""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Final, Self

from ntbuild.support.values import dataclass

from .linker_report import LinkerReport

if TYPE_CHECKING:
    from datetime import date

    from .symbols import ImageSymbols

PROFILES: Final = {
    "base": "what any NT kernel loader needs of a driver",
    "boot": "a boot-start driver: loaded by the boot loader, before any other",
    "hvci": "runs with memory integrity (HVCI) and Driver Verifier's code integrity checks",
    "whql": "meant for the hardware lab kit and a submission",
    "sec": "hardening measures are required",
    "repro": "must be reproducible bit by bit",
    "signed": "carries a signature",
    "export": "an export driver or kernel DLL: it has exports, and may have no entry point",
    "wdm": "a WDM driver: WDM_DRIVER is set",
    "efi": "an EFI application or driver, not an NT driver",
    "user": "a program or DLL, not a driver",
    "debug": "DWARF sections and COFF symbols are kept on purpose",
}
"""Words that ``--profile`` takes, and what each says of the image; several may hold at once."""

TARGETS: Final = {"winxp": (5, 1), "win7": (6, 1), "win10": (10, 0), "win11": (10, 0)}
"""Target systems and the version number of their subsystem."""


class ProfileError(ValueError):
    """An unknown profile or target; the message names the known ones."""


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What an image is checked against.

    Raises ProfileError for a profile or a target that is not known.
    """

    profiles: tuple[str, ...] = ("base",)
    """Words of ``PROFILES``."""
    target: str = "win10"
    """A word of ``TARGETS``: the oldest system that the image is for."""
    machine: str | None = None
    """The machine that the image must be for (x64, x86, arm64 ...); None: any of them."""
    version: tuple[int, int] | None = None
    """Major and minor number of the oldest system; None: those of the target."""
    build: int = 0
    """The build of the oldest system that the image is for, such as 19041; 0: not known."""
    stamp: int | None = None
    """The TimeDateStamp that a reproducible link writes, for example SOURCE_DATE_EPOCH."""
    fixups: int | None = None
    """How many absolute addresses the linker wrote; None: the report's number, if there is one."""
    exports: Mapping[str, Collection[str]] | None = None
    """Names that modules of the target system export, by lower-case file name of the module."""
    modules: Collection[str] = ()
    """File names of further modules that may be imported from."""
    report: LinkerReport | None = None
    """The linker's report about this image."""
    symbols: "ImageSymbols | None" = None
    """The PDB that belongs to the image; None: there is none, or it was not looked for."""
    nonpaged: int = 1 << 20
    """How many bytes may stay in memory that is never paged."""
    today: "date | None" = None
    """The day on which certificates without a timestamp must be valid; None: not checked."""

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
        """Whether a profile is among those given."""
        return word in self.profiles

    @property
    def absolute_addresses(self) -> int | None:
        """How many absolute addresses the linker wrote; None when it is not known."""
        if self.fixups is None and self.report is not None:
            return self.report.fixups
        return self.fixups

    @property
    def minimum(self) -> tuple[int, int]:
        """The oldest system version the image is for."""
        return self.version or TARGETS[self.target]

    @property
    def before_win10(self) -> bool:
        """Whether the target is older than Windows 10."""
        return TARGETS[self.target] < (10, 0)
