"""A compiler family described in TOML: where it is found and which flags it gets.

Flags of kernel code differ per machine and were found by measuring: a freestanding clang drops
unwind data, zig's default for x86 uses SSE. So every flag stands in ``toolchains/*.toml`` next to
its reason, and this module only selects rows of that table.

Flags are in three groups, because a build tool treats them differently:

- `Toolchain.flags` decide what the code means. They are equal in every checkout, and a signature
  has them as text.
- `Toolchain.header_flags` are ``-isystem`` directories, absolute. In a signature
  `Toolchain.fingerprint` stands for their content.
- `Toolchain.path_flags` keep absolute paths out of objects, whose bytes therefore depend on neither
  checkout nor machine. They are not in a signature.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ntbuild.support.values import dataclass

from .compilation import PLAIN, Compilation
from .flag_table import FLAVORS, LANGUAGES, MACHINES, Flag
from .search import (
    Candidate,
    Compiler,
    ToolNotFoundError,
    in_package,
    locate,
    resource_directory,
)

__all__ = [
    "FLAVORS",
    "LANGUAGES",
    "LANGUAGE_OF_SUFFIX",
    "MACHINES",
    "Toolchain",
    "ToolchainError",
    "language_of",
]

# The language of a source by its suffix; other files are not compiled.
LANGUAGE_OF_SUFFIX = {
    ".c": "c",
    ".cc": "c++",
    ".cpp": "c++",
    ".cxx": "c++",
    ".S": "assembler",
}


def language_of(suffix: str) -> str | None:
    """The language of a source with a suffix; ``.C`` and ``.CPP`` are those of Windows."""
    return LANGUAGE_OF_SUFFIX.get(suffix) or (
        None if suffix.lower() == ".s" else LANGUAGE_OF_SUFFIX.get(suffix.lower())
    )


class ToolchainError(Exception):
    """A toolchain file is wrong or its compiler is not installed; the text is one line."""


@dataclass(frozen=True, slots=True)
class HeaderDirectory:
    """A place where headers may be: `path` in the Python `package`, or on the machine."""

    package: str
    path: str


@dataclass(frozen=True, slots=True)
class HeaderGroup:
    """Header directories of which the first that exists is used, in each of `worlds`."""

    worlds: frozenset[str]
    first_of: tuple[HeaderDirectory, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a toolchain compiles a dialect with.

    - `triples`: machine and target triple, in the order of `MACHINES`.
    - `structured_exceptions`: machines on which ``__try`` guards loads and stores.
    """

    name: str
    triples: tuple[tuple[str, str], ...]
    structured_exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """How ``.rc`` becomes ``.res``.

    `arguments` have the words {source}, {output}, {includes} and {defines}; `include` and `define`
    are the prefixes of the last two's items.
    """

    candidates: tuple[Candidate, ...]
    arguments: tuple[str, ...]
    include: str
    define: str


@dataclass(frozen=True, slots=True)
class Toolchain:
    """One ``toolchains/*.toml``.

    - `directory`: the folder of the file.
    - `dialects`: of `compilation.DIALECTS`, those it compiles; ``gnu`` is the first of each.
    - `candidates`: programs to try, the first that works is the compiler.
    - `headers`: groups of directories, in the order in which they are searched.
    - `flag_table`, `path_table`: flags in the order of the files; a later one overrides.
    - `archives`: import libraries are the compiler's own, completed by the export lists.
    - `header_overlay`: words for an overlay of headers that sources spell in other letters, with
      ``{file}``; empty when the compiler takes none (`ntbuild.headers.spelling`).
    """

    name: str
    summary: str
    install: str
    directory: Path
    dialects: tuple[Dialect, ...]
    version_arguments: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    headers: tuple[HeaderGroup, ...]
    flag_table: tuple[Flag, ...]
    path_table: tuple[Flag, ...]
    resource: Resource
    archives: bool
    header_overlay: tuple[str, ...] = ()

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines this compiler makes code for, in the project's order."""
        return tuple(machine for machine, _ in self.dialects[0].triples)

    @property
    def has_guard(self) -> bool:
        """Whether the compiler makes code with control flow guard: the table has a flag for it."""
        return any("guard" in flag.hardening for flag in self.flag_table)

    @property
    def include(self) -> Path:
        """The project's own headers, which go before the DDK's."""
        return self.directory / "include"

    @property
    def kit_include(self) -> Path:
        """What goes before the headers of a Windows kit."""
        return self.directory / "include_kit"

    def dialect(self, name: str) -> Dialect:
        """A dialect of `compilation.DIALECTS`. Raises ToolchainError when it is not compiled."""
        for known in self.dialects:
            if known.name == name:
                return known
        raise ToolchainError(
            f"toolchain {self.name} does not compile dialect {name!r}; use toolchain zig or clang"
        )

    def triple(self, machine: str, dialect: str = "gnu") -> str:
        """The target triple. Raises ToolchainError, which names the machines of the toolchain."""
        triples = self.dialect(dialect).triples
        for known, triple in triples:
            if known == machine:
                return triple
        makes = f"it makes {', '.join(known for known, _ in triples)}"
        of_dialect = "" if dialect == "gnu" else f" in dialect {dialect!r}"
        raise ToolchainError(
            f"toolchain {self.name}: no compiler for {machine}{of_dialect}; {makes}"
        )

    def locate(self, machine: str) -> Compiler:
        """The first candidate that runs. Raises ToolchainError, which says how to install one."""
        return self._find("", self.candidates, machine, self.version_arguments)

    def flags(
        self,
        machine: str,
        flavor: str,
        language: str,
        *,
        has_try: bool = False,
        compilation: Compilation = PLAIN,
    ) -> tuple[str, ...]:
        """The flags that decide what the code means: those of the TOML file, in its order.

        ``has_try``: the source, or what it includes, has ``__try`` (`exceptions.has_try`).
        ``compilation``: its own words stand behind.
        """
        used = "used" if has_try else "unused"
        guards = self.dialect(compilation.dialect).structured_exceptions
        exceptions = used if machine in guards else "none"
        words = {"toolchain": self.name}
        found = self._select(
            self.flag_table, machine, flavor, language, compilation, words, exceptions
        )
        return (*found, *compilation.words(found, language))

    def header_flags(self, machine: str, compilation: Compilation = PLAIN) -> tuple[str, ...]:
        """``-isystem`` for each of `header_path`; absolute folders."""
        return tuple(
            word for path in self.header_path(machine, compilation) for word in ("-isystem", path)
        )

    def header_path(self, machine: str, compilation: Compilation = PLAIN) -> tuple[str, ...]:
        """Where system headers are searched: what a compilation names, ntbuild's, the DDK's.

        With a Windows kit the compiler's own come before it, and mingw-w64's are not searched.
        """
        directories = map(str, self.header_directories(machine, compilation.world))
        if compilation.world == "kit":
            return (str(self.kit_include), *directories, *compilation.headers)
        return (*compilation.headers, str(self.include), *directories)

    def header_directories(self, machine: str, world: str = "mingw") -> tuple[Path, ...]:
        """The compiler's and DDK's directories: of each group, the first that exists."""
        return tuple(
            self._first_directory(group, machine) for group in self.headers if world in group.worlds
        )

    def path_flags(
        self,
        machine: str,
        flavor: str,
        language: str,
        root: str | Path,
        object_name: str,
        compilation: Compilation = PLAIN,
    ) -> tuple[str, ...]:
        """Flags that keep `root`, ntbuild's place and that of headers out of the object's bytes.

        `object_name` is the object's path relative to `root`, with ``/``. A flag with ``{headers}``
        comes once for each header directory, and one with ``{ntbuild}`` once for each name that a
        build may give to ntbuild's folder: in a project that holds it, a source has a relative one.
        """
        cxx = self._cxx_headers(compilation) if language == "c++" else ()
        places = {
            "{headers}": (*cxx, *self.header_path(machine, compilation)),
            "{ntbuild}": self._names_below(root),
        }
        words = {"root": str(root), "object": object_name} | {each[1:-1]: each for each in places}
        found = [f"-I{path}" for path in cxx]
        for word in self._select(self.path_table, machine, flavor, language, compilation, words):
            several = next((each for each in places if each in word), "")
            found += (
                [word.replace(several, path) for path in places[several]] if several else [word]
            )
        return tuple(found)

    def _names_below(self, root: str | Path) -> tuple[str, ...]:
        """The folder's absolute name, and the one relative to a `root` that holds it."""
        if not self.directory.is_relative_to(root):
            return (str(self.directory),)
        return (str(self.directory), self.directory.relative_to(root).as_posix())

    def compile_argv(
        self,
        machine: str,
        flavor: str,
        language: str,
        include_dirs: Iterable[str | Path] = (),
        defines: Mapping[str, str | None] | None = None,
        *,
        has_try: bool = False,
        compilation: Compilation = PLAIN,
    ) -> tuple[str, ...]:
        """A compiler command without ``-c SOURCE -o OBJECT`` and without `path_flags`."""
        return (
            *self.locate(machine).argv,
            *self.flags(machine, flavor, language, has_try=has_try, compilation=compilation),
            *(
                f"-D{name}" if value is None else f"-D{name}={value}"
                for name, value in (defines or {}).items()
            ),
            *(f"-I{path}" for path in include_dirs),
            *self.header_flags(machine, compilation),
        )

    def resource_argv(
        self,
        machine: str,
        source: str,
        output: str,
        include_dirs: Iterable[str | Path] = (),
        defines: Mapping[str, str | None] | None = None,
    ) -> tuple[str, ...]:
        """The command that compiles the resource script `source` to the .res file `output`."""
        tool = self._find(": resource compiler", self.resource.candidates, machine, ())
        # The DDK headers' own root is enough: VERSIONINFO wants winver.h or ntverp.h.
        directories = (*include_dirs, self.include, *self.header_directories(machine))
        lists = {
            "{includes}": [f"{self.resource.include}{path}" for path in directories],
            "{defines}": [
                f"{self.resource.define}{name}" + ("" if value is None else f"={value}")
                for name, value in (defines or {}).items()
            ],
        }
        files = {"{source}": [source], "{output}": [output]}
        argv = list(tool.argv)
        for word in self.resource.arguments:
            argv += (lists | files).get(word, [word])
        return tuple(argv)

    def fingerprint(self, machine: str, compilation: Compilation = PLAIN) -> str:
        """A digest of what the flags do not show: the compiler's version and the headers.

        Of the DDK two files stand for all: one has the version, the other changes most.
        """
        bare = self._fingerprint(machine)
        folders = self._cxx_headers(compilation)
        cxx = [Path(path, "__config") for path in folders]
        cxx += [path for each in folders[:1] for path in sorted(Path(each).glob("*.h"))]
        digests = (hashlib.sha256(path.read_bytes()).hexdigest() for path in cxx)
        own = "\n".join((*self._shown_headers(compilation), compilation.state, *digests))
        return hashlib.sha256(f"{bare}\n{own}".encode()).hexdigest() if own.strip() else bare

    def _cxx_headers(self, compilation: Compilation) -> tuple[str, ...]:
        """The folders of C++'s headers: ntbuild's configuration, then libc++, which clang reads.

        They are searched like folders of the project: they must come before all headers of C.
        """
        if not compilation.has_cxx_headers or self.archives:
            return ()
        library = in_package("ziglang", "lib/libcxx/include")
        if library is None or not library.is_dir():
            raise ToolchainError(
                f"toolchain {self.name}: cxx_runtime: no headers of C++; pip install ziglang"
            )
        return (str(self.directory / "include_cxx"), str(library))

    def _shown_headers(self, compilation: Compilation) -> Iterable[str]:
        """Header folders of a compilation: those of ntbuild by their place in it, others by name.

        The latter's path says where this machine has them, and `Compilation.state` what they hold.
        """
        for path in map(Path, compilation.headers):
            inside = path.is_relative_to(self.directory)
            yield path.relative_to(self.directory).as_posix() if inside else path.name

    def _fingerprint(self, machine: str) -> str:
        digest = hashlib.sha256()
        compiler = self.locate(machine)
        digest.update(f"{self.name} {compiler.name} {compiler.version}".encode())
        # Path flags hold folders of this machine; what they ask for counts, where it is does not.
        digest.update("\n".join(word for flag in self.path_table for word in flag.use).encode())
        for folder in (self.include, self.kit_include):
            digest.update(_digest_of(folder, _headers_below(str(folder))))
        for directory in self.header_directories(machine):
            for marker in ("_mingw_mac.h", "wdm.h"):
                path = directory / marker
                if path.is_file():
                    digest.update(path.read_bytes())
        return digest.hexdigest()

    def _find(
        self,
        role: str,
        candidates: tuple[Candidate, ...],
        machine: str,
        version_arguments: tuple[str, ...],
    ) -> Compiler:
        what = f"toolchain {self.name}{role}"
        triple = self.triple(machine)
        try:
            return locate(what, candidates, triple, version_arguments, self.install)
        except ToolNotFoundError as error:
            raise ToolchainError(str(error)) from None

    def _select(
        self,
        table: tuple[Flag, ...],
        machine: str,
        flavor: str,
        language: str,
        compilation: Compilation,
        words: Mapping[str, str],
        exceptions: str | None = None,
    ) -> tuple[str, ...]:
        _require("flavor", flavor, FLAVORS)
        _require("language", language, LANGUAGES)
        triple = self.triple(machine, compilation.dialect)
        compiler = self.locate(machine).name
        return tuple(
            word.format(triple=triple, **words)
            for flag in table
            if machine in flag.machines
            and flavor in flag.flavors
            and language in flag.languages
            and compiler in flag.compilers
            and compilation.dialect in flag.dialects
            and compilation.world in flag.worlds
            and compilation.convention in flag.conventions
            and flag.hardening <= compilation.hardening_states
            and (exceptions is None or exceptions in flag.exceptions)
            for word in flag.use
        )

    def _first_directory(self, group: HeaderGroup, machine: str) -> Path:
        tried = []
        words = {"triple": self.triple(machine), "resource": ""}
        for choice in group.first_of:
            if "{resource}" in choice.path:
                words["resource"] = resource_directory(self.locate(machine).argv)
            place = choice.path.format(**words)
            path = in_package(choice.package, place)
            if path is not None and path.is_dir():
                return path
            tried.append(place)
        raise ToolchainError(
            f"toolchain {self.name}: no headers in {' or '.join(tried)}; {self.install}"
        )


def _headers_below(folder: str) -> tuple[tuple[str, int, int], ...]:
    """The headers below a folder, sorted by path: path, time of change in ns, size."""
    found = []
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".h"):
                status = os.stat(path := f"{place}/{name}")  # noqa: PTH116 - pathlib costs more
                found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


@functools.lru_cache(maxsize=8)
def _digest_of(folder: Path, files: tuple[tuple[str, int, int], ...]) -> bytes:
    """A digest of headers, by their place in a folder; read once while none of them changes."""
    digest = hashlib.sha256()
    for path, _, _ in files:
        digest.update(Path(path).relative_to(folder).as_posix().encode())
        digest.update(Path(path).read_bytes())
    return digest.digest()


def _require(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ToolchainError(f"unknown {what} {value!r}; it is one of {', '.join(allowed)}")
