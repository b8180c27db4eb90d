"""What a rule is: an id, its texts, and a generator that looks at an image.

A rule yields ``Fault`` (what is wrong, and where) or ``NotApplicable`` (why it does not apply), and
``check_image`` makes ``Finding`` values of faults. The docstring of the function is the title of
the rule and, below it, why it matters:

    @rule("DRV107", "up-only", Level.ERROR, breaks="L", source="...", fix="...")
    def up_only(image: Image) -> RuleResults:
        '''UP_SYSTEM_ONLY is clear.

        On a machine with several processors the kernel refuses it: MP_UP_MISMATCH.
        '''
"""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import Final

from ntbuild.pecoff.image.image import FormatError, Image, SectionHeader
from ntbuild.pecoff.pdb.symbol_file import Place
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
    "D": ("base", "a debugger finds fewer symbols, or none"),
    "H": ("hvci", "memory integrity (HVCI) or Driver Verifier refuses the image"),
    "W": ("whql", "hardware lab tests or packaging"),
    "R": ("repro", "the image cannot be reproduced"),
    "S": ("signed", "signing or verifying a signature"),
    "X": ("sec", "a hardening measure is lost"),
}
"""By letter of a rule's ``breaks``: the profile that the rule belongs to, and the damage."""


@dataclass(frozen=True, slots=True)
class Location:
    """A location in an image, printed as ``section+offset``."""

    section: str
    """A section's name, or ``header``, ``file``, ``image`` (an address in no section)."""
    offset: int
    """Bytes from the beginning of that part."""
    about: str = ""
    """The section that is described at a location in the headers."""
    at: int | None = None
    """The file offset; None for an address without a byte in the file."""

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
    """A rule does not apply to this image, and why."""

    reason: str


RuleResults = Iterator[Fault | NotApplicable]
RuleFunction = Callable[[Image, CheckSettings], RuleResults]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its texts, its level by profile, and the function that checks an image."""

    id: str
    """``DRV`` and three digits; an id is never used again."""
    slug: str
    """A short name that may stand for the id."""
    level: Level
    """The level without ``levels``."""
    title: str
    """What must hold, as a sentence without its full stop."""
    breaks: str
    """Letters of ``CONCERNS``; empty for rules about lists."""
    why: str
    """Why it matters."""
    source: str
    """Where the requirement comes from."""
    fix: str
    """What to do about a finding."""
    levels: Mapping[str, Level]
    """Levels by profile or target that differ from ``level``."""
    function: RuleFunction = field(repr=False)

    @property
    def damage(self) -> str:
        """The damage of a fault in words; empty for rules about lists."""
        return "; ".join(CONCERNS[letter][1] for letter in self.breaks)

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that the rule belongs to, by what it breaks."""
        return tuple(sorted({CONCERNS[letter][0] for letter in self.breaks} or {"base"}))

    def level_for(self, settings: CheckSettings, of_fault: Level | None = None) -> Level:
        """The level of a fault for a target and profiles.

        It is the target's level, raised by the profiles of the settings, and no higher than
        ``of_fault``. An error is one in every profile; a warning that belongs to none of the
        profiles of the settings is a note.
        """
        level = self.levels.get(settings.target, self.level)
        level = max([level, *(self.levels[w] for w in settings.profiles if w in self.levels)])
        if of_fault is not None:
            level = min(level, of_fault)
        cared_for = {"base", *settings.profiles} & {*self.profiles, *self.levels}
        return Level.NOTE if level is Level.WARNING and not cared_for else level

    @property
    def level_text(self) -> str:
        """The level in words, with the profiles and targets that change it."""
        words = [self.level.word]
        if self.level is Level.WARNING and "base" not in self.profiles:
            words.append(f"note without profile {' or '.join(self.profiles)}")
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
    source: Place | None = None
    """Where the code at the location comes from, when a PDB says so."""

    @property
    def text(self) -> str:
        """The message, with the source line in parentheses."""
        return f"{self.message} ({self.source})" if self.source else self.message

    def __str__(self) -> str:
        tags = ",".join(self.profiles)
        return (
            f"{self.file}({self.location}): {self.level.word} {self.rule} {self.slug}: "
            f"{self.text} [{tags}] fix: {self.fix}"
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

    The function's docstring is the rule's title and, below it, why it matters. The function takes
    the image and, if it has a second parameter, the settings.
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
    """A rule's function as one of image and settings."""
    if function.__code__.co_argcount == 2:
        return function  # type: ignore[return-value]
    return lambda image, _: function(image)  # type: ignore[call-arg]


# ---- locations ----------------------------------------------------------------------------------


def header(offset: int) -> Location:
    """A location in the headers, by file offset."""
    return Location("header", offset, at=offset)


def in_field(image: Image, name: str) -> Location:
    """The location of a field of the optional header."""
    return header(image.field_offset(name))


def name_of(section: SectionHeader) -> str:
    """A section's name; its number when it has none."""
    return section.Name or f"#{section.index + 1}"


def in_section(section: SectionHeader, offset: int = 0) -> Location:
    """A location in a section, by offset from its beginning."""
    backed = offset < section.SizeOfRawData
    at = section.PointerToRawData + offset if backed else None
    return Location(name_of(section), offset, name_of(section), at)


def in_section_header(section: SectionHeader, field_offset: int) -> Location:
    """The location of a field of a section header (PE Format, "Section Table")."""
    offset = section.offset + field_offset
    return Location("header", offset, name_of(section), offset)


def at_rva(image: Image, rva: int) -> Location:
    """The location of an RVA."""
    section = image.section_at(rva)
    if section is None:
        return Location("image", rva)
    return in_section(section, rva - section.VirtualAddress)


def at_offset(image: Image, offset: int | None) -> Location:
    """The location of a file offset; that of the file for None."""
    for section in image.sections:
        delta = (offset or 0) - section.PointerToRawData
        if section.SizeOfRawData and 0 <= delta < section.SizeOfRawData:
            return in_section(section, delta)
    return Location("file", offset or 0, at=offset or 0)


def unreadable(image: Image, failure: FormatError, otherwise: Location | None = None) -> Fault:
    """A fault of a part that cannot be read; ``otherwise``: where, without an offset."""
    place = otherwise if failure.offset is None else None
    message = f"{failure.field}: {failure.message}"
    return Fault(message, place or at_offset(image, failure.offset))
