r"""The text of WPP blocks: found in comments, freed of them, and cut into statements.

A block is in ``//`` comments, in one ``/* */`` comment, or plain; each line loses one comment mark
at its front. ``begin_wpp config`` and ``end_wpp`` count only where a line starts with them, because
headers also speak of them in prose. Encodings: UTF-8, UTF-16 with a byte order mark, else Latin-1,
which maps every byte to itself.

    // USEPREFIX(Enter, "[%!FUNC!]");     ->  Statement("", "USEPREFIX", (), 'Enter, "[%!FUNC!]"')
    // FUNC Enter{LEVEL=2}(FLAGS);        ->  Statement("FUNC", "Enter", ("LEVEL=2",), "FLAGS")
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .modes import TracingError


@dataclass(frozen=True, slots=True)
class Block:
    """A block's text without comment marks; ``line`` is the number of its first line, from 1."""

    file: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """``word name{braces}(parameters)``; word is empty for ``Name{...}(...)`` alone."""

    file: str
    line: int
    word: str
    name: str
    braces: tuple[str, ...]
    parameters: str | None

    def error(self, text: str) -> TracingError:
        """An error at this statement."""
        return _error(self.file, self.line, text)


_BEGIN: Final = re.compile(r"[\s/*]*begin_wpp\b[ \t]*(\w*)", re.IGNORECASE)
_END: Final = re.compile(r"[\s/*]*end_wpp\b", re.IGNORECASE)
_MARK: Final = re.compile(r"\s*(?://+|/\*+|\*+(?!/))?")
_STRING: Final = re.compile(r'L?"(?:[^"\\\n]|\\.)*"')
_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_BLANK: Final = re.compile(r"(?:(?<=\n)[ \t]*;[^\n]*|[\s;]|//[^\n]*|\*/|/\*.*?\*/)+", re.DOTALL)
"""What is between statements; a line that begins with ``;`` is a comment, as in an INI file."""
_NEWLINE: Final = re.compile(r"\s*\n\s*")
_CLOSERS: Final = {"(": ")", "{": "}"}
_BYTE_ORDER_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decoded_source(content: bytes) -> str:
    """The text of a source by its byte order mark; UTF-8 if it is that, else Latin-1."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def blocks_of(file: str, content: bytes) -> Iterator[Block]:
    """The configuration blocks of a file; a ``.ini`` file without marks is one block."""
    text = decoded_source(content)
    if "begin_wpp" not in text.lower():
        if file.lower().endswith(".ini"):
            yield Block(file, 1, text)
        return
    start, kind, lines = 0, "", list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if begin := _BEGIN.match(line):
            if start:
                raise _error(file, start, "begin_wpp without an end_wpp before the next one")
            start, kind, lines = number, begin[1].lower(), []
        elif start and _END.match(line):
            if kind == "config":
                yield Block(file, start + 1, "\n".join(lines))
            start = 0
        elif start:
            lines.append(line[_marks(line) :])
    if start:
        raise _error(file, start, "begin_wpp without end_wpp: end the block with // end_wpp")


def _marks(line: str) -> int:
    """The length of blanks and the comment mark at a line's front."""
    found = _MARK.match(line)
    return found.end() if found else 0


def statements_of(block: Block) -> Iterator[Statement]:
    """Cut a block into statements; TracingError where parentheses or strings do not close."""
    text, at = block.text, 0
    while True:
        blank = _BLANK.match(text, at)
        at = blank.end() if blank else at
        if at >= len(text):
            return
        line = block.line + text.count("\n", 0, at)
        first = _WORD.match(text, at)
        if first is None:
            shown = printable(text[at:].split("\n")[0][:40])
            raise _error(block.file, line, f"{shown!r} in a WPP block: {_EXPECTED}")
        word, name, at = "", first[0], first.end()
        second = _WORD.match(text, _skipped(text, at))
        if second and "\n" not in text[at : second.start()]:
            word, name, at = name.upper(), second[0], second.end()
        braces: list[str] = []
        parameters: str | None = None
        while parameters is None and text[(at := _skipped(text, at)) : at + 1] in ("(", "{"):
            end = _closing(text, at)
            if end is None:
                raise _error(block.file, line, f"{name}: {text[at]} is not closed")
            if text[at] == "{":
                braces.append(text[at + 1 : end])
            else:
                parameters = text[at + 1 : end]
            at = end + 1
        yield Statement(block.file, line, word, name, tuple(braces), parameters)


_EXPECTED: Final = "expected a statement such as FUNC Name(LEVEL, FLAGS, MSG, ...);"


def _skipped(text: str, at: int) -> int:
    """The place after blanks, without the end of a statement."""
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _closing(text: str, at: int) -> int | None:
    """The place of the bracket that closes the one at ``at``; strings are skipped."""
    stack: list[str] = []
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
            continue
        if text[at] in _CLOSERS:
            stack.append(_CLOSERS[text[at]])
        elif stack and text[at] == stack[-1]:
            stack.pop()
            if not stack:
                return at
        at += 1
    return None


def pieces(text: str) -> Iterator[str]:
    """The parts between commas that are in no parentheses and no string."""
    start = at = 0
    while at < len(text):
        if string := _STRING.match(text, at):
            at = string.end()
        elif text[at] in _CLOSERS and (end := _closing(text, at)) is not None:
            at = end + 1
        elif text[at] == ",":
            yield _one_line(text[start:at])
            start = at = at + 1
        else:
            at += 1
    if last := _one_line(text[start:]):
        yield last


def _one_line(text: str) -> str:
    return _NEWLINE.sub(" ", text.strip())


def words_of(text: str) -> str | None:
    """The text if it is nothing but C strings, which C joins; else None."""
    return text if text and not _STRING.sub("", text).strip() else None


def _error(file: str, line: int, text: str) -> TracingError:
    place = f"{file}:{line}" if line else file.rstrip("=") + "="
    return TracingError(f"{place}: {text}")
