"""``ntbuild run``: a driver runs in emulators, one process each, and the command says what it did.

ntbuild run hello.sys
ntbuild run client.sys --with core.sys        images that it imports from, in load order
ntbuild run hello.sys --engine unicorn        one engine, which is then enough
ntbuild run hello.sys --format json           the report that scons run writes
ntbuild run mine.sys --ioctl 0x222000:2a00    a control request with two bytes, and its answer
ntbuild run mine.sys --ioctl 0x222004::4      one without, for an answer of up to four

What ``run=`` of the SConscript asks for is in the report of the last ``scons run`` beside the
image, and is asked again, so that both say the same of an image; options say something else.
"""

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ntbuild.running.engines import ENGINES, engines_named
from ntbuild.running.record import record_of, recorded
from ntbuild.running.report import EXIT_CODES, Report
from ntbuild.running.run import run_image
from ntbuild.running.values import LIMIT, Call, Ioctl, Read, Run, RunError, check_timeout
from ntbuild.support.commands import CommandResult
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .common import UsageError, parser_of

_EPILOG: Final = (
    "exit code: 0 proved, 1 refused, 2 unusable input or options, 3 a bug or a broken engine, "
    "4 unknown (a routine is missing) or unproved (fewer engines than wanted)"
)
_FORMATS: Final = ("text", "json")
_ROOM: Final = 256
"""Bytes of the output buffer of ``--ioctl``."""
_MOST_BYTES: Final = 32
_MOST_NAMES: Final = 8
_IOCTL: Final = re.compile(
    r"0[xX](?P<code>[0-9A-Fa-f]{1,8})(?::(?P<content>[^:]*)(?::(?P<size>\d{1,7}))?)?"
)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{1,8}")


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
        metavar="CODE[:HEX[:SIZE]]",
        help="send a control code with bytes, in place of the project's calls; room for an answer "
        f"of SIZE bytes ({_ROOM})",
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
    lines = [report.to_text(), *_requests(report, how, source)]
    return CommandResult(EXIT_CODES[report.verdict], "\n".join(lines))


def _requests(report: Report, how: Run, source: str) -> Iterator[str]:
    """What was sent: the calls with their answers, or the names of what engines send to any driver.

    Engines that had the same answers are told of once.
    """
    served: dict[str, list[dict[str, Any]]] = {
        each.name: each.stages.get("served", []) for each in report.engines
    }
    if not how.calls:
        sent = next(filter(None, served.values()), [])
        names = list(dict.fromkeys(printable(each["request"]) for each in sent))
        more = ", ..." if len(names) > _MOST_NAMES else ""
        others = f"; sent were {', '.join(names[:_MOST_NAMES])}{more}" if names else ""
        yield f"  requests: none of {source}{others}"
        return
    yield f"  requests: {len(how.calls)} of {source}"
    for index, call in enumerate(how.calls):
        answers: dict[str, list[str]] = {}
        for name, entries in served.items():
            found = next((each for each in entries if each.get("call") == index), None)
            if found is not None:
                answers.setdefault(_answer(found), []).append(name)
        for answer, names in answers.items() or [("not sent", [])]:
            who = f" ({', '.join(names)})" if len(answers) > 1 else ""
            yield f"    {_call_in_words(call)}: {answer}{who}"


def _call_in_words(call: Call) -> str:
    if isinstance(call, Ioctl):
        return f"Ioctl {call.code:#010x}, {len(call.input)} bytes"
    size = call.size if isinstance(call, Read) else len(call.data)
    return f"{type(call).__name__} at {call.offset:#x}, {size} bytes"


def _answer(entry: Mapping[str, Any]) -> str:
    """Status, and the bytes that came back; of a write how many were taken."""
    output = bytes.fromhex(entry["output"])
    shown = f" {output[:_MOST_BYTES].hex(' ')}" if output else ""
    more = " ..." if len(output) > _MOST_BYTES else ""
    return f"status {entry['status']}, {entry['information']} bytes{shown}{more}"


def _asked(options: argparse.Namespace, image: Path) -> tuple[Run, tuple[str, ...], str]:
    """What to ask of the image, its profiles, and who asks, in words. Raises RunError."""
    known = None if options.no_calls else recorded(image)
    how, profiles = known or (Run(), ())
    record = printable(record_of(image).name)
    source = "a project's (--no-calls)" if options.no_calls else record
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
    """The request of ``CODE[:HEX[:SIZE]]``; any answer will do. Raises RunError.

    The code is hexadecimal with 0x, as headers and traces have it: what has no 0x may be either.
    """
    found = _IOCTL.fullmatch(text)
    if found is None:
        code = text.partition(":")[0]
        hint = f" (the code is hexadecimal: 0x{code})" if _HEX.fullmatch(code) else ""
        form = "expected CODE[:HEX[:SIZE]], such as 0x222000:2a00"
        raise RunError(f"--ioctl: {form}, not {text!r}{hint}")
    try:
        content = bytes.fromhex(found["content"] or "")
    except ValueError as error:
        raise RunError(f"--ioctl: {text!r}: {found['content']!r} are no bytes in hex") from error
    size = max(_ROOM, len(content)) if found["size"] is None else int(found["size"])
    request = Ioctl(int(found["code"], 16), content, status=None, size=size)
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
