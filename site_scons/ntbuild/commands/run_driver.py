"""``ntbuild run``: a driver runs in emulators, one process each, and the command says what it did.

ntbuild run hello.sys
ntbuild run client.sys --with core.sys        images that it imports from, in load order
ntbuild run hello.sys --engine unicorn        one engine, which is then enough
ntbuild run hello.sys --format json           the report that scons run writes
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.running.engines import ENGINES, engines_named
from ntbuild.running.report import EXIT_CODES
from ntbuild.running.run import run_image
from ntbuild.running.values import LIMIT, Run, RunError, check_timeout
from ntbuild.support.commands import CommandResult

from .common import UsageError, parser_of

_EPILOG: Final = (
    "exit code: 0 proved, 1 refused, 2 unusable input or options, 3 a bug or a broken engine, "
    "4 unknown (a routine is missing) or unproved (fewer engines than wanted)"
)
_FORMATS: Final = ("text", "json")


def run(arguments: Sequence[str]) -> CommandResult:
    """Run one image. Raises UsageError."""
    parser = parser_of("run", "Run a driver in emulators.", _EPILOG)
    add = parser.add_argument
    add("image", metavar="X.sys", help="the driver")
    add(
        "--with",
        dest="needs",
        action="append",
        default=[],
        metavar="Y.sys",
        help="an image that it imports from",
    )
    names = ", ".join(each.name for each in ENGINES)
    usual = " and ".join(each.name for each in ENGINES if each.usual)
    add("--engine", default="", metavar="LIST", help=f"of {names} (default: {usual})")
    add("--timeout", default="10", metavar="SECONDS", help=f"for each engine, up to {LIMIT}")
    add("--profile", default="", metavar="LIST", help="profiles of pecheck, such as hvci")
    add("--format", choices=_FORMATS, default="text", help="text (default) or json")
    options = parser.parse_args(arguments)
    engines = tuple(filter(None, (word.strip() for word in options.engine.split(","))))
    profiles = tuple(filter(None, (word.strip() for word in options.profile.split(","))))
    try:
        engines_named(engines, "--engine")
        how = Run(engines=engines, timeout=_seconds(options.timeout))
        _check_profiles(profiles)
        report = run_image(Path(options.image), how, list(map(Path, options.needs)), profiles)
    except RunError as error:
        raise UsageError(str(error)) from error
    text = report.to_json().rstrip("\n") if options.format == "json" else report.to_text()
    return CommandResult(EXIT_CODES[report.verdict], text)


def _seconds(text: str) -> int:
    digits = text if text.isascii() and text.isdigit() and len(text) < 10 else ""
    return check_timeout(int(digits) if digits else text, "--timeout")


def _check_profiles(profiles: Sequence[str]) -> None:
    """Raises UsageError for a profile that pecheck does not know."""
    from ntbuild.pecheck import CheckSettings, ProfileError  # noqa: PLC0415 - for this option only

    try:
        CheckSettings(profiles=("base", *profiles))
    except ProfileError as error:
        raise UsageError(f"--profile: {error}") from error
