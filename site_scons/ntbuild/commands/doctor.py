"""``ntbuild doctor``: what is installed here, what it is for, and how to get what is missing.

The exit code is 0 when a driver can be built: a small one is compiled, linked and validated in
memory, with the default toolchain or the one that ``--toolchain`` names. Everything else is worth
having and no fault when it is missing.

    ok       build              a driver of 4 KiB for x64 was compiled, linked and validated
    ok       toolchain zig      clang version 22.1.8 (x64, x86, arm64, arm)
    missing  wine               runs drivers in the tests: apt-get install wine
"""

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Final

from ntbuild.compilers.kits.doctor import Check, examine
from ntbuild.compilers.matrix import DEFAULTS, known_toolchains
from ntbuild.compilers.toolchain import MACHINES, Toolchain, ToolchainError
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .common import UsageError, parser_of
from .first_build import build_hello

_EPILOG: Final = "exit code: 0 a driver can be built, 1 it cannot"


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that ntbuild or its users may use: names to look for, what for, how to get it."""

    name: str
    programs: tuple[str, ...]
    purpose: str
    install: str


TOOLS: Final = (
    Tool("wine", ("wine64", "wine"), "runs drivers in the tests", "apt-get install wine"),
    Tool(
        "qemu",
        ("qemu-system-x86_64", "qemu-system-aarch64"),
        "runs a Windows of yours with a driver in it",
        "apt-get install qemu-system-x86 qemu-system-arm",
    ),
    Tool("ccache", ("ccache",), "keeps objects between builds", "apt-get install ccache"),
    Tool("sccache", ("sccache",), "shares objects between machines", "apt-get install sccache"),
    Tool("osslsigncode", ("osslsigncode",), "signs images", "apt-get install osslsigncode"),
    Tool("ld.lld", ("lld-link",), "a second linker to compare with", "apt-get install lld"),
)
PACKAGES: Final = (
    ("cryptography", "pecheck checks signatures with it", "pip install 'ntbuild[signed]'"),
    ("pydemumble", "C++ names in messages", "pip install 'ntbuild[demangle]'"),
)
"""Optional Python packages, with what they are for and how to get them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report; `state` is ok, missing, or broken."""

    state: str
    subject: str
    text: str


def run(arguments: Sequence[str]) -> CommandResult:
    """Examine this machine. Raises UsageError."""
    parser = parser_of(
        "doctor", "What is here to build drivers with, and what is missing.", _EPILOG
    )
    add = parser.add_argument
    add("--toolchain", default=DEFAULTS["toolchain"], help="the one that must work (default: zig)")
    add("--arch", default=DEFAULTS["arch"], choices=MACHINES, help="the machine (default: x64)")
    add("--kit", default="auto", metavar="FOLDER", help="a Windows driver kit (default: search)")
    options = parser.parse_args(arguments)
    try:
        toolchains = known_toolchains()
    except ToolchainError as failure:
        raise UsageError(str(failure)) from failure
    if options.toolchain not in toolchains:
        raise UsageError(f"--toolchain: it is one of {', '.join(toolchains)}")
    first = _build(toolchains[options.toolchain], options.arch)
    lines = [
        first,
        *_python(),
        *(line for each in toolchains.values() for line in _toolchain(each)),
        _framework(os.environ),
        *_kit(options.kit),
        *map(_tool, TOOLS),
        *(_package(*each) for each in PACKAGES),
    ]
    width = max(len(each.subject) for each in lines)
    text = "\n".join(f"{each.state:8} {each.subject:{width}}  {each.text}" for each in lines)
    return CommandResult(CLEAN if first.state == "ok" else FOUND, text)


def _build(toolchain: Toolchain, machine: str) -> Line:
    """Whether a driver can be built, shown by building one."""
    try:
        size = build_hello(toolchain, machine)
    except ToolchainError as failure:
        return Line("broken", "build", printable(str(failure)))
    done = f"a driver of {size} bytes for {machine} was compiled, linked and validated"
    return Line("ok", "build", f"{done} with {toolchain.name}")


def _python() -> Iterator[Line]:
    system = f"{platform.system()} {platform.machine()}"
    yield Line("ok", "python", f"{platform.python_version()} on {system}, {sys.executable}")
    for package in ("scons", "numpy", "ziglang"):
        try:
            yield Line("ok", package, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Line("missing", package, f"pip install {package}")


def _toolchain(toolchain: Toolchain) -> Iterator[Line]:
    """A row for each version of the compiler that was found, or how to get one."""
    machines: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    for machine in toolchain.machines:
        try:
            version = toolchain.locate(machine).version
            toolchain.header_directories(machine)
            machines.setdefault(version, []).append(machine)
        except ToolchainError:
            reasons.setdefault(toolchain.install, []).append(machine)
    subject = f"toolchain {toolchain.name}"
    for version, names in machines.items():
        yield Line("ok", subject, f"{printable(version)} ({', '.join(names)})")
    for install, names in reasons.items():
        yield Line("missing", subject, f"{', '.join(names)}: {install}")


def _framework(environment: Mapping[str, str]) -> Line:
    """The WDF headers that NTBUILD_WDF names."""
    subject = "WDF headers"
    folder = environment.get("NTBUILD_WDF", "")
    if not folder:
        text = "KMDF's own headers, in place of ntbuild's: git clone --depth 1 "
        text += "https://github.com/microsoft/Windows-Driver-Frameworks, and NTBUILD_WDF=FOLDER"
        return Line("missing", subject, text)
    versions = sorted(
        path.parent.name for path in Path(folder).glob("src/publicinc/wdf/kmdf/*/wdf.h")
    )
    if not versions:
        text = f"NTBUILD_WDF={printable(folder)}: no src/publicinc/wdf/kmdf/VERSION/wdf.h in it"
        return Line("broken", subject, text)
    return Line("ok", subject, f"KMDF {', '.join(versions)} in {printable(folder)}")


def _kit(kit: str) -> Iterator[Line]:
    checks: tuple[Check, ...] = examine(kit, os.environ, Path.cwd(), MACHINES)
    for each in checks:
        state = "ok" if each.good else "missing" if len(checks) == 1 else "broken"
        yield Line(state, each.subject, printable(each.text))


def _tool(tool: Tool) -> Line:
    found = [path for path in map(shutil.which, tool.programs) if path]
    if found:
        return Line("ok", tool.name, f"{found[0]}: {tool.purpose}")
    return Line("missing", tool.name, f"{tool.purpose}: {tool.install}")


def _package(name: str, purpose: str, install: str) -> Line:
    try:
        return Line("ok", name, f"{metadata.version(name)}: {purpose}")
    except metadata.PackageNotFoundError:
        return Line("missing", name, f"{purpose}: {install}")
