"""What kernel modules export and how many bytes their functions take off the stack on x86.

An import that no list has is refused, as NT's loader does. The lists are those that builds link
against: mingw-w64's of the ziglang wheel, with ``toolchains/defs`` over them.
"""

import functools
import re
from typing import Final

from ntbuild.compilers.definitions import DefinitionError, import_definition
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.support.values import dataclass

_ENTRY: Final = re.compile(r"(@?)([^@\s]+)(?:@(\d+))?(?:\s+(.*))?$")
_DATA: Final = re.compile(r"\b(?:DATA|CONSTANT)\b")
_FILE: Final = re.compile(r"^([\w-]+)\.(?:exe|dll|sys)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Export:
    """An exported name. ``pops``: bytes that an x86 function removes; None: its caller does."""

    name: str
    is_data: bool = False
    is_fastcall: bool = False
    pops: int | None = None


@functools.cache
def exports_of(file: str, machine: str) -> dict[str, Export] | None:
    """The exports of a module's file (``ntoskrnl.exe``) by name; None without a list of it."""
    found = _FILE.match(file)
    if found is None:
        return None
    try:
        text = import_definition(found[1].lower(), machine, toolchains_folder() / "defs")
    except DefinitionError:
        return None
    exports = {}
    for line in text.splitlines()[2:]:
        entry = _ENTRY.match(line)
        if entry:
            at, name, size, rest = entry.groups()
            pops = int(size) if size and machine == "x86" else None
            if pops is not None and at:  # two arguments are in registers
                pops = max(pops - 8, 0)
            exports[name] = Export(name, bool(_DATA.search(rest or "")), bool(at), pops)
    return exports
