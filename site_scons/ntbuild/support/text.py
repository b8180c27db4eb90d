r"""Text from foreign files: decoded without failing, and made safe to print.

Names in objects, archives and images are bytes that anyone may have written, and so are file
names. `decoded` is for texts that are written to files, `printable` for terminals and messages: it
also escapes control characters, bidirectional marks and lone surrogates.

    bytes               decoded    printable
    b"\xc3\xa9.obj"     é.obj      é.obj
    b"\xff.obj"         \xff.obj   \xff.obj
    b"\x1b[2J"          ESC [2J    \x1b[2J

Limits: the escapes are for people; a name of the letters ``\xff`` prints the same.
"""


def decoded(name: bytes) -> str:
    r"""The text of a name; bytes that are not UTF-8 show as ``\xNN``."""
    return name.decode("utf-8", "backslashreplace")


def encoded(name: str) -> bytes:
    r"""The bytes of a name that a user gave, on the command line or in a file.

    Python decodes what is not UTF-8 on a command line as lone surrogates; they become the same
    bytes again, as symbols and sections may have such names.
    """
    return name.encode("utf-8", "surrogateescape")


def printable(text: str | bytes) -> str:
    """The text with every character that is not printable as an escape, so that it is one line."""
    text = decoded(text) if isinstance(text, bytes) else text
    return text if text.isprintable() else "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    if character.isprintable():
        return character
    return f"\\x{ord(character):02x}" if ord(character) < 0x80 else ascii(character)[1:-1]
