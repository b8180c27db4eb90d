"""Output files of one command: all of them are written or none has changed, and no input ever has.

    write_all([("a.map", text), ("a.sys", image)], inputs=["a.obj", "ntoskrnl.lib"])

1. An output that is a file of ``inputs`` or another output, by device and inode, is an error.
2. Each content is written to a temporary file in the folder of its target, and closed.
3. The temporary files are renamed to their targets in the order given. A file that others depend
   on (the image) comes last: when the process is killed between two renames, it is the old one,
   and a build tool makes it anew.

Everything that can fail is done before the first rename; when a rename fails nevertheless, the
earlier targets are put back. What a killed process has left is removed by the next `write_all` in
that folder, or undone by `put_right`.

A target that is a symbolic link stays one: the file that it leads to is written. What is no file
(``/dev/null``, a pipe) is written into. An existing file keeps its mode.

Temporary files are named ``.ntbuild.CRC.PROCESS-THREAD.NUMBER.new`` (or ``.old``, for a second name
of the old target), where CRC is that of the target's name: short, so that targets may have names of
255 bytes. Their writer holds a lock on them, so that others can tell that it is alive, also from
another container.

Nothing is synced to the disk, as no compiler does it either.
"""

# Paths are texts here and files are handled by `os`: every image of a build comes this way.
# ruff: noqa: PTH100, PTH101, PTH103, PTH108, PTH114, PTH116, PTH118, PTH120, PTH208

import os
import stat
import time
from _thread import get_ident
from binascii import crc32
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import NamedTuple

from .host import replace_file
from .text import printable

_NEW, _OLD = ".new", ".old"
_PREFIX = ".ntbuild."
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_YOUNG = 60
"""Seconds in which a temporary file is not removed while its process may be alive."""
_TRIES = 5
"""How often a temporary file is made that another process sweeps before it is locked."""
_HAS_LOCKS = os.name != "nt"
"""Whether open files are locked. Those of Windows can be neither removed nor renamed anyway."""

Content = bytes | memoryview
Name = str | os.PathLike[str]


class OutputError(Exception):
    """A file could not be written; nothing was changed. The text is one line: ``file: reason``."""


class _Staged(NamedTuple):
    """One file on its way: its temporary name, its target, and the target's name as given."""

    temporary: str
    target: str
    name: str


def write_all(
    files: Sequence[tuple[Name, Content]],
    *,
    inputs: Iterable[Name] = (),
    executable: Name | None = None,
    make_folders: bool = True,
) -> None:
    """Write each ``(path, content)``, renaming in the order given.

    ``inputs`` are paths of everything that was read; missing ones count for nothing. Missing
    folders are made unless ``make_folders`` is off. The file ``executable``, if it is new, may be
    run by who may read it.

    Raises OutputError; then every file is as it was and no temporary file is left.
    """
    staged: list[_Staged] = []
    locks: list[int] = []
    name = ""
    runnable = None if executable is None else os.fspath(executable)
    try:
        regular: list[tuple[str, str, int | None, Content]] = []
        streams: list[tuple[str, Content]] = []
        for path, content in files:
            name = os.fspath(path)
            target, mode = _target_of(name)
            if mode is None or stat.S_ISREG(mode):
                regular.append((name, target, mode, content))
            else:
                streams.append((name, content))
        _check_apart([(name, target) for name, target, *_ in regular], inputs)
        for folder in dict.fromkeys(os.path.dirname(target) for _, target, *_ in regular):
            _sweep(folder)
        for name, target, mode, content in regular:
            staged.append(_Staged(_temporary(target, len(staged), _NEW), target, name))
            bits = 0o777 if name == runnable else 0o666
            temporary = staged[-1].temporary
            lock = _stage(temporary, content, bits, mode, make_folders=make_folders)
            locks += [lock] if lock is not None else []
        for name, content in streams:
            _write_into(name, content)
        _replace(staged, locks)
        staged.clear()
    except (OSError, ValueError) as error:
        raise OutputError(_one_line(error, name, staged)) from error
    finally:
        for lock in locks:
            os.close(lock)
        for each in staged:
            with suppress(OSError):
                os.unlink(each.temporary)


def put_right(targets: Sequence[Name], process: int) -> None:
    """Undo what a process that is dead left of a `write_all` of these targets.

    Had it renamed some of them, they are as before; had it renamed all, they stay. No temporary
    file is left. What cannot be done is left as it is.
    """
    finals = [os.path.realpath(target) for target in targets]
    left = {target: _left(target, process) for target in finals}
    waiting = [number for found in left.values() for number in found.get(_NEW, {})]
    undo = bool(waiting) and 0 not in waiting  # the first was renamed and not the last
    for target, found in left.items():
        with suppress(OSError):
            if undo and _NEW not in found:
                _put_back([(next(iter(found.get(_OLD, {}).values()), None), target)])
        for temporary in (name for names in found.values() for name in names.values()):
            with suppress(OSError):
                os.unlink(temporary)


# --- targets -------------------------------------------------------------------------------------


def _target_of(name: str) -> tuple[str, int | None]:
    """The file that is to be written, behind symbolic links, and its mode (None: it is new)."""
    try:
        mode = os.stat(name).st_mode
    except (FileNotFoundError, NotADirectoryError):
        mode = None
    if mode is not None and stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "is a directory", name)
    return os.path.realpath(name) if os.path.islink(name) else name, mode


def _check_apart(targets: Sequence[tuple[str, str]], inputs: Iterable[Name]) -> None:
    """Raise OutputError when a target is an input or another target, under whatever name."""
    existing: set[tuple[int, int]] = set()
    new: set[tuple[object, str]] = set()
    for name, target in targets:
        identity = _identity(target)
        folder, last = os.path.split(target)
        place = (_identity(folder or ".") or os.path.abspath(folder), last)
        if identity in existing or place in new:
            raise OutputError(f"{_shown(name)}: two outputs would be written to this file")
        if identity:
            existing.add(identity)
        else:
            new.add(place)
    for path in inputs if existing else ():
        if _identity(path) in existing:
            raise OutputError(f"{_shown(os.fspath(path))}: an output would replace this input")


def _identity(path: Name) -> tuple[int, int] | None:
    """Device and inode of what a path leads to; None where there is nothing."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


# --- temporary files -----------------------------------------------------------------------------


def _temporary(target: str, number: int, role: str) -> str:
    """A name in the target's folder that no other process or thread uses."""
    folder, name = os.path.split(target)
    owner = f"{os.getpid()}-{get_ident()}.{number}"
    return os.path.join(folder, f"{_PREFIX}{_mark(name)}.{owner}{role}")


def _mark(name: str) -> str:
    return f"{crc32(os.fsencode(name)):08x}"


def _left(target: str, process: int) -> dict[str, dict[int, str]]:
    """Temporary files that a process has made for a target: by role and number among its files."""
    folder, name = os.path.split(target)
    begins = f"{_PREFIX}{_mark(name)}.{process}-"
    found: dict[str, dict[int, str]] = {}
    with suppress(OSError):
        for each in os.listdir(folder or "."):
            if each.startswith(begins) and each.endswith((_NEW, _OLD)):
                role = each[-len(_NEW) :]
                number = each[: -len(role)].rpartition(".")[2]
                found.setdefault(role, {})[int(number)] = os.path.join(folder, each)
    return found


def _sweep(folder: str) -> None:
    """Remove temporary files in a folder whose writer was killed."""
    with suppress(OSError):
        for each in os.listdir(folder or "."):
            if each.startswith(_PREFIX) and each.endswith((_NEW, _OLD)):
                with suppress(OSError):
                    _remove_abandoned(os.path.join(folder, each), each)


def _remove_abandoned(path: str, name: str) -> None:
    """Remove a temporary file unless its writer may be alive. Raises OSError."""
    process = name[len(_PREFIX) :].partition(".")[2].partition("-")[0]
    age = time.time() - os.stat(path).st_ctime
    # It may have been created a moment ago and not be locked yet.
    if age >= _YOUNG or (_HAS_LOCKS and not _is_alive(process)):
        with suppress(BlockingIOError):  # the writer holds its lock
            file = os.open(path, os.O_RDONLY)
            try:
                _lock(file, alone=True)
                os.unlink(path)
            finally:
                os.close(file)


def _is_alive(process: str) -> bool:
    """Whether this machine, or this container, has the process."""
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


# --- writing -------------------------------------------------------------------------------------


def _stage(
    temporary: str, content: Content, bits: int, mode: int | None, *, make_folders: bool
) -> int | None:
    """Write a temporary file; return a file descriptor that holds the lock on it, if one does."""
    file = _locked_file(temporary, bits, make_folders=make_folders)
    try:
        rest = memoryview(content).cast("B")
        while len(rest):
            rest = rest[os.write(file, rest[: 1 << 30]) :]
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file, stat.S_IMODE(mode))
    except BaseException:
        os.close(file)
        raise
    if _HAS_LOCKS:
        return file
    os.close(file)
    return None


def _locked_file(temporary: str, bits: int, *, make_folders: bool) -> int:
    """A new file with the lock on it.

    By another clock (of a server of files, or a faked one) a file may look old at once, and who
    sweeps the folder removes it before it is locked: then it is made again.
    """
    for _ in range(_TRIES):
        try:
            file = os.open(temporary, _FLAGS, bits)
        except FileNotFoundError:
            if not make_folders:
                raise
            os.makedirs(os.path.dirname(temporary), exist_ok=True)
            file = os.open(temporary, _FLAGS, bits)
        try:
            _lock(file)
            if os.fstat(file).st_nlink:
                return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)
    raise FileNotFoundError(2, "another process removes it again and again", temporary)


def _lock(file: int, *, alone: bool = False) -> None:
    """Lock an open file; ``alone`` is for removing it, which takes no time, so others wait for it.

    Raises BlockingIOError when it shall be alone and another has a lock.
    """
    if _HAS_LOCKS:
        from fcntl import LOCK_EX, LOCK_NB, LOCK_SH, flock  # noqa: PLC0415 - Windows has none

        try:
            flock(file, LOCK_EX | LOCK_NB if alone else LOCK_SH)
        except BlockingIOError:
            raise
        except OSError:  # a file system without locks: age and process have to do
            return


def _write_into(stream: str, content: Content) -> None:
    try:
        with open(stream, "wb") as file:  # noqa: PTH123 - as above
            file.write(content)
    except OSError as error:  # of a write, which does not say to what
        raise OSError(error.errno, error.strerror, stream) from error


def _replace(staged: Sequence[_Staged], locks: list[int]) -> None:
    """Rename the staged files to their targets; on failure put the first ones back."""
    kept: list[tuple[str | None, str]] = []
    try:
        for number, each in enumerate(staged):
            kept.append((_keep(each.target, number, locks), each.target))
            replace_file(each.temporary, each.target)
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
                replace_file(old, target)


def _keep(target: str, number: int, locks: list[int]) -> str | None:
    """A second name for the old target; None when there is none to go back to."""
    old = _temporary(target, number, _OLD)
    try:
        os.link(target, old)
    except FileNotFoundError:
        return None
    except OSError:  # a file system without hard links: a copy does as well
        with open(target, "rb") as before, open(old, "wb") as after:  # noqa: PTH123 - as above
            after.write(before.read())
        with suppress(OSError):
            os.chmod(old, stat.S_IMODE(os.stat(target).st_mode))
    if _HAS_LOCKS:
        with suppress(OSError):
            locks.append(os.open(old, os.O_RDONLY))
            _lock(locks[-1])
    return old


# --- messages ------------------------------------------------------------------------------------


def _one_line(error: OSError | ValueError, name: str, staged: Sequence[_Staged]) -> str:
    """``file: reason``, with the target's name in place of a temporary one."""
    if not isinstance(error, OSError):
        return f"{_shown(name)}: the name has a character that no file name can have"
    place = str(error.filename2 or error.filename or (staged[-1].name if staged else name))
    known = {each.temporary: each.name for each in staged}
    known |= {each.target: each.name for each in staged}
    return f"{_shown(known.get(place, place))}: {error.strerror or error}"


def _shown(name: str) -> str:
    return printable(name.replace(os.sep, "/"))
