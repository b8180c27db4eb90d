"""Version scripts of GNU ld (``--version-script``): which symbols a DLL exports by itself.

PE has no symbol versions; what is left of a version script is the choice of the symbols that a DLL
without explicit exports exports: those of ``global:``, not those of ``local:``. Patterns are
those of a shell. ::

    { global: api_*; local: *; };

Source: GNU ld manual, "VERSION Command".
"""

import re
from typing import Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

_TOKEN: Final = re.compile(r'/\*.*?\*/|#[^\n]*|"([^"]*)"|([{};:])|([^\s{};:"]+)|(\S)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class VersionScript:
    """The patterns of all version nodes."""

    exported: tuple[str, ...]
    """Patterns after ``global:`` (or after no keyword)."""
    hidden: tuple[str, ...]
    """Patterns after ``local:``."""


def parse_version_script(text: str, name: str) -> VersionScript:
    """The patterns of a script; ``name`` is the file's. Raises LinkError naming file and line."""
    exported: list[str] = []
    hidden: list[str] = []
    target = exported
    depth, word, last_line = 0, "", 1
    for match in _TOKEN.finditer(text):
        quoted, mark, bare, stray = match.groups()
        last_line = text.count("\n", 0, match.start()) + 1
        place = f"{name}:{last_line}"
        if stray:
            raise LinkError.of(f"unexpected character {stray}", place=place)
        if quoted is None and mark is None and bare is None:
            continue  # a comment
        if bare == "extern":
            raise LinkError.of(
                "extern in a version script is not supported", place=place, hint="use C names"
            )
        if mark == "{":
            depth, target, word = depth + 1, exported, ""
        elif mark == "}":
            if word:
                target.append(word)  # the last pattern of a node may lack its semicolon
            depth, word = depth - 1, ""
        elif mark == ":" and word in ("global", "local"):
            target, word = exported if word == "global" else hidden, ""
        elif mark == ";":
            if depth and word:
                target.append(word)
            word = ""
        elif mark == ":" or (word and depth):
            raise LinkError.of(f"unexpected {mark or bare or quoted}", place=place)
        else:
            word = quoted if quoted is not None else bare
        if depth not in (0, 1):
            raise LinkError.of(f"unexpected {mark}", place=place)
    if depth:
        raise LinkError.of("} expected at the end", place=f"{name}:{last_line}")
    return VersionScript(tuple(exported), tuple(hidden))
