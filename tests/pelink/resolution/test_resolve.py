"""One definition per name: COMDATs, weak externals, constants, and what the linker makes itself."""

import pytest

from coffwriter import (
    ANY,
    ASSOCIATIVE,
    CODE,
    DATA,
    LARGEST,
    RDATA,
    SAME_SIZE,
    Reloc,
    Section,
    Symbol,
    build,
)
from linking import addresses, complaints, defining, entry_object, linked, parsed, section
from ntbuild.pecoff.constants import IMAGE_COMDAT_SELECT
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

X64 = MACHINES["x64"]


def weak(name: str, default: str, *symbols: Symbol, search: int = 3) -> bytes:
    own = Section(".data", b"default!", DATA, 8)
    return build("x64", [own], [*symbols, Symbol(name, weak=default, search=search)])


@pytest.mark.parametrize("strong_first", [True, False])
@pytest.mark.parametrize("search", [1, 2, 3])
def test_a_definition_beats_a_weak_external(search, strong_first, tmp_path):
    strong = defining("Name", b"strong!!")
    files = {"main.obj": entry_object("Name")}
    files |= {"strong.obj": strong} if strong_first else {}
    files["weak.obj"] = weak("Name", "Default", Symbol("Default", ".data"), search=search)
    files |= {} if strong_first else {"strong.obj": strong}
    image = linked(tmp_path, files).image
    assert b"strong!!" in image
    assert b"default!" not in image


def test_weak_externals_may_lead_to_each_other(tmp_path):
    files = {
        "main.obj": entry_object("A"),
        "a.obj": weak("A", "B", Symbol("B")),
        "b.obj": weak("B", "C", Symbol("C")),
        "c.obj": weak("C", "Default", Symbol("Default", ".data")),
    }
    at = addresses(linked(tmp_path, files))
    assert at["A"] == at["B"] == at["C"] == at["Default"]


def test_weak_externals_that_go_in_a_circle_are_undefined(tmp_path):
    files = {
        "main.obj": entry_object("A"),
        "a.obj": weak("A", "B", Symbol("B")),
        "b.obj": weak("B", "A", Symbol("A")),
    }
    assert complaints(tmp_path, files)[0] == "undefined symbol: A"


def test_two_weak_definitions_are_no_duplicate(tmp_path):
    files = {
        "main.obj": entry_object("Name"),
        "one.obj": weak("Name", ".weak.one", Symbol(".weak.one", ".data")),
        "other.obj": weak("Name", ".weak.other", Symbol(".weak.other", ".data")),
    }
    at = addresses(linked(tmp_path, files))
    assert at["Name"] == at[".weak.one"]


def test_equal_constants_agree_and_others_do_not(tmp_path):
    def constant(value: int) -> bytes:
        return build("x64", [], [Symbol("Constant", -1, value)])

    main = entry_object("Constant")
    files = {"main.obj": main, "one.obj": constant(7), "other.obj": constant(7)}
    result = linked(tmp_path, files)
    assert section(result, ".data").get_data()[:8] == (7).to_bytes(8, "little")
    assert not hasattr(parsed(result), "DIRECTORY_ENTRY_BASERELOC")
    assert complaints(tmp_path, {**files, "third.obj": constant(8)}) == [
        "duplicate symbol: Constant",
        ">>> defined at one.obj",
        ">>> defined at other.obj",
        ">>> defined at third.obj",
    ]


def picked(selection: int, data: bytes, name: str = "Picked") -> bytes:
    return build(
        "x64",
        [
            Section(".rdata$pick", data, RDATA, 4, comdat=selection),
            Section(".rdata$with", b"with " + data, RDATA, 4, comdat=ASSOCIATIVE, parent=1),
            Section(".text$user", bytes(8), CODE, 4, [Reloc(0, name, 3)], comdat=ANY),
        ],
        [Symbol(name, ".rdata$pick"), Symbol(f"User{data[:1].decode()}", ".text$user")],
    )


def test_losers_take_their_companions_along(tmp_path):
    files = {
        "main.obj": entry_object("Picked", "Usera", "Userb"),
        "a.obj": picked(ANY, b"a kept one"),
        "b.obj": picked(ANY, b"b lost one"),
    }
    image = linked(tmp_path, files).image
    assert b"with a kept one" in image
    assert b"lost" not in image


def test_constant_references_of_a_header_are_no_duplicates(tmp_path):
    def reference(name: str, flags: int, selection: int = 0) -> bytes:
        to = [Reloc(0, "DriverEntry", 1)]
        pointer = Section(".own", bytes(8), flags, 8, to, selection)
        return build("x64", [pointer], [Symbol(name, ".own"), Symbol("DriverEntry")])

    main = entry_object("?port@n@@3AEAY04$$CBDEB")
    both = ("one.obj", "other.obj")
    files = {"main.obj": main} | dict.fromkeys(both, reference("?port@n@@3AEAY04$$CBDEB", RDATA))
    assert addresses(linked(tmp_path, files))["?port@n@@3AEAY04$$CBDEB"]
    alone = reference("?port@n@@3AEAY04$$CBDEB", RDATA, int(IMAGE_COMDAT_SELECT.NODUPLICATES))
    assert linked(tmp_path, files | dict.fromkeys(both, alone)).image
    # A reference that is bound at run time, and a pointer, are two variables of one name.
    files |= dict.fromkeys(both, reference("?port@n@@3AEAY04$$CBDEB", DATA))
    assert complaints(tmp_path, files)[0] == "duplicate symbol: ?port@n@@3AEAY04$$CBDEB"
    files = {"main.obj": entry_object("?port@n@@3PEBDEB")}
    files |= dict.fromkeys(both, reference("?port@n@@3PEBDEB", RDATA))
    assert complaints(tmp_path, files)[0] == "duplicate symbol: ?port@n@@3PEBDEB"


def test_a_name_of_a_comdat_and_of_a_plain_section_is_a_duplicate(tmp_path):
    files = {
        "main.obj": entry_object("Picked"),
        "a.obj": picked(ANY, b"a"),
        "b.obj": defining("Picked"),
    }
    assert complaints(tmp_path, files)[0] == "duplicate symbol: Picked"


@pytest.mark.parametrize("other", [ANY, SAME_SIZE])
def test_largest_wins_also_over_other_selections(other, tmp_path):
    files = {
        "main.obj": entry_object("Picked"),
        "a.obj": picked(other, b"a small"),
        "b.obj": picked(LARGEST, b"b very much larger"),
    }
    image = linked(tmp_path, files).image
    assert b"b very much larger" in image
    assert b"a small" not in image


def test_associations_that_go_in_a_circle_are_an_error(tmp_path):
    circle = build(
        "x64",
        [
            Section(".a", b"a", RDATA, comdat=ASSOCIATIVE, parent=2),
            Section(".b", b"b", RDATA, comdat=ASSOCIATIVE, parent=1),
        ],
    )
    (line,) = complaints(tmp_path, {"main.obj": entry_object(), "circle.obj": circle})
    message = "associative comdat .a (sec 1) has invalid reference to section .b (sec 2)"
    assert line == f"circle.obj: {message}"
    own = build("x64", [Section(".a", b"a", RDATA, comdat=ASSOCIATIVE, parent=1)])
    (line,) = complaints(tmp_path, {"main.obj": entry_object(), "own.obj": own})
    assert line == "own.obj:(.a): associative COMDAT sections follow each other in a circle"


def test_long_associations_end(tmp_path):
    chain = [Section(".link0", b"0", RDATA, comdat=ANY)]
    chain += [Section(f".link{n}", b"x", RDATA, comdat=ASSOCIATIVE, parent=n) for n in range(1, 60)]
    files = {
        "main.obj": entry_object("Head"),
        "chain.obj": build("x64", chain, [Symbol("Head", 1)]),
        "again.obj": build("x64", chain, [Symbol("Head", 1)]),
    }
    result = linked(
        tmp_path, files, "/merge:.link1=.rdata", *(f"/merge:.link{n}=.rdata" for n in range(60))
    )
    assert section(result, ".rdata").Misc_VirtualSize == 60


@pytest.mark.parametrize("machine", MACHINES)
def test_the_images_own_names_are_there(machine, tmp_path):
    prefix = MACHINES[machine].symbol_prefix
    name = f"{prefix}__ImageBase"
    files = {"main.obj": entry_object(name, machine=machine)}
    result = linked(tmp_path, files)
    pe = parsed(result)
    width = MACHINES[machine].pointer_size
    value = int.from_bytes(section(result, ".data").get_data()[:width], "little")
    assert value == pe.OPTIONAL_HEADER.ImageBase


def test_an_own_definition_of_a_linkers_name_wins(tmp_path):
    files = {"main.obj": entry_object("__ImageBase"), "own.obj": defining("__ImageBase")}
    result = linked(tmp_path, files)
    assert addresses(result)["__ImageBase"] != 0


def test_many_undefined_names_are_counted(tmp_path):
    files = {"main.obj": entry_object(*(f"Missing{n}" for n in range(150)))}
    lines = complaints(tmp_path, files)
    assert lines[0] == "150 undefined symbols"
    assert sum(line.startswith("undefined symbol: ") for line in lines) == 100


def test_names_from_files_cannot_reach_the_terminal_as_they_are(tmp_path):
    files = {"main.obj": entry_object("Evil\x1b[31m\nName")}
    assert complaints(tmp_path, files)[0] == r"undefined symbol: Evil\x1b[31m\x0aName"


@pytest.mark.parametrize("offset", [9, 12, 13, 0x1000, 0xFFFFFFFF])
def test_unwind_data_with_a_relocation_outside_of_it_is_refused(offset, tmp_path):
    """It would be dropped without a word, since no relocation says which function it is about."""
    unwind = Section(".pdata", bytes(12), RDATA, 4, [Reloc(offset, "Here", 3)])
    code = Section(".text", b"\xc3", CODE, 16)
    files = {
        "main.obj": entry_object("Here"),
        "own.obj": build("x64", [code, unwind], [Symbol("Here", ".text", type=0x20)]),
    }
    where = f"own.obj:(.pdata+{offset:#x})"
    message = "relocation IMAGE_REL_AMD64_ADDR32NB is outside of its section"
    assert complaints(tmp_path, files) == [f"{where}: {message}"]


def with_stated_size(data: bytes, size: int) -> bytes:
    """The object with another Length in the definition of its first section, its first symbol."""
    at = int.from_bytes(data[8:12], "little") + 18
    return data[:at] + size.to_bytes(4, "little") + data[at + 4 :]


@pytest.mark.parametrize("mingw", [True, False])
def test_with_mingw_the_sizes_that_definitions_state_must_be_the_same(mingw, tmp_path):
    """gcc pads a section of one byte to sixteen and states one; clang does not pad it."""
    short, padded = (
        build("x64", [Section(".rdata$c", data, RDATA, 1, comdat=SAME_SIZE)], [Symbol("c", 1)])
        for data in (b"*", b"*".ljust(16, b"\0"))
    )
    files = {
        "main.obj": entry_object("c"),
        "clang.obj": with_stated_size(short, 1),
        "gcc.obj": with_stated_size(padded, 1),
    }
    if mingw:
        assert linked(tmp_path, files, "/lldmingw").image
        files["gcc.obj"] = with_stated_size(padded, 2)
        assert complaints(tmp_path, files, "/lldmingw")[0] == "duplicate symbol: c"
    else:
        assert complaints(tmp_path, files)[0] == "duplicate symbol: c"


def test_without_garbage_collection_unused_imports_stay(tmp_path):
    """An import that an unused function refers to was loaded; /opt:noref keeps both."""
    unused = build(
        "x64",
        [Section(".text$u", b"\xff\x15\0\0\0\0", CODE, 1, [Reloc(2, "__imp_Api", 4)], comdat=ANY)],
        [Symbol("Unused", 1), Symbol("__imp_Api")],
    )
    library = write_import_library(parse_def("LIBRARY d.sys\nEXPORTS\n Api", "d", X64), X64)
    files = {"main.obj": entry_object(), "unused.obj": unused, "d.lib": library}
    assert not hasattr(parsed(linked(tmp_path, files)), "DIRECTORY_ENTRY_IMPORT")
    (module,) = parsed(linked(tmp_path, files, "/opt:noref")).DIRECTORY_ENTRY_IMPORT
    assert [each.name for each in module.imports] == [b"Api"]


def test_an_association_may_only_lead_to_a_comdat_with_a_symbol_or_to_an_earlier_follower(tmp_path):
    """lld-link refuses the same; a compiler writes what follows a function after it."""
    leader = Section(".text$f", b"\xc3", CODE, 1, comdat=ANY)
    one, two = (
        Section(f".rdata${n}", b"12345678", RDATA, 8, comdat=ASSOCIATIVE, parent=parent)
        for n, parent in (("one", 2), ("two", 3))
    )
    forward = build("x64", [one, two, leader], [Symbol("f", 3)])
    files = {"main.obj": entry_object("f"), "a.obj": forward}
    (line,) = complaints(tmp_path, files)
    assert line.startswith("a.obj: associative comdat .rdata$one (sec 1) has invalid reference")
    assert line.endswith(" to section .rdata$two (sec 2)")
    nameless = build("x64", [two, one, leader], [Symbol("g", 1)])
    files = {"main.obj": entry_object(), "a.obj": nameless}
    assert complaints(tmp_path, files, "/opt:noref")[0].endswith("section .text$f (sec 3)")


@pytest.mark.parametrize("words", [(), ("/lldmingw",), ("/driver",)])
def test_programs_without_gnu_objects_refuse_two_selections_of_one_name(words, tmp_path):
    """link.exe's LNK2005; gcc has SAME_SIZE where clang has ANY."""
    files = {
        "main.obj": entry_object("Picked"),
        "a.obj": picked(ANY, b"a"),
        "b.obj": picked(SAME_SIZE, b"b"),
    }
    base = ("/entry:DriverEntry", "/subsystem:native")
    if words:
        assert linked(tmp_path, files, *words, base=base).image
    else:
        assert complaints(tmp_path, files, base=base)[0] == "duplicate symbol: Picked"


def test_a_program_may_not_define_what_it_imports(tmp_path):
    definition = parse_def("LIBRARY d.dll\nEXPORTS\nName\n", "d.def", X64)
    files = {
        "main.obj": entry_object("__imp_Name", "Name"),
        "own.obj": defining("Name"),
        "d.lib": write_import_library(definition, X64),
    }
    base = ("/entry:DriverEntry", "/subsystem:console")
    assert complaints(tmp_path, files, base=base) == [
        "duplicate symbol: Name",
        ">>> defined at own.obj",
        ">>> defined at d.dll",
        ">>> hint: the import of Name was replaced; leave out the definition or the import library",
    ]
    (warning,) = linked(tmp_path, files, "/force:multiple", base=base).warnings
    assert warning.message == "duplicate symbol: Name"
