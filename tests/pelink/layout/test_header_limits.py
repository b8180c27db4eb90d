"""Header fields and the options that fill them: what does not fit is one line, whoever gave it."""

import struct

import pytest

from coffwriter import ANY, BSS, CODE, INFO, RDATA, Reloc, Section, Symbol, build
from linking import complaints, entry_object, linked, parsed, section
from ntbuild import LinkError, LinkOptions, link
from ntbuild.pelink.layout.lay_out import lay_out
from ntbuild.support.values import replace
from pelink.stages import marked

PLAIN = ("/entry:DriverEntry", "/subsystem:console")


def with_directive(text):
    return build("x86", [Section(".drectve", text.encode(), INFO)], [])


@pytest.mark.parametrize(
    ("option", "fault"),
    [
        ("stack:0x100000000", "/stack (STACKSIZE): 0x100000000 does not fit SizeOfStackReserve"),
        ("stack:1,0x100000000", "/stack (STACKSIZE): 0x100000000 does not fit SizeOfStackCommit"),
        ("heap:0x100000000", "/heap (HEAPSIZE): 0x100000000 does not fit SizeOfHeapReserve"),
    ],
)
@pytest.mark.parametrize("giver", ["command", "directive", "definition"])
def test_a_size_beyond_32_bits_is_one_line_on_x86(option, fault, giver, tmp_path):
    files = {"main.obj": entry_object(machine="x86")}
    argv = []
    if giver == "command":
        argv = [f"/{option}"]
    elif giver == "directive":
        files["more.obj"] = with_directive(f"/{option}")
    else:
        word, _, value = option.partition(":")
        (tmp_path / "it.def").write_text(f"{word.upper()}SIZE {value}\n")
        argv = [f"/def:{tmp_path}/it.def"]
    assert complaints(tmp_path, files, *argv) == [f"{fault}, 32 bits on x86"]


def test_the_same_size_fits_64_bit_headers(tmp_path):
    head = parsed(linked(tmp_path, {"main.obj": entry_object()}, "/stack:0x100000000"))
    assert head.OPTIONAL_HEADER.SizeOfStackReserve == 0x100000000
    assert head.OPTIONAL_HEADER.SizeOfStackCommit == 0x1000


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("base", 1 << 64),
        ("base", -0x10000),
        ("stack", (1 << 64, 0)),
        ("heap", (0, -1)),
        ("timestamp", 1 << 32),
        ("align", 1 << 40),
        ("align", 0x3000),
        ("align", -0x1000),
        ("filealign", 1 << 40),
        ("filealign", 0),
        ("version", (1 << 16, 0)),
        ("os_version", (10, 1 << 16)),
        ("subsystem_version", (-1, 0)),
        ("dependentloadflag", 1 << 16),
    ],
)
def test_no_value_of_python_code_overflows_a_field(field, value, machine, tmp_path):
    (tmp_path / "a.obj").write_bytes(entry_object(machine=machine))
    options = LinkOptions(driver="plain", entry="DriverEntry", machine=machine, **{field: value})
    with pytest.raises(LinkError) as caught:
        link([tmp_path / "a.obj"], options)
    assert all("does not fit" in str(each) or "align" in str(each)
               for each in caught.value.diagnostics)  # fmt: skip


@pytest.mark.parametrize("value", [0, 1, 0xFFFFFFFF])
def test_a_stamp_of_32_bits_is_written(value, tmp_path):
    pe = parsed(linked(tmp_path, {"main.obj": entry_object()}, f"/timestamp:{value}"))
    assert pe.FILE_HEADER.TimeDateStamp == value


# --- alignments below a page ---------------------------------------------------------------------


@pytest.mark.parametrize("align", [32, 64, 0x200, 0x800])
def test_an_efi_image_may_have_small_sections_at_one_place_in_file_and_memory(align, tmp_path):
    """As EDK2 links: the firmware may run the file where it is."""
    parts = [
        Section(".bss", b"", BSS, 16, size=0x123),
        Section(".own", b"own", RDATA, 128),
        Section(".late", b"late", RDATA, 4),
    ]
    files = {
        "main.obj": entry_object("Own", symbols=[Symbol("Own")]),
        "b.obj": build("x64", parts, [Symbol("Room", 1), Symbol("Own", 2), Symbol("Late", 3)]),
    }
    argv = [f"/align:{align}", "/subsystem:efi_boot_service_driver", "/opt:noref"]
    result = linked(tmp_path, files, *argv)
    pe = parsed(result)
    head = pe.OPTIONAL_HEADER
    assert head.SectionAlignment == align
    assert head.FileAlignment == align
    for each in pe.sections:
        assert each.PointerToRawData == each.VirtualAddress
        assert each.SizeOfRawData >= each.Misc_VirtualSize
    assert section(result, ".own").get_data()[:3] == b"own"
    assert pe.DIRECTORY_ENTRY_BASERELOC[0].entries[0].type == 10
    assert head.SizeOfImage == len(result.image) == -(-len(result.image) // align) * align


def test_small_sections_of_a_native_driver_are_an_error_and_of_a_program_a_warning(tmp_path):
    files = {"main.obj": entry_object()}
    (line, _) = complaints(tmp_path, files, "/align:32")
    assert line == "/align:0x20: sections smaller than a page cannot be protected"
    result = linked(tmp_path, files, "/align:32", base=PLAIN)
    (warning,) = result.warnings
    assert warning.message == "/align specified without /driver; image may not run"
    assert parsed(result).OPTIONAL_HEADER.FileAlignment == 32


def test_a_file_alignment_that_differs_below_a_page_is_an_error(tmp_path):
    argv = ["/align:64", "/filealign:32", "/subsystem:efi_application"]
    assert complaints(tmp_path, {"main.obj": entry_object()}, *argv) == [
        "/filealign:0x20 is not /align:0x40, as below a page it must be"
    ]


# --- what stands where ---------------------------------------------------------------------------


def test_an_efi_image_of_arm_has_the_number_of_its_own(tmp_path):
    files = {"main.obj": entry_object(machine="arm")}
    pe = parsed(linked(tmp_path, files, "/subsystem:efi_application"))
    assert pe.FILE_HEADER.Machine == 0x1C2
    assert parsed(linked(tmp_path, files)).FILE_HEADER.Machine == 0x1C4


@pytest.mark.parametrize("machine", ["arm", "arm64"])
def test_a_kernel_of_arm_may_be_fixed_and_a_program_may_not(machine, tmp_path):
    (tmp_path / "a.obj").write_bytes(entry_object(machine=machine))
    files = {"main.obj": entry_object(machine=machine)}
    pe = parsed(linked(tmp_path, files, "/fixed", base=("/entry:DriverEntry", "/subsystem:native")))
    assert pe.FILE_HEADER.Characteristics & 1
    assert not pe.OPTIONAL_HEADER.DllCharacteristics & 0x40
    assert complaints(tmp_path, files, "/fixed", base=PLAIN) == [
        f"/dynamicbase:no is not compatible with {machine}"
    ]


def test_one_object_more_does_not_reorder_sections_of_a_rank(tmp_path):
    def names(*sections):
        more = build("x64", [Section(each, b"1234", RDATA) for each in sections])
        link = marked(tmp_path, {"main.obj": entry_object(), "b.obj": more}, "/opt:noref")
        return [each.name for each in link.placed() if each.name in ("aa", "bb", "cc")]

    assert names("bb", "cc") == ["bb", "cc"]
    assert names("cc", "bb") == ["bb", "cc"]
    assert names("cc", "aa", "bb") == ["aa", "bb", "cc"]


def test_a_discardable_section_stands_behind_those_that_stay(tmp_path):
    parts = [Section("aa", b"1", RDATA | 0x02000000), Section("bb", b"1", RDATA)]
    files = {"main.obj": entry_object(), "b.obj": build("x64", parts)}
    for base in (("/driver", "/entry:DriverEntry"), PLAIN):
        names = [each.name for each in marked(tmp_path, files, "/opt:noref", base=base).placed()]
        assert names[-2:] == ["bb", "aa"]


def test_much_uninitialised_data_in_the_middle_of_a_section_is_refused(tmp_path):
    script = tmp_path / "it.ld"
    script.write_text("SECTIONS { .text : { *(.bss) *(.text) } }")
    for size, fits in ((1 << 26, True), (1 << 30, False)):
        room = build("x64", [Section(".bss", b"", BSS, 16, size=size)], [Symbol("Room", 1)])
        files = {"main.obj": entry_object("Room"), "room.obj": room}
        if fits:
            assert len(linked(tmp_path, files, f"/script:{script}").image) > size
        else:
            (line, hint) = complaints(tmp_path, files, f"/script:{script}")
            assert line == (
                f"section .text: {size} bytes of uninitialised data would be zeros in the file:"
                f" at most {1 << 26}"
            )
            assert "after all data of the section" in hint


def test_the_subsystem_default_only_brings_a_version(tmp_path):
    files = {"main.obj": entry_object(name="mainCRTStartup")}
    pe = parsed(linked(tmp_path, files, "/subsystem:default,6.1", base=()))
    assert (pe.OPTIONAL_HEADER.MajorSubsystemVersion, pe.OPTIONAL_HEADER.Subsystem) == (6, 3)
    assert pe.OPTIONAL_HEADER.MinorSubsystemVersion == 1


@pytest.mark.parametrize(
    ("argv", "collects"),
    [
        (["/profile"], True),
        (["/opt:noref", "/profile"], False),
        (["/profile", "/opt:noref"], False),
        (["/debug:dwarf", "/profile"], True),
    ],
)
def test_opt_decides_over_profile_in_any_order(argv, collects, tmp_path):
    unused = build("x64", [Section(".own", b"1234", RDATA, comdat=ANY)], [Symbol("Unused", 1)])
    files = {"main.obj": entry_object(), "b.obj": unused}
    names = [each.Name for each in parsed(linked(tmp_path, files, *argv, base=PLAIN)).sections]
    assert (b".own\0\0\0\0" in names) is not collects


# --- relocations ---------------------------------------------------------------------------------


def test_a_32_bit_address_above_4_gib_needs_a_word_of_the_users(tmp_path):
    code = Section(".text", bytes(16), CODE, 16, [Reloc(4, "DriverEntry", 2)])
    files = {"main.obj": build("x64", [code], [Symbol("DriverEntry", 1)])}
    (line, *_) = complaints(tmp_path, files)
    assert "relocation out of range: IMAGE_REL_AMD64_ADDR32 against DriverEntry" in line
    result = linked(tmp_path, files, "/largeaddressaware:no", base=PLAIN)
    assert section(result, ".text").get_data()[4:8] == struct.pack("<I", 0x40001000)
    assert not result.warnings
    assert parsed(result).DIRECTORY_ENTRY_BASERELOC[0].entries[0].type == 3  # HIGHLOW
    (line, *_) = complaints(tmp_path, files, "/largeaddressaware:no", "/fixed", base=PLAIN)
    assert "out of range" in line
    (warning,) = linked(tmp_path, files, "/force", base=PLAIN).warnings
    assert "cut to 32 bits" in warning.message


def test_an_offset_in_an_empty_debug_section_is_zero(tmp_path):
    """clang refers to .debug_str even where it has no string."""
    info = Section(".debug_info", bytes(8), 0x42000040, 1, [Reloc(0, ".debug_str", 11)])
    empty = Section(".debug_str", b"", 0x42000040)
    files = {"main.obj": entry_object(sections=[info, empty])}
    result = linked(tmp_path, files, "/debug:dwarf")
    (debug,) = (each for each in parsed(result).sections if each.Name.startswith(b"/"))
    assert debug.get_data()[:8] == bytes(8)


@pytest.mark.parametrize(
    ("address", "text"),
    [
        (0, "section .text at 0x0 overlaps the headers, which end at 0x1000"),
        (1 << 30, "section .text at 0x40000000: the headers before it would fill 1073738240 bytes"),
    ],
)
def test_a_first_section_far_from_the_headers_or_in_them_is_refused(address, text, tmp_path):
    link = marked(tmp_path, {"main.obj": entry_object()})
    (first, *others) = link.placed()
    sections = [replace(first, address=address), *others]
    with pytest.raises(LinkError, match=text):
        lay_out(link.tables, link.symbols, sections, link.options, link.log)


def test_a_tls_directory_that_is_too_short_is_one_line(tmp_path):
    short = build("x64", [Section(".rdata", bytes(16), RDATA, 8)], [Symbol("_tls_used", 1)])
    files = {"main.obj": entry_object(), "tls.obj": short}
    assert complaints(tmp_path, files, "/include:_tls_used") == [
        "tls.obj: '_tls_used' is too small: a TLS directory has 40 bytes, there are 16"
    ]
