"""Manifests beside an image and in it: what they say is what lld-link's say."""

import subprocess
from xml.etree import ElementTree as ET

import pefile
import pytest

import peers
from coffwriter import CODE, Section, Symbol, build
from ntbuild.pelink.commands.cli import main

ARGV = ["/entry:Start", "/subsystem:console", "/nodefaultlib"]
DEPENDENCY = "type='win32' name='Some.Assembly' version='6.0.0.0' language='*'"
FORMS = [
    ["/manifest"],
    ["/manifest", "/manifestuac:no"],
    ["/manifest", "/manifestuac:level='requireAdministrator' uiAccess='false'"],
    ["/manifest", "/manifestuac:level='highestAvailable'"],
    [f"/manifestdependency:{DEPENDENCY}"],
    ["/manifest:no"],
    ["/manifest:embed"],
    ["/manifest:embed,ID=7"],
    ["/manifest:embed", "/dll", f"/manifestdependency:{DEPENDENCY}", "/manifestuac:no"],
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    data = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("Start", 1)])
    (tmp_path / "a.obj").write_bytes(data)
    return tmp_path


def canonical(text):
    """XML as elements and attributes, without blanks."""
    root = ET.fromstring(text)  # noqa: S314 - written by the linkers under test
    return [(each.tag, sorted(each.attrib.items())) for each in root.iter()]


def embedded(path):
    """(id, language, XML) of manifests in an image."""
    pe = pefile.PE(str(path))
    kinds = pe.DIRECTORY_ENTRY_RESOURCE.entries if hasattr(pe, "DIRECTORY_ENTRY_RESOURCE") else []
    return [
        (name.id, language.id, canonical(pe.get_data(data.OffsetToData, data.Size)))
        for kind in kinds
        for name in kind.directory.entries
        for language in name.directory.entries
        for data in [language.data.struct]
        if kind.id == 24
    ]


@pytest.mark.parametrize("argv", FORMS, ids=" ".join)
def test_manifests_say_what_lld_links_say(argv, folder):
    assert main([*ARGV, *argv, "/out:ours.exe", "a.obj"]) == 0
    command = [peers.require("lld-link"), *ARGV, *argv, "/out:theirs.exe", "a.obj"]
    subprocess.run(command, check=True)
    found = []
    for who in ("ours", "theirs"):
        beside = folder / f"{who}.exe.manifest"
        text = canonical(beside.read_text()) if beside.exists() else None
        found.append((text, embedded(folder / f"{who}.exe")))
    assert found[0] == found[1]
    assert (found[0] == (None, [])) == (argv == ["/manifest:no"])


def test_the_file_may_be_named(folder):
    assert main([*ARGV, "/manifest", "/manifestfile:x.manifest", "/out:a.exe", "a.obj"]) == 0
    assert (folder / "x.manifest").read_text().startswith("<?xml")
    assert not (folder / "a.exe.manifest").exists()
