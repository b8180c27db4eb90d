"""Stamping: what Stampinf does to an .inx, as a function of text and values.

    DriverVer = 01/02/2026,1.2.3.4        replaced or added
    CatalogFile = hello.cat               replaced or added, when a name is given
    $ARCH$ -> amd64                       the machine, as decorations have it
    $KMDFVERSION$ -> 1.33                 and $KMDFCOINSTALLERVERSION$ -> 01033

All other text stays as it is, comments and the ends of lines too. There is no clock.

Source: "Stampinf" (Windows documentation), with its options -d, -v, -a, -c and -k.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from ntbuild.packaging.errors import PackageError
from ntbuild.support.values import dataclass

from .structure import MACHINES

_SECTION: Final = re.compile(r"^\s*\[([^\]]*)\]")
_VERSION: Final = re.compile(r"\d{1,5}\.\d{1,5}\.\d{1,5}\.\d{1,5}")
_FRAMEWORK: Final = re.compile(r"(\d{1,2})\.(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an .inx is stamped with."""

    day: date
    version: str
    """Four numbers."""
    machine: str
    """x64, x86, arm64 or arm."""
    catalog: str = ""
    """The name of the catalog; empty: as the file has it."""
    kmdf: str = ""
    """The version of KMDF, ``1.33``; empty: the file must not ask for it."""

    def __post_init__(self) -> None:
        """Raise PackageError for a version that is none."""
        if not _VERSION.fullmatch(self.version) or any(
            int(each) > 0xFFFF for each in self.version.split(".")
        ):
            raise PackageError(f"version: {self.version!r} is not four numbers up to 65535")
        if self.kmdf and not _FRAMEWORK.fullmatch(self.kmdf):
            raise PackageError(f"kmdf: {self.kmdf!r} is no version of KMDF, as 1.33")
        if self.machine not in MACHINES:
            raise PackageError(f"machine: {self.machine!r} is not one of {', '.join(MACHINES)}")


def stamped(text: str, name: str, stamp: Stamp) -> str:
    """The text of an .inf. Raises PackageError where a variable has no value or [Version] lacks."""
    for variable, value in _variables(stamp).items():
        at = text.find(variable)
        if at < 0:
            continue
        if not value:
            line = 1 + text.count("\n", 0, at)
            ways = "kmdf= of the driver, or --kmdf VERSION"
            raise PackageError(f"{name}:{line}: {variable} needs a version of KMDF: {ways}")
        text = text.replace(variable, value)
    ending = "\r\n" if "\r\n" in text else "\n"
    values = {"driverver": ("DriverVer", f"{stamp.day:%m/%d/%Y},{stamp.version}")}
    if stamp.catalog:
        values["catalogfile"] = ("CatalogFile", stamp.catalog)
    return _with_version(text, name, values, ending)


def _variables(stamp: Stamp) -> Mapping[str, str]:
    """Stampinf's variables and their values."""
    found = _FRAMEWORK.fullmatch(stamp.kmdf)
    coinstaller = f"{int(found[1]):02}{int(found[2]):03}" if found else ""
    return {
        "$ARCH$": MACHINES[stamp.machine].removeprefix("nt"),
        "$KMDFVERSION$": stamp.kmdf,
        "$KMDFCOINSTALLERVERSION$": coinstaller,
    }


def _with_version(text: str, name: str, values: Mapping[str, tuple[str, str]], ending: str) -> str:
    """The text with keys of [Version] set; those that are not there are added behind its head."""
    lines = text.splitlines(keepends=True)
    heads = [
        (at, found[1].strip().lower())
        for at, line in enumerate(lines)
        if (found := _SECTION.match(line))
    ]
    place = next((at for at, title in heads if title == "version"), None)
    if place is None:
        raise PackageError(f"{name}: no section [Version]")
    end = next((at for at, _ in heads if at > place), len(lines))
    missing = dict(values)
    for at in range(place + 1, end):
        key = lines[at].partition("=")[0].strip().lower()
        if key in values and "=" in lines[at]:
            body = lines[at].rstrip("\r\n")
            left = body[: body.index("=") + 1]
            space = " " if left.endswith(" =") else ""
            lines[at] = f"{left}{space}{values[key][1]}{lines[at][len(body) :]}"
            missing.pop(key, None)
    added = [f"{title} = {value}{ending}" for title, value in missing.values()]
    return "".join((*lines[: place + 1], *added, *lines[place + 1 :]))
