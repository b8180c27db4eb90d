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
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import NAME_OF_SYMBOL, S
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, ObjectRows
from ntbuild.pecoff.columns.names import lengths_of
from ntbuild.pecoff.columns.pieces import copy_pieces
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.support.values import dataclass

from .name_hash import hash_names
from .records import PADDING, lookup, numeric_sizes
from .repetition import repeated
from .symbol_records import SymbolRecords

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
_LOWER: Final = np.frombuffer(bytes(range(256)).lower(), np.uint8)
_SIZE_BITS: Final = 16
"""Bits of a name's length: a record has at most 64 KiB."""
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
    """The hash table over records that stand at ``offsets`` in their stream, ascending."""
    bucket = (hash_names(records.data, records.name_at, records.name_size) % _BUCKETS).astype(
        np.int64
    )
    order = _order(records, bucket)
    entries = np.empty((len(order), 2), "<u4")
    entries[:, 0] = offsets[order] + 1
    entries[:, 1] = 1
    bucket = bucket.take(order)
    first = _starts(bucket).nonzero()[0]
    bits = np.zeros(32 * _BITMAP_WORDS, np.uint8)
    bits[bucket[first]] = 1
    buckets = np.packbits(bits, bitorder="little").tobytes()
    buckets += (first * _IN_MEMORY).astype("<u4").tobytes()
    head = _GSI.pack(_GSI_SIGNATURE, _GSI_VERSION, 8 * len(order), len(buckets))
    return head + entries.tobytes() + buckets


def _order(records: NamedRecords, bucket: Integers) -> Integers:
    """Rows by bucket, length of the name, name without case, then row."""
    rows = np.arange(len(bucket))
    keys = bucket << _SIZE_BITS | np.minimum(records.name_size, (1 << _SIZE_BITS) - 1)
    order = np.sort(keys << 32 | rows) & 0xFFFFFFFF  # quicker than an argsort
    keys = keys.take(order)
    # Rows with a bucket and length that others have, too: place in ``order``, and group.
    group = _starts(keys).cumsum() - 1
    places = (np.bincount(group).take(group) > 1).nonzero()[0]
    group = group.take(places)
    rows = order.take(places)
    order[places] = rows.take(_by_name(_lower_case_words(records, rows), group))
    return order


def _starts(*columns: npt.NDArray[Any]) -> Flags:
    """Where a row differs from the one before it in any column; the first row does."""
    starts = np.zeros(len(columns[0]), np.bool_)
    for column in columns:
        starts[1:] |= column[1:] != column[:-1]
    starts[:1] = True
    return starts


def _by_name(words: npt.NDArray[np.uint64], group: Integers) -> Integers:
    """The order of names within groups: rows, of which a group's stay where the group is.

    ``words`` has a column a name. All names of a group are equal up to some word, by which they are
    put in order; those that it does not tell apart are a group of the next round. Equal names stay
    in the order of their rows.
    """
    row = np.arange(len(group))
    left = row
    while len(left):
        starts = _starts(group)
        number = starts.cumsum() - 1
        first = starts.nonzero()[0]
        these, leads = row.take(left), row.take(left.take(first)).take(number)
        differs = np.full(len(left), len(words))
        for word in range(len(words) - 1, -1, -1):
            differs[words[word].take(these) != words[word].take(leads)] = word
        word_of = np.minimum.reduceat(differs, first).take(number)
        some = (word_of < len(words)).nonzero()[0]  # not all names of the group are equal
        left, these, number = left.take(some), these.take(some), number.take(some)
        value = words[word_of.take(some), these]
        ordered = np.lexsort([value, number])
        row[left] = these.take(ordered)
        group = _starts(value.take(ordered), number).cumsum()
        several = (np.bincount(group).take(group) > 1).nonzero()[0]
        left, group = left.take(several), group.take(several)
    return row


def _lower_case_words(records: NamedRecords, rows: Integers) -> npt.NDArray[np.uint64]:
    """The names of some rows as words of eight bytes: one row is a word of every name.

    The first byte of a word is the most significant. ASCII letters only have a case, as in
    microsoft-pdb. Names are cut after `_COMPARED` bytes.
    """
    size = np.minimum(records.name_size.take(rows), _COMPARED)
    words = max(-(-int(size.max()) // 8), 1) if len(size) else 1
    text = np.zeros(len(size) * 8 * words, np.uint8)
    at = np.arange(len(size)) * 8 * words
    copy_pieces(records.data, text, records.name_at.take(rows), at, size)
    names = _LOWER.take(text).view(">u8").reshape(len(size), words)
    return np.ascontiguousarray(names.T, np.uint64)


def _globals(symbols: SymbolRecords, modules: ObjectRows) -> NamedRecords:
    """The records of the table of globals, in link order; equal typedefs and constants once."""
    rows = symbols.is_global.nonzero()[0]
    kind = symbols.records.kind.take(rows)
    once = ((kind == S.UDT) | (kind == S.CONSTANT)).nonzero()[0]
    again = repeated(
        symbols.data, symbols.records.at.take(rows[once]), symbols.records.size.take(rows[once])
    )
    kept = np.ones(len(rows), np.bool_)
    kept[once[again]] = False
    rows, kind = rows[kept], kind[kept]
    data = symbols.data
    record_at, record_size = symbols.records.at.take(rows), symbols.records.size.take(rows)
    name_at = record_at + _NAME_AT.take(kind)
    constants = (kind == S.CONSTANT).nonzero()[0]
    value_at = record_at[constants] + 8
    sizes = numeric_sizes(data, np.minimum(value_at, len(data) - 2))
    name_at[constants] = value_at + np.maximum(sizes, 0)
    name_size = lengths_of(data, np.minimum(name_at, len(data) - PADDING))
    refers = symbols.is_procedure[rows]
    size = np.where(refers, (_REFERENCE_HEAD + name_size + 4) & -4, record_size)
    at = size.cumsum() - size
    made = np.zeros(int(size.sum()) + 8, np.uint8)
    plain = ~refers
    copy_pieces(data, made, record_at[plain], at[plain], size[plain])
    _write_references(made, at[refers], size[refers], symbols, rows[refers], modules)
    copy_pieces(data, made, name_at[refers], at[refers] + _REFERENCE_HEAD, name_size[refers])
    within = np.where(refers, _REFERENCE_HEAD, name_at - record_at)
    return NamedRecords(made, at, size, at + within, name_size)


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
    order = np.lexsort([position, number << 40 | offset])
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
    copy_pieces(tables.buffer, data, position, at + _REFERENCE_HEAD, name_size)
    return NamedRecords(data, at, size, at + _REFERENCE_HEAD, name_size)
