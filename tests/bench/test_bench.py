"""The benchmark itself, without timing anything."""

import dataclasses
import sys

import pytest

import peers
from bench import sources, workloads
from bench.driver_text import driver_text
from bench.pairing import Sample, arguments, ratio
from bench.report import Row, table
from bench.worker import profile
from ntbuild import LinkOptions, link
from ntbuild.pelink import pipeline

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


def test_the_generator_gives_the_same_text_again_and_units_differ():
    shape = sources.SHAPES["mid"]
    assert list(sources.units(shape)) == list(sources.units(shape))
    assert len({text for _, text in sources.units(shape)}) == shape.units


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


def test_a_ratio_is_the_median_within_rounds():
    one = [Sample(wall, wall) for wall in (1.0, 9.0, 2.0)]
    other = [Sample(wall, wall) for wall in (2.0, 9.0, 1.0)]
    assert ratio(one, other) == 1.0
    assert ratio(one, other[:1]) == 1.0


def test_the_table_says_what_is_reached_missed_and_not_measured():
    rows = [Row(1, "a", 2.0, 1.5), Row(2, "b", 3, 4.0, "ms"), Row(3, "c", 1.0, None)]
    lines = table(rows).splitlines()[2:]
    assert [line.split()[-1] for line in lines] == ["ok", "MISSED", "-"]
