"""Spoiled images: no crash, no run over a second, no heap of memory, one line each.

2,000 of them, or as many as NTBUILD_MUTANTS says.

Everything depends on the seed in the test's name alone, so a failure is repeated by its number.
"""

import os
import random
import time
from contextlib import suppress

import pytest

from ntbuild.pecheck import RULES, CheckSettings, check, check_image
from ntbuild.pecheck.diff import compare
from ntbuild.pecheck.dump import dump
from ntbuild.pecheck.fixes.fix import FixError, fix
from ntbuild.pecheck.size.sizes import sizes
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from pecheck import oddities, oddities_tables
from pecheck.golden import MACHINES, golden
from slowness import allowed

ODDITIES = [*oddities.all_in(oddities), *oddities.all_in(oddities_tables)]
MUTANTS, CHUNKS = int(os.environ.get("NTBUILD_MUTANTS", "2000")), 20
PROFILES = ("base", "boot", "hvci", "whql", "sec", "repro", "signed")
SECOND, MEMORY = 1.0, 256 * 1024
SEEDS = [
    golden(machine, **options)
    for machine in MACHINES
    for options in (
        {"guard": True, "version": True, "signed": "sha256"},
        {"exports": True, "debug": True},
    )
]
VALUES = (0, 1, 2, 3, 7, 0x7F, 0x80, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF)


def _spoil(rng, good):
    """A good image with a few fields, bytes or whole ranges changed, mostly where tables are."""
    data = bytearray(good)
    image = Image(good)
    tables = [image.offset_of(d.VirtualAddress) or 0 for d in image.directories if d.Size]
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        where = rng.random()
        if where < 0.4:
            at = rng.randrange(0x80, image.section_table_offset + 40 * len(image.sections))
        elif where < 0.8:
            at = rng.choice(tables) + rng.randrange(96)
        else:
            at = rng.randrange(len(data))
        size = rng.choice((1, 2, 4, 4, 8))
        value = rng.choice((rng.choice(VALUES), rng.randrange(1 << 32), rng.randrange(0x9000)))
        at -= at % min(size, 4)
        data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
    kind = rng.random()
    if kind < 0.05:
        del data[rng.randrange(len(data)) :]
    elif kind < 0.1:
        data += bytes(rng.randrange(4096))
    return bytes(data)


def _all_of(data, number):
    """Everything pecheck does with bytes; the rare commands on every tenth image."""
    settings = CheckSettings(profiles=PROFILES)
    result = check_image(data, "m.sys", settings, RULES.values())
    assert all(str(finding).isprintable() for finding in result.findings)
    if number % 10 == 0:
        image = Image(data, "m.sys")
        dump(image)
        for command in (lambda: fix(data, "m.sys"), lambda: sizes(image)):
            with suppress(FixError, FormatError):
                command()
        with suppress(FormatError):
            compare(image, Image(SEEDS[0]))


def _timed(data, number):
    start = time.process_time()
    _all_of(data, number)
    return time.process_time() - start


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_mutant_crashes_or_is_slow(chunk):
    resource = pytest.importorskip("resource")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for index in range(MUTANTS // CHUNKS):
        number = chunk * (MUTANTS // CHUNKS) + index
        rng = random.Random(f"pecheck {number}")
        spent = _timed(_spoil(rng, SEEDS[number % len(SEEDS)]), number)
        assert spent < allowed(SECOND), number
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


@pytest.mark.parametrize("make", ODDITIES, ids=lambda make: make.__name__)
def test_odd_images_are_judged_like_any_other(make):
    data = make()
    assert _timed(data, 0) < allowed(SECOND)
    assert {finding.rule for finding in check(data, profile=make.profile)} == make.finds


def test_there_are_odd_images():
    assert len(ODDITIES) == len({make.__name__ for make in ODDITIES}) > 90
    assert len({make() for make in ODDITIES}) == len(ODDITIES)
    right = {make.__name__ for make in ODDITIES if not make.finds}
    assert right == {"block_of_nothing", "export_forwards_into_its_own_module"}
