"""The reader against pefile and llvm-readobj: every image of the suite, table by table.

The images are the golden ones in every variant, all seeded defects that leave the headers sound
(checksum only: peers refuse or guess the rest), what three linkers make of the same objects and of
the sample drivers, before and after ``pecheck fix``, the images of the case tests, and programs of
Microsoft's own linker.
"""

import gc

import pefile
import pytest

import test_cases
from ntbuild import link, options_from_argv
from ntbuild.pecheck.fixes.fix import fix
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from pecheck.golden import MACHINES, golden
from pecheck.large import large
from pecheck.mutations import MUTATIONS
from pecheck.oracles import assert_same_as_readobj, by_pefile, by_us
from pecheck.samples import SAMPLES, sample, settings
from pecheck.test_kinds import LAUNCHERS
from pecheck.test_peers import EMULATIONS, TRIPLES, _ld, _lld, build  # noqa: F401 - a fixture

VARIANTS = {
    "plain": {},
    "exports": {"exports": True, "debug": True},
    "guard": {"guard": True, "version": True},
    "signed": {"signed": "sha256"},
}
GOLDEN = {f"{m}-{name}": (m, options) for m in MACHINES for name, options in VARIANTS.items()}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_images_read_as_pefile_reads_them(name):
    machine, options = GOLDEN[name]
    data = golden(machine, **options)
    assert by_us(data) == by_pefile(data)


def test_a_large_image_reads_as_pefile_reads_it():
    data = large(200_000)
    assert by_us(data) == by_pefile(data)


def test_checksums_of_spoiled_images_are_pefiles():
    compared = 0
    gc.freeze()  # pefile collects garbage for each file, among all that a run of tests has made
    for mutation in MUTATIONS:
        data = mutation.make(mutation.machines[0])
        if len(data) > 1 << 15:
            continue  # pefile takes seconds for a megabyte, and the sum is of the same words
        try:
            theirs = pefile.PE(data=data, fast_load=True).generate_checksum()
            ours = Image(data).checksum()
        except (pefile.PEFormatError, AttributeError, FormatError):
            continue
        assert ours == theirs, f"{mutation.rule}-{mutation.name}"
        compared += 1
    assert compared > 200


@pytest.mark.parametrize("name", [n for n in GOLDEN if not n.startswith("arm-")])
def test_golden_images_read_as_llvm_reads_them(name, tmp_path):
    machine, options = GOLDEN[name]
    assert_same_as_readobj(golden(machine, **options), tmp_path / "a.sys")


def _ours(build, machine, path):  # noqa: F811
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    image = link(build(machine), options_from_argv(words)).image
    path.write_bytes(image)
    return image


LINKS = (
    [(_lld, m) for m in TRIPLES] + [(_ld, m) for m in EMULATIONS] + [(_ours, m) for m in TRIPLES]
)


@pytest.mark.parametrize(("linker", "machine"), LINKS)
def test_linked_images_read_as_both_read_them(build, linker, machine, tmp_path):  # noqa: F811
    data = linker(build, machine, tmp_path / "a.sys")
    assert by_us(data) == by_pefile(data)
    assert_same_as_readobj(data, tmp_path / "a.sys")


def _assert_as_both_read_it(data, path):
    assert by_us(data) == by_pefile(data)
    assert_same_as_readobj(data, path)


@pytest.mark.parametrize(("linker", "driver", "machine"), SAMPLES)
def test_sample_drivers_read_as_both_read_them(linker, driver, machine, tmp_path):
    data = sample(linker, driver, machine, tmp_path)
    _assert_as_both_read_it(data, tmp_path / "a.sys")
    if linker != "pelink":
        fixed = fix(data, settings=settings(driver, machine)).data
        _assert_as_both_read_it(fixed, tmp_path / "b.sys")
        assert pefile.PE(data=fixed).verify_checksum()


@pytest.mark.parametrize(("folder", "case", "machine"), list(test_cases._cases(test_cases.CASES)))
def test_images_of_cases_read_as_both_read_them(folder, case, machine, tmp_path, monkeypatch):
    data = test_cases._linked(folder, case, machine, tmp_path, monkeypatch).image
    _assert_as_both_read_it(data, tmp_path / "a.sys")


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.name)
def test_images_of_microsofts_linker_read_as_both_read_them(path, tmp_path):
    _assert_as_both_read_it(path.read_bytes(), tmp_path / "a.exe")
