"""``scons run`` and ``scons report``: nodes that are declared only when they are asked for.

A run is a report node beside each image. Targets are ``run``, ``run/drivers``,
``run/drivers/NAME``, ``run/drivers/NAME/ARCH`` and the report's file. A build that asks for none of
them declares nothing here and imports no engine.

The page about the build folder is written every time it is asked for, because it tells what the
folder holds and not what a SConstruct declares. It comes after the other targets of the command
line, or else after the default ones: ``scons run package report`` shows proofs and packages too.
"""

import functools
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node
import SCons.Node.FS
import SCons.Scanner
import SCons.Script

from ntbuild.building.declare import Declaration
from ntbuild.building.running import RUNNING, RunStep, engine_versions
from ntbuild.building.summary import DRIVER
from ntbuild.running.values import Run

from .aliases import alias_nodes
from .builder import add_step
from .screen.ending import counts_as, note_report

REPORT: Final = "report"
"""The target of the page about the build folder."""


@functools.cache
def _asked_for() -> frozenset[str]:
    """The targets of the command line that run drivers, without trailing slashes."""
    named = (str(each).rstrip("/") for each in SCons.Script.COMMAND_LINE_TARGETS)
    return frozenset(
        each
        for each in named
        if each == "run" or each.startswith("run/") or each.endswith(".run.json")
    )


def is_asked_for() -> bool:
    """Whether the command line has a target that runs drivers."""
    return bool(_asked_for())


def add_run(env: Any, declaration: Declaration, image: Any) -> None:
    """Declare the run of a driver, if runs are asked for, and the targets that are named.

    A module of another kernel than Windows' has none: `env.KernelRun` boots its own.
    """
    if not is_asked_for() or declaration.keywords.kernel_modules == ():
        return
    name = declaration.name
    how = declaration.keywords.run or Run()
    profiles = declaration.validation.profiles
    strict, machine = bool(env.GetOption("ntdriver_strict")), env["NTARCH"]
    step = RunStep(how, profiles, engine_versions(how, machine), machine, strict)
    needs = list(dict.fromkeys(_images_of(image)))
    file = image.dir.File(f"{image.name.removesuffix('.sys')}.run.json")
    nodes = add_step(env, [file], [image, *needs], step, RUNNING)
    counts_as(env, nodes[0], DRIVER, env["NTARCH"])
    long = f"run/drivers/{name}"
    targets = ("run", "run/drivers", long, f"{long}/{env['NTARCH']}")
    short = (f"run/{name}",) if "NTPROJECT" in env else ()
    for target in (*targets, *short):
        if target in _asked_for():
            alias_nodes(env, target, nodes)


def _images_of(image: Any) -> Iterator[Any]:
    """The images that an image imports from, those first that others need."""
    for node in image.sources:
        made = getattr(node.attributes, "ntbuild_image", None)
        if made is not None:
            yield from _images_of(made)
            yield made


def add_report(env: Any) -> None:
    """Declare the page, if it is asked for."""
    if REPORT not in map(str, SCons.Script.COMMAND_LINE_TARGETS):
        return
    page = env.File("$NTBUILD/report.html")
    if page.has_builder():  # of an environment before this one
        return
    builder = SCons.Builder.Builder(
        action=SCons.Action.Action(_write, _show),
        target_scanner=SCons.Scanner.Scanner(_others, name="report", node_class=SCons.Node.Node),
    )
    nodes = builder(env, [page], [])
    env.AlwaysBuild(nodes)
    env.NoCache(nodes)
    alias_nodes(env, REPORT, nodes)


def _others(_node: Any, env: Any, _path: Any) -> list[Any]:
    """Scanner of the page: everything else that this command builds; no folders, which have it."""
    named = [str(each) for each in SCons.Script.COMMAND_LINE_TARGETS if str(each) != REPORT]
    found = [env.ans.lookup(each) or env.fs.Entry(each) for each in named]
    found = found or list(SCons.Script.DEFAULT_TARGETS) or [env.ans.Alias("drivers")]
    nodes = [each.disambiguate() for each in found]
    is_folder = [isinstance(each, SCons.Node.FS.Dir) for each in nodes]
    kept = [each for each, skip in zip(nodes, is_folder, strict=True) if not skip]
    return [*kept, env.ans.Alias("drivers")] if any(is_folder) else kept


def _write(target: Any, source: Any, env: Any) -> int:  # noqa: ARG001 - SCons passes all by name
    """Action: write the page."""
    from ntbuild.reporting.values import ReportError  # noqa: PLC0415 - only a report needs it
    from ntbuild.reporting.write import write_report  # noqa: PLC0415

    out = Path(str(target[0]))
    try:
        notes = write_report(out.parent, out)
    except ReportError as error:
        sys.stderr.write(f"report: error: {error}\n")
        return 1
    sys.stderr.write("".join(f"report: warning: {note}\n" for note in notes))
    note_report(out)
    return 0


def _show(target: Any, source: Any, env: Any) -> str:  # noqa: ARG001 - as above
    return f"REPORT  {target[0]}"
