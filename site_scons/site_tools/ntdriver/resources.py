"""Resource scripts compile to .res files with the resource compiler of the toolchain.

A toolchain may have none. That is an error only for a driver with a resource script, at the line
that declares it.
"""

from typing import Any, Final

import SCons.Scanner.RC

from ntbuild.building.keywords import Keywords
from ntbuild.compilers.toolchain import ToolchainError

from .compile import ProgramAction, escaped, include_folders, toolchain_of
from .errors import fail_at_caller

_SOURCE: Final = "@source@"
_OUTPUT: Final = "@output@"


def resource(env: Any, script: Any, target: Any, keywords: Keywords) -> Any:
    """The .res node ``target`` of a resource script."""
    folders = include_folders(env, keywords.include_dirs)
    own = [_relative(script.srcnode().dir), *map(_relative, folders)]
    defines = {
        name: None if value is None else str(value) for name, value in keywords.defines.items()
    }
    try:
        words = toolchain_of(env).resource_argv(env["NTARCH"], _SOURCE, _OUTPUT, own, defines)
    except ToolchainError as error:
        fail_at_caller(env, str(error))
    argv = [word.replace(_SOURCE, "$SOURCE").replace(_OUTPUT, "$TARGET") for word in escaped(words)]
    if not target.has_builder():
        quiet = not env.GetOption("ntdriver_verbose")
        env.Command(
            target,
            script,
            # The folders are absolute and not signed; the Value below stands for them.
            ProgramAction(
                "$NTRC $( $NTRCWORDS $)", cmdstr="RC      $SOURCE [$NTCELL]" if quiet else ""
            ),
            source_scanner=SCons.Scanner.RC.RCScan(),
            CPPPATH=[script.srcnode().dir, *folders],
            NTRC=argv[:1],
            NTRCWORDS=argv[1:],
        )
        counts = f"{env['NTCELL']} resources {env['NTHEADERSTATE']} {sorted(defines.items())}"
        env.Depends(target, env.Value(counts))
    return target


def _relative(folder: Any) -> str:
    return str(folder.get_internal_path())
