"""Debug data: DWARF kept under long names, the debug directory, COFF symbols; as lld-link does."""

import re
import struct
import subprocess
from pathlib import Path

import pefile
import pytest

import peers
from coffwriter import CODE, Section, Symbol, build
from differential.corpus import COMMON_ARGV, TRIPLES
from differential.images import publics
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES

SOURCE = """
__attribute__((noinline)) int used(int a, int b) { return a * b + 1; }
__attribute__((noinline, section(".text$z"))) int kept(int a) { return a - 3; }
static __attribute__((noinline)) int hidden(int a) { return a / 7; }
volatile int counter = 5;
int unused(int a) { return a ^ 9; }
int __attribute__((stdcall)) DriverEntry(void *one, void *two)
{
    (void)one; (void)two;
    counter = hidden(counter) + kept(2);
    return used(3, counter);
}
"""
CODEVIEW, EX_DLL, REPRO = 2, 20, 16


def compiled(folder: Path, machine: str, *flags: str) -> Path:
    (folder / "it.c").write_text(SOURCE)
    command = [peers.require("clang"), f"--target={TRIPLES[machine]}", "-O1", "-g", *flags, "-c"]
    subprocess.run([*command, "it.c", "-o", "it.obj"], check=True, cwd=folder)
    return folder / "it.obj"


def plain(folder: Path) -> Path:
    data = build("x64", [Section(".text", bytes(16), CODE, 16)], [Symbol("DriverEntry", ".text")])
    (folder / "plain.obj").write_bytes(data)
    return folder / "plain.obj"


def linked(path: Path, *argv: str):
    options = options_from_argv([*COMMON_ARGV, "-out:out/It.sys", *argv])
    result = link([path], options)
    return result, pefile.PE(data=result.image)


def by_lld(path: Path, *argv: str) -> pefile.PE:
    out = path.parent / "lld.sys"
    command = [peers.require("lld-link"), *COMMON_ARGV, f"-out:{out}", *argv, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return pefile.PE(str(out))


def entries(image: pefile.PE) -> list[tuple[int, bytes]]:
    """(type, data) of the debug directory; both ways to the data lead to the same."""
    found = []
    for each in getattr(image, "DIRECTORY_ENTRY_DEBUG", []):
        fields = each.struct
        data = (
            image.get_data(fields.AddressOfRawData, fields.SizeOfData) if fields.SizeOfData else b""
        )
        at = fields.PointerToRawData
        assert data == image.__data__[at : at + fields.SizeOfData] or not fields.SizeOfData
        found.append((fields.Type, data))
    return found


def section_names(image: pefile.PE) -> list[str]:
    """Names with those of the string table."""
    head = image.FILE_HEADER
    strings = head.PointerToSymbolTable + 18 * head.NumberOfSymbols
    names = []
    for section in image.sections:
        name = section.Name.rstrip(b"\0")
        if name.startswith(b"/"):
            start = strings + int(name[1:])
            name = image.__data__[start : image.__data__.find(b"\0", start)]
        names.append(name.decode())
    return names


def functions(path: Path) -> dict[str, int]:
    """Names and addresses of functions that the DWARF data of an image describes."""
    command = [peers.require("llvm-dwarfdump"), "--debug-info", str(path)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = {}
    for block in text.split("DW_TAG_")[1:]:
        low = re.search(r"DW_AT_low_pc\s+\(0x([0-9a-f]+)\)", block)
        name = re.search(r'DW_AT_name\s+\("(\w+)"\)', block)
        if block.startswith("subprogram") and low and name:
            found[name[1]] = int(low[1], 16)
    return found


@pytest.mark.parametrize("dwarf", ["4", "5"])
@pytest.mark.parametrize("machine", MACHINES)
def test_dwarf_describes_the_linked_code(machine, dwarf, tmp_path):
    path = compiled(tmp_path, machine, f"-gdwarf-{dwarf}", "-ffunction-sections")
    argv = [f"-machine:{machine}", "-debug", "-opt:noref"]
    result, image = linked(path, *argv)
    (tmp_path / "our.sys").write_bytes(result.image)
    names = publics(result.map, image.OPTIONAL_HEADER.ImageBase)
    found = functions(tmp_path / "our.sys")
    prefix = MACHINES[machine].symbol_prefix
    for name in ("used", "kept", "unused"):  # on arm bit 0 says Thumb
        assert found[name] & -2 == names[prefix + name] + image.OPTIONAL_HEADER.ImageBase
    check = [peers.require("llvm-dwarfdump"), "--verify", str(tmp_path / "our.sys")]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert "No errors" in done.stdout, done.stdout
    theirs = by_lld(path, *argv, *(["-safeseh:no"] if machine == "x86" else []))
    debug = [name for name in section_names(image) if name.startswith(".debug_")]
    assert sorted(debug) == sorted(n for n in section_names(theirs) if n.startswith(".debug_"))
    for name, section in zip(section_names(image), image.sections, strict=True):
        if name.startswith(".debug_"):
            assert section.Characteristics == 0x42000040
            his = theirs.sections[section_names(theirs).index(name)]
            assert section.Misc_VirtualSize == his.Misc_VirtualSize
    assert image.verify_checksum()
    assert len(result.image) % 0x200 == 0


@pytest.mark.parametrize("argv", [[], ["-debug:none"], ["-debug", "-debug:none"]])
def test_without_debug_nothing_is_kept(argv, tmp_path):
    result, image = linked(compiled(tmp_path, "x64"), *argv)
    assert not [name for name in section_names(image) if name.startswith(".debug")]
    assert entries(image) == []
    assert image.FILE_HEADER.PointerToSymbolTable == 0
    assert b".debug_info" not in result.image


def test_debug_data_keeps_no_function(tmp_path):
    path = compiled(tmp_path, "x64", "-ffunction-sections")
    without, _ = linked(path)
    result, image = linked(path, "-debug")
    assert "unused" not in result.map
    assert "unused" not in without.map
    (tmp_path / "our.sys").write_bytes(result.image)
    found = functions(tmp_path / "our.sys")
    assert found["unused"] == 0  # left as it was, for debuggers to ignore
    assert found["used"] > image.OPTIONAL_HEADER.ImageBase


def test_debug_data_has_no_base_relocations(tmp_path):
    _, image = linked(compiled(tmp_path, "x86"), "-machine:x86", "-debug")
    debug = [
        range(section.VirtualAddress, section.VirtualAddress + section.Misc_VirtualSize)
        for name, section in zip(section_names(image), image.sections, strict=True)
        if name.startswith(".debug_")
    ]
    fixed = [entry.rva for block in image.DIRECTORY_ENTRY_BASERELOC for entry in block.entries]
    assert fixed
    assert not [rva for rva in fixed if any(rva in span for span in debug)]


def test_sections_that_are_freed_stay_together_at_the_end(tmp_path):
    _, image = linked(compiled(tmp_path, "x86"), "-machine:x86", "-debug")
    freed = [bool(section.Characteristics & 0x02000000) for section in image.sections]
    assert freed == sorted(freed)


@pytest.mark.parametrize(
    ("argv", "name"),
    [
        (["-debug"], "It.pdb"),
        (["-debug:full", "-pdb:C:\\there\\Other.pdb"], "Other.pdb"),
        (["-debug", "-pdbaltpath:%_PDB%"], "It.pdb"),
        (["-debug", "-pdbaltpath:D:\\symbols\\%_pdb%.%_EXT%"], "D:\\symbols\\It.pdb.sys"),
        (["-debug:dwarf"], ""),
    ],
)
def test_the_directory_names_the_pdb_file(argv, name, tmp_path):
    _, image = linked(plain(tmp_path), *argv)
    ((kind, data),) = entries(image)
    assert kind == CODEVIEW
    assert data[:4] == b"RSDS"
    assert data[4:20] != bytes(16)
    assert data[20:24] == b"\1\0\0\0"
    assert data[24:] == name.encode() + b"\0"


def test_the_signature_tells_contents_apart_and_nothing_else(tmp_path):
    path = plain(tmp_path)
    signatures = [
        entries(linked(path, "-debug", *argv)[1])[0][1][4:20]
        for argv in ([], [], ["-timestamp:1"], ["-timestamp:2"], ["-version:3.4"])
    ]
    assert signatures[0] == signatures[1] == signatures[2] == signatures[3] != signatures[4]


@pytest.mark.parametrize("argv", [[], ["-timestamp:77"]])
def test_all_stamps_are_one(argv, tmp_path):
    _, image = linked(plain(tmp_path), "-debug", "-brepro", "-cetcompat", *argv)
    stamps = {each.struct.TimeDateStamp for each in image.DIRECTORY_ENTRY_DEBUG}
    assert stamps == {image.FILE_HEADER.TimeDateStamp}
    assert not argv or stamps == {77}


@pytest.mark.parametrize(
    "argv",
    [
        ["-brepro"],
        ["-cetcompat"],
        ["-cetcompat", "-brepro"],
        ["-debug", "-cetcompat", "-brepro"],
        ["-debug:dwarf"],
        ["-cetcompat", "-cetcompat:no"],
    ],
)
def test_entries_are_those_of_lld(argv, tmp_path):
    path = plain(tmp_path)
    _, image = linked(path, *argv)
    mine, his = entries(image), entries(by_lld(path, *argv))
    assert [kind for kind, _ in mine] == [kind for kind, _ in his]
    assert [data for kind, data in mine if kind == EX_DLL] == [
        data for kind, data in his if kind == EX_DLL
    ]
    holders = {s.Name.rstrip(b"\0") for s in image.sections if not s.Characteristics & 0x20000000}
    assert holders <= {b".rdata"}


def test_words_of_pdbaltpath_that_mean_nothing_are_named(tmp_path):
    result, _ = linked(plain(tmp_path), "-debug", "-pdbaltpath:%_DIR%/%_PDB%")
    (warning,) = result.warnings
    assert "keeping %_DIR% as literal" in warning.message


@pytest.mark.parametrize("word", ["fast", "", "full,later"])
def test_words_of_debug_are_checked(word):
    if word:
        with pytest.raises(LinkError, match="expected nothing or words out of full"):
            options_from_argv([f"-debug:{word}"])
    else:
        assert options_from_argv(["-debug"]).debug == "full"


def symbols(image: pefile.PE) -> set[tuple[str, int, int]]:
    """(name, section number, storage class) of the COFF symbols."""
    head, data = image.FILE_HEADER, image.__data__
    strings = head.PointerToSymbolTable + 18 * head.NumberOfSymbols
    found = set()
    for number in range(head.NumberOfSymbols):
        at = head.PointerToSymbolTable + 18 * number
        name, _, section, _, storage, extra = struct.unpack("<8sIhHBB", data[at : at + 18])
        assert extra == 0
        if name[:4] == bytes(4):
            start = strings + struct.unpack("<I", name[4:])[0]
            name = data[start : data.find(b"\0", start)]
        found.add((name.rstrip(b"\0").decode(), section, storage))
    return found


@pytest.mark.parametrize("word", ["dwarf", "symtab"])
@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_coff_symbols_are_those_of_lld(machine, word, tmp_path):
    path = compiled(tmp_path, machine)
    argv = [f"-machine:{machine}", f"-debug:{word}", "-opt:noref"]
    result, image = linked(path, *argv)
    theirs = by_lld(path, *argv, *(["-safeseh:no"] if machine == "x86" else []))
    mine = {name for name, _, _ in symbols(image)}
    his = {name for name, _, _ in symbols(theirs) if not name.startswith((".", "@feat"))}
    assert mine == his
    prefix = MACHINES[machine].symbol_prefix
    names = publics(result.map, image.OPTIONAL_HEADER.ImageBase)
    text = image.sections[0].VirtualAddress
    at = image.FILE_HEADER.PointerToSymbolTable
    values = {}
    for number in range(image.FILE_HEADER.NumberOfSymbols):
        record = struct.unpack("<8sIhHBB", image.__data__[at + 18 * number :][:18])
        values[record[0].rstrip(b"\0")] = record[1]
    assert values[prefix.encode() + b"used"] == names[prefix + "used"] - text


def test_long_names_of_sections_that_stay_are_cut_and_of_others_are_not(tmp_path):
    data = build(
        "x64",
        [
            Section(".text", bytes(16), CODE, 16),
            Section("stays_loaded", b"1234", 0x40000040, 4),
            Section("is_freed_soon", b"1234", 0x42000040, 4),
        ],
        [Symbol("DriverEntry", ".text")],
    )
    (tmp_path / "it.obj").write_bytes(data)
    result, image = linked(tmp_path / "it.obj")
    assert [name for name in section_names(image) if "_" in name] == ["stays_lo", "is_freed_soon"]
    (warning,) = result.warnings
    assert warning.message.startswith("section name is_freed_soon is longer than 8 characters")
