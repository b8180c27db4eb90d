"""How a build ends: a block about what was made, and lines about what was not.

    1 driver for x64 in 2.8 s: 1 image, 16.5 KiB, no findings
    ntbuild: not built: core (zig x64 debug), mine (zig x64 debug)

What a build has made is noted while it runs; what is up to date and what has failed is read from
the nodes when it ends. A build with nothing to do imports nothing for this.
"""

import atexit
import functools
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import SCons.Node
import SCons.Script

if TYPE_CHECKING:
    from ntbuild.building.summary import Made
    from ntbuild.running.report import Report

_RUN: Final = ".run.json"
_PACKAGE: Final = "package"


class _Summary:
    """What was made, told when the build has ended, and what was not."""

    def __init__(self) -> None:
        self.report = ""
        self._lock = threading.Lock()
        self._made: list[Made] = []
        self._fetched: list[_Counted] = []
        atexit.register(self._show)

    def add(self, made: "Made") -> None:
        with self._lock:
            self._made.append(made)

    def fetch(self, counted: "_Counted") -> None:
        with self._lock:
            self._fetched.append(counted)

    def _show(self) -> None:
        every = [each for each in _counted if each.node.state != SCons.Node.no_state]
        has_failed = bool(SCons.Script.GetBuildFailures())
        with suppress(OSError, ValueError):  # nobody reads any more
            if not has_failed or SCons.Script.GetOption("keep_going"):
                self._tell(every)
            if has_failed:
                sys.stdout.flush()
                lines = [*_missing(), *_failures(every)]
                sys.stderr.write("".join(f"ntbuild: {line}\n" for line in lines))

    def _tell(self, every: "Sequence[_Counted]") -> None:
        """The block about what was made, and every verdict that was asked for."""
        current = [each for each in every if each.node.state == SCons.Node.up_to_date]
        runs = [each for each in current if each.is_run]
        packages = [each for each in current if each.noun == _PACKAGE and not each.is_run]
        sys.stderr.write("".join(f"{line}\n" for each in packages for line in _of_inf(each)))
        unproved = [each for each in runs if _is_unproved(each)]
        sys.stderr.write("".join(f"{line}\n" for each in unproved for line in _reasons(each)))
        if SCons.Script.GetOption("silent") or not (
            self._made or self._fetched or runs or packages or self.report
        ):
            return
        from ntbuild.building.summary import summary  # noqa: PLC0415 - something was made or run

        kinds = [(_kind(each), each.machine) for each in current if each not in (*runs, *packages)]
        fetched = [_made(each, _findings_of(Path(str(each.node)))) for each in self._fetched]
        made = [*self._made, *fetched, *map(_made, runs), *map(_made, packages)]
        made.sort(key=lambda each: (each.path.stem, str(each.path)))
        lines = summary(made, time.time() - SCons.Script.start_time, self.report, kinds)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()


def _missing() -> list[str]:
    """What files were not found, with what may have been meant."""
    from .missing import missing_files  # noqa: PLC0415 - few builds fail

    return [*missing_files(SCons.Script.GetBuildFailures(), Path.cwd())]


def _failures(every: "Sequence[_Counted]") -> list[str]:
    """What a failed build did not make; of an image that is not there, no run and no package."""
    from ntbuild.building.summary import (  # noqa: PLC0415 - few fail
        IMAGE,
        PACKAGE,
        RUN,
        UNPROVED,
        failures,
    )

    failed = [each for each in every if each.node.state == SCons.Node.failed]
    absent = {str(each.node) for each in failed if _kind(each) == IMAGE}
    found = [(UNPROVED if _is_open(each) else _kind(each), each) for each in failed]
    told = [
        (kind, each.node.name.partition(".")[0], _cell(each))
        for kind, each in found
        if kind == IMAGE
        or (kind in {RUN, UNPROVED} and str(_image_of(Path(str(each.node)))) not in absent)
        or (kind == PACKAGE and not absent)
    ]
    return failures(told)


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
    _summary()


def note_made(target: Any, findings: int) -> None:
    """Remember an image, a run or a package for the end of the build."""
    target.attributes.ntbuild_findings = findings
    counted = getattr(target.attributes, "ntbuild_counted", None)
    if counted:
        _summary().add(_made(counted, findings))


def note_fetched(target: Any) -> None:
    """Remember an image, a run or a package that a cache had."""
    counted = getattr(target.attributes, "ntbuild_counted", None)
    if counted:
        _summary().fetch(counted)


def note_report(path: Path) -> None:
    """Remember that the page about the build was written."""
    _summary().report = path.as_posix()


def _made(counted: _Counted, findings: int = 0) -> "Made":
    from ntbuild.building.summary import PACKAGE, Made  # noqa: PLC0415 - not for a null build

    path, noun, where = Path(str(counted.node)), counted.noun, _cell(counted)
    if noun == PACKAGE:
        count = getattr(counted.node.sources[0].attributes, "ntbuild_findings", 0)
        return Made(path.parent, where, findings=count, noun=noun, note=_about_package(path))
    if counted.is_run:
        report = _run_report(path)
        return Made(_image_of(path), where, verdict=report.verdict, note=report.note, noun=noun)
    return Made(path, where, size=path.stat().st_size, findings=findings, noun=noun)


def _findings_of(image: Path) -> int:
    """How many of pecheck's warnings nobody has accepted, by the text beside an image."""
    from ntbuild.building.check_report import SUFFIX, read_check_report  # noqa: PLC0415 - as above

    report = image.with_suffix(SUFFIX)
    if not report.is_file():  # of what pecheck has not judged
        return 0
    found = read_check_report(report.read_text(encoding="utf-8")).findings
    return sum(each.level == "warning" and not each.allowed for each in found)


def _of_inf(counted: _Counted) -> tuple[str, ...]:
    """What was said of a package's INF, which is up to date: its warnings."""
    from ntbuild.building.driver import BuildError  # noqa: PLC0415 - of a build with packages

    inf = counted.node.sources[0]
    inputs = [str(each.rfile()) for each in inf.sources]
    try:
        found: tuple[str, ...] = inf.attributes.ntbuild_step.warnings(inputs, [str(inf)])
    except BuildError as error:  # it was changed while the build ran
        found = (str(error),)
    inf.attributes.ntbuild_findings = len(found)
    return found


def _about_package(catalog: Path) -> str:
    """Who signed a package: it was verified when its catalog was written."""
    from ntbuild.packaging.verify import signer_of  # noqa: PLC0415 - of a build with packages

    signer = signer_of(catalog.read_bytes())
    return f"good, signed by {signer}" if signer else "not signed"


def _cell(counted: _Counted) -> tuple[str, str, str]:
    cell = counted.env["NTCELL"]
    return cell.toolchain, counted.machine, cell.flavor


def _kind(counted: _Counted) -> str:
    from ntbuild.building.summary import IMAGE, PACKAGE, RUN  # noqa: PLC0415 - as above

    return RUN if counted.is_run else PACKAGE if counted.noun == PACKAGE else IMAGE


def _is_unproved(counted: _Counted) -> bool:
    """Whether the report of a run says anything but proved; read without JSON's parser."""
    try:
        return '\n "verdict": "proved",\n' not in Path(str(counted.node)).read_text("utf-8")
    except OSError:
        return False


def _is_open(counted: _Counted) -> bool:
    """Whether a run that has failed found nothing wrong: what had to prove the driver did not."""
    from ntbuild.running.report import BROKEN, REFUSED  # noqa: PLC0415 - few builds fail

    path = Path(str(counted.node))
    if not counted.is_run or not path.is_file():
        return False
    return _run_report(path).verdict not in {BROKEN, REFUSED}


def _reasons(counted: _Counted) -> list[str]:
    from ntbuild.building.running import unproved_warnings  # noqa: PLC0415 - of a build with runs

    path = Path(str(counted.node))
    return unproved_warnings(_run_report(path), str(_image_of(path)))


def _run_report(path: Path) -> "Report":
    from ntbuild.running.report import report_from_json  # noqa: PLC0415 - as above

    return report_from_json(path.read_text(encoding="utf-8"))


def _image_of(run: Path) -> Path:
    return run.with_name(f"{run.name.removesuffix(_RUN)}.sys")
