"""Inline functions of C that are declared without a body: cl makes them for other sources to call.

    __inline BOOLEAN WaitScb(PFDO_DATA Data);      /* in a header */
    __inline BOOLEAN WaitScb(PFDO_DATA Data) {...} /* in one source; others call it */

cl puts such a function into the source's object. clang drops it there once its own calls are
inlined, unless a declaration says ``extern``. `exported` adds that word where an inline function is
declared at file level without a body; nothing else in C can be meant by it.

Limit: the word for inline stands in the declaration itself and not in a macro.

Source: Microsoft "Inline Functions (C++)", on functions that cl compiles out of line; clang's
``FunctionDecl::isMSExternInline``.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<skip>/\*.*?\*/|//(?:\\\n|[^\n])*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*')"
    r"|(?P<directive>^[ \t]*#(?:\\\n|[^\n])*)"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<sign>[{}();])",
    re.DOTALL | re.MULTILINE,
)
_INLINE: Final = frozenset({"inline", "_inline", "__inline", "__inline__", "__forceinline"})
_STORAGE: Final = frozenset({"static", "extern", "typedef", "_Static_assert"})
ADDED: Final = "extern "


def exported(text: str) -> str | None:
    """The text with ``extern`` in front of such declarations; None when there are none."""
    if "inline" not in text:
        return None
    places = []
    depth, parentheses = 0, 0
    at: int | None = None
    words: set[str] = set()
    has_parameters = False
    for match in _TOKEN.finditer(text):
        kind, part = match.lastgroup, match[0]
        if kind == "word" and depth == 0 and parentheses == 0:
            words.add(part)
            at = match.start() if part in _INLINE and at is None else at
        elif kind == "directive":
            at, words, has_parameters = None, set(), False
        elif part in "()" and kind == "sign":
            parentheses += 1 if part == "(" else -1
            has_parameters = True
        elif part in "{};" and kind == "sign":
            is_prototype = part == ";" and depth == 0 and has_parameters
            if is_prototype and at is not None and not words & _STORAGE:
                places.append(at)
            depth += {"{": 1, "}": -1}.get(part, 0)
            at, words, has_parameters = None, set(), False
    for place in reversed(places):
        text = f"{text[:place]}{ADDED}{text[place:]}"
    return text if places else None
