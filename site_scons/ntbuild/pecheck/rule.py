"""What a rule is: an id, its texts, and a generator that looks at an image.

The hard part is to keep ninety rules readable as a table. A rule therefore never builds its
output itself: it yields ``Fault`` (what is wrong, and where) or ``NotApplicable`` (why it has
nothing to say), and ``check`` turns faults into ``Finding`` values with id, level and file.
"""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import Final

from ntbuild.pecoff.image.image import FormatError, Image, SectionHeader
from ntbuild.support.values import dataclass, field

from .settings import CheckSettings


class Level(IntEnum):
    """How bad a finding is, in SARIF's words; the order is that of ``--fail-on``."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """The level as it is printed and given on the command line."""
        return self.name.lower()


CONCERNS: Final = {
    "L": ("base", "the loader refuses the image"),
    "B": ("base", "bugcheck or corruption at run time"),
    "M": ("base", "memory or disk space is wasted"),
    "H": ("hvci", "memory integrity (HVCI) or Driver Verifier refuses the image"),
    "W": ("whql", "hardware lab tests or packaging"),
    "R": ("repro", "the image cannot be reproduced"),
    "S": ("signed", "signing or verifying a signature"),
    "X": ("sec", "a hardening measure is lost"),
}
"""What a rule's letters mean: the profile that cares, and what goes wrong."""


@dataclass(frozen=True, slots=True)
class Location:
    """A spot in an image: a section's name (or ``header``, ``file``) and an offset in it.

    ``about`` names the section that a spot in the headers describes; ``at`` is the file offset,
    None for an address that no byte of the file backs.
    """

    section: str
    offset: int
    about: str = ""
    at: int | None = None

    def __str__(self) -> str:
        return f"{self.section}+{self.offset:#x}"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong. ``level`` and ``fix`` replace the rule's own when this case differs."""

    message: str
    location: Location
    level: Level | None = None
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A rule has nothing to judge in this image, and why."""

    reason: str


RuleResults = Iterator[Fault | NotApplicable]
RuleFunction = Callable[[Image, CheckSettings], RuleResults]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: texts for people, a level by profile, and the function that judges."""

    id: str
    slug: str
    level: Level
    title: str
    breaks: str
    why: str
    source: str
    fix: str
    levels: Mapping[str, Level]
    function: RuleFunction = field(repr=False)

    @property
    def damage(self) -> str:
        """What goes wrong when the rule is broken; empty for rules about lists."""
        return "; ".join(CONCERNS[letter][1] for letter in self.breaks)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that care about the rule, from what it breaks."""
        return tuple(sorted({CONCERNS[letter][0] for letter in self.breaks} or {"base"}))

    def level_for(self, settings: CheckSettings, of_fault: Level | None = None) -> Level:
        """The level for a target and profiles, and for a fault that is less than the rule's.

        The target's, raised by any profile that asks. What is an error is one for all; a warning is
        one for those who asked: where only other profiles care it is a note.
        """
        level = self.levels.get(settings.target, self.level)
        level = max([level, *(self.levels[w] for w in settings.profiles if w in self.levels)])
        if of_fault is not None:
            level = min(level, of_fault)
        cared_for = {"base", *settings.profiles} & {*self.profiles, *self.levels}
        return Level.NOTE if level is Level.WARNING and not cared_for else level

    @property
    def level_text(self) -> str:
        """The level in words, with what changes it."""
        words = [self.level.word]
        if self.level is Level.WARNING and "base" not in self.profiles:
            words.append(f"note unless {' or '.join(self.profiles)} is asked for")
        return ", ".join([*words, *(f"{level.word} with {w}" for w, level in self.levels.items())])


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's fault in a file, ready to print or to write as JSON."""

    file: str
    rule: str
    slug: str
    level: Level
    message: str
    location: Location
    profiles: tuple[str, ...]
    fix: str

    def __str__(self) -> str:
        tags = ",".join(self.profiles)
        return (
            f"{self.file}({self.location}): {self.level.word} {self.rule} {self.slug}: "
            f"{self.message} [{tags}] fix: {self.fix}"
        )


def rule(
    rule_id: str,
    slug: str,
    level: Level,
    *,
    breaks: str,
    source: str,
    fix: str,
    levels: Mapping[str, Level] | None = None,
) -> Callable[[Callable[[Image], RuleResults] | RuleFunction], Rule]:
    """Make a rule of a generator function.

    The function's docstring is the rule's title and, below it, why it matters. The function
    takes the image, and as a second argument what was asked of it if it must know.
    """

    def make(function: Callable[[Image], RuleResults] | RuleFunction) -> Rule:
        title, _, why = (function.__doc__ or slug).partition("\n\n")
        return Rule(
            rule_id,
            slug,
            level,
            title.rstrip("."),
            breaks,
            " ".join(why.split()),
            source,
            fix,
            levels or {},
            _two(function),
        )

    return make


def _two(function: Callable[[Image], RuleResults] | RuleFunction) -> RuleFunction:
    """A rule's function as one of two arguments."""
    if function.__code__.co_argcount == 2:
        return function  # type: ignore[return-value]
    return lambda image, _: function(image)  # type: ignore[call-arg]


# ---- places ----------------------------------------------------------------------------------


def header(offset: int) -> Location:
    """A place in the headers, by file offset."""
    return Location("header", offset, at=offset)


def in_field(image: Image, name: str) -> Location:
    """The place of a field of the optional header."""
    return header(image.field_offset(name))


def name_of(section: SectionHeader) -> str:
    """A section's name; its number when it has none."""
    return section.Name or f"#{section.index + 1}"


def in_section(section: SectionHeader, offset: int = 0) -> Location:
    """A place in a section, by offset from its beginning."""
    backed = offset < section.SizeOfRawData
    at = section.PointerToRawData + offset if backed else None
    return Location(name_of(section), offset, name_of(section), at)


def in_section_header(section: SectionHeader, field_offset: int) -> Location:
    """The place of a field of a section header (PE Format, "Section Table")."""
    offset = section.offset + field_offset
    return Location("header", offset, name_of(section), offset)


def at_rva(image: Image, rva: int) -> Location:
    """The place of an address."""
    section = image.section_at(rva)
    if section is None:
        return Location("image", rva)
    return in_section(section, rva - section.VirtualAddress)


def at_offset(image: Image, offset: int | None) -> Location:
    """The place of a file offset."""
    for section in image.sections:
        delta = (offset or 0) - section.PointerToRawData
        if section.SizeOfRawData and 0 <= delta < section.SizeOfRawData:
            return in_section(section, delta)
    return Location("file", offset or 0, at=offset or 0)


def unreadable(image: Image, failure: FormatError, otherwise: Location | None = None) -> Fault:
    """A fault of a part that could not be read; ``otherwise`` is its place when it has none."""
    place = otherwise if failure.offset is None else None
    message = f"{failure.field}: {failure.message}"
    return Fault(message, place or at_offset(image, failure.offset))
