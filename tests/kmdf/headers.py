"""KMDF's declarations as a compiler sees them: ours, or those of a checkout that NTBUILD_WDF names.

Everything goes through the clang of the wheel, which can print what it understood: the layouts of
structures, and types with their calling conventions.
"""

import functools
import os
import re
import subprocess
from pathlib import Path

from compilers.compiling import ROOT, sections, toolchains
from ntbuild.compilers.kmdf import VERSIONS

WDF = os.environ.get("NTBUILD_WDF")
OURS = ROOT / "toolchains" / "include" / "kmdf"
MACHINES = ("x64", "x86", "arm64")
MINORS = tuple(int(version[2:]) for version in VERSIONS)
EVERYTHING = """
#include <ntddk.h>
#include <wdf.h>
#include <wdfminiport.h>
#include <usb.h>
#include <usbdlib.h>
#include <wdfusb.h>
"""
# As MSVC: what an enumeration is and where a bit field lies does not depend on it, what a header of
# the WDK may say does.
_TARGETS = {
    "x64": ("x86_64", ()),
    "x86": ("i686", ("-mrtd", "-D_X86_=1", "-Di386=1", "-DSTD_CALL")),
    "arm64": ("aarch64", ()),
}
_MSVC = (
    "-fms-compatibility",
    "-fms-compatibility-version=0",
    "-D__GNUC__=4",
    "-D_Dispatch_type_(...)=",
    "-D_KERNEL_MODE",
    "-Wno-everything",
)


def checkout() -> Path | None:
    """The folder of WDF's own headers, one folder a version, or None."""
    return Path(WDF) / "src/publicinc/wdf/kmdf" if WDF else None


def gnu(machine: str, minor: int, flavor: str = "release", name: str = "zig") -> list[str]:
    """The command that compiles C for our headers as a driver is compiled by default."""
    return [
        *toolchains()[name].compile_argv(machine, flavor, "c"),
        *versions(minor, OURS),
    ]


def msvc(machine: str, minor: int, folder: Path = OURS, language: str = "c") -> list[str]:
    """The same with the msvc target, for headers of either origin."""
    cpu, more = _TARGETS[machine]
    argv = toolchains()["zig"].compile_argv(machine, "release", language)
    return [
        *(word for word in argv if word != "-fno-auto-import"),
        f"--target={cpu}-pc-windows-msvc",
        *_MSVC,
        *more,
        *versions(minor, folder),
    ]


def versions(minor: int, folder: Path) -> list[str]:
    """What names the version and finds the headers; before the DDK's own folders."""
    return ["-DKMDF_VERSION_MAJOR=1", f"-DKMDF_VERSION_MINOR={minor}", f"-I{folder}"]


@functools.cache
def printed(command: tuple[str, ...], *how: str) -> str:
    """What the compiler prints about EVERYTHING when told `how`."""
    done = subprocess.run(
        [*command, "-fsyntax-only", *how, "-x", "c", "-"],
        input=EVERYTHING,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def layouts(command: list[str], *, typed: bool = False) -> dict[str, list[str]]:
    """Each structure's `field=offset`, nested ones as `a.b`, and last its size, by its tag.

    With `typed` the field's type stands before it.
    """
    text = printed(tuple(command), "-Xclang", "-fdump-record-layouts-complete")
    found = {}
    for block in text.split("*** Dumping AST Record Layout")[1:]:
        lines = [line.partition(" | ") for line in block.splitlines() if " | " in line]
        tag = re.fullmatch(r"(?:struct|union) _(WDF\w+)", lines[0][2])
        if tag:
            found[tag[1]] = list(_fields(lines[1:], typed))
    return found


def _fields(lines, typed):
    path: list[str] = []
    for offset, _, text in lines:
        size = re.match(r"\[sizeof=(\d+)", text.strip())
        if size:
            yield f"size={size[1]}"
            return
        depth = (len(text) - len(text.lstrip())) // 2 - 1
        # Where an unnamed structure is declared is a path of this machine.
        placeless = re.sub(r"\((?:unnamed|anonymous)[^)]*\)", "(unnamed)", text.strip())
        kind, _, name = placeless.rpartition(" ")
        path[depth:] = ["(unnamed)" if name.endswith("(unnamed)") else name]
        kind = f"{kind} " if typed else ""
        yield f"{kind}{'.'.join(path)}={offset.strip()}"


def types(command: list[str]) -> dict[str, str]:
    """PFN_ and EVT_ types without parameters' names, with conventions where they differ (x86)."""
    text = printed(tuple(command), "-Xclang", "-ast-print")
    if not any("i686" in word for word in command):
        text = re.sub(r" __attribute__\(\((stdcall|fastcall|cdecl)\)\)", "", text)
    found = re.findall(r"^typedef (.*\b(?:PFN|EVT)_?WDF\w*\b.*);$", text, re.MULTILINE)
    return {re.search(r"(?:PFN|EVT)_?WDF\w*", line)[0]: line for line in found}


def functions(command: list[str]) -> set[str]:
    """The functions that a source may call."""
    text = printed(tuple(command), "-Xclang", "-ast-print")
    return set(re.findall(r"^[^;{}=]*\binline\b[^;{}=]*?\b(W[Dd][Ff]\w+)\(", text, re.MULTILINE))


def enumerators(command: list[str]) -> list[str]:
    """Every name of an enumeration whose own name starts with WDF."""
    text = printed(tuple(command), "-Xclang", "-ast-print")
    bodies = re.findall(r"enum _(?:WDF|Wdf)\w* \{(.*?)\}", text, re.DOTALL)
    return [name for body in bodies for name in re.findall(r"^\s*(\w+)", body, re.MULTILINE)]


def macros(command: list[str], folder: Path | str = "") -> set[str]:
    """The names that the headers of a folder, or all, define, without include guards."""
    text = printed(tuple(command), "-E", "-dD")
    found, inside = set(), False
    for line in text.splitlines():
        if line.startswith("# "):
            inside = str(folder) in line
        elif inside and line.startswith("#define "):
            found.add(re.match(r"#define (\w+)", line)[1])
    return {name for name in found if not re.fullmatch(r"_\w+_H_", name)}


def values(command: list[str], names: list[str], folder: Path) -> list[int]:
    """What the compiler takes enumerators or constants for."""
    source, output = folder / "values.c", folder / "values.obj"
    numbers = ",\n".join(f"(long long)({name})" for name in names)
    source.write_text(f"{EVERYTHING}\nconst long long values[] = {{\n{numbers}\n}};\n")
    done = subprocess.run(
        [*command, "-c", str(source), "-o", str(output)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (data,) = (data for name, _, data in sections(output) if name.startswith(".rdata") and data)
    return [
        int.from_bytes(data[at : at + 8], "little", signed=True) for at in range(0, len(data), 8)
    ]
