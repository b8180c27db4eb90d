"""A session of Wine: a prefix of its own for each run, and every process ended with it.

A prefix takes seconds to make and has 700 MB. One is made for each version of Wine and kept in the
cache; a session's prefix has hard links to its files and copies of its registry. A driver runs as a
program of the user's, with all rights of the user: what it writes to a file of Wine's, the next
sessions would find. Those files are therefore read-only (which does not stop root).

Windows programs start others, whose output goes to the first one's. So it is a file, never a pipe
that a program which goes on would hold open.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ntbuild.running.cache import BuildError, cache_folder
from ntbuild.running.engines import AbsentError
from ntbuild.support.values import dataclass

PACKAGE: Final = "wine64"
_WINE: Final = ("wine64", "/usr/lib/wine/wine64", "wine")
_SERVER: Final = ("wineserver", "/usr/lib/wine/wineserver64", "wineserver64")
_VERSION: Final = re.compile(r"wine-(\d\S*)")
_MAKING: Final = 300
"""Seconds that a prefix may take to be made on a slow machine; two cores need 7."""
_ENDING: Final = 30
"""Seconds that the processes of a session may take to end."""
CHANNELS: Final = "-all,err+all,fixme+ntoskrnl,fixme+fltmgr,warn+debugstr,trace+loaddll"
"""Debug channels: what fails, what is a stub, what drivers print, where images are loaded."""
_DEBUGGER: Final = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug"


@dataclass(frozen=True, slots=True)
class Programs:
    """Wine's loader and its server, by path."""

    wine: str
    server: str


def programs() -> Programs:
    """The installed ones. Raises AbsentError."""
    wine, server = (next(filter(None, map(shutil.which, each)), None) for each in (_WINE, _SERVER))
    if wine is None or server is None:
        raise AbsentError(f"wine is not installed: apt install {PACKAGE}")
    return Programs(wine, server)


@functools.cache
def version_of(wine: str) -> str:
    """Wine's version, such as 8.0."""
    done = subprocess.run(
        [wine, "--version"], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    found = _VERSION.search(done.stdout)
    return found[1] if found else "of no known version"


def environment(prefix: Path) -> Mapping[str, str]:
    """No display, no home folder to touch, and nothing of the user's own Wine settings."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(prefix.parent),
        "WINEPREFIX": str(prefix),
        "WINEARCH": "win64",
        "WINEDEBUG": CHANNELS,
        # No questions about .NET or HTML engines, no entries in a desktop's menus.
        "WINEDLLOVERRIDES": "mscoree,mshtml,winemenubuilder.exe=",
    }


def prepare() -> Path:
    """The prefix that sessions are copied from, made once. Raises AbsentError and BuildError."""
    import fcntl  # noqa: PLC0415 - where Wine is, this is

    found = programs()
    version = subprocess.run(
        [found.wine, "--version"], capture_output=True, check=False, stdin=subprocess.DEVNULL
    ).stdout
    digest = hashlib.sha256(version + os.path.realpath(found.wine).encode()).hexdigest()[:12]
    target = cache_folder() / f"wine-{digest}"
    with (cache_folder() / f"wine-{digest}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.is_dir():
            _make(found, target)
    return target


def _make(found: Programs, target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="wine-new-") as folder:
        prefix = Path(folder) / "prefix"
        prefix.mkdir()  # the server does not make it
        # Any program has Wine boot first; wineboot itself would make a second service manager.
        # A driver that crashes ends; nothing looks for a debugger first.
        words = ["reg", "add", _DEBUGGER, "/v", "Debugger", "/d", "", "/f"]
        log = Path(folder) / "log"
        try:
            code = _run([found.wine, *words], prefix, log, _MAKING)
            _run([found.server, "-w"], prefix, log, _ENDING)
        except subprocess.TimeoutExpired as late:
            raise BuildError(f"Wine did not make a session in {_MAKING} s") from late
        finally:
            end(found, prefix)
        if code:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines() or ["no message"]
            raise BuildError(f"Wine did not make a session: {lines[-1]}")
        for path in (prefix / "drive_c/windows").rglob("*"):
            if path.is_file() and not path.is_symlink():
                path.chmod(0o444)
        prefix.rename(target)


def _run(argv: Sequence[str], prefix: Path, log: Path, seconds: float) -> int:
    with log.open("ab") as stream:
        return subprocess.run(
            argv,
            env=environment(prefix),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            timeout=seconds,
            check=False,
        ).returncode


def end(found: Programs, prefix: Path) -> None:
    """End every process of a session, and wait until they are gone."""
    for option in ("-k", "-w"):
        with suppress(subprocess.TimeoutExpired):
            _run([found.server, option], prefix, prefix.parent / "end.log", _ENDING)


@contextmanager
def session(template: Path) -> Iterator[Path]:
    """A folder with ``prefix`` in it for one run; everything in it ends with the run."""
    found = programs()
    with tempfile.TemporaryDirectory(dir=template.parent, prefix="wine-run-") as folder:
        prefix = Path(folder) / "prefix"
        shutil.copytree(template, prefix, symlinks=True, copy_function=_link)
        try:
            yield Path(folder)
        finally:
            end(found, prefix)


@contextmanager
def startup() -> Iterator[None]:
    """Held while a session starts: now and then one starts wrongly while another one does."""
    import fcntl  # noqa: PLC0415 - where Wine is, this is

    with (cache_folder() / "wine.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _link(source: str, target: str) -> None:
    if not source.endswith(".reg"):
        with suppress(OSError):  # another file system, or one without links
            os.link(source, target)
            return
    shutil.copy2(source, target)
