"""After a compilation has failed: what a source uses of a later KMDF than its driver asks for.

    WdfDriverOpenPersistentStateRegistryKey is there from KMDF 1.25 on: kmdf="1.25"

ntbuild's headers declare what a version has; what came later stands between lines such as
``#if KMDF_VERSION_MINOR >= 25`` and ``#endif``. A name that stands only there is of that version.

Limits: a name is known by ``wdf`` in it, a field by the ``.`` or ``->`` before it in the source, so
that a source's own names are not taken for parameters in a header. What an ``#if`` in the source
leaves out is told as well: this is a hint behind the compiler's own message.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_MACRO: Final = re.compile(r"KMDF_VERSION_MINOR=(\d+)$")
_DIRECTIVE: Final = re.compile(r"\s*#\s*(if|endif)\w*\b(.*)")
_FIRST: Final = re.compile(r"KMDF_VERSION_MINOR >= (\d+)")
_NAME: Final = re.compile(r"((?:->|\.)\s*)?\b([A-Za-z_]\w{3,})\b")
_FRAMEWORK: Final = "wdf"


def version_hints(source: bytes, defines: Iterable[str], headers: Path) -> Iterator[str]:
    """A line for each name of a later version that a source has, in the source's order.

    ``defines``: the driver's, as ``NAME=VALUE``; without a version of KMDF there are no hints.
    ``headers``: the folder of ntbuild's own headers of KMDF.
    """
    minor = next((int(found[1]) for each in defines if (found := _MACRO.match(each))), None)
    if minor is None:
        return
    names = {
        name: None
        for dot, name in _NAME.findall(source.decode(errors="replace"))
        if dot or _FRAMEWORK in name.lower()
    }
    later = _later_names(headers, minor)
    for name in names:
        if name in later:
            version = f"1.{later[name]}"
            yield f'hint: {name} is there from KMDF {version} on: kmdf="{version}"'


def _later_names(headers: Path, minor: int) -> dict[str, int]:
    """The first minor version of each name that headers declare for later versions only."""
    later: dict[str, int] = {}
    present: set[str] = set()
    for path in sorted(headers.glob("*.h")):
        since = [0]
        for line in path.read_text(encoding="utf-8").splitlines():
            directive = _DIRECTIVE.match(line)
            if directive and directive[1] == "if":
                first = _FIRST.search(directive[2])
                since.append(max(since[-1], int(first[1]) if first else 0))
            elif directive:
                since.pop()
            for _, name in _NAME.findall(line):
                if since[-1] <= minor:
                    present.add(name)
                else:
                    later[name] = min(since[-1], later.get(name, since[-1]))
    return {name: first for name, first in later.items() if name not in present}
