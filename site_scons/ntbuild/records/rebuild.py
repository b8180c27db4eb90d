"""A build made again from its record, in a folder of its own, and compared byte for byte.

    checkout(record, source, folder, as_is=False)     the sources, as the record's commit has them
    rebuild(record, root)                             scons there; the new record

The sources are those of the recorded commit where ``source`` is a repository that has it, else the
files of ``source`` as they are. They are compared with the record before anything is built. scons
runs as recorded, but signs nothing. It executes the SConstruct of the sources: rebuild what you
trust.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import ntbuild
from ntbuild.support.text import printable

from .differences import Record
from .reader import RecordError, read_record
from .record import digest_of

_NOT_COPIED: Final = (".git", ".sconsign*", "__pycache__", ".venv", ".hg", ".svn")
_MOST_LINES: Final = 8
"""Lines of a failed build that are repeated."""


class RebuildError(Exception):
    """The build could not be made again; the text is one line or a few."""


def checkout(record: Record, source: Path, folder: Path, *, as_is: bool = False) -> Path:
    """Put the sources into a new folder; where the SConstruct is. Raises RebuildError.

    ``as_is``: the files of ``source`` and not those of the commit.
    """
    commit = record["commit"]
    if record["build"]["file"].startswith("external/"):
        raise RebuildError("build.file: the build folder is outside of the project")
    if not source.is_dir():
        raise RebuildError(f"{_shown(source)}: no folder with sources")
    if commit is None or commit["modified"] or as_is:
        _copy(record, source, folder)
        return folder
    top = _git(source, "rev-parse", "--show-toplevel").strip()
    name = commit["id"]
    try:
        _git(source, "cat-file", "-e", f"{name}^{{commit}}")
    except RebuildError as error:
        raise RebuildError(f"{_shown(source)}: the commit {name} is not there; fetch it") from error
    _git(source, "clone", "--quiet", "--no-checkout", "--shared", top, str(folder))
    _git(folder, "checkout", "--quiet", "--detach", name)
    root = Path(folder, commit["folder"])
    if not root.is_dir():
        raise RebuildError(f"commit.folder: the commit has no {printable(commit['folder'])}")
    return root


def source_differences(record: Record, root: Path) -> Iterator[str]:
    """Sources of a checkout that are missing or not as recorded, a line for each."""
    seen: set[str] = set()
    for row in (*record["images"], *record["packages"]):
        for each in (*row.get("scripts", ()), *row["inputs"]):
            path = each["path"]
            if path in seen or path.startswith("external/"):
                continue
            seen.add(path)
            try:
                content = (root / path).read_bytes()
            except OSError as error:
                yield f"{printable(path)}: {error.strerror or error}"
                continue
            if digest_of(content) != each["sha256"]:
                yield f"{printable(path)}: another content than recorded"


def rebuild(record: Record, root: Path) -> dict[str, Any]:
    """Run scons in a checkout as the record says, unsigned; the record of that build.

    Raises RebuildError.
    """
    build = record["build"]
    words = [sys.executable, "-m", "SCons", "-Q", "--unsigned", "--cache-disable"]
    words += [f"-j{os.cpu_count() or 1}"]
    words += [f"{name}={value}" for name, value in build["variables"].items()]
    dropped = ("SOURCE_DATE_EPOCH", "SCONSFLAGS")
    environment = {key: value for key, value in os.environ.items() if key not in dropped}
    environment["CCACHE_DISABLE"] = "1"  # what was compiled elsewhere proves nothing
    if build["source_date_epoch"] is not None:
        environment["SOURCE_DATE_EPOCH"] = build["source_date_epoch"]
    home = str(Path(ntbuild.__file__).parents[1])
    paths = [home, environment.get("PYTHONPATH", "")]
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    done = subprocess.run(
        [*words, *build["targets"]],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        lines = [printable(line) for line in done.stderr.splitlines() if line.strip()]
        shown = "\n".join(lines[:_MOST_LINES]) or "no message"
        raise RebuildError(f"scons failed with exit code {done.returncode}: {shown}")
    path = root / build["file"]
    try:
        return read_record(path.read_bytes(), path.name)
    except (OSError, RecordError) as error:
        raise RebuildError(f"{build['file']}: scons has not written it: {error}") from error


def _copy(record: Record, source: Path, folder: Path) -> None:
    """Copy a folder's files, without what builds and version control leave in it."""
    made = (source / Path(record["build"]["file"]).parts[0]).resolve()
    usual = shutil.ignore_patterns(*_NOT_COPIED)

    def ignored(place: str, names: list[str]) -> set[str]:
        found = usual(place, names)
        here = Path(place)
        return found | {n for n in names if (here / n).resolve() in (made, folder.resolve())}

    try:
        shutil.copytree(
            source, folder, ignore=ignored, ignore_dangling_symlinks=True, dirs_exist_ok=True
        )
    except (OSError, shutil.Error) as error:
        reason = getattr(error, "strerror", None) or "some files cannot be copied"
        raise RebuildError(f"{_shown(source)}: {reason}") from error


def _git(place: Path, *words: str) -> str:
    """What git says. Raises RebuildError."""
    try:
        done = subprocess.run(
            ["git", "-C", str(place), *words], capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise RebuildError(f"git: {error.strerror or error}") from error
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RebuildError(f"{_shown(place)}: git {words[0]}: {printable(said[-1])}")
    return done.stdout


def _shown(path: Path) -> str:
    return printable(path.as_posix())
