"""Entry points that run before a driver's own: a chain that the linker ties together.

Each function of the run-time that is an entry point calls what comes after it by a name of its own,
which nothing defines. An alternate name gives it to the next one:

    NtbuildCxxEntry -> NtbuildCxxNext = DriverEntry
"""

import functools
import re
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostic, LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class Stage:
    """An entry point of the run-time, and the name by which it calls the next."""

    function: str
    next_function: str


CXX_RUNTIME: Final = Stage("NtbuildCxxEntry", "NtbuildCxxNext")
"""Runs static constructors, and destructors when the driver goes (``toolchains/runtime/cxx``)."""

_UNDEFINED: Final = re.compile(r"undefined symbol: (_?Ntbuild\w+Next(?:@8)?)")


def with_stages(options: LinkOptions, stages: tuple[Stage, ...]) -> LinkOptions:
    """The options with an entry point in front of the driver's for each of `stages`, in order.

    A module that is never entered (``noentry=True``) has none of them. Drivers with equal options
    share the answer, as they share the options themselves.
    """
    if not stages or options.noentry:
        return options
    try:
        hash(options)
    except TypeError:  # a list in a list
        return _staged(options, stages)
    return _staged_once(options, stages)


def _staged(options: LinkOptions, stages: tuple[Stage, ...]) -> LinkOptions:
    functions = [stage.function for stage in stages]
    own = options.entry if options.entry not in functions else None  # else it would call itself
    names = [*functions, own or "DriverEntry"]
    pairs = [
        (_symbol(stage.next_function, options.machine), _symbol(name, options.machine))
        for stage, name in zip(stages, names[1:], strict=True)
    ]
    alternates = (*options.alternatename, *pairs)
    return replace(options, entry=names[0], alternatename=alternates)


_staged_once: Final = functools.lru_cache(maxsize=1024)(_staged)


def _symbol(function: str, machine: str | None) -> str:
    """The symbol of an entry point: on x86 a stdcall function with two parameters."""
    is_decorated = function.startswith(("_", "?", "@")) or "@" in function
    return f"_{function}@8" if machine == "x86" and not is_decorated else function


def with_own_entry(error: LinkError, options: LinkOptions) -> LinkError:
    """The errors, with the driver's own entry point where none was found for a stage to call."""
    following = dict(options.alternatename)
    return LinkError(tuple(_about_own_entry(each, following) for each in error.diagnostics))


def _about_own_entry(found: Diagnostic, following: dict[str, str]) -> Diagnostic:
    match = _UNDEFINED.fullmatch(found.message)
    name = following.get(match[1]) if match else None
    if name is None:
        return found
    hint = 'define it, or name another one with entry=; it is NTAPI, and extern "C" in C++'
    return replace(
        found, message=f"undefined symbol: {name}", notes=("the entry point",), hint=hint
    )
