"""The command ``pecheck``: find the subcommand, print its answer, exit 0, 1, 2 or 3.

The hard part is the last line of defence: whatever happens, a user sees one line and no
traceback, and a pipe that was closed early is no error of the command.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from ntbuild.support.text import printable

from .commands.common import BUG, FOUND, UNUSABLE, CommandResult, UsageError

COMMANDS: Final = ("check", "fix", "diff", "dump", "size")
"""Words that name a subcommand; any other first word is a file to check (``./fix`` as well)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 clean, 1 findings, 2 unusable input, 3 a bug."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        answer = _answer(words)
        if answer.text:
            print(answer.text)
        for line in answer.errors:
            _complain(line)
        sys.stdout.flush()  # here, where a closed pipe can still be caught
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except Exception as bug:  # noqa: BLE001 - the last line of defence: never a traceback by default
        if os.environ.get("NTBUILD_DEBUG"):
            traceback.print_exc()
        _complain(f"internal error, please report: {type(bug).__name__}: {printable(str(bug))}")
        return BUG
    return answer.code


def _answer(words: Sequence[str]) -> CommandResult:
    name = words[0] if words and words[0] in COMMANDS else ""
    command = import_module(f".commands.{name or 'check'}", __package__)
    try:
        answer: CommandResult = command.run(words[1:] if name else words)
    except UsageError as failure:
        return CommandResult(UNUSABLE, errors=(str(failure),))
    return answer


def _complain(message: str) -> None:
    print(f"pecheck: {message}", file=sys.stderr)
