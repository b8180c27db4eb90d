"""Rules about drivers that would not start: DRV930 to DRV933, and DRV935."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level
from ntbuild.support.values import replace

from .read import Entry, Inf, Section
from .references import as_if, missing_base, nearest, read_sections
from .rules import Subject
from .structure import copied_files, devices, installs, models, part, services

_ALIKE: Final = 0.8
_OF_LISTS: Final = ("AddReg", "DelReg", "BitReg", "Include", "Needs")
_OF_INSTALL: Final = (
    *_OF_LISTS,
    *("DriverVer", "CopyFiles", "CopyINF", "DelFiles", "RenFiles", "AddProperty", "DelProperty"),
    *("FeatureScore", "LogConfig", "ProfileItems", "UpdateInis", "UpdateIniFields", "Ini2Reg"),
    *("RegisterDlls", "UnregisterDlls", "OptionDesc", "Reboot", "ExcludeID", "Characteristics"),
    *("BusType", "LegacyUninstall", "AddFilter", "UpdateAutoBat", "UpdateCfgSys"),
)
_OF_PARTS: Final = {
    "services": ("AddService", "DelService", "Include", "Needs"),
    "hw": _OF_LISTS,
    "wdf": ("KmdfService", "KmdfLibraryVersion", "UmdfService", "UmdfServiceOrder"),
}
_OF_SERVICE: Final = (
    *_OF_LISTS,
    *("DisplayName", "Description", "ServiceType", "StartType", "ErrorControl", "ServiceBinary"),
    *("StartName", "LoadOrderGroup", "Dependencies", "Security", "ServiceSidType", "AddTrigger"),
    *("DelayedAutoStart", "RequiredPrivileges", "FailureActions"),
)
_STARTING: Final = ("AddService", "KmdfService", "UmdfService")
"""Directives without which a driver does not start."""


@rule(
    "DRV930",
    "inf-unread-section",
    Level.ERROR,
    source="Summary of INF Sections; InfVerif warning 2083",
    fix="correct the name of the section, or take it out",
)
def inf_unread_section(subject: Subject) -> Iterator[Fault]:
    """Every section is read.

    A section that nothing refers to is skipped without a word; its name, or the one that should
    lead to it, is misspelt. It is an error where a driver is started by it, else a warning. What is
    read only with a section that is misspelt is not told as well.
    """
    inf = subject.inf
    if inf.section("version") is None:
        return  # DRV901: it is no INF of Windows
    read = read_sections(inf)
    unread = [section for low, section in inf.sections.items() if low not in read]
    near = {each.name: nearest(inf, read, each.name) for each in unread}
    corrected = inf
    for section in unread:
        if near[section.name]:
            corrected = as_if(corrected, section, near[section.name])
    brought = read_sections(corrected)
    wrong = _misspelt_bases(near)
    for section in unread:
        name = near[section.name]
        if not name and section.name.lower() in brought:
            continue
        own = read_sections(as_if(inf, section, name)) - read if name else frozenset()
        parts = (section, *map(inf.section, sorted(own)))
        starts = any(each and each.first(key) is not None for each in parts for key in _STARTING)
        fault = _unread(inf, section, name, Level.ERROR if starts else Level.WARNING)
        base = _base(section.name)
        hint = f"write {base} where {wrong[base]} is named" if base in wrong else fault.fix
        yield replace(fault, fix=hint)


def _misspelt_bases(near: dict[str, str]) -> dict[str, str]:
    """Names of several sections that are not read: what names them is wrong, not all of them.

    The name that what is read has instead, by the sections' own.
    """
    pairs = [(_base(name), _base(meant)) for name, meant in near.items() if meant]
    return {own: other for own, other in pairs if own != other and pairs.count((own, other)) > 1}


def _base(name: str) -> str:
    return name.partition(".")[0]


def _unread(inf: Inf, section: Section, near: str, level: Level) -> Fault:
    """What is said of one section that is not read."""
    message = f"nothing refers to [{section.name}]"
    if near:
        message += f"; what is read, and is not there, is [{near}]"
        return Fault(section.line, message, level, fix=f"name it [{near}]")
    base = missing_base(inf, section.name)
    if base:
        message += f"; it is a part of [{base}], which is not there"
        return Fault(section.line, message, level, fix=f"add [{base}], or correct its name")
    return Fault(section.line, message, level)


@rule(
    "DRV931",
    "inf-installs",
    Level.ERROR,
    source="INF Manufacturer Section, INF DefaultInstall Section; InfVerif error 1297",
    fix="add [Manufacturer] with models, or [DefaultInstall.NTamd64.10.0...16299] and its kin",
)
def inf_installs(subject: Subject) -> Iterator[Fault]:
    """The INF installs something.

    What an INF installs begins with [Manufacturer], which leads to devices, or with
    [DefaultInstall] and a suffix for a machine. With neither nothing of it is read, and models
    without a hardware ID are those of no device.
    """
    inf = subject.inf
    if inf.section("version") is None:
        return
    manufacturer = inf.section("manufacturer")
    roots = ("defaultinstall", "classinstall32", "interfaceinstall32")
    others = any(low.partition(".")[0] in roots for low in inf.sections)
    if manufacturer is None and not others:
        yield Fault(0, "neither [Manufacturer] nor [DefaultInstall]: nothing is installed")
    elif manufacturer is not None and not others:
        named = list(models(inf))
        present = [each.section for each in named if each.section is not None]
        found = [device for each in present for device in devices(inf, each)]
        if not named:
            yield Fault(manufacturer.line, "[Manufacturer] names no models: nothing is installed")
        elif present and not found:
            yield Fault(manufacturer.line, "the models name no devices: nothing is installed")
        elif found and not any(device.ids for device in found):
            message = "no device has a hardware ID: nothing is installed"
            yield Fault(found[0].entry.line, message, fix="%Name% = Install, ID")


@rule(
    "DRV932",
    "inf-started",
    Level.ERROR,
    source="INF AddService Directive and INF DDInstall.Services Section; InfVerif error 1296",
    fix="add the driver's service: AddService in the .Services of its install section",
)
def inf_started(subject: Subject) -> Iterator[Fault]:
    """Every driver of the package is the binary of a service.

    Windows starts a driver by its service. A driver whose file is copied and that no AddService
    names is there and never runs; one that a service starts and that no CopyFiles copies is not
    there. It is a warning where another driver of the package is started, where only the INF is
    known, and where another INF may copy the file (Needs).
    """
    inf = subject.inf
    started = {name for name, _ in _binaries(inf)}
    if subject.images is not None:
        level = Level.WARNING if subject.images & started else None
        for name in sorted(subject.images - started):
            message = f"{name} is in the package, and no AddService that is read starts it"
            yield Fault(0, message, level)
        for name in sorted(subject.images & started - _copied(inf)):
            message = f"a service starts {name}, and no CopyFiles that is read copies it"
            # What another INF brings may copy it.
            brought = any(each.first("needs") is not None for each, _ in installs(inf))
            level = Level.WARNING if brought else None
            yield Fault(0, message, level, fix=f"CopyFiles = @{name} in its install section")
        return
    # A service of another INF (Include, Needs) may start a file that is copied here.
    if any(part_.first("needs") is not None for part_ in _service_parts(inf)):
        return
    for entry, name, _ in copied_files(inf):
        low = name.rpartition("\\")[2].lower()
        targets = {low, *(inf.expand(each).lower() for each in entry.values[:1])}
        if low.endswith(".sys") and not targets & started:
            message = f"{low} is copied, and no AddService that is read starts it"
            yield Fault(entry.line, message, Level.WARNING)


def _binaries(inf: Inf) -> Iterator[tuple[str, Entry]]:
    """The file of each service in lower case, without its folder, and its line."""
    for service in services(inf):
        binary = service.section.first("ServiceBinary") if service.section else None
        if binary is not None and binary.values:
            yield inf.expand(binary.values[0]).rpartition("\\")[2].lower(), binary


def _copied(inf: Inf) -> set[str]:
    """The files that install sections copy, in lower case, by the name that each then has."""
    found = set()
    for entry, name, _ in copied_files(inf):
        names = {name, *map(inf.expand, entry.values[:1])}
        found |= {each.rpartition("\\")[2].lower() for each in names}
    return found


def _service_parts(inf: Inf) -> Iterator[Section]:
    for install, _ in installs(inf):
        section = part(inf, install, "services")
        if section is not None:
            yield section


@rule(
    "DRV933",
    "inf-framework",
    Level.ERROR,
    source="Specifying WDF Directives in INF Files",
    fix="[Install.NT.Wdf] with KmdfService = name, Section; KmdfLibraryVersion in that section",
)
def inf_framework(subject: Subject) -> Iterator[Fault]:
    """A driver of KMDF says so, and for which version.

    The .Wdf of an install section names the service that uses the framework, and a section with the
    framework's version. One that names a service that is not added, or no version, is an error. One
    that is not there is a warning: Windows 10 binds such a driver by what its image says, if the
    framework was started before.
    """
    inf = subject.inf
    added = {each.name.lower() for each in services(inf)}
    if subject.kmdf:
        for install in _adding(inf):
            own = part(inf, install, "wdf")
            if own is None:
                message = f"no section [{install.name}.Wdf], and the driver is one of KMDF"
                yield Fault(install.line, message, Level.WARNING)
    for install, _ in installs(inf):
        section = part(inf, install, "wdf")
        for entry in section.entries if section else ():
            if (entry.key or "").lower() == "kmdfservice" and entry.values:
                yield from _of_framework(subject, entry, added)


def _adding(inf: Inf) -> Iterator[Section]:
    """The install sections that add a service with a file."""
    for install, _ in installs(inf):
        section = part(inf, install, "services")
        for entry in section.entries if section else ():
            is_added = (entry.key or "").lower() == "addservice" and any(entry.values[:1])
            if is_added and len(entry.values) > 2:
                yield install
                break


def _of_framework(subject: Subject, entry: Entry, added: set[str]) -> Iterator[Fault]:
    """What is wrong with a line ``KmdfService = name, Section``."""
    inf = subject.inf
    name, title, *_ = (*map(inf.expand, entry.values), "", "")
    if added and name.lower() not in added:
        yield Fault(entry.line, f"KmdfService names {name}, and the services are {_list(added)}")
    section = inf.section(title)
    if section is None:
        yield Fault(entry.line, f"no section [{title}]" if title else "KmdfService has no section")
        return
    version = section.first("KmdfLibraryVersion")
    given = inf.expand(version.values[0]) if version and version.values else ""
    if not given:
        yield Fault(section.line, f"[{section.name}] has no KmdfLibraryVersion")
    elif version and subject.kmdf and "$" not in given and given != subject.kmdf:
        message = f"KmdfLibraryVersion is {given}, and the driver is for {subject.kmdf}"
        yield Fault(version.line, message, Level.WARNING)


@rule(
    "DRV935",
    "inf-directive",
    Level.WARNING,
    source="INF DDInstall Section, INF DDInstall.Services Section and INF AddService Directive",
    fix="correct the directive",
)
def inf_directive(subject: Subject) -> Iterator[Fault]:
    """Directives are spelt as Windows knows them.

    A line whose directive is unknown is skipped without a word. Told are those that are most like
    one that Windows knows in such a section.
    """
    inf = subject.inf
    for install, _ in installs(inf):
        yield from _misspelt(install, _OF_INSTALL)
        for name, known in _OF_PARTS.items():
            section = part(inf, install, name)
            yield from _misspelt(section, known) if section else ()
    for service in services(inf):
        yield from _misspelt(service.section, _OF_SERVICE) if service.section else ()


def _misspelt(section: Section, directives: tuple[str, ...]) -> Iterator[Fault]:
    known = {each.lower(): each for each in directives}
    for entry in section.entries:
        low = (entry.key or "").lower()
        if low and low not in known:
            near = get_close_matches(low, known, n=1, cutoff=_ALIKE)
            if near:
                message = f"{entry.key} is no directive of [{section.name}]"
                yield Fault(entry.line, message, fix=f"write {known[near[0]]}")


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names))
