r"""References in texts of a project: ``$(Name)``, property functions, ``%(Metadata)``, ``%20``.

    expand("$(Configuration.Replace(' ', ''))/a.c", scope)       "Win10Release/a.c"

`Scope` has what a reference may name. What cannot be evaluated is noted there and becomes an empty
text, as MSBuild does with properties that nobody has set.

Invariants: a value that a reference gives is not expanded again, except that arguments of functions
are expanded before the call. Properties were expanded when they were set.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ntbuild.support.text import printable

from .files import Files
from .functions import FunctionError, Value, call_method, call_static, text_of

_METADATA: Final = re.compile(r"%\(\s*(?:([\w.-]+)\s*\.\s*)?([\w-]+)\s*\)")
_PROPERTY: Final = re.compile(r"\s*([A-Za-z_][\w-]*)")
_STATIC: Final = re.compile(r"\s*\[\s*([\w.]+)(?:,[^\]]*)?\s*\]\s*::\s*(\w+)\s*")
_MEMBER: Final = re.compile(r"\s*\.\s*(\w+)\s*")
_INDEX: Final = re.compile(r"\s*\[\s*(\d+)\s*\]")
_ESCAPE: Final = re.compile(r"%([0-9a-fA-F]{2})")
_QUOTES: Final = "'\"`"

_DEEPEST: Final = 20
"""References inside of arguments of references."""

_LONGEST: Final = 4 << 20
"""Characters of the longest text after expansion."""


class Scope:
    """What references mean at one place: properties, metadata, files, and who hears of the rest.

    ``note`` is called with one line for each reference that is not understood.
    """

    __slots__ = ("files", "folder", "metadata", "note", "properties")

    def __init__(
        self,
        properties: Mapping[str, str],
        files: Files,
        folder: str,
        note: Callable[[str], None],
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.properties, self.files, self.folder = properties, files, folder
        self.note, self.metadata = note, metadata

    def with_metadata(self, metadata: Mapping[str, str]) -> "Scope":
        """The scope inside of an item with this metadata, by names in small letters."""
        return Scope(self.properties, self.files, self.folder, self.note, metadata)


def expand(text: str, scope: Scope, depth: int = 0) -> str:
    """The text with references replaced; escapes such as ``%3B`` stay, see `unescaped`."""
    if "$(" not in text and "%(" not in text:
        return text
    pieces: list[str] = []
    position = size = 0
    while (start := text.find("$(", position)) >= 0:
        end = _closing(text, start + 1, 2)
        if end < 0:
            scope.note(f"'{printable(text[start : start + 60])}': the bracket is not closed")
            break
        pieces += (text[position:start], _reference(text[start + 2 : end], scope, depth))
        size += len(pieces[-1])
        if size > _LONGEST:
            scope.note(f"'{printable(text[:60])}': gives more than {_LONGEST} characters")
            break
        position = end + 1
    pieces.append(text[position:])
    found = "".join(pieces)
    return found if scope.metadata is None else _with_metadata(found, scope.metadata)


def unescaped(text: str) -> str:
    """The text with ``%3B`` and its kin replaced by what they stand for."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "%" in text else text


def _with_metadata(text: str, metadata: Mapping[str, str]) -> str:
    return _METADATA.sub(lambda match: metadata.get(match[2].lower(), ""), text)


def _closing(text: str, start: int, quoted_from: int) -> int:
    """Where the bracket at ``start`` is closed; -1 when it is not.

    Brackets in quotes do not count; a quote is one inside of ``quoted_from`` brackets or more, as
    it stands in arguments of functions only.
    """
    depth, quote = 0, ""
    for position in range(start, len(text)):
        character = text[position]
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES and depth >= quoted_from:
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return position
    return -1


def _reference(body: str, scope: Scope, depth: int) -> str:
    """What ``$(body)`` stands for."""
    if depth > _DEEPEST:
        scope.note(f"$({printable(body[:60])}): more than {_DEEPEST} references in each other")
        return ""
    name = _PROPERTY.fullmatch(body.rstrip())
    if name:
        return scope.properties.get(name[1].lower(), "")
    try:
        return text_of(_value(body, scope, depth))
    except FunctionError as error:
        scope.note(f"$({printable(body)}): property function {error}")
        return ""


def _value(body: str, scope: Scope, depth: int) -> Value:
    value: Value
    if static := _STATIC.match(body):
        position = static.end()
        arguments, position = _arguments(body, position, scope, depth)
        value = call_static(static[1], static[2], arguments or (), scope.files, scope.folder)
    elif name := _PROPERTY.match(body):
        value, position = scope.properties.get(name[1].lower(), ""), name.end()
    else:
        raise FunctionError(f"{printable(body[:60])} is not known")
    while body[position:].strip():
        if member := _MEMBER.match(body, position):
            arguments, position = _arguments(body, member.end(), scope, depth)
            value = call_method(value, member[1], arguments)
        elif index := _INDEX.match(body, position):
            number, position = int(index[1]), index.end()
            if value == ():  # of no match all groups are empty
                value = ""
                continue
            if isinstance(value, (bool, int)) or number >= len(value):
                raise FunctionError(f"[{number}] has no value")
            value = value[number]
        else:
            raise FunctionError(f"{printable(body[position : position + 60])} is not known")
    return value


def _arguments(body: str, position: int, scope: Scope, depth: int) -> tuple[list[str] | None, int]:
    """The expanded arguments in brackets at a position, and where they end; None without any."""
    if body[position : position + 1] != "(":
        return None, position
    end = _closing(body, position, 1)
    if end < 0:
        raise FunctionError(f"{printable(body[position : position + 60])}: no closing bracket")
    words = _split(body[position + 1 : end])
    return [expand(_unquoted(each), scope, depth + 1) for each in words], end + 1


def _split(text: str) -> list[str]:
    """Arguments, at commas outside of quotes and brackets."""
    if not text.strip():
        return []
    words, begin, depth, quote = [], 0, 0, ""
    for position, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in _QUOTES:
            quote = character
        elif character in "([":
            depth += 1
        elif character in ")]":
            depth -= 1
        elif character == "," and not depth:
            words.append(text[begin:position])
            begin = position + 1
    return [*words, text[begin:]]


def _unquoted(word: str) -> str:
    word = word.strip()
    quoted = len(word) > 1 and word[0] in _QUOTES and word[-1] == word[0]
    return word[1:-1] if quoted else word
