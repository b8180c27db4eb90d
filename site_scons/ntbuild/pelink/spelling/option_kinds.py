"""The kinds of link.exe options: how a value is read into fields and written back.

What is hard: both ways are one row of a table, so that a printed command can be run again.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

from .numerals import decimal

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spelling:
    """One option: reads ``value`` into fields, and writes a field's value as texts after the colon.

    ``write`` gives one text per option to print; an empty text means no colon.
    """

    field: str
    read: Callable[[str | None, Fields], None]
    write: Callable[[Any], list[str]]


def fail(name: str, value: str | None, expected: str) -> LinkError:
    """The error of a wrong value."""
    shown = f"/{name}:{value}" if value is not None else f"/{name}"
    return LinkError.of(f"{shown}: expected {expected}")


def number(name: str, text: str | None) -> int:
    """A number of at most 64 bits."""
    try:
        number = int(text or "", 0)
    except ValueError:
        raise fail(name, text, "a number") from None
    if not 0 <= number < 1 << 64:
        raise fail(name, text, "a number of at most 64 bits")
    return number


def needed(name: str, value: str | None) -> str:
    """The value of an option that must have one."""
    if not value:
        raise fail(name, value, "a value after the colon")
    return value


def text(name: str, field: str) -> Spelling:
    """An option with one text."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = needed(name, value)

    return Spelling(field, read, lambda value: [value])


def flag(name: str, field: str) -> Spelling:
    """An option without a value."""

    def read(value: str | None, into: Fields) -> None:
        if value is not None:
            raise fail(name, value, "no value")
        into[field] = True

    return Spelling(field, read, lambda value: [""] if value else [])


def toggle(name: str, field: str) -> Spelling:
    """``/name`` and ``/name:no``."""

    def read(value: str | None, into: Fields) -> None:
        if value is not None and value.lower() != "no":
            raise fail(name, value, "nothing or :no")
        into[field] = value is None

    return Spelling(field, read, lambda value: ["" if value else "no"])


def switch(name: str, field: str) -> Spelling:
    """A toggle for a field that is off when nobody says a thing."""
    return Spelling(field, toggle(name, field).read, lambda value: [""] if value else [])


def integer(name: str, field: str, *, power_of_two: bool = False) -> Spelling:
    """An option with a number."""

    def read(value: str | None, into: Fields) -> None:
        found = number(name, value)
        if power_of_two and (found == 0 or found & (found - 1) or found > 1 << 31):
            raise fail(name, value, "a power of two")
        into[field] = found

    return Spelling(field, read, lambda value: [hex(value) if value > 9 else str(value)])


def sizes(name: str, field: str) -> Spelling:
    """``/name:reserve[,commit]``."""

    def read(value: str | None, into: Fields) -> None:
        reserve, _, commit = needed(name, value).partition(",")
        into[field] = (number(name, reserve), number(name, commit) if commit else 0x1000)

    return Spelling(field, read, lambda value: [f"{value[0]:#x},{value[1]:#x}"])


def parse_version(name: str, text: str) -> tuple[int, int]:
    """``major[.minor]``, parts at most 65535."""
    first, _, second = text.partition(".")
    major, minor = decimal(first), decimal(second or "0")
    if major is None or minor is None or max(major, minor) > 0xFFFF:
        raise fail(name, text, "a version such as 10.0, parts at most 65535")
    return major, minor


def version(name: str, field: str) -> Spelling:
    """An option with a version."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = parse_version(name, needed(name, value))

    return Spelling(field, read, lambda value: [f"{value[0]}.{value[1]}"])


def texts(name: str, field: str) -> Spelling:
    """An option that may be given again, a text each time."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = (*into.get(field, ()), needed(name, value))

    return Spelling(field, read, list)


def lists(name: str, field: str) -> Spelling:
    """An option that may be given again, with several texts each time, apart by commas."""

    def read(value: str | None, into: Fields) -> None:
        found = [word for word in needed(name, value).split(",") if word]
        into[field] = (*into.get(field, ()), *found)

    return Spelling(field, read, list)


def words(name: str, field: str, allowed: Sequence[str], *, bare: Sequence[str] = ()) -> Spelling:
    """An option with words out of a list, apart by commas; without a value it means ``bare``."""

    def read(value: str | None, into: Fields) -> None:
        found = list(bare) if value is None else value.lower().split(",")
        if not found or not set(found) <= set(allowed):
            raise fail(name, value, f"words out of {', '.join(allowed)}")
        into[field] = tuple(dict.fromkeys((*into.get(field, ()), *found)))

    return Spelling(field, read, list)


def optional_text(field: str) -> Spelling:
    """An option with or without a text; without one the field is empty but not None."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = value or ""

    return Spelling(field, read, lambda value: [value])


def pairs(name: str, field: str) -> Spelling:
    """``/name:left=right``, which may be given again."""

    def read(value: str | None, into: Fields) -> None:
        left, equals, right = needed(name, value).partition("=")
        if not (left and equals and right):
            raise fail(name, value, "left=right")
        into[field] = (*into.get(field, ()), (left, right))

    return Spelling(field, read, lambda value: [f"{left}={right}" for left, right in value])
