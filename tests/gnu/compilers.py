"""mingw gcc and clang with pelink as their linker, or with their own to compare with."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import peers

PROGRAMS = Path(__file__).with_name("programs")
HOME = Path(__file__).parents[2] / "site_scons"
TARGETS = {"x64": "x86_64-w64-windows-gnu", "x86": "i686-w64-windows-gnu"}


def pelink(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """The linker's command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "ntbuild.pelink", *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HOME)},
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Compiler:
    """A compiler that links with what stands in ``folder`` (None: with its own linker)."""

    name: str
    folder: Path | None

    def run(self, *words: str | Path, cwd: Path) -> str:
        """Compile or link, which must succeed; what was printed."""
        done = self.try_run(*words, cwd=cwd)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def try_run(self, *words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Compile or link; the caller checks the outcome."""
        program, _, machine = self.name.partition("-")
        command = [peers.require("clang" if program == "clang" else self.name)]
        if program == "clang":
            peers.require(f"gcc-{machine}")  # its start-up code and libraries
            command.append(f"--target={TARGETS[machine]}")
            command += [f"-fuse-ld={self.folder / 'ld'}"] if self.folder else []
        elif self.folder:
            command.append(f"-B{self.folder}")
        return subprocess.run(
            [*command, *map(str, words)], cwd=cwd, capture_output=True, text=True, check=False
        )
