"""Entry points that run before a driver's own: a chain that the linker ties together.

Each function of the run-time that is an entry point calls what comes after it by a name of its own,
which nothing defines. An alternate name gives it to the next one:

    NtbuildCxxEntry -> NtbuildCxxNext = DriverEntry
"""

from collections.abc import Sequence
from typing import Final

from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass, replace


@dataclass(frozen=True, slots=True)
class Stage:
    """An entry point of the run-time, and the name by which it calls the next."""

    function: str
    next_function: str


CXX_RUNTIME: Final = Stage("NtbuildCxxEntry", "NtbuildCxxNext")
"""Runs static constructors, and destructors when the driver goes (``toolchains/runtime/cxx``)."""


def with_stages(options: LinkOptions, stages: Sequence[Stage]) -> LinkOptions:
    """The options with an entry point in front of the driver's for each of `stages`, in order.

    A module that is never entered (``noentry=True``) has none of them.
    """
    if not stages or options.noentry:
        return options
    names = [*(stage.function for stage in stages), options.entry or "DriverEntry"]
    pairs = [
        (_symbol(stage.next_function, options.machine), _symbol(name, options.machine))
        for stage, name in zip(stages, names[1:], strict=True)
    ]
    alternates = (*options.alternatename, *pairs)
    return replace(options, entry=names[0], alternatename=alternates)


def _symbol(function: str, machine: str | None) -> str:
    """The symbol of an entry point: on x86 a stdcall function with two parameters."""
    is_decorated = function.startswith(("_", "?", "@")) or "@" in function
    return f"_{function}@8" if machine == "x86" and not is_decorated else function
