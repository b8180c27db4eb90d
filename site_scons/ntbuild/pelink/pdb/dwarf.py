"""Functions and lines of objects that have DWARF and no lines in CodeView, as CodeView.

clang writes a little CodeView into every object: the compiler's name, where DWARF has the rest.
DWARF that cannot be read is a warning, not an error: the image does not depend on it, and the PDB
has the object's public names in any case.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import SUBSECTION
from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pecoff.columns.pieces import copy_pieces
from ntbuild.pecoff.dwarf.cursor import DwarfError
from ntbuild.pecoff.dwarf.functions import CompiledUnit, read_functions
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.dwarf.codeview import FUNCTION_TYPES, Segments, codeview_of
from ntbuild.pelink.dwarf.sections import ObjectDwarf, dwarf_sections
from ntbuild.pelink.model import Layout, Tables

from .debug_sections import Subsections, find_subsections
from .records import PADDING, Runs

_HEAD: Final = 4
"""Bytes of the signature of a section."""
_OF_FILES: Final = (SUBSECTION.LINES, SUBSECTION.FILECHKSMS, SUBSECTION.STRINGTABLE)
"""Subsections of an object whose CodeView has lines."""


def with_dwarf(
    tables: Tables, layout: Layout, parts: Subsections, types: Runs, log: Diagnostics
) -> tuple[Subsections, Runs]:
    """Subsections and types with those that DWARF gives for objects that have none."""
    objects = _linked(tables, layout)
    objects[parts.only(_OF_FILES).runs.object] = False
    objects[types.object] = False
    segments = Segments(layout.headers)
    addresses = np.where(layout.number > 0, layout.rva, 0)
    made: list[tuple[int, bytes]] = []
    for each in dwarf_sections(tables, objects, addresses):
        units, fault = _units(each, segments)
        if fault:
            text = f"its DWARF cannot be read, so the PDB has its public names only: {fault}"
            log.warn(text, place=tables.objects.objects.origins[each.object].name)
        elif units:
            content = codeview_of(units, segments, int(tables.target.machine.id))
            made.append((each.object, content[_HEAD:]))
    if not made:
        return parts, types
    functions = [(number, FUNCTION_TYPES) for number, _ in made]
    parts = _merged(parts, find_subsections(_runs(tables, made)))
    return parts, _both(types, _runs(tables, functions), 0)


def _units(dwarf: ObjectDwarf, segments: Segments) -> tuple[list[CompiledUnit], str]:
    """The units of an object, and why there are none."""
    if dwarf.fault:
        return [], dwarf.fault
    try:
        return read_functions(dwarf.sections, segments.__contains__), ""
    except DwarfError as error:
        return [], str(error)


def _linked(tables: Tables, layout: Layout) -> Flags:
    """The objects that something in the image is of."""
    linked = np.zeros(len(tables.objects.objects.origins), np.bool_)
    linked[tables.objects.sections.object[(layout.number > 0).nonzero()[0]]] = True
    return linked


def _runs(tables: Tables, made: list[tuple[int, bytes]]) -> Runs:
    """Contents of sections, which are multiples of four bytes, as runs."""
    size = np.array([len(content) for _, content in made], np.int64)
    end = size.cumsum()
    data = bytearray(b"".join([*(content for _, content in made), bytes(PADDING)]))
    owner = np.array([number for number, _ in made], np.int32)
    nowhere = np.zeros(len(made), np.int64)
    origins = tables.objects.objects.origins
    return Runs(np.frombuffer(data, np.uint8), end - size, end, owner, nowhere, origins)


def _merged(left: Subsections, right: Subsections) -> Subsections:
    """Two tables of subsections as one, in the order of their objects."""
    owner = np.concatenate([left.runs.object, right.runs.object])
    order = owner.argsort(kind="stable")
    kind = np.concatenate([left.kind, right.kind])[order]
    return Subsections(_both(left.runs, right.runs, 8), kind)


def _both(left: Runs, right: Runs, head: int) -> Runs:
    """Two tables of runs as one, in the order of their objects; ``head`` bytes are before each."""
    both = (left, right)
    owner = np.concatenate([each.object for each in both])
    order = owner.argsort(kind="stable")
    size = np.concatenate([each.end - each.begin for each in both])[order]
    # Each run moves with its head, and fills words.
    room = head + ((size + 3) & -4)
    begin = room.cumsum() - room + head
    data = np.zeros(int(room.sum()) + PADDING, np.uint8)
    moved = np.empty(len(order), np.int64)
    moved[order] = begin
    for each, to in zip(both, (moved[: len(left.begin)], moved[len(left.begin) :]), strict=True):
        at = each.begin - head
        copy_pieces(each.data, data, at, to - head, each.end - at)
    return Runs(
        data,
        begin,
        begin + size,
        owner[order],
        np.concatenate([each.file_offset for each in both])[order],
        left.origins,
    )
