"""Every form of a .def file is read, and every wrong line of one is reported at once."""

import time

import pytest

from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.diagnostics import Diagnostics, LinkError
from ntbuild.pelink.libraries.module_definition import (
    ModuleDefinition,
    parse_def,
    read_def_bytes,
    with_definition,
)
from ntbuild.pelink.options import Export, LinkOptions, Section
from slowness import allowed


def parse(text: str, machine: str = "x64") -> ModuleDefinition:
    return parse_def(text, "x.def", MACHINES[machine])


def errors(text: str, machine: str = "x64") -> list[str]:
    with pytest.raises(LinkError) as caught:
        parse(text, machine)
    return [f"{each.place}: {each.message}" for each in caught.value.diagnostics]


@pytest.mark.parametrize(
    ("line", "export"),
    [
        ("Open", Export("Open")),
        ("Open ; a comment", Export("Open")),
        ('"Open Me" DATA', Export("Open Me", data=True)),
        ("Open=Impl", Export("Open", target="Impl")),
        ("Open = other.Impl", Export("Open", target="other.Impl")),
        ("Open=other.#7", Export("Open", target="other.#7")),
        ('Open="other.Impl"', Export("Open", target="other.Impl")),
        ("Open @7", Export("Open", ordinal=7)),
        ("Open @ 7", Export("Open", ordinal=7)),
        ("Open @7 NONAME", Export("Open", ordinal=7, noname=True)),
        ("Open=Impl @7 NONAME PRIVATE", Export("Open", "Impl", 7, noname=True, private=True)),
        ("Open PRIVATE", Export("Open", private=True)),
        ("Open DATA", Export("Open", data=True)),
        ("Open data", Export("Open", data=True)),
        ("Open CONSTANT", Export("Open", constant=True)),
        ("IoCreateDevice@28", Export("IoCreateDevice@28")),
        ("_Close@4", Export("_Close@4")),
        ("@IofCallDriver@8", Export("@IofCallDriver@8")),
        ("@Fast@8 @7", Export("@Fast@8", ordinal=7)),
        ("?Open@@YAXXZ", Export("?Open@@YAXXZ")),
        ("vector@@16", Export("vector@@16")),
        ("version", Export("version")),
        ('"NAME"', Export("NAME")),
    ],
)
def test_export_forms(line: str, export: Export):
    assert parse(f"LIBRARY x.sys\nEXPORTS\n{line}\n").exports == (export,)
    assert parse(f"EXPORTS {line}").exports == (export,)


def test_import_names_are_listed_apart_from_the_exports():
    definition = parse("EXPORTS\nOld == New\nValue DATA == _Value\nPlain\n")
    assert [each.name for each in definition.exports] == ["Old", "Value", "Plain"]
    assert definition.import_names == (("Old", "New"), ("Value", "_Value"))
    assert definition.exports[1].data


@pytest.mark.parametrize(
    ("text", "name", "is_library", "module"),
    [
        ("LIBRARY core.sys", "core.sys", True, "core.sys"),
        ('LIBRARY "Core.Sys"', "Core.Sys", True, "Core.Sys"),
        ("LIBRARY 'core.sys'", "core.sys", True, "core.sys"),
        ("LIBRARY core", "core", True, "core.dll"),
        ("NAME tool", "tool", False, "tool.exe"),
        ("LIBRARY", "", True, ""),
        ("", "", True, ""),
        ("LIBRARY BASE", "BASE", True, "BASE.dll"),
        ("\ufeffLIBRARY core.sys\r\n", "core.sys", True, "core.sys"),
    ],
)
def test_module_names(text: str, name: str, is_library: bool, module: str):  # noqa: FBT001
    definition = parse(text)
    assert (definition.name, definition.is_library) == (name, is_library)
    assert definition.module_name == module


def test_the_other_statements():
    definition = parse(
        """; everything
LIBRARY core.sys BASE=0x140000000
DESCRIPTION 'a core'
HEAPSIZE 0x2000,4096
STACKSIZE:65536
VERSION 6.02
STUB:'stub.exe'
SECTIONS
  .shared READ WRITE SHARED
  INIT CLASS 'CODE' EXECUTE READ DISCARDABLE
  .plain
EXPORTS
  Open
"""
    )
    assert definition == ModuleDefinition(
        name="core.sys",
        exports=(Export("Open"),),
        base=0x140000000,
        heap=(0x2000, 4096),
        stack=(65536, 4096),
        version=(6, 2),
        description="a core",
        stub="stub.exe",
        sections=(
            Section(
                ".shared", read=True, write=True, execute=False, shared=True, discardable=False
            ),
            Section("INIT", read=True, write=False, execute=True, shared=False, discardable=True),
            Section(".plain"),
        ),
    )


def test_every_wrong_line_is_reported():
    assert errors(
        """library x.sys
EXPORTS
Open DATTA
Close @99999
Read NONAME
"Write
Flush =
Seek @x
LIBRARY a.sys
LIBRARY b.sys
HEAPSIZE many
"""
    ) == [
        "x.def:1: unknown statement: library",
        "x.def:3: unexpected word: DATTA",
        "x.def:4: export 'Close': ordinal 99999 is not in 1..65535",
        "x.def:5: export 'Read': NONAME needs an ordinal",
        'x.def:6: " without its partner',
        "x.def:7: a name after = expected",
        "x.def:8: @x: an ordinal in 1..65535 expected",
        "x.def:10: LIBRARY or NAME stated a second time",
        "x.def:11: many: a number in 0..0xffffffffffffffff expected",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("LIBRARY x BASE=0x100000000", "0x100000000: a number in 0..0xffffffff expected"),
        ("VERSION 1.2.3", "1.2.3: a version such as 10.0 expected"),
        ("VERSION 99999", "99999: a number in 0..0xffff expected"),
        ("SECTIONS\n.a READ DATA", "unexpected word: DATA"),
        ("EXPORTS\nOpen\x00Close", "character 0x0 is not text"),
        ("EXPORTS\nOpen \ud800", "character 0xd800 is not text"),
        ("EXPORTS\n= Open", "an exported name expected"),
        ('EXPORTS\n""', "an exported name is empty"),
        ("IMPORTS\n", "unknown statement: IMPORTS"),
        ("EXPORTS\nA B C", "unexpected word: B"),
    ],
)
def test_a_wrong_line(text: str, message: str):
    assert errors(text, "x86")[0].endswith(message)


def test_hints_name_the_nearest_word():
    with pytest.raises(LinkError) as caught:
        parse("EXPORTS\nOpen PRIVAT\nLIBARY x\n")
    assert "did you mean PRIVATE?" in str(caught.value)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(LinkError, match=r"x\.def: byte 0x9 is not UTF-8"):
        read_def_bytes(b"EXPORTS\nA\xff\n", "x.def", MACHINES["x64"])
    assert read_def_bytes(b"\xef\xbb\xbfLIBRARY x", "x.def", MACHINES["x64"]).name == "x"


def test_thousands_of_exports_take_milliseconds():
    text = "EXPORTS\n" + "".join(f"ExportedFunction{at}@8\n" for at in range(3000))
    start = time.process_time()
    assert len(parse(text).exports) == 3000
    assert time.process_time() - start < allowed(0.2)  # measured: 12 ms


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_file_may_be_utf_8_or_utf_16_with_a_mark(encoding):
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    data = (mark + "LIBRARY \u00fc.dll\r\nEXPORTS\r\n  Open\r\n").encode(encoding)
    definition = read_def_bytes(data, "x.def", MACHINES["x64"])
    assert definition == ModuleDefinition(name="\u00fc.dll", exports=(Export("Open"),))


def test_a_utf_16_file_that_is_cut_short_is_one_line():
    with pytest.raises(LinkError, match=r"x\.def: byte 0x2 is not UTF-16"):
        read_def_bytes(b"\xff\xfeE", "x.def", MACHINES["x64"])


def test_symbols_may_be_excluded_from_automatic_exports():
    assert parse("EXCLUDE_SYMBOLS a, b\n c d\nEXPORTS\n e").excluded == ("a", "b", "c", "d")


def with_file(folder, text, **given):
    file = folder / "x.def"
    file.write_text(text)
    return with_definition(LinkOptions(def_file=str(file), **given), Diagnostics())


@pytest.mark.parametrize(
    ("text", "given", "out"),
    [
        ("NAME foo", {}, "foo.exe"),
        ("NAME foo.bin", {}, "foo.bin"),
        ("LIBRARY foo", {"dll": True}, "foo.dll"),
        ("NAME foo", {"driver": "plain"}, "foo.sys"),
        ("NAME foo", {"out": "bar.exe"}, "bar.exe"),
        ("EXPORTS", {}, None),
    ],
)
def test_the_files_name_is_that_of_the_image_unless_the_line_has_one(text, given, out, tmp_path):
    assert with_file(tmp_path, text, **given).out == out


def test_sizes_of_the_line_win_but_for_ld_where_the_file_does(tmp_path):
    text = "STACKSIZE 0x20000\nHEAPSIZE 0x8000,0x2000"
    found = with_file(tmp_path, text)
    assert (found.stack, found.heap) == ((0x20000, 0x1000), (0x8000, 0x2000))
    line = {"stack": (0x200000, 0x1000), "heap": (0x10000, 0x1000)}
    found = with_file(tmp_path, text, **line)
    assert (found.stack, found.heap) == (line["stack"], line["heap"])
    found = with_file(tmp_path, text, mingw=True, **line)
    assert (found.stack, found.heap) == ((0x20000, 0x1000), (0x8000, 0x2000))


def test_an_export_of_the_line_is_stronger_with_a_warning_where_they_differ(tmp_path):
    file = tmp_path / "x.def"
    file.write_text("EXPORTS\n Same\n Other @5\n")
    log = Diagnostics()
    given = (Export("Same"), Export("Other", ordinal=9))
    found = with_definition(LinkOptions(def_file=str(file), exports=given), log)
    assert found.exports == given
    assert [each.message for each in log.warnings] == [
        "duplicate export: Other first seen in /export, now in /def"
    ]
