r"""Items and their metadata: what ItemDefinitionGroup and ItemGroup say.

An item has the metadata of its type's definition, which its own override; ``%(Name)`` in a value is
what the name had before, so lists grow. In a definition, metadata that every item has
(``%(Filename)``) stands for that of each item:

    <ClCompile>                                             definition of the type
      <PreprocessorDefinitions>A=1;%(PreprocessorDefinitions)</PreprocessorDefinitions>
    </ClCompile>
    <ClCompile Include="a.c">                               an item
      <PreprocessorDefinitions>%(PreprocessorDefinitions);B=2</PreprocessorDefinitions>
    </ClCompile>                                            a.c has A=1;B=2

Names of types and of metadata are in small letters; names of files have slashes and are as written,
relative to the project's folder.

Limits: of transforms, ``@(Type->'text')`` is known with well-known metadata and without functions.
"""

import os
import posixpath
import re
from collections.abc import Mapping
from typing import Final

from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .conditions import holds
from .elements import Element
from .expand import Scope, expand, unescaped
from .files import Files, slashed

_REFERENCE: Final = re.compile(r"@\(\s*([\w.-]+)\s*(?:->\s*'([^']*)')?\s*(?:,\s*'[^']*')?\s*\)")
_OPERATIONS: Final = frozenset({"Include", "Remove", "Update"})


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its name (with slashes), its metadata, and which of it is its own."""

    name: str
    metadata: Mapping[str, str]
    own: frozenset[str]

    def get(self, name: str) -> str:
        """A metadata value by name in small letters, empty when it is not there."""
        return self.metadata.get(name, "")

    @property
    def is_excluded(self) -> bool:
        """Whether the project lists it without building it."""
        return self.get("excludedfrombuild").lower() == "true"


class ItemLists:
    """Definitions and items by type, growing as groups are read."""

    def __init__(self, files: Files, folder: str) -> None:
        self.files, self.folder = files, folder
        self.definitions: dict[str, dict[str, str]] = {}
        self.items: dict[str, list[Item]] = {}

    def define(self, element: Element, scope: Scope) -> None:
        """Take an element of an ItemDefinitionGroup."""
        known = self.definitions.setdefault(element.name.lower(), {})
        inside = scope.with_metadata(_LATER)
        for child in element.children:
            _set(known, child, inside)

    def add(self, element: Element, scope: Scope) -> None:
        """Take an element of an ItemGroup. Raises TooManyFilesError."""
        if not _OPERATIONS & element.attributes.keys():
            scope.note(f"item {printable(element.name)} has no Include")
            return
        kind = element.name.lower()
        items = self.items.setdefault(kind, [])
        if removed := element.get("Remove"):
            gone = {name.lower() for name in self.names(removed, scope)}
            items[:] = [item for item in items if item.name.lower() not in gone]
        if updated := element.get("Update"):
            names = {name.lower() for name in self.names(updated, scope)}
            items[:] = [
                _made(item.name, element, scope, item.metadata, item.own)
                if item.name.lower() in names
                else item
                for item in items
            ]
        if included := element.get("Include"):
            without = {name.lower() for name in self.names(element.get("Exclude"), scope)}
            definition = self.definitions.get(kind, {})
            items += [
                _made(name, element, scope, _defined(definition, name, scope), frozenset())
                for name in self.names(included, scope)
                if name.lower() not in without
            ]

    def names(self, text: str, scope: Scope) -> list[str]:
        """The names that a list with references and wildcards stands for."""
        found: list[str] = []
        expanded = expand(_REFERENCE.sub(self.referred, text), scope)
        for each in expanded.split(";"):
            name = slashed(unescaped(each))
            if "*" in name or "?" in name:
                paths = self.files.matching(self.folder, name)
                found += [os.path.relpath(path, self.folder).replace(os.sep, "/") for path in paths]
            elif name and not name.startswith("@("):
                found.append(name)
        return found

    def referred(self, match: re.Match[str]) -> str:
        """What ``@(Type)`` or ``@(Type->'%(Name)')`` stands for, joined with semicolons."""
        items = self.items.get(match[1].lower(), ())
        if match[2] is None:
            return ";".join(item.name for item in items)
        return ";".join(
            re.sub(r"%\((\w+)\)", lambda m, i=item: _known(i, self.folder, m[1]), match[2])
            for item in items
        )


def _known(item: Item, folder: str, name: str) -> str:
    return _well_known(item.name, folder).get(name.lower(), item.get(name.lower()))


def _well_known(name: str, folder: str) -> dict[str, str]:
    """Metadata that every item has. Source: Microsoft "MSBuild well-known item metadata"."""
    head, tail = posixpath.split(name)
    stem, suffix = posixpath.splitext(tail)
    return {
        "identity": name,
        "filename": stem,
        "extension": suffix,
        "relativedir": f"{head}/" if head else "",
        "directory": f"{head}/" if head else "",
        "fullpath": posixpath.normpath(posixpath.join(folder, name)),
        "rootdir": "/",
    }


_LATER: Final = {name: f"%({name})" for name in _well_known("", "")}
"""What references to these stand for in a definition: themselves, until there is an item."""


def _defined(definition: Mapping[str, str], name: str, scope: Scope) -> Mapping[str, str]:
    """What a definition says about the item of a name."""
    if not any("%(" in value for value in definition.values()):
        return definition
    named = scope.with_metadata(_well_known(name, scope.folder))
    return {key: expand(value, named) for key, value in definition.items()}


def _made(
    name: str, element: Element, scope: Scope, metadata: Mapping[str, str], own: frozenset[str]
) -> Item:
    """The item of a name with what an element says about it."""
    values = dict(metadata)
    named = scope.with_metadata(_well_known(name, scope.folder) | values)
    changed = set(own)
    for child in element.children:
        changed |= _set(values, child, named)
    for attribute, text in element.attributes.items():  # metadata may be written as attributes
        if attribute not in {"Include", "Exclude", "Remove", "Update", "Condition", "Label"}:
            values[attribute.lower()] = expand(text, named)
            changed.add(attribute.lower())
    return Item(name, values, frozenset(changed))


def _set(values: dict[str, str], element: Element, scope: Scope) -> set[str]:
    """Set the metadata of an element whose condition holds; gives its name then."""
    inside = scope.with_metadata({**(scope.metadata or {}), **values})
    if not holds(element.condition, inside):
        return set()
    name = element.name.lower()
    values[name] = expand(element.text, inside).strip()
    return {name}
