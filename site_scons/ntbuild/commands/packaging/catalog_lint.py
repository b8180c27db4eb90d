"""``ntbuild cat lint``: catalogs judged by rules DRV911 to DRV913.

ntbuild cat lint build/package/zig/x64/release/hello --project demo
ntbuild cat rules
"""

from argparse import Namespace
from collections.abc import Sequence
from typing import Final

from ntbuild.commands.common import UsageError, parser_of
from ntbuild.packaging.catalog_rules import CATALOG_RULES, findings, subject_of
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.packaging.findings_output import FORMATS, LEVELS
from ntbuild.packaging.rules import Finding, explained
from ntbuild.packaging.signers import MISSING
from ntbuild.packaging.verify import read_package
from ntbuild.pecheck.signing.certificates import available
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable

from .trust_options import add_trust, trust_of

WAYS: Final = ("lint", "rules")
_EPILOG: Final = "exit code: 0 good, 1 findings of the level to fail on, 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Judge the catalogs of packages, or list the rules. Raises UsageError."""
    if arguments[0] == "rules":
        about = "List the rules of catalogs with what they are about."
        parser_of("cat rules", about, "exit code: 0 always").parse_args(arguments[1:])
        return CommandResult(text="\n\n".join(map(explained, CATALOG_RULES.values())))
    parser = parser_of("cat lint", "Judge the catalogs of packages.", _EPILOG)
    add = parser.add_argument
    add("folders", nargs="+", metavar="FOLDER", help="a package: its files in a folder")
    add("--fail-on", choices=LEVELS, default="error", help="default: error")
    add("--format", choices=tuple(FORMATS), default="text")
    add_trust(parser)
    options = parser.parse_args(arguments[1:])
    if not available():
        raise UsageError(MISSING)
    found = _found(options)
    fails = any(each.level >= LEVELS[options.fail_on] for each in found)
    names = [_name(each) for each in options.folders]
    text = FORMATS[options.format](names, found, CATALOG_RULES)
    return CommandResult(FOUND if fails else CLEAN, text)


def _found(options: Namespace) -> list[Finding]:
    """The findings of all packages. Raises UsageError."""
    found: list[Finding] = []
    for folder in options.folders:
        try:
            subject = subject_of(read_package(folder), trust_of(options))
        except PackageError as error:
            text = str(error)
            place = "" if text.startswith(folder) else f"{folder}: "
            raise UsageError(f"lint: {printable(place + text)}") from error
        except SigningError as error:
            raise UsageError(printable(str(error))) from error
        found += findings(subject, _name(folder))
    return found


def _name(folder: str) -> str:
    """What findings call the catalog of a folder."""
    return folder.rstrip("/\\") or folder
