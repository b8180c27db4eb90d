r"""Tokens of a preprocessed resource script, with the file and the line of each.

The input is what ``clang -E`` or ``gcc -E`` writes: line markers say where a line is from. As with
Microsoft's compiler, text of ``.h`` and ``.c`` files is dropped, so that a script may include them
for their macros alone. ``#pragma code_page(n)`` says in what encoding the strings after it are.

    # 7 "a.rc"
    1 VERSIONINFO    ->   Token(NUMBER, "1", "a.rc", 7), Token(WORD, "VERSIONINFO", "a.rc", 7)

A string is a value of two: narrow ones are bytes of the code page until they are used, since
``"\xe9"`` is a byte there and ``L"\xe9"`` a character. Adjacent strings are joined by the parser.
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.support.values import dataclass

WORD: Final = "word"
NUMBER: Final = "number"
STRING: Final = "string"
SIGN: Final = "sign"


class ScriptError(Exception):
    """A script that cannot be compiled; the text is one line with file, line and what to do."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token; of a string, `text` is what stands between the quotes, escapes resolved.

    ``wide``: it has an L in front. ``encoding``: of the file at its place.
    """

    kind: str
    text: str
    file: str
    line: int
    wide: bool = False
    encoding: str = ""

    def error(self, text: str) -> ScriptError:
        """An error at this token."""
        return ScriptError(f"{self.file}:{self.line}: {text}")


_MARKER: Final = re.compile(r'#\s*(?:line\s+)?(\d+)\s+"((?:[^"\\]|\\.)*)"')
_PRAGMA: Final = re.compile(r"#\s*pragma\s+code_page\s*\(\s*(\w+)\s*\)", re.IGNORECASE)
_TOKEN: Final = re.compile(
    r"""(?P<blank>\s+)
    |(?P<string>L?"(?:[^"\\\n]|\\.|"")*")
    |(?P<number>0[xX][0-9a-fA-F]+[lLuU]*|[0-9]+[lLuU]*(?![\w.]))
    |(?P<word>[A-Za-z_0-9.\\/:$-]*[A-Za-z_.\\/][\w.\\/:$-]*)
    |(?P<sign>[{}(),|&~+-])""",
    re.VERBOSE | re.ASCII,
)
_ESCAPE: Final = re.compile(
    r'""|\\(?:x([0-9a-fA-F]{1,4})|X([0-9a-fA-F]{1,4})|([0-7]{1,3})|(.))', re.DOTALL
)
_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", "a": "\b", '"': '"', "\\": "\\"}
_SKIPPED: Final = (".h", ".c")
_CODE_PAGES: Final = {"65001": "utf-8", "1200": "utf-16-le", "default": "cp1252", "utf8": "utf-8"}


def code_page(name: str) -> str | None:
    """Python's name of a code page; None for an unknown one."""
    encoding = _CODE_PAGES.get(name.lower(), f"cp{name}")
    try:
        "".encode(encoding)
    except LookupError:
        return None
    return encoding


def tokens_of(text: str, file: str, encoding: str) -> Iterator[Token]:
    """The tokens of preprocessed text, each byte of which is a character (Latin-1)."""
    number, kept = 0, True
    for line in text.split("\n"):
        number += 1
        if marker := _MARKER.match(line):
            number, file = int(marker[1]) - 1, marker[2].replace("\\\\", "\\")
            kept = not file.lower().endswith(_SKIPPED)
        elif pragma := _PRAGMA.match(line):
            found = code_page(pragma[1])
            if found is None:
                raise ScriptError(f"{file}:{number}: code page {pragma[1]} is unknown")
            encoding = found if kept else encoding
        elif kept and not line.startswith("#"):
            yield from _tokens_of_line(line, file, number, encoding)


def _tokens_of_line(line: str, file: str, number: int, encoding: str) -> Iterator[Token]:
    at = 0
    while at < len(line):
        found = _TOKEN.match(line, at)
        if found is None:
            raise ScriptError(f"{file}:{number}: {line[at : at + 20]!a} is no resource")
        at = found.end()
        kind = found.lastgroup
        if kind == STRING:
            wide = found[0][0] == "L"
            inside = found[0][2:-1] if wide else found[0][1:-1]
            text = _unescaped(inside, wide, encoding)
            yield Token(STRING, text, file, number, wide, encoding)
        elif kind and kind != "blank":
            yield Token(kind, found[0], file, number)


def _unescaped(text: str, wide: bool, encoding: str) -> str:  # noqa: FBT001
    r"""The characters of a string; of a narrow one `\\x` names a byte of the code page."""
    pieces: list[str] = []
    page = "cp1252" if encoding == "utf-8" else encoding  # a byte alone is no UTF-8
    at = 0
    for found in _ESCAPE.finditer(text):
        pieces.append(_decoded(text[at : found.start()], encoding))
        at = found.end()
        if digits := found[1] or found[2]:
            value = int(digits if wide else digits[:2], 16)
            rest = "" if wide else digits[2:]
            pieces.append((chr(value) if wide else _decoded(chr(value), page)) + rest)
        elif found[3]:
            value = int(found[3], 8)
            pieces.append(chr(value) if wide else _decoded(chr(value & 0xFF), page))
        else:
            pieces.append(_ESCAPES.get(found[4] or '"', f"\\{found[4]}"))
    return "".join([*pieces, _decoded(text[at:], encoding)])


def _decoded(text: str, encoding: str) -> str:
    return text.encode("latin-1").decode(encoding, "replace") if not text.isascii() else text
