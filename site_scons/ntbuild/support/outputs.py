"""Writes the files of one link so that either all of them are new or none has changed.

The hard part is the last step: several renames are not one. Everything that can fail is therefore
done before the first rename (temporary files in the target's own folder, written and closed), a
rename that fails nevertheless puts the earlier targets back, and what a killed process leaves half
done another one can put right. Nothing is synced, as no compiler does it either.
"""

# Paths are texts here and files are handled by `os`: every image of a build comes this way.
# ruff: noqa: PTH103, PTH105, PTH108, PTH116, PTH118, PTH120, PTH123, PTH208

import os
import stat
from _thread import get_ident
from collections.abc import Sequence
from contextlib import suppress

_NEW, _OLD = ".new", ".old"

Content = bytes | memoryview
Name = str | os.PathLike[str]


class OutputError(Exception):
    """A file could not be written; nothing was changed. The text is one line: ``file: reason``."""


def write_all(files: Sequence[tuple[Name, Content]], *, make_folders: bool = True) -> None:
    """Write each ``(path, content)``, making folders that are missing unless told not to.

    What is no file (``/dev/null``, a pipe) is written into, never replaced. Raises OutputError;
    then every file is as it was and no temporary file is left.
    """
    staged: list[tuple[str, str]] = []
    try:
        streams = [each for each in files if _is_stream(each[0])]
        for path, content in (each for each in files if each not in streams):
            target = os.fspath(path)
            staged.append((_beside(target, len(staged), _NEW), target))
            _stage(staged[-1][0], content, make_folders=make_folders)
        for path, content in streams:
            _write_into(path, content)
        _replace(staged)
        staged.clear()
    except OSError as error:
        place = error.filename2 or error.filename or (staged[-1][1] if staged else "")
        raise OutputError(f"{_target_of(place, staged)}: {error.strerror or error}") from error
    finally:
        for temporary, _ in staged:
            with suppress(OSError):
                os.unlink(temporary)


def put_right(targets: Sequence[Name], process: int) -> None:
    """Undo what a process that is dead left of a `write_all` of these targets.

    Had it renamed some of them, they are as before; had it renamed all, they stay. No temporary
    file is left. What cannot be done is left as it is.
    """
    left = {os.fspath(target): _left(os.fspath(target), process) for target in targets}
    waiting = [number for found in left.values() for number in found.get(_NEW, {})]
    undo = bool(waiting) and 0 not in waiting  # the first was renamed and not the last
    for target, found in left.items():
        with suppress(OSError):
            if undo and _NEW not in found:
                _put_back([(next(iter(found.get(_OLD, {}).values()), None), target)])
        for temporary in (name for names in found.values() for name in names.values()):
            with suppress(OSError):
                os.unlink(temporary)


def _left(target: str, process: int) -> dict[str, dict[int, str]]:
    """What lies beside a target of a process's making: by role and by number among the targets."""
    folder, name = os.path.split(target)
    found: dict[str, dict[int, str]] = {}
    with suppress(OSError):
        for each in os.listdir(folder or "."):
            if each.startswith(f".{name}.{process}-") and each.endswith((_NEW, _OLD)):
                role = each[-len(_NEW) :]
                number = each[: -len(role)].rpartition(".")[2]
                found.setdefault(role, {})[int(number)] = os.path.join(folder, each)
    return found


def _is_stream(target: Name) -> bool:
    """Whether a path is neither a file nor missing; a folder is an error."""
    try:
        mode = os.stat(target).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "is a directory", os.fspath(target))
    return not stat.S_ISREG(mode)


def _stage(temporary: str, content: Content, *, make_folders: bool) -> None:
    try:
        _write(temporary, content)
    except FileNotFoundError:
        if not make_folders:
            raise
        os.makedirs(os.path.dirname(temporary), exist_ok=True)
        _write(temporary, content)


def _write(new: str, content: Content) -> None:
    with open(new, "xb") as file:
        file.write(content)


def _write_into(stream: Name, content: Content) -> None:
    try:
        with open(stream, "wb") as file:
            file.write(content)
    except OSError as error:  # of a write, which does not say to what
        raise OSError(error.errno, error.strerror, os.fspath(stream)) from error


def _replace(staged: Sequence[tuple[str, str]]) -> None:
    """Rename the staged files to their targets; on failure put the first ones back."""
    kept: list[tuple[str | None, str]] = []
    try:
        for number, (temporary, target) in enumerate(staged):
            kept.append((_keep(target, number), target))
            os.replace(temporary, target)
    except OSError:
        _put_back(kept[::-1])
        raise
    finally:
        for old, _ in kept:
            if old is not None:
                with suppress(OSError):
                    os.unlink(old)


def _put_back(kept: Sequence[tuple[str | None, str]]) -> None:
    for old, target in kept:
        with suppress(OSError):
            if old is None:
                os.unlink(target)
            else:
                os.replace(old, target)


def _keep(target: str, number: int) -> str | None:
    """A second name for the old target; None when there is none to go back to."""
    old = _beside(target, number, _OLD)
    try:
        os.link(target, old)
    except FileNotFoundError:
        return None
    except OSError:  # a file system without hard links: a copy does as well
        with open(target, "rb") as before, open(old, "wb") as after:
            after.write(before.read())
    return old


def _beside(target: str, number: int, role: str) -> str:
    """A name in the target's folder that no other process or thread uses."""
    folder, name = os.path.split(target)
    mark = f"{os.getpid()}-{get_ident()}.{number}"
    return os.path.join(folder, f".{name}.{mark}{role}")


def _target_of(place: object, staged: Sequence[tuple[str, str]]) -> str:
    """The target behind a temporary name: the user knows only that one."""
    for temporary, target in staged:
        if str(place) == temporary:
            return target.replace(os.sep, "/")
    return str(place)
