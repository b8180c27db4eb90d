"""``pecheck FILE...``: judge images and say what was found.

The hard part is what to do with a file that is no image: it is unusable input (exit 2), while an
image with a broken header is a finding (exit 1), and one bad file must not hide the others.
"""

import argparse
import json
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from ntbuild.pecheck.asked import Asked
from ntbuild.pecheck.check import CheckResult, judge
from ntbuild.pecheck.rule import CONCERNS, Rule
from ntbuild.pecheck.rules import RULES

from .common import (
    CLEAN,
    FOUND,
    LEVELS,
    UNUSABLE,
    Answer,
    UsageError,
    add_asked,
    asked_from,
    parser_of,
    printable,
    read_bytes,
)

SCHEMA: Final = "ntbuild.pecheck/1"
DESCRIPTION = "Judge Windows NT kernel driver images; pecheck fix mends them."


def _parser() -> argparse.ArgumentParser:
    parser = parser_of("", DESCRIPTION)
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="images to judge")
    add_asked(parser)
    add("--format", default="human", choices=("human", "json"), help="output (default: human)")
    add("--explain", metavar="ID", help="what a rule checks, why, and how to mend it")
    add("--list-rules", action="store_true", help="all rules, one per line")
    return parser


def run(arguments: Sequence[str]) -> Answer:
    """Judge files. Raises UsageError."""
    options = _parser().parse_args(arguments)
    if options.list_rules:
        lines = (f"{r.id} {r.slug} {r.level.word}: {r.title}" for r in RULES.values())
        return Answer(CLEAN, "\n".join(lines))
    if options.explain is not None:
        return _explain(options.explain)
    if not options.files:
        raise UsageError("no files; see pecheck --help")
    results, complaints = _judge_files(options.files, asked_from(options))
    text = _as_json(results) if options.format == "json" else "\n".join(_as_lines(results))
    threshold = LEVELS[options.fail_on]
    found = any(f.level >= threshold for r in results for f in r.findings)
    return Answer(UNUSABLE if complaints else FOUND if found else CLEAN, text, tuple(complaints))


def _judge_files(names: Sequence[str], asked: Asked) -> tuple[list[CheckResult], list[str]]:
    results: list[CheckResult] = []
    complaints: list[str] = []
    for name in names:
        try:
            results.append(judge(read_bytes(name), printable(name), asked, RULES.values()))
        except UsageError as failure:
            complaints.append(str(failure))
    return results, complaints


def _as_lines(results: Sequence[CheckResult]) -> Iterator[str]:
    for result in results:
        yield from map(str, result.findings)
    if len(results) > 1:
        count = Counter(finding.level for result in results for finding in result.findings)
        totals = ", ".join(f"{count[level]} {word}s" for word, level in LEVELS.items())
        clean = sum(not result.findings for result in results)
        yield f"{len(results)} files, {clean} without findings: {totals}"


def _as_json(results: Sequence[CheckResult]) -> str:
    findings: list[dict[str, Any]] = [
        {
            "file": finding.file,
            "rule": finding.rule,
            "slug": finding.slug,
            "level": finding.level.word,
            "message": finding.message,
            "location": {"section": finding.place.section, "offset": finding.place.offset},
            "profiles": list(finding.profiles),
            "fix": finding.fix,
            "suppressed": False,
        }
        for result in results
        for finding in result.findings
    ]
    files = [
        {"file": r.file, "notApplicable": [{"rule": i, "reason": w} for i, w in r.not_applicable]}
        for r in results
    ]
    return json.dumps({"schema": SCHEMA, "files": files, "findings": findings}, indent=2)


def _explain(name: str) -> Answer:
    wanted = name.upper()
    for rule in RULES.values():
        if wanted in {rule.id, rule.slug.upper()}:
            return Answer(CLEAN, _page(rule))
    raise UsageError(f"no rule {printable(name)!r}; see pecheck --list-rules")


def _page(rule: Rule) -> str:
    levels = "".join(f", {level.word} in {word}" for word, level in rule.levels.items())
    breaks = "; ".join(CONCERNS[letter][1] for letter in rule.breaks)
    rows = {
        "checks": rule.title,
        "level": rule.level.word + levels,
        "breaks": breaks,
        "why": rule.why,
        "source": rule.source,
        "fix": rule.fix,
    }
    body = "\n".join(
        textwrap.fill(text, 96, initial_indent=f"  {key:8}", subsequent_indent=" " * 10)
        for key, text in rows.items()
    )
    return f"{rule.id} {rule.slug}\n{body}"
