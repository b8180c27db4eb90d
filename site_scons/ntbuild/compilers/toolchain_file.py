"""Reads ``toolchains/*.toml``: a compiler family each, as `Toolchain` has it.

Every key is checked: an unknown one, and a value of another type, is a ToolchainError that names
the file and the key. ``flags_from`` names files of flags that several families share.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ntbuild.support.toml_table import Table, TableError, read_toml

from .compilation import DIALECTS, WORLDS
from .flag_table import MACHINES, Flag, read_flags
from .search import Candidate
from .toolchain import (
    Dialect,
    HeaderDirectory,
    HeaderGroup,
    Resource,
    Toolchain,
    ToolchainError,
)

# Placeholders of a flag, and of a path flag.
_FLAG_WORDS = ("triple", "toolchain")
_PATH_WORDS = ("triple", "root", "ntbuild", "object", "headers")

_RESOURCE_WORDS = ("source", "output", "includes", "defines")


def load_toolchains(
    directory: Path, load: Callable[[Path], Toolchain] | None = None
) -> dict[str, Toolchain]:
    """The toolchains of a folder's ``*.toml``, by name. Raises ToolchainError when one is wrong.

    `load` reads one file; default: `load_toolchain`.
    """
    found: dict[str, Toolchain] = {}
    for path in sorted(directory.glob("*.toml")):
        toolchain = (load or load_toolchain)(path)
        if toolchain.name in found:
            raise ToolchainError(f"{path.name}: name: {toolchain.name!r} is already taken")
        found[toolchain.name] = toolchain
    if not found:
        raise ToolchainError(f"{directory}: no toolchain files (*.toml)")
    return found


def load_toolchain(path: Path) -> Toolchain:
    """One toolchain file. Raises ToolchainError, which names the file and the key."""
    try:
        return _read_toolchain(read_toml(path), path.parent)
    except TableError as error:
        raise ToolchainError(str(error)) from error


def _read_toolchain(top: Table, directory: Path) -> Toolchain:
    candidates = _read_candidates(top.tables("compilers"))
    if not candidates:
        raise TableError(f"{top.place}: compilers: missing; at least one is needed")
    known = tuple(candidate.name for candidate in candidates)
    flag_table, path_table = _read_flag_files(top, directory, known)
    resource = top.table("resource")
    header_overlay = top.table("header_overlay")
    toolchain = Toolchain(
        name=top.text("name"),
        summary=top.text("summary"),
        install=top.text("install"),
        directory=directory,
        dialects=_read_dialects(top),
        version_arguments=top.texts("version_arguments"),
        candidates=candidates,
        headers=tuple(_read_headers(group) for group in top.tables("headers")),
        flag_table=flag_table,
        path_table=path_table,
        resource=Resource(
            candidates=_read_candidates(resource.tables("compilers")),
            arguments=resource.templates("arguments", _RESOURCE_WORDS),
            include=resource.text("include"),
            define=resource.text("define"),
        ),
        archives=top.choice("import_libraries", ("definitions", "archives")) == "archives",
        header_overlay=_read_overlay(header_overlay),
    )
    for table in (resource, header_overlay, top):
        table.close()
    return toolchain


def _read_dialects(top: Table) -> tuple[Dialect, ...]:
    """``triples`` and ``structured_exceptions``; a table for each dialect but gnu has its own."""
    found = []
    for name in DIALECTS:
        if name != "gnu" and name not in top.values:
            continue
        table = top if name == "gnu" else top.table(name)
        triples = table.table("triples")
        guards = table.choices("structured_exceptions", MACHINES, default=())
        machines = tuple(machine for machine in MACHINES if machine in triples.values)
        found.append(
            Dialect(
                name=name,
                triples=tuple((machine, triples.text(machine)) for machine in machines),
                structured_exceptions=tuple(each for each in MACHINES if each in guards),
            )
        )
        triples.close()
        if table is not top:
            table.close()
    return tuple(found)


def _read_flag_files(
    top: Table, directory: Path, known: tuple[str, ...]
) -> tuple[tuple[Flag, ...], tuple[Flag, ...]]:
    """The flags of the files in ``flags_from``, then the toolchain's own."""
    shared = tuple(read_toml(directory / name) for name in top.texts("flags_from", ()))
    flags: tuple[Flag, ...] = ()
    path_flags: tuple[Flag, ...] = ()
    for table in (*shared, top):
        flags += read_flags(table.tables("flags"), known, _FLAG_WORDS)
        path_flags += read_flags(table.tables("path_flags"), known, _PATH_WORDS)
    for table in shared:
        table.close()
    return flags, path_flags


def _read_overlay(table: Table) -> tuple[str, ...]:
    """The words of a table that may be absent; a reason is needed where it is not."""
    if not table.values:
        return ()
    table.text("reason")
    return table.templates("use", ("file",))


def _read_candidates(tables: tuple[Table, ...]) -> tuple[Candidate, ...]:
    found = []
    for table in tables:
        program = table.template("program", ("triple",))
        found.append(
            Candidate(
                name=table.text("name", program),
                package=table.text("package", ""),
                program=program,
                arguments=table.texts("arguments", ()),
            )
        )
        table.close()
    return tuple(found)


def _read_headers(table: Table) -> HeaderGroup:
    group = []
    table.text("reason")
    worlds = table.choices("worlds", WORLDS, default=WORLDS)
    for choice in table.tables("first_of"):
        path = choice.template("path", ("triple", "resource"))
        group.append(HeaderDirectory(choice.text("package", ""), path))
        choice.close()
    table.close()
    return HeaderGroup(frozenset(worlds), tuple(group))
