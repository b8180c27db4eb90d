"""Driver models: what a kind of driver needs of compiler and linker, a TOML file each.

``model="storport"`` names ``toolchains/models/storport.toml``; ``model="models/mine.toml"`` is a
file of the project's own, with the same keys. Every entry has its reason:

    name = "storport"
    summary = "a miniport driver of the storage port driver"
    stdcall = true

    [[modules]]
    use = ["storport"]
    reason = "the port driver, whose routines a miniport calls"

Paths in a file are relative to its folder. What a model says are defaults: a keyword of the driver
(``entry=``, ``dialect=``, ``stdcall=``) wins, and its modules and sources come in addition.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from ntbuild.support.toml_table import Table, TableError, read_toml
from ntbuild.support.values import dataclass

from .compilation import DIALECTS

FRAMEWORKS: Final = ("none", "kmdf")
"""Libraries with a version of their own, which a keyword of that name chooses."""

DEFINE_WORDS: Final = ("major", "minor")
"""Placeholders of a define: the two numbers of the framework's version."""


class ModelError(Exception):
    """A model is unknown or its file is wrong; the text is one line."""


@dataclass(frozen=True, slots=True)
class InfFacts:
    """What a model settles about the INF that installs a driver; empty: the driver's own choice.

    `setup_class` and `class_guid`: of the device; `service_type` (1: kernel driver, 2: file system
    driver) and `start_type` (0: boot, 3: on demand) of its service; `load_order_group` and
    `dependencies` likewise.
    """

    setup_class: str = ""
    class_guid: str = ""
    service_type: int = 1
    start_type: int = 3
    load_order_group: str = ""
    dependencies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """One model.

    - `path`: its file. `framework`: of `FRAMEWORKS`.
    - `needs_kit`: what only a Windows kit has of it; empty: nothing.
    - `exports`: it is declared with ``env.ExportDriver``.
    - `entry`: the entry point, if not ``DriverEntry``. `dialect`: what its headers demand, if any.
    - `stdcall`: its interface is compiled with cl's /Gz, which matters on x86.
    - `defines`: ``NAME`` or ``NAME=VALUE`` with placeholders of `DEFINE_WORDS`.
    - `headers`: folders. `forced_includes`: names. `modules`: kernel modules to import from.
    - `sources`: files that are compiled with a driver's own sources and linked with it.
    """

    name: str
    path: Path
    summary: str
    framework: str
    needs_kit: str
    exports: bool
    entry: str
    dialect: str
    stdcall: bool
    defines: tuple[str, ...]
    headers: tuple[Path, ...]
    forced_includes: tuple[str, ...]
    modules: tuple[str, ...]
    sources: tuple[Path, ...]
    inf: InfFacts


def models_folder(toolchains: Path) -> Path:
    """The folder of the models that come with ntbuild, in its folder of toolchains."""
    return toolchains / "models"


def known_models(toolchains: Path) -> tuple[str, ...]:
    """The names of the models that come with ntbuild, sorted."""
    return tuple(sorted(path.stem for path in models_folder(toolchains).glob("*.toml")))


def find_model(name: str, toolchains: Path) -> Model:
    """The model of a name, or of a path that ends in ``.toml``. Raises ModelError."""
    if name.endswith(".toml"):
        return load_model(Path(name))
    known = known_models(toolchains)
    if name not in known:
        from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(known)}"
        raise ModelError(f"no model {name!r} and no file of your own, NAME.toml; {hint}")
    return load_model(models_folder(toolchains) / f"{name}.toml")


@functools.cache
def load_model(path: Path) -> Model:
    """The model of a file. Raises ModelError, which names the file and the key."""
    try:
        return _read_model(read_toml(path), path)
    except TableError as error:
        raise ModelError(str(error)) from error


def _read_model(top: Table, path: Path) -> Model:
    inf = top.table("inf")
    model = Model(
        name=top.text("name"),
        path=path,
        summary=top.text("summary"),
        framework=top.choice("framework", FRAMEWORKS, "none"),
        needs_kit=top.text("needs_kit", ""),
        exports=top.flag("exports", default=False),
        entry=top.text("entry", ""),
        dialect=top.choice("dialect", ("", *DIALECTS), ""),
        stdcall=top.flag("stdcall", default=False),
        defines=_rows(top, "defines", DEFINE_WORDS),
        headers=_files(top, "headers", path, folders=True),
        forced_includes=_rows(top, "forced_includes"),
        modules=_rows(top, "modules"),
        sources=_files(top, "sources", path, folders=False),
        inf=_read_inf(inf),
    )
    for table in (inf, top):
        table.close()
    return model


def _read_inf(table: Table) -> InfFacts:
    if table.values:
        table.text("reason")
    return InfFacts(
        setup_class=table.text("setup_class", ""),
        class_guid=table.text("class_guid", ""),
        service_type=table.number("service_type", 1),
        start_type=table.number("start_type", 3),
        load_order_group=table.text("load_order_group", ""),
        dependencies=table.texts("dependencies", ()),
    )


def _rows(top: Table, key: str, words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What the tables of an array use, in order; each has a reason."""
    found: list[str] = []
    for table in top.tables(key):
        found += table.templates("use", words)
        table.text("reason")
        table.close()
    return tuple(found)


def _files(top: Table, key: str, file: Path, *, folders: bool) -> tuple[Path, ...]:
    """As `_rows`, for paths relative to the model's file, which must be there."""
    found = []
    for each in _rows(top, key):
        path = Path(file.parent, each).resolve()
        if not (path.is_dir() if folders else path.is_file()):
            raise TableError(f"{top.place}: {key}: no {'folder' if folders else 'file'} {path}")
        found.append(path)
    return tuple(found)
