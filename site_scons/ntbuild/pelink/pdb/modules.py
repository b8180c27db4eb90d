"""The stream of modules (DBI): which object has which part of the image, and its files.

One module for each object in link order, then ``* Linker *``: its own records say which program
linked the image and which output sections it has, and what the linker made belongs to it. A
module's symbols and lines are in a stream of its own. Section contributions are sorted by address:
a debugger finds the module of an address in them.

Pitfalls: the age is that of the image's RSDS record, or WinDbg takes no symbols at all; a module's
stream begins with the signature 4, or inline frames and locals are missing; without contributions
or file lists there are no lines.

Sources: LLVM, "The PDB DBI Stream" and ``DbiStreamBuilder``; microsoft-pdb, ``PDB/dbi/dbi.h``.
"""

import struct
import zlib
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import CV_CPU, SIGNATURE, S
from ntbuild.pecoff.columns.arrays import Flags, Integers, ObjectRows
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import LaidOutSection, Layout, Tables
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass

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
_BACKEND: Final = (14, 10, 25019, 0)
"""The version of the compiler that the linker's module names; with zeros WinDbg hides locals."""
_MOST_FILES: Final = 0xFFFF
_PROGRAM: Final = b"pelink"


@dataclass(frozen=True, slots=True)
class Module:
    """What the stream of modules says of one object."""

    name: bytes
    """The object's path; of a member of a library the member's."""
    file: bytes
    """The library, or the object again."""
    symbols: bytes
    lines: bytes
    files: tuple[bytes, ...]
    path_offset: int = 0
    """Of ``* Linker *``: offset of the PDB's path among the names of this stream."""

    has_stream: bool = True

    @property
    def stream(self) -> bytes:
        """The module's own stream; empty for an object without CodeView."""
        if not self.has_stream:
            return b""
        return struct.pack("<I", SIGNATURE) + self.symbols + self.lines + bytes(4)


@dataclass(frozen=True, slots=True)
class OtherStreams:
    """Numbers of the streams that the stream of modules names; `NO_STREAM` for a missing one."""

    globals: int
    publics: int
    records: int
    section_headers: int
    fpo: int = NO_STREAM
    frame_data: int = NO_STREAM


def module_numbers(tables: Tables) -> ObjectRows:
    """The module of each object; what the linker made belongs to its own, the last one."""
    made = np.array([each.made for each in tables.objects.objects.origins], np.bool_)
    numbers = (~made).cumsum(dtype=np.int32) - 1
    return np.where(made, np.int32((~made).sum()), numbers)


def object_modules(
    tables: Tables,
    symbols: Sequence[bytes],
    lines: Sequence[bytes],
    files: Sequence[tuple[bytes, ...]],
    has_stream: Flags,
) -> list[Module]:
    """A module for each object that the linker did not make, in link order.

    ``has_stream``: the objects that have CodeView, perhaps of nothing that is in the image.
    """
    found = []
    for number, origin in enumerate(tables.objects.objects.origins):
        if origin.made:
            continue
        library, parenthesis, member = origin.name.removesuffix(")").partition("(")
        inside = parenthesis and origin.name.endswith(")")
        name, file = (member, library) if inside else (origin.name, origin.name)
        found.append(
            Module(
                encoded(name),
                encoded(file),
                symbols[number],
                lines[number],
                files[number],
                has_stream=bool(has_stream[number]),
            )
        )
    return found


def linker_module(layout: Layout, machine: int, pdb_path: bytes) -> Module:
    """The module ``* Linker *``: who linked the image, and its output sections."""
    version = struct.pack("<IH4H4H", 7, CV_CPU[machine], 0, 0, 0, 0, *_BACKEND)
    words = (b"cwd", b".", b"exe", _PROGRAM, b"pdb", pdb_path, b"cmd", b"")
    records = [
        _record(S.OBJNAME, bytes(4) + b"* Linker *\0"),
        _record(S.COMPILE3, version + _PROGRAM + b"\0"),
        _record(S.ENVBLOCK, b"\0" + b"".join(word + b"\0" for word in words) + b"\0"),
    ]
    for number, header in enumerate(layout.headers, 1):
        place = (header.VirtualAddress, header.VirtualSize, header.Characteristics)
        head = struct.pack("<HBBIII", number, 12, 0, *place)
        records.append(_record(S.SECTION, head + encoded(header.name) + b"\0"))
    offsets, _ = string_table([pdb_path])
    return Module(b"* Linker *", b"", b"".join(records), b"", (), offsets[pdb_path])


def _record(kind: S, body: bytes) -> bytes:
    padded = body + bytes(-(len(body) + 4) % 4)
    return struct.pack("<HH", len(padded) + 2, int(kind)) + padded


def module_stream(
    tables: Tables,
    layout: Layout,
    modules: Sequence[Module],
    numbers: ObjectRows,
    module_streams: Sequence[int],
    others: OtherStreams,
    pdb_path: bytes,
    *,
    stripped: bool,
) -> bytes:
    """The stream of modules; ``stripped`` says that private symbols are missing.

    ``numbers``: the module of each object. ``module_streams``: the number of each module's own
    stream, or `NO_STREAM`.
    """
    contributions, firsts = _contributions(tables, layout, numbers, len(modules))
    infos = b"".join(
        _module_info(module, stream, first)
        for module, stream, first in zip(modules, module_streams, firsts, strict=True)
    )
    files = _file_info(modules)
    names = string_table([pdb_path])[1]
    section_map = _section_map(layout.headers)
    debug_streams = [NO_STREAM] * _DEBUG_STREAMS
    debug_streams[_SECTION_HEADERS] = others.section_headers
    debug_streams[_FPO], debug_streams[_FRAME_DATA] = others.fpo, others.frame_data
    debug = struct.pack(f"<{_DEBUG_STREAMS}H", *debug_streams)
    sizes = (len(infos), len(contributions), len(section_map), len(files))
    header = _HEADER.pack(
        *(-1, _VERSION, AGE, others.globals, _BUILD, others.publics, 0, others.records, 0),
        *(*sizes, 0, 0, len(debug), len(names), _STRIPPED * stripped),
        *(int(tables.target.machine.id), 0),
    )
    return header + infos + contributions + section_map + files + names + debug


def _module_info(module: Module, stream: int, contribution: bytes) -> bytes:
    """One entry of the list of modules."""
    symbols = 4 + len(module.symbols) if stream != NO_STREAM else 0
    counts = (min(len(module.files), _MOST_FILES), 0, 0, 0, module.path_offset)
    fixed = _MODULE.pack(0, stream, symbols, 0, len(module.lines), *counts)
    entry = bytes(4) + contribution + fixed + module.name + b"\0" + module.file + b"\0"
    return entry + bytes(-len(entry) % 4)


def _contributions(
    tables: Tables, layout: Layout, numbers: ObjectRows, modules: int
) -> tuple[bytes, list[bytes]]:
    """The list of contributions, by address; and the first contribution of each module."""
    sections = tables.objects.sections
    rows = ((layout.number > 0) & (sections.size > 0)).nonzero()[0]
    starts = np.array([0, *(each.VirtualAddress for each in layout.headers)], np.int64)
    found = np.zeros(len(rows), _CONTRIBUTION)  # one row is a section of an object
    found["section"] = layout.number[rows]
    found["offset"] = layout.rva[rows] - starts[layout.number[rows]]
    found["size"] = sections.size[rows]
    found["flags"] = sections.Characteristics[rows]
    owner = numbers[sections.object[rows]]
    found["module"] = owner
    found["data_crc"] = _checksums(tables, rows)
    first = [_NO_CONTRIBUTION] * modules
    for number, row in zip(*np.unique(owner, return_index=True), strict=True):
        if number < modules - 1:  # that of the linker has none, as link.exe has it
            first[int(number)] = found[row].tobytes()
    ordered = found[np.lexsort([found["offset"], found["section"]])]
    return struct.pack("<I", _CONTRIBUTIONS_VERSION) + ordered.tobytes(), first


def _checksums(tables: Tables, rows: Integers) -> npt.NDArray[np.uint32]:
    """CRC-32 of the bytes of each section as its object has them, without the final inversion."""
    sections = tables.objects.sections
    buffer = memoryview(tables.buffer)  # type: ignore[arg-type]
    begins = sections.position[rows].tolist()
    sizes = np.where(sections.position[rows] < 0, 0, sections.size[rows]).tolist()
    found = [
        zlib.crc32(buffer[begin : begin + size], 0xFFFFFFFF)
        for begin, size in zip(begins, sizes, strict=True)
    ]
    return np.array(found, np.uint32) ^ np.uint32(0xFFFFFFFF)


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
