"""Whether a keyword's value has the type of its link option, and how that type is called.

The types are the annotations of `LinkOptions`; a SConscript's author reads an example in place of
``tuple[int, int] | None``.
"""

import types
from typing import Any, Final, Literal, Union, get_args, get_origin

from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import fields

_EXAMPLES: Final = {
    "version": "(major, minor), such as (1, 2)",
    "os_version": "(major, minor), such as (6, 1)",
    "subsystem_version": "(major, minor), such as (6, 1)",
    "stack": "bytes or (reserve, commit), such as 131072 or (131072, 4096)",
    "heap": "bytes or (reserve, commit), such as 131072 or (131072, 4096)",
}
_MEANT: Final = {
    "driver": "True, 'wdm' or 'uponly'",
    "guard": "words such as 'cf,longjmp', or 'no'",
}
"""Where what link.exe's option expects is not what the keyword does."""
_DICTIONARIES: Final = {
    "source_defines": {"mine.c": {"LEVEL": 2}},
    "events": {"mine.man": "MineEvents"},
    "mof_headers": {"mine.mof": "mine_mof.h"},
    "allow": {"DRV411": "why it is accepted"},
}
"""How dictionaries are written that are not of macros."""
_MACROS: Final = {"LEVEL": 2, "VERBOSE": None}
_WORDS: Final = {bool: "True or False", int: "a number", str: "a text", type(None): "None"}


def type_error(values: dict[str, Any]) -> str:
    """One line about the first value that is not of its option's type; empty when all are."""
    for each in fields(LinkOptions):
        if each.name in values and not _is_of(values[each.name], each.type):
            expected = _EXAMPLES.get(each.name) or _name(each.type)
            return f"{each.name}: expected {expected}, not {values[each.name]!r}"
    return ""


def value_error(name: str, value: Any, message: str) -> str:
    """One line about a value that an option refuses; ``message``: of the option, in its spelling.

    ``/align:0x1388: expected a power of two`` is ``align: expected a power of two, not 5000``.
    """
    _, colon, reason = message.partition(": ")
    text = f"expected {_MEANT[name]}" if name in _MEANT else reason if colon else message
    return f"{name}: {text}, not {value!r}"


def dictionary_error(keyword: str, value: Any) -> str:
    """That a value is no dictionary, and how it is written as one."""
    words = value if isinstance(value, (list, tuple)) else [value]
    if keyword not in _DICTIONARIES and words and all(isinstance(each, str) for each in words):
        pairs = [each.partition("=") for each in words]
        meant = {name: _number_or_text(text) if mark else None for name, mark, text in pairs}
        return f"expected a dictionary, such as {meant}, not {value!r}"
    return f"expected a dictionary, such as {_DICTIONARIES.get(keyword, _MACROS)}, not {value!r}"


def _number_or_text(word: str) -> int | str:
    return int(word) if word.isdecimal() else word


def _is_of(value: Any, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_is_of(value, each) for each in arguments)
    if origin is Literal:
        return isinstance(value, str)  # which text it may be, the option's own check knows
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            return False
        if arguments[-1] is Ellipsis:
            return all(_is_of(each, arguments[0]) for each in value)
        return len(value) == len(arguments) and all(map(_is_of, value, arguments))
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, hint)


def _name(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return " or ".join(_name(each) for each in arguments if each is not type(None))
    if origin is Literal:
        return f"one of {', '.join(repr(each) for each in arguments)}"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"a list, each {_name(arguments[0])}"
    if origin is tuple:
        return f"({', '.join(map(_name, arguments))})"
    return _WORDS.get(hint, f"a {getattr(hint, '__name__', hint)}")
