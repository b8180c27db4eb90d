"""What depends on the system that builds: quoting, long command lines, files that others hold open.

On Windows a command line has at most 32,767 characters (8,191 in cmd.exe), quotes follow the rules
of the C run-time, and a file that a virus scanner or WinDbg has open cannot be replaced for a
moment. Each function takes the system as an argument, so that both are tested everywhere.

Sources: Microsoft "Command prompt line string limitation", "Parsing C command-line arguments",
"CreateProcessW" and "System error codes" (5 and 32).
"""

import os
import shlex
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

IS_WINDOWS: Final = os.name == "nt"
LONGEST_LINE: Final = 8_000
"""Characters of a command line of Windows; a longer one goes through a response file."""
_ATTEMPTS: Final = 20
_PAUSE: Final = 0.1


def command_line(words: Sequence[str], *, windows: bool = IS_WINDOWS) -> str:
    """Words as a line that the host's shell takes."""
    return subprocess.list2cmdline(words) if windows else shlex.join(words)


@contextmanager
def short_command(
    words: Sequence[str], fixed: int, *, windows: bool = IS_WINDOWS
) -> Iterator[list[str]]:
    """A command that is short enough to be started; ``fixed`` words stay in front of the file.

    The rest of a long one is in a response file in clang's and gcc's quoting, which is gone after
    the command.
    """
    if not windows or len(subprocess.list2cmdline(words)) <= LONGEST_LINE:
        yield list(words)
        return
    handle, name = tempfile.mkstemp(suffix=".rsp", text=False)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write("".join(f"{_quoted(word)}\n" for word in words[fixed:]))
        yield [*words[:fixed], f"@{name}"]
    finally:
        os.unlink(name)  # noqa: PTH108 - as it was made


def _quoted(word: str) -> str:
    """A word of a response file as GNU tools read it: a backslash before what is special."""
    special = "\\\"' \t\n"
    return "".join(f"\\{each}" if each in special else each for each in word) or '""'


def replace_file(
    source: str,
    target: str,
    *,
    windows: bool = IS_WINDOWS,
    replace: Callable[[str, str], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Rename a file over another; on Windows again for two seconds while others hold the target.

    Raises OSError.
    """
    for attempt in range(_ATTEMPTS):
        try:
            (replace or os.replace)(source, target)
        except PermissionError:
            if not windows or attempt == _ATTEMPTS - 1:
                raise
            pause(_PAUSE)
        else:
            return
