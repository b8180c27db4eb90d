"""Versions of Windows as drivers name them, and the macros that headers look at.

Headers declare what is newer than the oldest Windows that a driver is for only when NTDDI_VERSION
says so. ``windows="10.0.19041"`` is the version whose interface a driver uses.

Source: Microsoft "Update WINVER and _WIN32_WINNT", "Using the Windows Headers" (sdkddkver.h), and
"Windows 10 release information" for the builds.
"""

from __future__ import annotations

from typing import Final

from ntbuild.support.values import dataclass


class WindowsError(ValueError):
    """No such version of Windows; the text lists those known."""


@dataclass(frozen=True, slots=True)
class WindowsVersion:
    """A version: `winnt` for _WIN32_WINNT and WINVER, `ntddi` for NTDDI_VERSION."""

    winnt: int
    ntddi: int

    @property
    def defines(self) -> tuple[str, ...]:
        """The macros, as ``NAME=VALUE``."""
        return (
            f"_WIN32_WINNT={self.winnt:#06x}",
            f"WINVER={self.winnt:#06x}",
            f"NTDDI_VERSION={self.ntddi:#010x}",
        )

    @property
    def subsystem(self) -> tuple[int, int]:
        """The version of the subsystem ``native`` that an image for it asks for."""
        return self.winnt >> 8, self.winnt & 0xFF


_BEFORE_10: Final = {
    "5.1": 0x05010000,
    "5.2": 0x05020000,
    "6.0": 0x06000000,
    "6.1": 0x06010000,
    "6.2": 0x06020000,
    "6.3": 0x06030000,
}
_FIRST_BUILDS: Final = {"6.1": 7600, "6.2": 9200, "6.3": 9600}
"""The first builds of Windows 7, 8 and 8.1."""
_OF_BUILD: Final = {
    10240: 0x0A000000,
    10586: 0x0A000001,
    14393: 0x0A000002,
    15063: 0x0A000003,
    16299: 0x0A000004,
    17134: 0x0A000005,
    17763: 0x0A000006,
    18362: 0x0A000007,
    18363: 0x0A000007,
    19041: 0x0A000008,
    19042: 0x0A000008,
    19043: 0x0A000008,
    19044: 0x0A000008,
    19045: 0x0A000008,
    20348: 0x0A00000A,
    22000: 0x0A00000B,
    22621: 0x0A00000C,
    22631: 0x0A00000C,
    25398: 0x0A00000E,
    26100: 0x0A000010,
    26200: 0x0A000010,
}
"""Builds of Windows 10, 11 and Server, and NTDDI_VERSION of each."""

NEWEST: Final = WindowsVersion(0x0A00, max(_OF_BUILD.values()))

_OTHER_NAMES: Final = {"10": "10.0.10240", "10.0": "10.0.10240", "11": "10.0.22000"}


def windows_version(text: str) -> WindowsVersion:
    """The version that ``windows=`` names: ``6.1``, ``10``, ``10.0.19041``. Raises WindowsError."""
    build = build_number(text)
    if build:
        return WindowsVersion(0x0A00, _OF_BUILD[build])
    ntddi = _BEFORE_10[text]
    return WindowsVersion(ntddi >> 16, ntddi)


def build_number(text: str) -> int:
    """The build of a version of ``windows=``, 0 before Windows 10. Raises WindowsError."""
    name = _OTHER_NAMES.get(text, text)
    if name in _BEFORE_10:
        return 0
    build = name.removeprefix("10.0.")
    if build != name and build.isascii() and build.isdigit() and int(build) in _OF_BUILD:
        return int(build)
    builds = ", ".join(f"10.0.{each}" for each in _OF_BUILD)
    known = f"{', '.join(_BEFORE_10)}, 10, 11, {builds}"
    raise WindowsError(f"{text!r} is no version known here; it is one of {known}")


def oldest_build(text: str) -> int:
    """The build that ``windows=`` names, 0 for ``10`` and ``11`` alone. Raises WindowsError."""
    build = build_number(text)
    if text in _OTHER_NAMES or build:
        return 0 if text in _OTHER_NAMES else build
    return _FIRST_BUILDS.get(text, 0)
