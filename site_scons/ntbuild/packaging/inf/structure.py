"""What an INF means: its models, install sections, files and services, by following references.

    [Manufacturer]       %Me% = Devices, NTamd64              models section "Devices.NTamd64"
    [Devices.NTamd64]    %Name% = Install, ID                 a device, install section "Install"
    [Install.NT]         CopyFiles = Files                    files of section "Files"
    [Install.NT.Services]  AddService = x, 2, Service         a service, section "Service"

Values only; what is missing is left out here and told by the rules.

Source: "INF Manufacturer Section", "INF Models Section", "INF DDInstall Section" and their parts
(Windows documentation).
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.support.values import dataclass

from .read import Entry, Inf, Section

MACHINES: Final = {"x64": "ntamd64", "x86": "ntx86", "arm64": "ntarm64", "arm": "ntarm"}
"""The word for a machine in decorations."""
_DECORATIONS: Final = (*MACHINES.values(), "ntia64", "nt")
_TARGET: Final = re.compile(
    r"(?i)nt(?P<machine>[a-z]*\d*?)"
    r"(?:\.(?P<major>\d+)?(?:\.(?P<minor>\d+)?(?:\.[^.]*(?:\.[^.]*(?:\.(?P<build>\d+))?)?)?)?)?$"
)
_PLACE_OF_MACHINE: Final = "$arch$"
_INSTALL_SUFFIXES: Final = tuple(f".{word}" for word in _DECORATIONS)
DIRECTORY: Final = re.compile(r"%(\d+)%")
"""A directory by its number in a path; `ISOLATED` is that of the package's own files."""
ISOLATED: Final = "13"
LIST_DIRECTIVES: Final = ("copyfiles", "delfiles", "renfiles", "addreg", "delreg", "bitreg")
LIST_DIRECTIVES_MORE: Final = (
    "updateinis",
    "updateinifields",
    "ini2reg",
    "registerdlls",
    "logconfig",
)


@dataclass(frozen=True, slots=True)
class Models:
    """A models section that the manufacturers name."""

    entry: Entry
    """The line of ``[Manufacturer]``."""
    name: str
    """The section's name, decoration included."""
    decoration: str
    """``NTamd64.10.0...16299``; empty without one."""
    section: Section | None


@dataclass(frozen=True, slots=True)
class Device:
    """A line of a models section."""

    entry: Entry
    install: str
    """The name of its install section, without a suffix for systems."""
    ids: tuple[str, ...]
    """Hardware IDs, then compatible IDs."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service that an install section adds."""

    entry: Entry
    """The line with AddService."""
    name: str
    flags: str
    section_name: str
    section: Section | None


def models(inf: Inf) -> Iterator[Models]:
    """The models sections, each with the decoration that it is for."""
    manufacturers = inf.section("manufacturer")
    for entry in manufacturers.entries if manufacturers else ():
        name, *decorations = [inf.expand(each) for each in entry.values or ("",)]
        if entry.key is None:
            continue  # a manufacturer without models: its name is the section's
        for decoration in [each for each in decorations if each] or [""]:
            whole = f"{name}.{decoration}" if decoration else name
            yield Models(entry, whole, decoration, inf.section(whole))


def devices(inf: Inf, section: Section) -> Iterator[Device]:
    """The devices of a models section."""
    for entry in section.entries:
        if entry.key is not None and entry.values and entry.values[0]:
            ids = tuple(inf.expand(each) for each in entry.values[1:] if each)
            yield Device(entry, inf.expand(entry.values[0]), ids)


def hardware_ids(inf: Inf) -> tuple[str, ...]:
    """The hardware and compatible IDs of all devices, each once."""
    sections = (each.section for each in models(inf) if each.section is not None)
    found = (name for each in sections for device in devices(inf, each) for name in device.ids)
    return tuple(dict.fromkeys(found))


def installs(inf: Inf) -> Iterator[tuple[Section, str]]:
    """Install sections that are there, with their base name: those of devices and defaults."""
    names = {"defaultinstall": "DefaultInstall"}
    for each in models(inf):
        for device in devices(inf, each.section) if each.section else ():
            names.setdefault(device.install.lower(), device.install)
    for low, name in names.items():
        for section in variants(inf, low):
            yield section, name


def variants(inf: Inf, name: str) -> Iterator[Section]:
    """The section of a name, and those of it with a suffix for systems."""
    for suffix in ("", *_INSTALL_SUFFIXES):
        section = inf.section(name + suffix)
        if section is not None:
            yield section
    for low, section in inf.sections.items():
        rest = low.removeprefix(name.lower())
        # DefaultInstall.NTamd64.10.0...16299: a decoration with a version
        has_version = rest != low and rest.startswith(".nt") and rest.count(".") > 1
        if (has_version or _PLACE_OF_MACHINE in rest) and is_decoration(rest[1:]):
            yield section


def is_decoration(suffix: str) -> bool:
    """Whether a suffix, in lower case, is for systems; an .inx has ``$ARCH$`` for a machine."""
    return target_of(suffix.replace(_PLACE_OF_MACHINE, "amd64")) is not None


def part(inf: Inf, install: Section, suffix: str) -> Section | None:
    """A part of an install section: ``[Install.NT.Services]`` for ``Services``."""
    return inf.section(f"{install.name}.{suffix}")


def services(inf: Inf) -> Iterator[Service]:
    """The services that install sections add."""
    for install, _ in installs(inf):
        section = part(inf, install, "services")
        for entry in section.entries if section else ():
            if (entry.key or "").lower() == "addservice" and entry.values:
                words = [inf.expand(each) for each in (*entry.values, "", "", "")]
                yield Service(entry, words[0], words[1], words[2], inf.section(words[2]))


def target_of(decoration: str) -> re.Match[str] | None:
    """Machine, version and build of a decoration ``NTamd64.10.0...16299``; None for no such."""
    found = _TARGET.match(decoration)
    if found is None:
        return None
    known = {word.removeprefix("nt") for word in _DECORATIONS}
    return found if found["machine"].lower() in known else None


def copied_files(inf: Inf) -> Iterator[tuple[Entry, str, str]]:
    """Line, source name and list of each file that install sections copy."""
    for install, _ in installs(inf):
        places = [install, part(inf, install, "coinstallers"), part(inf, install, "components")]
        for place in places:
            for entry, value in place.values("copyfiles") if place else ():
                yield from _files_of(inf, entry, inf.expand(value))


def _files_of(inf: Inf, entry: Entry, value: str) -> Iterator[tuple[Entry, str, str]]:
    if value.startswith("@"):
        yield entry, value[1:], ""
        return
    section = inf.section(value)
    for line in section.entries if section else ():
        target, source, *_ = (*map(inf.expand, line.values), "", "")
        if target:
            yield line, source or target, section.name if section else ""


def source_files(inf: Inf) -> Iterator[tuple[Entry, str, str]]:
    """Line, file name and folder of what SourceDisksFiles lists, for every machine."""
    for low, section in inf.sections.items():
        if low == "sourcedisksfiles" or low.startswith("sourcedisksfiles."):
            for entry in section.entries:
                if entry.key:
                    folder = inf.expand(entry.values[1]) if len(entry.values) > 1 else ""
                    yield entry, inf.expand(entry.key), folder
