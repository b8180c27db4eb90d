"""Delay-loaded imports: the tables are lld-link's, the code is what objdump says, Wine runs it."""

import re
import subprocess

import pefile
import pytest

import peers
from coffwriter import CODE, DATA, RDATA, Reloc, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES as TARGETS
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

MACHINES = ["x64", "x86", "arm64", "arm"]
RVA = {"x64": 3, "x86": 7, "arm64": 2, "arm": 2}
LATE = "LIBRARY late.dll\nEXPORTS\nFirst\nSecond\nThird @7 NONAME\nVariable DATA\n"
OTHER = "LIBRARY Other.DLL\nEXPORTS\nFourth\n"
EARLY = "LIBRARY early.dll\nEXPORTS\nFifth\n"
ARGV = ["/entry:Start", "/subsystem:console", "/nodefaultlib", "/opt:noicf", "/safeseh:no"]


@pytest.fixture(params=MACHINES)
def machine(request):
    return request.param


def inputs(tmp_path, machine, *extra):
    """An object that reaches imports both ways, with a helper of its own, and their libraries."""
    prefix = "_" if machine == "x86" else ""
    helper = "___delayLoadHelper2@8" if machine == "x86" else "__delayLoadHelper2"
    wanted = [prefix + name for name in ("First", "Second", "Third", "Fourth", "Fifth", *extra)]
    wanted += [f"__imp_{wanted[1]}"]
    relocations = [Reloc(4 * at, name, RVA[machine]) for at, name in enumerate(wanted)]
    sections = [
        Section(".text", bytes(16), CODE, 16),
        Section(".rdata", bytes(4 * len(wanted)), RDATA, 4, relocations),
    ]
    symbols = [Symbol(f"{prefix}Start", 1), Symbol(helper, 1, 8), *map(Symbol, wanted)]
    paths = [tmp_path / "a.obj"]
    paths[0].write_bytes(build(machine, sections, symbols))
    for number, text in enumerate((LATE, OTHER, EARLY)):
        target = TARGETS[machine]
        paths.append(tmp_path / f"{number}.lib")
        paths[-1].write_bytes(write_import_library(parse_def(text, "x.def", target), target))
    return paths


DELAYS = ["/delayload:LATE.dll", "/delayload:other.dll"]


def tables(pe):
    """(DLL, names or ordinals) of the delay-load directory, and of the import directory."""
    found = []
    for name in ("DIRECTORY_ENTRY_DELAY_IMPORT", "DIRECTORY_ENTRY_IMPORT"):
        dlls = {each.dll: [i.name or i.ordinal for i in each.imports] for each in getattr(pe, name)}
        found.append(dlls)
    return found


def test_tables_are_lld_links(machine, tmp_path):
    paths = inputs(tmp_path, machine)
    argv = [*ARGV, *DELAYS, f"/machine:{machine}"]
    ours = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    theirs = tmp_path / "theirs.exe"
    command = [peers.require("lld-link"), *argv, *map(str, paths), f"/out:{theirs}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    delayed, imported = tables(ours)
    assert [delayed, imported] == tables(pefile.PE(str(theirs)))
    assert delayed == {b"late.dll": [b"First", b"Second", 7], b"Other.DLL": [b"Fourth"]}
    assert imported == {b"early.dll": [b"Fifth"]}


def test_every_slot_begins_as_its_thunk(machine, tmp_path):
    result = link(inputs(tmp_path, machine), options_from_argv([*ARGV, *DELAYS]))
    pe = pefile.PE(data=result.image)
    text = next(each for each in pe.sections if each.Name.startswith(b".text"))
    directory = pe.OPTIONAL_HEADER.DATA_DIRECTORY[13]
    assert directory.Size == 3 * 32
    based = {each.rva for block in pe.DIRECTORY_ENTRY_BASERELOC for each in block.entries}
    width = 4 if machine in ("x86", "arm") else 8
    memory = pe.get_memory_mapped_image()
    for entry in pe.DIRECTORY_ENTRY_DELAY_IMPORT:
        slots = entry.struct.pIAT
        for at in range(len(entry.imports)):
            slot = slots + width * at
            value = int.from_bytes(memory[slot : slot + width], "little")
            thunk = value - pe.OPTIONAL_HEADER.ImageBase
            assert slot in based
            assert text.VirtualAddress <= thunk < text.VirtualAddress + text.Misc_VirtualSize
            assert thunk & 1 == (machine == "arm")


def test_the_code_is_what_was_meant(machine, tmp_path):
    result = link(inputs(tmp_path, machine), options_from_argv([*ARGV, *DELAYS]))
    image = tmp_path / "a.exe"
    image.write_bytes(result.image)
    command = [peers.require("llvm-objdump"), "-d", "--no-show-raw-insn", str(image)]
    if machine == "arm":
        command.append("--triple=thumbv7-windows")
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "unknown" not in text
    ends = {
        "x64": r"jmpq\t\*%rax",
        "x86": r"jmpl\t\*%eax",
        "arm64": r"ldp\tx29, x30.*\n.*br\tx16",
        "arm": r"bx\tr12",
    }
    assert len(re.findall(ends[machine], text)) == 2  # the tails of two DLLs
    helper = {"x64": "callq", "x86": "calll", "arm64": "bl", "arm": "bl"}[machine]
    start = pefile.PE(data=result.image).OPTIONAL_HEADER.AddressOfEntryPoint & ~1
    calls = re.findall(rf"\t{helper}\t(?:#?)(0x[0-9a-f]+)", text)
    assert len(calls) == 2
    base = pefile.PE(data=result.image).OPTIONAL_HEADER.ImageBase
    assert {int(each, 16) for each in calls} == {base + start + 8}


def test_the_tail_can_be_unwound(tmp_path):
    result = link(inputs(tmp_path, "x64"), options_from_argv([*ARGV, *DELAYS]))
    image = tmp_path / "a.exe"
    image.write_bytes(result.image)
    command = [peers.require("llvm-readobj"), "--unwind", str(image)]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.count("UnwindInfo {") == 2
    assert re.findall(r"ALLOC_SMALL size=(\d+)", text) == ["104", "8", "8", "8", "8"] * 2


def test_data_cannot_wait(machine, tmp_path):
    paths = inputs(tmp_path, machine)
    prefix = "_" if machine == "x86" else ""
    more = Section(".data", bytes(4), DATA, 4, [Reloc(0, f"__imp_{prefix}Variable", RVA[machine])])
    (tmp_path / "b.obj").write_bytes(build(machine, [more], [Symbol(f"__imp_{prefix}Variable")]))
    with pytest.raises(LinkError, match=r"cannot delay-load 'late\.dll' due to import of data"):
        link([*paths, tmp_path / "b.obj"], options_from_argv([*ARGV, *DELAYS]))


def test_a_dll_that_is_not_imported_is_named(tmp_path):
    options = options_from_argv([*ARGV, "/delayload:none.dll"])
    (warning,) = link(inputs(tmp_path, "x64"), options).warnings
    assert (
        warning.message == "/delayload:none.dll ignored; no imports found from none.dll [LNK4199]"
    )


def test_the_helper_must_be_there(tmp_path):
    path = tmp_path / "a.obj"
    path.write_bytes(build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("Start", 1)]))
    with pytest.raises(LinkError, match="undefined symbol: __delayLoadHelper2"):
        link([path], options_from_argv([*ARGV, "/delayload:x.dll", "/ignore:4199"]))
