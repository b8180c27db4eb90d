"""What a link says when something is wrong: values with a place, collected, raised together.

A pass reports everything that it finds and the pipeline stops at the pass's end, so one run
shows all undefined symbols. Only the command line turns them into text on a terminal. The hard
part is that names come from hostile files: control characters never reach the text.
"""

from collections.abc import Iterable
from typing import Literal

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

Severity = Literal["error", "warning"]


def printable_lines(text: str) -> str:
    """Lines that hold names from files, safe to print: each stays one line."""
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
    """A link that cannot go on; ``diagnostics`` has every error and warning seen until then."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__(diagnostics)
        self.diagnostics = diagnostics

    @classmethod
    def of(cls, message: str, *, place: str = "", hint: str = "") -> "LinkError":
        """A link error of one diagnostic."""
        return cls((Diagnostic("error", message, place, hint),))

    def __str__(self) -> str:
        """All diagnostics, one after the other."""
        return "\n".join(f"{each.severity}: {each}" for each in self.diagnostics)


class Diagnostics:
    """Collects what a link finds; handed to the passes in place of a context.

    ``ignored`` are numbers of link.exe's warnings (``4217``) that are not wanted.
    """

    def __init__(self, ignored: Iterable[str] = ()) -> None:
        self._found: list[Diagnostic] = []
        self._ignored = tuple(f"[LNK{number}]" for number in ignored)

    def error(
        self, message: str, *, place: str = "", hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Note an error; the link goes on to the end of the pass."""
        self._found.append(Diagnostic("error", message, place, hint, notes))

    def warn(
        self, message: str, *, place: str = "", hint: str = "", notes: tuple[str, ...] = ()
    ) -> None:
        """Note a warning, unless its number is ignored."""
        if any(number in message for number in self._ignored):
            return
        self._found.append(Diagnostic("warning", message, place, hint, notes))

    def apart(self) -> "Diagnostics":
        """An empty collection for a part of a pass that runs beside others; see ``take``."""
        other = Diagnostics()
        other._ignored = self._ignored
        return other

    def take(self, other: "Diagnostics") -> None:
        """Note what was found apart, behind what is here."""
        self._found += other._found  # noqa: SLF001 - of another one like this

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings so far, each once, in the order found."""
        return tuple(dict.fromkeys(d for d in self._found if d.severity == "warning"))

    def raise_if_warnings(self) -> None:
        """Raise LinkError when anything was noted at all (/wx)."""
        if self._found:
            raise LinkError(tuple(dict.fromkeys(self._found)))

    def raise_if_errors(self) -> None:
        """Raise LinkError when any error was noted."""
        if any(each.severity == "error" for each in self._found):
            raise LinkError(tuple(dict.fromkeys(self._found)))
