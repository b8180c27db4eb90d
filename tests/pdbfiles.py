"""PDBs of a small link, whole and with one field broken at a time.

``BREAKS`` are the fields of which each was measured to cost a debugger symbols. A test of the rule,
of the reader and of the debuggers uses the same.
"""

import struct
from collections.abc import Callable
from contextlib import chdir
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import codeviewwriter as cv
from coffwriter import Reloc
from ntbuild import link, options_from_argv
from ntbuild.pecoff.msf import read_msf, write_msf

INT = 0x74
INFO, TYPES, DBI, IDS = 1, 2, 3, 4
GOLDEN_GUID = bytes(range(16))
"""That of the golden images of pecheck's tests."""
MACHINE = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}
_HEADER = 64
_MACHINE_AT = 58
_SIZES = {"modules": 24, "contributions": 28, "section map": 32, "files": 36}
_INDEX = {"globals": 12, "publics": 16, "records": 20}


def source_object(entry: str = "DriverEntry", **more) -> bytes:
    """An object with types, a function, its lines and globals that share a bucket or not."""
    types = (
        cv.argument_list(),
        cv.procedure(INT, 0x1000),
        cv.function_id(0x1001, entry.encode()),
        cv.members((b"a", INT)),
        cv.structure(b"S", 0x1003),
    )
    data = [cv.symbol(0x1108, struct.pack("<I", 0x1004) + each + b"\0") for each in _typedefs()]
    function = cv.procedure_start(entry.encode(), 0x1002)
    local = cv.symbol(0x113E, struct.pack("<IH", INT, 0) + b"x\0")
    symbols = (function, local, cv.END_OF_PROCEDURE, *data)
    text = cv.subsection(0xF3, b"\0src\\a.c\0")
    sums = cv.subsection(0xF4, struct.pack("<IBBH", 1, 0, 0, 0))
    rows = ((0, 10), (4, 11), (8, 0xF00F00))
    lines = struct.pack("<IHHI", 0, 0, 0, 16) + struct.pack(
        "<III", 0, len(rows), 12 + 8 * len(rows)
    )
    lines += b"".join(struct.pack("<II", at, line | 1 << 31) for at, line in rows)
    at = 4 + 8 + sum(map(len, symbols)) + 8
    relocations = (
        *(Reloc(12 + 32, entry, cv.SECREL), Reloc(12 + 36, entry, cv.SECTION)),
        *(Reloc(at, entry, cv.SECREL), Reloc(at + 4, entry, cv.SECTION)),
    )
    parts = [cv.subsection(0xF2, lines), text, sums]
    return cv.object_with(
        *types, symbols=symbols, parts=parts, relocations=relocations, entry=entry, **more
    )


def _typedefs() -> list[bytes]:
    """Names of which the first two share a bucket of a table of 4,096, as many must."""
    from ntbuild.pelink.pdb.name_hash import hash_name

    seen: dict[int, bytes] = {}
    for number in range(10000):
        name = b"T%d" % number
        bucket = hash_name(name) % 4096
        if bucket in seen and len(seen[bucket]) != len(name):
            return [seen[bucket], name]
        seen.setdefault(bucket, name)
    raise AssertionError("no two names share a bucket")


@cache
def whole(machine: str = "x64", guid: bytes = GOLDEN_GUID) -> tuple[bytes, ...]:
    """The streams of a good PDB with a GUID of one's own."""
    with TemporaryDirectory() as folder, chdir(folder):
        Path("it.obj").write_bytes(source_object())
        words = ["/driver", "/entry:DriverEntry", "/debug", "/out:it.sys"]
        result = link(["it.obj"], options_from_argv(words))
        streams = [bytearray(each) for each in read_msf("it.pdb", result.pdb)]
    streams[INFO][12:28] = guid
    struct.pack_into("<H", streams[DBI], _MACHINE_AT, MACHINE[machine])
    return tuple(map(bytes, streams))


def file_of(streams) -> bytes:
    """The bytes of a PDB file."""
    return write_msf([bytes(each) for each in streams]).tobytes()


def _part(dbi: bytearray, name: str) -> slice:
    """Where a part of the stream of modules is."""
    begin = _HEADER
    for each, at in _SIZES.items():
        (size,) = struct.unpack_from("<i", dbi, at)
        if each == name:
            return slice(begin, begin + size)
        begin += size
    raise KeyError(name)


def _drop(streams: list[bytearray], name: str) -> None:
    dbi = streams[DBI]
    part = _part(dbi, name)
    del dbi[part]
    struct.pack_into("<i", dbi, _SIZES[name], 0)


def _table(streams: list[bytearray], name: str) -> bytearray:
    return streams[struct.unpack_from("<H", streams[DBI], _INDEX[name])[0]]


def _module(streams: list[bytearray]) -> bytearray:
    """The stream of the first module."""
    (number,) = struct.unpack_from("<H", streams[DBI], _HEADER + 34)
    return streams[number]


def _swap_entries(streams: list[bytearray]) -> None:
    """Exchange two neighbours of one bucket of the table of globals."""
    table = _table(streams, "globals")
    (size,) = struct.unpack_from("<I", table, 8)
    firsts = {n // 12 for (n,) in struct.iter_unpack("<I", table[16 + size + 4 * 129 :])}
    second = next(n for n in range(1, size // 8) if n not in firsts)
    at = 16 + 8 * (second - 1)
    table[at : at + 16] = table[at + 8 : at + 16] + table[at : at + 8]


def _as_id(streams: list[bytearray]) -> None:
    module = _module(streams)
    at = module.index(struct.pack("<H", 0x1110))
    struct.pack_into("<H", module, at, 0x1147)


def _rename(streams: list[bytearray]) -> None:
    streams[INFO][:] = streams[INFO].replace(b"/names", b"/nomen")


def _put(stream: int, code: str, at: int, value: int) -> Callable[[list[bytearray]], None]:
    return lambda streams: struct.pack_into(code, streams[stream], at, value)


BREAKS: dict[str, Callable[[list[bytearray]], object]] = {
    "GUID": lambda s: s[INFO].__setitem__(slice(12, 28), bytes(16)),
    "age of the stream of modules": _put(DBI, "<I", 8, 2),
    "files of modules": lambda s: _drop(s, "files"),
    "section contributions": lambda s: _drop(s, "contributions"),
    "signature of a module": lambda s: struct.pack_into("<I", _module(s), 0, 0),
    "order in buckets": _swap_entries,
    "kinds of procedures": _as_id,
    "publics": lambda s: _table(s, "publics").clear(),
    "hash of publics": lambda s: _table(s, "publics").__delitem__(slice(-8, None)),
    "globals": lambda s: _table(s, "globals").clear(),
    "machine": _put(DBI, "<H", _MACHINE_AT, 0),
    "names": _rename,
    "feature": lambda s: struct.pack_into("<I", s[INFO], len(s[INFO]) - 4, 20091201),
    "section headers": lambda s: struct.pack_into("<H", s[DBI], len(s[DBI]) - 12, 0xFFFF),
}
"""Fields, and what breaks each in a list of streams."""


def broken(field: str, machine: str = "x64", guid: bytes = GOLDEN_GUID) -> bytes:
    """A PDB with one field broken."""
    streams = [bytearray(each) for each in whole(machine, guid)]
    BREAKS[field](streams)
    return file_of(streams)
