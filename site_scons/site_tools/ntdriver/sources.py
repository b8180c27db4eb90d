"""The sources of a driver: which are compiled, with which flags, and where their objects go.

Objects always go below the folder of the SConscript's build, also for nodes of `Glob` and for files
outside of the SConscript's own folder: two machines would otherwise share one object file.

A driver with flags of its own (``defines=``, ``cflags=``, ``dialect=`` ...) has objects with its
name in front, because another driver may compile the same source without these flags.
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

import SCons.Node.Alias
import SCons.Node.FS

from ntbuild.building.declare import OWN_FLAGS, Declaration, LibraryDeclaration
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.compilation import HARDENED, define_words
from ntbuild.compilers.toolchain import LANGUAGE_OF_SUFFIX, language_of

from .assembly import ASSEMBLED, assembled
from .compile import (
    compile_source,
    escaped,
    file_named,
    include_folders,
    variables_of,
)
from .errors import fail_at_caller
from .resources import (
    GENERATING,
    Messages,
    is_included,
    messages_of,
    resource,
    without_generated,
)
from .tracing import trace_headers

_OF_A_DRIVER: Final = "of a driver's nodes only .import_library is linked"
_HEADER: Final = "sources include it, and SCons finds it there"
_NOT_LINKED: Final = {
    ".check.txt": _OF_A_DRIVER,
    ".def": "env.ExportDriver takes exports=",
    ".h": _HEADER,
    ".hpp": _HEADER,
    ".inc": _HEADER,
    ".inf": "it installs a driver and is no part of the image",
    ".inx": "it installs a driver and is no part of the image",
    ".map": _OF_A_DRIVER,
    ".rs": "env.RustLibrary makes a library of it, which a driver takes among its sources",
    ".s": "name it .S, for assembly that is preprocessed",
    ".sys": _OF_A_DRIVER,
}
"""Ends of file names that are no sources, each with a hint."""
_ENDS_NOT_LINKED: Final = tuple(_NOT_LINKED)

_LINKED: Final = (".obj", ".o", ".lib", ".a", ".res")
"""Suffixes of files that the linker reads as they are, in any case of letters."""

_SCRIPT: Final = ".rc"


def objects_of(
    env: Any, declared: Declaration | LibraryDeclaration, sources: Any, stem: str = ""
) -> list[Any]:
    """The nodes to link: objects of what is compiled, all others as they are.

    The sources of a driver's model come last, and are compiled without the driver's own flags,
    folders and forced includes. ``stem``: what the names of all objects begin with, folders
    included. Raises UserError, with the SConscript's line, for what is neither source nor object.
    """
    name, model = declared.name, declared.compiling.model
    nodes = [_node(env, each) for each in env.Flatten([sources])]
    if not nodes:
        fail_at_caller(env, f"{name!r} has no sources")
    of_others = [_node(env, each) for each in declared.keywords.message_headers]
    messages = messages_of(env, declared, nodes, of_others, _folder)
    prefix = stem or (f"{name}-" if messages or _has_own_flags(declared) else "")
    own = _own_variables(env, declared, [each.folder for each in messages])
    scripts = [each.script for each in messages if not is_included(each, nodes)]
    nodes = without_generated(nodes, messages)
    _check_named(env, declared.keywords, nodes)
    nodes = [node for node in nodes if not str(node).lower().endswith(GENERATING)]
    made = [_object(env, node, prefix, own, declared, messages) for node in (*nodes, *scripts)]
    if model and model.sources and isinstance(declared, Declaration):
        plain = dict(variables_of(env, declared.compiling.compilation))
        of_model = dict.fromkeys(own, plain)
        files = [_node(env, env.fs.File(path.as_posix())) for path in model.sources]
        made += [_object(env, node, f"{name}-", of_model, declared) for node in files]
    for each in messages:
        env.Requires([one for one in made if str(one).endswith(".obj")], each.header)
    return made


def _object(
    env: Any,
    node: Any,
    prefix: str,
    own: dict[str, dict[str, Any]],
    declared: Declaration | LibraryDeclaration,
    messages: Sequence[Messages] = (),
) -> Any:
    if not isinstance(node, SCons.Node.FS.File):
        return node
    suffix = os.path.splitext(node.name)[1]  # noqa: PTH122 - a path for each source costs
    if language := declared.keywords.languages.get(node.name) or language_of(suffix):
        target = _target(env, node, prefix, env["OBJSUFFIX"])
        variables, made = own[language], []
        defines = declared.keywords.source_defines.get(node.name, {})
        if defines:
            variables = _with_defines(env, variables, defines)
        if declared.compiling.wpp:
            folder = target.dir.Dir(f"{declared.name}-wpp")
            made = trace_headers(env, node, folder, declared.compiling.wpp, defines.values())
        if made:
            path = variables.get("CPPPATH", env.get("CPPPATH", []))
            variables = {**variables, "CPPPATH": [folder, *env.Flatten([path])]}
        built = compile_source(env, node, language, target, **variables)
        if made:
            env.Depends(built, made)
        return built
    if suffix.lower() == _SCRIPT:
        return resource(env, node, _target(env, node, prefix, ".res"), declared, messages)
    if suffix.lower() in ASSEMBLED:
        own_defines = declared.keywords.source_defines.get(node.name, {})
        words = _given({**declared.keywords.defines, **own_defines})
        target = _target(env, node, prefix, ".obj")
        return assembled(env, node, target, declared.keywords, words)
    _check_linkable(env, node)
    return node


def _check_linkable(env: Any, node: Any) -> None:
    """Raise UserError for a file that is certainly neither object nor library."""
    path = node.get_internal_path()
    hint = next((_NOT_LINKED[end] for end in _ENDS_NOT_LINKED if node.name.endswith(end)), None)
    suffix = PurePath(node.name).suffix
    if hint is None and suffix and suffix.lower() not in _LINKED:
        known = (*LANGUAGE_OF_SUFFIX, *ASSEMBLED, _SCRIPT, *GENERATING, *_LINKED)
        hint = f"known are {', '.join(known)}"
    if hint:
        fail_at_caller(env, f"{path} is no source, object or library: {hint}")


def _node(env: Any, source: Any) -> Any:
    """The node of a source as a SConscript names it."""
    if isinstance(source, str):
        return _in_build_folder(env, file_named(env, source))
    if isinstance(source, SCons.Node.FS.File):
        return _in_build_folder(env, source)
    if isinstance(source, SCons.Node.Alias.Alias):
        return source
    if isinstance(source, SCons.Node.FS.Entry):
        return source.disambiguate()
    return fail_at_caller(env, f"sources: {source!r} is neither a file name nor a node")


def _in_build_folder(env: Any, node: Any) -> Any:
    """The node of a source file as the SConscript's build folder has it, such as of `Glob("#*.c")`.

    SCons takes a file and its name below the build folder for two sources.
    """
    here = env.fs.getcwd()
    sources = here.srcnode()
    if sources is here or node.srcnode() is not node or node.has_builder():
        return node
    if node.dir is sources or node.dir.is_under(sources):
        return here.Dir(sources.rel_path(node.dir)).File(node.name)
    return node


def _target(env: Any, node: Any, prefix: str, suffix: str) -> Any:
    """The node of an object: next to the image, or below it as the source is below its folder."""
    folder = _folder(env, node)
    stem = os.path.splitext(node.name)[0]  # noqa: PTH122 - as above
    target = folder.File(f"{prefix}{stem}{suffix}")
    if target.has_builder() and target.sources and target.sources[0] is not node:
        # a.c and a.S: the second object keeps the suffix of its source.
        return folder.File(f"{prefix}{node.name}{suffix}")
    return target


def _folder(env: Any, node: Any) -> Any:
    """Where a source's object goes.

    A source in the build folder has its object next to it. So has a source where nothing tells
    the build folder from the source folder (no variant directory).
    """
    here = env.fs.getcwd()
    sources = here.srcnode()
    if sources is here or node.srcnode() is not node:
        return node.dir
    if node.dir is sources or node.dir.is_under(sources):  # made by a builder
        return here.Dir(sources.rel_path(node.dir))
    top = env.fs.Top
    outside = top.rel_path(node.dir) if node.dir.is_under(top) else node.dir.name
    return here.Dir("external").Dir(outside)


def _has_own_flags(declared: Declaration | LibraryDeclaration) -> bool:
    return declared.compiling.compilation != HARDENED or any(
        getattr(declared.keywords, name) for name in OWN_FLAGS
    )


def _own_variables(
    env: Any, declared: Declaration | LibraryDeclaration, generated: Sequence[Any] = ()
) -> dict[str, dict[str, Any]]:
    """Construction variables for a driver's own sources, by language; empty without own flags.

    ``generated``: folders of headers that are made for this driver.
    """
    keywords = declared.keywords
    folders = dict(variables_of(env, declared.compiling.compilation))
    if keywords.include_dirs or generated:
        own = include_folders(env, keywords.include_dirs)
        folders["CPPPATH"] = [*generated, *env.Flatten([env.get("CPPPATH", [])]), *own]
    given = _given(keywords.defines)
    before = folders.get("NTFLAGS_CC", env["NTFLAGS_CC"]).plain if given else ()
    defines = define_words(given, before)
    included, nodes, names = _forced_includes(env, keywords.forced_includes)
    words = {
        "c": [*keywords.cflags, *defines, *included],
        "c++": [*keywords.cxxflags, *defines, *included],
        "assembler": [*keywords.asflags, *defines],
    }
    found: dict[str, dict[str, Any]] = {}
    for language, flags in words.items():
        found[language] = dict(folders)
        if flags:
            found[language]["NTOWNFLAGS"] = escaped(flags)
        if nodes and language != "assembler":
            found[language]["NTFORCEDINCLUDES"] = nodes
        if names and language != "assembler":
            found[language]["NTFORCEDNAMES"] = names
    return found


def _given(defines: Mapping[str, Any]) -> list[str]:
    """Macros as ``NAME`` or ``NAME=VALUE``."""
    return [name if value is None else f"{name}={value}" for name, value in defines.items()]


def _with_defines(
    env: Any, variables: dict[str, Any], defines: Mapping[str, Any]
) -> dict[str, Any]:
    """The construction variables of a source that has defines of its own."""
    own = variables.get("NTOWNFLAGS", ())
    before = (*variables.get("NTFLAGS_CC", env["NTFLAGS_CC"]).plain, *own)
    return {**variables, "NTOWNFLAGS": [*own, *escaped(define_words(_given(defines), before))]}


def _check_named(env: Any, keywords: Keywords, nodes: Sequence[Any]) -> None:
    """Raise UserError for a name in ``source_defines=`` or ``languages=`` that no source has."""
    if keywords.source_defines or keywords.languages:
        known = {os.path.basename(str(each)) for each in nodes}  # noqa: PTH119 - as above
        for keyword in ("source_defines", "languages"):
            for name in getattr(keywords, keyword):
                if name not in known:
                    fail_at_caller(env, f"{keyword}: no source is called {name!r}")


def _forced_includes(env: Any, names: Sequence[Any]) -> tuple[list[str], list[Any], list[str]]:
    """``-include`` flags; headers of the project as nodes; names that are no file.

    A name that is no file next to the SConscript is searched by the compiler, as ``#include`` does.
    """
    words: list[str] = []
    nodes: list[Any] = []
    searched: list[str] = []
    for name in names:
        node = file_named(env, name) if isinstance(name, str) else name
        source = node.srcnode()
        if isinstance(name, str) and not (source.exists() or node.has_builder()):
            searched.append(name)
            words += ["-include", name]
            continue
        found = node if node.has_builder() else source
        nodes.append(found)
        words += ["-include", found.get_internal_path()]
    return words, nodes, searched
