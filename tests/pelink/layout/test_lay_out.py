"""Addresses: aligned, in order, without overlaps, and within what an image can hold."""

import struct
from itertools import pairwise

import pefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffwriter import BSS, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import RELATIVE, addresses, complaints, entry_object, linked, parsed, section
from ntbuild import check, link, options_from_argv

KINDS = {".text": CODE, ".rdata": RDATA, ".data": DATA, ".bss": BSS, ".own": RDATA, "PAGE": CODE}


@settings(max_examples=40, deadline=None)
@given(
    parts=st.lists(
        st.tuples(st.sampled_from(list(KINDS)), st.integers(0, 9000), st.integers(0, 13)),
        max_size=30,
    ),
    page=st.sampled_from([0x1000, 0x2000, 0x10000]),
    file=st.sampled_from([0x200, 0x400, 0x1000]),
)
def test_contributions_are_aligned_and_apart(parts, page, file, tmp_path_factory):
    sections = [
        Section(
            name,
            b"" if name == ".bss" else bytes([number + 1]) * size,
            KINDS[name],
            1 << power,
            size=size if name == ".bss" else None,
        )
        for number, (name, size, power) in enumerate(parts)
    ]
    symbols = [Symbol(f"N{number}", number + 1) for number in range(len(parts))]
    folder = tmp_path_factory.mktemp("layout")
    files = {"main.obj": entry_object(), "parts.obj": build("x64", sections, symbols)}
    result = linked(folder, files, "/opt:noref", f"/align:{page}", f"/filealign:{file}")
    at, image = addresses(result), parsed(result).get_memory_mapped_image()
    spans = []
    for number, (name, size, power) in enumerate(parts):
        if not size:
            continue
        start = at[f"N{number}"]
        assert start % (1 << power) == 0
        spans.append((start, start + size))
        wanted = bytes(size) if name == ".bss" else bytes([number + 1]) * size
        assert image[start : start + size].ljust(size, b"\0") == wanted
    assert all(one[1] <= other[0] for one, other in pairwise(sorted(spans)))


def test_headers_agree_with_the_sections(tmp_path):
    files = {"main.obj": entry_object(sections=[Section(".bss", b"", BSS, 16, size=0x3000)])}
    pe = parsed(linked(tmp_path, files, "/opt:noref"))
    for each in pe.sections:
        assert each.VirtualAddress % 0x1000 == 0
        assert each.PointerToRawData % 0x200 == 0
        assert each.SizeOfRawData % 0x200 == 0
    for one, other in pairwise(pe.sections):
        end = one.VirtualAddress + one.Misc_VirtualSize
        assert end <= other.VirtualAddress < end + 0x1000
        assert one.PointerToRawData + one.SizeOfRawData == other.PointerToRawData
    last = pe.sections[-1]
    assert len(pe.__data__) == last.PointerToRawData + last.SizeOfRawData


@pytest.mark.parametrize("name", [".text", ".own", ".bss"])
def test_an_alignment_larger_than_a_page_leaves_no_gap(name, tmp_path):
    part = Section(name, b"" if name == ".bss" else b"x", KINDS[name], 8192, size=1)
    files = {"main.obj": entry_object(), "b.obj": build("x64", [part], [Symbol("Part", name)])}
    result = linked(tmp_path, files, "/include:Part", f"/section:{name},ALIGN=0x4000")
    assert addresses(result)["Part"] % 8192 == 0
    if name != ".bss":
        assert section(result, name).VirtualAddress % 0x4000 == 0
    assert not [each for each in check(result.image) if each.rule.startswith("DRV3")]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["/base:0x1000"], "/base:0x1000: not a multiple of 64 KiB"),
        (["/base:0xffffffffffff0000", "/align:0x10000"], "passes the end of memory"),
        (["/align:0x800"], "sections smaller than a page cannot be protected"),
        (["/filealign:0x100"], "/filealign:0x100: not between 512 and 64 KiB"),
        (["/filealign:0x2000"], "/align:0x1000 is less than /filealign:0x2000"),
    ],
)
def test_what_no_loader_takes_is_refused(options, message, tmp_path):
    lines = complaints(tmp_path, {"main.obj": entry_object()}, *options)
    assert any(message in line for line in lines)


def test_too_large_an_image_is_an_error_before_memory_is_taken(tmp_path):
    huge = [Section(f".bss$a{n}", b"", BSS, 16, size=0x7FFFFFFF) for n in range(3)]
    files = {"main.obj": entry_object(), "huge.obj": build("x64", huge)}
    (line,) = complaints(tmp_path, files, "/opt:noref")
    assert "4 GiB" in line


def test_more_sections_than_old_loaders_take_are_a_warning(tmp_path):
    many = [Section(f".own{number}", b"x", RDATA) for number in range(100)]
    files = {"main.obj": entry_object(), "many.obj": build("x64", many)}
    (warning,) = linked(tmp_path, files, "/opt:noref").warnings
    assert "Windows before Vista loads no more than 96" in warning.message


def test_a_32_bit_image_ends_below_4_gib(tmp_path):
    files = {"main.obj": entry_object(machine="x86")}
    (line,) = complaints(tmp_path, files, "/base:0xffff0000", "/align:0x10000")
    assert "passes the end of memory" in line


def test_an_image_may_ask_for_the_kernels_half_of_memory(tmp_path):
    extra = [Symbol("Absolute", -1, 0x1234)]
    files = {
        "main.obj": entry_object("Here", "Absolute", symbols=[Symbol("Here", ".text"), *extra])
    }
    base = 0xFFFFF80012340000
    result = linked(tmp_path, files, f"/base:{base:#x}")
    assert parsed(result).OPTIONAL_HEADER.ImageBase == base
    data = section(result, ".data").get_data()
    assert int.from_bytes(data[:8], "little") == base + addresses(result)["Here"]
    assert int.from_bytes(data[8:16], "little") == 0x1234
    assert f"{base + addresses(result)['Here']:016x}" in result.map


def test_bounds_of_a_section_without_content_have_an_address(tmp_path):
    """Start and end of an empty array are equal, and not the image's first byte."""
    pointers = Section(
        ".data",
        bytes(16),
        DATA,
        relocations=[Reloc(0, "First", 1), Reloc(8, "Last", 1)],
    )
    sections = [
        Section(".text", b"\xc3", CODE),
        pointers,
        Section(".array$a", b"", RDATA),
        Section(".array$z", b"", RDATA),
    ]
    path = tmp_path / "a.obj"
    path.write_bytes(
        build(
            "x64",
            sections,
            [
                Symbol("DriverEntry", ".text"),
                Symbol("Pointers", ".data"),
                Symbol("First", ".array$a"),
                Symbol("Last", ".array$z"),
            ],
        )
    )
    options = options_from_argv(["/driver", "/include:Pointers"])
    image = link([path], options).image
    data = next(each for each in pefile.PE(data=image).sections if each.Name.startswith(b".data"))
    first, last = struct.unpack("<QQ", data.get_data()[:16])
    assert first == last > 0x140001000


@pytest.mark.parametrize(("machine", "entry"), [("x64", 12), ("arm64", 8), ("arm", 8)])
def test_unwind_data_is_one_array_whatever_its_parts_alignments(machine, entry, tmp_path):
    """A gap would be taken for entries, and shift all that follow it."""
    parts = [
        Section(
            ".pdata",
            struct.pack("<I", 0x9000 - 4 * at).ljust(entry, b"\1"),
            RDATA,
            16,
            [Reloc(0, "F", RELATIVE[machine])],
        )
        for at in range(5)
    ]
    more = build(machine, [Section(".text", bytes(64), CODE, 4), *parts], [Symbol("F", 1)])
    files = {"main.obj": entry_object("F", machine=machine), "more.obj": more}
    pe = parsed(linked(tmp_path, files, "/opt:noref"))
    directory = pe.OPTIONAL_HEADER.DATA_DIRECTORY[3]
    assert directory.Size == 5 * entry
    data = pe.get_data(directory.VirtualAddress, directory.Size)
    begins = [struct.unpack_from("<I", data, at)[0] for at in range(0, len(data), entry)]
    assert [begin - begins[0] for begin in begins] == [0, 4, 8, 12, 16]
    assert len(set(begins)) == 5


@pytest.mark.parametrize(("machine", "size", "entry"), [("x64", 20, 12), ("arm64", 20, 8)])
def test_a_part_of_an_unwind_entry_is_an_error(machine, size, entry, tmp_path):
    part = Section(".pdata", bytes(size), RDATA, 4, [Reloc(0, "F", RELATIVE[machine])])
    more = build(machine, [Section(".text", bytes(64), CODE, 4), part], [Symbol("F", 1)])
    files = {"main.obj": entry_object("F", machine=machine), "more.obj": more}
    assert complaints(tmp_path, files, "/opt:noref") == [
        f"more.obj: unexpected .pdata size: {size} is not a multiple of {entry}"
    ]


@pytest.mark.parametrize(("value", "refused"), [(0x20, False), (0xFFFFFFFE, True)])
def test_an_entry_point_far_outside_of_a_program_does_not_fit_its_field(value, refused, tmp_path):
    code = Section(".text", b"\xc3", CODE, 16)
    files = {"main.obj": build("x64", [code], [Symbol("start", ".text", value)])}
    line, base = "the entry point start is not in any section", ("/subsystem:console",)
    if refused:
        assert complaints(tmp_path, files, "/entry:start", base=base) == [f"main.obj: {line}"]
    else:
        result = linked(tmp_path, files, "/entry:start", base=base)
        assert [each.message for each in result.warnings] == [line]
