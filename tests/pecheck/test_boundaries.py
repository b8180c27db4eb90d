"""The last value that is right and the first that is wrong, side by side."""

import struct

import pytest

from ntbuild.pecheck import CheckSettings, check
from ntbuild.pecheck.rules import resources
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.image.resources import ResourceEntry
from ntbuild.pecoff.resource import ResourceKey
from pecheck.golden import golden, set_checksum
from pecheck.mutations_tables import unwind_codes
from pecheck.patch import Patch

RESIDENT = sum(
    section.VirtualSize
    for section in Patch("x64").image.sections
    if section.Name in {".text", ".rdata", ".data", ".pdata"}
)


def _second(patch, begin):
    """Where the second function begins: the first one ends at 0x1021."""
    patch.put(patch.pdata + 12, "I", begin)


def _value(patch, value):
    patch.put(patch.at(0x3000), "Q", patch.image.optional_header.ImageBase + value)


def _align(patch, size):
    patch.optional("FileAlignment", size)


def _align_wide(patch, size):
    patch.optional("SectionAlignment", 0x20000)
    patch.optional("FileAlignment", size)


def _page(patch, size):
    patch.optional("SectionAlignment", size)


def _fixup_at(patch, offset):
    """The second block's fixup; .data has 0x18 bytes."""
    patch.put(patch.relocations + 12 + 8, "H", 10 << 12 | offset)


def _certificates(patch):
    return patch.image.directory(ENTRY.SECURITY).Size


def _ordinal_base(patch, base):
    """Two functions; the last one's ordinal must fit 16 bits."""
    patch.put(patch.exports + 16, "I", base)


SIZE = Patch("x64").image.optional_header.SizeOfImage
CASES = [
    ("DRV201", _align_wide, 0x10000, 0x20000),
    ("DRV201", _align, 0x200, 0x100),
    ("DRV201", _page, 0x200, 0x400),
    ("DRV202", _page, 0x2000, 0x1800),
    ("DRV203", lambda p, base: p.optional("ImageBase", base), 0x150000000, 0x150008000),
    ("DRV205", lambda p, size: p.optional("SizeOfHeaders", size), 0x400, 0x600),
    ("DRV208", lambda p, major: p.optional("MajorSubsystemVersion", major), 5, 4),
    ("DRV210", lambda p, size: p.optional("SizeOfUninitializedData", size), 0, 1),
    ("DRV302", lambda p, size: p.section(".reloc", VirtualSize=size), 1, 0),
    ("DRV303", lambda p, size: p.section(".reloc", SizeOfRawData=size), 0x400, 0x600),
    ("DRV401", lambda p, more: p.directory(ENTRY.SECURITY, size=_certificates(p) + more), 0, 1),
    ("DRV413", _ordinal_base, 0x10000 - 2, 0x10000 - 1),
    ("DRV506", _fixup_at, 0x10, 0x11),
    ("DRV508", _value, 0, -1),
    ("DRV508", _value, SIZE, SIZE + 1),
    ("DRV601", _second, 0x1021, 0x1020),
    ("DRV602", lambda p, size: unwind_codes(p, prolog=size), 33, 34),
    ("DRV602", lambda p, offset: unwind_codes(p, (offset, 2)), 4, 5),
    ("DRV703", lambda p, at: p.directory(ENTRY.SECURITY, at, len(p.data) - at), 0x2400, 0x2404),
]


@pytest.mark.parametrize(("rule", "apply", "good", "bad"), CASES)
def test_a_rule_knows_where_right_ends(rule, apply, good, bad):
    for value, found in ((good, False), (bad, True)):
        signed = "sha256" if rule in {"DRV401", "DRV703"} else ""
        patch = Patch("x64", signed=signed, exports=rule == "DRV413")
        apply(patch, value)
        set_checksum(patch.data)
        findings = check(patch.bytes(), profile="base,export" if rule == "DRV413" else "base")
        assert (rule in {f.rule for f in findings}) is found, value


def test_padding_of_a_block_is_no_fixup():
    patch = Patch("x64")
    patch.put(patch.relocations + 12 + 10, "H", 0xFFF)
    set_checksum(patch.data)
    assert check(patch.bytes()) == []


@pytest.mark.parametrize(("count", "found"), [(7, False), (8, True)])
def test_seven_zero_bytes_may_stand_before_a_signature(count, found):
    patch = Patch("x64", signed="sha256")
    start = patch.image.directory(ENTRY.SECURITY).VirtualAddress
    patch.data[start:start] = bytes(count)
    patch.directory(ENTRY.SECURITY, start + count)
    assert ("DRV702" in {f.rule for f in check(patch.bytes())}) is found


@pytest.mark.parametrize(("count", "found"), [(0x1FF, False), (0x200, True)])
def test_less_than_a_sector_of_zero_bytes_may_end_a_file(count, found):
    patch = Patch("x64")
    patch.data += bytes(count)
    set_checksum(patch.data)
    assert ("DRV702" in {f.rule for f in check(patch.bytes())}) is found


@pytest.mark.parametrize(("size", "found"), [(0x400, False), (0xC00, False), (0x800, True)])
def test_the_size_of_code_may_be_that_of_its_first_section(size, found):
    """Sums of all sections, or what old linkers wrote: nothing in between."""
    patch = Patch("x64")
    patch.optional("SizeOfCode", size)
    assert ("DRV210" in {f.rule for f in check(patch.bytes())}) is found


def test_padding_does_not_count_as_what_the_linker_wrote():
    patch = Patch("x64")
    patch.put(patch.relocations + 12 + 10, "H", 0xFFF)
    set_checksum(patch.data)
    findings = check(patch.bytes(), profile=CheckSettings(fixups=3))
    assert {f.rule for f in findings} == {"DRV502"}


def test_a_debug_entry_may_have_no_data():
    patch = Patch("x64", debug=True)
    patch.put(patch.image.debug[1].offset + 16, "3I", 0, 0, 0)
    set_checksum(patch.data)
    assert check(patch.bytes()) == []
    patch.put(patch.image.debug[1].offset + 16, "I", 8)
    assert {f.rule for f in check(patch.bytes())} >= {"DRV621"}


def _named_types(patch, *names):
    """A resource tree whose first level are names, each with one resource of four bytes."""
    root = patch.rva(ENTRY.RESOURCE)
    count = len(names)
    below, texts = 16 + 8 * count, 16 + 8 * count + 48 * count
    leaves = texts + 8 * count
    tree = struct.pack("<2I4H", 0, 0, 0, 0, count, 0)
    for index in range(count):
        first, second = 0x80000000 | texts + 8 * index, 0x80000000 | below + 48 * index
        tree += struct.pack("<2I", first, second)
    for index in range(count):
        deeper, leaf = 0x80000000 | below + 48 * index + 24, leaves + 16 * index
        tree += struct.pack("<2I4H2I", 0, 0, 0, 0, 0, 1, 1, deeper)
        tree += struct.pack("<2I4H2I", 0, 0, 0, 0, 0, 1, 1033, leaf)
    tree += b"".join(struct.pack("<H2s4x", 1, name.encode("utf-16-le")) for name in names)
    tree += struct.pack("<4I", root, 4, 0, 0) * count
    start = patch.at(root)
    patch.data[start : start + len(tree)] = tree
    patch.section(".rsrc", VirtualSize=len(tree))
    patch.directory(ENTRY.RESOURCE, size=len(tree))
    set_checksum(patch.data)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("AB", []),
        ("Ba", []),
        ("aB", []),
        ("bAa", ["type A, name 1, language 1033 is not sorted"]),
        ("AA", ["two resources have type A, name 1, language 1033"]),
    ],
)
def test_resource_types_may_have_names(names, said):
    patch = Patch("x64")
    _named_types(patch, *names)
    assert [f.message for f in check(patch.bytes())] == said


@pytest.mark.parametrize(("size", "rule"), [(63, "DRV101"), (64, "DRV102")])
def test_a_dos_header_has_64_bytes(size, rule):
    assert {f.rule for f in check(b"MZ".ljust(size, b"\0"))} == {rule}


def test_import_slots_may_lie_in_the_import_directory():
    patch = Patch("x64")
    patch.directory(ENTRY.IAT, patch.rva(ENTRY.IMPORT) + 8, 8)
    assert "DRV401" not in {f.rule for f in check(patch.bytes())}
    patch.directory(ENTRY.DEBUG, patch.rva(ENTRY.IMPORT) + 8, 28)
    assert "DRV401" in {f.rule for f in check(patch.bytes())}


def test_an_empty_function_may_stand_before_its_neighbour():
    patch = Patch("x64")
    patch.put(patch.pdata + 4, "I", 0x1000)
    patch.put(patch.pdata + 12, "I", 0x1000)
    set_checksum(patch.data)
    assert [f.message for f in check(patch.bytes())] == ["function 0x1000 is empty"]


def test_no_stamp_needs_no_explanation():
    patch = Patch("x64")
    for stamp, found in ((0, set()), (1, {"DRV801"})):
        patch.file("TimeDateStamp", stamp)
        set_checksum(patch.data)
        rules = {f.rule for f in check(patch.bytes(), profile="base,repro")}
        assert rules - {"DRV803"} == found


def test_bytes_behind_the_headers_are_seen_beside_sections_without_any():
    patch = Patch("x64")
    patch.section(".data", PointerToRawData=0, SizeOfRawData=0)
    assert "DRV322" not in {f.rule for f in check(patch.bytes())}
    patch.put(0x3F0, "I", 1)
    assert "DRV322" in {f.rule for f in check(patch.bytes())}


SIZES = {
    "SizeOfStackReserve": (0x40000, 0x100000, 0x200000, 0x400000),
    "SizeOfStackCommit": (0, 0x1000),
    "SizeOfHeapReserve": (0, 0x100000),
    "SizeOfHeapCommit": (0, 0x1000),
}


@pytest.mark.parametrize(("name", "size"), [(n, s) for n, sizes in SIZES.items() for s in sizes])
def test_the_stacks_and_heaps_of_linkers_are_known(name, size):
    patch = Patch("x64")
    for more, found in ((0, set()), (1, {"DRV218"})):
        patch.optional(name, size + more)
        set_checksum(patch.data)
        assert {f.rule for f in check(patch.bytes())} == found


def test_a_table_of_no_size_is_not_paged():
    patch = Patch("x64")
    patch.directory(ENTRY.LOAD_CONFIG, 0x5000, 0)
    assert "DRV311" not in {f.rule for f in check(patch.bytes())}
    patch.directory(ENTRY.LOAD_CONFIG, 0x5000, 8)
    assert "DRV311" in {f.rule for f in check(patch.bytes())}


@pytest.mark.parametrize(("more", "found"), [(0, False), (-1, True)])
def test_the_budget_of_resident_memory_is_exact(more, found):
    findings = check(golden(), profile=CheckSettings(nonpaged=RESIDENT + more))
    assert ("DRV321" in {f.rule for f in findings}) is found


def test_a_discardable_section_that_is_not_freed_counts_as_resident():
    patch = Patch("x64")
    patch.flags(".rdata", add=0x02000000)
    set_checksum(patch.data)
    found = [f.message for f in check(patch.bytes(), profile=CheckSettings(nonpaged=RESIDENT - 1))]
    assert f"{RESIDENT:#x} bytes stay in memory, {RESIDENT - 1:#x} are allowed" in found


@pytest.mark.parametrize(
    ("count", "byte", "found"), [(7, 0, False), (8, 0, True), (1, 0x41, True), (7, 0x41, True)]
)
def test_seven_zero_bytes_may_pad_a_signature(count, byte, found):
    patch = Patch("x64", signed="sha256")
    start = patch.image.directory(ENTRY.SECURITY).VirtualAddress
    length = 8 + patch.data[start + 9] + 2
    size = length + count
    del patch.data[start + length :]
    patch.data += bytes((byte,)) * count
    patch.put(start, "I", size)
    patch.directory(ENTRY.SECURITY, size=size)
    set_checksum(patch.data)
    assert ("DRV704" in {f.rule for f in check(patch.bytes())}) is found


def _named(*names):
    return [ResourceEntry(ResourceKey(name, 1, 0), 0x1000, 4) for name in names]


@pytest.mark.parametrize(
    ("names", "sorted_somehow"),
    [
        (("A", "B", 1, 2), True),
        (("B", "a", 1), True),  # as the specification has it: by case
        (("a", "B", 1), True),  # as resource compilers have it
        (("b", "A", "a"), False),
        ((1, "A"), False),
        (("A", "A"), False),
    ],
)
def test_resource_names_may_be_sorted_either_way(names, sorted_somehow):
    orders = [resources._out_of_order(_named(*names), fold) for fold in (str, str.upper)]
    assert (None in orders) is sorted_somehow


def test_96_sections_are_allowed():
    patch = Patch("x64")
    patch.file("NumberOfSections", 96)
    found = [f.message for f in check(patch.bytes()) if f.rule == "DRV104"]
    assert not any("allowed" in message for message in found)
