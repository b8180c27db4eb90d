"""``ntbuild symstore``: paths that debuggers ask for, all or nothing, nothing replaced unseen."""

import struct

import pytest

import pdbfiles
from linking import linked
from ntbuild.commands.cli import main

KEY = "03020100050407060809" + "0A0B0C0D0E0F1"


@pytest.fixture
def driver(tmp_path):
    """An image with its PDB next to it, and a stripped PDB in a folder of its own."""
    argv = ("/debug", "/pdbstripped:x.pdb", "/out:a.sys", "/timestamp:0x1234abcd")
    result = linked(tmp_path, {"a.obj": pdbfiles.source_object()}, *argv)
    folder = tmp_path / "built"
    (folder / "public").mkdir(parents=True)
    (folder / "a.sys").write_bytes(result.image)
    (folder / "a.pdb").write_bytes(result.pdb)
    (folder / "public" / "a.pdb").write_bytes(result.stripped_pdb)
    return folder / "a.sys"


def run(capsys, *words) -> tuple[int, str, str]:
    code = main(["symstore", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def stored(store) -> dict[str, bytes]:
    return {
        path.relative_to(store).as_posix(): path.read_bytes()
        for path in sorted(store.rglob("*"))
        if path.is_file()
    }


def key_of(image: bytes) -> str:
    at = image.index(b"RSDS") + 4
    first, second, third = struct.unpack_from("<IHH", image, at)
    return f"{first:08X}{second:04X}{third:04X}{image[at + 8 : at + 16].hex().upper()}1"


def test_an_image_is_stored_with_its_pdb(driver, tmp_path, capsys):
    store = tmp_path / "store"
    code, said, errors = run(capsys, store, driver)
    assert (code, errors) == (0, "")
    image = driver.read_bytes()
    size = int.from_bytes(image[(pe := image.index(b"PE\0\0")) + 80 : pe + 84], "little")
    assert stored(store) == {
        f"a.sys/1234ABCD{size:x}/a.sys": image,
        f"a.pdb/{key_of(image)}/a.pdb": driver.with_name("a.pdb").read_bytes(),
    }
    assert len(said.splitlines()) == 2
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    code, said, _ = run(capsys, store, driver, driver)
    assert code == 0
    assert said.count("which was there already") == 2
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before


def test_a_folder_gives_its_images_and_pdbs(driver, tmp_path, capsys):
    (driver.parent / "public" / "a.pdb").unlink()
    (driver.parent / "notes.txt").write_text("no image")
    (driver.parent / "a.public.pdb").write_text("copied by a release under the name a.pdb")
    assert run(capsys, tmp_path / "store", driver.parent)[0] == 0
    assert len(stored(tmp_path / "store")) == 2


def test_another_file_of_the_same_key_is_not_replaced_unseen(driver, tmp_path, capsys):
    store, public = tmp_path / "store", driver.parent / "public" / "a.pdb"
    assert run(capsys, store, driver)[0] == 0
    before = stored(store)
    other = tmp_path / "other.sys"
    other.write_bytes(driver.read_bytes())
    code, said, errors = run(capsys, store, other, public)
    assert (code, said) == (1, "")
    assert "is another file than" in errors
    assert "--replace" in errors
    assert stored(store) == before  # not even the other image is there
    code, said, _ = run(capsys, "--replace", store, public)
    assert code == 0
    assert "in place of another file" in said
    assert public.read_bytes() in stored(store).values()


def test_two_given_files_of_one_key_are_refused(driver, tmp_path, capsys):
    code, _, errors = run(capsys, tmp_path / "store", driver.parent)
    assert code == 2
    assert "differ and have the same key a.pdb/" in errors
    assert not (tmp_path / "store").exists()


def test_public_refuses_private_symbols(driver, tmp_path, capsys):
    code, _, errors = run(capsys, "--public", tmp_path / "store", driver)
    assert (code, "has private symbols, which --public refuses" in errors) == (2, True)
    assert run(capsys, "--public", tmp_path / "store", driver.parent / "public")[0] == 0


def test_a_pdb_of_another_image_is_refused(driver, tmp_path, capsys):
    driver.with_name("a.pdb").write_bytes(pdbfiles.file_of(pdbfiles.whole()))
    code, _, errors = run(capsys, tmp_path / "store", driver)
    assert (code, "it is the PDB of another image than" in errors) == (2, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "neither an image nor a PDB"),
        (b"MZ", "e_magic: not an MZ file of 64 bytes or more"),
        (b"MZ" + bytes(200), "a.sys"),
        (pdbfiles.file_of(pdbfiles.whole())[:4096], "but the file ends before that"),
    ],
)
def test_a_hostile_file_is_one_line(content, message, tmp_path, capsys):
    (tmp_path / "a.sys").write_bytes(content)
    code, said, errors = run(capsys, tmp_path / "store", tmp_path / "a.sys")
    assert (code, said) == (2, "")
    (line,) = errors.splitlines()
    assert message in line
    assert not (tmp_path / "store").exists()


def test_missing_files_and_empty_folders_are_one_line(tmp_path, capsys):
    assert "No such file" in run(capsys, tmp_path / "store", tmp_path / "no.sys")[2]
    (tmp_path / "empty").mkdir()
    code, _, errors = run(capsys, tmp_path / "store", tmp_path / "empty")
    assert (code, "no images and no PDBs in" in errors) == (2, True)


def test_a_store_that_cannot_be_written_is_one_line(driver, tmp_path, capsys):
    (tmp_path / "store").write_text("a file")
    code, _, errors = run(capsys, tmp_path / "store", driver)
    assert code == 2
    assert len(errors.splitlines()) == 1
