"""After a compilation has failed: which headers of a source are nowhere, and what would bring them.

    #include <wdf.h>       model="kmdf" has it
    #include "sum.h"       util/sum.h is in the project: include_dirs=["util"]
    #include "summ.h"      did you mean sum.h?
    #include <UdeCx.h>     of a class extension, which only a Windows kit has: kit="auto"
    #include <windows.h>   for programs; drivers include ntddk.h

Looked at are the lines of the source itself, whether or not an ``#if`` leaves them out: this is a
hint behind the compiler's own message. Letters may be of another case, as on Windows.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_INCLUDE: Final = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.MULTILINE)
_CONDITION: Final = re.compile(rb"^[ \t]*#[ \t]*if.*?^[ \t]*#[ \t]*endif", re.MULTILINE | re.DOTALL)
_OF_MODELS: Final = {"wdf.h": "kmdf", "ndis.h": "ndis", "storport.h": "storport"}
_OF_EXTENSIONS: Final = {
    "acx.h": "audio class extension",
    "d3dkmddi.h": "display port driver",
    "dispmprt.h": "display port driver",
    "gpioclx.h": "GPIO class extension",
    "hidspicx.h": "class extension for HID over SPI",
    "mbbcx.h": "mobile broadband class extension",
    "netadaptercx.h": "network adapter class extension",
    "nfccx.h": "NFC class extension",
    "sercx.h": "serial class extension",
    "spbcx.h": "class extension of simple peripheral buses",
    "ucmcx.h": "USB Type-C class extension",
    "ucmtcpcicx.h": "USB Type-C class extension",
    "ucmucsicx.h": "USB Type-C class extension",
    "udecx.h": "class extension of emulated USB devices",
    "ufxclient.h": "USB function class extension",
    "urscx.h": "class extension of USB dual role",
    "vhf.h": "virtual HID framework",
    "wificx.h": "Wi-Fi class extension",
}
"""Headers that ntbuild does not have. Source: learn.microsoft.com, pages of each technology."""
_OF_PROGRAMS: Final = frozenset(
    {"windows.h", "winsock2.h", "winternl.h", "winuser.h", "windowsx.h", "tchar.h"}
)
_INSTEAD: Final = "ntddk.h, wdm.h or ntifs.h"
_NEAR: Final = 0.8
"""How alike names must be, from 0 to 1, to be one that was meant."""
_HEADERS: Final = (".h", ".hpp", ".hxx", ".inc")
_MOST_FILES: Final = 20_000
"""Files of a project that are looked through."""


def include_hints(
    source: bytes, folders: Iterable[Path], top: Path, *, has_kit: bool = False
) -> Iterator[str]:
    """A line for each header that is in none of ``folders`` and that something would bring.

    ``top``: the project's folder. ``has_kit``: a Windows kit's headers are among the folders.
    """
    searched = list(folders)
    always = set(map(_name, _INCLUDE.findall(_CONDITION.sub(b"", source))))
    for name in dict.fromkeys(map(_name, _INCLUDE.findall(source))):
        lower = name.lower()
        if lower in _OF_PROGRAMS and name in always:
            yield f"hint: {name} is for programs: drivers include {_INSTEAD}"
        elif any(_is_in(folder, name) for folder in searched):
            continue
        elif model := _OF_MODELS.get(lower):
            yield f'hint: {name} is of a framework: model="{model}"'
        elif place := _found(top, name):
            yield f'hint: {place}/{name} is in the project: include_dirs=["{place}"]'
        elif lower in _OF_EXTENSIONS and not has_kit:
            what = _OF_EXTENSIONS[lower]
            yield f'hint: {name} is of the {what}, which only a Windows kit has: kit="auto"'
        elif near := _near(name, searched, top):
            yield f"hint: {name}: did you mean {near}?"


def _name(include: bytes) -> str:
    return include.decode(errors="replace").replace("\\", "/")


def _is_in(folder: Path, name: str) -> bool:
    if (folder / name).is_file():
        return True
    *above, last = name.lower().split("/")
    place = folder
    for each in above:
        there = next((path for path in _entries(place) if path.name.lower() == each), None)
        if there is None:
            return False
        place = there
    return any(path.name.lower() == last for path in _entries(place))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _folders(top: Path) -> Iterator[tuple[Path, list[str]]]:
    """The folders of a project, sorted, with the names of their files; without what is built."""
    count = 0
    for place, folders, files in os.walk(top):
        folders[:] = sorted(each for each in folders if each != "build" and each[0] != ".")
        count += len(files)
        yield Path(place), files
        if count > _MOST_FILES:
            break


def _found(top: Path, name: str) -> str:
    """The folder, relative to the project's, below which a header is; the first by name."""
    places = (place for place, _ in _folders(top) if (place / name).is_file())
    found = next(places, None)
    return "" if found is None else found.relative_to(top).as_posix()


def _near(name: str, searched: Iterable[Path], top: Path) -> str:
    """The header whose name is nearest: one of the project before one of the folders searched."""
    from difflib import get_close_matches  # noqa: PLC0415 - after a failure

    own: dict[str, str] = {}
    for place, files in _folders(top):
        for each in sorted(files):
            if each.lower().endswith(_HEADERS):
                own.setdefault(each.lower(), (place / each).relative_to(top).as_posix())
    others = {path.name.lower(): path.name for folder in searched for path in _entries(folder)}
    last = name.lower().rpartition("/")[2]
    for known in (own, others):
        if near := get_close_matches(last, known, n=1, cutoff=_NEAR):
            return known[near[0]]
    return ""
