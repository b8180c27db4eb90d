"""Globals and publics: the names by which a debugger finds symbols, and the hash tables over them.

Both tables index records of one stream. Publics are the external names of the link, of imports and
thunks too, with section and offset. Globals are typedefs, constants and variables, and for each
procedure a reference to its record in the stream of its module.

A hash table has for each record its offset + 1 and a count, ordered by bucket, then by length of
the name, then by the name without case; a bitmap of the buckets in use; and for each of these where
it begins, counted in bytes of the record that microsoft-pdb has in memory (12).

Sources: microsoft-pdb, ``PDB/dbi/gsi.cpp``; LLVM, ``GSIStreamBuilder``.
"""

import struct
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import NAME_OF_SYMBOL, S
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, ObjectRows, ragged
from ntbuild.pecoff.columns.names import lengths_of
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.support.values import dataclass

from .name_hash import hash_names
from .records import Ends, lookup, numeric_sizes
from .symbol_records import SymbolRecords, name_positions

_BUCKETS: Final = 4096
_BITMAP_WORDS: Final = 129
"""Words of 32 bits for 4,097 bits: one more than there are buckets."""
_IN_MEMORY: Final = 12
_GSI: Final = struct.Struct("<IIII")
_GSI_SIGNATURE, _GSI_VERSION = 0xFFFFFFFF, 0xEFFE0000 + 19990810
_PUBLICS: Final = struct.Struct("<IIIIHHII")

_REFERENCE_HEAD: Final = 14
"""Bytes of S_PROCREF before the name; S_PUB32 has as many."""
_IS_FUNCTION: Final = 2
"""Flag of S_PUB32."""
_NAME_AT: Final = lookup(NAME_OF_SYMBOL)
_REFERENCES: Final = {S.GPROC32: S.PROCREF, S.LPROC32: S.LPROCREF, S.LPROC32_DPC: S.LPROCREF}
_OWN: Final = 0x7F
"""The first byte of names that the linker made for itself."""
_COMPARED: Final = 512
"""Bytes of a name that the order in a bucket depends on."""


@dataclass(frozen=True, slots=True, eq=False)
class NamedRecords:
    """Symbol records with a name each: one row a record."""

    data: Bytes
    at: Integers
    size: Integers
    name_at: Integers
    name_size: Integers


@dataclass(frozen=True, slots=True, eq=False)
class GlobalStreams:
    """The three streams: the table of globals, that of publics, and the records of both."""

    globals: bytes
    publics: bytes
    records: bytes


def global_streams(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    records: SymbolRecords,
    modules: ObjectRows,
) -> GlobalStreams:
    """The streams of globals and publics; ``modules`` is the module of each object."""
    public = _publics(tables, symbols, layout)
    named = _globals(records, modules)
    before = int(public.size.sum())
    table = _hash_table(public, public.at)
    publics = _PUBLICS.pack(len(table), 4 * len(public.at), 0, 0, 0, 0, 0, 0) + table
    publics += public.at.astype("<u4").tobytes()  # by address, as the records themselves
    return GlobalStreams(
        _hash_table(named, named.at + before),
        publics,
        public.data[:before].tobytes() + named.data[: int(named.size.sum())].tobytes(),
    )


def _hash_table(records: NamedRecords, offsets: Integers) -> bytes:
    """The hash table over records that stand at ``offsets`` in their stream."""
    bucket = (hash_names(records.data, records.name_at, records.name_size) % _BUCKETS).astype(
        np.int64
    )
    order = _order(records, offsets, bucket)
    entries = np.empty((len(order), 2), "<u4")
    entries[:, 0] = offsets[order] + 1
    entries[:, 1] = 1
    used, first = np.unique(bucket[order], return_index=True)
    bits = np.zeros(32 * _BITMAP_WORDS, np.uint8)
    bits[used] = 1
    buckets = np.packbits(bits, bitorder="little").tobytes()
    buckets += (first * _IN_MEMORY).astype("<u4").tobytes()
    head = _GSI.pack(_GSI_SIGNATURE, _GSI_VERSION, 8 * len(order), len(buckets))
    return head + entries.tobytes() + buckets


def _order(records: NamedRecords, offsets: Integers, bucket: Integers) -> Integers:
    """Rows by bucket, length of the name, name without case, then place.

    Names are compared as words of eight bytes, the first byte the most significant; ASCII letters
    only have a case, as in microsoft-pdb.
    """
    size = np.minimum(records.name_size, _COMPARED)
    words = max(-(-int(size.max()) // 8), 1) if len(size) else 1
    text = np.zeros((len(size), 8 * words), np.uint8)
    text.reshape(-1)[ragged(np.arange(len(size)) * 8 * words, size)] = records.data[
        ragged(records.name_at, size)
    ]
    text[(text >= ord("A")) & (text <= ord("Z"))] += 32
    keys = text.view(">u8")
    columns = [keys[:, word] for word in range(words - 1, -1, -1)]
    order: Integers = np.lexsort([offsets, *columns, records.name_size, bucket])
    return order


def _globals(symbols: SymbolRecords, modules: ObjectRows) -> NamedRecords:
    """The records of the table of globals, in link order; equal typedefs and constants once."""
    rows = symbols.is_global.nonzero()[0]
    data, kind = symbols.data, symbols.records.kind[rows]
    name_at = name_positions(symbols, rows, _NAME_AT)
    constants = (kind == S.CONSTANT).nonzero()[0]
    value_at = symbols.records.at[rows[constants]] + 8
    sizes = numeric_sizes(data, np.minimum(value_at, len(data) - 2))
    name_at[constants] = value_at + np.maximum(sizes, 0)
    name_size = Ends(data).of(np.minimum(name_at, len(data) - 1)) - name_at
    refers = symbols.is_procedure[rows]
    copied = symbols.records.size[rows]
    size = np.where(refers, (_REFERENCE_HEAD + name_size + 4) & -4, copied)
    at = size.cumsum() - size
    made = np.zeros(int(size.sum()) + 8, np.uint8)
    plain = ~refers
    made[ragged(at[plain], size[plain])] = data[
        ragged(symbols.records.at[rows[plain]], size[plain])
    ]
    _write_references(made, at[refers], size[refers], symbols, rows[refers], modules)
    text = ragged(at[refers] + _REFERENCE_HEAD, name_size[refers])
    made[text] = data[ragged(name_at[refers], name_size[refers])]
    within = np.where(refers, _REFERENCE_HEAD, name_at - symbols.records.at[rows])
    kept = ~_repeated(made, at, size, (kind == S.UDT) | (kind == S.CONSTANT))
    at, size, within, name_size = at[kept], size[kept], within[kept], name_size[kept]
    data = np.concatenate([made[ragged(at, size)], np.zeros(8, np.uint8)])
    at = size.cumsum() - size
    return NamedRecords(data, at, size, at + within, name_size)


def _write_references(
    made: Bytes,
    at: Integers,
    size: Integers,
    symbols: SymbolRecords,
    rows: Integers,
    modules: ObjectRows,
) -> None:
    """S_PROCREF records: length, kind, checksum 0, offset in the module's stream, its number."""
    halves, words = made[: len(made) & -2].view("<u2"), made[: len(made) & -4].view("<u4")
    kind = symbols.records.kind[rows]
    halves[at >> 1] = size - 2
    for procedure, reference in _REFERENCES.items():
        chosen = kind == procedure
        halves[(at[chosen] >> 1) + 1] = int(reference)
    words[(at >> 2) + 2] = symbols.offset[rows]
    halves[(at >> 1) + 6] = modules[symbols.object[rows]] + 1


def _repeated(data: Bytes, at: Integers, size: Integers, which: Flags) -> Flags:
    """Flags of records among ``which`` whose bytes an earlier one has."""
    raw = data.tobytes()
    seen: set[bytes] = set()
    repeated = np.zeros(len(at), np.bool_)
    rows = which.nonzero()[0]
    for row, begin, length in zip(
        rows.tolist(), at[rows].tolist(), size[rows].tolist(), strict=True
    ):
        record = raw[begin : begin + length]
        if record in seen:
            repeated[row] = True
        seen.add(record)
    return repeated


def _publics(tables: Tables, symbols: SymbolTable, layout: Layout) -> NamedRecords:
    """S_PUB32 of every external name that is in the image, by address."""
    section = symbols.section
    ids = ((section >= 0) & (layout.number[np.maximum(section, 0)] > 0)).nonzero()[0]
    position = tables.names.positions[ids]
    named = tables.buffer[position] != _OWN
    ids, position = ids[named], position[named]
    name_size = lengths_of(tables.buffer, position)
    number = layout.number[section[ids]].astype(np.int64)
    starts = np.array([0, *(each.VirtualAddress for each in layout.headers)], np.int64)
    offset = layout.rva[section[ids]] + symbols.value[ids] - starts[number]
    order = np.lexsort([position, offset, number])
    position, name_size = position[order], name_size[order]
    number, offset = number[order], offset[order]
    executable = int(IMAGE_SCN.CNT_CODE)
    is_code = np.array([0, *(each.Characteristics & executable for each in layout.headers)])
    size = (_REFERENCE_HEAD + name_size + 4) & -4
    at = size.cumsum() - size
    data = np.zeros(int(size.sum()) + 8, np.uint8)
    halves, words = data[: len(data) & -2].view("<u2"), data[: len(data) & -4].view("<u4")
    halves[at >> 1] = size - 2
    halves[(at >> 1) + 1] = int(S.PUB32)
    words[(at >> 2) + 1] = np.where(is_code[number] > 0, _IS_FUNCTION, 0)
    words[(at >> 2) + 2] = offset
    halves[(at >> 1) + 6] = number
    data[ragged(at + _REFERENCE_HEAD, name_size)] = tables.buffer[ragged(position, name_size)]
    return NamedRecords(data, at, size, at + _REFERENCE_HEAD, name_size)
