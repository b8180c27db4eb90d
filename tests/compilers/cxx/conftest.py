"""Drivers in C++ with the C++ run-time: compiled, linked, and run in an emulated processor."""

import subprocess
from pathlib import Path

import pytest

from compilers.compiling import command, compile_to, toolchains
from ntbuild import link, options_from_argv
from ntbuild.building.steps import ArchiveStep, ImportLibraryStep
from ntbuild.compilers.libraries import cxx_sources, runtime_sources

HERE = Path(__file__).parent
TRIPLES = {"x64": "x86_64", "x86": "i686", "arm64": "aarch64"}


def compile_msvc(output, name, machine, flavor, source, *flags):
    """Compile with cl's ABI and mingw-w64's headers."""
    argv = command(toolchains()[name], machine, flavor, source, output, *flags)
    argv.remove("-fno-auto-import")
    argv += [
        f"--target={TRIPLES[machine]}-pc-windows-msvc",
        *("-fms-compatibility-version=0", "-D__GNUC__=4", "-D__GNUC_MINOR__=2"),
        *("-D__GNUC_PATCHLEVEL__=1", "-Wno-everything", "-Wno-unused-command-line-argument"),
        *(("-D_X86_=1", "-mrtd") if machine == "x86" else ()),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return output


class Library:
    """The libraries of a toolchain and a machine."""

    def __init__(self, folder, name, machine):
        self.folder, self.cell = folder, (name, machine, "release")
        toolchain = toolchains()[name]
        self.paths = [
            self._archive("cxx", cxx_sources(toolchain)),
            self._archive("runtime", runtime_sources(toolchain, machine)),
            *(self._imports(module, toolchain) for module in ("ntoskrnl", "hal")),
        ]

    def _archive(self, name, sources):
        objects = [
            str(compile_to(self.folder / f"{name}-{path.name}.o", *self.cell, path))
            for path in sources
        ]
        path = str(self.folder / f"{name}.lib")
        ArchiveStep(self.cell[1]).run(objects, [path])
        return path

    def _imports(self, module, toolchain):
        path = str(self.folder / f"{module}.lib")
        step = ImportLibraryStep(module, self.cell[1], False, toolchain.directory / "defs")
        step.run([], [path, str(self.folder / f"{module}.def")])
        return path


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """A cell's libraries, made once."""
    made = {}

    def find(name, machine):
        if (name, machine) not in made:
            folder = tmp_path_factory.mktemp("cxx")
            made[name, machine] = Library(folder, name, machine)
        return made[name, machine]

    return find


@pytest.fixture
def built(library, tmp_path):
    """Compile and link a driver of sources; what the link gives."""

    def build(sources, name, machine, dialect="gnu", flavor="release", flags=(), argv=()):
        compile_source = compile_msvc if dialect == "msvc" else compile_to
        paths = [HERE / each if isinstance(each, str) else each for each in sources]
        cell = (name, machine, flavor)
        objects = [
            str(compile_source(tmp_path / f"{path.stem}-{dialect}.obj", *cell, path, *flags))
            for path in paths
        ]
        decorate = ("_", "@8") if machine == "x86" else ("", "")
        next_is = "=".join(name.join(decorate) for name in ("NtbuildCxxNext", "DriverEntry"))
        options = options_from_argv(
            ["/driver", "/entry:NtbuildCxxEntry", f"/alternatename:{next_is}", *argv]
        )
        return link([*objects, *library(name, machine).paths], options)

    return build
