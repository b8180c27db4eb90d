r"""The writer of COFF objects, for what the linker makes itself.

Import descriptors, thunks, export tables and commons are written as small objects and enter the
link as a compiler's output does, so every later pass knows one kind of input.

    write_object(
        IMAGE_FILE_MACHINE.AMD64,
        [MadeSection(".text", b"\xe9\0\0\0\0", relocations=[(1, 1, REL32)])],
        [MadeSymbol(b"thunk", section=1), MadeSymbol(b"target")],
    )

Limits: no auxiliary records and so no COMDATs; fewer than 65,280 sections.
"""

import struct
from collections.abc import Sequence

from ntbuild.pecoff.constants import IMAGE_SCN, IMAGE_SCN_ALIGN_SHIFT, IMAGE_SYM_CLASS
from ntbuild.pecoff.long_names import name_field
from ntbuild.support.values import dataclass

_COUNT_LIMIT = 0xFFFF
"""From this number of relocations on, an extra first record holds the count (LNK_NRELOC_OVFL)."""

_READ_DATA = IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.MEM_READ


@dataclass(frozen=True, slots=True)
class MadeSection:
    """One section of an object to be written."""

    name: str
    data: bytes = b""
    """Its raw data."""
    Characteristics: int = int(_READ_DATA)
    """IMAGE_SCN flags without those of the alignment."""
    alignment: int = 1
    """In bytes, a power of two."""
    relocations: Sequence[tuple[int, int, int]] = ()
    """Offset in the section, index of the symbol, and type of each."""
    size: int | None = None
    """Bytes of an uninitialised section, which has no data."""


@dataclass(frozen=True, slots=True)
class MadeSymbol:
    """One symbol of an object to be written."""

    name: bytes
    section: int = 0
    """One-based number of its section; 0 is undefined, -1 absolute."""
    value: int = 0
    """Offset in the section, absolute value, or size of a common symbol."""
    storage_class: int = int(IMAGE_SYM_CLASS.EXTERNAL)
    type: int = 0


class _Strings:
    """A string table under construction; its first four bytes are its size."""

    def __init__(self) -> None:
        self.blob = bytearray(4)

    def add(self, text: bytes) -> int:
        offset = len(self.blob)
        self.blob += text + b"\0"
        return offset

    def bytes(self) -> bytes:
        return struct.pack("<I", len(self.blob)) + self.blob[4:]


def write_object(
    machine: int, sections: Sequence[MadeSection], symbols: Sequence[MadeSymbol]
) -> bytes:
    """The bytes of a COFF object; its TimeDateStamp is 0.

    Indices in relocations count ``symbols`` from 0. Numbers that their fields cannot hold raise
    struct.error.
    """
    # Symbols come before section names in the string table, as their records are made first.
    strings = _Strings()
    table = b"".join(_symbol(symbol, strings) for symbol in symbols)
    headers, body = bytearray(), bytearray()
    # File order: header, section headers, then raw data and relocations of each section, symbols.
    body_at = 20 + 40 * len(sections)
    for section in sections:
        data_at = body_at + len(body) if section.data else 0
        body += section.data
        relocations_at = body_at + len(body) if section.relocations else 0
        overflow = len(section.relocations) >= _COUNT_LIMIT
        if overflow:
            body += struct.pack("<IIH", len(section.relocations) + 1, 0, 0)
        for offset, symbol_index, kind in section.relocations:
            body += struct.pack("<IIH", offset, symbol_index, kind)
        name = section.name.encode()
        if len(name) > 8:
            name = name_field(strings.add(name))
        headers += struct.pack(
            "<8s6I2HI",
            name,
            0,
            0,
            len(section.data) if section.size is None else section.size,
            data_at,
            relocations_at,
            0,
            _COUNT_LIMIT if overflow else len(section.relocations),
            0,
            section.Characteristics
            | (int(IMAGE_SCN.LNK_NRELOC_OVFL) if overflow else 0)
            # log2(alignment) + 1, as IMAGE_SCN_ALIGN_1BYTES is 1
            | section.alignment.bit_length() << IMAGE_SCN_ALIGN_SHIFT,
        )
    head = struct.pack(
        "<HHIIIHH", machine, len(sections), 0, body_at + len(body), len(symbols), 0, 0
    )
    return b"".join((head, headers, body, table, strings.bytes()))


def _symbol(symbol: MadeSymbol, strings: _Strings) -> bytes:
    name = symbol.name
    if len(name) > 8:
        name = struct.pack("<II", 0, strings.add(name))
    return struct.pack(
        "<8sIhHBB", name, symbol.value, symbol.section, symbol.type, symbol.storage_class, 0
    )
