"""Public drivers are built unedited, where checkouts of them are named in the environment.

NTBUILD_VIRTIO: virtio-win/kvm-guest-drivers-windows. NTBUILD_SAMPLES: Windows-driver-samples.
NTBUILD_KIT_HEADERS: headers of a Windows driver kit, for the second test of the samples.
"""

import os
from pathlib import Path

import pytest

from realworld.building import Settings, build_all
from realworld.projects import Tree, kernel_projects
from realworld.report import table
from realworld.running import run_all

MACHINES = ("x64", "x86", "arm64")
VIRTIO_DRIVERS, SAMPLES, SAMPLES_WITH_KIT = 14, 45, 75
"""How many drivers at least."""
VIRTIO_PROVED, SAMPLES_PROVED = 9, 15
"""How many of them unicorn proves at least."""


def build(variable, machines, folder, kit=""):
    path = os.environ.get(variable, "")
    if not path:
        pytest.skip(f"opt-in: {variable}= names no checkout")
    tree = Tree(variable.rpartition("_")[2].lower(), Path(path).resolve())
    jobs = os.cpu_count() or 1
    settings = Settings(folder, machines, ("release",), "zig", kit, "", "debug", jobs)
    return build_all(list(kernel_projects(tree)), [tree], settings)


def assert_they_run(folder, least):
    """Enough are proved by unicorn; of the others it names what is wrong or what it lacks."""
    reports = [
        report
        for root in folder.glob("root*/build/zig/x64")
        for report in run_all(root, ("unicorn",)).values()
    ]
    shown = "\n".join(line for each in reports for line in each.reasons())
    assert sum(each.verdict == "proved" for each in reports) >= least, shown
    assert {each.verdict for each in reports} <= {"proved", "unknown", "refused"}, shown


def built(results, machine):
    return sum(r.is_built and r.machine == machine for r in results)


def test_virtio_win_without_a_kit(tmp_path):
    results = build("NTBUILD_VIRTIO", MACHINES, tmp_path)
    drivers = [each for each in results if each.method != "DriverLibrary"]
    shown = table(results, MACHINES, ("release",), 1)
    assert all(built(drivers, machine) >= VIRTIO_DRIVERS for machine in MACHINES), shown
    assert_they_run(tmp_path, VIRTIO_PROVED)


def test_samples_without_a_kit(tmp_path):
    results = build("NTBUILD_SAMPLES", ("x64",), tmp_path)
    assert built(results, "x64") >= SAMPLES, table(results, ("x64",), ("release",), 1)
    assert_they_run(tmp_path, SAMPLES_PROVED)


def test_samples_with_a_kit(tmp_path):
    kit = os.environ.get("NTBUILD_KIT_HEADERS", "")
    if not kit:
        pytest.skip("opt-in: NTBUILD_KIT_HEADERS= names no headers")
    results = build("NTBUILD_SAMPLES", ("x64",), tmp_path, kit)
    assert built(results, "x64") >= SAMPLES_WITH_KIT, table(results, ("x64",), ("release",), 1)
