"""Spoil a good file: every field of its format, with values that break readers, and at random.

The fields are found by a walk over the good bytes that is written apart from the project's
readers. Everything depends on the seed alone, so a failure can be repeated from its description.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from struct import unpack_from


@dataclass(frozen=True)
class Field:
    """Bytes that a reader takes for a number; ``text`` when they are digits."""

    offset: int
    size: int
    name: str
    text: bool = False


@dataclass(frozen=True)
class Mutant:
    """A spoiled file and what was done to it."""

    what: str
    data: bytes


def _layout(at: int, names: str, prefix: str) -> Iterator[Field]:
    """Fields one after another: ``Name4 Other2`` and so on."""
    for word in names.split():
        size = int(word[-1])
        yield Field(at, size, f"{prefix}{word[:-1]}")
        at += size


_COFF = "Machine2 NumberOfSections2 TimeDateStamp4 PointerToSymbolTable4 NumberOfSymbols4 "
_COFF += "SizeOfOptionalHeader2 Characteristics2"
_BIGOBJ = "Sig1_2 Sig2_2 Version2 Machine2 TimeDateStamp4 ClassID8 ClassID8 SizeOfData4 Flags4 "
_BIGOBJ += "MetaDataSize4 MetaDataOffset4 NumberOfSections4 PointerToSymbolTable4 NumberOfSymbols4"
_SECTION = "Name8 VirtualSize4 VirtualAddress4 SizeOfRawData4 PointerToRawData4 "
_SECTION += "PointerToRelocations4 PointerToLinenumbers4 NumberOfRelocations2 "
_SECTION += "NumberOfLinenumbers2 Characteristics4"
_SYMBOL = "NameZeroes4 NameOffset4 Value4 SectionNumber{} Type2 StorageClass1 NumberOfAuxSymbols1"
_RELOCATION = "VirtualAddress4 SymbolTableIndex4 Type2"
_IMPORT = "Sig1_2 Sig2_2 Version2 Machine2 TimeDateStamp4 SizeOfData4 Hint2 Type2"


def fields_of(data: bytes, base: int = 0, prefix: str = "") -> list[Field]:
    """The fields of an object, archive or short import member that starts at ``base``."""
    if data.startswith(b"!<arch>\n", base):
        return list(_archive_fields(data))
    if data.startswith(b"\0\0\xff\xff\0\0", base):
        return list(_layout(base, _IMPORT, prefix))
    return list(_object_fields(data, base, prefix))


def _object_fields(data: bytes, base: int, prefix: str) -> Iterator[Field]:
    big = data.startswith(b"\0\0\xff\xff", base)
    yield from _layout(base, _BIGOBJ if big else _COFF, prefix)
    if big:
        sections, symbols_at, symbols = unpack_from("<III", data, base + 44)
    else:
        _, sections, _, symbols_at, symbols = unpack_from("<HHIII", data, base)
    at = base + (56 if big else 20)
    for number in range(sections):
        yield from _layout(at, _SECTION, f"{prefix}section {number + 1} ")
        relocations_at, count = unpack_from("<I4xH", data, at + 24)
        for row in range(count):
            start = base + relocations_at + 10 * row
            yield from _layout(start, _RELOCATION, f"{prefix}relocation {number + 1}.{row} ")
        at += 40
    width = 20 if big else 18
    for number in range(symbols):
        start = base + symbols_at + width * number
        yield from _layout(start, _SYMBOL.format(4 if big else 2), f"{prefix}symbol {number} ")
    yield Field(base + symbols_at + width * symbols, 4, f"{prefix}string table size")


def _archive_fields(data: bytes) -> Iterator[Field]:
    yield Field(0, 8, "Signature")
    at, number = 8, 0
    while at < len(data):
        name, size = data[at : at + 16].rstrip(), int(data[at + 48 : at + 58])
        prefix = f"member {number} "
        yield Field(at, 16, f"{prefix}Name", text=True)
        yield Field(at + 40, 8, f"{prefix}Mode", text=True)
        yield Field(at + 48, 10, f"{prefix}Size", text=True)
        yield Field(at + 58, 2, f"{prefix}End of Header")
        body = at + 60
        if name in (b"/", b"__.SYMDEF"):
            for start in range(body, min(body + size, body + 40) - 3, 4):
                yield Field(start, 4, f"{prefix}index word {(start - body) // 4}")
        elif name != b"//" and not name.startswith(b"#1/"):
            yield from fields_of(data, body, prefix)
        at = body + size + (size & 1)
        number += 1


def _values(field: Field, data: bytes, random: Random) -> Iterator[bytes]:
    """Values that break readers: limits, sizes just right and just wrong, neighbours, chance."""
    old = data[field.offset : field.offset + field.size]
    if field.text:
        for word in (
            b"",
            b"0",
            b"-1",
            b"9999999999",
            b"/9999999",
            b"#1/9999",
            b"0x10",
            b"\xff" * 9,
        ):
            yield word.ljust(field.size)[: field.size]
        return
    number = int.from_bytes(old, "little")
    top = 1 << (8 * field.size)
    size = len(data)
    picks = [
        0,
        1,
        top - 1,
        top // 2,
        top // 2 - 1,
        size,
        size - 1,
        size + 1,
        number + 1,
        number - 1,
    ]
    picks += [number ^ 1 << random.randrange(8 * field.size), random.randrange(top)]
    for value in picks:
        yield (value % top).to_bytes(field.size, "little")


def field_mutants(data: bytes, seed: str) -> Iterator[Mutant]:
    """Every field with every value, one at a time."""
    random = Random(seed)
    for field in fields_of(data):
        end = field.offset + field.size
        for value in _values(field, data, random):
            if value != data[field.offset : end]:
                yield Mutant(
                    f"{field.name} at {field.offset:#x} = {value.hex()}",
                    data[: field.offset] + value + data[end:],
                )


def random_mutant(data: bytes, seed: str) -> Mutant:
    """One file spoiled somewhere, in one of seven ways."""
    random = Random(seed)
    start = random.randrange(len(data))
    end = min(len(data), start + random.choice((1, 2, 4, 18, 40, 100)))
    ways = {
        "cut off": lambda: data[:start],
        "cut out": lambda: data[:start] + data[end:],
        "doubled": lambda: data[:end] + data[start:end] + data[end:],
        "zeroed": lambda: data[:start] + bytes(end - start) + data[end:],
        "filled": lambda: data[:start] + b"\xff" * (end - start) + data[end:],
        "noise": lambda: data[:start] + random.randbytes(end - start) + data[end:],
        "flipped": lambda: (
            data[:start] + bytes([data[start] ^ 1 << random.randrange(8)]) + data[start + 1 :]
        ),
    }
    way = random.choice(sorted(ways))
    return Mutant(f"{seed}: {way} at {start:#x}..{end:#x}", ways[way]())


def mutants(data: bytes, seed: str, *, fields: int, chance: int) -> list[Mutant]:
    """``fields`` mutants of single fields, spread evenly, and ``chance`` random ones."""
    every = list(field_mutants(data, seed))
    step = max(1, len(every) // fields) if fields else 1
    offset = Random(seed).randrange(step)
    picked = every[offset::step][:fields] if fields else []
    return picked + [random_mutant(data, f"{seed}#{number}") for number in range(chance)]
