"""What a build asks the validator, and which of its findings a SConscript accepts.

A suppression that has expired must show in a build as it does on the command line, and an image
must not be linked again because a day went by. So the day is no part of an order's text, but what
has expired is: a build links and judges again once, on the day after a suppression's last one.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from ntbuild.pecheck import Finding
    from ntbuild.pecheck.suppressions import ReviewedFinding, Suppression


@dataclass(frozen=True, slots=True)
class Allow:
    """Why a finding is accepted, where (a section's name; default: everywhere), and until when.

    ``expires`` is the last day on which it holds, a date or a text such as ``2027-06-30``. What
    has the wrong type is told with the keyword, by `declare`.
    """

    reason: str
    section: str = ""
    expires: date | str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the validator is asked.

    ``profiles`` are pecheck's words; ``allow`` has the accepted findings, each with a rule's id or
    slug. ``today`` is the day on which they are looked at (None: nothing expires), ``place`` the
    SConscript and its line; neither is in the text, which is a signature.
    """

    profiles: tuple[str, ...] = ("base",)
    allow: tuple[tuple[str, Allow], ...] = ()
    today: date | None = None
    place: str = ""

    def __str__(self) -> str:
        """As on a command line: profiles, then what is accepted and whether it has expired."""
        return "; ".join([f"--profile {','.join(self.profiles)}", *map(self._text, self.allow)])

    def _text(self, entry: tuple[str, Allow]) -> str:
        rule, allow = entry
        where = f" in {allow.section}" if allow.section else ""
        until = f" until {allow.expires}" if allow.expires else ""
        return f"allow {rule}{where}{until}{' (expired)' * self._expired(allow)}: {allow.reason}"

    def _expired(self, allow: Allow) -> bool:
        day = allow.expires
        return self.today is not None and isinstance(day, date) and day < self.today

    def review(self, findings: Iterable["Finding"]) -> tuple["ReviewedFinding", ...]:
        """Findings with what accepts them, then those about the accepting itself."""
        from ntbuild.pecheck.suppressions import review  # noqa: PLC0415 - only a link needs the rules

        return review(tuple(findings), suppressions=self._suppressions(), today=self.today)

    def _suppressions(self) -> tuple["Suppression", ...]:
        from ntbuild.pecheck.suppressions import Suppression, rule_named  # noqa: PLC0415 - as above

        return tuple(
            Suppression(
                rule=word if (rule := rule_named(word)) is None else rule.id,
                justification=allow.reason,
                section=allow.section,
                expires=allow.expires if isinstance(allow.expires, date) else None,
                place=f"allow[{word!r}]",
            )
            for word, allow in self.allow
        )

    def complaints(self, judged: Iterable["ReviewedFinding"]) -> tuple[str, ...]:
        """Lines about suppressions that are unused or have expired, with the SConscript's place."""
        from ntbuild.pecheck.suppressions import LIST_RULES  # noqa: PLC0415 - as above

        place = f"{self.place}: " if self.place else ""
        about = (each.finding for each in judged if each.finding.rule in LIST_RULES)
        return tuple(f"pecheck: {place}{finding}" for finding in about)
