"""Names in bulk: hashed, compared and interned as a dictionary of bytes would do it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntbuild.pecoff.columns.arrays import concatenated, ragged
from ntbuild.pecoff.columns.names import (
    HashCollisionError,
    NameBudgetError,
    NameTable,
    differing,
    hash_name,
    hash_names,
    intern,
    lengths_of,
    name_at,
)
from ntbuild.pecoff.columns.pool import Pool

NAMES = st.binary(max_size=40).map(lambda name: name.replace(b"\0", b"")) | st.sampled_from(
    [b"", b"a", b"12345678", b"123456789", b"_" * 16, b"\xff" * 8, b"\x80\x01" * 4, b"x" * 1000]
)


def pooled(names: list[bytes]) -> tuple[Pool, np.ndarray]:
    """A pool with the names, and their positions."""
    pool = Pool()
    return pool, np.array([pool.add(name + b"\0") for name in names], np.int64)


@settings(max_examples=150, deadline=None)
@given(st.lists(NAMES, max_size=60))
def test_hashes_depend_on_the_bytes_alone(names):
    pool, at = pooled(names)
    hashes = hash_names(pool.buffer, at)
    assert hashes.tolist() == [hash_name(name) for name in names]
    assert len(set(hashes.tolist())) == len(set(names))
    packed = Pool()
    start = packed.add(b"".join(name + b"\0" for name in names))
    sizes = np.array([len(name) + 1 for name in names], np.int64)
    assert hash_names(packed.buffer, start + np.cumsum(sizes) - sizes).tolist() == hashes.tolist()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES) | NAMES.map(lambda name: (name, name)), max_size=40))
def test_differing_is_inequality(pairs):
    pool, at = pooled([name for pair in pairs for name in pair])
    found = differing(pool.buffer, at[0::2], at[1::2])
    assert found.tolist() == [one != other for one, other in pairs]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(NAMES, max_size=30), max_size=6))
def test_interning_gives_numbers_in_the_order_of_first_sight(batches):
    pool, table, numbers = Pool(), NameTable.empty(), {}
    for names in batches:
        at = np.array([pool.add(name + b"\0") for name in names], np.int64)
        table, ids = intern(table, pool.buffer, hash_names(pool.buffer, at), at)
        for name in names:
            numbers.setdefault(name, len(numbers))
        assert ids.tolist() == [numbers[name] for name in names]
        assert len(table) == len(numbers)
    for name, number in numbers.items():
        assert table.find(pool.buffer, name) == number
        assert table.text(pool.buffer, number) == name
    assert table.find(pool.buffer, b"a name that is not in the table") == -1


MANY = [
    b"x" * size + bytes([65 + number % 26]) for number in range(40) for size in (0, 3, 7, 8, 30)
]


def test_many_names_are_handled_as_few_are():
    pool, at = pooled(MANY)
    few = [hash_names(pool.buffer, at[row : row + 1])[0] for row in range(len(at))]
    assert hash_names(pool.buffer, at).tolist() == few == [hash_name(name) for name in MANY]
    other = np.roll(at, 26 * 5)  # equal names at other places, but for the first ones
    expected = [one != two for one, two in zip(MANY, MANY[-130:] + MANY[:-130], strict=True)]
    assert differing(pool.buffer, at, other).tolist() == expected
    assert 0 < sum(expected) < len(MANY)
    assert lengths_of(pool.buffer, at).tolist() == [len(name) for name in MANY]


def test_hashes_that_differ_in_their_last_bits_alone_are_sorted():
    """Row numbers stand in these bits while many hashes are sorted."""
    pool, at = pooled([b"%d" % (number // 2) for number in range(600)])
    hashes = np.arange(600, dtype=np.uint64)[::-1] // np.uint64(2)
    table, ids = intern(NameTable.empty(), pool.buffer, hashes, at)
    assert ids.tolist() == [number // 2 for number in range(600)]
    assert table.hashes.tolist() == list(range(300))


def test_equal_hashes_of_different_names_are_noticed():
    pool, at = pooled([b"one", b"other"])
    with pytest.raises(HashCollisionError):
        intern(NameTable.empty(), pool.buffer, np.zeros(2, np.uint64), at)


def test_equal_hashes_over_two_batches_are_noticed():
    pool, at = pooled([b"one", b"other"])
    table, _ = intern(NameTable.empty(), pool.buffer, np.zeros(1, np.uint64), at[:1])
    with pytest.raises(HashCollisionError):
        intern(table, pool.buffer, np.zeros(1, np.uint64), at[1:])


def test_names_that_overlap_without_end_are_refused():
    pool = Pool()
    start = pool.add(b"x" * 200_000 + b"\0")
    with pytest.raises(NameBudgetError):
        hash_names(pool.buffer, start + np.arange(200_000, dtype=np.int64))


@given(st.binary(max_size=300).map(lambda name: name.replace(b"\0", b"?")), st.integers(0, 400))
def test_a_name_ends_at_its_nul_or_its_limit(name, limit):
    pool, at = pooled([name])
    assert name_at(pool.buffer, int(at[0])) == name
    assert name_at(pool.buffer, int(at[0]), limit) == name[:limit]


@given(
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 9)), max_size=20), st.integers(1, 40)
)
def test_ragged_is_a_run_of_ranges(ranges, step):
    starts = np.array([start for start, _ in ranges], np.int64)
    counts = np.array([count for _, count in ranges], np.int64)
    expected = [start + step * n for start, count in ranges for n in range(count)]
    assert ragged(starts, counts, step).tolist() == expected


@given(st.lists(st.binary(max_size=5).map(lambda data: data * 4), max_size=10))
def test_tables_are_gathered_in_order(pieces):
    pool = Pool()
    at = np.array([pool.add(piece) for piece in pieces], np.int64)
    sizes = np.array([len(piece) for piece in pieces], np.int64)
    found = concatenated(pool.buffer, at, sizes, np.dtype("<u4"))
    assert found.tobytes() == b"".join(pieces)
