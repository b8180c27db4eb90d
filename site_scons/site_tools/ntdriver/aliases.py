"""``drivers/NAME`` on the command line builds a driver, wherever its files lie.

What is hard is that SCons's ``env.Alias`` compares every new source with all that an alias has:
for the thousandth driver that takes longer than everything else about it.
"""

from collections.abc import Sequence
from typing import Any

import SCons.Environment
import SCons.Script


def name_targets(env: Any, name: str, nodes: Sequence[Any]) -> None:
    """``drivers/NAME``, ``drivers/NAME/ARCH`` and ``drivers`` stand for nodes.

    An alias wins over a folder of the same name; with the slash that shells complete, too.
    """
    for target in (f"drivers/{name}", f"drivers/{name}/{env['NTARCH']}", "drivers"):
        _add(env, target, nodes)
        if f"{target}/" in SCons.Script.COMMAND_LINE_TARGETS:
            _add(env, f"{target}/", nodes)


def _add(env: Any, name: str, nodes: Sequence[Any]) -> None:
    alias = env.ans.Alias(name)
    if not alias.has_builder():
        alias.builder_set(SCons.Environment.AliasBuilder)
        alias.env_set(env)
    alias.add_source(nodes)
