"""What a project links with: libraries, exports, entry point, and options of the linker.

Libraries are named by file: of a project beside this one, of the kit, or of a file in the tree. The
kit's are sorted out by `kit_libraries` and the export lists; a module that every driver has, or
that the model brings, is not repeated.
"""

import posixpath
import re
from collections.abc import Mapping
from typing import Final

from ntbuild.compilers.hints import is_module
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, slashed
from ntbuild.msbuild.kit_properties import in_kit
from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .kit_libraries import EVERY_DRIVER, IMPLIED, MODEL_OF_LIBRARY, NOTHING, ONLY_A_KIT

_DEFAULT_ENTRIES: Final = frozenset({"", "driverentry", "fxdriverentry", "gsdriverentry"})
_WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
_MEANS_NOTHING: Final = re.compile(
    r"[-/](map.*|ignore:.*|debug.*|pdb.*|opt:.*|release|driver.*|subsystem.*|incremental.*|nologo|kernel"
    r"|version:.*|brepro|guard:.*|cetcompat.*|time.*|wx.*|nodefaultlib.*|manifest.*|ltcg.*|verbose.*)",
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

    def modules_beyond(self, model: str) -> tuple[str, ...]:
        """The modules that neither every driver nor a model has already."""
        return tuple(each for each in self.modules if each not in IMPLIED.get(model, ()))


def linked(found: Evaluation, files: Files, projects: Mapping[str, str], method: str) -> Linked:
    """The link line of a project. ``projects``: those that make libraries, by library name."""
    if method == "DriverLibrary":
        return Linked()
    link = found.definitions.get("link", {})
    by_hand: list[str] = []
    libraries: dict[str, None] = {}
    prebuilt: dict[str, None] = {}
    modules: dict[str, None] = {}
    models: list[str] = []
    for reference in found.items.get("projectreference", ()):
        path = files.find(found.folder, reference.name)
        if path in projects.values():
            libraries[str(path)] = None
    for word in link.get("additionaldependencies", "").split(";"):
        name = slashed(word.strip().strip('"'))
        stem = posixpath.basename(name).lower().removesuffix(".lib")
        if not stem or name.startswith("%("):
            continue
        models += [MODEL_OF_LIBRARY[stem]] if stem in MODEL_OF_LIBRARY else []
        if stem in projects and in_kit(name) is None:
            libraries[projects[stem]] = None
        elif stem in EVERY_DRIVER or stem in NOTHING:
            continue
        elif (path := files.find(found.folder, name)) and in_kit(name) is None:
            prebuilt[path] = None
        elif stem in ONLY_A_KIT:
            by_hand.append(f"library {printable(name)}: {ONLY_A_KIT[stem]}")
        elif is_module(stem, "x64", toolchains_folder() / "defs"):
            modules[stem] = None
        else:
            shown = posixpath.basename(name)
            by_hand.append(f"library {printable(shown)}: no export list of that name, no project")
    exports = _exports(found, files, link, by_hand)
    return Linked(
        tuple(libraries),
        tuple(prebuilt),
        tuple(modules),
        models[0] if models else "",
        _entry(link),
        exports,
        _options(link, by_hand),
        tuple(by_hand),
    )


def _entry(link: Mapping[str, str]) -> str:
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
        found["merge"] = repr(merges)
    if base := link.get("baseaddress", ""):
        found["base"] = base if re.fullmatch(r"0[xX][0-9a-fA-F]+|\d+", base) else "0"
    return tuple(found.items())


def _exports(
    found: Evaluation, files: Files, link: Mapping[str, str], by_hand: list[str]
) -> tuple[str, ...]:
    """The names that the module definition file exports, apart from the entry point."""
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
