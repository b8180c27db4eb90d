"""What SCons costs: many links in one run, and builds with nothing to do (lines 8, 9 and 13).

Everything is a real run in a project made for it. The projects that are compared differ in the
linker alone, or in what declares the nodes alone, and the processor time of SCons and of all its
child processes counts.
"""

import shutil
import sys
from pathlib import Path
from statistics import median

from .measure import Bench
from .pairing import Sample, arguments, run_command
from .report import Row
from .workloads import MODULES

_LINKS = 60
_ROUNDS = 5
_RUN_DRIVERS = 40
_ENGINES = ("unicorn", "qemu")

_LINKING = """import os, sys
from pathlib import Path
sys.path.insert(0, {modules!r})

def in_process(target, source, env):
    from ntbuild import link, options_from_argv
    options = options_from_argv({options!r})
    Path(str(target[0])).write_bytes(link([str(node) for node in source], options).image)

env = Environment(tools=[], ENV=dict(os.environ))
for number in range({count}):
    env.Command(f"out/{{number}}.sys", [f"{{number}}.o", "ntoskrnl.lib"], {action})
"""

_DRIVERS = """import sys
sys.path.insert(0, {modules!r})
DefaultEnvironment(tools=[])
env = Environment(
    tools=["ntdriver"], toolpath=[{tools!r}], NTTOOLCHAIN="clang", NTARCH="x64", NTFLAVOR="debug"
)
for number in range({count}):
    env.Driver(f"driver{{number}}", [f"driver{{number}}.c"])
"""

_TWO_NODES = """env = Environment(tools=[])
for number in range({count}):
    env.Command(f"bare/{{number}}.o", f"driver{{number}}.c", Copy("$TARGET", "$SOURCE"))
    env.Command(f"bare/{{number}}.sys", f"bare/{{number}}.o", Copy("$TARGET", "$SOURCE"))
"""

_REAL_SOURCE = """#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD Unload;

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    UNREFERENCED_PARAMETER(DriverObject);
    DbgPrint("driver %d: unloaded\\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNREFERENCED_PARAMETER(RegistryPath);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
"""
_SOURCE = "int DriverEntry(void *driver, void *path) { (void)driver; (void)path; return %d; }\n"


def _scons(folder: Path, *targets: str) -> Sample:
    program = shutil.which("scons", path=str(Path(sys.executable).parent)) or shutil.which("scons")
    if program is None:
        raise RuntimeError("scons is not installed")
    return run_command([sys.executable, program, "-Q", "-s", "-C", str(folder), *targets])


def _project(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SConstruct").write_text(text, encoding="utf-8")
    return folder


def links(bench: Bench) -> list[Row]:
    """Line 8: one SCons run of 60 links of hello, by pelink, ld and lld."""
    work = bench.workload("hello")
    actions = {"pelink": "in_process"}
    if bench.tools.get("ld"):
        words = "--gc-sections -s --subsystem native -e DriverEntry -o $TARGET $SOURCES"
        actions["ld"] = repr(f"{bench.tools['ld']} {words}")
    if bench.tools.get("lld"):
        words = " ".join(arguments())
        actions["lld"] = repr(f"{bench.tools['lld']} {words} /out:$TARGET $SOURCES")
    folders = {}
    for way, action in actions.items():
        text = _LINKING.format(
            modules=str(MODULES), options=arguments(), count=_LINKS, action=action
        )
        folders[way] = _project(bench.cache / "scons" / way, text)
        for number in range(_LINKS):
            shutil.copy(work.objects[0], folders[way] / f"{number}.o")
        shutil.copy(work.library, folders[way])
    samples: dict[str, list[Sample]] = {way: [] for way in folders}
    for _ in range(_ROUNDS):
        for way, folder in folders.items():
            shutil.rmtree(folder / "out", ignore_errors=True)
            (folder / ".sconsign.dblite").unlink(missing_ok=True)
            samples[way].append(_scons(folder))
    bench.samples[f"{_LINKS} links"] = samples
    return [
        Row(
            8, f"{_LINKS} links in one scons / {peer}", limit, _cpu_ratio(samples, peer), "x", "CPU"
        )
        for peer, limit in (("ld", 0.6), ("lld", 0.2))
    ]


def _cpu_ratio(samples: dict[str, list[Sample]], peer: str) -> float | None:
    if peer not in samples:
        return None
    pairs = zip(samples["pelink"], samples[peer], strict=True)
    return median(one.cpu / other.cpu for one, other in pairs)


def null_builds(bench: Bench) -> list[Row]:
    """Line 9: nothing to do, for 100 drivers against an empty SConstruct, and for 1,000."""
    empty = _project(bench.cache / "scons" / "empty", "")
    return [
        _null(bench, 100, empty, "empty SConstruct", 2.5),
        _null(bench, 1000, None, "two nodes each", 1.3),
    ]


def _null(bench: Bench, count: int, other: Path | None, what: str, limit: float) -> Row:
    """A null build of ``count`` drivers against another project, or bare builders of as many."""
    folder = bench.cache / "scons" / f"drivers{count}"
    text = _DRIVERS.format(modules=str(MODULES), tools=str(MODULES / "site_tools"), count=count)
    _project(folder, text)
    bare = _project(bench.cache / "scons" / f"bare{count}", _TWO_NODES.format(count=count))
    for number in range(count):
        for each in (folder, bare):
            source = each / f"driver{number}.c"
            if not source.exists():
                source.write_text(_SOURCE % number, encoding="utf-8")
    against = other or bare
    _scons(folder)
    _scons(against)
    pairs = [(_scons(folder), _scons(against)) for _ in range(_ROUNDS)]
    bench.samples[f"null {count}"] = {
        "ntdriver": [one for one, _ in pairs],
        "other": [two for _, two in pairs],
    }
    reached = median(one.cpu / two.cpu for one, two in pairs)
    return Row(9, f"null build, {count} drivers / {what}", limit, reached, "x", "CPU")


def runs(bench: Bench) -> list[Row]:
    """Line 13: ``scons run`` with nothing to do; a run against its driver's compile and link."""
    folder = bench.cache / "scons" / "runs"
    shutil.rmtree(folder, ignore_errors=True)
    text = _DRIVERS.format(
        modules=str(MODULES), tools=str(MODULES / "site_tools"), count=_RUN_DRIVERS
    )
    _project(folder, text)
    for number in range(_RUN_DRIVERS):
        (folder / f"driver{number}.c").write_text(_REAL_SOURCE % number, encoding="utf-8")
    built = _scons(folder)
    ran = {engine: _first_run(folder, engine, text) for engine in _ENGINES}
    _project(folder, text)
    _scons(folder, "run")
    pairs = [(_scons(folder, "run"), _scons(folder)) for _ in range(_ROUNDS)]
    bench.samples["runs"] = {
        "build": [built],
        **{engine: [sample] for engine, sample in ran.items()},
        "null run": [one for one, _ in pairs],
        "null": [two for _, two in pairs],
    }
    reached = median(one.cpu / two.cpu for one, two in pairs)
    what = f"scons run, nothing to do, {_RUN_DRIVERS} drivers / null build"
    return [
        Row(13, what, 1.1, reached, "x", "CPU"),
        *(
            Row(13, f"{engine}'s run / compile and link", 1.0, sample.cpu / built.cpu, "x", "CPU")
            for engine, sample in ran.items()
        ),
    ]


def _first_run(folder: Path, engine: str, text: str) -> Sample:
    """All drivers run by one engine, whose own parts are made before."""
    declared = text.replace('.c"])', f'.c"], run=Run(engines={engine!r}))')
    declared = declared.replace("Default", "from ntbuild import Run\nDefault", 1)
    (folder / "SConstruct").write_text(declared, encoding="utf-8")
    _scons(folder, "driver0.run.json")
    return _scons(folder, "run")
