"""Findings for people: a line each, a hint below it, colour on a terminal.

A line begins with file and location, as editors and grep expect, and is neither wrapped nor
coloured in what is not a terminal.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.pecheck.check import CheckResult
from ntbuild.pecheck.rule import Level
from ntbuild.pecheck.suppressions import ReviewedFinding

_COLOURS: Final = {Level.ERROR: "1;31", Level.WARNING: "1;33", Level.NOTE: "1;36"}
_WORDS: Final = [level.word for level in reversed(Level)]


def uses_colour(environment: Mapping[str, str], *, terminal: bool) -> bool:
    """Whether to colour: on a terminal unless NO_COLOR says no, elsewhere if FORCE_COLOR does.

    Source: no-color.org; a variable that is empty counts as not set.
    """
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR"):
        return True
    return terminal and environment.get("TERM") != "dumb"


def as_text(
    results: Sequence[CheckResult], reviewed: Sequence[ReviewedFinding], *, colour: bool = False
) -> str:
    """All findings that count; a summary of several files, suppressions, or nothing found."""
    return "\n".join(_lines(results, reviewed, colour=colour))


def _lines(
    results: Sequence[CheckResult], reviewed: Sequence[ReviewedFinding], *, colour: bool
) -> Iterator[str]:
    counted = [each for each in reviewed if each.counts]
    hinted: set[str] = set()
    for each in counted:
        finding = each.finding
        where = _in(f"{finding.file}({finding.location})", "1", colour=colour)
        level = _in(finding.level.word, _COLOURS[finding.level], colour=colour)
        tags = ",".join(finding.profiles)
        yield f"{where}: {level} {finding.rule} {finding.slug}: {finding.text} [{tags}]"
        if finding.fix not in hinted:
            hinted.add(finding.fix)
            yield f"  hint: {finding.fix}"
    rest = len(reviewed) - len(counted)
    if len(results) == 1 and not reviewed:
        yield f"{results[0].file}: no findings"
    elif len(results) > 1 or rest:
        count = Counter(each.finding.level.word for each in counted)
        totals = ", ".join(_plural(count[word], word) for word in _WORDS)
        clean = sum(not result.findings for result in results)
        more = f", {rest} suppressed or known" if rest else ""
        yield f"{_plural(len(results), 'file')}, {clean} without findings: {totals}{more}"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


def _in(text: str, code: str, *, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
