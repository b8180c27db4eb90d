"""Sizes: every byte is counted once, maps of three linkers are read, the treemap fills its area."""

import json
import random
from contextlib import suppress
from html.parser import HTMLParser

import pytest

from ntbuild import link, options_from_argv
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.output.treemap import Rectangle, as_html, squarify
from ntbuild.pecheck.size.maps import LinkMap, MapError, Name, read_map
from ntbuild.pecheck.size.sizes import UNNAMED, SizeNode, by_object, by_symbol, sizes
from ntbuild.pecoff.image.image import Image
from pecheck.golden import golden
from pecheck.test_peers import _ld, _lld, build  # noqa: F401 - a fixture

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
    found = read_map(MAP, Image(golden()))
    assert found == LinkMap(
        (),
        (
            Name(0x1000, "DriverEntry", "a.obj"),
            Name(0x1030, "?Say@@YAXXZ", "lib:b.obj"),
            Name(0x2000, "__imp_DbgPrint", "ntoskrnl.exe"),
        ),
    )


def _check(block):
    """Every block is as large as what it is made of."""
    assert not block.below or block.size == sum(each.size for each in block.below.values())
    for each in block.below.values():
        _check(each)


def test_every_byte_is_counted_once():
    image = Image(golden())
    root = sizes(image, read_map(MAP, image))
    assert root.size == sum(section.VirtualSize for section in image.sections)
    _check(root)
    assert root.below[".text"].below["a.obj"].below["DriverEntry"].size == 33
    assert root.below[".rdata"].below["ntoskrnl.exe"].below["__imp_DbgPrint"].size == 8
    assert by_object(root)[UNNAMED] > 0
    assert by_symbol(root)[0][3] >= by_symbol(root)[-1][3]


LLDMAP = """Address  Size     Align Out     In      Symbol
00001000 00000056  4096 .text
00001000 00000030    16         a (1).obj:(.text$a)
00001000 00000000     0                 DriverEntry
00001000 00000000     0                 alias(int, char)
00001030 00000020     1         lib(b.obj):(.text$b)
00002000 00000008     8         ntoskrnl.exe:(.idata$5)
99999000 00000008     8         nowhere.obj:(.text)
"""
GNU_MAP = """Discarded input sections

 .text          0x0000000000000000      0x100 gone.o

Linker script and memory map

                0x0000000140000000                __image_base__ = 0x140000000
.text           0x0000000140001000       0x56
 *(.text)
 .text          0x0000000140001000       0x30 a (1).o
                0x0000000140001000                DriverEntry
 .text$a_name_of_more_than_fifteen
                0x0000000140001030       0x10 lib.a(b.o)
                0x0000000140001040        0x4 LONG 0xffffffff
                0x0000000140001044                __end__ = .
 *fill*         0x0000000140001044        0xc
"""


def test_a_map_with_contributions_says_whose_bytes_are_whose():
    image = Image(golden())
    root = sizes(image, read_map(LLDMAP, image))
    _check(root)
    text = root.below[".text"]
    assert {name: block.size for name, block in text.below.items()} == {
        "a (1).obj": 0x30, "lib(b.obj)": 0x20, UNNAMED: text.size - 0x50
    }  # fmt: skip
    assert list(text.below["a (1).obj"].below) == ["DriverEntry", UNNAMED]
    assert text.below["a (1).obj"].below["DriverEntry"].size == 33


def test_gnu_lds_map_is_read_where_it_wraps_and_what_was_left_out_is_not():
    image = Image(golden())
    root = sizes(image, read_map(GNU_MAP, image))
    _check(root)
    text = root.below[".text"]
    assert {name: block.size for name, block in text.below.items()} == {
        "a (1).o": 0x30, "lib.a(b.o)": 0x10, "(linker script)": 4, UNNAMED: text.size - 0x44
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not the map of a known linker; known are link.exe's, lld-link's, /lldmap's, "),
        ("  VMA      LMA     Size Align Out     In      Symbol\n", "the map of an ELF file"),
        (
            MAP.replace(" 0001:", " 0041:").replace(" 0002:", " 0042:"),
            "it is the map of another image",
        ),
        (LLDMAP.replace("\n0000", "\n7777"), "it is the map of another image"),
        (GNU_MAP.replace("0x000000014", "0x000000099"), "it is the map of another image"),
        (
            "Linker script and memory map\n" + "\0\x1b[31m 0x\n" * 9,
            "it is the map of another image",
        ),
    ],
)
def test_what_is_not_read_is_named(text, message):
    with pytest.raises(MapError, match=message) as caught:
        read_map(text, Image(golden()))
    assert str(caught.value).isprintable()


def test_spoilt_maps_are_read_or_refused():
    image, rng = Image(golden()), random.Random(9)
    total = sum(section.VirtualSize for section in image.sections)
    for good in (MAP, LLDMAP, GNU_MAP):
        for _ in range(300):
            text = list(good)
            for _ in range(rng.randint(1, 30)):
                text[rng.randrange(len(text))] = rng.choice("0123456789abcdef x:(.\n\0")
            with suppress(MapError):
                root = sizes(image, read_map("".join(text), image))
                _check(root)
                assert root.size == total


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_maps_of_both_linkers_name_the_same_functions(build, machine, tmp_path):  # noqa: F811
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    ours = link(build(machine), options_from_argv(words))
    maps = [f"/map:{tmp_path / 'a.map'}", f"/lldmap:{tmp_path / 'a.lldmap'}"]
    theirs = Image(_lld(build, machine, tmp_path / "a.sys", *maps))
    mine = Image(ours.image)
    roots = [
        sizes(mine, read_map(ours.map, mine)),
        sizes(theirs, read_map((tmp_path / "a.map").read_text(), theirs)),
        sizes(mine, read_map(ours.lldmap, mine)),
        sizes(theirs, read_map((tmp_path / "a.lldmap").read_text(), theirs)),
    ]
    for root in roots:
        _check(root)
    named = [
        {symbol: size for _, _, symbol, size in by_symbol(root) if symbol.endswith("Paged")}
        for root in roots
    ]
    assert len(named[0]) == 1
    assert all(each == named[0] for each in named)


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_an_object_has_as_many_bytes_by_each_linker(build, machine, tmp_path):  # noqa: F811
    """By maps with contributions of pelink, lld-link and GNU ld; alignment belongs to no object."""
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    ours = link(build(machine), options_from_argv(words))
    theirs = Image(_lld(build, machine, tmp_path / "a.sys", f"/lldmap:{tmp_path / 'a.map'}"))
    gnu = Image(_ld(build, machine, tmp_path / "b.sys", f"-Map={tmp_path / 'b.map'}"))
    mine = Image(ours.image)
    found = []
    for image, text in (
        (mine, ours.lldmap),
        (theirs, (tmp_path / "a.map").read_text()),
        (gnu, (tmp_path / "b.map").read_text()),
    ):
        root = sizes(image, read_map(text, image))
        _check(root)
        page = as_html(root, file_size=len(image.data))
        assert "d.o" in page
        code = {
            name: size
            for name in ("INIT", "PAGE")
            for owner, block in root.below[name].below.items()
            if owner.endswith("d.o") and (size := block.size)
        }
        found.append(code)
    assert found[0].keys() == {"INIT", "PAGE"}
    assert found[0] == found[1] == found[2]


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
    root = SizeNode('<script>"x"')
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
    err = capsys.readouterr().err
    assert err.startswith("pecheck: a.html: not the map of a known linker; known are link.exe's")
    assert err.count("\n") == 1
    (tmp_path / "b.sys").write_bytes(golden()[:0x60])
    assert main(["size", "b.sys"]) == 2
