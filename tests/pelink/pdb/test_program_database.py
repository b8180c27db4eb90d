"""PDB files of links: what /debug writes, when, and that the same link gives the same bytes."""

import struct
import subprocess

import pytest

import codeviewwriter as cv
import peers
from coffwriter import Reloc
from linking import entry_object, linked
from ntbuild import LinkError
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pecoff.msf import read_msf
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

INT = 0x74
TYPES = (cv.argument_list(), cv.procedure(INT, 0x1000), cv.function_id(0x1001, b"DriverEntry"))
FUNCTION = (cv.procedure_start(b"DriverEntry", 0x1002), cv.END_OF_PROCEDURE)
ADDRESS = (Reloc(12 + 32, "DriverEntry", cv.SECREL), Reloc(12 + 36, "DriverEntry", cv.SECTION))


def driver(local: bytes = b"x", **more) -> bytes:
    name = cv.symbol(0x113E, struct.pack("<IH", INT, 0) + local + b"\0")
    symbols = (FUNCTION[0], name, FUNCTION[1])
    return cv.object_with(*TYPES, symbols=symbols, relocations=ADDRESS, **more)


def streams(result) -> list[bytes]:
    return read_msf("it.pdb", result.pdb)


def signature(image: bytes) -> bytes:
    at = image.index(b"RSDS")
    return image[at + 4 : at + 20]


def test_the_signature_of_image_and_pdb_is_the_same(tmp_path):
    result = linked(tmp_path, {"it.obj": driver()}, "/debug")
    info = streams(result)[1]
    assert struct.unpack_from("<III", info) == (20000404, struct.unpack("<I", info[12:16])[0], 1)
    assert info[12:28] == signature(result.image)


@pytest.mark.parametrize("word", ["full", "ghash", "noghash"])
def test_words_of_debug_that_write_a_pdb(word, tmp_path):
    assert linked(tmp_path, {"it.obj": driver()}, f"/debug:{word}").pdb is not None


@pytest.mark.parametrize("argv", [[], ["/debug:none"], ["/debug:dwarf"], ["/debug:symtab"]])
def test_links_that_write_none(argv, tmp_path):
    assert linked(tmp_path, {"it.obj": driver()}, *argv).pdb is None


@pytest.mark.parametrize("word", ["pdb:a.pdb", "pdbstripped:b.pdb", "pdbstream:name=c"])
def test_an_option_about_a_pdb_that_is_not_written_is_told(word, tmp_path):
    (warning,) = linked(tmp_path, {"it.obj": driver()}, f"/{word}").warnings
    assert f"/{word.partition(':')[0]} is ignored" in warning.message


def test_the_same_link_gives_the_same_bytes_in_any_folder(tmp_path, monkeypatch):
    found = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        (folder / "it.obj").write_bytes(driver())
        from ntbuild import link, options_from_argv

        options = options_from_argv(["/driver", "/entry:DriverEntry", "/debug", "/out:it.sys"])
        result = link(["it.obj"], options)
        found.append((result.image, result.pdb.tobytes()))
    assert found[0] == found[1]


def test_a_local_variable_of_another_name_changes_the_signature(tmp_path):
    first = linked(tmp_path, {"it.obj": driver(b"x")}, "/debug").image
    second = linked(tmp_path, {"it.obj": driver(b"y")}, "/debug").image
    assert signature(first) != signature(second)
    assert (
        first.replace(signature(first), bytes(16))[0x200:]
        == (second.replace(signature(second), bytes(16))[0x200:])
    )


def test_an_object_without_codeview_has_its_public_names(tmp_path):
    result = linked(tmp_path, {"it.obj": entry_object()}, "/debug")
    publics = [stream for stream in streams(result) if b"DriverEntry\0" in stream]
    assert publics


def test_a_wrong_type_is_a_warning_that_names_the_object(tmp_path):
    wrong = cv.symbol(0x1108, struct.pack("<I", 0x1FFF) + b"T\0")
    result = linked(tmp_path, {"it.obj": cv.object_with(*TYPES, symbols=[wrong])}, "/debug")
    (warning,) = result.warnings
    assert warning.place.endswith("it.obj")
    assert "names a type that the object does not have" in warning.message


def test_codeview_of_another_version_is_left_out_with_a_warning(tmp_path):
    data = driver().replace(b"\4\0\0\0\xf1\0\0\0", b"\2\0\0\0\xf1\0\0\0")
    result = linked(tmp_path, {"it.obj": data}, "/debug")
    (warning,) = result.warnings
    assert warning.message == "ignoring section .debug$S with unrecognized magic 0x2"
    assert warning.place.endswith("it.obj")


def test_an_unknown_subsection_is_a_warning_unless_it_says_to_ignore_it(tmp_path):
    parts = [cv.subsection(0x1FF, b"abcd"), cv.subsection(0x800000F1, b"abcd")]
    result = linked(tmp_path, {"it.obj": driver(parts=parts)}, "/debug")
    (warning,) = result.warnings
    assert warning.message == "ignoring unknown debug$S subsection kind 0x1FF"


def test_fastlink_is_said_to_be_a_full_pdb(tmp_path):
    (warning,) = linked(tmp_path, {"it.obj": driver()}, "/debug:fastlink").warnings
    assert "using /debug:full" in warning.message


def test_a_stripped_pdb_has_public_names_and_the_same_signature(tmp_path):
    result = linked(tmp_path, {"it.obj": driver()}, "/debug", "/pdbstripped:public.pdb")
    public = read_msf("public.pdb", result.stripped_pdb)
    private = streams(result)
    assert public[1][:28] == private[1][:28]
    both = (b"".join(public), b"".join(private))
    assert [content.count(b"DriverEntry\0") for content in both] == [1, 4]
    assert int.from_bytes(public[3][56:58], "little") & 2
    assert linked(tmp_path, {"it.obj": driver()}, "/debug").stripped_pdb is None


def test_a_file_can_be_put_into_the_pdb(tmp_path):
    (tmp_path / "map.json").write_bytes(b"{}")
    argv = [f"/pdbstream:{name}={tmp_path / 'map.json'}" for name in ("sourcelink", "b", "c", "d")]
    result = linked(tmp_path, {"it.obj": driver()}, "/debug", *argv)
    (tmp_path / "it.pdb").write_bytes(result.pdb)
    command = [peers.require("llvm-pdbutil"), "export", "--stream=sourcelink", "--out=-"]
    done = subprocess.run([*command, tmp_path / "it.pdb"], check=True, capture_output=True)
    assert b"{}" in done.stdout
    with pytest.raises(LinkError, match="could not open"):
        linked(tmp_path, {"it.obj": driver()}, "/debug", "/pdbstream:a=nowhere.txt")


def test_relative_sources_are_below_the_folder_that_an_option_names(tmp_path):
    names = cv.subsection(0xF3, b"\0a.c\0sub/b.h\0C:\\c.h\0")
    sums = cv.subsection(0xF4, struct.pack("<IBBHIBBHIBBH", *(1, 0, 0, 0, 5, 0, 0, 0, 13, 0, 0, 0)))
    data = driver(parts=[names, sums])
    found = b"".join(streams(linked(tmp_path, {"it.obj": data}, "/debug", "/pdbsourcepath:D:\\p")))
    for name in (b"D:\\p\\a.c", b"D:\\p\\sub\\b.h", b"C:\\c.h"):
        assert name + b"\0" in found
    unix = b"".join(streams(linked(tmp_path, {"it.obj": data}, "/debug", "/pdbsourcepath:/p")))
    assert b"/p/sub/b.h\0" in unix


@pytest.mark.parametrize("size", [8192, 32768])
def test_pages_may_be_larger(size, tmp_path):
    result = linked(tmp_path, {"it.obj": driver()}, "/debug", f"/pdbpagesize:{size}")
    assert len(result.pdb) % size == 0
    assert int.from_bytes(result.pdb[32:36], "little") == size
    with pytest.raises(LinkError, match="expected one of 4096"):
        linked(tmp_path, {"it.obj": driver()}, "/debug", "/pdbpagesize:5000")


BAD = {
    "circle": {"type_records": [cv.pointer(0x1001), cv.pointer(0x1000)]},
    "outside of its section": {"relocations": [Reloc(400, "DriverEntry", cv.SECREL)]},
    "a checksum passes the end": {"parts": [cv.subsection(0xF4, b"\0\0\0\0\x40\1")]},
    "not in the object's table of strings": {
        "parts": [cv.subsection(0xF4, struct.pack("<IBBH", 9, 0, 0, 0))]
    },
    "a subsection without a signature": {"parts": [cv.subsection(0xF6, b"\0\0")]},
}


@pytest.mark.parametrize("message", BAD)
def test_malformed_debug_information_is_one_error(message, tmp_path):
    given = BAD[message]
    data = cv.object_with(
        *given.get("type_records", TYPES),
        parts=given.get("parts", ()),
        relocations=given.get("relocations", ()),
    )
    with pytest.raises(LinkError) as error:
        linked(tmp_path, {"it.obj": data}, "/debug")
    (diagnostic,) = error.value.diagnostics
    assert message in diagnostic.message
    assert "it.obj" in diagnostic.message
    linked(tmp_path, {"it.obj": data})  # which does not read it


def test_llvm_reads_every_stream(tmp_path):
    names = cv.subsection(0xF3, b"\0a.c\0b.h\0")
    sums = cv.subsection(0xF4, struct.pack("<IBBHIBBH", 1, 0, 0, 0, 5, 0, 0, 0))
    inlined = cv.subsection(0xF6, struct.pack("<4I", 0, 0x1002, 0, 7))
    result = linked(
        tmp_path,
        {"it.obj": driver(parts=[names, sums, inlined]), "other.obj": cv.object_with(entry="F")},
        "/debug",
    )
    path = tmp_path / "it.pdb"
    path.write_bytes(result.pdb)
    command = [peers.require("llvm-pdbutil"), "dump", "--all", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    assert "`DriverEntry`" in done.stdout
    for line in ("a.c", "b.h", "S_LOCAL", "LF_FUNC_ID", "S_PROCREF"):
        assert line in done.stdout


def dumped(folder, result, *words: str) -> str:
    """What llvm-pdbutil says of the PDB of a link."""
    (folder / "it.pdb").write_bytes(result.pdb)
    command = [peers.require("llvm-pdbutil"), *words, "it.pdb"]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


def test_a_debugger_finds_the_visualizers_that_an_option_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["Types.natvis", "./other.natvis", "third.natvis"]
    for name in names:
        (tmp_path / name).write_text(f"<{name}/>", encoding="utf-8")
    argv = ["/debug", *(f"/natvis:{name}" for name in names)]
    result = linked(tmp_path, {"it.obj": driver()}, *argv)
    words = ("pretty", "-native", "-injected-sources", "-injected-source-content")
    text = dumped(tmp_path, result, *words)
    for name in names:
        assert f"<{name}/>" in text
    assert ".\\other.natvis" in text
    with pytest.raises(LinkError, match="could not open"):
        linked(tmp_path, {"it.obj": driver()}, "/debug", "/natvis:nowhere.natvis")


def test_an_imported_function_has_a_module_with_its_thunk(tmp_path):
    definition = parse_def(
        "LIBRARY other.sys\nEXPORTS\n DbgOther\n DbgMore\n", "a", MACHINES["x64"]
    )
    library = write_import_library(definition, MACHINES["x64"])
    files = {"it.obj": entry_object("DbgOther"), "other.lib": library}
    words = ("dump", "--modules", "--symbols", "--section-contribs")
    text = dumped(tmp_path, linked(tmp_path, files, "/debug"), *words)
    assert "Mod 0001 | `other.sys`" in text
    assert "Mod 0002 | `Import:other.sys`" in text
    assert "mod = 2, 0001:0016, size = 6" in text
    assert "S_THUNK32 [size = 36] `DbgOther`" in text
    assert "DbgMore" not in text
    assert f"Obj: `{tmp_path / 'other.lib'}`" in text


def test_the_names_of_an_object_stand_together(tmp_path):
    def named(name: bytes) -> bytes:
        static = cv.symbol(0x1153, struct.pack("<IIH", INT, 5, 0) + b"s\0")
        names = cv.subsection(0xF3, b"\0" + name + b".c\0" + name + b".obj\0")
        sums = cv.subsection(0xF4, struct.pack("<IBBH", 1, 0, 0, 0))
        return cv.object_with(symbols=[static], parts=[names, sums], entry=f"e{name.decode()}")

    files = {"it.obj": driver(), "a.obj": named(b"a"), "b.obj": named(b"b")}
    result = linked(tmp_path, files, "/debug", "/include:ea", "/include:eb")
    assert b"\0\0a.obj\0a.c\0b.obj\0b.c\0" in result.pdb.tobytes()
