"""What a project links with: libraries, exports, entry point, and options of the linker.

Libraries are named by file: of a project beside this one, of the kit, or of a file in the tree. The
kit's are sorted out by `compilers.kit_libraries`; a module that every driver has, or that the model
brings, is not repeated.
"""

import functools
import posixpath
import re
from collections.abc import Mapping
from typing import Final

from ntbuild.compilers.kit_libraries import (
    kernel_module,
    kit_name,
    library_name,
    library_sources,
)
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, slashed
from ntbuild.msbuild.kit_properties import in_kit
from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

LIBRARY: Final = "DriverLibrary"
"""The method of static libraries."""

_EVERY_DRIVER: Final = frozenset({"ntoskrnl", "hal"})
_IMPLIED: Final[Mapping[str, frozenset[str]]] = {
    "kmdf": frozenset({"wdfldr"}),
    "minifilter": frozenset({"fltmgr"}),
    "storport": frozenset({"storport"}),
    "ndis": frozenset({"ndis", "netio"}),
    "hid": frozenset({"hidclass"}),
}
"""Modules that a model brings."""

_MODEL_OF_LIBRARY: Final = {
    "storport": "storport",
    "ndis": "ndis",
    "fltmgr": "minifilter",
    "hidclass": "hid",
}
"""The model of a driver that is not KMDF, by a library that it links; the first of its line."""

_PROGRAMS: Final = frozenset({"kernel32", "libcmt", "msvcrt", "user32", "advapi32", "ntdll"})
"""Libraries of programs that a driver may name in vain."""

_OF_TRACING: Final = frozenset({"wpprecorder"})
"""Libraries that ``wpp=`` makes needless."""

_OF_EXTENSIONS: Final = (
    ("ude_version_major", "udecxstub"),
    ("netadapterdriver", "netadaptercxstub"),
)
"""Properties by which a project names a class extension, and what the kit then links."""

_DEFAULT_ENTRIES: Final = frozenset({"", "driverentry", "fxdriverentry", "gsdriverentry"})
_WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
_MEANS_NOTHING: Final = re.compile(
    r"[-/](map.*|ignore:.*|debug.*|pdb.*|opt:.*|release|driver.*|subsystem.*|incremental.*|nologo|kernel"
    r"|version:.*|brepro|guard:.*|cetcompat.*|time.*|wx.*|nodefaultlib.*|manifest.*|ltcg.*|verbose.*"
    r"|defaultlib:(ucrt|libcmt|msvcrt)d?(\.lib)?|spgo.*|spd.*|allpdata|nocoffgrpinfo|novcfeature"
    r"|importcalloptimization.*)",
    re.IGNORECASE,
)
_EXPORT: Final = re.compile(r"\s*([A-Za-z_?@][\w?@$]*)\s*(=[^\s;]+)?\s*([^;]*)")


@dataclass(frozen=True, slots=True)
class Linked:
    """What the link line says; `libraries` are paths of projects, `files` of libraries."""

    libraries: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    model: str = ""
    entry: str = ""
    exports: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    by_hand: tuple[str, ...] = ()

    @property
    def has_entry(self) -> bool:
        """Whether the image is entered at all."""
        return "noentry" not in dict(self.options)

    def modules_beyond(self, model: str) -> tuple[str, ...]:
        """The modules that neither every driver nor a model has already."""
        return tuple(each for each in self.modules if each not in _IMPLIED.get(model, ()))


def linked(found: Evaluation, files: Files, projects: Mapping[str, str], method: str) -> Linked:
    """The link line of a project. ``projects``: those that make libraries, by library name."""
    link = found.definitions.get("lib" if method == LIBRARY else "link", {})
    names = _Names(found, files, projects)
    for reference in found.items.get("projectreference", ()):
        path = files.find(found.folder, reference.name)
        if path in projects.values():
            names.libraries[str(path)] = None
    for word in link.get("additionaldependencies", "").split(";"):
        names.add(slashed(word.strip().strip('"')))
    for kind, add in (("library", names.add), ("object", names.add_object)):
        for item in found.items.get(kind, ()):
            if not item.is_excluded:
                add(item.name)
    for name, library in _OF_EXTENSIONS:
        if found.properties.get(name, "").lower() not in {"", "false"}:
            names.add(library)
    if method == LIBRARY:
        return _of_library(names)
    exports = exports_of(found, files, names.by_hand)
    options = _options(link, names.by_hand)
    return Linked(
        tuple(names.libraries),
        tuple(names.files),
        tuple(names.modules),
        next((_MODEL_OF_LIBRARY[each] for each in names.modules if each in _MODEL_OF_LIBRARY), ""),
        _entry(link),
        exports,
        options,
        tuple(dict.fromkeys(names.by_hand)),
    )


def _of_library(names: "_Names") -> Linked:
    """What a static library hands on to what links it."""
    by_hand = tuple(dict.fromkeys(names.by_hand))
    return Linked(tuple(names.libraries), tuple(names.files), tuple(names.modules), by_hand=by_hand)


class _Names:
    """Sorts the libraries of a link line by what they are."""

    def __init__(self, found: Evaluation, files: Files, projects: Mapping[str, str]) -> None:
        self.found, self.where, self.projects = found, files, projects
        self.libraries: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.modules: dict[str, None] = {}
        self.by_hand: list[str] = []

    def add(self, name: str) -> None:
        """Take a library as the project names it, with slashes."""
        stem = library_name(posixpath.basename(name))
        of_kit = in_kit(name) is not None
        if not stem or name.startswith("%(") or stem in _EVERY_DRIVER | _PROGRAMS | _OF_TRACING:
            return
        if stem in self.projects and not of_kit:
            self.libraries[self.projects[stem]] = None
        elif not of_kit and (path := self.where.find(self.found.folder, name)):
            self.files[path] = None
        elif module := module_of(stem, self.by_hand):
            self.modules[module] = None

    def add_object(self, name: str) -> None:
        """Take an object file, with slashes."""
        path = self.where.find(self.found.folder, name)
        if path is None:
            self.by_hand.append(f"object {printable(name)}: no such file")
        else:
            self.files[path] = None


def module_of(stem: str, by_hand: list[str]) -> str:
    """What ``import_libraries=`` says of a library; empty for none, with a line when it lacks."""
    if module := _of_ntbuild(stem):
        return module
    known = kit_name(toolchains_folder(), stem)
    if known is None:
        by_hand.append(f"library {stem}: no project here makes it, and no module is it")
    elif known.kind == "kit":
        by_hand.append(f"library {stem}: {known.reason}, which only a kit has")
    return ""


@functools.cache
def _of_ntbuild(stem: str) -> str:
    """The name for ``import_libraries=`` of a library that ntbuild has; empty for others."""
    folder = toolchains_folder()
    if library_sources(folder, stem, "x64"):
        return stem
    return kernel_module(folder, stem, "x64") or ""


def _has_no_entry(link: Mapping[str, str]) -> bool:
    return link.get("noentrypoint", "").lower() == "true"


def _entry(link: Mapping[str, str]) -> str:
    if _has_no_entry(link):
        return ""
    name = link.get("entrypointsymbol", "").partition("@")[0]
    return "" if name.lower() in _DEFAULT_ENTRIES else name


def _options(link: Mapping[str, str], by_hand: list[str]) -> tuple[tuple[str, str], ...]:
    """Options of the linker that a keyword of ``env.Driver`` says, as Python."""
    found: dict[str, str] = {}
    merges: dict[str, str] = {}
    for word in _WORD.findall(link.get("additionaloptions", "")):
        plain = word.replace('"', "")
        name, _, value = plain[1:].partition(":")
        if plain.startswith("%(") or not plain.startswith(("/", "-")):
            continue
        if name.lower() == "integritycheck":
            found["integritycheck"] = "True"
        elif name.lower() == "merge" and "=" in value:
            source, _, target = value.partition("=")
            merges[source] = target
        elif not _MEANS_NOTHING.fullmatch(plain):
            by_hand.append(f"linker option {printable(plain)}")
    if source := link.get("mergesections", ""):
        first, _, target = source.partition("=")
        merges[first] = target
    if merges:
        pairs = ", ".join(f'("{source}", "{target}")' for source, target in merges.items())
        found["merge"] = f"[{pairs}]"
    if _has_no_entry(link):
        found["noentry"] = "True"
    if base := link.get("baseaddress", ""):
        found["base"] = base if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", base) else "0"
    return tuple(found.items())


def exports_of(found: Evaluation, files: Files, by_hand: list[str]) -> tuple[str, ...]:
    """The names that the module definition file exports, apart from the entry point."""
    link = found.definitions.get("link", {})
    name = link.get("moduledefinitionfile", "").strip()
    if not name:
        return ()
    path = files.find(found.folder, name)
    if path is None:
        by_hand.append(f"module definition file {printable(name)}: no such file")
        return ()
    try:
        text = read_text(path)
    except InputError as error:
        by_hand.append(f"module definition file: {error}")
        return ()
    exports: list[str] = []
    inside = False
    for line in text.splitlines():
        word = line.split(";")[0].strip()
        if word.upper().startswith("EXPORTS"):
            inside, word = True, word[len("EXPORTS") :].strip()
        elif re.match(r"(NAME|LIBRARY|SECTIONS|HEAPSIZE|STACKSIZE|VERSION|DESCRIPTION)\b", word):
            inside = False
        match = _EXPORT.match(word) if inside else None
        if match and match[1].lower() not in _DEFAULT_ENTRIES:
            if match[2] or match[3].strip().upper() not in {"", "PRIVATE"}:
                by_hand.append(f"export {printable(word)}: write it as an Export")
            exports.append(match[1])
    return tuple(exports)
