"""System threads of a driver, one of which runs at a time.

A thread is a thread of Python that holds the processor from one wait to the next; the registers are
saved and restored when it changes. `Threads.resume` gives the processor to each thread in turn and
returns when all are waiting again or have ended. Threads never run by themselves, so a run is the
same each time.
"""

import threading
from typing import Any, Final

from .kernel import Kernel
from .memory import READ, WRITE

_FIRST_STACK: Final = 0x02100000
_STACK_STEP: Final = 0x20000


class ThreadEndsError(Exception):
    """PsTerminateSystemThread, or the end of the run."""


class _Thread:
    """One thread; ``until``: the time at which its wait ends in any case."""

    def __init__(self, address: int, routine: int, context: int) -> None:
        self.address, self.routine, self.context = address, routine, context
        self.go, self.back = threading.Semaphore(0), threading.Semaphore(0)
        self.is_done = self.has_moved = self.is_aborted = False
        self.until: int | None = None
        self.error: BaseException | None = None
        self.saved: Any = None
        self.limits = (0, 0)


class Threads:
    """All threads of a run but the first, which calls the driver's functions."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._threads: Final[list[_Thread]] = []
        self._current: _Thread | None = None
        self._next_stack = kernel.machine.facts.high + _FIRST_STACK

    def start(self, address: int, routine: int, context: int) -> None:
        """Add a thread; it runs at the next `resume`."""
        thread = _Thread(address, routine, context)
        facts = self._kernel.machine.facts
        low, self._next_stack = self._next_stack, self._next_stack + _STACK_STEP
        self._kernel.machine.map(low, facts.stack, READ | WRITE)
        thread.limits = (low, low + facts.stack)
        self._threads.append(thread)
        threading.Thread(target=self._body, args=(thread,), daemon=True).start()

    def _body(self, thread: _Thread) -> None:
        thread.go.acquire()
        thread.has_moved = True
        try:
            if not thread.is_aborted:
                kernel = self._kernel
                kernel.machine.sp = thread.limits[1] - 64
                kernel.call(thread.routine, thread.context, what="a system thread")
        except ThreadEndsError:
            pass
        except BaseException as error:  # noqa: BLE001 - passed on to the thread that resumes
            thread.error = error
        thread.is_done = thread.has_moved = True
        thread.back.release()

    def resume(self) -> bool:
        """Let every thread run until it waits; whether any got on."""
        if self._current is not None:
            return False
        has_moved = False
        for thread in [each for each in self._threads if not each.is_done]:
            has_moved |= self._switch(thread)
        return has_moved

    def _switch(self, thread: _Thread) -> bool:
        kernel = self._kernel
        saved = kernel.machine.cpu.context_save()
        outside = kernel.depth, kernel.stack_limits, kernel.subjects["thread"], kernel.irql
        if thread.saved is not None:
            kernel.machine.cpu.context_restore(thread.saved)
        kernel.depth, kernel.stack_limits = 1, thread.limits
        self._set_thread(thread.address)
        kernel.irql = 0
        thread.has_moved = False
        self._current = thread
        thread.go.release()
        thread.back.acquire()
        self._current = None
        kernel.machine.cpu.context_restore(saved)
        kernel.depth, kernel.stack_limits, first, kernel.irql = outside
        self._set_thread(first)
        if thread.error is not None:
            raise thread.error
        if thread.is_done:
            kernel.set(thread.address, "DISPATCHER_HEADER.SignalState", 1)
        return thread.has_moved

    def _set_thread(self, address: int) -> None:
        """Say which thread runs, also where drivers' inline functions look."""
        kernel = self._kernel
        kernel.subjects["thread"] = address
        kernel.machine.store(kernel.subjects["thread place"], address)

    @property
    def is_inside(self) -> bool:
        """Whether one of these threads runs."""
        return self._current is not None

    def pause(self, until: int | None) -> None:
        """Give the processor back; called by the thread that runs, which waits."""
        thread = self._current
        if thread is None:
            return
        thread.until = until
        thread.saved = self._kernel.machine.cpu.context_save()
        depth, level = self._kernel.depth, self._kernel.irql
        thread.back.release()
        thread.go.acquire()
        if thread.is_aborted:
            raise ThreadEndsError
        self._kernel.depth, self._kernel.irql = depth, level
        thread.until = None

    def move(self) -> None:
        """The thread that runs got on."""
        if self._current is not None:
            self._current.has_moved = True

    def next_due(self) -> int | None:
        """When the first wait of a thread ends in any case."""
        times = [each.until for each in self._threads if not each.is_done]
        return min((each for each in times if each is not None), default=None)

    def end(self) -> None:
        """PsTerminateSystemThread. Raises ThreadEndsError."""
        raise ThreadEndsError

    def alive(self) -> list[int]:
        """The functions of the threads that have not ended."""
        return [each.routine for each in self._threads if not each.is_done]

    def abort(self) -> None:
        """End all threads of Python, at the end of a run."""
        for thread in self._threads:
            if not thread.is_done:
                thread.is_aborted = True
                thread.go.release()


def threads_of(kernel: Kernel) -> Threads:
    """The threads of a kernel."""
    found: Threads = kernel.subject("threads", Threads)
    return found
