"""Words of link.exe's option texts: response files, environment variables and .drectve sections.

Words are separated by blanks, tabs, line ends and NULs. Double quotes protect blanks and are
removed, wherever in a word they stand: ``/out:"a b.sys"`` is one word, ``/out:a b.sys``.
"""

from typing import Final

_BLANKS: Final = str.maketrans("\t\r\n\0", "    ")


def split_words(text: str) -> list[str]:
    """The words of a text. A quote without a partner protects the rest of the text."""
    words: list[str] = []
    word: str | None = None  # what the next piece continues, if anything
    # Pieces between quotes alternate: even ones are outside of quotes, odd ones inside.
    for number, piece in enumerate(text.split('"')):
        quoted = number % 2 == 1
        parts = [piece] if quoted else piece.translate(_BLANKS).split(" ")
        for position, part in enumerate(parts):
            if position and word is not None:
                words.append(word)
                word = None
            if part or quoted:
                word = (word or "") + part
    return words if word is None else [*words, word]
