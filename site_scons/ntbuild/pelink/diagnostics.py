"""Errors and warnings of a link: values with a place, collected, raised together.

A pass reports everything that it finds and the pipeline stops at the pass's end, so one run
shows all undefined symbols. Only the command line prints them. Names in messages come from
untrusted files; the texts made here escape control characters (``support.text.printable``).
"""

from collections.abc import Iterable
from typing import Final, Literal

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

Severity = Literal["error", "warning"]


def printable_lines(text: str) -> str:
    """A text of lines, each made safe to print; it must end with a line end."""
    return "".join(f"{printable(line)}\n" for line in text.split("\n")[:-1])


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: ``message`` starts lower case; ``place`` names file and offset, line or section.

    ``notes`` are continuation lines (lld's ``>>> referenced by``), ``hint`` says what to do.
    """

    severity: Severity
    message: str
    place: str = ""
    hint: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The text without the program's name: one line and its continuations."""
        head = f"{self.place}: {self.message}" if self.place else self.message
        lines = [printable(head), *(f">>> {printable(note)}" for note in self.notes)]
        if self.hint:
            lines.append(f">>> hint: {printable(self.hint)}")
        return "\n".join(lines)


class LinkError(Exception):
    """A link that cannot go on; ``diagnostics`` has every error and warning found until then."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    @classmethod
    def of(cls, message: str, *, place: str = "", hint: str = "") -> "LinkError":
        """A LinkError with one error."""
        return cls((Diagnostic("error", message, place, hint),))

    def __str__(self) -> str:
        """All diagnostics, one after the other, each with its severity."""
        return "\n".join(f"{each.severity}: {each}" for each in self.diagnostics)


_IGNORED_WORDS: Final = {"longsections": "will use a non-standard string table"}
"""Words of /ignore, and the text of the warnings that each is about."""


class Diagnostics:
    """Collects the diagnostics of a link; every pass that can fail gets it.

    ``ignored`` are numbers of link.exe's warnings (``4217``) to leave out (/ignore), or lld-link's
    word ``longsections``.
    """

    def __init__(self, ignored: Iterable[str] = ()) -> None:
        self._found: list[Diagnostic] = []
        self._ignored = tuple(_IGNORED_WORDS.get(each, f"[LNK{each}]") for each in ignored)

    def error(
        self, message: str, *, place: str = "", hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Record an error; the link goes on to the end of the pass."""
        self._found.append(Diagnostic("error", message, place, hint, notes))

    def warn(
        self, message: str, *, place: str = "", hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Record a warning, unless its number is ignored."""
        if any(number in message for number in self._ignored):
            return
        self._found.append(Diagnostic("warning", message, place, hint, notes))

    def apart(self) -> "Diagnostics":
        """An empty collection for a part of a pass that runs in parallel; see ``take``."""
        other = Diagnostics()
        other._ignored = self._ignored
        return other

    def take(self, other: "Diagnostics") -> None:
        """Append the diagnostics of a collection that ``apart`` gave."""
        self._found += other._found  # noqa: SLF001 - of another object of this class

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings so far, each once, in the order found."""
        return tuple(dict.fromkeys(d for d in self._found if d.severity == "warning"))

    def raise_if_warnings(self) -> None:
        """Raise LinkError when anything was recorded at all (/wx)."""
        if self._found:
            raise LinkError(tuple(dict.fromkeys(self._found)))

    def raise_if_errors(self) -> None:
        """Raise LinkError with everything recorded, when an error is among it."""
        if any(each.severity == "error" for each in self._found):
            raise LinkError(tuple(dict.fromkeys(self._found)))
