"""Findings that are known and accepted: suppressions with a reason, and baselines.

A TOML file says which findings do not count, and why:

    [[suppress]]
    rule = "DRV314"                       # id or slug
    justification = "our loader reads .vault as the last section"
    section = ".vault"                    # optional: only there
    file = "vault.sys"                    # optional: only in files of this name
    expires = 2027-06-30                  # optional: the last day on which it holds

An entry that suppresses nothing and an entry that has expired are findings themselves, so that
lists do not grow old unseen.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

from ntbuild.support.toml_table import Table, TableError, parse_toml
from ntbuild.support.values import dataclass

from .rule import Finding, Level, Location, Rule, RuleResults
from .rules import RULES
from .settings import CheckSettings


class SuppressionError(ValueError):
    """A suppression file that cannot be used; the text is one line: ``file: place: what``."""


@dataclass(frozen=True, slots=True)
class Allow:
    """A finding that is accepted: why, where, until when.

    ``reason``: what speaks for accepting it. ``section``, ``file``: only there; empty: everywhere.
    ``expires``: the last day on which it holds; a SConscript may write ``"2027-06-30"``, which
    becomes a date before anything is compared. ``rule`` (an id) and ``place`` (for messages) are
    set by what reads a suppression file, and by the key of ``allow=`` in a SConscript.
    """

    reason: str
    section: str = ""
    expires: date | str | None = None
    file: str = ""
    rule: str = ""
    place: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether the suppression is about a finding, whatever the day."""
        base = finding.file.replace("\\", "/").rpartition("/")[2]
        return (
            self.rule == finding.rule
            and self.file in {"", base}
            and self.section in {"", finding.location.section, finding.location.about}
        )

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return isinstance(self.expires, date) and self.expires < today


@dataclass(frozen=True, slots=True)
class ReviewedFinding:
    """A finding with its fingerprint, and why it does not count, if so.

    ``suppression`` accepts it; ``known`` tells that a baseline has it already, None without one.
    """

    finding: Finding
    fingerprint: str
    suppression: Allow | None = None
    known: bool | None = None

    @property
    def counts(self) -> bool:
        """Whether the finding counts for the exit code."""
        return self.suppression is None and not self.known


def _never(_image: Any, _settings: CheckSettings) -> RuleResults:
    """Rules about lists check no image."""
    return iter(())


def _list_rule(rule_id: str, slug: str, level: Level, title: str, why: str, fix: str) -> Rule:
    return Rule(rule_id, slug, level, title, "", why, "policy", fix, {}, _never)


UNUSED: Final = _list_rule(
    "DRV001",
    "unused-suppression",
    Level.WARNING,
    "Every suppression suppresses something",
    "A suppression of a finding that is fixed would hide the same fault when it comes back.",
    "remove the entry, or correct its rule, section or file",
)
EXPIRED: Final = _list_rule(
    "DRV002",
    "expired-suppression",
    Level.WARNING,
    "No suppression has expired",
    "The suppression's expiry date has passed.",
    "fix the finding, or give the suppression a new date",
)
GONE: Final = _list_rule(
    "DRV003",
    "stale-baseline",
    Level.NOTE,
    "Every finding of the baseline is still found",
    "A baseline that lists fixed findings would hide them when they come back.",
    "write the baseline again with --write-baseline",
)

LIST_RULES: Final[Mapping[str, Rule]] = {each.id: each for each in (UNUSED, EXPIRED, GONE)}
"""Rules about suppressions and baselines, by id; they check lists, not images."""

ALL_RULES: Final[Mapping[str, Rule]] = {**LIST_RULES, **RULES}
"""Every rule that a finding can come from."""


def rule_named(word: str) -> Rule | None:
    """The rule about images with this id or slug; None when there is none."""
    return RULES.get(word) or next((each for each in RULES.values() if each.slug == word), None)


def day_of(stamp: int | None) -> date:
    """The date that expiry is compared with: that of a time stamp (UTC), or the clock's."""
    now = datetime.now(tz=UTC) if stamp is None else datetime.fromtimestamp(stamp, tz=UTC)
    return now.date()


def read_suppressions(text: str, name: str) -> tuple[Allow, ...]:
    """The entries of a suppression file. Raises SuppressionError."""
    try:
        root = parse_toml(text, name)
        entries = tuple(_entry(table) for table in root.tables("suppress"))
        root.close()
    except TableError as error:
        raise SuppressionError(str(error)) from error
    return entries


def _entry(table: Table) -> Allow:
    """One entry of a suppression file. Raises TableError."""
    word = table.text("rule")
    rule = rule_named(word)
    if rule is None:
        raise TableError(f"{table.at('rule')}: no rule {word!r}")
    entry = Allow(
        reason=table.text("justification", ""),
        section=table.text("section", ""),
        expires=table.day("expires"),
        file=table.text("file", ""),
        rule=rule.id,
        place=table.place,
    )
    table.close()
    if not entry.reason.strip():
        raise TableError(f"{table.at('justification')}: say why the finding is accepted")
    return entry


def review(
    findings: Sequence[Finding],
    *,
    suppressions: Collection[Allow] = (),
    today: date | None = None,
    baseline: Mapping[str, str] | None = None,
) -> tuple[ReviewedFinding, ...]:
    """Findings reviewed by suppressions and baseline, then findings about the lists themselves.

    ``baseline`` maps fingerprints to a line about the finding, as ``read_baseline`` gives it.
    With ``today`` None no suppression expires.
    """
    marks = fingerprints(findings)
    used: set[int] = set()
    reviewed = []
    valid = [s for s in suppressions if today is None or not s.expired(today)]
    for finding, mark in zip(findings, marks, strict=True):
        by = next((each for each in valid if each.covers(finding)), None)
        if by is not None:
            used.add(id(by))
        reviewed.append(
            ReviewedFinding(finding, mark, by, None if baseline is None else mark in baseline)
        )
    about = [_about(EXPIRED, s, f"expired on {s.expires}") for s in suppressions if s not in valid]
    about += [_about(UNUSED, s, "suppresses nothing") for s in valid if id(s) not in used]
    about += [
        _finding(GONE, "baseline", f"no longer found: {line}")
        for mark, line in (baseline or {}).items()
        if mark not in set(marks)
    ]
    extra = zip(about, fingerprints(about), strict=True)
    return (*reviewed, *(ReviewedFinding(finding, mark) for finding, mark in extra))


def _about(rule: Rule, suppression: Allow, what: str) -> Finding:
    return _finding(rule, suppression.place, f"the suppression of {suppression.rule} {what}")


def _finding(rule: Rule, file: str, message: str) -> Finding:
    place = Location("file", 0)
    return Finding(file, rule.id, rule.slug, rule.level, message, place, rule.profiles, rule.fix)


def fingerprints(findings: Sequence[Finding]) -> tuple[str, ...]:
    """A fingerprint for each finding that stays the same when the image is linked again.

    It is a hash of rule, file name, section and message without its numbers; equal ones in one
    file differ by a running number.
    """
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which a build without findings does not need

    seen: Counter[str] = Counter()
    marks = []
    for finding in findings:
        base = finding.file.replace("\\", "/").rpartition("/")[2]
        place = finding.location.about or finding.location.section
        key = "\0".join((finding.rule, base, place, _without_numbers(finding.message)))
        seen[key] += 1
        digest = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass"))
        marks.append(digest.hexdigest()[:32])
    return tuple(marks)


def _without_numbers(message: str) -> str:
    words = message.replace(",", " ").replace("..", " ").split()
    return " ".join("#" if word[:1].isdigit() else word for word in words)
