"""Releases: byte for byte the same from two checkouts, and a record of how they were made."""

import hashlib
import json
import struct
import subprocess
from pathlib import Path

import pytest

import peers
from ntbuild.commands.cli import main
from ntbuild.pecoff.pdb.symbol_file import SymbolFile
from sconsproject import SAMPLES, Outside, copy_of_sources, shared_cache

STAMP = 1_700_000_000
CELLS = ("toolchain=zig", "arch=x64", "flavor=release")
PACKAGES = ("client", "cpp", "hello", "ioctl", "kmdf", "minifilter", "ramdisk", "seh")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def released(tmp_path_factory, data):
    """A release with the packages of all samples, the objects of which others may have compiled."""
    folder = tmp_path_factory.mktemp("first")
    project = copy_of_sources(folder / "checkout")
    given = {"SOURCE_DATE_EPOCH": str(STAMP), "NTBUILD_DATA": data, "PYTHONHASHSEED": "1"}
    project.scons("release", "package", "-j1", shared_cache(), *CELLS, **given)
    return project


def test_two_checkouts_give_the_same_bytes(released, data, tmp_path):
    """In another folder, and two days later where faketime is installed."""
    clock = peers.FILES["faketime"].programs[0]
    is_there = Path(clock).is_file() or peers.required()
    later = {"LD_PRELOAD": peers.require_file("faketime"), "FAKETIME": "+2d"} if is_there else {}
    given = {"SOURCE_DATE_EPOCH": str(STAMP), "NTBUILD_DATA": data, "PYTHONHASHSEED": "77"}
    other = copy_of_sources(tmp_path / "some where" / "else", released.root)
    other.scons("release", "package", "-j4", *CELLS, **given, **later)
    first, second = released.files(), other.files()
    packages = {Path(name).stem for name in first if name.endswith(".cat")}
    assert packages == set(PACKAGES)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
    images = [name for name in first if name.endswith(".sys") and not name.startswith("package")]
    assert len(images) == 2 * len(SAMPLES)


def test_no_output_names_the_checkout(released):
    place = str(released.root).encode()
    assert [name for name, content in released.files().items() if place in content] == []


def test_a_second_release_has_nothing_to_do(released):
    run = released.scons("release", *CELLS, SOURCE_DATE_EPOCH=str(STAMP))
    assert run.lines == ("scons: `release' is up to date.",)


def test_checksums_name_every_file(released):
    files = released.files("build/release")
    lines = files.pop("SHA256SUMS").decode().splitlines()
    assert dict(reversed(line.split("  ")) for line in lines) == {
        name: hashlib.sha256(content).hexdigest() for name, content in files.items()
    }


def test_private_and_public_symbols_of_every_image_are_apart(released):
    files = released.files("build/release")
    images = [name for name in files if name.endswith(".sys")]
    for name in images:
        stem = name.removesuffix(".sys")
        content = files[f"symbols/public/{stem}.pdb"]
        private = SymbolFile.of(name, files[f"symbols/private/{stem}.pdb"]).identity
        public = SymbolFile.of(name, content).identity
        assert private.key == public.key
        assert private.guid in files[name]
        assert (private.is_stripped, public.is_stripped) == (False, True)
        assert b"DriverEntry\0" in content
        assert not [each for each in (b".c\0", b".h\0", b"_DRIVER_OBJECT") if each in content]
    assert len([name for name in files if name.endswith(".pdb")]) == 2 * len(images)


def test_images_carry_the_stamp(released):
    for name, content in released.files("build/release").items():
        if name.endswith(".sys"):
            (header,) = struct.unpack_from("<I", content, 60)
            assert struct.unpack_from("<I", content, header + 8) == (STAMP,), name


def test_the_record_says_what_went_in(released):
    record = json.loads(released.files("build/release")["build.json"])
    assert [(each["toolchain"], each["arch"], each["name"]) for each in record["images"]] == [
        ("zig", "x64", name) for name in SAMPLES
    ]
    assert set(record["tools"]["compilers"]) == {"zig x64"}
    (client,) = [each for each in record["images"] if each["file"] == "zig/x64/client.sys"]
    image = released.files("build/release")["zig/x64/client.sys"]
    assert client["sha256"] == hashlib.sha256(image).hexdigest()
    (header,) = struct.unpack_from("<I", image, 60)
    (checksum,) = struct.unpack_from("<I", image, header + 24 + 64)
    assert int(client["checksum"], 16) == checksum
    assert f"/timestamp:{STAMP}" in client["options"]
    inputs = {each["path"]: each["sha256"] for each in client["inputs"]}
    source = (released.root / "drivers/client/client.c").read_bytes()
    assert inputs["drivers/client/client.c"] == hashlib.sha256(source).hexdigest()
    assert "drivers/core/core.h" in inputs
    assert "external/ntoskrnl.def" in inputs
    assert [each for each in client["findings"] if each["level"] == "error"] == []


def test_release_alone_reads_only_release_cells(released):
    assert not (released.root / "build/zig/x64/debug").exists()


@pytest.fixture
def own(tmp_path):
    """A project of its own, in a repository of git."""
    project = Outside(tmp_path / "project")
    project.write("src/mine.c", SOURCE)
    project.write("include/level.h", "#define LEVEL_OF_HEADER 1\n")
    project.write("SConstruct", 'from ntbuild import project\n\nproject("mine", arch="x64")\n')
    project.write("src/SConscript", SCRIPT)
    project.write(".gitignore", "/build/\n.sconsign.dblite\n")
    return project


SOURCE = """\
#include <ntddk.h>
#include "level.h"
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return LEVEL; }
"""
SCRIPT = """\
Import("env")

env.Driver(
    "mine",
    ["mine.c"],
    defines={"LEVEL": 0, "F(x)": "x"},
    cflags=["-Wno-padded"],
    include_dirs=["../include"],
)
"""


def git(project, *words):
    identity = ("-c", "user.name=n", "-c", "user.email=e@example.org")
    command = ["git", *identity, *words]
    done = subprocess.run(command, cwd=project.root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def record_of(project):
    return json.loads(project.files("build/release")["build.json"])


def test_the_record_has_flags_defines_scripts_and_commit(own, capsys):
    own.scons("release", f"cache={own.root.parent}/cache")
    assert record_of(own)["commit"] is None
    assert record_of(own)["build"]["variables"] == {}
    git(own, "init", "-q")
    git(own, "add", ".")
    git(own, "commit", "-q", "-m", "one")
    assert own.scons("release").steps("RECORD") == ["build/release/build.json"]
    record = record_of(own)
    head = git(own, "rev-parse", "HEAD")
    assert record["commit"] == {"id": head, "modified": False, "folder": ""}
    assert own.scons("release").lines == ("scons: `release' is up to date.",)
    (image,) = record["images"]
    scripts = {each["path"]: each["sha256"] for each in image["scripts"]}
    assert list(scripts) == ["SConstruct", "src/SConscript"]
    assert scripts["src/SConscript"] == hashlib.sha256(SCRIPT.encode()).hexdigest()
    (compiled,) = image["compiled"]
    assert compiled["source"] == "src/mine.c"
    assert compiled["include_dirs"][-1] == "include"
    assert [each for each in compiled["defines"] if "LEVEL" in each or "F(" in each] == [
        "-DLEVEL=0",
        "-DF(x)=x",
    ]
    assert "-Wno-padded" in compiled["flags"]
    assert "-O2" in compiled["flags"]
    assert str(own.root) not in json.dumps(record)

    kept = own.root / "first.json"
    kept.write_bytes(own.files("build/release")["build.json"])
    own.write("src/mine.c", SOURCE + "/* changed */\n")
    own.scons("release")
    assert record_of(own)["commit"]["modified"]
    git(own, "commit", "-q", "-a", "-m", "two")
    assert main(["rebuild", str(kept), "--source", str(own.root)]) == 0  # of the first commit
    assert "3 files made again, each byte the same" in capsys.readouterr().out
