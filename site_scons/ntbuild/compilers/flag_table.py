"""Rows of flags in TOML: arguments, the reason for them, and the compilations that get them.

    [[flags]]
    use = ["-fcommon"]
    reason = "two tentative definitions of a variable are one, as cl has it"
    languages = ["c"]
    dialects = ["msvc"]

A row without a key is for every value of that property. A row that needs a machine, a dialect and a
flavor has all three keys; there is no "or" between rows.
"""

from __future__ import annotations

from typing import Final

from ntbuild.support.toml_table import Table
from ntbuild.support.values import dataclass

from .compilation import CONVENTIONS, DIALECTS, HARDENING_STATES, WORLDS
from .exceptions import EXCEPTIONS

MACHINES: Final = ("x64", "x86", "arm64", "arm")
FLAVORS: Final = ("debug", "release")
LANGUAGES: Final = ("c", "c++", "assembler")


@dataclass(frozen=True, slots=True)
class Flag:
    """Arguments, the reason for them, and the compilations that get them.

    Each set names values of one property of a compilation: `machines`, `flavors`, `languages`,
    `compilers` (names of the toolchain's candidates), `exceptions` (`exceptions.EXCEPTIONS`), and
    `dialects`, `worlds` and `conventions` as `compilation.Compilation` has them. `hardening`: what
    must hold of `Compilation.hardening_states`, all of it.
    """

    use: tuple[str, ...]
    reason: str
    machines: frozenset[str]
    flavors: frozenset[str]
    languages: frozenset[str]
    compilers: frozenset[str]
    exceptions: frozenset[str]
    dialects: frozenset[str]
    worlds: frozenset[str]
    conventions: frozenset[str]
    hardening: frozenset[str] = frozenset()


def read_flags(
    tables: tuple[Table, ...], compilers: tuple[str, ...], words: tuple[str, ...]
) -> tuple[Flag, ...]:
    """The rows of ``[[flags]]``; `words` are the placeholders allowed. Raises TableError."""
    found = []
    for table in tables:
        found.append(
            Flag(
                use=table.templates("use", words),
                reason=table.text("reason"),
                machines=table.choices("machines", MACHINES),
                flavors=table.choices("flavors", FLAVORS),
                languages=table.choices("languages", LANGUAGES),
                compilers=table.choices("compilers", compilers),
                exceptions=table.choices("exceptions", EXCEPTIONS),
                dialects=table.choices("dialects", DIALECTS),
                worlds=table.choices("worlds", WORLDS),
                conventions=table.choices("conventions", CONVENTIONS),
                hardening=table.choices("hardening", HARDENING_STATES, default=()),
            )
        )
        table.close()
    return tuple(found)
