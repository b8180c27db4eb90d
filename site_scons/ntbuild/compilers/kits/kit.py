"""A Windows driver kit that was found: its header folders, its libraries, its WDF versions.

A kit is one header world. Its headers disagree with mingw-w64's in sizes, macros and in what kernel
data is (``extern POBJECT_TYPE *IoFileObjectType`` names the import slot here), so a compilation
has either the one or the other, and what a kit lacks is an error and never taken from mingw-w64.

Include order, after the project's folders: clang's own headers (its ``intrin.h`` defines the port
functions that a kit only declares), the kernel's C run-time (``km/crt``, else ``ucrt``), ``km``,
``shared``, the framework, and last ``um`` and ``ucrt``, which answer only what all others lack.

Sources: Microsoft "Windows kits" folder layout as FindWDK and windows-drivers-rs read it.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

from .folders import entries, first_within, within

_VERSION: Final = re.compile(r"\d+\.\d+", re.ASCII)

MACHINE_FOLDERS = {
    "x64": ("x64", "amd64", "x86_64"),
    "x86": ("x86", "i386"),
    "arm64": ("arm64", "aarch64"),
    "arm": ("arm",),
}
"""Names of a machine's library folder; the kit's own first, then those of unpackers."""

MARKER = "km/ntddk.h"
"""The header that a folder with a WDK has, and one with only an SDK has not."""

_PARTS = ("km", "shared")
_DIGESTED = (MARKER, "km/wdm.h", "shared/ntdef.h", "shared/sdkddkver.h", "shared/ntverp.h")


class KitError(Exception):
    """A kit is not there or lacks a part; the text is one line."""


@dataclass(frozen=True, slots=True)
class Kit:
    """Where the parts of a kit are.

    - `place`: the folder that was named or found, for messages.
    - `layout`: what kind of tree it is, in words.
    - `version`: ``10.0.26100.0``; empty for a tree without version folders.
    - `headers`: folders that have ``km``, ``shared``, ``um``, ``ucrt``.
    - `framework_headers`: folders that have ``kmdf/1.33``.
    - `libraries`: folders that have ``km/x64``.
    - `framework_libraries`: folders that have ``kmdf/x64/1.33``.

    Each is several folders where packages split a kit; the first that has a thing is asked.
    """

    place: Path
    layout: str
    version: str
    headers: tuple[Path, ...]
    framework_headers: tuple[Path, ...]
    libraries: tuple[Path, ...]
    framework_libraries: tuple[Path, ...]

    def __str__(self) -> str:
        """The folder and the version, as messages name a kit."""
        return f"{self.place.as_posix()}" + (f" ({self.version})" if self.version else "")

    def header(self, path: str) -> Path | None:
        """The header or folder `path`, such as ``km/ntddk.h``; None when the kit lacks it."""
        return first_within(self.headers, path)

    def header_directories(self, kmdf: str = "") -> tuple[Path, ...]:
        """The folders to search after clang's own, in order.

        `kmdf` is the framework's version, empty for none. Raises KitError for a part that lacks.
        """
        self.require_headers()
        crt = first_within(self.headers, "km/crt", "ucrt")
        found = [crt, *(self.header(part) for part in _PARTS)]
        if kmdf:
            found.append(self.framework(kmdf))
            found += self.class_extensions()
        found += [self.header(part) for part in ("um", "ucrt")]
        return tuple(dict.fromkeys(path for path in found if path is not None))

    def class_extensions(self) -> tuple[Path, ...]:
        """The folders of the framework's class extensions: of each, its newest version's.

        They are at any depth below ``km``: ``km/spb/1.1``, ``km/netcx/kmdf/adapter/2.3``; that of
        what network drivers share with programs is below ``shared``.
        """
        tops = (self.header("km"), self.header("shared/netcx"))
        return tuple(path for top in tops if top is not None for path in _newest_versions(top))

    def require_headers(self) -> None:
        """Raise KitError, which names what is missing, unless drivers can be compiled."""
        for part in (*_PARTS, "km/crt"):
            if self.header(part) is None and (part != "km/crt" or self.header("ucrt") is None):
                named = "km/crt nor ucrt" if part == "km/crt" else part
                no = "neither" if part == "km/crt" else "no"
                version = f" {self.version}" if self.version else ""
                raise KitError(
                    f"{self.place.as_posix()}: a kit with {MARKER} but {no} {named} "
                    f"beside it; install the Windows SDK{version} of the same version"
                )

    def kmdf_versions(self) -> tuple[str, ...]:
        """The versions of the kernel-mode framework whose headers are there, oldest first."""
        found: set[str] = set()
        for folder in self.framework_headers:
            versions = within(folder, "kmdf")
            names = entries(versions).values() if versions else ()
            found |= {name for name in names if versions and within(versions, f"{name}/wdf.h")}
        return tuple(sorted(found, key=version_key))

    def framework(self, kmdf: str) -> Path:
        """The header folder of a framework version. Raises KitError, which lists the versions."""
        found = first_within(self.framework_headers, f"kmdf/{kmdf}")
        if found is None or within(found, "wdf.h") is None:
            known = ", ".join(self.kmdf_versions()) or "none at all"
            raise KitError(f"kmdf={kmdf!r}: the kit {self} has KMDF {known}")
        return found

    def library(self, name: str, machine: str) -> Path | None:
        """The library ``name.lib`` for drivers of `machine`; None when the kit has no such file."""
        names = (f"km/{folder}/{name}.lib" for folder in MACHINE_FOLDERS[machine])
        return first_within(self.libraries, *names)

    def library_folder(self, machine: str) -> Path | None:
        """The folder of a machine's kernel libraries, or None."""
        return first_within(self.libraries, *(f"km/{each}" for each in MACHINE_FOLDERS[machine]))

    def framework_library(self, name: str, kmdf: str, machine: str) -> Path | None:
        """A library of a framework version, such as ``WdfLdr``; None when it is not there."""
        names = (f"kmdf/{each}/{kmdf}/{name}.lib" for each in MACHINE_FOLDERS[machine])
        return first_within(self.framework_libraries, *names)

    def fingerprint(self, kmdf: str = "") -> str:
        """A digest that changes with the kit, for signatures.

        It holds the version, the content of a few headers that change with each kit, and name and
        size of every other: neither times nor where the kit lies.
        """
        digest = hashlib.sha256(f"{self.version} {kmdf}".encode())
        for path in _DIGESTED:
            file = self.header(path)
            if file is not None:
                digest.update(file.read_bytes())
        for folder in self.header_directories(kmdf)[: len(_PARTS) + 2]:
            with os.scandir(folder) as listed:
                sizes = sorted((each.name, each.stat().st_size) for each in listed)
            digest.update(repr(sizes).encode())
        return digest.hexdigest()


def _newest_versions(folder: Path) -> Iterator[Path]:
    """Folders below `folder` that are the newest of their versions, by path."""
    with os.scandir(folder) as listed:
        names = sorted(each.name for each in listed if each.is_dir())
    versions = [name for name in names if _VERSION.fullmatch(name)]
    if versions:
        yield folder / max(versions, key=version_key)
    for name in names:
        if name not in versions:
            yield from _newest_versions(folder / name)


def version_key(version: str) -> tuple[int, ...]:
    """What versions sort by: ``1.9`` before ``1.15``; words that are no numbers come first."""
    return tuple(
        int(part) if part.isascii() and part.isdigit() else -1 for part in version.split(".")
    )
