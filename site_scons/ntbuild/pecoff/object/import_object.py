"""The reader of short import members: one imported symbol as a header and two or three strings.

The name that the DLL exports is not in the member: it follows from the symbol's name by the
header's NameType. The symbol ``_Foo@8`` of x86 gives

    ORDINAL         no name; OrdinalOrHint is the ordinal
    NAME            _Foo@8
    NAME_NO_PREFIX  Foo@8
    NAME_UNDECORATE Foo
    NAME_EXPORTAS   the third string

Source: Microsoft "PE Format", "Import Library Format".
"""

from struct import Struct
from typing import Final

from ntbuild.pecoff.constants import (
    IMPORT_OBJECT_HDR_SIG1,
    IMPORT_OBJECT_HDR_SIG2,
    IMPORT_OBJECT_NAME_TYPE,
    IMPORT_OBJECT_TYPE,
)
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.values import dataclass

IMPORT_OBJECT_HEADER: Final = Struct("<HHHHIIHH")
"""Sig1, Sig2, Version, Machine, TimeDateStamp, SizeOfData, Ordinal or Hint, Type bits."""

_NAME_TYPES: Final = {int(each): each for each in IMPORT_OBJECT_NAME_TYPE}
_TYPES: Final = {int(each): each for each in IMPORT_OBJECT_TYPE}


@dataclass(frozen=True, slots=True)
class ImportObject:
    """One import; names are bytes as they stand in the file."""

    machine: int
    """IMAGE_FILE_MACHINE of the objects that may use it."""
    dll: bytes
    """The file name of the DLL."""
    symbol: bytes
    """The name that objects refer to, without ``__imp_``."""
    type: IMPORT_OBJECT_TYPE
    """CODE has a thunk under the symbol's own name; DATA and CONST do not."""
    name_type: IMPORT_OBJECT_NAME_TYPE
    """How ``import_name`` follows from ``symbol``."""
    ordinal_or_hint: int
    """The ordinal, when imported by ordinal; otherwise a likely index into the export names."""
    import_name: bytes | None
    """The name that the DLL exports; None for an import by ordinal."""


def is_import_object(data: memoryview, offset: int, size: int) -> bool:
    """Whether a member is a short import: the signature and Version 0 (bigobj has Version 2)."""
    return (
        size >= IMPORT_OBJECT_HEADER.size
        and bytes(data[offset : offset + 6]) == b"\0\0\xff\xff\0\0"
    )


def read_import_object(data: memoryview, offset: int, size: int, file: str) -> ImportObject:
    """The short import member in ``size`` bytes at ``offset`` of ``data``.

    ``file`` is the name for messages. Raises FormatError.
    """
    if not 0 <= offset <= offset + size <= len(data) or size < IMPORT_OBJECT_HEADER.size:
        raise FormatError(file, offset, "IMPORT_OBJECT_HEADER", f"{size} bytes are not enough")
    sig1, sig2, version, machine, _stamp, length, ordinal, bits = IMPORT_OBJECT_HEADER.unpack_from(
        data, offset
    )
    if (sig1, sig2) != (IMPORT_OBJECT_HDR_SIG1, IMPORT_OBJECT_HDR_SIG2):
        raise FormatError(file, offset, "Sig2", "not a short import member")
    if version != 0:
        raise FormatError(file, offset + 4, "Version", f"version {version} is not known")
    start = offset + IMPORT_OBJECT_HEADER.size
    if length > size - IMPORT_OBJECT_HEADER.size:
        raise FormatError(file, offset + 12, "SizeOfData", f"{length} bytes are not in the member")
    # Two bits of Type, three of NameType; the other eleven are reserved.
    kind = _TYPES.get(bits & 3)
    if kind is None:
        raise FormatError(file, offset + 18, "Type", f"{bits & 3} is not CODE, DATA or CONST")
    name_type = _NAME_TYPES.get(bits >> 2 & 7)
    if name_type is None:
        raise FormatError(file, offset + 18, "NameType", f"{bits >> 2 & 7} is not known")
    strings = bytes(data[start : start + length]).split(b"\0")
    needed = 3 if name_type == IMPORT_OBJECT_NAME_TYPE.NAME_EXPORTAS else 2
    # After n terminated strings split() gives n + 1 parts.
    if len(strings) <= needed:
        raise FormatError(file, start, "name", f"{needed} terminated names are not in SizeOfData")
    symbol, dll = strings[0], strings[1]
    if not symbol or not dll:
        raise FormatError(file, start, "name", "the symbol or the DLL has an empty name")
    name = import_name(name_type, symbol, strings[2])
    if name == b"":
        raise FormatError(file, start, "name", f"{symbol!r} gives an empty import name")
    return ImportObject(machine, dll, symbol, kind, name_type, ordinal, name)


def import_name(
    name_type: IMPORT_OBJECT_NAME_TYPE, symbol: bytes, export_as: bytes = b""
) -> bytes | None:
    """The name that a DLL exports for ``symbol`` by the rule of NameType; None by ordinal."""
    if name_type == IMPORT_OBJECT_NAME_TYPE.ORDINAL:
        return None
    if name_type == IMPORT_OBJECT_NAME_TYPE.NAME:
        return symbol
    if name_type == IMPORT_OBJECT_NAME_TYPE.NAME_EXPORTAS:
        return export_as
    # One leading ?, @ or _ goes; UNDECORATE also cuts at the first @ after it.
    bare = symbol[1:] if symbol[:1] in (b"?", b"@", b"_") else symbol
    if name_type == IMPORT_OBJECT_NAME_TYPE.NAME_NO_PREFIX:
        return bare
    return bare.partition(b"@")[0]
