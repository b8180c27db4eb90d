"""The source line of a place in an object, for messages: from its CodeView, or else its DWARF.

A link reads no debug information for this until there is something to say; then it reads that of
the objects that messages are about. What cannot be read has no line: the message stands without.

    lines = SourceLines(tables)
    f"{place}{lines.suffix(section, offset)}"      # a.obj:(Unload) (drivers/a.c:12)

Limit: the debug information of the first `_MOST_OBJECTS` objects is read, so that a link that fails
in a thousand places fails as soon as one that fails in ten.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import SUBSECTION
from ntbuild.pecoff.columns.arrays import Flags
from ntbuild.pecoff.dwarf.cursor import DwarfError
from ntbuild.pecoff.dwarf.functions import read_functions
from ntbuild.pecoff.dwarf.line_program import LineTable
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.read import read_relocations
from ntbuild.pecoff.pdb.symbol_file import NO_LINES, display_path, rows_of
from ntbuild.pelink.model import Tables
from ntbuild.support.text import decoded, printable

from .codeview import spelled
from .sections import dwarf_sections, has_dwarf

_MOST_OBJECTS: Final = 60
_CODEVIEW: Final = np.frombuffer(b".debug$S", "<u8")[0]
_LONGEST_NAME: Final = 4096
_FIRST: Final = 0x1000
"""An address for an object's first section; only differences count."""

_Line = tuple[int, str, int]
"""Offset in a section, file, line."""
_Piece = tuple[int, int, int, list[_Line]]
"""Section row, offset of the code in it and of what follows, and its lines."""


class SourceLines:
    """Lines of the objects of a link; each object is read once, when it is first asked for."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: dict[int, list[_Piece]] = {}

    def suffix(self, section: int, offset: int) -> str:
        """`` (file:line)`` of a place in a section row; empty when it is not known."""
        owner = int(self._tables.objects.sections.object[section])
        if owner not in self._known:
            if len(self._known) >= _MOST_OBJECTS:
                return ""
            self._known[owner] = self._pieces(owner)
        best: _Line = (-1, "", 0)
        for row, begin, end, lines in self._known[owner]:
            if row == section and begin <= offset < end:
                best = max((each for each in lines if each[0] <= offset), default=best, key=_offset)
        _, file, line = best
        return f" ({printable(display_path(file))}:{line})" if line else ""

    def _pieces(self, owner: int) -> list[_Piece]:
        try:
            found = list(self._of_codeview(owner))
            return found or list(self._of_dwarf(owner))
        except (FormatError, DwarfError):
            return []

    def _of_codeview(self, owner: int) -> Iterator[_Piece]:
        tables = self._tables
        sections, symbols = tables.objects.sections, tables.objects.symbols
        which: Flags = (sections.name_head == _CODEVIEW) & (sections.object == owner)
        which &= sections.position >= 0
        relocations = read_relocations(tables.buffer, tables.objects, which)
        targets = {
            (int(row), int(at)): int(symbol)
            for row, at, symbol in zip(
                relocations.section, relocations.offset, relocations.symbol, strict=True
            )
        }
        texts = sums = b""
        parts: list[tuple[int, bytes]] = []  # the symbol that begins the code, and its lines
        for row in which.nonzero()[0].tolist():
            begin = int(sections.position[row])
            data = tables.buffer[begin : begin + int(sections.size[row])].tobytes()
            for kind, at, part in _subsections(data):
                if kind == SUBSECTION.LINES and (row, at) in targets:
                    parts.append((targets[row, at], part))
                elif kind == SUBSECTION.STRINGTABLE:
                    texts = part
                elif kind == SUBSECTION.FILECHKSMS:
                    sums = part
        names = _Names(texts, sums)
        for symbol, part in parts:
            begin, home = int(symbols.value[symbol]), int(symbols.section[symbol])
            begin += int.from_bytes(part[:4], "little")
            size = int.from_bytes(part[8:12], "little")
            yield home, begin, begin + size, list(_rows(part, begin, names))

    def _of_dwarf(self, owner: int) -> Iterator[_Piece]:
        tables = self._tables
        if not has_dwarf(tables):
            return
        sections = tables.objects.sections
        rows = (sections.object == owner).nonzero()[0]
        # The object's sections one behind the other: DWARF has an address for each.
        size = (sections.size[rows] + 15) & -16
        addresses = np.zeros(len(sections), np.int64)
        addresses[rows] = _FIRST + size.cumsum() - size
        end = _FIRST + int(size.sum())
        objects = np.arange(len(tables.objects.objects.origins)) == owner
        for dwarf in dwarf_sections(tables, objects, addresses):
            for unit in read_functions(dwarf.sections, lambda at: _FIRST <= at < end):
                table = unit.lines or LineTable({}, ())
                files = {
                    number: decoded(spelled(each.path)) for number, each in table.files.items()
                }
                for lines, stop in table.sequences:
                    begin = lines[0].address
                    row = int(rows[addresses[rows].searchsorted(begin, "right") - 1])
                    base = int(addresses[row])
                    found = [
                        (line.address - base, files.get(line.file, "?"), line.line)
                        for line in lines
                    ]
                    yield row, begin - base, stop - base, found


def _offset(line: _Line) -> int:
    return line[0]


def _subsections(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Kind, offset and content of the subsections of ``.debug$S``, as far as they are whole."""
    at = 4
    while at + 8 <= len(data):
        kind = int.from_bytes(data[at : at + 4], "little")
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            return
        yield kind, at + 8, data[at + 8 : at + 8 + size]
        at = (at + 8 + size + 3) & -4


def _rows(part: bytes, begin: int, names: "_Names") -> Iterator[_Line]:
    """The rows of a subsection of lines whose code begins at an offset of its section."""
    for offset, file, line in rows_of(part):
        name = names.of(file)
        if name and line not in NO_LINES:
            yield begin + offset, name, line


class _Names:
    """The names of an object's files, by the offsets of their checksums."""

    def __init__(self, texts: bytes, sums: bytes) -> None:
        self._texts, self._sums = texts, sums
        self._known: dict[int, str] = {}

    def of(self, file: int) -> str:
        """The name of a file; empty when there is none."""
        if file not in self._known:
            begin = int.from_bytes(self._sums[file : file + 4], "little")
            stop = self._texts.find(b"\0", begin, begin + _LONGEST_NAME)
            self._known[file] = decoded(self._texts[begin:stop]) if stop >= 0 else ""
        return self._known[file]
