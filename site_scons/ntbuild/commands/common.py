"""What the subcommands of ``ntbuild`` share: the table of commands, their parsers, their errors."""

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ntbuild.support.commands import Parser
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

_FIRST_DAY: Final = 315532800
"""1980-01-01, the oldest date that archives and INF files agree on, as seconds from 1970."""


class UsageError(Exception):
    """Wrong options, or input that cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Command:
    """A subcommand: the module of this room that has its ``run``, and what it does."""

    module: str
    summary: str


COMMANDS: Final[Mapping[str, Command]] = {
    "new": Command("new_project", "a project that builds, runs and packages as it is"),
    "import": Command("import_projects", "write SConscripts for .vcxproj, .sln and sources files"),
    "run": Command("run_driver", "run a driver in emulators, and say what it did"),
    "libs": Command("libs", "modules and functions to import from, and who has a symbol"),
    "sign": Command("packaging.sign", "Authenticode signatures in images, catalogs and cabinets"),
    "report": Command("report", "one page about the last build: findings, proofs, sizes"),
    "cat": Command("packaging.catalog", "the catalog of a package's files"),
    "archive": Command("packaging.archive", "zip files and cabinets of packages"),
    "timestamp": Command("packaging.timestamp", "time stamps for what is signed"),
    "inf": Command("packaging.inf", "INF files stamped and judged"),
    "verify": Command("packaging.verify", "signatures, catalogs and packages, as a stranger would"),
    "rebuild": Command("rebuild", "a build made again from its record, and compared"),
    "symstore": Command("symstore", "images and PDBs in the folders of a symbol server"),
    "doctor": Command("doctor", "what is installed here, and what is missing to build drivers"),
}
"""All subcommands, in the order of the help."""


def read_file(name: str) -> bytes:
    """The bytes of a file that the user named. Raises UsageError."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"{printable(name)}: {error.strerror or error}") from error


def source_date() -> dt.datetime:
    """SOURCE_DATE_EPOCH, or 1980-01-01 where it is not set or older. Raises UsageError."""
    text = os.environ.get("SOURCE_DATE_EPOCH", str(_FIRST_DAY))
    try:
        return dt.datetime.fromtimestamp(max(int(text), _FIRST_DAY), dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH: {printable(text)!r} is no time") from error


def overview() -> str:
    """The help of the command itself."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:{width}}  {each.summary}" for name, each in COMMANDS.items()]
    return "\n".join(
        [
            "usage: ntbuild COMMAND ...",
            "",
            "Windows NT kernel drivers from any machine. Drivers are built by the command scons.",
            "",
            *lines,
            "",
            "ntbuild COMMAND --help says more; ntbuild --version is the version.",
        ]
    )


def parser_of(name: str, description: str, epilog: str) -> Parser:
    """A subcommand's parser; ``epilog`` says what its exit codes mean."""
    return Parser(prog=f"ntbuild {name}", description=description, epilog=epilog)
