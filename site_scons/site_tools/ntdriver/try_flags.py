"""Compile flags that depend on ``__try``: a source that has it is guarded and not optimised.

Whether it has it shows when it is compiled and not when it is declared: the word may be in a header
that another builder makes. So in a command these flags are a function, which looks at what the
object depends on; SCons has scanned that before it asks for a signature or a command line.

For x86, and in a release for all machines, such a source becomes the compiler's own text first, and
the object of that. Between the two, `ntbuild.compilers.seh.guarded_copies` rewrites what would not
be guarded on x86, and `ntbuild.compilers.seh.optimised_neighbours` marks what must not be optimised
on the others. The command that ``scons --verbose`` prints makes an object without that.
"""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from ntbuild.compilers.exceptions import has_try
from ntbuild.compilers.seh.guarded_copies import Unguarded, compile_guarded
from ntbuild.compilers.seh.optimised_neighbours import compile_neighbours

CRASHES: Final = ("-Xclang", "-fasync-exceptions")
"""What guards loads and stores, and what clang does not survive on some C++."""

COPIES: Final = "copies are rewritten, 1"
NEIGHBOURS: Final = "functions without __try are optimised, 2"
"""Words of the signature; the number counts how the rewriting has changed."""

_SECONDS: Final = 120


class TryFlags:
    """The flags of a language: `plain`, and `guarded` for a source that has ``__try``."""

    def __init__(self, plain: Sequence[str], guarded: Sequence[str]) -> None:
        self.plain = list(plain)
        self.guarded = list(guarded)

    def __call__(self, target: Any, source: Any, env: Any, for_signature: Any) -> list[str]:  # noqa: ARG002
        """SCons's way to ask for a construction variable's value."""
        return self.of(target)

    def of(self, target: Iterable[Any]) -> list[str]:
        """The flags for the object `target`, a list of one node."""
        if self.plain == self.guarded:
            return self.plain
        return self.guarded if _uses_try(target) else self.plain


def last_flags(target: Any, source: Any, env: Any, for_signature: Any) -> list[str]:  # noqa: ARG001
    """What stands behind a project's own flags: an ``-O2`` there would lose handlers again."""
    return ["-O0"] if is_guarded(target, env) else []


def note(target: Any, source: Any, env: Any, for_signature: Any) -> str:  # noqa: ARG001
    """What the screen says of what is not optimised in a release's source."""
    if env["NTFLAVOR"] != "release" or not is_guarded(target, env):
        return ""
    return f", not optimised: {'' if env['NTARCH'] == 'x86' else 'functions with '}__try"


def is_guarded(target: Any, env: Any) -> bool:
    """Whether the object `target`, a list of one node, gets the flags for ``__try``."""
    flags = env["NTFLAGS_CC"]
    return flags.guarded != flags.plain and flags.of(target) is flags.guarded


def explain_crash(
    command: Iterable[Sequence[Any]], environment: Mapping[str, str], target: Any, source: Any
) -> None:
    """After a failed compilation: say so when the source is right and `CRASHES` is what failed.

    The compiler's exit status is the same for both. So the source is checked once more without the
    flag: if it passes, the flag is at fault.
    """
    for words in command:
        argv = [str(word) for word in words]
        if CRASHES[1] not in argv or not _uses_try(target):
            continue
        at = argv.index(CRASHES[1])
        argv[at - 1 : at + 1] = ["-fsyntax-only"]
        if _passes(argv, environment):
            sys.stderr.write(
                f"{source[0]}: the compiler does not survive {CRASHES[1]} on this source, which "
                "has __try: put the functions with __try into a source of their own, without "
                "objects that have destructors and without a goto or continue out of __try\n"
            )


def _passes(argv: Sequence[str], environment: Mapping[str, str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            argv, env=environment, stdout=quiet, stderr=quiet, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _uses_try(target: Iterable[Any]) -> bool:
    """Whether a node's source, or a header that it includes, has ``__try``."""
    return any(_has_try(each) for node in target for each in node.children())


def _has_try(node: Any) -> bool:
    known = node.attributes.__dict__
    if "ntbuild_has_try" not in known:
        known["ntbuild_has_try"] = node.rexists() and has_try(node.get_contents())
    return bool(known["ntbuild_has_try"])


def rewriting(target: Any, env: Any) -> str:
    """`COPIES` or `NEIGHBOURS` for an object that is compiled by way of the text, else nothing.

    ``target``: a list of one node.
    """
    if not is_guarded(target, env):
        return ""
    if env["NTARCH"] == "x86":
        return COPIES
    return NEIGHBOURS if env["NTFLAVOR"] == "release" else ""


def compile_rewritten(how: str, words: Sequence[str], run: Callable[[Sequence[str]], int]) -> int:
    """The exit status of a command ``... -c -o OBJECT SOURCE``; what is not guarded is an error."""
    if how == NEIGHBOURS:
        status, unknown = compile_neighbours(words, run)
        if unknown:
            sys.stderr.write(
                f"{words[-1]}: warning: no function of it is optimised: a function with __try has "
                f"a line of the compiler's that is not understood: {unknown.strip()}\n"
            )
        return status
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
