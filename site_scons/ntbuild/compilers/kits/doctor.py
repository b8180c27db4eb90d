"""What ``ntbuild doctor`` says of a Windows driver kit: each part, and what its lack means."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ntbuild.support.values import dataclass

from .folders import entries
from .kit import Kit, KitError
from .search import find_kit

# Headers that a part of the drivers needs, and what lacks without them.
_HEADERS = (
    ("km/ntifs.h", "file systems and minifilters"),
    ("km/fltKernel.h", "minifilters"),
    ("km/storport.h", "storage miniports"),
    ("km/ndis.h", "network drivers"),
    ("km/wdmsec.h", "IoCreateDeviceSecure"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a diagnosis: whether it is well, what was looked at, what was found."""

    good: bool
    subject: str
    text: str


def examine(
    kit: str, environment: Mapping[str, str], folder: Path, machines: Sequence[str]
) -> tuple[Check, ...]:
    """The lines about the kit that ``kit=`` (``"auto"`` or a path) means; never an exception."""
    try:
        found = find_kit(kit, environment, folder)
    except KitError as error:
        return (Check(good=False, subject="kit", text=str(error)),)
    where = f"{found.place.as_posix()} ({found.layout}, {found.version or 'no version folder'})"
    return (
        Check(good=True, subject="kit", text=where),
        *_headers(found),
        _framework(found),
        *(_libraries(found, machine) for machine in machines),
    )


def _headers(kit: Kit) -> tuple[Check, ...]:
    try:
        kit.require_headers()
    except KitError as error:
        return (Check(good=False, subject="kit headers", text=str(error)),)
    missing = [f"{path} ({what})" for path, what in _HEADERS if kit.header(path) is None]
    text = f"without {', '.join(missing)}" if missing else "km, shared and the C run-time"
    return (Check(good=not missing, subject="kit headers", text=text),)


def _framework(kit: Kit) -> Check:
    versions = ", ".join(kit.kmdf_versions())
    text = f"KMDF {versions}" if versions else "no wdf/kmdf: kmdf= has its own declarations only"
    return Check(good=bool(versions), subject="kit framework", text=text)


def _libraries(kit: Kit, machine: str) -> Check:
    subject = f"kit libraries {machine}"
    folder = kit.library_folder(machine)
    names = entries(folder) if folder else {}
    count = sum(name.endswith(".lib") for name in names)
    if not count:
        text = "none: import libraries are made from ntbuild's export lists"
        return Check(good=not kit.libraries, subject=subject, text=text)
    needed = [each for each in ("ntoskrnl", "hal") if f"{each}.lib" not in names]
    lacks = f"; without {', '.join(needed)}" if needed else ""
    return Check(good=not needed, subject=subject, text=f"{count} in {folder}{lacks}")
