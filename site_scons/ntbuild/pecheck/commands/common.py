"""What the subcommands share: results, options that describe an image, reading files.

Names and texts from outside are escaped before they are printed.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from ntbuild.pecheck.export_lists import ExportListError, read_export_list
from ntbuild.pecheck.rule import Level
from ntbuild.pecheck.settings import PROFILES, TARGETS, CheckSettings, ProfileError
from ntbuild.pecoff.machine import MACHINES
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

CLEAN, FOUND, UNUSABLE, BUG = 0, 1, 2, 3
LEVELS: Final = {level.word: level for level in reversed(Level)}


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The result of a command: text for standard output, lines for standard error, an exit code."""

    code: int = CLEAN
    text: str = ""
    errors: tuple[str, ...] = ()


Command = Callable[[Sequence[str]], CommandResult]


class UsageError(Exception):
    """Wrong options, or a file that cannot be used; the text is one line."""


def parser_of(name: str, description: str) -> argparse.ArgumentParser:
    """A subcommand's parser."""
    return argparse.ArgumentParser(
        prog=f"pecheck {name}".strip(),
        description=description,
        epilog="exit code: 0 clean, 1 findings at or above --fail-on, 2 unusable input",
    )


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add the options that make ``CheckSettings``."""
    add = parser.add_argument
    add("--profile", default="base", help=f"comma-separated: {', '.join(PROFILES)} (default: base)")
    add("--target", default="win10", choices=TARGETS, help="oldest system (default: win10)")
    add("--stamp", type=number, metavar="N", help="the TimeDateStamp that the link writes")
    add("--machine", choices=sorted(MACHINES), help="the machine that the image must be for")
    add("--minimum", type=_version, metavar="M.N", help="oldest system version (default: target's)")
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
        version=options.minimum,
        stamp=options.stamp,
        exports=_exports(options.exports),
        modules=options.module,
        nonpaged=options.nonpaged,
    )


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


def _version(word: str) -> tuple[int, int]:
    major, _, minor = word.partition(".")
    return int(major), int(minor or 0)


def number(word: str) -> int:
    """A number in decimal or hexadecimal, as 32 bits."""
    return int(word, 0) & 0xFFFFFFFF


def epoch() -> int | None:
    """SOURCE_DATE_EPOCH as a stamp, when it is set. Raises UsageError."""
    word = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not word:
        return None
    if not word.isdigit():
        raise UsageError(f"SOURCE_DATE_EPOCH: {printable(word)!r} is not a number")
    return int(word) & 0xFFFFFFFF


def read_bytes(name: str) -> bytes:
    """The bytes of an image file. Raises UsageError, also for what is no MZ file."""
    data = _content(name)
    if data[:2] != b"MZ":
        raise UsageError(f"{printable(name)}: offset 0x0: e_magic: not a PE image")
    return data


def read_text(name: str, limit: int = -1) -> str:
    """The text of a file of at most ``limit`` bytes (-1: any number). Raises UsageError."""
    content = _content(name, limit + (limit >= 0))
    if 0 <= limit < len(content):
        raise UsageError(f"{printable(name)}: has more than {limit} bytes")
    try:
        return content.decode().replace("\r\n", "\n")
    except UnicodeDecodeError as failure:
        raise UsageError(f"{printable(name)}: not UTF-8 text") from failure


def _content(name: str, limit: int = -1) -> bytes:
    try:
        path = Path(name)
        if path.is_char_device() or path.is_block_device():
            raise UsageError(f"{printable(name)}: is a device")
        with path.open("rb") as file:
            return file.read(limit)
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "strerror", "") or failure
        raise UsageError(f"{printable(name)}: {reason}") from failure
