"""Build COFF and bigobj objects for tests: sections, relocations, COMDATs, weak externals.

Written apart from the project's own readers and writers, so that a mistake there cannot hide
behind the same mistake here. Symbols are named, not numbered: ``build`` finds the indexes.

    build("x64", [Section(".text", code, CODE, relocations=[Reloc(1, "Helper", 4)])],
          [Symbol("DriverEntry", ".text")])
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from struct import pack

MACHINES = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}

CODE = 0x60000020
RDATA = 0x40000040
DATA = 0xC0000040
BSS = 0xC0000080
INFO = 0x00000A00
COMDAT = 0x00001000

ANY, SAME_SIZE, EXACT_MATCH, ASSOCIATIVE, LARGEST = 2, 3, 4, 5, 6
EXTERNAL, STATIC, FILE, SECTION, WEAK = 2, 3, 103, 104, 105

BIGOBJ_CLASS_ID = bytes.fromhex("c7a1bad1eebaa94baf20faf66aa4dcb8")


@dataclass(frozen=True)
class Reloc:
    """A relocation of ``type`` at ``offset``, against a symbol by name or by index."""

    offset: int
    symbol: str | int
    type: int


@dataclass(frozen=True)
class Section:
    """A section; ``comdat`` is its selection, ``parent`` the name or number of the leader.

    Two sections may have one name: symbols then refer to the number, from 1.
    """

    name: str
    data: bytes = b""
    flags: int = DATA
    align: int = 1
    relocations: Sequence[Reloc] = ()
    comdat: int = 0
    parent: str | int = 0
    size: int | None = None
    checksum: int = 0


@dataclass(frozen=True)
class Symbol:
    """A symbol in a section by name or number (0 undefined or common, -1 absolute).

    ``weak`` names the default of a weak external, ``search`` its Characteristics.
    """

    name: str
    section: str | int = 0
    value: int = 0
    storage: int = EXTERNAL
    type: int = 0
    weak: str = ""
    search: int = 3


@dataclass
class _Strings:
    blob: bytearray = field(default_factory=lambda: bytearray(4))

    def add(self, name: bytes) -> int:
        start = len(self.blob)
        self.blob += name + b"\0"
        return start

    def done(self) -> bytes:
        self.blob[:4] = pack("<I", len(self.blob))
        return bytes(self.blob)


def build(
    machine: str | int,
    sections: Sequence[Section],
    symbols: Sequence[Symbol] = (),
    *,
    bigobj: bool = False,
    section_symbols: bool = True,
    file: str = "",
    timestamp: int = 0,
) -> bytes:
    """The object's bytes. Every section gets its section symbol (before the symbols given)."""
    number = MACHINES[machine] if isinstance(machine, str) else machine
    strings = _Strings()
    table, index = _symbol_table(
        sections, symbols, strings, file, bigobj=bigobj, section_symbols=section_symbols
    )
    head_size = 56 if bigobj else 20
    headers, body = bytearray(), bytearray()
    body_at = head_size + 40 * len(sections)
    for section in sections:
        data_at = body_at + len(body) if section.data else 0
        body += section.data
        count = len(section.relocations)
        overflow = count >= 0xFFFF
        relocations_at = body_at + len(body) if count else 0
        if overflow:
            body += pack("<IIH", count + 1, 0, 0)
        for each in section.relocations:
            target = each.symbol if isinstance(each.symbol, int) else index[each.symbol]
            body += pack("<IIH", each.offset, target, each.type)
        name = section.name.encode()
        if len(name) > 8:
            name = _long_name(strings.add(name))
        flags = section.flags | section.align.bit_length() << 20
        flags |= COMDAT if section.comdat else 0
        headers += pack(
            "<8s6I2HI",
            name,
            0,
            0,
            len(section.data) if section.size is None else section.size,
            data_at,
            relocations_at,
            0,
            0xFFFF if overflow else count,
            0,
            flags | (0x01000000 if overflow else 0),
        )
    symbols_at = body_at + len(body)
    count = len(table) // (20 if bigobj else 18)
    if bigobj:
        head = pack("<4HI16s4I", 0, 0xFFFF, 2, number, timestamp, BIGOBJ_CLASS_ID, 0, 0, 0, 0)
        head += pack("<3I", len(sections), symbols_at, count)
    else:
        head = pack("<HHIIIHH", number, len(sections), timestamp, symbols_at, count, 0, 0)
    return b"".join((head, headers, body, table, strings.done()))


def _long_name(offset: int) -> bytes:
    """The name of a section header whose name is in the string table."""
    if offset < 10_000_000:
        return b"/%d" % offset
    return b"//" + b64encode(offset.to_bytes(6, "big"))[2:]


def _symbol_table(
    sections: Sequence[Section],
    symbols: Sequence[Symbol],
    strings: _Strings,
    file: str,
    *,
    bigobj: bool,
    section_symbols: bool,
) -> tuple[bytes, dict[str, int]]:
    numbers = {section.name: at for at, section in reversed(list(enumerate(sections, 1)))}
    width = 20 if bigobj else 18
    record = "<8sIiHBB" if bigobj else "<8sIhHBB"
    table = bytearray()
    index: dict[str, int] = {}
    pending: list[tuple[int, str]] = []

    def add(
        name: str, value: int, section: int, storage: int, *, kind: int = 0, aux: bytes = b""
    ) -> None:
        raw = name.encode()
        if len(raw) > 8:
            raw = pack("<II", 0, strings.add(raw))
        index.setdefault(name, len(table) // width)
        aux = aux.ljust(-(-len(aux) // width) * width, b"\0")
        table.extend(pack(record, raw, value, section, kind, storage, len(aux) // width) + aux)

    if file:
        add(".file", 0, -2, FILE, aux=file.encode())
    if section_symbols:
        for at, section in enumerate(sections, 1):
            parent = section.parent if isinstance(section.parent, int) else numbers[section.parent]
            size = len(section.data) if section.size is None else section.size
            aux = pack(
                "<IHHIHBxH",
                size,
                min(len(section.relocations), 0xFFFF),
                0,
                section.checksum,
                parent & 0xFFFF,
                section.comdat,
                parent >> 16,
            )
            add(section.name, 0, at, STATIC, aux=aux)
    for symbol in symbols:
        at = symbol.section if isinstance(symbol.section, int) else numbers[symbol.section]
        if symbol.weak:
            pending.append((len(table) + width, symbol.weak))
            add(symbol.name, 0, 0, WEAK, kind=symbol.type, aux=pack("<II", 0, symbol.search))
        else:
            add(symbol.name, symbol.value, at, symbol.storage, kind=symbol.type)
    for position, name in pending:
        table[position : position + 4] = pack("<I", index[name])
    return bytes(table), index
