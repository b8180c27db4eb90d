"""Which sections of an INF Windows reads: those with names of its own, and what these lead to.

    [Manufacturer] -> [Devices.NTamd64] -> [Install.NT] -> [Install.NT.Services] -> [Service]

A section is read when its name is one of Windows, when a models section or a line ``key = value``
of a section that is read names it, or when it is a known part of an install section that is there:
parts are looked for under the whole name of the section that was taken, so ``[Install.Services]``
belongs to ``[Install]`` and not to ``[Install.NT]``. Lists of files and of registry values may have
a ``.Security``.

Lines without ``=`` (files, registry values) name no sections.

Source: "Summary of INF Sections" and "INF DDInstall Section" (Windows documentation).
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher, get_close_matches
from typing import Final

from .read import Inf, Section
from .structure import devices, is_decoration, models, variants

PARTS: Final = (
    "Services",
    "HW",
    "Wdf",
    "CoInstallers",
    "Interfaces",
    "Events",
    "Components",
    "Software",
    "Filters",
    "COM",
    "WMI",
    "FactDef",
    "LogConfigOverride",
    "Capabilities",
    "Winsock",
    "NetworkProvider",
    "PrintProvider",
    "Remove",
    "Remove.Services",
)
"""Suffixes of the parts of an install section."""
ROOTS: Final = (
    "Version",
    "SignatureAttributes",
    "SourceDisksNames",
    "SourceDisksFiles",
    "DestinationDirs",
    "Manufacturer",
    "ControlFlags",
    "Strings",
    "ClassInstall32",
    "InterfaceInstall32",
    "DefaultInstall",
    "DefaultUninstall",
)
"""Sections that Windows looks for by these names, with a suffix for a machine or language."""
_INSTALLING: Final = ("ClassInstall32", "DefaultInstall", "DefaultUninstall")
_SECURITY: Final = "security"
_WITHOUT_NAMES: Final = frozenset(
    (
        "version",
        "strings",
        "sourcedisksnames",
        "sourcedisksfiles",
        "destinationdirs",
        "controlflags",
    )
)
"""Sections whose values are no names of sections."""
_ALIKE: Final = 0.75
"""How alike two names are, of 1, for one to be taken as the other misspelt."""


def read_sections(inf: Inf) -> frozenset[str]:
    """The names, in lower case, of the sections that Windows reads."""
    waiting = [low for low in inf.sections if _is_root(low)]
    waiting += [name.lower() for each in models(inf) for name in _names_of_models(each.name)]
    waiting += [section.name.lower() for section in _installing(inf)]
    seen: set[str] = set()
    while waiting:
        low = waiting.pop()
        section = inf.sections.get(low)
        if low in seen or section is None:
            continue
        seen.add(low)
        waiting += [f"{low}.{each.lower()}" for each in (*PARTS, _SECURITY)]
        named = {each.lower() for each in _named(inf, section)}
        waiting += [each for each in inf.sections if any(_is_variant(each, name) for name in named)]
    return frozenset(seen)


def nearest(inf: Inf, read: frozenset[str], name: str) -> str:
    """The name that Windows looks for, that no section has and that is most like a given one.

    Empty where none is like it, and for a part of an install section that is not there.
    """
    if missing_base(inf, name):
        return ""
    asked = _asked(inf, read)
    base, dot, suffix = name.partition(".")
    asked.update(((each + dot + suffix).lower(), each + dot + suffix) for each in _bases(inf))
    free = [low for low in asked if low not in inf.sections]
    found = get_close_matches(name.lower(), free, cutoff=_ALIKE)
    # Long suffixes, such as .NTamd64.10.0...16299.Services, make any two names alike.
    alike = [each for each in found if _are_alike(each.partition(".")[0], base.lower())]
    # Of names that differ by as much the one with the likest beginning: the rest says the machine.
    alike.sort(key=lambda each: -_likeness(each.partition(".")[0], base.lower()))
    return asked.get(next(iter(alike), ""), "")


def missing_base(inf: Inf, name: str) -> str:
    """The install section that a section would be a part of, and that is not there; else empty.

    ``[DefaultUninstall.NTamd64.Services]`` is read with ``[DefaultUninstall.NTamd64]`` only.
    """
    low = name.lower()
    for word in sorted(PARTS, key=len, reverse=True):
        base = low.removesuffix(f".{word.lower()}")
        if base == low:
            continue
        known = {each.lower() for each in _bases(inf) if each not in ROOTS or each in _INSTALLING}
        is_asked = any(_is_variant(base, each) for each in known)
        has_variant = any(_is_variant(each, base) for each in inf.sections)
        return name[: len(base)] if is_asked and not has_variant else ""
    return ""


def as_if(inf: Inf, section: Section, name: str) -> Inf:
    """The file with a section under another name as well."""
    renamed = Section(name, section.line, section.entries)
    return Inf(inf.name, {**inf.sections, name.lower(): renamed}, inf.strings, inf.problems)


def _asked(inf: Inf, read: frozenset[str]) -> dict[str, str]:
    """What Windows looks for by the sections that it reads: names in lower case, as written."""
    asked = {each.name.lower(): each.name for each in models(inf)}
    for low, section in inf.sections.items():
        if low in read:
            asked.update((each.lower(), each) for each in _named(inf, section))
    for section in _installing(inf):
        asked.update((f"{section.name}.{each}".lower(), f"{section.name}.{each}") for each in PARTS)
    return asked


def _bases(inf: Inf) -> Iterator[str]:
    """Names that may have a suffix for systems: Windows' own, and install sections of devices."""
    yield from ROOTS
    for each in models(inf):
        for device in devices(inf, each.section) if each.section else ():
            yield device.install


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _are_alike(one: str, other: str) -> bool:
    return _likeness(one, other) >= _ALIKE


def _installing(inf: Inf) -> Iterator[Section]:
    """Sections that install something and are there, in all their variants."""
    bases = {
        device.install.lower()
        for each in models(inf)
        if each.section is not None
        for device in devices(inf, each.section)
    }
    for base in sorted({*bases, *(each.lower() for each in _INSTALLING)}):
        yield from variants(inf, base)


def _is_root(low: str) -> bool:
    return low.partition(".")[0] in {each.lower() for each in ROOTS if each not in _INSTALLING}


def _names_of_models(name: str) -> Iterator[str]:
    """A models section's name, and that without decoration, which the oldest systems read."""
    yield name
    base = re.split(r"(?i)\.nt", name, maxsplit=1)[0]
    if base != name:
        yield base


def _is_variant(low: str, base: str) -> bool:
    """Whether a section's name is a base name, or that with a suffix for systems."""
    if low == base.lower():
        return True
    suffix = low.removeprefix(f"{base.lower()}.")
    return suffix != low and is_decoration(suffix)


def _named(inf: Inf, section: Section) -> Iterator[str]:
    """What the values of a section's lines ``key = value`` may name; texts and disks name none."""
    if section.name.lower().partition(".")[0] in _WITHOUT_NAMES:
        return
    for entry in section.entries:
        if entry.key is not None:
            yield from (inf.expand(each) for each in entry.values if each)
