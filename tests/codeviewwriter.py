"""Objects with CodeView that a test writes record by record."""

import struct
from collections.abc import Sequence

from coffwriter import CODE, Reloc, Section, Symbol, build

DEBUG = 0x42100040
"""Characteristics of a section of CodeView: initialized, discardable, readable, 1-aligned."""
SECREL, SECTION = 0xB, 0xA


def record(kind: int, body: bytes, pad: bytes = b"\xf3\xf2\xf1") -> bytes:
    """A record whose length counts what pads it to a multiple of four."""
    missing = -(len(body) + 4) % 4
    body += pad[3 - missing :] if missing else b""
    return struct.pack("<HH", len(body) + 2, kind) + body


def types(*records: bytes) -> Section:
    """``.debug$T`` of an object."""
    return Section(".debug$T", b"\4\0\0\0" + b"".join(records), DEBUG, 1)


def pointer(target: int) -> bytes:
    """LF_POINTER to a type, of 64 bits."""
    return record(0x1002, struct.pack("<II", target, 0x1000C))


def modifier(target: int) -> bytes:
    """LF_MODIFIER: const."""
    return record(0x1001, struct.pack("<IHH", target, 1, 0))


def argument_list(*arguments: int) -> bytes:
    return record(0x1201, struct.pack(f"<{len(arguments) + 1}I", len(arguments), *arguments))


def procedure(result: int, arguments: int) -> bytes:
    return record(0x1008, struct.pack("<IBBHI", result, 0, 0, 1, arguments))


def function_id(function: int, name: bytes, scope: int = 0) -> bytes:
    return record(0x1601, struct.pack("<II", scope, function) + name + b"\0")


def members(*fields: tuple[bytes, int]) -> bytes:
    """LF_FIELDLIST of data members: name and type."""
    body = b""
    for offset, (name, kind) in enumerate(fields):
        body += struct.pack("<HHIH", 0x150D, 3, kind, 8 * offset) + name + b"\0"
        body += b"\xf3\xf2\xf1"[3 - (-len(body) % 4) :] if len(body) % 4 else b""
    return record(0x1203, body)


def structure(name: bytes, field_list: int, size: int = 8, properties: int = 0) -> bytes:
    head = struct.pack("<HHIIIH", 1, properties, field_list, 0, 0, size)
    return record(0x1505, head + name + b"\0")


def symbol(kind: int, body: bytes) -> bytes:
    """A symbol record as clang writes it, padded with zeros."""
    return record(kind, body, bytes(3))


def procedure_start(name: bytes, function: int, kind: int = 0x1147) -> bytes:
    """S_GPROC32_ID whose address two relocations fill in (offset 32 and 36)."""
    return symbol(kind, struct.pack("<7IIHB", 0, 0, 0, 16, 0, 15, function, 0, 0, 0) + name + b"\0")


END_OF_PROCEDURE = symbol(0x114F, b"")
END = symbol(0x0006, b"")


def subsection(kind: int, body: bytes) -> bytes:
    return struct.pack("<II", kind, len(body)) + body + bytes(-len(body) % 4)


def object_with(
    *type_records: bytes,
    symbols: Sequence[bytes] = (),
    parts: Sequence[bytes] = (),
    relocations: Sequence[Reloc] = (),
    entry: str = "DriverEntry",
) -> bytes:
    """An object with a function, its types and its symbols; ``parts`` are more subsections."""
    content = b"\4\0\0\0" + b"".join([subsection(0xF1, b"".join(symbols)), *parts])
    sections = [
        Section(".text", bytes(16), CODE, 16),
        types(*type_records),
        Section(".debug$S", content, DEBUG, 1, list(relocations)),
    ]
    return build("x64", sections, [Symbol(entry, ".text", type=0x20)])
