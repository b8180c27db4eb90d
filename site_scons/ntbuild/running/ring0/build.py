"""The engine's kernel: compiled and linked from ``toolchains/ring0`` once, then kept in a cache.

The kernel's name in the cache (`cache.cache_folder`) is the digest of ntbuild's version, of its
sources, of ntld and of the files that have the compiler's flags. These are not read as toolchains:
that takes as long as everything else that a run with nothing to do adds to a build.

The compiler is zig's, whatever compiles the driver: the kernel judges images, not compilers.
"""

import functools
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from ntbuild.compilers.kmdf_callbacks import arguments_with_callbacks
from ntbuild.compilers.matrix import known_toolchain, toolchains_folder
from ntbuild.compilers.toolchain import Toolchain, ToolchainError
from ntbuild.running.cache import BuildError, cache_folder
from ntbuild.support.outputs import write_all
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass
from ntbuild.support.version import __version__

_COMMON: Final = (
    *("main", "report", "memory", "images", "calls", "requests", "exceptions"),
    *("rtl", "ex", "ke", "io", "other", "filter", "filter_files", "filter_more", "port", "more"),
    *("framework", "framework_objects", "framework_devices", "framework_io", "framework_queues"),
    *("framework_sync", "framework_targets", "framework_lists", "framework_hardware"),
    *("framework_more", "files", "threads", "time", "timers"),
)
_OF_MACHINE: Final = {
    "x64": ("x64.S", "x86.c", "frames.c", "unwind_x64.c"),
    "x86": ("x86.S", "x86.c", "chain.c"),
    "arm64": ("arm64.S", "arm64.c", "frames.c", "unwind_arm64.c"),
    "arm": ("arm.S", "arm.c", "frames.c", "unwind_arm.c"),
}
_MORE_FLAGS: Final = ("-fno-builtin", "-fno-stack-protector", "-mguard=none")
BASES: Final = {"x64": 0x200000, "x86": 0x200000, "arm64": 0x40200000, "arm": 0x40200000}
"""Where the kernel of a machine is in physical memory."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """A kernel in the cache: its flat image, where it is loaded and where it is entered."""

    path: Path
    base: int
    entry: int


def fingerprint() -> str:
    """The digest of everything that the kernels are made of, 12 hexadecimal digits."""
    return _digest()[:12]


@functools.cache
def _digest() -> str:
    digest = hashlib.sha256(f"{__version__} {' '.join(_MORE_FLAGS)}".encode())
    flags = toolchains_folder() / "flags"
    for path in (*_sources_of_all(), toolchains_folder() / "zig.toml", *sorted(flags.iterdir())):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _toolchain() -> Toolchain:
    found = known_toolchain("zig")
    if found is None:
        raise BuildError("toolchain zig is missing")
    return found


def _folder() -> Path:
    return toolchains_folder() / "ring0"


def _sources_of_all() -> Iterator[Path]:
    ntld = toolchains_folder() / "ntld"
    yield from sorted(each for each in _folder().iterdir() if each.suffix in (".c", ".h", ".S"))
    yield from (ntld / "ntld.c", ntld / "ntld.h")
    yield from sorted((toolchains_folder() / "kmdf").glob("*.txt"))


def _flags(toolchain: Toolchain, machine: str, language: str) -> tuple[str, ...]:
    """Flags without the compiler's path and header folders."""
    flags = toolchain.flags(machine, "release", language, has_try=False)
    return (*flags, *_MORE_FLAGS)


def _files(machine: str) -> tuple[Path, Path]:
    path = cache_folder() / f"ring0-{machine}-{fingerprint()}.img"
    return path, path.with_suffix(".entry")


def is_cached(machine: str) -> bool:
    """Whether the kernel of a machine is there; making it takes some ten seconds."""
    return all(each.is_file() for each in _files(machine))


def cached_kernel(machine: str) -> Kernel:
    """The kernel of a machine, made when it is not in the cache. Raises BuildError."""
    path, entry = _files(machine)
    if not is_cached(machine):
        _make(machine, path, entry)
    return Kernel(path, BASES[machine], int(entry.read_text(encoding="ascii"), 16))


def _make(machine: str, path: Path, entry: Path) -> None:
    from ntbuild.pecoff.image.flat import entry_address, flat_image  # noqa: PLC0415 - once a cache

    with tempfile.TemporaryDirectory(prefix="ntbuild-ring0-") as name:
        objects = _compile(machine, Path(name))
        image = _link(machine, objects)
    address = f"{entry_address(image):#x}\n"
    write_all([(entry, address.encode()), (path, flat_image(image))])


def _compile(machine: str, folder: Path) -> list[Path]:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - once a cache

    toolchain = _toolchain()
    (folder / "framework_callbacks.h").write_text(_callbacks(), encoding="ascii")
    sources = [_folder() / f"{each}.c" for each in _COMMON]
    sources += [_folder() / each for each in _OF_MACHINE[machine]]
    sources.append(toolchains_folder() / "ntld" / "ntld.c")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        made = pool.map(lambda each: _compile_one(toolchain, machine, each, folder), sources)
        return list(made)


def _callbacks() -> str:
    """The framework's callbacks as rows of framework.c: the function, its argument, the member."""
    found = arguments_with_callbacks(toolchains_folder() / "kmdf")
    return "".join(
        f"MEMBER({function}, {each.index}, {each.structure}, {name})\n"
        if each.structure
        else f"CALLBACK({function}, {each.index}, {name})\n"
        for function, arguments in found.items()
        for each in arguments
        for name in each.callbacks
    )


def _compile_one(toolchain: Toolchain, machine: str, source: Path, folder: Path) -> Path:
    language = "assembler" if source.suffix == ".S" else "c"
    output = folder / f"{source.name}.obj"
    include = toolchain.include / "kmdf"
    try:
        compiler = toolchain.locate(machine).argv
        headers = toolchain.header_flags(machine)
    except ToolchainError as error:
        raise BuildError(str(error)) from error
    own = (_folder(), toolchains_folder() / "ntld", include, folder)
    folders = [f"-I{each}" for each in own]
    argv = [*compiler, *_flags(toolchain, machine, language), *folders, *headers]
    done = _run([*argv, "-c", str(source), "-o", str(output)])
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        lines = [each for each in said if "error:" in each] or said
        raise BuildError(f"{source.name} ({machine}): {printable(lines[0])}")
    return output


def _run(argv: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        argv, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def _link(machine: str, objects: Sequence[Path]) -> bytes:
    from ntbuild.pelink.options import LinkOptions  # noqa: PLC0415 - once a cache
    from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - as above

    # Boot code for x86 and x64 has 32-bit addresses in it, which cannot be relocated.
    fixed = machine in ("x64", "x86")
    options = LinkOptions(
        out="ring0.exe",
        machine=machine,
        subsystem="native",
        base=BASES[machine],
        fixed=fixed or None,
        nodefaultlib=True,
        entry="start",
    )
    return link(objects, options).image
