"""Section name patterns, as Section rules and linker scripts use them: ``*``, ``?`` and ``[...]``.

Names are matched by stem where the pattern allows it, since a large link has 300,000 names and a
dozen stems. Patterns are case sensitive.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import translate
from functools import lru_cache

from ntbuild.pelink.options import Section

_WILD = re.compile(r"[*?\[]")


@lru_cache(maxsize=512)
def compiled(pattern: str) -> re.Pattern[str]:
    """The regular expression of a pattern."""
    return re.compile(translate(pattern))


def matches(pattern: str, name: str) -> bool:
    """Whether a full section name matches."""
    return compiled(pattern).match(name) is not None


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
    """Stems some of whose names may match the sections' patterns."""
    found = set()
    for section in sections:
        for pattern in section.patterns:
            stem_pattern = pattern.split("$", maxsplit=1)[0]
            found |= {
                stem for stem in stems if matches(stem_pattern, stem.decode("utf-8", "replace"))
            }
    return frozenset(found)
