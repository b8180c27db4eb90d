"""Text from foreign files: decoded without failing, and made safe to print.

Names in objects, archives and images are bytes that anyone may have written. `decoded` keeps every
byte distinguishable; `printable` also escapes what a terminal would act on (control characters,
bidirectional marks) or an encoding could not write (lone surrogates).
"""


def decoded(name: bytes) -> str:
    r"""The text of a name; bytes that are not UTF-8 show as ``\xNN``."""
    return name.decode("utf-8", "backslashreplace")


def printable(text: str | bytes) -> str:
    """A text that is safe to print on one line; every other character shows as an escape."""
    text = decoded(text) if isinstance(text, bytes) else text
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 0x80 else ascii(character)[1:-1]
