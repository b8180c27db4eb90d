"""The systems that a catalog's attribute ``OS`` names, by the words of Inf2Cat's ``/os``.

Source: "Inf2Cat" (Windows documentation) for the words; the names are those of catalogs that the
Hardware Dev Center returns (measured: ``_v100_X64``, ``_v100_X64_RS5``, ``_v100_X64_22H2``). Those
of arm64 follow the same form and were not seen.
"""

from typing import Final

SYSTEMS: Final = {
    "10_x64": "_v100_X64",
    "10_x86": "_v100",
    "10_arm64": "_v100_ARM64",
    "10_RS5_x64": "_v100_X64_RS5",
    "10_19H1_x64": "_v100_X64_19H1",
    "10_VB_x64": "_v100_X64_Vb",
    "10_21H2_x64": "_v100_X64_21H2",
    "10_22H2_x64": "_v100_X64_22H2",
}
"""Inf2Cat's word: the name in the catalog."""

_MACHINES: Final = {"_X64": "x64", "_ARM64": "arm64", "": "x86"}
"""What stands behind the version in the name of a system of a machine."""


def machine_of(name: str) -> str | None:
    """The machine of a system's name in a catalog; None for a name of another form."""
    version, sign, rest = name.removeprefix("_v").partition("_")
    if not name.startswith("_v") or not version.isdecimal():
        return None
    return _MACHINES.get(f"{sign}{rest.partition('_')[0]}".upper())
