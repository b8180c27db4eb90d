"""The versions of the framework and of Windows that a project is for."""

import re
from collections.abc import Mapping
from typing import Final

from ntbuild.compilers.kmdf import VERSIONS
from ntbuild.msbuild.kit_properties import NT_VERSIONS

_NEWEST: Final = 0x0A00
_WINDOWS: Final = {0x0501: "5.1", 0x0600: "6.0", 0x0601: "6.1", 0x0602: "6.2", 0x0603: "6.3"}


def kmdf_of(properties: Mapping[str, str], left_out: list[str]) -> str:
    """The framework's version, which is the next that ntbuild knows where that is older."""
    minor = properties.get("kmdf_version_minor", "")
    major = properties.get("kmdf_version_major") or "1"
    version = f"{major}.{minor}" if minor.isdecimal() else properties.get("kmdfversion", "")
    return _known_kmdf(version, left_out)


def _known_kmdf(version: str, left_out: list[str]) -> str:
    """A version, or the next that ntbuild knows of one that is older; the latter is left out."""
    match = re.fullmatch(r"1\.(\d+)", version)
    if match is None or version in VERSIONS:
        return version
    newer = [each for each in VERSIONS if int(each.partition(".")[2]) > int(match[1])]
    if newer:
        left_out.append(f"KMDF {version}: {newer[0]} is the next that ntbuild knows")
    return newer[0] if newer else version


def windows_of(properties: Mapping[str, str]) -> str:
    """The oldest Windows that a project names, as ``windows=`` has it; empty for the newest."""
    text = properties.get("_nt_target_version", "")
    try:
        number = int(text, 0)
    except ValueError:
        number = NT_VERSIONS.get(properties.get("targetversion", "").lower(), _NEWEST)
    return _WINDOWS.get(number & 0xFFFF, "") if number < _NEWEST else ""
