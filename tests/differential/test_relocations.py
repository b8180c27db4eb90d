"""Every relocation type of every machine, against an oracle and against lld-link where it knows it.

Two sources: assembly, which shows the types as compilers use them, and objects written field by
field, which also hold the types and addends that no assembler writes.
"""

from pathlib import Path
from struct import pack

import pytest

from coffwriter import ANY, BSS, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from differential.compare import (
    assert_equal_but_for_reasons,
    base_relocations,
    unexplained,
    wrong_bytes,
)
from differential.corpus import COMMON_ARGV, assemble, import_library, link_both
from differential.images import by_pelink
from differential.objects import read_object
from differential.patches import PATCHES
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.machines import target_of

IMPORTS = "LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\nKdDebuggerEnabled DATA\n"

UNKNOWN_TO_LLD = {("x64", 0x0C), ("x86", 0x01), ("x86", 0x02), ("x86", 0x0D)}
"""Types of the specification that lld-link refuses; only the oracle speaks for those."""

WORDS_ARM64 = {
    0x03: [0x94000000, 0x14000000],
    0x04: [0x90000000, 0xB0000001, 0xF0FFFFE2],
    0x05: [0x10000000, 0x70000083, 0x10FFFFE4],
    0x06: [0x91000000, 0x91002021],
    0x07: [0x39400000, 0x79400001, 0xB9400002, 0xF9400003, 0x3DC00004, 0xF9000805],
    0x09: [0x91000000, 0x91001021],
    0x0A: [0x91400000],
    0x0B: [0x39400000, 0xF9400001, 0x3DC00402],
    0x0F: [0x54000000, 0xB4000003],
    0x10: [0x36180000, 0x37180001],
}
ADDENDS_ARM64 = {
    0x03: [0x14000002, 0x17FFFFFE],
    0x0A: [0x91400421, 0x913FFC21],
    0x0F: [0x54000041, 0x54FFFFC2],
    0x10: [0x37180041, 0x3707FFE1],
}
"""lld-link ORs branch distances into the field, and counts SECREL_HIGH12A's addend in pages, which
clang writes in bytes; so addends are compared with the oracle only."""

HALVES_ARM = {
    0x11: [(0xF240, 0x0000, 0xF2C0, 0x0000), (0xF240, 0x0C08, 0xF2C0, 0x0C00)],
    0x12: [(0xF000, 0x8000), (0xF040, 0x8000)],
    0x14: [(0xF000, 0xD000), (0xF000, 0xF800), (0xF000, 0x9000)],
    0x15: [(0xF000, 0xE800), (0xF000, 0xF800)],
}
ADDENDS = (0, 1, 5, 0x10, -1, -8, 0x7F0)


def _fields(machine: str, kind: int, words: dict[int, list[int]]) -> list[bytes]:
    """Field contents to start from: several instructions, or several addends."""
    if machine == "arm64" and kind in words:
        return [pack("<I", word) for word in words[kind]]
    if machine == "arm" and kind in HALVES_ARM:
        return [pack(f"<{len(each)}H", *each) for each in HALVES_ARM[kind]]
    width = PATCHES[machine][kind][0]
    if width == 1:
        return [b"\x00", b"\x85"]
    if width == 2:
        return [b"\0\0", b"\x02\0"]
    return [(value & (1 << 8 * width) - 1).to_bytes(width, "little") for value in ADDENDS]


def _object(machine: str, kinds: list[int], words: dict[int, list[int]] = WORDS_ARM64) -> bytes:
    """Code that holds fields of all these types against data, code and a common symbol."""
    is_branch = {"arm64": {3, 15, 16}, "arm": {0x12, 0x14, 0x15}}.get(machine, set())
    sixteen = {0x01, 0x02} if machine == "x86" else set()
    prefix = MACHINES[machine].symbol_prefix
    code, relocations = bytearray(), []
    for kind in kinds:
        for field in _fields(machine, kind, words):
            targets = ["Helper"] if kind in is_branch | sixteen else ["Helper", "Datum", "Common"]
            for target in targets:
                code += bytes(-len(code) % 4)
                relocations.append(Reloc(len(code), prefix + target, kind))
                code += field
    return build(
        machine,
        [
            Section(".text", bytes(code) + bytes(16), CODE, 16, relocations),
            Section(".text$helper", bytes(16), CODE, 16, comdat=ANY),
            Section(".data", bytes(64), DATA, 16),
            Section(".bss", b"", BSS, 16, size=64),
            Section(".rdata", b"x" * 40, RDATA, 8),
        ],
        [
            Symbol(prefix + "DriverEntry" + ("@8" if prefix else ""), ".text", type=0x20),
            Symbol(prefix + "Helper", ".text$helper", type=0x20),
            Symbol(prefix + "Datum", ".data", 16),
            Symbol(prefix + "Common", 0, 48),
        ],
    )


def test_the_oracle_knows_every_type_of_the_tables():
    for machine in MACHINES.values():
        assert set(PATCHES[machine.name]) == set(target_of(machine).fixups)


@pytest.mark.parametrize("machine", MACHINES)
def test_assembly_is_linked_as_lld_links_it(machine, tmp_path):
    text = Path(__file__).with_name(f"every_form_{machine}.s").read_text(encoding="utf-8")
    built = assemble(text, machine, tmp_path / "code.obj")
    library = import_library(IMPORTS, machine, tmp_path / "nt.lib")
    ours, theirs, objects = link_both([built], [library], tmp_path, machine, "-opt:noref")
    seen = {site.type for each in objects[str(built)].sections for site in each.sites}
    assert len(seen) > {"x64": 4, "x86": 4, "arm64": 13, "arm": 7}[machine]
    assert len(ours.contributions) == len(theirs.contributions)
    assert_equal_but_for_reasons(ours, theirs, objects)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_type_is_applied_as_lld_applies_it(machine, tmp_path):
    kinds = [kind for kind in PATCHES[machine] if kind and (machine, kind) not in UNKNOWN_TO_LLD]
    if machine in ("x64", "arm64"):
        kinds.remove({"x64": 0x02, "arm64": 0x01}[machine])  # 32-bit addresses need a low base
    path = tmp_path / "fields.obj"
    path.write_bytes(_object(machine, kinds))
    ours, theirs, objects = link_both([path], [], tmp_path, machine)
    assert_equal_but_for_reasons(ours, theirs, objects)


def test_addends_of_arm64_instructions_count_bytes(tmp_path):
    path = tmp_path / "fields.obj"
    data = _object("arm64", list(ADDENDS_ARM64), ADDENDS_ARM64)
    path.write_bytes(data)
    objects = {str(path): read_object(data)}
    ours = by_pelink([path], [*COMMON_ARGV, "-machine:arm64", "-out:test.sys"], objects)
    assert not unexplained(wrong_bytes("pelink", ours, objects))


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_addresses_of_32_bits_fit_below_4_gib(machine, tmp_path):
    path = tmp_path / "fields.obj"
    path.write_bytes(_object(machine, [{"x64": 0x02, "arm64": 0x01}[machine]]))
    low = ("-base:0x10000000",)
    ours, theirs, objects = link_both([path], [], tmp_path, machine, *low)
    if machine == "arm64":
        assert not base_relocations(theirs)  # lld-link forgets them: such an image cannot move
        assert len(base_relocations(ours)) == len(objects[str(path)].sections[0].sites)
        theirs.pe.DIRECTORY_ENTRY_BASERELOC = ours.pe.DIRECTORY_ENTRY_BASERELOC
    assert_equal_but_for_reasons(ours, theirs, objects)
    options = options_from_argv([*COMMON_ARGV, f"-machine:{machine}"])
    with pytest.raises(LinkError, match=r"relocation out of range: IMAGE_REL_A.*_ADDR32 against"):
        link([path], options)


@pytest.mark.parametrize(("machine", "kind"), sorted(UNKNOWN_TO_LLD))
def test_types_unknown_to_lld_follow_the_specification(machine, kind, tmp_path):
    path = tmp_path / "fields.obj"
    data = _object(machine, [kind])
    path.write_bytes(data)
    objects = {str(path): read_object(data)}
    argv = [*COMMON_ARGV, f"-machine:{machine}", "-out:test.sys"]
    argv += ["-base:0"] if kind == 0x01 else []
    ours = by_pelink([path], argv, objects)
    assert not unexplained(wrong_bytes("pelink", ours, objects))
