"""Lines for the packages of imported drivers: what ``env.DriverPackage`` would say of an INF.

    # env.DriverPackage("viorng", viorng_sys, inf="viorng.inx", version="1.0.0.0")

They are comments, because an INF may name files that this build does not make.
"""

import posixpath
import re
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable

_LARGEST: Final = 1 << 20
_PARTS: Final = 4
_VERSION: Final = re.compile(
    r"^\s*DriverVer\s*=[^,;\n]*,\s*(\d+(?:\.\d+){0,3})", re.IGNORECASE | re.MULTILINE
)
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+){0,3}")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

Inf = tuple[str, str]
"""The path of an INF file, and the version of its package."""


def infs_of(found: Evaluation, files: Files) -> tuple[tuple[Inf, ...], tuple[str, ...]]:
    """The INF files of a project that are there, and lines of what is left out."""
    infs: dict[str, str] = {}
    lines: dict[str, None] = {}
    for item in found.items.get("inf", ()):
        if item.is_excluded:
            continue
        path = files.find(found.folder, item.name)
        if path is None:
            lines[f"INF {printable(item.name)}"] = None
            continue
        infs[path] = _version(path, item)
        lines[f"INF {printable(item.name)}: its package is a comment below the driver"] = None
    return tuple(infs.items()), tuple(lines)


def infs_beside(folder: str, name: str, files: Files) -> tuple[Inf, ...]:
    """The INF files in a folder that speak of the image of a name."""
    paths = [each for end in ("inf", "inx") for each in files.matching(folder, f"*.{end}")]
    wanted = f"{name}.sys".lower()
    return tuple((path, _version(path, None)) for path in paths if wanted in _text(path).lower())


def package_line(name: str, variable: str, inf: str, version: str) -> str:
    """The call that makes a package, as a comment."""
    return f'# env.DriverPackage("{name}", {variable}, inf="{inf}", version="{version}")'


def package_name(path: str) -> str:
    """The name of the package of an INF file."""
    return posixpath.splitext(posixpath.basename(path))[0]


def _version(path: str, item: Item | None) -> str:
    """The version that the project stamps, else that of the file, else 1.0.0.0."""
    stamped = item.get("timestamp") if item else ""
    match = _NUMBERS.fullmatch(stamped) or _VERSION.search(_text(path))
    found = match[match.re.groups] if match else "1"
    return ".".join([*(str(int(each)) for each in found.split(".")), "0", "0", "0"][:_PARTS])


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are texts here
            data = file.read(_LARGEST)
    except OSError:
        return ""
    return data.decode("utf-16" if data.startswith(_MARKS) else "latin-1", "replace")
