"""What a source or header includes, as text: every branch counts, whether it is compiled or not.

A name that a macro stands for counts when the same file defines that macro:

    #define LAYOUT "layout64.h"
    #include LAYOUT

So does one that is an argument, as in ``#include STRINGIFY(LAYOUT)``: its value is then the bare
name. Other macros are given to `includes` (those of the command line) or are not followed.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

_INCLUDE: Final = re.compile(
    r'^[ \t]*#[ \t]*(?:include(?:_next)?|import)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>|'
    r"([A-Za-z_]\w*)(?:[ \t]*\([ \t]*([A-Za-z_]\w*)[ \t]*\))?)",
    re.MULTILINE,
)
_DEFINITION: Final = r'^[ \t]*#[ \t]*define[ \t]+{}[ \t]+("[^"\n]+"|<[^>\n]+>|[\w./\\-]+)'
_NO_MACROS: Final[Mapping[str, str]] = MappingProxyType({})


class Include(NamedTuple):
    """A directive: the name as written, and whether the including file's folder goes first."""

    name: str
    quoted: bool


def includes(text: str, macros: Mapping[str, str] = _NO_MACROS) -> tuple[Include, ...]:
    """The includes of a file, each once, in their order.

    ``macros``: value by name, such as ``{"LAYOUT": '"layout64.h"'}``.
    """
    found: dict[Include, None] = {}
    for quoted, angled, macro, argument in _INCLUDE.findall(text):
        if macro:
            found |= dict.fromkeys(_of_macro(macro, argument, text, macros))
        else:
            found[Include(quoted or angled, bool(quoted))] = None
    return tuple(found)


def _of_macro(name: str, argument: str, text: str, macros: Mapping[str, str]) -> list[Include]:
    """What a macro may stand for; of a function of one ``argument``, the argument in quotes."""
    known = argument or name
    values = re.findall(_DEFINITION.format(re.escape(known)), text, re.MULTILINE)
    values += [macros[known]] if known in macros else []
    found = []
    for value in values:
        if value[:1] + value[-1:] in ('""', "<>"):
            found.append(Include(value[1:-1], value[0] == '"'))
        elif argument:
            found.append(Include(value, quoted=True))
    return found
