"""What link.exe's environment adds to a command line: more words, and folders with libraries.

``LINK`` stands before the line and ``_LINK_`` after it; ``LIB`` has folders for after every
``/libpath``. ``/winsysroot``, ``/vctoolsdir`` and others name a Visual Studio and an SDK by their
roots; the machine decides the folder below. The order matters: the first file found is taken.

SOURCE_DATE_EPOCH is the time stamp of images for which the line has none.

Sources: Microsoft "LINK Environment Variables"; lld-link 19 for ``/winsysroot``;
reproducible-builds.org, "SOURCE_DATE_EPOCH specification".
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.values import dataclass

from .numerals import decimal
from .words import split_words

_SHOWN: Final = 40
"""So many characters of a wrong value are shown."""


@dataclass(frozen=True, slots=True)
class Kits:
    """Where Visual Studio's tools and the Windows SDK are; an empty text means not given."""

    winsysroot: str = ""
    vctoolsdir: str = ""
    vctoolsversion: str = ""
    winsdkdir: str = ""
    winsdkversion: str = ""
    diasdkdir: str = ""


def with_environment(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """The words of a command line between those of LINK and _LINK_."""
    before, after = (split_words(environment.get(name, "")) for name in ("LINK", "_LINK_"))
    return [*before, *words, *after]


def source_date(environment: Mapping[str, str]) -> int | None:
    """The time stamp of SOURCE_DATE_EPOCH; None when it is not set or empty.

    Raises LinkError for what is not a number of seconds that fits into 32 bits.
    """
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    seconds = decimal(text)
    if seconds is None or seconds > 0xFFFFFFFF:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        raise LinkError.of(
            f"invalid SOURCE_DATE_EPOCH timestamp: {shown}.  Expected 32-bit integer"
        )
    return seconds


def library_folders(
    kits: Kits, machine: str | None, environment: Mapping[str, str], *, use_lib: bool = True
) -> tuple[str, ...]:
    """Folders for after every /libpath: those of the kits, then LIB's (not with /winsysroot)."""
    folders = _kit_folders(kits, machine or "x64")
    if use_lib and not kits.winsysroot:
        folders += [folder for folder in environment.get("LIB", "").split(";") if folder]
    return tuple(dict.fromkeys(folders))


def _kit_folders(kits: Kits, machine: str) -> list[str]:
    root = kits.winsysroot
    folders = []
    dia = kits.diasdkdir or (f"{root}/DIA SDK" if root else "")
    if dia:
        # The DIA SDK has its x86 libraries in lib itself, and calls x64 amd64.
        below = {"x64": "/amd64", "arm64": "/arm64", "arm": "/arm"}.get(machine, "")
        folders.append(f"{dia}/lib{below}")
    tools = kits.vctoolsdir
    if not tools and root:
        versions = f"{root}/VC/Tools/MSVC"
        tools = f"{versions}/{kits.vctoolsversion or _newest(versions)}"
    if tools:
        folders.append(f"{tools}/lib/{machine}")
    kit = kits.winsdkdir or (f"{root}/Windows Kits/10" if root else "")
    if kit:
        version = kits.winsdkversion or _newest(f"{kit}/Lib")
        library = f"{kit}/Lib/{version}" if version else f"{kit}/Lib"
        folders += [f"{library}/{part}/{machine}" for part in ("ucrt", "um")]
    return folders


def _newest(folder: str) -> str:
    """The name of the subfolder with the highest version number; empty when there is none."""
    from pathlib import Path  # noqa: PLC0415 - few lines name a kit

    versions = []
    path = Path(folder)
    for each in path.iterdir() if path.is_dir() else ():
        parts = each.name.split(".")
        if all(part.isdigit() for part in parts):
            versions.append((tuple(map(int, parts)), each.name))
    return max(versions)[1] if versions else ""
