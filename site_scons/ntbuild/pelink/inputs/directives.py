"""Directives: options that objects have in their .drectve sections.

They are in link.exe's spelling, separated by blanks: ``/defaultlib:"libcmt" -export:f,DATA``. gcc,
clang and MSVC quote differently (``-export:"f",data``). An option that is not known is a warning
that names it, because it may be the one that matters.

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
from ntbuild.support.paths import windows_name
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
"""Directives that change nothing in a driver's image."""

_AS_OPTIONS: Final = frozenset({"heap", "merge", "release", "section", "stack", "subsystem"})
"""Directives that are read as the options of the same name."""


@dataclass(slots=True)
class Directives:
    """What the directives read so far say, in the order seen."""

    exports: list[Export] = field(default_factory=list)
    include: list[str] = field(default_factory=list)
    """Names of /include that were not requested yet."""
    defaultlib: dict[str, str] = field(default_factory=dict)
    """Libraries, each with the object that names it first."""
    alternatename: list[tuple[str, str]] = field(default_factory=list)
    """Pairs: the second name stands in where nothing defines the first."""
    alignments: dict[str, int] = field(default_factory=dict)
    """Bytes by the name of a common symbol (-aligncomm)."""
    hidden: list[str] = field(default_factory=list)
    """Names that are not exported where everything is (-exclude-symbols)."""
    entry: str | None = None
    nodefaultlib: list[str] = field(default_factory=list)
    """Libraries that are not linked by default; an empty name stands for all of them."""
    matches: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The value of each key of /failifmismatch, and the object that gave it first."""
    fields: dict[str, Any] = field(default_factory=dict)
    """Fields of LinkOptions, for directives that are options of the same name."""

    @classmethod
    def of_options(cls, options: LinkOptions, log: Diagnostics) -> "Directives":
        """What the command line says of the things that directives may say as well."""
        directives = cls()
        for key, value in options.failifmismatch:
            directives.match(key, value, "cmd-line", log)
        directives.alignments.update((name, 1 << power) for name, power in options.aligncomm)
        return directives

    def match(self, key: str, value: str, place: str, log: Diagnostics) -> None:
        """/failifmismatch: every object that names a key must give it the same value."""
        known, first = self.matches.setdefault(key, (value, place))
        if known != value:
            log.error(
                f"/failifmismatch: mismatch detected for '{key}':",
                notes=(f"{_shown(first)} has value {known}", f"{_shown(place)} has value {value}"),
            )


def _shown(place: str) -> str:
    """A file's path; of an archive's member only the names, as lld-link has it."""
    archive, parenthesis, member = place.removesuffix(")").partition("(")
    if not (parenthesis and place.endswith(")")):
        return place
    return f"{windows_name(archive)}({windows_name(member)})"


def add_directives(into: Directives, data: bytes, place: str, log: Diagnostics) -> None:
    """Read one .drectve section; unknown options are warnings that name them."""
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    # A byte order mark, which MSVC writes before UTF-8, is no part of the first word.
    for word in split_words(text):
        name, _, value = word.lstrip("-/").partition(":")
        name = name.lower()
        try:
            _add(into, name, value, place, log)
        except ValueError:
            log.warn(f"ignoring unknown argument: {word}", notes=(f"in {place}: .drectve",))
        except LinkError as error:
            log.error(error.diagnostics[0].message, notes=(f"in {place}: .drectve",))


def _add_library(into: Directives, value: str, place: str) -> None:
    into.defaultlib.setdefault(value, place)


def _add_entry(into: Directives, value: str, _place: str) -> None:
    if not value:
        raise LinkError.of("missing entry point symbol name")
    into.entry = into.entry or value


def _add_alternate(into: Directives, value: str, _place: str) -> None:
    left, equals, right = value.partition("=")
    if not (left and equals and right):
        raise ValueError(value)
    into.alternatename.append((left, right))


def _add_alignment(into: Directives, value: str, _place: str) -> None:
    name, _, digits = value.rpartition(",")
    power = decimal(digits)
    if power is None:
        raise ValueError(value)
    into.alignments[name] = 1 << min(power, 13)


_READ: Final[dict[str, Callable[[Directives, str, str], None]]] = {
    "export": lambda into, value, _: into.exports.append(parse_export(value)),
    "include": lambda into, value, _: into.include.append(value),
    "exclude-symbols": lambda into, value, _: into.hidden.extend(value.split(",")),
    "defaultlib": _add_library,
    "nodefaultlib": lambda into, value, _: into.nodefaultlib.append(value),
    "disallowlib": lambda into, value, _: into.nodefaultlib.append(value),
    "alternatename": _add_alternate,
    "aligncomm": _add_alignment,
    "entry": _add_entry,
}


def _add(into: Directives, name: str, value: str, place: str, log: Diagnostics) -> None:
    """Raises ValueError for a directive that is not known, LinkError for a wrong value."""
    if name in _READ:
        _READ[name](into, value, place)
    elif name in _AS_OPTIONS:
        SPELLINGS[name].read(value or None, into.fields)
        for warning in into.fields.pop("warnings", ()):
            log.warn(warning, place=f"{place}: .drectve")
    elif name == "failifmismatch":
        key, _, expected = value.partition("=")
        into.match(key, expected, place, log)
    elif name not in _IGNORED:
        raise ValueError(name)


def with_directives(options: LinkOptions, fields: Mapping[str, Any], subsystem: str) -> LinkOptions:
    """The options with the ``fields`` that directives set, and the subsystem decided.

    The command line goes before directives. Where a field is a list, both count, the directives'
    values first.
    """
    merged: dict[str, Any] = {"subsystem": subsystem}
    for name, value in fields.items():
        given = getattr(options, name)
        # Lists add up; of single values the command line's counts.
        if isinstance(given, tuple) and isinstance(value, tuple) and name not in _SCALARS:
            merged[name] = (*value, *given)
        elif given is None:
            merged[name] = value
    if merged == {"subsystem": options.subsystem}:
        return options
    return replace(options, **merged)


_SCALARS = frozenset({"stack", "heap", "subsystem_version", "version"})
"""Fields that are one value made of two numbers."""
