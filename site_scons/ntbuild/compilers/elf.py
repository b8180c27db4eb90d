"""The command lines of ELF modules and programs, which ``toolchains/elf/elf.toml`` has as a table.

Machines here are those of kernels of one's own: NT has no drivers for most. Compiler and linker are
clang and ld.lld of the ziglang wheel, whichever toolchain the drivers of a build have.

    table = elf_table()
    table.kind("shared").suffix                        # ".so"
    table.flags("riscv64", "shared", "release", "c")   # ("--target=riscv64-unknown-elf", ...)
"""

import functools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ntbuild.support.toml_table import Table, TableError, read_toml
from ntbuild.support.values import dataclass

from .flag_table import FLAVORS, LANGUAGES
from .matrix import toolchains_folder
from .search import Candidate, Compiler, ToolNotFoundError, in_package, locate
from .toolchain import ToolchainError

MACHINES: Final = ("x64", "arm64", "riscv64", "mipsel", "loongarch64")
MODULES: Final = ("relocatable", "emit-relocs", "shared")
"""The flavors of ``env.ElfModule``."""
PROGRAM: Final = "program"
KINDS: Final = (*MODULES, PROGRAM)


@dataclass(frozen=True, slots=True)
class Kind:
    """A form that ld.lld gives: the suffix of its files, what may be set, for which machines."""

    name: str
    suffix: str
    keywords: frozenset[str]
    machines: tuple[str, ...]
    about: str


@dataclass(frozen=True, slots=True)
class Row:
    """Words of a command line, the reason for them, and what they are for."""

    use: tuple[str, ...]
    reason: str
    machines: frozenset[str]
    kinds: frozenset[str]
    builds: frozenset[str]
    languages: frozenset[str]


@dataclass(frozen=True, slots=True)
class ElfTable:
    """The table; a row that names no machine, kind, build or language is for each of them."""

    triples: tuple[tuple[str, str], ...]
    kinds: tuple[Kind, ...]
    compile_rows: tuple[Row, ...]
    path_rows: tuple[Row, ...]
    link_rows: tuple[Row, ...]
    compiler: Candidate
    linker: Candidate
    header_package: str
    header_path: str
    install: str

    def kind(self, name: str) -> Kind:
        """A kind by its name; KeyError."""
        return {each.name: each for each in self.kinds}[name]

    def flags(self, machine: str, kind: str, build: str, language: str) -> tuple[str, ...]:
        """What a source is compiled with; equal in every checkout. ``build``: of `FLAVORS`."""
        triple = dict(self.triples)[machine]
        words = _selected(self.compile_rows, machine, kind, build, language)
        return tuple(each.replace("{triple}", triple) for each in words)

    def path_flags(self, machine: str, kind: str, root: str) -> tuple[str, ...]:
        """What keeps the folder `root` out of an object."""
        words = _selected(self.path_rows, machine, kind)
        return tuple(each.replace("{root}", root) for each in words)

    def link_flags(self, machine: str, kind: str, base: int = 0) -> tuple[str, ...]:
        """What ld.lld is called with, apart from the entry and the files."""
        words = _selected(self.link_rows, machine, kind)
        return tuple(each.replace("{base}", hex(base)) for each in words)

    def find_compiler(self) -> Compiler:
        """clang. Raises ToolchainError, which says how to install it."""
        return self._find("clang for ELF", self.compiler)

    def find_linker(self) -> Compiler:
        """ld.lld. Raises ToolchainError."""
        return self._find("ld.lld", self.linker)

    def header_folder(self) -> str:
        """The folder of the compiler's own headers. Raises ToolchainError."""
        found = in_package(self.header_package, self.header_path)
        if found is None or not found.is_dir():
            raise ToolchainError(f"headers of clang for ELF: not found; {self.install}")
        return str(found)

    def _find(self, what: str, candidate: Candidate) -> Compiler:
        try:
            return locate(what, (candidate,), "", ("--version",), self.install)
        except ToolNotFoundError as error:
            raise ToolchainError(str(error)) from error


def _selected(rows: tuple[Row, ...], machine: str, kind: str, *more: str) -> Iterator[str]:
    """The words of rows; ``more``: a build and a language, for those that tell them apart."""
    for row in rows:
        if machine not in row.machines or kind not in row.kinds:
            continue
        if not more or (more[0] in row.builds and more[1] in row.languages):
            yield from row.use


@functools.cache
def elf_table() -> ElfTable:
    """The table that comes with ntbuild, read once. Raises ToolchainError when it is wrong."""
    return read_elf_table(toolchains_folder() / "elf" / "elf.toml")


def read_elf_table(path: Path) -> ElfTable:
    """A table from a file. Raises ToolchainError, which names the file and the key."""
    try:
        top = read_toml(path)
        triples, headers = top.table("triples"), top.table("headers")
        headers.text("reason")
        table = ElfTable(
            triples=tuple((each, triples.text(each)) for each in MACHINES),
            kinds=tuple(_kind(each) for each in top.tables("kinds")),
            compile_rows=tuple(_row(each, ("triple",)) for each in top.tables("flags")),
            path_rows=tuple(_row(each, ("root",)) for each in top.tables("path_flags")),
            link_rows=tuple(_row(each, ("base",)) for each in top.tables("link")),
            compiler=_candidate(top.table("compiler")),
            linker=_candidate(top.table("linker")),
            header_package=headers.text("package"),
            header_path=headers.text("path"),
            install=top.text("install"),
        )
        for each in (triples, headers, top):
            each.close()
    except TableError as error:
        raise ToolchainError(str(error)) from error
    names = [each.name for each in table.kinds]
    if sorted(names) != sorted(KINDS):
        text = f"{path.name}: kinds: {', '.join(names)} are not {', '.join(KINDS)}"
        raise ToolchainError(text)
    return table


def _kind(table: Table) -> Kind:
    found = Kind(
        name=table.choice("name", KINDS),
        suffix=table.text("suffix"),
        keywords=table.choices("keywords", ("entry", "base")),
        machines=tuple(each for each in MACHINES if each in table.choices("machines", MACHINES)),
        about=table.text("about"),
    )
    table.close()
    return found


def _row(table: Table, words: tuple[str, ...]) -> Row:
    found = Row(
        use=table.templates("use", words),
        reason=table.text("reason"),
        machines=table.choices("machines", MACHINES),
        kinds=table.choices("kinds", KINDS),
        builds=table.choices("builds", FLAVORS),
        languages=table.choices("languages", LANGUAGES),
    )
    table.close()
    return found


def _candidate(table: Table) -> Candidate:
    package, program = table.text("package"), table.text("program")
    arguments = table.texts("arguments", ())
    table.close()
    return Candidate(" ".join((program, *arguments)), package, program, arguments)
