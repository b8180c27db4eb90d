"""Memory regions of a linker script: where the next section of each stands, and what overflows.

Source: GNU ld manual, "MEMORY Command"; GNU ld 2.40 for the texts of messages.
"""

from collections.abc import Mapping
from typing import Final

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .expressions import EvaluationError

_EXECUTE, _WRITE = int(IMAGE_SCN.MEM_EXECUTE), int(IMAGE_SCN.MEM_WRITE)
_UNINITIALIZED: Final = int(IMAGE_SCN.CNT_UNINITIALIZED_DATA)


@dataclass(slots=True)
class Region:
    """A memory region during one walk: ``next`` is the address after its last section."""

    name: str
    attributes: str
    origin: int
    length: int
    next: int

    def fits(self, flags: int) -> bool:
        """Whether sections with these Characteristics go here by themselves."""
        # Letters that describe the section, as MEMORY spells them; everything in an image is
        # allocated (a), and what is not writable counts as read-only (r).
        kinds = {"a"}
        kinds |= {"x"} if flags & _EXECUTE else set()
        kinds |= {"w"} if flags & _WRITE else {"r"}
        kinds |= set() if flags & _UNINITIALIZED else {"i", "l"}
        wanted, _, unwanted = self.attributes.lower().partition("!")
        return bool(kinds & set(wanted)) and not kinds & set(unwanted)

    def overflow(self) -> int:
        """How many bytes more than the region's its sections have."""
        return max(self.next - self.origin - self.length, 0)


class Regions:
    """The regions of a walk, by name and by alias."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self.found: dict[str, Region] = {}
        self._aliases = aliases

    def add(self, name: str, attributes: str, origin: int, length: int) -> None:
        """Add a region; nothing is in it."""
        self.found[name] = Region(name, attributes, origin, length, origin)

    def get(self, name: str) -> Region:
        """A region by its name or an alias. Raises EvaluationError."""
        seen = set()
        known = name
        while known in self._aliases and known not in seen:
            seen.add(known)
            known = self._aliases[known]
        if known not in self.found:
            raise EvaluationError(f"memory region `{printable(name)}' not declared")
        return self.found[known]

    def for_flags(self, flags: int) -> Region | None:
        """The first region whose attributes fit a section that names none."""
        return next((each for each in self.found.values() if each.fits(flags)), None)
