"""Public drivers that were built, run by engines: a table of what each reaches, or what it lacks.

    python -m tests.realworld --virtio PATH --work DIR       builds
    python -m tests.realworld.running DIR                    runs every driver below DIR

A driver of a device has no device here: KMDF drivers are added, prepared without resources and
removed, as docs/run.md says. "Proved" is DriverEntry to unload with nothing left behind.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

if __package__ in {None, "", "tests.realworld"}:
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "site_scons")]

from ntbuild.running.report import PROVED, STAGES
from ntbuild.running.run import run_image
from ntbuild.running.values import Run

ENGINES = ("unicorn", "qemu")


def run_all(folder, engines=ENGINES):
    """The reports about all drivers of a build folder, by their path in it."""
    images = sorted(Path(folder).rglob("*.sys"))
    return {
        image.relative_to(folder).as_posix(): run_image(image, Run(engines=engines, timeout=20))
        for image in images
    }


def rows(reports):
    """A table's row for each driver, or more where its machines differ."""
    machines = {}
    for path, report in reports.items():
        cells = []
        for each in report.engines:
            reached = [stage for stage in STAGES if stage in each.stages][-1:] or ["nothing"]
            proved = each.verdict == PROVED
            cells.append("proved" if proved else f"{each.verdict} ({reached[0]}): {each.why}")
        row = (Path(path).stem, *cells)
        machines.setdefault(row, []).append(report.machine)
    for (name, *cells), found in machines.items():
        yield f"| {name} | {', '.join(found)} | {' | '.join(cells)} |"


def main():
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.realworld.running", description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--engine", default=",".join(ENGINES))
    options = parser.parse_args()
    engines = tuple(options.engine.split(","))
    reports = run_all(Path(options.folder), engines)
    head = [f"| driver | machines | {' | '.join(engines)} |", "|---|---|" + "---|" * len(engines)]
    counts = Counter(
        (each.name, each.verdict) for report in reports.values() for each in report.engines
    )
    counts += Counter(("together", report.verdict) for report in reports.values())
    last = [f"{name} {verdict}: {count}" for (name, verdict), count in sorted(counts.items())]
    sys.stdout.write("\n".join([*head, *rows(reports), "", *last, ""]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
