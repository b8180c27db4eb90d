"""The scanner of linker scripts: words, numbers and punctuation, with file, line and column.

The language has two alphabets: in a pattern ``*``, ``-`` and ``/`` are letters, in an expression
they are operators. Therefore the text is not split into tokens first; each rule of the parser calls
the scanner with the alphabet of what it expects at the current position.

INCLUDE reads another file in the middle of the text: ``included`` makes it the current one. Limits
keep hostile scripts short: 256 KiB of text a file, 10 files inside each other as in GNU ld, and 64
levels of an expression.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.inputs import InputError, open_input
from ntbuild.support.text import printable

PATTERN: Final = re.compile(r'"([^"\n]*)"|([\w.$/\\~+*?\[\]^!@%#\'-]+)')
SYMBOL: Final = re.compile(r'"([^"\n]*)"|([A-Za-z_.$][\w.$]*)')
PATH: Final = re.compile(r'"([^"\n]*)"|([^\s"(){};,]+)')

_SPACE: Final = re.compile(r"(?:\s+|/\*.*?\*/)+", re.DOTALL)
_SIZE_LIMIT: Final = 1 << 18
_FILES_LIMIT: Final = 10
_DEEPEST: Final = 64
_SHOWN: Final = 40


def read_script(file: str, place: str = "") -> str:
    """The text of a script. Raises LinkError for what cannot be opened, is too large, or no text.

    ``place`` is where the file is named, for the message.
    """
    try:
        with open_input(file) as opened:
            if opened.size > _SIZE_LIMIT:
                message = f"a linker script has at most {_SIZE_LIMIT} bytes, this one has more"
                raise LinkError.of(message, place=printable(file))
            data = opened.read()
    except InputError as error:
        raise LinkError.of(str(error), place=place) from None
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        place = f"{printable(file)}: offset {error.start:#x}"
        raise LinkError.of("not UTF-8 text", place=place) from None


def find_script(file: str, folders: Sequence[str]) -> str:
    """The path of a script that is named without a folder it is in: here, then in ``folders``."""
    candidates = [file, *(f"{folder}/{file}" for folder in folders)]
    return next((each for each in candidates if _is_there(each)), file)


def _is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


class Scanner:
    """A text and a position in it; every ``take`` raises LinkError at the position."""

    def __init__(self, text: str, file: str, folders: Sequence[str] = ()) -> None:
        self.folders = list(folders)
        self.at = 0
        self._depth = 0
        self._files: list[str] = []
        self._open(text, file)

    def _open(self, text: str, file: str) -> None:
        self.text, self.at = text, 0
        self._files.append(file)
        # The offset at which each line starts; the last entry is beyond the text.
        self._lines = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    @contextmanager
    def included(self) -> Iterator[None]:
        """Inside, the text is that of the file whose name stands here, from its start."""
        self.space()
        start = self.at
        name = self.word(PATH, "a file name")
        file = find_script(name, self.folders)
        if len(self._files) >= _FILES_LIMIT or file in self._files:
            circle = "includes itself" if file in self._files else "is included too deep"
            raise self.error(f"INCLUDE {printable(name)}: the file {circle}", start)
        before = self.text, self.at, self._lines
        self._open(read_script(file, self.place(start)), file)
        yield
        self._files.pop()
        self.text, self.at, self._lines = before
        self.skip(";")

    @contextmanager
    def nested(self) -> Iterator[None]:
        """One level deeper; LinkError where that is too deep."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self.error(f"an expression nested deeper than {_DEEPEST}")
        yield
        self._depth -= 1

    # --- looking ---

    def space(self) -> None:
        """Go on to what is neither white space nor a comment."""
        if found := _SPACE.match(self.text, self.at):
            self.at = found.end()
        if self.text.startswith("/*", self.at):
            raise self.error("a comment without its end")

    def at_end(self) -> bool:
        """Whether nothing but space follows."""
        self.space()
        return self.at >= len(self.text)

    def looking_at(self, *texts: str) -> bool:
        """Whether one of these follows."""
        self.space()
        return self.text.startswith(texts, self.at)

    def next_word(self) -> str:
        """The word that follows, unless it is quoted or something else; it is not taken."""
        self.space()
        found = PATTERN.match(self.text, self.at)
        return found[2] or "" if found else ""

    # --- taking ---

    def skip(self, text: str) -> bool:
        """Take a text if it follows."""
        if not self.looking_at(text):
            return False
        self.at += len(text)
        return True

    def skip_word(self, word: str) -> bool:
        """Take a word if it follows, unquoted."""
        if self.next_word() != word:
            return False
        self.at += len(word)
        return True

    def take(self, text: str) -> None:
        """Take a text that must follow."""
        if not self.skip(text):
            raise self.error(f"{text} expected, not {self.what_is_here()}")

    def word(self, alphabet: re.Pattern[str], what: str) -> str:
        """Take a word or quoted text that must follow; ``what`` it is, for the message."""
        self.space()
        found = alphabet.match(self.text, self.at)
        if not found or not (found[1] or found[2]):
            raise self.error(f"{what} expected, not {self.what_is_here()}")
        self.at = found.end()
        return found[1] or found[2]

    # --- messages ---

    def what_is_here(self) -> str:
        """What follows, as a message shows it."""
        found = PATTERN.match(self.text, self.at)
        here = found[0] if found else self.text[self.at : self.at + 1]
        return printable(here[:_SHOWN]) or "the end"

    def place(self, position: int) -> str:
        """``file:line:column`` of a position in the current text; both count from 1."""
        line = bisect_right(self._lines, position)
        return f"{printable(self._files[-1])}:{line}:{position - self._lines[line - 1] + 1}"

    def error(self, message: str, position: int | None = None, hint: str = "") -> LinkError:
        """An error at a position, or here."""
        place = self.place(self.at if position is None else position)
        return LinkError.of(message, place=place, hint=hint)
