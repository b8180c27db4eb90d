"""Ways to make a compiler find a header whose name a source spells otherwise.

- An overlay, for clang: a file for ``-ivfsoverlay`` that lists the wanted paths, each with the file
  that it means. Dependency files and debug information then have the real names. Paths are relative
  to the working folder, so it names no machine.
- Forwarders, for gcc, which has nothing like it: a folder with a file for each spelling, which
  includes the real one.

Both hold only what a source and its headers spell wrongly: a compiler finds everything else by
itself, and where two spellings exist, the exact one.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from .lookup import Listing, joined, slashed

_STEP: Final = "d"
_HEADER_SUFFIXES: Final = ("h", "hh", "hpp", "hxx", "inc", "inl", "ver")


class SpellingError(ValueError):
    """What forwarders cannot express; the text is one line."""


class Respelled(NamedTuple):
    """An include that names no file: ``wanted`` is the path it leads to, ``path`` the one it means.

    ``include`` is as written. Paths are relative to the working folder, or absolute. ``system``:
    the name by which the compiler finds a header of its own or of the DDK.
    """

    include: str
    wanted: str
    path: str
    system: str = ""

    @property
    def has_other_letters(self) -> bool:
        """Whether the letters differ, not only backslashes from slashes."""
        return self.wanted != self.path


def overlay_entries(respelled: Iterable[Respelled], headers: Iterable[str] = ()) -> dict[str, str]:
    """The paths that an overlay is to have, and what each means.

    clang looks for a quoted include in the folder by which the including header was wanted. Where
    that folder's name is spelt otherwise, all that may be wanted there is an entry as well:
    ``headers`` are the files that the source includes, directly or not.

        INC/a.h -> inc/a.h              wanted, of which INC -> inc follows
        INC/b.h -> inc/b.h              because inc/b.h is a header, which inc/a.h may include
    """
    entries = {each.wanted: each.path for each in respelled if each.has_other_letters}
    folders = {
        wanted: path
        for each in entries.items()
        for wanted, path in zip(*map(_folders, each), strict=False)
        if wanted != path
    }
    known = {**{path: path for path in headers}, **entries} if folders else entries
    count = -1
    while count != len(known) + len(folders):
        count = len(known) + len(folders)
        for folder, real in list(folders.items()):
            for table in (folders, known):
                for name, path in list(table.items()):
                    if name.startswith(f"{real}/"):
                        table.setdefault(folder + name[len(real) :], path)
    return {wanted: path for wanted, path in sorted(known.items()) if wanted != path}


def _folders(path: str) -> list[str]:
    """The folders that a path leads through: of ``a/b/c.h`` they are ``a`` and ``a/b``."""
    return [path[:at] for at, each in enumerate(path) if each == "/" and at]


def overlay_text(entries: Mapping[str, str], *, keeps_names: bool = False) -> str:
    """The text of an overlay file: what is wanted, and what is read instead.

    ``keeps_names``: messages and debug information have the names of what is wanted. Source: clang,
    llvm/Support/VirtualFileSystem.h.
    """
    import json  # noqa: PLC0415 - few builds need one

    roots = [
        {"name": wanted, "type": "file", "external-contents": path}
        for wanted, path in sorted(entries.items())
    ]
    top = {"version": 0, "case-sensitive": "true", "use-external-names": not keeps_names}
    return json.dumps({**top, "root-relative": "cwd", "roots": roots}, indent=1) + "\n"


def tree_overlay(folders: Iterable[str], listings: Callable[[str], Listing]) -> str:
    """The text of an overlay with every header below `folders`, found in any letters.

    For header folders of others, which include each other in any letters: a Windows kit is written
    for systems that tell none apart. Two different files whose names differ in letters only are
    left out, so the compiler finds both by their exact names.
    """
    import json  # noqa: PLC0415 - few builds need one

    seen: set[str] = set()
    roots = [
        {"name": each, "type": "directory", "contents": _contents(each, listings, seen)}
        for each in dict.fromkeys(folders)
    ]
    top = {"version": 0, "case-sensitive": "false", "use-external-names": True, "roots": roots}
    return json.dumps(top, separators=(",", ":")) + "\n"


def _contents(
    folder: str, listings: Callable[[str], Listing], seen: set[str]
) -> list[dict[str, Any]]:
    """A folder's entries; a folder that a link leads back to is left out."""
    real = os.path.realpath(folder)
    if real in seen:
        return []
    seen.add(real)
    found: list[dict[str, Any]] = []
    here = listings(folder)
    for names in here.files.values():
        paths = [joined(folder, name) for name in names if _is_header(name)]
        if len(paths) == 1 or (paths and len(set(map(os.path.realpath, paths))) == 1):
            found.append({"name": names[0], "type": "file", "external-contents": paths[0]})
    for names in here.folders.values():
        for name in names[:1]:
            contents = _contents(joined(folder, name), listings, seen)
            if contents:
                found.append({"name": name, "type": "directory", "contents": contents})
    return found


def _is_header(name: str) -> bool:
    return name.lower().rpartition(".")[2] in _HEADER_SUFFIXES


class Forwarders(NamedTuple):
    """``folder`` is what a compiler is to search; ``files`` are texts by path."""

    folder: str
    files: dict[str, str]


def forwarders(respelled: Iterable[Respelled], top: str, folder: str) -> Forwarders:
    """Files below ``folder`` that include what is meant; ``top`` is the absolute working folder.

    A name with ``..`` leads out of the folder that is searched: that lies as deep as needed. Raises
    SpellingError when one spelling means two files.
    """
    meant: dict[str, Respelled] = {}
    for each in respelled:
        other = meant.setdefault(each.include, each).path
        if other != each.path:
            raise SpellingError(
                f"#include of {each.include!r} means {other} and {each.path}, which this compiler "
                "cannot tell apart: spell one of them as the file"
            )
    known = sorted((name, each.path) for name, each in meant.items())
    digest = sha256(repr(known).encode()).hexdigest()[:12]
    depth = max((include.split("/").count("..") for include in meant), default=0)
    searched = "/".join([folder, digest, *[_STEP] * depth])
    files = {joined(searched, include): _forward(each, top) for include, each in meant.items()}
    return Forwarders(searched, files)


def _forward(each: Respelled, top: str) -> str:
    """A system header is included by its name: it may look for the next one of that name."""
    path = slashed(os.path.join(top, each.path))  # noqa: PTH118 - as text
    return f"#include <{each.system}>\n" if each.system else f'#include "{path}"\n'
