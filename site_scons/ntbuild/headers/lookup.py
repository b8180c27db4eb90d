"""Looking a header up without regard to letter case, as on the systems that drivers are written on.

Within a folder the exact spelling goes first, then the others by code point: the result does not
depend on the order in which a file system lists names. Nothing is searched recursively, so links
that lead back do no harm; a folder that cannot be read, or vanishes, is an empty one.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

_NOTHING: Final[Mapping[str, tuple[str, ...]]] = {}


class Listing(NamedTuple):
    """The names in a folder by their lower case, each tuple sorted."""

    files: Mapping[str, tuple[str, ...]]
    folders: Mapping[str, tuple[str, ...]]


class Listings:
    """The listings of folders, each read once and kept."""

    def __init__(self) -> None:
        self._known: dict[str, Listing] = {}

    def __call__(self, folder: str) -> Listing:
        """The names in a folder; of one that cannot be read, none."""
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = _read(folder)
        return known


def _read(folder: str) -> Listing:
    files: list[str] = []
    folders: list[str] = []
    try:
        with os.scandir(folder or ".") as entries:
            for entry in entries:
                (folders if _is_folder(entry) else files).append(entry.name)
    except OSError:
        return Listing(_NOTHING, _NOTHING)
    return Listing(by_lower_case(files), by_lower_case(folders))


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def with_names(listing: Listing, files: Sequence[str], folders: Sequence[str]) -> Listing:
    """A listing with further names."""
    if not files and not folders:
        return listing
    both = []
    for known, more in ((listing.files, files), (listing.folders, folders)):
        both.append(by_lower_case({*more, *(name for names in known.values() for name in names)}))
    return Listing(*both)


def by_lower_case(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Names by their lower case. A name that is no text (not UTF-8) is left out."""
    found: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        if name.isascii() or _is_text(name):
            found[name.lower()] = (*found.get(name.lower(), ()), name)
    return found


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # Python's stand-ins for bytes that are no UTF-8
        return False
    return True


def slashed(include: str) -> str:
    """An include with slashes only: a backslash separates folders in every kernel source."""
    return include.replace("\\", "/")


def respell(folder: str, include: str, listings: Callable[[str], Listing]) -> str | None:
    """How the file is really spelt that ``include`` means in ``folder``; None when there is none.

    >>> respell("drivers/net", "../Inc/TRACE.H", listings)
    '../inc/Trace.h'
    """
    parts = slashed(include).split("/")
    if not all(parts):  # an absolute path, or an empty name
        return None
    found = _walk(folder, [part for part in parts if part != "."], listings)
    return None if found is None else "/".join(found)


def _walk(folder: str, parts: list[str], listings: Callable[[str], Listing]) -> list[str] | None:
    """The real names of the parts of a path below ``folder``; None when it leads to no file."""
    if not parts:
        return None
    first, rest = parts[0], parts[1:]
    if first == "..":
        above = _walk(parent(folder), rest, listings)
        return None if above is None else [first, *above]
    here = listings(folder)
    for name in _candidates(first, here.folders if rest else here.files):
        if not rest:
            return [name]
        below = _walk(joined(folder, name), rest, listings)
        if below is not None:
            return [name, *below]
    return None


def _candidates(name: str, known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Names that differ from ``name`` in letter case at most, itself first."""
    return sorted(known.get(name.lower(), ()), key=lambda each: (each != name, each))


def tells_letters_apart(folder: str) -> bool:
    """Whether the file system of a folder has ``A.h`` and ``a.h`` as two files."""
    here, other = Path(folder), Path(folder.swapcase())
    try:
        return here == other or not here.samefile(other)
    except OSError:  # there is no other
        return True


def joined(folder: str, name: str) -> str:
    """A path below a folder, with ``..`` and ``.`` resolved as text; ``""`` is the current one."""
    path = os.path.normpath(f"{folder}/{name}" if folder else name)
    return "" if path == "." else path.replace(os.sep, "/")


def parent(folder: str) -> str:
    """The folder above."""
    return joined(folder, "..")
