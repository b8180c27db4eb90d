"""The benchmark itself, without timing anything."""

import dataclasses
import subprocess
import sys

import pefile
import pytest

import peers
from bench import sources, symbols, templates, workloads
from bench.driver_text import driver_text
from bench.pairing import Sample, arguments, ratio, runners
from bench.report import Row, table
from bench.worker import link as link_and_write
from bench.worker import profile
from ntbuild import LinkOptions, link
from ntbuild.pelink import pipeline
from ntbuild.pelink.pdb import described

OPTIONS = LinkOptions(driver="normal", entry="DriverEntry", machine="x64", out="a.sys")


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """Workloads of a few units, by how many functions a unit has."""
    clang = peers.require("clang")

    def prepared(functions, name="tiny"):
        shape = dataclasses.replace(sources.SHAPES["mid"], name="tiny", units=4)
        shape = dataclasses.replace(shape, functions=functions)
        monkeypatch.setitem(sources.SHAPES, "tiny", shape)
        return workloads.prepare(name, tmp_path, clang)

    return prepared


def linked(work):
    return link([*work.objects, work.library], OPTIONS)


def calls_of(work):
    """How many calls of Python and C functions a link makes, but for the walk of the graph."""
    count, walking = 0, False

    def note(frame, event, _argument):
        nonlocal count, walking
        if frame.f_code.co_name == "mark" and event in ("call", "return"):
            walking = event == "call"
        count += not walking and event in ("call", "c_call")

    linked(work)
    sys.setprofile(note)
    try:
        linked(work)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize(
    "shape", [sources.SHAPES["mid"], templates.SHAPES["templates"]], ids=["mid", "templates"]
)
def test_the_generators_give_the_same_text_again_and_units_differ(shape):
    texts = [shape.unit(number) for number in range(20)]
    assert texts == [shape.unit(number) for number in range(20)]
    assert len(set(texts)) == len(texts)


@pytest.fixture
def templated(tmp_path, monkeypatch):
    """A few units of the workload in which much folds."""
    clang = peers.require("clang")
    shape = dataclasses.replace(templates.SHAPES["templates"], units=8)
    monkeypatch.setitem(templates.SHAPES, "templates", shape)
    return workloads.prepare("templates", tmp_path, clang)


def test_templates_fold_as_lld_link_folds_them(templated, tmp_path):
    paths = [str(path) for path in (*templated.objects, templated.library)]
    sizes = {}
    for fold in (True, False):
        words = arguments(icf=fold)
        link_and_write(paths, words, str(tmp_path / "ours.sys"))
        theirs = [peers.require("lld-link"), *words, f"/out:{tmp_path / 'theirs.sys'}", *paths]
        subprocess.run(theirs, check=True)
        ours, lld = (text_and_unwind_sizes(tmp_path / f"{who}.sys") for who in ("ours", "theirs"))
        assert ours[".pdata"] == lld[".pdata"]
        assert abs(ours[".text"] - lld[".text"]) < 16, "but for what is before import thunks"
        sizes[fold] = ours
    folded = 1 - sizes[True][".pdata"] / sizes[False][".pdata"]
    saved = 1 - sizes[True][".text"] / sizes[False][".text"]
    assert 0.15 < folded < 0.45, "the share of functions"
    assert 0.05 < saved < 0.20, "the share of code"


def text_and_unwind_sizes(path):
    with pefile.PE(str(path), fast_load=True) as image:
        sizes = {each.Name.rstrip(b"\0").decode(): each.Misc_VirtualSize for each in image.sections}
    return {name: sizes[name] for name in (".text", ".pdata")}


def test_lld_link_is_told_which_objects_are_mingws(tiny, templated, tmp_path, monkeypatch):
    """Else it drops the unwind data of mingw's, and has less to do than pelink."""
    commands = []
    monkeypatch.setattr("bench.pairing.run_command", commands.append)
    for work in (tiny(6), templated):
        ways = runners(work, None, {"lld": "lld-link", "ld": "ld"}, tmp_path / "out")
        assert ("ld" in ways) == work.is_mingw
        ways["lld"]()
    assert ["-lldmingw" in command for command in commands] == [True, False]


def test_drivers_over_one_header_link_with_a_pdb(tmp_path, monkeypatch):
    shape = dataclasses.replace(symbols.SHAPES["headers"], units=3)
    monkeypatch.setitem(symbols.SHAPES, "headers", shape)
    work = workloads.prepare("headers", tmp_path, peers.require("clang"))
    paths = [str(path) for path in (*work.objects, work.library)]
    link_and_write(paths, arguments(pdb=True), str(tmp_path / "ours.sys"))
    sections = (b".debug$H", b".debug$S", b".debug$T")
    assert all(name in path.read_bytes() for path in work.objects for name in sections)
    text = (tmp_path / "ours.pdb").read_bytes()
    assert all(f"DriverEntry{number}".encode() in text for number in range(3))
    of_one = work.objects[1].read_bytes().count(b"_DRIVER_OBJECT\0")
    assert 0 < text.count(b"_DRIVER_OBJECT\0") <= of_one, "types of all units are merged"


def test_drivers_of_the_matrix_are_of_a_drivers_size_and_no_two_alike():
    texts = [driver_text(number) for number in range(5)]
    assert texts == [driver_text(number) for number in range(5)]
    assert all(300 < len(text.splitlines()) < 500 for text in texts)
    handlers = [text.partition("static NTSTATUS Handle0")[2] for text in texts]
    assert len(set(handlers)) == len(texts)


def test_a_workload_links_whole_halved_and_doubled(tiny):
    lines = {name: linked(tiny(6, name)).map.splitlines() for name in ("tiny/2", "tiny", "tiny*2")}
    entered = {
        name: sum("enterEjj " in line and "uni" in line for line in found)
        for name, found in lines.items()
    }
    assert entered == {"tiny/2": 2, "tiny": 4, "tiny*2": 8}


def test_the_passes_make_no_call_per_section_or_symbol(tiny):
    few, many = tiny(40), tiny(240)
    assert len(linked(many).image) > 5 * len(linked(few).image)
    assert calls_of(many) < 1.25 * calls_of(few)


def test_a_profile_has_every_pass_and_leaves_none_wrapped(tiny, tmp_path):
    work = tiny(6)
    before = dict(vars(pipeline))
    paths = [str(path) for path in (*work.objects, work.library)]
    (run,) = profile(paths, arguments(), str(tmp_path / "a.sys"), 1)["runs"]
    assert {"read", "resolve", "mark", "place", "lay_out", "relocate", "emit", "total"} <= set(run)
    assert vars(pipeline) == before


def test_a_profile_with_a_pdb_has_its_passes_too(tmp_path):
    work = workloads.prepare("debug_hello", tmp_path, peers.require("clang"))
    before = dict(vars(described))
    paths = [str(path) for path in (*work.objects, work.library)]
    (run,) = profile(paths, arguments(pdb=True), str(tmp_path / "a.sys"), 1)["runs"]
    passes = {"merge_types", "find_symbols", "global_streams", "contributions", "module_stream"}
    assert {"program_database", *(f"  {name}" for name in passes)} <= set(run)
    assert vars(described) == before


def test_a_ratio_is_the_median_within_rounds():
    one = [Sample(wall, wall) for wall in (1.0, 9.0, 2.0)]
    other = [Sample(wall, wall) for wall in (2.0, 9.0, 1.0)]
    assert ratio(one, other) == 1.0
    assert ratio(one, other[:1]) == 1.0


def test_the_table_says_what_is_reached_missed_and_not_measured():
    rows = [Row(1, "a", 2.0, 1.5), Row(2, "b", 3, 4.0, "ms"), Row(3, "c", 1.0, None)]
    lines = table(rows).splitlines()[2:]
    assert [line.split()[-1] for line in lines] == ["ok", "MISSED", "-"]
