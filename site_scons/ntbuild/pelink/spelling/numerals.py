"""Decimal numbers out of texts that anybody may have written.

What is hard: Python takes more for a digit than a format does (``str.isdigit`` is true for a
superscript two, of which ``int`` makes an error), and ``int`` refuses very long numbers.
"""

_MOST_DIGITS = 18


def decimal(text: str) -> int | None:
    """The number that one to 18 ASCII digits stand for; None for any other text."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None
