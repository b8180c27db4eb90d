"""Dumps: stable, whole, and never an error; the same as pefile sees."""

import pefile
import pytest

from ntbuild.pecheck.cli import main
from ntbuild.pecheck.dump import PARTS, dump
from ntbuild.pecoff.image.image import Image
from pecheck.golden import MACHINES, golden
from pecheck.mutations import MUTATIONS


@pytest.mark.parametrize("machine", MACHINES)
def test_a_dump_has_every_part_and_every_import(machine):
    data = golden(machine, exports=True, guard=True, version=True, signed="sha256")
    text = dump(Image(data))
    assert [line[1:-1] for line in text.splitlines() if line.startswith("[")] == list(PARTS)
    assert "unreadable" not in text
    peer = pefile.PE(data=data)
    for module in peer.DIRECTORY_ENTRY_IMPORT:
        for symbol in module.imports:
            slot = symbol.address - peer.OPTIONAL_HEADER.ImageBase
            assert f"    {slot:#x} {symbol.name.decode()}\n" in text
    for section in peer.sections:
        assert f"sha256 {section.get_hash_sha256()}\n" in text
    assert text == dump(Image(data))


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.name}")
def test_whatever_is_broken_is_a_line(mutation):
    text = dump(Image(mutation.make(mutation.machines[0])))
    assert [line[1:-1] for line in text.splitlines() if line.startswith("[")] == list(PARTS)
    assert all(char == "\n" or char.isprintable() for char in text)


def test_the_command_shows_parts_of_several_files(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("a.sys", "b.sys"):
        (tmp_path / name).write_bytes(golden())
    assert main(["dump", "--only", "imports,exports", "a.sys", "b.sys"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["# a.sys", "[imports]"]
    assert lines.count("[exports]") == 2
    assert main(["dump", "--only", "imp", "a.sys"]) == 2
    assert "no part 'imp'" in capsys.readouterr().err
