r"""File names as Windows reads them: backslashes, and letters in any case.

    files.find("/src/driver", r"..\Common\TRACE.H")      "/src/common/trace.h"

A folder is listed once. The file of exactly that name wins over others that differ in case only;
of several that differ the first by name is taken.
"""

import fnmatch
import os
import re
from collections.abc import Iterator
from typing import Final

MOST_MATCHES: Final = 20_000
"""Files that one wildcard may stand for."""

_MOST_FOLDERS: Final = 20_000
"""Folders that one ``**`` may search."""

_DRIVE: Final = re.compile(r"[A-Za-z]:/|//")


class TooManyFilesError(Exception):
    """A wildcard that stands for more files than any project has."""


def slashed(name: str) -> str:
    """A name with ``/`` in place of backslashes, and each of them once."""
    text = name.strip().replace("\\", "/")
    head = "//" if text.startswith("//") else ""
    return head + re.sub("/{2,}", "/", text.removeprefix(head))


def is_of_windows(name: str) -> bool:
    """Whether a name with slashes is absolute on Windows only: with a drive, or on a share."""
    return bool(_DRIVE.match(name))


class Files:
    """Finds files; keeps what folders hold."""

    def __init__(self) -> None:
        self._listed: dict[str, dict[str, str]] = {}

    def find(self, folder: str, name: str) -> str | None:
        """The path of a file or folder named in a project of ``folder``; None without one."""
        name = slashed(name)
        if not name or is_of_windows(name) or "\0" in name:
            return None
        path = os.path.normpath(os.path.join(folder, name))  # noqa: PTH118 - texts throughout
        if os.path.exists(path):  # noqa: PTH110
            return path
        head = os.sep
        for part in filter(None, path.replace(os.sep, "/").split("/")):
            names = self._names(head)
            known = names.get(part.lower())
            if known is None:
                return None
            exact = os.path.join(head, part)  # noqa: PTH118
            head = exact if os.path.exists(exact) else os.path.join(head, known)  # noqa: PTH110, PTH118
        return head

    def above(self, folder: str, name: str) -> str | None:
        """The path of the nearest file ``name`` in a folder or in one that holds it."""
        while True:
            found = self.find(folder, name)
            if found is not None and os.path.isfile(found):  # noqa: PTH113
                return found
            parent = os.path.dirname(folder)  # noqa: PTH120
            if parent == folder:
                return None
            folder = parent

    def matching(self, folder: str, pattern: str) -> list[str]:
        """The files that a pattern with ``*``, ``?`` and ``**`` stands for, as paths, sorted.

        Raises TooManyFilesError.
        """
        found: list[str] = []
        parts = [part for part in slashed(pattern).split("/") if part not in {"", "."}]
        for path in self._matching(folder, parts, [0]):
            found.append(path)
            if len(found) > MOST_MATCHES:
                raise TooManyFilesError
        return sorted(set(found))

    def _matching(self, folder: str, parts: list[str], seen: list[int]) -> Iterator[str]:
        seen[0] += 1
        if seen[0] > _MOST_FOLDERS:
            raise TooManyFilesError
        first, rest = parts[0], parts[1:]
        if first == "..":
            yield from self._matching(os.path.dirname(folder), rest, seen)  # noqa: PTH120
            return
        if first == "**":
            if rest:
                yield from self._matching(folder, rest, seen)
            deeper = parts
        else:
            deeper = rest
        wanted = "*" if first == "**" else first.lower()
        for lower, name in sorted(self._names(folder).items()):
            path = os.path.join(folder, name)  # noqa: PTH118
            if not fnmatch.fnmatchcase(lower, wanted):
                continue
            is_folder = os.path.isdir(path)  # noqa: PTH112
            if deeper and is_folder and not os.path.islink(path):  # noqa: PTH114
                yield from self._matching(path, deeper, seen)
            elif (not deeper or deeper == ["**"]) and not is_folder:
                yield path

    def _names(self, folder: str) -> dict[str, str]:
        """The names in a folder by their small letters; of equal ones the first by name."""
        if folder not in self._listed:
            try:
                names = sorted(os.listdir(folder), reverse=True)  # noqa: PTH208
            except OSError:
                names = []
            self._listed[folder] = {name.lower(): name for name in names}
        return self._listed[folder]
