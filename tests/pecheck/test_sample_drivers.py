"""The sample drivers by every linker: pelink's are clean, the others' after ``pecheck fix``.

Clean is no finding at all. Images by lld-link, and by GNU ld with its own script, keep two notes
that say what their order of sections costs in memory: code that is linked cannot be moved. With
the script that ntbuild renders, GNU ld's have none either.
"""

import re

import pytest

from ntbuild.pecheck import Level, check
from ntbuild.pecheck.fixes.fix import fix
from pecheck.samples import LINKERS, SAMPLES, sample, settings

PROFILES = [(), ("hvci",), ("boot", "hvci")]
COSTS = [
    # lld-link puts sections it does not know in the order of their names, GNU ld after .text.
    ("DRV314", Level.NOTE, "INIT is discardable but lies before"),
    # Both keep them next to the import slots, which must stay.
    ("DRV315", Level.NOTE, "import descriptors are in"),
]
LEFT = {"pelink": [], "lld-link": COSTS, "GNU ld": COSTS, "GNU ld with our script": []}


def _pool(driver, profiles):
    """core.c asks for no-execute memory in each call, which an image cannot show."""
    is_found = driver == "core" and "hvci" in profiles
    return [("DRV411", Level.WARNING, "imports ExAllocatePoolWithTag")] if is_found else []


def _lines(findings):
    """Findings as (rule, level, message) without the sections' names and sizes."""
    ends = re.compile(r"(lies before|are in) .*")
    return [(f.rule, f.level, ends.sub(r"\1", f.message)) for f in findings]


@pytest.mark.parametrize(("linker", "driver", "machine"), SAMPLES)
def test_a_sample_driver_is_clean_by_every_linker_after_fix(linker, driver, machine, tmp_path):
    data = sample(linker, driver, machine, tmp_path)
    for profiles in PROFILES:
        what = settings(driver, machine, *profiles)
        found = check(data, profile=what)
        pool = _pool(driver, profiles)
        if linker == "pelink":
            assert _lines(found) == pool
        else:
            assert max(f.level for f in found) == Level.ERROR
        result = fix(data, settings=what)
        assert result.refusals == ()
        assert _lines(result.left) == [*LEFT[linker], *pool]
        assert fix(result.data, settings=what).data == result.data


def test_every_linker_is_asked_for_every_machine_it_knows():
    assert set(LEFT) == set(LINKERS)
    assert {machine for _, _, machine in SAMPLES} == {"x64", "x86", "arm64", "arm"}
    assert len(SAMPLES) == len(set(SAMPLES)) == 4 * (4 + 4 + 2 + 2)
