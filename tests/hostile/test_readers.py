"""The readers and writers below the linker, each with inputs that are spoiled for it."""

import random
from functools import partial
from struct import pack

import pytest

from hostile.guard import fault
from hostile.mutate import mutants
from hostile.seeds import good_files, main_object
from ntbuild.pecoff.archive import read_archive
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pecoff.object.import_object import is_import_object, read_import_object
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from ntbuild.pelink.script.parser import parse_script

DEF = """LIBRARY "core.sys" BASE=0x10000
HEAPSIZE 0x1000,0x1000
VERSION 1.2
SECTIONS
  .shared READ WRITE SHARED
EXPORTS
  Open@8 @1 NONAME
  @Fast@8 @2
  Close = Impl PRIVATE
  Table DATA
  Alias == Close ; comment
"""
SCRIPT = """OUTPUT_FORMAT(pei-x86-64) ENTRY("DriverEntry")
SECTIONS
{
  . = __image_base__ + 0x1000;
  .text ALIGN(4096) : { *(.text) *(SORT(.text$*)) KEEP(SORT(*)(.idata$5)) end = .; }
  .data : ALIGN(16) { *(EXCLUDE_FILE(a.o *b.o) .data) LONG(-1 << 2 | 3) PROVIDE(x = . ? 1 : 2); }
  /DISCARD/ : { *(.debug*) } /* nothing */
}
"""


def bsd_archive() -> bytes:
    names = b"Alpha\0Beta\0"
    index = pack("<IIIII", 16, 0, 108, 6, 108) + pack("<I", len(names)) + names
    name = b"__.SYMDEF"
    head = b"%-16s%-12s%-6s%-6s%-8s%-10d`\n"
    data = b"!<arch>\n" + head % (name, b"0", b"0", b"0", b"644", len(index)) + index
    data += b"\n" * (len(data) & 1)
    return data + head % (b"#1/8", b"0", b"0", b"0", b"644", 12) + b"long.obj" + b"data"


def read_all(data: bytes) -> None:
    view = memoryview(data)
    archive = read_archive(view, "spoiled.a")
    for row in range(min(len(archive.symbol_positions), 100)):
        archive.symbol_name(row)
    for header_offset in archive.symbol_members.tolist():
        archive.member_at(header_offset)
    for member in archive.members:
        if archive.is_thin:
            archive.thin_path(member)
        elif is_import_object(view, member.offset, member.size):
            read_import_object(view, member.offset, member.size, "spoiled.a")


@pytest.mark.parametrize("kind", ["library.a", "import.lib", "bsd"])
def test_spoiled_archives(kind: str):
    data = bsd_archive() if kind == "bsd" else good_files("x64")[kind]
    every = mutants(data, kind, fields=200, chance=300)
    found = [
        f"{mutant.what}: {text}"
        for mutant in every
        if (text := fault(partial(read_all, mutant.data), FormatError, ("spoiled.a",)))
    ]
    assert found == []
    assert len(every) >= 400


@pytest.mark.parametrize("bigobj", [False, True], ids=["coff", "bigobj"])
def test_spoiled_objects_for_the_librarian(bigobj: bool):  # noqa: FBT001
    data = main_object("arm64", bigobj=bigobj)
    every = mutants(data, "librarian", fields=200, chance=300)
    found = [
        f"{mutant.what}: {text}"
        for mutant in every
        if (
            text := fault(
                partial(write_archive, [("spoiled.obj", mutant.data)]), LinkError, ("spoiled.obj",)
            )
        )
    ]
    assert found == []


def spoiled_text(text: str, seed: int) -> str:
    """Text with words dropped, doubled, exchanged or replaced by odd characters."""
    chance = random.Random(seed)
    start = chance.randrange(len(text))
    end = min(len(text), start + chance.choice((1, 1, 2, 5, 30)))
    other = chance.randrange(len(text))
    odd = chance.choice(("", "{", "}", "(" * 300, ")", '"', "'", "/*", "*/", "=", "==", ";", ","))
    odd = chance.choice((odd, "@", "\0", "\ud800", "\x85", "9" * 50, "0x", "\n", text[other:]))
    return text[:start] + odd + text[end:]


@pytest.mark.parametrize("machine", MACHINES)
def test_spoiled_definitions(machine: str):
    def run(text: str) -> None:
        definition = parse_def(text, "spoiled.def", MACHINES[machine])
        if definition.name:
            write_import_library(definition, MACHINES[machine], kill_at=True)

    found = [
        f"{seed}: {text}"
        for seed in range(500)
        if (text := fault(partial(run, spoiled_text(DEF, seed)), LinkError, ("spoiled.def:",)))
    ]
    assert found == []


def test_spoiled_scripts():
    found = [
        f"{seed}: {text}"
        for seed in range(1000)
        if (
            text := fault(
                partial(parse_script, spoiled_text(SCRIPT, seed), "spoiled.ld"),
                LinkError,
                ("spoiled.ld:",),
            )
        )
    ]
    assert found == []
