"""Building the projects of trees, each by a scons of its own, and reading what it says."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ntbuild.importing.layout import single_script
from ntbuild.importing.sconscript import by_hand
from ntbuild.importing.solutions import import_single
from ntbuild.msbuild.files import Files
from realworld.errors import Fault, faults

_CONSTRUCT = """import os

from ntbuild import project

project("realworld", scripts=[os.environ["REALWORLD_SCRIPT"]])
"""
_SCRIPTS = re.compile(r'\n? *"[^"\n]*\.rc",?', re.IGNORECASE)
"""Resource scripts in the sources of a SConscript."""
_LONGEST = 900
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
    """Copies of the trees, made once."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "SConstruct").write_text(_CONSTRUCT)
    for tree in trees:
        if not (root / tree.name).is_dir():
            ignore = shutil.ignore_patterns(".git", "build", "SConscript*", "SConstruct*")
            ignore = ignore if tree.name != "virtio" else shutil.ignore_patterns(".git")
            shutil.copytree(tree.path, root / tree.name, ignore=ignore, symlinks=True)


def _build(project, root, settings):
    """Import and build a project for all machines that it and the settings have."""
    machines = [each for each in settings.machines if each in project.machines]
    if project.error:
        fault = Fault("import", "", project.error)
        for machine in settings.machines:
            yield _result(project, machine, settings.flavors[0], fault=fault)
        return
    path = root / project.tree / project.path
    folder = path.parent.as_posix()
    try:
        found = import_single(path.as_posix(), Files())
        (own,) = (each for each in found.projects if each.path == path.as_posix())
        kit = "auto" if settings.kit else ""
        (script,) = single_script(found, folder, kit, settings.wpp)
    except Exception as error:  # noqa: BLE001 - a bug of the importer is a result as well
        fault = Fault("import", "", repr(error))
        for machine in machines:
            yield _result(
                project, machine, settings.flavors[0], fault=Fault("import", "", repr(error))
            )
        return
    file = f"{folder}/SConscript-{path.stem}"
    text = script.text if settings.with_resources else _SCRIPTS.sub("", script.text)
    Path(file).write_text(text)
    for machine in machines:
        for flavor in settings.flavors:
            yield _run(project, root, file, machine, flavor, settings, tuple(by_hand(own)))


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
    (root / "logs" / f"{project.name}-{machine}-{flavor}.txt").write_text(said)
    suffix = ".lib" if project.method == "DriverLibrary" else ".sys"
    below = Path(relative).parent
    out = root / "build" / settings.toolchain / machine / flavor / below / f"{project.name}{suffix}"
    is_built = status == 0 and out.is_file()
    return _result(
        project,
        machine,
        flavor,
        is_built=is_built,
        size=out.stat().st_size if is_built else 0,
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
