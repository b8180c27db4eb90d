"""The doctor's lines about a kit: each part, and what its lack means."""

from compilers.kits import trees
from ntbuild.compilers.kits.doctor import examine


def lines(kit, folder, *machines):
    return {each.subject: each for each in examine(kit, {}, folder, machines)}


def test_a_whole_kit(tmp_path):
    found = lines(str(trees.windows_kit(tmp_path)), tmp_path, "x64", "arm64", "x86")
    assert found["kit"].good
    assert found["kit"].text.endswith("(Windows Kits, 10.0.9.0)")
    assert found["kit framework"].text == "KMDF 1.15, 1.33"
    assert found["kit libraries x64"].text.startswith("2 in ")
    assert found["kit libraries arm64"].text.endswith("; without ntoskrnl")
    assert not found["kit libraries arm64"].good
    assert not found["kit libraries x86"].good


def test_headers_that_lack_are_named_with_what_needs_them(tmp_path):
    found = lines(str(trees.flat(tmp_path)), tmp_path)
    assert "km/storport.h (storage miniports)" in found["kit headers"].text
    assert not found["kit headers"].good


def test_a_tree_of_headers_alone_is_no_fault(tmp_path):
    found = lines(str(trees.flat(tmp_path)), tmp_path, "x64")
    assert found["kit libraries x64"].good
    assert "export lists" in found["kit libraries x64"].text


def test_no_kit_is_one_line(tmp_path):
    (line,) = examine("auto", {}, tmp_path, ("x64",))
    assert not line.good
    assert line.text.startswith("no Windows driver kit found")
