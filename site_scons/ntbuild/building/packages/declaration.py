r"""What a SConscript says about a driver package, checked and completed.

    env.DriverPackage("hello", hello, version="1.2.3.4", hardware_ids=[r"root\hello"])

A package has the images of drivers, an INF, further files and a catalog. The INF is the user's own
(``inf=``, stamped), or is made of the declaration: of the model of the first driver, and of what it
is for: devices (``hardware_ids``), or a service without a device (Windows 10, version 1903).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from ntbuild.building.declare import Declaration, DeclarationError, check_name, unknown_keyword
from ntbuild.building.version_info import VersionInfo
from ntbuild.compilers.models import InfFacts
from ntbuild.compilers.windows import build_number
from ntbuild.packaging.inf.structure import MACHINES
from ntbuild.packaging.sign import Sign
from ntbuild.support.values import dataclass, fields

SYSTEMS: Final = {"x64": ("10_x64",), "x86": ("10_x86",), "arm64": ("10_arm64",), "arm": ()}
"""The systems of a catalog, as ``ntbuild cat --os`` has them; Inf2Cat has no word for arm."""
OLDEST: Final = 16299
"""The build of Windows 10, version 1709: it runs drivers from the driver store (directory 13)."""
_MINIMUM: Final = "KMDF_MINIMUM_VERSION_REQUIRED"
_ALTITUDE: Final = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_HARDWARE_ID: Final = re.compile(r"[!-+\--~]{1,199}")
SYSTEM_CLASS: Final = ("System", "{4d36e97d-e325-11ce-bfc1-08002be10318}")
"""The setup class, by name and GUID, of what has no class of its own."""
_TEXTS: Final = ("version", "provider", "description", "altitude", "setup_class", "class_guid")
ARCHIVES: Final = ("zip", "cab")
_SIGN_WORDS: Final = ("test", "off")


@dataclass(frozen=True, slots=True)
class PackageKeywords:
    """The keywords of ``env.DriverPackage``.

    ``inf``: an ``.inx`` or ``.inf`` of the user's, which is stamped; None makes one. ``version``:
    four numbers; "" is that of the driver's ``version_info``. ``sign``: ``"test"``, ``"off"`` or a
    `Sign`.
    ``files``: further files of the package. ``hardware_ids``: of the devices that it is for.
    ``provider``, ``description``: shown to users. ``altitude``: of a minifilter. ``setup_class``,
    ``class_guid``: in place of those of the model. ``page_hashes``: signed with the images.
    ``archives``: ``"zip"`` and ``"cab"``. ``sbom``: a CycloneDX SBOM goes with archives.
    """

    inf: Any = None
    version: str = ""
    sign: Any = "test"
    files: tuple[Any, ...] = ()
    hardware_ids: tuple[str, ...] = ()
    provider: str = ""
    description: str = ""
    altitude: str = ""
    setup_class: str = ""
    class_guid: str = ""
    page_hashes: bool = False
    archives: tuple[str, ...] = ()
    sbom: bool = True


@dataclass(frozen=True, slots=True)
class PackageDeclaration:
    """A package as declared, for one machine."""

    name: str
    machine: str
    keywords: PackageKeywords
    version: str
    """Four numbers."""
    kmdf: str
    """The oldest version of KMDF that its driver runs with; empty for others."""
    facts: InfFacts | None
    """What its driver's model says of INF files."""
    images: tuple[str, ...] = ()
    """The files of its drivers, without those that only export for others."""
    is_filter: bool = False
    """Whether its driver is a minifilter."""
    windows: str = ""
    """The ``windows=`` of its driver; empty without one."""

    @property
    def oldest(self) -> int:
        """The oldest build of Windows 10 that an INF is for when it is made."""
        return max(OLDEST, build_number(self.windows) if self.windows else 0)

    @property
    def note(self) -> str:
        """One line when the driver is for a system that the INF that is made is not for."""
        is_own = self.keywords.inf is not None
        if is_own or not self.windows or build_number(self.windows) == self.oldest:
            return ""
        return (
            f"package {self.name}: its INF, which is made, installs on 10.0.{self.oldest} and "
            f"newer, and the driver is for {self.windows}: for older systems give one with inf="
        )


def declare_package(
    name: str, given: Mapping[str, Any], drivers: tuple[Declaration, ...], machine: str
) -> PackageDeclaration:
    """Check the keywords of ``env.DriverPackage(name, ...)``. Raises DeclarationError."""
    check_name(name)
    known = frozenset(each.name for each in fields(PackageKeywords))
    for keyword in given:
        if keyword not in known:
            raise DeclarationError(unknown_keyword(keyword, known))
    values = {key: _listed(key, value) for key, value in given.items()}
    keywords = PackageKeywords(**values)
    _check(keywords)
    if not drivers:
        raise DeclarationError("a package has the image of a driver: pass what env.Driver returned")
    compiling = drivers[0].compiling
    facts = compiling.model.inf if compiling.model else None
    found = PackageDeclaration(
        name=name,
        machine=machine,
        keywords=keywords,
        version=_version(keywords, drivers[0].keywords.version_info),
        kmdf=_oldest_framework(compiling.kmdf, drivers[0].keywords.defines),
        facts=facts,
        images=tuple(f"{each.name}.sys" for each in drivers if not each.exports),
        is_filter=_is_minifilter(drivers[0]),
        windows=drivers[0].keywords.windows or "",
    )
    if keywords.inf is None:
        _check_made(found, drivers[0])
    return found


def _oldest_framework(version: str, defines: Mapping[str, Any]) -> str:
    """The version of KMDF that an INF asks for: the driver's, or the minimum that it defines."""
    minimum = str(defines.get(_MINIMUM, ""))
    return f"1.{minimum}" if version and minimum.isdecimal() else version


def _is_minifilter(driver: Declaration) -> bool:
    model = driver.compiling.model
    return model is not None and model.name == "minifilter"


def _listed(keyword: str, value: Any) -> Any:
    if keyword in {"files", "hardware_ids", "archives"}:
        return tuple(value) if isinstance(value, (list, tuple)) else (value,)
    return value


def _check(keywords: PackageKeywords) -> None:
    for keyword in _TEXTS:
        value = getattr(keywords, keyword)
        if not isinstance(value, str) or not value.isprintable():
            raise DeclarationError(f"{keyword}: {value!r} is not one line of text")
    for each in keywords.hardware_ids:
        if not isinstance(each, str) or not _HARDWARE_ID.fullmatch(each):
            raise DeclarationError(f"hardware_ids: {each!r} is no hardware ID, as 'root\\\\hello'")
    if keywords.altitude and not _ALTITUDE.fullmatch(keywords.altitude):
        raise DeclarationError(f"altitude: {keywords.altitude!r} is no altitude, as '370030'")
    if not isinstance(keywords.sign, Sign) and keywords.sign not in _SIGN_WORDS:
        raise DeclarationError(f"sign: expected 'test', 'off' or a Sign, not {keywords.sign!r}")
    _check_words(keywords)


def _check_words(keywords: PackageKeywords) -> None:
    for keyword in ("page_hashes", "sbom"):
        if not isinstance(value := getattr(keywords, keyword), bool):
            raise DeclarationError(f"{keyword}: expected True or False, not {value!r}")
    for each in keywords.archives:
        if each not in ARCHIVES:
            raise DeclarationError(f"archives: {each!r} is not one of {', '.join(ARCHIVES)}")


def _version(keywords: PackageKeywords, info: VersionInfo | None) -> str:
    """The version of the package: its own, or that of the driver."""
    if not keywords.version and info is None:
        raise DeclarationError("version: give version='1.2.3.4', or the driver version_info=")
    try:
        numbers = (VersionInfo(keywords.version) if keywords.version else info).numbers  # type: ignore[union-attr]
    except ValueError as error:
        raise DeclarationError(f"version: {error}") from error
    return ".".join(map(str, numbers))


def _check_made(package: PackageDeclaration, driver: Declaration) -> None:
    """Raise DeclarationError where an INF cannot be made of a declaration."""
    keywords = package.keywords
    if driver.exports:
        raise DeclarationError(
            f"{driver.name} is an export driver, which no INF installs alone: name it behind a "
            f"driver that imports from it, [mine, {driver.name}]"
        )
    if not keywords.provider:
        raise DeclarationError("provider: it is missing; the INF names who provides the driver")
    is_filter = package.is_filter
    if is_filter and not keywords.altitude:
        raise DeclarationError("altitude: a minifilter has one, which Microsoft assigns")
    if is_filter and keywords.hardware_ids:
        raise DeclarationError("hardware_ids: a minifilter is for no device")
    if keywords.altitude and not is_filter:
        raise DeclarationError("altitude: only a driver of model='minifilter' has one")
    if bool(keywords.setup_class) != bool(keywords.class_guid):
        raise DeclarationError("setup_class and class_guid: both or none")


def inf_values(package: PackageDeclaration, files: tuple[str, ...], day: str) -> dict[str, Any]:
    """The variables of ``driver.inf.j2``. ``files``: the driver first. ``day``: mm/dd/yyyy."""
    keywords, facts = package.keywords, package.facts
    own = (facts.setup_class, facts.class_guid) if facts and facts.setup_class else SYSTEM_CLASS
    setup_class, class_guid = (
        (keywords.setup_class, keywords.class_guid) if keywords.setup_class else own
    )
    return {
        "about": "made by ntbuild from the declaration of the package",
        "name": f"{package.name}.inf",
        "service": files[0].rpartition(".")[0],
        "setup_class": setup_class,
        "class_guid": class_guid,
        "catalog": f"{package.name}.cat",
        "day": day,
        "version": package.version,
        "decoration": f"NT{MACHINES[package.machine].removeprefix('nt')}.10.0...{package.oldest}",
        "hardware_ids": keywords.hardware_ids,
        "files": files,
        "kmdf": package.kmdf,
        "service_type": facts.service_type if facts else 1,
        "start_type": facts.start_type if facts else 3,
        "load_order_group": facts.load_order_group if facts else "",
        "dependencies": facts.dependencies if facts else (),
        "altitude": keywords.altitude,
        "provider": keywords.provider,
        "description": keywords.description or f"{package.name} driver",
    }
