"""Versions of the Kernel-Mode Driver Framework, and where the headers of one are.

ntbuild's own headers know the versions in `VERSIONS`. Instead, a checkout of Microsoft's
MIT-licensed repository may be named (``wdf=``, or NTBUILD_WDF in the environment), whose headers
lie in ``src/publicinc/wdf/kmdf/1.33``; a folder of such version folders will do as well. A kit has
its own.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

VERSIONS: Final = ("1.15", "1.17", "1.19", "1.21", "1.23", "1.25", "1.27", "1.31", "1.33")
"""The versions that ntbuild's own headers declare."""

DEFAULT: Final = "1.15"
"""The version of a driver that names none: the oldest, which every Windows 10 and 11 has."""

VARIABLE: Final = "NTBUILD_WDF"
"""The environment variable for a checkout, for drivers that do not say ``wdf=``."""

FRONT: Final = "models/kmdf/front"
"""The folder, among the toolchains, of what goes before headers of others: they need an order."""

_PLACES: Final = ("src/publicinc/wdf/kmdf", "wdf/kmdf", "kmdf", ".")
_NEEDED: Final = (
    *("wdf", "wdftypes", "wdfglobals", "wdffuncenum", "wdfobject", "wdfdriver", "wdfdevice"),
    *("wdfio", "wdfrequest", "wdfiotarget", "wdfmemory", "wdfsync", "wdftimer", "wdfusb"),
)
"""Headers without which a folder is no version's."""


class KmdfError(Exception):
    """A version is unknown or headers are missing; one line that starts with the keyword."""


@dataclass(frozen=True, slots=True)
class Framework:
    """A version, and the folders of its headers, in order; absolute.

    ``foreign``: they are not ntbuild's, which alone say that callbacks are stdcall on x86;
    ``state`` is then a digest of them.
    """

    version: str
    headers: tuple[str, ...]
    foreign: bool = False
    state: str = ""

    def numbers(self) -> dict[str, str]:
        """What stands for the placeholders of a model's defines."""
        major, minor = self.version.split(".")
        return {"major": major, "minor": minor}


def find_framework(
    version: str | None, wdf: str | None, environment: Mapping[str, str], toolchains: Path
) -> Framework:
    """The framework of the keywords ``kmdf=`` and ``wdf=``. Raises KmdfError.

    ``toolchains``: the folder that has ntbuild's own headers.
    """
    version = DEFAULT if version is None else version
    named = wdf or environment.get(VARIABLE, "")
    if not named:
        if version not in VERSIONS:
            raise KmdfError(f"kmdf: no version {version!r}; known are {', '.join(VERSIONS)}")
        return Framework(version, (str(toolchains / "include" / "kmdf"),))
    return _foreign(version, "wdf" if wdf else VARIABLE, named, toolchains / FRONT)


@functools.cache
def framework_of_kit(version: str | None, toolchains: Path) -> Framework:
    """The framework of ``kmdf=`` with a kit, whose own folders come behind these."""
    front = toolchains / FRONT
    return Framework(version or DEFAULT, (str(front),), foreign=True, state=_digest(front))


@functools.cache
def _foreign(version: str, keyword: str, named: str, front: Path) -> Framework:
    folders = [Path(named, place) for place in _PLACES]
    home = next((folder for folder in folders if _versions(folder)), None)
    if home is None:
        raise KmdfError(
            f"{keyword}: {named!r} has no src/publicinc/wdf/kmdf with a folder for each version; "
            "it is to be a checkout of microsoft/Windows-Driver-Frameworks"
        )
    known = _versions(home)
    if version not in known:
        raise KmdfError(
            f"kmdf: no version {version!r} in {home.as_posix()}; {', '.join(known)} are"
        )
    folder = (home / version).resolve()
    files = {path.name.lower() for path in folder.glob("*.[hH]")}
    for name in _NEEDED:
        if f"{name}.h" not in files:
            raise KmdfError(f"{keyword}: {folder.as_posix()} lacks {name}.h")
    state = f"{_digest(front)} {_digest(folder)}"
    return Framework(version, (str(front), str(folder)), foreign=True, state=state)


def _digest(folder: Path) -> str:
    """A digest of a folder's headers."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.[hH]"), key=lambda each: each.name.lower()):
        digest.update(path.name.lower().encode() + path.read_bytes())
    return digest.hexdigest()


def _versions(folder: Path) -> list[str]:
    """The version folders in a folder, oldest first."""
    if not folder.is_dir():
        return []
    names = [path.name for path in folder.iterdir() if re.fullmatch(r"1\.\d{1,2}", path.name)]
    return sorted(names, key=lambda name: int(name[2:]))
