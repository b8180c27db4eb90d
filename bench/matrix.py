"""A matrix in one ``scons -j2``: many drivers for four machines and two flavors, from nothing.

The target is about what is added to compiling, so the same compiler commands also run alone, two
at a time. What is hard is a minute and a half of measuring on a machine that changes meanwhile:
every fourth command runs alone before the build and again after it, and the mean of both, times
four, is what the build is compared with.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean

from .driver_text import driver_text
from .measure import Bench
from .pairing import Sample, run_command
from .report import Row
from .workloads import MODULES

_JOBS = 2
_ALONE = 4
"""One command in so many runs alone."""
_LIMIT = 1.1

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
    share = len(commands) / len(sample)
    before = _alone(folder, sample)
    _clean(folder)
    built = _scons(folder)
    after = _alone(folder, sample)
    alone = Sample(
        *(share * mean([getattr(x, f) for x in (before, after)]) for f in ("wall", "cpu"))
    )
    bench.samples[f"matrix {count}"] = {"scons -j2": [built], "compilers alone": [alone]}
    images = sum(1 for _ in folder.glob("build/clang/*/*/*.sys"))
    what = f"scons -j2, {count} drivers, {images} images / compiling"
    over = (built.cpu - alone.cpu) * 1e3 / images
    note = f"{built.wall:.1f} of {alone.wall:.1f} s; CPU {over:.1f} ms an image over compiling"
    return [Row(11, what, _LIMIT, built.wall / alone.wall, "x", note)]


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
    return [sys.executable, "-m", "SCons", "-Q", f"-j{_JOBS}", "-C", str(folder), *cells, *words]


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
