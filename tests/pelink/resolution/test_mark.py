"""What reaches the image: references, associations, unwind data after its function, roots."""

import pytest

from coffwriter import ANY, ASSOCIATIVE, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import addresses, defining, entry_object, linked, parsed
from ntbuild.pecoff.machine import MACHINES

CALL = {"x64": 4, "arm64": 3, "arm": 0x14, "x86": 20}
RELATIVE = {"x64": 3, "arm64": 2, "arm": 2}
ENTRY = {"x64": 12, "arm64": 8, "arm": 8}


def function(machine: str, name: str, *, gcc: bool, calls: str = "") -> bytes:
    """A function with unwind data: gcc's in groups of its name, clang's associated with it."""
    code = [Reloc(0, calls, CALL[machine])] if calls else []
    text = f".text${name}"
    begin = Reloc(0, text, RELATIVE[machine])
    fields = [begin, Reloc(4, text, RELATIVE[machine])] if machine == "x64" else [begin]
    unwind = Reloc(ENTRY[machine] - 4, f".xdata${name}", RELATIVE[machine])
    bond = {} if gcc else {"comdat": ASSOCIATIVE, "parent": text}
    return build(
        machine,
        [
            Section(text, bytes(16), CODE, 16, code, comdat=0 if gcc else ANY),
            Section(f".pdata${name}", bytes(ENTRY[machine]), RDATA, 4, [*fields, unwind], **bond),
            Section(f".xdata${name}", name.encode().ljust(8), RDATA, 4, **bond),
        ],
        [Symbol(name, text, type=0x20), *([Symbol(calls)] if calls else [])],
    )


@pytest.mark.parametrize("gcc", [True, False])
@pytest.mark.parametrize("machine", ["x64", "arm64", "arm"])
def test_unwind_data_lives_and_dies_with_its_function(machine, gcc, tmp_path):
    files = {
        "main.obj": entry_object("Used", machine=machine),
        "used.obj": function(machine, "Used", gcc=gcc, calls="Deeper"),
        "deeper.obj": function(machine, "Deeper", gcc=gcc),
        "unused.obj": function(machine, "Unused", gcc=gcc, calls="Missing2"),
        "more.obj": defining("Missing2", machine=machine),
    }
    result = linked(tmp_path, files)
    directory = parsed(result).OPTIONAL_HEADER.DATA_DIRECTORY[3]
    assert directory.Size == 2 * ENTRY[machine]
    assert b"Used    " in result.image
    assert b"Deeper  " in result.image
    assert b"Unused  " not in result.image
    assert "Missing2" not in addresses(result)


def test_references_are_followed_however_deep(tmp_path):
    files = {"main.obj": entry_object("N0")}
    for n in range(200):
        files[f"{n}.obj"] = defining(f"N{n}", b"%08d" % n, f"N{n + 1}")
    files["200.obj"] = defining("N200", b"the end!")
    files["dead.obj"] = defining("Dead", b"is dead.", "N0")
    image = linked(tmp_path, files).image
    assert b"the end!" in image
    assert b"is dead." not in image


def test_circles_of_references_do_not_keep_themselves(tmp_path):
    files = {
        "main.obj": entry_object(),
        "a.obj": defining("A", b"circle a", "B"),
        "b.obj": defining("B", b"circle b", "A"),
    }
    assert b"circle" not in linked(tmp_path, files).image


@pytest.mark.parametrize(
    "argv", [["/include:Name"], ["/export:Name,DATA"], ["/opt:noref"], ["/sectionrule:.data,keep"]]
)
def test_what_the_user_asks_for_is_kept(argv, tmp_path):
    files = {"main.obj": entry_object(), "name.obj": defining("Name", b"is kept!")}
    assert b"is kept!" in linked(tmp_path, files, *argv).image
    assert b"is kept!" not in linked(tmp_path, files).image


def test_arrays_between_marks_are_kept(tmp_path):
    array = build("x64", [Section(".mine$m", b"element!", RDATA, 8)])
    files = {"main.obj": entry_object(), "array.obj": array}
    assert b"element!" in linked(tmp_path, files).image


def test_an_empty_section_may_be_a_target(tmp_path):
    mark = build("x64", [Section(".mine$a", b"", RDATA, 8)], [Symbol("Start", ".mine$a")])
    files = {"main.obj": entry_object("Start"), "mark.obj": mark}
    assert linked(tmp_path, files).image


@pytest.mark.parametrize("machine", MACHINES)
def test_an_unused_import_brings_nothing(machine, tmp_path):
    from ntbuild.pecoff.machine import MACHINES as KNOWN
    from ntbuild.pelink.libraries.import_library import write_import_library
    from ntbuild.pelink.libraries.module_definition import parse_def

    definition = parse_def("LIBRARY nt.exe\nEXPORTS\nUsed\nUnused\n", "nt.def", KNOWN[machine])
    prefix = KNOWN[machine].symbol_prefix
    unused = defining("Dead", b"12345678", f"{prefix}Unused", machine=machine)
    files = {
        "main.obj": entry_object(f"__imp_{prefix}Used", machine=machine),
        "dead.obj": unused,
        "nt.lib": write_import_library(definition, KNOWN[machine]),
    }
    pe = parsed(linked(tmp_path, files))
    names = [each.name for module in pe.DIRECTORY_ENTRY_IMPORT for each in module.imports]
    assert names == [b"Used"]


def test_data_and_code_of_plain_stems_are_collected_alike(tmp_path):
    parts = [
        Section(name, b"nobody..", flags, 8)
        for name, flags in (
            (".text", CODE),
            (".data", DATA),
            (".rdata", RDATA),
            ("PAGE", CODE),
            ("INIT", CODE),
        )
    ]
    files = {"main.obj": entry_object(), "dead.obj": build("x64", parts)}
    assert b"nobody.." not in linked(tmp_path, files).image


def test_unwind_data_of_a_whole_object_keeps_no_function_of_a_program(tmp_path):
    """With mingw it does: there it is what refers to exception tables."""
    frames = Section(".eh_frame", bytes(8), RDATA, 4, [Reloc(0, "Unused", RELATIVE["x64"])])
    unused = Section(".text$u", b"unused code!", CODE, 4, comdat=ANY)
    more = build("x64", [unused, frames], [Symbol("Unused", ".text$u")])
    files = {"main.obj": entry_object(), "more.obj": more}
    base = ("/entry:DriverEntry", "/subsystem:console", "/opt:ref")
    assert b"unused code!" not in linked(tmp_path, files, base=base).image
    assert b"unused code!" in linked(tmp_path, files, "/lldmingw", base=base).image
