"""What the command line asks of an image reaches the rules."""

import pytest

from ntbuild.pecheck.cli import main
from ntbuild.pecheck.export_lists import ExportListError, read_export_list
from pecheck.golden import golden
from pecheck.mutations import MUTATIONS

LIST = """; a comment
LIBRARY "ntoskrnl.exe"
EXPORTS DbgPrint
  IoCreateDevice@28 @5
  @IofCompleteRequest@8
  KdDebuggerEnabled DATA
  Old = New
  Hidden @7 NONAME
REMOVED
  Gone
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sys").write_bytes(golden())
    unknown = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV407", "unknown"))
    (tmp_path / "foo.sys").write_bytes(unknown.make("x64"))
    (tmp_path / "k.def").write_text(LIST)
    (tmp_path / "few.def").write_text("LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\n")
    return tmp_path


def test_a_list_is_names_without_decorations():
    module, names = read_export_list(LIST, "k.def")
    assert module == "ntoskrnl.exe"
    assert names == {"DbgPrint", "IoCreateDevice", "IofCompleteRequest", "KdDebuggerEnabled", "Old"}


@pytest.mark.parametrize("text", ["EXPORTS\na", "LIBRARY a", "LIBRARY\nEXPORTS\na", ""])
def test_a_list_of_nothing_is_an_error(text):
    with pytest.raises(ExportListError, match=r"^k\.def: "):
        read_export_list(text, "k.def")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["a.sys", "--machine", "arm64"], "DRV103"),
        (["a.sys", "--minimum", "6.1"], "DRV209"),
        (["foo.sys"], "DRV407"),
        (["a.sys", "--exports", "few.def"], "DRV409"),
        (["a.sys", "--nonpaged", "0x80"], "DRV321"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_option_makes_a_finding(words, rule, capsys):
    assert main([*words, "--fail-on", "note"]) == 1
    assert rule in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["a.sys", "--machine", "x64", "--minimum", "10.0"],
        ["a.sys", "--exports", "few.def", "--exports", "k.def"],
        ["foo.sys", "--module", "foo.dll"],
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_option_that_fits_makes_none(words, capsys):
    assert main([*words, "--fail-on", "note"]) == 0
    assert capsys.readouterr().out == f"{words[0]}: no findings\n"


def test_a_bad_list_is_one_line(folder, capsys):
    (folder / "bad.def").write_text("EXPORTS\n")
    assert main(["a.sys", "--exports", "bad.def"]) == 2
    err = capsys.readouterr().err
    assert err == "pecheck: bad.def: LIBRARY: the list names no module\n"
