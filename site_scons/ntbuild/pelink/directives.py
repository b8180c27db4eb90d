"""What objects ask of the linker in their .drectve sections.

Options in link.exe spelling, separated by blanks, with quotes. What is hard: gcc, clang and MSVC
quote differently (``-export:"f",data``), and an option that a link does not know must be named,
because it may be the one that matters.

Source: Microsoft "/EXPORT" and "#pragma comment(linker)" pages; the options that gcc, clang and
MSVC emit, as seen in their output.
"""

from dataclasses import dataclass, field
from typing import Final

from .diagnostics import Diagnostics, LinkError
from .export_spelling import parse_export
from .numerals import decimal
from .options import Export

_IGNORED: Final = frozenset(
    {
        "failifmismatch",
        "guardsym",
        "edit",
        "editandcontinue",
        "throwingnew",
        "disallowlib",
        "nologo",
        "inferasanlibs",
        "fastfail",
    }
)


@dataclass(slots=True)
class Directives:
    """Everything asked for so far, in the order seen."""

    exports: list[Export] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    defaultlib: list[str] = field(default_factory=list)
    alternatename: list[tuple[str, str]] = field(default_factory=list)
    alignments: dict[str, int] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    entry: str | None = None


def split_words(text: str) -> list[str]:
    """Words separated by blanks; quotes protect blanks and are taken away."""
    words: list[str] = []
    word, quoted, started = "", False, False
    for character in text:
        if character == '"':
            quoted, started = not quoted, True
        elif character in " \t\r\n\0" and not quoted:
            if started:
                words.append(word)
            word, started = "", False
        else:
            word, started = word + character, True
    if started:
        words.append(word)
    return words


def add_directives(into: Directives, data: bytes, place: str, log: Diagnostics) -> None:
    """Read one .drectve section; unknown options are warnings that name them."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "backslashreplace")
    for word in split_words(text):
        name, _, value = word.lstrip("-/").partition(":")
        name = name.lower()
        try:
            _add(into, name, value, word, place, log)
        except LinkError as error:
            log.error(error.diagnostics[0].message, place=f"{place}: .drectve")


def _add(into: Directives, name: str, value: str, word: str, place: str, log: Diagnostics) -> None:
    if name == "export":
        into.exports.append(parse_export(value))
    elif name == "include":
        into.include.append(value)
    elif name == "exclude-symbols":  # of a DLL that exports everything
        into.hidden += value.split(",")
    elif name == "defaultlib":
        into.defaultlib.append(value)
    elif name == "alternatename" and "=" in value:
        left, _, right = value.partition("=")
        into.alternatename.append((left, right))
    elif name == "aligncomm" and (power := decimal(value.rpartition(",")[2])) is not None:
        into.alignments[value.rpartition(",")[0]] = 1 << min(power, 13)
    elif name == "entry":
        into.entry = into.entry or value
    elif name not in _IGNORED:
        log.warn(f"unknown directive: {word}", place=f"{place}: .drectve")
