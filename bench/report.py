"""The table of targets and what was reached, as text and as JSON."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    """One target: ``reached`` and ``limit`` in ``unit``; None where it could not be measured."""

    line: int
    what: str
    limit: float
    reached: float | None
    unit: str = "x"
    note: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target is reached."""
        if self.reached is None:
            return "-"
        return "ok" if self.reached <= self.limit else "MISSED"


def table(rows: Sequence[Row]) -> str:
    """The rows as text in columns, under a heading."""
    heading = ("#", "target", "limit", "reached", "", "")
    cells = [heading, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heading))]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in cells
    ]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _cells(row: Row) -> tuple[str, ...]:
    reached = "not measured" if row.reached is None else _figure(row.reached, row.unit)
    return (
        str(row.line), row.what, _figure(row.limit, row.unit), reached, row.verdict, row.note
    )  # fmt: skip


def _figure(value: float, unit: str) -> str:
    digits = 2 if unit == "x" and value >= 1 else 3 if unit == "x" else 1
    return f"{value:.{digits}f} {unit}" if unit != "x" else f"{value:.{digits}f}x"


def as_json(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The rows as values for JSON, each with its verdict."""
    return [{**asdict(row), "verdict": row.verdict} for row in rows]
