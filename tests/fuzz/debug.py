"""Cases of debug information: objects with CodeView or DWARF and PDB files, damaged.

``python -m fuzz 20000 debug`` runs them. A case is an object of a link with /debug, of a link that
fails and looks for source lines, or a PDB next to an image. Seeds are written by tests; the folder
of NTBUILD_FUZZ_OBJECTS may have objects of compilers besides.

Damage is of three kinds: numbers that are limits somewhere, records that are moved over others, and
type numbers, lengths and offsets that are near others of the same file.
"""

import functools
import os
import struct
from pathlib import Path
from random import Random

import codeviewwriter as cv
import pdbfiles
from coffwriter import Reloc, Section, Symbol, build
from fuzz.case import Case
from pecheck.golden import golden
from pelink.dwarf.test_dwarf import with_dwarf
from pelink.pdb.test_hostile import seed_object

ODD = (0, 1, 2, 3, 4, 7, 8, 0x7F, 0x80, 0xFF, 0x1000, 0x1001, 0x7FFF, 0x8000, 0xFFFF, 0x10000)
ODD += (0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF)
ARGV = ("/driver", "/entry:DriverEntry", "/machine:x64", "/out:it.bin")


@functools.cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Good files by kind."""
    objects = [seed_object(), pdbfiles.source_object(), with_dwarf(), _dwarf_5()]
    folder = os.environ.get("NTBUILD_FUZZ_OBJECTS")
    if folder:
        objects += [each.read_bytes() for each in sorted(Path(folder).glob("*.obj"))]
    return {"object": tuple(objects), "pdb": (pdbfiles.file_of(pdbfiles.whole()),)}


def _dwarf_5() -> bytes:
    """An object with DWARF 5 in which texts, addresses and ranges are numbers of tables."""
    abbreviations = (
        *(b"\1\x11\1", b"\x03\x25\x72\x17\x73\x17\x74\x17\x10\x17\x55\x23\0\0"),
        *(b"\2\x2e\0", b"\x03\x25\x11\x29\x12\x0f\x3f\x19\0\0"),
        *(b"\3\x2e\0", b"\x03\x08\x55\x23\0\0"),
        b"\0",
    )
    first = b"\1\0" + struct.pack("<IIII", 8, 8, 12, 0) + b"\0"
    functions = b"\2\1\0\x10" + b"\3parts\0\1" + b"\0"
    body = struct.pack("<HBBI", 5, 1, 8, 0) + first + functions
    lists = b"\5" + bytes(8) + b"\4\0\x08\0" + b"\7" + bytes(8) + b"\x04\0"
    ranges = struct.pack("<HBBI", 5, 8, 0, 2) + struct.pack("<II", 8, 8 + 13) + lists
    head = b"\1\1\1\xfb\x0e\x0d" + b"\0\1\1\1\1\0\0\0\1\0\0\1"
    tables = b"\1\1\x1f\1" + bytes(4) + b"\3\1\x1f\2\x0b\5\x1e\1" + bytes(4) + b"\0" + bytes(16)
    opcodes = b"\0\x09\2" + bytes(8) + b"\3\x09\1\x83\2\4\0\1\1"
    program = struct.pack("<HBBI", 5, 8, 0, len(head + tables)) + head + tables + opcodes
    sections = {
        ".debug_abbrev": (b"".join(abbreviations), ()),
        ".debug_info": (struct.pack("<I", len(body)) + body, ()),
        ".debug_line": (
            struct.pack("<I", len(program)) + program,
            (Reloc(4 + len(program) - len(opcodes) + 3, "DriverEntry", 1),),
        ),
        ".debug_rnglists": (
            struct.pack("<I", len(ranges)) + ranges,
            (Reloc(21, "DriverEntry", 1), Reloc(34, "DriverEntry", 1)),
        ),
        ".debug_str": (b"unit\0DriverEntry\0", ()),
        ".debug_line_str": (b"a.c\0", ()),
        ".debug_str_offsets": (struct.pack("<IHHII", 12, 5, 0, 0, 5), ()),
        ".debug_addr": (
            struct.pack("<IHBBQ", 12, 5, 8, 0, 0),
            (Reloc(8, "DriverEntry", 1),),
        ),
    }
    made = [Section(".text", bytes(16), 0x60000020, 16)]
    made += [
        Section(name, data, cv.DEBUG, 1, list(relocations))
        for name, (data, relocations) in sections.items()
    ]
    return build("x64", made, [Symbol("DriverEntry", ".text", type=0x20)])


def case_of(seed: str) -> Case:
    """The case of a seed; the same in every run."""
    draw = Random(seed)
    if draw.random() < 0.25:
        data = _damaged(draw, draw.choice(seeds()["pdb"]), ())
        files = {"driver.pdb": data, "it.sys": golden("x64", debug=True)}
        return Case(seed, files, (), (), "pdb")
    good = draw.choice(seeds()["object"])
    files = {"it.obj": _damaged(draw, good, _debug_parts(good))}
    argv = [*ARGV, draw.choice(("/debug", "/debug:full,nodwarf", "/debug:full"))]
    argv += ["/force:unresolved"] * (draw.random() < 0.9)
    if draw.random() < 0.2:
        argv = [*ARGV, "/include:Missing", "/force:unresolved", "/whylive:DriverEntry"]
    elif draw.random() < 0.2:
        files["other.obj"] = good  # a duplicate, whose lines are looked for
    elif draw.random() < 0.2:
        argv.append("/pdbstripped:public.pdb")
    inputs = tuple(name for name in files if name.endswith(".obj"))
    return Case(seed, files, tuple(argv), inputs, "debug")


def _debug_parts(data: bytes) -> tuple[range, ...]:
    """Where an object has debug sections and their relocations."""
    count, symbols, number = struct.unpack_from("<H4xII", data, 2)
    strings = symbols + 18 * number
    found = []
    for at in range(20, 20 + 40 * count, 40):
        name = data[at : at + 8].rstrip(b"\0")
        if name[:1] == b"/":
            begin = strings + int(name[1:])
            name = data[begin : data.index(b"\0", begin)]
        size, begin, relocations = struct.unpack_from("<III", data, at + 16)
        if name.startswith(b".debug") and size >= 4:
            found.append(range(begin, begin + size))
            (times,) = struct.unpack_from("<H", data, at + 32)
            if times:
                found.append(range(relocations, relocations + 10 * times))
    return tuple(found)


def _damaged(draw: Random, good: bytes, parts: tuple[range, ...]) -> bytes:
    """The file with some places changed; of an object's only its debug sections."""
    data = bytearray(good)
    used = tuple(at for at, byte in enumerate(good) if byte) if not parts else ()
    for _ in range(draw.choice((1, 1, 1, 2, 3, 8)) if parts else draw.choice((2, 8, 20))):
        part = draw.choice(parts) if parts else range(len(data))
        at = draw.choice(part) if parts else draw.choice(used)
        size = min(draw.choice((1, 2, 4, 4)), len(data) - at)
        kind = draw.random()
        if kind < 0.2:  # a record over another
            length = draw.choice((4, 8, 12, 20, 40, 100))
            source = draw.choice(part)
            piece = bytes(data[source : min(source + length, part.stop)])
            data[at : at + len(piece)] = piece[: max(part.stop - at, 0)]
            continue
        old = int.from_bytes(data[at : at + size], "little")
        near = (old + 1, old - 1, old + 4, old - 4, old * 2, old ^ 1 << draw.randrange(8 * size))
        value = draw.choice((draw.choice(ODD), draw.choice(near), draw.getrandbits(32), len(good)))
        data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
    return bytes(data[: len(good)])
