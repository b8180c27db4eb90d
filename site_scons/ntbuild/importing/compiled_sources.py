"""The sources of a project, what tools make of them, and what is compiled without hardening.

What only makes a precompiled header is no source. A custom step is one where it does nothing but
call an assembler or the message compiler, whose place ntbuild takes.
"""

import posixpath
import re
from collections.abc import Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, slashed
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable

COMPILED: Final = (
    "clcompile",
    "masm",
    "marmasm",
    "nasm",
    "messagecompile",
    "mofcomp",
    "custombuild",
)
"""Items that are sources, custom steps among them when they only call the assembler."""

_TOOLS: Final = {".asm": "ml|ml64|armasm64", ".nasm": "nasm|vsyasm|yasm", ".mc": "mc", ".man": "mc"}
"""Tools that ntbuild takes the place of, by suffix of what they read."""

_HARDENING: Final = (
    ("cookie", "BufferSecurityCheck", "/gs-"),
    ("guard", "ControlFlowGuard", "/guard:cf-"),
)
"""Parts of ``harden=``: the setting of ClCompile that leaves one out, and cl's option."""

_CXX: Final = (".cpp", ".cxx", ".cc", ".c++")
_MOST_READ: Final = 4 << 20
"""Bytes of a source that are looked at."""


def sources_of(
    found: Evaluation,
    files: Files,
    compiling: Sequence[Item],
    scripts: Sequence[Item],
    by_hand: list[str],
) -> tuple[str, ...]:
    """The files to compile, as paths; what only makes a precompiled header is none of them."""
    others = [
        item
        for kind in COMPILED[1:]
        for item in found.items.get(kind, ())
        if not item.is_excluded and (kind != "custombuild" or is_known_step(item))
    ]
    of_messages = {
        (item.get("generatedfilesbasename") or _stem(item)).lower()
        for item in others
        if item.name.lower().endswith((".mc", ".man"))
    }
    paths: dict[str, None] = {}
    for item in (*compiling, *others, *scripts):
        if item.get("precompiledheader").lower() == "create" and _is_only_includes(found, item):
            continue
        path = files.find(found.folder, item.name)
        if path is not None:
            paths[path] = None
        elif not (item.name.lower().endswith(".rc") and _stem(item) in of_messages):
            by_hand.append(f"source {printable(item.name)}: no such file; is it generated?")
    return tuple(paths)


def _stem(item: Item) -> str:
    """The name of an item's file without folder and suffix: a message file's script has it too."""
    return posixpath.splitext(posixpath.basename(slashed(item.name)))[0].lower()


def cxx_runtime_of(sources: Sequence[str]) -> str:
    """``driver`` for C++, unless the sources run their constructors themselves."""
    own = [path for path in sources if path.lower().endswith(_CXX)]
    return "driver" if own and not any(map(runs_constructors, own)) else ""


def runs_constructors(path: str) -> bool:
    """Whether a source walks the table of C++'s constructors itself."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are texts here
            return b".CRT$XC" in file.read(_MOST_READ)
    except OSError:
        return False


def events_of(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """The headers of event manifests that have another name than the manifest."""
    names = {
        posixpath.basename(slashed(item.name)): item.get("generatedfilesbasename")
        for item in found.items.get("messagecompile", ())
        if item.name.lower().endswith((".man", ".xml")) and not item.is_excluded
    }
    stems = {name: posixpath.splitext(name)[0] for name in names}
    return tuple((name, base) for name, base in names.items() if base not in {"", stems[name]})


def mof_headers_of(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """The headers that wmimofck makes of binary MOFs, by the MOF file's name."""
    mofs = {_stem(item): item for item in found.items.get("mofcomp", ()) if not item.is_excluded}
    headers = {}
    for item in found.items.get("wmimofck", ()):
        mof = mofs.get(_stem(item))
        header = posixpath.basename(slashed(item.get("headeroutputfile")).strip('"'))
        if mof is not None and header:
            headers[posixpath.basename(slashed(mof.name))] = header
    return tuple(headers.items())


def harden_of(compiling: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """The measures that all sources are compiled without, with what the project says of it."""
    found = []
    for part, setting, option in _HARDENING:
        if compiling and all(_is_off(item, setting, option) for item in compiling):
            found.append((part, f"the project sets {setting} to false"))
    return tuple(found)


def _is_off(item: Item, setting: str, option: str) -> bool:
    options = {f"/{word[1:]}" for word in item.get("additionaloptions").lower().split()}
    return item.get(setting.lower()).lower() == "false" or option in options


def is_known_step(item: Item) -> bool:
    """Whether a custom step is nothing but a call of an assembler or the message compiler."""
    words = item.get("command").lower()
    tools = next(
        (tools for suffix, tools in _TOOLS.items() if item.name.lower().endswith(suffix)), ""
    )
    return bool(tools and re.search(rf"(^|[\s\"/\\])({tools})(\.exe)?\b", words))


def _is_only_includes(found: Evaluation, item: Item) -> bool:
    """Whether a source that makes a precompiled header has nothing but its include."""
    path = Files().find(found.folder, item.name)
    if path is None:
        return True
    try:
        with open(path, encoding="latin-1") as file:  # noqa: PTH123 - paths are texts here
            text = re.sub(r"/\*.*?\*/|//[^\n]*", "", file.read(1 << 16), flags=re.DOTALL)
    except OSError:
        return False
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines())
