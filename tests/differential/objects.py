"""COFF objects read one field at a time: a second reader, independent of the project's columns."""

from dataclasses import dataclass
from struct import unpack_from

MACHINES = {0x8664: "x64", 0x14C: "x86", 0xAA64: "arm64", 0x1C4: "arm"}
COMDAT, BSS, OVERFLOW = 0x1000, 0x80, 0x01000000
WEAK = 105


@dataclass(frozen=True)
class Site:
    """A relocation: where it patches, its type, and the index of its symbol."""

    offset: int
    type: int
    symbol: int


@dataclass(frozen=True)
class ObjectSection:
    """A section with its raw bytes (zeros for uninitialised data)."""

    name: str
    data: bytes
    flags: int
    sites: tuple[Site, ...]

    @property
    def is_comdat(self) -> bool:
        return bool(self.flags & COMDAT)

    @property
    def is_bss(self) -> bool:
        return bool(self.flags & BSS)


@dataclass(frozen=True)
class ObjectSymbol:
    """A symbol; ``section`` is one-based, 0 undefined, -1 absolute.

    ``default`` is the index of what a weak external falls back to.
    """

    name: str
    value: int
    section: int
    storage: int
    default: int | None = None


@dataclass(frozen=True)
class Object:
    """One object; ``symbols`` by index, auxiliary records left out."""

    machine: str
    sections: tuple[ObjectSection, ...]
    symbols: dict[int, ObjectSymbol]


def read_object(data: bytes) -> Object:
    """The object in ``data``, which a compiler made and is trusted."""
    big = data[:4] == b"\0\0\xff\xff"
    if big:
        machine = unpack_from("<H", data, 6)[0]
        count, table, symbols = unpack_from("<3I", data, 44)
        first, width, record = 56, 20, "<IiHBB"
    else:
        machine, count, _, table, symbols = unpack_from("<HHIII", data)
        first, width, record = 20 + unpack_from("<H", data, 16)[0], 18, "<IhHBB"
    strings = table + symbols * width

    def text(at: int) -> str:
        raw = data[at : at + 8]
        if raw[:1] == b"/":
            start = strings + int(raw[1:].rstrip(b"\0"))
        elif raw[:4] == bytes(4):
            start = strings + unpack_from("<I", raw, 4)[0]
        else:
            return raw.rstrip(b"\0").decode()
        return data[start : data.index(0, start)].decode()

    found: dict[int, ObjectSymbol] = {}
    index = 0
    while index < symbols:
        at = table + index * width
        value, section, _, storage, auxiliary = unpack_from(record, data, at + 8)
        name = text(at) if data[at : at + 1] != b"/" else data[at : at + 8].rstrip(b"\0").decode()
        weak = storage == WEAK and auxiliary
        default = unpack_from("<I", data, at + width)[0] if weak else None
        found[index] = ObjectSymbol(name, value, section, storage, default)
        index += 1 + auxiliary
    sections = tuple(_section(data, first + 40 * row, text) for row in range(count))
    return Object(MACHINES[machine], sections, found)


def _section(data: bytes, at: int, text) -> ObjectSection:
    size, position, relocations, _, count, _, flags = unpack_from("<4I2HI", data, at + 16)
    if flags & OVERFLOW and count == 0xFFFF:
        count = unpack_from("<I", data, relocations)[0] - 1
        relocations += 10
    raw = data[position : position + size] if position and not flags & BSS else bytes(size)
    sites = tuple(
        Site(offset, kind, symbol)
        for offset, symbol, kind in (
            unpack_from("<IIH", data, relocations + 10 * row) for row in range(count)
        )
    )
    return ObjectSection(text(at), raw, flags, sites)
