"""Typed reading of TOML: values are read by name and type, and a key that is not read is an error.

tomllib keeps no line numbers, so each table carries its dotted place (``zig.toml:
flags[3].machines``), and every error message starts with it:

    root = parse_toml(text, "accepted.toml")
    for entry in root.tables("suppress"):
        rule = entry.text("rule")
        expires = entry.day("expires")
        entry.close()
    root.close()

Limits: nesting that Python cannot follow, and keys of more than 100 parts, are errors at once;
tomllib takes time in proportion to the square of a key's parts.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Final, TypeVar

from ntbuild.support.values import dataclass, field

T = TypeVar("T")

_STRING_OR_COMMENT: Final = re.compile(r"""\"(?:[^"\\\n]|\\.)*\"|'[^'\n]*'|\#.*""")
_MOST_PARTS: Final = 100
"""Parts of a dotted key; every part is another table in a table."""

_TYPE_NAMES: dict[type, str] = {
    bool: "true or false",
    dict: "a table",
    int: "a number",
    list: "a list",
    str: "a string",
}


class TableError(ValueError):
    """A TOML file does not say what it should; the text is ``file: place: what``."""


@dataclass(slots=True)
class Table:
    """A TOML table with its place; `close` reports the keys that were not read."""

    place: str
    values: dict[str, object]
    read: set[str] = field(default_factory=set)

    def text(self, key: str, default: str | None = None) -> str:
        """The string at `key`; TableError when it is no string, or absent without a default."""
        return self._take(key, str, default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """The list of strings at `key`."""
        values: list[object] = self._take(key, list, None if default is None else list(default))
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise TableError(f"{self.at(key)}[{index}]: expected a string, not {_shown(value)}")
        return tuple(str(value) for value in values)

    def day(self, key: str) -> date | None:
        """The date at `key`, None when absent; TableError when it is no date, or has a time."""
        self.read.add(key)
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise TableError(
                f"{self.at(key)}: expected a date such as 2027-06-30, not {_shown(value)}"
            )
        return value

    def template(self, key: str, words: tuple[str, ...]) -> str:
        """The string at `key`, whose ``{placeholders}`` are all among `words`."""
        value = self.text(key)
        _check_placeholders(self.at(key), value, words)
        return value

    def templates(self, key: str, words: tuple[str, ...]) -> tuple[str, ...]:
        """The list of strings at `key`, each as `template` has it."""
        values = self.texts(key)
        for index, value in enumerate(values):
            _check_placeholders(f"{self.at(key)}[{index}]", value, words)
        return values

    def flag(self, key: str, *, default: bool) -> bool:
        """The boolean at `key`."""
        return self._take(key, bool, default)

    def number(self, key: str, default: int) -> int:
        """The integer at `key`; a boolean is none."""
        value = self._take(key, int, default)
        if isinstance(value, bool):
            raise TableError(f"{self.at(key)}: expected a number, not {_shown(value)}")
        return value

    def choice(self, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """The string at `key`, one of `allowed`."""
        value = self.text(key, default)
        if value not in allowed:
            raise TableError(
                f"{self.at(key)}: unknown value {value!r}; it is one of {', '.join(allowed)}"
            )
        return value

    def choices(
        self, key: str, allowed: tuple[str, ...], default: tuple[str, ...] | None = None
    ) -> frozenset[str]:
        """The list of strings at `key`, each one of `allowed`; absent: `default`, or all."""
        chosen = self.texts(key, allowed if default is None else default)
        for value in chosen:
            if value not in allowed:
                raise TableError(
                    f"{self.at(key)}: unknown value {value!r}; it is one of {', '.join(allowed)}"
                )
        return frozenset(chosen)

    def table(self, key: str) -> Table:
        """The table at `key`, empty when absent."""
        return Table(self.at(key), self._take(key, dict, {}))

    def tables(self, key: str) -> tuple[Table, ...]:
        """The array of tables at `key`, empty when absent."""
        found = []
        items: list[object] = self._take(key, list, [])
        for index, item in enumerate(items):
            place = f"{self.at(key)}[{index}]"
            if not isinstance(item, dict):
                raise TableError(f"{place}: expected a table, not {_shown(item)}")
            found.append(Table(place, item))
        return tuple(found)

    def close(self) -> None:
        """Raise TableError for the first key that was not read."""
        for key in self.values:
            if key not in self.read:
                from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

                near = get_close_matches(key, sorted(self.read), n=1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise TableError(f"{self.at(key)}: unknown key{hint}")

    def at(self, key: str) -> str:
        """The dotted place of `key`, for messages."""
        return f"{self.place}.{key}" if ": " in self.place else f"{self.place}: {key}"

    def _take(self, key: str, kind: type[T], default: T | None) -> T:
        self.read.add(key)
        if key not in self.values:
            if default is None:
                raise TableError(f"{self.at(key)}: missing; it is {_TYPE_NAMES[kind]}")
            return default
        value = self.values[key]
        if not isinstance(value, kind):
            raise TableError(f"{self.at(key)}: expected {_TYPE_NAMES[kind]}, not {_shown(value)}")
        return value


def parse_toml(text: str, name: str) -> Table:
    """The text of a TOML file as one table; `name` starts every message. Raises TableError."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.count(".") > _MOST_PARTS and _parts(line) > _MOST_PARTS:
            raise TableError(f"{name}: line {number}: a key of more than {_MOST_PARTS} parts")
    try:
        return Table(name, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise TableError(f"{name}: {error}") from error
    except ValueError:  # Python converts no more than 4,300 digits
        raise TableError(f"{name}: a number has too many digits") from None
    except RecursionError:
        raise TableError(f"{name}: arrays or tables are nested too deeply") from None


def read_toml(path: Path) -> Table:
    """The whole of a TOML file as one table, placed at the file's name. Raises TableError."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TableError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path.name}: offset {error.start}: not UTF-8 text") from error
    return parse_toml(text, path.name)


def _parts(line: str) -> int:
    """How many dots a line has outside of strings and comments."""
    return _STRING_OR_COMMENT.sub("", line).count(".")


def _check_placeholders(place: str, value: str, words: tuple[str, ...]) -> None:
    for found in re.findall(r"{(.*?)}", value):
        if found not in words:
            known = ", ".join(f"{{{word}}}" for word in words)
            raise TableError(f"{place}: unknown placeholder {{{found}}}; it is one of {known}")


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."
