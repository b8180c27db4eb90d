"""What builds say is sorted into classes."""

import pytest

from realworld.building import Result
from realworld.errors import Fault, faults
from realworld.report import compared, read_json, table, write_json


@pytest.mark.parametrize(
    ("line", "kind", "what"),
    [
        ("a.c:3:10: fatal error: 'wsk.h' file not found", "header", "wsk.h"),
        ("a.c:3:10: fatal error: 'a.tmh' file not found", "wpp", "a.tmh"),
        ("a.c:9:5: error: unknown type name 'FLT_X'", "declaration", "FLT_X"),
        ("common.ver:9:5: error: escaping quotes", "resource", ""),
        ("a.c:9:5: error: expected ';' after expression", "dialect", ""),
        ("pelink: error: undefined symbol: IoCreate", "link", "IoCreate"),
        ("scons: *** SConscript:3: Driver('a'): kmdf: not yet", "not yet", "kmdf"),
        ("scons: *** SConscript:3: Driver('a'): model: no model 'x'", "declared", ""),
        ("a.sys: DRV103 error: bad", "pecheck", "DRV103"),
    ],
)
def test_lines_of_a_build(line, kind, what):
    (found,) = faults(f"CC a.c\n{line}\nscons: *** [a.obj] Error 1\n", "/root")
    assert (found.kind, found.what) == (kind, what)


def test_a_build_that_says_nothing_known_shows_its_last_lines():
    (found,) = faults("one\ntwo\n\nthree\nfour\n", "/root")
    assert (found.kind, found.text) == ("other", "two / three / four")


def result(path, machine, *, is_built):
    fault = () if is_built else (Fault("header", "wsk.h", "a.c:1:1: fatal error: ..."),)
    return Result(
        "t", path, path[0], "Driver", "wdm", machine, "release", is_built, 4096, fault, ("x",)
    )


def test_tables_and_comparisons(tmp_path):
    before = [result("a.vcxproj", "x64", is_built=False), result("b.vcxproj", "x64", is_built=True)]
    after = [result("a.vcxproj", "x64", is_built=True), result("b.vcxproj", "x64", is_built=False)]
    text = table(after, ("x64",), ("release",), 1)
    assert "t x64 release: 1 of 2 drivers built" in text
    assert "header: first obstacle of 1\n       1  wsk.h" in text
    write_json(tmp_path / "r.json", before)
    assert read_json(tmp_path / "r.json") == before
    assert compared(before, after).splitlines()[1:] == [
        "+ t/a.vcxproj x64 release",
        "- t/b.vcxproj x64 release: a.c:1:1: fatal error: ...",
    ]
    assert compared(before, before).endswith("no difference")
