"""The stream of modules (DBI): which object has which part of the image, and its files.

One module for each object in link order, then those of imported functions, then ``* Linker *``, to
which belongs what the linker made (`made_modules`). A module's symbols and lines are in a stream of
its own. Section contributions are sorted by address: a debugger finds the module of an address in
them.

Pitfalls: the age is that of the image's RSDS record, or WinDbg takes no symbols at all; a module's
stream begins with the signature 4, or inline frames and locals are missing; without contributions
or file lists there are no lines.

Sources: LLVM, "The PDB DBI Stream" and ``DbiStreamBuilder``; microsoft-pdb, ``PDB/dbi/dbi.h``.
"""

import struct
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import ObjectRows, SectionRows
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import LaidOutSection, Layout, Tables
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass

from .checksums import checksums
from .lines import Lines
from .module_streams import END, ModuleStreams
from .name_hash import string_table

AGE: Final = 1
"""The age of the PDB, as in the image's RSDS record."""

_HEADER: Final = struct.Struct("<iIIHHHHHHiiiiiIiiHHI")
_VERSION: Final = 19990903
_BUILD: Final = 0x8000 | 14 << 8 | 11
"""The new format, and the version of the tools that it is said to come from."""

NO_STREAM: Final = 0xFFFF
_CONTRIBUTION: Final = np.dtype(
    [
        ("section", "<u2"),
        ("padding", "<u2"),
        ("offset", "<i4"),
        ("size", "<i4"),
        ("flags", "<u4"),
        ("module", "<u2"),
        ("padding2", "<u2"),
        ("data_crc", "<u4"),
        ("reloc_crc", "<u4"),
    ]
)
_ROW_BITS: Final = 31
_CONTRIBUTIONS_VERSION: Final = 0xEFFE0000 + 19970605
_NO_CONTRIBUTION: Final = struct.pack("<HHiiIHHII", 0xFFFF, 0, 0, -1, 0, 0xFFFF, 0, 0, 0)
_MODULE: Final = struct.Struct("<HHIIIHHIII")

_SECTION_MAP: Final = struct.Struct("<6HII")
_READ, _WRITE, _EXECUTE, _ADDRESS_32, _SELECTOR, _ABSOLUTE = 1, 2, 4, 8, 0x100, 0x200
_DEBUG_STREAMS: Final = 11
_FPO, _SECTION_HEADERS, _FRAME_DATA = 0, 5, 9
"""Which of the optional debug streams has what."""
_STRIPPED: Final = 2
"""Flag of a PDB without private symbols."""

_SECTION_HEADER: Final = struct.Struct("<8sIIIIIIHHI")
_MOST_FILES: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Module:
    """What the stream of modules says of one object."""

    name: bytes
    """The object's path; of a member of a library the member's."""
    file: bytes
    """The library, or the object again."""
    stream: memoryview
    """Its own stream; empty for an object without CodeView."""
    symbols_size: int
    """Bytes of symbols in it, the signature included."""
    lines_size: int
    files: tuple[bytes, ...]
    path_offset: int = 0
    """Of ``* Linker *``: offset of the PDB's path among the names of this stream."""


@dataclass(frozen=True, slots=True)
class OtherStreams:
    """Numbers of the streams that the stream of modules names; `NO_STREAM` for a missing one."""

    globals: int
    publics: int
    records: int
    section_headers: int
    fpo: int = NO_STREAM
    frame_data: int = NO_STREAM


def module_numbers(tables: Tables, imported: int) -> ObjectRows:
    """The module of each object; what the linker made belongs to its own, the last one.

    ``imported`` modules of imported functions stand before that.
    """
    made = np.array([each.made for each in tables.objects.objects.origins], np.bool_)
    numbers = (~made).cumsum(dtype=np.int32) - 1
    return np.where(made, np.int32((~made).sum() + imported), numbers)


def object_modules(tables: Tables, streams: ModuleStreams, lines: Lines) -> list[Module]:
    """A module for each object that the linker did not make, in link order."""
    content = memoryview(streams.data)  # type: ignore[arg-type]
    places = zip(
        tables.objects.objects.origins,
        *(each.tolist() for each in (streams.begin, streams.symbols_size, streams.lines_size)),
        lines.files,
        strict=True,
    )
    found = []
    for origin, begin, symbols, more, files in places:
        if origin.made:
            continue
        library, parenthesis, member = origin.name.removesuffix(")").partition("(")
        inside = parenthesis and origin.name.endswith(")")
        name, file = (member, library) if inside else (origin.name, origin.name)
        stream = content[begin : begin + symbols + more + END if symbols else begin]
        found.append(Module(encoded(name), encoded(file), stream, symbols, more, files))
    return found


@dataclass(frozen=True, slots=True)
class Contributions:
    """What objects have in the image."""

    all: bytes
    """The list of contributions, by address."""
    first: list[bytes]
    """The first one of each module."""


def module_stream(
    tables: Tables,
    layout: Layout,
    modules: Sequence[Module],
    contributed: Contributions,
    module_streams: Sequence[int],
    others: OtherStreams,
    pdb_path: bytes,
    *,
    stripped: bool,
) -> bytes:
    """The stream of modules; ``stripped`` says that private symbols are missing.

    ``module_streams``: the number of each module's own stream, or `NO_STREAM`.
    """
    infos = b"".join(
        _module_info(module, stream, first)
        for module, stream, first in zip(modules, module_streams, contributed.first, strict=True)
    )
    files = _file_info(modules)
    names = string_table([pdb_path])[1]
    section_map = _section_map(layout.headers)
    debug_streams = [NO_STREAM] * _DEBUG_STREAMS
    debug_streams[_SECTION_HEADERS] = others.section_headers
    debug_streams[_FPO], debug_streams[_FRAME_DATA] = others.fpo, others.frame_data
    debug = struct.pack(f"<{_DEBUG_STREAMS}H", *debug_streams)
    sizes = (len(infos), len(contributed.all), len(section_map), len(files))
    header = _HEADER.pack(
        *(-1, _VERSION, AGE, others.globals, _BUILD, others.publics, 0, others.records, 0),
        *(*sizes, 0, 0, len(debug), len(names), _STRIPPED * stripped),
        *(int(tables.target.machine.id), 0),
    )
    return header + infos + contributed.all + section_map + files + names + debug


def _module_info(module: Module, stream: int, contribution: bytes) -> bytes:
    """One entry of the list of modules."""
    counts = (min(len(module.files), _MOST_FILES), 0, 0, 0, module.path_offset)
    fixed = _MODULE.pack(0, stream, module.symbols_size, 0, module.lines_size, *counts)
    entry = bytes(4) + contribution + fixed + module.name + b"\0" + module.file + b"\0"
    return entry + bytes(-len(entry) % 4)


def contributions(
    tables: Tables,
    layout: Layout,
    numbers: ObjectRows,
    modules: int,
    thunks: Mapping[int, SectionRows],
) -> Contributions:
    """The contributions of all objects; ``numbers`` is the module of each.

    ``thunks`` has section rows by a module that they belong to whatever their object.
    """
    sections = tables.objects.sections
    rows = ((layout.number > 0) & (sections.size > 0)).nonzero()[0]
    starts = np.array([0, *(each.VirtualAddress for each in layout.headers)], np.int64)
    number, rva, size = layout.number.take(rows), layout.rva.take(rows), sections.size.take(rows)
    found = np.zeros(len(rows), _CONTRIBUTION)  # one row is a section of an object
    found["section"] = number
    found["offset"] = rva - starts.take(number)
    found["size"] = size
    found["flags"] = sections.Characteristics.take(rows)
    owner = numbers.take(sections.object.take(rows))
    for module, of_module in thunks.items():
        owner[rows.searchsorted(of_module)] = module
    found["module"] = owner
    position = sections.position.take(rows)
    found["data_crc"] = checksums(tables.buffer, position, size * (position >= 0))
    first_row = np.full(modules, -1)
    first_row[owner[::-1]] = np.arange(len(rows))[::-1]
    first_row[modules - 1] = -1  # that of the linker has none, as link.exe has it
    entries = found.take(first_row, mode="clip").tobytes() if len(rows) else b""
    first = [
        entries[at : at + found.itemsize] if row >= 0 else _NO_CONTRIBUTION
        for at, row in zip(count(0, found.itemsize), first_row.tolist(), strict=False)
    ]
    # By address: numbers with the row in their low bits are put in order quicker than rows.
    order = np.sort(rva << _ROW_BITS | np.arange(len(rows))) & (1 << _ROW_BITS) - 1
    ordered = found.take(order)
    return Contributions(struct.pack("<I", _CONTRIBUTIONS_VERSION) + ordered.tobytes(), first)


def _section_map(headers: Sequence[LaidOutSection]) -> bytes:
    """A segment for each output section, and one for absolute addresses."""
    flags = (
        (IMAGE_SCN.MEM_READ, _READ),
        (IMAGE_SCN.MEM_WRITE, _WRITE),
        (IMAGE_SCN.MEM_EXECUTE, _EXECUTE),
    )
    entries = []
    for number, header in enumerate(headers, 1):
        word = _ADDRESS_32 | _SELECTOR
        word |= sum(bit for flag, bit in flags if header.Characteristics & int(flag))
        entries.append((word, 0, 0, number, 0xFFFF, 0xFFFF, 0, header.VirtualSize))
    last = (_ADDRESS_32 | _ABSOLUTE, 0, 0, len(headers) + 1, 0xFFFF, 0xFFFF, 0, 0xFFFFFFFF)
    count = struct.pack("<HH", len(entries) + 1, len(entries) + 1)
    return count + b"".join(_SECTION_MAP.pack(*entry) for entry in (*entries, last))


def _file_info(modules: Sequence[Module]) -> bytes:
    """The files of each module: counts, then an offset of a name for each, then the names."""
    offsets: dict[bytes, int] = {}
    text = bytearray()
    listed = [name for module in modules for name in module.files[:_MOST_FILES]]
    for name in listed:
        if name not in offsets:
            offsets[name] = len(text)
            text += name + b"\0"
    counts = [min(len(module.files), _MOST_FILES) for module in modules]
    head = struct.pack("<HH", min(len(modules), 0xFFFF), min(len(offsets), 0xFFFF))
    head += np.arange(len(modules)).astype("<u2").tobytes()
    head += np.array(counts, "<u2").tobytes()
    head += np.array([offsets[name] for name in listed], "<u4").tobytes()
    found = head + text
    return found + bytes(-len(found) % 4)


def section_headers(headers: Sequence[LaidOutSection]) -> bytes:
    """The section headers of the image, as they stand there."""
    return b"".join(
        _SECTION_HEADER.pack(
            encoded(each.name)[:8],
            *(each.VirtualSize, each.VirtualAddress, each.SizeOfRawData, each.PointerToRawData),
            *(0, 0, 0, 0, each.Characteristics),
        )
        for each in headers
    )
