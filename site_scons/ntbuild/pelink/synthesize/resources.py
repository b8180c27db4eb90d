"""Resources: .res files and the .rsrc sections of several objects, merged into one directory.

An object has a finished tree, and trees cannot stand one after the other. With more than one of
them, or a .res file, every tree is read back and one is written. A single object's tree stays as
it is.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, Integers
from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.read import ObjectTables, read_relocations
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pecoff.resource import (
    TYPE_NAMES,
    Resource,
    ResourceKey,
    read_directory,
    write_directory,
)
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target

from .imports import MadeObject

Found = tuple[str, ResourceKey, Resource]


_RT_MANIFEST: Final = 24
_PROCESS_MANIFEST: Final = 1
"""The name of the manifest that a process is created with."""


def resource_object(
    found: Sequence[Found],
    target: Target,
    log: Diagnostics,
    *,
    force: bool = False,
    mingw: bool = False,
) -> MadeObject:
    """The object with one .rsrc section of all resources, each (file, key, resource).

    Two resources of one type, name and language are an error in ``log``; with ``force`` they are
    a warning, and the first one is used. With ``mingw`` a process's manifest without a language is
    the toolchain's default one (default-manifest.o): it gives way to one that has a language.
    """
    report = log.warn if force else log.error
    merged: dict[ResourceKey, Resource] = {}
    origin: dict[ResourceKey, str] = {}
    for file, key, resource in found:
        if key not in merged:
            merged[key], origin[key] = resource, file
        elif not (mingw and _is_default_manifest(key)):
            report(f"duplicate resource: {_shown(key)}, in {origin[key]} and in {file}")
    if mingw:
        manifests = [key for key in merged if _is_manifest(key)]
        own = [key for key in manifests if key.language]
        for key in manifests if own else ():
            if key.language == 0:
                del merged[key]
        if len(own) > 1:
            places = " and ".join(f"{key.language} in {origin[key]}" for key in own)
            report(f"duplicate non-default manifests with languages {places}")
    data, fields = write_directory(merged)
    relocations = [(field, 0, target.image_relative) for field in fields]
    section = MadeSection(".rsrc", data, alignment=8, relocations=relocations)
    symbol = MadeSymbol(b".rsrc", 1, 0, int(IMAGE_SYM_CLASS.STATIC))
    return MadeObject("resources", "~", write_object(int(target.machine.id), [section], [symbol]))


def _is_manifest(key: ResourceKey) -> bool:
    return (key.type, key.name) == (_RT_MANIFEST, _PROCESS_MANIFEST)


def _is_default_manifest(key: ResourceKey) -> bool:
    return _is_manifest(key) and key.language == 0


def _shown(key: ResourceKey) -> str:
    """``type STRINGTABLE (ID 6)/name ID 3/language 1033``, as lld-link writes it."""
    if isinstance(key.type, int):
        name = TYPE_NAMES.get(key.type)
        kind = f"{name} (ID {key.type})" if name else f"ID {key.type}"
    else:
        kind = key.type
    name = f"ID {key.name}" if isinstance(key.name, int) else key.name
    return f"type {kind}/name {name}/language {key.language}"


def object_resources(
    buffer: Bytes, tables: ObjectTables, rows: Integers, owner: int
) -> Iterator[Found]:
    """The resources in the .rsrc sections of one object; ``rows`` are their section rows.

    The section that sorts first (``.rsrc$01``) has the tree, and relocations lead from it to the
    data. Raises FormatError for a tree that leads elsewhere.
    """
    name = tables.objects.origins[owner].name
    sections = tables.sections
    tree_row = min(rows.tolist(), key=lambda row: (_name(buffer, tables, row), row))
    at, size = int(sections.position[tree_row]), int(sections.size[tree_row])
    if at < 0:
        raise FormatError(name, None, ".rsrc", "the section has no data")
    tree = buffer[at : at + size].tobytes()
    with_tree = np.zeros(len(sections), np.bool_)
    with_tree[tree_row] = True
    relocations = read_relocations(buffer, tables, with_tree)
    # A data entry's field is relocated against a symbol where its data is; the tree alone says only
    # how long that is.
    symbol_of = dict(zip(relocations.offset.tolist(), relocations.symbol.tolist(), strict=True))

    def data_of(offset: int, length: int) -> bytes:
        symbol = symbol_of.get(offset)
        if symbol is None:
            raise FormatError(
                name, None, ".rsrc", f"no relocation for the data entry at {offset:#x}"
            )
        home = int(tables.symbols.section[symbol])
        addend = int.from_bytes(tree[offset : offset + 4], "little")
        start = int(tables.symbols.value[symbol]) + addend
        if home < 0 or sections.position[home] < 0 or start + length > int(sections.size[home]):
            raise FormatError(
                name, None, ".rsrc", f"the data of the entry at {offset:#x} is not there"
            )
        first = int(sections.position[home]) + start
        return buffer[first : first + length].tobytes()

    for key, resource in read_directory(tree, name, data_of):
        yield name, key, resource


def _name(buffer: Bytes, tables: ObjectTables, row: int) -> bytes:
    limit = None if tables.sections.long_name[row] else 8
    return name_at(buffer, int(tables.sections.name_at[row]), limit)
