r"""Rules about what an INF writes and where files go: DRV936 to DRV938.

[Service_Registry]  HKR, Parameters, Debug, 0x00010001, 1     root, key, value, flags, data
[DestinationDirs]   Hello_Files = 13                          a list of files, or DefaultDestDir
[DefaultUninstall.NTamd64.Services]  DelService = hello, 0x200
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level

from .read import Entry, Inf
from .references import read_sections
from .rules import Subject
from .structure import copied_files, is_decoration, services

_ROOTS: Final = ("HKCR", "HKCU", "HKLM", "HKU", "HKR")
_OF_REGISTRY: Final = ("addreg", "delreg", "bitreg")
_OF_FILES: Final = ("copyfiles", "delfiles", "renfiles")
_DEFAULT: Final = "DefaultDestDir"
_ALIKE: Final = 0.7


def _listed(inf: Inf, directives: tuple[str, ...]) -> Iterator[str]:
    """The names of lists that directives of sections which are read name, in lower case."""
    read = read_sections(inf)
    for low, section in inf.sections.items():
        if low in read:
            for directive in directives:
                for _, value in section.values(directive):
                    yield inf.expand(value).lower()


@rule(
    "DRV936",
    "inf-registry-root",
    Level.ERROR,
    source="INF AddReg Directive, INF DelReg Directive and INF BitReg Directive",
    fix="begin the line with HKR, or with HKLM and a key",
)
def inf_registry_root(subject: Subject) -> Iterator[Fault]:
    """A line about the registry begins with one of its roots.

    Windows knows HKCR, HKCU, HKLM, HKU, and HKR for the key of the device or of the service. A line
    with another word writes nothing, and what the driver looks for is not there.
    """
    inf = subject.inf
    for name in sorted(set(_listed(inf, _OF_REGISTRY))):
        section = inf.section(name)
        for entry in section.entries if section else ():
            root = inf.expand(entry.values[0]) if entry.key is None and entry.values else ""
            if entry.key is not None or (root.upper() not in _ROOTS and not inf.tokens(root)):
                yield Fault(entry.line, f"{root or entry.key!r} is no root of the registry")


@rule(
    "DRV937",
    "inf-destination",
    Level.ERROR,
    source="INF DestinationDirs Section; INF CopyFiles Directive",
    fix="name a list of files that is copied, or DefaultDestDir",
)
def inf_destination(subject: Subject) -> Iterator[Fault]:
    """[DestinationDirs] says where every list of files goes.

    A line in it names a list of CopyFiles, DelFiles or RenFiles, or is DefaultDestDir, which is for
    all others. A line with another name is not read: a warning. Files of a list that neither is for
    go to no directory that is known.
    """
    inf = subject.inf
    destinations = inf.section("destinationdirs")
    lists = set(_listed(inf, _OF_FILES))
    named = {(entry.key or "").lower() for entry in destinations.entries} if destinations else set()
    for entry in destinations.entries if destinations else ():
        low = (entry.key or "").lower()
        if low and low not in lists and low != _DEFAULT.lower() and inf.section(low) is None:
            known = {each: each for each in lists if inf.section(each)}
            known[_DEFAULT.lower()] = _DEFAULT
            near = get_close_matches(low, sorted(set(known) - named), n=1, cutoff=_ALIKE)
            hint = f"write {known[near[0]]}" if near else ""
            message = f"{entry.key} is no list of files that is copied"
            yield Fault(entry.line, message, Level.WARNING, hint)
    if _DEFAULT.lower() in named or inf.section("version") is None:
        return
    told: set[str] = set()
    for entry, name, title in copied_files(inf):
        low = title.lower()
        if low not in named and low not in told:
            told.add(low)
            what = f"the files of [{title}]" if title else name
            message = f"nothing says where {what} go: [DestinationDirs] has no {_DEFAULT}"
            yield Fault(entry.line, message, fix=f"add {_DEFAULT} = 13")


@rule(
    "DRV938",
    "inf-removed-service",
    Level.WARNING,
    source="INF DelService Directive; INF DefaultUninstall.Services Section",
    fix="name the service that AddService adds",
)
def inf_removed_service(subject: Subject) -> Iterator[Fault]:
    """What is installed is what is taken away.

    [DefaultUninstall] undoes [DefaultInstall]. When its DelService names another service, the one
    that was added stays, and its driver is started after its file is gone.
    """
    inf = subject.inf
    added = {each.name.lower() for each in services(inf) if each.name}
    for entry, name in _removed(inf):
        if added and name.lower() not in added and not inf.tokens(name):
            message = f"DelService names {name}, and the services are {', '.join(sorted(added))}"
            yield Fault(entry.line, message)


def _removed(inf: Inf) -> Iterator[tuple[Entry, str]]:
    """The services that [DefaultUninstall] in any variant takes away, each with its line."""
    for low, section in inf.sections.items():
        base, _, suffix = low.removesuffix(".services").partition(".")
        is_own = low.endswith(".services") and base == "defaultuninstall"
        if is_own and (not suffix or is_decoration(suffix)):
            for entry in section.entries:
                if (entry.key or "").lower() == "delservice" and entry.values:
                    yield entry, inf.expand(entry.values[0])
