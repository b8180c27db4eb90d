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


GROUPS: Final[Mapping[str, Mapping[str, Command]]] = {
    "Projects": {
        "new": Command("new_project", "a project that builds, runs and packages as it is"),
        "import": Command("import_projects", "SConscripts of .vcxproj, .sln and sources files"),
        "doctor": Command("doctor", "what is installed here, and what else there could be"),
    },
    "Drivers": {
        "run": Command("run_driver", "run a driver in emulators, and say what it did"),
        "report": Command("report", "one page about the last build: findings, proofs, sizes"),
        "libs": Command("libs", "modules and functions to import from, and who has a symbol"),
        "flags": Command("flags", "the compiler with its flags, for another build system"),
        "symstore": Command("symstore", "images and PDBs in the folders of a symbol server"),
    },
    "Packages, which scons package makes of a project": {
        "inf": Command("packaging.inf", "INF files stamped and judged"),
        "cat": Command("packaging.catalog", "the catalog of a package's files"),
        "sign": Command("packaging.sign", "signatures in images, catalogs and cabinets"),
        "timestamp": Command("packaging.timestamp", "time stamps for what is signed"),
        "archive": Command("packaging.archive", "zip files and cabinets of packages"),
        "verify": Command("packaging.verify", "signatures and packages, as a stranger would"),
        "rebuild": Command("rebuild", "a build made again from its record, and compared"),
    },
}
"""The subcommands in the order of the help, below a title each."""

COMMANDS: Final[Mapping[str, Command]] = {
    name: command for group in GROUPS.values() for name, command in group.items()
}
"""All subcommands."""


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
    lines = ["usage: ntbuild COMMAND ...", "", "Windows NT kernel drivers from any machine."]
    for title, group in GROUPS.items():
        lines += ["", f"{title}:"]
        lines += [f"  {name:{width}}  {each.summary}" for name, each in group.items()]
    return "\n".join(
        [
            *lines,
            "",
            "scons builds drivers: scons -h in a project. pelink links and pecheck validates",
            "images, also without a project. ntbuild COMMAND --help says more; ntbuild --version.",
            "",
            "exit code: 0 done, 1 something is wrong or missing, 2 unusable input, 3 a bug;",
            "the help of a command says what they mean there",
        ]
    )


def parser_of(name: str, description: str, epilog: str) -> Parser:
    """A subcommand's parser; ``epilog`` says what its exit codes mean."""
    return Parser(prog=f"ntbuild {name}", description=description, epilog=epilog)
