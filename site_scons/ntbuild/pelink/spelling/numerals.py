"""Decimal numbers out of untrusted texts.

``str.isdigit`` alone is not enough: it is true for a superscript two, which ``int`` refuses, and
``int`` refuses very long numbers with an exception of its own.
"""

_MOST_DIGITS = 18


def decimal(text: str) -> int | None:
    """The value of one to 18 ASCII digits; None for any other text."""
    if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS:
        return int(text)
    return None
