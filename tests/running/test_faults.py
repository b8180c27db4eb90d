"""The fault set: of what is seeded into drivers, the engine finds at least 95 of 100."""

import pytest

from running.drivers import built, new_folder, run, source_with
from running.faults import PAGE, read_page
from running.seeds import IMAGES, SOURCES, damaged

MACHINES = ("x64", "x86", "arm64", "arm")
MISSED = {}
"""Seeds that a run does not show, with the machines."""
HVCI = {"code can be written"}
SEEDS = len(SOURCES) + len(IMAGES)


def test_the_fault_set_is_large_and_nearly_all_is_found():
    assert SEEDS >= 40
    assert sum(len(machines) for machines in MISSED.values()) <= 0.05 * SEEDS * len(MACHINES)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_driver_without_a_fault_is_proved(machine):
    report = run(built(source_with(), machine), machine)
    assert (report.verdict, report.why) == ("proved", None)
    assert report.printed == ("probe: relocated 14", "probe: counted 9")


@pytest.mark.parametrize("seed", SOURCES)
def test_a_driver_that_does_wrong_is_refused(seed):
    source = source_with(**SOURCES[seed])
    words = ("-Wno-infinite-recursion",)
    path = built(source, "x64", cflags=words)
    report = run(path, "x64", timeout=1)
    assert report.verdict == "refused", report
    assert "\n" not in report.why


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("seed", IMAGES)
def test_an_image_that_is_wrong_is_refused(seed, machine):
    data = built(source_with(), machine).read_bytes()
    try:
        content = damaged(data, seed)
    except LookupError:
        assert machine != "x64", "x64 has every seed"
        return
    path = new_folder() / "probe.sys"
    path.write_bytes(content)
    report = run(path, machine, profiles=("hvci",) if seed in HVCI else ())
    if machine in MISSED.get(seed, ()):
        assert report.verdict == "proved", "remove it from MISSED"
    else:
        assert report.verdict == "refused", report
        assert "\n" not in report.why


def test_the_page_has_every_fault_and_what_unicorn_finds():
    cells = read_page(PAGE.read_text(encoding="utf-8"))
    seeds = {place[0] for place, cell in cells.items() if place[1] == "speakeasy"}
    assert seeds == {*IMAGES, *SOURCES}
    missed = [seed for seed in seeds if cells[seed, "unicorn"] not in ("all", "x64")]
    assert missed == list(MISSED)


@pytest.mark.parametrize(("engine", "least"), [("unicorn", 0.95), ("qemu", 0.85)])
def test_an_engine_finds_as_many_as_it_should(engine, least):
    cells = read_page(PAGE.read_text(encoding="utf-8"))
    rows = [cell for place, cell in cells.items() if place[0].startswith(f"{engine}, ")]
    counts = [tuple(map(int, cell.split(" of "))) for cell in rows if " of " in cell]
    assert len(counts) == 5
    found, all_ = map(sum, zip(*counts, strict=True))
    assert found >= least * all_
