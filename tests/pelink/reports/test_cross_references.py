"""ld's reports of files and symbols: --trace, -y and --cref, next to GNU ld's own."""

import subprocess

import pytest

import peers
from coffwriter import CODE, RDATA, Reloc, Section, Symbol, build
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.libraries.archive_writer import write_archive

WORDS = ["-m", "i386pep", "-e", "start", "-o", "a.exe", "main.o", "used.a"]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """start in main.o refers to used, which a member of used.a defines; another refers to it."""
    monkeypatch.chdir(tmp_path)
    code = Section(".text", b"\xe8\0\0\0\0\xc3", CODE, relocations=[Reloc(1, "used", 4)])
    (tmp_path / "main.o").write_bytes(build("x64", [code], [Symbol("start", 1), Symbol("used")]))
    used = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("used", 1)])
    (tmp_path / "used.a").write_bytes(write_archive([("used.o", used)]))
    data = Section(".rdata", bytes(8), RDATA, 8, [Reloc(0, "used", 1)])
    (tmp_path / "more.o").write_bytes(build("x64", [data], [Symbol("more", 1), Symbol("used")]))
    return tmp_path


def printed(capsys, *words):
    assert main(["-flavor", "gnu", *WORDS, *words]) == 0
    return capsys.readouterr().out.splitlines()


def test_trace_names_every_file(capsys):
    assert printed(capsys, "more.o", "-t") == ["main.o", "more.o", "used.a(used.o)", "used.a"]


def test_trace_symbol_names_every_file_that_mentions_it(capsys):
    found = printed(capsys, "more.o", "-y", "used", "--trace-symbol=absent")
    assert found == [
        "main.o: reference to used",
        "more.o: reference to used",
        "used.a(used.o): definition of used",
    ]


def test_the_files_are_those_that_gnu_ld_names(capsys):
    command = [peers.require("ld-x64"), *WORDS, "more.o", "-y", "used", "--cref"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    traced = {line.partition(": ")[2] for line in done.stderr.splitlines()}
    found = printed(capsys, "more.o", "-y", "used", "--cref")
    assert {line for line in found if ": " in line} == traced
    # The definition comes first; the order of the references is not specified.
    tables = [sorted(map(str.split, text)) for text in (found[3:], done.stdout.splitlines())]
    assert tables[0] == tables[1]


def test_the_table_is_part_of_the_map_when_there_is_one(folder, capsys):
    assert printed(capsys, "--cref", "-Map=x.map") == []
    text = (folder / "x.map").read_text()
    assert "\nCross Reference Table\n" in text
    assert text.splitlines()[-2].split() == ["used", "used.a(used.o)"]
