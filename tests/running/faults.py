"""Which seeded faults each engine finds: the table of docs/faults.md.

    python -m tests.running.faults                     prints the page
    python -m tests.running.faults --write             writes it
    python -m tests.running.faults --check             compares; exit code 1 when a cell is another
    python -m tests.running.faults --engine qemu,wine  only columns of these

A fault is found by an engine that refuses the driver. One that proves it, that lacks a routine
before it comes to the fault, or that breaks, has not found it. The driver without a fault must be
proved.
"""

import argparse
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __package__ in {None, "", "tests.running"}:
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "site_scons")]

from ntbuild.running.engines import ENGINES
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from running.drivers import built, new_folder, source_with
from running.seeds import IMAGES, SOURCES, damaged

PAGE = Path(__file__).resolve().parents[2] / "docs/faults.md"
MACHINES = ("x64", "x86", "arm64", "arm")
HVCI = {"code can be written"}
"""Seeds that only this profile forbids."""
OWN = {"unicorn", "qemu"}
"""Engines that no image may break; the others are as they are."""
TIMEOUT = 4
NONE = "-"


def cases(machine) -> Iterator[tuple[str, str, Path]]:
    """Kind, seed and image of each fault that a machine can have; sources are x64's."""
    data = built(source_with(), machine).read_bytes()
    for seed in IMAGES:
        try:
            content = damaged(data, seed)
        except LookupError:
            continue
        path = new_folder() / "probe.sys"
        path.write_bytes(content)
        yield "image", seed, path
    if machine == "x64":
        for seed, code in SOURCES.items():
            words = ("-Wno-infinite-recursion",)
            yield "source", seed, built(source_with(**code), "x64", cflags=words)


def verdict(engine, machine, path, seed=""):
    """What an engine says about an image."""
    profiles = ("hvci",) if seed in HVCI else ()
    return run_engine(engine, Plan(str(path), machine, profiles=profiles, timeout=TIMEOUT))


def results(engines):
    """Engine, machine, kind and seed of each case, and whether it is found."""
    jobs = []
    for machine in MACHINES:
        good = built(source_with(), machine)
        for engine in (each for each in engines if machine in each.machines):
            report = verdict(engine, machine, good)
            if report.verdict != "proved":
                sys.exit(f"{engine.name} {machine}: the driver without a fault: {report.why}")
        for kind, seed, path in cases(machine):
            for engine in engines:
                jobs += [((engine.name, machine, kind, seed), engine, path)] * (
                    machine in engine.machines
                )
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda job: verdict(job[1], job[0][1], job[2], job[0][3]), jobs)
        reports = list(found)
    for job, report in zip(jobs, reports, strict=True):
        if report.verdict == "absent" or (report.verdict == "broken" and job[0][0] in OWN):
            sys.exit(f"{job[0]}: {report.verdict}: {report.why}")
    return {job[0]: report.verdict == "refused" for job, report in zip(jobs, reports, strict=True)}


def cell(found, engine, kind, seed):
    """Machines on which an engine finds a fault, of those on which it can be."""
    possible = [each for each in MACHINES if (engine, each, kind, seed) in found]
    hits = [each for each in possible if found[engine, each, kind, seed]]
    if not possible:
        return ""
    return "all" if hits == possible and len(hits) > 1 else " ".join(hits) or NONE


def totals(found, names):
    """The rows of the first table."""
    for kind in ("image", "source"):
        for name in names:
            counts = []
            for machine in MACHINES:
                values = [v for k, v in found.items() if k[:3] == (name, machine, kind)]
                counts.append(f"{sum(values)} of {len(values)}" if values else NONE)
            if counts != [NONE] * len(MACHINES):
                yield f"| {name}, {kind}s | {' | '.join(counts)} |"


def read_page(text):
    """The cells of a page's tables: by the first cell of a row and the head of a column."""
    cells, head = {}, []
    for line in text.splitlines():
        words = [word.strip() for word in line.strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = words
        elif not line.startswith("|---"):
            cells |= {(words[0], column): word for column, word in zip(head, words, strict=True)}
    return cells


def page(found, names):
    """The text of the page."""
    lines = [
        "# What engines find",
        "",
        "`tests/running/seeds.py` seeds faults into a driver, by its image's bytes or its source.",
        "Found is a fault that makes an engine refuse the driver; *all* are all machines that the",
        "engine knows and that can have the fault. `python -m tests.running.faults --write` makes",
        "this page.",
        "",
        f"| found | {' | '.join(MACHINES)} |",
        "|---|---|---|---|---|",
        *totals(found, names),
        "",
        "pecheck finds most faults of images before they are written. Only a run finds relocations",
        "that are well-formed and wrong, entry points, rights of sections that the code does not",
        "expect, and all that a driver does.",
    ]
    for kind, seeds in (("image", IMAGES), ("source", SOURCES)):
        lines += [
            "",
            f"| fault in the {kind} | {' | '.join(names)} |",
            "|---|" + "---|" * len(names),
        ]
        for seed in seeds:
            cells = [cell(found, name, kind, seed) or "n/a" for name in names]
            lines.append(f"| {seed} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main():
    """Print, write or check the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.running.faults", description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--engine", default=",".join(each.name for each in ENGINES))
    options = parser.parse_args()
    engines = [each for each in ENGINES if each.name in options.engine.split(",")]
    text = page(results(engines), [each.name for each in engines])
    if options.write:
        if len(engines) != len(ENGINES):
            parser.error("--write: the page has all engines")
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not options.check:
        sys.stdout.write(text)
        return 0
    now = read_page(PAGE.read_text(encoding="utf-8"))
    changed = [
        f"{' / '.join(place)}: {cell}, and not {now.get(place)}"
        for place, cell in read_page(text).items()
        if now.get(place) != cell
    ]
    sys.stdout.write(
        "\n".join(["docs/faults.md is not current:", *changed, ""] if changed else [text])
    )
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())
