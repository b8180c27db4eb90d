"""Run as many cases as wanted: ``python -m fuzz COUNT [NAME]`` in the folder ``tests``.

Seeds are ``NAME/0`` and up; ``NTBUILD_DEBUG=1`` shows where an internal error comes from. A single
case runs with its seed in place of the count: ``python -m fuzz ci/17``.
"""

import os
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fuzz.run import Tally, run_cases

PIECE = 500


def piece(name: str, first: int, end: int) -> Tally:
    """The cases of a range, in a folder that goes away."""
    with tempfile.TemporaryDirectory() as folder:
        before = Path.cwd()
        os.chdir(folder)
        try:
            return run_cases((f"{name}/{number}" for number in range(first, end)), Path(folder))
        finally:
            os.chdir(before)


def run(words: list[str]) -> int:
    """Run and print faults as they come, then the counts."""
    os.environ.setdefault("NTBUILD_DEBUG", "1")
    if "/" in words[0]:
        name, _, number = words[0].rpartition("/")
        tally = piece(name, int(number), int(number) + 1)
        sys.stdout.write("\n".join((str(dict(tally.ends)), *tally.faults, "")))
        return bool(tally.faults)
    count, name = int(words[0]), words[1] if len(words) > 1 else "ci"
    ends: Counter[str] = Counter()
    slowest = (0.0, "")
    with ProcessPoolExecutor(2) as pool:
        starts = range(0, count, PIECE)
        sizes = [min(count, start + PIECE) for start in starts]
        for tally in pool.map(piece, [name] * len(starts), starts, sizes):
            ends += tally.ends
            slowest = max(slowest, (tally.slowest, tally.slow_seed))
            sys.stdout.write("".join(f"{fault}\n" for fault in tally.faults))
            sys.stdout.flush()
    counts = dict(ends.most_common())
    sys.stdout.write(f"{counts}, slowest {slowest[0]:.2f} s ({slowest[1]})\n")
    return bool(ends["fault"])


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
