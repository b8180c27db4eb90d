"""Kinds of link.exe options (number, flag, list, ...): read into fields, and written back.

Reading and writing are two halves of one row, so an option cannot gain one without the other: a
command that a build prints can always be run again. ``integer("filealign", "filealign")`` reads
``/filealign:0x200`` into ``{"filealign": 512}`` and writes 512 back as ``0x200``.
"""

from collections.abc import Callable, Sequence
from typing import Any

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

from .numerals import decimal

Fields = dict[str, Any]
"""Values of LinkOptions by field name, as far as a line has given them."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One option, both ways.

    ``field`` is the field of LinkOptions that it sets. ``read(value, into)`` reads the text after
    the colon (None without a colon) into ``into`` and raises LinkError. ``write(value)`` gives one
    text for each option to print; an empty text means no colon.
    """

    field: str
    read: Callable[[str | None, Fields], None]
    write: Callable[[Any], list[str]]


def fail(name: str, value: str | None, expected: str) -> LinkError:
    """The error of a wrong value: ``/name:value: expected ...``."""
    shown = f"/{name}:{value}" if value is not None else f"/{name}"
    return LinkError.of(f"{shown}: expected {expected}")


def number(name: str, text: str | None) -> int:
    """The value of a decimal, ``0x``, ``0o`` or ``0b`` number. Raises LinkError above 64 bits."""
    try:
        number = int(text or "", 0)
    except ValueError:
        raise fail(name, text, "a number") from None
    if not 0 <= number < 1 << 64:
        raise fail(name, text, "a number of at most 64 bits")
    return number


def needed(name: str, value: str | None) -> str:
    """The value of an option that must have one. Raises LinkError when it is missing or empty."""
    if not value:
        raise fail(name, value, "a value after the colon")
    return value


def text(name: str, field: str) -> Spelling:
    """``/name:text``; of several the last one is kept."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = needed(name, value)

    return Spelling(field, read, lambda value: [value])


def flag(name: str, field: str) -> Spelling:
    """``/name``, which takes no value and cannot be taken back."""

    def read(value: str | None, into: Fields) -> None:
        if value is not None:
            raise fail(name, value, "no value")
        into[field] = True

    return Spelling(field, read, lambda value: [""] if value else [])


def toggle(name: str, field: str) -> Spelling:
    """``/name`` and ``/name:no``, for a field of three states (None: not given)."""

    def read(value: str | None, into: Fields) -> None:
        if value is not None and value.lower() != "no":
            raise fail(name, value, "nothing or :no")
        into[field] = value is None

    return Spelling(field, read, lambda value: ["" if value else "no"])


def switch(name: str, field: str) -> Spelling:
    """``/name`` and ``/name:no``, for a field whose default is False."""
    return Spelling(field, toggle(name, field).read, lambda value: [""] if value else [])


def integer(name: str, field: str, *, power_of_two: bool = False) -> Spelling:
    """``/name:number``; ``power_of_two`` also bounds it by 2**31."""

    def read(value: str | None, into: Fields) -> None:
        found = number(name, value)
        if power_of_two and (found == 0 or found & (found - 1) or found > 1 << 31):
            raise fail(name, value, "a power of two")
        into[field] = found

    return Spelling(field, read, lambda value: [hex(value) if value > 9 else str(value)])


def sizes(name: str, field: str) -> Spelling:
    """``/name:reserve[,commit]`` in bytes; commit is a page when not given."""

    def read(value: str | None, into: Fields) -> None:
        reserve, _, commit = needed(name, value).partition(",")
        into[field] = (number(name, reserve), number(name, commit) if commit else 0x1000)

    return Spelling(field, read, lambda value: [f"{value[0]:#x},{value[1]:#x}"])


def parse_version(name: str, text: str) -> tuple[int, int]:
    """(major, minor) of ``major[.minor]``. Raises LinkError for parts above 65535."""
    first, _, second = text.partition(".")
    major, minor = decimal(first), decimal(second or "0")
    if major is None or minor is None or max(major, minor) > 0xFFFF:
        raise fail(name, text, "a version such as 10.0, parts at most 65535")
    return major, minor


def version(name: str, field: str) -> Spelling:
    """``/name:major[.minor]``, read as (major, minor)."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = parse_version(name, needed(name, value))

    return Spelling(field, read, lambda value: [f"{value[0]}.{value[1]}"])


def texts(name: str, field: str) -> Spelling:
    """``/name:text``, which adds to a list each time that it is given."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = (*into.get(field, ()), needed(name, value))

    return Spelling(field, read, list)


def lists(name: str, field: str) -> Spelling:
    """``/name:text,text``, which adds to a list each time that it is given."""

    def read(value: str | None, into: Fields) -> None:
        found = [word for word in needed(name, value).split(",") if word]
        into[field] = (*into.get(field, ()), *found)

    return Spelling(field, read, list)


def words(name: str, field: str, allowed: Sequence[str], *, bare: Sequence[str] = ()) -> Spelling:
    """``/name:word,word`` with words out of ``allowed``; ``/name`` alone means ``bare``."""

    def read(value: str | None, into: Fields) -> None:
        found = list(bare) if value is None else value.lower().split(",")
        wrong = [word for word in found if word not in allowed]
        if not found or "" in wrong:
            raise LinkError.of(f"/{name}: missing argument", hint=f"it takes {', '.join(allowed)}")
        if wrong:
            hint = f"it takes {', '.join(allowed)}"
            raise LinkError.of(f"/{name}: invalid argument: {wrong[0]}", hint=hint)
        into[field] = tuple(dict.fromkeys((*into.get(field, ()), *found)))

    return Spelling(field, read, list)


def optional_text(field: str) -> Spelling:
    """``/name[:text]``; without a text the field is empty but not None."""

    def read(value: str | None, into: Fields) -> None:
        into[field] = value or ""

    return Spelling(field, read, lambda value: [value])


def pairs(name: str, field: str) -> Spelling:
    """``/name:left=right``, which adds a pair each time that it is given."""

    def read(value: str | None, into: Fields) -> None:
        left, equals, right = needed(name, value).partition("=")
        if not (left and equals and right):
            raise fail(name, value, "left=right")
        into[field] = (*into.get(field, ()), (left, right))

    return Spelling(field, read, lambda value: [f"{left}={right}" for left, right in value])
