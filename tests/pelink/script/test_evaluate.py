"""Scripts whose expressions depend on addresses: what they give the image, and what they refuse."""

import struct

import pefile
import pytest

from coffwriter import BSS, CODE, DATA, Reloc, Section, Symbol, build
from linking import write
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.planner import plan_of_script
from ntbuild.pelink.script.regions import Regions
from ntbuild.support.values import replace

BASE = 0x140000000


def module(*references, name="start"):
    """An object of code, data whose first bytes point to ``references``, and zeros."""
    pointers = [Reloc(8 * at, each, 1) for at, each in enumerate(references)]
    return build(
        "x64",
        [
            Section(".text", b"\x90" * 5 + b"\xc3", CODE, 16),
            Section(".data", bytes(8 * len(references) + 8), DATA, 8, pointers),
            Section(".bss", bytes(24), BSS, 8),
        ],
        [Symbol(name, ".text", type=0x20), *(Symbol(each) for each in references)],
    )


class Linked:
    def __init__(self, folder, script, *references, files=None, **options):
        (folder / "a.ld").write_text(script)
        paths = write(folder, {"a.obj": module(*references), **(files or {})})
        chosen = options_from_argv(["/subsystem:console", "/entry:start", "/nodefaultlib"])
        chosen = replace(chosen, script=str(folder / "a.ld"), base=BASE, **options)
        self.result = link(paths[:1] if files else paths, chosen)
        self.pe = pefile.PE(data=self.result.image)
        self.sections = {each.Name.rstrip(b"\0").decode(): each for each in self.pe.sections}
        self.references = references

    def start(self, name):
        return self.sections[name].VirtualAddress + BASE

    def value(self, name):
        at = self.start(".data") - BASE + 8 * self.references.index(name)
        return struct.unpack("<Q", self.pe.get_memory_mapped_image()[at : at + 8])[0]

    def bytes_of(self, name):
        section = self.sections[name]
        memory = self.pe.get_memory_mapped_image()
        return memory[section.VirtualAddress :][: section.Misc_VirtualSize]

    def rebased(self):
        return {
            entry.rva + BASE
            for block in getattr(self.pe, "DIRECTORY_ENTRY_BASERELOC", [])
            for entry in block.entries
            if entry.type
        }


def refusal(folder, script, *references, **options):
    with pytest.raises(LinkError) as caught:
        Linked(folder, script, *references, **options)
    return [f"{each.place.rpartition('/')[2]}: {each.message}" for each in caught.value.diagnostics]


ALL = ".text : { *(.text) } .data : { *(.data) } .bss : { *(.bss) }"


def test_an_address_moves_with_the_image_and_a_difference_does_not(tmp_path):
    script = f"SECTIONS {{ {ALL} a = ADDR(.data) + 4; b = ADDR(.data) - ADDR(.text); c = 7; }}"
    found = Linked(tmp_path, script, "a", "b", "c")
    assert found.value("a") == found.start(".data") + 4
    assert found.value("b") == found.start(".data") - found.start(".text")
    assert found.value("c") == 7
    assert found.rebased() == {found.start(".data")}  # of the three, only a


def test_a_gap_moves_what_follows_it(tmp_path):
    script = """SECTIONS { .text : { *(.text) . = 0x200; after = .; LONG(0x11223344) }
      .data : { *(.data) . = ALIGN(0x40); end = .; } .bss : { *(.bss) } }"""
    found = Linked(tmp_path, script, "after", "end")
    assert found.value("after") == found.start(".text") + 0x200
    assert found.value("end") == found.start(".data") + 0x40
    assert found.bytes_of(".text")[0x200:0x204] == bytes.fromhex("44332211")
    assert set(found.bytes_of(".text")[6:0x200]) == {0xCC}  # code is padded with breakpoints


def test_a_gap_at_the_end_takes_no_bytes_of_the_file(tmp_path):
    script = f"SECTIONS {{ {ALL} .heap : {{ low = .; . += 0x100000; high = .; }} }}"
    found = Linked(tmp_path, script, "low", "high")
    assert found.value("high") - found.value("low") == 0x100000
    assert found.sections[".heap"].SizeOfRawData == 0
    assert len(found.result.image) < 0x4000


def test_addresses_in_data_are_rebased(tmp_path):
    script = """SECTIONS { .text : { *(.text) } .data : { *(.data) QUAD(ADDR(.text)) LONG(5) }
      .bss : { *(.bss) } }"""
    found = Linked(tmp_path, script)
    data = found.bytes_of(".data")
    assert struct.unpack_from("<QI", data, 8) == (found.start(".text"), 5)
    assert found.rebased() == {found.start(".data") + 8}


def test_a_section_stands_where_the_script_says(tmp_path):
    script = f"SECTIONS {{ .text : {{ *(.text) }} . = {BASE + 0x8000:#x}; .data : {{ *(.data) }} }}"
    found = Linked(tmp_path, script)
    assert found.start(".data") == BASE + 0x8000
    assert found.result.warnings == ()


def test_sections_stand_in_the_order_of_their_addresses(tmp_path):
    script = f"""SECTIONS {{ .data {BASE + 0x9000:#x} : {{ *(.data) }}
      .text {BASE + 0x3000:#x} : {{ *(.text) }} }}"""
    found = Linked(tmp_path, script)
    assert (found.start(".text"), found.start(".data")) == (BASE + 0x3000, BASE + 0x9000)
    assert list(found.sections)[:2] == [".text", ".data"]


def test_an_address_that_windows_does_not_load_is_a_warning_or_for_drivers_an_error(tmp_path):
    script = f"SECTIONS {{ .text : {{ *(.text) }} .data {BASE + 0x8010:#x} : {{ *(.data) }} }}"
    (warning,) = Linked(tmp_path, script).result.warnings
    assert warning.message == (
        "section .data at 0x140008010: not a multiple of the section alignment 0x1000"
    )
    script = f"SECTIONS {{ .text {BASE + 0x8010:#x} : {{ *(.text) }} }}"
    assert "section .text at 0x140008010: not" in str(refusal(tmp_path, script, driver="plain"))


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            ".data (NOLOAD) : { *(.data) }",
            "section .data: NOLOAD has no effect, an image loads all of its sections",
        ),
        (
            ".data : AT(0x1234) { *(.data) }",
            "section .data: an image has no load addresses (AT 0x1234); the section is loaded",
        ),
    ],
)
def test_what_an_image_has_no_field_for_is_a_warning_or_for_drivers_an_error(
    section, message, tmp_path
):
    script = f"SECTIONS {{ .text : {{ *(.text) }} {section} .bss (NOLOAD) : {{ *(.bss) }} }}"
    (warning,) = Linked(tmp_path, script, "start").result.warnings
    assert warning.message.startswith(message)
    of_code = section.replace("data", "text")
    found = refusal(tmp_path, f"SECTIONS {{ {of_code} }}", "start", driver="plain")
    assert message[:13].replace("data", "text") in found[0]


def test_overlapping_sections_are_an_error(tmp_path):
    script = f"""SECTIONS {{ .text {BASE + 0x1000:#x} : {{ *(.text) . += 0x2000; }}
      .data {BASE + 0x2000:#x} : {{ *(.data) }} }}"""
    assert "overlaps section .text" in str(refusal(tmp_path, script))


def test_options_define_symbols_and_addresses(tmp_path):
    script = f"SECTIONS {{ {ALL} }}"
    found = Linked(
        tmp_path,
        script,
        "given",
        "derived",
        defsym=(("given", "0x55"), ("derived", "start + 1")),
        section_start=((".data", BASE + 0x7000),),
    )
    assert found.value("given") == 0x55
    assert found.value("derived") == found.start(".text") + 1
    assert found.start(".data") == BASE + 0x7000


def test_a_script_is_found_in_the_folders_of_libraries(tmp_path):
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "found.ld").write_text("INCLUDE more.ld\nx = 1;")
    (folder / "more.ld").write_text("y = 2;")
    options = LinkOptions(libpath=(str(folder),))
    plan = plan_of_script("found.ld", options, Diagnostics())
    assert [each.symbol for each in plan.made if not each.provide] == ["y", "x"]


def test_files_of_a_script_are_linked(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "second.obj").write_bytes(module(name="second"))
    script = f"SEARCH_DIR({tmp_path}/more) INPUT(second.obj) SECTIONS {{ {ALL} }}"
    found = Linked(tmp_path, script, "second")
    assert found.start(".text") < found.value("second") < found.start(".text") + 0x40
    missing = refusal(tmp_path, "INPUT(nowhere.obj)")
    assert missing == ["a.ld:1:7: could not find 'nowhere.obj'"]


def test_extern_is_looked_for_and_kept_but_need_not_be_there(tmp_path):
    found = Linked(tmp_path, f"EXTERN(nowhere start) ENTRY(start) SECTIONS {{ {ALL} }}")
    assert found.pe.OPTIONAL_HEADER.AddressOfEntryPoint + BASE == found.start(".text")


def test_the_entry_may_be_a_symbol_of_the_script(tmp_path):
    script = f"ENTRY(begin) SECTIONS {{ {ALL} }} begin = start + 2;"
    (tmp_path / "a.ld").write_text(script)
    (path,) = write(tmp_path, {"a.obj": module()})
    options = options_from_argv(["/subsystem:console", "/nodefaultlib"])
    result = link([path], replace(options, script=str(tmp_path / "a.ld"), base=BASE))
    pe = pefile.PE(data=result.image)
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == pe.sections[0].VirtualAddress + 2


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("OUTPUT_FORMAT(elf64-x86-64)", "a.ld: OUTPUT_FORMAT(elf64-x86-64) is not a PE format"),
        ("OUTPUT_ARCH(mips)", "a.ld: OUTPUT_ARCH(mips) is not an architecture of PE images"),
        ("INCLUDE a.ld", "could not open 'a.ld': No such file or directory"),
        (
            "SECTIONS { .text : { *(.text) . += 0x7fffffffff; } }",
            "at most 1073741824 can be skipped",
        ),
        ("SECTIONS { .text : { *(.text) . += SIZEOF(.text) + 1; } }", "do not settle"),
        ('a = b; b = c; c = 4; ASSERT(a == 5, "four")', "a.ld:1:22: four"),
        ("x = CONSTANT(PAGE);", "unknown constant `PAGE' referenced in expression"),
        ("SECTIONS { .text : { " + "a = .; " * 17_000 + "} }", "has at most 16384 symbols"),
        ("x = 1;" * 50_000, "a linker script has at most 262144 bytes, this one has more"),
    ],
)
def test_refusals(script, message, tmp_path):
    assert message in str(refusal(tmp_path, script))


def test_a_file_that_includes_itself_is_one_line(tmp_path):
    (tmp_path / "b.ld").write_text(f"INCLUDE {tmp_path}/a.ld")
    found = refusal(tmp_path, f"INCLUDE {tmp_path}/b.ld")
    assert len(found) == 1
    assert found[0].endswith("the file includes itself")


def test_many_gaps_that_follow_each_other_settle(tmp_path):
    steps = " ".join(f". = {0x10 * at}; s{at} = .;" for at in range(2, 300))
    script = f"SECTIONS {{ .text : {{ *(.text) {steps} }} .data : {{ *(.data) }} }}"
    found = Linked(tmp_path, script, "s2", "s299")
    assert found.value("s299") - found.value("s2") == 0x10 * 297


def test_a_fault_of_the_script_goes_before_relocations_that_it_makes_fail(tmp_path):
    found = refusal(tmp_path, f"SECTIONS {{ {ALL} far = nowhere; }}", "far")
    assert found == ["a.ld:1:73: undefined symbol `nowhere' referenced in expression"]


def test_literals_are_numbers_everywhere_with_sane_expressions(tmp_path):
    script = f'LD_FEATURE("SANE_EXPR") SECTIONS {{ {ALL} a = start + 2; b = a - start; }}'
    found = Linked(tmp_path, script, "a", "b")
    assert found.value("a") == found.start(".text") + 2
    assert found.value("b") == 2
    assert "unknown feature `OTHER'" in str(refusal(tmp_path, 'LD_FEATURE("OTHER")'))


def test_names_that_ld_defines_are_there_for_inputs_and_expressions(tmp_path):
    script = f"SECTIONS {{ {ALL} a = __section_alignment__ * 2; }}"
    found = Linked(tmp_path, script, "a", "__file_alignment__", "__image_base__")
    assert [found.value(each) for each in found.references] == [0x2000, 0x200, BASE]


def test_an_address_beyond_all_memory_wraps_around(tmp_path):
    script = f"SECTIONS {{ {ALL} far = ADDR(.text) + 0x8000000000000000; }}"
    found = Linked(tmp_path, script, "far")
    assert found.value("far") == found.start(".text") + 0x8000000000000000


def test_regions_go_by_attributes_and_know_what_does_not_fit():
    regions = Regions({"alias": "rom"})
    regions.add("rom", "rx", 0x1000, 0x100)
    regions.add("ram", "w!x", 0x8000, 0x100)
    execute, read, write_ = 0x20000020, 0x40000040, 0xC0000040
    assert regions.get("alias").name == "rom"
    assert [regions.for_flags(each).name for each in (execute, read, write_)] == [
        "rom",
        "rom",
        "ram",
    ]
    regions.get("ram").next = 0x8180
    assert regions.get("ram").overflow() == 0x80
