"""The record ``build.json`` of releases and packages: how all of it was made, to make it again.

    record       the version of this form
    build        what scons was asked for: targets, variables, SOURCE_DATE_EPOCH
    commit       the project's commit, and its folder in the repository
    tools        versions of ntbuild, Python, compilers and what else decides about bytes
    images       each image: digests, link options, findings, how its sources were compiled
    packages     each package: its files, as they are and before they were signed

Two checkouts that build the same write the same bytes: no clock, no absolute path and no sequence
that depends on the run may be in it. Nothing says where a key is. `rebuild` reads it.
"""

import functools
import hashlib
import json
import platform
import subprocess
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ntbuild.building.driver import LINKING, LinkStep, fingerprint
from ntbuild.building.packages.steps import PACKAGING
from ntbuild.pelink.spelling.link_exe import options_to_argv
from ntbuild.support.values import dataclass
from ntbuild.support.version import __version__

VERSION: Final = 1
"""The version of the record's form; another one is not read."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """How one source of a driver was compiled: flags and defines as words, folders as paths."""

    source: Path
    flags: tuple[str, ...]
    defines: tuple[str, ...]
    include_dirs: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Commit:
    """The commit of a project, and whether files that it tracks differ from it.

    ``folder``: that of the project below the top of its repository; empty for the top.
    """

    name: str
    modified: bool
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Invocation:
    """What scons has to be asked for to make the same again.

    ``path``: where the record is written. ``variables``: words of the command line such as
    ``("arch", "x64")``. ``stamp``: SOURCE_DATE_EPOCH, None where it is not set.
    """

    targets: tuple[str, ...]
    path: Path
    variables: tuple[tuple[str, str], ...] = ()
    stamp: str | None = None


@dataclass(frozen=True, slots=True)
class MadeImage:
    """One image and what it was made from.

    ``image``, ``pdb``, ``public_pdb``: the files, where the record is written; the last one has
    public names only. ``names``: what the record calls these. ``inputs``: the sources, headers and
    export lists it depends on. ``compiler``: name and version. ``headers``: a digest of the
    compiler's version and ntbuild's own headers. ``scripts``: the SConstruct and the SConscripts
    that led to its declaration. ``compiled``: its sources and its libraries' ones, in link order.
    """

    name: str
    toolchain: str
    arch: str
    flavor: str
    compiler: str
    headers: str
    image: Path
    pdb: Path
    public_pdb: Path | None
    names: tuple[str, ...]
    step: LinkStep
    scripts: tuple[Path, ...] = ()
    compiled: tuple[Compiled, ...] = ()
    inputs: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """The signature: all but inputs and flags, which a build tool compares by itself."""
        cell = f"{self.toolchain} {self.arch} {self.flavor} {self.name}"
        made = f"{self.compiler}, headers {self.headers}, as {' '.join(self.names)}"
        made += f", declared in {' '.join(path.as_posix() for path in self.scripts)}"
        return f"{cell}: {self.image.as_posix()}; {made}; {self.step}"


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of a package, and its bytes before it was signed.

    ``unsigned``: the image as it was linked; None for what is not signed, and for the catalog.
    """

    name: str
    path: Path
    unsigned: Path | None = None


@dataclass(frozen=True, slots=True)
class MadePackage:
    """A package: its files, the catalog last, and the sources of its INF and further files."""

    name: str
    toolchain: str
    arch: str
    flavor: str
    version: str
    files: tuple[PackedFile, ...] = ()
    inputs: tuple[Path, ...] = ()


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
    folder = git("rev-parse", "--show-prefix") if name else None
    if name is None or changes is None or folder is None:
        return None
    return Commit(name.strip(), bool(changes), folder.strip().rstrip("/"))


def record_text(
    root: Path,
    invocation: Invocation,
    images: Iterable[MadeImage],
    packages: Iterable[MadePackage] = (),
    commit: Commit | None = None,
) -> str:
    """The text of ``build.json``.

    ``root``: the project's folder; a path outside it is recorded as ``external/<file name>``.
    Raises OSError for an input that cannot be read.
    """
    rows = sorted(images, key=lambda each: (each.toolchain, each.arch, each.name))
    record = {
        "record": VERSION,
        "build": {
            "file": _shown(invocation.path, root),
            "targets": list(invocation.targets),
            "variables": dict(sorted(invocation.variables)),
            "source_date_epoch": invocation.stamp,
        },
        "commit": commit
        and {"id": commit.name, "modified": commit.modified, "folder": commit.folder},
        "tools": _tools(rows),
        "images": [_describe(each, root) for each in rows],
        "packages": [_describe_package(each, root) for each in packages],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _tools(images: Sequence[MadeImage]) -> dict[str, Any]:
    compilers = {f"{each.toolchain} {each.arch}": {"version": each.compiler} for each in images}
    packages = {name: _version(name) for name in ("numpy", "jinja2", "scons", "ziglang")}
    return {
        "ntbuild": __version__,
        "ntbuild_sources": fingerprint(*LINKING, *PACKAGING),
        "python": platform.python_version(),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
        **packages,
        "compilers": compilers,
    }


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _describe(made: MadeImage, root: Path) -> dict[str, Any]:
    from ntbuild.pecheck import RULES, CheckSettings, check  # noqa: PLC0415 - only a record needs it
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415

    name = made.image.name
    content = made.image.read_bytes()
    options = made.step.options
    validation = made.step.validation
    settings = CheckSettings(
        profiles=validation.profiles, machine=options.machine, stamp=options.timestamp
    )
    header = Image(content, name).optional_header
    symbols = [each for each in (made.pdb, made.public_pdb) if each]
    pdbs = [_file(*each) for each in zip(symbols, made.names[1:], strict=True)]
    return {
        "name": made.name,
        "toolchain": made.toolchain,
        "arch": made.arch,
        "flavor": made.flavor,
        "file": made.names[0],
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "checksum": f"{header.CheckSum:#010x}",
        "headers": made.headers,
        "pdb": pdbs[0],
        "public_pdb": pdbs[1] if pdbs[1:] else None,
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
        "scripts": _inputs(made.scripts, root),
        "compiled": [
            {
                "source": _shown(each.source, root),
                "flags": list(each.flags),
                "defines": list(each.defines),
                "include_dirs": [_shown(path, root) for path in each.include_dirs],
            }
            for each in made.compiled
        ],
        "inputs": _inputs(made.inputs, root),
    }


def _describe_package(made: MadePackage, root: Path) -> dict[str, Any]:
    return {
        "name": made.name,
        "toolchain": made.toolchain,
        "arch": made.arch,
        "flavor": made.flavor,
        "version": made.version,
        "files": [_packed(each) for each in made.files],
        "inputs": _inputs(made.inputs, root),
    }


def _packed(file: PackedFile) -> dict[str, Any]:
    content = file.path.read_bytes()
    before = content if file.unsigned is None else file.unsigned.read_bytes()
    return {
        "file": file.name,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "unsigned_sha256": hashlib.sha256(unsigned_form(file.name, before)).hexdigest(),
    }


def unsigned_form(name: str, content: bytes) -> bytes:
    """What a file was before it was signed: an image or a catalog; other files are themselves.

    Raises ValueError and PackageError for bytes that are no image or catalog.
    """
    if name.lower().endswith(".cat"):
        from ntbuild.packaging.signed_data import without_signer  # noqa: PLC0415 - few need it

        return without_signer(content)
    if content[:2] == b"MZ":
        from ntbuild.packaging.image_signature import without_signature  # noqa: PLC0415

        return without_signature(content, name)
    return content


def digest_of(content: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(content).hexdigest()


def _file(path: Path, name: str) -> dict[str, str]:
    return {"file": name, "sha256": _sha256(path)}


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
