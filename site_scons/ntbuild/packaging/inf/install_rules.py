"""Rules about what is installed: DRV902, DRV923, DRV924, DRV926 to DRV928.

Services are in `service_rules`, drivers in `driver_rules`.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level

from .classes import is_filter_class
from .read import Entry, Inf, Section
from .rules import Subject
from .structure import (
    DIRECTORY,
    ISOLATED,
    LIST_DIRECTIVES,
    LIST_DIRECTIVES_MORE,
    MACHINES,
    copied_files,
    devices,
    installs,
    models,
    part,
    services,
    source_files,
    target_of,
    variants,
)

_COM: Final = "software\\classes\\"
_MEDIA: Final = tuple(
    f"software\\{node}microsoft\\windows media foundation\\"
    for node in ("", "wow6432node\\", "wow3232node\\")
)
_FORBIDDEN: Final = {
    "registerdlls": "RegisterDlls",
    "unregisterdlls": "UnregisterDlls",
    "profileitems": "ProfileItems",
    "updateinis": "UpdateInis",
    "updateinifields": "UpdateIniFields",
    "ini2reg": "Ini2Reg",
    "delfiles": "DelFiles",
    "renfiles": "RenFiles",
    "bitreg": "BitReg",
    "delreg": "DelReg",
}
"""Directives that a universal INF must not have, in lower case and as they are written."""


@rule(
    "DRV902",
    "inf-files",
    Level.ERROR,
    source="INF CopyFiles Directive and INF SourceDisksFiles Section; InfVerif error 1230",
    fix="list the file, or take it out",
)
def inf_files(subject: Subject) -> Iterator[Fault]:
    """Files that are copied are listed and there.

    Windows copies what CopyFiles names from where SourceDisksFiles says. A file that is not listed
    is not found, and one that is not in the package leaves a half-installed driver.
    """
    inf = subject.inf
    listed = {name.lower() for _, name, _ in source_files(inf)}
    external = inf.section("version") is not None and _has_layout(inf)
    for entry, name, _ in copied_files(inf):
        if name.lower() not in listed and not external:
            yield Fault(entry.line, f"{name} is copied and not in [SourceDisksFiles]")
    if subject.files is not None:
        for entry, name, _ in source_files(inf):
            if name.lower() not in subject.files:
                yield _missing_file(subject, entry, name)
    names = {
        (entry.key or "").lower()
        for low, section in inf.sections.items()
        if low == "sourcedisksnames" or low.startswith("sourcedisksnames.")
        for entry in section.entries
    }
    for entry, name, _ in source_files(inf):
        disk = inf.expand(entry.values[0]) if entry.values else ""
        if disk.lower() not in names:
            yield Fault(entry.line, f"{name} is on disk {disk!r}, which [SourceDisksNames] lacks")


def _missing_file(subject: Subject, entry: Entry, name: str) -> Fault:
    """A file that is not in the package, and the one of the same kind that no line lists."""
    listed = {each.lower() for _, each, _ in source_files(subject.inf)}
    kind = name.lower().rpartition(".")[2]
    spare = [
        each
        for each in sorted((subject.files or frozenset()) - listed)
        if each.endswith(f".{kind}")
    ]
    if len(spare) != 1:
        return Fault(entry.line, f"{name} is not in the package")
    message = f"{name} is not in the package, which has {spare[0]}"
    stem = name.rpartition(".")[0]
    return Fault(
        entry.line,
        message,
        fix=f"name {spare[0]} here, or the driver {stem!r}" if kind == "sys" else "",
    )


def _has_layout(inf: Inf) -> bool:
    """Whether files are listed in another INF (LayoutFile), as those of Windows itself are."""
    version = inf.section("version")
    return version is not None and version.first("layoutfile") is not None


@rule(
    "DRV923",
    "inf-sections",
    Level.ERROR,
    source="INF Manufacturer, Models and DDInstall Sections; InfVerif error 1203",
    fix="add the section, or correct its name",
)
def inf_sections(subject: Subject) -> Iterator[Fault]:
    """Sections that are named are there.

    What a name leads to that is not there is skipped without a word, or the installation fails.
    """
    inf = subject.inf
    for each in models(inf):
        if each.section is None:
            yield Fault(each.entry.line, f"no section [{each.name}]")
            continue
        for device in devices(inf, each.section):
            if not any(variants(inf, device.install)):
                yield Fault(device.entry.line, f"no section [{device.install}]")
    for service in services(inf):
        if service.section_name and service.section is None:
            yield Fault(service.entry.line, f"no section [{service.section_name}]")
    for place in places(inf):
        for entry in place.entries:
            yield from _missing_lists(inf, entry)


def places(inf: Inf) -> Iterator[Section]:
    """Install sections, their parts, and the sections of services: where lists are named."""
    seen: set[str] = set()
    for install, _ in installs(inf):
        parts = (part(inf, install, word) for word in ("hw", "coinstallers", "components", "wdf"))
        for each in (install, *parts):
            if each is not None and each.name not in seen:
                seen.add(each.name)
                yield each
    for service in services(inf):
        if service.section is not None and service.section.name not in seen:
            seen.add(service.section.name)
            yield service.section


def _missing_lists(inf: Inf, entry: Entry) -> Iterator[Fault]:
    if (entry.key or "").lower() not in {*LIST_DIRECTIVES, *LIST_DIRECTIVES_MORE}:
        return
    for value in entry.values:
        name = inf.expand(value)
        if name and not name.startswith("@") and inf.section(name) is None:
            yield Fault(entry.line, f"no section [{name}]")


@rule(
    "DRV924",
    "inf-machines",
    Level.ERROR,
    source="INF Manufacturer Section, TargetOSVersion",
    fix="decorate the models: %Name% = Devices, NTamd64.10.0...16299",
)
def inf_machines(subject: Subject) -> Iterator[Fault]:
    """Models are decorated with the machines that the driver is for.

    64-bit Windows ignores models without a decoration, and from Windows 10 on DefaultInstall has
    one too. A decoration for a machine that the package has no image for installs a driver that
    does not load.
    """
    inf = subject.inf
    found: set[str] = set()
    defaults = list(variants(inf, "DefaultInstall"))
    if defaults and all(each.name.lower() == "defaultinstall" for each in defaults):
        message = "[DefaultInstall] has no decoration"
        hint = f"name it [DefaultInstall.{_decorations(subject)[0].partition('.')[0]}]"
        yield Fault(defaults[0].line, message, Level.WARNING, hint)
    hint = f"decorate the models: %Name% = Devices, {', '.join(_decorations(subject))}"
    for each in models(inf):
        if not each.decoration:
            message = f"models [{each.name}] have no decoration"
            yield Fault(each.entry.line, message, Level.WARNING, fix=hint)
            continue
        if "$" in each.decoration:
            continue  # not stamped: DRV929
        target = target_of(each.decoration)
        if target is None:
            message = f"the decoration {each.decoration!r} is no system"
            yield Fault(each.entry.line, message, fix=hint)
            continue
        machine = f"nt{target['machine'].lower()}"
        name = next((key for key, word in MACHINES.items() if word == machine), None)
        if name is not None:
            found.add(name)
        if subject.machines is not None and name is not None and name not in subject.machines:
            has = ", ".join(sorted(subject.machines))
            message = f"models for {name}, and the driver is for {has}"
            yield Fault(each.entry.line, message, fix=hint)
    for machine in sorted((subject.machines or frozenset()) - found) if found else ():
        yield Fault(0, f"no models for {machine}, which the driver is for", fix=hint)


def _decorations(subject: Subject) -> list[str]:
    """The decorations of the machines that the driver is for; of x64 where none is known."""
    known = [MACHINES[each] for each in sorted(subject.machines or ()) if each in MACHINES]
    return [f"NT{each.removeprefix('nt')}.10.0...16299" for each in known or ["ntamd64"]]


@rule(
    "DRV926",
    "inf-isolation",
    Level.WARNING,
    source="Driver package isolation; Using dirids; InfVerif error 1199 and signature W",
    fix="copy to directory 13 and write %13%\\name.sys",
)
def inf_isolation(subject: Subject) -> Iterator[Fault]:
    """Files stay in the driver store (directory 13).

    From Windows 10, version 1709, drivers run from where Windows keeps their package. Files that
    are copied elsewhere can be overwritten by another package, and Windows drivers must not be.
    """
    inf = subject.inf
    brought = {name.lower() for _, name, _ in (*source_files(inf), *copied_files(inf))}
    destinations = inf.section("destinationdirs")
    used = {
        value.lower() for install, _ in installs(inf) for _, value in install.values("copyfiles")
    }
    for entry in destinations.entries if destinations else ():
        directory = entry.values[0] if entry.values else ""
        key = (entry.key or "").lower()
        if (
            directory.isdecimal()
            and directory != ISOLATED
            and (key in used or key == "defaultdestdir")
        ):
            yield Fault(entry.line, f"{entry.key} go to directory {directory}, not 13")
    for service in services(inf):
        binary = service.section.first("ServiceBinary") if service.section else None
        path = inf.expand(binary.values[0]) if binary and binary.values else ""
        found, file = DIRECTORY.search(path), path.rpartition("\\")[2].lower()
        # A file that the package does not bring is one of Windows, which stays where it is.
        if binary and found and found[1] == "12" and (file in brought or not brought):
            yield Fault(
                binary.line, "the service runs from directory 12, not from the driver store"
            )


@rule(
    "DRV927",
    "inf-strings",
    Level.ERROR,
    source="INF Strings Section; InfVerif error 1235",
    fix="define the string in [Strings]",
)
def inf_strings(subject: Subject) -> Iterator[Fault]:
    """Strings that are used are defined.

    A token that is not defined is shown as it stands, or is a name that nothing has.
    """
    inf = subject.inf
    for low, section in inf.sections.items():
        if low.partition(".")[0] == "strings":
            continue
        for entry in section.entries:
            for text in (entry.key or "", *entry.values):
                for token in inf.tokens(text):
                    if token.lower() not in inf.strings and not _is_environment(entry, token):
                        yield Fault(entry.line, f"%{token}% is not defined")


def _is_environment(entry: Entry, token: str) -> bool:
    """Whether a token is a variable of the environment in a value of the registry."""
    return token.lower() in {"systemroot", "windir", "programfiles"} and len(entry.values) > 3


@rule(
    "DRV928",
    "inf-universal",
    Level.WARNING,
    source="Using a Universal INF File; InfVerif errors 1300 to 1306",
    fix="write what is needed below HKR, and leave coinstallers and old directives out",
)
def inf_universal(subject: Subject) -> Iterator[Fault]:
    """The INF is declarative: it runs no code and changes nothing outside of its device.

    Windows drivers and all editions without a desktop take universal INF files only.
    """
    inf = subject.inf
    for install, _ in installs(inf):
        if part(inf, install, "coinstallers") is not None:
            yield Fault(install.line, f"[{install.name}] has coinstallers")
        for entry in install.entries:
            directive = _FORBIDDEN.get((entry.key or "").lower())
            if directive is not None:
                yield Fault(entry.line, f"{directive} is no directive of a universal INF")
    for place in places(inf):
        for _, value in place.values("addreg"):
            section = inf.section(inf.expand(value))
            for entry in section.entries if section else ():
                root = entry.values[0].upper() if entry.values else ""
                if root in {"HKLM", "HKCU", "HKCR", "HKU"} and not _is_allowed(inf, entry):
                    yield Fault(entry.line, f"{root} is written, not HKR")


def _is_allowed(inf: Inf, entry: Entry) -> bool:
    """Keys of the machine that a universal INF may write.

    Those that register COM classes and media transforms, and services of file system filters.
    """
    root = entry.values[0].upper() if entry.values else ""
    path = f"{inf.expand(entry.values[1]).lower()}\\" if len(entry.values) > 1 else ""
    if root == "HKCR" or (root == "HKLM" and path.startswith((_COM, *_MEDIA))):
        return True
    version = inf.section("version")
    name = version.first("class") if version else None
    is_filter = (
        name is not None and bool(name.values) and is_filter_class(inf.expand(name.values[0]))
    )
    return is_filter and path.startswith("system\\currentcontrolset\\services\\")
