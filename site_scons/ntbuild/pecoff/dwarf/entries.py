"""The entries of a unit of ``.debug_info``: which are stepped over and which are read.

A unit is a tree of entries, written as a list in which an entry without a tag ends a list of
children. An abbreviation says which attributes an entry has and how they are written. Most entries
are types and variables: for each abbreviation of these there is a plan for stepping over it, in
which attributes of fixed sizes are one step.

Source: DWARF Debugging Information Format 5, 7.5.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ntbuild.support.values import dataclass

from .cursor import Budget, Cursor, DwarfError
from .numbers import AT, BLOCKS, FIXED, FORM, IN_UNIT, OFFSETS, TAG, UNSIGNED

_TAGS: Final = frozenset(int(tag) for tag in TAG)
_WANTED: Final = frozenset(int(attribute) for attribute in AT)

Value = tuple[int, int | bytes]
"""A form and what stands there: a number, or the bytes of a text or a block."""


_Wanted = tuple[int, int, int]
"""Attribute, form, and the value of an implicit constant."""


class _Abbreviation(NamedTuple):
    tag: int
    has_children: bool
    steps: tuple["int | _Wanted", ...]
    """What the attributes are: bytes to step over, minus a form of variable size to step over, or
    an attribute to read."""


class Entry(NamedTuple):
    """An entry that was read, with the attributes that are looked at."""

    offset: int
    """In the section; references count so."""
    tag: int
    depth: int
    """Entries around it; 0 for the unit's own."""
    values: Mapping[int, Value]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: where its entries are and how wide its fields are."""

    begin: int
    """Offset of its length field, from which its own references count."""
    version: int
    width: int
    """Bytes of an offset in a section."""
    address_size: int
    entries: Cursor
    abbreviations: Mapping[int, _Abbreviation]


_SKELETON, _SPLIT_COMPILE, _COMPILE, _PARTIAL, _TYPE, _SPLIT_TYPE = 4, 5, 1, 3, 2, 6
"""DW_UT of DWARF 5."""


def read_units(sections: Mapping[str, bytes]) -> Iterator[Unit]:
    """The units of ``.debug_info``, in their order. Raises DwarfError."""
    name = ".debug_info"
    cursor = Cursor(name, sections.get(name, b""))
    tables: dict[tuple[int, int, int, int], Mapping[int, _Abbreviation]] = {}
    budget = Budget(".debug_abbrev", len(sections.get(".debug_abbrev", b"")), 4)
    while cursor.at < cursor.end:
        begin = cursor.at
        unit, width = cursor.unit()
        version = unit.number(2)
        if version not in range(2, 6):
            raise DwarfError(f"a unit of DWARF version {version}: known are 2 to 5")
        kind = unit.number(1) if version >= 5 else _COMPILE
        if version >= 5:
            address_size, table = unit.number(1), unit.number(width)
            if kind in (_SKELETON, _SPLIT_COMPILE):
                raise DwarfError("its functions are in a .dwo file: compile without -gsplit-dwarf")
            if kind in (_TYPE, _SPLIT_TYPE):
                continue  # of one type: it has no code
        else:
            table, address_size = unit.number(width), unit.number(1)
        if address_size not in (4, 8):
            raise DwarfError(f"a unit with addresses of {address_size} bytes")
        key = (table, version, width, address_size)
        if key not in tables:
            tables[key] = _abbreviations(sections, budget, *key)
        yield Unit(begin, version, width, address_size, unit, tables[key])


def _abbreviations(
    sections: Mapping[str, bytes],
    budget: Budget,
    offset: int,
    version: int,
    width: int,
    address_size: int,
) -> Mapping[int, _Abbreviation]:
    """The table of abbreviations at an offset, by their codes."""
    name = ".debug_abbrev"
    cursor = Cursor(name, sections.get(name, b""), offset)
    found = {}
    while code := cursor.unsigned():
        tag, has_children = cursor.unsigned(), bool(cursor.number(1))
        steps: list[int | _Wanted] = []
        wanted: set[int] = set()
        while True:
            attribute, form = cursor.unsigned(), cursor.unsigned()
            constant = cursor.signed() if form == FORM.IMPLICIT_CONST else 0
            if not attribute and not form:
                break
            size = form_size(form, version, width, address_size)
            if tag in _TAGS and attribute in _WANTED:
                if attribute in wanted:
                    raise DwarfError(f"{name} has attribute {attribute:#x} twice for one entry")
                wanted.add(attribute)
                steps.append((attribute, form, constant))
            else:
                _add_step(steps, size)
        found[code] = _Abbreviation(tag, has_children, tuple(steps))
    budget.spend(cursor.at - offset)
    return found


def form_size(form: int, version: int, width: int, address_size: int) -> int:
    """Bytes of a form; minus the form where the bytes themselves say it. Raises DwarfError."""
    if form in FIXED:
        return FIXED[FORM(form)]
    if form == FORM.ADDR or (form == FORM.REF_ADDR and version == 2):
        return address_size
    if form in OFFSETS:
        return width
    if form in UNSIGNED or form in BLOCKS or form in (FORM.SDATA, FORM.STRING, FORM.INDIRECT):
        return -form
    raise DwarfError(f"an attribute of the unknown form {form:#x}")


def _add_step(steps: list[int | _Wanted], size: int) -> None:
    """Add an attribute that is stepped over; neighbours of fixed size become one step."""
    last = steps[-1] if steps else None
    if size >= 0 and isinstance(last, int) and last >= 0:
        steps[-1] = last + size
    elif size:
        steps.append(size)


def read_entries(unit: Unit) -> Iterator[Entry]:
    """The entries of a unit that may be or contain a function, in their order.

    Raises DwarfError. The first is the unit's own.
    """
    cursor, depth = unit.entries, 0
    while cursor.at < cursor.end:
        offset = cursor.at
        code = cursor.unsigned()
        if code:
            abbreviation = unit.abbreviations.get(code)
            if abbreviation is None:
                raise DwarfError(f".debug_info has an entry of no abbreviation at {offset:#x}")
            values = _attributes(unit, abbreviation.steps)
            if abbreviation.tag in _TAGS or not depth:
                yield Entry(offset, abbreviation.tag, depth, values)
            depth += abbreviation.has_children
        else:
            depth -= 1
        if depth <= 0:
            return


def _attributes(unit: Unit, steps: tuple[int | _Wanted, ...]) -> dict[int, Value]:
    """Step over the attributes of an entry; the ones that are to be read."""
    cursor = unit.entries
    values: dict[int, Value] = {}
    for step in steps:
        if not isinstance(step, int):
            values[step[0]] = _read(cursor, unit, step[1], step[2])
        elif step >= 0:
            cursor.at += step
        else:
            _skip(cursor, -step, unit)
    if cursor.at > cursor.end:
        raise DwarfError(f".debug_info has an entry that passes its unit at {cursor.at:#x}")
    return values


def _skip(cursor: Cursor, form: int, unit: Unit) -> None:
    """Step over a form of variable size."""
    if form in UNSIGNED or form == FORM.SDATA:
        cursor.unsigned()
    elif form == FORM.STRING:
        cursor.text()
    else:
        _read(cursor, unit, form, 0)


def _read(cursor: Cursor, unit: Unit, form: int, constant: int) -> Value:
    """A form and its value."""
    if form == FORM.INDIRECT:
        form = cursor.unsigned()
        if form in (FORM.INDIRECT, FORM.IMPLICIT_CONST):
            raise DwarfError(".debug_info has an indirect form of an indirect form")
    if form == FORM.IMPLICIT_CONST:
        return form, constant
    if form == FORM.FLAG_PRESENT:
        return form, 1
    if form == FORM.STRING:
        return form, cursor.text()
    if form == FORM.SDATA:
        return form, cursor.signed()
    if form in UNSIGNED:
        return form, cursor.unsigned()
    if form in BLOCKS:
        width = BLOCKS[FORM(form)]
        return form, cursor.block(cursor.number(width) if width else cursor.unsigned())
    number = cursor.number(form_size(form, unit.version, unit.width, unit.address_size))
    return form, number + unit.begin if form in IN_UNIT else number
