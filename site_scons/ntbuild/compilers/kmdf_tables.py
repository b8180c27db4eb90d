"""KMDF's tables (toolchains/kmdf) as values: what each row declares, and for which versions.

A table is one header. A row starts in the first column with its kind; lines below it that start
with four spaces are its body, with eight its continuation. `#` starts a line that says something
about the rows below. README.md beside the tables has the kinds.

A row, or a line of a body, may end with a range of versions: `@1.19` from 1.19 on, `@<1.19` before
it, `@1.19-<1.31` both.

    function 319 BOOLEAN WdfTimerStart(WDFTIMER Timer, LONGLONG DueTime)

Wrong tables raise TableError, which says file and line.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ntbuild.support.values import dataclass

KINDS = (
    *("callback", "code", "constant", "enum", "function", "functions"),
    *("handle", "index", "init", "struct", "union"),
)
_RANGE = re.compile(r"\s*@(?:1\.(?P<first>\d+))?-?(?:<1\.(?P<end>\d+))?$")
_FUNCTION = re.compile(
    r"(?P<index>\d+) (?P<fastcall>fastcall )?(?P<returns>.*?)(?P<name>\w+)\((?P<parameters>.*)\)$"
)
_SIGNATURE = re.compile(r"(?P<returns>.*?)(?P<name>\w+)\((?P<parameters>.*)\)$")


class TableError(Exception):
    """A row that cannot be read: file, line and what is expected."""


@dataclass(frozen=True, slots=True)
class Range:
    """Minor versions: from `first` on (0: all), before `end` (None: no end)."""

    first: int = 0
    end: int | None = None

    def __contains__(self, minor: int) -> bool:
        return self.first <= minor and (self.end is None or minor < self.end)

    def condition(self) -> str:
        """As an expression of the preprocessor; empty for every version."""
        parts = [f"KMDF_VERSION_MINOR >= {self.first}"] if self.first else []
        parts += [] if self.end is None else [f"KMDF_VERSION_MINOR < {self.end}"]
        return " && ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a body, without its indentation of four."""

    text: str
    range: Range


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `file:line`, its kind, the rest of its first line, and its body."""

    where: str
    kind: str
    text: str
    range: Range
    body: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """A function's type. Each parameter is written as in C: `WDFTIMER *Timer`."""

    name: str
    returns: str
    parameters: tuple[str, ...]


def read_tables(folder: Path) -> dict[str, list[Row]]:
    """The rows of each `NAME.txt` of a folder by NAME."""
    return {path.stem: list(_rows(path)) for path in sorted(folder.glob("*.txt"))}


def signature(text: str) -> Signature:
    """`VOID EVT_WDF_TIMER(WDFTIMER Timer)` taken apart; also a row that starts with its name."""
    match = _SIGNATURE.match(text)
    if match is None:
        raise TableError(f"{text!r}: expected a type, a name and parameters in parentheses")
    parameters = tuple(word.strip() for word in match["parameters"].split(",") if word.strip())
    return Signature(match["name"], match["returns"], parameters)


def function(text: str) -> tuple[int, bool, Signature]:
    """A function's table index, whether it is fastcall on x86, and its signature."""
    match = _FUNCTION.match(text)
    if match is None:
        raise TableError(f"{text!r}: expected an index, a type, a name and parameters")
    rest = text[match.start("returns") :]
    return int(match["index"]), match["fastcall"] is not None, signature(rest)


def names(text: str) -> tuple[str, list[str]]:
    """The name of a structure or enumeration, and what else is declared with it."""
    first, *others = (word.strip() for word in text.split(","))
    return first, others


def _ranged(text: str) -> tuple[str, Range]:
    match = _RANGE.search(text)
    if match is None:
        return text, Range()
    end = match["end"]
    return text[: match.start()], Range(int(match["first"] or 0), int(end) if end else None)


def _rows(path: Path) -> Iterator[Row]:
    kind, text, body, where = "", "", list[str](), 0
    for number, line in enumerate([*path.read_text("utf-8").splitlines(), "end"], 1):
        if line.startswith("        ") and not body and kind != "code":
            text += ("" if text.endswith("(") else " ") + line.strip()
        elif line.startswith("    ") or (not line and kind == "code"):
            body.append(line[4:])
        elif line and not line.startswith("#"):
            if kind:
                yield _row(f"{path.name}:{where}", kind, text, body)
            kind, _, text = line.partition(" ")
            body, where = [], number


def _row(where: str, kind: str, text: str, body: list[str]) -> Row:
    if kind not in KINDS:
        raise TableError(f"{where}: {kind!r} is no kind of row; kinds are {', '.join(KINDS)}")
    while body and not body[-1]:
        body.pop()
    text, versions = _ranged(text)
    return Row(where, kind, text, versions, tuple(Line(*_ranged(line)) for line in body))
