"""The command ``pecheck``: finds the subcommand, prints its result, exits with 0, 1, 2 or 3.

An exception that no subcommand handles is one line and exit code 3 (a traceback with
``NTBUILD_DEBUG=1``). A pipe that its reader closed early is no error.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from ntbuild.support.commands import BUG, FOUND, UNUSABLE, CommandResult
from ntbuild.support.text import printable

from .commands.files import UsageError

COMMANDS: Final = ("check", "fix", "diff", "dump", "size")
"""Words that name a subcommand; any other first word is a file to check (``./fix`` as well)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 clean, 1 findings, 2 unusable input, 3 a bug."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        result = _run(words)
        if result.text:
            print(result.text)
        for line in result.errors:
            _print_error(line)
        sys.stdout.flush()  # here, where a closed pipe can still be caught
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except Exception as bug:  # noqa: BLE001 - no traceback by default
        if os.environ.get("NTBUILD_DEBUG"):
            traceback.print_exc()
        _print_error(f"internal error, please report: {type(bug).__name__}: {printable(str(bug))}")
        return BUG
    return result.code


def _run(words: Sequence[str]) -> CommandResult:
    name = words[0] if words and words[0] in COMMANDS else ""
    command = import_module(f".commands.{name or 'check'}", __package__)
    try:
        result: CommandResult = command.run(words[1:] if name else words)
    except UsageError as failure:
        return CommandResult(UNUSABLE, errors=(str(failure),))
    return result


def _print_error(message: str) -> None:
    print(f"pecheck: {message}", file=sys.stderr)
