"""C++ names in messages: decoded by the demangler that is installed, unchanged without one."""

import importlib.util
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

import peers
from coffwriter import CODE, RDATA, Reloc, Section, Symbol, build
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.diagnostics import Diagnostic
from ntbuild.pelink.names import demangle

MANGLED = ["?g@@YAXXZ", "__imp_?imp@@YAXXZ", "?m@S@@QEAAHH@Z", "_ZN3foo3barEi", "plain", "?", "_Zz"]


@pytest.fixture
def object_file(tmp_path):
    relocations = [Reloc(4 * at, name, 3) for at, name in enumerate(MANGLED)]
    sections = [
        Section(".text", b"\xc3", CODE),
        Section(".rdata", bytes(4 * len(MANGLED)), RDATA, 4, relocations),
    ]
    path = tmp_path / "a.obj"
    path.write_bytes(build("x64", sections, [Symbol("Start", ".text"), *map(Symbol, MANGLED)]))
    return path


def errors(capsys, *argv):
    assert main(["/entry:Start", "/subsystem:console", *argv]) == 1
    lines = capsys.readouterr().err.splitlines()
    return [line.partition(": ")[2] for line in lines if line and not line.startswith(">>>")]


def test_names_are_decoded_as_lld_link_does(object_file, capsys, tmp_path, monkeypatch):
    programs = [Path(peers.require("llvm-undname")).parent, os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, programs)))
    command = [peers.require("lld-link"), "/entry:Start", "/subsystem:console", str(object_file)]
    done = subprocess.run(
        [*command, f"/out:{tmp_path}/x.exe"], capture_output=True, text=True, check=False
    )
    expected = [
        line.partition(": ")[2] for line in done.stderr.splitlines() if line.startswith("lld-link")
    ]
    assert errors(capsys, str(object_file)) == expected


def test_demangle_no_keeps_names_as_they_are(object_file, capsys):
    found = errors(capsys, "/demangle:no", str(object_file))
    assert found == [f"error: undefined symbol: {name}" for name in MANGLED]


def test_names_stay_as_they_are_without_a_demangler(object_file, capsys, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(demangle, "find_spec", lambda _name: None)
    found = errors(capsys, str(object_file))
    assert found == [f"error: undefined symbol: {name}" for name in MANGLED]


def test_the_package_is_tried_before_programs(monkeypatch):
    package = types.ModuleType("pydemumble")
    package.demangle = lambda name: {"_ZN3foo3barEi": "foo::bar(int)"}.get(name, "")
    monkeypatch.setitem(sys.modules, "pydemumble", package)
    monkeypatch.setattr(demangle, "find_spec", lambda _name: object())
    given = Diagnostic("error", "of __ZN3foo3barEi", "a.obj:(_Z1xv)", "h", ("in _ZN3foo3barEi",))
    (found,) = demangle.demangled([given])
    assert found == Diagnostic(
        "error", "of foo::bar(int)", "a.obj:(_Z1xv)", "h", ("in foo::bar(int)",)
    )


def test_a_demangler_that_fails_changes_nothing(monkeypatch, tmp_path):
    program = tmp_path / "llvm-undname"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(demangle, "find_spec", lambda _name: None)
    given = Diagnostic("error", "undefined symbol: ?g@@YAXXZ")
    assert demangle.demangled([given]) == (given,)


@pytest.mark.parametrize("kind", ["undefined", "duplicate"])
def test_the_slot_of_an_import_is_named_as_it_is_declared(kind):
    (found,) = demangle.demangled([Diagnostic("error", f"{kind} symbol: __imp_f")])
    assert found.message == f"{kind} symbol: __declspec(dllimport) f"
