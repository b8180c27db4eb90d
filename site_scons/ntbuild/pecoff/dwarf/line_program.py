"""Line programs: which address comes from which line of which file (``.debug_line``).

A program makes rows of address, file and line; a sequence is rows of ascending addresses whose
last one only says where the code ends. A function in a section of its own has a sequence of its
own. Where several rows have the same address, the last one counts.

Source: DWARF Debugging Information Format 5, 6.2; DWARF 2 to 4 for older programs.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from ntbuild.support.values import dataclass

from .cursor import Budget, Cursor, DwarfError
from .numbers import FORM, LNCT, LNE, LNS

_VERSIONS: Final = range(2, 6)


class Row(NamedTuple):
    """From this address on, the code comes from this line."""

    address: int
    file: int
    """Index into the files of the program, as its version counts them."""
    line: int
    """0 for code that comes from no line."""
    is_statement: bool


class SourceFile(NamedTuple):
    """A source file: its path as the compiler knew it, and the MD5 of its content or nothing."""

    path: bytes
    md5: bytes = b""


@dataclass(frozen=True, slots=True)
class LineTable:
    """The rows of a line program."""

    files: Mapping[int, SourceFile]
    sequences: tuple[tuple[tuple[Row, ...], int], ...]
    """Rows, and the address behind the code of the last one."""


@dataclass(frozen=True, slots=True)
class _Header:
    """What the opcodes of a program mean."""

    version: int
    step: int
    """Bytes of the shortest instruction."""
    starts_as_statement: bool
    line_base: int
    line_range: int
    lengths: bytes
    """Numbers that each standard opcode has, from opcode 1 on."""


def read_line_table(
    sections: Mapping[str, bytes], offset: int, folder: bytes, budget: Budget
) -> LineTable:
    """The line program at an offset of ``.debug_line``; ``folder`` is that of the compilation.

    Raises DwarfError.
    """
    name = ".debug_line"
    cursor, width = Cursor(name, sections.get(name, b""), offset).unit()
    budget.spend(cursor.end - cursor.at)
    version = cursor.number(2)
    if version not in _VERSIONS:
        raise DwarfError(f"a line program of DWARF version {version}: known are 2 to 5")
    if version >= 5:
        cursor.number(2)  # sizes of an address and of a segment selector
    size = cursor.number(width)
    program = Cursor(name, cursor.data, cursor.at + size, cursor.end)
    step = cursor.number(1)
    if version >= 4:
        cursor.number(1)  # operations of an instruction: of VLIW processors
    starts_as_statement = bool(cursor.number(1))
    base, line_range, opcode_base = cursor.number(1), cursor.number(1), cursor.number(1)
    lengths = cursor.block(max(opcode_base - 1, 0))
    base -= (base & 0x80) << 1
    if not line_range or not opcode_base:
        raise DwarfError(f"a line program at {offset:#x} with a range or an opcode base of zero")
    header = _Header(version, step, starts_as_statement, base, line_range, lengths)
    if version >= 5:
        folders = [path for path, _, _ in _entries(cursor, sections, width)]
        listed = dict(enumerate(_entries(cursor, sections, width)))
    else:
        folders, listed = _old_tables(cursor, folder)
    files = {
        number: SourceFile(_joined(folder, folders, path, index), md5)
        for number, (path, index, md5) in listed.items()
    }
    return LineTable(files, tuple(_sequences(program, header)))


_Entry = tuple[bytes, int, bytes]
"""A path, the index of its folder, and an MD5 or nothing."""


def _old_tables(cursor: Cursor, folder: bytes) -> tuple[list[bytes], dict[int, _Entry]]:
    """Folders and files up to DWARF 4: both are counted from 1, and folder 0 is the unit's."""
    folders = [folder]
    while path := cursor.text():
        folders.append(path)
    files: dict[int, _Entry] = {}
    while path := cursor.text():
        index, _, _ = cursor.unsigned(), cursor.unsigned(), cursor.unsigned()
        files[len(files) + 1] = (path, index, b"")
    return folders, files


def _entries(cursor: Cursor, sections: Mapping[str, bytes], width: int) -> list[_Entry]:
    """A table of folders or of files of DWARF 5, which says of what its entries consist."""
    parts = [(cursor.unsigned(), cursor.unsigned()) for _ in range(cursor.number(1))]
    count = cursor.unsigned()
    if count > cursor.end - cursor.at:  # each entry has a byte at least
        raise DwarfError(f"a line program with a table of {count} entries, longer than itself")
    found = []
    for _ in range(count):
        path, index, md5 = b"", 0, b""
        for kind, form in parts:
            value = _value(cursor, sections, form, width)
            if kind == LNCT.PATH and isinstance(value, bytes):
                path = value
            elif kind == LNCT.DIRECTORY_INDEX and isinstance(value, int):
                index = value
            elif kind == LNCT.MD5 and isinstance(value, bytes):
                md5 = value
        found.append((path, index, md5))
    return found


_NUMBERS: Final = {FORM.DATA1: 1, FORM.DATA2: 2, FORM.DATA4: 4, FORM.DATA8: 8}
_TEXTS: Final = {FORM.STRP: ".debug_str", FORM.LINE_STRP: ".debug_line_str"}


def _value(cursor: Cursor, sections: Mapping[str, bytes], form: int, width: int) -> bytes | int:
    """A part of an entry."""
    if form in _TEXTS:
        name = _TEXTS[FORM(form)]
        return Cursor(name, sections.get(name, b""), cursor.number(width)).text()
    if form in _NUMBERS:
        return cursor.number(_NUMBERS[FORM(form)])
    match form:
        case FORM.STRING:
            return cursor.text()
        case FORM.UDATA:
            return cursor.unsigned()
        case FORM.DATA16:
            return cursor.block(16)
        case FORM.BLOCK:
            return cursor.block(cursor.unsigned())
    raise DwarfError(f"a line program whose tables have the form {form:#x}")


def _joined(folder: bytes, folders: list[bytes], path: bytes, index: int) -> bytes:
    """A file's path with its folder, and that with the compilation's, where they are relative."""
    if not _is_absolute(path) and index < len(folders) and folders[index]:
        path = folders[index] + b"/" + path
    if not _is_absolute(path) and folder and index:  # folder 0 is the compilation's
        path = folder + b"/" + path
    return path


def _is_absolute(path: bytes) -> bool:
    return path[:1] in (b"/", b"\\") or path[1:2] == b":"


class _Machine:
    """The registers of a line program, and the rows that it has made."""

    def __init__(self, header: _Header) -> None:
        self.header = header
        self.rows: list[Row] = []
        self.sequences: list[tuple[tuple[Row, ...], int]] = []
        self.reset()

    def reset(self) -> None:
        """As a sequence begins."""
        self.address, self.file, self.line = 0, 1, 1
        self.statement = self.header.starts_as_statement

    def add_row(self) -> None:
        self.rows.append(Row(self.address, self.file, self.line, self.statement))

    def end_sequence(self) -> None:
        self.sequences.append((tuple(self.rows), self.address))
        self.rows = []
        self.reset()

    def standard(self, opcode: int, cursor: Cursor) -> None:
        """Run a standard opcode that makes no row."""
        header = self.header
        match opcode:
            case LNS.ADVANCE_PC:
                self.address += cursor.unsigned() * header.step
            case LNS.ADVANCE_LINE:
                self.line += cursor.signed()
            case LNS.SET_FILE:
                self.file = cursor.unsigned()
            case LNS.NEGATE_STMT:
                self.statement = not self.statement
            case LNS.CONST_ADD_PC:
                last = 255 - (len(header.lengths) + 1)
                self.address += last // header.line_range * header.step
            case LNS.FIXED_ADVANCE_PC:
                self.address += cursor.number(2)
            case _:
                for _ in range(header.lengths[opcode - 1]):
                    cursor.unsigned()

    def extended(self, part: Cursor) -> None:
        """Run an extended opcode, which is all of ``part``."""
        opcode = part.number(1) if part.end else 0
        if opcode == LNE.END_SEQUENCE:
            self.end_sequence()
        elif opcode == LNE.SET_ADDRESS:
            self.address = part.number(part.end - part.at)


def _sequences(cursor: Cursor, header: _Header) -> list[tuple[tuple[Row, ...], int]]:
    """Run the program."""
    machine = _Machine(header)
    first_special = len(header.lengths) + 1
    while cursor.at < cursor.end:
        opcode = cursor.number(1)
        if opcode >= first_special:
            advance, delta = divmod(opcode - first_special, header.line_range)
            machine.address += advance * header.step
            machine.line += header.line_base + delta
            machine.add_row()
        elif opcode == LNS.COPY:
            machine.add_row()
        elif opcode == LNS.EXTENDED:
            size = cursor.unsigned()
            machine.extended(Cursor(cursor.section, cursor.block(size)))
        else:
            machine.standard(opcode, cursor)
    return machine.sequences
