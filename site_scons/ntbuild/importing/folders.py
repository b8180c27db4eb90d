"""What a project names for its compilers: include folders, forced headers, natvis files.

Folders that hold only what a build writes (``$(IntDir)``) are dropped, as generated headers are
nodes; those of a kit are the headers that a build has anyway.
"""

import posixpath
import re
from collections.abc import Iterable, Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, is_of_windows, slashed
from ntbuild.msbuild.items import Item
from ntbuild.msbuild.kit_properties import in_kit
from ntbuild.support.text import printable

from .compiler_options import Options
from .defines import words_of

_KIT_HEADERS: Final = re.compile(
    r"(km|shared|um|ucrt|vc|km/crt|km/wdm|wdf(/.*)?|wdf/kmdf/.*|user.*|programs.*)?", re.IGNORECASE
)
"""Header folders of a kit that every driver has, or none has."""


def _union(items: Iterable[Item], name: str) -> list[str]:
    """The words of a list of all items, each once, in the order of the first that has it."""
    return list(dict.fromkeys(word for item in items for word in words_of(item.get(name))))


def folders_of(
    found: Evaluation,
    files: Files,
    items: Sequence[Item],
    others: Sequence[str],
    by_hand: list[str],
    missing: list[str],
) -> tuple[str, ...]:
    """Include folders that are there; those of a kit are the headers that a build has anyway."""
    names = _union(items, "additionalincludedirectories")
    names += [*others, *words_of(found.properties.get("includepath", ""))]
    built = {_plain(found.properties.get(name, "")) for name in ("intdir", "outdir")}
    paths: dict[str, None] = {}
    for name in map(slashed, names):
        inside = in_kit(name)
        if name == "/":
            continue  # what is left of a property that nobody has set
        if inside is not None:
            line = f"headers of {inside}: only a kit has them"
            if not _KIT_HEADERS.fullmatch(inside.strip("/")) and line not in by_hand:
                by_hand.append(line)
            continue
        path = files.find(found.folder, name.strip('"'))
        if path is not None:
            paths[path] = None
        elif _plain(name) not in built and not is_of_windows(name):
            missing.append(f"include folder {printable(name)}: no such folder")
    # Only a source's own folder is searched without being named, and by #include "..." only: a
    # precompiled header is found whatever its spelling, so <precomp.h> may lie there as well.
    if any(".." in i.name or i.get("precompiledheader").lower() == "use" for i in items):
        paths = {found.folder: None, **paths}
    return tuple(paths)


def _plain(name: str) -> str:
    return posixpath.normpath(slashed(name)).lower() if name else ""


def forced_of(
    found: Evaluation, files: Files, compiling: Sequence[Item], options: Options
) -> tuple[str, ...]:
    """Headers that all sources include first: paths, or names that are searched."""
    names = [*_union(compiling, "forcedincludefiles"), *options.forced_includes]
    return tuple(files.find(found.folder, name) or slashed(name) for name in names)


def natvis_of(found: Evaluation, files: Files, by_hand: list[str]) -> tuple[str, ...]:
    """Files that the PDB has, so that a debugger knows how to show types."""
    paths: dict[str, None] = {}
    for item in found.items.get("natvis", ()):
        if item.is_excluded:
            continue
        path = files.find(found.folder, item.name)
        if path is None:
            by_hand.append(f"natvis: {printable(item.name)} is not there")
        else:
            paths[path] = None
    return tuple(paths)
