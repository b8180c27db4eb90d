"""Building the projects of trees, each by a scons of its own, and reading what it says."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ntbuild.importing.layout import SCRIPT, single_script
from ntbuild.importing.sconscript import by_hand
from ntbuild.msbuild.files import Files
from realworld.errors import Fault, faults
from realworld.projects import imported

_CONSTRUCT = """import os

from ntbuild import project

project("realworld", scripts=[os.environ["REALWORLD_SCRIPT"]])
"""
_SCRIPTS = re.compile(r'\n? *"[^"\n]*\.rc",?', re.IGNORECASE)
"""Resource scripts in the sources of a SConscript."""
_LONGEST = 900
_TOOLCHAINS = ("zig", "clang", "mingw")
_SITE = Path(__file__).resolve().parents[2] / "site_scons"


@dataclass(frozen=True)
class Settings:
    """Where and how everything is built; empty texts: without."""

    work: Path
    machines: tuple[str, ...]
    flavors: tuple[str, ...]
    toolchain: str
    kit: str
    wdf: str
    wpp: str
    jobs: int
    with_resources: bool = True


@dataclass(frozen=True)
class Result:
    """A project on one machine and flavor: built or not, what its build said, the work by hand."""

    tree: str
    path: str
    name: str
    method: str
    model: str
    machine: str
    flavor: str
    is_built: bool
    size: int
    faults: tuple[Fault, ...]
    by_hand: tuple[str, ...]


def build_all(projects, trees, settings):
    """The results of all projects, in their order."""
    jobs = max(1, settings.jobs)
    roots = [settings.work / f"root{number}" for number in range(jobs)]
    for root in roots:
        _copy(root, trees)
    parts = [projects[number::jobs] for number in range(jobs)]

    def work(number):
        return [
            result for each in parts[number] for result in _build(each, roots[number], settings)
        ]

    with ThreadPoolExecutor(jobs) as pool:
        found = [result for part in pool.map(work, range(jobs)) for result in part]
    order = {(each.tree, each.path): number for number, each in enumerate(projects)}
    return sorted(found, key=lambda each: order[each.tree, each.path])


def _copy(root, trees):
    """Copies of the trees, made once, with the files that are made by hand."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "SConstruct").write_text(_CONSTRUCT)
    for tree in trees:
        if not (root / tree.name).is_dir():
            shutil.copytree(tree.path, root / tree.name, ignore=_ignored, symlinks=True)
        for name, text in tree.files.items():
            file = root / tree.name / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)


def _ignored(folder, names):
    """What is no part of a checkout: git's folder, and what builds of ours left in it."""
    below = Path(folder)
    ours = {name for name in names if any((below / name / each).is_dir() for each in _TOOLCHAINS)}
    return {".git"} | (ours & {"build"}) | {each for each in names if each.startswith("SCons")}


def _build(project, root, settings):
    """Import and build a project for all machines that it and the settings have."""
    if project.error:
        for machine in settings.machines:
            yield _failed(project, machine, settings, project.error)
        return
    machines = [each for each in settings.machines if each in project.machines]
    path = root / project.tree / project.path
    hand = ()
    file = path.as_posix()
    if path.name != SCRIPT:
        try:
            found, own = imported(file, Files())
            kit = "auto" if settings.kit else ""
            (script,) = single_script(found, path.parent.as_posix(), kit, settings.wpp)
        except Exception as error:  # noqa: BLE001 - a bug of the importer is a result as well
            for machine in machines:
                yield _failed(project, machine, settings, repr(error))
            return
        file = f"{path.parent.as_posix()}/{SCRIPT}-{path.stem}"
        text = script.text if settings.with_resources else _SCRIPTS.sub("", script.text)
        Path(file).write_text(text)
        hand = tuple(by_hand(own))
    for machine in machines:
        for flavor in settings.flavors:
            yield _run(project, root, file, machine, flavor, settings, hand)


def _failed(project, machine, settings, text):
    return _result(project, machine, settings.flavors[0], fault=Fault("import", "", text))


def _run(project, root, script, machine, flavor, settings, hand):
    relative = Path(script).relative_to(root).as_posix()
    search = filter(None, (str(_SITE), os.environ.get("PYTHONPATH", "")))
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(search),
        "REALWORLD_SCRIPT": relative,
        "NO_COLOR": "1",
    }
    environment |= {"NTBUILD_KIT": settings.kit} if settings.kit else {}
    environment |= {"NTBUILD_WDF": settings.wdf} if settings.wdf else {}
    words = [f"toolchain={settings.toolchain}", f"arch={machine}", f"flavor={flavor}"]
    command = [sys.executable, "-m", "SCons", "-Q", "-k", *words]
    try:
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, errors="replace",
            timeout=_LONGEST, check=False,
        )  # fmt: skip
        said, status = f"{done.stdout}\n{done.stderr}", done.returncode
    except subprocess.TimeoutExpired:
        said, status = f"error: not built in {_LONGEST} seconds", 1
    (root / "logs").mkdir(exist_ok=True)
    name = project.path.replace("/", "_")
    (root / "logs" / f"{project.tree}-{name}-{machine}-{flavor}.txt").write_text(said)
    below = root / "build" / settings.toolchain / machine / flavor / Path(relative).parent
    suffix = ".lib" if project.method == "DriverLibrary" else ".sys"
    outputs = sorted(below.glob(f"{project.name or '*'}{suffix}"))
    is_built = status == 0 and bool(outputs)
    return _result(
        project,
        machine,
        flavor,
        is_built=is_built,
        size=outputs[0].stat().st_size if is_built else 0,
        found=() if is_built else faults(said, str(root)),
        by_hand=hand,
    )


def _result(project, machine, flavor, *, is_built=False, size=0, found=(), by_hand=(), fault=None):
    return Result(
        project.tree,
        project.path,
        project.name,
        project.method,
        project.model,
        machine,
        flavor,
        is_built,
        size,
        (fault,) if fault else tuple(found),
        by_hand,
    )
