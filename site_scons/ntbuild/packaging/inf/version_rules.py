"""Rules about ``[Version]`` and the file as text: DRV901, DRV903, DRV921, DRV922, DRV929."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level

from .classes import class_of_guid, guid_of_class, nearest_class
from .read import Entry, Inf, Section
from .rules import Subject

_GUID: Final = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_DRIVER_DATE: Final = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_NUMBERS: Final = re.compile(r"\d{1,5}(?:\.\d{1,5}){0,3}")
_LARGEST_NUMBER: Final = 65535
_PLACEHOLDER: Final = re.compile(
    r"\$(?:ARCH|KMDFVERSION|KMDFCOINSTALLERVERSION|UMDFVERSION|UMDFCOINSTALLERVERSION)\$"
)
_SIGNATURES: Final = ("$windows nt$", "$chicago$", "$windows 95$")
DISTANT: Final = date(1980, 1, 1)


def _text(inf: Inf, section: Section, key: str) -> tuple[Entry | None, str]:
    entry = section.first(key)
    return entry, inf.expand(entry.values[0]) if entry and entry.values else ""


@rule(
    "DRV901",
    "inf-version",
    Level.ERROR,
    source="INF Version Section; InfVerif errors 1203 to 1233",
    fix="complete [Version]",
)
def inf_version(subject: Subject) -> Iterator[Fault]:
    """[Version] has a signature, a class, a provider, a date with a version, and a catalog.

    Windows does not install a package without them; one without a catalog is unsigned, and the name
    of Microsoft as provider is refused by the Hardware Dev Center. Without PnpLockDown=1 programs
    may change the driver's files.
    """
    inf = subject.inf
    version = inf.section("version")
    if version is None:
        yield Fault(0, "no section [Version]")
        return
    entry, signature = _text(inf, version, "signature")
    if signature.lower() not in _SIGNATURES:
        at = entry.line if entry else version.line
        yield Fault(at, f"Signature is {signature!r}, not '$Windows NT$'")
    entry, provider = _text(inf, version, "provider")
    if not provider:
        yield Fault(version.line, "no Provider")
    elif entry and provider.lower() == "microsoft":
        yield Fault(entry.line, "Provider is Microsoft", Level.WARNING)
    if not _text(inf, version, "class")[1]:
        yield Fault(version.line, "no Class")
    catalogs = [
        e for e in version.entries if (e.key or "").lower().partition(".")[0] == "catalogfile"
    ]
    if not catalogs:
        yield Fault(version.line, "no CatalogFile: the package cannot be signed")
    for each in catalogs:
        name = inf.expand(each.values[0]) if each.values else ""
        if not name.lower().endswith(".cat"):
            yield Fault(each.line, f"CatalogFile is {name!r}, not a name that ends in .cat")
    if _text(inf, version, "pnplockdown")[1] != "1":
        yield Fault(version.line, "no PnpLockDown=1", Level.WARNING)


@rule(
    "DRV903",
    "driverver",
    Level.ERROR,
    source="INF DriverVer Directive; Stampinf",
    fix="stamp the INF with the version of the driver",
)
def driver_version(subject: Subject) -> Iterator[Fault]:
    """DriverVer is a date mm/dd/yyyy and a version, those of the driver.

    Windows takes the newest driver by date and version; with a wrong one no update is installed.
    """
    version = subject.inf.section("version")
    entry = version.first("driverver") if version else None
    if entry is None or not any(entry.values):
        # Stamping a file that has variables left, which DRV929 tells, gives it one.
        if version is not None and not subject.template and not any(_placeholders(subject.inf)):
            yield Fault(version.line, "no DriverVer")
        return
    words = [subject.inf.expand(each) for each in entry.values]
    day = _day(words[0])
    if day is None:
        yield Fault(entry.line, f"the date {words[0]!r} is not of the form mm/dd/yyyy")
    elif day < DISTANT:
        yield Fault(entry.line, f"the date {words[0]} is long before any driver", Level.WARNING)
    elif subject.day is not None and day != subject.day:
        expected = f"{subject.day:%m/%d/%Y}"
        yield Fault(entry.line, f"the date is {words[0]}, not {expected}", Level.WARNING)
    number = words[1] if len(words) > 1 else ""
    if not number:
        yield Fault(entry.line, "no version behind the date", Level.WARNING)
    elif not _NUMBERS.fullmatch(number) or any(
        int(each) > _LARGEST_NUMBER for each in number.split(".")
    ):
        yield Fault(entry.line, f"the version {number!r} is not four numbers up to 65535")
    elif subject.version is not None and number != subject.version:
        message = f"the version is {number}, and that of the driver {subject.version}"
        yield Fault(entry.line, message, Level.WARNING)


def _day(text: str) -> date | None:
    found = _DRIVER_DATE.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[1]), int(found[2]))
    except ValueError:
        return None


@rule(
    "DRV921",
    "inf-syntax",
    Level.ERROR,
    source="General Syntax Rules for INF Files",
    fix="correct the line",
)
def inf_syntax(subject: Subject) -> Iterator[Fault]:
    """Every line can be read.

    Windows stops at a line that it cannot read, or reads something else than what was meant. Text
    before the first section, such as a comment of C, is only a warning: samples of Microsoft have
    it.
    """
    for problem in subject.inf.problems:
        level = Level.WARNING if problem.is_harmless else None
        yield Fault(problem.line, problem.message, level)


@rule(
    "DRV922",
    "inf-class",
    Level.ERROR,
    source="System-Defined Device Setup Classes; File System Filter Driver Classes",
    fix="give Class and ClassGuid of one class",
)
def inf_class(subject: Subject) -> Iterator[Fault]:
    """Class and ClassGuid fit.

    Windows knows a class by its GUID and shows its name. With a GUID of another class a device gets
    that one's installer and filters; a class of your own needs a GUID and a name of its own.
    """
    inf = subject.inf
    version = inf.section("version")
    if version is None:
        return
    entry, name = _text(inf, version, "class")
    place, guid = _text(inf, version, "classguid")
    if place is None:
        if entry is not None:
            yield Fault(entry.line, "no ClassGuid")
        return
    if not _GUID.fullmatch(guid):
        yield Fault(place.line, f"ClassGuid is {guid!r}, not a GUID in braces")
        return
    known, bare = guid_of_class(name), guid.strip("{}").lower()
    if not name:
        return  # DRV901: no Class
    if known is not None and known != bare:
        other = class_of_guid(bare)
        of_other = f", which is that of {other}" if other else ""
        yield Fault(place.line, f"ClassGuid of {name} is {{{known}}}, not {guid}{of_other}")
    elif known is None and (other := class_of_guid(bare)):
        yield Fault(place.line, f"ClassGuid is that of {other}, not of {name}")
    elif known is None and (near := nearest_class(name)):
        message = f"Class {name} is none of Windows, which has {near}, and its GUID is no class's"
        yield Fault(place.line, message, Level.WARNING)


@rule(
    "DRV929",
    "inf-unstamped",
    Level.ERROR,
    source="Stampinf",
    fix="stamp the .inx: ntbuild inf stamp",
)
def inf_unstamped(subject: Subject) -> Iterator[Fault]:
    """No variable of Stampinf is left.

    $ARCH$ and its kin stand for the machine and for framework versions; as they are they name
    nothing, and the package is for no machine. Only the first one is told.
    """
    for line, name in () if subject.template else _placeholders(subject.inf):
        yield Fault(line, f"{name} is not replaced")
        return


def _placeholders(inf: Inf) -> Iterator[tuple[int, str]]:
    """Line and name of each variable of Stampinf."""
    for section in inf.sections.values():
        names = (
            (section.name, section.line),
            *(
                (text, entry.line)
                for entry in section.entries
                for text in (entry.key or "", *entry.values)
            ),
        )
        for text, line in names:
            if found := _PLACEHOLDER.search(text):
                yield line, found[0]
