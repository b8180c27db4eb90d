"""ELF executables made PE images: what is in them, how they are loaded, what is refused."""

import ctypes
import subprocess
from random import Random
from struct import pack, pack_into, unpack_from

import pefile
import pytest

from ntbuild.compilers.matrix import known_toolchain
from ntbuild.pecheck import check
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.elf.image import image_of_elf
from ntld.loader import Loader

TRIPLES = {"riscv64": 0x5064, "aarch64": 0xAA64, "loongarch64": 0x6264}
SOURCE = """
typedef int (*step)(int);
static int twice(int a) { return 2 * a; }
static int next(int a) { return a + 1; }
static const step steps[] = { twice, next, twice };
static step volatile last = next;
int counter = 7;
char room[9000];
int start(int a)
{
    for (int i = 0; i < 3; i++)
        a = (*(const step volatile *)&steps[i])(a);
    room[a & 4095]++;
    return last(a) + counter++;
}
"""
RELATIVE = {183: 1027, 243: 3, 258: 3}


def program(machine=243, *, fixups=((0x2000, 0x1008),), kind=3, header=(), tags=(), relative=None):
    """An ELF file: code at 0x1000, data at 0x2000 with relocations, a dynamic section in it."""
    kinds = relative or RELATIVE.get(machine, 3)
    rela = b"".join(pack("<QQq", field, kinds, addend) for field, addend in fixups)
    dynamic = b"".join(
        pack("<QQ", *each) for each in ((7, 0x2100), (8, len(rela)), (9, 24), *tags, (0, 0))
    )
    data = bytearray(0x2400)
    data[0x2100 : 0x2100 + len(rela)] = rela
    data[0x2300 : 0x2300 + len(dynamic)] = dynamic
    loads = [(1, 5, 0x1000, 0x1000, 16, 16), (1, 6, 0x2000, 0x2000, 0x400, 0x5000)]
    loads += [(2, 6, 0x2300, 0x2300, len(dynamic), len(dynamic)), *header]
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    pack_into(
        "<16sHHIQQQIHHH", data, 0, ident, kind, machine, 1, 0x1000, 64, 0, 0, 64, 56, len(loads)
    )
    for index, (what, flags, offset, address, stored, size) in enumerate(loads):
        pack_into(
            "<IIQQQQQQ",
            data,
            64 + 56 * index,
            what,
            flags,
            offset,
            address,
            address,
            stored,
            size,
            4096,
        )
    return bytes(data)


@pytest.mark.parametrize("machine", [183, 243, 258])
def test_segments_become_sections_and_relative_becomes_dir64(machine):
    image = pefile.PE(data=image_of_elf(program(machine), "a.elf"))
    assert image.verify_checksum()
    names = [each.Name.rstrip(b"\0").decode() for each in image.sections]
    assert names == [".text", ".data", ".reloc"]
    assert [each.VirtualAddress for each in image.sections] == [0x1000, 0x2000, 0x7000]
    assert image.sections[1].Misc_VirtualSize == 0x5000
    assert image.OPTIONAL_HEADER.AddressOfEntryPoint == 0x1000
    (block,) = image.DIRECTORY_ENTRY_BASERELOC
    assert [(each.rva, each.type) for each in block.entries if each.type] == [(0x2000, 10)]
    assert image.get_qword_at_rva(0x2000) == image.OPTIONAL_HEADER.ImageBase + 0x1008


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("machine", TRIPLES)
def test_what_a_compiler_makes_is_loaded_and_relocated(tmp_path, machine, packed):
    zig = known_toolchain("zig").locate("arm64").argv[0]
    (tmp_path / "a.c").write_text(SOURCE, encoding="utf-8")
    compile_words = [
        "clang",
        f"--target={machine}-unknown-elf",
        "-O1",
        "-fPIE",
        "-ffreestanding",
        "-nostdinc",
    ]
    link_words = [
        "ld.lld",
        "-pie",
        "--no-dynamic-linker",
        "-z",
        "max-page-size=4096",
        "-z",
        "separate-code",
    ]
    link_words += ["--pack-dyn-relocs=relr"] if packed else []
    for words in (
        [*compile_words, "-c", "a.c", "-o", "a.o"],
        [*link_words, "-e", "start", "a.o", "-o", "a.elf"],
    ):
        subprocess.run([zig, *words], cwd=tmp_path, check=True)
    assert main(["/elf", f"/out:{tmp_path / 'a.efi'}", str(tmp_path / "a.elf")]) == 0
    data = (tmp_path / "a.efi").read_bytes()
    assert [each for each in check(data, name="a.efi") if each.rule == "DRV103"] == []
    loader = Loader(tmp_path)
    image = loader.load("a.efi", data, TRIPLES[machine])
    assert image.why is None
    assert image.relocations >= 4
    parsed = pefile.PE(data=data)
    code = next(each for each in parsed.sections if each.Name.startswith(b".text"))
    fields = [e.rva for b in parsed.DIRECTORY_ENTRY_BASERELOC for e in b.entries if e.type == 10]

    values = [ctypes.c_uint64.from_address(image.base + each).value - image.base for each in fields]
    in_code = [
        v for v in values if code.VirtualAddress <= v < code.VirtualAddress + code.Misc_VirtualSize
    ]
    assert len(in_code) >= 4


REFUSED = {
    "is no 64-bit little-endian ELF file": b"MZ" + bytes(100),
    "is cut off: no header at 0x0": b"\x7fELF",
    "is not position-independent: link it with -pie": program(kind=2),
    "is for ELF machine 8, which is none of arm64, riscv64, loongarch64": program(8),
    "needs a dynamic loader": program(header=[(3, 4, 0x1000, 0x1000, 8, 8)]),
    "has thread-local variables": program(header=[(7, 4, 0x1000, 0x1000, 8, 8)]),
    "needs shared libraries: link it with -static-pie": program(tags=[(1, 5)]),
    "calls functions of shared libraries": program(tags=[(23, 5)]),
    "has a relocation of type 2 at 0x2000, which has no PE form": program(relative=2),
    "has a relocation at 0x2400, where the file has no bytes": program(fixups=[(0x2400, 1)]),
    "is cut off: segment 3 is not in the file": program(header=[(1, 4, 0x9000, 0x9000, 8, 8)]),
    "has two segments in the page at 0x6000": program(header=[(1, 4, 0x1000, 0x6800, 8, 8)]),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_pe_form_is_refused_with_its_reason(text):
    with pytest.raises(LinkError) as failure:
        image_of_elf(REFUSED[text], "a.elf")
    (line,) = str(failure.value).splitlines()
    assert f"a.elf {text}" in line


def test_damaged_files_are_refused_or_made_and_never_break():
    draw = Random(14)
    made = 0
    for _ in range(3000):
        data = bytearray(program(draw.choice([183, 243, 258])))
        for _ in range(draw.randint(1, 4)):
            at = draw.choice([draw.randrange(0x130), 0x2100 + draw.randrange(0x280)])
            data[at] = draw.randrange(256)
        try:
            image = image_of_elf(bytes(data), "a.elf")
        except LinkError:
            continue
        made += 1
        assert unpack_from("<2s", image) == (b"MZ",)
    assert made > 300


def elf_of(parts, tags):
    """A file of segments (flags, address, content), and of a dynamic section with tags."""
    dynamic = b"".join(pack("<QQ", *each) for each in (*tags, (0, 0)))
    rows = [(1, *part) for part in parts] + [(2, 6, 0x4000000, dynamic)]
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header = pack("<16sHHIQQQIHHH", ident, 3, 243, 1, 0x1000, 64, 0, 0, 64, 56, len(rows))
    data, at = bytearray(header.ljust(64, b"\0")), 64 + 56 * len(rows)
    for kind, flags, address, content in rows:
        size = len(content)
        data += pack("<IIQQQQQQ", kind, flags, at, address, address, size, size, 4096)
        at += size
    return bytes(data) + b"".join(content for *_, content in rows)


def test_many_relocations_take_no_longer_than_their_number():
    count = 200_000
    table = b"".join(pack("<QQq", 0x100000 + 8 * at, 3, 0x1000) for at in range(count))
    parts = [(5, 0x1000, bytes(16)), (6, 0x100000, bytes(8 * count)), (4, 0x1000000, table)]
    data = elf_of(parts, ((7, 0x1000000), (8, len(table)), (9, 24)))
    image = pefile.PE(data=image_of_elf(data, "a.elf"), fast_load=True)
    relocations = image.sections[-1]
    assert relocations.Misc_VirtualSize == 2 * count + 8 * -(-8 * count // 4096)


def test_a_packed_table_that_names_fields_again_and_again_is_refused():
    table = pack("<QQ", 0x100000, (1 << 64) - 1) * 5000
    parts = [(5, 0x1000, bytes(16)), (6, 0x100000, bytes(512)), (4, 0x1000000, table)]
    with pytest.raises(LinkError, match=r"a\.elf has more relocations than bytes$"):
        image_of_elf(elf_of(parts, ((36, 0x1000000), (35, len(table)))), "a.elf")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "/elf needs one ELF file, not 0"),
        (["/outt:a", "b.elf"], "/elf: unknown option /outt:a"),
        (["/subsystem:windows", "b.elf"], "/elf: /subsystem is one of native"),
        (["b.elf"], "could not open 'b.elf'"),
    ],
)
def test_a_wrong_command_is_one_line(capsys, tmp_path, monkeypatch, words, text):
    monkeypatch.chdir(tmp_path)
    assert main(["/elf", *words]) != 0
    assert text in capsys.readouterr().err
