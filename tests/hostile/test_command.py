"""The commands on spoiled inputs: exit 1, one error a line, and no file touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostile.mutate import Mutant, mutants
from hostile.seeds import good_files, write_all
from ntbuild.pelink.commands.cli import main

OLD = {"x.sys": b"old image", "x.map": b"old map", "x.lib": b"old library"}
FILES = dict(good_files("x64"))
LINK = ["/driver", "/entry:DriverEntry", "/machine:x64", "/out:x.sys", "/map:x.map", *FILES]
ARCHIVE = ["/lib", "/out:x.lib", *FILES]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def spoiled() -> list[tuple[str, Mutant]]:
    return [
        (name, mutant)
        for name, data in FILES.items()
        for mutant in mutants(data, f"command/{name}", fields=20, chance=20)
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_all(tmp_path, {**FILES, **OLD})
    return tmp_path


def test_the_good_inputs_are_linked_and_archived(folder: Path):
    assert main(LINK) == 0
    assert main(ARCHIVE) == 0
    after = contents(folder)
    assert after["x.sys"].startswith(b"MZ")
    assert after["x.lib"].startswith(b"!<arch>\n")
    assert after.keys() == {*FILES, *OLD}


@pytest.mark.parametrize("argv", [LINK, ARCHIVE], ids=["link", "lib"])
def test_a_refused_input_leaves_every_file_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str]
):
    refused, found = 0, []
    for name, mutant in spoiled():
        write_all(folder, {**FILES, **OLD, name: mutant.data})
        before = contents(folder)
        status = main(argv)
        text = capsys.readouterr().err
        if status == 0:
            continue
        refused += 1
        lines = [line for line in text.splitlines() if line]  # errors are a blank line apart
        starts = ("pelink: error: ", "pelink: warning: ", ">>> ")
        if status != 1 or not lines or not all(line.startswith(starts) for line in lines):
            found.append(f"{name}: {mutant.what}: exit {status}: {text}")
        if contents(folder) != before:
            found.append(f"{name}: {mutant.what}: files were changed")
    assert found == []
    assert refused > 20


@pytest.mark.parametrize("name", FILES)
def test_as_a_process(folder: Path, name: str):
    (folder / name).write_bytes(FILES[name][: len(FILES[name]) // 2])
    before = contents(folder)
    site = Path(__file__).parents[2] / "site_scons"
    done = subprocess.run(
        [sys.executable, "-m", "ntbuild.pelink", *LINK],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("pelink: error: ")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert contents(folder) == before
