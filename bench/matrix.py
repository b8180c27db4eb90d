"""A matrix in one ``scons -j2``: many drivers for four machines and two flavors, from nothing.

Also a few large links in one ``scons -j2``, in kept worker processes and in SCons's own.

The target of the matrix is about what is added to compiling. On a machine that is busy with other
work, the same compilations take a tenth more or less a minute later. So two things are measured:
the processor time that the compilers take in the build itself, and the ratio of clock time to half
of the processor time for compilers that run alone, two at a time. The product is the time that the
build's own compilations would have taken alone.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from statistics import mean

from .driver_text import driver_text
from .measure import Bench
from .pairing import Sample, interleaved, middle, ratio, run_command
from .report import Row
from .workloads import MODULES

_JOBS = 2
_ALONE = 4
"""One compiler command in so many runs alone, before the build and again after it."""
_LIMIT = 1.1

_WATCHED = """import atexit, json, resource

def write_down():
    whose = {{"scons": resource.RUSAGE_SELF, "compilers": resource.RUSAGE_CHILDREN}}
    used = {{name: sum(resource.getrusage(who)[:2]) for name, who in whose.items()}}
    with open({path!r}, "w") as file:
        json.dump(used, file)

atexit.register(write_down)
from SCons.Script import main
main()
"""
"""SCons, which says at its end what it and its children used."""

_SCONSTRUCT = """import sys
sys.path.insert(0, {modules!r})
for env in Environment(tools=["ntdriver"], toolpath=[{tools!r}]).DriverMatrix():
    env.SConscript(
        "drivers/SConscript",
        exports="env",
        variant_dir=f"build/{{env['NTCELL'].folder}}",
        duplicate=False,
    )
"""

_LARGE_LINKS = 6
_LARGE = """import sys
sys.path.insert(0, {modules!r})
env = Environment(
    tools=["ntdriver"], toolpath=[{tools!r}], NTTOOLCHAIN="clang", NTARCH="x64", NTFLAVOR="debug"
)
for number in range({count}):
    env.Driver(f"large{{number}}", {inputs!r})
"""

_SCONSCRIPT = """from ntbuild import Section

Import("env")

for number in range({count}):
    env.Driver(
        f"driver{{number}}",
        [f"driver{{number}}.c"],
        sections=[Section("PAGE", pageable=True), Section("INIT", discardable=True)],
    )
"""


def matrix(bench: Bench) -> list[Row]:
    """The wall time of the build over that of its compilations, two at a time."""
    count = bench.drivers
    folder = _project(bench.cache / "scons" / f"matrix{count}", count)
    commands = _compile_commands(folder)
    sample = commands[:: _ALONE if len(commands) > _JOBS * _ALONE else 1]
    before = _alone(folder, sample)
    _clean(folder)
    built = _scons(folder)
    used = json.loads((folder / "used.json").read_text(encoding="utf-8"))
    alone = [before, _alone(folder, sample)]
    bench.samples[f"matrix {count}"] = {"scons -j2": [built], "some compilers alone": alone}
    images = sum(1 for _ in folder.glob("build/clang/*/*/*.sys"))
    compiling = used["compilers"] * mean(each.wall / each.cpu for each in alone)
    each = used["scons"] * 1e3 / images
    return [
        Row(
            11,
            f"scons -j2, {count} drivers, {images} images / compiling",
            _LIMIT,
            built.wall / compiling,
            "x",
            f"{built.wall:.1f} of {compiling:.1f} s; scons itself {each:.1f} ms an image",
        )
    ]


def large_links(bench: Bench) -> list[Row]:
    """The wall time of large links in workers over that of the same links without."""
    work = bench.workload("large")
    folder = bench.cache / "scons" / "large"
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [str(path) for path in (*work.objects, work.library)]
    text = _LARGE.format(
        modules=str(MODULES),
        tools=str(MODULES / "site_tools"),
        count=_LARGE_LINKS,
        inputs=inputs,
    )
    (folder / "SConstruct").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "SCons", "-Q", "-s", f"-j{_JOBS}", "-C", str(folder)]

    def link(size: str) -> Sample:
        for image in folder.glob("*.sys"):
            image.unlink()
        return run_command(["/usr/bin/env", f"NTBUILD_WORKER_SIZE={size}", *command])

    ways = {"in workers": "", "in scons": "never"}  # the usual size, and none
    found = interleaved({way: partial(link, size) for way, size in ways.items()}, 3, rarely={})
    bench.samples["large links"] = found
    what = f"{_LARGE_LINKS} large links in one scons -j2, workers / none"
    walls = " of ".join(f"{middle(found[way], 'wall'):.2f}" for way in ways)
    return [Row(11, what, 1.0, ratio(found["in workers"], found["in scons"]), "x", f"{walls} s")]


def _project(folder: Path, count: int) -> Path:
    drivers = folder / "drivers"
    drivers.mkdir(parents=True, exist_ok=True)
    top = _SCONSTRUCT.format(modules=str(MODULES), tools=str(MODULES / "site_tools"))
    (folder / "SConstruct").write_text(top, encoding="utf-8")
    (drivers / "SConscript").write_text(_SCONSCRIPT.format(count=count), encoding="utf-8")
    for number in range(count):
        (drivers / f"driver{number}.c").write_text(driver_text(number), encoding="utf-8")
    return folder


def _clean(folder: Path) -> None:
    shutil.rmtree(folder / "build", ignore_errors=True)
    (folder / ".sconsign.dblite").unlink(missing_ok=True)


def _command(folder: Path, *words: str) -> list[str]:
    cells = ("toolchain=clang", "arch=all", "flavor=all")
    watched = _WATCHED.format(path=str(folder / "used.json"))
    return [sys.executable, "-c", watched, "-Q", f"-j{_JOBS}", "-C", str(folder), *words, *cells]


def _scons(folder: Path) -> Sample:
    return run_command(_command(folder, "-s"))


def _compile_commands(folder: Path) -> list[list[str]]:
    """Every compiler command of the build, its object in another folder."""
    _clean(folder)
    command = _command(folder, "-n", "--verbose")
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [shlex.split(line) for line in done.stdout.splitlines() if " -c -o " in line]
    for words in lines:
        at = words.index("-o") + 1
        path = folder / "alone" / words[at]
        path.parent.mkdir(parents=True, exist_ok=True)
        words[at] = str(path)
    return lines


def _alone(folder: Path, commands: Sequence[Sequence[str]]) -> Sample:
    """Run commands, as many at a time as the build does."""
    start = time.perf_counter()
    with ThreadPoolExecutor(_JOBS) as pool:
        used = list(pool.map(lambda words: _run(folder, words), commands))
    return Sample(time.perf_counter() - start, sum(used))


def _run(folder: Path, words: Sequence[str]) -> float:
    """Seconds of the processor that a command in a folder takes."""
    process = subprocess.Popen(words, cwd=folder, stderr=subprocess.DEVNULL)
    _, process.returncode, usage = os.wait4(process.pid, 0)
    if process.returncode:
        raise RuntimeError(f"failed: {shlex.join(words)}")
    return usage.ru_utime + usage.ru_stime
