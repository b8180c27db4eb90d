"""Nodes of resources: ``.res`` files of resource scripts, and what message files become.

What drivers have in their scripts is compiled by ntbuild itself, after the toolchain's compiler has
preprocessed it. Dialogs, icons and their like go to the toolchain's resource compiler; that there
is none is an error only for such a script.

A message file (``.mc``) becomes a header, which sources find in a folder that is searched first, a
script and its tables. The script is compiled too, unless a script of the driver includes it. An
event manifest (``.man``) becomes a header with functions that write its events. A MOF file
(``.mof``) becomes a binary MOF, which scripts name as a resource, and a header when
``mof_headers=`` names one. Of the files of ``message_headers=`` only the headers are used: the
tables belong to another image.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import SCons.Node.FS
import SCons.Scanner

from ntbuild.building.declare import Declaration, LibraryDeclaration
from ntbuild.building.resources import (
    OUTPUT,
    RESOURCES,
    SOURCE,
    ManifestStep,
    MessageStep,
    MofStep,
    ResourceStep,
)
from ntbuild.compilers.compilation import PLAIN, Compilation
from ntbuild.compilers.toolchain import ToolchainError

from .builder import add_step
from .compile import include_folders, toolchain_of, variables_of
from .errors import fail_at_caller

_FILE_NAME: Final = re.compile(r"[\w./\\-]+\.\w+", re.ASCII)
_SCRIPT: Final = ".rc"
_MESSAGES: Final = ".mc"
_MOF: Final = ".mof"
MANIFESTS: Final = (".man", ".xml")
"""Suffixes of event manifests among a driver's sources."""
GENERATING: Final = (_MESSAGES, _MOF, *MANIFESTS)
"""Suffixes of sources that become headers and resources."""


class Messages(NamedTuple):
    """What a message file or its like becomes: all nodes in `folder`.

    ``header``: what other nodes wait for. ``script``: one to compile, or None.
    """

    folder: Any
    header: Any
    script: Any
    nodes: tuple[Any, ...]


def resource(
    env: Any,
    script: Any,
    target: Any,
    declared: Declaration | LibraryDeclaration,
    messages: Sequence[Messages] = (),
) -> Any:
    """The .res node ``target`` of a resource script."""
    if target.has_builder():
        return target
    keywords, compilation = declared.keywords, declared.compiling.compilation
    own = include_folders(env, (*keywords.include_dirs, *keywords.resource_include_dirs))
    folders = [script.srcnode().dir, script.dir, *(each.folder for each in messages), *own]
    defines = {**keywords.defines, **keywords.resource_defines}
    # A script may include a header of the sources, which needs what the model defines for them.
    words = compilation.defines + tuple(
        name if value is None else f"{name}={value}" for name, value in defines.items()
    )
    variables = variables_of(env, compilation)
    toolchain, cell = toolchain_of(env), env["NTCELL"]
    paths = tuple(dict.fromkeys(str(each.get_internal_path()) for each in folders))
    texts = {name: None if value is None else str(value) for name, value in defines.items()}
    other: tuple[str, ...] | str
    try:
        other = toolchain.resource_argv(cell.arch, SOURCE, OUTPUT, paths, texts)
    except ToolchainError as error:
        other = str(error)
    flags = env["NTFLAGS_CC"].plain
    step = ResourceStep(
        str(cell),
        variables.get("NTHEADERSTATE", env["NTHEADERSTATE"]),
        words,
        (*env["NTCOMPILER"].argv, *(word.replace("$$", "$") for word in flags)),
        paths,
        _headers(toolchain, cell.arch, compilation),
        other,
        tuple(each.header.name[: -len(".h")] for each in messages if is_of_events(each)),
    )
    add_step(
        env, [target], [script], step, RESOURCES, scripts_in=folders, names=_file_names(defines)
    )
    for each in messages:
        env.Depends(target, list(each.nodes))
    return target


def _headers(toolchain: Any, arch: str, compilation: Compilation) -> tuple[str, ...]:
    """Where a script's headers are: it needs macros only; with a kit too they are ntbuild's."""
    if not compilation.kit:
        found: tuple[str, ...] = toolchain.header_path(arch, compilation)
        return found
    return (*toolchain.header_path(arch, PLAIN), str(toolchain.include / "kmdf"))


def _file_names(defines: Mapping[str, Any]) -> list[str]:
    """Values of macros that may be the name of an include (``#include NAME``)."""
    texts = [each.strip('"<>') for each in defines.values() if isinstance(each, str)]
    return [each for each in texts if _FILE_NAME.fullmatch(each)]


# ---- message files -----------------------------------------------------------------------------


def messages_of(
    env: Any,
    declared: Declaration | LibraryDeclaration,
    nodes: Iterable[Any],
    headers: Iterable[Any],
    folder_of: Any,
) -> list[Messages]:
    """What the message files and event manifests among a driver's sources become.

    ``headers``: files of other images (``message_headers=``), which come last, without a script.
    ``folder_of``: a function from a source to the folder of its object.
    """

    def made_of(node: Any) -> Messages:
        folder = folder_of(env, node).Dir(f"{declared.name}-messages")
        make = {_MESSAGES: _messages, _MOF: _mof}.get(
            os.path.splitext(node.name)[1].lower(),  # noqa: PTH122 - a name
            _manifest,
        )
        return make(env, node, folder, declared)

    files = [each for each in nodes if isinstance(each, SCons.Node.FS.File)]
    found = [made_of(each) for each in files if each.name.lower().endswith(GENERATING)]
    for node in headers:
        if not node.name.lower().endswith((_MESSAGES, *MANIFESTS)):
            text = f"message_headers: {node.name} is neither a message file nor an event manifest"
            fail_at_caller(env, text)
        found.append(made_of(node)._replace(script=None))
    return found


def _manifest(
    env: Any, node: Any, folder: Any, declared: Declaration | LibraryDeclaration
) -> Messages:
    stem = declared.keywords.events.get(node.name, node.name.rpartition(".")[0])
    folder = folder.Dir(stem)
    targets = [folder.File(each) for each in (f"{stem}.h", f"{stem}.rc")]
    if not targets[0].has_builder():
        add_step(env, targets, [node], ManifestStep(), RESOURCES)
    return Messages(folder, targets[0], None, tuple(targets))


def _mof(env: Any, node: Any, folder: Any, declared: Declaration | LibraryDeclaration) -> Messages:
    stem = node.name[: -len(_MOF)]
    folder = folder.Dir(stem)
    header = declared.keywords.mof_headers.get(node.name)
    targets = [folder.File(each) for each in (f"{stem}.bmf", header) if each]
    if not targets[0].has_builder():
        add_step(env, targets, [node], MofStep(), RESOURCES)
    return Messages(folder, targets[-1], None, tuple(targets))


def _messages(
    env: Any, node: Any, folder: Any, _declared: Declaration | LibraryDeclaration
) -> Messages:
    from ntbuild.messages.message_file import MessageError, read_message_file  # noqa: PLC0415 - few have one
    from ntbuild.messages.message_output import table_name  # noqa: PLC0415 - as above

    path = str(node.get_internal_path())
    source = node.srcnode()
    if not source.exists():
        fail_at_caller(env, f"{path}: a message file must be there while SConscripts are read")
    try:
        messages = read_message_file(path, source.get_contents())
    except MessageError as error:
        fail_at_caller(env, str(error))
    stem = node.name[: -len(_MESSAGES)]
    folder = folder.Dir(stem)
    tables = [table_name(messages.languages[each]) for each in messages.used_languages]
    targets = [folder.File(each) for each in (f"{stem}.h", f"{stem}.rc", *tables)]
    if not targets[0].has_builder():
        add_step(env, targets, [node], MessageStep(), RESOURCES)
    return Messages(folder, targets[0], targets[1], tuple(targets))


def is_of_events(messages: Messages) -> bool:
    """Whether it is an event manifest, whose tables are not made here."""
    return messages.script is None and messages.nodes[-1].name.endswith(_SCRIPT)


def without_generated(nodes: Iterable[Any], messages: Sequence[Messages]) -> list[Any]:
    """The sources without a script that Microsoft's compiler made of an event manifest.

    Such a script may be among a project's files. It names tables that are not made here.
    """
    made = {each.nodes[-1].name.casefold() for each in messages if is_of_events(each)}
    return [each for each in nodes if getattr(each, "name", "").casefold() not in made]


def is_included(messages: Messages, nodes: Iterable[Any]) -> bool:
    """Whether there is no script of a message file to compile, or another script includes it."""
    if messages.script is None:
        return True
    from ntbuild.resources.includes import mentioned  # noqa: PLC0415 - for scripts only

    scripts = [each for each in nodes if str(each).lower().endswith(_SCRIPT)]
    wanted = messages.script.name.casefold()
    return any(
        os.path.basename(name).casefold() == wanted  # noqa: PTH119 - a name, not a path
        for script in scripts
        if script.srcnode().exists()
        for name in mentioned(script.srcnode().get_contents())
    )


# ---- the scanner -------------------------------------------------------------------------------


def _scan(node: Any, env: Any, path: Any) -> list[Any]:
    """Scanner: what a script includes and which files it takes, in any letter case."""
    real = node.rfile()
    if not real.exists():
        return []
    from ntbuild.resources.includes import asks_for_a_name, find, mentioned  # noqa: PLC0415 - as above

    folders = (node.srcnode().dir, node.dir, *path)
    found = []
    content = real.get_contents()
    names = list(mentioned(content))
    if asks_for_a_name(content):
        names += env.get("NTRCNAMES", ())
    for name in names:
        each = SCons.Node.FS.find_file(name, folders)
        if each is None:
            other = find(name, [str(folder.rdir().get_internal_path()) for folder in folders])
            each = env.fs.Top.File(other) if other else None
        if each is not None and each not in found:
            found.append(each)
    return found


SCANNER: Final = SCons.Scanner.Scanner(
    function=_scan,
    name="resource scripts",
    path_function=SCons.Scanner.FindPathDirs("CPPPATH"),
    recursive=True,
)
