r"""Property functions: what ``$(Name.Replace('a', 'b'))`` and ``$([MSBuild]::Add(1, 2))`` give.

Two tables, by name in small letters: methods of a text, and static functions by type. A value is a
text, a number, a bool, a list (of ``Split``) or a match of a pattern. Arguments arrive as texts.
Names of files have slashes, and functions that look at files get `Files` and the project's folder.

Source: Microsoft "Property functions" (MSBuild); .NET's documentation of String and Path.

Limits: `DateTime.Now` is the first second of 1970. What reads the registry or the network is not
known here, nor are functions that no driver project was seen to use; the caller notes them by name.
"""

import os
import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from .files import Files, is_of_windows, slashed

Value = str | int | bool | list[str] | tuple[str, ...]
"""A tuple is a match of a pattern: the whole, then its groups."""

_LONGEST: Final = 1 << 20
"""Characters of the longest text that a function gives; PadLeft and Replace could give any."""


class FunctionError(Exception):
    """No such function, or arguments that it does not take; the text says which."""


def text_of(value: Value) -> str:
    """A value as MSBuild writes it into a text."""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, tuple):
        return value[0] if value else ""
    return ";".join(value) if isinstance(value, list) else str(value)


def call_method(value: Value, name: str, arguments: Sequence[str] | None) -> Value:
    """``value.name(arguments)``; without arguments a property. Raises FunctionError."""
    if isinstance(value, tuple) and arguments is None and name.lower() == "groups":
        return value
    if isinstance(value, list):
        if name.lower() in {"length", "count"}:
            return len(value)
        raise FunctionError(f".{name} of a list is not known")
    known = _PROPERTIES if arguments is None else _METHODS
    function = known.get(name.lower())
    if function is None:
        raise FunctionError(f".{name} is not known")
    return _called(function, f".{name}", text_of(value), *(arguments or ()))


def call_static(kind: str, name: str, arguments: Sequence[str], files: Files, folder: str) -> Value:
    """``[kind]::name(arguments)``. Raises FunctionError."""
    what = f"[{kind}]::{name}"
    looks = _LOOKING.get((kind.lower(), name.lower()))
    if looks is not None:
        return _called(looks, what, files, folder, *arguments)
    function = _STATIC.get((kind.lower(), name.lower()))
    if function is None:
        raise FunctionError(f"{what} is not known")
    return _called(function, what, *arguments)


def _called(function: Callable[..., Value], what: str, *arguments: object) -> Value:
    try:
        value = function(*arguments)
    except (TypeError, ValueError, IndexError, ArithmeticError, re.error) as error:
        raise FunctionError(f"{what}: its arguments are not understood") from error
    if isinstance(value, str) and len(value) > _LONGEST:
        raise FunctionError(f"{what}: a text of more than {_LONGEST} characters")
    return value


# --- texts ---------------------------------------------------------------------------------------


def _substring(text: str, start: str, length: str | None = None) -> str:
    first = int(start)
    last = len(text) if length is None else first + int(length)
    if not 0 <= first <= last <= len(text):
        raise IndexError(start)
    return text[first:last]


def _split(text: str, *separators: str) -> list[str]:
    pattern = "|".join(re.escape(each) for each in separators if each)
    return re.split(pattern, text) if pattern else text.split()


def _same(first: str, second: str, comparison: str = "") -> bool:
    ignored = "ignorecase" in comparison.lower()
    return first.lower() == second.lower() if ignored else first == second


def _pad(text: str, width: str, filling: str = " ", *, left: bool) -> str:
    count = min(int(width), _LONGEST) - len(text)
    return filling[0] * count + text if left else text + filling[0] * count


def _formatted(text: str, form: str = "") -> str:
    """A number with zeros in front, or a part of `_NOW`; other texts as they are."""
    if text == _NOW and form:
        parts = {
            "yyyy": "1970",
            "yy": "70",
            "MM": "01",
            "dd": "01",
            "HH": "00",
            "mm": "00",
            "ss": "00",
        }
        return re.sub("|".join(parts), lambda found: parts[found[0]], form)
    return text.zfill(len(form)) if text.isdecimal() and form.strip("0") == "" else text


_NOW: Final = "1970-01-01 00:00:00"
"""What a project gets as the time: a build is the same on any day, as ``__DATE__`` is."""

_METHODS: Final[Mapping[str, Callable[..., Value]]] = {
    "replace": lambda text, old, new="": text.replace(old, new) if old else text,
    "split": _split,
    "tolower": lambda text: text.lower(),
    "tolowerinvariant": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "toupperinvariant": lambda text: text.upper(),
    "tostring": _formatted,
    "substring": _substring,
    "trim": lambda text, *what: text.strip("".join(what) or None),
    "trimend": lambda text, *what: text.rstrip("".join(what) or None),
    "trimstart": lambda text, *what: text.lstrip("".join(what) or None),
    "contains": lambda text, part, *_: part in text,
    "startswith": lambda text, part, *_: text.startswith(part),
    "endswith": lambda text, part, *_: text.endswith(part),
    "indexof": lambda text, part, *_: text.find(part),
    "lastindexof": lambda text, part, *_: text.rfind(part),
    "equals": _same,
    "compareto": lambda text, other: (text > other) - (text < other),
    "insert": lambda text, place, part: text[: int(place)] + part + text[int(place) :],
    "remove": lambda text, start, *count: (
        text[: int(start)] + (text[int(start) + int(count[0]) :] if count else "")
    ),
    "padleft": lambda text, width, *filling: _pad(text, width, *filling, left=True),
    "padright": lambda text, width, *filling: _pad(text, width, *filling, left=False),
    "chars": lambda text, place: text[int(place)],
    "get_chars": lambda text, place: text[int(place)],
}


_PROPERTIES: Final[Mapping[str, Callable[..., Value]]] = {
    "length": len,
    "year": lambda text: text[:4],
    "month": lambda text: text[5:7].lstrip("0"),
    "day": lambda text: text[8:10].lstrip("0"),
    "dayofyear": lambda _text: "1",
    "value": lambda text: text,
    "success": bool,
}


# --- static functions ----------------------------------------------------------------------------


def _number(text: str) -> int:
    return int(text, 16) if text.lower().startswith("0x") else int(text.partition(".")[0])


def version_key(text: str) -> tuple[int, ...]:
    """A version such as 10.0.19041 as numbers that compare. Raises ValueError."""
    parts = text.strip().removeprefix("v").split("-")[0].split(".")
    return tuple(int(part) for part in (*parts, "0", "0", "0", "0")[:4])


def _file_name(path: str) -> str:
    return posixpath.basename(slashed(path))


def _combine(*parts: str) -> str:
    found = ""
    for part in map(slashed, parts):
        alone = part.startswith("/") or is_of_windows(part)
        found = part if alone or not found else f"{found.rstrip('/')}/{part}"
    return found


def _folder_name(path: str) -> str:
    return posixpath.dirname(slashed(path))


def _extension(path: str) -> str:
    return posixpath.splitext(_file_name(path))[1]


def _with_slash(path: str) -> str:
    return path if not path or path.endswith("/") else f"{slashed(path)}/"


def _versions(compare: Callable[[tuple[int, ...], tuple[int, ...]], bool]) -> Callable[..., Value]:
    return lambda first, second: compare(version_key(first), version_key(second))


_MSBUILD: Final[Mapping[str, Callable[..., Value]]] = {
    "add": lambda a, b: _number(a) + _number(b),
    "subtract": lambda a, b: _number(a) - _number(b),
    "multiply": lambda a, b: _number(a) * _number(b),
    "divide": lambda a, b: _number(a) // _number(b),
    "modulo": lambda a, b: _number(a) % _number(b),
    "bitwiseor": lambda a, b: _number(a) | _number(b),
    "bitwiseand": lambda a, b: _number(a) & _number(b),
    "valueordefault": lambda value, default: value or default,
    "ensuretrailingslash": _with_slash,
    "escape": lambda text: text,
    "unescape": lambda text: text,
    "isosplatform": lambda name: name.lower() == "windows",
    "isosunixlike": lambda: False,
    "versionequals": _versions(lambda a, b: a == b),
    "versionnotequals": _versions(lambda a, b: a != b),
    "versiongreaterthan": _versions(lambda a, b: a > b),
    "versiongreaterthanorequals": _versions(lambda a, b: a >= b),
    "versionlessthan": _versions(lambda a, b: a < b),
    "versionlessthanorequals": _versions(lambda a, b: a <= b),
}

_STRING: Final[Mapping[str, Callable[..., Value]]] = {
    "isnullorempty": lambda text="": not text,
    "isnullorwhitespace": lambda text="": not text.strip(),
    "concat": lambda *parts: "".join(parts),
    "join": lambda separator, *parts: separator.join(parts),
    "copy": lambda text: text,
    "new": lambda text: text,
    "equals": _same,
    "compare": lambda a, b, *_: (a > b) - (a < b),
}

_PATH: Final[Mapping[str, Callable[..., Value]]] = {
    "combine": _combine,
    "getfilename": _file_name,
    "getfilenamewithoutextension": lambda path: posixpath.splitext(_file_name(path))[0],
    "getdirectoryname": _folder_name,
    "getextension": _extension,
    "changeextension": lambda path, new: (
        slashed(path).removesuffix(_extension(path)) + (f".{new.lstrip('.')}" if new else "")
    ),
    "ispathrooted": lambda path: slashed(path).startswith("/") or is_of_windows(slashed(path)),
    "hasextension": lambda path: bool(_extension(path)),
}

_REGEX: Final[Mapping[str, Callable[..., Value]]] = {
    "replace": lambda text, old, new: re.sub(old, re.sub(r"\$(\d)", r"\\\1", new), text),
    "ismatch": lambda text, pattern: bool(re.search(pattern, text)),
    "match": lambda text, pattern: (
        (found[0], *(each or "" for each in found.groups()))
        if (found := re.search(pattern, text))
        else ()
    ),
}

_MATH: Final[Mapping[str, Callable[..., Value]]] = {
    "max": lambda a, b: max(_number(a), _number(b)),
    "min": lambda a, b: min(_number(a), _number(b)),
}

_ENVIRONMENT: Final[Mapping[str, Callable[..., Value]]] = {
    "getenvironmentvariable": lambda _name: "",
    "newline": lambda: "\n",
}

_CONVERT: Final[Mapping[str, Callable[..., Value]]] = {
    "toint32": _number,
    "parse": _number,
    "tostring": lambda text: text,
}

_VERSION: Final[Mapping[str, Callable[..., Value]]] = {
    "parse": lambda text: text,
    "new": lambda text: text,
}

_STATIC: Final[Mapping[tuple[str, str], Callable[..., Value]]] = {
    (kind, name): function
    for kind, table in {
        "msbuild": _MSBUILD,
        "string": _STRING,
        "system.string": _STRING,
        "system.io.path": _PATH,
        "system.text.regularexpressions.regex": _REGEX,
        "system.environment": _ENVIRONMENT,
        "system.convert": _CONVERT,
        "system.int32": _CONVERT,
        "system.math": _MATH,
        "system.version": _VERSION,
        "system.datetime": {"now": lambda: _NOW, "utcnow": lambda: _NOW},
    }.items()
    for name, function in table.items()
}


def _full_path(_files: Files, folder: str, *parts: str) -> str:
    path = _combine(*parts)
    joined = path if is_of_windows(path) else posixpath.join(folder, path)
    return posixpath.normpath(joined) + ("/" if path.endswith("/") else "")


def _path_above(files: Files, folder: str, name: str, start: str = "") -> str:
    return files.above(start.rstrip("/") or folder, name) or ""


def _folder_above(files: Files, folder: str, start: str, name: str) -> str:
    return _folder_name(_path_above(files, folder, name, start))


def _exists(files: Files, folder: str, path: str) -> bool:
    return files.find(folder, path) is not None


_LOOKING: Final[Mapping[tuple[str, str], Callable[..., Value]]] = {
    ("msbuild", "getpathoffileabove"): _path_above,
    ("msbuild", "getdirectorynameoffileabove"): _folder_above,
    ("msbuild", "normalizepath"): _full_path,
    ("msbuild", "normalizedirectory"): lambda *all_: _with_slash(_full_path(*all_)),
    ("msbuild", "makerelative"): lambda _files, folder, base, path: os.path.relpath(
        _full_path(_files, folder, path), _full_path(_files, folder, base)
    ),
    ("system.io.path", "getfullpath"): _full_path,
    ("system.io.file", "exists"): _exists,
    ("system.io.directory", "exists"): _exists,
    ("system.io.directory", "getparent"): lambda files, folder, path: _folder_name(
        _full_path(files, folder, path).rstrip("/")
    ),
}
"""Functions that look at files; `Files` and the project's folder are their first arguments."""
