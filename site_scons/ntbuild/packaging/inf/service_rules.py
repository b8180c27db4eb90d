"""The rule about services that an INF adds: DRV925."""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.packaging.rules import Fault, rule
from ntbuild.pecheck.rule import Level

from .read import Entry, Inf, Section
from .rules import Subject
from .structure import (
    DIRECTORY,
    ISOLATED,
    copied_files,
    installs,
    part,
    services,
    source_files,
)

_BINARY: Final = re.compile(r"%(?P<directory>\d+)%(?:\\(?P<folder>.*))?\\(?P<file>[^\\]+)")
_WITHOUT_FUNCTION: Final = ("extension", "modem", "netclient", "netservice", "nettrans")
"""Classes whose INF files name no function driver: an extension must not, that of a modem is
Windows' own, and network components are no devices."""
_ASSOCIATED: Final = 2
_PROGRAM: Final = 0x30
"""SERVICE_WIN32: types of services that are programs."""
_SERVICE_KEYS: Final = ("ServiceType", "StartType", "ErrorControl", "ServiceBinary")
_NUMBERS: Final = {
    "ServiceType": (1, 2, 4, 8, 0x10, 0x20, 0x50, 0x60, 0x110, 0x120, 0xD0, 0xE0),
    "StartType": (0, 1, 2, 3, 4),
    "ErrorControl": (0, 1, 2, 3),
}
"""What CreateService takes."""
_SAME_FOLDER: Final = {
    ("10", "system32\\drivers"): ("12", ""),
    ("11", "drivers"): ("12", ""),
    ("10", "system32"): ("11", ""),
}
"""Directories of two names: number and folder below it in lower case."""


@rule(
    "DRV925",
    "inf-service",
    Level.ERROR,
    source="INF AddService Directive; InfVerif error 1296",
    fix="complete the section of the service",
)
def inf_service(subject: Subject) -> Iterator[Fault]:
    """A service that is added is complete, and its file is one that is copied.

    Windows refuses the installation without type, start, error control and binary, and with numbers
    that are none of these; it cannot start a service whose file is not copied, or is copied to
    another folder than the service names. A device's driver has to be its associated service
    (flag 2); an extension INF adds filters and must not replace it.
    """
    inf = subject.inf
    copied = {name.lower() for _, name, _ in copied_files(inf)}
    copied |= {inf.expand(e.values[0]).lower() for e in _targets(inf)}
    listed = {name.lower() for _, name, _ in source_files(inf)}
    for service in services(inf):
        if service.section is None:
            continue
        for key in _SERVICE_KEYS:
            if service.section.first(key) is None:
                yield Fault(service.section.line, f"[{service.section.name}] has no {key}")
        binary = service.section.first("ServiceBinary")
        path = inf.expand(binary.values[0]) if binary and binary.values else ""
        yield from _bad_numbers(inf, service.section)
        yield from _type_of_program(inf, service.section, path)
        if binary:
            yield from _other_folder(inf, binary, path)
        directory, file = DIRECTORY.search(path), path.rpartition("\\")[2].lower()
        # In directory 12 a file may be one of Windows itself; in 13 only files of the package are.
        is_own = directory is not None and (directory[1] == ISOLATED or file in listed)
        if binary and copied and is_own and file not in copied:
            message = f"{file} is not among the files that are copied"
            yield Fault(binary.line, message, fix=f"copy it: CopyFiles = @{file}, or name its file")
    yield from _associated(inf)


def _bad_numbers(inf: Inf, section: Section) -> Iterator[Fault]:
    """Type, start and error control that are no numbers which services have."""
    for key, known in _NUMBERS.items():
        entry = section.first(key)
        text = inf.expand(entry.values[0]) if entry and entry.values else ""
        if entry and text and not inf.tokens(text) and _known_number(text) not in known:
            if key == "ServiceType":
                yield Fault(entry.line, f"{key} is {text}, which is none of a service's")
            else:
                yield Fault(entry.line, f"{key} is {text}, not a number from 0 to {known[-1]}")


def _known_number(text: str) -> int | None:
    try:
        return int(text, 0)
    except ValueError:
        return None


def _other_folder(inf: Inf, binary: Entry, path: str) -> Iterator[Fault]:
    """A service whose file is copied, and to other folders than the one that it is started from."""
    found = _BINARY.fullmatch(path)
    if found is None:
        return
    folders = set()
    for entry, name, title in copied_files(inf):
        target = inf.expand(entry.values[0]) if title else name
        if found["file"].lower() == target.lower():
            folders.add(_destination(inf, title))
    if folders and "" not in folders:
        own = _folder_of(found["directory"], found["folder"] or "")
        if own not in folders:
            where = " and ".join(sorted(folders))
            message = f"the service starts {path}, and {found['file']} is copied to {where}"
            yield Fault(binary.line, message, fix="name one folder in both places")


def _destination(inf: Inf, title: str) -> str:
    r"""The folder that files of a list go to, as ``%12%`` or ``%13%\x``; empty when not known."""
    section = inf.section("destinationdirs")
    entry = section and ((title and section.first(title)) or section.first("DefaultDestDir"))
    if not entry or not entry.values or not entry.values[0].isdecimal():
        return ""
    folder = inf.expand(entry.values[1]) if len(entry.values) > 1 else ""
    return _folder_of(entry.values[0], folder)


def _folder_of(directory: str, folder: str) -> str:
    low = folder.strip("\\").lower()
    directory, low = _SAME_FOLDER.get((directory, low), (directory, low))
    return f"%{directory}%\\{low}" if low else f"%{directory}%"


def _type_of_program(inf: Inf, section: Section, path: str) -> Iterator[Fault]:
    """A service whose binary is a driver, and whose type is that of a program."""
    entry = section.first("ServiceType")
    kind = _number(inf.expand(entry.values[0])) if entry and entry.values else 0
    if entry and path.lower().endswith(".sys") and kind & _PROGRAM:
        yield Fault(
            entry.line, f"ServiceType is {kind:#x}, a program's, and the binary is a driver"
        )


def _associated(inf: Inf) -> Iterator[Fault]:
    """Install sections of devices that associate none of the services that they add.

    In an extension INF it is the other way round.
    """
    version = inf.section("version")
    entry = version.first("class") if version else None
    kind = inf.expand(entry.values[0]).lower() if entry and entry.values else ""
    for install, name in installs(inf):
        section = part(inf, install, "services")
        added = (
            [e for e in section.entries if (e.key or "").lower() == "addservice"] if section else []
        )
        brought = section is not None and section.first("needs") is not None
        flags = (inf.expand(e.values[1]) if len(e.values) > 1 else "" for e in added)
        has_function = any(_number(each) & _ASSOCIATED for each in flags)
        if has_function and kind == "extension":
            message = "an extension INF associates a service with its device"
            yield Fault(added[0].line, message, fix="write the flags 0x00000000")
        if not added or brought or name == "DefaultInstall" or kind in _WITHOUT_FUNCTION:
            continue
        if not has_function:
            message = "no service has the flag 2 (SPSVCINST_ASSOCSERVICE)"
            hint = "write the flags 0x00000002 for the driver of the device"
            yield Fault(added[0].line, message, Level.WARNING, hint)


def _targets(inf: Inf) -> Iterator[Entry]:
    """The lines of copy lists, whose first value is the name that a file gets."""
    for install, _ in installs(inf):
        for _, value in install.values("copyfiles"):
            section = inf.section(inf.expand(value))
            yield from (e for e in (section.entries if section else ()) if e.values)


def _number(text: str) -> int:
    try:
        return int(text or "0", 0)
    except ValueError:
        return 0
