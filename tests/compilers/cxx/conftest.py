"""Drivers in C++ with the C++ run-time: compiled, linked, and run in an emulated processor."""

import pytest

from compilers.compiling import compile_to, toolchains
from ntbuild import link, options_from_argv
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.building.steps import ArchiveStep, ImportLibraryStep
from ntbuild.compilers.libraries import cxx_sources, runtime_sources


class Library:
    """The libraries of a toolchain and a machine."""

    def __init__(self, folder, name, machine):
        self.folder, self.cell = folder, (name, machine, "release")
        toolchain = toolchains()[name]
        self.paths = [
            self._archive("cxx", cxx_sources(toolchain)),
            self._archive("runtime", self._needed(runtime_sources(toolchain, machine))),
            *(self._imports(module, toolchain) for module in ("ntoskrnl", "hal")),
        ]

    @staticmethod
    def _needed(sources):
        return [path for path in sources if path.stem in ("pure_virtual", "fltused")]

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
        step = ImportLibraryStep(
            module, self.cell[1], additions=False, overlays=toolchain.directory / "defs"
        )
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


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """An object of a source's text, compiled once for each cell and set of flags."""
    folder = tmp_path_factory.mktemp("objects")
    made = {}

    def compile_text(text, name, machine, dialect, flavor, flags):
        key = (text, name, machine, dialect, flavor, flags)
        if key not in made:
            source = folder / f"{len(made)}.cpp"
            source.write_text(text, encoding="utf-8")
            given = {"dialect": dialect, "harden": False}
            compilation = compiling_of(Keywords(**given), given, machine).compilation
            output = folder / f"{len(made)}.obj"
            cell = (name, machine, flavor)
            made[key] = compile_to(output, *cell, source, *flags, compilation=compilation)
        return made[key]

    return compile_text


@pytest.fixture
def built(library, compiled):
    """Compile and link a driver of sources' texts; what the link gives."""

    def build(texts, name, machine, dialect="gnu", flavor="release", flags=(), argv=()):
        objects = [compiled(text, name, machine, dialect, flavor, flags) for text in texts]
        decorate = ("_", "@8") if machine == "x86" else ("", "")
        next_is = "=".join(name.join(decorate) for name in ("NtbuildCxxNext", "DriverEntry"))
        options = options_from_argv(
            ["/driver", "/entry:NtbuildCxxEntry", f"/alternatename:{next_is}", *argv]
        )
        return link([*map(str, objects), *library(name, machine).paths], options)

    return build
