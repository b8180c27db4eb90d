"""Pieces of bytes are copied as a loop would copy them, whatever their sizes."""

import numpy as np
import pytest

from ntbuild.pecoff.columns.pieces import copy_pieces, copy_runs, joined

SIZES = {
    "none": [],
    "few": [3, 0, 9000, 1],
    "many of every size": [number % 300 for number in range(2000)],
    "many and some large": [number % 40 + 9000 * (number % 97 == 0) for number in range(1000)],
}


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("copy", [copy_pieces, copy_runs])
def test_pieces_are_where_they_should_be(name, copy):
    random = np.random.default_rng(3)
    size = np.array(SIZES[name], np.int64)
    source = random.integers(0, 256, int(size.sum()) + 50).astype(np.uint8)
    target_at = size.cumsum() - size
    source_at = target_at.copy()
    source_at[::3] = random.integers(0, 50, len(source_at[::3]))
    expected = b"".join(
        source[at : at + length].tobytes() for at, length in zip(source_at, size, strict=True)
    )
    target = np.zeros(len(expected), np.uint8)
    copy(source, target, source_at, target_at, size)
    assert target.tobytes() == expected
    assert joined(source, source_at, size, 3).tobytes() == expected + bytes(3)
