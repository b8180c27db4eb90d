"""What takes part in a link: archives asked in order, directives, entry points, exports."""

import time

import pefile
import pytest

from coffwriter import CODE, DATA, INFO, Reloc, Section, Symbol, build
from linking import DRIVER, addresses, complaints, defining, entry_object, linked, parsed, write
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.read import read
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from ntbuild.pelink.script.plan import Plan
from slowness import allowed


def archive(**members: bytes) -> bytes:
    return write_archive([(f"{name}.obj", data) for name, data in members.items()])


def directive(text: str, *needs: str) -> bytes:
    return entry_object(*needs, sections=[Section(".drectve", text.encode(), INFO)])


def test_the_first_archive_that_defines_a_name_has_it(tmp_path):
    files = {
        "main.obj": entry_object("Name"),
        "one.lib": archive(a=defining("Name", b"first...")),
        "two.lib": archive(a=defining("Name", b"second..")),
    }
    assert b"first..." in linked(tmp_path, files).image
    files = {
        "main.obj": files["main.obj"],
        "two.lib": files["two.lib"],
        "one.lib": files["one.lib"],
    }
    assert b"second.." in linked(tmp_path, files).image


def test_an_object_wins_over_an_archive(tmp_path):
    files = {
        "one.lib": archive(a=defining("Name", b"archived")),
        "main.obj": entry_object("Name"),
        "own.obj": defining("Name", b"own....."),
    }
    image = linked(tmp_path, files).image
    assert b"own....." in image
    assert b"archived" not in image


def test_a_common_symbol_does_not_pull_a_member(tmp_path):
    common = build("x64", [], [Symbol("Name", 0, 16)])
    files = {
        "main.obj": entry_object("Name"),
        "common.obj": common,
        "one.lib": archive(a=defining("Name", b"archived")),
    }
    assert b"archived" not in linked(tmp_path, files).image


def test_a_library_that_a_member_asks_for_answers_old_wishes(tmp_path):
    asking = build(
        "x64",
        [Section(".data", bytes(8)), Section(".drectve", b"/defaultlib:late.lib", INFO)],
        [Symbol("Asking", ".data")],
    )
    write(tmp_path, {"late.lib": archive(x=defining("Old"), y=defining("Unused"))})
    files = {"main.obj": entry_object("Old", "Asking"), "one.lib": archive(a=asking)}
    result = linked(tmp_path, files, f"/libpath:{tmp_path}")
    assert {"Old", "Asking"} <= set(addresses(result))
    assert "Unused" not in addresses(result)


def test_an_alternate_name_that_comes_late_stands_in(tmp_path):
    asking = build(
        "x64",
        [Section(".data", bytes(8)), Section(".drectve", b"/alternatename:Gone=Asking", INFO)],
        [Symbol("Asking", ".data")],
    )
    files = {"main.obj": entry_object("Gone", "Asking"), "one.lib": archive(a=asking)}
    found = addresses(linked(tmp_path, files))
    assert found["Gone"] == found["Asking"]


@pytest.mark.parametrize(
    ("option", "found"),
    [("/nodefaultlib", False), ("/nodefaultlib:LIBRARY", False), ("/nodefaultlib:other", True)],
)
def test_default_libraries_can_be_refused(option, found, tmp_path):
    write(tmp_path, {"library.lib": archive(a=defining("Name"))})
    files = {"main.obj": directive("/defaultlib:library", "Name")}
    argv = [f"/libpath:{tmp_path}", option]
    if found:
        assert "Name" in addresses(linked(tmp_path, files, *argv))
    else:
        assert complaints(tmp_path, files, *argv)[0] == "undefined symbol: Name"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/nodefaultlib:library", False),
        ("/nodefaultlib:LIBRARY.LIB", False),
        ("/disallowlib:library.lib", False),
        ("/nodefaultlib", False),
        ("/nodefaultlib:other", True),
    ],
)
def test_a_directive_can_refuse_default_libraries(text, found, tmp_path):
    write(tmp_path, {"library.lib": archive(a=defining("Name"))})
    files = {
        "first.obj": build("x64", [Section(".drectve", text.encode(), INFO)]),
        "main.obj": directive("/defaultlib:library", "Name"),
    }
    if found:
        assert "Name" in addresses(linked(tmp_path, files, f"/libpath:{tmp_path}"))
    else:
        lines = complaints(tmp_path, files, f"/libpath:{tmp_path}")
        assert lines[0] == "undefined symbol: Name"


@pytest.mark.parametrize("symbol", ["_Start", "_Start@8", "@Start@8", "Start"])
def test_an_entry_point_is_found_by_the_name_in_c(symbol, tmp_path):
    code = build("x86", [Section(".text", bytes(4), CODE)], [Symbol(symbol, ".text")])
    result = linked(tmp_path, {"main.obj": code}, base=["/driver", "/entry:Start"])
    assert parsed(result).OPTIONAL_HEADER.AddressOfEntryPoint == addresses(result)[symbol]


def test_an_entry_point_may_come_from_an_archive(tmp_path):
    files = {"one.lib": archive(a=entry_object(), b=defining("Unused"))}
    result = linked(tmp_path, files, "/machine:x64")
    assert parsed(result).OPTIONAL_HEADER.AddressOfEntryPoint == addresses(result)["DriverEntry"]


def test_a_directive_may_name_the_entry_point_and_exports(tmp_path):
    text = "/entry:Go -export:Go,@5,NONAME -export:Name,DATA /include:Kept"
    symbols = [Symbol("Go", ".text", 4), Symbol("Kept", ".text", 8)]
    files = {
        "main.obj": entry_object(
            "Name", sections=[Section(".drectve", text.encode(), INFO)], symbols=symbols
        ),
        "name.obj": defining("Name"),
    }
    result = linked(tmp_path, files, base=["/driver"])
    pe = parsed(result)
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == addresses(result)["Go"]
    assert [(e.ordinal, e.name) for e in pe.DIRECTORY_ENTRY_EXPORT.symbols] == [
        (6, b"Name"),
        (5, None),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["/export:A,@5", "/export:B,@5"], "exports A and B both have ordinal 5"),
        (
            ["/export:A,@65535", "/export:B"],
            "too many exported symbols (got 65536, max 65535)",
        ),
    ],
)
def test_ordinals_that_cannot_be(options, message, tmp_path):
    files = {"a.obj": entry_object("A", "B"), "b.obj": defining("A"), "c.obj": defining("B")}
    assert complaints(tmp_path, files, *options) == [message]


def test_an_object_may_be_empty_of_everything(tmp_path):
    empty = build("x64", [], [], section_symbols=False)
    assert linked(tmp_path, {"main.obj": entry_object(), "empty.obj": empty}).image


def test_the_machine_is_that_of_the_first_object(tmp_path):
    other = defining("Name", machine="arm64")
    files = {"main.obj": entry_object(), "other.obj": other}
    assert complaints(tmp_path, files) == [
        f"other.obj: machine type arm64 conflicts with x64 of {'main.obj'}"
    ]


def test_import_libraries_of_another_machine_are_refused(tmp_path):
    definition = parse_def("LIBRARY a.dll\nEXPORTS\nName\n", "a.def", MACHINES["arm64"])
    library = write_import_library(definition, MACHINES["arm64"])
    files = {"main.obj": entry_object("Name"), "a.lib": library}
    assert any(
        "machine type arm64 conflicts with x64" in line for line in complaints(tmp_path, files)
    )


def test_a_file_named_twice_is_a_duplicate_only_when_it_defines_something_twice(tmp_path):
    paths = write(
        tmp_path, {"main.obj": entry_object("Name"), "a.lib": archive(a=defining("Name"))}
    )
    options = options_from_argv(DRIVER)
    assert link([paths[0], paths[1], paths[1]], options).image


@pytest.mark.parametrize("power", ["²", "9" * 5000, "-1", "x", ""])
def test_an_alignment_that_is_no_number_is_an_unknown_directive(power, tmp_path):
    result = linked(tmp_path, {"main.obj": directive(f"-aligncomm:Name,{power}")})
    (warning,) = result.warnings
    assert warning.message.startswith("ignoring unknown argument: -aligncomm:Name,")


@pytest.mark.parametrize(("search", "pulled"), [(1, False), (2, True), (3, False)])
def test_only_one_kind_of_weak_external_searches_libraries(search, pulled, tmp_path):
    weak = [Symbol("Default", ".text"), Symbol("Name", weak="Default", search=search)]
    files = {
        "main.obj": entry_object("Name", symbols=weak),
        "one.lib": archive(a=defining("Name", b"archived")),
    }
    assert (b"archived" in linked(tmp_path, files).image) is pulled


def test_an_import_can_be_exported_again(tmp_path):
    definition = parse_def("LIBRARY nt.exe\nEXPORTS\nName\n", "nt.def", MACHINES["x64"])
    library = write_import_library(definition, MACHINES["x64"])
    files = {"main.obj": entry_object(), "nt.lib": library}
    result = linked(tmp_path, files, "/export:Name")
    pe = parsed(result)
    (export,) = pe.DIRECTORY_ENTRY_EXPORT.symbols
    assert export.address == addresses(result)["Name"]
    assert pe.get_data(export.address, 2) == b"\xff\x25"


@pytest.mark.parametrize("spelling", ["ntoskrnl.exe", "NTOSKRNL.EXE"])
def test_modules_are_told_apart_without_regard_to_case(spelling, tmp_path):
    libraries = {}
    for number, (module, name) in enumerate((("ntoskrnl.exe", "One"), (spelling, "Two"))):
        definition = parse_def(f"LIBRARY {module}\nEXPORTS\n{name}\n", "x.def", MACHINES["x64"])
        libraries[f"{number}.lib"] = write_import_library(definition, MACHINES["x64"])
    files = {"main.obj": entry_object("__imp_One", "__imp_Two"), **libraries}
    pe = parsed(linked(tmp_path, files))
    (module,) = pe.DIRECTORY_ENTRY_IMPORT
    assert [each.name for each in module.imports] == [b"One", b"Two"]
    table = pe.OPTIONAL_HEADER.DATA_DIRECTORY[12]
    assert table.Size == 3 * 8


def test_imports_by_ordinal_have_no_name(tmp_path):
    text = "LIBRARY nt.exe\nEXPORTS\nNamed @3\nBare @17 NONAME\n"
    definition = parse_def(text, "nt.def", MACHINES["x86"])
    library = write_import_library(definition, MACHINES["x86"])
    files = {
        "main.obj": entry_object("__imp__Named", "__imp__Bare", machine="x86"),
        "nt.lib": library,
    }
    (module,) = parsed(linked(tmp_path, files)).DIRECTORY_ENTRY_IMPORT
    assert {(each.name, each.ordinal) for each in module.imports} >= {(None, 17)}


def test_a_path_that_begins_with_a_tilde_is_an_object_like_any_other(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"~a.obj": defining("Name", b"tilde..."), "b.obj": defining("Name")})
    (tmp_path / "main.obj").write_bytes(entry_object("Name"))
    with pytest.raises(LinkError, match="duplicate symbol: Name"):
        link(["main.obj", "~a.obj", "b.obj"], options_from_argv(DRIVER))
    result = link(["main.obj", "~a.obj"], options_from_argv([*DRIVER, "/verbose"]))
    assert b"tilde..." in result.image
    assert "Reading ~a.obj" in result.log


def test_read_gives_tables_with_a_row_for_everything_linked(tmp_path):
    """The pass called by itself: an object, the member that it needs, and not the other one."""
    paths = write(
        tmp_path,
        {
            "main.obj": entry_object("Name", sections=[Section(".text$z", b"z", CODE)]),
            "a.lib": archive(needed=defining("Name"), other=defining("Other")),
        },
    )
    log = Diagnostics()
    tables = read([str(path) for path in paths], options_from_argv(DRIVER), Plan(), log)
    origins = tables.objects.objects.origins
    assert [origin.name for origin in origins if not origin.made] == [
        str(paths[0]),
        f"{paths[1]}(needed.obj)",
    ]
    assert tables.loaded == (
        (f"{paths[1]}(needed.obj)", tables.names.find(tables.buffer, b"Name")),
    )
    assert tables.name(tables.entry) == "DriverEntry"
    assert tables.roots == (tables.entry,)
    names = [tables.section_name(row) for row in tables.rows_of_stem(b".text")]
    assert names == [b".text", b".text$z"]
    assert tables.names.find(tables.buffer, b"Other") == -1
    assert log.warnings == ()


def slot_target(image: bytes) -> int:
    """RVA of what the import slot behind ``call *[rip + slot]`` at the start of .text points to."""
    pe = pefile.PE(data=image)
    text = pe.sections[0].VirtualAddress
    distance = int.from_bytes(pe.get_data(text + 2, 4), "little", signed=True)
    slot = text + 6 + distance
    assert slot in {e.rva for block in pe.DIRECTORY_ENTRY_BASERELOC for e in block.entries}
    return int.from_bytes(pe.get_data(slot, 8), "little") - pe.OPTIONAL_HEADER.ImageBase


@pytest.mark.parametrize("how", ["defined", "option", "directive", "weak", "archive"])
def test_an_import_of_an_own_function_may_go_by_another_name_of_it(how, tmp_path):
    text = Section(".text", b"\xff\x15\0\0\0\0\xc3", CODE, 16, [Reloc(2, "__imp_dup", 4)])
    sections, symbols = [text], [Symbol("DriverEntry", 1), Symbol("__imp_dup")]
    if how == "weak":
        symbols += [Symbol("_dup"), Symbol("dup", weak="_dup")]
    if how in {"directive", "archive"}:
        sections.append(Section(".drectve", b"/alternatename:dup=_dup", INFO))
    name = "dup" if how == "defined" else "_dup"
    own = build("x64", [Section(".text", b"\xcc\xcc\xcc\xc3", CODE, 16)], [Symbol(name, 1, 3)])
    files = {"a.obj": build("x64", sections, symbols)}
    files |= {"b.lib": archive(b=own)} if how == "archive" else {"b.obj": own}
    argv = ["/alternatename:dup=_dup"] if how == "option" else []
    result = linked(tmp_path, files, *argv)
    at = slot_target(result.image)
    assert pefile.PE(data=result.image).get_data(at, 1) == b"\xc3"
    # A weak external and an alternate name are no definitions, so no file is named for them.
    defining = {"defined": f" (defined in {tmp_path}/b.obj)"}.get(how, "")
    assert [str(each) for each in result.warnings] == [
        f"{tmp_path}/a.obj: locally defined symbol imported: dup{defining} [LNK4217]"
    ]


@pytest.mark.parametrize("machine", MACHINES)
def test_an_object_of_no_machine_fits_every_machine(machine, tmp_path):
    """oldnames.lib has such objects: aliases and data, and no code."""
    prefix = MACHINES[machine].symbol_prefix
    alias = build(
        0, [Section(".data", b"12345678", DATA, 8)], [Symbol(f"{prefix}Used", weak=".data")]
    )
    files = {"main.obj": entry_object(f"{prefix}Used", machine=machine), "alias.obj": alias}
    assert b"12345678" in linked(tmp_path, files).image


@pytest.mark.parametrize(
    "data",
    [
        bytes(64),
        bytes(2) + b"\1\0" + bytes(30),
        bytes(12) + b"\5\0\0\0" + bytes(40),
        build(0, [Section(".data", b"1")])[:-5],
        b"\0\0" + build("x64", [Section(".data", b"1")])[2:50],
    ],
    ids=["zeros", "no header", "no symbols", "cut", "half"],
)
def test_zeros_are_no_object_of_no_machine(data, tmp_path):
    found = complaints(tmp_path, {"main.obj": entry_object(), "zero.obj": data})
    assert found[0].startswith("zero.obj: ")


def test_a_thin_archive_with_a_nul_in_a_path_is_one_line(tmp_path):
    thin = archive(**{"x_y.obj": defining("Used")}).replace(b"!<arch>", b"!<thin>")
    at = thin.index(b"x_y.obj")
    thin = thin[: at + 1] + b"\0" + thin[at + 2 : thin.index(b"`\n", at) + 2]
    found = complaints(tmp_path, {"main.obj": entry_object("Used"), "thin.lib": thin})
    message = "Name: a NUL in the path of a thin archive's member"
    assert found == [f"thin.lib: offset {at:#x}: {message}"]


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        (["/export:A", "/export:A"], []),
        (["/export:A", "/export:A,@5"], ["duplicate /export option: A"]),
        (["/export:A,DATA", "/export:B", "/export:A"], ["duplicate /export option: A"]),
        (["/export:A=B", "/export:C=B"], []),
    ],
)
def test_an_export_given_twice_in_two_ways_is_warned_of(words, warned, tmp_path):
    files = {"a.obj": entry_object("A", "B"), "b.obj": defining("A"), "c.obj": defining("B")}
    result = linked(tmp_path, files, *words)
    assert [each.message for each in result.warnings] == warned
    first = parsed(result).DIRECTORY_ENTRY_EXPORT.symbols[0]
    assert first.ordinal == 1


def test_an_object_says_what_the_command_line_says_otherwise(tmp_path):
    files = {"main.obj": directive("/export:A", "A"), "a.obj": defining("A")}
    assert linked(tmp_path, files, "/export:A,@5,DATA").warnings == ()


def test_a_name_that_is_defined_and_imported_is_warned_of(tmp_path):
    """A reference to the import slot brings the import, and with it a thunk of the same name."""
    definition = parse_def("LIBRARY nt.exe\nEXPORTS\nName\n", "nt.def", MACHINES["x64"])
    files = {
        "main.obj": entry_object("__imp_Name", "Name"),
        "own.obj": defining("Name", b"my own!!"),
        "nt.lib": write_import_library(definition, MACHINES["x64"]),
    }
    result = linked(tmp_path, files)
    (warning,) = result.warnings
    assert warning.message == "duplicate symbol: Name: the definition is used, not the import"
    assert warning.notes == (f"defined at {tmp_path}/own.obj", "defined at nt.exe")
    pe = parsed(result)
    assert pe.get_data(addresses(result)["Name"], 8) == b"my own!!"
    assert pe.DIRECTORY_ENTRY_IMPORT[0].imports[0].name == b"Name"


@pytest.mark.parametrize(
    ("head", "size", "message"),
    [
        (b"", 5 << 30, "could not open '{}': has more than 4294967295 bytes"),
        (
            b"",
            3 << 30,
            "{}: offset 0x0: Machine: unknown file type: neither an object nor",
        ),
        (b"MZ", 3 << 30, "{}: offset 0x3c: e_lfanew: 0x0 is not an offset in the file"),
        (b"!<arch>\n", 3 << 30, "{}: offset 0x42: End of Header: not the header of a member"),
        (
            b"\x7fELF",
            3 << 30,
            "{}: offset 0x0: Machine: unknown file type: an ELF file: compile it",
        ),
    ],
)
def test_a_huge_file_is_refused_by_its_first_bytes(head, size, message, tmp_path):
    huge = tmp_path / "huge.obj"
    with huge.open("wb") as file:
        file.write(head)
        file.truncate(size)
    (entry,) = write(tmp_path, {"main.obj": entry_object()})
    start = time.process_time()
    with pytest.raises(LinkError) as caught:
        link([entry, huge], options_from_argv(DRIVER))
    assert str(caught.value).startswith(f"error: {message.format(huge)}")
    assert time.process_time() - start < allowed(1.0)


def test_an_export_directory_of_an_object_takes_the_place_of_the_linkers(tmp_path):
    own = build("x64", [Section(".edata", b"my own directory of exports.....", DATA, 4)])
    files = {"main.obj": entry_object(), "own.obj": own}
    result = linked(tmp_path, files, "/export:DriverEntry")
    (warning,) = result.warnings
    assert warning.message == "literal .edata sections override exports"
    directory = parsed(result).OPTIONAL_HEADER.DATA_DIRECTORY[0]
    assert directory.Size == 32
    assert parsed(result).get_data(directory.VirtualAddress, 32).startswith(b"my own")
