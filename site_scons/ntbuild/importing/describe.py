r"""From an evaluated project to what it builds: sources, model, defines, libraries, and the rest.

What a SConscript can say becomes a field of `Description`; everything else becomes a line of
`by_hand` (the build lacks something) or of `left_out` (it is no part of the image).

Pitfalls: metadata of a source (its own include folders and defines) widen those of the driver; only
defines that contradict each other and WPP functions stay with their source. Folders
that hold only what a build writes (``$(IntDir)``) are dropped, as generated headers are nodes.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ntbuild.compilers.kmdf import VERSIONS
from ntbuild.msbuild.evaluate import Evaluation, Target
from ntbuild.msbuild.files import Files, is_of_windows, slashed
from ntbuild.msbuild.items import Item
from ntbuild.msbuild.kit_properties import NT_VERSIONS, in_kit
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .compiler_options import Options, options_of, resource_options_of, without_quotes
from .defines import defines_of, words_of
from .description import Define, Description
from .item_types import unknown_items
from .link_lines import LIBRARY, Linked, linked
from .nasm import nasm_of
from .packages import infs_of
from .tracing import wpp_of

_METHODS: Final = {
    "driver": "Driver",
    "staticlibrary": "DriverLibrary",
    "dynamiclibrary": "ExportDriver",
}
_MODELS: Final = {"kmdf": "kmdf", "wdm": "wdm", "miniport": "wdm", "exportdriver": "export"}
_WHAT: Final = {
    "application": "a program",
    "dynamiclibrary": "a DLL for programs",
    "staticlibrary": "a library for programs",
    "utility": "a package or a utility project",
    "makefile": "a makefile project",
}
_OF_PROGRAMS: Final = re.compile(r"v\d+(_\w+)?|clangcl|llvm.*")
"""Toolsets of Visual Studio and clang, which have nothing of the kernel."""

_NEWEST: Final = 0x0A00
_WINDOWS: Final = {0x0501: "5.1", 0x0600: "6.0", 0x0601: "6.1", 0x0602: "6.2", 0x0603: "6.3"}

_KIT_HEADERS: Final = re.compile(
    r"(km|shared|um|ucrt|vc|km/crt|km/wdm|wdf(/.*)?|wdf/kmdf/.*|user.*|programs.*)?", re.IGNORECASE
)
"""Header folders of a kit that every driver has, or none has."""

_STEPS: Final = {
    "wmimofck": "wmimofck makes files of a binary MOF that the project does not make",
    "generatebmf": "mofcomp makes a binary MOF of it",
    "ctrpp": "ctrpp makes headers and resources of it",
    "midl": "midl makes a header of it",
    "yasm": "yasm makes an object of it",
    "custombuild": "a command of the project's own makes files of it",
}
"""Items that a tool makes sources or headers of, by type."""

_COMPILED: Final = (
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

_CHARACTERS: Final = {
    "unicode": (("UNICODE", None), ("_UNICODE", None)),
    "multibyte": (("_MBCS", None),),
}
"""Defines by ``CharacterSet``, in small letters."""

_CXX: Final = (".cpp", ".cxx", ".cc", ".c++")
_MOST_READ: Final = 4 << 20
"""Bytes of a source that are looked at."""

_HARMLESS: Final = frozenset(
    {"message", "warning", "error", "itemgroup", "propertygroup", "converttoabsolutepath", "output"}
    | {"calltarget", "onerror"}
)
_AFTER: Final = re.compile(
    r"inf|stamp|sign|cat|package|deploy|verif|link|clean|dvl|install|pack|publish|postbuild",
    re.IGNORECASE,
)


def describe(found: Evaluation, files: Files, libraries: Mapping[str, str]) -> Description:
    """What a project builds in the configuration that was evaluated.

    ``libraries``: projects that make libraries, by the library's name in small letters.
    """
    name = found.properties.get("targetname") or found.properties["projectname"]
    reason = _no_driver(found.properties)
    if reason:
        return Description(name, reason=reason)
    method = _METHODS[found.properties["configurationtype"].lower()]
    if method == LIBRARY and not any(found.items.get(kind) for kind in _COMPILED):
        return Description(name, reason="a library without sources")
    compiling = [i for i in found.items.get("clcompile", ()) if not _is_excluded(i)]
    scripts = [i for i in found.items.get("resourcecompile", ()) if not _is_excluded(i)]
    by_hand: list[str] = []
    missing: list[str] = []
    sources = _sources(found, files, compiling, scripts, by_hand)
    characters = _CHARACTERS.get(found.properties.get("characterset", "").lower(), ())
    defines, source_defines = defines_of(compiling, by_hand)
    defines += tuple(each for each in characters if each[0] not in dict(defines))
    for_scripts = _options_of_scripts(scripts, by_hand)
    options = options_of(compiling, found.definitions.get("clcompile", {}), by_hand)
    link = linked(found, files, libraries, method)
    model = _model(found.properties, link)
    include_dirs = _folders(found, files, compiling, options.include_dirs, by_hand, missing)
    more = _folders(found, files, scripts, for_scripts.include_dirs, by_hand, missing)
    kmdf = _known_kmdf(_kmdf(found.properties), missing) if model == "kmdf" else ""
    method = _method(method, link, by_hand)
    unknown, passed_over = unknown_items(found, files, sources)
    infs, of_infs = infs_of(found, files)
    if not sources:
        by_hand.append("sources: the project lists none")
    return Description(
        name=name,
        method=method,
        model=model,
        kmdf=kmdf,
        windows=_windows(found.properties),
        sources=sources if method == LIBRARY else (*sources, *link.files),
        linked_files=link.files if method == LIBRARY else (),
        libraries=link.libraries,
        defines=(*defines, *options.defines),
        source_defines=source_defines,
        include_dirs=include_dirs,
        events=_events(found),
        mof_headers=_mof_headers(found),
        harden=_harden(compiling),
        cxx_runtime=cxx_runtime_of(sources),
        runs_constructors=any(map(_runs_constructors, sources)),
        resource_defines=tuple(each for each in for_scripts.defines if each not in defines),
        resource_include_dirs=tuple(each for each in more if each not in include_dirs),
        forced_includes=_forced(found, files, compiling, options),
        natvis=_natvis(found, files, by_hand),
        cflags=options.cflags,
        cxxflags=options.cxxflags,
        nasm=nasm_of(found, by_hand),
        wpp=wpp_of(found, files, compiling, by_hand, missing),
        import_libraries=link.modules_beyond(model),
        exports=link.exports,
        entry=link.entry,
        infs=infs,
        options=link.options,
        by_hand=(*by_hand, *link.by_hand, *unknown, *_steps(found), *_targets(found.targets)),
        left_out=(*_left_out(found, of_infs), *passed_over, *missing),
    )


def _no_driver(properties: Mapping[str, str]) -> str:
    """Why a project makes nothing for the kernel; empty when it does."""
    kind = properties.get("configurationtype", "").lower() or "application"
    driver = properties.get("drivertype", "").lower()
    toolset = properties.get("platformtoolset", "").lower()
    if driver == "umdf" or "usermode" in toolset:
        return "a user-mode driver (UMDF), which ntbuild does not build yet"
    if kind not in _METHODS or driver == "package":
        return _WHAT.get(kind, f"ConfigurationType '{printable(kind)}'")
    is_for_programs = kind == "dynamiclibrary" and _OF_PROGRAMS.fullmatch(toolset) is not None
    if kind != "driver" and "kernel" not in toolset and (driver not in _MODELS or is_for_programs):
        return _WHAT[kind]
    return ""


# --- sources -------------------------------------------------------------------------------------


def _is_excluded(item: Item) -> bool:
    return item.get("excludedfrombuild").lower() == "true"


def _sources(
    found: Evaluation,
    files: Files,
    compiling: Sequence[Item],
    scripts: Sequence[Item],
    by_hand: list[str],
) -> tuple[str, ...]:
    """The files to compile, as paths; what only makes a precompiled header is none of them."""
    others = [
        item
        for kind in _COMPILED[1:]
        for item in found.items.get(kind, ())
        if not _is_excluded(item) and (kind != "custombuild" or _is_known_step(item))
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
    return "driver" if own and not any(map(_runs_constructors, own)) else ""


def _runs_constructors(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are texts here
            return b".CRT$XC" in file.read(_MOST_READ)
    except OSError:
        return False


def _events(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """The headers of event manifests that have another name than the manifest."""
    names = {
        posixpath.basename(slashed(item.name)): item.get("generatedfilesbasename")
        for item in found.items.get("messagecompile", ())
        if item.name.lower().endswith((".man", ".xml")) and not _is_excluded(item)
    }
    stems = {name: posixpath.splitext(name)[0] for name in names}
    return tuple((name, base) for name, base in names.items() if base not in {"", stems[name]})


def _mof_headers(found: Evaluation) -> tuple[tuple[str, str], ...]:
    """The headers that wmimofck makes of binary MOFs, by the MOF file's name."""
    mofs = {_stem(item): item for item in found.items.get("mofcomp", ()) if not _is_excluded(item)}
    headers = {}
    for item in found.items.get("wmimofck", ()):
        mof = mofs.get(_stem(item))
        header = posixpath.basename(slashed(item.get("headeroutputfile")).strip('"'))
        if mof is not None and header:
            headers[posixpath.basename(slashed(mof.name))] = header
    return tuple(headers.items())


def _harden(compiling: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """The measures that all sources are compiled without, with what the project says of it."""
    found = []
    for part, setting, option in _HARDENING:
        if compiling and all(_is_off(item, setting, option) for item in compiling):
            found.append((part, f"the project sets {setting} to false"))
    return tuple(found)


def _is_off(item: Item, setting: str, option: str) -> bool:
    options = {f"/{word[1:]}" for word in item.get("additionaloptions").lower().split()}
    return item.get(setting.lower()).lower() == "false" or option in options


def _is_known_step(item: Item) -> bool:
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


def _union(items: Iterable[Item], name: str) -> list[str]:
    """The words of a list of all items, each once, in the order of the first that has it."""
    return list(dict.fromkeys(word for item in items for word in words_of(item.get(name))))


def _options_of_scripts(scripts: Sequence[Item], by_hand: list[str]) -> Options:
    """Defines and include folders of resource scripts, of settings and of options."""
    options = resource_options_of(scripts)
    defines = {name: text and without_quotes(text) for name, text in _defines(scripts, by_hand)}
    more = {name: text for name, text in options.defines if name not in defines}
    return replace(options, defines=tuple((defines | more).items()))


def _defines(items: Sequence[Item], by_hand: list[str]) -> tuple[Define, ...]:
    """The defines of all scripts; where two contradict each other the first counts."""
    common, own = defines_of(items, by_hand)
    found = dict(common)
    for name, defines in own:
        for macro, text in defines:
            if found.setdefault(macro, text) != text:
                word = macro if text is None else f"{macro}={text}"
                line = f"define {printable(word)} of {name}: another script has another value"
                by_hand.append(line)
    return tuple(found.items())


def _folders(
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


def _forced(
    found: Evaluation, files: Files, compiling: Sequence[Item], options: Options
) -> tuple[str, ...]:
    names = [*_union(compiling, "forcedincludefiles"), *options.forced_includes]
    return tuple(files.find(found.folder, name) or slashed(name) for name in names)


def _natvis(found: Evaluation, files: Files, by_hand: list[str]) -> tuple[str, ...]:
    """Files that the PDB has, so that a debugger knows how to show types."""
    paths: dict[str, None] = {}
    for item in found.items.get("natvis", ()):
        if _is_excluded(item):
            continue
        path = files.find(found.folder, item.name)
        if path is None:
            by_hand.append(f"natvis: {printable(item.name)} is not there")
        else:
            paths[path] = None
    return tuple(paths)


# --- model and versions --------------------------------------------------------------------------


def _model(properties: Mapping[str, str], link: Linked) -> str:
    model = _MODELS.get(properties.get("drivertype", "").lower(), "wdm")
    if not link.has_entry and model == "kmdf":
        return "wdm"  # a framework's driver is one by its entry point
    return link.model if model == "wdm" and link.model else model


def _method(method: str, link: Linked, by_hand: list[str]) -> str:
    """The method of a project, which is another when it exports."""
    if method == "ExportDriver" and not link.exports:
        by_hand.append("exports: list what it exports; it has no module definition file")
    return "ExportDriver" if link.exports and method == "Driver" else method


def _kmdf(properties: Mapping[str, str]) -> str:
    minor = properties.get("kmdf_version_minor", "")
    major = properties.get("kmdf_version_major") or "1"
    return f"{major}.{minor}" if minor.isdecimal() else properties.get("kmdfversion", "")


def _known_kmdf(version: str, left_out: list[str]) -> str:
    """A version, or the next that ntbuild knows of one that is older; the latter is left out."""
    match = re.fullmatch(r"1\.(\d+)", version)
    if match is None or version in VERSIONS:
        return version
    newer = [each for each in VERSIONS if int(each.partition(".")[2]) > int(match[1])]
    if newer:
        left_out.append(f"KMDF {version}: {newer[0]} is the next that ntbuild knows")
    return newer[0] if newer else version


def _windows(properties: Mapping[str, str]) -> str:
    """The oldest Windows that a project names, as ``windows=`` has it; empty for the newest."""
    text = properties.get("_nt_target_version", "")
    try:
        number = int(text, 0)
    except ValueError:
        number = NT_VERSIONS.get(properties.get("targetversion", "").lower(), _NEWEST)
    return _WINDOWS.get(number & 0xFFFF, "") if number < _NEWEST else ""


# --- what is not taken over ----------------------------------------------------------------------


def _steps(found: Evaluation) -> list[str]:
    lines = []
    for kind, what in _STEPS.items():
        names = [
            item.name
            for item in found.items.get(kind, ())
            if not _is_excluded(item) and not _is_known_step(item) and not _makes_inf(item)
        ]
        if kind == "wmimofck" and found.items.get("mofcomp"):
            continue  # it takes what mofcomp makes, and its header is in mof_headers=
        lines += [f"{printable(name)}: {what}" for name in names]
    for kind in ("prebuildevent", "prelinkevent"):
        if command := found.definitions.get(kind, {}).get("command", "").strip():
            lines.append(f"{kind}: {printable(command.splitlines()[0])[:80]}")
    return lines


def _makes_inf(item: Item) -> bool:
    """Whether a step makes the driver's INF file, which is no part of the image."""
    return re.search(r"\.in[fx]\b", item.name, re.IGNORECASE) is not None


def _targets(targets: Sequence[Target]) -> list[str]:
    """Targets of the project that could make something before the image is linked."""
    lines = []
    for target in targets:
        tasks = {task.lower() for task in target.tasks} - _HARMLESS
        if tasks and not _AFTER.search(f"{target.name} {target.hooks}"):
            lines.append(f"target {printable(target.name)} ({', '.join(sorted(tasks))}): not run")
    return lines


def _left_out(found: Evaluation, infs: Sequence[str]) -> tuple[str, ...]:
    steps = found.items.get("custombuild", ())
    lines = [f"INF {printable(item.name)}" for item in steps if _makes_inf(item)]
    return tuple(dict.fromkeys((*infs, *lines)))
