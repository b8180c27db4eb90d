"""Libraries as a Windows kit names them: which are modules, which are sources here, which nothing.

Drivers written for a kit name its libraries in projects, in ``#pragma comment(lib, ...)`` and in
directives of objects: ``wdmsec.lib``, ``FltMgr.lib``, ``BufferOverflowFastFailK.lib``. Letter case
and the suffix mean nothing. Kinds, the first that fits:

- sources: a folder ``toolchains/libraries/NAME``, of which each toolchain and machine has an
  archive. It may be a module as well: fwpkclnt is imports and GUIDs.
- module: an export list, of which an import library is made.
- nothing, kit: ``toolchains/libraries/names.toml`` says so and why.

``names.toml`` is read only for a name that is neither of the first two.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from ntbuild.support.toml_table import Table, TableError, read_toml
from ntbuild.support.values import dataclass

from .definitions import KERNEL_LIBRARIES, definition_files, list_files

Kind = Literal["nothing", "kit"]

_SOURCE_SUFFIXES: Final = (".c", ".S")
_NAME: Final = re.compile(r"[\w.+-]+")
_LIBRARY: Final = re.compile(r'^\s*(?:LIBRARY|NAME)\s+"?([\w.-]+)', re.MULTILINE | re.IGNORECASE)


class KitLibraryError(ValueError):
    """``names.toml`` is wrong; the text is one line that names file and key."""


@dataclass(frozen=True, slots=True)
class KitName:
    """A row of ``names.toml``: what a name stands for that is neither sources nor a module."""

    kind: Kind
    reason: str


def library_name(text: str) -> str:
    """The name of a library in lower case and without ``.lib``; empty for a path or no name.

    >>> library_name("FltMgr.Lib")
    'fltmgr'
    """
    name = text.lower().removesuffix(".lib")
    return name if _NAME.fullmatch(name) else ""


def library_sources(toolchains: Path, name: str, machine: str) -> tuple[Path, ...]:
    """The sources of a library in folder `toolchains`, by name; empty when it has none.

    A source in the machine's own folder takes the place of the general one of its name.
    """
    folder = toolchains / "libraries" / name
    folders = (folder, folder / machine)
    every = (path for each in folders if each.is_dir() for path in each.iterdir())
    found = {path.name: path for path in every if path.suffix in _SOURCE_SUFFIXES}
    return tuple(path for _, path in sorted(found.items()))


def kernel_module(toolchains: Path, name: str, machine: str) -> str | None:
    """The kernel module that has an export list, spelt as the list's file; None without.

    ``name``: as `library_name` gives it. Lists of programs' modules (``user32``) are none.
    """
    overlays = toolchains / "defs"
    files = definition_files(name, machine, overlays)
    if not files:
        every = list_files(machine, overlays)
        files = tuple(path for path in every if _stem(path).lower() == name)
    if any(path.is_relative_to(overlays) for path in files) or any(map(_is_kernel_list, files)):
        return _stem(files[0])
    return None


def kit_name(toolchains: Path, name: str) -> KitName | None:
    """What ``names.toml`` in folder `toolchains` says of a name. Raises KitLibraryError."""
    return _kit_names(toolchains / "libraries" / "names.toml").get(name)


def _stem(path: Path) -> str:
    return path.name.partition(".def")[0]


def _is_kernel_list(path: Path) -> bool:
    match = _LIBRARY.search(path.read_text(encoding="utf-8", errors="replace"))
    return match is not None and match[1].lower().endswith(KERNEL_LIBRARIES)


@functools.cache
def _kit_names(path: Path) -> dict[str, KitName]:
    found: dict[str, KitName] = {}
    kinds: tuple[Kind, ...] = ("nothing", "kit")
    try:
        top = read_toml(path)
        for kind in kinds:
            for table in top.tables(kind):
                row = KitName(kind, table.text("reason"))
                found |= dict.fromkeys(_names(table, found), row)
                table.close()
        top.close()
    except TableError as error:
        raise KitLibraryError(str(error)) from None
    return found


def _names(table: Table, known: Mapping[str, KitName]) -> tuple[str, ...]:
    names = table.texts("names")
    for name in names:
        if name in known or name != library_name(name):
            what = "stands twice" if name in known else "is no name in lower case without .lib"
            raise TableError(f"{table.at('names')}: {name!r} {what}")
    return names
