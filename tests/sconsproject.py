"""Real scons runs in a copy of the project."""

import fcntl
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PARTS = ("SConstruct", "drivers", "examples", "toolchains", "site_scons")
_FOREIGN = ("SOURCE_DATE_EPOCH", "SCONSFLAGS", "PYTHONHASHSEED")


@dataclass(frozen=True)
class Run:
    """What a scons run said: lines of stdout, the text of stderr, and the exit status."""

    lines: tuple[str, ...]
    errors: str
    status: int

    def steps(self, word: str) -> list[str]:
        """What was done under a word of the quiet command strings, such as CC or LINK."""
        return [line.split()[1] for line in self.lines if line.split()[:1] == [word]]

    @property
    def made(self) -> list[str]:
        """The lines of steps: without what a cache had, and without the block at the end."""
        shown = [each for each in self.lines if not each.startswith(("Retrieved `", "  "))]
        return [each for each in shown if not re.match(r"\d+ \w+ for ", each)]

    @property
    def text(self) -> str:
        """Everything on stdout."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Project:
    """A copy of the project."""

    root: Path

    def scons(self, *arguments: str, status: int = 0, **environment: str) -> Run:
        """Run scons quietly; the status must be the expected one, and there is no traceback."""
        command = [sys.executable, "-m", "SCons", "-Q", *arguments]
        inherited = {k: v for k, v in os.environ.items() if k not in _FOREIGN}
        done = subprocess.run(
            command,
            cwd=self.root,
            env=inherited | environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        said = f"{done.stdout}\n{done.stderr}"
        assert done.returncode == status, said
        assert "Traceback" not in said, said
        return Run(tuple(done.stdout.splitlines()), done.stderr, done.returncode)

    def copy(self, folder: Path) -> "Project":
        """Another folder with the same, what was built included."""
        shutil.copytree(self.root, folder)
        _copy_compiled(self.root / "site_scons", folder / "site_scons")
        return Project(folder)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace one text in a file, which must be there."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old!r}"
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def add(self, path: str, text: str) -> None:
        """Put text at the end of a file."""
        with (self.root / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def files(self, folder: str = "build") -> dict[str, bytes]:
        """Every file below a folder, by its path there."""
        top = self.root / folder
        return {
            path.relative_to(top).as_posix(): path.read_bytes()
            for path in sorted(top.rglob("*"))
            if path.is_file()
        }


class Outside(Project):
    """A project outside of the repository, which uses ntbuild from there.

    What every driver is linked with is compiled once per test run: a project that was never built
    gets it for its toolchain, with SCons's signatures, when its first build begins.
    """

    def scons(self, *arguments: str, status: int = 0, **environment: str) -> Run:
        """As `Project.scons`."""
        shared = os.environ.get("NTBUILD_TEST_SHARED")
        if shared and status == 0 and "-n" not in arguments and not (self.root / "build").exists():
            named = [each.partition("=")[2] for each in arguments if "toolchain=" in each]
            for toolchain in set(_SEEDED).intersection(named or ["zig"]):
                seeded(self.root, toolchain)
        return self.run(*arguments, status=status, **environment)

    def run(self, *arguments: str, status: int = 0, **environment: str) -> Run:
        """Run scons with what is there."""
        path = os.pathsep.join([str(ROOT / "site_scons"), os.environ.get("PYTHONPATH", "")])
        named = {"PYTHONPATH": path} | environment
        return super().scons(*arguments, status=status, **named)

    def write(self, path: str, text: str) -> None:
        """Write a file of the project."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


_SEEDED = {"zig": "x64,x86,arm64", "clang": "x64", "mingw": "x64"}
"""Toolchains and machines the libraries of which are compiled once."""
_SEED_SCRIPT = """\
from ntbuild import project

env = project("seed", toolchain="{toolchain}", arch="{machines}")
env.Driver("seed", ["seed.c"])
if "{toolchain}" != "mingw":
    env.Driver("seedpp", ["seedpp.cpp"], cxx_runtime="driver")
"""
_SEED_SOURCE = """\
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    (void)path;
    return STATUS_SUCCESS;
}
"""


def seeded(folder: Path, toolchain: str = "zig") -> None:
    """Copy the libraries of all drivers into a project; the first caller compiles them."""
    seed = Path(os.environ["NTBUILD_TEST_SHARED"], f"seed-{toolchain}")
    seed.mkdir(parents=True, exist_ok=True)
    with (seed / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (seed / "done").exists():
            project = Outside(seed / "project")
            script = _SEED_SCRIPT.format(toolchain=toolchain, machines=_SEEDED[toolchain])
            project.write("SConstruct", script)
            project.write("seed.c", _SEED_SOURCE)
            project.write("seedpp.cpp", _SEED_SOURCE.replace("DRIVER_I", 'extern "C" DRIVER_I'))
            project.run(shared_cache())
            (seed / "done").touch()
    for made in (seed / f"project/build/{toolchain}").glob("*/lib"):
        shutil.copytree(made, folder / "build" / toolchain / made.parent.name / "lib")
    shutil.copy(seed / "project/.sconsign.dblite", folder)


SAMPLES = (
    "client",
    "core",
    "cpp",
    "hello",
    "ioctl",
    "kmdf",
    "minifilter",
    "ramdisk",
    "seh",
)
"""Sample drivers for zig and x64."""

HELLO = "zig/x64/debug/drivers/hello/hello"
UP_TO_DATE = ("scons: `drivers' is up to date.",)


def shared_cache() -> str:
    """The variable that makes all processes of a test run compile a file of the project once.

    For builds that tests only read: what was compiled before is not among the steps of a run.
    """
    return f"cache={os.environ['NTBUILD_TEST_SHARED']}/cache"


def copy_of_sources(folder: Path, source: Path = ROOT) -> Project:
    """A checkout that was never built."""
    folder.mkdir(parents=True)
    skip = shutil.ignore_patterns("__pycache__", "*.pyc")
    for name in _PARTS:
        if (source / name).is_dir():
            shutil.copytree(source / name, folder / name, ignore=skip)
        else:
            shutil.copy2(source / name, folder / name)
    _copy_compiled(source / "site_scons", folder / "site_scons")
    return Project(folder)


def _copy_compiled(source: Path, folder: Path) -> None:
    """Let Python find under `folder` what it compiled of the same modules under `source`."""
    prefix = os.environ.get("PYTHONPYCACHEPREFIX")
    if prefix and (made := Path(prefix, *source.parts[1:])).is_dir():
        unfinished = shutil.ignore_patterns("*.pyc.*")  # another process is writing them
        target = Path(prefix, *folder.parts[1:])
        shutil.copytree(made, target, ignore=unfinished, copy_function=os.link)
