"""Library search of GNU ld: which file ``-lX`` names, and in which folders it is looked for.

All names are tried in one folder before the next folder, and every ``-L`` applies to every ``-l``,
wherever it stands. The order of the names is a contract: an import library goes before the static
library, the static library before a DLL.

Source: GNU ld manual, "-l namespec", "ld and WIN32 (cygwin/mingw)"; ld 2.40 as it behaves.
"""

import os
from collections.abc import Sequence
from typing import Final

from ntbuild.pecoff.machine import MACHINES, machine_of
from ntbuild.support.inputs import open_input
from ntbuild.support.paths import is_file

DYNAMIC_NAMES: Final = ("lib{}.dll.a", "{}.dll.a", "lib{}.a", "{}.lib", "lib{}.dll", "{}.dll")
"""File names that ``-lX`` may mean; the first that exists is taken."""

STATIC_NAMES: Final = ("lib{}.a", "{}.lib")
"""The same after ``-Bstatic``."""

TRIPLES: Final = {
    "x64": "x86_64-w64-mingw32",
    "x86": "i686-w64-mingw32",
    "arm64": "aarch64-w64-mingw32",
    "arm": "armv7-w64-mingw32",
}
"""mingw-w64's name of each machine: in folders and in the names of tools."""

_LDS: Final = {triple: machine for machine, triple in TRIPLES.items()}


def machine_of_program(program: str) -> str | None:
    """The machine in a linker's own name: x86 for ``i686-w64-mingw32-ld``; None without one."""
    name = os.path.basename(program)  # noqa: PTH119 - see support/paths.py
    return _LDS.get(name.removesuffix(".exe").rpartition("-")[0])


def machine_of_objects(paths: Sequence[str]) -> str | None:
    """The machine of the first object among some files; None when none can be read."""
    for path in paths:
        try:
            with open_input(path) as file:
                head = file.head(8)
        except OSError:
            continue
        # A bigobj header starts with Sig1 0, Sig2 0xFFFF, Version, and then Machine.
        bigobj = head[:4] == b"\0\0\xff\xff"
        machine = machine_of(int.from_bytes(head[6:8] if bigobj else head[:2], "little"))
        if machine is not None:
            return machine.name
    return None


def default_folders(machine: str | None, program: str, sysroot: str) -> tuple[str, ...]:
    """Folders after every ``-L``: mingw-w64's libraries for the machine.

    ``program`` is the linker's own path: a toolchain that was unpacked anywhere has its libraries
    in ``../TRIPLE/lib`` from its programs.
    """
    triple = TRIPLES[machine if machine in MACHINES and machine else "x64"]
    if sysroot:
        roots = [sysroot]
    else:
        from pathlib import Path  # noqa: PLC0415 - see support/paths.py

        # A name without a folder was found in PATH and does not say where the toolchain is.
        own = Path(program).parent.parent
        roots = [str(own)] if Path(program).name != program else []
        roots.append("/usr")
    return tuple(dict.fromkeys(f"{root}/{triple}/lib" for root in roots))


def with_sysroot(folder: str, sysroot: str) -> str:
    """A folder whose leading ``=`` or ``$SYSROOT`` is replaced by the sysroot."""
    for mark in ("=", "$SYSROOT"):
        if folder.startswith(mark):
            return sysroot + folder.removeprefix(mark)
    return folder


def find_namespec(name: str, folders: Sequence[str], *, static: bool) -> str | None:
    """The path of ``-l name``, None when no folder has it; ``:file`` is a file name as it is."""
    if name.startswith(":"):
        spelled: Sequence[str] = (name[1:],)
    else:
        spelled = [pattern.format(name) for pattern in (STATIC_NAMES if static else DYNAMIC_NAMES)]
    for folder in folders:
        for each in spelled:
            path = f"{folder}/{each}"
            if is_file(path):
                return path
    return None
