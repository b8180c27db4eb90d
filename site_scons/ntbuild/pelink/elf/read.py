"""A position-independent ELF executable: its segments, its entry and the fields to relocate.

Only program headers and the dynamic section are read; sections may be stripped. 64-bit,
little-endian. What asks for a dynamic loader (an interpreter, shared libraries, symbols of others)
is an error, since a PE image of it could not run.

Sources: System V ABI, "Program Loading and Dynamic Linking"; the machines' psABI supplements for
their ``RELATIVE``; "RELR" (generic ABI proposal, 2017).
"""

from collections.abc import Iterator
from struct import unpack_from
from typing import Final

from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

MACHINES: Final = {
    183: ("arm64", IMAGE_FILE_MACHINE.ARM64, 1027),
    243: ("riscv64", IMAGE_FILE_MACHINE.RISCV64, 3),
    258: ("loongarch64", IMAGE_FILE_MACHINE.LOONGARCH64, 3),
}
"""By ``e_machine``: the machine's name, its PE number, its ``R_..._RELATIVE``."""

EXECUTE, WRITE, READ = 1, 2, 4
_DYN, _LOAD, _DYNAMIC, _INTERP, _TLS = 3, 1, 2, 3, 7
_SEGMENT, _RELA, _MOST_SEGMENTS = 56, 24, 64
_NEEDED, _DT_RELA, _DT_RELASZ, _DT_REL, _JMPREL, _RELRSZ, _RELR = 1, 7, 8, 17, 23, 35, 36
_LARGEST: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Segment:
    """Memory of a program: ``size`` bytes at an address, the first of which are ``content``."""

    address: int
    size: int
    content: bytes
    flags: int


@dataclass(frozen=True, slots=True)
class Program:
    """What an executable says of its memory.

    ``fixups``: the address of each field, and its value; None when the field has it already. They
    are read when they are asked for: a hostile table can name more than there are bytes.
    """

    machine: str
    number: IMAGE_FILE_MACHINE
    entry: int
    segments: tuple[Segment, ...]
    fixups: Iterator[tuple[int, int | None]]


def read_program(data: bytes, name: str) -> Program:
    """The program in an ELF file. Raises LinkError, whose text begins with the file's name."""
    reader = _Reader(data, name)
    header = reader.unpack("<16sHHIQQQIHHH", 0, "header")
    if data[:6] != b"\x7fELF\x02\x01":
        raise reader.fault("is no 64-bit little-endian ELF file")
    if header[1] != _DYN:
        raise reader.fault("is not position-independent: link it with -pie")
    known = MACHINES.get(header[2])
    if known is None:
        names = ", ".join(each[0] for each in MACHINES.values())
        raise reader.fault(f"is for ELF machine {header[2]}, which is none of {names}")
    segments, dynamic = reader.segments(header[5], header[9], header[10])
    fixups = reader.fixups(segments, dynamic, known[2])
    return Program(known[0], known[1], header[4], segments, fixups)


class _Reader:
    """The file's bytes; every number is checked before it is used."""

    def __init__(self, data: bytes, name: str) -> None:
        self._data, self._name = data, name

    def fault(self, text: str) -> LinkError:
        return LinkError.of(f"{self._name} {text}")

    def unpack(self, layout: str, at: int, what: str) -> tuple[int, ...]:
        try:
            return unpack_from(layout, self._data, at)
        except Exception as error:
            raise self.fault(f"is cut off: no {what} at {at:#x}") from error

    def segments(
        self, at: int, size: int, count: int
    ) -> tuple[tuple[Segment, ...], Segment | None]:
        """What is loaded, in the order of addresses, and the dynamic section."""
        if size != _SEGMENT or not 0 < count <= _MOST_SEGMENTS:
            raise self.fault(f"has {count} program headers of {size} bytes")
        found, dynamic = [], None
        for index in range(count):
            kind, flags, offset, address, _, stored, memory, _ = self.unpack(
                "<IIQQQQQQ", at + index * size, f"program header {index}"
            )
            if kind == _INTERP:
                raise self.fault(
                    "needs a dynamic loader: link it with -static-pie or --no-dynamic-linker"
                )
            if kind == _TLS:
                raise self.fault("has thread-local variables, which need an operating system")
            if kind not in (_LOAD, _DYNAMIC) or not memory:
                continue
            if offset + stored > len(self._data) or stored > memory or address + memory > _LARGEST:
                raise self.fault(f"is cut off: segment {index} is not in the file")
            segment = Segment(address, memory, self._data[offset : offset + stored], flags)
            if kind == _LOAD:
                found.append(segment)
            else:
                dynamic = segment
        if not found:
            raise self.fault("has nothing to load")
        return tuple(sorted(found, key=lambda each: each.address)), dynamic

    def fixups(
        self, segments: tuple[Segment, ...], dynamic: Segment | None, relative: int
    ) -> Iterator[tuple[int, int | None]]:
        """The fields that hold an address of the program."""
        tags: dict[int, int] = {}
        content = dynamic.content if dynamic else b""
        for at in range(0, len(content) - 15, 16):
            tag, value = unpack_from("<QQ", content, at)
            if tag == 0:
                break
            tags.setdefault(tag, value)
        for tag, text in (
            (_NEEDED, "needs shared libraries"),
            (_DT_REL, "has relocations without addends"),
        ):
            if tag in tags:
                raise self.fault(f"{text}: link it with -static-pie")
        if _JMPREL in tags:
            raise self.fault("calls functions of shared libraries: link it with -static-pie")
        table = self._table(segments, tags.get(_DT_RELA, 0), tags.get(_DT_RELASZ, 0))
        for at in range(0, len(table) - _RELA + 1, _RELA):
            field, info, addend = unpack_from("<QQq", table, at)
            if info & 0xFFFFFFFF != relative or info >> 32:
                kind = info & 0xFFFFFFFF
                raise self.fault(
                    f"has a relocation of type {kind} at {field:#x}, which has no PE form"
                )
            yield field, addend
        yield from self._packed(self._table(segments, tags.get(_RELR, 0), tags.get(_RELRSZ, 0)))

    def _table(self, segments: tuple[Segment, ...], address: int, size: int) -> bytes:
        if not size:
            return b""
        for each in segments:
            start = address - each.address
            if start >= 0 and start + size <= len(each.content):
                return each.content[start : start + size]
        raise self.fault(f"has no bytes for its relocations at {address:#x}")

    @staticmethod
    def _packed(table: bytes) -> Iterator[tuple[int, None]]:
        """RELR: an even word is an address, an odd one has a bit for each of 63 words behind."""
        where = 0
        for at in range(0, len(table) - 7, 8):
            (word,) = unpack_from("<Q", table, at)
            if not word & 1:
                yield word, None
                where = word + 8
                continue
            for bit in range(63):
                if word >> (bit + 1) & 1:
                    yield where + 8 * bit, None
            where += 8 * 63
