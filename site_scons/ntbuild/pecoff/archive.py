"""The reader of archives (libraries): the symbol index as columns, members on demand.

Reads GNU, MSVC, BSD and thin archives. An import library has thousands of members of which a link
needs a few, so ``read_archive`` reads the symbol index into arrays and nothing else; a member's
header is parsed and checked when the member is read.

    index row      0            1            2
    name           memcpy       DbgPrint     ExAllocatePool2
    member at      0x8f6        0x1200       0x1254            (file offsets of member headers)

Where an archive has two indexes (MSVC), the second one counts, which is sorted by name: in which
order members join a link depends on it, and other linkers go by it.

Pitfalls: names, offsets and sizes come from the file, so every one is checked before it is used.
A member's name may hold any byte but the format's own marks, NUL included in BSD archives.

Source: Microsoft "PE Format", "Archive (Library) File Format"; the GNU and BSD variants as
binutils and llvm-ar write them.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .columns.arrays import FileOffsets, Words
from .columns.names import PADDING, hash_names
from .constants import IMAGE_ARCHIVE_START, IMAGE_ARCHIVE_THIN_START
from .errors import FormatError
from .object.import_object import ImportObject

__all__ = ["Archive", "Member", "read_archive"]

MEMBER_HEADER_SIZE: Final = 60
_HEADER_END: Final = b"`\n"


class Member(NamedTuple):
    """One member of an archive."""

    name: str
    """Its name; in a thin archive the path of its file, see ``Archive.thin_path``."""
    header_offset: int
    """File offset of its header, as symbol indexes state it."""
    offset: int
    """File offset of its bytes; -1 in a thin archive."""
    size: int
    """Its bytes."""


class _Header(NamedTuple):
    """A member header as it stands; the name is not looked up yet."""

    field: bytes
    """The name field without its padding."""
    size: int
    """Bytes of the member, a BSD name in front of them included."""
    offset: int
    """File offset behind the header."""


@dataclass(frozen=True, slots=True)
class _Index:
    """A symbol index: two columns with an entry a symbol."""

    positions: FileOffsets
    """File offset of the NUL-terminated name."""
    members: FileOffsets
    """File offset of the header of the member that defines it."""


@dataclass(frozen=True)
class Archive:
    """An archive: its symbol index, and access to its members."""

    file: str
    """Its path, for messages."""
    data: memoryview
    """All its bytes."""
    is_thin: bool
    """Whether members are files of their own."""
    symbol_positions: FileOffsets
    """Offsets in ``data`` of the NUL-terminated names, in the order of the index."""
    symbol_members: FileOffsets
    """For each name the header offset of its member, for ``member_at``."""
    _first_member: int
    """Header offset of the first member that is not a linker member."""
    _long_names: tuple[int, int]
    """Where the member with long names begins and ends."""

    def member_at(self, header_offset: int) -> Member:
        """The member whose header is at ``header_offset``. Raises FormatError."""
        # A BSD archive has the name in front of the member's bytes, and Size counts both.
        header = _header(self.data, header_offset, self.file)
        name, skip = self._name(header, header_offset)
        if self.is_thin:
            if "\0" in name:  # no path has one
                raise FormatError(
                    self.file, header_offset, "Name", "a NUL in the path of a thin archive's member"
                )
            return Member(name, header_offset, -1, header.size)
        _check_size(header, len(self.data), header_offset, self.file)
        return Member(name, header_offset, header.offset + skip, header.size - skip)

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Every member in file order, without the linker members. Raises FormatError."""
        return tuple(self._walk())

    @cached_property
    def imports(self) -> dict[int, tuple[str, ImportObject]]:
        """Short imports by header offset, with their names for messages: a cache, empty at first.

        Whoever reads one adds it: libraries are kept between the links of a process.
        """
        return {}

    def symbol_name(self, row: int) -> bytes:
        """The name of the symbol in one row of the index."""
        start = int(self.symbol_positions[row])
        # Of bytes as a whole, index() finds the NUL without a copy; a view has no such method.
        data = self.data.obj
        if isinstance(data, (bytes, bytearray)) and len(data) == len(self.data):
            return bytes(data[start : data.index(b"\0", start)])
        tail = bytes(self.data[start : start + 4096])
        end = tail.find(b"\0")
        return tail[:end] if end >= 0 else bytes(self.data[start:]).partition(b"\0")[0]

    @cached_property
    def symbol_hashes(self) -> Words:
        """The hash of each symbol's name (``columns.names.hash_names``)."""
        padded = np.frombuffer(bytes(self.data) + bytes(PADDING), np.uint8)
        return hash_names(padded, self.symbol_positions)

    def thin_path(self, member: Member) -> str:
        """The file of a thin archive's member, relative to the archive's folder, with slashes.

        Raises FormatError when it leaves that folder's tree: an archive must not make a linker
        read any file of the machine.
        """
        # ``outside`` stays set: a path that leaves the folder and comes back is refused, too.
        parts: list[str] = []
        path = member.name.replace("\\", "/")
        outside = path.startswith("/") or ":" in path
        for part in path.split("/"):
            if part == "..":
                outside = outside or not parts
                parts = parts[:-1]
            elif part not in ("", "."):
                parts.append(part)
        if outside or not parts:
            raise FormatError(
                self.file,
                member.header_offset,
                "Name",
                f"thin archive member {member.name!r} leaves the archive's folder",
                "name that file on the command line, or make an ordinary archive",
            )
        return "/".join(parts)

    def _walk(self) -> Iterator[Member]:
        position = self._first_member
        end = len(self.data)
        while position < end:
            member = self.member_at(position)
            yield member
            # A thin archive has headers alone, one behind the other.
            after = position + MEMBER_HEADER_SIZE if self.is_thin else member.offset + member.size
            position = after + (after & 1)

    def _name(self, header: _Header, header_offset: int) -> tuple[str, int]:
        """A member's name, and the bytes of its data that hold the name (BSD; otherwise 0)."""
        # Three spellings: "/123" is an offset in the long names, "#1/20" a length (BSD), and a
        # short name ends with a slash (GNU, MSVC) or with the field's blanks (BSD).
        field = header.field
        if field[:1] == b"/" and field[1:2].isdigit():
            return self._long_name(field, header_offset), 0
        if field[:3] == b"#1/":
            raw = _bsd_name(self.data, header, header_offset, self.file)
            return _text(raw.rstrip(b"\0")), len(raw)
        return _text(field[:-1] if field[-1:] == b"/" and len(field) > 1 else field), 0

    def _long_name(self, field: bytes, header_offset: int) -> str:
        digits = field[1:]
        start, end = self._long_names
        if not digits.isdigit():
            raise FormatError(
                self.file, header_offset, "Name", f"{_text(field)!r} is not an offset of a name"
            )
        # GNU ar ends a long name with "/\n", link.exe with a NUL.
        position = start + int(digits)
        if position >= end:
            raise FormatError(
                self.file,
                header_offset,
                "Name",
                f"offset {int(digits)} is outside of the {end - start} bytes of long names",
            )
        # No path is longer than 4096 bytes; without a bound, each name would copy the whole table.
        raw = bytes(self.data[position : min(end, position + 4096)])
        cuts = [cut for cut in (raw.find(b"\0"), raw.find(b"\n")) if cut >= 0]
        if not cuts:
            raise FormatError(
                self.file, header_offset, "Name", f"the long name at {position:#x} has no end"
            )
        raw = raw[: min(cuts)]
        return _text(raw[:-1] if raw[-1:] == b"/" else raw)


def read_archive(data: memoryview, name: str, *, need_index: bool = True) -> Archive:
    """The archive in ``data``; ``name`` is its path for messages.

    Raises FormatError for a damaged header or index, and for an archive that has members and no
    symbol index; with ``need_index`` off (every member is read anyway) such an archive is read.
    """
    magic = bytes(data[:8])
    if magic not in (IMAGE_ARCHIVE_START, IMAGE_ARCHIVE_THIN_START):
        raise FormatError(name, 0, "Signature", "not an archive")
    end = len(data)
    indexes, long_names, position = _read_linker_members(data, name)
    if not indexes and need_index and position < end:
        raise FormatError(
            name,
            position,
            "Name",
            "archive has no index",
            f"run ranlib on {name} to add one",
        )
    # The last index that has symbols: the second linker member, where there is one.
    index = next((each for each in reversed(indexes) if len(each.positions)), _EMPTY)
    _check_members(index, position, end, name)
    return Archive(
        name,
        data,
        magic == IMAGE_ARCHIVE_THIN_START,
        index.positions,
        index.members,
        position,
        long_names,
    )


def _read_linker_members(data: memoryview, name: str) -> tuple[list[_Index], tuple[int, int], int]:
    """The symbol indexes, the range of the long names, and the offset of the first other member."""
    position = 8
    indexes: list[_Index] = []
    long_names = (0, 0)
    while position < len(data):
        header = _header(data, position, name)
        field, skip = header.field, 0
        if field[:3] == b"#1/":
            raw = _bsd_name(data, header, position, name)
            field, skip = raw.rstrip(b"\0"), len(raw)
        # Linker members come first; the first other name ends them.
        if field not in _LINKER_MEMBERS:
            break
        _check_size(header, len(data), position, name)
        start, stop = header.offset + skip, header.offset + header.size
        read = _LINKER_MEMBERS[field]
        if field == b"//":
            long_names = (start, stop)
        elif field == b"/" and indexes:
            read = _read_second
        if read is not None:
            try:
                indexes.append(read(_Span(data, start, stop, name)))
            except FormatError:
                if not indexes:  # a damaged second index leaves the first
                    raise
        position = stop + (stop & 1)  # members begin at even offsets
    return indexes, long_names, position


def _header(data: memoryview, position: int, file: str) -> _Header:
    # Name 16, Date 12, User ID 6, Group ID 6, Mode 8, Size 10 bytes, then the End of Header.
    raw = bytes(data[position : position + MEMBER_HEADER_SIZE])
    if position < 8 or len(raw) < MEMBER_HEADER_SIZE:
        raise FormatError(
            file, position, "member header", f"{len(raw)} of its 60 bytes are in the file"
        )
    if raw[58:] != _HEADER_END:
        raise FormatError(
            file, position + 58, "End of Header", f"{raw[58:]!r} in place of {_HEADER_END!r}"
        )
    size = raw[48:58].rstrip(b" ")
    if not size.isdigit():
        raise FormatError(file, position + 48, "Size", f"{_text(size)!r} is not a decimal number")
    mode = raw[40:48].rstrip(b" ")
    if mode.strip(b"01234567"):
        raise FormatError(file, position + 40, "Mode", f"{_text(mode)!r} is not an octal number")
    return _Header(raw[:16].rstrip(b" "), int(size), position + MEMBER_HEADER_SIZE)


def _check_size(header: _Header, end: int, position: int, file: str) -> None:
    if header.size > end - header.offset:
        raise FormatError(
            file,
            position + 48,
            "Size",
            f"member of {header.size} bytes, but {end - header.offset} are left in the file",
        )


def _bsd_name(data: memoryview, header: _Header, position: int, file: str) -> bytes:
    digits = header.field[3:]
    length = int(digits) if digits.isdigit() else -1
    if not 0 <= length <= min(header.size, len(data) - header.offset):
        raise FormatError(
            file, position, "Name", f"{_text(header.field)!r} is not a length inside of the member"
        )
    return bytes(data[header.offset : header.offset + length])


def _text(raw: bytes) -> str:
    return decoded(raw)


# --- symbol indexes ------------------------------------------------------------------------------


class _Span(NamedTuple):
    """The bytes of an index that are still to be read, as offsets in the file's ``data``."""

    data: memoryview
    start: int
    stop: int
    file: str

    def after(self, size: int) -> "_Span":
        """What follows the first ``size`` bytes, which were checked to be there."""
        return self._replace(start=self.start + size)

    def fail(self, field: str, message: str) -> FormatError:
        """An error at the start of the span."""
        return FormatError(self.file, self.start, field, message)


_Reader = Callable[[_Span], _Index]


def _number(span: _Span, dtype: str) -> int:
    """The count that a part of an index begins with."""
    return int(_unsigned(span, 1, dtype)[0])


def _numbers(span: _Span, count: int, dtype: str) -> FileOffsets:
    """``count`` numbers; 64-bit ones of 2**63 and more come out negative, so out of bounds."""
    return _unsigned(span, count, dtype).astype(np.int64)


def _unsigned(span: _Span, count: int, dtype: str) -> npt.NDArray[Any]:
    """The numbers as they stand; the count is checked before anything is allocated for them."""
    left = span.stop - span.start
    if count * np.dtype(dtype).itemsize > left:
        raise span.fail(
            "Number of Symbols", f"{count} entries do not fit into the index's last {left} bytes"
        )
    return np.frombuffer(span.data, dtype=dtype, count=count, offset=span.start)


def _consecutive_names(span: _Span, count: int) -> FileOffsets:
    """File offsets of ``count`` NUL-terminated names that follow one another."""
    if not count:
        return _EMPTY.positions
    size = span.stop - span.start
    names = np.frombuffer(span.data, dtype=np.uint8, count=size, offset=span.start)
    # Name i begins behind the NUL of name i - 1; bytes behind the last NUL are padding.
    ends = np.flatnonzero(names == 0)
    if len(ends) < count:
        raise span.fail("String Table", f"{len(ends)} names for {count} symbols of the index")
    positions = np.empty(count, dtype=np.int64)
    positions[0] = span.start
    positions[1:] = ends[: count - 1] + (span.start + 1)
    return positions


def _read_first(width: int) -> _Reader:
    """Reader of a big-endian index (GNU's, the first linker member): count, offsets, names."""

    def read(span: _Span) -> _Index:
        count = _number(span, f">u{width}")
        members = _numbers(span.after(width), count, f">u{width}")
        return _Index(_consecutive_names(span.after(width * (count + 1)), count), members)

    return read


def _read_second(span: _Span) -> _Index:
    """The second linker member, little-endian: header offsets, one-based indices into them, names.

    A member stands once, and symbols are sorted by name.
    """
    # Counts and offsets of 32 bits, but indices of 16: such an archive has up to 65,535 members.
    member_count = _number(span, "<u4")
    members = _numbers(span.after(4), member_count, "<u4")
    rest = span.after(4 + 4 * member_count)
    count = _number(rest, "<u4")
    indices = _numbers(rest.after(4), count, "<u2")
    if count and not 1 <= int(indices.min()) <= int(indices.max()) <= member_count:
        raise rest.after(4).fail("Indices", f"a symbol's member is not one of 1..{member_count}")
    return _Index(_consecutive_names(rest.after(4 + 2 * count), count), members[indices - 1])


def _read_bsd(width: int) -> _Reader:
    """Reader of BSD's index: bytes of pairs, (name offset, header offset) pairs, bytes of names."""

    def read(span: _Span) -> _Index:
        size = _number(span, f"<u{width}")
        if size % (2 * width):
            raise span.fail("ran_off", f"{size} bytes are no whole pairs")
        pairs = _numbers(span.after(width), size // width, f"<u{width}")
        rest = span.after(width + size)
        names_size = _number(rest, f"<u{width}")
        names = rest.after(width)
        if names_size > names.stop - names.start:
            raise rest.fail("String Table", f"{names_size} bytes are not there")
        # Names may stand in any order here, so each offset is checked to have a NUL behind it.
        offsets = pairs[0::2]
        last = bytes(names.data[names.start : names.start + names_size]).rfind(b"\0")
        if len(offsets) and not 0 <= int(offsets.min()) <= int(offsets.max()) <= last:
            raise names.fail("String Table", "a symbol's name is outside of it")
        return _Index(offsets + names.start, pairs[1::2])

    return read


def _check_members(index: _Index, first: int, end: int, file: str) -> None:
    """Raise FormatError unless every header offset leaves room for a header."""
    wild = (index.members < first) | (index.members > end - MEMBER_HEADER_SIZE)
    if wild.any():
        row = int(np.argmax(wild))
        raise FormatError(
            file,
            int(index.positions[row]),
            "Offsets",
            f"symbol {row} of the index is in a member at {int(index.members[row]):#x},"
            f" outside of {first:#x}..{end:#x}",
        )


_EMPTY: Final = _Index(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))

_LINKER_MEMBERS: Final[dict[bytes, _Reader | None]] = {
    b"/": _read_first(4),
    b"/SYM64/": _read_first(8),
    b"__.SYMDEF": _read_bsd(4),
    b"__.SYMDEF SORTED": _read_bsd(4),
    b"__.SYMDEF_64": _read_bsd(8),
    b"__.SYMDEF_64 SORTED": _read_bsd(8),
    b"//": None,
    b"/<ECSYMBOLS>/": None,
    b"/<HYBRIDMAP>/": None,
    b"/<XFGHASHMAP>/": None,
}
"""Linker members by name, and the reader of each that is a symbol index."""
