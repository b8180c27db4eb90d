"""File headers and string tables of COFF objects, both kinds, for many objects at once.

An object begins with IMAGE_FILE_HEADER, or as a bigobj with ANON_OBJECT_HEADER_BIGOBJ, which has
room for more than 65,279 sections. The first words of a bigobj (Machine 0, 0xFFFF sections) are
also those of a short import member and of an LTCG object: only Version and ClassID tell them
apart.

Nothing of a header is used as an offset or count before `read_headers` has checked it against the
size of its file.

Source: PE Format, "COFF File Header"; ``ANON_OBJECT_HEADER_BIGOBJ`` of winnt.h.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff import constants as c
from ntbuild.pecoff.columns.arrays import (
    Bytes,
    FileOffsets,
    Flags,
    Integers,
    ObjectRows,
    concatenated,
)
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.structs import (
    ANON_OBJECT_HEADER_BIGOBJ,
    IMAGE_FILE_HEADER,
    IMAGE_SECTION_HEADER,
    IMAGE_SYMBOL,
    IMAGE_SYMBOL_EX,
)
from ntbuild.support.values import dataclass

from .tables import Origin


@dataclass(frozen=True, slots=True, eq=False)
class FileHeaders:
    """File headers of both kinds in common columns, one row an object."""

    origins: tuple[Origin, ...]
    """Where the object is, and its name for messages."""
    base: FileOffsets
    """Position of the object in the pool."""
    size: Integers
    """Bytes of the object."""
    bigobj: Flags
    """Whether it has the header, and the wider symbol records, of a bigobj."""
    machine: npt.NDArray[np.uint16]
    """IMAGE_FILE_MACHINE."""
    header_size: Integers
    """Bytes before the section table, an optional header included."""
    section_count: Integers
    """Number of section headers."""
    symbol_table: FileOffsets
    """Offset in the object of the symbol table; 0 without one."""
    symbol_count: Integers
    """Number of symbol records, auxiliary ones included; 0 without a symbol table."""
    symbol_size: Integers
    """Bytes of a symbol record: 18, or 20 in a bigobj."""

    def part(self, which: slice) -> "FileHeaders":
        """The headers of adjacent objects."""
        return FileHeaders(*(getattr(self, name)[which] for name in self.__slots__))


def reject(bad: Flags, origins: Sequence[Origin], offset: Any, field: str, message: str) -> None:
    """Raise FormatError for the first object whose flag is set; ``offset`` may be a column."""
    if np.count_nonzero(bad):
        row = int(np.argmax(bad))
        at = int(offset[row]) if isinstance(offset, np.ndarray) else offset
        raise FormatError(origins[row].name, at, field, message)


def reject_rows(
    bad: Flags, owner: ObjectRows, origins: Sequence[Origin], offset: int, field: str, message: str
) -> None:
    """Raise FormatError for the object that owns the first row whose flag is set."""
    if np.count_nonzero(bad):
        raise FormatError(origins[int(owner[int(np.argmax(bad))])].name, offset, field, message)


def reject_sections(
    bad: Flags,
    headers: FileHeaders,
    owner: ObjectRows,
    header_at: Integers,
    field: str,
    message: str,
) -> None:
    """Raise FormatError, at its header, for the first section whose flag is set."""
    if np.count_nonzero(bad):
        row = int(np.argmax(bad))
        origin = headers.origins[int(owner[row])]
        number = row - int(np.searchsorted(owner, owner[row])) + 1
        raise FormatError(
            origin.name,
            int(header_at[row]) - origin.position,
            f"section {number}: {field}",
            message,
        )


def dwords(buffer: Bytes, at: Integers) -> Integers:
    """The little-endian 32-bit numbers at byte positions."""
    words = np.ndarray((len(buffer) - 3,), "<u4", buffer.data, 0, (1,))
    return words[at].astype(np.int64)


def half_words(buffer: Bytes, at: Integers) -> Integers:
    """The little-endian 16-bit numbers at byte positions."""
    words = np.ndarray((len(buffer) - 1,), "<u2", buffer.data, 0, (1,))
    return words[at].astype(np.int64)


def read_headers(buffer: Bytes, origins: tuple[Origin, ...]) -> FileHeaders:
    """The headers of all objects. Raises FormatError for the first that cannot be right."""
    base = np.array([origin.position for origin in origins], np.int64)
    size = np.array([origin.size for origin in origins], np.int64)
    reject(
        size < IMAGE_FILE_HEADER.itemsize, origins, 0, "IMAGE_FILE_HEADER", "the file is too short"
    )
    heads = concatenated(
        buffer, base, np.full(len(base), IMAGE_FILE_HEADER.itemsize), IMAGE_FILE_HEADER
    )
    # IMAGE_FILE_HEADER's first words are Sig1 (0) and Sig2 (0xFFFF) of a bigobj. ``big`` are rows
    # of bigobjs; the columns below hold the ordinary header's fields and are overwritten for those.
    bigobj = (heads["Machine"] == 0) & (heads["NumberOfSections"] == 0xFFFF)
    big = bigobj.nonzero()[0]
    machine = heads["Machine"].copy()
    sections = heads["NumberOfSections"].astype(np.int64)
    table = heads["PointerToSymbolTable"].astype(np.int64)
    count = heads["NumberOfSymbols"].astype(np.int64)
    header_size = IMAGE_FILE_HEADER.itemsize + heads["SizeOfOptionalHeader"].astype(np.int64)
    if len(big):
        item = ANON_OBJECT_HEADER_BIGOBJ.itemsize
        short = np.zeros(len(base), np.bool_)
        short[big] = size[big] < item
        reject(short, origins, 0, "ANON_OBJECT_HEADER_BIGOBJ", "the file is too short")
        records = concatenated(
            buffer, base[big], np.full(len(big), item), ANON_OBJECT_HEADER_BIGOBJ
        )
        wrong = np.zeros(len(base), np.bool_)
        wrong[big] = [
            int(row["Version"]) < 2 or row["ClassID"].tobytes() != c.BIGOBJ_CLASS_ID
            for row in records
        ]
        reject(wrong, origins, 12, "ClassID", "not a bigobj object (an LTCG or anonymous object?)")
        machine[big] = records["Machine"]
        sections[big] = records["NumberOfSections"]
        table[big] = records["PointerToSymbolTable"]
        count[big] = records["NumberOfSymbols"]
        header_size[big] = item
    symbol_size = np.where(bigobj, IMAGE_SYMBOL_EX.itemsize, IMAGE_SYMBOL.itemsize)
    # Without a symbol table its count means nothing.
    count[table == 0] = 0
    # All numbers are below 2**32 and record sizes below 64, so sums in 64 bits do not overflow.
    end = header_size + sections * IMAGE_SECTION_HEADER.itemsize
    reject(
        end > size,
        origins,
        2,
        "NumberOfSections",
        "the section table ends past the end of the file",
    )
    reject(
        table + count * symbol_size > size,
        origins,
        8,
        "PointerToSymbolTable",
        "the symbol table ends past the end of the file",
    )
    return FileHeaders(
        origins, base, size, bigobj, machine, header_size, sections, table, count, symbol_size
    )


def string_tables(buffer: Bytes, headers: FileHeaders) -> tuple[Integers, Integers]:
    """Position in the pool and bytes of each object's string table; the size is 0 without one.

    The size includes the size field of four bytes. Raises FormatError for a table that passes the
    end of its file, or whose last string has no NUL.
    """
    # The string table has no pointer: it stands behind the symbol table, at the end of the file.
    offset = headers.symbol_table + headers.symbol_count * headers.symbol_size
    exists = (headers.symbol_table != 0) & (offset + 4 <= headers.size)
    at = headers.base + offset * exists
    size = dwords(buffer, at) * exists
    size[size < 4] = 0  # some tools write 0 for a table without strings
    reject(
        exists & (offset + size > headers.size),
        headers.origins,
        offset,
        "string table size",
        "the string table ends past the end of the file",
    )
    # The last string's NUL makes every offset into the table lead to a terminated name.
    last = buffer[at + np.maximum(size, 1) - 1]
    reject(
        (size > 4) & (last != 0),
        headers.origins,
        offset,
        "string table",
        "the last string is not terminated",
    )
    return at, size
