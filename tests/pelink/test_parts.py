"""A large link is done in parts: its image and its errors are those of a link in one piece."""

import struct
from hashlib import sha256

import pytest

import codeviewwriter as cv
from coffwriter import ANY, CODE, COMDAT, Reloc, Section, Symbol, build
from linking import ADDRESS, RELATIVE, complaints, defining, entry_object, linked, section
from ntbuild.pecoff.columns import parallel, pieces
from ntbuild.pecoff.image.image import Image
from ntbuild.pelink.output import emit

OBJECTS = 24


def _program(machine: str) -> dict[str, bytes]:
    """Objects with COMDATs of one name, unwind-free code, pointers, and some that nobody needs."""
    names = [f"value{number}" for number in range(OBJECTS)]
    files = {"a.obj": entry_object(*names, machine=machine)}
    for number, name in enumerate(names):
        shared = Section(
            ".text", bytes(number % 3 + 8), CODE | COMDAT, 16, [Reloc(0, name, RELATIVE[machine])],
            comdat=ANY,
        )  # fmt: skip
        data = Section(".data", bytes(16 + number), align=8, relocations=[
            Reloc(0, "shared", ADDRESS[machine]), Reloc(8, name, ADDRESS[machine]),
        ])  # fmt: skip
        lost = Section(".rdata$lost", bytes(70), 0x40001040, comdat=ANY)
        symbols = [
            Symbol("shared", 1, type=0x20),
            Symbol(name, 2),
            Symbol(f"nobody needs {number}", 3),
        ]
        files[f"{number}.obj"] = build(machine, [shared, data, lost], symbols)
    return files


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
@pytest.mark.parametrize("options", [(), ("/opt:icf",), ("/opt:noref",)])
def test_the_image_is_the_same(tmp_path, monkeypatch, machine, options):
    whole = linked(tmp_path, _program(machine), *options)
    monkeypatch.setattr(parallel, "ROWS", 16)
    monkeypatch.setattr(parallel, "_processors", lambda: 2)
    parted = linked(tmp_path, _program(machine), *options)
    assert parted.image == whole.image
    assert parted.map == whole.map


def _with_codeview(number: int) -> bytes:
    """An object with a function, a type of its own, typedefs of all; every second has one more."""
    name = f"f{number}".encode()
    types = [cv.pointer(0x74), cv.structure(name, 0), cv.argument_list(), cv.procedure(3, 0x1002)]
    typedefs = [(0x1000, b"INTEGERS"), (0x74, b"INTEGER"), (0x1001, b"OWN")][: 2 + number % 2]
    function = [cv.procedure_start(name, 0x1004), cv.END_OF_PROCEDURE]
    records = [cv.symbol(0x1108, struct.pack("<I", at) + each + b"\0") for at, each in typedefs]
    parts = [
        cv.subsection(0xF1, b"".join(records)),
        cv.subsection(0xF3, b"\0" + name + b".c\0all.h\0"),
        cv.subsection(0xF4, struct.pack("<IBBHIBBH", 1, 0, 0, 0, len(name) + 4, 0, 0, 0)),
    ]
    types.append(cv.function_id(0x1003, name))
    return cv.object_with(*types, symbols=function, parts=parts, entry=name.decode())


@pytest.mark.parametrize("processors", [1, 2])
def test_the_pdb_is_the_same(tmp_path, monkeypatch, processors):
    files = {"a.obj": entry_object(*(f"f{number}" for number in range(OBJECTS)))}
    files |= {f"{number}.obj": _with_codeview(number) for number in range(OBJECTS)}
    whole = linked(tmp_path, files, "/debug")
    monkeypatch.setattr(parallel, "ROWS", 16)
    monkeypatch.setattr(parallel, "_processors", lambda: processors)
    parted = linked(tmp_path, files, "/debug")
    assert parted.image == whole.image
    assert bytes(parted.pdb) == bytes(whole.pdb)
    assert b"INTEGERS\0" in bytes(whole.pdb)


def test_the_errors_are_the_same_and_in_order(tmp_path, monkeypatch):
    files = _program("x64")
    for number in (3, 9, 20):
        files[f"{number}.obj"] = defining(f"value{number}", b"12", f"missing{number}")
    whole = complaints(tmp_path, files)
    monkeypatch.setattr(parallel, "ROWS", 16)
    monkeypatch.setattr(parallel, "_processors", lambda: 2)
    assert complaints(tmp_path, files) == whole
    named = [f"undefined symbol: missing{number}" for number in (3, 9, 20)]
    assert [line for line in whole if line.startswith("undefined")] == named


def test_fields_that_do_not_fit_are_told_in_the_order_of_the_objects(tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "ROWS", 16)
    monkeypatch.setattr(parallel, "_processors", lambda: 2)
    files = _program("x64")
    for number in (3, 9, 20):
        beyond = Section(".data", bytes(8), relocations=[Reloc(6, "shared", ADDRESS["x64"])])
        files[f"{number}.obj"] = build(
            "x64", [beyond], [Symbol(f"value{number}", 1), Symbol("shared")]
        )
    found = complaints(tmp_path, files)
    outside = [line for line in found if line.startswith(">>> IMAGE_REL_AMD64_ADDR64 at ")]
    assert [line.partition(" at ")[2].partition(".obj")[0] for line in outside] == ["3", "9", "20"]


@pytest.mark.parametrize("many", [0, 1 << 30])
def test_contributions_of_any_size_are_copied_whole(tmp_path, monkeypatch, many):
    monkeypatch.setattr(pieces, "_MANY", many)
    sizes = [*range(300), 8191, 8192, 8193, 20_000]
    contents = [
        bytes((number + at) % 251 + 1 for at in range(size)) for number, size in enumerate(sizes)
    ]
    sections = [Section(".data", each) for each in contents]
    files = {"a.obj": entry_object("many"), "b.obj": build("x64", sections, [Symbol("many", 1)])}
    data = section(linked(tmp_path, files, "/opt:noref"), ".data")
    assert b"".join(contents) in data.get_data()


def _branches_that_are_too_short(count: int) -> dict[str, bytes]:
    """As many arm64 sections with a short branch each, and what they call beyond its reach."""
    branch = bytes.fromhex("00000036")  # tbz w0, #0
    near = [Section(".text", branch, CODE, 4, [Reloc(0, f"far{n}", 16)]) for n in range(count)]
    between = [Section(".text", bytes(1 << 10), CODE, 4) for _ in range(64)]
    far = [Section(".text", branch + bytes([n, 0, 0, 0]), CODE, 4) for n in range(count)]
    symbols = [Symbol("start", 1), *(Symbol(f"far{n}", count + 65 + n) for n in range(count))]
    files = {"a.obj": entry_object("start", machine="arm64")}
    return files | {"b.obj": build("arm64", [*near, *between, *far], symbols)}


@pytest.mark.parametrize("rows", [2, 3, 7, 16, 61])
def test_thunks_are_filled_in_by_the_part_that_copies_them(tmp_path, monkeypatch, rows):
    files = _branches_that_are_too_short(40)
    whole = linked(tmp_path, files, "/opt:noref", "/machine:arm64")
    thunk = bytes.fromhex("00021fd6")  # br x16
    assert section(whole, ".text").get_data().count(thunk) >= 40
    monkeypatch.setattr(parallel, "ROWS", rows)
    monkeypatch.setattr(parallel, "_processors", lambda: 1)  # one part after the other
    assert linked(tmp_path, files, "/opt:noref", "/machine:arm64").image == whole.image


@pytest.mark.parametrize("processors", [1, 2])
def test_the_stamp_of_a_large_image_tells_every_piece_of_it(tmp_path, monkeypatch, processors):
    monkeypatch.setattr(emit, "_PIECE", 512)
    monkeypatch.setattr(parallel, "_processors", lambda: processors)
    stamps = set()
    for changed in (None, 0, 2500, 4999):
        data = bytes(index == changed for index in range(5000))
        many = build("x64", [Section(".data", data)], [Symbol("many", 1)])
        files = {"a.obj": entry_object("many"), "b.obj": many}
        image = Image(linked(tmp_path, files, "/opt:noref", "/release").image)
        stamps.add(image.file_header.TimeDateStamp)
        assert image.optional_header.CheckSum == image.checksum()
        assert image.file_header.TimeDateStamp == _hash_of_pieces(bytes(image.data), 512)
    assert len(stamps) == 4


def _hash_of_pieces(image: bytes, size: int) -> int:
    """What the stamp has to be, where stamp (8 bytes after PE) and checksum (88) are still zero."""
    pe = int.from_bytes(image[0x3C:0x40], "little")
    bare = image[: pe + 8] + bytes(4) + image[pe + 12 : pe + 88] + bytes(4) + image[pe + 92 :]
    pieces = [bare[at : at + size] for at in range(0, len(bare), size)]
    whole = sha256(b"".join(sha256(piece).digest() for piece in pieces)).digest()
    return int.from_bytes(whole[:4], "little")
