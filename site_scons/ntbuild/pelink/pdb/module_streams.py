"""The streams of all modules, in one array: signature, symbols, lines, an empty list of globals.

Records and subsections of an object that go into its stream follow each other in its sections for
the most part, so they are copied in runs.
"""

from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import SIGNATURE
from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers
from ntbuild.pecoff.columns.pieces import copy_pieces, copy_runs
from ntbuild.support.values import dataclass

from .debug_sections import Subsections
from .lines import Lines
from .symbol_records import STREAM_HEAD, SymbolRecords

END: Final = 4
"""Bytes of the empty list of globals at the end."""


@dataclass(frozen=True, slots=True, eq=False)
class ModuleStreams:
    """Columns have an entry an object; all are zero for an object without a stream."""

    data: Bytes
    begin: Integers
    """Where the object's stream begins in ``data``."""
    symbols_size: Integers
    """Bytes of its symbols, the signature included."""
    lines_size: Integers


def module_streams(
    symbols: SymbolRecords, parts: Subsections, lines: Lines, has_stream: Flags
) -> ModuleStreams:
    """The streams of the objects that have one."""
    count = len(has_stream)
    runs = parts.runs
    line_owner = runs.object.take(lines.rows)
    line_at = runs.begin.take(lines.rows) - 8
    line_size = (runs.end.take(lines.rows) - line_at + 3) & -4
    symbols_size = (symbols.stream_size + STREAM_HEAD) * has_stream
    lines_size = np.bincount(line_owner, line_size, count).astype(np.int64)
    total = symbols_size + (lines_size + END) * has_stream
    begin = total.cumsum() - total
    data = np.zeros(int(total.sum()), np.uint8)
    data[: len(data) & -4].view("<u4")[begin[has_stream] >> 2] = SIGNATURE
    _copy_symbols(symbols, data, begin)
    # Subsections of one object are adjacent: offsets count from its first one.
    offset = line_size.cumsum() - line_size - (lines_size.cumsum() - lines_size).take(line_owner)
    at = (begin + symbols_size).take(line_owner) + offset
    copy_runs(runs.data, data, line_at, at, line_size)
    return ModuleStreams(data, begin, symbols_size, lines_size)


def _copy_symbols(symbols: SymbolRecords, data: Bytes, begin: Integers) -> None:
    """Copy records into the streams, as runs of those that follow each other in both."""
    rows = symbols.in_module.nonzero()[0]
    at, size = symbols.records.at.take(rows), symbols.records.size.take(rows)
    owner = symbols.object.take(rows)
    # Those of one object follow each other in its stream.
    begins = np.ones(len(rows), np.bool_)
    begins[1:] = (at[1:] != at[:-1] + size[:-1]) | (owner[1:] != owner[:-1])
    first = begins.nonzero()[0]
    to = begin.take(owner.take(first)) + symbols.offset.take(rows.take(first))
    length = np.add.reduceat(size, first) if len(first) else size
    copy_pieces(symbols.data, data, at.take(first), to, length)
