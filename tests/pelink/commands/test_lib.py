"""``pelink /lib``: options of llvm-lib other than those that make an archive."""

import subprocess

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


@pytest.mark.parametrize("option", ["/llvmlibthin", "/remove:one.obj", "/extract:one.obj"])
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
