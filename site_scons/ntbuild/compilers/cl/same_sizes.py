"""Formats of clang's warnings that cl says nothing of: ``%d`` with a long, which is as large.

On Windows int and long have 32 bits on every machine, and WDK sources print a ULONG with ``%d``
and an NTSTATUS with ``%x``. clang has no switch for these alone: with ``-Wno-format`` a ``%s`` with
an int would pass as well. So their warnings are taken out of its text, and all others of
``-Wformat`` stay. A driver that gives ``-Wformat`` itself sees all of them.

    a.c:3:12: warning: format specifies type 'int' but the argument has type 'ULONG'
        (aka 'unsigned long') [-Wformat]

Source: Microsoft C4477; clang "Diagnostics" (the lines of one, and the count at the end).
"""

import re
from typing import Final

_MARK: Final = "[-Wformat]"
_LINE: Final = re.compile(
    r"\S.*?:\d+:\d+:(?:\{[^}]*\})* (warning|error|fatal error|note|remark): (.*)"
)
_SIZE: Final = "(?:unsigned )?(?:int|long)"
_SAME: Final = re.compile(
    rf"format specifies type '{_SIZE}' but the argument has "
    rf"(?:underlying )?type (?:'{_SIZE}'|'[^']*' \(aka '{_SIZE}'\)) \[-Wformat\]"
)
_INCLUDED: Final = ("In file included from ", "In module ", "                 from ")
_COUNT: Final = re.compile(r"(\d+) warnings?((?: and \d+ errors?)? generated\.)")


def without_same_sizes(said: str) -> str:
    """A compiler's text without warnings about formats of the argument's size."""
    if _MARK not in said:
        return said
    kept: list[str] = []
    waiting: list[str] = []  # where an include is from: lines that belong to what follows
    left_out, is_left_out = 0, False
    for line in said.splitlines(keepends=True):
        text = line.rstrip("\r\n")
        found = _LINE.fullmatch(text)
        if text.startswith(_INCLUDED):
            waiting.append(line)
            continue
        if found and found[1] != "note":
            is_left_out = found[1] == "warning" and _SAME.fullmatch(found[2]) is not None
            left_out += is_left_out
        elif count := _COUNT.fullmatch(text):
            is_left_out = False
            line = _counted(count, left_out)  # noqa: PLW2901 - the line as it is told
            left_out = 0
        if not is_left_out:
            kept += [*waiting, line]
        waiting.clear()
    return "".join([*kept, *waiting])


def _counted(count: re.Match[str], left_out: int) -> str:
    """The last line of a compilation: so many warnings less; empty where none is left."""
    number, rest = int(count[1]) - left_out, count[2]
    if number > 0:
        return f"{number} warning{'s' * (number != 1)}{rest}\n"
    return f"{rest.removeprefix(' and ')}\n" if rest.startswith(" and ") else ""
