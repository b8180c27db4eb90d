"""Rust's compiler: which rustc and cargo a crate is built with, and for which target.

rustup chooses a compiler by the folder that it is called in (``rust-toolchain.toml``), so the
compiler is asked there. As for cargo itself, RUSTC and CARGO in the environment name others.

A target is usable when its core library is installed: `usable_target` takes the first of `TARGETS`
that has one. x86 has none, because its core library keeps values in SSE registers, which the kernel
of x86 does not save; a target of one's own (``target=``) is never questioned.

Sources: The rustc book "Platform Support"; The rustup book "Overrides"; The Cargo Book "Environment
Variables".
"""

import functools
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "x64": ("x86_64-pc-windows-msvc", "x86_64-pc-windows-gnu", "x86_64-pc-windows-gnullvm"),
    "arm64": ("aarch64-pc-windows-msvc", "aarch64-pc-windows-gnullvm"),
}
"""Targets by machine, the best first: only msvc has CodeView and control flow guard."""

_INSTALL: Final = "install Rust from https://rustup.rs, or Debian's packages rustc and cargo"
_UNSET: Final = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_RUSTFLAGS")
_UNSET_PREFIXES: Final = ("CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_BUILD_TARGET")
"""Variables of a shell that would change the code of a build."""


class RustError(Exception):
    """Rust is missing or has no such target; the text is one line that says what to do."""


@dataclass(frozen=True, slots=True)
class Rust:
    """A compiler: ``version`` is all that ``rustc -vV`` says, in a line; `sysroot` its folder."""

    rustc: str
    version: str
    sysroot: str

    @property
    def release(self) -> str:
        """The first words of its version, such as ``rustc 1.95.0``."""
        return " ".join(self.version.split()[:2])


@functools.cache
def find_rust(folder: str) -> Rust:
    """The compiler for a crate in `folder`. Raises RustError."""
    rustc = os.environ.get("RUSTC") or "rustc"
    version = " ".join(_answer(rustc, folder, "-vV"))
    return Rust(rustc, version, _answer(rustc, folder, "--print", "sysroot")[0])


def _answer(rustc: str, folder: str, *words: str) -> list[str]:
    """The lines that rustc prints. Raises RustError."""
    try:
        done = subprocess.run(
            [rustc, *words], cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise RustError(f"{rustc}: cannot be started: {error.strerror}; {_INSTALL}") from None
    lines = done.stdout.splitlines()
    if done.returncode or not lines:
        said = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise RustError(f"{rustc} {' '.join(words)}: {said}")
    return lines


def find_cargo() -> str:
    """The program cargo. Raises RustError."""
    cargo = os.environ.get("CARGO") or "cargo"
    if shutil.which(cargo) is None:
        raise RustError(f"{cargo}: not found; {_INSTALL}")
    return cargo


def usable_target(rust: Rust, machine: str) -> str:
    """The first target for a machine whose core library is installed. Raises RustError."""
    known = TARGETS.get(machine)
    if known is None:
        known_machines = " and ".join(TARGETS)
        raise RustError(
            f"Rust is for {known_machines}, not for {machine}, whose core library has code that a "
            "kernel cannot run; target= names a target of your own"
        )
    for target in known:
        libraries = Path(rust.sysroot, "lib", "rustlib", target, "lib")
        if any(libraries.glob("libcore-*.rlib")):
            return target
    debian = "; on Debian, apt install libstd-rust-dev-windows" * (machine == "x64")
    raise RustError(
        f"{rust.release} ({rust.sysroot}) has no core library for {machine}: "
        f"rustup target add {known[0]}{debian}"
    )


def environment() -> dict[str, str]:
    """The environment of a build: that of the shell, without what would change the code."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _UNSET and not name.startswith(_UNSET_PREFIXES)
    }
    return {**kept, "CARGO_INCREMENTAL": "0"}
