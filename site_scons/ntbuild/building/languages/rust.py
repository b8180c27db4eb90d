"""The build steps of Rust crates: a static library by cargo, or by rustc from one source.

A panic ends (``panic=abort``): a kernel has nothing to unwind to. Paths are mapped: files of the
project are relative to its top, those of cargo's home are below ``/cargo``. Without
incremental builds and with the versions of Cargo.lock the same sources give the same bytes.

Limit: cargo puts the absolute path of a package outside of the workspace (``path = "../other"``)
into the names of its symbols, so two folders give two images. Members of one workspace have none.

Cargo keeps its own folder for each toolchain, machine and flavor. The flags go to it as settings of
the command line, which it joins with those of ``.cargo/config.toml``.

Sources: The Cargo Book "cargo rustc", "Configuration", "External tools"; The rustc book
"Codegen Options" and "Remap source paths".
"""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from ntbuild.building.driver import BuildError
from ntbuild.compilers.rust import files as rust_files
from ntbuild.compilers.rust import tools as rust
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field, fields

RUST: Final = ("building/languages/rust.py", "compilers/rust")
"""What the bytes of a crate's library depend on, apart from the crate: files of the package."""

_EDITIONS: Final = ("2015", "2018", "2021", "2024")
_LIBRARIES: Final = (".lib", ".a")
_HINTS: Final = (
    ("--locked", "run cargo generate-lockfile (or cargo update) once, and keep Cargo.lock"),
    ("can't find crate for `core`", "rustup target add brings the target's core library"),
    ("no library targets found", "a driver is a library: give the package a src/lib.rs"),
    ("`#[panic_handler]` function required", "a crate without std says what a panic does"),
)
"""What cargo or rustc say, and what to do."""


class RustKeywordError(ValueError):
    """A keyword is wrong; the text is one line that begins with its name."""


@dataclass(frozen=True, slots=True)
class RustKeywords:
    """The keywords of a crate.

    ``target``: in place of the machine's usual one, a name or a file of a target of one's own.
    ``features``, ``default_features``: those of the package. ``edition``: of a single source.
    ``rustflags``: further words for rustc.
    """

    target: str | None = None
    features: tuple[str, ...] = ()
    default_features: bool = True
    edition: str = "2021"
    rustflags: tuple[str, ...] = ()


RUST_KEYWORDS: Final = frozenset(each.name for each in fields(RustKeywords))


def rust_keywords(given: Mapping[str, Any], *, is_package: bool) -> RustKeywords:
    """The keywords of a crate, checked. Raises RustKeywordError."""
    listed = dict(given)
    for name in ("features", "rustflags"):
        value = given.get(name, ())
        words = (value,) if isinstance(value, str) else tuple(value)
        if not all(isinstance(each, str) for each in words):
            raise RustKeywordError(f"{name}: {value!r} is not a list of texts")
        listed[name] = words
    found = RustKeywords(**listed)
    if found.target is not None and not isinstance(found.target, str):
        raise RustKeywordError(f"target: {found.target!r} is not a target's name")
    if found.edition not in _EDITIONS:
        raise RustKeywordError(f"edition: {found.edition!r} is none of {', '.join(_EDITIONS)}")
    of_other = ("edition",) if is_package else ("features", "default_features")
    for name in of_other:
        if name in given:
            where = "Cargo.toml says it" if is_package else "a single source has none"
            raise RustKeywordError(f"{name}: {where}")
    return found


@dataclass(frozen=True, slots=True)
class RustStep:
    """The static library of a crate, and its dependency file. The first input is its root.

    That is a manifest (Cargo.toml) or a source. ``target``, ``compiler``: rustc's target, version.
    ``missing``: what there is not, in place of both. ``folder``: cargo's own for what it makes.
    """

    name: str
    target: str
    is_optimised: bool
    is_guarded: bool
    keywords: RustKeywords
    compiler: str
    missing: str
    folder: str = field(repr=False)
    label: ClassVar[str] = "RUST"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The command of cargo or rustc."""
        if self.missing:
            return f"# {self.missing}"
        return command_line(self._words(Path(inputs[0]), str(Path(outputs[0]).with_suffix(""))))

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the library and its dependency file. Warnings of the compiler are returned."""
        root = Path(inputs[0])
        if self.missing:
            raise BuildError(f"{root.as_posix()}: {self.missing}")
        with tempfile.TemporaryDirectory() as folder:
            made = str(Path(folder, self.name))
            try:
                words = self._words(root, made)
            except (rust.RustError, rust_files.CrateError) as error:
                raise BuildError(f"{root.as_posix()}: {error}") from error
            done = self._started(words, root)
            if done.returncode:
                raise BuildError(_explained(root, done))
            library = Path(f"{made}.lib") if _is_source(root) else _library_of(root, done.stdout)
            said = library.with_suffix(".d")
            text = said.read_text(encoding="utf-8") if said.is_file() else ""
            content = library.read_bytes()
        listed = _dependency_file(outputs[0], rust_files.dependencies(text), root.parent)
        files = [(Path(outputs[0]), content), (Path(outputs[1]), listed.encode())]
        try:
            write_all(files, inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return tuple(line for line in [done.stderr.strip()] if "warning:" in line)

    def _started(self, words: Sequence[str], root: Path) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                words,
                cwd=root.parent,
                env=rust.environment(),
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise BuildError(f"{words[0]}: cannot be started: {error.strerror}") from error

    def _words(self, root: Path, made: str) -> list[str]:
        if _is_source(root):
            return [*self._rustc_words(root, made), *self._flags(root)]
        return self._cargo_words(root)

    def _rustc_words(self, root: Path, made: str) -> list[str]:
        """The command that compiles the root source to ``made``.lib and ``made``.d."""
        compiler = rust.find_rust(str(root.parent))
        words = [
            compiler.rustc,
            "--crate-type",
            "staticlib",
            "--crate-name",
            _crate_name(self.name),
        ]
        words += ["--edition", self.keywords.edition, "--target", self.target]
        words += ["-C", f"opt-level={3 if self.is_optimised else 0}", "-C", "panic=abort"]
        words += ["--emit", f"link={made}.lib,dep-info={made}.d"]
        return [*words, root.name]

    def _cargo_words(self, root: Path) -> list[str]:
        profile = "release" if self.is_optimised else "dev"
        words = [rust.find_cargo(), "rustc", "--lib", "--manifest-path", root.name]
        words += [
            "--locked",
            "--target",
            self.target,
            "--message-format",
            "json-render-diagnostics",
        ]
        words += ["--target-dir", str(Path(self.folder).resolve())]
        words += ["--release"] if self.is_optimised else []
        words += [] if self.keywords.default_features else ["--no-default-features"]
        words += ["--features", ",".join(self.keywords.features)] if self.keywords.features else []
        words += [] if rust_files.makes_static_library(root) else ["--crate-type", "staticlib"]
        stem = self.target.removesuffix(".json").rpartition("/")[2]
        flags = json.dumps(self._flags(root), ensure_ascii=False)
        words += ["--config", f'profile.{profile}.panic="abort"']
        return [*words, "--config", f"target.{stem}.rustflags={flags}"]

    def _flags(self, root: Path) -> list[str]:
        """Words for rustc that both ways have."""
        sysroot = rust.find_rust(str(root.parent)).sysroot
        home = os.environ.get("CARGO_HOME") or str(Path.home() / ".cargo")
        # The last that fits counts: what lies in the project's own folder stays below it.
        maps = ((sysroot, "/rust"), (home, "/cargo"), (str(Path.cwd()), "."))
        found = [f"--remap-path-prefix={folder}={name}" for folder, name in maps]
        found += ["-C", "debuginfo=2"]
        if self.is_guarded and self.target.endswith("-msvc"):
            found += ["-C", "control-flow-guard=yes"]
        return [*found, *self.keywords.rustflags]


def _is_source(root: Path) -> bool:
    return root.suffix == ".rs"


def _crate_name(name: str) -> str:
    found = "".join(each if each.isalnum() and each.isascii() else "_" for each in name)
    return f"_{found}" if found[0].isdigit() else found


def _library_of(root: Path, messages: str) -> Path:
    """The static library that cargo's messages name last. Raises BuildError."""
    found = [path for each in _artifacts(messages) for path in each if path.endswith(_LIBRARIES)]
    if not found:
        raise BuildError(f"{root.as_posix()}: cargo made no static library")
    return Path(found[-1])


def _artifacts(messages: str) -> Iterator[list[str]]:
    for line in messages.splitlines():
        if not line.startswith("{"):
            continue
        message = json.loads(line)
        target = message.get("target", {})
        if message.get("reason") == "compiler-artifact" and "staticlib" in target["crate_types"]:
            yield message["filenames"]


def _dependency_file(library: str, names: Sequence[str], folder: Path) -> str:
    """The dependency file with paths relative to the top of the project, where they are in it."""
    top = Path.cwd()
    shown = []
    for name in names:
        path = Path(os.path.normpath(folder / name))
        path = path.relative_to(top) if path.is_relative_to(top) else path
        shown.append(path.as_posix().replace(" ", "\\ "))
    return f"{Path(library).name}: {' '.join(sorted(shown))}\n"


def _explained(root: Path, done: subprocess.CompletedProcess[str]) -> str:
    """What the compiler said, then what to do, where that is known."""
    said = done.stderr.strip()
    tool = "rustc" if _is_source(root) else "cargo"
    hints = [hint for text, hint in _HINTS if text in said]
    status = f"{root.as_posix()}: {tool} ended with status {done.returncode}"
    return "\n".join(filter(None, [said, "; ".join([status, *hints])]))
