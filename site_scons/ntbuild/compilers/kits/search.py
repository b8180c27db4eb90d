"""The finder of Windows driver kits: by path, by environment, in the usual folders.

Kits come as trees of several kinds, and each is described by a row of `_LAYOUTS`:

    Windows Kits   Include/10.0.n.0/km, Include/wdf, Lib/10.0.n.0/km/x64: installed, EWDK, msvc-wine
    NuGet          the same below c/ of Microsoft.Windows.WDK.x64 and Microsoft.Windows.SDK.CPP
    xwin           wdk/include/km, sdk/include/shared, wdk/lib/km/x86_64
    flat           km, shared, wdf side by side, with or without a folder include above them

Of a tree with versions the newest that has ``km/ntddk.h`` is taken: a version folder may hold only
an SDK. A path may also name the version's own folder (``Include/10.0.22621.0``), which chooses it.
"""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ntbuild.support.values import dataclass

from .folders import entries, within
from .kit import MARKER, Kit, KitError, version_key

VARIABLES = ("NTBUILD_KIT", "NTBUILD_KIT_HEADERS", "WDKContentRoot")
"""Environment variables that name a kit's folder, in the order in which they count."""

_VERSION = re.compile(r"10(\.\d+){3}", re.ASCII)
_PACKAGE = re.compile(r"microsoft\.windows\.(wdk\.|sdk\.cpp)", re.IGNORECASE)
_PARTS = ("km", "shared", "um", "ucrt")

# Folders below a named one in which a kit begins; "" is the folder itself.
_BEGINNINGS = ("", "Windows Kits/10", "Program Files/Windows Kits/10", "kits/10", "10", "c")

# Where kits are when nobody says: with words of the environment, or below the home folder.
_USUAL = (
    "{ProgramFiles(x86)}/Windows Kits/10",
    "{ProgramFiles}/Windows Kits/10",
    "{NUGET_PACKAGES}",
    "packages",
    "~/.nuget/packages",
    "~/my_msvc/opt/msvc",
    "/opt/msvc",
    "~/.xwin",
    "/opt/xwin",
)

_NAMED = ("ProgramFiles(x86)", "ProgramFiles", "NUGET_PACKAGES", "HOME", "USERPROFILE")
"""Variables that `_USUAL` depends on."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """A kind of tree: what it is called, and folders below its beginning.

    ``{version}`` stands for each folder name such as ``10.0.26100.0``.
    """

    name: str
    headers: tuple[str, ...]
    framework_headers: tuple[str, ...]
    libraries: tuple[str, ...]
    framework_libraries: tuple[str, ...]


_LAYOUTS = (
    _Layout(
        "Windows Kits", ("Include/{version}",), ("Include/wdf",), ("Lib/{version}",), ("Lib/wdf",)
    ),
    _Layout(
        "xwin", ("wdk/include", "sdk/include"), ("wdk/include/wdf",), ("wdk/lib",), ("wdk/lib/wdf",)
    ),
    _Layout("header tree", ("",), ("wdf",), ("lib",), ("lib/wdf",)),
    _Layout("header tree", ("include",), ("include/wdf",), ("lib",), ("lib/wdf",)),
)


def find_kit(kit: str, environment: Mapping[str, str], folder: Path) -> Kit:
    """The kit that ``kit=`` means: ``"auto"``, or a path relative to `folder`.

    Raises KitError, one line, for a path that has none and, with ``"auto"``, when there is none.
    """
    if kit != "auto":
        return kit_in(folder / Path(kit).expanduser())
    tried: list[str] = []
    for name in VARIABLES:
        if value := environment.get(name):
            try:
                return kit_in(Path(value).expanduser())
            except KitError as error:
                raise KitError(f"{name}: {error}") from None
        tried.append(name)
    for path in usual_places(environment, folder):
        found = _best(path)
        if found is not None:
            return found
        tried.append(path.as_posix())
    raise KitError(
        f"no Windows driver kit found; looked at {', '.join(tried)}; "
        "unpack one and name its folder with kit= or NTBUILD_KIT"
    )


def find_kit_once(kit: str, environment: Mapping[str, str], folder: Path) -> Kit:
    """As `find_kit`; a question is answered once in a process."""
    names = (*VARIABLES, *_NAMED)
    known = tuple((name, environment[name]) for name in names if environment.get(name))
    return _find_once(kit, known, folder.absolute())


@functools.cache
def _find_once(kit: str, environment: tuple[tuple[str, str], ...], folder: Path) -> Kit:
    return find_kit(kit, dict(environment), folder)


def usual_places(environment: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
    """Where kits are when no variable names one; folders of variables that are not set fall out."""
    found = []
    for place in _USUAL:
        match = re.match(r"\{(.+)\}", place)
        if match and not environment.get(match[1]):
            continue
        text = environment[match[1]] + place[match.end() :] if match else place
        if text.startswith("~") and not environment.get("HOME", environment.get("USERPROFILE")):
            continue
        found.append(folder / Path(text).expanduser())
    return tuple(found)


def kit_in(path: Path) -> Kit:
    """The kit in a folder. Raises KitError when the folder has none; it says what is there."""
    if not path.is_dir():
        raise KitError(f"{path.as_posix()}: no such folder")
    found = _best(path)
    if found is None:
        raise KitError(f"{path.as_posix()}: no driver kit: {_what_is_there(path)}")
    return found


def _best(path: Path) -> Kit | None:
    """The newest kit that begins at `path` or below; None when there is no ``km/ntddk.h``."""
    is_version = _VERSION.fullmatch(path.name) and path.parent.name.casefold() == "include"
    wanted = path.name if is_version else ""
    for roots in _beginnings(path.parent.parent if is_version else path):
        for layout in _LAYOUTS:
            versions = [wanted] if wanted else _versions(roots, layout)
            for version in versions:
                kit = _kit(path, roots, layout, version)
                if kit is not None:
                    return kit
    return None


def _kit(path: Path, roots: Sequence[Path], layout: _Layout, version: str) -> Kit | None:
    headers = _existing(roots, layout.headers, version)
    if not any(within(folder, MARKER) for folder in headers):
        return None
    name = "NuGet packages" if all(root.name == "c" for root in roots) else layout.name
    return Kit(
        place=path,
        layout=name,
        version=version,
        headers=headers,
        framework_headers=_existing(roots, layout.framework_headers, version),
        libraries=_existing(roots, layout.libraries, version),
        framework_libraries=_existing(roots, layout.framework_libraries, version),
    )


def _existing(roots: Sequence[Path], paths: Sequence[str], version: str) -> tuple[Path, ...]:
    found = (
        within(root, path.format(version=version)) if path else root
        for path in paths
        for root in roots
    )
    return tuple(path for path in found if path is not None)


def _versions(roots: Sequence[Path], layout: _Layout) -> list[str]:
    """The versions of a layout's header folders, newest first; one empty text without versions."""
    top, mark, _ = layout.headers[0].partition("/{version}")
    if not mark:
        return [""]
    names: set[str] = set()
    for root in roots:
        folder = within(root, top)
        names |= set(entries(folder).values()) if folder else set()
    return sorted(filter(_VERSION.fullmatch, names), key=version_key, reverse=True)


def _beginnings(path: Path) -> Iterator[tuple[Path, ...]]:
    """Folders in which a kit may begin; several at once where packages make up one kit."""
    for beginning in _BEGINNINGS:
        found = within(path, beginning) if beginning else path
        if found is not None and found.is_dir():
            yield (found,)
    packages = tuple(_packages(path))
    if packages:
        yield packages


def _packages(path: Path) -> Iterator[Path]:
    """The ``c`` folders of NuGet packages in `path`: of their names, with or without versions."""
    for name in sorted(entries(path).values()):
        if not _PACKAGE.match(name):
            continue
        package = path / name
        versions = [each for each in entries(package).values() if re.match(r"\d+\.", each)]
        newest = sorted(versions, key=version_key, reverse=True)
        for folder in (package, *(package / each for each in newest)):
            content = within(folder, "c")
            if content is not None:
                yield content


def _what_is_there(path: Path) -> str:
    """What a folder without a kit has in place of one."""
    for roots in _beginnings(path):
        for layout in _LAYOUTS:
            for version in _versions(roots, layout):
                folders = _existing(roots, layout.headers, version)
                parts = [part for part in _PARTS if any(within(each, part) for each in folders)]
                if parts:
                    of = f" of {version}" if version else ""
                    has = " and ".join(parts)
                    return f"it has {has}{of}, but no {MARKER}; install the WDK{of}"
    return f"neither {MARKER} nor Include/10.0.*/{MARKER} is below it"
