r"""The rule about minifilters, DRV934: what the filter manager looks for in the registry.

    [Service]    AddReg = Instances, Dependencies = FltMgr, LoadOrderGroup = "FSFilter Anti-Virus"
    [Instances]  HKR, "Instances", "DefaultInstance", 0, "My instance"
                 HKR, "Instances\My instance", "Altitude", 0, "320000"

Source: "Creating an INF File for a File System Minifilter Driver" and "Load Order Groups and
Altitudes for Minifilter Drivers" (Windows documentation).
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from difflib import get_close_matches
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level
from ntbuild.support.values import dataclass

from .install_rules import places
from .read import Entry, Inf
from .rules import Subject
from .structure import Service, services

GROUPS: Final = {
    "Filter": (420000, 429999),
    "FSFilter Top": (400000, 409999),
    "FSFilter Activity Monitor": (360000, 389999),
    "FSFilter Undelete": (340000, 349999),
    "FSFilter Anti-Virus": (320000, 329999),
    "FSFilter Replication": (300000, 309999),
    "FSFilter Continuous Backup": (280000, 289999),
    "FSFilter Content Screener": (260000, 269999),
    "FSFilter Quota Management": (240000, 249999),
    "FSFilter System Recovery": (220000, 229999),
    "FSFilter Cluster File System": (200000, 209999),
    "FSFilter HSM": (180000, 189999),
    "FSFilter Imaging": (170000, 175000),
    "FSFilter Compression": (160000, 169999),
    "FSFilter Encryption": (140000, 149999),
    "FSFilter Virtualization": (130000, 139999),
    "FSFilter Physical Quota Management": (120000, 129999),
    "FSFilter Open File": (100000, 109999),
    "FSFilter Security Enhancer": (80000, 89999),
    "FSFilter Copy Protection": (60000, 69999),
    "FSFilter Bottom": (40000, 49999),
    "FSFilter System": (20000, 29999),
    "FSFilter Infrastructure": (0, 19999),
}
"""Load order groups of minifilters, and the altitudes of each: the first and the last integer."""
_ALTITUDE: Final = re.compile(r"\d+(\.\d+)?")
_INSTANCES: Final = re.compile(r"(?i)(?P<place>(?:|.*\\)instances)(?:\\(?P<instance>[^\\]+))?\\?")
_OF_SERVICE: Final = ("instances", "parameters\\instances")
"""Keys below that of the service where the filter manager looks, in lower case."""
_OF_MACHINE: Final = re.compile(
    r"(?i)system\\currentcontrolset\\services\\[^\\]+\\(?:parameters\\)?instances"
)
_OF_KEYS: Final = {"HKR", "HKLM"}
_NOT_TEXT: Final = 0xFFFF0001
"""Bits of AddReg's flags that make a value something else than a text (REG_SZ)."""
_FILE_SYSTEM: Final = 2
_MANAGER: Final = "fltmgr"


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of the registry below ``Instances``."""

    entry: Entry
    place: str
    """The key ``Instances``, as it is written."""
    instance: str
    """In lower case; empty for a value of ``Instances`` itself."""
    name: str
    """In lower case."""
    data: str
    is_text: bool
    is_found: bool
    """Whether the filter manager looks there."""


@rule(
    "DRV934",
    "inf-minifilter",
    Level.ERROR,
    source="Load Order Groups and Altitudes for Minifilter Drivers; Creating an INF File for a "
    "File System Minifilter Driver",
    fix="AddReg in the service: Instances with DefaultInstance, and its Altitude, a number in the "
    "range of LoadOrderGroup",
)
def inf_minifilter(subject: Subject) -> Iterator[Fault]:
    r"""A minifilter has an instance with an altitude, in the range of its load order group.

    The filter manager attaches what its registry key names as the default instance, at the altitude
    that is there: a number with an optional fraction. Without one the driver does not start. With a
    group that is none, an altitude outside of the group's range, with the type of another driver,
    or without a dependency on FltMgr, it starts at a time or stands at a place that was not meant:
    a warning. Altitude and default instance are texts, below Instances or Parameters\Instances.
    """
    inf = subject.inf
    everything = list(_values(inf))
    values = [each for each in everything if each.is_found]
    altitudes = [each for each in values if each.name == "altitude" and each.instance]
    filters = [each for each in services(inf) if _MANAGER in _dependencies(inf, each)]
    if not (subject.is_filter or altitudes or filters):
        return
    stray = [] if altitudes else list(_stray(inf))
    yield from stray
    if not altitudes and not stray:
        at = next((each.section.line for each in filters if each.section), 0)
        level = None if subject.is_filter else Level.WARNING
        yield Fault(at, "no instance with an Altitude, which the filter manager needs", level)
    for each in everything:
        if not each.is_found:
            yield _not_looked_at(each.entry, each.place)
    # The values below Instances and those below Parameters\Instances are two sets.
    for place in dict.fromkeys(each.place.lower() for each in values):
        own = [each for each in values if each.place.lower() == place]
        yield from _of_instances(inf, own, [each for each in own if each in altitudes])
    for service in services(inf):
        if _is_driver(inf, service):
            yield from _of_service(inf, service, altitudes)


def _not_looked_at(entry: Entry, place: str) -> Fault:
    message = f"the filter manager does not look at {place}"
    return Fault(entry.line, message, fix="write Instances, or Parameters\\Instances, behind HKR")


def _stray(inf: Inf) -> Iterator[Fault]:
    """Altitudes that are written to another key than ``Instances``."""
    for entry, root, key, value, *_ in _written(inf):
        if value.lower() == "altitude" and root.upper() in _OF_KEYS and not _INSTANCES.match(key):
            yield _not_looked_at(entry, key)


def _written(inf: Inf) -> Iterator[tuple[Entry, str, str, str, str, str]]:
    """The lines of the lists of registry values: root, key, name, flags and data of each."""
    for place in places(inf):
        for _, name in place.values("addreg"):
            section = inf.section(inf.expand(name))
            for entry in section.entries if section else ():
                root, key, value, flags, data = (*map(inf.expand, entry.values[:5]), *[""] * 5)[:5]
                yield entry, root, key, value, flags, data


def _values(inf: Inf) -> Iterator[_Value]:
    """What the lists of registry values write below ``Instances``."""
    for entry, root, key, value, flags, data in _written(inf):
        found = _INSTANCES.fullmatch(key)
        if found is not None and root.upper() in _OF_KEYS:
            instance = (found["instance"] or "").lower()
            is_text = not _number(flags) & _NOT_TEXT
            known = _is_read(root, found["place"])
            words = (found["place"], instance, value.lower(), data, is_text, known)
            yield _Value(entry, *words)


def _is_read(root: str, place: str) -> bool:
    """Whether the filter manager looks at a key below a root of the registry."""
    if root.upper() == "HKR":
        return place.lower() in _OF_SERVICE
    return _OF_MACHINE.fullmatch(place) is not None


def _number(text: str) -> int:
    try:
        return int(text or "0", 0)
    except ValueError:
        return 0


def _of_instances(inf: Inf, values: list[_Value], altitudes: list[_Value]) -> Iterator[Fault]:
    for each in values:
        if each.name in {"altitude", "defaultinstance"} and not each.is_text:
            message = f"{each.entry.values[2]} is not written as a text (REG_SZ)"
            yield Fault(each.entry.line, message, fix="write the flags 0x00000000")
    for each in altitudes:
        if not _ALTITUDE.fullmatch(each.data) and not inf.tokens(each.data):
            yield Fault(each.entry.line, f"the altitude {each.data!r} is no decimal number")
    defaults = [each for each in values if each.name == "defaultinstance" and not each.instance]
    named = {each.instance for each in altitudes}
    for each in defaults:
        if altitudes and each.data.lower() not in named and not inf.tokens(each.data):
            yield Fault(each.entry.line, f"DefaultInstance {each.data!r} has no Altitude")
    if altitudes and not defaults:
        yield Fault(altitudes[0].entry.line, "Instances has no DefaultInstance", Level.WARNING)


def _of_service(inf: Inf, service: Service, altitudes: list[_Value]) -> Iterator[Fault]:
    """What is wrong with the section of a filter's service."""
    if service.section is None:
        return
    if _MANAGER not in _dependencies(inf, service):
        message = f"[{service.section.name}] has no Dependencies = FltMgr"
        yield Fault(service.section.line, message, Level.WARNING, "add Dependencies = FltMgr")
    kind = service.section.first("ServiceType")
    if kind and _number(inf.expand(kind.values[0])) != _FILE_SYSTEM:
        message = f"ServiceType is {inf.expand(kind.values[0])}, and a minifilter's is 2"
        yield Fault(kind.line, message, Level.WARNING, "write 2 (SERVICE_FILE_SYSTEM_DRIVER)")
    entry = service.section.first("LoadOrderGroup")
    name = inf.expand(entry.values[0]) if entry and entry.values else ""
    if entry is None or not name:
        message = f"[{service.section.name}] has no LoadOrderGroup"
        yield Fault(service.section.line, message, Level.WARNING, "add the group of the altitude")
        return
    known = {each.lower(): each for each in GROUPS}
    if name.lower() not in known:
        near = get_close_matches(name.lower(), known, n=1)
        hint = f"name {known[near[0]]}" if near else "name a group of minifilters"
        message = f"{name!r} is no load order group of minifilters"
        yield Fault(entry.line, message, Level.WARNING, hint)
        return
    first, last = GROUPS[known[name.lower()]]
    for each in altitudes:
        if _ALTITUDE.fullmatch(each.data) and not first <= Decimal(each.data) < last + 1:
            message = f"the altitude {each.data} is not one of {name}: {first} to {last}"
            group = _group_of(Decimal(each.data))
            hint = f"name the group {group}, or an altitude of {name}" if group else ""
            yield Fault(each.entry.line, message, Level.WARNING, hint)


def _group_of(altitude: Decimal) -> str:
    """The group of an altitude; empty for one between groups."""
    return next((key for key, (low, high) in GROUPS.items() if low <= altitude < high + 1), "")


def _dependencies(inf: Inf, service: Service) -> set[str]:
    section = service.section
    return (
        {inf.expand(each).lower() for _, each in section.values("dependencies")}
        if section
        else set()
    )


def _is_driver(inf: Inf, service: Service) -> bool:
    """Whether a service is a driver of the kernel (1) or of a file system (2), not a program."""
    entry = service.section.first("ServiceType") if service.section else None
    text = inf.expand(entry.values[0]) if entry and entry.values else ""
    try:
        return int(text, 0) in {1, 2}
    except ValueError:
        return False
