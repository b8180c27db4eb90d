"""The DWARF sections of objects, with relocations applied as far as functions and lines need them.

DWARF refers to code by address and to other DWARF sections by offset. In an object both are
relocations: an absolute one of four or eight bytes against a section of code, and one of an offset
against a section of DWARF (``SECREL``; old assemblers write an absolute one there, too).

Invariants: the address of what has none (code that is not linked, a COMDAT that lost, a function
that ICF folded into another) becomes `DEAD`, to which any offset may be added without becoming an
address of code. Sections of one name in one object are one behind the other, as a linker has them.

Source: PE Format, "COFF Relocations"; DWARF Debugging Information Format 5, 7.4.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers
from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE
from ntbuild.pecoff.constants import IMAGE_REL_AMD64 as AMD64
from ntbuild.pecoff.constants import IMAGE_REL_ARM as ARM
from ntbuild.pecoff.constants import IMAGE_REL_ARM64 as ARM64
from ntbuild.pecoff.constants import IMAGE_REL_I386 as I386
from ntbuild.pecoff.object.read import Relocations, read_relocations
from ntbuild.pelink.model import Tables
from ntbuild.support.values import dataclass

DEAD: Final = 1 << 31
"""The address of code that has none: images are smaller."""

_NAMES: Final = (
    *(".debug_info", ".debug_abbrev", ".debug_line", ".debug_str", ".debug_line_str"),
    *(".debug_ranges", ".debug_rnglists", ".debug_addr", ".debug_str_offsets"),
)
"""Sections that a reader of functions and lines looks into."""

_WIDTHS: Final[Mapping[int, Mapping[int, int]]] = {
    IMAGE_FILE_MACHINE.AMD64: {AMD64.ADDR64: 8, AMD64.ADDR32: 4, AMD64.SECREL: 4},
    IMAGE_FILE_MACHINE.I386: {I386.DIR32: 4, I386.SECREL: 4},
    IMAGE_FILE_MACHINE.ARM64: {ARM64.ADDR64: 8, ARM64.ADDR32: 4, ARM64.SECREL: 4},
    IMAGE_FILE_MACHINE.ARMNT: {ARM.ADDR32: 4, ARM.SECREL: 4},
}
"""Bytes of the fields that relocations fill in; SECREL is an offset, the others an address."""


@dataclass(frozen=True, slots=True)
class ObjectDwarf:
    """The DWARF of one object."""

    object: int
    """Row of the object."""
    sections: Mapping[str, bytes]
    fault: str = ""
    """Why it cannot be used; empty as a rule."""


def has_dwarf(tables: Tables) -> bool:
    """Whether any object has DWARF."""
    return tables.stem_number(b".debug_info") >= 0


def dwarf_sections(tables: Tables, objects: Flags, addresses: Integers) -> list[ObjectDwarf]:
    """The DWARF of some objects, in link order.

    ``objects``: a flag for each object. ``addresses``: where each section row is; 0 for one that is
    nowhere. Raises FormatError for a relocation that names no symbol.
    """
    sections = tables.objects.sections
    number = np.full(len(sections), -1, np.int64)
    for index, name in enumerate(_NAMES):
        number[tables.rows_of_stem(name.encode())] = index
    number[(sections.position < 0) | ~objects[sections.object]] = -1
    rows = (number >= 0).nonzero()[0]
    order = np.lexsort((rows, number[rows], sections.object[rows]))
    rows = rows[order]
    # One row is a section; ``begin`` counts in ``data``, which has those of all objects.
    size = sections.size[rows]
    begin = size.cumsum() - size
    at = np.full(len(sections), -1, np.int64)
    at[rows] = begin
    buffer = memoryview(tables.buffer)  # type: ignore[arg-type]
    starts = sections.position[rows].tolist()
    pieces = zip(starts, size.tolist(), strict=True)
    data = np.frombuffer(bytearray().join(buffer[a : a + n] for a, n in pieces), np.uint8)
    # A section's offset among those of its name, which an offset in the name's section adds to.
    owner = sections.object[rows].astype(np.int64) * len(_NAMES) + number[rows]
    firsts = np.unique(owner, return_index=True)[1]
    base = begin - begin[firsts][np.searchsorted(owner[firsts], owner)]
    offset = np.full(len(sections), -1, np.int64)
    offset[rows] = base
    relocations = read_relocations(tables.buffer, tables.objects, number >= 0)
    bad = _relocate(tables, relocations, data, at, offset, addresses)
    found = []
    for each in np.unique(sections.object[rows]).tolist():
        first, last = np.searchsorted(sections.object[rows], [each, each + 1])
        contents: dict[str, bytes] = {}
        for row in range(first, last):
            name = _NAMES[number[rows[row]]]
            content = data[begin[row] : begin[row] + size[row]].tobytes()
            contents[name] = contents.get(name, b"") + content
        fault = "a relocation outside of its section" if each in bad else ""
        found.append(ObjectDwarf(each, contents, fault))
    return found


def _relocate(
    tables: Tables,
    relocations: Relocations,
    data: Bytes,
    at: Integers,
    offset: Integers,
    addresses: Integers,
) -> set[int]:
    """Write addresses and offsets into ``data``; the objects with a relocation outside.

    ``at``: where a section row's bytes begin in it; ``offset``: its offset among those of its name.
    """
    symbols, sections = tables.objects.symbols, tables.objects.sections
    bad: set[int] = set()
    # The object's own definition: a function of the same name elsewhere has DWARF of its own.
    target = symbols.section[relocations.symbol]
    inside = np.maximum(target, 0)
    is_dwarf = (target >= 0) & (offset[inside] >= 0)
    is_code = (target >= 0) & (addresses[inside] > 0)
    value = symbols.value[relocations.symbol]
    widths = _WIDTHS[IMAGE_FILE_MACHINE(tables.target.machine.id)]
    for kind, width in widths.items():
        chosen = relocations.type == kind
        end = relocations.offset.astype(np.int64) + width
        outside = chosen & (end > sections.size[relocations.section])
        bad |= set(sections.object[relocations.section[outside]].tolist())
        chosen &= ~outside
        place = at[relocations.section[chosen]] + relocations.offset[chosen]
        old = np.zeros(len(place), np.int64)
        for byte in range(width):
            old |= data[place + byte].astype(np.int64) << 8 * byte
        to = inside[chosen]
        address = np.where(is_code[chosen], addresses[to] + value[chosen] + old, DEAD)
        new = np.where(is_dwarf[chosen], offset[to] + value[chosen] + old, address)
        for byte in range(width):
            data[place + byte] = new >> 8 * byte & 0xFF
    return bad
