"""How long a check takes: quick enough to be part of every link."""

import time

import pytest

from ntbuild.pecheck import CheckSettings, check
from pecheck.large import large
from slowness import allowed


@pytest.mark.parametrize(("size", "limit"), [(100 << 10, 0.050), (10 << 20, 0.500)])
def test_judging_a_good_driver_takes_no_time(size, limit):
    data = large(size)
    assert size <= len(data) <= 1.3 * size
    settings = CheckSettings(nonpaged=1 << 30)
    assert check(data, profile=settings) == []
    spent = []
    for _ in range(3):
        start = time.process_time()
        check(data, profile=settings)
        spent.append(time.process_time() - start)
    assert min(spent) <= allowed(limit)
