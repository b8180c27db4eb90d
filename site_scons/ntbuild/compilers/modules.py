"""The kernel modules that have an export list, and what each exports per machine.

A module is a kernel module when its list names a file that drivers import from
(`hints.KERNEL_LIBRARIES`). Names are undecorated; a list that only others include is no module.
"""

import functools
import re
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

from .definitions import KERNEL_LIBRARIES, DefinitionError, import_definition, list_files

_LIBRARY: Final = re.compile(r'^\s*(?:LIBRARY|NAME)\s+"?([\w.-]+)', re.MULTILINE | re.IGNORECASE)
_ENTRY: Final = re.compile(r"@?([^@\s]+)(?:@\d+)?(?:\s+(.*))?$")
_API_SETS: Final = ("api-ms-", "ext-ms-")
_DATA: Final = re.compile(r"\b(DATA|CONSTANT)\b")


@dataclass(frozen=True, slots=True)
class KernelModule:
    """A module on one machine.

    `name`: as ``import_libraries=`` has it. `file`: what an image names, such as ``fltmgr.sys``.
    `functions`, `data`: what it exports, sorted. `definition`: the whole list as .def text.
    """

    name: str
    file: str
    functions: tuple[str, ...]
    data: tuple[str, ...]
    definition: str


@functools.cache
def kernel_modules(machine: str, overlays: Path) -> tuple[KernelModule, ...]:
    """The kernel modules of a machine, by name. `overlays` is the folder ``toolchains/defs``.

    Raises DefinitionError for an overlay that is wrong.
    """
    names = {
        path.name.partition(".def")[0]: None
        for path in list_files(machine, overlays)
        if not path.name.startswith(_API_SETS) and _may_be_one(path, overlays)
    }
    found = (_module(name, machine, overlays) for name in sorted(names, key=str.lower))
    return tuple(each for each in found if each is not None)


def _may_be_one(path: Path, overlays: Path) -> bool:
    """Whether a list is an overlay, or names a kernel module's file."""
    if path.is_relative_to(overlays):
        return True
    library = _LIBRARY.search(path.read_text(encoding="utf-8", errors="replace"))
    return library is not None and library[1].lower().endswith(KERNEL_LIBRARIES)


def _module(name: str, machine: str, overlays: Path) -> KernelModule | None:
    try:
        text = import_definition(name, machine, overlays)
    except DefinitionError:
        if any((overlays / layer / f"{name}.def").is_file() for layer in ("all", machine)):
            raise
        return None  # a list of the wheel that is a part of others
    library = _LIBRARY.search(text)
    file = library[1].lower() if library else ""
    if not file.endswith(KERNEL_LIBRARIES):
        return None
    functions: set[str] = set()
    data: set[str] = set()
    for line in text.splitlines()[2:]:
        entry = _ENTRY.match(line)
        if entry:
            (data if _DATA.search(entry[2] or "") else functions).add(entry[1])
    return KernelModule(name, file, tuple(sorted(functions)), tuple(sorted(data)), text)
