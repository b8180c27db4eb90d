"""What a build shows: a line for each step, with progress and colour on a terminal.

    [ 7/24] CC      mine.c [zig x64 debug]

SCons does not know what is left to do before it has looked. The first line counts all targets below
those that were asked for; what is up to date counts as done when SCons has passed it. A build with
nothing to do shows nothing and pays nothing.

NO_COLOR, CLICOLOR_FORCE and TERM=dumb are obeyed (https://bixense.com/clicolors, https://no-color.org).
"""

import functools
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import SCons.Node
import SCons.Script

from ntbuild.compilers.matrix import toolchains_folder

OF_NTBUILD: Final = "COMPILE"
"""The first word of the line for sources of a library of ntbuild: there is one for all of them."""

_COLOURS: Final = {
    OF_NTBUILD: 36,
    "CC": 36,
    "CXX": 36,
    "AS": 36,
    "ASPP": 36,
    "LINK": 32,
    "RUN": 35,
    "SIGN": 33,
}
"""SGR codes of the first word of a line."""
_COMPILES: Final = frozenset({"CC", "CXX", "ASPP"})
_lock: Final = threading.Lock()
_shown: Final[set[str]] = set()
_INTERVAL: Final = 0.1
"""Seconds between counts of what is done in a large build; lines between them count one more."""
_LARGE: Final = 2000


def is_terminal(environment: Mapping[str, str]) -> bool:
    """Whether lines are for a terminal: standard output is one, or is to be taken for one."""
    forced = environment.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced or sys.stdout.isatty()


def has_colour(environment: Mapping[str, str]) -> bool:
    """Whether a terminal's lines are coloured."""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def show_line(line: str, target: Sequence[Any], source: Sequence[Any], env: Any) -> None:  # noqa: ARG001
    """SCons's PRINT_CMD_LINE_FUNC: print the line of a step; ntbuild's own sources are short."""
    word = line.partition(" ")[0]
    if word == OF_NTBUILD and not _is_first(line):
        return
    if word in _COMPILES:
        line = line.replace(f" {toolchains_folder().as_posix()}/", " ntbuild/", 1)
    if _is_fancy():
        _progress().show(_coloured(line))
    else:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _is_first(line: str) -> bool:
    """Whether a line is shown for the first time."""
    with _lock:
        is_first = line not in _shown
        _shown.add(line)
    return is_first


@functools.cache
def _is_fancy() -> bool:
    return is_terminal(os.environ)


def _coloured(line: str) -> str:
    word, blank, rest = line.partition(" ")
    code = _COLOURS.get(word)
    if code is None or not has_colour(os.environ):
        return line
    return f"\x1b[{code}m{word}\x1b[0m{blank}{rest}"


class Progress:
    """How many of the targets below some nodes are done; safe for several threads."""

    def __init__(self, roots: Sequence[Any]) -> None:
        self._lock = threading.Lock()
        self._left = list(_targets(roots))
        self._total = len(self._left)
        self._done = 0
        self._counted = 0.0

    def show(self, line: str) -> None:
        """Print the line of the step that begins now behind ``[ 7/24]``."""
        with self._lock:
            if len(self._left) < _LARGE or time.monotonic() - self._counted > _INTERVAL:
                self._left = [each for each in self._left if each.state < SCons.Node.up_to_date]
                self._done = max(self._done, self._total - len(self._left))
                self._counted = time.monotonic()
            self._done = min(self._done + 1, self._total)
            shown = f"[{self._done:{len(str(self._total))}}/{self._total}]"
            sys.stdout.write(f"{shown} {line}\n")
            sys.stdout.flush()


@functools.cache
def _progress() -> Progress:
    return Progress(list(_asked_for()))


def _asked_for() -> Iterator[Any]:
    """The nodes that SCons builds; names on the command line are aliases or files."""
    for each in SCons.Script.BUILD_TARGETS:
        if isinstance(each, SCons.Node.Node):
            yield each
            continue
        found = SCons.Node.Alias.default_ans.lookup(each)
        yield found if found is not None else SCons.Node.FS.get_default_fs().Entry(each)


def _targets(roots: Sequence[Any]) -> Iterator[Any]:
    """The first target of each action at or below some nodes."""
    seen: set[Any] = set()
    left = list(roots)
    while left:
        node = left.pop()
        if node in seen:
            continue
        seen.add(node)
        left += [*(node.sources or ()), *(node.depends or ())]  # None once it is made
        peers = getattr(node, "target_peers", None) or [node]
        if node.has_builder() and isinstance(node, SCons.Node.FS.File):
            left.append(peers[0])
            if peers[0] is node:
                yield node
