"""``harden=``: measures against exploits, all on by default, as in the WDK's own build.

| part | compiler | linker |
|---|---|---|
| cookie | a cookie between a frame's arrays and its return address | GsDriverEntry fills it first |
| guard | indirect calls are checked (clang; x64, arm64) | ``/guard:cf``, table of call targets |
| cet | - | ``/cetcompat`` (x64): returns agree with a shadow stack |
| pool | NonPagedPool is NonPagedPoolNx (Windows 8 and later) | - |

A part that a machine, a compiler or a version of Windows has not got is left out: gcc has no
control flow guard. `left_out` says so to those who write ``harden=True`` themselves.
Sections that can be both written and executed are refused by the validator in any case.

Sources: Microsoft "/GS", "/guard", "/CETCOMPAT", "NX and Execute Pool Types", "Single Binary
Opt-In: POOL_NX_OPTIN".
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from ntbuild.compilers.compilation import HARDENING

from .entry import Stage

PARTS: Final = ("cookie", "guard", "cet", "pool")
"""What ``harden=True`` stands for."""

COOKIE: Final = Stage("GsDriverEntry", "NtbuildGsNext")
"""Fills in the stack protector's cookies (``toolchains/runtime/all/gs_driver_entry.c``)."""

_GUARDED: Final = ("x64", "arm64")
_NX_POOL: Final = (6, 2)
"""The first Windows (8) with a pool that is not executable."""


class HardeningError(ValueError):
    """``harden=`` is wrong; the text is one line without the keyword's name."""


def hardening(value: object) -> tuple[str, ...]:
    """The parts that are on, in the order of `PARTS`. Raises HardeningError.

    ``value``: True, False, None for the default, which is True, or a reason by the part that is
    off.
    """
    if value is None or value is True:
        return PARTS
    if value is False:
        return ()
    if not isinstance(value, Mapping):
        raise HardeningError(f"expected True, False or a reason by part, not {value!r}")
    for part, reason in value.items():
        if part not in PARTS:
            raise HardeningError(f"unknown part {part!r}; it is one of {', '.join(PARTS)}")
        if not isinstance(reason, str) or not reason.strip():
            raise HardeningError(f"{part!r} is off: give the reason, not {reason!r}")
    return tuple(part for part in PARTS if part not in value)


def compiled_parts(parts: tuple[str, ...], windows: tuple[int, int] | None) -> tuple[str, ...]:
    """The parts that sources are compiled with.

    ``windows``: the oldest version that the driver is for, None for Windows 10.
    """
    is_older = windows is not None and windows < _NX_POOL
    return tuple(part for part in HARDENING if part in parts and not (part == "pool" and is_older))


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


def left_out(
    value: object, machine: str, windows: tuple[int, int] | None, *, has_guard: bool
) -> Iterator[str]:
    """A line for each part that cannot be had here, though the machine has it.

    ``value``: the keyword's; only True asks for all parts. ``windows``: see `compiled_parts`.
    """
    if value is not True:
        return
    if machine in _GUARDED and not has_guard:
        yield (
            "harden: this compiler has no control flow guard, zig and clang have it; "
            "harden={'guard': 'REASON'} leaves it out without this note"
        )
    if windows is not None and windows < _NX_POOL:
        yield (
            "harden: Windows has NonPagedPoolNx since 8; a driver for older ones defines "
            "POOL_NX_OPTIN and calls ExInitializeDriverRuntime; harden={'pool': 'REASON'} leaves "
            "it out without this note"
        )
