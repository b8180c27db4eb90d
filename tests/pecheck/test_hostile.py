"""Images made to be slow: every table as long as it can be, all pointing at the same bytes."""

import struct
import time
from contextlib import suppress

import pytest

from ntbuild.pecheck import RULES, check
from ntbuild.pecheck.check import FAULT_LIMIT
from ntbuild.pecheck.dump import dump
from ntbuild.pecheck.fixes.fix import FixError, fix
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.image import Image
from pecheck.golden import golden
from slowness import allowed

MIB = 1 << 20


def _with_tail(machine="x64", size=MIB):
    """A golden image whose last section is a megabyte long; its address and file offset."""
    good = Image(golden(machine))
    data = bytearray(good.data) + bytes(size - len(good.data))
    last = good.sections[-1]
    length = len(data) - last.PointerToRawData
    struct.pack_into("<I", data, last.offset + 8, length)
    struct.pack_into("<I", data, last.offset + 16, length)
    return good, data, last.VirtualAddress, last.PointerToRawData


def _point(good, data, entry, rva, size):
    struct.pack_into("<2I", data, good.directory_offset(entry), rva, size)


def many_thunks():
    good, data, rva, raw = _with_tail()
    struct.pack_into("<5I", data, raw, rva + 64, 0, 0, rva + 48, rva + 64)
    data[raw + 48 : raw + 50] = b"a\0"
    count = (len(data) - raw - 64) // 8 - 1
    data[raw + 64 : raw + 64 + 8 * count] = struct.pack("<Q", rva + 46) * count
    _point(good, data, ENTRY.IMPORT, rva, 40)
    return data


def many_modules():
    good, data, rva, raw = _with_tail()
    for index in range(20_000):
        struct.pack_into("<5I", data, raw + 20 * index, 0, 0, 0, 0xFFFFFFF0, 0xFFFFFFF0)
    _point(good, data, ENTRY.IMPORT, rva, 20 * 20_001)
    return data


def many_exports():
    good, data, rva, raw = _with_tail()
    count = 100_000
    tables = rva + 0x100
    struct.pack_into(
        "<2I2H7I", data, raw, 0, 0, 0, 0, rva + 0x80, 1, count, count,
        tables, tables, tables + 4 * count,
    )  # fmt: skip
    data[raw + 0x80 : raw + 0xC0] = b"n" * 0x3F + b"\0"
    data[raw + 0x100 : raw + 0x100 + 4 * count] = struct.pack("<I", rva + 0x80) * count
    _point(good, data, ENTRY.EXPORT, rva, len(data) - raw)
    return data


def many_blocks():
    good, data, rva, raw = _with_tail()
    count = (len(data) - raw) // 8
    data[raw : raw + 8 * count] = struct.pack("<2I", 0x1000, 8) * count
    _point(good, data, ENTRY.BASERELOC, rva, 8 * count)
    return data


def many_fixups():
    good, data, rva, raw = _with_tail()
    size = (len(data) - raw) & ~3
    data[raw : raw + size] = struct.pack("<2I", 0, size) + b"\xff\xff" * ((size - 8) // 2)
    _point(good, data, ENTRY.BASERELOC, rva, size)
    return data


def many_functions():
    good, data, rva, raw = _with_tail()
    size = (len(data) - raw) // 12 * 12
    data[raw : raw + size] = struct.pack("<3I", 0x1000, 0x1000, 0) * (size // 12)
    _point(good, data, ENTRY.EXCEPTION, rva, size)
    return data


def many_sections():
    """26,000 sections that all claim the whole file; nothing is relocated."""
    good, data, _, _ = _with_tail()
    table = good.section_table_offset
    count = (len(data) - table) // 40
    header = struct.pack("<8s6I2HI", b".x", MIB, 0x1000, MIB, 0, 0, 0, 0, 0, 0x40000040)
    data[table : table + 40 * count] = header * count
    struct.pack_into("<H", data, good.file_header.offset + 2, count)
    _point(good, data, ENTRY.BASERELOC, 0, 0)
    return data


def many_sections_and_modules():
    data = many_sections()
    good = Image(golden("x64"))
    at = len(data) - 20 * 4097
    for index in range(4096):
        struct.pack_into("<5I", data, at + 20 * index, 0, 1, 1, 0x1000, 0x1000)
    _point(good, data, ENTRY.IMPORT, 0x1000 + at, 20 * 4097)
    return data


def many_unwinds():
    """Every function has unwind data of its own, all overlapping and full of codes."""
    good, data, rva, raw = _with_tail()
    count = 60_000
    table = raw + 300_000
    codes = b"\x01\xff\xff\0" + b"\x00\x02" * 149_000
    data[raw : raw + len(codes)] = codes
    rows = b"".join(struct.pack("<3I", 0x1000 + i, 0x1001 + i, rva + 4 * i) for i in range(count))
    data[table : table + len(rows)] = rows
    _point(good, data, ENTRY.EXCEPTION, rva + 300_000, len(rows))
    return data


def long_chain():
    """Unwind data that is chained to the next, for all functions."""
    good, data, rva, raw = _with_tail()
    count = 30_000
    for index in range(count):
        struct.pack_into(
            "<4B3I", data, raw + 16 * index, 0x21, 0, 0, 0, 1, 2, rva + 16 * index + 16
        )
    table = 16 * count
    rows = b"".join(struct.pack("<3I", 0x1000 + i, 0x1001 + i, rva + 16 * i) for i in range(count))
    data[raw + table : raw + table + len(rows)] = rows
    _point(good, data, ENTRY.EXCEPTION, rva + table, len(rows))
    return data


def many_resources():
    """A root of 60,000 entries that all lead to one directory of as many."""
    good, data, rva, raw = _with_tail()
    count = 60_000
    struct.pack_into("<2I4H", data, raw, 0, 0, 0, 0, 0, count)
    entries = struct.pack("<2I", 1, 0x80000010)
    data[raw + 16 : raw + 16 + 8 * count] = entries * count
    _point(good, data, ENTRY.RESOURCE, rva, 16 + 8 * count)
    return data


def large_resources():
    """One directory of 60,000 resources, each of them the whole section."""
    good, data, rva, raw = _with_tail()
    count, leaf = 60_000, 0x100
    for at, below in ((0, 0x80000020), (0x20, 0x80000200)):
        struct.pack_into("<2I4H2I", data, raw + at, 0, 0, 0, 0, 0, 1, 1, below)
    struct.pack_into("<4I", data, raw + leaf, rva, MIB - 0x8000, 0, 0)
    struct.pack_into("<2I4H", data, raw + 0x200, 0, 0, 0, 0, 0, count)
    entries = struct.pack("<2I", 1, leaf) * count
    data[raw + 0x210 : raw + 0x210 + len(entries)] = entries
    _point(good, data, ENTRY.RESOURCE, rva, len(entries))
    return data


def many_guards():
    good, data, rva, raw = _with_tail()
    base = good.optional_header.ImageBase
    struct.pack_into("<I", data, raw, 0x140)
    struct.pack_into("<2Q", data, raw + 128, base + rva + 0x200, 250_000)
    struct.pack_into("<I", data, raw + 144, 0x500)
    struct.pack_into("<H", data, good.field_offset("DllCharacteristics"), 0x4160)
    _point(good, data, ENTRY.LOAD_CONFIG, rva, 0x140)
    return data


def many_paths():
    _, data, _, raw = _with_tail()
    line = b"C:\\src\\a.c\0"
    data[raw:] = (line * (len(data) // len(line) + 1))[: len(data) - raw]
    return data


def many_certificates():
    good, data, _, raw = _with_tail()
    raw += -raw % 8
    entry = struct.pack("<IHH", 16, 0x200, 2) + b"\x30\x80" * 4
    count = (len(data) - raw) // 16
    data[raw : raw + 16 * count] = entry * count
    _point(good, data, ENTRY.SECURITY, raw, 16 * count)
    return data


HOSTILE = (
    many_unwinds,
    long_chain,
    many_resources,
    large_resources,
    many_guards,
    many_paths,
    many_certificates,
    many_thunks,
    many_modules,
    many_exports,
    many_blocks,
    many_fixups,
    many_functions,
    many_sections,
    many_sections_and_modules,
)


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_megabyte_takes_at_most_a_second_and_little_memory(make):
    resource = pytest.importorskip("resource")
    data = bytes(make())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    findings = check(data, profile="base,hvci,whql,sec,repro,signed")
    assert time.process_time() - start < allowed(1)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024
    assert findings


@pytest.mark.parametrize("make", HOSTILE)
def test_the_other_commands_are_quick_too(make):
    data = bytes(make())
    start = time.process_time()
    dump(Image(data))
    assert time.process_time() - start < allowed(1)
    start = time.process_time()
    with suppress(FixError):
        fix(data)
    assert time.process_time() - start < allowed(4)  # every fix runs the rules again


def test_a_rule_lists_its_first_faults_only():
    findings = [f for f in check(many_fixups()) if f.rule == "DRV505"]
    assert len(findings) == FAULT_LIMIT + 1
    assert findings[-1].message == f"more of this: only the first {FAULT_LIMIT} are listed"


@pytest.mark.parametrize("data", [b"", b"M", b"MZ", bytes(64), b"MZ" + bytes(62), b"\x7fELF" * 99])
def test_any_bytes_are_judged(data):
    findings = check(data)
    assert findings
    assert {f.rule for f in findings} <= set(RULES)
