"""Cabinets: read by other programs, signed so that others verify them, and strictly verified."""

import datetime as dt
import random
import re
import shutil
import struct
import subprocess

import pytest

import peers
from ntbuild.commands.cli import main
from ntbuild.packaging.archives.cabinet import (
    read_layout,
    sign_cabinet,
    without_signature,
    write_cabinet,
)
from ntbuild.packaging.archives.submission import submission
from ntbuild.packaging.archives.verify import verify_cabinet
from ntbuild.packaging.archives.zipped import write_zip
from ntbuild.packaging.errors import PackageError

TIME = dt.datetime(2026, 1, 2, 3, 4, 6, tzinfo=dt.UTC)
CHANGES = 300
FILES = (
    ("hello\\hello.inf", b"[Version]\r\n" * 4000),
    ("hello\\hello.sys", random.Random(5).randbytes(100_001)),
    ("hello\\empty.txt", b""),
    ("world\\w\u00f6rld.txt", b"x"),
)


@pytest.fixture(scope="module")
def cabinet():
    return write_cabinet(FILES, TIME)


@pytest.fixture(scope="module")
def signed(cabinet, signer):
    return sign_cabinet(cabinet, "hello.cab", signer)


def test_the_same_bytes_each_time(cabinet, signed, signer):
    assert write_cabinet(FILES, TIME) == cabinet
    assert sign_cabinet(cabinet, "hello.cab", signer) == signed
    assert sign_cabinet(signed, "hello.cab", signer) == signed
    assert len(cabinet) < sum(len(content) for _, content in FILES)


@pytest.mark.parametrize("program", ["cabextract", "gcab"])
@pytest.mark.parametrize("kind", ["cabinet", "signed"])
def test_other_programs_extract_it(program, kind, request, tmp_path):
    (tmp_path / "x.cab").write_bytes(request.getfixturevalue(kind))
    words = {"cabextract": ["-q", "x.cab"], "gcab": ["-x", "x.cab"]}[program]
    subprocess.run([peers.require(program), *words], cwd=tmp_path, check=True)
    for name, content in FILES:
        assert (tmp_path / name.replace("\\", "/")).read_bytes() == content


def test_what_gcab_writes_is_signed_and_still_read(signer, trust, tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a" * 70_000)
    subprocess.run([peers.require("gcab"), "-c", "-z", "x.cab", "a.txt"], cwd=tmp_path, check=True)
    made = sign_cabinet((tmp_path / "x.cab").read_bytes(), "x.cab", signer)
    assert verify_cabinet(made, "x.cab", trust).problems == ()
    (tmp_path / "signed.cab").write_bytes(made)
    command = [peers.require("gcab"), "-x", "../signed.cab"]
    (tmp_path / "out").mkdir()
    subprocess.run(command, cwd=tmp_path / "out", check=True)
    assert (tmp_path / "out/a.txt").read_bytes() == b"a" * 70_000


def test_osslsigncode_verifies_it(signed, authority, tmp_path):
    (tmp_path / "x.cab").write_bytes(signed)
    words = ["verify", "-CAfile", str(authority.ca), "-in", str(tmp_path / "x.cab")]
    done = subprocess.run(
        [peers.require("osslsigncode"), *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (digest,) = re.findall(r"Current message digest\s*: (\w+)", done.stdout) or re.findall(
        r"Calculated message digest\s*: (\w+)", done.stdout
    )
    assert digest in done.stdout.partition(digest)[2]


def test_every_changed_byte_is_refused(signed, trust):
    assert verify_cabinet(signed, "hello.cab", trust).problems == ()
    chance = random.Random(7)
    places = [*range(64), *(chance.randrange(len(signed)) for _ in range(CHANGES))]
    for at in places:
        content = bytearray(signed)
        content[at] ^= chance.randrange(1, 256)
        problems = verify_cabinet(bytes(content), "hello.cab", trust).problems
        assert problems, f"{at:#x}"
        assert all(line.startswith("hello.cab: ") and "\n" not in line for line in problems)
    for end in (0, 3, 35, 36, 59, len(signed) - 1):
        assert verify_cabinet(signed[:end], "hello.cab", trust).problems
    assert verify_cabinet(signed + b"\0", "hello.cab", trust).problems


def test_without_its_signature_it_is_unsigned(signed, trust):
    plain = without_signature(signed, "hello.cab")
    assert not read_layout(plain, "hello.cab").signature_size
    assert verify_cabinet(plain, "hello.cab", trust).problems == ("hello.cab: no signature",)


@pytest.mark.parametrize(
    ("at", "form", "value", "message"),
    [
        (0, "<I", 0, "offset 0x0: no cabinet"),
        (8, "<I", 5, "offset 0x8: cbCabinet: 5 of"),
        (30, "<H", 1, "offset 0x1e: flags: one part of a cabinet of several"),
        (26, "<H", 0xFFFF, "offset 0x1a: cFolders: 65535 folders do not fit"),
        (16, "<I", 0xFFFFFFFF, "offset 0x10: 4294967319 is too large"),
    ],
)
def test_a_damaged_cabinet_is_not_signed(cabinet, signer, at, form, value, message):
    content = bytearray(cabinet)
    struct.pack_into(form, content, at, value)
    with pytest.raises(PackageError) as caught:
        sign_cabinet(bytes(content), "hello.cab", signer)
    assert str(caught.value).startswith(f"hello.cab: {message}")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "a cabinet has 1 to 65535 files, not 0"),
        ([("a\0b", b"")], "is no name of a file in a cabinet"),
        ([("a" * 257, b"")], "is no name of a file in a cabinet"),
    ],
)
def test_what_no_cabinet_can_have_is_refused(files, message):
    with pytest.raises(PackageError, match=message):
        write_cabinet(files, TIME)


def test_a_submission_has_a_folder_for_each_driver():
    files = {"b.sys": b"1", "a.inf": b"2", "a.cat": b"3", "test-ca.cer": b"4", "b.pdb": b"5"}
    names = [name for name, _ in submission({"one": files, "two": files})]
    inside = ["a.cat", "a.inf", "b.pdb", "b.sys"]
    assert names == [f"{folder}\\{name}" for folder in ("one", "two") for name in inside]


@pytest.mark.parametrize(
    ("packages", "message"),
    [
        ({"a b": {}}, "'a b': letters, digits"),
        ({"one": {"a.sys": b""}}, "one: a driver's folder has an INF"),
        ({"one": {"a.inf": b""}}, "one: a driver's folder has a catalog"),
        ({"one": {"a,b": b""}}, "'a,b': letters, digits"),
        ({"one": {"a.inf": b"", "A.INF": b"", "a.cat": b""}}, "two files have one name"),
    ],
)
def test_what_no_submission_can_have_is_refused(packages, message):
    with pytest.raises(PackageError, match=re.escape(message)):
        [*submission(packages)]


def test_a_zip_file_is_the_same_each_time_and_extracts(tmp_path):
    files = [("b/x.txt", b"x" * 5000), ("a.txt", b"")]
    made = write_zip(files, TIME)
    assert made == write_zip(files[::-1], TIME)
    (tmp_path / "x.zip").write_bytes(made)
    subprocess.run([peers.require("unzip"), "-q", "x.zip"], cwd=tmp_path, check=True)
    assert (tmp_path / "b/x.txt").read_bytes() == b"x" * 5000
    assert (tmp_path / "a.txt").stat().st_mtime_ns % 10**9 == 0


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NTBUILD_DATA", str(tmp_path / "data"))
    for name in ("hello.inf", "hello.cat", "hello.sys"):
        (tmp_path / "hello").mkdir(exist_ok=True)
        (tmp_path / "hello" / name).write_bytes(name.encode())
    (tmp_path / "pdbs").mkdir()
    (tmp_path / "pdbs/hello.pdb").write_bytes(b"symbols")
    (tmp_path / "pdbs/other.pdb").write_bytes(b"of another")
    return tmp_path


def test_the_command_writes_both_kinds(folder, capsys):
    assert main(["archive", "hello", "--out", "a.zip"]) == 0
    words = ["--symbols", "pdbs", "--out", "a.cab", "--test", "demo"]
    assert main(["archive", "hello", *words]) == 0
    assert capsys.readouterr().out == "wrote a.zip: 3 files\nwrote a.cab: 4 files\n"
    assert main(["verify", "a.cab", "--project", "demo"]) == 0
    assert main(["sign", "a.cab", "--test", "demo"]) == 0
    shutil.rmtree(folder / "pdbs")
    assert main(["archive", "hello", "--out", "b.cab"]) == 0
    assert "b.cab: 3 files, not signed (one of --test" in capsys.readouterr().out
    assert main(["verify", "b.cab", "--project", "demo"]) == 1
    assert capsys.readouterr().err == "ntbuild: b.cab: no signature\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["hello", "--out", "a.rar"], "--out: expected a name that ends in .zip or .cab"),
        (["hello", "--out", "a.zip", "--test", "demo"], "a zip file has neither a signature"),
        (["none", "--out", "a.zip"], "none: No such file or directory"),
        (["pdbs", "--out", "a.cab"], "pdbs: a driver's folder has an INF"),
        (["hello", "hello", "--out", "a.cab"], "two folders have the name hello"),
        (["hello", "--out", "hello"], "--out: expected a name"),
        ([".", "--out", "a.zip"], "hello: not a file"),
    ],
)
def test_unusable_words_leave_no_archive(folder, capsys, words, message):
    assert main(["archive", *words]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not [*folder.glob("a.*")]
