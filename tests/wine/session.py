"""Wine with a prefix of its own: services start and stop; what drivers print meanwhile.

Wine runs a kernel driver in a process of its own (winedevice.exe), which the service manager starts
and whose stderr is that of the first program of the session. So one file gets the stderr of all.
DbgPrint goes there when the debug channel ``debugstr`` is let through at level ``warn``; Wine's
ntoskrnl channel does not show it.

Sessions start up wrongly now and then while another one works. So of all the processes that run
tests one at a time has a program of Wine running, whichever session that is of.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import peers

START_TIME = 240
"""Seconds that a slow machine may take to make a prefix; two cores need 7."""
STEP_TIME = 90
"""Seconds for anything that takes 0.1 s here."""
MANAGER_TIME = 20
"""Seconds that the service manager of a new session may take to answer on a loaded machine."""
_STARTS = 3
_NEVER_BEGAN = b"failed to map the shared user data"
"""What Wine says when the system has put something where its first page has to be: by chance, and
before anything of the program has run. Then it is started again."""
_CHANNELS = "-all,err+all,warn+debugstr"
_PRINTED = re.compile(r":debugstr:\w+ [0-9a-f]+:[0-9a-f]+: (.*)")
_STATE = re.compile(r"STATE\s*:\s*\d+\s+(\w+)")


@dataclass(frozen=True)
class Wine:
    """A running session. ``drive`` is what its programs know as ``C:``."""

    folder: Path
    wine: str
    server: str

    @classmethod
    def of(cls, folder: Path) -> "Wine":
        """Wine with a prefix to be made in `folder`; a missing Wine skips the test."""
        return cls(folder, peers.require("wine"), peers.require("wineserver"))

    def start(self) -> None:
        """Make the prefix and start the session."""
        (self.folder / "prefix").mkdir()  # the server does not make it
        # -p300: the server ends by itself 300 s after its last program, should a test not stop it.
        self._run([self.server, "-p300"], START_TIME)
        # Any program has Wine boot first; wineboot itself would then make a second service manager.
        done = self._run([self.wine, "cmd", "/c", "ver"], START_TIME)
        assert done.returncode == 0, self.log()

    def stop(self) -> None:
        """End every process of the session and wait until they are gone."""
        self._run([self.server, "-k"], STEP_TIME)
        self._run([self.server, "-w"], STEP_TIME)

    @property
    def drive(self) -> Path:
        return self.folder / "prefix/drive_c"

    @property
    def drivers(self) -> Path:
        """Where a driver's imports from other drivers are looked for."""
        return self.drive / "windows/system32/drivers"

    def run(self, *words: str, overrides: str = "") -> subprocess.CompletedProcess[str]:
        """Run a Windows program; its stdout is in the result, its stderr in the session's log.

        ``overrides`` says which DLLs are not Wine's own, as WINEDLLOVERRIDES has it.
        """
        return self._run([self.wine, *words], STEP_TIME, overrides)

    def _run(
        self, command: list[str], seconds: float, overrides: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a command; files and no pipes, because what it starts may live on and hold them."""
        output = self.folder / "stdout"
        errors = self.folder / "stderr"
        for _ in range(_STARTS):
            before = errors.stat().st_size if errors.is_file() else 0
            with alone(), output.open("wb") as out, errors.open("ab") as err:
                done = subprocess.run(
                    command,
                    cwd=self.folder,
                    env=self._environment(overrides),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=err,
                    timeout=seconds,
                    check=False,
                )
            if _NEVER_BEGAN not in errors.read_bytes()[before:]:
                break
        text = output.read_text(encoding="utf-8", errors="replace")
        return subprocess.CompletedProcess(command, done.returncode, text, "")

    def _environment(self, overrides: str = "") -> dict[str, str]:
        """No display, no home folder to touch, and nothing of the user's own Wine settings."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self.folder),
            "WINEPREFIX": str(self.folder / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": _CHANNELS,
            "WINEDLLPATH": peers.WINE_X86,
            # No questions about .NET or HTML engines, no entries in a desktop's menus.
            "WINEDLLOVERRIDES": f"mscoree,mshtml,winemenubuilder.exe=;{overrides}".strip(";"),
        }

    def log(self) -> str:
        return (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")

    def printed(self, prefix: str) -> list[str]:
        """Lines printed with DbgPrint so far that start with `prefix`."""
        return [text for text in _PRINTED.findall(self.log()) if text.startswith(prefix)]


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock that this file is to all processes that run tests of this checkout."""
    import fcntl  # not where there is no Wine

    with Path(__file__).open(encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Service:
    """A kernel driver registered as a service."""

    def __init__(self, wine: Wine, name: str, image: Path) -> None:
        self.wine = wine
        self.name = name
        path = "C:\\" + image.relative_to(wine.drive).as_posix().replace("/", "\\")
        words = ("create", name, "type=", "kernel", "binPath=", path)
        until = time.monotonic() + MANAGER_TIME
        while wine.run("sc", *words).returncode:  # the service manager may not be up yet
            assert time.monotonic() < until, f"sc {' '.join(words)}\n{wine.log()}"
            time.sleep(0.1)

    def start(self) -> None:
        self._wait("RUNNING", self._sc("start", self.name))

    def stop(self) -> None:
        self._wait("STOPPED", self._sc("stop", self.name))

    def delete(self) -> None:
        self._sc("delete", self.name)

    def wait(self, wanted: str) -> None:
        """Until the service is in a state; now and then Wine's `sc query` ends without answer."""
        self._wait(wanted, "")

    def state(self) -> str:
        """STOPPED, RUNNING or what lies between; empty when there is no such service."""
        return _state(self.wine.run("sc", "query", self.name).stdout)

    def _sc(self, *words: str) -> str:
        done = self.wine.run("sc", *words)
        assert done.returncode == 0, f"sc {' '.join(words)}\n{done.stdout}\n{self.wine.log()}"
        return done.stdout

    def _wait(self, wanted: str, text: str) -> None:
        """Until the service is in a state; `text` is the answer to the command that led there."""
        now = _state(text)
        until = time.monotonic() + STEP_TIME
        while now != wanted:
            assert time.monotonic() < until, f"{self.name}: {now}, not {wanted}\n{self.wine.log()}"
            time.sleep(0.1)
            now = self.state()


def _state(text: str) -> str:
    found = _STATE.search(text)
    return found[1] if found else ""
