"""Projects that the WDK's converter made of `sources` files: what its property sheets do.

Such a project imports ``WDKConversion/PreConfiguration.props`` of Visual Studio. That reads
``sources.props`` beside the project, in which the macros of the `sources` file are properties:

    SOURCES = a.c b.rc      items ClSourceFiles (a.c) and RcSourceFiles (b.rc)
    INCLUDES, C_DEFINES     include folders and options of the compiler
    TARGETLIBS              libraries

Source: Microsoft "Creating a Visual Studio project from a sources file"; names of the items as
converted projects use them.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from .elements import Element

SHEET: Final = "preconfiguration.props"
"""The converter's sheet of Visual Studio, in small letters."""

FILES: Final = ("sources.props", "makefile.inc.props")
"""What it reads beside the project."""

_ITEMS: Final = {
    (".c", ".cpp", ".cxx", ".cc"): "ClSourceFiles",
    (".rc",): "RcSourceFiles",
    (".idl",): "IdlSourceFiles",
    (".mc",): "McSourceFiles",
    (".asm",): "AsmSourceFiles",
    (".mof",): "MofSourceFiles",
}
_SETTINGS: Final = (
    ("ClCompile", "AdditionalIncludeDirectories", "includes", ";"),
    ("ClCompile", "AdditionalOptions", "c_defines", " "),
    ("ClCompile", "AdditionalOptions", "user_c_flags", " "),
    ("Link", "AdditionalDependencies", "targetlibs", ";"),
)
"""Item type, its setting, the property that widens it, what stands between values."""


def definitions(properties: Mapping[str, str]) -> Element:
    """An ItemDefinitionGroup with what the macros say."""
    group = Element("ItemDefinitionGroup", {}, 0)
    for kind, setting, name, between in _SETTINGS:
        value = " ".join(properties.get(name, "").split())
        value = ";".join(value.split()) if name == "targetlibs" else value
        if value:
            definition = Element(kind, {}, 0)
            metadata = Element(setting, {}, 0)
            metadata.text = f"{value}{between}%({setting})"
            definition.children.append(metadata)
            group.children.append(definition)
    return group


def items(properties: Mapping[str, str]) -> Element:
    """An ItemGroup with the sources, by what compiles them."""
    group = Element("ItemGroup", {}, 0)
    group.children.extend(_items(properties.get("sources", "").split()))
    return group


def _items(names: list[str]) -> Iterator[Element]:
    for suffixes, kind in _ITEMS.items():
        for name in names:
            if name.lower().endswith(suffixes):
                yield Element(kind, {"Include": name}, 0)
