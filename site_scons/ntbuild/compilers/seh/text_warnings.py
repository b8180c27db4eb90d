"""Warnings of a compilation of LLVM IR as those of a compilation of the source.

A source with ``__try`` is compiled by way of the compiler's own text (`guarded_copies`,
`optimised_neighbours`). What the second step warns of has the place behind the word, no column, and
the name as the object has it:

    warning: a.c:6:0: stack frame size (4048) exceeds limit (2048) in function '<U+0001>_Big@0' []
    a.c:6: warning: stack frame size (4048) exceeds limit (2048) in 'Big' []
"""

import re
from collections.abc import Sequence
from typing import Final

_WARNING: Final = re.compile(
    r"^(?P<level>warning|error): (?P<place>.+):(?P<line>\d+):0: (?P<text>.*?)"
    r" in function '(?P<name>.*?)'(?P<rest>.*)$",
    re.MULTILINE,
)
# <U+0001> says that a name is decorated already: on x86 with _ or @ before and @12 after it.
_DECORATED: Final = re.compile(r"(?:<U\+0001>|\x01)[_@]?(\w+?)(?:@\d+)?$")


def compiles_text(words: Sequence[str]) -> bool:
    """Whether a command compiles LLVM IR."""
    return list(words[-3:-1]) == ["-x", "ir"]


def as_of_source(said: str) -> str:
    """What a compilation of LLVM IR has written, with its warnings as those of the source."""
    return _WARNING.sub(_one, said)


def _one(match: re.Match[str]) -> str:
    name = _DECORATED.sub(r"\1", match["name"]).removeprefix("<U+0001>").removeprefix("\x01")
    place = f"{match['place']}:{match['line']}"
    return f"{place}: {match['level']}: {match['text']} in '{name}'{match['rest']}"
