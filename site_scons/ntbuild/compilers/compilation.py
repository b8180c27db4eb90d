"""How the sources of a driver are compiled beyond its toolchain, machine and flavor.

`Compilation` is made once from a driver's keywords (``dialect=``, ``model=``, ``windows=``,
``stdcall=`` ...). A toolchain turns it into flags, header folders and a fingerprint, and a build
tool does that once for each distinct value: drivers that are declared alike share the answer, and
`HARDENED`, the value of a driver without such keywords, is the environment's own.

What a driver adds for itself (``defines=``, ``cflags=``, ``include_dirs=``) is not in here: it
stands behind these flags on the command line and wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from ntbuild.support.values import dataclass

DIALECTS: Final = ("gnu", "msvc")
"""Whose C and C++ sources are written in: gcc's and clang's, or that of Microsoft's cl."""

WORLDS: Final = ("mingw", "kit")
"""Where the system's headers come from: mingw-w64's DDK, or a Windows kit; never both."""

CONVENTIONS: Final = ("cdecl", "stdcall")
"""How functions that name no calling convention are called on x86."""

HARDENING: Final = ("cookie", "guard", "pool")
"""Measures against exploits that compilers take: a stack cookie, control flow guard, macros that
make NonPagedPool one that is not executable."""

HARDENING_STATES: Final = tuple(word for part in HARDENING for word in (part, f"no {part}"))
"""What a row of flags may be for: a part that is on, or one that is off."""

_MACRO: Final = re.compile(r"-D(\w+)")


@dataclass(frozen=True, slots=True)
class Compilation:
    """What decides about objects apart from the cell and the driver's own flags.

    - `dialect`, `world`, `convention`: of `DIALECTS`, `WORLDS` and `CONVENTIONS`; they choose among
      the flags of a toolchain.
    - `defines`: ``NAME`` or ``NAME=VALUE``, for C and C++; one replaces a toolchain's of that name.
    - `headers`: absolute folders, searched before ntbuild's own headers and the DDK's.
    - `forced_includes`: headers that C and C++ sources include first, in this order, after the
      dialect's own and before the driver's.
    - `has_cxx_headers`: C++ sources find libc++'s headers.
    - `kit`: the folder of a Windows kit, for the world ``kit``.
    - `hardening`: the parts of `HARDENING` that are on.
    - `state`: a digest of header folders outside of ntbuild, which are not scanned.
    """

    dialect: str = "gnu"
    world: str = "mingw"
    convention: str = "cdecl"
    defines: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    forced_includes: tuple[str, ...] = ()
    has_cxx_headers: bool = False
    kit: str = ""
    state: str = ""
    hardening: tuple[str, ...] = ()

    @property
    def hardening_states(self) -> frozenset[str]:
        """For each part of `HARDENING` whether it is on or off, in words of `HARDENING_STATES`."""
        on = self.hardening
        return frozenset(part if part in on else f"no {part}" for part in HARDENING)

    def words(self, before: Iterable[str], language: str) -> tuple[str, ...]:
        """The flags of this value alone, to stand behind the flags `before` of a toolchain."""
        if language == "assembler":
            return ()
        forced = tuple(word for name in self.forced_includes for word in ("-include", name))
        return (*define_words(self.defines, before), *forced)


PLAIN: Final = Compilation()
"""Nothing but the cell's flags: what ntbuild's run-time is compiled with."""

HARDENED: Final = Compilation(hardening=HARDENING)
"""What a driver without any such keyword has, and an object of ``env.Object``."""


def define_words(defines: Iterable[str], before: Iterable[str]) -> tuple[str, ...]:
    """``-D`` words for `defines`; a name that `before` defines already is undefined first.

    Compilers warn about a macro that the command line defines twice with different values.
    """
    known = {found[1] for word in before if (found := _MACRO.match(word))}
    words: list[str] = []
    for each in defines:
        name = each.partition("=")[0]
        if name in known:
            words.append(f"-U{name}")
        words.append(f"-D{each}")
    return tuple(words)
