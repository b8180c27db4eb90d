"""The process that links in process: numpy loaded, caches warm, requests from its standard input.

Linux reports a child's peak memory as no less than what its parent had when the child was started,
so the benchmark itself must stay small. All that needs numpy happens here: a request is a line of
JSON, and so is its answer.
"""

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from ntbuild import check
from ntbuild.pecoff.image.checksum import checksum as pe_checksum
from ntbuild.pelink import pipeline
from ntbuild.pelink.spelling.link_exe import parse_command_line
from ntbuild.support.malloc import prepare

from . import passes

_CHECKSUM_AT = 0xD8


def main() -> None:
    """Answer orders until the input ends."""
    orders: dict[str, Callable[..., dict[str, Any]]] = {
        "link": link,
        "profile": profile,
        "checksum": checksum,
        "validate": validate,
    }
    for line in sys.stdin:
        order = json.loads(line)
        gc.collect()
        try:
            answer = orders[order.pop("do")](**order)
        except Exception as error:  # noqa: BLE001 - the parent shows what went wrong
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


def timed(action: Callable[[], object]) -> dict[str, float]:
    """Seconds on the clock and of the processor that an action takes."""
    wall, cpu = time.perf_counter(), time.process_time()
    action()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def link(paths: list[str], arguments: list[str], out: str, repeat: int = 1) -> dict[str, Any]:
    """Link and write, as the command does after its imports; medians of ``repeat`` in a row."""
    options = replace(parse_command_line(arguments).options, out=out)
    prepare(paths)  # as a kept worker does

    def action() -> None:
        result = pipeline.link(paths, options)
        Path(out).write_bytes(result.view)
        if options.writes_pdb:
            Path(out).with_suffix(".pdb").write_bytes(result.pdb or b"")

    runs = [timed(action) for _ in range(repeat)]
    used = {name: median(run[name] for run in runs) for name in ("wall", "cpu")}
    return {**used, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}


def profile(paths: list[str], arguments: list[str], out: str, runs: int) -> dict[str, Any]:
    """Milliseconds of every pass, one dict a run."""
    options = replace(parse_command_line(arguments).options, out=out)
    prepare(paths)
    return {"runs": passes.profile(paths, options, runs)}


def checksum(size: int) -> dict[str, float]:
    """The PE checksum of an image of ``size`` bytes."""
    image = np.arange(size, dtype=np.uint32).view(np.uint8)[:size]
    return timed(lambda: pe_checksum(image.data, _CHECKSUM_AT))


def validate(path: str) -> dict[str, float]:
    """All rules of the validator over one image."""
    data = Path(path).read_bytes()
    return timed(lambda: check(data))


if __name__ == "__main__":
    main()
