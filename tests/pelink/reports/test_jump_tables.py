"""A ``switch`` in an INIT function: its table in resident data is no use of freed code."""

import struct
import subprocess

import pytest

import peers
from coffwriter import CODE, DATA, RDATA, STATIC, Reloc, Section, Symbol, build
from linking import linked
from ntbuild import link, options_from_argv

INIT = 0x62000020
REL32 = {"x64": 4, "x86": 20}
ADDRESS = {"x64": 1, "x86": 6}


def driver(machine, *, resident_user=False, into="Choose"):
    """Choose, an INIT function, refers to a table in .rdata whose two entries lead into it."""
    prefix = "_" if machine == "x86" else ""
    entry = f"{prefix}DriverEntry" + ("@8" if prefix else "")
    # Choose is at 0x20, its cases at 0x28 and 0x2c; Other at 0x40. The table is at 0x8 in .rdata.
    first = {"Choose": 0x28, "Other": 0x40}[into]
    if machine == "x64":  # distances from the table's begin, as fields of REL32 hold them
        fields = struct.pack("<ii", first + 4, 0x2C + 4 + 4)
        kind, use = REL32["x64"], REL32["x64"]
    else:
        fields = struct.pack("<ii", first, 0x2C)
        kind, use = ADDRESS["x86"], ADDRESS["x86"]
    init = bytearray(0x60)
    init[0x22:0x26] = struct.pack("<i", 8)  # the offset of the table in .rdata
    init[0x42:0x46] = struct.pack("<i", 0)  # and of the text before it
    text = bytearray(16)
    text[2:6] = struct.pack("<i", 8 if resident_user else 0)
    sections = [
        Section("INIT", bytes(init), INIT, 16, [Reloc(0x22, ".rdata", use),
                                                Reloc(0x42, ".rdata", use)]),
        Section(".text", bytes(text), CODE, 16, [Reloc(2, ".rdata", use)]),
        Section(".rdata", b"a text\0\0" + fields, RDATA, 8,
                [Reloc(8, "INIT", kind), Reloc(12, "INIT", kind)]),
        Section(".data", bytes(8), DATA, 8, [Reloc(0, "Resident", ADDRESS[machine])]),
    ]  # fmt: skip
    symbols = [
        Symbol(entry, "INIT", type=0x20),
        Symbol("Choose", "INIT", 0x20, STATIC, 0x20),
        Symbol("Other", "INIT", 0x40, STATIC, 0x20),
        Symbol("Resident", ".text", type=0x20),
        Symbol("Kept", ".data"),
    ]
    return build(machine, sections, symbols)


def references(folder, machine, **what):
    result = linked(folder, {"a.obj": driver(machine, **what)}, "/include:Kept")
    return [each.source.rpartition("/")[2] for each in result.facts.init_references]


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_table_that_its_own_function_alone_uses_is_no_reference(machine, tmp_path):
    assert references(tmp_path, machine) == []


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_table_that_resident_code_uses_too_is_one(machine, tmp_path):
    assert references(tmp_path, machine, resident_user=True) == [
        "a.obj:(.rdata+0x8)",
        "a.obj:(.rdata+0xc)",
    ]


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_an_entry_that_leads_into_another_function_is_one(machine, tmp_path):
    assert references(tmp_path, machine, into="Other") == ["a.obj:(.rdata+0x8)"]


SOURCE = """
extern int work(int);
int Global;
static int table[8];
#define INIT __attribute__((section("INIT"), noinline))
INIT static int Choose(int x);
int Resident(int x) {
    switch (x) { case 0: return Global; case 1: return Global * 5; case 2: return work(7);
    case 3: return 9 ^ Global; case 4: return work(x + 4) + 1; case 5: return Global - 9; }
    return table[x & 7];
}
INIT static int Choose(int x) {
    switch (x) { case 0: return Global; case 1: return Global * 5; case 2: return work(7);
    case 3: return 9 ^ Global; case 4: return work(x + 4) + 1; case 5: return Global - 9; }
    return 0;
}
int work(int a) { return a; }
INIT long DriverEntry(int *driver, void *path) { return Choose(*driver) + Resident(*driver); }
"""


@pytest.mark.parametrize("level", ["-O0", "-O2"])
@pytest.mark.parametrize("triple", ["x86_64-pc-windows-msvc", "i686-pc-windows-msvc"])
def test_a_compilers_switch_in_an_init_function_is_no_reference(triple, level, tmp_path):
    clang = peers.require("clang")
    (tmp_path / "a.c").write_text(SOURCE)
    command = [clang, "-target", triple, level, "-ffreestanding", "-c", "a.c", "-o", "a.obj"]
    subprocess.run(command, cwd=tmp_path, check=True)
    entry = "/entry:DriverEntry"
    result = link([tmp_path / "a.obj"], options_from_argv(["/driver", entry]))
    assert result.facts.init_references == ()
    # A call from resident code is not overlooked.
    (tmp_path / "b.c").write_text(SOURCE.replace("return table[x & 7]", "return Choose(x)"))
    subprocess.run([*command[:-3], "b.c", "-o", "b.obj"], cwd=tmp_path, check=True)
    result = link([tmp_path / "b.obj"], options_from_argv(["/driver", entry]))
    assert {each.source.rpartition(":")[2] for each in result.facts.init_references} == {
        "(_Resident)" if "i686" in triple else "(Resident)"
    }
