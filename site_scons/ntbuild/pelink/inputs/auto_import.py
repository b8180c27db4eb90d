"""Auto-import: data of a DLL used without ``dllimport``, as mingw-w64's programs do.

    extern int counter;      refers to counter
    k.lib                    only defines __imp_counter: the slot that holds its address

A name that nothing defines is taken for its import slot ``__imp_NAME``, or for the name without its
stdcall decoration (``_f`` for ``_f@8``). A field that refers to a slot in place of the data is
corrected by the program's start-up code (``pseudo_relocations``). Drivers have no such code, so
they get no auto-import.

Source: GNU ld manual, "--enable-auto-import" and "--enable-stdcall-fixup".
"""

from collections.abc import Callable, Container, Iterable
from itertools import islice
from typing import Final

from ntbuild.pecoff.machine import Machine
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.pseudo_relocations import READER
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .symbol_index import COMMON, DEFINED, REQUESTED, WEAK, SymbolIndex

PREFIX: Final = b"__imp_"
_NAMES_SHOWN = 3

_NO_READER: Final = f"{READER} is missing, which automatic imports of data need"
_NO_READER_HINT: Final = "link mingw-w64's start-up code, or declare the data with dllimport"


def is_allowed(options: LinkOptions) -> bool:
    """Whether names may be imported that no object declares as imported."""
    native = options.is_driver or options.subsystem == "native"
    return options.mingw and options.auto_import is not False and not native


@dataclass(frozen=True, slots=True)
class Substitute:
    """What is taken for a missing name: its import slot, or its name without decoration.

    ``name_id`` is the missing name's, ``name`` that of its substitute.
    """

    name_id: int
    name: bytes
    is_import: bool


def substitutes(
    index: SymbolIndex,
    options: LinkOptions,
    machine: Machine,
    known: Container[int],
    log: Diagnostics,
) -> list[Substitute]:
    """For missing names that are not ``known`` yet, what an input or a library has instead.

    ``known`` are name ids that have a substitute already.
    """
    found = []
    undecorate = machine.symbol_prefix and options.stdcall_fixup is not False
    # A weak external has its default in place of a substitute.
    for name_id in index.ids_in_state(REQUESTED, DEFINED | COMMON | WEAK):
        name = index.text(name_id)
        if name_id in known or name.startswith(PREFIX):
            continue
        plain, at, size = name.rpartition(b"@")
        if plain[:1] == b"@":  # fastcall: f of a DLL made with --kill-at is _f to C
            plain = machine.symbol_prefix.encode() + plain[1:]
        if is_allowed(options) and index.is_known(PREFIX + name):
            found.append(Substitute(name_id, PREFIX + name, is_import=True))
        elif undecorate and at and plain and size.isdigit() and index.is_known(plain):
            found.append(Substitute(name_id, plain, is_import=False))
            if not options.stdcall_fixup:
                warn_of_stdcall(name, plain, log)
    return found


def reader_of(
    find: Callable[[str], bytes | None], imported: Iterable[bytes], log: Diagnostics
) -> bytes | None:
    """The start-up code's function that corrects fields; without it ``imported`` is an error.

    ``find`` gives the symbol of a C name, or None.
    """
    reader = find(READER)
    if reader is None:
        notes = tuple(f"the data is {decoded(name)}" for name in islice(imported, _NAMES_SHOWN))
        log.error(_NO_READER, hint=_NO_READER_HINT, notes=notes)
    return reader


def warn_of_stdcall(name: bytes, plain: bytes, log: Diagnostics) -> None:
    """Warn that a stdcall name means a cdecl function, which pops no arguments."""
    decorated, bare = (decoded(each) for each in (name, plain))
    log.warn(
        f"resolving {decorated} by linking to {bare}",
        hint="--enable-stdcall-fixup does this without a warning",
    )
