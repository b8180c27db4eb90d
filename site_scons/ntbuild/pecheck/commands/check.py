"""``pecheck FILE...``: check images and print what was found.

A file that is no image is unusable input (exit code 2); an image with broken headers is a finding
(exit code 1). One unusable file does not keep the others from being checked.
"""

import argparse
import os
import sys
import textwrap
from collections.abc import Sequence
from typing import Final

from ntbuild.pecheck.check import CheckResult, check_image
from ntbuild.pecheck.linker_report import LARGEST, LinkerReport, ReportError, read_linker_report
from ntbuild.pecheck.output.human import as_text, uses_colour
from ntbuild.pecheck.rule import Rule
from ntbuild.pecheck.rules import RULES
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecheck.suppressions import (
    ALL_RULES,
    Allow,
    ReviewedFinding,
    SuppressionError,
    day_of,
    read_suppressions,
    review,
)
from ntbuild.pecheck.symbols import ImageSymbols, open_symbols, symbols_of
from ntbuild.pecoff.image.image import Image
from ntbuild.support.commands import CLEAN, FOUND, UNUSABLE, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable
from ntbuild.support.values import replace
from ntbuild.support.version import __version__

from .common import LEVELS, add_settings, day, epoch, parser_of, settings_from
from .files import UsageError, read_bytes, read_text

DESCRIPTION: Final = (
    "Check Windows NT kernel driver images. Other commands: pecheck fix, diff, dump, size."
)
_FORMATS: Final = ("human", "json", "sarif")


def _parser() -> argparse.ArgumentParser:
    parser = parser_of("", DESCRIPTION)
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="images to check")
    add_settings(parser)
    add("--format", default="human", choices=_FORMATS, help="output (default: human)")
    add("--linker-report", metavar="JSON", help="the linker's report about the (one) image")
    add("--pdb", metavar="FILE", help="the PDB of the (one) image; default: the one next to it")
    add("--require-pdb", action="store_true", help="an image that names a PDB must have it")
    add("--suppressions", metavar="TOML", help="accepted findings, each with a reason")
    add("--baseline", metavar="JSON", help="findings of a baseline do not count")
    add("--write-baseline", metavar="JSON", help="write the findings as a baseline")
    add(
        "--today",
        type=day,
        metavar="DAY",
        help="the date that expiry is compared with",
    )
    add("--explain", metavar="ID", help="what a rule checks, why, and how to fix it")
    add("--version", action="version", version=f"pecheck {__version__}")
    add("--list-rules", action="store_true", help="all rules, one per line")
    return parser


def run(arguments: Sequence[str]) -> CommandResult:
    """Check files. Raises UsageError."""
    options = _parser().parse_args(arguments)
    if options.list_rules:
        lines = (f"{r.id} {r.slug} {r.level.word}: {r.title}" for r in ALL_RULES.values())
        return CommandResult(CLEAN, "\n".join(lines))
    if options.explain is not None:
        return _explain(options.explain)
    if not options.files:
        raise UsageError("no files; see pecheck --help")
    today = options.today or day_of(epoch())
    settings, report = replace(settings_from(options), today=today), _linker_report(options)
    suppressions = _suppressions(options)
    baseline = _baseline(options)
    if options.pdb is not None and len(options.files) != 1:
        raise UsageError("--pdb: a PDB is of one image, so give one file")
    results, errors = _check_files(options, settings, report)
    findings = [finding for result in results for finding in result.findings]
    reviewed = review(findings, suppressions=suppressions, today=today, baseline=baseline)
    if options.write_baseline:
        _write_baseline(options.write_baseline, reviewed, options.files)
    threshold = LEVELS[options.fail_on]
    found = any(each.counts and each.finding.level >= threshold for each in reviewed)
    code = UNUSABLE if errors else FOUND if found else CLEAN
    return CommandResult(code, _text(options.format, results, reviewed), tuple(errors))


def _text(shape: str, results: Sequence[CheckResult], reviewed: Sequence[ReviewedFinding]) -> str:
    """The report in a format; json and urllib are imported for those that need them."""
    if shape == "json":
        from ntbuild.pecheck.output.as_json import as_json  # noqa: PLC0415

        return as_json(results, reviewed)
    if shape == "sarif":
        from ntbuild.pecheck.output.sarif import as_sarif  # noqa: PLC0415

        return as_sarif(results, reviewed)
    colour = uses_colour(os.environ, terminal=sys.stdout.isatty())
    return as_text(results, reviewed, colour=colour)


def _check_files(
    options: argparse.Namespace, settings: CheckSettings, report: LinkerReport | None
) -> tuple[list[CheckResult], list[str]]:
    results: list[CheckResult] = []
    errors: list[str] = []
    for name in options.files:
        try:
            data = read_bytes(name)
            known = (
                settings
                if report is None
                else replace(settings, report=_fitting(report, data, name))
            )
            known = replace(known, symbols=_symbols(options, name, data))
            results.append(check_image(data, printable(name), known, RULES.values()))
        except UsageError as failure:
            errors.append(str(failure))
    return results, errors


def _fitting(report: LinkerReport, data: bytes, name: str) -> LinkerReport:
    if not report.fits(Image(data)):
        raise UsageError(f"{printable(name)}: the linker's report is of another image")
    return report


def _symbols(options: argparse.Namespace, name: str, data: bytes) -> ImageSymbols | None:
    """The PDB that is given, or the one next to the image."""
    if options.pdb is not None:
        return open_symbols(options.pdb)
    return symbols_of(name, Image(data), required=options.require_pdb)


def _linker_report(options: argparse.Namespace) -> LinkerReport | None:
    if options.linker_report is None:
        return None
    if len(options.files) != 1:
        raise UsageError("--linker-report: a report is of one image, so give one file")
    name = options.linker_report
    try:
        return read_linker_report(read_text(name, LARGEST), printable(name))
    except ReportError as failure:
        raise UsageError(str(failure)) from failure


def _suppressions(options: argparse.Namespace) -> tuple[Allow, ...]:
    if options.suppressions is None:
        return ()
    name = options.suppressions
    try:
        return read_suppressions(read_text(name), printable(name))
    except SuppressionError as failure:
        raise UsageError(printable(str(failure))) from failure


def _baseline(options: argparse.Namespace) -> dict[str, str] | None:
    if options.baseline is None:
        return None
    from ntbuild.pecheck.output.as_json import BaselineError, read_baseline  # noqa: PLC0415

    name = options.baseline
    try:
        return dict(read_baseline(read_text(name), printable(name)))
    except BaselineError as failure:
        raise UsageError(printable(str(failure))) from failure


def _write_baseline(name: str, reviewed: Sequence[ReviewedFinding], read: Sequence[str]) -> None:
    from ntbuild.pecheck.output.as_json import as_baseline  # noqa: PLC0415

    try:
        text = as_baseline(reviewed) + "\n"
        write_all([(name, text.encode())], inputs=read, make_folders=False)
    except OutputError as failure:
        raise UsageError(printable(str(failure))) from failure


def _explain(name: str) -> CommandResult:
    word = name.upper()
    for rule in ALL_RULES.values():
        if word in {rule.id, rule.slug.upper()}:
            return CommandResult(CLEAN, _page(rule))
    raise UsageError(f"no rule {printable(name)!r}; see pecheck --list-rules")


def _page(rule: Rule) -> str:
    rows = {
        "checks": rule.title,
        "level": rule.level_text,
        "breaks": rule.damage or "nothing in an image",
        "why": rule.why,
        "source": rule.source,
        "fix": rule.fix,
    }
    body = "\n".join(
        textwrap.fill(text, 96, initial_indent=f"  {key:8}", subsequent_indent=" " * 10)
        for key, text in rows.items()
    )
    return f"{rule.id} {rule.slug}\n{body}"
