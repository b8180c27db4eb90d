"""Lines and files: the C13 subsections that a module's stream ends with.

An object has a table of its file names, and checksums that name files by offsets in it. In a PDB
the names of all objects are in one stream (``/names``), so the offsets in checksums change; lines
name files by the offset of a checksum and stay as they are. Lines of inlined functions name the id
of the function, which is renumbered.

A relative path becomes one below /pdbsourcepath when that is given; else it stays as it is, so that
a PDB does not say where it was built.

Source: LLVM, ``DebugChecksumsSubsection`` and ``DebugInlineeLinesSubsection``; lld, ``PDB.cpp``.
"""

import ntpath
import posixpath
from pathlib import PureWindowsPath
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import SUBSECTION, S
from ntbuild.pecoff.columns.arrays import Bytes, Integers, ragged
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import dataclass

from .debug_sections import Subsections
from .name_hash import string_table
from .symbol_records import SymbolRecords
from .type_merge import MergedTypes

_KEPT: Final = (SUBSECTION.LINES, SUBSECTION.FILECHKSMS, SUBSECTION.INLINEELINES)
_CHECKSUM_HEAD: Final = 6
"""Bytes of a checksum entry before the checksum: offset of the name, size, kind."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The files and line subsections of all objects."""

    files: tuple[tuple[bytes, ...], ...]
    """Per object: the names of its source files."""
    streams: list[bytes]
    """Per object: the subsections for its module's stream."""
    names: bytes
    """The stream ``/names``."""
    offsets: dict[bytes, int]
    """Where a name is in it."""


def lines(
    parts: Subsections,
    types: MergedTypes,
    objects: int,
    others: tuple[bytes, ...],
    source_path: str | None = None,
) -> Lines:
    """The lines of all objects. Raises FormatError.

    ``others`` are more names for ``/names``, ``source_path`` the folder of relative paths.
    """
    files, places = _files(parts, objects)
    if source_path is not None:
        files = tuple(tuple(_below(source_path, name) for name in names) for names in files)
        places = [(at, _below(source_path, name)) for at, name in places]
    offsets, names = string_table([b"", *others, *(name for _, name in places)])
    data = parts.runs.data.copy()
    words = data[: len(data) & -4].view("<u4")
    for at, name in places:
        words[at >> 2] = offsets[name]
    _renumber_inlinees(data, parts, types)
    kept = np.isin(parts.kind, _KEPT).nonzero()[0]
    # By object; checksums, to which the others refer, stand behind them, as lld-link has it.
    last = parts.kind[kept] == SUBSECTION.FILECHKSMS
    kept = kept[np.lexsort([kept, last, parts.runs.object[kept]])]
    begin = parts.runs.begin[kept] - 8
    size = (parts.runs.end[kept] - begin + 3) & -4
    content = data[ragged(begin, size)].tobytes()
    totals = np.bincount(parts.runs.object[kept], size, objects).astype(np.int64)
    ends = totals.cumsum().tolist()
    streams = [content[first:end] for first, end in zip([0, *ends], ends, strict=False)]
    return Lines(files, streams, names, offsets)


def static_files(
    parts: Subsections, symbols: SymbolRecords
) -> tuple[tuple[bytes, ...], list[tuple[int, bytes]]]:
    """Names that S_FILESTATIC records refer to, and where each record has the name's offset."""
    runs = parts.runs
    tables = _string_tables(parts)
    data = runs.data.tobytes()
    places = []
    for row in (symbols.records.kind == S.FILESTATIC).nonzero()[0].tolist():
        at = int(symbols.records.at[row]) + 8
        begin, end = tables.get(int(symbols.object[row]), (0, 0))
        offset = begin + int.from_bytes(symbols.data[at : at + 4].tobytes(), "little")
        stop = data.find(b"\0", offset, end)
        if offset < end and stop >= 0:
            places.append((at, data[offset:stop]))
    return tuple(name for _, name in places), places


def _string_tables(parts: Subsections) -> dict[int, tuple[int, int]]:
    """Begin and end of the table of strings of each object that has one."""
    runs = parts.runs
    return {
        int(runs.object[row]): (int(runs.begin[row]), int(runs.end[row]))
        for row in parts.of(SUBSECTION.STRINGTABLE).tolist()
    }


def _files(
    parts: Subsections, objects: int
) -> tuple[tuple[tuple[bytes, ...], ...], list[tuple[int, bytes]]]:
    """The files of each object, and where each checksum entry has the offset of its name."""
    runs = parts.runs
    data = runs.data.tobytes()
    tables = _string_tables(parts)
    files: list[list[bytes]] = [[] for _ in range(objects)]
    places = []
    for row in parts.of(SUBSECTION.FILECHKSMS).tolist():
        owner = int(runs.object[row])
        begin, end = tables.get(owner, (0, 0))
        at, stop = int(runs.begin[row]), int(runs.end[row])
        while at < stop:
            if at + _CHECKSUM_HEAD > stop or at + _CHECKSUM_HEAD + data[at + 4] > stop:
                message = "a checksum passes the end of its subsection"
                raise runs.fault(row, at, "file checksum", message)
            offset = begin + int.from_bytes(data[at : at + 4], "little")
            stop_name = data.find(b"\0", offset, end)
            if offset >= end or stop_name < 0:
                message = "the name of a file is not in the object's table of strings"
                raise runs.fault(row, at, "file checksum", message)
            files[owner].append(data[offset:stop_name])
            places.append((at, files[owner][-1]))
            at = (at + _CHECKSUM_HEAD + data[at + 4] + 3) & -4
    return tuple(map(tuple, files)), places


def _below(folder: str, name: bytes) -> bytes:
    """A path of a source as one below a folder, unless it is absolute on either system."""
    text = decoded(name)
    if PureWindowsPath(text).root or PureWindowsPath(text).drive:
        return name
    if folder.startswith("/"):
        return encoded(posixpath.normpath(posixpath.join(folder, text.replace("\\", "/"))))
    return encoded(ntpath.normpath(ntpath.join(folder, text)))


def _renumber_inlinees(data: Bytes, parts: Subsections, types: MergedTypes) -> None:
    """Write merged numbers of ids into the lines of inlined functions."""
    runs = parts.runs
    words = data[: len(data) & -4].view("<u4")
    for row in parts.of(SUBSECTION.INLINEELINES).tolist():
        places = _inlinees(data, parts, row)
        if len(places):
            owner = runs.object[row].repeat(len(places))
            words[places >> 2], _ = types.translated(owner, words[places >> 2])


def _inlinees(data: Bytes, parts: Subsections, row: int) -> Integers:
    """Positions of the ids in one subsection: function, file, line, and perhaps more files."""
    begin, end = int(parts.runs.begin[row]), int(parts.runs.end[row])
    if end - begin < 4:
        raise parts.runs.fault(row, begin, "inlinee lines", "a subsection without a signature")
    has_more_files = int.from_bytes(data[begin : begin + 4].tobytes(), "little") & 1
    at = begin + 4
    if not has_more_files:
        return np.arange(at, end - 11, 12, dtype=np.int64)
    found = []
    while at + 16 <= end:
        found.append(at)
        at += 16 + 4 * int.from_bytes(data[at + 12 : at + 16].tobytes(), "little")
    return np.array(found, np.int64)
