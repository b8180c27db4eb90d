"""What subcommands share: the result that a command line prints, and a parser with safe messages.

A subcommand takes words and gives a `CommandResult`; only a `cli` prints it and exits. Exit codes:
0 for success, 1 for what was found or refused, 2 for unusable input or options, 3 for a bug.
"""

import argparse
from typing import Final, NoReturn

from .text import printable
from .values import dataclass

CLEAN: Final = 0
FOUND: Final = 1
UNUSABLE: Final = 2
BUG: Final = 3


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The result of a command: text for standard output, lines for standard error, an exit code."""

    code: int = CLEAN
    text: str = ""
    errors: tuple[str, ...] = ()


class Parser(argparse.ArgumentParser):
    """A parser whose messages are safe to print, whatever the words are."""

    def error(self, message: str) -> NoReturn:
        """Print usage and message, and exit with code 2."""
        super().error(printable(message))
