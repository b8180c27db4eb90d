"""Version scripts of GNU ld (``--version-script``): which symbols a DLL exports by itself.

PE has no symbol versions; what is left of a version script is the choice of the symbols that a DLL
without explicit exports exports: those of ``global:``, not those of ``local:``. Patterns are
those of a shell. ::

    VERS_1 { global: api_*; local: *; };

``extern "C++"`` blocks, whose patterns match demangled names, are an error.

Source: GNU ld manual, "VERSION Command".
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

_COMMENT: Final = re.compile(r"/\*.*?\*/|#[^\n]*", re.DOTALL)
_NODE: Final = re.compile(r"\s*[\w.]*\s*\{([^{}]*)\}\s*[\w.]*\s*;")
"""``[name] { patterns } [name of the node before];``"""
_STATEMENT: Final = re.compile(r'\s*(?:(global|local)\s*:)?\s*("[^"]*"|[^\s;:"]*)\s*(;|$)')
"""``[global:|local:] [pattern];``; the last one of a node may lack its semicolon."""


@dataclass(frozen=True, slots=True)
class VersionScript:
    """The patterns of all nodes."""

    exported: tuple[str, ...]
    """Patterns after ``global:`` (or after no keyword)."""
    hidden: tuple[str, ...]
    """Patterns after ``local:``."""


def parse_version_script(text: str, name: str) -> VersionScript:
    """The patterns of a script; ``name`` is the file's. Raises LinkError naming file and line."""
    # A comment becomes as many line ends as it has, so that lines keep their numbers.
    bare = _COMMENT.sub(lambda match: "\n" * match[0].count("\n") or " ", text)
    found: dict[str, list[str]] = {"global": [], "local": []}
    position = 0
    while bare[position:].strip():
        node = _NODE.match(bare, position)
        if node is None:
            raise _error(bare, position, name)
        for label, pattern in _statements(bare, node.start(1), node.end(1), name):
            found[label].append(pattern)
        position = node.end()
    return VersionScript(tuple(found["global"]), tuple(found["local"]))


def _statements(text: str, start: int, end: int, name: str) -> Iterator[tuple[str, str]]:
    """(label, pattern) of each pattern in a node; patterns before a label are global."""
    label = "global"
    while text[start:end].strip():
        match = _STATEMENT.match(text, start, end)
        if match is None:
            raise _error(text, start, name)
        label = match[1] or label
        if match[2]:
            yield label, match[2].strip('"')
        start = match.end()


def _error(text: str, position: int, name: str) -> LinkError:
    position += len(text[position:]) - len(text[position:].lstrip())
    line = text.count("\n", 0, position) + 1
    extern = re.search(r"\bextern\b", text[position:].partition(";")[0])
    message = 'extern "C++" is not supported' if extern else "not a version script"
    return LinkError.of(message, place=f"{name}:{line}")
