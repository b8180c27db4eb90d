"""Files that a build needed and that are nowhere: where a script names them, and what was meant.

    ntbuild: SConstruct:5: no file 'wdd.c'; did you mean 'wd.c'?

SCons says which target needed the file, when the build gets to it: until then another builder may
make it.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

_MISSING: Final = re.compile(r"Source `(.*)' not found, needed by target ")
_SCRIPTS: Final = ("SConscript", "SConstruct")


def missing_files(failures: Iterable[Any], top: Path) -> Iterator[str]:
    """A line for each file that failures name as not found. ``top``: the project's folder."""
    names = dict.fromkeys(
        found[1] for each in failures if (found := _MISSING.match(str(each.errstr)))
    )
    for name in names:
        path = Path(name)
        place = _place(path, top)
        yield f"{place}no file {name!r}{_near(top / path)}"


def _place(path: Path, top: Path) -> str:
    """``SConstruct:5: `` of the line that has the file's name in quotes; empty if there is none."""
    if path.is_absolute():
        return ""
    quoted = re.compile(rf"""["'](?:[^"']*/)?{re.escape(path.name)}["']""")
    folders = [top / each for each in (path.parent, *path.parent.parents)]
    for script in (folder / name for folder in folders for name in _SCRIPTS):
        if not script.is_file():
            continue
        lines = script.read_text(encoding="utf-8", errors="replace").splitlines()
        for number, line in enumerate(lines, 1):
            if quoted.search(line):
                return f"{script.relative_to(top).as_posix()}:{number}: "
    return ""


def _near(path: Path) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    if not path.parent.is_dir():
        return f"; there is no folder {path.parent.name!r}"
    names = [each.name for each in path.parent.iterdir() if each.is_file()]
    near = get_close_matches(path.name, sorted(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
