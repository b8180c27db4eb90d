"""pelink on the command line: the environment, response files, limits, and help."""

import os
import subprocess
import sys
from pathlib import Path

import pefile
import pytest

from coffwriter import CODE, RDATA, Reloc, Section, Symbol, build
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.libraries.archive_writer import write_archive

HOME = Path(__file__).parents[3] / "site_scons"
ARGV = ["/entry:Start", "/subsystem:console", "/out:a.exe"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("LINK", "_LINK_", "LIB"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def made(name, *needs, file="a.obj"):
    relocations = [Reloc(4 * at, each, 3) for at, each in enumerate(needs)]
    sections = [
        Section(".text", b"\xc3", CODE),
        Section(".rdata", bytes(4 * len(needs) or 4), RDATA, 4, relocations),
    ]
    data = build("x64", sections, [Symbol(name, 1), *map(Symbol, needs)])
    with open(file, "wb") as out:  # noqa: PTH123 - relative to the test's folder
        out.write(data)
    return data


def stack():
    return pefile.PE("a.exe").OPTIONAL_HEADER.SizeOfStackReserve


def test_link_stands_before_the_line_and_link_after_it(monkeypatch):
    made("Start")
    monkeypatch.setenv("LINK", "/stack:0x30000 /entry:Nobody")
    assert main([*ARGV, "a.obj"]) == 0
    assert stack() == 0x30000
    assert main([*ARGV, "/stack:0x40000", "a.obj"]) == 0
    assert stack() == 0x40000
    monkeypatch.setenv("_LINK_", '"/stack:0x50000"')
    assert main([*ARGV, "/stack:0x40000", "a.obj"]) == 0
    assert stack() == 0x50000


def test_lib_is_searched_last(monkeypatch, folder, capsys):
    (folder / "libs").mkdir()
    (folder / "libs/need.lib").write_bytes(write_archive([("n.obj", made("Need", file="n.obj"))]))
    made("Start", "Need")
    assert main([*ARGV, "a.obj", "need.lib"]) == 1
    assert "could not open 'need.lib'" in capsys.readouterr().err
    monkeypatch.setenv("LIB", "nowhere;libs")
    assert main([*ARGV, "a.obj", "need.lib"]) == 0
    assert main([*ARGV, "a.obj", "/defaultlib:need"]) == 0
    assert main([*ARGV, "/lldignoreenv", "a.obj", "need.lib"]) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_response_files_may_name_response_files(encoding, folder):
    made("Start", file="a b.obj")
    (folder / "one.rsp").write_text('/stack:0x30000\n@two.rsp "a b.obj"', encoding=encoding)
    (folder / "two.rsp").write_text("/entry:Start /subsystem:console", encoding=encoding)
    assert main(["@one.rsp", "/out:a.exe"]) == 0
    assert stack() == 0x30000


def test_response_files_may_quote_as_on_posix(folder):
    made("Start", file="a b.obj")
    (folder / "one.rsp").write_text("a\\ b.obj '/stack:0x30000'")
    assert main(["--rsp-quoting=posix", *ARGV, "@one.rsp"]) == 0
    assert stack() == 0x30000


def test_a_response_file_that_names_itself_is_an_error(folder, capsys):
    (folder / "one.rsp").write_text("@one.rsp")
    assert main(["@one.rsp"]) == 2
    assert "nested more than 16 deep" in capsys.readouterr().err


def test_errors_are_shown_up_to_a_limit(capsys):
    names = [f"Missing{number}" for number in range(30)]
    made("Start", *names)
    for limit, shown in ((None, 20), (0, 30), (3, 3)):
        words = [] if limit is None else [f"/errorlimit:{limit}"]
        assert main([*ARGV, *words, "a.obj"]) == 1
        printed = capsys.readouterr().err
        assert printed.count("undefined symbol: Missing") == shown
        assert ("too many errors emitted, stopping now" in printed) == (limit != 0)


def test_warnings_are_errors_with_wx(folder, capsys):
    made("Start")
    (folder / "order.txt").write_text("Nobody")
    words = [*ARGV, "/order:@order.txt", "a.obj"]
    assert main(words) == 0
    assert "warning: /order:order.txt: missing symbol: Nobody [LNK4037]" in capsys.readouterr().err
    (folder / "a.exe").unlink()
    assert main([*words, "/wx"]) == 1
    assert not (folder / "a.exe").exists()
    assert main([*words, "/wx", "/wx:no"]) == 0
    assert main([*words, "/wx", "/ignore:4037"]) == 0


@pytest.mark.parametrize("word", ["/help", "-HELP", "/?", "--help"])
def test_help_names_every_kind_of_option(word, capsys):
    assert main([word]) == 0
    printed = capsys.readouterr().out
    for name in ("/delayload", "/nologo", "/manifestinput", "/winsysroot", "--make-ld-dir"):
        assert name in printed
    assert max(map(len, printed.splitlines())) < 100


def test_the_version_is_printed_wherever_the_option_stands(capsys):
    assert main(["a.obj", "--version"]) == 0
    assert capsys.readouterr().out.startswith("pelink ")


def test_the_output_is_named_after_the_first_input():
    made("Start", file="first.obj")
    assert main(["/entry:Start", "/subsystem:console", "first.obj"]) == 0
    assert pefile.PE("first.exe").is_exe()
    assert main(["/dll", "/noentry", "first.obj"]) == 0
    assert pefile.PE("first.dll").is_dll()
    assert main(["/driver", "/entry:Start", "first.obj"]) == 0
    assert pefile.PE("first.sys").OPTIONAL_HEADER.Subsystem == 1


@pytest.mark.parametrize("option", ["/out:./first.obj", "/map:first.obj"])
def test_an_output_never_replaces_an_input(option, capsys):
    data = made("Start", file="first.obj")
    assert main(["/entry:Start", "/subsystem:console", "first.obj", option]) == 1
    assert "first.obj: an output would replace this input" in capsys.readouterr().err
    assert [(each.name, each.read_bytes()) for each in Path().iterdir()] == [("first.obj", data)]


@pytest.mark.parametrize("word", ["/help", "--version"])
def test_a_closed_pipe_ends_the_command_without_a_message(word):
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "ntbuild.pelink", word],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_what_was_printed_is_out_before_the_process_ends(folder):
    made("Start")
    done = subprocess.run(
        [sys.executable, "-m", "ntbuild.pelink", *ARGV, "/verbose", "a.obj"],
        env={**os.environ, "PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Reading a.obj" in done.stderr
    assert done.stdout == ""
    assert (folder / "a.exe").is_file()


@pytest.mark.parametrize(("word", "name"), [("NAME foo", "foo.exe"), ("LIBRARY foo", "foo.dll")])
def test_a_definition_file_names_the_output(word, name, folder):
    made("Start")
    (folder / "x.def").write_text(word)
    dll = ["/dll"] if word.startswith("LIBRARY") else []
    assert main(["/entry:Start", "/subsystem:console", *dll, "/def:x.def", "a.obj"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.obj", name, "x.def"]


def test_a_definition_file_without_a_name_leaves_the_first_inputs_name(folder):
    made("Start")
    (folder / "x.def").write_text("EXPORTS\n Start")
    assert main(["/entry:Start", "/subsystem:console", "/def:x.def", "a.obj"]) == 0
    assert (folder / "a.exe").is_file()
    assert (folder / "a.lib").is_file()


def test_a_nul_in_a_response_file_is_one_line(folder, capsys):
    (folder / "one.rsp").write_bytes(b"/entry:Start\na.obj\0b.obj")
    for flavor in ([], ["-flavor", "gnu"]):
        assert main([*flavor, "@one.rsp"]) in (1, 2)
        assert capsys.readouterr().err == "pelink: error: one.rsp:2: a NUL is not text\n"


def test_a_flavor_of_another_system_is_refused(capsys):
    assert main(["-flavor", "darwin"]) == 2
    assert "-flavor darwin: expected one of gnu, " in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="names are UTF-16 there")
def test_file_names_that_are_not_utf_8_are_escaped_in_text_files(folder, capsysbinary):
    name = os.fsdecode(b"caf\xe9.obj")
    made("Start", file=name)
    out = os.fsdecode(b"n\xe9.exe")
    words = ["/entry:Start", "/subsystem:console", f"/out:{out}", "/map", "/lldmap:l.map"]
    words += ["/debug:dwarf", "/linkerreport", "/verbose", "/export:Start", "/output-def:o.def"]
    assert main([*words, name]) == 0
    assert b"Reading caf\\udce9.obj\n" in capsysbinary.readouterr().err
    assert (folder / os.fsdecode(b"n\xe9.map")).read_bytes().startswith(b" n\\udce9.exe\n")
    assert b"caf\\udce9.obj" in (folder / "l.map").read_bytes()
    assert pefile.PE(out).is_exe()
    assert main(["/out:no/x.exe", *words[:2], name + "x"]) == 1
    assert b"could not open 'caf\\udce9.objx'" in capsysbinary.readouterr().err


def test_warnings_about_the_line_are_errors_with_wx(folder, capsys):
    made("Start")
    assert main([*ARGV, "-future", "a.obj", "/wx"]) == 1
    assert capsys.readouterr().err == "pelink: error: ignoring unknown argument '-future'\n"
    assert not (folder / "a.exe").exists()
    assert main([*ARGV, "-future", "a.obj"]) == 0
    assert capsys.readouterr().err == "pelink: warning: ignoring unknown argument '-future'\n"


def test_lib_has_a_help_of_its_own(capsys):
    for word in ("/help", "-help", "/?"):
        assert main(["/lib", word]) == 0
        assert "/llvmlibempty" in capsys.readouterr().out


def test_the_map_is_printed_as_ld_does(folder, capsys):
    made("Start")
    words = ["-flavor", "gnu", "-m", "i386pep", "-e", "Start", "a.obj"]
    assert main([*words, "--print-map", "-Map=x.map"]) == 0
    printed = capsys.readouterr().out
    assert printed == (folder / "x.map").read_text()
    assert " Start " in printed
    assert main([*words, "-w", "--stats"]) == 0
    assert capsys.readouterr() == ("", "")
    assert main([*words, "--stats", "--fatal-warnings"]) == 1
    assert "--stats has no effect" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "library"),
    [
        (["/out:b.lib"], "b.lib"),
        (["/out:b.dll"], "b.lib"),
        (["/implib:c.lib", "/out:b.lib"], "c.lib"),
        ([], "a.lib"),
    ],
)
def test_a_def_file_alone_makes_an_import_library(words, library, folder):
    (folder / "a.def").write_text("LIBRARY named\nEXPORTS\nf\n")
    assert main(["/def:a.def", "/machine:x64", *words]) == 0
    assert b"named.dll\0" in (folder / library).read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["a.def", library]


def test_a_whole_archive_may_be_the_only_input(folder):
    (folder / "whole.lib").write_bytes(write_archive([("a.obj", made("Start"))]))
    assert main(["/entry:Start", "/subsystem:console", "/wholearchive:whole.lib"]) == 0
    assert pefile.PE("whole.exe").sections[0].Misc_VirtualSize == 1
    assert main(["/entry:Start", "/wholearchive"]) == 2


def test_warnings_of_long_section_names_can_be_ignored(folder, capsys):
    long = Section(".a_long_name", b"x", 0x42000040)
    data = build("x64", [Section(".text", b"\xc3", CODE), long], [Symbol("Start", 1)])
    (folder / "a.obj").write_bytes(data)
    words = [*ARGV, "a.obj", "/opt:noref"]
    assert main(words) == 0
    assert "section name .a_long_name is longer than 8 characters" in capsys.readouterr().err
    for more in ("/ignore:longsections", "/lldmingw", "/debug:dwarf"):
        assert main([*words, more]) == 0
        assert capsys.readouterr().err == ""
