"""What is done one by one for a few gives what arrays give for many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coffwriter import RDATA, Section, build
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.object.read import Origin, read_objects
from ntbuild.pelink.inputs import section_stems as stems
from ntbuild.pelink.layout import lay_out as layout

NAMES = [
    ".text", ".text$a", ".text$mn", ".pdata", ".pdata.startup", ".xdata$foo", "$", ".eightby",
    ".eight$1", ".a$longer_than_eight", ".longer_than_eight", ".longer_than$eight", ".pdata.x", "",
]  # fmt: skip


@pytest.fixture
def by_arrays(monkeypatch):
    def run(module, function):
        with monkeypatch.context() as patch:
            patch.setattr(module, "_FEW", 0)
            return function()

    return run


@given(parts=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 13)), min_size=1, max_size=16))
@settings(max_examples=200, deadline=None)
def test_contributions_are_packed_alike(parts):
    sizes = np.array([size for size, _ in parts], np.int64)
    alignments = np.array([1 << power for _, power in parts], np.int64)
    few = layout._packed(sizes, alignments)
    # Many small ones behind change nothing for those before them.
    more = np.zeros(layout._FEW, np.int64)
    many = layout._packed(np.append(sizes, more), np.append(alignments, more + 1))
    assert few.tolist() == many[: len(few)].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_stems_are_cut_alike(name, by_arrays):
    pool = Pool()
    data = build("x64", [Section(name, b"x", RDATA), Section(".other$z", b"y", RDATA)], [])
    sections = read_objects(pool, [Origin("a.obj", pool.add(data), len(data))]).sections

    def found():
        table = stems.StemTable()
        return [table.texts[each] for each in table.of_sections(pool.buffer, sections).tolist()]

    assert found() == by_arrays(stems, found)
    assert found()[1] == b".other"
