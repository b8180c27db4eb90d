"""Findings as one JSON object, and baselines, which map fingerprints to lines.

``schema`` names the shape of the report: ``files`` (each with the rules that did not apply, and
why) and ``findings``. Keys are added, never renamed; the same findings give the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ntbuild.pecheck.check import CheckResult
from ntbuild.pecheck.suppressions import ReviewedFinding

SCHEMA: Final = "ntbuild.pecheck/1"
BASELINE: Final = "ntbuild.pecheck-baseline/1"


class BaselineError(ValueError):
    """A baseline that cannot be used; the text is one line."""


def as_json(results: Sequence[CheckResult], reviewed: Sequence[ReviewedFinding]) -> str:
    """The whole report."""
    files = [
        {"file": r.file, "notApplicable": [{"rule": i, "reason": w} for i, w in r.not_applicable]}
        for r in results
    ]
    report = {"schema": SCHEMA, "files": files, "findings": [_finding(each) for each in reviewed]}
    return json.dumps(report, indent=2)


def _finding(each: ReviewedFinding) -> dict[str, Any]:
    finding, by = each.finding, each.suppression
    return {
        "file": finding.file,
        "rule": finding.rule,
        "slug": finding.slug,
        "level": finding.level.word,
        "message": finding.message,
        "location": {
            "section": finding.location.section,
            "offset": finding.location.offset,
            "about": finding.location.about,
            "fileOffset": finding.location.at,
        },
        "source": finding.source and finding.source._asdict(),
        "profiles": list(finding.profiles),
        "fix": finding.fix,
        "fingerprint": each.fingerprint,
        "suppressed": by is not None,
        "justification": by.reason if by is not None else "",
        "known": bool(each.known),
    }


def as_baseline(reviewed: Sequence[ReviewedFinding]) -> str:
    """A baseline of all findings about images: fingerprint and a line, sorted by it."""
    known = {
        each.fingerprint: f"{each.finding.file}: {each.finding.rule}: {each.finding.message}"
        for each in reviewed
        if each.finding.rule >= "DRV1"
    }
    return json.dumps({"schema": BASELINE, "findings": dict(sorted(known.items()))}, indent=2)


def read_baseline(text: str, name: str) -> Mapping[str, str]:
    """Fingerprints and lines out of a baseline. Raises BaselineError."""
    try:
        table = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise BaselineError(f"{name}: not JSON: {failure}") from failure
    if not isinstance(table, dict) or table.get("schema") != BASELINE:
        raise BaselineError(f"{name}: schema: not {BASELINE}")
    known = table.get("findings")
    if not isinstance(known, dict) or not all(isinstance(line, str) for line in known.values()):
        raise BaselineError(f"{name}: findings: not a table of fingerprints")
    return known
