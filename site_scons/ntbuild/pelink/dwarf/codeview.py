r"""CodeView made of DWARF: functions, source files and lines, as the subsections of ``.debug$S``.

The addresses are final, so nothing is left to relocate. DWARF's types are not translated: a
function has a type without known arguments, ``void (...)``, as lldb takes none without a type.
Files are spelled as clang spells them in CodeView: one below the compilation's folder as
``.\drivers\x.c``, an absolute one of Unix as it is.

Source: LLVM, "CodeView Symbol Records" and ``CodeViewDebug`` (which records a debugger reads);
microsoft-pdb, ``include/cvinfo.h``.
"""

import ntpath
import posixpath
import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from ntbuild.pecoff.codeview.kinds import CV_CPU, FIRST_TYPE, LF, SIGNATURE, SUBSECTION, S
from ntbuild.pecoff.dwarf.functions import CompiledUnit
from ntbuild.pecoff.dwarf.line_program import Row, SourceFile
from ntbuild.pelink.model import LaidOutSection
from ntbuild.support.text import decoded, encoded

_HIDDEN: Final = 0xF00F00
"""The line of code that comes from no line: a debugger does not stop there."""
_LAST_LINE: Final = 0xFEEFED
"""The last line that means a line; the numbers behind it have a meaning of their own."""
_STATEMENT: Final = 1 << 31
_MD5: Final = 1
_LONGEST_NAME: Final = 0xF000
"""Bytes of a name: a record has less than 64 KiB."""
_BACKEND: Final = (14, 10, 25019, 0)

_C, _CPP, _MASM, _RUST = 0, 1, 3, 0x15
_LANGUAGES: Final = {
    **dict.fromkeys((0x01, 0x02, 0x0C, 0x1D, 0x2C), _C),
    **dict.fromkeys((0x04, 0x1A, 0x21, 0x2B, 0x2E), _CPP),
    0x1C: _RUST,
    0x8001: _MASM,
}
"""CV_CFL_LANG by DW_LANG."""


_FUNCTION: Final = FIRST_TYPE + 1
"""The number of the type of all functions in `FUNCTION_TYPES`."""


class Segment(NamedTuple):
    """An output section: its number, and its addresses."""

    number: int
    begin: int
    end: int


class Segments:
    """The output sections of an image, by address."""

    def __init__(self, headers: Sequence[LaidOutSection]) -> None:
        self.all = tuple(
            Segment(number, each.VirtualAddress, each.VirtualAddress + each.VirtualSize)
            for number, each in enumerate(headers, 1)
        )
        self._begins = [each.begin for each in self.all]

    def of(self, address: int) -> Segment | None:
        """The section that an RVA is in."""
        index = bisect_right(self._begins, address) - 1
        found = self.all[index] if index >= 0 else None
        return found if found and address < found.end else None

    def __contains__(self, address: int) -> bool:
        return self.of(address) is not None


def codeview_of(units: Sequence[CompiledUnit], segments: Segments, machine: int) -> bytes:
    """A ``.debug$S`` section with what the units of an object say; ``machine``: of the image."""
    symbols = [_compiler(units[0], machine)] if units else []
    functions = sorted((each for unit in units for each in unit.functions), key=lambda f: f.low)
    for each in functions:
        segment = segments.of(each.low)
        if segment is not None:
            kind = S.GPROC32 if each.is_external else S.LPROC32
            size = min(each.high, segment.end) - each.low
            place = (each.low - segment.begin, segment.number, 0)
            body = struct.pack("<7IIHB", 0, 0, 0, size, 0, 0, _FUNCTION, *place)
            symbols.append(_record(kind, body + each.name[:_LONGEST_NAME] + b"\0"))
            symbols.append(_record(S.END, b""))
    starts = [each.low for each in functions]
    files = _Files()
    lines = [_subsection(SUBSECTION.LINES, part) for part in _lines(units, starts, segments, files)]
    return b"".join(
        [
            struct.pack("<I", SIGNATURE),
            _subsection(SUBSECTION.SYMBOLS, b"".join(symbols)),
            *lines,
            *([_subsection(SUBSECTION.FILECHKSMS, bytes(files.checksums))] if lines else []),
            *([_subsection(SUBSECTION.STRINGTABLE, bytes(files.names))] if lines else []),
        ]
    )


def _record(kind: S | LF, body: bytes) -> bytes:
    padded = body + bytes(-len(body) % 4)
    return struct.pack("<HH", len(padded) + 2, int(kind)) + padded


FUNCTION_TYPES: Final = _record(LF.ARGLIST, struct.pack("<II", 1, 0)) + _record(
    LF.PROCEDURE, struct.pack("<IBBHI", 3, 0, 0, 1, FIRST_TYPE)
)
"""The type records of an object with DWARF. The result is void because lldb needs a type there."""


def _subsection(kind: SUBSECTION, body: bytes) -> bytes:
    return struct.pack("<II", int(kind), len(body)) + body + bytes(-len(body) % 4)


def _compiler(unit: CompiledUnit, machine: int) -> bytes:
    """S_COMPILE3: the language, the processor and the compiler's name."""
    language = _LANGUAGES.get(unit.language, _C)
    version = struct.pack("<IH4H4H", language, CV_CPU[machine], 0, 0, 0, 0, *_BACKEND)
    return _record(S.COMPILE3, version + unit.producer[:_LONGEST_NAME] + b"\0")


class _Files:
    """The table of file names and that of checksums, which grow with each new file."""

    def __init__(self) -> None:
        self.names = bytearray(b"\0")
        self.checksums = bytearray()
        self._known: dict[bytes, int] = {}

    def offset(self, file: SourceFile) -> int:
        """The offset of a file's checksum, by which lines name the file."""
        name = spelled(file.path)
        if name not in self._known:
            self._known[name] = len(self.checksums)
            head = (len(self.names), len(file.md5), _MD5 if file.md5 else 0)
            entry = struct.pack("<IBB", *head) + file.md5
            self.checksums += entry + bytes(-len(entry) % 4)
            self.names += name + b"\0"
        return self._known[name]


def spelled(path: bytes) -> bytes:
    """A path as CodeView of clang has it."""
    text = decoded(path)
    if text.startswith("/"):
        return encoded(posixpath.normpath(text))
    text = ntpath.normpath(text)
    is_absolute = ntpath.splitdrive(text)[0] or text.startswith("\\")
    return encoded(text if is_absolute else f".\\{text}")


def _lines(
    units: Sequence[CompiledUnit], starts: Sequence[int], segments: Segments, files: _Files
) -> Iterator[bytes]:
    """The subsections of lines: one for each function, and one for code between functions."""
    unknown = SourceFile(b"?")
    for unit in units:
        table = unit.lines
        known: dict[int, int] = {}
        for rows, end in table.sequences if table else ():
            segment = segments.of(rows[0].address)
            if segment is None or table is None:
                continue
            last = min(end, segment.end)
            inside = (row for row in rows if segment.begin <= row.address < last)
            kept = _distinct(sorted(inside, key=lambda row: row.address))
            for part, stop in _by_function(kept, last, starts):
                for row in part:
                    if row.file not in known:
                        known[row.file] = files.offset(table.files.get(row.file, unknown))
                numbered = [(known[row.file], row) for row in part]
                yield _block(numbered, stop, segment)


def _distinct(rows: Sequence[Row]) -> list[Row]:
    """The rows of which each is the last of its address and changes anything.

    Code at which one of several rows begins a statement is the beginning of one.
    """
    kept: list[Row] = []
    for each in rows:
        row = each
        if kept and kept[-1].address == row.address:
            row = row._replace(is_statement=row.is_statement or kept.pop().is_statement)
        last = kept[-1] if kept else None
        same_line = last and last[1:3] == row[1:3]
        if not last or not same_line or row.is_statement > last.is_statement:
            kept.append(row)
    return kept


def _by_function(
    rows: list[Row], end: int, starts: Sequence[int]
) -> Iterator[tuple[list[Row], int]]:
    """Parts of a sequence that begin at a function, each with the address behind it.

    Where no row begins at the function, the one before it does so in its place.
    """
    if not rows:
        return
    begin = rows[0].address
    first = bisect_right(starts, begin)
    cuts = [each for each in starts[first : bisect_right(starts, end - 1)] if each < end]
    at = 0
    part: list[Row] = []
    for cut in [*dict.fromkeys(cuts), end]:
        while at < len(rows) and rows[at].address < cut:
            part.append(rows[at])
            at += 1
        yield part, cut
        last = part[-1]
        part = [] if at < len(rows) and rows[at].address == cut else [last._replace(address=cut)]


def _block(rows: list[tuple[int, Row]], end: int, segment: Segment) -> bytes:
    """The lines of a range of code: a block for each run of rows of one file."""
    begin = rows[0][1].address
    blocks = []
    at = 0
    while at < len(rows):
        file = rows[at][0]
        stop = at
        while stop < len(rows) and rows[stop][0] == file:
            stop += 1
        run = [(row.address - begin, _line(row)) for _, row in rows[at:stop]]
        blocks.append(struct.pack("<III", file, len(run), 12 + 8 * len(run)))
        blocks += [struct.pack("<II", *pair) for pair in run]
        at = stop
    head = struct.pack("<IHHI", begin - segment.begin, segment.number, 0, end - begin)
    return head + b"".join(blocks)


def _line(row: Row) -> int:
    if not 0 < row.line <= _LAST_LINE:
        return _STATEMENT | _HIDDEN
    return row.line | (_STATEMENT if row.is_statement else 0)
