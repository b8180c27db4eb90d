r"""The files that a crate is made of, by looking at it before it is built.

Of a package those that cargo itself watches: manifests, Cargo.lock, settings, build scripts and all
sources below ``src``, also of the packages that ``path =`` names. Of a single source, the modules
that it declares. What only the compiler knows (``include_bytes!("../logo.bin")``) is in the
dependency file of the last build, which `dependencies` reads::

    lib.lib: src/lib.rs src/a\ name.rs

Sources: The Cargo Book "Specifying Dependencies", "Workspaces" and "Configuration"; The Rust
Reference "Modules"; The Cargo Book "Build Cache", on dependency files.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

_MODULE: Final = re.compile(
    r'^[ \t]*(?:#\[path\s*=\s*"(?P<path>[^"\n]+)"\]\s*)?(?:pub(?:\([^)]*\))?[ \t]+)?'
    r"mod[ \t]+(?P<name>\w+)[ \t]*;",
    re.MULTILINE,
)
_TABLES: Final = ("dependencies", "build-dependencies")
_SETTINGS: Final = ("rust-toolchain", "rust-toolchain.toml", ".cargo/config", ".cargo/config.toml")
_SEPARATOR: Final = re.compile(r"(?<!\\)\s+")


class CrateError(ValueError):
    """A crate cannot be read; the text is one line that names the file."""


def source_files(source: Path) -> list[Path]:
    """A crate's root file and the files of its modules, those that exist, in order of names."""
    found: dict[Path, None] = {}
    waiting = [(source, source.parent)]
    while waiting:
        path, folder = waiting.pop()
        if path in found or not path.is_file():
            continue
        found[path] = None
        for match in _MODULE.finditer(path.read_text(encoding="utf-8", errors="replace")):
            name = match["name"]
            if match["path"]:
                other = path.parent / match["path"]
                waiting.append((other, other.parent))
                continue
            waiting += [
                (folder / f"{name}.rs", folder / name),
                (folder / name / "mod.rs", folder / name),
            ]
    return sorted(found)


def package_files(manifest: Path) -> list[Path]:
    """The files of a package and of those that it takes by path. Raises CrateError."""
    found: set[Path] = set()
    packages: set[Path] = set()
    waiting = [manifest]
    while waiting:
        path = waiting.pop()
        if path.parent in packages:
            continue
        packages.add(path.parent)
        table = _manifest(path)
        found |= {path, *path.parent.glob("src/**/*.rs"), *_build_script(path.parent, table)}
        for each in _folders_above(path.parent):
            found |= {each / name for name in (*_SETTINGS, "Cargo.lock", "Cargo.toml")}
        waiting += [each / "Cargo.toml" for each in _path_dependencies(path.parent, table)]
    return sorted(path for path in found if path.is_file())


def makes_static_library(manifest: Path) -> bool:
    """Whether the package's library is a ``staticlib`` by itself. Raises CrateError."""
    library = _section(_manifest(manifest), "lib")
    kinds = library.get("crate-type", library.get("crate_type", ()))
    return isinstance(kinds, list) and "staticlib" in kinds


def dependencies(text: str) -> list[str]:
    r"""The files that a dependency file names for its first target.

    >>> dependencies("a.lib: src/lib.rs src/a\\ name.rs\n\nsrc/lib.rs:\n")
    ['src/lib.rs', 'src/a name.rs']
    """
    first = text.partition("\n")[0]
    _, _, names = first.partition(": ")
    return [each.replace("\\ ", " ") for each in _SEPARATOR.split(names.strip()) if each]


def _manifest(path: Path) -> Mapping[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise CrateError(f"{path.as_posix()}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CrateError(f"{path.as_posix()}: {error}") from None


def _section(table: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A table within a table; empty when it is none."""
    for name in names:
        found = table.get(name)
        table = found if isinstance(found, dict) else {}
    return table


def _build_script(folder: Path, table: Mapping[str, Any]) -> Iterator[Path]:
    name = _section(table, "package").get("build", "build.rs")
    if isinstance(name, str):
        yield folder / name


def _folders_above(folder: Path) -> Iterator[Path]:
    """A package's folder and those above it up to the root of its repository or workspace."""
    for each in (folder, *folder.parents):
        yield each
        if (each / ".git").exists() or (each / "Cargo.lock").exists():
            return


def _path_dependencies(folder: Path, table: Mapping[str, Any]) -> Iterator[Path]:
    """The folders of the packages that ``path =`` names, here and in the workspace."""
    tables = [_section(table, name) for name in _TABLES]
    for each in _section(table, "target").values():
        tables += [_section(each, name) for name in _TABLES if isinstance(each, dict)]
    for entries in tables:
        for name, value in entries.items():
            if not isinstance(value, dict):
                continue
            if isinstance(value.get("path"), str):
                yield (folder / value["path"]).resolve()
            elif value.get("workspace"):
                yield from _of_workspace(folder, name)


def _of_workspace(folder: Path, name: str) -> Iterator[Path]:
    for each in (folder, *folder.parents):
        manifest = each / "Cargo.toml"
        table = _manifest(manifest) if manifest.is_file() else {}
        if "workspace" in table:
            path = _section(table, "workspace", "dependencies", name).get("path")
            if isinstance(path, str):
                yield (each / path).resolve()
            return
