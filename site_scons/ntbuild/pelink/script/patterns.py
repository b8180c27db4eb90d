r"""Glob patterns of section and file names: ``*``, ``?``, ``[...]``, ``[!...]`` and ``\x``.

``*`` also matches ``/`` and ``$``; patterns are case sensitive. They become regular expressions in
which every ``*`` but the last is an atomic group, so that a pattern of many stars takes time in
proportion to the name and never backtracks from one star into another.

Many names are matched in one pass of the regular expression machine: ``NameList`` joins them with
NULs, which no name contains. For the usual patterns even that is not needed: ``matches_group``
decides for all names that begin with a stem and ``$``.

Source: GNU ld manual, "Input Section Wildcards"; fnmatch(3).
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

import numpy as np

from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pelink.options import Section

_WILD = re.compile(r"[*?\[\\]")
_PART = re.compile(r"\*+|\?|\[[!^]?\]?[^\]]*\]|\\.|.", re.DOTALL)


def _one(glob: str) -> str:
    """The regular expression of a part of a pattern that stands for one character."""
    if glob == "?":
        return r"[^\x00]"
    if len(glob) > 1 and glob[0] == "[":
        is_negated = glob[1] in "!^"
        inside = re.sub(r"([\\\[&~|^])", r"\\\1", glob[1 + is_negated : -1])
        if inside.startswith("]"):
            inside = "\\" + inside
        return rf"[^\x00{inside}]" if is_negated else f"[{inside}]"
    return re.escape(glob[-1] if glob[0] == "\\" and len(glob) > 1 else glob)


@lru_cache(maxsize=512)
def regular_expression(pattern: str) -> str:
    """The regular expression of a pattern, to be matched against a whole name."""
    runs = [""]  # what stands between the stars
    for part in _PART.findall(pattern):
        if part[0] == "*":
            runs.append("")
        else:
            runs[-1] += _one(part)
    first, *others = runs
    if not others:
        return first
    # The earliest match of a run leaves most to those after it, so it never has to be tried again.
    inner = "".join(rf"(?>[^\x00]*?{run})" for run in others[:-1])
    return rf"{first}{inner}[^\x00]*{others[-1]}"


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled. A range out of order (``[z-a]``) matches nothing, as in fnmatch."""
    try:
        return re.compile(regular_expression(pattern))
    except re.error:
        return re.compile(r"(?!)")


def matches(pattern: str, name: str) -> bool:
    """Whether the whole name matches."""
    return compiled(pattern).fullmatch(name) is not None


class NameList:
    """Names that are matched together, each pattern in one pass over all of them."""

    __slots__ = ("_ends", "_text", "names")

    def __init__(self, names: Sequence[str]) -> None:
        self.names = names
        self._text = "\0" + "".join(f"{name}\0" for name in names)
        # Position of the NUL before each name: a match begins there.
        self._ends = np.array([0, *accumulate(len(name) + 1 for name in names)], np.int64)[:-1]

    def matching(self, pattern: str) -> Flags:
        """Which of the names match; parallel to ``names``."""
        found = np.zeros(len(self.names), np.bool_)
        try:
            expression = re.compile(rf"\x00{regular_expression(pattern)}(?=\x00)")
        except re.error:
            return found
        starts = [each.start() for each in expression.finditer(self._text)]
        found[self._ends.searchsorted(np.array(starts, np.int64))] = True
        return found


def matches_group(pattern: str, start: str) -> bool | None:
    """Whether a pattern takes all names that begin with ``start``; None when it takes some."""
    wild = _WILD.search(pattern)
    if wild is None:
        return None if pattern.startswith(start) else False
    literal = pattern[: wild.start()]
    if not start.startswith(literal):
        return None if literal.startswith(start) else False
    return True if pattern[wild.start() :] == "*" else None


def stem_of_whole_groups(patterns: Iterable[str]) -> str | None:
    """The stem when the patterns are just ``stem`` and ``stem$*``, which is the usual case."""
    stems = {each.removesuffix("$*") for each in patterns}
    stem = next(iter(stems))
    return stem if len(stems) == 1 and not _WILD.search(stem) and "$" not in stem else None


def stems_matching(stems: Sequence[bytes], sections: Iterable[Section]) -> frozenset[bytes]:
    """Stems some of whose names may match the patterns of the sections."""
    patterns = {
        pattern.split("$", maxsplit=1)[0] for section in sections for pattern in section.patterns
    }
    return frozenset(
        stem
        for stem in stems
        if any(matches(pattern, stem.decode("utf-8", "replace")) for pattern in patterns)
    )
