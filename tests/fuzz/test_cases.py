"""Generated links in every run: 2,000 of them, or as many as NTBUILD_FUZZ says.

They are spread over pieces, so that pytest-xdist can run them side by side.
"""

import os

import pytest

pytest.importorskip("resource", reason="limits are watched on POSIX systems only")

from fuzz.cases import case_of
from fuzz.run import run_cases

PIECES = 20
COUNT = int(os.environ.get("NTBUILD_FUZZ", "2000"))


def test_a_seed_gives_the_same_case_each_time():
    cases = [case_of(f"again/{number}") for number in range(50)]
    assert cases == [case_of(f"again/{number}") for number in range(50)]
    assert {case.way for case in cases} == {"api", "link", "ld", "lib"}


@pytest.mark.parametrize("piece", range(PIECES))
def test_generated_links(piece, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NTBUILD_DEBUG", "1")
    for name in ("LIB", "LINK", "_LINK_"):
        monkeypatch.delenv(name, raising=False)
    tally = run_cases((f"ci/{number}" for number in range(piece, COUNT, PIECES)), tmp_path)
    assert tally.faults == []
    assert sum(tally.ends.values()) == len(range(piece, COUNT, PIECES))
    if sum(tally.ends.values()) >= 100:
        assert tally.ends["linked"] > 0, "none of them links: the generator has gone wrong"
        assert tally.ends["refused"] > 0


DEBUG_COUNT = int(os.environ.get("NTBUILD_FUZZ", "800")) // 4


@pytest.mark.parametrize("piece", range(4))
def test_damaged_debug_information_and_pdbs(piece, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NTBUILD_DEBUG", "1")
    seeds = range(piece * DEBUG_COUNT, (piece + 1) * DEBUG_COUNT)
    tally = run_cases((f"debug/{number}" for number in seeds), tmp_path)
    assert tally.faults == []
    if len(seeds) >= 100:
        assert min(tally.ends[f"debug {each}"] for each in ("linked", "refused")) > 10
        assert min(tally.ends[f"pdb {each}"] for each in ("read", "refused")) > 0
