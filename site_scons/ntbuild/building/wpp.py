"""`Wpp`: what becomes of WPP trace messages in a driver's sources."""

from typing import Final

from ntbuild.support.values import dataclass

MODES: Final = ("off", "debug")
"""Messages are nothing, or go to the kernel debugger."""


@dataclass(frozen=True, slots=True)
class Wpp:
    """How sources with WPP trace messages are compiled.

    ``mode``: of `MODES`. ``scan``: the headers that hold the configuration (``begin_wpp config``),
    relative to the SConscript. ``functions``: trace functions in addition, as in WppTraceFunction.
    """

    mode: str = "off"
    scan: str | tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
