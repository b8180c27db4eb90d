"""Decorated names: the symbols that a C function's name may stand for.

On x86 a compiler writes ``_f`` (cdecl), ``_f@8`` (stdcall, with the argument bytes) or ``@f@8``
(fastcall); on other machines the symbol is the name. Users name functions, so the linker tries the
spellings one after the other.

Source: Microsoft "Decorated Names", "Format of a C decorated name".
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pecoff.machine import Machine

_ARGUMENT_BYTES: Final = range(0, 132, 4)


def without_argument_bytes(name: str) -> str:
    """``f`` of stdcall's ``f@8``, fastcall's ``@f@8`` and vectorcall's ``f@@8``; or the name."""
    bare, at, size = name.rpartition("@")
    bare = bare.removesuffix("@")
    return bare.removeprefix("@") if at and bare and size.isdigit() else name


def spellings(name: str, machine: Machine) -> Iterator[str]:
    """Symbols that ``name`` may stand for: ``name`` itself, then cdecl, stdcall and fastcall."""
    yield name
    if not machine.symbol_prefix:
        return
    yield machine.symbol_prefix + name
    for size in _ARGUMENT_BYTES:
        yield f"{machine.symbol_prefix}{name}@{size}"
    for size in _ARGUMENT_BYTES:
        yield f"@{name}@{size}"
