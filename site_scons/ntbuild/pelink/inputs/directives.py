"""What objects ask of the linker in their .drectve sections.

Options in link.exe spelling, separated by blanks, with quotes. What is hard: gcc, clang and MSVC
quote differently (``-export:"f",data``), and an option that a link does not know must be named,
because it may be the one that matters.

Source: Microsoft "/EXPORT" and "#pragma comment(linker)" pages; the options that gcc, clang and
MSVC emit, as seen in their output.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ntbuild.pelink.diagnostics import Diagnostics, LinkError
from ntbuild.pelink.options import Export, LinkOptions
from ntbuild.pelink.spelling.export_clause import parse_export
from ntbuild.pelink.spelling.link_exe_options import SPELLINGS
from ntbuild.pelink.spelling.numerals import decimal
from ntbuild.pelink.spelling.words import split_words
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass, field, replace

_IGNORED: Final = frozenset(
    {
        "arm64xsameaddress",
        "debugtype",
        "edit",
        "editandcontinue",
        "fastfail",
        "guardsym",
        "inferasanlibs",
        "manifestdependency",
        "nologo",
        "throwingnew",
    }
)
"""Directives that change nothing here; a manifest is written by nobody yet."""

_AS_OPTIONS: Final = frozenset({"heap", "merge", "release", "section", "stack", "subsystem"})
"""Directives that are read as the options of the same name."""


@dataclass(slots=True)
class Directives:
    """Everything asked for so far, in the order seen.

    ``fields`` are fields of LinkOptions; ``matches`` has the value of each key of /failifmismatch
    and who gave it; ``unwanted`` are libraries that shall not be linked by default.
    """

    exports: list[Export] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    defaultlib: list[str] = field(default_factory=list)
    alternatename: list[tuple[str, str]] = field(default_factory=list)
    alignments: dict[str, int] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    entry: str | None = None
    unwanted: list[str] = field(default_factory=list)
    matches: dict[str, tuple[str, str]] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)

    def match(self, key: str, value: str, place: str, log: Diagnostics) -> None:
        """/failifmismatch: every object that names a key must give it the same value."""
        known, first = self.matches.setdefault(key, (value, place))
        if known != value:
            log.error(
                f"/failifmismatch: mismatch detected for '{key}':",
                notes=(f"{first} has value {known}", f"{place} has value {value}"),
            )


def add_directives(into: Directives, data: bytes, place: str, log: Diagnostics) -> None:
    """Read one .drectve section; unknown options are warnings that name them."""
    text = decoded(data.removeprefix(b"\xef\xbb\xbf"))
    for word in split_words(text):
        name, _, value = word.lstrip("-/").partition(":")
        name = name.lower()
        try:
            _add(into, name, value, place, log)
        except ValueError:
            log.warn(f"unknown directive: {word}", place=f"{place}: .drectve")
        except LinkError as error:
            log.error(error.diagnostics[0].message, place=f"{place}: .drectve")


def _add_entry(into: Directives, value: str) -> None:
    into.entry = into.entry or value


def _add_alternate(into: Directives, value: str) -> None:
    left, equals, right = value.partition("=")
    if not (left and equals and right):
        raise ValueError(value)
    into.alternatename.append((left, right))


def _add_alignment(into: Directives, value: str) -> None:
    name, _, digits = value.rpartition(",")
    power = decimal(digits)
    if power is None:
        raise ValueError(value)
    into.alignments[name] = 1 << min(power, 13)


_READ: Final[dict[str, Callable[[Directives, str], None]]] = {
    "export": lambda into, value: into.exports.append(parse_export(value)),
    "include": lambda into, value: into.include.append(value),
    "exclude-symbols": lambda into, value: into.hidden.extend(value.split(",")),
    "defaultlib": lambda into, value: into.defaultlib.append(value),
    "nodefaultlib": lambda into, value: into.unwanted.append(value),
    "disallowlib": lambda into, value: into.unwanted.append(value),
    "alternatename": _add_alternate,
    "aligncomm": _add_alignment,
    "entry": _add_entry,
}


def _add(into: Directives, name: str, value: str, place: str, log: Diagnostics) -> None:
    """Raises ValueError for a directive that nobody knows, LinkError for a wrong value."""
    if name in _READ:
        _READ[name](into, value)
    elif name in _AS_OPTIONS:
        SPELLINGS[name].read(value or None, into.fields)
        for doubt in into.fields.pop("warnings", ()):
            log.warn(doubt, place=f"{place}: .drectve")
    elif name == "failifmismatch":
        key, _, wanted = value.partition("=")
        into.match(key, wanted, place, log)
    elif name not in _IGNORED:
        raise ValueError(name)


def with_directives(options: LinkOptions, asked: Mapping[str, Any], subsystem: str) -> LinkOptions:
    """The options with the fields that objects asked for, and the subsystem decided."""
    merged: dict[str, Any] = {"subsystem": subsystem}
    for name, value in asked.items():
        given = getattr(options, name)
        if isinstance(given, tuple) and isinstance(value, tuple) and name not in _SCALARS:
            merged[name] = (*value, *given)
        elif given is None:
            merged[name] = value
    if merged == {"subsystem": options.subsystem}:
        return options
    return replace(options, **merged)


_SCALARS = frozenset({"stack", "heap", "subsystem_version", "version"})
"""Fields that are one value made of two numbers."""
