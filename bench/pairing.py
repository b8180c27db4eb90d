"""Interleaved runs of several linkers on one workload: A B C A B C.

The machine may be busy with other work at the same time, which changes from minute to minute. So
every figure is the median, over rounds, of the ratio within a round: runs that follow each other
meet the same conditions. Processor time is measured as well as the clock's.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from ntbuild.worker import ENVIRONMENT

from .workloads import MODULES, Workload


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: seconds on the clock, seconds of the processor, peak memory in bytes."""

    wall: float
    cpu: float
    peak: int = 0


Runner = Callable[[], Sample]

_IN_A_ROW = {"hello": 9, "mid": 5}
"""Links in process that make up one sample: a build makes many in a row."""


class Worker:
    """The process that links in process (see ``worker``), started as a build starts one."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "bench.worker"]
        folder = Path(__file__).parents[1]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**ENVIRONMENT, **_environment()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()

    def ask(self, do: str, **order: Any) -> dict[str, Any]:
        """Send a request and wait for the answer. Raises RuntimeError with the worker's error."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the worker's pipes are open")
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer: dict[str, Any] = json.loads(line) if line else {"error": "the worker ended"}
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer


def _environment() -> dict[str, str]:
    """This tree's ntbuild for child processes, with bytecode as an installed one has it."""
    environment = {**os.environ, "PYTHONPATH": str(MODULES)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def run_command(command: Sequence[str]) -> Sample:
    """Run a program to its end; RuntimeError with its messages when it fails."""
    with tempfile.TemporaryFile() as messages:
        actions = [
            (os.POSIX_SPAWN_DUP2, messages.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, messages.fileno(), 2),
        ]
        start = time.perf_counter()
        process = os.posix_spawn(command[0], list(command), _environment(), file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        wall = time.perf_counter() - start
        if status:
            messages.seek(0)
            text = messages.read(2000).decode("utf-8", "replace")
            raise RuntimeError(f"{Path(command[0]).name} failed: {text}")
    return Sample(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def arguments(*, icf: bool = False, pdb: bool = False) -> list[str]:
    """The options that pelink and lld-link both get."""
    fold = "/opt:icf" if icf else "/opt:noicf"
    words = ["/driver", "/subsystem:native", "/entry:DriverEntry", "/nodefaultlib", "/machine:x64"]
    return [*words, *(["/debug"] if pdb else []), "/opt:ref", fold]


def runners(
    work: Workload,
    worker: Worker,
    tools: Mapping[str, str | None],
    out: Path,
    *,
    icf: bool = False,
    pdb: bool = False,
) -> dict[str, Runner]:
    """Every way to link a workload, by name; ways whose program is missing are left out.

    lld-link gets mingw's objects as clang gives them to it, with -lldmingw: without that it drops
    their .pdata and .xdata, which no COMDAT symbol names, and so links and folds less than others.
    """
    paths = [str(path) for path in (*work.objects, work.library)]
    response = f"@{work.response_file}"
    common = arguments(icf=icf, pdb=pdb)

    def in_process() -> Sample:
        answer = worker.ask(
            "link",
            paths=paths,
            arguments=common,
            out=f"{out}.inproc.sys",
            repeat=_IN_A_ROW.get(work.name.removeprefix("debug_"), 1),
        )
        return Sample(answer["wall"], answer["cpu"], answer["peak"])

    def command(*words: str) -> Runner:
        return lambda: run_command(words)

    found: dict[str, Runner] = {"pelink": in_process}
    found["pelink command"] = command(
        sys.executable, "-m", "ntbuild.pelink", *common, f"/out:{out}.cmd.sys", response
    )
    if tools.get("lld"):
        words = [*common, *(["-lldmingw"] if work.is_mingw else [])]
        found["lld"] = command(str(tools["lld"]), *words, f"/out:{out}.lld.sys", response)
    if tools.get("ld") and work.is_mingw and not pdb:
        found["ld"] = command(
            str(tools["ld"]), "--gc-sections", "-s", "--subsystem", "native", "-e", "DriverEntry",
            "-o", f"{out}.ld.sys", response,
        )  # fmt: skip
    return found


def interleaved(
    ways: Mapping[str, Runner], rounds: int, *, rarely: Mapping[str, int]
) -> dict[str, list[Sample]]:
    """Samples by way to link: ``rounds`` of each, or the number in ``rarely``.

    One more round comes first, which only warms up caches.
    """
    samples: dict[str, list[Sample]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, run in ways.items():
            limit = rarely.get(name, rounds)
            if number == 0 and limit == rounds:
                run()
            elif 0 < number <= limit:
                samples[name].append(run())
    return samples


def ratio(one: Sequence[Sample], other: Sequence[Sample], field: str = "wall") -> float:
    """The median of the ratios within rounds; the ratio of medians where the numbers differ."""
    if len(one) == len(other):
        pairs = zip(one, other, strict=True)
        return float(median(getattr(a, field) / getattr(b, field) for a, b in pairs))
    return middle(one, field) / middle(other, field)


def middle(samples: Sequence[Sample], field: str) -> float:
    """The median of one field."""
    return float(median(getattr(sample, field) for sample in samples))
