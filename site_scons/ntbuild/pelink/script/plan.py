"""The plan of a linker script: output sections, discarded inputs and made contributions.

A script's statements that are no inputs (``sym = .``, ``. = ALIGN(16)``, ``LONG(1)``) become
contributions of an object that the linker makes, so the passes place, align and address them as
they do everything else, and a symbol is defined by where its contribution lands.

``planner`` makes a plan; this module is apart because every link imports it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from .syntax_tree import InputStatement

MADE_STEM: Final = ".script"
"""Stem of the contributions that a script's statements make; the number follows the ``$``."""


@dataclass(frozen=True, slots=True)
class MadeContribution:
    """A script statement as bytes, an alignment, or a symbol ``value`` bytes after its place.

    ``absolute`` symbols have no place: ``value`` is their address. Of a pointer's eight bytes a
    32-bit machine takes the first four.
    """

    number: int
    data: bytes = b""
    alignment: int = 1
    symbol: str = ""
    value: int = 0
    absolute: bool = False
    provide: bool = False
    is_pointer: bool = False

    @property
    def section(self) -> str:
        """The name of its section."""
        return f"{MADE_STEM}${self.number:06}"


@dataclass(frozen=True, slots=True)
class PlannedSection:
    """An output section: ``statements`` are inputs, or numbers of made contributions."""

    name: str
    alignment: int
    statements: tuple["InputStatement | int", ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A script, ready for the passes. Without a script everything is empty."""

    entry: str = ""
    sections: tuple[PlannedSection, ...] = ()
    discards: tuple["InputStatement", ...] = ()
    made: tuple[MadeContribution, ...] = ()

    def defined(self) -> list[MadeContribution]:
        """The contributions that are there whatever the inputs say."""
        return [each for each in self.made if not each.provide]

    def provided(self, is_wanted: Callable[[str], bool]) -> list[MadeContribution]:
        """The PROVIDEd symbols for which ``is_wanted`` holds: referenced, and not defined."""
        return [each for each in self.made if each.provide and is_wanted(each.symbol)]
