"""What a build asks the validator for, and which findings a SConscript accepts.

A suppression that has expired must show in a build as it does on the command line, and an image
must not be linked again only because a day has passed. The text of a `Validation`, which is part
of a build step's signature, therefore says which suppressions have expired and not which day it
is: a build links again once, on the day after a suppression's last one.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from ntbuild.pecheck import Finding
    from ntbuild.pecheck.suppressions import Allow, ReviewedFinding


@dataclass(frozen=True, slots=True)
class Validation:
    """Profiles and accepted findings of one image.

    ``profiles``: pecheck's words. ``allow``: the accepted findings, each with the rule's id.
    ``today``: the day that ``expires`` is compared with; None: nothing expires. ``place``: the
    SConscript and its line, for messages. Neither ``today`` nor ``place`` is in the text, which is
    a signature. ``strict``: warnings stop a build, as errors do. ``build``: of the oldest Windows
    that the driver says it is for; 0 when it says none.
    """

    profiles: tuple[str, ...] = ("base",)
    allow: tuple["Allow", ...] = ()
    today: date | None = None
    place: str = ""
    strict: bool = False
    build: int = 0

    def __str__(self) -> str:
        """As on a command line: profiles, then what is accepted and whether it has expired."""
        settings = f"--profile {','.join(self.profiles)}{' --strict' * self.strict}"
        settings += f"; for Windows build {self.build}" * bool(self.build)
        return "; ".join([settings, *map(self._text, self.allow)])

    def _text(self, allow: "Allow") -> str:
        where = f" in {allow.section}" if allow.section else ""
        until = f" until {allow.expires}" if allow.expires else ""
        expired = self.today is not None and allow.expired(self.today)
        return f"allow {allow.rule}{where}{until}{' (expired)' * expired}: {allow.reason}"

    def review(self, findings: Iterable["Finding"]) -> tuple["ReviewedFinding", ...]:
        """Each finding with what accepts it, then findings about the suppressions themselves."""
        from ntbuild.pecheck.suppressions import review  # noqa: PLC0415 - only a link needs the rules

        return review(tuple(findings), suppressions=self.allow, today=self.today)

    def list_warnings(self, findings: Iterable["ReviewedFinding"]) -> tuple[str, ...]:
        """Lines about suppressions that are unused or have expired, with the SConscript's place."""
        from ntbuild.pecheck.suppressions import LIST_RULES  # noqa: PLC0415 - as above

        place = f"{self.place}: " if self.place else ""
        about = (each.finding for each in findings if each.finding.rule in LIST_RULES)
        return tuple(f"pecheck: {place}{finding}" for finding in about)

    def image_warnings(self, findings: Iterable["ReviewedFinding"]) -> tuple[str, ...]:
        """Lines about findings of level warning that are not accepted."""
        from ntbuild.pecheck import RULES, Level  # noqa: PLC0415 - as above

        return tuple(
            f"pecheck: {each.finding}"
            for each in findings
            if each.counts and each.finding.level == Level.WARNING and each.finding.rule in RULES
        )
