"""Functions and lines of an object's DWARF, unit by unit.

A function may have several pieces (gcc moves unlikely code away); its name may be in another entry,
of which it is an instance; and that may be the definition of a declaration inside of a class. Names
are qualified by the namespaces and classes around the declaration: ``space::class::function``.

Invariant: a function of code that is not in the image is left out, and so is a sequence of lines.
Both are known by their address: ``is_code`` tells.

Source: DWARF Debugging Information Format 5, 2.17 (addresses), 3.3 (functions), 7.25 and 7.29.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from ntbuild.support.values import dataclass

from .cursor import Budget, Cursor, DwarfError
from .entries import Entry, Unit, Value, read_entries, read_units
from .line_program import LineTable, read_line_table
from .numbers import ADDRESS_INDEXES, AT, FORM, IN_UNIT, OFFSETS, RLE, STRING_INDEXES, TAG

_UNITS: Final = (TAG.COMPILE_UNIT, TAG.PARTIAL_UNIT)
_RANGE_LISTS: Final = (".debug_ranges", ".debug_rnglists")
_MOST_LINKS: Final = 8
"""Entries from an instance to the declaration that has its name: there are three at most."""
_MOST_SCOPES: Final = 64
"""Scopes of a qualified name; deeper ones are left out."""
_LONGEST_NAME: Final = 4096
"""Bytes of the scopes of a name; longer ones are cut."""

IsCode = Callable[[int], bool]


class Function(NamedTuple):
    """One piece of a function's code: addresses from ``low`` up to ``high``."""

    name: bytes
    low: int
    high: int
    is_external: bool


@dataclass(frozen=True, slots=True)
class CompiledUnit:
    """What DWARF says of the code of one unit."""

    producer: bytes
    language: int
    """DW_LANG; 0 when it is not said."""
    functions: tuple[Function, ...]
    """By address."""
    lines: LineTable | None


@dataclass(frozen=True, slots=True)
class _Reader:
    """The sections, and what a unit says about how to read its attributes."""

    sections: Mapping[str, bytes]
    unit: Unit
    string_base: int
    address_base: int
    range_base: int
    ranges: Budget

    def cursor(self, section: str, at: int) -> Cursor:
        return Cursor(section, self.sections.get(section, b""), at)

    def text(self, value: Value | None) -> bytes:
        """The text of an attribute; empty without one, and where it is in another file."""
        form, found = value or (0, b"")
        if isinstance(found, bytes):
            return found if form == FORM.STRING else b""
        if form in STRING_INDEXES:
            width = self.unit.width
            at = self.string_base + width * found
            form, found = FORM.STRP, self.cursor(".debug_str_offsets", at).number(width)
        if form == FORM.STRP:
            return self.cursor(".debug_str", found).text()
        return self.cursor(".debug_line_str", found).text() if form == FORM.LINE_STRP else b""

    def address(self, value: Value | None) -> int:
        """The address of an attribute; 0 without one."""
        form, found = value or (0, 0)
        if isinstance(found, bytes):
            return 0
        return self.indexed(found) if form in ADDRESS_INDEXES else found

    def indexed(self, index: int) -> int:
        """An address of the unit's table of addresses."""
        size = self.unit.address_size
        return self.cursor(".debug_addr", self.address_base + size * index).number(size)


def read_functions(sections: Mapping[str, bytes], is_code: IsCode) -> list[CompiledUnit]:
    """The functions and lines of each unit that has any. Raises DwarfError.

    ``sections``: contents by name (``.debug_info``) with the addresses of the code in them.
    """
    names: dict[int, _Named] = {}
    found, seen = [], set()
    sizes = {name: len(content) for name, content in sections.items()}
    ranges = Budget("the range lists", sum(sizes.get(name, 0) for name in _RANGE_LISTS), 4)
    programs = Budget(".debug_line", sizes.get(".debug_line", 0), 1)
    for unit in read_units(sections):
        entries = read_entries(unit)
        first = next(entries, None)
        if first is None or first.tag not in _UNITS:
            continue
        reader = _reader_of(sections, unit, first, ranges)
        pieces = _pieces(reader, first, entries, names, is_code)
        offset = _number(first.values.get(AT.STMT_LIST), -1)
        lines = None
        if offset >= 0 and offset not in seen:
            seen.add(offset)
            folder = reader.text(first.values.get(AT.COMP_DIR))
            lines = read_line_table(sections, offset, folder, programs)
            kept = (each for each in lines.sequences if each[0] and is_code(each[0][0].address))
            lines = LineTable(lines.files, tuple(kept))
        found.append((reader.text(first.values.get(AT.PRODUCER)), first, pieces, lines))
    return [
        CompiledUnit(
            producer,
            _number(first.values.get(AT.LANGUAGE), 0),
            tuple(sorted(_named(pieces, names), key=lambda each: each.low)),
            lines,
        )
        for producer, first, pieces, lines in found
        if pieces or (lines and lines.sequences)
    ]


def _number(value: Value | None, otherwise: int) -> int:
    found = otherwise if value is None else value[1]
    return found if isinstance(found, int) else otherwise


def _reader_of(sections: Mapping[str, bytes], unit: Unit, first: Entry, ranges: Budget) -> _Reader:
    """The reader of a unit; bases that it does not give are those of a table's first entry."""
    header = 8 if unit.width == 4 else 16
    plain = header if unit.version >= 5 else 0

    def base(attribute: AT, otherwise: int) -> int:
        return _number(first.values.get(attribute), otherwise)

    return _Reader(
        sections,
        unit,
        base(AT.STR_OFFSETS_BASE, plain),
        base(AT.ADDR_BASE, plain),
        base(AT.RNGLISTS_BASE, header + 4),
        ranges,
    )


class _Named(NamedTuple):
    """An entry's name with its scopes, and the entry that has a name for it."""

    name: bytes
    refers_to: int
    is_external: bool


_Piece = tuple[int, int, int]
"""Offset of the function's entry; its first address and the one behind it."""


def _pieces(
    reader: _Reader,
    first: Entry,
    entries: Iterator[Entry],
    names: dict[int, _Named],
    is_code: IsCode,
) -> list[_Piece]:
    """The code of the functions of a unit; ``names`` gets the name of each entry."""
    base = reader.address(first.values.get(AT.LOW_PC))
    scopes: list[tuple[int, bytes]] = []  # depth and name of what is around the next entry
    pieces = []
    for entry in entries:
        while scopes and scopes[-1][0] >= entry.depth:
            scopes.pop()
        values = entry.values
        name = reader.text(values.get(AT.NAME))
        if entry.tag == TAG.SUBPROGRAM:
            around = b"::".join(scope for _, scope in scopes)[:_LONGEST_NAME] if name else b""
            origin = values.get(AT.SPECIFICATION) or values.get(AT.ABSTRACT_ORIGIN)
            refers_to = -1
            if origin and (origin[0] in IN_UNIT or origin[0] == FORM.REF_ADDR):
                refers_to = _number(origin, -1)
            external = bool(_number(values.get(AT.EXTERNAL), 0))
            qualified = around + b"::" + name if around else name
            names[entry.offset] = _Named(qualified, refers_to, external)
            for low, high in _ranges(reader, values, base):
                if low < high and is_code(low):
                    pieces.append((entry.offset, low, high))
        if name and len(scopes) < _MOST_SCOPES:
            scopes.append((entry.depth, name))
    return pieces


def _named(pieces: list[_Piece], names: Mapping[int, _Named]) -> Iterator[Function]:
    """Functions with their names, which may be in entries that came later."""
    seen: set[int] = set()
    for offset, low, high in pieces:
        name, at, external = b"", offset, False
        for _ in range(_MOST_LINKS):
            found = names.get(at)
            if found is None:
                break
            external = external or found.is_external
            name, at = found.name, found.refers_to
            if name:
                break
        name = name or b"?"
        if offset in seen:  # a second piece, as gcc calls it
            name += b".cold"
        seen.add(offset)
        yield Function(name, low, high, external)


def _ranges(reader: _Reader, values: Mapping[int, Value], base: int) -> Iterator[tuple[int, int]]:
    """The addresses of an entry: first one, and the one behind the last."""
    if AT.RANGES in values:
        form, found = values[AT.RANGES]
        if isinstance(found, int):
            listed = _range_list if reader.unit.version >= 5 else _old_range_list
            yield from listed(reader, form, found, base)
    elif AT.LOW_PC in values and AT.HIGH_PC in values:
        low = reader.address(values[AT.LOW_PC])
        form, high = values[AT.HIGH_PC]
        if form == FORM.ADDR or form in ADDRESS_INDEXES:
            yield low, reader.address(values[AT.HIGH_PC])
        elif isinstance(high, int):
            yield low, low + high


def _old_range_list(
    reader: _Reader, form: int, offset: int, base: int
) -> Iterator[tuple[int, int]]:
    """A list of ``.debug_ranges``: pairs that count from a base, and new bases."""
    del form
    size = reader.unit.address_size
    cursor = reader.cursor(".debug_ranges", offset)
    new_base = (1 << 8 * size) - 1
    while True:
        low, high = cursor.number(size), cursor.number(size)
        reader.ranges.spend(2 * size)
        if low == new_base:
            base = high
        elif low or high:
            yield base + low, base + high
        else:
            return


def _range_list(reader: _Reader, form: int, offset: int, base: int) -> Iterator[tuple[int, int]]:
    """A list of ``.debug_rnglists``."""
    name, size, width = ".debug_rnglists", reader.unit.address_size, reader.unit.width
    if form not in OFFSETS:  # the number of a list, whose offset counts from the table of these
        start = reader.range_base
        offset = start + reader.cursor(name, start + width * offset).number(width)
    cursor = reader.cursor(name, offset)
    while kind := cursor.number(1):
        reader.ranges.spend(1)
        match kind:
            case RLE.BASE_ADDRESSX:
                base = reader.indexed(cursor.unsigned())
            case RLE.BASE_ADDRESS:
                base = cursor.number(size)
            case RLE.OFFSET_PAIR:
                yield base + cursor.unsigned(), base + cursor.unsigned()
            case _:
                yield _range(reader, cursor, kind)


def _range(reader: _Reader, cursor: Cursor, kind: int) -> tuple[int, int]:
    """An entry of a range list that does not depend on the base address."""
    size = reader.unit.address_size
    match kind:
        case RLE.STARTX_ENDX:
            return reader.indexed(cursor.unsigned()), reader.indexed(cursor.unsigned())
        case RLE.STARTX_LENGTH:
            low = reader.indexed(cursor.unsigned())
            return low, low + cursor.unsigned()
        case RLE.START_END:
            return cursor.number(size), cursor.number(size)
        case RLE.START_LENGTH:
            low = cursor.number(size)
            return low, low + cursor.unsigned()
    raise DwarfError(f"{cursor.section} has an entry of the unknown kind {kind}")
