"""Write archives: objects and import members with both linker members, as lib.exe does.

The symbol index must name exactly what a linker will find in each object. The objects' symbol
tables are read here for it, one object at a time and without numpy; every offset is checked,
because archives are made of files that no linker has read yet.

Source: Microsoft "PE Format", "Archive (Library) File Format"; the order of members and of
symbols, padding and the treatment of doubles follow llvm-lib 19, which the tests compare with.
"""

from collections.abc import Iterable, Mapping, Sequence
from struct import Struct
from typing import Final

from ntbuild.pecoff.constants import (
    BIGOBJ_CLASS_ID,
    IMAGE_ARCHIVE_START,
    IMAGE_ARCHIVE_THIN_START,
    IMAGE_SYM_CLASS,
    IMAGE_WEAK_EXTERN,
    IMPORT_OBJECT_TYPE,
)
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import Machine, machine_of
from ntbuild.pecoff.object.import_object import is_import_object, read_import_object
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

__all__ = ["ArchiveMember", "archive_of", "object_symbols", "write_archive"]

_FILE_HEADER: Final = Struct("<HHIIIHH")
_BIGOBJ_HEADER: Final = Struct("<HHHHI16sIIIIIII")
_SYMBOL: Final = Struct("<8sIhHBB")
_SYMBOL_EX: Final = Struct("<8sIiHBB")

_EXTERNAL: Final = int(IMAGE_SYM_CLASS.EXTERNAL)
_WEAK: Final = int(IMAGE_SYM_CLASS.WEAK_EXTERNAL)
_ALIAS: Final = int(IMAGE_WEAK_EXTERN.SEARCH_ALIAS)

_OTHER_FILES: Final = (
    (b"BC\xc0\xde", "LLVM bitcode", "compile without -flto"),
    (b"\xde\xc0\x17\x0b", "wrapped LLVM bitcode", "compile without -flto"),
    (b"\x7fELF", "an ELF object", "compile for a Windows target"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O object", "compile for a Windows target"),
    (b"MZ", "an image", "its import library is what can be archived"),
)
# The empty entry that starts every .res file: DataSize 0, HeaderSize 32, type and name ordinal 0.
_RESOURCE_START: Final = bytes.fromhex("0000000020000000ffff0000ffff0000")


@dataclass(frozen=True, slots=True)
class ArchiveMember:
    """A member to write: its name, bytes, and the external symbols that load it."""

    name: str
    data: bytes
    symbols: tuple[bytes, ...]


def write_archive(
    members: Sequence[tuple[str, bytes]],
    machine: Machine | None = None,
    places: Sequence[str] = (),
    *,
    thin: bool = False,
) -> bytes:
    """An archive of (name, bytes) in the order given; the same bytes for the same members.

    Every member must be of ``machine``, or of the first member's machine. ``places`` names the
    members in messages (default: their names). A ``thin`` archive only has the members' names,
    which are paths from its folder. Raises LinkError for a member that is not a COFF
    object, import member or resource file, and for damaged symbol tables.
    """
    written = []
    for (name, data), place in zip(members, places or [name for name, _ in members], strict=True):
        member, number = _member(name, data, machine, place)
        machine = machine or machine_of(number)
        written.append(member)
    return _thin_archive_of(written) if thin else archive_of(written)


def archive_of(members: Sequence[ArchiveMember]) -> bytes:
    """The archive of members whose symbols are known; of equal symbols the first member counts.

    The second linker member counts members in 16 bits; a larger archive has only the first linker
    member, as llvm-lib writes it. Raises LinkError above 4 GiB.
    """
    sorted_index = len(members) <= 0xFFFF
    owner: dict[bytes, int] = {}
    for index, member in enumerate(members):
        for symbol in member.symbols:
            owner.setdefault(symbol, index)
    names, long_names = _name_fields([member.name for member in members])
    blob_size = sum(map(len, owner)) + len(owner)
    # First linker member: count, a big-endian member offset for each symbol, names.
    # Second: member count, offsets, symbol count, 16-bit member numbers, names; little-endian.
    first_size = 4 + 4 * len(owner) + blob_size
    second_size = 4 + 4 * len(members) + 4 + 2 * len(owner) + blob_size
    position = len(IMAGE_ARCHIVE_START) + 60 + _even(first_size)
    position += 60 + _even(second_size) if sorted_index else 0
    if long_names:
        position += 60 + _even(len(long_names))
    # A member is a header of 60 bytes and its data, padded to an even position.
    offsets = []
    for member in members:
        offsets.append(position)
        position += 60 + _even(len(member.data))
    if position > 0xFFFFFFFF:
        raise LinkError.of(f"an archive of {position} bytes: the format has room for 4 GiB")

    first = b"".join(
        (
            len(owner).to_bytes(4, "big"),
            Struct(f">{len(owner)}I").pack(*(offsets[index] for index in owner.values())),
            _strings(owner),
        )
    )
    parts = [IMAGE_ARCHIVE_START, _linker_member(first)]
    if sorted_index:
        parts.append(_linker_member(_second_member(owner, offsets)))
    if long_names:
        size = _even(len(long_names))
        # Date, owner, group and mode of this header are blank: 48 bytes with the name.
        parts.append(b"//".ljust(48) + b"%-10d`\n" % size + long_names.ljust(size, b"\n"))
    for field, member in zip(names, members, strict=True):
        parts.append(_header(field, len(member.data), mode=b"644"))
        parts.append(member.data)
        parts.append(b"\n" * (len(member.data) & 1))
    return b"".join(parts)


def _thin_archive_of(members: Sequence[ArchiveMember]) -> bytes:
    """A thin archive: an index of symbols and the members' paths, whose bytes stay in their files.

    llvm-lib writes it in GNU ar's form: one linker member, every name in the ``//`` table.
    """
    # Unlike other archives, a symbol that several members define is listed once for each.
    index = [(symbol, number) for number, member in enumerate(members) for symbol in member.symbols]
    table, starts = bytearray(), []
    for member in members:
        starts.append(len(table))
        table += member.name.encode("utf-8", "surrogateescape") + b"/\n"
    table += b"\n" * (len(table) & 1)
    index_size = 4 + 4 * len(index) + sum(len(symbol) + 1 for symbol, _ in index)
    # Headers of members stand one after the other, with nothing between them.
    first = len(IMAGE_ARCHIVE_THIN_START) + 60 + _even(index_size) + 60 + len(table)
    blob = b"".join(
        (
            len(index).to_bytes(4, "big"),
            Struct(f">{len(index)}I").pack(*(first + 60 * number for _, number in index)),
            _strings(symbol for symbol, _ in index),
        )
    )
    parts = [IMAGE_ARCHIVE_THIN_START, _linker_member(blob)]
    parts.append(b"//".ljust(48) + b"%-10d`\n" % len(table) + table)
    for start, member in zip(starts, members, strict=True):
        parts.append(_header(b"/%d" % start, len(member.data), mode=b"644"))
    return b"".join(parts)


def _second_member(owner: Mapping[bytes, int], offsets: Sequence[int]) -> bytes:
    """The second linker member: member offsets, then sorted names with member numbers from 1."""
    names = sorted(owner)
    return b"".join(
        (
            Struct(f"<I{len(offsets)}I").pack(len(offsets), *offsets),
            Struct(f"<I{len(owner)}H").pack(len(owner), *(owner[name] + 1 for name in names)),
            _strings(names),
        )
    )


def _even(size: int) -> int:
    return size + (size & 1)


def _strings(names: Iterable[bytes]) -> bytes:
    return b"".join(name + b"\0" for name in names)


def _header(name: bytes, size: int, *, mode: bytes = b"0") -> bytes:
    return b"%-16s0           0     0     %-8s%-10d`\n" % (name, mode, size)


def _linker_member(data: bytes) -> bytes:
    # Linker members count their padding as data; other members do not.
    size = _even(len(data))
    return _header(b"/", size) + data.ljust(size, b"\0")


def _name_fields(names: Sequence[str]) -> tuple[list[bytes], bytes]:
    """Each member's name field, and the ``//`` table of names that do not fit into the field."""
    fields, table = [], bytearray()
    known: dict[bytes, bytes] = {}
    for name in names:
        raw = name.encode("utf-8", "backslashreplace")
        if len(raw) < 16 and b"/" not in raw:
            fields.append(raw + b"/")
            continue
        if raw not in known:
            known[raw] = b"/%d" % len(table)
            table += raw + b"\0"
        fields.append(known[raw])
    return fields, bytes(table)


# --- what an object defines ----------------------------------------------------------------------


def _member(
    name: str, data: bytes, machine: Machine | None, place: str
) -> tuple[ArchiveMember, int]:
    try:
        number, symbols = object_symbols(data, place)
    except FormatError as error:
        raise LinkError.of(str(error), hint=error.hint) from None
    if machine is not None and number not in (0, int(machine.id)):
        other = machine_of(number)
        raise LinkError.of(
            f"machine type {other.name if other else hex(number)} conflicts with {machine.name}",
            place=place,
        )
    return ArchiveMember(name, data, symbols), number


def object_symbols(data: bytes, file: str) -> tuple[int, tuple[bytes, ...]]:
    """The machine of an object (0: any) and the external symbols that it defines.

    Takes COFF and bigobj objects, short import members and .res files (which define nothing).
    Raises FormatError for anything else and for damaged tables.
    """
    view = memoryview(data)
    for start, kind, hint in _OTHER_FILES:
        if data.startswith(start):
            raise FormatError(file, 0, "Machine", f"{kind}, not a COFF object", hint)
    if data.startswith(_RESOURCE_START):
        return 0, ()
    if is_import_object(view, 0, len(data)):
        entry = read_import_object(view, 0, len(data), file)
        # Data has no jump thunk, so only its __imp_ pointer is a symbol; CONST defines both.
        imp = b"__imp_" + entry.symbol
        return entry.machine, (
            (imp,) if entry.type == IMPORT_OBJECT_TYPE.DATA else (imp, entry.symbol)
        )
    table = _symbol_table(data, file)
    return table.machine, tuple(_defined(data, table, file))


@dataclass(frozen=True, slots=True)
class _SymbolTable:
    """An object's symbol table, checked to be inside the file."""

    machine: int
    record: Struct
    start: int
    count: int

    @property
    def strings(self) -> int:
        return self.start + self.count * self.record.size


def _symbol_table(data: bytes, file: str) -> _SymbolTable:
    if len(data) >= _BIGOBJ_HEADER.size and data[:4] == b"\0\0\xff\xff":
        header = _BIGOBJ_HEADER.unpack_from(data)
        if header[5] != BIGOBJ_CLASS_ID:
            raise FormatError(file, 12, "ClassID", "an object of an unknown class")
        table = _SymbolTable(header[3], _SYMBOL_EX, header[11], header[12])
        # Offset of PointerToSymbolTable in the header, for the message; below, in a COFF header.
        field = 48
    elif len(data) >= _FILE_HEADER.size:
        machine, _sections, _stamp, start, count, _size, _flags = _FILE_HEADER.unpack_from(data)
        table = _SymbolTable(machine, _SYMBOL, start, count)
        field = 8
    else:
        raise FormatError(file, 0, "Machine", f"{len(data)} bytes are not a COFF object")
    if machine_of(table.machine) is None and table.machine != 0:
        raise FormatError(file, 0, "Machine", f"{table.machine:#x} is not a machine known here")
    if table.count and table.strings > len(data):
        raise FormatError(
            file,
            field,
            "PointerToSymbolTable",
            f"{table.count} symbols at {table.start:#x} are not in the {len(data)} bytes",
        )
    return table


def _defined(data: bytes, table: _SymbolTable, file: str) -> Iterable[bytes]:
    """Names of external symbols that are defined, common, or weak aliases. Raises FormatError."""
    index = 0
    while index < table.count:
        position = table.start + index * table.record.size
        name, value, section, _type, storage, aux = table.record.unpack_from(data, position)
        if index + aux >= table.count:
            raise FormatError(
                file, position, "NumberOfAuxSymbols", f"{aux} records are not in the symbol table"
            )
        if storage == _EXTERNAL:
            # Section 0 with a value is a common symbol; the value is its size.
            # An absolute symbol with an auxiliary record is a section definition of C++/CLI.
            if (section or value) and not (section == -1 and aux):
                yield _symbol_name(data, name, position, table, file)
        elif storage == _WEAK and (section or value or _is_alias(data, position, aux, table)):
            yield _symbol_name(data, name, position, table, file)
        index += 1 + aux


def _is_alias(data: bytes, position: int, aux: int, table: _SymbolTable) -> bool:
    start = position + table.record.size + 4
    return aux > 0 and int.from_bytes(data[start : start + 4], "little") == _ALIAS


def _symbol_name(data: bytes, name: bytes, position: int, table: _SymbolTable, file: str) -> bytes:
    if name[:4] != b"\0\0\0\0":
        return name.rstrip(b"\0")
    # Offsets count from the table's own size field, so none is below 4.
    start = table.strings + int.from_bytes(name[4:], "little")
    end = data.find(b"\0", start)
    if start < table.strings + 4 or end < 0:
        raise FormatError(
            file, position, "Name", f"no terminated name at {start:#x} in the string table"
        )
    return data[start:end]
