"""A table of what ``scons run`` proved, for a continuous build; exit code 1 unless that is all.

    scons toolchain=all arch=all flavor=all run run/examples/ownos
    python -m tests.running.proved build

A row is a toolchain and a flavor, a column a machine: drivers proved by two engines, and the kernel
of examples/ownos by the one engine that can boot it. Every cell that a toolchain of ``toolchains/``
can make must be there, with a report of the very image for each driver.
"""

import hashlib
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

if __package__ in {None, "", "tests.running"}:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site_scons"))

from ntbuild.compilers.matrix import known_toolchains
from ntbuild.compilers.toolchain import FLAVORS, MACHINES
from ntbuild.running.report import PROVED


@dataclass
class Cell:
    """What the reports of one toolchain, flavor and machine say."""

    drivers: int = 0
    proved: int = 0
    kernels: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self):
        return f"{self.proved} of {self.drivers}, {self.kernels} kernel"


def read_cell(folder, name):
    """The cell of a build folder."""
    cell = Cell()
    images = sorted((folder / "drivers").rglob("*.sys"))
    if not images:
        cell.faults.append(f"{name}: no driver was built")
    for image in images:
        cell.drivers += 1
        why = _fault(image.with_suffix(".run.json"), image, 2)
        cell.proved += why is None
        cell.faults += [f"{name} {image.stem}: {why}"] * (why is not None)
    own = folder / "examples/ownos"
    why = _fault(own / "ownos.run.json", own / "kernel.exe", 1)
    cell.kernels += why is None
    cell.faults += [f"{name} ownos: {why}"] * (why is not None)
    return cell


def _fault(path, image, wanted):
    """Why a report does not say that an image is proved; None when it does."""
    if not path.is_file():
        return "no report"
    report = json.loads(path.read_text(encoding="utf-8"))
    if report["sha256"] != hashlib.sha256(image.read_bytes()).hexdigest():
        return "the report is of another image"
    proofs = sum(each["verdict"] == PROVED for each in report["engines"])
    if report["verdict"] == PROVED and proofs >= wanted:
        return None
    reasons = [
        f"{each['name']} {each['verdict']} {each['why'] or ''}" for each in report["engines"]
    ]
    return f"{report['verdict']}: {'; '.join(map(str.strip, reasons))}"


def main(build):
    rows = {}
    faults = []
    for toolchain in known_toolchains().values():
        for flavor in FLAVORS:
            row = rows[f"{toolchain.name} {flavor}"] = {}
            for machine in (each for each in MACHINES if each in toolchain.machines):
                name = f"{toolchain.name} {machine} {flavor}"
                row[machine] = read_cell(Path(build, toolchain.name, machine, flavor), name)
                faults += row[machine].faults
    lines = [f"{'proved by two engines':24}" + "".join(f"{each:20}" for each in MACHINES).rstrip()]
    for name, row in rows.items():
        cells = "".join(f"{row.get(each, '-')!s:20}" for each in MACHINES)
        lines.append(f"{name:24}{cells}".rstrip())
    cells = [each for row in rows.values() for each in row.values()]
    drivers, proved = sum(each.drivers for each in cells), sum(each.proved for each in cells)
    lines.append(f"{proved} of {drivers} drivers, {sum(c.kernels for c in cells)} kernels booted")
    sys.stdout.write("\n".join([*lines, *faults]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
