"""``ntbuild run``: a driver runs in emulators, one process each, and the command says what it did.

ntbuild run hello.sys
ntbuild run client.sys --with core.sys        images that it imports from, in load order
ntbuild run hello.sys --engine unicorn        one engine, which is then enough
ntbuild run hello.sys --format json           the report that scons run writes
ntbuild run hello.sys --ioctl 0x222000:2a00   a control request with two bytes

What ``run=`` of the SConscript asks for is in the report of the last ``scons run`` beside the
image, and is asked again, so that both say the same of an image; options say something else.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.running.engines import ENGINES, engines_named
from ntbuild.running.record import record_of, recorded
from ntbuild.running.report import EXIT_CODES
from ntbuild.running.run import run_image
from ntbuild.running.values import LIMIT, Ioctl, Run, RunError, check_timeout
from ntbuild.support.commands import CommandResult
from ntbuild.support.text import printable
from ntbuild.support.values import replace

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
    add(
        "--ioctl",
        action="append",
        default=[],
        metavar="CODE[:HEX]",
        help="send a control code with bytes, in place of the project's calls",
    )
    add("--no-calls", action="store_true", help="ask for nothing that the project's run= asks")
    add("--timeout", default="", metavar="SECONDS", help=f"for each engine, up to {LIMIT} (10)")
    add("--profile", default="", metavar="LIST", help="profiles of pecheck, such as hvci")
    add("--format", choices=_FORMATS, default="text", help="text (default) or json")
    options = parser.parse_args(arguments)
    image = Path(options.image)
    try:
        how, profiles, source = _asked(options, image)
        _check_profiles(profiles)
        report = run_image(image, how, list(map(Path, options.needs)), profiles)
    except RunError as error:
        raise UsageError(str(error)) from error
    if options.format == "json":
        return CommandResult(EXIT_CODES[report.verdict], report.to_json().rstrip("\n"))
    requests = f"{len(how.calls) or 'none'} of {source}"
    return CommandResult(EXIT_CODES[report.verdict], f"{report.to_text()}\n  requests: {requests}")


def _asked(options: argparse.Namespace, image: Path) -> tuple[Run, tuple[str, ...], str]:
    """What to ask of the image, its profiles, and who asks, in words. Raises RunError."""
    known = None if options.no_calls else recorded(image)
    how, profiles = known or (Run(), ())
    record = printable(record_of(image).name)
    source = "--no-calls" if options.no_calls else record
    if not options.no_calls and known is None:
        source = (
            f"a project's: {record} is not beside the image "
            "(scons run writes it, and sends those of run=)"
        )
    if options.ioctl:
        calls, source = tuple(map(_ioctl, options.ioctl)), "--ioctl"
        how = Run(calls, engines=how.engines, timeout=how.timeout)
    if options.engine:
        engines = engines_named(_words(options.engine), "--engine")
        how = replace(how, engines=tuple(each.name for each in engines))
    if options.timeout:
        how = replace(how, timeout=_seconds(options.timeout))
    return how, _words(options.profile) or profiles, source


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (word.strip() for word in text.split(","))))


def _ioctl(text: str) -> Ioctl:
    """The request of ``CODE[:HEX]``; any answer will do. Raises RunError."""
    code, _, content = text.partition(":")
    try:
        request = Ioctl(int(code, 0), bytes.fromhex(content), status=None)
    except ValueError as error:
        raise RunError(
            f"--ioctl: expected CODE[:HEX], such as 0x222000:2a00, not {text!r}"
        ) from error
    Run(calls=(request,))  # raises RunError for what no engine can send
    return request


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
