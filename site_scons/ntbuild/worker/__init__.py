"""Large links run in worker processes, which are kept until the build ends.

A link in the build tool's own process holds Python's lock: while a large one runs, no other job
starts or is noticed to have ended. `run_step` passes such a link to a worker, ``python -m
ntbuild.worker``; files, warnings and errors are the same as without one. A worker that dies makes
the step fail with an error that names the signal, and its partial output is undone
(`outputs.put_right`). A build tool that dies closes the pipe, which ends the worker.

The standard library's process pools do not fit: their workers hold both ends of their pipes, so
that a killed parent leaves them waiting for ever; they receive the Ctrl-C of the build tool; and
they import the main program again.
"""

import atexit
import functools
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from ntbuild.building.driver import BuildError, LinkStep
from ntbuild.building.steps import BuildStep
from ntbuild.support.outputs import put_right
from ntbuild.support.values import dataclass

SIZE: Final = 16 << 20
"""Bytes of inputs of a link that takes about as long as starting a worker, 0.1 s."""

VARIABLE: Final = "NTBUILD_WORKER_SIZE"
"""The environment variable with another size: bytes, 0 for every link, ``never`` for none."""

ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""Defaults of a worker's environment: ntbuild uses nothing of numpy that needs threads."""

_HINT: Final = f">>> hint: {VARIABLE}=never links in the process of the build tool"
_PATIENCE: Final = 10.0
"""Seconds that a worker has to end after its input was closed."""


def run_step(
    step: BuildStep, inputs: Sequence[str], outputs: Sequence[str], *, jobs: int
) -> Sequence[str]:
    """``step.run(inputs, outputs)``, in a worker when it is a large link and not the only job.

    ``jobs``: how many jobs the build runs at a time. Returns warnings. Raises what ``run`` raises,
    and BuildError for a worker that died or cannot be started.
    """
    if isinstance(step, LinkStep) and _is_for_worker(inputs, jobs, os.environ):
        return _kept().run(step, inputs, outputs)
    return step.run(inputs, outputs)


def _is_for_worker(inputs: Sequence[str], jobs: int, environment: Mapping[str, str]) -> bool:
    size = environment.get(VARIABLE, "")
    if not size and jobs < 2:
        return False
    if size == "never" or not sys.executable:
        return False
    if size and not (size.isascii() and size.isdigit()):
        raise BuildError(f"{VARIABLE}={size}: expected a number of bytes, or never")
    return _size(inputs) >= (int(size) if size else SIZE)


def _size(paths: Sequence[str]) -> int:
    total = 0
    for path in paths:
        with suppress(OSError):  # the linker reports it
            total += os.stat(path).st_size  # noqa: PTH116 - a Path for each of 1,500 objects costs
    return total


@dataclass(frozen=True, slots=True)
class Request:
    """A build step for a worker; the names of its files are relative to ``folder``."""

    step: BuildStep
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    folder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of a request: warnings, or the text of an error.

    ``bug``: the class name of an unexpected exception; ``trace``: its traceback. ``unread``: the
    worker could not unpickle the request.
    """

    warnings: tuple[str, ...] = ()
    error: str | None = None
    bug: str = ""
    trace: str = ""
    unread: bool = False

    def given(self) -> tuple[str, ...]:
        """The warnings. Raises the exception of the worker, if there was one."""
        if self.bug:
            bug = type(self.bug, (Exception,), {})(self.error)
            bug.add_note(self.trace)
            raise bug
        if self.error is not None:
            raise BuildError(self.error)
        return self.warnings


class Workers:
    """Worker processes, as many as links run at a time; a context manager that ends them all.

    ``start`` makes a process that answers on its standard output. Threads may share one object.
    """

    def __init__(self, start: Callable[[], "subprocess.Popen[bytes]"] | None = None) -> None:
        self._start = start or _start
        self._idle: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def processes(self) -> tuple[int, ...]:
        """The process ids of all workers that have not died."""
        return tuple(each.pid for each in self._all)

    def run(self, step: BuildStep, inputs: Sequence[str], outputs: Sequence[str]) -> Sequence[str]:
        """``step.run(inputs, outputs)`` in a worker; here if the step cannot be pickled."""
        try:
            # Pickled twice: the worker always reads one whole message, even one it cannot unpickle.
            request = pickle.dumps(Request(step, tuple(inputs), tuple(outputs), str(Path.cwd())))
            request = pickle.dumps(request)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
            return step.run(inputs, outputs)
        process = self._take(outputs)
        try:
            answer = _ask(process, request)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._remove(process, outputs)
            raise BuildError(_death_message(process.returncode, outputs[0])) from error
        except BaseException:  # such as KeyboardInterrupt: the answer would not be read
            process.kill()
            self._remove(process, outputs)
            raise
        with self._lock:
            self._idle.append(process)
        return step.run(inputs, outputs) if answer.unread else answer.given()

    def _take(self, outputs: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            process = self._start()
        except OSError as error:
            reason = error.strerror or error
            text = f"the process that links it cannot be started: {reason}"
            raise BuildError(f"pelink: error: {outputs[0]}: {text}\n{_HINT}") from error
        with self._lock:
            self._all.append(process)
        return process

    def _remove(self, process: "subprocess.Popen[bytes]", outputs: Sequence[str]) -> None:
        """End a worker and undo what it has written of its outputs only in part."""
        _end(process)
        with self._lock:
            self._all.remove(process)
        put_right([Path(each) for each in outputs], process.pid)

    def close(self) -> None:
        """End the processes; one that is still busy after 10 s is killed."""
        with self._lock:
            ending, self._all, self._idle = self._all, [], []
        for process in ending:
            _end(process)


@functools.cache
def _kept_once() -> Workers:
    workers = Workers()
    atexit.register(workers.close)
    return workers


_CREATION: Final = threading.Lock()


def _kept() -> Workers:
    """The workers of this process."""
    with _CREATION:
        return _kept_once()


def _start() -> "subprocess.Popen[bytes]":
    """A worker with this process's import path, out of reach of the terminal's Ctrl-C."""
    found = os.pathsep.join(each for each in sys.path if each and os.pathsep not in each)
    environment = {**ENVIRONMENT, **os.environ, "PYTHONPATH": found}
    # A session (on Windows a group) of its own: the build tool decides what Ctrl-C ends.
    apart: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        apart = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return subprocess.Popen(
        # -P: a folder named numpy in the project must not be imported.
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        **apart,
    )


def _ask(process: "subprocess.Popen[bytes]", request: bytes) -> Answer:
    if process.stdin is None or process.stdout is None:
        raise AssertionError("both are pipes")
    process.stdin.write(request)
    process.stdin.flush()
    answer: Answer = pickle.load(process.stdout)  # noqa: S301 - from a process of our own
    return answer


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close the pipes, upon which a worker ends, and wait for it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # unsent data of a dead worker
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _death_message(status: int, output: str) -> str:
    """The error for a worker that died: the signal or exit status, and a way around it."""
    how = f"ended with status {status}"
    if status < 0:
        with suppress(ValueError):
            how = f"was ended by {signal.Signals(-status).name}"
    return f"pelink: error: {output}: the process that linked it {how}\n{_HINT}"
