"""The plan of a linker script: output sections, discarded inputs, made contributions, steps.

A script's statements that are no inputs (``sym = .``, ``. = ALIGN(16)``, ``LONG(1)``) become
contributions of an object that the linker makes, so the passes place, align and address them as
they do everything else.

Where a script only needs that, it has no ``steps``. Where expressions depend on addresses, every
statement is a step, in the order of the text, and ``evaluate`` walks them after each layout.

``planner`` makes a plan; this module is apart because every link imports it.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from ntbuild.support.values import dataclass, field

if TYPE_CHECKING:
    from .syntax_tree import (
        Assertion,
        Assignment,
        Data,
        Fill,
        InputFile,
        InputStatement,
        MemoryRegion,
        NoCrossReferences,
        SectionDescription,
    )

MADE_STEM: Final = ".script"
"""Stem of the contributions that a script's statements make; the number follows the ``$``."""

COMMON_OBJECT: Final = "common symbols"
"""Name of the object with the storage of commons; scripts call its sections COMMON."""

OVERRIDING: Final = "~script"
"""Order of the object of a script whose symbols take precedence over those of inputs."""


@dataclass(frozen=True, slots=True)
class MadeContribution:
    """A script statement as bytes, an alignment, or a symbol ``value`` bytes after its place.

    ``absolute`` symbols have no place: ``value`` is their address. Of a pointer's eight bytes a
    32-bit machine takes the first four. ``is_computed``: the contribution is empty until
    ``evaluate`` gives it a size or its symbol a value.
    """

    number: int
    data: bytes = b""
    alignment: int = 1
    symbol: str = ""
    value: int = 0
    absolute: bool = False
    provide: bool = False
    is_pointer: bool = False
    is_computed: bool = False

    @property
    def section(self) -> str:
        """The name of its section."""
        return f"{MADE_STEM}${self.number:06}"


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """An output section: ``statements`` are inputs, or numbers of made contributions.

    ``alignment`` is the least alignment in bytes; ``takes_imports`` says that import tables may
    stand in the section, in the order that the loader needs.
    """

    name: str
    alignment: int
    statements: tuple["InputStatement | int", ...]
    takes_imports: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One statement to evaluate.

    ``kind`` is ``begin`` or ``end`` of an output section, ``assign``, ``data``, ``fill`` or
    ``assert``. ``number`` is that of the made contribution, -1 without one; ``section`` the index
    of the output section that the statement stands in, -1 outside of all.
    """

    kind: str
    statement: "SectionDescription | Assignment | Data | Fill | Assertion"
    number: int = -1
    section: int = -1


@dataclass(frozen=True, slots=True)
class Plan:
    """A script, ready for the passes. Without a script everything is empty.

    ``claims`` are all input statements in their order, each with whether it discards what it takes;
    they are empty when none does.
    ``references`` are symbols that expressions use: they are searched for and kept.
    ``provided_references`` are those of each PROVIDEd symbol, which count once it is wanted.
    ``builtin`` are values that GNU ld defines by itself, ``__section_alignment__`` for one.
    ``is_sane``: literals are numbers everywhere.
    ``section_starts`` are addresses of output sections by name, whatever the script says.
    ``order`` is that of the object that ``made`` becomes.
    """

    entry: str = ""
    sections: tuple[PlannedSection, ...] = ()
    claims: tuple[tuple["InputStatement", bool], ...] = ()
    made: tuple[MadeContribution, ...] = ()
    steps: tuple[Step, ...] = ()
    regions: tuple["MemoryRegion", ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    no_cross_references: tuple["NoCrossReferences", ...] = ()
    references: tuple[str, ...] = ()
    provided_references: tuple[tuple[str, tuple[str, ...]], ...] = ()
    externs: tuple[str, ...] = ()
    startup: "InputFile | None" = None
    inputs: tuple["InputFile", ...] = ()
    search_folders: tuple[str, ...] = ()
    builtin: Mapping[str, int] = field(default_factory=dict)
    is_sane: bool = False
    section_starts: tuple[tuple[str, int], ...] = ()
    order: str = "~"

    def defined(self) -> list[MadeContribution]:
        """The contributions that are there whatever the inputs say."""
        return [each for each in self.made if not each.provide]

    def provided(self, is_wanted: Callable[[str], bool]) -> list[MadeContribution]:
        """The PROVIDEd symbols for which ``is_wanted`` holds: referenced, and not defined.

        Expressions of the script refer to symbols, too: those of PROVIDE once it is wanted itself.
        """
        referenced = set(self.references)
        found: dict[int, MadeContribution] = {}
        while True:
            more = [
                each
                for each in self.made
                if each.provide
                and each.number not in found
                and (each.symbol in referenced or is_wanted(each.symbol))
            ]
            if not more:
                return [found[number] for number in sorted(found)]
            found.update((each.number, each) for each in more)
            for symbol, names in self.provided_references:
                if any(each.symbol == symbol for each in more):
                    referenced.update(names)
