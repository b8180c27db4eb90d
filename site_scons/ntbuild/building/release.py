"""The records of a release: checksums, and how every image was made.

Two checkouts that build the same images write the same bytes: no clock, no absolute path and no
sequence that depends on the run may be in the records.
"""

import functools
import hashlib
import json
import platform
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ntbuild.pelink.spelling.link_exe import options_to_argv
from ntbuild.support.outputs import write_all
from ntbuild.support.values import dataclass
from ntbuild.support.version import __version__

from .driver import LINKING, LinkStep, fingerprint


@dataclass(frozen=True, slots=True)
class Compiled:
    """How one source of a driver was compiled: flags and defines as words, folders as paths."""

    source: Path
    flags: tuple[str, ...]
    defines: tuple[str, ...]
    include_dirs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit of a project, and whether files that it tracks differ from it."""

    name: str
    modified: bool


@dataclass(frozen=True, slots=True)
class Shipped:
    """One image of a release and what it was made from.

    ``image``, ``pdb``, ``public_pdb``: the files in the release folder; the last one has public
    names only. ``inputs``: the sources, headers and export
    lists it depends on. ``compiler``: name and version. ``headers``: a digest of the compiler's
    version and ntbuild's own headers. ``scripts``: the SConstruct and the SConscripts that led to
    its declaration. ``compiled``: its sources and those of its libraries, in link order.
    """

    name: str
    toolchain: str
    arch: str
    compiler: str
    headers: str
    image: Path
    pdb: Path
    public_pdb: Path | None
    step: LinkStep
    scripts: tuple[Path, ...] = ()
    compiled: tuple[Compiled, ...] = ()
    inputs: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """The signature: all but inputs and flags, which a build tool compares by itself."""
        cell = f"{self.toolchain} {self.arch} {self.name}"
        made = f"{self.compiler}, headers {self.headers}"
        made += f", declared in {' '.join(path.as_posix() for path in self.scripts)}"
        return f"{cell}: {self.image.as_posix()}; {made}; {self.step}"


def commit_of(root: Path) -> Commit | None:
    """The commit that is checked out in a folder; None without git or without a repository."""

    def git(*words: str) -> str | None:
        command = ["git", "-C", str(root), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    name = git("rev-parse", "--verify", "HEAD")
    changes = git("status", "--porcelain", "--untracked-files=no") if name else None
    return None if name is None or changes is None else Commit(name.strip(), bool(changes))


def write_release(
    folder: Path, shipped: Iterable[Shipped], root: Path, commit: Commit | None = None
) -> None:
    """Write ``build.json`` and ``SHA256SUMS`` into the release folder.

    ``root``: the project's folder; a path outside it is recorded as ``external/<file name>``.
    Raises OutputError, and OSError for an input that cannot be read.
    """
    images = sorted(shipped, key=lambda each: (each.toolchain, each.arch, each.name))
    record = {
        "commit": commit and {"id": commit.name, "modified": commit.modified},
        "tools": _tools(images),
        "images": [_describe(each, folder, root) for each in images],
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    files = [each.image for each in images]
    files += [pdb for each in images for pdb in (each.pdb, each.public_pdb) if pdb]
    sums = [(_sha256(path), path.relative_to(folder).as_posix()) for path in files]
    sums.append((hashlib.sha256(text.encode()).hexdigest(), "build.json"))
    lines = "".join(f"{digest}  {name}\n" for digest, name in sums)
    write_all([(folder / "build.json", text.encode()), (folder / "SHA256SUMS", lines.encode())])


def _tools(images: Sequence[Shipped]) -> dict[str, Any]:
    compilers = {f"{each.toolchain} {each.arch}": {"version": each.compiler} for each in images}
    packages = {name: _version(name) for name in ("numpy", "jinja2", "scons", "ziglang")}
    return {
        "ntbuild": __version__,
        "ntbuild_sources": fingerprint(*LINKING),
        "python": platform.python_version(),
        **packages,
        "compilers": compilers,
    }


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _describe(shipped: Shipped, folder: Path, root: Path) -> dict[str, Any]:
    from ntbuild.pecheck import RULES, CheckSettings, check  # noqa: PLC0415 - only a release needs it
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415

    name = shipped.image.name
    content = shipped.image.read_bytes()
    options = shipped.step.options
    validation = shipped.step.validation
    settings = CheckSettings(
        profiles=validation.profiles, machine=options.machine, stamp=options.timestamp
    )
    header = Image(content, name).optional_header
    return {
        "name": shipped.name,
        "toolchain": shipped.toolchain,
        "arch": shipped.arch,
        "file": shipped.image.relative_to(folder).as_posix(),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "checksum": f"{header.CheckSum:#010x}",
        "headers": shipped.headers,
        "pdb": _file(shipped.pdb, folder),
        "public_pdb": shipped.public_pdb and _file(shipped.public_pdb, folder),
        "options": options_to_argv(options),
        "profiles": list(validation.profiles),
        "findings": [
            {
                "rule": each.finding.rule,
                "level": each.finding.level.word,
                "message": each.finding.message,
                "place": str(each.finding.location),
                "allowed": each.suppression and each.suppression.reason,
            }
            for each in validation.review(check(content, name, profile=settings))
            if each.finding.rule in RULES  # whether a suppression is used, only the build knows
        ],
        "scripts": _inputs(shipped.scripts, root),
        "compiled": [
            {
                "source": _shown(each.source, root),
                "flags": list(each.flags),
                "defines": list(each.defines),
                "include_dirs": [_shown(path, root) for path in each.include_dirs],
            }
            for each in shipped.compiled
        ],
        "inputs": _inputs(shipped.inputs, root),
    }


def _file(path: Path, folder: Path) -> dict[str, str]:
    return {"file": path.relative_to(folder).as_posix(), "sha256": _sha256(path)}


def _inputs(paths: Iterable[Path], root: Path) -> list[dict[str, str]]:
    named = {(_shown(path, root), _sha256(path)) for path in paths}
    return [{"path": path, "sha256": digest} for path, digest in sorted(named)]


def _shown(path: Path, root: Path) -> str:
    """A path relative to the project; of a file outside only the name, which is portable."""
    absolute = Path(root, path)
    if absolute.is_relative_to(root) and "site-packages" not in absolute.parts:
        return absolute.relative_to(root).as_posix()
    return f"external/{path.name}"


@functools.lru_cache(maxsize=4096)
def _digest(path: Path, _size: int, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sha256(path: Path) -> str:
    """A file's digest; cached, because every image of a matrix has the same headers."""
    status = path.stat()
    return _digest(path, status.st_size, status.st_mtime_ns)
