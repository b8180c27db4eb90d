"""What ``ntbuild new`` writes: projects that build, run and package as they are.

A template is a project that can be built itself, in ``templates/new/KIND``: its driver is called
``newdriver``, in C ``NewDriver`` and ``NEWDRIVER``, and its GUID is `_GUID`. A new project is a
copy in which these words are the user's. Two templates have the sources of ntbuild's own samples:
``storport`` of ``drivers/ramdisk`` and ``ownos`` of ``examples/ownos``; the wheel has copies.

The INF is the one that ``env.DriverPackage`` would make of the model, with Stampinf's variables,
for the user to change.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from ntbuild.building.declare import DeclarationError, check_name
from ntbuild.building.packages.declaration import OLDEST, SYSTEM_CLASS
from ntbuild.building.render import TEMPLATES, inf
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.compilers.models import find_model
from ntbuild.support.values import dataclass

_OF_WINDOWS: Final = frozenset(
    (  # noqa: SIM905 - 120 literals would be a page
        "acpi afd ahcache amdppm atapi beep bowser cdfs cdrom classpnp clfs cng condrv crashdmp "
        "dfsc disk dumpfve dxgkrnl exfat fastfat fileinfo fvevol gpio hal hdaudio hidclass hidusb "
        "http i8042prt intelppm ipnat iorate kbdclass kbdhid kdcom kernel32 ks ksecdd ksecpkg "
        "luafv mmcss monitor mouclass mouhid mountmgr mrxsmb mrxsmb20 msfs mslldp msrpc mssmbios "
        "mup ndisuio ndiswan ndu netbios netbt npfs npsvctrig nsiproxy ntdll ntfs ntosext null "
        "pacer partmgr parport pci pcmcia pdc portcls processr rdbss rdpbus rdyboost refs rspndr "
        "sdbus serenum serial spaceport srv srv2 srvnet storahci stornvme storqosflt storufs "
        "swenum tcpip tcpip6 tdx terminpt tm tunnel ucx01000 umbus usbccgp usbehci usbhub usbhub3 "
        "usbohci usbport usbstor usbuhci usbxhci user32 vdrvroot volmgr volmgrx volsnap volume "
        "vwififlt wanarp watchdog wcifs wdf01000 wdfldr werkernel wfplwfs win32k win32kbase "
        "win32kfull winusb wof wudfpf wudfrd"
    ).split()
)
"""Services and modules of Windows, in lower case: a driver of such a name takes their place."""
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,31}")
_TARGETS: Final = frozenset({"drivers", "package", "release", "run", "symbols", "build", "client"})
"""Names of targets and folders of every project, and of a second driver in one template."""
_GUID: Final = "11111111-2222-3333-4444-555555555555"
_FOLDER: Final = TEMPLATES / "new"
_SHARED: Final = {
    "README.md": "README.md",
    ".gitignore": "gitignore",
    ".clangd": "clangd",
    ".github/workflows/build.yml": "build.yml",
}
"""Files of every project, and the templates that they are made of."""
_RUST_STEP: Final = (
    "      - run: scons --strict",
    "      - run: rustup target add x86_64-pc-windows-msvc\n      - run: scons --strict",
    1,
)
"""What the workflow of a driver in Rust has before the first build, and where."""
_UNSERVED: Final = (
    "      - run: scons --strict arch=x64,arm64 flavor=release run\n",
    (
        "      # Not --strict: the engines do not serve NDIS, and say so.\n"
        "      - run: scons arch=x64,arm64 flavor=release run\n"
    ),
)
"""The step of the workflow that runs drivers, where no engine can prove them."""
_ABOUT: Final = "about.md"
"""The last part of README.md."""
_KMDF: Final = "$KMDFVERSION$"
_PACKAGES: Final = "    scons package               {folder}\n"


class StarterError(Exception):
    """A project cannot be made; the text is one line."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of project.

    ``title``: what the driver is. ``model``: whose INF it has; empty for none or a written one.
    ``sample``: folder of the repository with further sources, whose driver has the name of that
    folder. ``files``: the images, that of the service first. ``runs``: what ``scons run`` shows.
    ``is_served``: engines can prove it.
    """

    title: str
    model: str = ""
    has_hardware_id: bool = False
    altitude: str = ""
    sample: str = ""
    files: tuple[str, ...] = ("newdriver.sys",)
    runs: str = "loads it in two emulated kernels, calls it and unloads it"
    has_package: bool = True
    is_served: bool = True


KINDS: Final[Mapping[str, Kind]] = {
    "wdm": Kind("a WDM driver with a device that programs open by name", model="wdm"),
    "kmdf": Kind(
        "a driver of the Kernel-Mode Driver Framework", model="kmdf", has_hardware_id=True
    ),
    "minifilter": Kind(
        "a minifilter, which sees requests to file systems",
        model="minifilter",
        altitude="370030.1",
        runs="attaches it to a volume in two emulated kernels, opens files, unloads it",
    ),
    "ndis": Kind(
        "a lightweight filter of NDIS, which sees what network adapters send and receive",
        runs="loads it as far as NDIS, which the emulated kernels do not have",
        is_served=False,
    ),
    "storport": Kind(
        "a virtual storport miniport: an adapter without hardware and one disk in memory",
        model="storport",
        has_hardware_id=True,
        sample="drivers/ramdisk",
        runs="starts the adapter in two emulated kernels, asks the disk who it is, stops it",
    ),
    "export": Kind(
        "an export driver, and a driver that imports from it",
        model="wdm",
        files=("newdriver-client.sys", "newdriver.sys"),
    ),
    "cpp": Kind("a driver in C++, with static objects and operator new", model="wdm"),
    "rust": Kind("a driver in Rust", model="wdm"),
    "ownos": Kind(
        "a kernel of your own that loads drivers",
        sample="examples/ownos",
        files=("kernel.exe",),
        runs="boots it in QEMU, and compares what it prints",
        has_package=False,
    ),
}


def project_files(kind: str, name: str) -> dict[str, str]:
    """The texts of a new project by path. Raises StarterError for a bad name."""
    chosen = KINDS[kind]
    _check(name)
    guid = uuid.uuid4()
    found = {
        path: _named(text, name, guid)
        for path, text in sorted((*_sample(chosen), *_template(kind), *_shared(kind)))
    }
    return {_named(path, name, guid): text for path, text in found.items()}


def _check(name: str) -> None:
    try:
        check_name(name)
    except DeclarationError as error:
        raise StarterError(str(error)) from error
    if not _NAME.fullmatch(name):
        raise StarterError(
            f"the name {name!r} does not fit: a letter, then at most 31 letters, digits, '_', '-'"
        )
    if name.lower() in _TARGETS:
        raise StarterError(f"the name {name!r} is that of a target or folder of every project")
    is_module = any(toolchains_folder().glob(f"defs/*/{name.lower()}.def"))
    if is_module or name.lower() in _OF_WINDOWS:
        raise StarterError(f"the name {name!r} is that of a module of Windows")


def _template(kind: str) -> Iterator[tuple[str, str]]:
    """The files of a template, and the INF of its model."""
    for path in (_FOLDER / kind).iterdir():
        if path.name != _ABOUT:
            yield path.name, path.read_text(encoding="utf-8")
    chosen = KINDS[kind]
    if chosen.model:
        yield "newdriver.inx", _inf(chosen)


def _sample(kind: Kind) -> Iterator[tuple[str, str]]:
    """The sources of a sample of ntbuild, with the words of templates in place of its own."""
    if not kind.sample:
        return
    folder = sample_folder(kind.sample)
    own = folder.name
    for path in folder.iterdir():
        if path.name == "SConscript" and kind.has_package:
            continue  # the template has a SConstruct instead
        text = path.read_text(encoding="utf-8").replace(f"examples/{own}", "newdriver")
        words = {own: "newdriver", own.capitalize(): "NewDriver", own.upper(): "NEWDRIVER"}
        for old, new in words.items():
            text = text.replace(old, new)
        yield path.name.replace(own, "newdriver"), text


def sample_folder(sample: str) -> Path:
    """The folder of a sample: in the wheel below the templates, in a checkout where it is built."""
    packed = _FOLDER / "samples" / Path(sample).name
    return packed if packed.is_dir() else Path(__file__).parents[3] / sample


def _shared(kind: str) -> Iterator[tuple[str, str]]:
    chosen = KINDS[kind]
    folder = "build/package/zig/x64/debug/newdriver: signed images, INF and catalog"
    words = {
        "TITLE": chosen.title[0].upper() + chosen.title[1:],
        "KIND": kind,
        "IMAGE": chosen.files[0],
        "RUNS": chosen.runs,
        "PACKAGES": _PACKAGES.format(folder=folder) if chosen.has_package else "",
        "ABOUT": (_FOLDER / kind / _ABOUT).read_text(encoding="utf-8"),
    }
    for path, template in _SHARED.items():
        text = (_FOLDER / "shared" / template).read_text(encoding="utf-8")
        if template == "README.md":
            text = re.sub(rf"(?m)\b({'|'.join(words)})\b\n?", lambda m: _word(m, words), text)
        elif not chosen.has_package:
            text = "".join(line for line in text.splitlines(keepends=True) if "package" not in line)
        if not chosen.is_served and path.endswith(".yml"):
            text = text.replace(*_UNSERVED)
        if kind == "rust" and path.endswith(".yml"):
            text = text.replace(*_RUST_STEP).replace("arch=x64,arm64", "arch=x64")
        yield path, text


def _word(match: "re.Match[str]", words: Mapping[str, str]) -> str:
    """The text for a word of README.md; a part that is empty takes no line."""
    end = match.group()[len(match.group(1)) :]
    found = words[match.group(1)]
    return found if found.endswith("\n") or not found else found + end


def _inf(kind: Kind) -> str:
    facts = find_model(kind.model, toolchains_folder()).inf
    setup_class = (facts.setup_class, facts.class_guid) if facts else SYSTEM_CLASS
    return inf(
        about="ntbuild stamps machine, date, version and catalog",
        name="newdriver.inx",
        service=kind.files[0].removesuffix(".sys"),
        setup_class=setup_class[0],
        class_guid=setup_class[1],
        catalog="newdriver.cat",
        day="01/01/1980",
        version="0.1.0.0",
        decoration=f"NT$ARCH$.10.0...{OLDEST}",
        hardware_ids=(r"root\newdriver",) if kind.has_hardware_id else (),
        files=kind.files,
        kmdf=_KMDF if kind.model == "kmdf" else "",
        service_type=facts.service_type if facts else 1,
        start_type=facts.start_type if facts else 3,
        load_order_group=facts.load_order_group if facts else "",
        dependencies=facts.dependencies if facts else (),
        altitude=kind.altitude,
        provider="newdriver project",
        description="newdriver driver",
    )


def _named(text: str, name: str, guid: uuid.UUID) -> str:
    """A text of a template with a project's own name and GUID."""
    parts = [each for each in re.split(r"[-_]", name) if each]
    camel = "".join(each[0].upper() + each[1:] for each in parts)
    first, second, third, *rest = (guid.hex[:8], guid.hex[8:12], guid.hex[12:16])
    rest = [guid.hex[at : at + 2] for at in range(16, 32, 2)]
    fields = ", ".join(f"0x{each}" for each in (first, second, third, *rest))
    words = {
        "newdriver": name,
        "NewDriver": camel,
        "NEWDRIVER": "_".join(parts).upper(),
        _GUID: str(guid),
        "0x11111111, 0x2222, 0x3333, 0x44, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55": fields,
    }
    return re.sub("|".join(map(re.escape, words)), lambda found: words[found.group()], text)
