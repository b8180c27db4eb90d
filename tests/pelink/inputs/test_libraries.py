"""Which files are read: libraries by name and by path, a file twice, members of all kinds."""

import os

import pytest

from coffwriter import INFO, RDATA, Reloc, Section, Symbol, build
from linking import addresses, complaints, defining, entry_object, linked, parsed, write
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

DRIVER = ["/driver", "/entry:DriverEntry"]
# An empty resource, as every .res file begins, and RCDATA 48 with nine bytes of content.
RES = bytes.fromhex("0000000020000000ffff0000ffff00000000000000000000" + "00" * 8) + bytes.fromhex(
    "0900000020000000ffff0a00ffff0a00" + "00" * 4 + "3000" + "0904" + "00" * 8
) + b"hello-res" + bytes(3)  # fmt: skip


def library(name: str) -> bytes:
    return write_archive([("a.obj", defining(name))])


def directive(text: str, *needs: str) -> bytes:
    return entry_object(*needs, sections=[Section(".drectve", text.encode(), INFO)])


@pytest.mark.parametrize("name", ["helper.lib", "HELPER", "helper"])
def test_a_library_given_by_path_answers_a_directive_that_names_it(name, tmp_path):
    (tmp_path / "sub").mkdir()
    files = {
        "main.obj": directive(f"/defaultlib:{name}", "Help"),
        "sub/helper.lib": library("Help"),
    }
    assert "Help" in addresses(linked(tmp_path, files))


def test_a_library_that_is_not_there_is_reported_with_the_object_that_names_it(tmp_path):
    assert complaints(tmp_path, {"main.obj": directive("/defaultlib:helper.lib")}) == [
        "could not open 'helper.lib': No such file or directory",
        ">>> requested by main.obj",
    ]


@pytest.mark.parametrize("again", ["same", "other path", "hard link"])
def test_a_file_given_twice_is_read_once(again, tmp_path):
    main, one = write(tmp_path, {"main.obj": entry_object("Name"), "a.obj": defining("Name")})
    (tmp_path / "sub").mkdir()
    other = one
    if again == "other path":
        other = tmp_path / "sub" / ".." / "a.obj"
    if again == "hard link":
        other = tmp_path / "b.obj"
        os.link(one, other)
    options = options_from_argv([*DRIVER, "/timestamp:0"])
    assert link([main, one, other], options).image == link([main, one], options).image


def test_a_copy_of_an_object_is_another_file(tmp_path):
    files = {"main.obj": entry_object("Name"), "a.obj": defining("Name"), "b.obj": defining("Name")}
    assert complaints(tmp_path, files)[0] == "duplicate symbol: Name"


def test_with_mingw_a_library_may_be_spelled_as_gnu_ld_does(tmp_path):
    write(tmp_path, {"libhelper.a": library("Help")})
    (main,) = write(tmp_path, {"main.obj": directive("/defaultlib:helper", "Help")})
    argv = [f"/libpath:{tmp_path}", "/subsystem:console", "/entry:DriverEntry"]
    assert link([main], options_from_argv([*argv, "/lldmingw"])).image
    for name in ("helper.lib", "helper"):
        assert link([main, name], options_from_argv([*argv, "/lldmingw"])).image
    with pytest.raises(LinkError, match="could not open 'helper'"):
        link([main], options_from_argv(argv))
    write(tmp_path, {"helper.lib": library("Other")})
    with pytest.raises(LinkError, match="undefined symbol: Help"):
        link([main], options_from_argv([*argv, "/lldmingw"]))


def test_a_member_may_be_a_res_file(tmp_path):
    members = [("a.obj", defining("Name")), ("r.res", RES)]
    files = {"main.obj": entry_object("Name"), "a.lib": write_archive(members)}
    whole = parsed(linked(tmp_path, files, f"/wholearchive:{tmp_path}/a.lib"))
    assert whole.DIRECTORY_ENTRY_RESOURCE.entries[0].id == 10
    assert not hasattr(parsed(linked(tmp_path, files)), "DIRECTORY_ENTRY_RESOURCE")


def test_a_thin_archive_may_name_files_of_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "lib").mkdir()
    (tmp_path / "build").mkdir()
    write(tmp_path, {"main.obj": entry_object("Name"), "build/a.obj": defining("Name")})
    thin = write_archive([("../build/a.obj", defining("Name"))])
    at = thin.rindex(defining("Name"))
    (tmp_path / "lib" / "thin.lib").write_bytes(b"!<thin>\n" + thin[8:at])
    options = options_from_argv(DRIVER)
    monkeypatch.chdir(tmp_path)
    assert "Name" in addresses(link(["main.obj", "lib/thin.lib"], options))
    monkeypatch.chdir(tmp_path / "lib")
    with pytest.raises(LinkError, match="leaves the archive's folder"):
        link(["../main.obj", "thin.lib"], options)


def test_an_empty_object_of_directives_alone_is_no_duplicate(tmp_path):
    files = {"main.obj": entry_object(), "d.obj": build("x64", [Section(".drectve", b" ", INFO)])}
    assert linked(tmp_path, files).image


def imported(result) -> list[tuple[bytes, list[bytes]]]:
    return [(each.dll, [e.name for e in each.imports]) for each in result.DIRECTORY_ENTRY_IMPORT]


@pytest.fixture
def import_library(request) -> bytes:
    machine = MACHINES[request.param]
    definition = parse_def("LIBRARY nt.exe\nEXPORTS\nOne\nTwo\n", "nt.def", machine)
    return write_import_library(definition, machine)


@pytest.mark.parametrize("import_library", ["x64"], indirect=True)
def test_a_whole_import_library_has_no_descriptor_of_its_own(import_library, tmp_path):
    files = {"main.obj": entry_object("__imp_One"), "nt.lib": import_library}
    pe = parsed(linked(tmp_path, files, f"/wholearchive:{tmp_path}/nt.lib", "/opt:noref"))
    assert imported(pe) == [(b"nt.exe", [b"One", b"Two"])]


@pytest.mark.parametrize("import_library", ["x64"], indirect=True)
def test_a_descriptor_on_purpose_imports_a_module_without_functions(import_library, tmp_path):
    """Its fields are against undefined symbols of class SECTION: .idata$4 and .idata$5."""
    files = {"main.obj": entry_object(), "nt.lib": import_library}
    pe = parsed(linked(tmp_path, files, "/include:__IMPORT_DESCRIPTOR_nt"))
    directory = pe.OPTIONAL_HEADER.DATA_DIRECTORY[1].VirtualAddress
    lookup, _, _, name, slots = (pe.get_dword_at_rva(directory + 4 * at) for at in range(5))
    assert pe.get_string_at_rva(name) == b"nt.exe"
    assert pe.get_data(lookup, 8) == pe.get_data(slots, 8) == bytes(8)
    assert lookup != slots


def test_an_undefined_section_that_nothing_has_is_an_error_with_its_name(tmp_path):
    needs = Section(".rdata", bytes(8), RDATA, 8, relocations=[Reloc(0, ".mine$4", 1)])
    symbols = [Symbol("Name", 1), Symbol(".mine$4", 0, 0xC0000040, storage=104)]
    files = {"main.obj": entry_object("Name"), "a.obj": build("x64", [needs], symbols)}
    assert complaints(tmp_path, files)[0] == "undefined symbol: .mine$4"


@pytest.mark.parametrize("import_library", ["x64", "x86"], indirect=True)
@pytest.mark.parametrize("whole", [True, False])
def test_a_descriptor_on_purpose_is_that_of_the_modules_functions(
    import_library, whole, tmp_path, request
):
    machine = request.node.callspec.params["import_library"]
    slot = f"__imp_{MACHINES[machine].symbol_prefix}Two"
    main = entry_object(slot, "__IMPORT_DESCRIPTOR_nt", machine=machine)
    files = {"main.obj": main, "nt.lib": import_library}
    argv = [f"/wholearchive:{tmp_path}/nt.lib"] if whole else []
    pe = parsed(linked(tmp_path, files, *argv))
    assert imported(pe) == [(b"nt.exe", [b"Two"])]
