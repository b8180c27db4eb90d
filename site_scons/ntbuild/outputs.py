"""Writes the files of one link so that either all of them are new or none has changed.

The hard part is the last step: several renames are not one. Everything that can fail is therefore
done before the first rename (temporary files in the target's own folder, written and synced), and
a rename that fails nevertheless puts the earlier targets back.
"""

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


class OutputError(Exception):
    """A file could not be written; nothing was changed. The text is one line: ``file: reason``."""


def write_all(files: Sequence[tuple[Path, bytes]], *, make_folders: bool = True) -> None:
    """Write each ``(path, content)``, making folders that are missing unless told not to.

    What is no file (``/dev/null``, a pipe) is written into, never replaced. Raises OutputError;
    then every file is as it was and no temporary file is left.
    """
    staged: list[tuple[Path, Path]] = []
    try:
        streams = [each for each in files if _is_stream(each[0])]
        for target, content in (each for each in files if each not in streams):
            temporary = _beside(target, "new")
            staged.append((temporary, target))
            if make_folders:
                target.parent.mkdir(parents=True, exist_ok=True)
            _stage(temporary, target, content)
        for target, content in streams:
            _write_into(target, content)
        _replace(staged)
    except OSError as error:
        place = error.filename2 or error.filename or (staged[-1][1] if staged else "")
        raise OutputError(f"{_target_of(place, staged)}: {error.strerror or error}") from error
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                temporary.unlink()


def _stage(temporary: Path, target: Path, content: bytes) -> None:
    if target.is_dir():
        raise IsADirectoryError(21, "is a directory", str(target))
    with temporary.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _is_stream(target: Path) -> bool:
    return target.exists() and not target.is_file() and not target.is_dir()


def _write_into(stream: Path, content: bytes) -> None:
    try:
        stream.write_bytes(content)
    except OSError as error:  # of a write, which does not say to what
        raise OSError(error.errno, error.strerror, str(stream)) from error


def _replace(staged: Sequence[tuple[Path, Path]]) -> None:
    """Rename the staged files to their targets; on failure put the first ones back."""
    kept: list[tuple[Path | None, Path]] = []
    try:
        for temporary, target in staged:
            kept.append((_keep(target), target))
            temporary.replace(target)
    except OSError:
        for old, target in reversed(kept):
            with suppress(OSError):
                if old is None:
                    target.unlink(missing_ok=True)
                else:
                    old.replace(target)
        raise
    finally:
        for old, _ in kept:
            if old is not None:
                with suppress(OSError):
                    old.unlink()


def _keep(target: Path) -> Path | None:
    """A second name for the old target; None when there is none to go back to."""
    old = _beside(target, "old")
    try:
        os.link(target, old)
    except FileNotFoundError:
        return None
    except OSError:  # a file system without hard links: a copy does as well
        old.write_bytes(target.read_bytes())
    return old


def _beside(target: Path, role: str) -> Path:
    """A name in the target's folder that no other process or thread uses."""
    return target.with_name(f".{target.name}.{os.getpid()}-{threading.get_ident()}.{role}")


def _target_of(place: object, staged: Sequence[tuple[Path, Path]]) -> str:
    """The target behind a temporary name: the user knows only that one."""
    for temporary, target in staged:
        if str(place) == str(temporary):
            return target.as_posix()
    return str(place)
