"""``harden=``: measures against exploits that the WDK's own build takes by default.

| part | compiler | linker |
|---|---|---|
| cookie | a cookie between a frame's arrays and its return address | GsDriverEntry fills it first |
| guard | indirect calls are checked (clang; x64, arm64) | ``/guard:cf``, table of call targets |
| cet | - | ``/cetcompat`` (x64): returns agree with a shadow stack |
| pool | NonPagedPool is NonPagedPoolNx | - |

A part that a machine or a compiler has not got is left out: gcc has no control flow guard.
Sections that can be both written and executed are refused by the validator in any case.

Sources: Microsoft "/GS", "/guard", "/CETCOMPAT", "NX and Execute Pool Types".
"""

from collections.abc import Mapping
from typing import Any, Final

from ntbuild.compilers.compilation import HARDENING

from .entry import Stage

PARTS: Final = (*HARDENING, "cet", "pool")
"""What ``harden=True`` stands for."""

COOKIE: Final = Stage("GsDriverEntry", "NtbuildGsNext")
"""Fills in the stack protector's cookies (``toolchains/runtime/all/gs_driver_entry.c``)."""

_GUARDED: Final = ("x64", "arm64")


class HardeningError(ValueError):
    """``harden=`` is wrong; the text is one line without the keyword's name."""


def hardening(value: object) -> tuple[str, ...]:
    """The parts that are on, in the order of `PARTS`. Raises HardeningError.

    ``value``: True, False, None for the default, or a reason by the part that is off.
    """
    if value is None or value is False:
        return ()
    if value is True:
        return PARTS
    if not isinstance(value, Mapping):
        raise HardeningError(f"expected True, False or a reason by part, not {value!r}")
    for part, reason in value.items():
        if part not in PARTS:
            raise HardeningError(f"unknown part {part!r}; it is one of {', '.join(PARTS)}")
        if not isinstance(reason, str) or not reason.strip():
            raise HardeningError(f"{part!r} is off: give the reason, not {reason!r}")
    return tuple(part for part in PARTS if part not in value)


def link_options(parts: tuple[str, ...], machine: str, *, has_guard: bool) -> dict[str, Any]:
    """The link options of the parts that are on.

    ``has_guard``: the compiler can make guarded code.
    """
    found: dict[str, Any] = {}
    if "guard" in parts and has_guard and machine in _GUARDED:
        found["guard"] = "cf"
    if "cet" in parts and machine == "x64":
        found["cetcompat"] = True
    return found


def defines(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The macros of the parts that are on."""
    return ("POOL_NX_OPTIN_AUTO=1",) if "pool" in parts else ()
