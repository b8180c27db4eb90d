"""The command ``ntbuild``: finds the subcommand, prints its result, exits with 0, 1, 2 or 3.

Messages go to standard error, one line each, and begin with ``ntbuild:``. An exception that no
subcommand handles is one line and exit code 3 (a traceback with ``NTBUILD_DEBUG=1``). A pipe that
its reader closed early is no error.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

from ntbuild.support.commands import BUG, FOUND, UNUSABLE, CommandResult
from ntbuild.support.text import printable
from ntbuild.support.version import __version__

from .common import COMMANDS, UsageError, overview


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; exit code 0 success, 1 something is missing, 2 unusable input, 3 a bug."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        result = _run(words)
        if result.text:
            print(result.text)
        sys.stdout.flush()  # here, where a closed pipe can still be caught
        for line in result.errors:
            _print_error(line)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except KeyboardInterrupt:
        _print_error("interrupted")
        return FOUND
    except Exception as bug:  # noqa: BLE001 - no traceback by default
        if os.environ.get("NTBUILD_DEBUG"):
            traceback.print_exc()
        _print_error(f"internal error, please report: {type(bug).__name__}: {printable(str(bug))}")
        return BUG
    return result.code


def _run(words: Sequence[str]) -> CommandResult:
    name = words[0] if words else ""
    if name in {"", "help"} and len(words) > 1 and words[1] in COMMANDS:
        words, name = [words[1], "--help"], words[1]
    if name in {"--version", "-V"}:
        return CommandResult(text=f"ntbuild {__version__}")
    if name in {"", "--help", "-h", "help"}:
        text = overview()
        return CommandResult(text=text) if words else CommandResult(UNUSABLE, errors=(text,))
    if name not in COMMANDS:
        return CommandResult(UNUSABLE, errors=(_unknown(name),))
    command = import_module(f".{COMMANDS[name].module}", __package__)
    try:
        result: CommandResult = command.run(words[1:])
    except UsageError as failure:
        return CommandResult(UNUSABLE, errors=(f"{name}: {failure}",))
    return result


def _unknown(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, COMMANDS, n=1)
    if name.startswith("-"):
        return f"no option '{printable(name)}'; ntbuild COMMAND [options], or --help or --version"
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(COMMANDS)}"
    return f"no command '{printable(name)}'; {hint}"


def _print_error(message: str) -> None:
    text = message if message.startswith("usage:") else f"ntbuild: {message}"
    print(text, file=sys.stderr)
