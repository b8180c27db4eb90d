"""Every file that a command reads is opened in one way, with one line for what is refused."""

import os
from pathlib import Path

import pytest

from linking import entry_object
from ntbuild.pelink.commands.cli import main

LINK = ["/driver", "/entry:DriverEntry", "a.obj", "/out:x.sys"]
LD = ["-m", "i386pep", "-e", "DriverEntry", "a.obj", "-o", "x.exe"]
PLACES = [
    ["/driver", "/entry:DriverEntry", "/out:x.sys", "a.obj", "{}"],
    [*LINK, "/def:{}"],
    [*LINK, "/script:{}"],
    [*LINK, "/order:@{}"],
    [*LINK, "/stub:{}"],
    [*LINK, "@{}"],
    ["-o", "x.exe", "-e", "DriverEntry", "{}", "a.obj"],
    [*LD, "-T", "{}"],
    [*LD, "--version-script={}"],
    [*LD, "@{}"],
    ["/lib", "/out:x.lib", "{}"],
    ["/lib", "/out:x.lib", "/machine:x64", "/def:{}"],
]


@pytest.mark.parametrize("words", PLACES, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none", "No such file or directory"),
        ("folder", "is a directory"),
        pytest.param(
            "fifo",
            "not a regular file",
            marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here"),
        ),
        ("/dev/null", "not a regular file"),
        ("a\0b", "the name has a character that no file name can have"),
    ],
)
def test_what_is_no_file_is_one_line_wherever_it_is_named(
    words, name, reason, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(entry_object())
    Path("folder").mkdir()
    if name == "fifo":
        os.mkfifo(name)
    before = sorted(each.name for each in Path().iterdir())
    assert main([word.format(name) for word in words]) in (1, 2)
    lines = capsys.readouterr().err.splitlines()
    shown = name.replace("\0", "\\x00")
    assert lines == [f"pelink: error: could not open '{shown}': {reason}"]
    assert sorted(each.name for each in Path().iterdir()) == before


@pytest.mark.parametrize("words", [[*LINK, "/def:{}"], [*LINK, "@{}"], [*LD, "@{}"]], ids=" ".join)
def test_a_text_of_gigabytes_is_refused_before_it_is_read(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(entry_object())
    with Path("huge").open("wb") as file:
        file.truncate(3 << 30)
    assert main([word.format("huge") for word in words]) in (1, 2)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("pelink: error: could not open 'huge': has more than ")


def test_of_a_dll_with_a_gigabyte_behind_its_sections_only_these_are_read(
    tmp_path, monkeypatch, capsys
):
    resource = pytest.importorskip("resource")
    monkeypatch.chdir(tmp_path)
    Path("a.obj").write_bytes(entry_object("Open"))
    Path("b.obj").write_bytes(entry_object())
    assert main(["/dll", "/noentry", "/export:Open=DriverEntry", "/out:big.dll", "b.obj"]) == 0
    os.truncate("big.dll", 1 << 30)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert main([*LD, "big.dll"]) == 0, capsys.readouterr().err
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 128 << 10  # KiB
