"""``ntbuild doctor``: what is installed here, what it is for, and how to get what is not.

The exit code is 0 when a driver can be built: a small one is compiled, linked and validated in
memory, with the default toolchain or the one that ``--toolchain`` names. A kit that is named has to
be there, too. Everything else is optional, and says what it would be for.

    ok        build              a driver of 4096 bytes for x64 was compiled, linked and validated
    ok        toolchain zig      clang version 22.1.8 (x64, x86, arm64, arm)
    optional  engine qemu        not here; the second engine of scons run: apt-get install ...
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
from ntbuild.compilers.masm.tool import llvm_ml_names
from ntbuild.compilers.matrix import DEFAULTS, known_toolchains
from ntbuild.compilers.toolchain import MACHINES, Toolchain, ToolchainError
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .common import UsageError, parser_of
from .first_build import build_hello

_EPILOG: Final = (
    "exit code: 0 a driver can be built, 1 it cannot, or the kit of --kit is not there, "
    "2 unusable options"
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that ntbuild or its users may use: names to look for, what for, how to get it."""

    name: str
    programs: tuple[str, ...]
    purpose: str
    install: str


TOOLS: Final = (
    Tool(
        "qemu, x64 and x86",
        ("qemu-system-x86_64",),
        "the second engine of scons run; a driver is proved by two",
        "apt-get install qemu-system-x86",
    ),
    Tool(
        "qemu, arm64",
        ("qemu-system-aarch64",),
        "the second engine of scons run for arm64",
        "apt-get install qemu-system-arm",
    ),
    Tool(
        "llvm-ml",
        llvm_ml_names(),
        "assembles Microsoft's .asm sources",
        "apt-get install llvm-19",
    ),
    Tool("nasm", ("nasm",), "assembles sources for NASM", "apt-get install nasm"),
    Tool("rustc", ("rustc",), "compiles drivers in Rust", "apt-get install rustc cargo"),
    Tool(
        "wine",
        ("wine64", "wine"),
        "a further engine, for ntbuild run --engine wine",
        "apt-get install wine",
    ),
    Tool(
        "speakeasy",
        ("speakeasy",),
        "a further engine, for ntbuild run --engine speakeasy",
        "pipx install speakeasy-emulator",
    ),
    Tool("ccache", ("ccache",), "keeps objects between builds", "apt-get install ccache"),
    Tool("sccache", ("sccache",), "shares objects between machines", "apt-get install sccache"),
)
PACKAGES: Final = (
    (
        "unicorn",
        "the first engine of scons run; a driver is proved by two",
        "pip install 'ntbuild[run]'",
    ),
    (
        "cryptography",
        "signs packages, and checks signatures",
        "pip install 'ntbuild[signed]'",
    ),
    (
        "cyclonedx-python-lib",
        "the SBOM of packages with archives",
        "pip install 'ntbuild[sbom]'",
    ),
    ("pydemumble", "C++ names in messages", "pip install 'ntbuild[demangle]'"),
)
"""Python packages that are no requirement, with what they are for and how to get them."""

OK: Final = "ok"
MISSING: Final = "missing"
BROKEN: Final = "broken"
OPTIONAL: Final = "optional"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report.

    ``state``: `OK`, `MISSING` for what builds need, `OPTIONAL` for what is not here and needed for
    what the text says, `BROKEN` for what was named and cannot be used.
    """

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
    kit = list(_kit(options.kit))
    lines = [
        first,
        *_python(),
        *(
            line
            for each in toolchains.values()
            for line in _toolchain(each, is_wanted=each.name == options.toolchain)
        ),
        *(_package(*each) for each in PACKAGES),
        *map(_tool, TOOLS),
        _framework(os.environ),
        *kit,
    ]
    width = max(len(each.subject) for each in lines)
    rows = [f"{each.state:8}  {each.subject:{width}}  {each.text}" for each in lines]
    is_well = first.state == OK and not (options.kit != "auto" and kit[0].state == BROKEN)
    if is_well:
        rows += [
            "",
            "Drivers can be built. What is optional is needed for what its line says only.",
        ]
    return CommandResult(CLEAN if is_well else FOUND, "\n".join(rows))


def _build(toolchain: Toolchain, machine: str) -> Line:
    """Whether a driver can be built, shown by building one."""
    try:
        size = build_hello(toolchain, machine)
    except ToolchainError as failure:
        return Line(BROKEN, "build", printable(str(failure)))
    done = f"a driver of {size} bytes for {machine} was compiled, linked and validated"
    return Line(OK, "build", f"{done} with {toolchain.name}")


def _python() -> Iterator[Line]:
    system = f"{platform.system()} {platform.machine()}"
    yield Line(OK, "python", f"{platform.python_version()} on {system}, {sys.executable}")
    for package in ("scons", "numpy", "ziglang"):
        try:
            yield Line(OK, package, metadata.version(package))
        except metadata.PackageNotFoundError:
            yield Line(MISSING, package, f"pip install {package}")


def _toolchain(toolchain: Toolchain, *, is_wanted: bool) -> Iterator[Line]:
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
        yield Line(OK, subject, f"{printable(version)} ({', '.join(names)})")
    for install, names in reasons.items():
        state = MISSING if is_wanted else OPTIONAL
        yield Line(state, subject, f"not here for {', '.join(names)}: {install}")


def _framework(environment: Mapping[str, str]) -> Line:
    """The WDF headers that NTBUILD_WDF names."""
    subject = "WDF headers"
    folder = environment.get("NTBUILD_WDF", "")
    if not folder:
        text = "not named, and not needed for KMDF: Microsoft's headers in place of ntbuild's, by "
        text += "NTBUILD_WDF=FOLDER of github.com/microsoft/Windows-Driver-Frameworks"
        return Line(OPTIONAL, subject, text)
    versions = sorted(
        path.parent.name for path in Path(folder).glob("src/publicinc/wdf/kmdf/*/wdf.h")
    )
    if not versions:
        text = f"NTBUILD_WDF={printable(folder)}: no src/publicinc/wdf/kmdf/VERSION/wdf.h in it"
        return Line(BROKEN, subject, text)
    return Line(OK, subject, f"KMDF {', '.join(versions)} in {printable(folder)}")


def _kit(kit: str) -> Iterator[Line]:
    """What is found of a kit; one that is named and not there is broken."""
    checks: tuple[Check, ...] = examine(kit, os.environ, Path.cwd(), MACHINES)
    is_absent = kit == "auto" and len(checks) == 1
    for each in checks:
        state = OK if each.good else OPTIONAL if is_absent else BROKEN
        yield Line(state, each.subject, printable(each.text))


def _tool(tool: Tool) -> Line:
    found = [path for path in map(shutil.which, tool.programs) if path]
    if found:
        return Line(OK, tool.name, f"{found[0]}: {tool.purpose}")
    return Line(OPTIONAL, tool.name, f"not here; {tool.purpose}: {tool.install}")


def _package(name: str, purpose: str, install: str) -> Line:
    try:
        return Line(OK, name, f"{metadata.version(name)}: {purpose}")
    except metadata.PackageNotFoundError:
        return Line(OPTIONAL, name, f"not here; {purpose}: {install}")
