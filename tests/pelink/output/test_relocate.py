"""Contents: what is copied, filled and fixed; and which relocations cannot be applied, where."""

from itertools import pairwise

import pytest

from coffwriter import ANY, BSS, CODE, DATA, INFO, RDATA, Reloc, Section, Symbol, build
from linking import ADDRESS, addresses, complaints, entry_object, linked, parsed, section
from ntbuild.pecoff.machine import MACHINES


def fixups(result) -> list[tuple[int, int]]:
    """(RVA, type) of all base relocations, padding included."""
    return [
        (each.rva, each.type)
        for block in getattr(parsed(result), "DIRECTORY_ENTRY_BASERELOC", [])
        for each in block.entries
    ]


@pytest.mark.parametrize("count", [1, 299, 301, 2000])
@pytest.mark.parametrize("size", [1, 4, 64, 65])
def test_every_contribution_is_copied_however_many_there_are(count, size, tmp_path):
    wanted = [number.to_bytes(4, "little")[:size].ljust(size, b"+") for number in range(count)]
    parts = [Section(".own", data, RDATA, 1) for data in wanted]
    files = {"main.obj": entry_object(), "parts.obj": build("x64", parts, bigobj=True)}
    result = linked(tmp_path, files)
    assert section(result, ".own").get_data()[: count * size] == b"".join(wanted)


def test_the_space_between_functions_holds_int3(tmp_path):
    parts = [Section(".text$a", b"\x90", CODE, 1), Section(".text$b", b"\x90", CODE, 64)]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts)}
    data = section(linked(tmp_path, files, "/opt:noref"), ".text").get_data()
    assert data[16:17] == b"\x90"
    assert data[17:64] == b"\xcc" * 47


def test_initialised_sections_without_bytes_are_zeros(tmp_path):
    blank = Section(".data$x", b"", DATA, 8, size=32)
    files = {"main.obj": entry_object(), "blank.obj": build("x64", [blank])}
    assert section(linked(tmp_path, files, "/opt:noref"), ".data").Misc_VirtualSize >= 32


@pytest.mark.parametrize("machine", MACHINES)
def test_base_relocations_are_sorted_by_page_and_padded(machine, tmp_path):
    width = MACHINES[machine].pointer_size
    places = [0, 8, 0x18, 0x1000 - width, 0x1008, 0x5000, 0x5010, 0x5018]
    relocations = [Reloc(at, "Here", ADDRESS[machine]) for at in reversed(places)]
    part = Section(".own", bytes(0x6000), DATA, 16, relocations)
    files = {
        "main.obj": entry_object(machine=machine),
        "own.obj": build(machine, [part], [Symbol("Here", ".own")]),
    }
    result = linked(tmp_path, files)
    start = addresses(result)["Here"]
    found = fixups(result)
    kind = 10 if width == 8 else 3
    assert [rva for rva, each in found if each == kind] == [start + at for at in places]
    blocks = parsed(result).DIRECTORY_ENTRY_BASERELOC
    assert [block.struct.VirtualAddress % 0x1000 for block in blocks] == [0] * len(blocks)
    assert all(block.struct.SizeOfBlock % 4 == 0 for block in blocks)
    starts = [block.struct.VirtualAddress for block in blocks]
    assert all(one < other for one, other in pairwise(starts))


def test_a_section_may_have_more_relocations_than_its_count_holds(tmp_path):
    count = 70_000
    relocations = [Reloc(8 * at, "Here", 1) for at in range(count)]
    part = Section(".own", bytes(8 * count), DATA, 8, relocations)
    files = {
        "main.obj": entry_object(),
        "own.obj": build("x64", [part], [Symbol("Here", ".own", 8 * count - 8)]),
    }
    result = linked(tmp_path, files)
    assert sum(kind == 10 for _, kind in fixups(result)) == count
    value = addresses(result)["Here"] + 0x140000000
    assert section(result, ".own").get_data()[: 8 * count] == value.to_bytes(8, "little") * count


BEYOND = "relocation points beyond the end of its parent section\n>>> IMAGE_REL_AMD64_{}"


def own(relocation: Reloc, data: bytes = bytes(8), flags: int = DATA, **words) -> dict[str, bytes]:
    symbols = [Symbol("Here", ".own"), Symbol("Far", -1, 0x7FFFFFFF)]
    part = Section(".own", data, flags, 8, [relocation], **words)
    return {"main.obj": entry_object("Here"), "own.obj": build("x64", [part], symbols)}


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (
            own(Reloc(5, "Here", 4)),
            BEYOND.format("REL32 at own.obj:(.own+0x5)"),
        ),
        (
            own(Reloc(0xFFFFFFFF, "Here", 1)),
            BEYOND.format("ADDR64 at own.obj:(.own+0xffffffff)"),
        ),
        (
            own(Reloc(0, "Here", 1), b"", BSS, size=16),
            BEYOND.format("ADDR64 at own.obj:(.own+0x0)"),
        ),
        (
            own(Reloc(0, "Here", 0x77)),
            "own.obj:(.own+0x0): unsupported relocation type 0x0077 for x64",
        ),
        (
            own(Reloc(0, "Far", 4)),
            "own.obj:(.own+0x0): relocation out of range: IMAGE_REL_AMD64_REL32 against Far",
        ),
        (
            own(Reloc(0, "Far", 11)),
            "own.obj:(.own+0x0): SECREL relocation cannot be applied to absolute symbols: Far",
        ),
    ],
)
def test_what_cannot_be_applied_is_named(files, line, tmp_path):
    assert "\n".join(complaints(tmp_path, files)).startswith(line)


def test_absolute_relocations_do_nothing_anywhere(tmp_path):
    result = linked(tmp_path, own(Reloc(0xFFFF, "Here", 0)))
    assert section(result, ".own").get_data()[:8] == bytes(8)


def test_all_bad_relocations_of_a_type_are_reported_but_not_thousands(tmp_path):
    relocations = [Reloc(8 * at, "Far", 4) for at in range(500)]
    part = Section(".own", bytes(4000), DATA, 8, relocations)
    symbols = [Symbol("Here", ".own"), Symbol("Far", -1, 0x7FFFFFFF)]
    files = {"main.obj": entry_object("Here"), "own.obj": build("x64", [part], symbols)}
    lines = complaints(tmp_path, files)
    assert 5 < sum("relocation out of range" in line for line in lines) < 50


def test_pdata_is_sorted_over_all_code_sections(tmp_path):
    names = ["INIT", "PAGE", ".text$z", ".text$a"]
    sections, symbols = [], []
    for at, name in enumerate(names):
        sections.append(Section(name, bytes(16), CODE, 16, comdat=0))
        symbols.append(Symbol(f"F{at}", at + 1))
    for at in range(len(names)):
        fields = [Reloc(0, f"F{at}", 3), Reloc(4, f"F{at}", 3), Reloc(8, "Unwind", 3)]
        sections.append(Section(".pdata", bytes(4) + b"\x10\0\0\0" + bytes(4), RDATA, 4, fields))
    sections.append(Section(".xdata", b"\1\0\0\0", RDATA, 4))
    symbols.append(Symbol("Unwind", ".xdata"))
    files = {"main.obj": entry_object(), "more.obj": build("x64", sections, symbols)}
    result = linked(tmp_path, files, *(f"/include:F{at}" for at in range(4)))
    pe, at = parsed(result), addresses(result)
    directory = pe.OPTIONAL_HEADER.DATA_DIRECTORY[3]
    data = pe.get_data(directory.VirtualAddress, directory.Size)
    begins = [int.from_bytes(data[row : row + 4], "little") for row in range(0, len(data), 12)]
    assert begins == sorted(at[f"F{number}"] for number in range(4))


def test_a_reference_into_a_lost_comdat_is_named(tmp_path):
    def copy(extra) -> bytes:
        parts = [Section(".rdata$p", b"12345678", RDATA, 8, comdat=ANY), *extra]
        local = Symbol("Inside", ".rdata$p", 4, 3)
        return build(
            "x64", parts, [Symbol("Picked", ".rdata$p"), local, Symbol("User", len(parts))]
        )

    user = Section(".data", bytes(8), DATA, 8, [Reloc(0, "Inside", 1)])
    files = {
        "main.obj": entry_object("Picked", "User"),
        "one.obj": build(
            "x64", [Section(".rdata$p", b"12345678", RDATA, 8, comdat=ANY)], [Symbol("Picked", 1)]
        ),
        "two.obj": copy([user]),
    }
    assert complaints(tmp_path, files) == [
        "relocation against symbol in discarded section: Inside",
        ">>> referenced by two.obj:(User)",
    ]


def test_debug_data_may_refer_to_an_empty_section(tmp_path):
    """An assembler makes an empty .debug_str; it is in no image, so offsets in it stay 0."""
    debug = Section(".debug_info", bytes(8), 0x42000040, 1, [Reloc(0, "Empty", 11)])
    files = {
        "main.obj": entry_object("Here"),
        "own.obj": build(
            "x64",
            [Section(".debug_str", b"", 0x42000040), debug, Section(".own", b"12345678")],
            [Symbol("Empty", ".debug_str"), Symbol("Here", ".own")],
        ),
    }
    result = linked(tmp_path, files, "/debug:dwarf")
    names = [each.Name for each in parsed(result).sections]
    assert len(names) == len(set(names))
    raw = next(each for each in parsed(result).sections if each.Misc_VirtualSize == 8 and
               each.Characteristics & 0x02000000)  # fmt: skip
    assert raw.get_data()[:8] == bytes(8)


def test_an_address_in_an_empty_section_is_where_the_next_one_begins(tmp_path):
    files = {
        "main.obj": entry_object("Here"),
        "own.obj": build("x64", [Section(".own", b"", DATA, 8)], [Symbol("Here", ".own")]),
    }
    result = linked(tmp_path, files)
    pointer = int.from_bytes(section(result, ".data").get_data()[:8], "little")
    starts = [0x140000000 + each.VirtualAddress for each in parsed(result).sections]
    assert pointer in starts


def test_an_absolute_symbol_has_the_section_number_after_the_last(tmp_path):
    symbols = [Symbol("Here", ".own"), Symbol("Fixed", -1, 4)]
    part = Section(".own", bytes(8), DATA, 8, [Reloc(0, "Fixed", 10)])
    files = {"main.obj": entry_object("Here"), "own.obj": build("x64", [part], symbols)}
    result = linked(tmp_path, files)
    # .reloc is added after relocation, so it is not counted.
    count = len([each for each in parsed(result).sections if each.Name != b".reloc\0\0"])
    assert section(result, ".own").get_data()[:2] == (count + 1).to_bytes(2, "little")


def test_entries_of_pdata_without_bytes_are_not_sorted_with_what_follows(tmp_path):
    """Found by generated inputs: the directory is longer than what the file has of it."""
    entries = [Reloc(at, "Here", 3) for at in (12, 16, 0, 4)]
    code = Section(".text", b"\xc3" * 64, CODE, 16)
    unwind = Section(".pdata", bytes(24), RDATA, 4, entries)
    more = Section(".pdata", b"", 0x40000080, 4, size=12 * 5462)
    after = Section(".zzz", b"after it" * 100, DATA, 4)
    symbols = [Symbol("Here", ".text", 7), Symbol("Idle", 3), Symbol("Last", ".zzz")]
    own = build("x64", [code, unwind, more, after], symbols)
    result = linked(tmp_path, {"main.obj": entry_object("Here", "Idle", "Last"), "own.obj": own})
    assert section(result, ".pdata").Misc_VirtualSize > 1 << 16
    assert section(result, ".zzz").get_data()[:800] == b"after it" * 100


def test_a_reference_to_an_empty_section_that_is_removed_is_an_error(tmp_path):
    """It would be an address of the image's headers, without a word."""
    sections = [
        Section(".own", bytes(8), DATA, 8, [Reloc(0, "There", 1)]),
        Section(".drectve", b"", INFO),
    ]
    data = build("x64", sections, [Symbol("Here", ".own"), Symbol("There", 2, 0, 3)])
    assert complaints(tmp_path, {"main.obj": entry_object("Here"), "own.obj": data}) == [
        "relocation against symbol in discarded section: There",
        ">>> referenced by own.obj:(Here)",
    ]


def test_an_exception_directory_that_is_cut_short_is_an_error(tmp_path):
    entry = [Reloc(0, "Here", 3), Reloc(4, "Here", 3), Reloc(8, "Here", 3)]
    sections = [Section(".text", b"\xc3", CODE, 16), Section(".pdata", bytes(20), RDATA, 4, entry)]
    data = build("x64", sections, [Symbol("Here", ".text")])
    lines = complaints(tmp_path, {"main.obj": entry_object("Here"), "own.obj": data})
    assert lines[0] == "own.obj: unexpected .pdata size: 20 is not a multiple of 12"
