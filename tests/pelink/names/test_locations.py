"""Locations in messages: the function that contains an offset, or the section and the offset."""

from coffwriter import CODE, RDATA, Reloc, Section, Symbol, build
from linking import complaints, entry_object
from ntbuild.pelink.libraries.archive_writer import write_archive

FUNCTION = 0x20


def object_with(*symbols, name=".text"):
    sections = [Section(name, bytes(64), CODE, 16, [Reloc(40, "Missing", 4)])]
    return build("x64", sections, [*symbols, Symbol("Missing")])


def location(folder, data):
    entry = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("DriverEntry", ".text")])
    lines = complaints(folder, {"entry.obj": entry, "a.obj": data}, "/opt:noref")
    (line,) = (each for each in lines if each.startswith(">>> referenced by "))
    return line.removeprefix(">>> referenced by ")


def test_the_last_function_at_or_before_the_offset_contains_it(tmp_path):
    # In the symbol table the order is another one than in the section.
    symbols = [("Third", 48), ("Second", 40), ("First", 0)]
    data = object_with(*(Symbol(name, 1, at, type=FUNCTION) for name, at in symbols))
    assert location(tmp_path, data) == "a.obj:(Second)"


def test_a_section_without_functions_is_named_with_the_offset(tmp_path):
    assert location(tmp_path, object_with()) == "a.obj:(.text+0x28)"
    assert location(tmp_path, object_with(Symbol("after", 1, 48))) == "a.obj:(.text+0x28)"


def test_a_static_label_is_named_too(tmp_path):
    assert location(tmp_path, object_with(Symbol("label", 1, 8, 3))) == "a.obj:(label)"


def test_of_an_archives_member_only_the_file_name_is_shown(tmp_path):
    data = write_archive([("folder/a.obj", object_with(Symbol("Start", 1)))])
    files = {"entry.obj": entry_object("Start"), "a.lib": data}
    lines = complaints(tmp_path, files)
    assert ">>> referenced by a.lib(a.obj):(Start)" in lines


def test_a_long_section_name_is_read_from_the_string_table(tmp_path):
    data = object_with(name=".text$a_long_name")
    assert location(tmp_path, data) == "a.obj:(.text$a_long_name+0x28)"


def test_control_characters_of_a_section_name_are_escaped(tmp_path):
    sections = [Section(".rd\x1b", bytes(8), RDATA, 8, [Reloc(0, "Missing", 1)])]
    data = build("x64", sections, [Symbol("Missing")])
    assert location(tmp_path, data) == "a.obj:(.rd\\x1b+0x0)"


def test_a_branch_through_a_thunk_is_named_in_a_message(tmp_path):
    """Found by generated inputs: layout's own symbols have no row in the objects' tables."""
    near = Section(".text", bytes(6), CODE, 4, [Reloc(2, "Far", 3)])
    wide = Section(".bss", b"", 0xC0000080, 4, size=1 << 28)
    far = Section(".zzz", bytes(16), CODE, 4)
    symbols = [Symbol("DriverEntry", ".text"), Symbol("Far", ".zzz"), Symbol("Wide", ".bss")]
    entry = build("arm64", [near, wide, far], symbols)
    found = complaints(tmp_path, {"entry.obj": entry}, "/opt:noref", "/section:.zzz,ERP")
    place, message = "entry.obj:(.text+0x2)", "relocation out of range: IMAGE_REL_ARM64_BRANCH26"
    assert found[0] == f"{place}: {message} against a range-extension thunk"
