"""The PDB of an image: all streams, and the container when the image's signature is known.

Invariants: the same inputs and options give the same bytes in any folder and at any time; images
whose code or whose symbols differ have different signatures, because the signature is a hash of the
image and of the streams of types and symbols (`ProgramDatabase.digest`).

Source: LLVM, "The PDB File Format" and ``PDBFileBuilder``.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.columns.parallel import both, in_parts
from ntbuild.pecoff.msf import write_msf
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.inputs import read_input
from ntbuild.support.sha256 import sha256_of
from ntbuild.support.text import encoded
from ntbuild.support.values import dataclass

from .described import Described, described, described_by_publics
from .frames import fpo_stream, frame_programs, frame_stream
from .globals import GlobalStreams, global_streams
from .injected_sources import InjectedSource, source_names, source_streams
from .lines import Lines, lines, static_files
from .made_modules import import_modules, imported_functions, linker_module
from .module_streams import module_streams
from .modules import (
    AGE,
    NO_STREAM,
    Contributions,
    Module,
    OtherStreams,
    contributions,
    module_numbers,
    module_stream,
    object_modules,
    section_headers,
)
from .name_hash import hash_name, hash_table
from .type_streams import TypeStream, type_stream

_INFO_VERSION: Final = 20000404
_FEATURE: Final = 20140508
"""VC140: readers take the stream of ids for granted."""
_NAMED_CAPACITY: Final = 1
"""Buckets of an empty table of named streams."""

_HASHED_TOGETHER: Final = 1 << 20
"""Bytes of streams that are hashed one after the other."""

_INFO, _TYPES, _MODULES, _IDS = 1, 2, 3, 4
"""Numbers of the streams that every PDB has; stream 0 is the directory of an earlier version."""


@dataclass(frozen=True, slots=True, eq=False)
class ProgramDatabase:
    """The streams of a PDB but for the signature, which the image decides."""

    streams: tuple[bytes | memoryview, ...]
    stripped: tuple[bytes | memoryview, ...]
    """The streams of a PDB with public symbols only; empty when none is asked for."""
    digest: bytes
    """A hash of what the streams say, for the signature."""
    page_size: int = 4096

    def content(self, signature: bytes, *, stripped: bool = False) -> Bytes:
        """The file's bytes; ``signature`` are the 16 bytes of the image's RSDS record."""
        streams = list(self.stripped if stripped else self.streams)
        (stamp,) = struct.unpack_from("<I", signature)
        streams[_INFO] = (
            struct.pack("<III", _INFO_VERSION, stamp, AGE) + signature + bytes(streams[_INFO])
        )
        return write_msf(streams, self.page_size)


def program_database(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    pdb_path: str,
    options: LinkOptions,
    log: Diagnostics,
) -> ProgramDatabase:
    """The PDB of a link whose layout is final.

    ``pdb_path``: the path that the image has for the PDB. Raises FormatError for CodeView that is
    malformed, InputError for a file of /pdbstream or /natvis that cannot be read.
    """
    path = encoded(pdb_path)
    files = {encoded(name): read_input(file) for name, file in options.pdbstream}
    sources = tuple(InjectedSource(encoded(file), read_input(file)) for file in options.natvis)
    said = described(tables, symbols, layout, log)
    if "fastlink" in options.debug_words:
        log.warn("/debug:fastlink unsupported; using /debug:full")
    source_path = options.pdbsourcepath
    parts = _parts(tables, symbols, layout, said, path, sources, source_path)
    files |= source_streams(sources, parts.lines.offsets)
    streams = _streams(tables, layout, said, parts, path, files)
    stripped: tuple[bytes | memoryview, ...] = ()
    if options.pdbstripped is not None:
        public = described_by_publics(tables, said)
        parts = _parts(tables, symbols, layout, public, path, (), source_path)
        stripped = _streams(tables, layout, public, parts, path, {})
    return ProgramDatabase(streams, stripped, _digest(streams), options.pdbpagesize)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What the streams are made of."""

    lines: Lines
    named: GlobalStreams
    modules: list[Module]
    contributed: Contributions
    types: tuple[TypeStream, TypeStream]
    """Types, then ids."""


def _parts(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    said: Described,
    path: bytes,
    sources: tuple[InjectedSource, ...],
    source_path: str | None,
) -> _Parts:
    """What a PDB says; ``path`` is its own, ``source_path`` the folder of relative sources."""
    count = len(tables.objects.objects.origins)
    types, parts, records = said.types, said.parts, said.records
    static_names, static_places = static_files(parts, records)
    more = (*static_names, *frame_programs(parts))
    source_lines = lines(parts, types, count, more, source_names(sources), source_path)
    records = records.with_names(static_places, source_lines.offsets)
    imported = imported_functions(tables, layout)
    numbers = module_numbers(tables, 2 * len(imported))
    has_stream = np.bincount(parts.runs.object, minlength=count) > 0
    has_stream &= not said.stripped
    machine = int(tables.target.machine.id)
    made = import_modules(tables, layout, machine, imported)
    made.append(linker_module(layout, machine, path))
    objects = sum(not each.made for each in tables.objects.objects.origins)
    thunks = {objects + 2 * row + 1: each.rows for row, each in enumerate(imported)}
    (own_streams, contributed), (named, listed) = both(
        lambda: (
            module_streams(records, parts, source_lines, has_stream),
            contributions(tables, layout, numbers, objects + len(made), thunks),
        ),
        lambda: (
            global_streams(tables, symbols, layout, records, numbers),
            (type_stream(types, types.types), type_stream(types, types.ids)),
        ),
        len(records.data),
    )
    modules = object_modules(tables, own_streams, source_lines) + made
    return _Parts(source_lines, named, modules, contributed, listed)


def _streams(
    tables: Tables,
    layout: Layout,
    said: Described,
    parts: _Parts,
    path: bytes,
    files: Mapping[bytes, bytes],
) -> tuple[bytes | memoryview, ...]:
    """All streams, in the order of their numbers, without the signature."""
    streams: list[bytes | memoryview] = [b""] * (_IDS + 1)

    def add(stream: bytes | memoryview) -> int:
        streams.append(stream)
        return len(streams) - 1

    def add_some(stream: bytes | memoryview) -> int:
        return add(stream) if stream else NO_STREAM

    by_name = {b"/LinkInfo": add(b""), b"/names": add(parts.lines.names)}
    indexes = (add(parts.named.globals), add(parts.named.publics), add(parts.named.records))
    type_hashes = add(b"")
    own = [add_some(module.stream) for module in parts.modules]
    others = OtherStreams(
        *indexes,
        add(section_headers(layout.headers)),
        add_some(fpo_stream(said.frames)),
        add_some(frame_stream(said.parts, parts.lines.offsets)),
    )
    id_hashes = add(b"")
    for number, hashes, stream in zip(
        (_TYPES, _IDS), (type_hashes, id_hashes), parts.types, strict=True
    ):
        streams[number], streams[hashes] = stream.with_number(hashes), stream.hashes
    streams[_MODULES] = module_stream(
        tables, layout, parts.modules, parts.contributed, own, others, path, stripped=said.stripped
    )
    by_name |= {name: add(content) for name, content in files.items()}
    streams[_INFO] = _named_streams(by_name)
    return tuple(streams)


def _named_streams(numbers: dict[bytes, int]) -> bytes:
    """The table of named streams: a hash table from offsets of names to stream numbers."""
    entries = []
    at = 0
    for name, number in numbers.items():
        entries.append((hash_name(name) & 0xFFFF, at, struct.pack("<I", number)))
        at += len(name) + 1
    text = b"".join(name + b"\0" for name in numbers)
    head = struct.pack("<I", len(text)) + text + hash_table(entries, _NAMED_CAPACITY)
    return head + bytes(4) + struct.pack("<I", _FEATURE)


def _digest(streams: Sequence[bytes | memoryview]) -> bytes:
    """A hash of the streams: one of the hashes of parts of them, made side by side."""
    parts: list[list[bytes | memoryview]] = [[]]
    room = _HASHED_TOGETHER
    for stream in streams:
        if room < 0:
            parts.append([])
            room = _HASHED_TOGETHER
        parts[-1] += (struct.pack("<Q", len(stream)), stream)
        room -= len(stream)

    return sha256_of(*in_parts(lambda part: sha256_of(*part), parts))
