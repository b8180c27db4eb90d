"""What a build says at its end: drivers, machines, sizes, findings, proofs, time, and folders.

    2 drivers for x64, arm64 in 6.1 s: 4 images, 23 KiB, no findings
      core  x64 5.6 KiB   arm64 6.1 KiB   proved
      mine  x64 5.6 KiB   arm64 6.1 KiB   proved
      build/zig/x64/debug  build/zig/arm64/debug

It is about what was made, and not about what was up to date. Findings are pecheck's warnings that
nobody has accepted; an image with an error does not exist.
"""

from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Final

from ntbuild.support.values import dataclass

MOST_ROWS: Final = 30
"""Drivers that are listed; a larger build has its first line only."""
_MOST_FOLDERS: Final = 4
_MOST_COLUMNS: Final = 4
"""Images of a driver that are listed one by one; of more their number and sizes are told."""
_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class Made:
    """An image that was linked, or a driver that was run: ``size`` in bytes, ``verdict`` else "".

    ``path``: of the image. ``cell``: toolchain, machine and flavor. ``findings``: how many warnings
    of pelink and pecheck its step gave.
    """

    path: PurePath
    cell: tuple[str, str, str]
    size: int = 0
    verdict: str = ""
    findings: int = 0


def summary(made: Iterable[Made], seconds: float) -> list[str]:
    """The lines about what a build made; none when it made no image and ran no driver."""
    every = list(made)
    if not every:
        return []
    images = [each for each in every if not each.verdict]
    names = list(dict.fromkeys(each.path.stem for each in every))
    machines = list(dict.fromkeys(each.cell[1] for each in every))
    several = [len(set(words)) > 1 for words in zip(*(each.cell for each in every), strict=True)]
    parts = [
        *(
            [f"{_count(len(images), 'image')}, {_size(sum(i.size for i in images))}"]
            if images
            else []
        ),
        *_verdicts(every),
        _count(sum(each.findings for each in images), "finding") if images else "",
    ]
    head = f"{_count(len(names), 'driver')} for {', '.join(machines)} in {seconds:.1f} s"
    lines = [f"{head}: {', '.join(filter(None, parts))}"]
    if len(names) <= MOST_ROWS:
        width = max(map(len, names))
        lines += [
            f"  {name:{width}}  {_row([each for each in every if each.path.stem == name], several)}"
            for name in names
        ]
    folders = list(dict.fromkeys(_folder(each.path) for each in every))
    if len(folders) <= _MOST_FOLDERS:
        lines.append(f"  {'  '.join(folders)}")
    return lines


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
    if len({each.verdict for each in runs}) == 1:
        columns.append(runs[0].verdict)
    elif len(runs) > _MOST_COLUMNS:
        columns += _verdicts(runs)
    else:
        columns += [f"{_cell(each, shown)} {each.verdict}" for each in runs]
    return "   ".join(columns)


def _cell(made: Made, shown: Sequence[bool]) -> str:
    return " ".join(word for word, is_shown in zip(made.cell, shown, strict=True) if is_shown)


def _folder(path: PurePath) -> str:
    """The folder of a build: what is above the folders of single drivers, if they have some."""
    parts = path.parent.parts
    if "drivers" in parts:
        return "/".join(parts[: parts.index("drivers") + 1])
    return path.parent.as_posix()
