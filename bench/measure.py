"""The measurements for each line of the targets (docs/performance.md lists them).

Every way to link gets the same objects, the same options, a warm file cache, and one run in every
round.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .pairing import (
    Sample,
    Worker,
    arguments,
    interleaved,
    middle,
    ratio,
    runners,
)
from .report import Row
from .workloads import Workload, prepare

Tools = Mapping[str, str | None]
Samples = dict[str, list[Sample]]

ROUNDS = {
    "hello": 25,
    "mid": 11,
    "large": 5,
    "templates": 5,
    "debug_hello": 25,
    "debug": 5,
    "headers": 5,
}
_LD_ROUNDS_LARGE = 1
_MIB = 1 << 20


@dataclass(slots=True)
class Bench:
    """Folders, programs and settings of one benchmark, and the samples measured so far."""

    cache: Path
    tools: Tools
    worker: Worker
    rounds: Callable[[str], int]
    drivers: int = 100
    samples: dict[str, Samples] = field(default_factory=dict)

    def workload(self, name: str) -> Workload:
        """A workload by name, generated and compiled if it is not in the cache."""
        return prepare(name, self.cache, str(self.tools["clang"]))

    def run(
        self, name: str, *, icf: bool = False, pdb: bool = False, only: tuple[str, ...] = ()
    ) -> Samples:
        """Interleaved samples of a workload by every way to link, or by those in ``only``."""
        work = self.workload(name)
        out = self.cache / "out" / work.name
        out.parent.mkdir(exist_ok=True)
        ways = runners(work, self.worker, self.tools, out, icf=icf, pdb=pdb)
        ways = {way: run for way, run in ways.items() if not only or way in only}
        rarely = {"ld": _LD_ROUNDS_LARGE} if name.startswith("large") else {}
        found = interleaved(ways, self.rounds(name), rarely=rarely)
        self.samples[name + (" icf" if icf else "") + (" pdb" if pdb else "")] = found
        return found


def _ratio(samples: Samples, one: str, other: str) -> float | None:
    if not samples.get(one) or not samples.get(other):
        return None
    return ratio(samples[one], samples[other])


def _note(samples: Samples, one: str, other: str) -> str:
    if not samples.get(one) or not samples.get(other):
        return f"{other} is not installed"
    walls = [f"{middle(samples[each], 'wall') * 1e3:.1f}" for each in (one, other)]
    return f"{walls[0]} of {walls[1]} ms; CPU {ratio(samples[one], samples[other], 'cpu'):.2f}x"


def _versus(
    samples: Samples, line: int, what: str, way: str, limits: dict[str, float]
) -> list[Row]:
    return [
        Row(line, f"{what} / {peer}", limit, _ratio(samples, way, peer), "x",
            _note(samples, way, peer))
        for peer, limit in limits.items()
    ]  # fmt: skip


def hello(bench: Bench) -> list[Row]:
    """Lines 1 and 6: one object, in process and by command."""
    found = bench.run("hello")
    rows = _versus(found, 1, "hello in process", "pelink", {"lld": 0.15, "ld": 1.0})
    rows.append(Row(1, "hello in process", 3, middle(found["pelink"], "wall") * 1e3, "ms"))
    return rows + _versus(found, 6, "hello, command", "pelink command", {"lld": 5})


def mid(bench: Bench) -> list[Row]:
    """Line 2: some hundred objects, in process."""
    return _versus(bench.run("mid"), 2, "mid in process", "pelink", {"lld": 0.40, "ld": 0.25})


def large(bench: Bench) -> list[Row]:
    """Lines 3 and 5: 1,501 objects, in process and by command, and the command's memory."""
    found = bench.run("large")
    rows = _versus(found, 3, "large in process", "pelink", {"lld": 1.0, "ld": 0.03})
    rows += _versus(found, 5, "large, command", "pelink command", {"lld": 1.6})
    peak = max(sample.peak for sample in found["pelink command"]) / _MIB
    note = ""
    if found.get("lld"):
        note = f"lld {max(sample.peak for sample in found['lld']) / _MIB:.0f} MiB"
    rows.append(Row(5, "large, command: peak memory", 400, peak, "MiB", note))
    return rows


def icf(bench: Bench) -> list[Row]:
    """Line 4: ``large`` with identical functions folded, and a program that has many of these."""
    rows = []
    for name in ("large", "templates"):
        what = f"{name} with /opt:icf"
        try:
            found = bench.run(name, icf=True, only=("pelink", "lld"))
        except RuntimeError as error:
            rows.append(Row(4, f"{what} / lld", 0.5, None, "x", str(error)[:60]))
            continue
        rows += _versus(found, 4, what, "pelink", {"lld": 0.5})
    bench.run("templates", only=("pelink", "lld"))  # what folding costs either is the difference
    return rows


def growth(bench: Bench) -> list[Row]:
    """Line 7, in processor time: half of ``large`` against ``large``, and twice ``large``."""
    rows = []
    for small, big in (("large/2", "large"), ("large", "large*2")):
        works = {name: bench.workload(name) for name in (small, big)}
        ways = {
            name: partial(_link, bench.worker, work, bench.cache / "out" / work.name)
            for name, work in works.items()
        }
        found = interleaved(ways, 3, rarely={})
        reached = ratio(found[big], found[small], "cpu")
        rows.append(Row(7, f"time({big}) / time({small})", 2.2, reached, "x", "CPU"))
    return rows


def _link(worker: Worker, work: Workload, out: Path) -> Sample:
    paths = [str(path) for path in (*work.objects, work.library)]
    answer = worker.ask("link", paths=paths, arguments=arguments(), out=f"{out}.inproc.sys")
    return Sample(answer["wall"], answer["cpu"], answer["peak"])


def pdb(bench: Bench) -> list[Row]:
    """Lines 14 and 15: with a PDB, ``large`` and one object; drivers that share a header."""
    rows = []
    for line, name, limit in ((14, "debug", 1.1), (15, "headers", 1.0)):
        found = bench.run(name, pdb=True)
        rows += _versus(found, line, f"{name} with a PDB in process", "pelink", {"lld": limit})
        if found.get("lld"):
            peaks = [max(each.peak for each in found[way]) for way in ("pelink command", "lld")]
            note = f"{peaks[0] / _MIB:.0f} of {peaks[1] / _MIB:.0f} MiB"
            reached = peaks[0] / peaks[1]
            rows.append(Row(line, f"{name} with a PDB, command: memory", 1.5, reached, "x", note))
    with_pdb, without = (bench.run("debug_hello", pdb=each) for each in (True, False))
    more = (middle(with_pdb["pelink"], "cpu") - middle(without["pelink"], "cpu")) * 1e3
    rows.append(Row(14, "what a PDB adds to one object, in process", 5, more, "ms", "CPU"))
    return rows


def parts(bench: Bench) -> list[Row]:
    """Line 10: the checksum, and the validation of images."""

    def best(do: str, **order: object) -> float:
        return float(min(bench.worker.ask(do, **order)["cpu"] for _ in range(5))) * 1e3

    rows = [Row(10, "checksum of 20 MB", 4, best("checksum", size=20_000_000), "ms", "CPU")]
    for name, limit, _ in (("mid", 50, 0), ("large", 500, 0)):
        image = Path(f"{bench.cache / 'out' / name}.inproc.sys")
        if image.exists():
            size = image.stat().st_size
            what = f"validate {size / 1e6:.1f} MB (per {'100 KiB' if limit == 50 else '10 MiB'})"
            per = size / (100 << 10 if limit == 50 else 10 << 20)
            rows.append(Row(10, what, limit, best("validate", path=str(image)) / per, "ms", "CPU"))
    return rows


PARTS: dict[str, Callable[[Bench], list[Row]]] = {
    "hello": hello, "mid": mid, "large": large, "icf": icf, "growth": growth, "pdb": pdb,
    "parts": parts,
}  # fmt: skip
