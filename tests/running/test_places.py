"""Reasons name functions and source lines, from what lies beside an image."""

import re

import pytest

import peers
from ntbuild.running.engines import ENGINES
from ntbuild.running.places import with_lines
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from running.drivers import built, new_folder, run, source_with

SOURCE = source_with(entry="\nDeviceless:\nKeBugCheckEx(0xE2, 1, 2, 3, 4); goto Deviceless;")
LINE = SOURCE.splitlines().index("Deviceless:") + 2
MACHINES = ("x64", "x86", "arm64", "arm")


def built_with_pdb(machine):
    return built(SOURCE, machine, "/debug:full", "/pdb:probe.pdb", cflags=("-g", "-gcodeview"))


def copied(path, *suffixes):
    """The image in a folder of its own, with the files of these suffixes beside it."""
    folder = new_folder()
    for suffix in (".sys", *suffixes):
        (folder / f"probe{suffix}").write_bytes(path.with_suffix(suffix).read_bytes())
    return folder / "probe.sys"


@pytest.mark.parametrize("machine", MACHINES)
def test_a_reason_names_function_and_line_of_the_call(machine):
    why = run(built_with_pdb(machine), machine).why
    place = r"probe\.sys INIT\+0x[0-9a-f]+ DriverEntry\+0x[0-9a-f]+"
    assert re.search(rf"KeBugCheckEx\(.*\) from {place} \(\S+\.c:{LINE}\)$", why), why


@pytest.mark.parametrize("machine", MACHINES)
def test_ring_0_names_them_as_well(machine):
    peers.require(f"qemu-{machine}")
    (engine,) = (each for each in ENGINES if each.name == "qemu")
    path = built(
        source_with(entry="\n*(volatile ULONG *)&Constant = 8;"),
        machine,
        "/debug:full",
        "/pdb:probe.pdb",
        cflags=("-g", "-gcodeview"),
    )
    why = run_engine(engine, Plan(str(path), machine)).why
    assert re.search(r"at probe\.sys INIT\+0x\w+ DriverEntry\+0x\w+ \(\S+\.c:\d+\), acc", why), why


def test_a_map_has_the_function_and_nothing_beside_an_image_the_section():
    path = built_with_pdb("x64")
    assert re.search(r"INIT\+0x\w+ DriverEntry\+0x\w+$", run(copied(path, ".map"), "x64").why)
    assert re.search(r"probe\.sys INIT\+0x\w+$", run(copied(path), "x64").why)


def test_a_pdb_of_another_image_or_a_damaged_one_says_nothing():
    path = copied(built_with_pdb("x64"), ".pdb")
    pdb = path.with_suffix(".pdb")
    good = pdb.read_bytes()
    text = "at probe.sys PAGE+0x8"
    assert re.search(r"PAGE\+0x8 \w+\+0x8 \(\S+\.c:\d+\)$", with_lines(text, [(path, path)]))
    for content in (
        b"",
        good[:4096],
        b"\xff" * len(good),
        good.replace(good[0x1000:0x1400], bytes(0x400)),
    ):
        pdb.write_bytes(content)
        assert with_lines(text, [(path, path)]).startswith(text)
    pdb.write_bytes(built_with_pdb("x86").with_suffix(".pdb").read_bytes())
    assert with_lines(text, [(path, path)]) == text


@pytest.mark.parametrize(
    "text", ["at other.sys INIT+0x8", "at probe.sys NONE+0x8", "at probe.sys INIT+0xffffffff"]
)
def test_what_is_in_no_image_stays_as_it_is(text):
    path = copied(built_with_pdb("x64"), ".map")
    assert with_lines(text, [(path, path.with_suffix(".map"))]).startswith(text)
