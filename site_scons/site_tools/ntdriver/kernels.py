"""``env.Kernel`` and ``env.KernelRun``: kernels of one's own, and how they are booted."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import SCons.Node.FS

from ntbuild.building.declare import DeclarationError
from ntbuild.building.driver import LINKING
from ntbuild.building.kernel import BOOTING, BootStep, KernelLinkStep, declare_kernel
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.running.values import Run, RunError

from .aliases import alias_nodes
from .builder import add_step
from .cells import refuse_ignored_selection
from .errors import fail_at_caller
from .libraries import runtime_libraries
from .sources import objects_of


class KernelNodes(NamedTuple):
    """What ``env.Kernel`` returns; ``import_library`` is None when nothing is exported."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    flat: SCons.Node.FS.File
    import_library: SCons.Node.FS.File | None


def kernel(env: Any, name: str, sources: Any, **keywords: Any) -> KernelNodes:
    """Declare a kernel; the keywords are those of `ntbuild.building.kernel`."""
    refuse_ignored_selection(env)
    given = dict(keywords)
    loader = toolchains_folder() / "ntld"
    if given.get("ntld") is True:
        folders = given.get("include_dirs", ())
        several = folders if isinstance(folders, (list, tuple)) else [folders]
        given["include_dirs"] = [*several, str(loader)]
    try:
        declared = declare_kernel(name, given, env["NTARCH"])
    except DeclarationError as error:
        fail_at_caller(env, f"Kernel({name!r}): {error}")
    files = [*env.Flatten([sources])]
    if declared.has_loader:
        files.append(env.fs.File((loader / "ntld.c").as_posix()))
    objects = objects_of(env, declared.library, files)
    outputs = [f"{name}.exe", f"{name}.map", f"{name}.img"]
    if declared.options.exports:
        outputs.append(f"{name}.lib")
    step = KernelLinkStep(declared.options)
    made = add_step(env, outputs, [*objects, *runtime_libraries(env)], step, LINKING)
    image, map_file, flat, *library = made
    return KernelNodes(image, map_file, flat, library[0] if library else None)


def kernel_run(
    env: Any,
    name: str,
    kernel: KernelNodes,
    modules: Sequence[Any] = (),
    prints: Sequence[str] = (),
    timeout: int = 10,
) -> Any:
    """Declare the boot of a kernel with modules; targets ``examples/NAME``, ``run/examples/NAME``.

    In a project it is built with the drivers, and ``NAME``, ``run`` and ``run/NAME`` are targets.
    ``prints``: texts that must be printed in this order.
    """
    from ntbuild.running.engines import AbsentError  # noqa: PLC0415 - only a run needs it
    from ntbuild.running.ring0.engine import emulator_version  # noqa: PLC0415 - as above

    try:
        how = Run(prints=tuple(prints), timeout=timeout)
    except RunError as error:
        fail_at_caller(env, f"KernelRun({name!r}): {error}")
    try:
        version = emulator_version()
    except AbsentError:
        version = "absent"
    images = [getattr(each, "image", each) for each in modules]
    step = BootStep(name, env["NTARCH"], how, version)
    inputs = [kernel.image, kernel.flat, *images]
    folder = Path(str(kernel.image.dir)).name
    (report,) = add_step(env, [f"{name}.run.json"], inputs, step, BOOTING)
    for each in dict.fromkeys((f"examples/{folder}", f"examples/{name}", "examples")):
        alias_nodes(env, each, [kernel.image, kernel.flat, *images])
        alias_nodes(env, f"run/{each}", [report])
        alias_nodes(env, f"run/{each}/{env['NTARCH']}", [report])
    if "NTPROJECT" in env:
        for target in dict.fromkeys(("drivers", env["NTPROJECT"], name)):
            alias_nodes(env, target, [kernel.image, kernel.flat, *images])
        for target in ("run", f"run/{name}"):
            alias_nodes(env, target, [report])
    return report
