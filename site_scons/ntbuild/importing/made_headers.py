"""Headers that one project makes and another includes: messages.h of a messages.mc elsewhere.

MSBuild makes them in folders that both know. Here a header is made for the driver whose source its
.mc or .man is, so a project that includes one of another project names that file in
``message_headers``; where another tool makes the header, a line says so.

A project of makefiles may run a script that makes a header of a MOF file by wmimofck; ntbuild makes
that header itself, and the MOF file becomes a source of the driver.

Limits: includes are read as text, in sources and in headers of the folders that have sources; a
header that is there as a file is not looked at.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, slashed
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .cells import Imported
from .defines import words_of
from .description import Description

_INCLUDE: Final = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\r\n]+)[>"]', re.MULTILINE)
_MESSAGES: Final = ".mc"
_MANIFESTS: Final = (".man", ".xml")
_MOF: Final = ".mof"
_MOST_READ: Final = 4 << 20
_SETTINGS: Final = {
    "custombuild": "outputs",
    "midl": "headerfilename",
    "wmimofck": "headeroutputfile",
}
"""The metadata that names what an item makes, by type."""

_SCRIPT: Final = re.compile(r"[^\s\"&]+\.(?:cmd|bat)\b", re.IGNORECASE)
_COMPILED: Final = re.compile(r"\bmofcomp\b.*?([^\s\"]+\.mof)\b", re.IGNORECASE)
_HEADER: Final = re.compile(r"\bwmimofck\b.*?[-/]h\s*([^\s\"]+\.h)\b", re.IGNORECASE)
_COPIED: Final = re.compile(r"^\W*copy\s(?:\s*/\w+)*\s*(\S+\.h)\s+(\S+\.h)\s*$", re.IGNORECASE)

Made = Mapping[str, str]
"""The file that a header is made of, by the header's name in small letters."""


def headers_made(found: Evaluation) -> Made:
    """The headers that a project makes, each with the file that it is made of."""
    headers: dict[str, str] = {}
    for item in found.items.get("messagecompile", ()):
        stem = item.get("generatedfilesbasename") or _stem(item.name)
        _put(headers, f"{stem}.h", item, found.folder)
    for kind, setting in _SETTINGS.items():
        for item in found.items.get(kind, ()):
            for name in words_of(item.get(setting).replace('"', "")):
                _put(headers, posixpath.basename(slashed(name)), item, found.folder)
    for name in _SCRIPT.findall(found.properties.get("nmakebuildcommandline", "")):
        headers |= _made_by_script(posixpath.join(found.folder, slashed(name)))
    return headers


def _made_by_script(path: str) -> dict[str, str]:
    """The headers that a script makes of MOF files, by wmimofck and ``copy``."""
    headers: dict[str, str] = {}
    folder, mof = posixpath.dirname(path), ""
    for line in _read(path).decode("latin-1").splitlines():
        if match := _COMPILED.search(line):
            mof = posixpath.normpath(posixpath.join(folder, slashed(match[1])))
        elif mof and (match := _HEADER.search(line)):
            headers[posixpath.basename(slashed(match[1])).lower()] = mof
        elif match := _COPIED.match(line):
            source, target = (posixpath.basename(slashed(each)).lower() for each in match.groups())
            headers |= {target: headers[source]} if source in headers else {}
    return headers


def _put(headers: dict[str, str], name: str, item: Item, folder: str) -> None:
    if name.lower().endswith(".h") and not item.is_excluded:
        path = posixpath.normpath(posixpath.join(folder, item.name))
        headers.setdefault(name.lower(), path)


def _stem(name: str) -> str:
    return posixpath.splitext(posixpath.basename(name))[0]


def with_headers_of_others(project: Imported, made: Mapping[str, Made], files: Files) -> Imported:
    """A project with the headers that other projects make and it includes: files, or lines.

    ``made``: the headers of each project, by its path.
    """
    own = made.get(project.path, {})
    others = {
        header: (path, source)
        for path, headers in made.items()
        for header, source in headers.items()
        if path != project.path and header not in own
    }
    if not others:
        return project
    wanted = tuple(_wanted(project.first, others, files))
    if not wanted:
        return project
    here = posixpath.dirname(project.path)
    ours = [(name, source) for name, _, source in wanted if _is_made_here(source, files)]
    of_mofs = tuple((name, source) for name, source in ours if source.lower().endswith(_MOF))
    of_messages = tuple(dict.fromkeys(each for _, each in ours if not each.lower().endswith(_MOF)))
    events = tuple(
        (posixpath.basename(source), _stem(name))
        for name, source in ours
        if source.lower().endswith(_MANIFESTS) and _stem(name) != _stem(source)
    )
    taken = {source for _, source in ours}
    lines = tuple(_line(*each, here) for each in wanted if each[2] not in taken)
    cells = {
        cell: replace(
            one,
            message_headers=of_messages,
            events=(*one.events, *events),
            sources=(*one.sources, *(source for _, source in of_mofs)),
            mof_headers=(
                *one.mof_headers,
                *(
                    (posixpath.basename(source), posixpath.basename(name))
                    for name, source in of_mofs
                ),
            ),
            by_hand=(*one.by_hand, *lines),
        )
        for cell, one in project.cells.items()
    }
    return replace(project, cells=cells)


def _wanted(
    one: Description, others: Mapping[str, tuple[str, str]], files: Files
) -> Iterator[tuple[str, str, str]]:
    """Headers of other projects that are included: the name, the project and what it is made of."""
    seen: set[str] = set()
    for folder, name in _includes(one.sources, files):
        header = posixpath.basename(name).lower()
        if header not in others or header in seen:
            continue
        path, source = others[header]
        if source in one.sources or _is_there(one, folder, name, files):
            continue
        seen.add(header)
        yield name, path, source


def _is_made_here(source: str, files: Files) -> bool:
    """Whether ntbuild makes a header of a file that is there: messages, manifest or MOF."""
    is_ours = source.lower().endswith((_MESSAGES, _MOF, *_MANIFESTS))
    return is_ours and files.find("", source) is not None


def _line(name: str, path: str, source: str, here: str) -> str:
    of, by = (posixpath.relpath(each, here) for each in (source, path))
    return f"header {printable(name)}: {printable(by)} makes it of {printable(of)}"


def _is_there(one: Description, folder: str, name: str, files: Files) -> bool:
    return any(files.find(each, name) for each in (folder, *one.include_dirs))


def _includes(sources: Sequence[str], files: Files) -> Iterator[tuple[str, str]]:
    """What sources and the headers beside them include: folder of the file, and the name."""
    folders = dict.fromkeys(posixpath.dirname(each) for each in sources)
    headers = [path for folder in folders for path in files.matching(folder, "*.h")]
    for path in (*sources, *headers):
        for name in _INCLUDE.findall(_read(path)):
            yield posixpath.dirname(path), slashed(name.decode("latin-1"))


def _read(path: str) -> bytes:
    """The first bytes of a file; none of one that cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are texts here
            return file.read(_MOST_READ)
    except OSError:
        return b""
