"""Items that are no sources of ntbuild's: what tools make of them, and types that nobody knows.

    <Gpu Include="a.cu" />        by hand: a.cu (item type gpu): nothing here makes an object of it
    <Tools Include="setup.exe" />   left out: setup.exe (item type tools)

A project may have item types of its own, and packages bring others. An item of an unknown type is
by hand unless its file is among the sources anyway, or is of a kind that nothing is compiled of.
"""

import posixpath
from collections.abc import Container, Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable

_READ: Final = frozenset(
    {"clcompile", "masm", "marmasm", "messagecompile", "mofcomp", "custombuild", "resourcecompile"}
    | {"natvis", "inf", "projectreference", "object", "library", "wmimofck", "generatebmf"}
    | {"ctrpp", "midl", "nasm", "yasm"}
)
"""Types that `describe` and `link_lines` read."""

_CONVERTED: Final = frozenset(
    {"clsourcefiles", "rcsourcefiles", "idlsourcefiles", "mcsourcefiles", "asmsourcefiles"}
    | {"mofsourcefiles"}
)
"""What the WDK's converter lists of a ``sources`` file, for items of the types above."""

_OF_STUDIO: Final = frozenset(
    {"projectconfiguration", "reference", "comreference", "packagereference", "buildmacro"}
    | {"projectcapability", "propertypageschema", "availableitemname", "driverprojectattributes"}
    | {"filestopackage", "otherwpp", "clinclude", "none", "text", "image", "media", "font", "xml"}
    | {"manifest", "analyzer"}
)
"""Configurations, references to packages, and what an editor shows."""

_MAKES_NOTHING: Final = (
    *(".h", ".hh", ".hpp", ".hxx", ".inl", ".inc", ".tmh", ".ini", ".props", ".targets"),
    *(".txt", ".md", ".rtf", ".htm", ".html", ".png", ".ico", ".bmp", ".json", ".yml", ".config"),
    *(".sys", ".dll", ".exe", ".pdb", ".cat", ".inf", ".inx", ".cer", ".pfx", ".zip", ".cab"),
    *(".bat", ".cmd", ".ps1", ".py", ".xml", ".natvis", ".def", ".clang-format", ".editorconfig"),
)
"""Ends of names of files that no object is made of."""

_MOST_NAMES: Final = 8
"""Names that one line has."""


def unknown_items(
    found: Evaluation, files: Files, sources: Container[str]
) -> tuple[list[str], list[str]]:
    """Lines of what is by hand and of what is left out, one for each type.

    ``sources``: paths of what is compiled anyway.
    """
    by_hand: list[str] = []
    left_out: list[str] = []
    for kind, items in found.items.items():
        if kind in _READ | _CONVERTED | _OF_STUDIO:
            continue
        kept = [each for each in items if not each.is_excluded]
        kept = [each for each in kept if files.find(found.folder, each.name) not in sources]
        making = [each for each in kept if _is_made_of(each)]
        passed = [each for each in kept if each not in making]
        if making:
            by_hand.append(
                f"{_names(making)} (item type {kind}): nothing here makes an object of it"
            )
        if passed:
            left_out.append(f"{_names(passed)} (item type {kind})")
    return by_hand, left_out


def _is_made_of(item: Item) -> bool:
    """Whether an object could be made of an item's file."""
    suffix = posixpath.splitext(item.name)[1]
    return bool(suffix) and not item.name.lower().endswith(_MAKES_NOTHING)


def _names(items: Sequence[Item]) -> str:
    names = [printable(each.name) for each in items]
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
