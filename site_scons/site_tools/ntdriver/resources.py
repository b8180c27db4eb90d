"""Resource scripts compile to .res files with the resource compiler of the toolchain.

What is hard is that a toolchain may have none: that is only said when a driver has a resource
script, and then at the line that declares it.
"""

from typing import Any, Final

import SCons.Action
import SCons.Scanner.RC

from ntbuild.building.declare import Keywords
from ntbuild.compilers.toolchain import ToolchainError

from .compile import include_folders, toolchain_of
from .errors import fail_at_caller

_SOURCE: Final = "@source@"
_OUTPUT: Final = "@output@"


def resource(env: Any, script: Any, name: str, keywords: Keywords) -> Any:
    """The .res node, called ``name``, of a resource script."""
    folders = include_folders(env, keywords.include_dirs)
    own = [_relative(script.srcnode().dir), *map(_relative, folders)]
    defines = {
        name: None if value is None else str(value) for name, value in keywords.defines.items()
    }
    try:
        words = toolchain_of(env).resource_argv(env["NTARCH"], _SOURCE, _OUTPUT, own, defines)
    except ToolchainError as error:
        fail_at_caller(env, str(error))
    spoken = [word.replace("$", "$$") for word in words]
    spoken = [word.replace(_SOURCE, "$SOURCE").replace(_OUTPUT, "$TARGET") for word in spoken]
    target = env.File(name)
    if not target.has_builder():
        quiet = not env.GetOption("ntdriver_verbose")
        env.Command(
            target,
            script,
            # The folders are absolute, so they do not count; what does is in the Value below.
            SCons.Action.Action(
                "$NTRC $( $NTRCWORDS $)", "RC      $SOURCE [$NTCELL]" if quiet else None
            ),
            source_scanner=SCons.Scanner.RC.RCScan(),
            CPPPATH=[script.srcnode().dir, *folders],
            NTRC=spoken[:1],
            NTRCWORDS=spoken[1:],
        )
        counts = f"{env['NTCELL']} resources {env['NTHEADERSTATE']} {sorted(defines.items())}"
        env.Depends(target, env.Value(counts))
    return target


def _relative(folder: Any) -> str:
    return str(folder.get_internal_path())
