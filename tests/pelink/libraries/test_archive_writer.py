"""Archives written: the same bytes as llvm-lib, and the command's errors."""

import subprocess
from pathlib import Path

import pytest

import peers
from coffwriter import CODE, DATA, Section, Symbol, build
from ntbuild.pecoff.archive import read_archive
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pecoff.object.import_object import read_import_object
from ntbuild.pelink.commands.lib import run_lib
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.libraries.archive_writer import write_archive

LONG = "an_object_whose_name_is_long.obj"
SYMBOLS = [
    Symbol("Open", ".text"),
    Symbol("A_symbol_longer_than_eight_bytes", ".text", 1),
    Symbol("local", ".text", storage=3),
    Symbol("Undefined"),
    Symbol("common", 0, 16),
    Symbol("absolute", -1, 5),
    Symbol("alias", weak="Open", search=3),
    Symbol("weak_without_default", weak="Undefined", search=1),
]


def sample(machine: str = "x64", *, bigobj: bool = False, prefix: str = "") -> bytes:
    sections = [Section(".text", b"\xc3\xc3", CODE, 16), Section(".data", b"1234", DATA, 4)]
    symbols = [
        Symbol(
            prefix + s.name, s.section, s.value, s.storage, 0, s.weak and prefix + s.weak, s.search
        )
        for s in SYMBOLS
    ]
    return build(machine, sections, symbols, bigobj=bigobj, file="sample.c")


def error(*argv: str) -> str:
    with pytest.raises(LinkError) as caught:
        run_lib(argv)
    return str(caught.value)


@pytest.mark.parametrize("machine", MACHINES)
def test_equal_to_llvm_lib(tmp_path: Path, machine: str, monkeypatch: pytest.MonkeyPatch):
    llvm_lib = peers.require("llvm-lib")
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    Path("a.obj").write_bytes(sample(machine))
    Path(LONG).write_bytes(sample(machine, bigobj=True, prefix="b_"))
    Path("sub/c.obj").write_bytes(sample(machine, prefix="c_") + b"odd")
    Path("x.def").write_text("LIBRARY x.sys\nEXPORTS\nImported\nValue DATA\n")
    subprocess.run([llvm_lib, "/def:x.def", f"/machine:{machine}", "/out:i.lib"], check=True)
    files = ["a.obj", LONG, "sub/c.obj", "i.lib", "a.obj"]
    subprocess.run([llvm_lib, "/out:ref.lib", *files], check=True)
    path, data = run_lib(["/lib", "/nologo", "/out:ours.lib", *files])
    assert path == "ours.lib"
    assert not Path(path).exists()
    assert data == Path("ref.lib").read_bytes()


def test_def_command_equals_llvm_lib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    llvm_lib = peers.require("llvm-lib")
    monkeypatch.chdir(tmp_path)
    Path("x.def").write_text("LIBRARY x.sys\nEXPORTS\nOpen\n")
    subprocess.run([llvm_lib, "/def:x.def", "/machine:x86", "/out:ref.lib"], check=True)
    assert run_lib(["-def:x.def", "/MACHINE:I386"]) == ("x.lib", Path("ref.lib").read_bytes())


def test_symbols_of_an_archive_are_those_that_objects_define():
    archive = read_archive(memoryview(write_archive([("a.obj", sample())])), "x.lib")
    names = {archive.symbol_name(row) for row in range(len(archive.symbol_positions))}
    assert names == {
        b"Open", b"A_symbol_longer_than_eight_bytes", b"common", b"absolute", b"alias",
    }  # fmt: skip


def test_an_absolute_input_leaves_no_folder_in_the_archive(tmp_path: Path):
    (tmp_path / "a.obj").write_bytes(sample())
    _, data = run_lib([str(tmp_path / "a.obj"), "/out:x.lib"])
    assert str(tmp_path).encode() not in data
    assert [m.name for m in read_archive(memoryview(data), "x.lib").members] == ["a.obj"]


def test_objects_given_with_a_def_file_decorate_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("x.def").write_text("LIBRARY x.sys\nEXPORTS\nOpen\nClose=Impl\nPlain\n")
    obj = build(
        "x86",
        [Section(".text", b"\xc3", CODE)],
        [Symbol("_Open@8", ".text"), Symbol("@Impl@4", ".text"), Symbol("_Plain", ".text")],
    )
    Path("x.obj").write_bytes(obj)
    _, data = run_lib(["/def:x.def", "/machine:x86", "/out:x.lib", "x.obj"])
    view = memoryview(data)
    members = read_archive(view, "x.lib").members[3:]
    found = [read_import_object(view, m.offset, m.size, "x.lib") for m in members]
    assert [(each.symbol, each.import_name) for each in found] == [
        (b"_Open@8", b"Open"),
        (b"@Close@4", b"Close"),
        (b"_Plain", b"Plain"),
    ]


def test_libpath_and_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("defs").mkdir()
    Path("defs/x.def").write_text("EXPORTS\nOpen\n")
    argv = ["/def:x.def", "/libpath:defs", "/machine:x64", "/out:out/core.lib"]
    assert b"core.dll" in run_lib(argv)[1]
    assert b"core.sys" in run_lib([*argv, "/name:core.sys"])[1]


def test_wrong_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(sample())
    Path("b.obj").write_bytes(sample("x86"))
    Path("x.def").write_text("EXPORTS\nOpen DATTA\n")
    assert error() == (
        "error: no input files\n>>> hint: give objects, or /def:FILE and /machine:NAME"
    )
    assert error("/zork", "a.obj").startswith("error: unknown option: /zork")
    assert "did you mean /machine?" in error("/machne:x64")
    assert error("/out:", "a.obj") == "error: /out:: expected a value after the colon"
    assert error("/machine:z80", "a.obj").startswith("error: /machine:z80: unknown machine")
    assert error("/def:x.def").startswith("error: /def needs a machine")
    assert error("/def:x.def", "/machine:x64").startswith("error: x.def:2: unexpected word: DATTA")
    assert error("none.obj") == "error: could not open 'none.obj': No such file or directory"
    assert error(".").startswith("error: could not open '.': ")
    assert error("a.obj", "b.obj") == "error: a.obj: machine type x64 conflicts with x86"
    assert error("a.obj", "/machine:arm") == "error: a.obj: machine type x64 conflicts with arm"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"BC\xc0\xde" + bytes(60), "LLVM bitcode, not a COFF object"),
        (b"\x7fELF" + bytes(60), "an ELF object, not a COFF object"),
        (b"MZ" + bytes(60), "an image, not a COFF object"),
        (b"!<thin>\n", "a thin archive cannot be added to another archive"),
        (b"!<arch>\nxx", "member header: 2 of its 60 bytes are in the file"),
        (b"", "0 bytes are not a COFF object"),
        (b"text, long enough for a header", "0x6574 is not a machine known here"),
        (b"\0\0\xff\xff\2\0" + bytes(60), "ClassID: an object of an unknown class"),
        (sample()[:90], "PointerToSymbolTable"),
        (sample()[:-40], "no terminated name"),
    ],
)
def test_what_is_no_object_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, message: str
):
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(data)
    text = error("a.obj", "/out:x.lib")
    assert text.startswith("error: a.obj: ")
    assert message in text


def test_aux_records_past_the_table_are_named():
    data = bytearray(build("x64", [], [Symbol("Open", -1)]))
    data[20 + 17] = 3
    with pytest.raises(LinkError, match="NumberOfAuxSymbols: 3 records are not in"):
        write_archive([("a.obj", bytes(data))])
