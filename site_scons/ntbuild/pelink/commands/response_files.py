"""Response files: ``@file`` is replaced by the words in the file.

Response files may name response files; nesting is limited, so one that names itself is an error.
"""

from collections.abc import Callable, Sequence
from typing import Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.spelling.words import split_words
from ntbuild.support.inputs import TEXT_LIMIT, read_input

NESTING_LIMIT: Final = 16

Splitter = Callable[[str], list[str]]


def expanded(
    words: Sequence[str],
    depth: int = 0,
    split: Splitter = split_words,
    files: list[str] | None = None,
) -> list[str]:
    """The words with response files replaced by their words.

    ``split`` is the quoting rule: ``split_words`` of link.exe, ``split_gnu_words`` of GNU tools.
    Paths of the response files are appended to ``files``. Raises LinkError naming a file that
    cannot be read or is not text.
    """
    result: list[str] = []
    for word in words:
        if word.startswith("@") and len(word) > 1:
            if depth == NESTING_LIMIT:
                raise LinkError.of(f"{word}: response files nested more than {NESTING_LIMIT} deep")
            if files is not None:
                files.append(word[1:])
            result += expanded(split(_text(word[1:])), depth + 1, split, files)
        else:
            result.append(word)
    return result


def split_gnu_words(text: str) -> list[str]:
    """Words as libiberty splits them: both quotes protect, a backslash protects one character."""
    if not any(mark in text for mark in "'\"\\"):
        return text.split()
    words: list[str] = []
    # ``started`` tells an empty word in quotes from the blanks between words.
    word, quote, started, escaped = "", "", False, False
    for character in text:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            escaped = started = True
        elif quote or character in "'\"":
            if quote and character != quote:
                word += character
            else:
                quote, started = "" if quote else character, True
        elif character.isspace():
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + character, True
    return [*words, word] if started else words


def _text(name: str) -> str:
    """The text of a response file: UTF-8, or UTF-16 with a byte-order mark (MSVC tools)."""
    try:
        data = read_input(name, TEXT_LIMIT)
    except OSError as error:
        raise LinkError.of(f"could not open '{name}': {error.strerror}") from None
    try:
        utf_16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise LinkError.of(f"{name}: offset {error.start:#x}: not UTF-8 or UTF-16 text") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise LinkError.of("a NUL is not text", place=f"{name}:{line}")
    return text
