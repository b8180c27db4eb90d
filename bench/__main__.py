"""``python -m bench``: prepare the workloads, pair the linkers, print the table, write JSON.

The only module of the benchmark that prints results.
"""

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median

from . import scons, symbols
from .matrix import large_links, matrix
from .measure import PARTS, ROUNDS, Bench
from .pairing import Worker, arguments, middle
from .peers import PROGRAMS, find, version_of
from .report import as_json, table
from .workloads import cache_folder

_ALL_PARTS = {**PARTS, "scons": scons.links, "null": scons.null_builds, "runs": scons.runs,
              "matrix": matrix, "workers": large_links}  # fmt: skip
"""The measurements by name; the last five run only when --only names them."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the measurements of --only; 1 when a target is missed and --strict was given."""
    words = _parser().parse_args(argv)
    tools = {name: find(name) for name in PROGRAMS}
    if tools["clang"] is None:
        print("bench: error: clang is not installed; it compiles the workloads", file=sys.stderr)
        return 2
    cache = words.workdir or cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with Worker() as worker:
        bench = Bench(
            cache,
            tools,
            worker,
            lambda name: words.rounds or ROUNDS[name.partition("*")[0].partition("/")[0]],
            words.drivers,
        )
        if words.profile:
            _print_profile(bench, words.profile, words.rounds or 5)
            return 0
        rows = [row for name in words.only for row in _ALL_PARTS[name](bench)]
    versions = {name: version_of(path) for name, path in tools.items() if path}
    print("machine:", _machine(), "; peers:", ", ".join(f"{n} {v}" for n, v in versions.items()))
    print(table(rows), "", _samples(bench), sep="\n")
    if words.json:
        record = {
            "machine": _machine(),
            "versions": versions,
            "rows": as_json(rows),
            "samples": {
                name: {way: [asdict(each) for each in runs] for way, runs in found.items()}
                for name, found in bench.samples.items()
            },
        }
        words.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return int(words.strict and any(row.verdict == "MISSED" for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--workdir", type=Path, help=f"cache of objects ({cache_folder()})")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=list(PARTS),
        help=f"parts to run, of {','.join(_ALL_PARTS)}",
    )  # fmt: skip
    parser.add_argument("--rounds", type=int, help="samples of each way to link")
    parser.add_argument("--drivers", type=int, default=100, help="how many the matrix has")
    parser.add_argument("--json", type=Path, help="write figures and samples here")
    parser.add_argument("--profile", metavar="WORKLOAD", help="print each pass's time instead")
    parser.add_argument("--strict", action="store_true", help="exit with 1 for a missed target")
    return parser


def _machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _print_profile(bench: Bench, name: str, runs: int) -> None:
    """Medians of processor milliseconds of each pass; those of a PDB are indented."""
    work = bench.workload(name)
    paths = [str(path) for path in (*work.objects, work.library)]
    words = arguments(pdb=name in symbols.SHAPES)
    order = {"paths": paths, "arguments": words, "out": f"{name}.sys", "runs": runs + 1}
    found = bench.worker.ask("profile", **order)["runs"][1:]
    total = median(run["total"] for run in found)
    for each in found[0]:
        spent = median(run[each] for run in found)
        print(f"{each:<24}{spent:10.2f} ms {100 * spent / total:6.1f} %")


def _samples(bench: Bench) -> str:
    """Medians of every way to link every workload."""
    lines = [f"{'workload':<15}{'way':<18}{'wall ms':>10}{'CPU ms':>10}{'peak MiB':>10}{'runs':>6}"]
    for name, found in bench.samples.items():
        for way, runs in found.items():
            peak = max(each.peak for each in runs) / (1 << 20)
            lines.append(
                f"{name:<15}{way:<18}{middle(runs, 'wall') * 1e3:10.1f}"
                f"{middle(runs, 'cpu') * 1e3:10.1f}{peak:10.0f}{len(runs):6}"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
