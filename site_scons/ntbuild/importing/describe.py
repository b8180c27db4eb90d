r"""From an evaluated project to what it builds: sources, model, defines, libraries, and the rest.

What a SConscript can say becomes a field of `Description`; everything else becomes a line of
`by_hand` (the build lacks something) or of `left_out` (it is no part of the image).

Pitfalls: metadata of a source (its own include folders and defines) widen those of the driver; only
defines that contradict each other and WPP functions stay with their source.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .compiled_sources import (
    COMPILED,
    cxx_runtime_of,
    events_of,
    harden_of,
    mof_headers_of,
    runs_constructors,
    sources_of,
)
from .compiler_options import Options, languages_of, options_of
from .defines import defines_of
from .description import Description
from .folders import folders_of, forced_of, natvis_of
from .item_types import unknown_items
from .link_lines import LIBRARY, Linked, linked
from .nasm import nasm_of
from .packages import infs_of
from .resource_scripts import options_of_scripts
from .steps import infs_left_out, steps_by_hand, targets_by_hand
from .tracing import wpp_of
from .versions import kmdf_of, windows_of

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

_CHARACTERS: Final = {
    "unicode": (("UNICODE", None), ("_UNICODE", None)),
    "multibyte": (("_MBCS", None),),
}
"""Defines by ``CharacterSet``, in small letters."""


class _Remarks(NamedTuple):
    """Lines for a person: what the build lacks, and what is no part of it."""

    by_hand: list[str]
    left_out: list[str]


def describe(found: Evaluation, files: Files, libraries: Mapping[str, str]) -> Description:
    """What a project builds in the configuration that was evaluated.

    ``libraries``: projects that make libraries, by the library's name in small letters.
    """
    properties = found.properties
    name = properties.get("targetname") or properties["projectname"]
    reason = no_driver(properties)
    if reason:
        return Description(name, reason=reason)
    method = _METHODS[properties["configurationtype"].lower()]
    if method == LIBRARY and not any(found.items.get(kind) for kind in COMPILED):
        return Description(name, reason="a library without sources")
    remarks = _Remarks([], [])
    link = linked(found, files, libraries, method)
    model = _model(properties, link)
    one = Description(name, method, model=model, windows=windows_of(properties))
    one, options = _with_sources(one, found, files, remarks)
    unknown, passed_over = unknown_items(found, files, one.sources)
    one = _with_settings(one, found, files, options, remarks)
    infs, of_infs = infs_of(found, files)
    kmdf = kmdf_of(properties, remarks.left_out) if model == "kmdf" else ""
    one = _with_link(replace(one, kmdf=kmdf, infs=infs), link, remarks)
    steps = (*steps_by_hand(found), *targets_by_hand(found.targets))
    return replace(
        one,
        by_hand=(*remarks.by_hand, *link.by_hand, *unknown, *steps),
        left_out=(*infs_left_out(found, of_infs), *passed_over, *remarks.left_out),
    )


def _with_sources(
    one: Description, found: Evaluation, files: Files, remarks: _Remarks
) -> tuple[Description, Options]:
    """With sources, defines and include folders; and what options of cl say."""
    by_hand, left_out = remarks
    compiling = [each for each in found.items.get("clcompile", ()) if not each.is_excluded]
    scripts = [each for each in found.items.get("resourcecompile", ()) if not each.is_excluded]
    sources = sources_of(found, files, compiling, scripts, by_hand)
    characters = _CHARACTERS.get(found.properties.get("characterset", "").lower(), ())
    defines, source_defines = defines_of(compiling, by_hand)
    defines += tuple(each for each in characters if each[0] not in dict(defines))
    for_scripts = options_of_scripts(scripts, by_hand)
    options = options_of(compiling, found.definitions.get("clcompile", {}), by_hand)
    folders = folders_of(found, files, compiling, options.include_dirs, by_hand, left_out)
    more = folders_of(found, files, scripts, for_scripts.include_dirs, by_hand, left_out)
    if not sources:
        by_hand.append("sources: the project lists none")
    one = replace(
        one,
        sources=sources,
        defines=(*defines, *options.defines),
        source_defines=source_defines,
        include_dirs=folders,
        resource_defines=tuple(each for each in for_scripts.defines if each not in defines),
        resource_include_dirs=tuple(each for each in more if each not in folders),
    )
    return one, options


def _with_settings(
    one: Description, found: Evaluation, files: Files, options: Options, remarks: _Remarks
) -> Description:
    """With everything else about how the sources are compiled."""
    compiling = [each for each in found.items.get("clcompile", ()) if not each.is_excluded]
    languages = languages_of(compiling)
    is_cxx = any(language == "c++" for _, language in languages)
    runs = any(map(runs_constructors, one.sources))
    return replace(
        one,
        languages=languages,
        events=events_of(found),
        mof_headers=mof_headers_of(found),
        harden=harden_of(compiling),
        cxx_runtime="driver" if is_cxx and not runs else cxx_runtime_of(one.sources),
        runs_constructors=runs,
        forced_includes=forced_of(found, files, compiling, options),
        natvis=natvis_of(found, files, remarks.by_hand),
        cflags=options.cflags,
        cxxflags=options.cxxflags,
        nasm=nasm_of(found, remarks.by_hand),
        wpp=wpp_of(found, files, compiling, *remarks),
    )


def _with_link(one: Description, link: Linked, remarks: _Remarks) -> Description:
    """With what the link line says."""
    is_library = one.method == LIBRARY
    return replace(
        one,
        method=_method(one.method, link, remarks.by_hand),
        sources=one.sources if is_library else (*one.sources, *link.files),
        linked_files=link.files if is_library else (),
        libraries=link.libraries,
        import_libraries=link.modules_beyond(one.model),
        exports=link.exports,
        entry=link.entry,
        options=link.options,
    )


def no_driver(properties: Mapping[str, str]) -> str:
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
