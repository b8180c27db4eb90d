"""Errors of clang's text: where, what, and where macros have it from.

    a.c:3:5:{3:5-3:9}: error: assignment to cast is illegal
    a.h:2:20: note: expanded from macro 'NEXT'

Read are texts with ranges (``-fdiagnostics-print-source-range-info``). Columns count from 0 and
lines from 1. Source: clang "Diagnostics".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_PLACE: Final = r"(?P<file>[^\n{}]+?):(?P<line>\d+):(?P<column>\d+):"
_ERROR: Final = re.compile(
    rf"^{_PLACE}(?P<ranges>(?:\{{[^}}\n]*\}})*):? (?:fatal )?error: (?P<text>.*)$"
)
_NOTE: Final = re.compile(
    rf"^{_PLACE}(?P<ranges>(?:\{{[^}}\n]*\}})*):? note: "
    "(?P<what>expanded from macro |previous (?:declaration|definition) is here"
    "|declared private here|constrained by (?:implicitly )?private inheritance here"
    "|'[^']+' declared here)"
)
_POINTERS: Final = r"'(?:[^']*\*\*'|[^']*' \(aka '[^']*\*\*'\))"
_MISMATCH: Final = re.compile(
    rf"^{_PLACE}(?P<ranges>(?:\{{[^}}\n]*\}})*):? warning: pointer type mismatch "
    rf"\({_POINTERS} and {_POINTERS}\)"
)
_TYPE: Final = r"'[^']*'(?: \(aka '[^']*'\))?"
_CANDIDATE: Final = re.compile(
    rf" note: candidate function not viable: no known conversion from (?P<given>{_TYPE}) "
    rf"to (?P<wanted>{_TYPE}) for (?P<number>\d+)\w\w argument"
)
_PARAMETER: Final = re.compile(
    rf"cannot initialize a parameter of type (?P<wanted>{_TYPE}) with an? \w+ of type "
    rf"(?P<given>{_TYPE})"
)
_WIDE: Final = {"unsigned short": b"(unsigned short *)", "wchar_t": b"(wchar_t *)"}
"""A wide character by the types that it has, with the cast to its pointer."""

_RANGE: Final = re.compile(r"(\d+):(\d+)-(\d+):(\d+)")


class Place(NamedTuple):
    """A place of clang's messages, and the ranges that it underlines, in columns from 0."""

    file: str
    line: int
    column: int
    ranges: tuple[tuple[int, int], ...]


class Diagnostic(NamedTuple):
    """An error of clang's: where, what, where macros have it from, and what it contradicts.

    ``mismatch``: the ``?`` before it whose branches are addresses of different pointers.
    ``casts``: for arguments of the call, by number from 1, that a wide character's type is in the
    way of.
    """

    place: Place
    text: str
    macros: list[Place]
    previous: list[Place]
    mismatch: Place | None
    casts: dict[int, bytes]


def diagnostics(said: str) -> Iterator[Diagnostic]:
    """The errors of a compiler's text, each with the expansions that follow it."""
    found: Diagnostic | None = None
    mismatch: Place | None = None
    for line in said.splitlines():
        if match := _MISMATCH.match(line):
            mismatch = _place(match)
        elif match := _ERROR.match(line):
            if found:
                yield found
            found = Diagnostic(_place(match), match["text"], [], [], mismatch, {})
        elif found and (note := _NOTE.match(line)):
            places = found.macros if note["what"].startswith("expanded") else found.previous
            places.append(_place(note))
        elif found and (note := _CANDIDATE.search(line)):
            cast = _wide_cast(note["given"], note["wanted"])
            found.casts.update({int(note["number"]): cast} if cast else {})
    if found:
        yield found


def _place(match: re.Match[str]) -> Place:
    line = int(match["line"])
    return Place(match["file"], line, int(match["column"]) - 1, _ranges(match["ranges"], line))


def _ranges(text: str, line: int) -> tuple[tuple[int, int], ...]:
    """Those of the ranges that lie in one line."""
    numbers = (tuple(map(int, each)) for each in _RANGE.findall(text))
    return tuple((a - 1, b - 1) for first, a, last, b in numbers if first == last == line)


def _wide_cast(given: str, wanted: str) -> bytes | None:
    """The cast from a pointer to wide characters to one of the other type; None for others."""
    types = [
        re.sub(r"\bconst\b", "", each.rpartition("'")[0].rpartition("'")[2])
        for each in (given, wanted)
    ]
    letters = [re.sub(r"\s*(\*|\[\d*\])$", "", each.strip()).strip() for each in types]
    is_pointer = types[1].rstrip().endswith("*") and types[0].rstrip().endswith(("*", "]"))
    if is_pointer and letters[0] != letters[1] and set(letters) <= _WIDE.keys():
        return _WIDE[letters[1]]
    return None


def parameter_cast(text: str) -> bytes | None:
    """The cast of an argument that has the other type of wide characters, of an error's text."""
    match = _PARAMETER.search(text)
    return _wide_cast(match["given"], match["wanted"]) if match else None
