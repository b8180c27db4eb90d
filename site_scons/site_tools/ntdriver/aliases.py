"""Aliases: ``scons drivers/NAME`` builds a driver, wherever its files are.

SCons's ``env.Alias`` compares every new source with all sources that the alias has, which makes
the alias ``drivers`` quadratic: for the thousandth driver it takes longer than everything else.
`_add` adds a source without comparing.
"""

import atexit
import functools
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import SCons.Environment
import SCons.Node.Alias
import SCons.Node.FS
import SCons.Script

RESERVED: Final = frozenset({"drivers", "package", "release", "report", "run"})
"""Targets of every project; a driver of such a name has only its long alias."""


@functools.cache
def asks_for_packages() -> bool:
    """Whether the command line has a target of packages."""
    return any("package" in Path(str(each)).parts for each in SCons.Script.COMMAND_LINE_TARGETS)


@functools.cache
def explain_unknown_targets() -> None:
    """When scons ends, say which target a name on the command line may have meant."""
    if SCons.Script.COMMAND_LINE_TARGETS:
        atexit.register(_explain)


def _explain() -> None:
    if not hasattr(SCons.Script.Main.BuildTask, "options"):  # the scripts have an error
        return
    known = [str(each) for each in SCons.Node.Alias.default_ans]
    for each in map(str, SCons.Script.COMMAND_LINE_TARGETS):
        node = SCons.Node.FS.get_default_fs().Entry(each)
        is_known = SCons.Node.Alias.default_ans.lookup(each) or node.has_builder() or node.exists()
        if is_known or isinstance(node.disambiguate(), SCons.Node.FS.Dir):
            continue
        sys.stderr.write(f"ntbuild: no target {each!r}; {_meant(each, known)}\n")


def _meant(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    if name.partition("/")[0] == "package" and "package" not in known:
        return "no package is declared: env.DriverPackage(NAME, driver)"
    runs = {f"run/{each}" for each in known if each.startswith("drivers/") and each[-1] != "/"}
    runs |= {each.replace("/drivers/", "/") for each in runs if each.count("/") == 2}
    near = get_close_matches(name, sorted({*known, *RESERVED, *runs}), n=1)
    return f"did you mean {near[0]!r}?" if near else "scons -h lists the targets"


def name_targets(env: Any, name: str, nodes: Sequence[Any]) -> None:
    """Make ``drivers/NAME``, ``drivers/NAME/ARCH`` and ``drivers`` aliases of nodes.

    In a project (`ntbuild.project`) so are the project's name, for all drivers, and NAME. An alias
    takes precedence over a folder of the same name, also with the trailing slash that shells
    complete.
    """
    for target in (f"drivers/{name}", f"drivers/{name}/{env['NTARCH']}", "drivers"):
        alias_nodes(env, target, nodes)
    if "NTPROJECT" in env:
        _add(env, env["NTPROJECT"], nodes)
        if name not in (env["NTPROJECT"], *RESERVED):
            _add(env, name, nodes)


def alias_nodes(env: Any, name: str, nodes: Sequence[Any]) -> None:
    """Make a name an alias of nodes, with a trailing slash too when the command line has it."""
    _add(env, name, nodes)
    if f"{name}/" in SCons.Script.COMMAND_LINE_TARGETS:
        _add(env, f"{name}/", nodes)


def _add(env: Any, name: str, nodes: Sequence[Any]) -> None:
    alias = env.ans.Alias(name)
    if not alias.has_builder():
        alias.builder_set(SCons.Environment.AliasBuilder)
        alias.env_set(env)
    alias.add_source(nodes)
