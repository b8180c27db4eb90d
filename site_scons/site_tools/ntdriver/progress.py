"""What a build shows: a line for each step, with progress and colour on a terminal, and an end.

    [ 7/24] CC      mine.c [zig x64 debug]

SCons does not know what is left to do before it has looked. The first line counts all targets below
those that were asked for; what is up to date counts as done when SCons has passed it. A build with
nothing to do shows nothing and pays nothing.

NO_COLOR, CLICOLOR_FORCE and TERM=dumb are obeyed (https://bixense.com/clicolors, https://no-color.org).
"""

import atexit
import functools
import os
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import SCons.Node
import SCons.Script

if TYPE_CHECKING:
    from ntbuild.building.summary import Made
    from ntbuild.running.report import Report

_COLOURS: Final = {"CC": 36, "CXX": 36, "AS": 36, "ASPP": 36, "LINK": 32, "RUN": 35, "SIGN": 33}
"""SGR codes of the first word of a line."""
_INTERVAL: Final = 0.1
"""Seconds between counts of what is done in a large build; lines between them count one more."""
_LARGE: Final = 2000
_RUN: Final = ".run.json"


def is_terminal(environment: Mapping[str, str]) -> bool:
    """Whether lines are for a terminal: standard output is one, or is to be taken for one."""
    forced = environment.get("CLICOLOR_FORCE", "0") not in ("", "0")
    return forced or sys.stdout.isatty()


def has_colour(environment: Mapping[str, str]) -> bool:
    """Whether a terminal's lines are coloured."""
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def show_line(line: str, target: Sequence[Any], source: Sequence[Any], env: Any) -> None:  # noqa: ARG001
    """SCons's PRINT_CMD_LINE_FUNC: print the line of a step."""
    if _is_fancy():
        _progress().show(_coloured(line))
    else:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


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


class _Summary:
    """What was made, told when the build has ended well."""

    def __init__(self) -> None:
        self.report = ""
        self._lock = threading.Lock()
        self._made: list[Made] = []
        atexit.register(self._show)

    def add(self, made: "Made") -> None:
        with self._lock:
            self._made.append(made)

    def _show(self) -> None:
        from ntbuild.building.summary import summary  # noqa: PLC0415 - something was made or run

        if SCons.Script.GetBuildFailures():
            return
        current = [each for each in _counted if each.node.state == SCons.Node.up_to_date]
        runs = [each for each in current if each.is_run]
        unproved = [each for each in runs if _is_unproved(each)]
        kinds = [(_kind(each), each.machine) for each in current if not each.is_run]
        made = [*self._made, *map(_made, runs)]
        made.sort(key=lambda each: (each.path.stem, str(each.path)))
        with suppress(OSError, ValueError):  # nobody reads any more
            sys.stderr.write("".join(f"{line}\n" for each in unproved for line in _reasons(each)))
            if SCons.Script.GetOption("silent"):
                return
            lines = summary(made, time.time() - SCons.Script.start_time, self.report, kinds)
            sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stdout.flush()


_summary: Final = functools.cache(_Summary)


class _Counted(NamedTuple):
    """A node that the end of a build counts: its environment, what it is, and its machine."""

    node: Any
    env: Any
    noun: str
    machine: str

    @property
    def is_run(self) -> bool:
        return bool(self.node.name.endswith(_RUN))


_counted: Final[list[_Counted]] = []


def counts_as(env: Any, node: Any, noun: str, machine: str) -> None:
    """Let the end of a build count what a step makes; ``noun``: as in `Made`."""
    counted = _Counted(node, env, noun, machine)
    node.attributes.ntbuild_counted = counted
    _counted.append(counted)
    if counted.is_run:
        _summary()  # the verdict is told in every build that asks for runs


def note_made(target: Any, findings: int) -> None:
    """Remember an image, a run or a package for the end of the build."""
    counted = getattr(target.attributes, "ntbuild_counted", None)
    if counted:
        _summary().add(_made(counted, findings))


def note_report(path: Path) -> None:
    """Remember that the page about the build was written."""
    _summary().report = path.as_posix()


def _made(counted: _Counted, findings: int = 0) -> "Made":
    from ntbuild.building.summary import PACKAGE, Made  # noqa: PLC0415 - not for a null build

    path, noun, cell = Path(str(counted.node)), counted.noun, counted.env["NTCELL"]
    where = (cell.toolchain, counted.machine, cell.flavor)
    if noun == PACKAGE:
        return Made(path.parent, where, noun=noun, note=_about_package(path))
    if counted.is_run:
        report = _run_report(path)
        return Made(_image_of(path), where, verdict=report.verdict, note=report.note, noun=noun)
    return Made(path, where, size=path.stat().st_size, findings=findings, noun=noun)


def _about_package(catalog: Path) -> str:
    """Who signed a package: it was verified when its catalog was written."""
    from ntbuild.packaging.verify import signer_of  # noqa: PLC0415 - of a build with packages

    signer = signer_of(catalog.read_bytes())
    return f"good, signed by {signer}" if signer else "not signed"


def _kind(counted: _Counted) -> str:
    from ntbuild.building.summary import IMAGE, PACKAGE, RUN  # noqa: PLC0415 - as above

    return RUN if counted.is_run else PACKAGE if counted.noun == PACKAGE else IMAGE


def _is_unproved(counted: _Counted) -> bool:
    """Whether the report of a run says anything but proved; read without JSON's parser."""
    try:
        return '\n "verdict": "proved",\n' not in Path(str(counted.node)).read_text("utf-8")
    except OSError:
        return False


def _reasons(counted: _Counted) -> list[str]:
    from ntbuild.building.running import unproved_warnings  # noqa: PLC0415 - of a build with runs

    path = Path(str(counted.node))
    return unproved_warnings(_run_report(path), str(_image_of(path)))


def _run_report(path: Path) -> "Report":
    from ntbuild.running.report import report_from_json  # noqa: PLC0415 - as above

    return report_from_json(path.read_text(encoding="utf-8"))


def _image_of(run: Path) -> Path:
    return run.with_name(f"{run.name.removesuffix(_RUN)}.sys")
