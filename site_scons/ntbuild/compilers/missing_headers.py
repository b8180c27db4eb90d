"""After a compilation has failed: which headers of a source are nowhere, and what would bring them.

    #include <wdf.h>       model="kmdf" has it
    #include "sum.h"       util/sum.h is in the project: include_dirs=["util"]

Looked at are the lines of the source itself, whether or not an ``#if`` leaves them out: this is a
hint behind the compiler's own message. Letters may be of another case, as on Windows.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_INCLUDE: Final = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*["<]([^">\n]+)[">]', re.MULTILINE)
_OF_MODELS: Final = {"wdf.h": "kmdf", "ndis.h": "ndis", "storport.h": "storport"}
_MOST_FILES: Final = 20_000
"""Files of a project that are looked through."""


def include_hints(source: bytes, folders: Iterable[Path], top: Path) -> Iterator[str]:
    """A line for each header that is in none of ``folders`` and that something would bring.

    ``top``: the project's folder.
    """
    searched = list(folders)
    names = [each.decode(errors="replace").replace("\\", "/") for each in _INCLUDE.findall(source)]
    for name in dict.fromkeys(names):
        if any(_is_in(folder, name) for folder in searched):
            continue
        if model := _OF_MODELS.get(name.lower()):
            yield f'hint: {name} is of a framework: model="{model}"'
        elif place := _found(top, name):
            yield f'hint: {place}/{name} is in the project: include_dirs=["{place}"]'


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


def _found(top: Path, name: str) -> str:
    """The folder, relative to the project's, below which a header is; the first by name."""
    count = 0
    for place, folders, files in os.walk(top):
        folders[:] = sorted(each for each in folders if each != "build" and each[0] != ".")
        count += len(files)
        if (Path(place) / name).is_file():
            return Path(place).relative_to(top).as_posix()
        if count > _MOST_FILES:
            break
    return ""
