"""`project`: a SConstruct of two lines.

    from ntbuild import project

    env = project("mine")
    env.Driver("mine", ["mine.c"])

It sets up the SCons tool, the cells that the command line selects, a build folder for each, aliases
and help, and reads the project's scripts once for each cell.
"""

from typing import TYPE_CHECKING, Any

from ntbuild.compilers.toolpath import TOOLPATH

from .frames import from_sconscript

if TYPE_CHECKING:
    from collections.abc import Sequence


@from_sconscript
def project(
    name: str,
    *,
    toolchain: "str | Sequence[str] | None" = None,
    arch: "str | Sequence[str] | None" = None,
    flavor: "str | Sequence[str] | None" = None,
    scripts: "Sequence[str] | None" = None,
    variables: Any = None,
) -> Any:
    """The project of a SConstruct; its methods ``Driver``, ``ExportDriver``, ... declare per cell.

    ``toolchain``, ``arch``, ``flavor``: what is built when the command line does not say, such as
    ``"x64,arm64"``; default: zig, x64, debug. ``scripts``: SConscripts that are read once for each
    cell, with ``env`` exported; default: ``SConscript`` if it is there, else ``src/SConscript`` and
    ``drivers/SConscript`` or ``drivers/*/SConscript``. ``variables``: a SCons ``Variables`` object
    with variables of the project's own; every other variable on the command line is refused.
    Raises SCons's UserError, and RuntimeError outside of a SConstruct.
    """
    import SCons.Script  # noqa: PLC0415 - only a SConstruct has it

    if not SCons.Script.sconscript_reading:
        raise RuntimeError("project() is for a SConstruct, which the command scons reads")
    SCons.Script.DefaultEnvironment(tools=[])  # else SCons looks for compilers of its own
    env = SCons.Script.Environment(tools=["ntdriver"], toolpath=list(TOOLPATH))
    given = {"toolchain": toolchain, "arch": arch, "flavor": flavor}
    return env.DeclareProject(name, {**given, "scripts": scripts, "variables": variables})
