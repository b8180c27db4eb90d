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
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import SUBSECTION, S
from ntbuild.pecoff.columns.arrays import Integers, ragged
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import dataclass

from .debug_sections import Subsections
from .name_hash import string_table
from .records import among
from .symbol_records import SymbolRecords
from .type_merge import MergedTypes

_KEPT: Final = (SUBSECTION.LINES, SUBSECTION.FILECHKSMS, SUBSECTION.INLINEELINES)
_SHARED: Final = 4
_ROOM: Final = 1 << 16
"""Texts may have this many times the bytes of their table, and some bytes more."""
_CHECKSUM_HEAD: Final = 6
"""Bytes of a checksum entry before the checksum: offset of the name, size, kind."""

_INLINEE_HEAD: Final = 4
"""Bytes of the signature of inlinee lines; bit 0 of it: entries have lists of more files."""
_INLINEE: Final = 12
"""Bytes of an entry: function, file, line; a count follows where there are more files."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """The files and line subsections of all objects."""

    files: tuple[tuple[bytes, ...], ...]
    """Per object: the names of its source files."""
    rows: Integers
    """The subsections for modules' streams, by object and in the order that they have there."""
    names: bytes
    """The stream ``/names``."""
    offsets: dict[bytes, int]
    """Where a name is in it."""


def lines(
    parts: Subsections,
    types: MergedTypes,
    objects: int,
    others: Sequence[tuple[int, bytes]],
    last: Sequence[bytes],
    source_path: str | None = None,
) -> Lines:
    """The lines of all objects; their subsections are renumbered in place. Raises FormatError.

    ``others`` are more names for ``/names``, each with its object: names of an object stand
    together, these first. ``last`` are names of no object. ``source_path`` is the folder of
    relative paths.
    """
    files, places = _files(parts, objects)
    if source_path is not None:
        files = tuple(tuple(_below(source_path, name) for name in names) for names in files)
        places = [(at, _below(source_path, name)) for at, name in places]
    offsets, names = string_table([b"", *_in_order(others, files), *last])
    data = parts.runs.data
    words = data[: len(data) & -4].view("<u4")
    entries = np.array([at for at, _ in places], np.int64)
    words[entries >> 2] = [offsets[name] for _, name in places]
    _renumber_inlinees(parts, types)
    kept = among(parts.kind, _KEPT).nonzero()[0]
    # By object; checksums, to which the others refer, stand behind them, as lld-link has it.
    behind = parts.kind.take(kept) == SUBSECTION.FILECHKSMS
    order = (parts.runs.object.take(kept).astype(np.int64) * 2 + behind).argsort(kind="stable")
    return Lines(files, kept.take(order), names, offsets)


def _in_order(
    others: Sequence[tuple[int, bytes]], files: Sequence[Sequence[bytes]]
) -> Iterator[bytes]:
    """Names by object; the files of an object behind its other names."""
    before: dict[int, list[bytes]] = {}
    for owner, name in others:
        before.setdefault(owner, []).append(name)
    for number, names in enumerate(files):
        yield from before.get(number, ())
        yield from names


def static_files(
    parts: Subsections, symbols: SymbolRecords
) -> tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]:
    """Names that S_FILESTATIC records refer to, each with its object, and with its place."""
    rows = (symbols.records.kind == S.FILESTATIC).nonzero()[0].tolist()
    tables = _string_tables(parts) if rows else {}
    owners: list[int] = []
    places: list[tuple[int, bytes]] = []
    texts: dict[int, _Texts] = {}
    for row in rows:
        at = int(symbols.records.at[row]) + 8
        owner = int(symbols.object[row])
        if owner not in texts:
            texts[owner] = _Texts(tables.get(owner, b""))
        name = texts[owner].at(int.from_bytes(symbols.data[at : at + 4].tobytes(), "little"))
        if name is not None:
            owners.append(owner)
            places.append((at, name))
    return [(owner, name) for owner, (_, name) in zip(owners, places, strict=True)], places


class _Texts:
    """The texts of one object's table of strings, each read once.

    Texts that end alike may share bytes. Those of compilers do not: a table in which everything
    is a part of everything would have texts of gigabytes, so what is too much is not there.
    """

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._known: dict[int, bytes | None] = {}
        self._left = _SHARED * len(table) + _ROOM

    def at(self, offset: int) -> bytes | None:
        """The text at an offset; None where the table has none."""
        if offset not in self._known:
            stop = self._table.find(b"\0", offset)
            self._left -= max(stop - offset, 0)
            usable = stop >= 0 and self._left >= 0
            self._known[offset] = self._table[offset:stop] if usable else None
        return self._known[offset]


def _string_tables(parts: Subsections) -> dict[int, bytes]:
    """The table of strings of each object that has one."""
    rows = parts.of(SUBSECTION.STRINGTABLE)
    return dict(zip(parts.runs.object.take(rows).tolist(), _contents(parts, rows), strict=True))


def _contents(parts: Subsections, rows: Integers) -> Iterator[bytes]:
    """The bytes of some subsections."""
    runs = parts.runs
    data = memoryview(runs.data)  # type: ignore[arg-type]
    for begin, end in zip(
        runs.begin.take(rows).tolist(), runs.end.take(rows).tolist(), strict=True
    ):
        yield data[begin:end].tobytes()


def _files(
    parts: Subsections, objects: int
) -> tuple[tuple[tuple[bytes, ...], ...], list[tuple[int, bytes]]]:
    """The files of each object, and where each checksum entry has the offset of its name."""
    runs = parts.runs
    tables = _string_tables(parts)
    rows = parts.of(SUBSECTION.FILECHKSMS)
    files: list[list[bytes]] = [[] for _ in range(objects)]
    places: list[tuple[int, bytes]] = []
    for row, data in zip(rows.tolist(), _contents(parts, rows), strict=True):
        owner, begin = int(runs.object[row]), int(runs.begin[row])
        texts = _Texts(tables.get(owner, b""))
        at = 0
        while at < len(data):
            end = at + _CHECKSUM_HEAD
            if end > len(data) or end + data[at + 4] > len(data):
                message = "a checksum passes the end of its subsection"
                raise runs.fault(row, begin + at, "file checksum", message)
            name = texts.at(int.from_bytes(data[at : at + 4], "little"))
            if name is None:
                message = "the name of a file is not in the object's table of strings"
                raise runs.fault(row, begin + at, "file checksum", message)
            files[owner].append(name)
            places.append((begin + at, name))
            at = (end + data[at + 4] + 3) & -4
    return tuple(map(tuple, files)), places


def _below(folder: str, name: bytes) -> bytes:
    """A path of a source as one below a folder, unless it is absolute on either system."""
    text = decoded(name)
    drive, rest = ntpath.splitdrive(text)
    if drive or rest.startswith(("\\", "/")):
        return name
    if folder.startswith("/"):
        return encoded(posixpath.normpath(posixpath.join(folder, text.replace("\\", "/"))))
    return encoded(ntpath.normpath(ntpath.join(folder, text)))


def _renumber_inlinees(parts: Subsections, types: MergedTypes) -> None:
    """Write merged numbers of ids into the lines of inlined functions."""
    runs = parts.runs
    words = runs.data[: len(runs.data) & -4].view("<u4")
    rows = parts.of(SUBSECTION.INLINEELINES)
    begin, end = runs.begin.take(rows), runs.end.take(rows)
    short = (end - begin < _INLINEE_HEAD).nonzero()[0]
    if len(short):
        row = int(rows[short[0]])
        message = "a subsection without a signature"
        raise runs.fault(row, int(runs.begin[row]), "inlinee lines", message)
    more_files = words.take(begin >> 2) & 1 != 0
    count = np.where(more_files, 0, (end - begin - _INLINEE_HEAD) // _INLINEE)
    places = [ragged(begin + _INLINEE_HEAD, count, _INLINEE)]
    owners = [runs.object.take(rows).repeat(count)]
    for each in more_files.nonzero()[0].tolist():
        found = _inlinees_with_files(words, int(begin[each]), int(end[each]))
        places.append(np.array(found, np.int64))
        owners.append(runs.object[rows[each]].repeat(len(found)))
    at = np.concatenate(places) >> 2
    words[at], _ = types.translated(np.concatenate(owners), words.take(at))


def _inlinees_with_files(words: npt.NDArray[np.uint32], begin: int, end: int) -> list[int]:
    """Positions of the ids in a subsection of entries with lists of more files."""
    found = []
    at = begin + _INLINEE_HEAD
    while at + _INLINEE + 4 <= end:
        found.append(at)
        at += _INLINEE + 4 + 4 * int(words[at + _INLINEE >> 2])
    return found
