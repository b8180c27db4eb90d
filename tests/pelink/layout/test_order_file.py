"""/order, /functionpadmin, and the maps that show where functions went."""

import re
import subprocess

import pytest

import peers
from coffwriter import ANY, CODE, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pelink.commands.cli import main

NAMES = ["Start", "Alpha", "Beta", "Gamma"]
ARGV = ["/entry:Start", "/subsystem:console", "/nodefaultlib", "/opt:noref,noicf"]


@pytest.fixture
def functions(tmp_path):
    sections = [Section(".text", b"\xc3" * (at + 1), CODE, 16, comdat=ANY) for at in range(4)]
    sections.append(Section(".text$b", b"\xc3" * 9, CODE, 16, comdat=ANY))
    symbols = [Symbol(name, at + 1, type=0x20) for at, name in enumerate([*NAMES, "Late"])]
    path = tmp_path / "a.obj"
    path.write_bytes(build("x64", sections, symbols))
    return path


def addresses(text):
    """Names in the order of their addresses, by either map."""
    found = re.findall(r"^([0-9a-f]{8}) 00000000 +0 +(\w+)$", text, flags=re.MULTILINE)
    return [name for _, name in sorted(found)]


def by_lld(path, tmp_path, *argv):
    command = [peers.require("lld-link"), *ARGV, *argv, str(path), f"/out:{tmp_path}/x.exe"]
    done = subprocess.run(
        [*command, f"/lldmap:{tmp_path}/x.map"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return (tmp_path / "x.map").read_text(), done.stderr


@pytest.mark.parametrize("listed", [["Gamma", "Alpha"], ["Late", "Beta"], ["Nobody", "Gamma"]])
def test_functions_stand_as_a_list_has_them(listed, functions, tmp_path):
    order = tmp_path / "order.txt"
    order.write_text("; a comment\n\n" + "\n".join(listed))
    result = link([functions], options_from_argv([*ARGV, f"/order:@{order}"]))
    order.write_text("\n".join(listed))  # lld-link knows no comments
    theirs, said = by_lld(functions, tmp_path, f"/order:@{order}")
    assert addresses(result.lldmap) == addresses(theirs)
    messages = [each.message.partition(": ")[2] for each in result.warnings]
    assert messages == [f"missing symbol: {name} [LNK4037]" for name in listed if name == "Nobody"]
    assert ("LNK4037" in said) == bool(messages)


def test_a_missing_name_may_be_ignored(functions, tmp_path):
    order = tmp_path / "order.txt"
    order.write_text("Nobody")
    argv = [*ARGV, f"/order:@{order}", "/wx"]
    with pytest.raises(LinkError, match="LNK4037"):
        link([functions], options_from_argv(argv))
    assert not link([functions], options_from_argv([*argv, "/ignore:4037"])).warnings


def test_a_list_that_cannot_be_read_is_an_error(functions, tmp_path):
    argv = [*ARGV, f"/order:@{tmp_path}/none.txt"]
    with pytest.raises(LinkError, match="could not open"):
        link([functions], options_from_argv(argv))


def test_names_are_found_as_in_c(tmp_path):
    sections = [Section(".text", b"\xc3", CODE, 16, comdat=ANY) for _ in range(2)]
    path = tmp_path / "a.obj"
    path.write_bytes(build("x86", sections, [Symbol("_Start@8", 1), Symbol("_Other", 2)]))
    order = tmp_path / "order.txt"
    order.write_text("Other\n")
    result = link([path], options_from_argv([*ARGV, f"/order:@{order}"]))
    assert addresses(result.lldmap.replace("@8", "")) == ["_Other", "_Start"]


@pytest.mark.parametrize(("option", "room"), [("", 6), (":16", 16), (":0", 0)])
def test_functions_have_room_for_a_patch(option, room, functions):
    result = link([functions], options_from_argv([*ARGV, f"/functionpadmin{option}"]))
    starts = [
        int(match[1], 16) - 0x1000
        for match in re.finditer(r"^(\w{8}) \w{8} +16 +\S+:\(", result.lldmap, re.MULTILINE)
    ]
    sizes = [1, 2, 3, 4, 9]
    ends = [0, *(start + size for start, size in zip(starts, sizes, strict=True))]
    assert all(start - end >= room for start, end in zip(starts, ends, strict=False))
    assert all(start % 16 == 0 for start in starts)


def test_machines_without_a_usual_room_need_a_number(tmp_path):
    path = tmp_path / "a.obj"
    path.write_bytes(build("arm64", [Section(".text", bytes(4), CODE, 4)], [Symbol("Start", 1)]))
    with pytest.raises(LinkError, match="invalid argument for this machine: arm64"):
        link([path], options_from_argv([*ARGV, "/functionpadmin"]))
    link([path], options_from_argv([*ARGV, "/functionpadmin:8"]))


def test_the_map_is_lld_links(functions, tmp_path):
    result = link([functions], options_from_argv([*ARGV, "/out:a.exe"]))
    theirs, _ = by_lld(functions, tmp_path)
    ours = [line for line in result.lldmap.splitlines() if "__ImageBase" not in line]
    assert ours == [line for line in theirs.splitlines() if "__ImageBase" not in line]


def test_maps_are_written_beside_the_image(functions, tmp_path):
    argv = [*ARGV, "/export:Alpha,@7", "/export:Beta", f"/out:{tmp_path}/b.exe"]
    maps = [f"/map:{tmp_path}/one.map", "/lldmap", "/mapinfo:exports"]
    assert main([*argv, *maps, str(functions)]) == 0
    assert (tmp_path / "b.map").read_text().startswith("Address  Size")
    exports = (tmp_path / "one.map").read_text().partition(" Exports\n")[2]
    assert re.findall(r"(\d+) +(\w+)", exports) == [("7", "Alpha"), ("8", "Beta")]
