"""Modules of what no object says: ``* Linker *``, and the thunks of imported functions.

The records of ``* Linker *`` say which program linked the image and which output sections it has.
For each DLL of which a function is called by way of a thunk there are two modules, as link.exe and
lld-link have it: one that is empty, with the DLL's name, and ``Import:`` and that name with the
thunks.

Sources: lld, ``COFF/PDB.cpp``; microsoft-pdb, ``include/cvinfo.h`` (THUNKSYM32).
"""

import struct
from collections.abc import Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import CV_CPU, SIGNATURE, S
from ntbuild.pecoff.columns.arrays import SectionRows, ragged
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import Layout, Tables
from ntbuild.pelink.synthesize.imports import IMPORT_ORDER
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass

from .module_streams import END
from .modules import Module
from .name_hash import string_table

_BACKEND: Final = (14, 10, 25019, 0)
"""The version of the compiler that the linker's module names; with zeros WinDbg hides locals."""
_PROGRAM: Final = b"pelink"
_EMPTY: Final = memoryview(b"")


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """The functions of one DLL that are called by way of a thunk."""

    dll: bytes
    library: bytes
    """The library that they were found in; the DLL where that is not known."""
    names: tuple[bytes, ...]
    rows: SectionRows
    """Section rows of the thunks, ascending."""


def imported_functions(tables: Tables, layout: Layout) -> list[Imported]:
    """The thunks in the image, by DLL in the order of their objects."""
    objects, sections = tables.objects.objects, tables.objects.sections
    origins = objects.origins
    made = [row for row, each in enumerate(origins) if each.made and IMPORT_ORDER in each.order]
    if not made:
        return []
    ends = np.append(objects.first_section[1:], len(sections))
    rows = ragged(objects.first_section[made], ends[made] - objects.first_section[made])
    is_code = sections.Characteristics[rows] & int(IMAGE_SCN.MEM_EXECUTE) != 0
    rows = rows[is_code & (layout.number[rows] > 0)]
    by_dll: dict[str, list[int]] = {}
    for row in rows.tolist():
        by_dll.setdefault(origins[int(sections.object[row])].name.lower(), []).append(row)
    libraries = {name: member.partition("(")[0] for member, name in tables.loaded}
    found = []
    for thunks in by_dll.values():
        of_dll = [origins[int(sections.object[row])] for row in thunks]
        names = tuple(bytes.fromhex(each.order.partition(IMPORT_ORDER)[2]) for each in of_dll)
        ids = [
            tables.names.find(tables.buffer, prefix + name)
            for name in names
            for prefix in (b"", b"__imp_")
        ]
        library = next((libraries[each] for each in ids if each in libraries), of_dll[0].name)
        rows_of_dll = np.array(thunks, np.int32)
        found.append(Imported(encoded(of_dll[0].name), encoded(library), names, rows_of_dll))
    return found


def import_modules(
    tables: Tables, layout: Layout, machine: int, imported: Sequence[Imported]
) -> list[Module]:
    """Two modules for each DLL."""
    starts = [0, *(each.VirtualAddress for each in layout.headers)]
    found = []
    for each in imported:
        records = [_record(S.OBJNAME, bytes(4) + each.dll + b"\0"), _compiler(machine)]
        at = 4 + sum(map(len, records))
        for name, row in zip(each.names, each.rows.tolist(), strict=True):
            number = int(layout.number[row])
            place = (int(layout.rva[row]) - starts[number], number)
            size = int(tables.objects.sections.size[row])
            body = struct.pack("<IHHB", *place, size, 0) + name + b"\0"
            end = at + len(_record(S.THUNK32, bytes(12) + body))
            records.append(_record(S.THUNK32, struct.pack("<III", 0, end, 0) + body))
            records.append(_record(S.END, b""))
            at = end + len(records[-1])
        symbols = struct.pack("<I", SIGNATURE) + b"".join(records)
        stream = memoryview(symbols + bytes(END))
        found.append(Module(each.dll, each.library, _EMPTY, 0, 0, ()))
        found.append(Module(b"Import:" + each.dll, each.library, stream, len(symbols), 0, ()))
    return found


def linker_module(layout: Layout, machine: int, pdb_path: bytes) -> Module:
    """The module ``* Linker *``: who linked the image, and its output sections."""
    words = (b"cwd", b".", b"exe", _PROGRAM, b"pdb", pdb_path, b"cmd", b"")
    records = [
        _record(S.OBJNAME, bytes(4) + b"* Linker *\0"),
        _compiler(machine),
        _record(S.ENVBLOCK, b"\0" + b"".join(word + b"\0" for word in words) + b"\0"),
    ]
    for number, header in enumerate(layout.headers, 1):
        place = (header.VirtualAddress, header.VirtualSize, header.Characteristics)
        head = struct.pack("<HBBIII", number, 12, 0, *place)
        records.append(_record(S.SECTION, head + encoded(header.name) + b"\0"))
    offsets, _ = string_table([pdb_path])
    symbols = struct.pack("<I", SIGNATURE) + b"".join(records)
    stream = memoryview(symbols + bytes(END))
    return Module(b"* Linker *", b"", stream, len(symbols), 0, (), offsets[pdb_path])


def _compiler(machine: int) -> bytes:
    """S_COMPILE3: language 7 is that of linkers."""
    version = struct.pack("<IH4H4H", 7, CV_CPU[machine], 0, 0, 0, 0, *_BACKEND)
    return _record(S.COMPILE3, version + _PROGRAM + b"\0")


def _record(kind: S, body: bytes) -> bytes:
    padded = body + bytes(-(len(body) + 4) % 4)
    return struct.pack("<HH", len(padded) + 2, int(kind)) + padded
