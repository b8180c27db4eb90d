r"""``ntbuild inf``: INF files stamped and judged.

    ntbuild inf stamp hello.inx --out hello.inf --version 1.2.3.4 --arch x64 --catalog hello.cat
    ntbuild inf lint hello.inf --files package          rules DRV901 to DRV903, DRV921 and on
    ntbuild inf rules                                   what the rules are

The date of ``stamp`` is ``--date``, else STAMPINF_DATE, else SOURCE_DATE_EPOCH, and the version
``--version`` or STAMPINF_VERSION: never the clock.
"""

import datetime as dt
import os
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.commands.common import UsageError, parser_of, read_file
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.findings_output import FORMATS, LEVELS
from ntbuild.packaging.inf.lint import INF_RULES, findings
from ntbuild.packaging.inf.read import read_inf
from ntbuild.packaging.inf.rules import Subject
from ntbuild.packaging.inf.stamp import Stamp, stamped
from ntbuild.packaging.inf.structure import MACHINES
from ntbuild.packaging.inf.text import decode, encode
from ntbuild.packaging.rules import Finding, explained
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

_EPILOG: Final = (
    "exit code: 0 good or written, 1 findings of the level to fail on, 2 unusable input"
)


def run(arguments: Sequence[str]) -> CommandResult:
    """Stamp or judge INF files. Raises UsageError."""
    parser = parser_of("inf", "Stamp and judge INF files.", _EPILOG)
    ways = parser.add_subparsers(dest="way", required=True, metavar="stamp|lint|rules")
    stamp = ways.add_parser("stamp", help="make an .inf of an .inx", epilog=_EPILOG)
    add = stamp.add_argument
    add("file", metavar="FILE")
    add("--out", required=True, metavar="FILE", help="the .inf")
    add("--version", metavar="W.X.Y.Z", help="the driver's version")
    add("--date", metavar="DAY", help="the date of DriverVer, 2027-01-31 or 01/31/2027")
    add("--arch", required=True, choices=MACHINES, help="what $ARCH$ stands for")
    add("--catalog", default="", metavar="NAME", help="the name for CatalogFile")
    add("--kmdf", default="", metavar="VERSION", help="what $KMDFVERSION$ stands for, as 1.33")
    lint = ways.add_parser("lint", help="judge .inf and .inx files", epilog=_EPILOG)
    add = lint.add_argument
    add("names", nargs="+", metavar="FILE")
    add("--files", metavar="FOLDER", help="the package: files that are named must be in it")
    add("--fail-on", choices=LEVELS, default="error", help="default: error")
    add("--format", choices=tuple(FORMATS), default="text")
    about = "list the rules with what they are about"
    ways.add_parser("rules", help=about, epilog="exit code: 0 always")
    options = parser.parse_args(arguments)
    if options.way == "rules":
        return CommandResult(text="\n\n".join(map(explained, INF_RULES.values())))
    return _stamp(options) if options.way == "stamp" else _lint(options)


def _lint(options: Namespace) -> CommandResult:
    """Judge files. Raises UsageError."""
    files = _names_in(options.files) if options.files else None
    found: list[Finding] = []
    for name in options.names:
        try:
            text, _, _ = decode(read_file(name), name)
        except PackageError as error:
            raise UsageError(printable(str(error))) from error
        template = name.lower().endswith(".inx")
        found += findings(Subject(read_inf(text, name), files=files, template=template))
    fails = any(each.level >= LEVELS[options.fail_on] for each in found)
    text = FORMATS[options.format](options.names, found, INF_RULES)
    return CommandResult(FOUND if fails else CLEAN, text)


def _names_in(folder: str) -> frozenset[str]:
    """The files of a folder in lower case. Raises UsageError."""
    try:
        return frozenset(each.name.lower() for each in Path(folder).iterdir())
    except OSError as error:
        raise UsageError(f"--files: {printable(folder)}: {error.strerror or error}") from error


def _stamp(options: Namespace) -> CommandResult:
    """Stamp a file. Raises UsageError."""
    version = options.version or os.environ.get("STAMPINF_VERSION", "")
    if not version:
        raise UsageError("stamp: give --version, or STAMPINF_VERSION")
    try:
        stamp = Stamp(_day(options.date), version, options.arch, options.catalog, options.kmdf)
        text, encoding, mark = decode(read_file(options.file), options.file)
        made = encode(stamped(text, options.file, stamp), encoding, mark)
    except PackageError as error:
        raise UsageError(f"stamp: {printable(str(error))}") from error
    try:
        write_all([(options.out, made)], inputs=[options.file])
    except OutputError as error:
        raise UsageError(str(error)) from error
    return CommandResult(text=f"wrote {printable(options.out)}")


def _day(given: str | None) -> dt.date:
    """The date of DriverVer. Raises UsageError."""
    text = given or os.environ.get("STAMPINF_DATE", "")
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if text:
            month, day, year = text.split("/") if "/" in text else (*text.split("-")[1:], text[:4])
            return dt.date(int(year), int(month), int(day))
        if epoch:
            return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        wrong = printable(text or epoch)
        raise UsageError(f"stamp: the date {wrong!r} is no day as 2027-01-31") from error
    raise UsageError("stamp: give --date, STAMPINF_DATE or SOURCE_DATE_EPOCH")
