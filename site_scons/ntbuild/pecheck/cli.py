"""The command ``pecheck``: judge driver images, print findings, exit 0, 1 or 2.

The hard part is what to do with a file that is no image: it is unusable input (exit 2), while an
image with a broken header is a finding (exit 1), and one bad file must not hide the others.
"""

import argparse
import json
import os
import sys
import textwrap
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from .asked import PROFILES, TARGETS, Asked, ProfileError
from .check import CheckResult, judge
from .rule import CONCERNS, Level, Rule
from .rules import RULES

SCHEMA: Final = "ntbuild.pecheck/1"
CLEAN, FOUND, UNUSABLE, BUG = 0, 1, 2, 3
_LEVELS: Final = {level.word: level for level in reversed(Level)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 clean, 1 findings, 2 unusable input, 3 a bug."""
    try:
        code = _run(_parser().parse_args(arguments))
        sys.stdout.flush()  # here, where a closed pipe can still be caught
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except Exception as bug:  # noqa: BLE001 - the last line of defence: never a traceback by default
        if os.environ.get("NTBUILD_DEBUG"):
            traceback.print_exc()
        _complain(f"internal error, please report: {type(bug).__name__}: {bug}")
        return BUG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="pecheck",
        description="Judge Windows NT kernel driver images.",
        epilog="exit code: 0 clean, 1 findings at or above --fail-on, 2 unusable input",
    )
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="images to judge")
    add("--profile", default="base", help=f"comma-separated: {', '.join(PROFILES)} (default: base)")
    add("--target", default="win10", choices=TARGETS, help="oldest system (default: win10)")
    add("--fail-on", default="error", choices=_LEVELS, help="lowest level that makes exit code 1")
    add("--format", default="human", choices=("human", "json"), help="output (default: human)")
    add("--stamp", type=_number, metavar="N", help="the TimeDateStamp that the link was to write")
    add("--explain", metavar="ID", help="what a rule checks, why, and how to mend it")
    add("--list-rules", action="store_true", help="all rules, one per line")
    return parser


def _number(word: str) -> int:
    return int(word, 0) & 0xFFFFFFFF


def _run(options: argparse.Namespace) -> int:
    if options.list_rules:
        print("\n".join(f"{r.id} {r.slug} {r.level.word}: {r.title}" for r in RULES.values()))
        return CLEAN
    if options.explain is not None:
        return _explain(options.explain)
    if not options.files:
        _complain("no files; see pecheck --help")
        return UNUSABLE
    try:
        profiles = Asked.of(options.profile).profiles
    except ProfileError as failure:
        _complain(f"--profile: {failure}")
        return UNUSABLE
    asked = Asked(profiles=profiles, target=options.target, stamp=options.stamp)
    results, unusable = _judge_files(options.files, asked)
    text = _as_json(results) if options.format == "json" else "\n".join(_as_lines(results))
    if text:
        print(text)
    if unusable:
        return UNUSABLE
    threshold = _LEVELS[options.fail_on]
    return FOUND if any(f.level >= threshold for r in results for f in r.findings) else CLEAN


def _judge_files(names: Sequence[str], asked: Asked) -> tuple[list[CheckResult], bool]:
    results: list[CheckResult] = []
    unusable = False
    for name in names:
        shown = _printable(name)
        try:
            data = Path(name).read_bytes()
        except OSError as failure:
            _complain(f"{shown}: {failure.strerror or failure}")
            unusable = True
            continue
        if data[:2] != b"MZ":
            _complain(f"{shown}: offset 0x0: e_magic: not a PE image")
            unusable = True
            continue
        results.append(judge(data, shown, asked, RULES.values()))
    return results, unusable


def _as_lines(results: Sequence[CheckResult]) -> Iterator[str]:
    for result in results:
        yield from map(str, result.findings)
    if len(results) > 1:
        count = Counter(finding.level for result in results for finding in result.findings)
        totals = ", ".join(f"{count[level]} {word}s" for word, level in _LEVELS.items())
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


def _explain(name: str) -> int:
    wanted = name.upper()
    for rule in RULES.values():
        if wanted in {rule.id, rule.slug.upper()}:
            print(_page(rule))
            return CLEAN
    _complain(f"no rule {_printable(name)!r}; see pecheck --list-rules")
    return UNUSABLE


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


def _printable(name: str) -> str:
    """A file name without characters that a terminal would act on."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)


def _complain(message: str) -> None:
    print(f"pecheck: {message}", file=sys.stderr)
