"""``ntbuild new``: what it writes and refuses; `tests/scons/test_new.py` builds what it made."""

import re

import pytest

from ntbuild.commands.cli import main
from ntbuild.projects.starters import KINDS, project_files, sample_folder
from sconsproject import ROOT


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_template_is_left_in_a_project(kind):
    texts = project_files(kind, "my_first-driver")
    assert {"SConstruct", "README.md", ".gitignore", ".clangd"} <= texts.keys()
    assert ".github/workflows/build.yml" in texts
    for path, text in texts.items():
        assert not re.search(r"(?i)newdriver|ramdisk|examples/|1111-2222|[0-9a-f]5555", path + text)
        assert not re.search(r"\b(TITLE|KIND|IMAGE|RUNS|PACKAGES|ABOUT)\b", text)
        assert text.endswith("\n"), path
        assert "\n\n\n" not in text, path
    assert any(path.endswith(".inx") for path in texts) == KINDS[kind].has_package
    assert f"ntbuild new {kind} my_first-driver" in texts["README.md"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_workflow_has_two_engines_and_is_red_when_nothing_is_proved(kind):
    text = project_files(kind, "mine")[".github/workflows/build.yml"]
    steps = re.findall(r"- run: (.*)", text)
    assert sum("ntbuild[run," in each for each in steps) == 1
    assert sum("qemu-system-x86 qemu-system-arm" in each for each in steps) == 1
    builds = [each for each in steps if each.startswith("scons ")]
    assert any(each.endswith(" run") for each in builds)
    loose = [each for each in builds if not each.startswith("scons --strict ")]
    assert loose == (["scons arch=x64,arm64 flavor=release run"] if kind == "ndis" else [])


def test_what_to_do_next_is_printed(capsys, tmp_path):
    assert main(["new", "kmdf", "mine"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "mine: a driver of the Kernel-Mode Driver Framework"
    assert lines[-4:-2] == ["  cd mine", lines[-3]]
    assert set(files(tmp_path / "mine")) == {line.strip()[5:] for line in lines[1:-6]}
    assert "MINE_CONTEXT" in (tmp_path / "mine/mine.c").read_text()


def test_two_projects_have_two_guids():
    first, second = (project_files("kmdf", "mine")["mine.h"] for _ in range(2))
    guid = re.compile(r"\{([0-9a-f-]{36})\}")
    assert guid.findall(first) != guid.findall(second)
    digits = "".join(re.findall(r"0x([0-9a-f]+)[,)]", first.partition("DEFINE_GUID")[2])[:11])
    assert digits == guid.findall(first)[0].replace("-", "")


def test_a_file_that_is_there_is_never_written_over(capsys, tmp_path):
    (tmp_path / "here").mkdir()
    (tmp_path / "here/SConstruct").write_text("mine\n")
    assert main(["new", "wdm", "mine", "--into", "here"]) == 2
    assert "here/SConstruct: there already; nothing was written" in capsys.readouterr().err
    assert files(tmp_path / "here") == {"SConstruct": "mine\n"}
    (tmp_path / "here/SConstruct").unlink()
    assert main(["new", "wdm", "mine", "--into", "here"]) == 0
    assert "cd here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["kdmf", "mine"], "new: no kind 'kdmf'; did you mean 'kmdf'?"),
        (["xyzzy", "mine"], f"new: no kind 'xyzzy'; it is one of {', '.join(KINDS)}"),
        (["wdm", "con"], "new: the name 'con' is that of a device on Windows"),
        (["wdm", "a/b"], "new: the name 'a/b' is not a file name without folder: it has '/'"),
        (["wdm", "mine.sys"], "new: the name 'mine.sys' has a suffix: write 'mine'"),
        (["wdm", "7up"], "new: the name '7up' does not fit: a letter, then at most 31 letters"),
        (["wdm", "ünder"], "new: the name 'ünder' does not fit"),
        (["wdm", "run"], "new: the name 'run' is that of a target or folder of every project"),
        (["ndis", "NDIS"], "new: the name 'NDIS' is that of a module of Windows"),
        (["kmdf", "ntfs"], "new: the name 'ntfs' is that of a module of Windows"),
        (["wdm", "Disk"], "new: the name 'Disk' is that of a module of Windows"),
    ],
)
def test_what_cannot_be_made_is_one_line(words, message, capsys, tmp_path):
    assert main(["new", *words]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"ntbuild: {message}")
    assert error.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_samples_are_in_the_wheel_where_they_are_looked_for():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for sample in filter(None, (kind.sample for kind in KINDS.values())):
        assert sample_folder(sample) == ROOT / sample
        packed = f"ntbuild/templates/new/samples/{sample.rpartition('/')[2]}"
        assert f'"{sample}" = "{packed}"' in text
