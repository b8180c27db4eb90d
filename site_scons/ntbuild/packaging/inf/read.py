r"""INF files as values: sections of lines, strings, and what tokens stand for.

    [Hello_Install.NT]                  Section "Hello_Install.NT"
    CopyFiles = Hello_Files, "a b"      Entry key "CopyFiles", values ("Hello_Files", "a b")
    hello.sys,,,2                       Entry key None, values ("hello.sys", "", "", "2")

Names of sections and keys are the same in any letter case, and sections of one name are one.
Quotes group a value; two in them are one. A ``;`` outside of quotes begins a comment, a ``\`` at
the end of a line continues it. ``%token%`` stands for a string, a number in it for a directory.

What is malformed is a `Problem` and reading goes on, so that one look shows all of them.

Source: "General Syntax Rules for INF Files" and "INF Strings Section" (Windows documentation).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.support.values import dataclass

_TOKEN: Final = re.compile(r"%([^%]*)%")
_SECTION: Final = re.compile(r"\[([^\]]*)\]\s*$")
_LONGEST_CHAIN: Final = 8


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be read as it stands."""

    line: int
    message: str
    is_harmless: bool = False
    """Whether the rest of the file can be read as it was meant."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a section, continuation lines included."""

    line: int
    """The number of its first line."""
    key: str | None
    """What is left of ``=``, without quotes; None without ``=``."""
    values: tuple[str, ...]
    """What is right of it, by commas, without quotes; tokens stand as they are."""


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its name as it is first written, and its lines."""

    name: str
    line: int
    entries: tuple[Entry, ...]

    def values(self, key: str) -> Iterator[tuple[Entry, str]]:
        """Every value of every line of a key, with its line."""
        for entry in self.entries:
            if entry.key is not None and entry.key.lower() == key.lower():
                for value in entry.values:
                    if value:
                        yield entry, value

    def first(self, key: str) -> Entry | None:
        """The first line of a key."""
        wanted = key.lower()
        return next((e for e in self.entries if (e.key or "").lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Inf:
    """An INF file."""

    name: str
    sections: Mapping[str, Section]
    """By name in lower case, in the order of the file."""
    strings: Mapping[str, str]
    """What tokens stand for, by name in lower case; of the section without language."""
    problems: tuple[Problem, ...]

    def section(self, name: str) -> Section | None:
        """The section of a name in any letter case."""
        return self.sections.get(name.lower())

    def expand(self, text: str) -> str:
        """A text with tokens replaced; unknown ones and directories stay as they are."""

        def of(match: re.Match[str]) -> str:
            return "%" if not match[1] else self.strings.get(match[1].lower(), match[0])

        for _ in range(_LONGEST_CHAIN):
            done = _TOKEN.sub(of, text)
            if done == text:
                break
            text = done
        return text

    def tokens(self, text: str) -> list[str]:
        """The names of tokens in a text that are no directories."""
        return [name for name in _TOKEN.findall(text) if name and not name.isdecimal()]


def read_inf(text: str, name: str) -> Inf:
    """An INF file of its text."""
    sections: dict[str, list[Entry]] = {}
    heads: dict[str, tuple[str, int]] = {}
    problems: list[Problem] = []
    current: list[Entry] | None = None
    for number, line, fault in _lines(text):
        if fault:
            problems.append(Problem(number, fault))
        if line.startswith("["):
            found = _SECTION.match(line)
            if found is None:
                problems.append(Problem(number, "a section's name has no ']'"))
                continue
            title = found[1].strip()
            heads.setdefault(title.lower(), (title, number))
            current = sections.setdefault(title.lower(), [])
        elif current is None:
            problems.append(Problem(number, "a line before the first section", is_harmless=True))
        else:
            current.append(_entry(number, line))
    made = {key: Section(*heads[key], tuple(entries)) for key, entries in sections.items()}
    strings = made.get("strings")
    table = {
        entry.key.lower(): ", ".join(entry.values)
        for entry in (strings.entries if strings else ())
        if entry.key is not None
    }
    return Inf(name, made, table, tuple(problems))


def _lines(text: str) -> Iterator[tuple[int, str, str]]:
    """Number, text without comment, and fault of each line that says something."""
    waiting, first = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line, is_open = _without_comment(raw)
        line = line.strip()
        first = first or number
        if line.endswith("\\") and not is_open:
            waiting += line[:-1].rstrip() + " "
            continue
        whole = (waiting + line).strip()
        if whole:
            yield first, whole, "a quote that is not closed" if is_open else ""
        waiting, first = "", 0
    if waiting.strip():
        yield first, waiting.strip(), "the last line is continued"


def _without_comment(line: str) -> tuple[str, bool]:
    """A line up to a ``;`` outside of quotes, and whether a quote is left open."""
    is_open = False
    for at, letter in enumerate(line):
        if letter == '"':
            is_open = not is_open
        elif letter == ";" and not is_open:
            return line[:at], False
    return line, is_open


def _entry(number: int, line: str) -> Entry:
    left, sign, right = _partition(line, "=")
    if not sign:
        return Entry(number, None, tuple(map(_unquoted, _split(line))))
    return Entry(number, _unquoted(left), tuple(map(_unquoted, _split(right))))


def _partition(line: str, sign: str) -> tuple[str, str, str]:
    """As str.partition, at the first sign outside of quotes."""
    for at in _outside(line, sign):
        return line[:at], sign, line[at + 1 :]
    return line, "", ""


def _split(line: str) -> list[str]:
    """The parts between commas outside of quotes."""
    ends = [*_outside(line, ","), len(line)]
    starts = [0, *(end + 1 for end in ends)]
    return [line[start:end] for start, end in zip(starts, ends, strict=False)]


def _outside(line: str, sign: str) -> list[int]:
    """Where a sign stands outside of quotes."""
    found, is_open = [], False
    for at, letter in enumerate(line):
        if letter == '"':
            is_open = not is_open
        elif letter == sign and not is_open:
            found.append(at)
    return found


def _unquoted(text: str) -> str:
    """A value without the quotes around its parts; two quotes in quotes are one."""
    parts: Sequence[str] = text.strip().split('"')
    out, is_open = parts[0], False
    for at, part in enumerate(parts[1:], 1):
        doubled = is_open and not part and at + 1 < len(parts)
        out += '"' if doubled else ""
        is_open = not is_open
        out += part
    return out if len(parts) > 1 else text.strip()
