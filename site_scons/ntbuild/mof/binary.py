"""Binary MOF: the classes of a file as the tree of records that WMI reads from a driver's resource.

The format is not documented. What stands here was taken from files in the field (firmware of
computers carries them as WQxx buffers) and from Pali Rohár's bmfdec, which reads them: from the
text that bmfdec prints of such a file these functions make the file's bytes again.

Every record begins with its length; numbers are 32 bits, texts are UTF-16 with a zero at the end.

| record | fields after the length |
|---|---|
| file | ``FOMB``, length, 1, 1, number of classes, then the classes |
| class | 0, length of its qualifiers, length of both lists, 0; qualifiers, properties, methods |
| list | count, then the members. Qualifiers, properties and methods are lists |
| qualifier | type, 0, length of the name; name, value |
| property | type, 0, -1, length of the name; name, qualifiers |
| method | 0x200D, 0, length of the name, length to its qualifiers; name, parameters, qualifiers |
| parameters | 1, count (one object for [in], one for [out]), length; the objects |
| object | -1, 0, length of its properties, 1; properties, an empty list of methods |
| system property | type, 0, length of the name, -1; name, value |

Texts and values are filled up to a multiple of 4 bytes, except in an object for [in] that one for
[out] follows. After the classes stand the flavors of qualifiers: ``BMOFQUALFLAVOR11``, a count, and
for each the offset of the qualifier in the file and its flavor.
"""

from collections.abc import Iterable, Sequence
from struct import pack
from typing import Final

from .model import (
    DISABLE_OVERRIDE,
    TO_INSTANCE,
    TO_SUBCLASS,
    Method,
    MofClass,
    Property,
    Qualifier,
)

_SIGNATURE: Final = b"FOMB"
_FLAVORS: Final = b"BMOFQUALFLAVOR11"
_NONE: Final = 0xFFFFFFFF
_ARRAY: Final = 0x2000
_OBJECT: Final = 0x0D
_METHOD: Final = _ARRAY | _OBJECT
_TEXT, _NUMBER, _BOOLEAN = 0x08, 0x03, 0x0B
_TYPES: Final = {
    "sint16": 0x02,
    "sint32": _NUMBER,
    "real32": 0x04,
    "real64": 0x05,
    "string": _TEXT,
    "boolean": _BOOLEAN,
    "sint8": 0x10,
    "uint8": 0x11,
    "uint16": 0x12,
    "uint32": 0x13,
    "sint64": 0x14,
    "uint64": 0x15,
    "datetime": 0x65,
    "char16": 0x67,
}
"""The numbers of CIM types, which are those of VARENUM where it has them."""

_OF_TYPES: Final = TO_INSTANCE | TO_SUBCLASS
_OF_PARAMETERS: Final = TO_INSTANCE | DISABLE_OVERRIDE
_NAMESPACE: Final = "root\\default"


class _Record:
    """Bytes, and the flavors of the qualifiers in them by their offset."""

    def __init__(self, content: bytes = b"", flavors: Iterable[tuple[int, int]] = ()) -> None:
        self.content = content
        self.flavors = list(flavors)

    def __add__(self, other: "_Record") -> "_Record":
        moved = ((at + len(self.content), flavor) for at, flavor in other.flavors)
        return _Record(self.content + other.content, [*self.flavors, *moved])


def binary_mof(classes: Sequence[MofClass]) -> bytes:
    """The file, not compressed."""
    body = _joined(map(_class, classes))
    head = _SIGNATURE + pack("<4I", 20 + len(body.content), 1, 1, len(classes))
    whole = _Record(head) + body
    flavors = b"".join(pack("<2I", at, flavor) for at, flavor in whole.flavors)
    return whole.content + _FLAVORS + pack("<I", len(whole.flavors)) + flavors


def _joined(records: Iterable[_Record]) -> _Record:
    found = _Record()
    for each in records:
        found += each
    return found


def _list(members: Iterable[_Record]) -> _Record:
    each = list(members)
    body = _joined(each)
    return _Record(pack("<2I", 8 + len(body.content), len(each))) + body


def _text(text: str, *, fills: bool) -> bytes:
    content = text.encode("utf-16-le") + b"\0\0"
    return content + bytes(-len(content) % 4) if fills else content


def _qualifier(one: Qualifier, *, fills: bool) -> _Record:
    value = one.value
    if isinstance(value, bool):
        kind, content = _BOOLEAN, pack("<H", 0xFFFF if value else 0) + bytes(2 * fills)
    elif isinstance(value, int):
        kind, content = _NUMBER, pack("<I", value & 0xFFFFFFFF)
    else:
        kind, content = _TEXT, _text(value, fills=fills)
    name = _text(one.name, fills=fills)
    length = 16 + len(name) + len(content)
    flavors = [(0, one.flavor)] if one.flavor else []
    return _Record(pack("<4I", length, kind, 0, len(name)) + name + content, flavors)


def _property(one: Property, more: Iterable[Qualifier] = (), *, fills: bool = True) -> _Record:
    kind = _OBJECT if one.is_object else _TYPES[one.type]
    shown = f"object:{one.type}" if one.is_object else one.type
    longest = [Qualifier("MAX", one.length)] if one.length else []
    own = [*one.qualifiers, *longest, *more, Qualifier("CIMTYPE", shown, _OF_TYPES)]
    if one.length is not None:
        kind |= _ARRAY
    name = _text(one.name, fills=fills)
    qualifiers = _list(_qualifier(each, fills=fills) for each in own)
    length = 20 + len(name) + len(qualifiers.content)
    return _Record(pack("<5I", length, kind, 0, _NONE, len(name)) + name) + qualifiers


def _system_property(name: str, value: str, *, fills: bool = True) -> _Record:
    shown, content = _text(name, fills=fills), _text(value, fills=fills)
    head = pack("<5I", 20 + len(shown) + len(content), _TEXT, 0, len(shown), _NONE)
    return _Record(head + shown + content)


def _object(parameters: Sequence[tuple[int, Property]], *, fills: bool) -> _Record:
    """The [in] or the [out] parameters of a method, with their places."""
    members = [
        _property(each, [Qualifier("ID", place, _OF_PARAMETERS)], fills=fills)
        for place, each in parameters
    ]
    properties = _list([*members, _system_property("__CLASS", "__PARAMETERS", fills=fills)])
    length = 20 + len(properties.content) + 8
    head = pack("<5I", length, _NONE, 0, len(properties.content), 1)
    return _Record(head) + properties + _list([])


def _method(one: Method) -> _Record:
    qualifiers = _list(_qualifier(each, fills=True) for each in one.qualifiers)
    name = _text(one.name, fills=True)
    sides = [side for word in ("in", "out") if (side := _side(one, word))]
    if not sides:
        head = pack("<5I", 20 + len(name) + len(qualifiers.content), 0, 0, _NONE, len(name))
        return _Record(head + name) + qualifiers
    objects = _joined(_object(side, fills=side is sides[-1]) for side in sides)
    size = len(objects.content)
    parameters = _Record(pack("<4I", 16 + size, 1, len(sides), 4 + size)) + objects
    to_qualifiers = len(name) + len(parameters.content)
    length = 20 + to_qualifiers + len(qualifiers.content)
    head = pack("<5I", length, _METHOD, 0, len(name), to_qualifiers)
    return _Record(head + name) + parameters + qualifiers


def _side(method: Method, word: str) -> list[tuple[int, Property]]:
    return [
        (place, each)
        for place, each in enumerate(method.parameters)
        if word in {one.name.lower() for one in each.qualifiers}
    ]


def _class(one: MofClass) -> _Record:
    qualifiers = _list(_qualifier(each, fills=True) for each in one.qualifiers)
    namespace = one.namespace.removeprefix("\\\\.\\") or _NAMESPACE
    system = [("__CLASS", one.name), ("__NAMESPACE", namespace)]
    system += [("__SUPERCLASS", one.base)] if one.base else []
    properties = _list(
        [*map(_property, one.properties), *(_system_property(*each) for each in system)]
    )
    methods = _list(map(_method, one.methods))
    both = len(qualifiers.content) + len(properties.content)
    length = 20 + both + len(methods.content)
    head = pack("<5I", length, 0, len(qualifiers.content), both, 0)
    return _Record(head) + qualifiers + properties + methods
