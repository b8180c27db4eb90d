"""The table of a continuous build: what is missing, stale or not proved is named."""

import hashlib
import json

import pytest

from running.proved import read_cell

IMAGE = b"an image"


@pytest.fixture
def folder(tmp_path):
    """A build folder of one driver and the kernel, both proved."""
    for path, engines in (
        ("drivers/hello/hello.sys", ("unicorn", "qemu")),
        ("examples/ownos/kernel.exe", ("qemu",)),
    ):
        image = tmp_path / path
        image.parent.mkdir(parents=True)
        image.write_bytes(IMAGE)
        name = "ownos" if image.stem == "kernel" else image.stem
        write_report(image.with_name(f"{name}.run.json"), engines)
    return tmp_path


def write_report(path, engines, verdict="proved"):
    report = {
        "sha256": hashlib.sha256(IMAGE).hexdigest(),
        "verdict": verdict,
        "engines": [{"name": each, "verdict": verdict, "why": "it fails"} for each in engines],
    }
    path.write_text(json.dumps(report))


def test_a_cell_counts_drivers_and_kernels(folder):
    cell = read_cell(folder, "zig x64 debug")
    assert str(cell) == "1 of 1, 1 kernel"
    assert cell.faults == []


def test_what_is_not_proved_is_named_with_the_reason(folder):
    report = folder / "drivers/hello/hello.run.json"
    write_report(report, ("unicorn", "qemu"), "refused")
    (folder / "examples/ownos/ownos.run.json").unlink()
    cell = read_cell(folder, "zig x64 debug")
    assert str(cell) == "0 of 1, 0 kernel"
    assert cell.faults == [
        "zig x64 debug hello: refused: unicorn refused it fails; qemu refused it fails",
        "zig x64 debug ownos: no report",
    ]
    write_report(report, ("unicorn",))
    assert "proved: unicorn proved" in read_cell(folder, "x").faults[0]


def test_a_report_of_another_image_and_an_empty_folder_are_faults(folder, tmp_path):
    (folder / "drivers/hello/hello.sys").write_bytes(b"another")
    assert read_cell(folder, "x").faults == ["x hello: the report is of another image"]
    assert "y: no driver was built" in read_cell(tmp_path / "none", "y").faults
