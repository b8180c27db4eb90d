"""Sizes: every byte is counted once, maps of three linkers are read, the treemap fills its area."""

import json
import random
from html.parser import HTMLParser

import pytest

from ntbuild import LinkOptions, link
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.output.treemap import Rectangle, as_html, squarify
from ntbuild.pecheck.sizes import UNNAMED, Block, by_object, by_symbol, read_map, sizes
from ntbuild.pecoff.image import Image
from pecheck.golden import golden
from pecheck.test_peers import _lld, build  # noqa: F401 - a fixture

MAP = """ a.sys

 Start         Length     Name                   Class
 0001:00000000 00000056H .text                  CODE

  Address         Publics by Value              Rva+Base               Lib:Object

 0000:00000005       __abs                      0000000000000005     <absolute>
 0001:00000000       DriverEntry                0000000140001000 f   a.obj
 0001:00000030       ?Say@@YAXXZ                0000000140001030 f i lib:b.obj
 0002:00000000       __imp_DbgPrint             0000000140002000     ntoskrnl.exe
 0002:00000000       alias                      0000000140002000     ntoskrnl.exe
"""


def test_a_map_is_read_by_its_lines():
    symbols = read_map(MAP)
    assert [(s.section, s.offset, s.name, s.object) for s in symbols] == [
        (1, 0, "DriverEntry", "a.obj"),
        (1, 0x30, "?Say@@YAXXZ", "lib:b.obj"),
        (2, 0, "__imp_DbgPrint", "ntoskrnl.exe"),
    ]


def test_every_byte_is_counted_once():
    image = Image(golden())
    root = sizes(image, read_map(MAP))
    assert root.size == sum(section.VirtualSize for section in image.sections)

    def check(block):
        assert not block.below or block.size == sum(each.size for each in block.below.values())
        for each in block.below.values():
            check(each)

    check(root)
    assert root.below[".text"].below["a.obj"].below["DriverEntry"].size == 33
    assert root.below[".rdata"].below["ntoskrnl.exe"].below["__imp_DbgPrint"].size == 8
    assert by_object(root)[UNNAMED] > 0
    assert by_symbol(root)[0][3] >= by_symbol(root)[-1][3]


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_maps_of_both_linkers_name_the_same_functions(build, machine, tmp_path):  # noqa: F811
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    ours = link(build(machine), LinkOptions.from_argv(words))
    image = Image(_lld(build, machine, tmp_path / "a.sys", f"/map:{tmp_path / 'a.map'}"))
    theirs = sizes(image, read_map((tmp_path / "a.map").read_text()))
    mine = sizes(Image(ours.image), read_map(ours.map))
    named = [
        {symbol: size for _, _, symbol, size in by_symbol(root) if symbol.endswith("Paged")}
        for root in (mine, theirs)
    ]
    assert len(named[0]) == 1
    assert named[0] == named[1]


def test_rectangles_fill_the_area_without_overlap():
    rng = random.Random(5)
    for count in (1, 2, 3, 10, 200):
        values = sorted((rng.randint(1, 10_000) for _ in range(count)), reverse=True)
        placed = squarify(values, Rectangle(0, 0, 800, 300))
        assert len(placed) == count
        total = sum(values)
        for value, place in zip(values, placed, strict=True):
            assert place.width * place.height == pytest.approx(800 * 300 * value / total)
            assert place.x >= -1e-6
            assert place.x + place.width <= 800 + 1e-6
            assert place.y + place.height <= 300 + 1e-6
    assert squarify([0], Rectangle(0, 0, 1, 1)) == [Rectangle(0, 0, 0, 0)]


class _Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags = []
        self.attributes = []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [value or "" for _, value in attributes]


def test_the_page_needs_nothing_else_and_runs_nothing():
    root = Block('<script>"x"')
    root.add([".text", "<b>", "f&g"], 100)
    root.add([".data"], 50)
    page = as_html(root, file_size=4096)
    parsed = _Page()
    parsed.feed(page)
    assert not {"script", "link", "img", "iframe", "b"} & set(parsed.tags)
    assert not [each for each in parsed.attributes if "://" in each or each.startswith("//")]
    assert "150 bytes in memory, 4,096 in the file" in page
    assert page == as_html(root, file_size=4096)


def test_the_command_tells_and_writes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.sys").write_bytes(golden())
    (tmp_path / "a.map").write_text(MAP)
    assert main(["size", "a.sys", "--map", "a.map", "--html", "a.html"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("section  memory  file")
    assert "DriverEntry" in out
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    assert main(["size", "a.sys", "--map", "a.map", "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["schema"] == "ntbuild.pecheck-size/1"
    assert {"object": "a.obj", "bytes": 33} in report["objects"]
    assert main(["size", "a.sys", "--map", "a.html"]) == 2
    assert capsys.readouterr().err == "pecheck: a.html: no symbol of a linker's map is in it\n"
    (tmp_path / "b.sys").write_bytes(golden()[:0x60])
    assert main(["size", "b.sys"]) == 2
