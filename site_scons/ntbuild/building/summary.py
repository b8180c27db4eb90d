"""What a build says at its end: drivers, machines, sizes, findings, proofs, time, and folders.

    2 drivers for x64, arm64 in 6.1 s: 4 images, 23.0 KiB, 2 proved, 2 packages, no findings
      core  x64 5.6 KiB   arm64 6.1 KiB   proved
      mine  x64 5.6 KiB   arm64 6.1 KiB   proved; 1 of 3 callbacks never ran: MineRead
      build/zig/x64/debug  build/zig/arm64/debug  build/package  build/report.html

It is about what was made; verdicts are told of all runs that were asked for, of other things that
are up to date the number and the machines. Findings are pecheck's warnings that nobody has
accepted; an image with an error does not exist.
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from ntbuild.support.values import dataclass

DRIVER: Final = "driver"
KERNEL: Final = "kernel"
MODULE: Final = "module"
PROGRAM: Final = "program"
BOOT: Final = "boot"
PACKAGE: Final = "package"
IMAGE: Final = "image"
RUN: Final = "run"
UNPROVED: Final = "unproved run"
"""A run that the build demands, and that ends without a proof and without a refusal."""
_FAILED: Final = {
    IMAGE: "not built",
    RUN: "wrong when run",
    UNPROVED: "not proved",
    PACKAGE: "not packaged",
}
MOST_FAILED: Final = 20
"""Names that a line about failures lists."""
_NOUNS: Final = (DRIVER, KERNEL, MODULE, PROGRAM, BOOT)
"""What a build is counted in, in this order; packages are counted with what they hold."""

MOST_ROWS: Final = 30
"""Drivers that are listed; a larger build has its first line only."""
_MOST_FOLDERS: Final = 4
_MOST_COLUMNS: Final = 4
"""Images of a driver that are listed one by one; of more their number and sizes are told."""
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Made:
    """An image that was linked, a run, or a package: ``size`` in bytes, ``verdict`` of a run.

    ``path``: of the image, of a kernel's run, or of a package's folder. ``cell``: toolchain,
    machine and flavor. ``findings``: how many warnings of pelink and pecheck its step gave, or
    of a package's INF.
    ``noun``: what it is: `DRIVER`, `KERNEL`, `MODULE`, `PROGRAM`, `BOOT` or `PACKAGE`.
    """

    path: PurePath
    cell: tuple[str, str, str]
    size: int = 0
    verdict: str = ""
    findings: int = 0
    noun: str = DRIVER
    note: str = ""
    """What belongs behind the verdict of a run, or says how a package is."""

    @property
    def kind(self) -> str:
        """`IMAGE`, `RUN` or `PACKAGE`."""
        return RUN if self.verdict else PACKAGE if self.noun == PACKAGE else IMAGE


def summary(
    made: Iterable[Made], seconds: float, report: str = "", current: Iterable[tuple[str, str]] = ()
) -> list[str]:
    """The lines about a build; none when it made no image, no package and no page and ran nothing.

    ``report``: path of the page about the build, if it was written. ``current``: `IMAGE` or
    `PACKAGE`, and the machine, for each that was asked for and is up to date; told of what the
    build made others of.
    """
    every = list(made)
    if not every:
        head = f"report in {seconds:.1f} s{_current(list(current))}"
        return [head, f"  {report}"] if report else []
    packages = [each for each in every if each.noun == PACKAGE]
    others = [each for each in every if each.noun != PACKAGE]
    names = list(dict.fromkeys(each.path.stem for each in others))
    kinds = {each.kind for each in every}
    lines = [_head(others, packages, seconds) + _current([e for e in current if e[0] in kinds])]
    if 0 < len(names) <= MOST_ROWS:
        several = [len(set(words)) > 1 for words in zip(*(e.cell for e in others), strict=True)]
        width = max(map(len, names))
        rows = {name: [each for each in others if each.path.stem == name] for name in names}
        lines += [f"  {name:{width}}  {_row(row, several)}" for name, row in rows.items()]
    if len(packages) <= MOST_ROWS:
        lines += [
            f"  package {e.path.name}  {_cell(e, (False, True, False))}  {e.note}" for e in packages
        ]
    folders = [*_folders(others, packages), *([report] if report else [])]
    if folders:
        lines.append(f"  {'  '.join(folders)}")
    return lines


def failures(failed: Iterable[tuple[str, str, tuple[str, str, str]]]) -> list[str]:
    """A line for each kind of what a build did not make: kind, name and cell of each."""
    rows = list(failed)
    lines = []
    for kind, words in _FAILED.items():
        names = [f"{name} ({' '.join(cell)})" for each, name, cell in rows if each == kind]
        more = f", and {len(names) - MOST_FAILED} more" if len(names) > MOST_FAILED else ""
        if names:
            lines.append(f"{words}: {', '.join(sorted(names)[:MOST_FAILED])}{more}")
    return lines


def _head(others: Sequence[Made], packages: Sequence[Made], seconds: float) -> str:
    machines = list(dict.fromkeys(each.cell[1] for each in (*others, *packages)))
    subjects = [
        _count(len(names), noun)
        for noun in _NOUNS
        if (names := {each.path.stem for each in others if each.noun == noun})
    ]
    found = [_count(len(packages), PACKAGE)] if packages else []
    head = f"{', '.join(subjects or found)} for {', '.join(machines)} in {seconds:.1f} s"
    images = [each for each in others if not each.verdict]
    parts = [_count(len(images), "image"), _size(sum(i.size for i in images))] if images else []
    parts += [*_verdicts(others), *(found if subjects else [])]
    findings = sum(each.findings for each in (*images, *packages))
    if images or findings:
        parts.append(_count(findings, "finding"))
    return f"{head}: {', '.join(parts)}" if parts else head


def _current(known: Sequence[tuple[str, str]]) -> str:
    counts = []
    for kind in dict.fromkeys(kind for kind, _ in known):
        machines = [machine for each, machine in known if each == kind]
        counts.append(f"{_count(len(machines), kind)} for {', '.join(dict.fromkeys(machines))}")
    return f"; up to date: {', '.join(counts)}" if counts else ""


def _folders(others: Sequence[Made], packages: Sequence[Made]) -> list[str]:
    """Where the images are, unless in too many folders; then where the packages are."""
    found = list(dict.fromkeys(_folder(each.path) for each in others))
    shown = found if len(found) <= _MOST_FOLDERS else []
    if len(packages) == 1:
        shown.append(packages[0].path.as_posix())
    elif packages:  # build/package/TOOLCHAIN/ARCH/FLAVOR/NAME
        shown += dict.fromkeys(each.path.parents[3].as_posix() for each in packages)
    return shown


def _count(number: int, word: str) -> str:
    return f"{number or 'no'} {word}{'s' * (number != 1)}"


def _size(size: int) -> str:
    return f"{size / _KIB:.1f} KiB" if size < 100 * _KIB else f"{size / _KIB:,.0f} KiB"


def _verdicts(made: Sequence[Made]) -> list[str]:
    words = [each.verdict for each in made if each.verdict]
    return [f"{words.count(word)} {word}" for word in sorted(set(words))]


def _row(made: Sequence[Made], several: Sequence[bool]) -> str:
    """The images of one driver, then what its runs have shown.

    ``several``: which parts of a cell differ in the build; a machine is named in any case.
    """
    shown = (several[0], True, several[2])
    images, runs = ([e for e in made if bool(e.verdict) == is_run] for is_run in (False, True))
    if len(images) > _MOST_COLUMNS:
        sizes = [each.size for each in images]
        columns = [f"{len(images)} images of {_size(min(sizes))} to {_size(max(sizes))}"]
    else:
        columns = [f"{_cell(each, shown)} {_size(each.size)}" for each in images]
    if len({(each.verdict, each.note) for each in runs}) == 1:
        columns.append(_told(runs[0]))
    elif len(runs) > _MOST_COLUMNS:
        columns += _verdicts(runs)
    else:
        columns += [f"{_cell(each, shown)} {_told(each)}" for each in runs]
    return "   ".join(columns)


def _told(run: Made) -> str:
    return f"{run.verdict}; {run.note}" if run.note else run.verdict


def _cell(made: Made, shown: Sequence[bool]) -> str:
    return " ".join(word for word, is_shown in zip(made.cell, shown, strict=True) if is_shown)


def _folder(path: PurePath) -> str:
    """The folder of a build: what is above the folders of single drivers, if they have some."""
    parts = path.parent.parts
    if "drivers" in parts:
        return "/".join(parts[: parts.index("drivers") + 1])
    return path.parent.as_posix()
