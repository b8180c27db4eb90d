"""Generated inputs of every kind: an image or a message, never a traceback, a hang or a leak."""

from pathlib import Path

import pytest

pytest.importorskip("resource", reason="limits are watched on POSIX systems only")

from hostile.fuzz import run
from hostile.generate import generated

CASES = 200


@pytest.mark.parametrize("first", range(0, CASES, 50))
def test_generated_inputs_link_or_are_refused_by_a_message(
    first: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "case"
    folder.mkdir()
    found, linked = [], 0
    for seed in range(first, first + 50):
        status, wrong = run(generated(seed), folder)
        linked += status == 0
        found += [f"seed {seed}: {wrong}"] if wrong else []
    assert found == []
    assert 5 <= linked <= 45, "most cases should reach the middle of the linker, and some its end"


def test_a_case_is_its_seed_alone() -> None:
    assert generated(1) == generated(1) != generated(2)
