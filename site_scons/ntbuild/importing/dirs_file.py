r"""``dirs`` files of the WDK's old build tool: the folders of a tree that it builds.

    DIRS=sys \
         lib
    OPTIONAL_DIRS=test

A folder has a ``dirs`` file of its own or a ``sources`` file. What a ``sources`` file builds for
programs is left out with the reason.

Source: Microsoft "Creating a Dirs File" (Windows 7 WDK).
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files
from ntbuild.support.inputs import InputError, read_text

from .cells import Imported
from .solutions import Import
from .sources_file import import_sources

_LARGEST: Final = 1 << 20
_LIST: Final = re.compile(r"^\s*(?:OPTIONAL_)?DIRS\s*=(.*)$", re.IGNORECASE | re.MULTILINE)


def import_dirs(path: str, files: Files) -> Import:
    """All drivers and libraries of a tree, libraries first. Raises ProjectFileError."""
    projects: dict[str, Imported] = {}
    skipped: list[str] = []
    for each in _sources(path, files, set()):
        try:
            found = import_sources(each, files)
        except ProjectFileError as error:
            skipped.append(str(error))
            continue
        for project in found.projects:
            projects.setdefault(project.path, project)
    if not projects:
        raise ProjectFileError(f"{path}: none of its folders has a driver")
    return Import(tuple(projects.values()), tuple(skipped), ())


def _sources(path: str, files: Files, seen: set[str]) -> Iterator[str]:
    """The ``sources`` files below a ``dirs`` file, each once."""
    if path in seen:
        return
    seen.add(path)
    try:
        text = read_text(path, _LARGEST)
    except InputError as error:
        raise ProjectFileError(str(error)) from None
    text = re.sub(r"\\[ \t]*\r?\n", " ", re.sub(r"#[^\n]*", "", text))
    for match in _LIST.finditer(text):
        for name in match[1].split():
            folder = files.find(posixpath.dirname(path), name.partition("{")[0])
            if folder is None:
                continue
            if deeper := files.find(folder, "dirs"):
                yield from _sources(deeper, files, seen)
            elif (sources := files.find(folder, "sources")) and sources not in seen:
                seen.add(sources)
                yield sources
