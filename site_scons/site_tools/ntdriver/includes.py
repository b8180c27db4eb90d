r"""Includes: what an object depends on, and what its compiler needs to find every header.

SCons finds an include by its exact name, as do compilers on systems that tell letter case apart.
What neither finds is looked for as on Windows: in the same folders, with any letter case, and with
backslashes between folders. Headers that another builder makes are found before they exist.

    drivers/net/trace.c     #include "..\Inc\TRACE.H"    depends on drivers/inc/Trace.h

An object whose includes all are spelt as their files gets no flag and no file. For others the flags
are a function, as are those of `try_flags`: it looks at what the object depends on, which SCons has
scanned by then, and writes the overlay or the forwarders when a command line is made.

cl.exe also looks for a quoted include next to the files that led to the including one. Of these
the source itself is looked at, last.
"""

import functools
import os
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import SCons.Errors
import SCons.Node.FS
import SCons.Scanner

from ntbuild.headers.directives import Include, includes
from ntbuild.headers.lookup import (
    Listing,
    Listings,
    joined,
    parent,
    respell,
    slashed,
    tells_letters_apart,
    with_names,
)
from ntbuild.headers.spelling import (
    Respelled,
    SpellingError,
    forwarders,
    overlay_entries,
    overlay_text,
    tree_overlay,
)
from ntbuild.support.outputs import OutputError, write_all

OVERLAY: Final = ".vfs.yaml"
"""What an object's overlay is called, after the object."""

FORWARDERS: Final = ".headers"
"""What the folder of an object's forwarders is called, after the object."""

CASTS: Final = ".casts"
"""What the folder of an object's rewritten files is called, after the object."""

_SECONDS: Final = 60
_FILE_NAME: Final = re.compile(r"[\w./\\-]+\.[A-Za-z]\w*")
_SEARCHED: Final = re.compile(r"#include <\.\.\.> search starts here:\n(.*?)\nEnd of", re.DOTALL)


class SearchPath(NamedTuple):
    """Where an object's includes are looked for; SCons keeps what was found by it.

    ``folders``: those of CPPPATH as nodes. ``source``: the folder of what is compiled. ``system``:
    paths of the compiler's and the DDK's headers. ``compiler``: the command that knows further
    ones, if there are any. ``forced``: headers that go before the source, as nodes, and ``names``
    such as are looked for like an include. ``macros``: definitions whose value is a header's name.
    """

    folders: tuple[Any, ...]
    source: Any
    system: tuple[str, ...]
    compiler: tuple[str, ...]
    forced: tuple[Any, ...]
    names: tuple[str, ...]
    macros: tuple[tuple[str, str], ...]


class _Found(NamedTuple):
    """What a file includes: nodes of the project's headers, and what is spelt otherwise."""

    nodes: tuple[Any, ...]
    respelled: tuple[Respelled, ...]


_PATHS: Final[dict[SearchPath, SearchPath]] = {}
"""Each search path once, so that comparing two is comparing their addresses."""

_RESPELLED: Final[dict[SearchPath, dict[Any, tuple[Respelled, ...]]]] = {}
"""By search path and file: includes that are spelt otherwise; None stands for ``-include``."""


# ---- the scanner -----------------------------------------------------------------------------


def _search_path(
    env: Any, folder: Any = None, target: Any = None, source: Any = None, _argument: Any = None
) -> SearchPath:
    words = [str(word).replace("$$", "$") for word in env.Flatten([env.get("NTHEADERS", [])])]
    own = env.get("NTOWNFLAGS", ())
    path = SearchPath(
        _FOLDERS(env, folder, target, source),
        source[0].rfile().dir,
        tuple(b for a, b in pairwise(words) if a == "-isystem"),
        () if "-nostdinc" in env["NTFLAGS_CC"].plain else tuple(env["NTCOMPILER"].argv),
        tuple(env.get("NTFORCEDINCLUDES", ())),
        tuple(env.get("NTFORCEDNAMES", ())),
        tuple(_header_macros(own)) if own else (),
    )
    path = _PATHS.setdefault(path, path)
    for each in target or ():
        each.attributes.ntbuild_search_path = path
    return path


_FOLDERS: Final = SCons.Scanner.FindPathDirs("CPPPATH")


def _header_macros(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        name, _, value = word.removeprefix("-D").partition("=")
        if word.startswith("-D") and (value[:1] in ('"', "<") or _FILE_NAME.fullmatch(value)):
            yield name, value


def _scan(node: Any, _env: Any, path: SearchPath) -> list[Any]:
    """Scanner: the project's headers that a file includes, after those that are forced."""
    found = _found(node, path).nodes
    forced = (*path.forced, *_forced(path).nodes) if path.names else path.forced
    return list(found if node in forced else (*forced, *found))


SCANNER: Final = SCons.Scanner.Scanner(
    function=_scan, name="includes", path_function=_search_path, recursive=True
)


def _found(node: Any, path: SearchPath) -> _Found:
    known = node.attributes.__dict__.setdefault("ntbuild_found", {})
    if path not in known:
        found = known[path] = _find(node, path)
        if found.respelled:
            _RESPELLED.setdefault(path, {})[node] = found.respelled
    result: _Found = known[path]
    return result


def _find(node: Any, path: SearchPath) -> _Found:
    real = node.rfile()
    if not real.exists():
        return _Found((), ())
    return _find_all(_includes(real, path), node.get_dir(), real.dir, path)


@functools.cache
def _forced(path: SearchPath) -> _Found:
    """The headers of ``-include NAME``, which are looked for in the working folder first."""
    top = path.source.fs.Top
    found = _find_all([Include(name, quoted=True) for name in path.names], top, top, path)
    if found.respelled:
        _RESPELLED.setdefault(path, {})[None] = found.respelled
    return found


def _find_all(wanted: Iterable[Include], folder: Any, real_folder: Any, path: SearchPath) -> _Found:
    """What includes of one file mean; ``folder`` is the file's, also as it really is."""
    nodes: dict[Any, None] = {}
    respelled = []
    for include in wanted:
        header = _exact(include, folder, path)
        if header is None:
            header, changed = _respell(include, real_folder, path)
            respelled += changed
        if header is not None:
            nodes[header] = None
    return _Found(tuple(nodes), tuple(respelled))


def _includes(real: Any, path: SearchPath) -> list[Include]:
    """The includes of a file by name; read once, unless a macro of the command line may matter."""
    if path.macros:
        return sorted(includes(real.get_text_contents(), dict(path.macros)))
    known = real.attributes.__dict__
    if "ntbuild_includes" not in known:
        known["ntbuild_includes"] = sorted(includes(real.get_text_contents()))
    found: list[Include] = known["ntbuild_includes"]
    return found


def _exact(include: Include, folder: Any, path: SearchPath) -> Any:
    """The node of a header by its exact name, as SCons's own scanner has it; None without."""
    order = (folder, *path.folders) if include.quoted else (*path.folders, folder)
    return SCons.Node.FS.find_file(include.name, order)


# ---- headers that are spelt otherwise --------------------------------------------------------


def _respell(include: Include, folder: Any, path: SearchPath) -> tuple[Any, list[Respelled]]:
    """The node of a header of the project, if it is one, and how its name is to be spelt.

    ``folder``: that of the including file.
    """
    if _is_in(path.system, include.name) or _is_in(_searched(path.compiler), include.name):
        return None, []
    own = [folder] if include.quoted else []
    for each in dict.fromkeys((*own, *path.folders, path.source)):
        place = _path(each)
        name = respell(place, include.name, _listings(each.fs))
        if name is not None:
            node = SCons.Node.FS.find_file(name, (each,)) or each.File(name)
            return node, [_entry(place, include, name)]
    for place in (*path.system, *_searched(path.compiler)):
        name = respell(place, include.name, _LISTINGS)
        if name == include.name:  # the compiler's own folders, which are not in path.system
            return None, []
        if name is not None:
            return None, [_entry(place, include, name)._replace(system=name)]
    return _made_elsewhere(include, folder, path)


def _made_elsewhere(include: Include, folder: Any, path: SearchPath) -> tuple[Any, list[Respelled]]:
    """A header that a step of ours makes, wanted in the folder where the project's own tool has it.

    ``"../messages.h"`` is ``messages.h`` of a message file, which mc writes beside that file.
    """
    parts = slashed(include.name).split("/")
    for each in path.folders if len(parts) > 1 else ():
        for name in _made_in(each)[0]:
            if name.casefold() == parts[-1].casefold():
                node = each.File(name)
                wanted = joined(_path(folder if include.quoted else each), "/".join(parts))
                return node, [Respelled(include.name, wanted, _path(node))]
    return None, []


def _is_in(folders: Iterable[str], name: str) -> bool:
    return any(os.path.isfile(f"{each}/{name}") for each in folders)  # noqa: PTH113 - hot


def _entry(place: str, include: Include, name: str) -> Respelled:
    return Respelled(include.name, joined(place, slashed(include.name)), joined(place, name))


def _path(folder: Any) -> str:
    """A folder's path from the top; "" for the top itself."""
    path = str(folder.get_internal_path()).replace(os.sep, "/")
    return "" if path == "." else path


_LISTINGS: Final = Listings()


def _listings(fs: Any) -> Callable[[str], Listing]:
    """`_LISTINGS` in which a folder also has the files that are to be made in it."""

    def names(path: str) -> Listing:
        try:
            node = fs.Dir(path, fs.Top) if path else fs.Top
        except TypeError:  # it is a file
            return _LISTINGS(path)
        count, known = node.attributes.__dict__.get("ntbuild_listing", (0, None))
        if known is None or count != len(node.entries):  # nodes are added and never removed
            known = with_names(_LISTINGS(node.get_abspath()), *_made_in(node))
            node.attributes.ntbuild_listing = len(node.entries), known
        listing: Listing = known
        return listing

    return names


def _made_in(folder: Any) -> tuple[list[str], list[str]]:
    """Names of the files that builders make in a folder, and of the folders that SCons knows."""
    entries = [(name, node) for name, node in folder.entries.items() if name not in (".", "..")]
    files = [node.name for _, node in entries if node.has_builder()]
    return files, [node.name for _, node in entries if isinstance(node, SCons.Node.FS.Dir)]


@functools.cache
def _searched(compiler: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that a compiler searches by itself; asked only when a header is found nowhere."""
    if not compiler:
        return ()
    argv = [*compiler, "-E", "-v", "-x", "c", os.devnull]
    try:
        done = subprocess.run(
            argv, capture_output=True, text=True, timeout=_SECONDS, check=False, errors="replace"
        )
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ()
    match = _SEARCHED.search(done.stderr)
    return tuple(map(str.strip, match[1].splitlines())) if match else ()


# ---- what the compiler is given --------------------------------------------------------------


def respelled_for(target: Any) -> tuple[Respelled, ...]:
    """What the source of an object, and the headers that it includes, spell otherwise."""
    (node,) = target[:1]
    children = node.children()  # scans it, unless --implicit-cache has what it would find
    path = getattr(node.attributes, "ntbuild_search_path", None)
    executor = None if path else node.get_executor()
    if executor:
        path = executor.get_build_scanner_path(SCANNER)
        for each in children:
            if isinstance(each, SCons.Node.FS.File):
                _found(each, path)
    known = _RESPELLED.get(path, {}) if path else {}
    if not known:
        return ()
    found = {one for each in children if each in known for one in known[each]}
    return tuple(sorted(found | set(known.get(None, ()))))


def signature(target: Any) -> str:
    """What a signature says of an object's spelling; empty when every include is exact."""
    found = respelled_for(target)
    pairs = " ".join(f"{each.include}={PurePosixPath(each.path).name}" for each in found)
    return f"spelling {pairs}" if pairs else ""


def spelling_flags(target: Any, source: Any, env: Any, for_signature: Any) -> list[str]:  # noqa: ARG001
    """The flags with which a compiler finds what is spelt otherwise; writes what they name."""
    foreign = _foreign_overlay(env)
    found = respelled_for(target)
    if not found:
        return foreign
    path = str(target[0].get_internal_path()).replace(os.sep, "/")
    words = env["NTHEADEROVERLAY"]
    if words:
        entries = overlay_entries(found, _headers(target[0], found))
        wanted = {name: real for name, real in entries.items() if not os.path.lexists(name)}
        if not wanted:
            return foreign
        file = f"{path}{OVERLAY}"
        _write(env, {file: overlay_text(wanted)})
        return [*foreign, *(word.replace("{file}", file) for word in words)]
    try:
        made = forwarders(found, env.fs.Top.get_abspath(), f"{path}{FORWARDERS}")
    except SpellingError as error:
        raise SCons.Errors.BuildError(target[0], errstr=f"{source[0]}: {error}") from error
    _write(env, made.files, made.folder)
    return [f"-I{made.folder}"]


def _foreign_overlay(env: Any) -> list[str]:
    """The flags for header folders of others, such as a kit's; empty where there are none.

    The overlay is the same for all objects and written once.
    """
    folders = tuple(filter(tells_letters_apart, env["NTFOREIGNHEADERS"]))
    words = env["NTHEADEROVERLAY"] if folders else ()
    if not words:
        return []
    digest = sha256("\n".join(folders).encode()).hexdigest()[:12]
    file = f"{_path(env.Dir(env['NTBUILD']))}/headers-{digest}{OVERLAY}"
    if file not in _WRITTEN:
        _write(env, {file: tree_overlay(folders, _LISTINGS)})
        _WRITTEN.add(file)
    return [word.replace("{file}", file) for word in words]


_WRITTEN: Final[set[str]] = set()


def _headers(node: Any, found: Iterable[Respelled]) -> Iterator[str]:
    """Headers that may be wanted by way of a folder that is spelt otherwise.

    Those of the project are known; of a folder of the system, all are taken.
    """
    for each in node.children():
        if isinstance(each, SCons.Node.FS.File):
            yield str(each.rfile().get_internal_path()).replace(os.sep, "/")
    for one in found:
        if one.system and "/" in one.system:
            folder = parent(one.path)
            files = _LISTINGS(folder).files.values()
            yield from (joined(folder, name) for names in files for name in names)


def _write(env: Any, files: Mapping[str, str], folder: str = "") -> None:
    write_texts(env, {name: text.encode() for name, text in files.items()}, folder)


def write_texts(env: Any, files: Mapping[str, bytes], folder: str = "") -> None:
    """Write files that are not there yet; nothing with ``scons -n``. Raises BuildError."""
    if env.GetOption("no_exec"):
        return
    try:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            path = Path(name)
            if not path.is_file() or path.read_bytes() != content:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_all([(path, content)])
    except (OSError, OutputError) as error:
        raise SCons.Errors.BuildError(errstr=str(error)) from error


def remove_when_cleaning(env: Any, node: Any) -> None:
    """Make ``scons -c`` remove what `spelling_flags` and `casts` wrote for an object."""
    if env.GetOption("clean"):
        path = node.get_internal_path()
        ends = (OVERLAY, FORWARDERS, CASTS, f"{CASTS}{OVERLAY}")
        env.Clean(node, [env.fs.Entry(f"#{path}{end}") for end in ends])
