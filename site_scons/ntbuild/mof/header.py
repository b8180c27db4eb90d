"""The header of a MOF file: what wmimofck makes for the sources of a driver.

    #define ToasterGuid { 0x5b6b7f2c, 0x... }
    DEFINE_GUID(Toaster_GUID, ...);
    typedef struct _Toaster
    {
        ULONG Count;
        #define Toaster_Count_SIZE sizeof(ULONG)
        #define Toaster_Count_ID 1
    } Toaster, *PToaster;
    #define Toaster_SIZE (FIELD_OFFSET(Toaster, Count) + Toaster_Count_SIZE)

Members are the properties with ``WmiDataId``, in its order. ``HeaderName`` and ``GuidName1`` give
the structure and the GUID other names. A property of variable length ends the structure, as an
array of one element; where it is not the last one, or is a text, there is no layout, and the
structure is ``char VariableData[1]``. A text with ``MaxLen`` is an array. Methods have their number
and structures ``METHOD_IN``, ``METHOD_OUT``.

Sources: Microsoft "Using Wmimofck.exe", "MOF Data Types Corresponding to C Language Data Types";
the structures that "hbapiwmi.h header" documents, which it made; mingw-w64's wmidata.h.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Final, NamedTuple

from .model import Method, MofClass, MofError, Property, qualifier

_C_TYPES: Final = {
    "boolean": "BOOLEAN",
    "sint8": "CHAR",
    "uint8": "UCHAR",
    "sint16": "SHORT",
    "uint16": "USHORT",
    "char16": "WCHAR",
    "sint32": "LONG",
    "uint32": "ULONG",
    "sint64": "LONGLONG",
    "uint64": "ULONGLONG",
    "real32": "float",
    "real64": "double",
}
_DATE: Final = 25
"""Characters of a datetime: yyyymmddhhmmss.mmmmmmsutc."""

_GUID: Final = re.compile(
    r"\{?([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\}?", re.IGNORECASE
)


class _Member(NamedTuple):
    """A member of a structure; ``length``: elements of an array, 0 when it varies."""

    name: str
    type: str
    length: int | None
    id: int | None


def mof_header(classes: Sequence[MofClass], path: str) -> str:
    """The header's text. Raises MofError; ``path``: the MOF file."""
    structures = {each.name.lower(): _name(each) for each in classes}
    guard = re.sub(r"\W", "_", f"_{PurePath(path).stem}_mof_h_")
    parts = [
        f"/* Made by ntbuild of {PurePath(path).name}. */\n\n#ifndef {guard}\n#define {guard}\n"
    ]
    for each in _ordered(classes):
        parts += [*_guid(each, path), *_class(each, structures, path)]
    return "\n".join([*parts, f"#endif /* {guard} */\n"])


def _name(one: MofClass) -> str:
    return str(qualifier(one, "HeaderName") or one.name)


def _ordered(classes: Sequence[MofClass]) -> list[MofClass]:
    """The classes, those before others whose structures the others have as members."""
    known = {each.name.lower(): each for each in classes}
    found: dict[str, MofClass] = {}

    def add(one: MofClass) -> None:
        if one.name.lower() in found:
            return
        parameters = [each for method in one.methods for each in method.parameters]
        for each in (*one.properties, *parameters):
            other = known.get(each.type.lower()) if each.is_object else None
            if other is not None and other is not one:
                add(other)
        found.setdefault(one.name.lower(), one)

    for each in classes:
        add(each)
    return list(found.values())


def _guid(one: MofClass, path: str) -> Iterator[str]:
    text = qualifier(one, "guid")
    if text is None:
        return
    match = _GUID.fullmatch(str(text))
    if match is None:
        raise MofError(f"{path}: class {one.name}: {text!r} is no GUID")
    first = [f"0x{match[number].lower()}" for number in (1, 2, 3)]
    last = [f"0x{(match[4] + match[5])[at : at + 2].lower()}" for at in range(0, 16, 2)]
    macro = qualifier(one, "GuidName1") or f"{_name(one)}Guid"
    yield f"#define {macro} \\\n    {{ {', '.join(first)}, {{ {', '.join(last)} }} }}\n"
    yield f"DEFINE_GUID({_name(one)}_GUID, {', '.join((*first, *last))});\n"


def _class(one: MofClass, structures: Mapping[str, str], path: str) -> Iterator[str]:
    name = _name(one)
    for method in one.methods:
        number = qualifier(method, "WmiMethodId")
        yield f"#define {method.name} {number}\n"
        for word in ("in", "out"):
            own = [each for each in method.parameters if qualifier(each, word)]
            if own:
                yield _structure(
                    f"{method.name}_{word.upper()}", _of(own, structures, path, method)
                )
    with_id = [each for each in one.properties if qualifier(each, "WmiDataId") is not None]
    with_id.sort(key=lambda each: int(qualifier(each, "WmiDataId") or 0))
    if with_id:
        yield _structure(name, _of(with_id, structures, path, None))


def _of(
    properties: Sequence[Property],
    structures: Mapping[str, str],
    path: str,
    method: Method | None,
) -> list[_Member]:
    """The members of a structure; a single ``VariableData`` where there is no layout."""
    found = []
    for place, each in enumerate(properties):
        number = place if method else qualifier(each, "WmiDataId")
        one = _member(each, structures, path, int(number or 0))
        is_last = place == len(properties) - 1
        if one is None or (one.length == 0 and not is_last):
            return [_Member("VariableData", "char", 0, None)]
        found.append(one)
    return found


def _member(one: Property, structures: Mapping[str, str], path: str, number: int) -> _Member | None:
    """A member; None for a text of variable length, whose place nothing says."""
    if one.type == "string":
        longest = qualifier(one, "MaxLen")
        if longest is None or one.length is not None:
            return None
        return _Member(one.name, "WCHAR", int(longest) + 1, number)
    if one.type == "datetime":
        return _Member(one.name, "WCHAR", _DATE, number) if one.length is None else None
    if not one.is_object:
        return _Member(one.name, _C_TYPES[one.type], one.length, number)
    structure = structures.get(one.type.lower())
    if structure is None:
        raise MofError(f"{path}:{one.line}: {one.name}: the file has no class {one.type}")
    return _Member(one.name, structure, one.length, number)


def _structure(name: str, members: Sequence[_Member]) -> str:
    lines = [f"typedef struct _{name}", "{"]
    for each in members:
        array = "" if each.length is None else f"[{each.length or 1}]"
        lines.append(f"    {each.type} {each.name}{array};")
        if each.length != 0:
            size = f"sizeof({each.type}{array})"
            lines.append(f"    #define {name}_{each.name}_SIZE {size}")
        if each.id is not None:
            lines.append(f"    #define {name}_{each.name}_ID {each.id}")
    lines.append(f"}} {name}, *P{name};")
    last = members[-1]
    if last.length != 0:
        total = f"(FIELD_OFFSET({name}, {last.name}) + {name}_{last.name}_SIZE)"
        lines.append(f"#define {name}_SIZE {total}")
    return "\n".join(lines) + "\n"
