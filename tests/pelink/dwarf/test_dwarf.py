"""DWARF in links: which objects it is read of, and what happens to DWARF that cannot be read."""

import struct
import subprocess
from collections.abc import Sequence

import pytest

import codeviewwriter as cv
import peers
from coffwriter import CODE, Reloc, Section, Symbol, build
from linking import linked
from ntbuild.pecoff.msf import read_msf
from ntbuild.pecoff.pdb.defects import defects
from ntbuild.pecoff.pdb.symbol_file import SymbolFile
from ntbuild.pelink.dwarf.codeview import spelled
from pecoff.dwarf.test_functions import ABBREVIATIONS, line_program

DEBUG = 0x42100040
ADDR64, SECREL = 1, 0xB


def dwarf(
    entry: str = "DriverEntry",
    *,
    addend: int = 0,
    program: bytes | None = None,
    rows: bytes = bytes([3, 9, 1, 2, 16]),
):
    """Sections of DWARF about a function, whose addresses are relocations."""
    first = b"\1" + b"a.c\0gcc\0" + struct.pack("<BIQ", 12, 0, addend)
    head = struct.pack("<HIB", 4, 0, 8)
    body = head + first + b"\2" + entry.encode() + b"\0" + struct.pack("<QI", 0, 16) + b"\0"
    low = 4 + len(head) + len(first) + 1 + len(entry) + 1
    opcodes = b"\0\x09\2" + bytes(8) + rows + b"\0\1\1"
    lines = line_program(opcodes) if program is None else program
    return [
        Section(".debug_abbrev", ABBREVIATIONS, DEBUG, 1),
        Section(
            ".debug_info",
            struct.pack("<I", len(body)) + body,
            DEBUG,
            1,
            [Reloc(low, entry, ADDR64), Reloc(4 + len(head) + 10, ".debug_line", SECREL)],
        ),
        Section(".debug_line", lines, DEBUG, 1, [Reloc(lines.index(opcodes) + 3, entry, ADDR64)])
        if program is None
        else Section(".debug_line", lines, DEBUG, 1),
    ]


def with_dwarf(entry: str = "DriverEntry", needs: Sequence[Reloc] = (), **options) -> bytes:
    sections = [Section(".text", bytes(16), CODE, 16, needs), *dwarf(entry, **options)]
    symbols = [Symbol(entry, ".text", type=0x20), *(Symbol(each.symbol) for each in needs)]
    return build("x64", sections, symbols)


def all_of(result) -> bytes:
    return b"".join(read_msf("it.pdb", result.pdb))


def test_a_function_and_its_file_come_from_dwarf(tmp_path):
    result = linked(tmp_path, {"it.obj": with_dwarf()}, "/debug:full,nodwarf")
    found = all_of(result)
    assert result.warnings == ()
    assert b".\\src\\a.c\0" in found
    assert found.count(b"DriverEntry\0") == 3  # the function, the reference to it, the public name
    assert b"\x04\0\0\0\xf1\0\0\0" not in result.image


def test_objects_with_and_without_codeview_stay_in_their_order(tmp_path):
    types = (cv.argument_list(), cv.procedure(0x74, 0x1000), cv.function_id(0x1001, b"F"))
    symbols = (cv.procedure_start(b"F", 0x1002), cv.END_OF_PROCEDURE)
    address = (Reloc(12 + 32, "F", cv.SECREL), Reloc(12 + 36, "F", cv.SECTION))
    view = cv.object_with(*types, symbols=symbols, relocations=address, entry="F")
    files = {"a.obj": view, "b.obj": with_dwarf(), "c.obj": cv.object_with(*types, entry="G")}
    result = linked(tmp_path, files, "/debug:full,nodwarf", "/include:F")
    streams = read_msf("it.pdb", result.pdb)
    modules = [each for each in streams if each[:4] == b"\4\0\0\0" and len(each) > 40]
    kinds = [(b"F\0" in each, b"DriverEntry\0" in each, b"* Linker *" in each) for each in modules]
    assert kinds[0] == (True, False, False)
    assert (False, True, False) in kinds
    first = linked(tmp_path, files, "/debug:full,nodwarf", "/include:F")
    assert first.pdb == result.pdb


@pytest.mark.parametrize(
    ("program", "message"),
    [(b"", "is not in it"), (line_program(b"", 77), "DWARF version 77")],
)
def test_dwarf_that_cannot_be_read_is_a_warning_and_leaves_the_public_names(
    program, message, tmp_path
):
    result = linked(tmp_path, {"it.obj": with_dwarf(program=program)}, "/debug:full,nodwarf")
    (warning,) = result.warnings
    assert "its DWARF cannot be read, so the PDB has its public names only" in warning.message
    assert message in warning.message
    assert warning.place.endswith("it.obj")
    assert b"DriverEntry\0" in all_of(result)


@pytest.mark.parametrize("address", [0, 0x10, 0x7FFFFFFF, 0xFFFFFFFFFFFFFFFF])
def test_rows_outside_of_their_code_are_left_out(address, tmp_path):
    """A sequence may set its address again; found by fuzzing."""
    rows = bytes([3, 9, 1]) + b"\0\x09\2" + struct.pack("<Q", address) + bytes([3, 1, 1])
    result = linked(tmp_path, {"it.obj": with_dwarf(rows=rows)}, "/debug:full,nodwarf")
    pdb = SymbolFile.of("it.pdb", result.pdb)
    assert pdb.place(1, 0).function == "DriverEntry"
    assert list(defects(pdb)) == []


def test_a_relocation_outside_of_its_section_is_a_warning(tmp_path):
    sections = dwarf()
    sections[1].relocations.append(Reloc(5000, "DriverEntry", ADDR64))
    text = Section(".text", bytes(16), CODE, 16)
    data = build("x64", [text, *sections], [Symbol("DriverEntry", ".text", type=0x20)])
    (warning,) = linked(tmp_path, {"it.obj": data}, "/debug:full,nodwarf").warnings
    assert "a relocation outside of its section" in warning.message


def test_compressed_dwarf_is_told_once(tmp_path):
    code = Section(".text", bytes(16), CODE)
    more = Section(".zdebug_info", b"ZLIB", DEBUG, 1)
    files = {
        f"{name}.obj": build("x64", [code, more], [Symbol(name, 1)])
        for name in ("DriverEntry", "other")
    }
    (warning,) = linked(tmp_path, files, "/debug", "/pdb:it.pdb", "/include:other").warnings
    assert "its DWARF is compressed: compile with -gz=none" in warning.message
    assert warning.place.endswith("DriverEntry.obj")
    assert linked(tmp_path, files, "/include:other").warnings == ()


def test_dwarf_whose_functions_are_elsewhere_is_told(tmp_path):
    gcc = peers.require("gcc-x64")
    (tmp_path / "a.c").write_text("int DriverEntry(void *a, void *b) { return a == b; }\n")
    command = [gcc, "-g", "-gsplit-dwarf", "-c", "a.c", "-o", "a.obj"]
    subprocess.run(command, cwd=tmp_path, check=True)
    files = {"a.obj": (tmp_path / "a.obj").read_bytes()}
    (warning,) = linked(tmp_path, files, "/debug", "/pdb:it.pdb").warnings
    assert "its functions are in a .dwo file: compile without -gsplit-dwarf" in warning.message


def test_a_link_without_a_pdb_does_not_read_it(tmp_path):
    result = linked(tmp_path, {"it.obj": with_dwarf(program=b"")})
    assert result.warnings == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"./drivers/hello/hello.c", b".\\drivers\\hello\\hello.c"),
        (b"drivers/./hello/../x.c", b".\\drivers\\x.c"),
        (b"/usr/include/../lib/a.h", b"/usr/lib/a.h"),
        (b"C:/src/a.c", b"C:\\src\\a.c"),
        (b"C:\\src\\..\\a.c", b"C:\\a.c"),
    ],
)
def test_files_are_spelled_as_clang_spells_them(path, expected):
    assert spelled(path) == expected
