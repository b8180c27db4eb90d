"""The image reader: headers, addresses, tables; hostile bytes raise FormatError, nothing else."""

import contextlib
import random
import struct
import time

import pefile
import pytest

from ntbuild.pecheck import check
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image, read_image
from pecheck.golden import EXPORTS, IMPORTS, MACHINES, golden
from pecheck.mutations import MUTATIONS
from slowness import allowed

PARTS = ("imports", "exports", "debug", "base_relocations", "runtime_functions")


@pytest.fixture(params=MACHINES)
def image(request):
    return read_image(golden(request.param, exports=True, debug=True), "golden.sys")


def test_headers_equal_pefiles(image):
    peer = pefile.PE(data=bytes(image.data))
    for name in ("Machine", "NumberOfSections", "TimeDateStamp", "Characteristics"):
        assert getattr(image.file_header, name) == getattr(peer.FILE_HEADER, name)
    for name in image.optional_header.__slots__:
        if name != "offset" and hasattr(peer.OPTIONAL_HEADER, name):
            assert getattr(image.optional_header, name) == getattr(peer.OPTIONAL_HEADER, name)
    directories = [(d.VirtualAddress, d.Size) for d in peer.OPTIONAL_HEADER.DATA_DIRECTORY]
    assert [(d.VirtualAddress, d.Size) for d in image.directories] == directories


def test_sections_equal_pefiles(image):
    peer = pefile.PE(data=bytes(image.data))
    fields = ("VirtualAddress", "SizeOfRawData", "PointerToRawData", "Characteristics")
    for ours, theirs in zip(image.sections, peer.sections, strict=True):
        assert ours.raw_name == theirs.Name
        assert ours.VirtualSize == theirs.Misc_VirtualSize
        assert [getattr(ours, f) for f in fields] == [getattr(theirs, f) for f in fields]


def test_imports_are_read(image):
    found = {m.name: [s.name for s in m.symbols] for m in image.imports.modules}
    assert found == IMPORTS
    assert image.imports.terminated
    slots = [s.slot for m in image.imports.modules for s in m.symbols]
    assert slots[0] == image.directory(IMAGE_DIRECTORY_ENTRY.IAT).VirtualAddress


def test_exports_are_read(image):
    assert image.exports.module == "core.sys"
    assert [name for name, _ in image.exports.names] == EXPORTS
    assert image.exports.faults == ()


def test_runtime_functions_have_extents(image):
    table = image.runtime_functions
    if image.machine.name == "x86":
        assert table.begins == ()
        return
    assert len(table.begins) == 6
    assert all(33 <= end - begin <= 36 for begin, end in zip(table.begins, table.ends, strict=True))
    assert not any(begin & 1 for begin in table.begins)


def test_addresses_map_to_file_offsets(image):
    text = image.sections[0]
    assert image.offset_of(0x10) == 0x10
    assert image.offset_of(text.VirtualAddress + 5) == text.PointerToRawData + 5
    assert image.offset_of(text.end) is None
    assert image.offset_of(0xFFFFFFFF) is None
    assert image.section_at(0x10) is None
    assert image.backed(text.VirtualAddress + 5) == text.SizeOfRawData - 5


def test_a_failure_tells_file_offset_field_and_message():
    with pytest.raises(FormatError) as caught:
        read_image(b"MZ" + bytes(58) + struct.pack("<I", 0x1000), "a.sys")
    assert caught.value.file == "a.sys"
    assert caught.value.offset == 60
    assert caught.value.field == "e_lfanew"
    assert str(caught.value).startswith("a.sys: offset 0x3c: e_lfanew: ")


def test_a_failed_part_fails_again_and_hides_no_other():
    data = bytearray(golden())
    good = Image(bytes(data))
    struct.pack_into("<I", data, good.directory_offset(IMAGE_DIRECTORY_ENTRY.EXCEPTION), 0x900000)
    image = read_image(data)
    for _ in range(2):
        with pytest.raises(FormatError):
            _ = image.runtime_functions
    assert len(image.imports.modules) == 2


def test_strings_are_printable_whatever_the_bytes():
    data = bytearray(golden())
    at = Image(bytes(data)).imports.modules[0].Name
    offset = Image(bytes(data)).offset_of(at)
    data[offset : offset + 4] = b"\x1b[2J"
    assert read_image(data).imports.modules[0].name.startswith("\\x1b[2J")


def test_shared_tables_cannot_multiply():
    """A thousand descriptors that share one lookup table cost no more than the file's size."""
    data = bytearray(golden("x64")) + bytes(0x40000)
    good = Image(bytes(data))
    last = good.sections[-1]
    struct.pack_into("<2I", data, last.offset + 16, 0x40000, last.PointerToRawData)
    struct.pack_into("<I", data, last.offset + 8, 0x40000)
    base, raw = last.VirtualAddress, last.PointerToRawData
    for index in range(4000):
        struct.pack_into(
            "<5I", data, raw + 20 * index, base + 0x18000, 0, 0, base + 4, base + 0x18000
        )
    data[raw + 0x18000 : raw + 0x3F000] = struct.pack("<Q", base + 0x3F000) * (0x27000 // 8)
    at = good.directory_offset(IMAGE_DIRECTORY_ENTRY.IMPORT)
    struct.pack_into("<2I", data, at, base, 20 * 4001)
    start = time.process_time()
    table = read_image(data).imports
    assert time.process_time() - start < allowed(1)
    assert table.faults


# ---- oracles ---------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("extra", [b"", b"x", b"xyz", bytes(1000)])
def test_checksum_equals_pefiles(machine, extra):
    data = golden(machine) + extra
    assert Image(data).checksum() == pefile.PE(data=data).generate_checksum()


def test_checksum_at_odd_offsets_and_of_random_bytes():
    rng = random.Random(20261120)
    for size in (0, 1, 2, 3, 511, 70001):
        data = golden("x64") + rng.randbytes(size)
        assert Image(data).checksum() == pefile.PE(data=data).generate_checksum()


@pytest.mark.parametrize("machine", MACHINES)
def test_imports_and_relocations_equal_pefiles(machine):
    data = golden(machine)
    image, peer = read_image(data), pefile.PE(data=data)
    theirs = {
        e.dll.decode(): [i.name.decode() for i in e.imports] for e in peer.DIRECTORY_ENTRY_IMPORT
    }
    assert {m.name: [s.name for s in m.symbols] for m in image.imports.modules} == theirs
    fixups = [(e.rva, e.type) for b in peer.DIRECTORY_ENTRY_BASERELOC for e in b.entries if e.type]
    assert list(image.base_relocations.fixups()) == fixups


# ---- hostile input ---------------------------------------------------------------------------


def _mutant(rng, base):
    """A copy with a few bytes, words or lengths changed, most of them in the headers and tables."""
    data = bytearray(base)
    for _ in range(rng.randint(1, 4)):
        limit = 0x400 if rng.random() < 0.5 else len(data)
        at = rng.randrange(max(1, min(limit, len(data)) - 4))
        value = rng.choice(
            (0, 1, 0x7F, 0xFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, rng.getrandbits(32))
        )
        width = rng.choice((1, 2, 4))
        data[at : at + width] = (value & (1 << 8 * width) - 1).to_bytes(width, "little")
    if rng.random() < 0.1:
        del data[rng.randrange(len(data)) :]
    return bytes(data)


@pytest.mark.parametrize("machine", MACHINES)
def test_mutated_images_raise_image_error_only_and_are_quick(machine):
    rng = random.Random(f"pecheck {machine}")
    bases = [golden(machine, exports=True, debug=True)]
    bases += [m.make(machine) for m in MUTATIONS if machine in m.machines][::9]
    slowest = 0.0
    for number in range(200):
        data = _mutant(rng, bases[number % len(bases)])
        start = time.process_time()
        image = Image(data)
        for part in PARTS:
            with contextlib.suppress(FormatError):
                getattr(image, part)
        findings = check(data)
        slowest = max(slowest, time.process_time() - start)
        assert all(finding.message.isprintable() for finding in findings)
    assert slowest < allowed(1)
