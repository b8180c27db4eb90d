"""The sample drivers as a makefile would link them: by pelink, by lld-link and by GNU ld.

Sources are compiled as the project compiles them. A linker gets only the options that make a driver
(subsystem, entry point, relocations), so that each shows its own defaults. GNU ld also needs import
libraries of its own kind, and a script where it is to lay out a driver.
"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import peers
from differential.corpus import HAL, KERNEL, ROOT, compile_driver, import_library
from ntbuild import link, options_from_argv
from ntbuild.building.render import linker_script
from ntbuild.pecheck import CheckSettings
from ntbuild.pecoff.machine import MACHINES

DRIVERS = ("hello", "ioctl", "core", "client")
EMULATIONS = {"x64": "i386pep", "x86": "i386pe"}
"""The machines that Debian's GNU ld links for, by the emulation that -m names."""
CORE = "LIBRARY core.sys\nEXPORTS\nCoreOpen@4\nCoreClose@4\nCoreAdd@8\nCoreSessions DATA\n"
_EXPORTS = ("/export:CoreOpen", "/export:CoreClose", "/export:CoreAdd", "/export:CoreSessions,DATA")


def settings(driver: str, machine: str, *profiles: str) -> CheckSettings:
    """The settings for a sample driver's image."""
    words = ("base", *profiles, *(["export"] if driver == "core" else []))
    return CheckSettings(profiles=words, machine=machine)


def _object(driver: str, machine: str, folder: Path) -> Path:
    source = ROOT / "drivers" / driver / f"{driver}.c"
    return compile_driver(source, machine, "release", folder / f"{driver}.obj")


def _definitions(driver: str) -> dict[str, str]:
    """The modules that a driver imports from, as definition files."""
    more = {"core": CORE} if driver == "client" else {}
    return {"ntoskrnl": KERNEL, "hal": HAL, **more}


def _short_libraries(driver: str, machine: str, folder: Path) -> list[Path]:
    return [
        import_library(text, machine, folder / f"{name}.lib")
        for name, text in _definitions(driver).items()
    ]


def _options(driver: str, machine: str) -> list[str]:
    exports = _EXPORTS if driver == "core" else ()
    words = ["/driver", "/subsystem:native", "/nodefaultlib", "/entry:DriverEntry"]
    return [*words, f"/machine:{machine}", *exports]


def by_pelink(driver: str, machine: str, folder: Path) -> bytes:
    """The image of a sample driver by pelink."""
    inputs = [_object(driver, machine, folder), *_short_libraries(driver, machine, folder)]
    return link(inputs, options_from_argv(_options(driver, machine))).image


def by_lld(driver: str, machine: str, folder: Path) -> bytes:
    """The image of a sample driver by lld-link."""
    inputs = [_object(driver, machine, folder), *_short_libraries(driver, machine, folder)]
    out = folder / "lld.sys"
    linker = peers.require("lld-link")
    command = [linker, "/lldmingw", *_options(driver, machine), f"/out:{out}", *inputs]
    subprocess.run(command, check=True, capture_output=True)
    return out.read_bytes()


def _undecorated(text: str) -> str:
    return re.sub(r"(?m)^@?(\w+)@\d+", r"\1", text)


def _long_library(name: str, text: str, machine: str, folder: Path) -> Path:
    """An import library by dlltool; argument sizes in the list count on x86 only."""
    definition, library = folder / f"{name}.def", folder / f"lib{name}.a"
    definition.write_text(text if machine == "x86" else _undecorated(text))
    kill = ["-k"] if machine == "x86" else []
    command = [peers.require(f"dlltool-{machine}"), *kill, "-d", definition, "-l", library]
    subprocess.run(command, check=True)
    return library


def _gnu(driver: str, machine: str, folder: Path, *options: str | Path) -> bytes:
    out, entry = folder / "ld.sys", "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    linker, built = peers.require(f"ld-{machine}"), _object(driver, machine, folder)
    libraries = [
        _long_library(name, text, machine, folder) for name, text in _definitions(driver).items()
    ]
    exports: list[str | Path] = []
    if driver == "core":
        (folder / "exports.def").write_text(_undecorated(CORE))
        exports = ["-shared", "--enable-stdcall-fixup", folder / "exports.def"]
    command = [
        linker, "-m", EMULATIONS[machine], "--subsystem", "native", "--dynamicbase", "--nxcompat",
        # Its own script knows .debug$S and .debug$T, and not the hashes of types in .debug$H.
        "--strip-debug", "-e", entry, *options, "-o", out, built, *exports, *libraries,
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return out.read_bytes()


def by_gnu_ld(driver: str, machine: str, folder: Path) -> bytes:
    """The image of a sample driver by GNU ld and its own script."""
    return _gnu(driver, machine, folder)


def by_gnu_ld_with_script(driver: str, machine: str, folder: Path) -> bytes:
    """The image of a sample driver by GNU ld and the script that ntbuild renders."""
    path = folder / "driver.ld"
    text = linker_script(None, name=driver, machine=machine, entry="DriverEntry", sections=())
    path.write_text(text)
    return _gnu(driver, machine, folder, "-T", path)


Linker = Callable[[str, str, Path], bytes]
LINKERS: dict[str, tuple[Linker, tuple[str, ...]]] = {
    "pelink": (by_pelink, tuple(MACHINES)),
    "lld-link": (by_lld, tuple(MACHINES)),
    "GNU ld": (by_gnu_ld, tuple(EMULATIONS)),
    "GNU ld with our script": (by_gnu_ld_with_script, tuple(EMULATIONS)),
}
"""Every linker by name, and the machines that it links for."""

SAMPLES = [
    (linker, driver, machine)
    for linker, (_, machines) in LINKERS.items()
    for driver in DRIVERS
    for machine in machines
]


def sample(linker: str, driver: str, machine: str, folder: Path) -> bytes:
    """The image of a sample driver by a linker for a machine."""
    return LINKERS[linker][0](driver, machine, folder)
