"""``build.json`` read back: every field is checked, since the file may come from anybody.

What is wrong is one line with the field: ``images[2].sha256: expected 64 hex digits, not 'x'``.
Names of files are relative and stay below their folder; targets and variables are words that
scons cannot take for options.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from ntbuild.support.text import printable

from .record import VERSION

Form = Any
"""A function that says what is wrong with a value, or the forms of a list's or object's parts."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VARIABLE: Final = re.compile(r"[A-Za-z_]\w*")
_TARGET: Final = re.compile(r"[^-=][^=]*")
_LONGEST_SHOWN: Final = 60


class RecordError(Exception):
    """A record that cannot be used; the text is one line."""


def read_record(raw: bytes, name: str) -> dict[str, Any]:
    """The record of a file's bytes. Raises RecordError."""
    try:
        found = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RecordError(f"{name}: offset {error.start}: the text is not UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"{name}:{error.lineno}: offset {error.pos}"
        raise RecordError(f"{place}: no JSON: {error.msg.lower()}") from error
    except RecursionError as error:
        raise RecordError(f"{name}: no JSON: values nested too deep") from error
    version = found.get("record") if isinstance(found, dict) else None
    if version != VERSION:
        shown = _shown(version)
        raise RecordError(f"{name}: record: expected {VERSION}, a build record, not {shown}")
    if wrong := _wrong(found, _RECORD, ""):
        raise RecordError(f"{name}: {wrong}")
    record: dict[str, Any] = found
    return record


def _wrong(value: Any, form: Form, place: str) -> str:
    """``field: what is expected`` for the first value that has not its form; "" for none."""
    if isinstance(form, dict):
        if not isinstance(value, dict):
            return f"{place or 'the record'}: expected an object, not {_shown(value)}"
        for key, inner in form.items():
            where = f"{place}.{key}" if place else key
            if key not in value:
                return f"{where}: missing"
            if found := _wrong(value[key], inner, where):
                return found
        return ""
    if isinstance(form, list):
        if not isinstance(value, list):
            return f"{place}: expected a list, not {_shown(value)}"
        rows = (_wrong(each, form[0], f"{place}[{number}]") for number, each in enumerate(value))
        return next(filter(None, rows), "")
    expected: str = form(value)
    return f"{place}: expected {expected}, not {_shown(value)}" if expected else ""


def _shown(value: Any) -> str:
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _or_null(form: Form) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        return "" if value is None else _wrong(value, form, "value").partition("expected ")[2]

    return check


def _matches(pattern: re.Pattern[str], what: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        return "" if isinstance(value, str) and pattern.fullmatch(value) else what

    return check


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and "\0" not in value else "text"


def _number(value: Any) -> str:
    return "" if type(value) is int and value >= 0 else "a number"


def _truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "true or false"


def _path(value: Any) -> str:
    """A relative path with slashes that does not lead upwards."""
    if isinstance(value, str) and value and "\0" not in value and "\\" not in value:
        parts = value.split("/")
        if value[0] != "/" and ".." not in parts and ":" not in parts[0]:
            return ""
    return "a path below its folder"


def _folder(value: Any) -> str:
    return "" if value == "" else _path(value)


def _variables(value: Any) -> str:
    if isinstance(value, dict) and all(
        _VARIABLE.fullmatch(key) and isinstance(text, str) and "\0" not in text
        for key, text in value.items()
    ):
        return ""
    return "names of variables with texts"


def _versions(value: Any) -> str:
    return "" if isinstance(value, dict) else "an object"


_digest: Final = _matches(_DIGEST, "64 hex digits")
_INPUTS: Final = [{"path": _path, "sha256": _digest}]
_CELL: Final = {"name": _text, "toolchain": _text, "arch": _text, "flavor": _text}
_FILE: Final = {"file": _path, "sha256": _digest}
_COMPILED: Final = {
    "source": _path,
    "flags": [_text],
    "defines": [_text],
    "include_dirs": [_folder],
}
_RECORD: Final[dict[str, Form]] = {
    "record": _number,
    "build": {
        "file": _path,
        "targets": [_matches(_TARGET, "a target")],
        "variables": _variables,
        "source_date_epoch": _or_null(_matches(re.compile(r"\d{1,10}"), "seconds as text")),
    },
    "commit": _or_null(
        {"id": _matches(_COMMIT, "a commit's name"), "modified": _truth, "folder": _folder}
    ),
    "tools": _versions,
    "images": [
        {
            **_CELL,
            **_FILE,
            "size": _number,
            "headers": _text,
            "pdb": _FILE,
            "public_pdb": _or_null(_FILE),
            "options": [_text],
            "scripts": _INPUTS,
            "compiled": [_COMPILED],
            "inputs": _INPUTS,
        }
    ],
    "packages": [
        {
            **_CELL,
            "files": [{**_FILE, "size": _number, "unsigned_sha256": _digest}],
            "inputs": _INPUTS,
        }
    ],
}
"""The fields that a rebuild reads; others may be there."""
