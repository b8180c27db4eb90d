"""Compiling a source with ``__try`` for x86: to the compiler's own text, from that to the object.

Between the two `ntbuild.compilers.guarded_copies` rewrites what would not be guarded. The command
that ``scons --verbose`` prints makes an object without that.
"""

import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from ntbuild.compilers.guarded_copies import Unguarded, compile_guarded

from .try_flags import is_guarded

REWRITING: Final = "copies are rewritten, 1"
"""A word of the signature; the number counts how the rewriting has changed."""


def is_rewritten(target: Any, env: Any) -> bool:
    """Whether the object `target`, a list of one node, is compiled by way of the text."""
    return env["NTARCH"] == "x86" and is_guarded(target, env)


def compile_rewritten(words: Sequence[str], run: Callable[[Sequence[str]], int]) -> int:
    """The exit status of a command ``... -c -o OBJECT SOURCE``; what is not guarded is an error."""
    status, unguarded = compile_guarded(words, run)
    if unguarded:
        _report(words[-1], unguarded)
    return status


def _report(source: str, unguarded: Sequence[Unguarded]) -> None:
    for each in dict.fromkeys(unguarded):
        place = f"{source}:{each.line}" if each.line else source
        name = each.function.lstrip("_").partition("@")[0]
        sys.stderr.write(
            f"{place}: error: __try on x86 does not guard {each.what}, nor what follows it in "
            f"{name}: put it into a function of its own, which {name} calls\n"
        )
