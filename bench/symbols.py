"""Programs with CodeView: what a link with a PDB costs beside one without.

Two extremes. ``debug`` is the text of ``large``: its 1,501 objects share few types, and most of the
work is in symbols and lines. ``headers`` is 1,500 drivers over ``ntddk.h`` in one image: most of
the work is in 1.1 million type records, which become some thousand.

Objects have the compiler's hashes of type records (``.debug$H``), which lld-link takes by default.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from . import sources
from .driver_text import driver_text

CODEVIEW = (
    "-g", "-gcodeview", "-gcodeview-ghash", "-gno-codeview-command-line",
    "-fdebug-compilation-dir=.", "-Xclang", "-object-file-name=",
)  # fmt: skip
_INCLUDE = Path(__file__).parents[1] / "toolchains" / "include"
_HANDLERS = 4
"""Functions of a driver in ``headers``: its types are those of the header, however many it has."""


@dataclass(frozen=True, slots=True)
class DebugShape(sources.Shape):
    """A shape whose objects have CodeView."""

    flags: ClassVar[tuple[str, ...]] = CODEVIEW


@dataclass(frozen=True, slots=True)
class HeaderShape(sources.Shape):
    """Drivers over ``ntddk.h`` whose names differ, so that they link to one image."""

    language: ClassVar[str] = "c"
    flags: ClassVar[tuple[str, ...]] = CODEVIEW
    precompiled: ClassVar[bool] = True

    def header(self) -> str:
        """What all units include: the DDK's header, and ntbuild's for section attributes."""
        return "#include <ntddk.h>\n#include <ntbuild/sections.h>\n"

    def include_flags(self) -> tuple[str, ...]:
        """Where the compiler finds these: mingw's headers are those of the ziglang wheel."""
        found = find_spec("ziglang")
        if found is None or not found.submodule_search_locations:
            raise RuntimeError("the wheel ziglang is not installed; its headers are compiled")
        headers = Path(found.submodule_search_locations[0]) / "lib/libc/include/any-windows-any"
        folders = (_INCLUDE, headers / "ddk", headers)
        return tuple(word for each in folders for word in ("-isystem", str(each)))

    def unit(self, number: int) -> str:
        """The text of one driver; its public functions have its number in their names."""
        text = "\n".join(driver_text(number, _HANDLERS).splitlines()[2:])  # without its includes
        for name in ("DriverEntry", "Unload", "CreateClose", "Control", "Tick"):
            text = text.replace(f" {name}", f" {name}{number}")
        return text.replace("/* guarded by Lock */", "") + "\n"

    def entry(self, units: int, copies: int = 1) -> str:
        """The object with DriverEntry, which starts every driver."""
        if copies > 1:
            raise RuntimeError("drivers cannot be doubled by renaming")
        names = [f"DriverEntry{number}" for number in range(units)]
        lines = ['#include "shapes.hpp"']
        lines += [f"DRIVER_INITIALIZE {name};" for name in names]
        lines.append("NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Registry)")
        lines += ["{", *(f"    {name}(Driver, Registry);" for name in names)]
        return "\n".join([*lines, "    return STATUS_SUCCESS;", "}", ""])


SHAPES = {
    "debug": DebugShape("debug", 1500, 21),
    "debug_hello": DebugShape("debug_hello", 0, 0),
    "headers": HeaderShape("headers", 1500, _HANDLERS),
}
