"""``pelink /lib``: options of llvm-lib other than those that make an archive."""

import subprocess
from pathlib import Path

import pytest

import peers
from coffwriter import CODE, Section, Symbol, build
from ntbuild.pelink.commands.cli import main


@pytest.fixture
def objects(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one.obj", "two.obj"):
        data = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol(name[:3], 1)])
        (tmp_path / name).write_bytes(data)
    return ["one.obj", "two.obj"]


def test_members_are_listed_as_by_llvm_lib(objects, capsys):
    assert main(["/lib", "/out:a.lib", *objects]) == 0
    assert main(["/lib", "/list", "a.lib"]) == 0
    command = [peers.require("llvm-lib"), "/list", "a.lib"]
    theirs = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert capsys.readouterr().out == theirs


def test_an_empty_archive_needs_an_option(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["/lib", "/out:empty.lib"]) == 1
    assert main(["/lib", "/out:empty.lib", "/llvmlibempty"]) == 0
    assert main(["/lib", "/list", "empty.lib"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("option", ["/remove:one.obj", "/extract:one.obj"])
def test_an_option_that_is_not_supported_is_named(option, objects, capsys, tmp_path):
    assert main(["/lib", option, "/out:a.lib", *objects]) == 1
    assert f"pelink: error: {option}: not supported" in capsys.readouterr().err
    assert not (tmp_path / "a.lib").exists()


def test_words_of_lib_exe_change_nothing(objects, tmp_path):
    assert main(["/lib", "/out:a.lib", *objects]) == 0
    words = ["/nologo", "/ignore:4221", "/verbose", "/wx", "/wx:no", "/subsystem:native"]
    assert main(["/lib", *words, "/out:b.lib", *objects]) == 0
    assert (tmp_path / "a.lib").read_bytes() == (tmp_path / "b.lib").read_bytes()


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_definition_may_say_exportas(machine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.def").write_text("LIBRARY a.dll\nEXPORTS\nPlain EXPORTAS Shown\nOther DATA\n")
    argv = ["/def:a.def", f"/machine:{machine}"]
    assert main(["/lib", *argv, "/out:ours.lib"]) == 0
    subprocess.run([peers.require("llvm-lib"), *argv, "/out:theirs.lib"], check=True)
    ours, theirs = (tmp_path / f"{who}.lib" for who in ("ours", "theirs"))
    assert ours.read_bytes() == theirs.read_bytes()


def test_a_thin_archive_is_llvm_libs_byte_for_byte(objects, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "libs").mkdir()
    (tmp_path / "inner").mkdir()
    names = [
        Path(objects[0]).name,
        "inner/a_name_of_more_than_sixteen.obj",
        str(tmp_path / "c.obj"),
    ]
    for name in names[1:]:
        Path(name).write_bytes(Path(objects[0]).read_bytes())
    for out in ("here", "libs/there"):
        assert main(["/lib", "/llvmlibthin", f"/out:{out}.lib", *names]) == 0
        command = [peers.require("llvm-lib"), "/llvmlibthin", f"/out:{out}.peer", *names]
        subprocess.run(command, check=True)
        assert Path(f"{out}.lib").read_bytes() == Path(f"{out}.peer").read_bytes()


def test_a_thin_archive_cannot_hold_an_archive(objects, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["/lib", "/out:whole.lib", *objects]) == 0
    assert main(["/lib", "/llvmlibthin", "/out:thin.lib", "whole.lib"]) == 1
    assert "whole.lib: an archive cannot be a member" in capsys.readouterr().err
    assert not (tmp_path / "thin.lib").exists()


def test_a_member_without_its_file_is_named(objects, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    copy = Path("copy.obj")
    copy.write_bytes(Path(objects[0]).read_bytes())
    assert main(["/lib", "/llvmlibthin", "/out:thin.lib", "copy.obj"]) == 0
    copy.unlink()
    words = ["/dll", "/noentry", "/machine:x64", "/out:a.dll", "/wholearchive:thin.lib"]
    assert main(words) == 1
    assert "the member thin.lib(copy.obj): no file copy.obj" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "words", "names"),
    [
        ("LIBRARY", ["/out:given.lib"], ("given.lib", "given.dll")),
        ("LIBRARY own", ["/out:given.lib"], ("given.lib", "own.dll")),
        ("LIBRARY own.ext", ["/implib:given.a"], ("given.a", "own.ext")),
        ("EXPORTS", [], ("x.lib", "x.dll")),
    ],
)
def test_a_definition_file_alone_makes_an_import_library(text, words, names, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.def").write_text(f"{text}\nEXPORTS\n Zebra\n Apple DATA\n")
    assert main(["/machine:x64", "/def:x.def", *words]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["x.def", names[0]])
    data = (tmp_path / names[0]).read_bytes()
    assert f"\0{names[1]}\0".encode() in data
    assert data.index(b"__imp_Apple") < data.index(b"__imp_Zebra")


def test_without_a_machine_x64_is_assumed_with_a_warning(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.def").write_text("EXPORTS\n Open\n")
    assert main(["/def:x.def"]) == 0
    assert capsys.readouterr().err == "pelink: warning: /machine is not specified. x64 is assumed\n"
    assert main(["/def:nowhere.def"]) == 2
    assert "could not open 'nowhere.def'" in capsys.readouterr().err
