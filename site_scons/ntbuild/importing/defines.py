"""Defines of a project's sources: those of all, and those that contradict each other.

    A=1;FILE=a.c of a.c, A=1;FILE=b.c;B of b.c      A=1 and B of all, FILE of each

A define that only some sources have is one of all: a source that does not use it does not see it.
Those that ntbuild has for each machine anyway are left out.
"""

import posixpath
import re
from collections.abc import Sequence
from typing import Final

from ntbuild.msbuild.expand import unescaped
from ntbuild.msbuild.files import slashed
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable

from .description import Define

_OF_COMPILERS: Final = frozenset(
    {"_WIN64", "_AMD64_", "AMD64", "_X86_", "i386", "_ARM64_", "ARM64", "_ARM_", "ARM", "STD_CALL"}
)
"""Defines that ntbuild has for each machine."""

_MACRO: Final = re.compile(r"[A-Za-z_]\w*(\(.*\))?")

SourceDefines = tuple[tuple[str, tuple[Define, ...]], ...]
"""Defines by the file name of the source that has them."""


def words_of(text: str) -> list[str]:
    """The parts of a list with semicolons, without what is left of ``%(Name)``."""
    parts = (unescaped(each).strip() for each in text.split(";"))
    return [each for each in parts if each and not each.startswith("%(")]


def defines_of(
    items: Sequence[Item], by_hand: list[str]
) -> tuple[tuple[Define, ...], SourceDefines]:
    """The defines of all sources, and those with more than one value.

    Two sources of one name in different folders, with different values, are a line of ``by_hand``.
    """
    by_source = [
        (posixpath.basename(slashed(item.name)), _defines(item.get("preprocessordefinitions")))
        for item in items
    ]
    values: dict[str, set[str | None]] = {}
    for _, defines in by_source:
        for name, value in defines.items():
            values.setdefault(name, set()).add(value)
    common = tuple((name, next(iter(own))) for name, own in values.items() if len(own) == 1)
    own: dict[str, dict[str, str | None]] = {}
    for source, defines in by_source:
        several = {name: value for name, value in defines.items() if len(values[name]) > 1}
        if several and own.setdefault(source, several) != several:
            by_hand.append(f"defines of {printable(source)}: two sources have this name")
    return common, tuple((source, tuple(defines.items())) for source, defines in own.items())


def _defines(text: str) -> dict[str, str | None]:
    """The defines of one source; the last of a name counts, as cl has it."""
    found: dict[str, str | None] = {}
    for word in words_of(text):
        name, sign, value = word.partition("=")
        name = name.strip()
        if name not in _OF_COMPILERS and _MACRO.fullmatch(name):
            found[name] = value if sign else None
    return found
