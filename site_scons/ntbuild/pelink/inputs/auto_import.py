"""Auto-import: data of a DLL used without ``dllimport``, as mingw-w64's programs do.

A name that nothing defines is taken for its import slot ``__imp_NAME``, or for the name without its
stdcall decoration. Drivers have no start-up code that could fix such fields, so they get no
auto-import.

Source: GNU ld manual, "--enable-auto-import" and "--enable-stdcall-fixup".
"""

from collections.abc import Container
from typing import Final

from ntbuild.pecoff.machine import Machine
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.pseudo_relocations import READER
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .symbol_index import COMMON, DEFINED, WANTED, Intake

PREFIX: Final = b"__imp_"

NO_READER: Final = f"data is imported automatically, but {READER} is missing, which mends it"
NO_READER_HINT: Final = "link mingw-w64's start-up code, or declare the data with dllimport"


def is_allowed(options: LinkOptions) -> bool:
    """Whether names may be imported that nobody declared as imported."""
    native = options.is_driver or options.subsystem == "native"
    return options.mingw and options.auto_import is not False and not native


@dataclass(frozen=True, slots=True)
class StandIn:
    """What is taken for a missing name: its import slot, or its name without decoration."""

    name_id: int
    name: bytes
    is_import: bool


def stand_ins(
    intake: Intake,
    options: LinkOptions,
    machine: Machine,
    known: Container[int],
    log: Diagnostics,
) -> list[StandIn]:
    """For missing names that are not ``known`` yet, what an input or a library has instead."""
    if not options.mingw:
        return []
    found = []
    undecorate = machine.symbol_prefix and options.stdcall_fixup is not False
    for name_id in intake.ids_in_state(WANTED, DEFINED | COMMON):
        name = intake.text(name_id)
        if name_id in known or name.startswith(PREFIX):
            continue
        plain, at, size = name.rpartition(b"@")
        if is_allowed(options) and intake.is_known(PREFIX + name):
            found.append(StandIn(name_id, PREFIX + name, is_import=True))
        elif undecorate and at and plain and size.isdigit() and intake.is_known(plain):
            found.append(StandIn(name_id, plain, is_import=False))
            if not options.stdcall_fixup:
                _warn_of_stdcall(name, plain, log)
    return found


def _warn_of_stdcall(name: bytes, plain: bytes, log: Diagnostics) -> None:
    decorated, bare = (decoded(each) for each in (name, plain))
    log.warn(
        f"resolving {decorated} by linking to {bare}",
        hint="--enable-stdcall-fixup says that this is meant",
    )
