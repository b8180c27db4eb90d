"""``scons run``: a report node beside each image, declared only when it is asked for.

Targets are ``run``, ``run/drivers``, ``run/drivers/NAME``, ``run/drivers/NAME/ARCH`` and the
report's file. A build that asks for none of them declares nothing here and imports no engine.
"""

from collections.abc import Iterator
from typing import Any

import SCons.Script

from ntbuild.building.declare import Declaration
from ntbuild.building.running import RUNNING, RunStep, engine_versions
from ntbuild.running.values import Run

from .aliases import alias_nodes
from .builder import add_step


def is_asked_for() -> bool:
    """Whether the command line has a target that runs drivers."""
    named = (str(each) for each in SCons.Script.COMMAND_LINE_TARGETS)
    return any(
        each == "run" or each.startswith("run/") or each.endswith(".run.json") for each in named
    )


def add_run(env: Any, declaration: Declaration, image: Any) -> None:
    """Declare the run of a driver, if runs are asked for.

    A module of another kernel than Windows' has none: `env.KernelRun` boots its own.
    """
    if not is_asked_for() or declaration.keywords.kernel_modules == ():
        return
    name = declaration.name
    how = declaration.keywords.run or Run()
    step = RunStep(how, declaration.validation.profiles, engine_versions(how))
    needs = list(dict.fromkeys(_images_of(image)))
    file = image.dir.File(f"{image.name.removesuffix('.sys')}.run.json")
    nodes = add_step(env, [file], [image, *needs], step, RUNNING)
    for target in (
        "run",
        "run/drivers",
        f"run/drivers/{name}",
        f"run/drivers/{name}/{env['NTARCH']}",
    ):
        alias_nodes(env, target, nodes)
    if "NTPROJECT" in env:
        alias_nodes(env, f"run/{name}", nodes)


def _images_of(image: Any) -> Iterator[Any]:
    """The images that an image imports from, those first that others need."""
    for node in image.sources:
        made = getattr(node.attributes, "ntbuild_image", None)
        if made is not None:
            yield from _images_of(made)
            yield made
