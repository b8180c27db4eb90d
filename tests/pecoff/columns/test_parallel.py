"""Work in parts: the order of the parts holds, whoever is first."""

import threading
from collections import Counter

import numpy as np
import pytest

from coffwriter import (
    ANY,
    ASSOCIATIVE,
    CODE,
    COMDAT,
    RDATA,
    Reloc,
    Section,
    Symbol,
    build,
)
from ntbuild.pecoff.columns import parallel
from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.columns.parallel import in_parts, parts_of, slices
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.object.read import Origin, read_objects
from ntbuild.pecoff.object.tables import Sections, Symbols


def test_results_come_in_the_order_of_the_parts(monkeypatch):
    monkeypatch.setattr(parallel, "_processors", lambda: 2)
    second_is_done = threading.Event()

    def work(part: int) -> int:
        if part == 0:
            assert second_is_done.wait(60), "the parts do not run side by side"
        second_is_done.set()
        return part * part

    assert in_parts(work, range(9)) == [part * part for part in range(9)]


@pytest.mark.parametrize("processors", [1, 2])
def test_the_first_parts_error_is_raised(monkeypatch, processors):
    monkeypatch.setattr(parallel, "_processors", lambda: processors)

    def work(part: int) -> None:
        if part >= 3:
            raise ValueError(part)

    with pytest.raises(ValueError, match=r"^3$"):
        in_parts(work, range(8))


def test_one_part_needs_no_thread():
    assert in_parts(lambda _: threading.current_thread(), [0]) == [threading.current_thread()]


@pytest.mark.parametrize("given", [0, 1])
def test_parts_are_done_by_those_threads_that_the_system_gives(monkeypatch, given):
    monkeypatch.setattr(parallel, "_processors", lambda: 4)
    start, started = threading.Thread.start, []

    def limited(thread):
        if len(started) == given:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    assert in_parts(lambda part: part + 1, range(9)) == list(range(1, 10))
    assert len(started) == given
    assert not any(thread.is_alive() for thread in started)


def test_slices_cover_all_rows_once(monkeypatch):
    monkeypatch.setattr(parallel, "ROWS", 4)
    assert slices(0) == []
    covered = Counter(row for part in slices(10) for row in range(10)[part])
    assert covered == Counter(range(10))


def test_parts_divide_nothing_and_leave_nothing_out(monkeypatch):
    monkeypatch.setattr(parallel, "ROWS", 10)
    assert parts_of(np.zeros(0, np.int64)) == []
    sizes = [3, 0, 8, 40, 1, 1, 0]
    parts = parts_of(np.cumsum(sizes))
    assert [row for part in parts for row in range(len(sizes))[part]] == list(range(len(sizes)))
    assert len(parts) == 3


def _object(number: int) -> bytes:
    """An object with a COMDAT, a name of eight bytes, longer ones, and an undefined one."""
    sections = [
        Section(
            ".text", bytes(16), CODE | COMDAT, relocations=[Reloc(4, "outside", 4)], comdat=ANY
        ),
        Section(".pdata", bytes(12), comdat=ASSOCIATIVE, flags=RDATA | COMDAT, parent=".text"),
        Section(".data$x", bytes(number)),
    ]
    symbols = [
        Symbol("outside"),
        Symbol(f"eight{number:03}", ".text"),
        Symbol(f"longer_than_{number}", ".data$x"),
        Symbol(f"perhaps_{number}", weak="outside"),
    ]
    return build("x64", sections, symbols)


def test_parts_give_the_tables_that_one_batch_gives(monkeypatch):
    objects = [_object(number) for number in range(40)]

    def read():
        pool = Pool()
        return read_objects(
            pool, [Origin(f"{n}.obj", pool.add(data), len(data)) for n, data in enumerate(objects)]
        ), pool

    (together, pool) = read()
    monkeypatch.setattr(parallel, "ROWS", 8)
    (parted, parted_pool) = read()
    for table, kind in (("sections", Sections), ("symbols", Symbols)):
        one, other = getattr(together, table), getattr(parted, table)
        for column in set(kind.__slots__) - {"name_at" if kind is Symbols else ""}:
            assert getattr(one, column).tolist() == getattr(other, column).tolist(), column
    names = [
        [name_at(each.buffer, at) for at in tables.symbols.name_at.tolist()]
        for each, tables in ((pool, together), (parted_pool, parted))
    ]
    assert names[0] == names[1]
    assert b"eight007" in names[0]
