"""What a driver prints: lines, put together from calls that print parts of one."""

from typing import Final

from ntbuild.running.report import LONGEST_LINE, MOST_LINES

from .faults import RefusedError

WITHOUT_END: Final = 10_000
"""Lines that no driver prints in a run unless it does not stop."""


class Printed:
    """The lines so far; those beyond a report's limit are only counted."""

    def __init__(self) -> None:
        self._lines: Final[list[str]] = []
        self._open = ""
        self._more = self._calls = 0

    def add(self, text: str) -> None:
        """Add what one call prints. Raises RefusedError when it never stops."""
        self._calls += 1
        if self._calls > WITHOUT_END:
            raise RefusedError(f"prints without end: {WITHOUT_END} times so far")
        *whole, rest = (self._open + text).split("\n")
        for line in whole:
            self._end(line)
        self._open = rest[:LONGEST_LINE]

    def _end(self, line: str) -> None:
        if len(self._lines) < MOST_LINES:
            self._lines.append(line.rstrip("\r")[:LONGEST_LINE])
        else:
            self._more += 1

    def lines(self) -> tuple[str, ...]:
        """All lines; the last one may have no end."""
        found = [*self._lines, *([self._open] if self._open else [])]
        return (*found, *([f"... {self._more} more lines"] if self._more else []))
