"""Large links run in processes of their own, which are kept until the build ends.

A link in the build tool's own process holds Python's lock: while a large one runs, no other job
starts or is noticed to have ended. `carry_out` hands such a link to a worker, ``python -m
ntbuild.worker``, and what comes of it is the same: files, warnings, errors. What is hard is every
other way to end. A worker that dies is an error with its name, and what it left half done is put
right (`outputs.put_right`); a build tool that dies closes a pipe, and the worker goes with it.

The standard library's process pools will not do: their workers hold both ends of their pipes, so
that a killed parent leaves them waiting for ever; they take a Ctrl-C meant for the build tool; and
they import the main program once more.
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

from ntbuild.building.driver import BuildError, LinkOrder
from ntbuild.building.steps import Order
from ntbuild.support.outputs import put_right
from ntbuild.support.values import dataclass

SIZE: Final = 16 << 20
"""Bytes of inputs of a link that takes as long as starting a worker does: a tenth of a second."""

VARIABLE: Final = "NTBUILD_WORKER_SIZE"
"""The shell variable that says another size: bytes, 0 for every link, ``never`` for none."""

ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1"}
"""What a worker is started with unless the user says otherwise: numpy has no use for threads."""

_HINT: Final = f">>> hint: {VARIABLE}=never links in the process of the build tool"
_PATIENCE: Final = 10.0
"""Seconds that a worker has for ending when it was told to."""


def carry_out(
    order: Order, inputs: Sequence[str], outputs: Sequence[str], *, jobs: int
) -> Sequence[str]:
    """``order.run(inputs, outputs)``, in a worker when it is a large link and not the only job.

    Returns warnings and raises what ``run`` raises; BuildError, too, for a worker that died.
    """
    if isinstance(order, LinkOrder) and _is_for_worker(inputs, jobs, os.environ):
        return _kept().run(order, inputs, outputs)
    return order.run(inputs, outputs)


def _is_for_worker(inputs: Sequence[str], jobs: int, environment: Mapping[str, str]) -> bool:
    said = environment.get(VARIABLE, "")
    if not said and jobs < 2:
        return False
    if said == "never" or not sys.executable:
        return False
    if said and not (said.isascii() and said.isdigit()):
        raise BuildError(f"{VARIABLE}={said}: expected a number of bytes, or never")
    return _size(inputs) >= (int(said) if said else SIZE)


def _size(paths: Sequence[str]) -> int:
    total = 0
    for path in paths:
        with suppress(OSError):  # the linker says what is wrong with it
            total += os.stat(path).st_size  # noqa: PTH116 - a Path for each of 1,500 objects costs
    return total


@dataclass(frozen=True, slots=True)
class Request:
    """What a worker is asked: an order, its files, and the folder that their names start from."""

    order: Order
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    folder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it: warnings, or the text of an error.

    ``bug`` is the name of an exception that nobody expected, ``trace`` where it came from.
    ``unread`` tells that the worker could not make sense of the request.
    """

    warnings: tuple[str, ...] = ()
    error: str | None = None
    bug: str = ""
    trace: str = ""
    unread: bool = False

    def given(self) -> tuple[str, ...]:
        """The warnings; raises what was raised in the worker."""
        if self.bug:
            bug = type(self.bug, (Exception,), {})(self.error)
            bug.add_note(self.trace)
            raise bug
        if self.error is not None:
            raise BuildError(self.error)
        return self.warnings


class Workers:
    """As many processes as links run at a time; a context manager that ends them all.

    ``start`` makes a process that answers on its standard output; threads may share one object.
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
        """The ids of those that were started and have not died."""
        return tuple(each.pid for each in self._all)

    def run(self, order: Order, inputs: Sequence[str], outputs: Sequence[str]) -> Sequence[str]:
        """``order.run(inputs, outputs)`` in a worker, or here when the order cannot travel."""
        try:
            # Twice: what is wrong inside must not put the pipe out of step.
            request = pickle.dumps(Request(order, tuple(inputs), tuple(outputs), str(Path.cwd())))
            request = pickle.dumps(request)
        except (pickle.PicklingError, TypeError, AttributeError, RecursionError):
            return order.run(inputs, outputs)
        process = self._take(outputs)
        try:
            answer = _ask(process, request)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self._bury(process, outputs)
            raise BuildError(_obituary(process.returncode, outputs[0])) from error
        except BaseException:  # such as a KeyboardInterrupt: nobody waits for the answer
            process.kill()
            self._bury(process, outputs)
            raise
        with self._lock:
            self._idle.append(process)
        return order.run(inputs, outputs) if answer.unread else answer.given()

    def _take(self, outputs: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            process = self._start()
        except OSError as error:
            reason = error.strerror or error
            text = f"the process that was to link it cannot be started: {reason}"
            raise BuildError(f"pelink: error: {outputs[0]}: {text}\n{_HINT}") from error
        with self._lock:
            self._all.append(process)
        return process

    def _bury(self, process: "subprocess.Popen[bytes]", outputs: Sequence[str]) -> None:
        """Make sure that a worker is dead and nothing of its is left half done."""
        _end(process)
        with self._lock:
            self._all.remove(process)
        put_right([Path(each) for each in outputs], process.pid)

    def close(self) -> None:
        """End the processes; one that is busy still is killed."""
        with self._lock:
            ending, self._all, self._idle = self._all, [], []
        for process in ending:
            _end(process)


@functools.cache
def _kept_once() -> Workers:
    workers = Workers()
    atexit.register(workers.close)
    return workers


_FIRST: Final = threading.Lock()


def _kept() -> Workers:
    """The workers of this process."""
    with _FIRST:
        return _kept_once()


def _start() -> "subprocess.Popen[bytes]":
    """A worker that imports what this process would, and hears of no Ctrl-C."""
    found = os.pathsep.join(each for each in sys.path if each and os.pathsep not in each)
    environment = {**ENVIRONMENT, **os.environ, "PYTHONPATH": found}
    # A session (a group on Windows) of its own: the build tool decides what a Ctrl-C ends.
    apart: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        apart = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return subprocess.Popen(
        # -P: a folder of the project called numpy is not numpy.
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
    """Close the pipes, which tells a worker to end, and wait for it."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # of what was not sent
                pipe.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _obituary(status: int, output: str) -> str:
    """What a user reads of a worker that died."""
    how = f"ended with status {status}"
    if status < 0:
        with suppress(ValueError):
            how = f"was ended by {signal.Signals(-status).name}"
    return f"pelink: error: {output}: the process that linked it {how}\n{_HINT}"
