"""Time, dispatcher objects, deferred procedure calls and work items.

Time is virtual: it stands still while code runs and moves on when the driver waits or delays.
What is queued runs at the points where it could on a machine with one processor: deferred procedure
calls as soon as the level falls below DISPATCH_LEVEL, work items and timers when the driver waits
and after each of its functions has returned. `Clock.rest` lets time pass in which nothing is asked.
"""

from collections import Counter
from typing import Final

from ntbuild.support.values import dataclass

from .faults import RefusedError
from .kernel import Kernel
from .shared_data import TIME_AT_START, show_time
from .threads import Threads, threads_of

UNIT: Final = 10_000
"""Units of 100 ns in a millisecond."""
STATUS_TIMEOUT: Final = 0x102
DISPATCH: Final = 2
_SYNCHRONIZATION: Final = frozenset({1, 5, 9})
"""Types of objects that a wait resets: synchronization events and timers, semaphores apart."""
_EVENTS: Final = frozenset({0, 1})
_SEMAPHORE: Final = 5
_MUTANT: Final = 2
_MOST_ROUNDS: Final = 1000
_REST: Final = 60_000 * UNIT
_TURNS: Final = 3
"""How often a periodic timer, and the waits of threads that end by time, get on in a rest."""


@dataclass(slots=True)
class Timer:
    """A timer that is set; ``due`` in units of 100 ns, ``period`` in milliseconds."""

    address: int
    due: int
    period: int
    dpc: int


class Clock:
    """See the module; times are in units of 100 ns."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._now = 0
        self.timers: Final[dict[int, Timer]] = {}
        self.dpcs: Final[list[tuple[int, int, int]]] = []
        self.work: Final[list[tuple[str, int, tuple[int, ...]]]] = []
        self.has_ended_timers = False
        """Whether a timer without a period has fired in a rest."""

    @property
    def now(self) -> int:
        """Time since the run began."""
        return self._now

    @now.setter
    def now(self, time: int) -> None:
        self._now = time
        show_time(self._kernel.machine, time)

    @property
    def threads(self) -> Threads:
        """The driver's system threads."""
        return threads_of(self._kernel)

    # ---- deferred procedure calls, work items ------------------------------------------------

    def queue_dpc(self, dpc: int, first: int, second: int) -> bool:
        """Queue a deferred procedure call; False when it is queued already."""
        if any(each[0] == dpc for each in self.dpcs):
            return False
        self.dpcs.append((dpc, first, second))
        self.run_dpcs()
        return True

    def remove_dpc(self, dpc: int) -> bool:
        """Take a deferred procedure call out of the queue."""
        found = [each for each in self.dpcs if each[0] == dpc]
        self.dpcs[:] = [each for each in self.dpcs if each[0] != dpc]
        return bool(found)

    def run_dpcs(self) -> None:
        """Run what is queued, when the level allows it."""
        kernel = self._kernel
        while self.dpcs and kernel.irql < DISPATCH:
            dpc, first, second = self.dpcs.pop(0)
            routine = kernel.get(dpc, "KDPC.DeferredRoutine")
            context = kernel.get(dpc, "KDPC.DeferredContext")
            with kernel.at_level(DISPATCH):
                what = "a deferred procedure call"
                kernel.call(routine, dpc, context, first, second, what=what)

    def queue_work(self, what: str, routine: int, *arguments: int) -> None:
        """Queue a function that a system thread calls."""
        self.work.append((what, routine, arguments))

    def run_pending(self) -> bool:
        """Run deferred procedure calls and work items that are queued; whether there were any."""
        if self._kernel.irql > 0:
            return False
        done = bool(self.dpcs)
        self.run_dpcs()
        while self.work:
            what, routine, arguments = self.work.pop(0)
            with self._kernel.at_level(0):
                self._kernel.call(routine, *arguments, what=what)
            done = True
        return self.threads.resume() or done

    # ---- timers ------------------------------------------------------------------------------

    def set_timer(self, timer: int, due: int, period: int, dpc: int) -> bool:
        """Start a timer; ``due`` as KeSetTimer has it. Whether it was set before."""
        was_set = self.timers.pop(timer, None) is not None
        at = self.now - due if due < 0 else max(due - TIME_AT_START, self.now)
        self.timers[timer] = Timer(timer, at, period, dpc)
        self._kernel.set(timer, "DISPATCHER_HEADER.SignalState", 0)
        return was_set

    def cancel_timer(self, timer: int) -> bool:
        """Stop a timer; whether it was set."""
        return self.timers.pop(timer, None) is not None

    def advance(self, until: int) -> None:
        """Move time on; timers that fall due on the way fire in their order."""
        for _ in range(_MOST_ROUNDS):
            due = min(self.timers.values(), key=lambda each: each.due, default=None)
            if due is None or due.due > until:
                break
            self.now = max(self.now, due.due)
            del self.timers[due.address]
            if due.period:
                again = Timer(due.address, due.due + due.period * UNIT, due.period, due.dpc)
                self.timers[due.address] = again
            self._kernel.set(due.address, "DISPATCHER_HEADER.SignalState", 1)
            if due.dpc:
                self.queue_dpc(due.dpc, 0, 0)
            self.run_pending()
        self.now = max(self.now, until)

    def rest(self) -> None:
        """Let time pass in which nobody asks for anything.

        Each timer that is due within a minute fires, a periodic one three times.
        """
        end, turns, pauses = self.now + _REST, Counter[int](), 0
        for _ in range(_MOST_ROUNDS):
            self.run_pending()
            pause, due = self.threads.next_due(), self.next_due()
            is_owed = pause is not None and pause <= end and pauses < _TURNS
            if due is None or not (is_owed or self._is_owed(end, turns)):
                break
            pauses += pause == due
            for timer in self.timers.values():
                if timer.due <= due:
                    turns[timer.address] += 1
                    self.has_ended_timers |= not timer.period
            self.advance(due)

    def _is_owed(self, end: int, turns: Counter[int]) -> bool:
        """Whether a timer has still to fire in a rest."""
        return any(
            each.due <= end and turns[each.address] < (_TURNS if each.period else 1)
            for each in self.timers.values()
        )

    def next_due(self) -> int | None:
        """When the next timer falls due."""
        times = [each.due for each in self.timers.values()]
        waiting = self.threads.next_due()
        return min([*times, *([] if waiting is None else [waiting])], default=None)

    # ---- waiting -----------------------------------------------------------------------------

    def set_event(self, event: int) -> int:
        """Signal an event; its state before."""
        before = self._kernel.get(event, "DISPATCHER_HEADER.SignalState")
        self._kernel.set(event, "DISPATCHER_HEADER.SignalState", 1)
        return before

    def is_signaled(self, waitable: int) -> bool:
        """Whether a wait for an object ends at once."""
        state = self._kernel.get(waitable, "DISPATCHER_HEADER.SignalState")
        return 0 < state < 1 << 31

    def take(self, waitable: int) -> None:
        """What a wait that ends does with its object."""
        kernel = self._kernel
        kind = kernel.get(waitable, "DISPATCHER_HEADER.Type") & 0x7F
        state = kernel.get(waitable, "DISPATCHER_HEADER.SignalState")
        if kind in (_SEMAPHORE, _MUTANT):
            kernel.set(waitable, "DISPATCHER_HEADER.SignalState", state - 1)
        elif kind in _SYNCHRONIZATION:
            kernel.set(waitable, "DISPATCHER_HEADER.SignalState", 0)

    def wait(self, objects: list[int], timeout: int | None, *, every: bool) -> int:
        """Wait for one or all of some objects; the NTSTATUS. ``timeout`` as the routines have it.

        Raises RefusedError for a wait that cannot end.
        """
        end = None if timeout is None else self._absolute(timeout)
        for _ in range(_MOST_ROUNDS):
            ready = [index for index, each in enumerate(objects) if self.is_signaled(each)]
            if ready and (not every or len(ready) == len(objects)):
                for index in ready if every else ready[:1]:
                    self.take(objects[index])
                self.threads.move()
                return 0 if every else ready[0]
            if end is not None and end <= self.now:
                self.threads.move()
                return STATUS_TIMEOUT
            if not self._let_others_run(end):
                break
        where = self._kernel.caller()
        raise RefusedError(f"waits for ever: nothing signals the object; from {where}")

    def delay(self, interval: int) -> None:
        """Let time pass; others run meanwhile."""
        end = self._absolute(interval)
        for _ in range(_MOST_ROUNDS):
            if end <= self.now:
                break
            self._let_others_run(end)
        self.threads.move()
        self.run_pending()

    def _let_others_run(self, end: int | None) -> bool:
        """Let something else happen, time pass at last; False when nothing ever will."""
        if self.threads.is_inside:
            self.threads.pause(end)
            return True
        if self._kernel.irql == 0 and self.run_pending():
            return True
        due = self.next_due()
        if due is not None and (end is None or due <= end):
            self.advance(due)
            return True
        if end is not None:
            self.advance(end)
        return end is not None

    def _absolute(self, timeout: int) -> int:
        return self.now - timeout if timeout < 0 else max(timeout - TIME_AT_START, self.now)


def clock_of(kernel: Kernel) -> Clock:
    """The clock of a kernel."""
    found: Clock = kernel.subject("clock", Clock)
    return found
