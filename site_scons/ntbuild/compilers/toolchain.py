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

import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ntbuild.support.toml_table import Table, TableError, read_toml
from ntbuild.support.values import dataclass

from .exceptions import EXCEPTIONS
from .search import Candidate, Compiler, ToolNotFoundError, in_package, locate

MACHINES = ("x64", "x86", "arm64", "arm")
FLAVORS = ("debug", "release")
LANGUAGES = ("c", "c++", "assembler")

# The language of a source by its suffix; other files are not compiled.
LANGUAGE_OF_SUFFIX = {
    ".c": "c",
    ".cc": "c++",
    ".cpp": "c++",
    ".cxx": "c++",
    ".S": "assembler",
}

# Placeholders of a flag, and of a path flag.
_FLAG_WORDS = ("triple", "toolchain")
_PATH_WORDS = ("triple", "root", "object", "headers")

_RESOURCE_WORDS = ("source", "output", "includes", "defines")


class ToolchainError(Exception):
    """A toolchain file is wrong or its compiler is not installed; the text is one line."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Arguments, the reason for them, and the compilations that get them.

    Each set names values of one property of a compilation: `machines`, `flavors`, `languages`,
    `compilers` (names of the toolchain's candidates) and `exceptions` (`exceptions.EXCEPTIONS`).
    """

    use: tuple[str, ...]
    reason: str
    machines: frozenset[str]
    flavors: frozenset[str]
    languages: frozenset[str]
    compilers: frozenset[str]
    exceptions: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeaderDirectory:
    """A place where headers may be: `path` in the Python `package`, or on the machine."""

    package: str
    path: str


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
    - `triples`: machine and target triple, in the order of `MACHINES`.
    - `candidates`: programs to try, the first that works is the compiler.
    - `headers`: groups of directories; of each group the first that exists is used.
    - `flag_table`, `path_table`: flags in the order of the files; a later one overrides.
    - `archives`: import libraries are the compiler's own, completed by the export lists.
    - `structured_exceptions`: machines on which ``__try`` guards loads and stores.
    """

    name: str
    summary: str
    install: str
    directory: Path
    triples: tuple[tuple[str, str], ...]
    version_arguments: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    headers: tuple[tuple[HeaderDirectory, ...], ...]
    flag_table: tuple[Flag, ...]
    path_table: tuple[Flag, ...]
    resource: Resource
    archives: bool
    structured_exceptions: tuple[str, ...]

    @property
    def machines(self) -> tuple[str, ...]:
        """The machines this compiler makes code for, in the project's order."""
        return tuple(machine for machine, _ in self.triples)

    @property
    def include(self) -> Path:
        """The project's own headers, which go before the DDK's."""
        return self.directory / "include"

    def triple(self, machine: str) -> str:
        """The target triple. Raises ToolchainError, which names the machines of the toolchain."""
        for known, triple in self.triples:
            if known == machine:
                return triple
        raise ToolchainError(
            f"toolchain {self.name}: no compiler for {machine}; it makes {', '.join(self.machines)}"
        )

    def locate(self, machine: str) -> Compiler:
        """The first candidate that runs. Raises ToolchainError, which says how to install one."""
        return self._find("", self.candidates, machine, self.version_arguments)

    def flags(
        self, machine: str, flavor: str, language: str, *, has_try: bool = False
    ) -> tuple[str, ...]:
        """The flags that decide what the code means, in the order of the TOML file.

        ``has_try``: the source, or what it includes, has ``__try`` (`exceptions.has_try`).
        """
        used = "used" if has_try else "unused"
        exceptions = used if machine in self.structured_exceptions else "none"
        words = {"toolchain": self.name}
        return self._select(self.flag_table, machine, flavor, language, words, exceptions)

    def header_flags(self, machine: str) -> tuple[str, ...]:
        """``-isystem`` for the project's headers, then the DDK's; absolute paths."""
        directories = (self.include, *self.header_directories(machine))
        return tuple(word for path in directories for word in ("-isystem", str(path)))

    def header_directories(self, machine: str) -> tuple[Path, ...]:
        """The compiler's and DDK's directories: of each group, the first that exists."""
        triple = self.triple(machine)
        return tuple(self._first_directory(group, triple) for group in self.headers)

    def path_flags(
        self, machine: str, flavor: str, language: str, root: str | Path, object_name: str
    ) -> tuple[str, ...]:
        """Flags that keep `root` and the headers' location out of the object's bytes.

        `object_name` is the object's path relative to `root`, with ``/``. A flag with
        ``{headers}`` comes once for each header directory.
        """
        directories = (self.include, *self.header_directories(machine))
        words = {"root": str(root), "object": object_name, "headers": "{headers}"}
        found: list[str] = []
        for word in self._select(self.path_table, machine, flavor, language, words):
            repeat = directories if "{headers}" in word else directories[:1]
            found += [word.replace("{headers}", str(path)) for path in repeat]
        return tuple(found)

    def compile_argv(
        self,
        machine: str,
        flavor: str,
        language: str,
        include_dirs: Iterable[str | Path] = (),
        defines: Mapping[str, str | None] | None = None,
        *,
        has_try: bool = False,
    ) -> tuple[str, ...]:
        """A compiler command without ``-c SOURCE -o OBJECT`` and without `path_flags`."""
        return (
            *self.locate(machine).argv,
            *self.flags(machine, flavor, language, has_try=has_try),
            *(
                f"-D{name}" if value is None else f"-D{name}={value}"
                for name, value in (defines or {}).items()
            ),
            *(f"-I{path}" for path in include_dirs),
            *self.header_flags(machine),
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

    def fingerprint(self, machine: str) -> str:
        """A digest of what the flags do not show: the compiler's version and the headers.

        Of the DDK two files stand for all: one has the version, the other changes most.
        """
        digest = hashlib.sha256()
        compiler = self.locate(machine)
        digest.update(f"{self.name} {compiler.name} {compiler.version}".encode())
        # Path flags hold folders of this machine; what they ask for counts, where it is does not.
        digest.update("\n".join(word for flag in self.path_table for word in flag.use).encode())
        for path in sorted(self.include.rglob("*.h")):
            digest.update(path.relative_to(self.include).as_posix().encode())
            digest.update(path.read_bytes())
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
        words: Mapping[str, str],
        exceptions: str | None = None,
    ) -> tuple[str, ...]:
        _require("flavor", flavor, FLAVORS)
        _require("language", language, LANGUAGES)
        triple = self.triple(machine)
        compiler = self.locate(machine).name
        return tuple(
            word.format(triple=triple, **words)
            for flag in table
            if machine in flag.machines
            and flavor in flag.flavors
            and language in flag.languages
            and compiler in flag.compilers
            and (exceptions is None or exceptions in flag.exceptions)
            for word in flag.use
        )

    def _first_directory(self, group: tuple[HeaderDirectory, ...], triple: str) -> Path:
        tried = []
        for choice in group:
            path = in_package(choice.package, choice.path.format(triple=triple))
            if path is not None and path.is_dir():
                return path
            tried.append(choice.path.format(triple=triple))
        raise ToolchainError(
            f"toolchain {self.name}: no headers in {' or '.join(tried)}; {self.install}"
        )


def load_toolchains(
    directory: Path, load: Callable[[Path], Toolchain] | None = None
) -> dict[str, Toolchain]:
    """The toolchains of a folder's ``*.toml``, by name. Raises ToolchainError when one is wrong.

    `load` reads one file; default: `load_toolchain`.
    """
    found: dict[str, Toolchain] = {}
    for path in sorted(directory.glob("*.toml")):
        toolchain = (load or load_toolchain)(path)
        if toolchain.name in found:
            raise ToolchainError(f"{path.name}: name: {toolchain.name!r} is already taken")
        found[toolchain.name] = toolchain
    if not found:
        raise ToolchainError(f"{directory}: no toolchain files (*.toml)")
    return found


def load_toolchain(path: Path) -> Toolchain:
    """One toolchain file. Raises ToolchainError, which names the file and the key."""
    try:
        return _read_toolchain(read_toml(path), path.parent)
    except TableError as error:
        raise ToolchainError(str(error)) from error


def _read_toolchain(top: Table, directory: Path) -> Toolchain:
    candidates = _read_candidates(top.tables("compilers"))
    if not candidates:
        raise TableError(f"{top.place}: compilers: missing; at least one is needed")
    known = tuple(candidate.name for candidate in candidates)
    flag_table, path_table = _read_flag_files(top, directory, known)
    triples = top.table("triples")
    resource = top.table("resource")
    toolchain = Toolchain(
        name=top.text("name"),
        summary=top.text("summary"),
        install=top.text("install"),
        directory=directory,
        triples=tuple((name, triples.text(name)) for name in MACHINES if name in triples.values),
        version_arguments=top.texts("version_arguments"),
        candidates=candidates,
        headers=tuple(_read_headers(group) for group in top.tables("headers")),
        flag_table=flag_table,
        path_table=path_table,
        resource=Resource(
            candidates=_read_candidates(resource.tables("compilers")),
            arguments=resource.templates("arguments", _RESOURCE_WORDS),
            include=resource.text("include"),
            define=resource.text("define"),
        ),
        archives=top.choice("import_libraries", ("definitions", "archives")) == "archives",
        structured_exceptions=_ordered(top.choices("structured_exceptions", MACHINES, default=())),
    )
    for table in (resource, triples, top):
        table.close()
    return toolchain


def _read_flag_files(
    top: Table, directory: Path, known: tuple[str, ...]
) -> tuple[tuple[Flag, ...], tuple[Flag, ...]]:
    """The flags of the files in ``flags_from``, then the toolchain's own."""
    shared = tuple(read_toml(directory / name) for name in top.texts("flags_from", ()))
    flags: tuple[Flag, ...] = ()
    path_flags: tuple[Flag, ...] = ()
    for table in (*shared, top):
        flags += _read_flags(table.tables("flags"), known, _FLAG_WORDS)
        path_flags += _read_flags(table.tables("path_flags"), known, _PATH_WORDS)
    for table in shared:
        table.close()
    return flags, path_flags


def _read_candidates(tables: tuple[Table, ...]) -> tuple[Candidate, ...]:
    found = []
    for table in tables:
        program = table.template("program", ("triple",))
        found.append(
            Candidate(
                name=table.text("name", program),
                package=table.text("package", ""),
                program=program,
                arguments=table.texts("arguments", ()),
            )
        )
        table.close()
    return tuple(found)


def _read_headers(table: Table) -> tuple[HeaderDirectory, ...]:
    group = []
    table.text("reason")
    for choice in table.tables("first_of"):
        group.append(
            HeaderDirectory(choice.text("package", ""), choice.template("path", ("triple",)))
        )
        choice.close()
    table.close()
    return tuple(group)


def _read_flags(
    tables: tuple[Table, ...], known: tuple[str, ...], words: tuple[str, ...]
) -> tuple[Flag, ...]:
    found = []
    for table in tables:
        found.append(
            Flag(
                use=table.templates("use", words),
                reason=table.text("reason"),
                machines=table.choices("machines", MACHINES),
                flavors=table.choices("flavors", FLAVORS),
                languages=table.choices("languages", LANGUAGES),
                compilers=table.choices("compilers", known),
                exceptions=table.choices("exceptions", EXCEPTIONS),
            )
        )
        table.close()
    return tuple(found)


def _ordered(machines: frozenset[str]) -> tuple[str, ...]:
    return tuple(machine for machine in MACHINES if machine in machines)


def _require(what: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ToolchainError(f"unknown {what} {value!r}; it is one of {', '.join(allowed)}")
