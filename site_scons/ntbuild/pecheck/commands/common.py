"""What the subcommands share: options that describe an image, reading files.

Names and texts from outside are escaped before they are printed.
"""

import argparse
import os
import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from ntbuild.pecheck.export_lists import ExportListError, read_export_list
from ntbuild.pecheck.newer_exports import BUILDS
from ntbuild.pecheck.rule import Level
from ntbuild.pecheck.settings import PROFILES, TARGETS, CheckSettings, ProfileError
from ntbuild.pecoff.machine import MACHINES, OTHERS
from ntbuild.support.commands import Parser
from ntbuild.support.text import printable

from .files import UsageError, read_text

LEVELS: Final = {level.word: level for level in reversed(Level)}


def parser_of(name: str, description: str) -> argparse.ArgumentParser:
    """A subcommand's parser."""
    return Parser(
        prog=f"pecheck {name}".strip(),
        description=description,
        epilog="exit code: 0 clean, 1 findings at or above --fail-on, 2 unusable input, 3 a bug",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that make ``CheckSettings``."""
    add = parser.add_argument
    add("--profile", default="base", help=f"comma-separated: {', '.join(PROFILES)} (default: base)")
    add("--target", default="win10", choices=TARGETS, help="oldest system (default: win10)")
    add("--stamp", type=number, metavar="N", help="the TimeDateStamp that the link writes")
    machines = sorted([*MACHINES, *OTHERS.values()])
    add("--machine", choices=machines, help="the machine that the image must be for")
    add(
        "--minimum",
        type=version_number,
        metavar="M.N",
        help="oldest system version, such as 10.0 or 10.0.19041 (default: target's)",
    )
    add(
        "--module",
        action="append",
        default=[],
        metavar="NAME",
        help="further module to import from",
    )
    add(
        "--exports",
        action="append",
        default=[],
        metavar="DEF",
        help="exports of a module (.def)",
    )
    add(
        "--nonpaged",
        type=number,
        default=1 << 20,
        metavar="N",
        help="most nonpaged bytes",
    )
    add("--fail-on", default="error", choices=LEVELS, help="lowest level that makes exit code 1")


def settings_from(options: argparse.Namespace) -> CheckSettings:
    """The settings that options give. Raises UsageError."""
    try:
        profiles = CheckSettings.of(options.profile).profiles
    except ProfileError as failure:
        raise UsageError(f"--profile: {failure}") from failure
    return CheckSettings(
        profiles=profiles,
        target=options.target,
        machine=options.machine,
        version=options.minimum[:2] if options.minimum else None,
        build=_build(options.minimum),
        stamp=options.stamp,
        exports=_exports(options.exports),
        modules=options.module,
        nonpaged=options.nonpaged,
    )


def _build(version: tuple[int, ...] | None) -> int:
    """The build of a version; 0 for one of which nothing is known."""
    if version is None:
        return 0
    return version[2] if len(version) > 2 else BUILDS.get((version[0], version[1]), 0)


def _exports(names: Sequence[str]) -> dict[str, frozenset[str]] | None:
    """Export lists by module; several lists of one module are one."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        try:
            module, exports = read_export_list(read_text(name), printable(name))
        except ExportListError as failure:
            raise UsageError(str(failure)) from failure
        found[module.lower()] = found.get(module.lower(), frozenset()) | exports
    return found or None


def number(word: str) -> int:
    """A number of 32 bits in decimal or, with 0x, hexadecimal. Raises ArgumentTypeError."""
    try:
        value = int(word, 0)
    except ValueError:
        value = -1
    if not 0 <= value < 1 << 32:
        raise argparse.ArgumentTypeError(f"{word[:20]!r} is not a number of 32 bits")
    return value


def version_number(word: str) -> tuple[int, ...]:
    """Two numbers of 16 bits, ``10.0``, of which the second may be missing; a third is a build.

    Raises ArgumentTypeError.
    """
    match = re.fullmatch(r"([0-9]{1,5})(?:\.([0-9]{1,5})(?:\.([0-9]{1,5}))?)?", word)
    numbers: tuple[int, ...] = (-1,)
    if match:
        numbers = (int(match[1]), int(match[2] or 0), *map(int, filter(None, [match[3]])))
    if not 0 <= min(numbers) <= max(numbers) < 1 << 16:
        raise argparse.ArgumentTypeError(f"{word[:20]!r} is not a version such as 10.0")
    return numbers


def day(word: str) -> date:
    """A date, ``2027-06-30``. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        message = f"{word[:20]!r} is not a date such as 2027-06-30"
        raise argparse.ArgumentTypeError(message) from None


def epoch() -> int | None:
    """SOURCE_DATE_EPOCH as a stamp, when it is set. Raises UsageError."""
    word = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not word:
        return None
    # str.isdigit takes digits that int does not, and int refuses thousands of them.
    digits = word.lstrip("0") or "0"
    if not re.fullmatch("[0-9]{1,10}", digits) or int(digits) >= 1 << 32:
        shown = printable(word[:20])
        raise UsageError(
            f"SOURCE_DATE_EPOCH={shown}: expected seconds since 1970, below 4294967296"
        )
    return int(digits)
