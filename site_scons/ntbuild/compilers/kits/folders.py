"""Folders of a kit, found whatever the case of their letters.

A kit that was unpacked on a file system with letter case keeps the spelling of its maker: the same
folder is ``Include``, ``include`` or ``INCLUDE``, and of ``ntddk.h`` there are two spellings too.
"""

import os
from pathlib import Path


def entries(folder: Path) -> dict[str, str]:
    """The names in `folder`, by their casefolded form; of two that differ by case the first.

    Empty when there is no such folder, or it may not be read.
    """
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - the names alone
    except OSError:
        return {}
    return {name.casefold(): name for name in reversed(names)}


def within(folder: Path, path: str) -> Path | None:
    """The file or folder `path` (with ``/``) below `folder`, its letters in any case; or None."""
    exact = folder / path
    if exact.exists():
        return exact
    found = folder
    for part in path.split("/"):
        name = entries(found).get(part.casefold())
        if name is None:
            return None
        found /= name
    return found


def first_within(folders: tuple[Path, ...], *paths: str) -> Path | None:
    """The first of `paths` that one of `folders` has; the order of `paths` counts first."""
    for path in paths:
        for folder in folders:
            found = within(folder, path)
            if found is not None:
                return found
    return None
