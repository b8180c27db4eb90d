"""The tools that tests compare with and pip cannot bring: where they are, or why a test is skipped.

``peers.require("lld-link")`` gives the program's path. A missing peer skips the test with one line
that says how to install it; under ``NTBUILD_REQUIRE_PEERS=1`` (the continuous build, after it
installed them all) it fails, so that no test is skipped there unseen.
"""

import functools
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_LLVM = ("22", "21", "20", "19", "18", "17", "16")


@dataclass(frozen=True, slots=True)
class Peer:
    """A program by the names it may have, newest first, and what it comes in.

    ``package`` is Debian's, unless ``install`` names another command that brings packages.
    """

    package: str
    programs: tuple[str, ...]
    install: str = "apt install"


def _llvm(program: str, package: str) -> Peer:
    names = (f"/usr/lib/llvm-{version}/bin/{program}" for version in _LLVM)
    return Peer(package, (*names, *(f"{program}-{version}" for version in _LLVM), program))


def _gnu(program: str, triple: str, package: str) -> Peer:
    return Peer(package, (f"{triple}-{program}",))


def _npm(package: str, file: str) -> Peer:
    """A file of an npm package that was installed for everybody."""
    folders = ("/usr/local/lib/node_modules", "/usr/lib/node_modules")
    return Peer(
        package, tuple(f"{folder}/{package}/{file}" for folder in folders), "npm install -g"
    )


WINE_X86 = os.environ.get("WINEDLLPATH", "/usr/lib/i386-linux-gnu/wine")
"""Where Wine's DLLs for programs of x86 are."""

_MULTITOOL = "@microsoft/sarif-multitool-linux"
_X64, _X86 = "x86_64-w64-mingw32", "i686-w64-mingw32"

PEERS = {
    "clang": _llvm("clang", "clang-19"),
    "lld-link": _llvm("lld-link", "lld-19"),
    **{
        name: _llvm(name, "llvm-19")
        for name in (
            "llvm-ar",
            "llvm-cvtres",
            "llvm-dlltool",
            "llvm-dwarfdump",
            "llvm-lib",
            "llvm-ml",
            "llvm-nm",
            "llvm-objcopy",
            "llvm-objdump",
            "llvm-pdbutil",
            "llvm-rc",
            "llvm-readobj",
            "llvm-symbolizer",
            "llvm-undname",
        )
    },
    "gcc": Peer("gcc libc6-dev", ("gcc",)),
    "gcc-x64": _gnu("gcc", _X64, "gcc-mingw-w64-x86-64"),
    "gcc-x86": _gnu("gcc", _X86, "gcc-mingw-w64-i686"),
    "g++-x64": _gnu("g++", _X64, "g++-mingw-w64-x86-64"),
    "g++-x86": _gnu("g++", _X86, "g++-mingw-w64-i686"),
    **{
        f"{program}-{name}": _gnu(program, triple, package)
        for name, triple, package in (
            ("x64", _X64, "binutils-mingw-w64-x86-64"),
            ("x86", _X86, "binutils-mingw-w64-i686"),
        )
        for program in ("ar", "dlltool", "ld", "objdump", "windmc", "windres")
    },
    "cabextract": Peer("cabextract", ("cabextract",)),
    **{name: Peer(name, (name,)) for name in ("ccache", "distcc", "sccache")},
    "distccd": Peer("distcc", ("distccd",)),
    "certtool": Peer("gnutls-bin", ("certtool",)),
    "cargo": Peer("cargo", ("/usr/bin/cargo",)),  # Debian's, which goes with its rustc
    "gcab": Peer("gcab", ("gcab",)),
    "chromium": Peer("chromium", ("chromium",)),
    "cmake": Peer("cmake", ("cmake",)),
    "lldb": _llvm("lldb", "lldb"),
    "make": Peer("make", ("make",)),
    "nasm": Peer("nasm", ("nasm",)),
    "openssl": Peer("openssl", ("openssl",)),
    "osslsigncode": Peer("osslsigncode", ("osslsigncode",)),
    "qemu-x64": Peer("qemu-system-x86", ("qemu-system-x86_64",)),
    "qemu-arm": Peer("qemu-system-arm", ("qemu-system-arm",)),
    "qemu-x86": Peer("qemu-system-x86", ("qemu-system-x86_64",)),
    "qemu-arm64": Peer("qemu-system-arm", ("qemu-system-aarch64",)),
    "qemu-riscv64": Peer("qemu-system-misc", ("qemu-system-riscv64",)),
    # The system's own rustc: only that one has the windows target beside it.
    "rustc": Peer("rustc libstd-rust-dev-windows", ("/usr/bin/rustc",)),
    "sbverify": Peer("sbsigntool", ("sbverify",)),
    "speakeasy": Peer("speakeasy-emulator", ("speakeasy",), "pipx install"),
    "sarif-multitool": _npm(_MULTITOOL, "Sarif.Multitool"),
    "pkcs11-tool": Peer("opensc", ("pkcs11-tool",)),
    "softhsm2-util": Peer("softhsm2", ("softhsm2-util",)),
    "unzip": Peer("unzip", ("unzip",)),
    "zensical": Peer(
        "'ntbuild[docs]'", (str(Path(sys.prefix, "bin", "zensical")), "zensical"), "pip install"
    ),
    "wine": Peer("wine64", ("wine64", "/usr/lib/wine/wine64", "wine")),
    "wineserver": Peer("wine64", ("wineserver", "/usr/lib/wine/wineserver64", "wineserver64")),
}
"""Every peer by the name tests use."""

FILES = {
    "axe-core": _npm("axe-core", "axe.min.js"),
    "delay-load helper": Peer(
        "mingw-w64-x86-64-dev", ("/usr/x86_64-w64-mingw32/lib/libmingwex.a",)
    ),
    "faketime": Peer("faketime", ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",)),
    "firmware-x64": Peer("ovmf", ("/usr/share/OVMF/OVMF_CODE.fd",)),
    "firmware-arm64": Peer("qemu-efi-aarch64", ("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",)),
    "u-boot-arm64": Peer("u-boot-qemu", ("/usr/lib/u-boot/qemu_arm64/u-boot.bin",)),
    "u-boot-riscv64": Peer("u-boot-qemu", ("/usr/lib/u-boot/qemu-riscv64/u-boot.bin",)),
    "wine-x86": Peer(
        "libwine:i386 (its DLLs, as .ci/run unpacks them)",
        (f"{WINE_X86}/i386-windows/ntdll.dll",),
    ),
    "softhsm2": Peer(
        "softhsm2",
        ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so"),
    ),
    "sarif-schema": _npm(_MULTITOOL, "sarif-2.1.0.json"),
}
"""Files that peers need, by the name tests use."""


@functools.cache
def find(name: str) -> str | None:
    """The path of a peer, None when it is not installed; KeyError for a name not in the table."""
    for program in PEERS[name].programs:
        path = program if Path(program).is_file() else shutil.which(program)
        if path:
            return path
    return None


def required() -> bool:
    """Whether a missing peer is a failure."""
    return os.environ.get("NTBUILD_REQUIRE_PEERS", "") not in ("", "0")


def require(name: str) -> str:
    """The path of a peer; else the test is skipped, or fails when peers are required."""
    return _present(name, find(name), PEERS[name])


def require_file(name: str) -> str:
    """The path of a peer's file; else as `require`."""
    peer = FILES[name]
    found = next((path for path in peer.programs if Path(path).is_file()), None)
    return _present(name, found, peer)


def _present(name: str, path: str | None, peer: Peer) -> str:
    if path is None:
        text = f"peer {name} is not installed: {peer.install} {peer.package}"
        if required():
            pytest.fail(text, pytrace=False)
        pytest.skip(text)
    return path


def require_toolchain(name: str, machine: str) -> None:
    """The compiler of a toolchain; else the test is skipped, or fails when peers are required.

    A machine that the toolchain does not make code for is neither: parametrise without it.
    """
    from ntbuild import ToolchainError, load_toolchains

    toolchains = Path(__file__).parents[1] / "toolchains"
    try:
        load_toolchains(toolchains)[name].locate(machine)
    except ToolchainError as error:
        if required():
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
