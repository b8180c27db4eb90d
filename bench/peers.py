"""The programs that pelink is compared with, and the compiler of the workloads."""

import re
import shutil
import subprocess
from pathlib import Path

_LLVM = ("19", "22", "21", "20", "18", "17", "16")


def _llvm(program: str) -> tuple[str, ...]:
    """Names to try for a program of LLVM; 19 first, as the published figures are with it."""
    return (
        *(f"/usr/lib/llvm-{version}/bin/{program}" for version in _LLVM),
        *(f"{program}-{version}" for version in _LLVM),
        program,
    )


PROGRAMS = {
    "clang": _llvm("clang"),
    "lld": _llvm("lld-link"),
    "ld": ("x86_64-w64-mingw32-ld",),
}


def find(name: str) -> str | None:
    """The path of a program, None when it is not installed."""
    for each in PROGRAMS[name]:
        path = each if Path(each).is_file() else shutil.which(each)
        if path:
            return path
    return None


def version_of(program: str) -> str:
    """The version that a program states in the first line of its help."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    line = (done.stdout or done.stderr).splitlines()[:1]
    found = re.search(r"\d+\.\d+(\.\d+)?", line[0]) if line else None
    return found[0] if found else "?"
