"""Routines of the kernel proper: events, waits, timers, deferred procedure calls, time, threads.

Source: the reference pages of wdm.h and ntddk.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import UNIT, clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.shared_data import TICK, TIME_AT_START, since_boot, ticks

TABLE: Final = Routines()
PASSIVE, APC, DISPATCH, HIGH = 0, 1, 2, 31


# ---- events, semaphores, mutexes -----------------------------------------------------------------


def _set_up(kernel: Kernel, address: int, kind: int, state: int) -> None:
    kernel.set(address, "DISPATCHER_HEADER.Type", kind)
    kernel.set(address, "DISPATCHER_HEADER.SignalState", state)
    head = kernel.at(address, "DISPATCHER_HEADER.WaitListHead")
    kernel.machine.store(head, head)
    kernel.machine.store(head + kernel.machine.width, head)


@TABLE.serves("KeInitializeEvent(p u b) v", irql=HIGH)
def ke_initialize_event(kernel: Kernel, event: int, kind: int, state: int) -> None:
    """Make an event ready: 0 of notification, 1 of synchronization."""
    _set_up(kernel, event, kind, state)


@TABLE.serves("KeSetEvent(p u b) u")
def ke_set_event(kernel: Kernel, event: int, _increment: int, _wait: int) -> int:
    """Signal an event."""
    return clock_of(kernel).set_event(event)


@TABLE.serves("KeResetEvent(p) u")
def ke_reset_event(kernel: Kernel, event: int) -> int:
    """Take an event's signal away; its state before."""
    before = kernel.get(event, "DISPATCHER_HEADER.SignalState")
    kernel.set(event, "DISPATCHER_HEADER.SignalState", 0)
    return before


@TABLE.serves("KeClearEvent(p) v")
def ke_clear_event(kernel: Kernel, event: int) -> None:
    """As KeResetEvent."""
    ke_reset_event(kernel, event)


@TABLE.serves("KeReadStateEvent(p) u")
@TABLE.serves("KeReadStateTimer(p) u")
@TABLE.serves("KeReadStateSemaphore(p) u")
def ke_read_state(kernel: Kernel, waitable: int) -> int:
    """Whether an object is signaled."""
    return kernel.get(waitable, "DISPATCHER_HEADER.SignalState")


@TABLE.serves("KeInitializeSemaphore(p u u) v")
def ke_initialize_semaphore(kernel: Kernel, semaphore: int, count: int, limit: int) -> None:
    """Make a semaphore ready."""
    _set_up(kernel, semaphore, 5, count)
    kernel.set(semaphore, "KSEMAPHORE.Limit", limit)


@TABLE.serves("KeReleaseSemaphore(p u u b) u")
def ke_release_semaphore(kernel: Kernel, semaphore: int, _inc: int, add: int, _wait: int) -> int:
    """Add to a semaphore's count; the count before."""
    before = kernel.get(semaphore, "DISPATCHER_HEADER.SignalState")
    if before + add > kernel.get(semaphore, "KSEMAPHORE.Limit"):
        raise RefusedError("KeReleaseSemaphore: more than its limit")
    kernel.set(semaphore, "DISPATCHER_HEADER.SignalState", before + add)
    return before


@TABLE.serves("KeInitializeMutex(p u) v")
def ke_initialize_mutex(kernel: Kernel, mutex: int, _level: int) -> None:
    """Make a mutex ready."""
    _set_up(kernel, mutex, 2, 1)


@TABLE.serves("KeReleaseMutex(p b) u")
def ke_release_mutex(kernel: Kernel, mutex: int, _wait: int) -> int:
    """Give a mutex back."""
    before = kernel.get(mutex, "DISPATCHER_HEADER.SignalState")
    if before == 1:
        raise RefusedError("KeReleaseMutex: the mutex is not held")
    kernel.set(mutex, "DISPATCHER_HEADER.SignalState", before + 1)
    return before


def _timeout(kernel: Kernel, address: int) -> int | None:
    if not address:
        return None
    value = kernel.machine.load(address, 8)
    return value - (1 << 64) if value >> 63 else value


def _check_wait(kernel: Kernel, timeout: int | None) -> None:
    if kernel.irql >= DISPATCH and timeout != 0:
        raise RefusedError(f"{kernel.last}: waits at DISPATCH_LEVEL; from {kernel.caller()}")


@TABLE.serves("KeWaitForSingleObject(p u b b p) u")
@TABLE.serves("KeWaitForMutexObject(p u b b p) u")
def ke_wait_for_single_object(
    kernel: Kernel, waitable: int, _reason: int, _mode: int, _alertable: int, timeout: int
) -> int:
    """Wait for an object."""
    until = _timeout(kernel, timeout)
    _check_wait(kernel, until)
    return clock_of(kernel).wait([waitable], until, every=True)


@TABLE.serves("KeWaitForMultipleObjects(u p u u b b p p) u")
def ke_wait_for_multiple_objects(
    kernel: Kernel,
    count: int,
    objects: int,
    kind: int,
    _reason: int,
    _mode: int,
    _alertable: int,
    timeout: int,
    _blocks: int,
) -> int:
    """Wait for one (kind 1) or all of some objects."""
    until = _timeout(kernel, timeout)
    _check_wait(kernel, until)
    width = kernel.machine.width
    if not 0 < count <= 64:
        raise RefusedError(f"KeWaitForMultipleObjects: {count} objects")
    every = [kernel.machine.load(objects + width * index) for index in range(count)]
    return clock_of(kernel).wait(every, until, every=kind == 0)


@TABLE.serves("KeDelayExecutionThread(b b p) u", irql=APC)
def ke_delay_execution_thread(kernel: Kernel, _mode: int, _alertable: int, interval: int) -> int:
    """Let time pass."""
    clock_of(kernel).delay(_timeout(kernel, interval) or 0)
    return 0


@TABLE.serves("KeStallExecutionProcessor(u) v", irql=HIGH)
def ke_stall_execution_processor(kernel: Kernel, microseconds: int) -> None:
    """Let little time pass, without running anything."""
    clock_of(kernel).now += 10 * microseconds


# ---- timers, deferred procedure calls ------------------------------------------------------------


@TABLE.serves("KeInitializeTimer(p) v")
def ke_initialize_timer(kernel: Kernel, timer: int) -> None:
    """Make a timer of notification ready."""
    _set_up(kernel, timer, 8, 0)


@TABLE.serves("KeInitializeTimerEx(p u) v")
def ke_initialize_timer_ex(kernel: Kernel, timer: int, kind: int) -> None:
    """Make a timer ready."""
    _set_up(kernel, timer, 8 + kind, 0)


@TABLE.serves("KeSetTimer(p q p) b")
def ke_set_timer(kernel: Kernel, timer: int, due: int, dpc: int) -> int:
    """Start a timer."""
    return int(clock_of(kernel).set_timer(timer, due, 0, dpc))


@TABLE.serves("KeSetTimerEx(p q u p) b")
def ke_set_timer_ex(kernel: Kernel, timer: int, due: int, period: int, dpc: int) -> int:
    """Start a timer with a period in milliseconds."""
    return int(clock_of(kernel).set_timer(timer, due, period, dpc))


@TABLE.serves("KeSetCoalescableTimer(p q u u p) b")
def ke_set_coalescable_timer(
    kernel: Kernel, timer: int, due: int, period: int, _delay: int, dpc: int
) -> int:
    """As KeSetTimerEx."""
    return ke_set_timer_ex(kernel, timer, due, period, dpc)


@TABLE.serves("KeCancelTimer(p) b")
def ke_cancel_timer(kernel: Kernel, timer: int) -> int:
    """Stop a timer."""
    return int(clock_of(kernel).cancel_timer(timer))


@TABLE.serves("KeInitializeDpc(p p p) v", irql=HIGH)
@TABLE.serves("KeInitializeThreadedDpc(p p p) v", irql=HIGH)
def ke_initialize_dpc(kernel: Kernel, dpc: int, routine: int, context: int) -> None:
    """Make a deferred procedure call ready."""
    kernel.registers(routine, "a DPC's routine")
    kernel.machine.put(dpc, bytes(kernel.size_of("KDPC")))
    kernel.set(dpc, "KDPC.DeferredRoutine", routine)
    kernel.set(dpc, "KDPC.DeferredContext", context)


@TABLE.serves("KeInsertQueueDpc(p p p) b", irql=HIGH)
def ke_insert_queue_dpc(kernel: Kernel, dpc: int, first: int, second: int) -> int:
    """Queue a deferred procedure call."""
    return int(clock_of(kernel).queue_dpc(dpc, first, second))


@TABLE.serves("KeRemoveQueueDpc(p) b", irql=HIGH)
def ke_remove_queue_dpc(kernel: Kernel, dpc: int) -> int:
    """Take a deferred procedure call out of the queue."""
    return int(clock_of(kernel).remove_dpc(dpc))


@TABLE.serves("KeSetImportanceDpc(p u) v", irql=HIGH)
@TABLE.serves("KeSetTargetProcessorDpc(p b) v", irql=HIGH)
def ke_tunes_a_dpc(kernel: Kernel, dpc: int, _value: int) -> None:
    """Where and how soon a deferred procedure call runs is the same here."""
    kernel.get(dpc, "KDPC.DeferredRoutine")


@TABLE.serves("KeFlushQueuedDpcs() v", irql=PASSIVE)
def ke_flush_queued_dpcs(kernel: Kernel) -> None:
    """Run what is queued."""
    clock_of(kernel).run_dpcs()


# ---- time, processors, threads -------------------------------------------------------------------


@TABLE.serves("KeQuerySystemTime(p) v", irql=HIGH)
@TABLE.serves("KeQuerySystemTimePrecise(p) v", irql=HIGH)
def ke_query_system_time(kernel: Kernel, target: int) -> None:
    """The time, in units of 100 ns since 1601."""
    kernel.machine.store(target, TIME_AT_START + clock_of(kernel).now, 8)


@TABLE.serves("ExSystemTimeToLocalTime(p p) v")
@TABLE.serves("ExLocalTimeToSystemTime(p p) v")
def ex_system_time_to_local_time(kernel: Kernel, source: int, target: int) -> None:
    """The same time: the machine stands at Greenwich."""
    kernel.machine.store(target, kernel.machine.load(source, 8), 8)


@TABLE.serves("KeQueryTickCount(p) v", irql=HIGH)
def ke_query_tick_count(kernel: Kernel, target: int) -> None:
    """Ticks since the machine was started."""
    kernel.machine.store(target, ticks(clock_of(kernel).now), 8)


@TABLE.serves("KeQueryTimeIncrement() u", irql=HIGH)
def ke_query_time_increment(kernel: Kernel) -> int:
    """Units of 100 ns in a tick."""
    _ = kernel
    return TICK


@TABLE.serves("KeQueryInterruptTime() q", irql=HIGH)
@TABLE.serves("KeQueryUnbiasedInterruptTime() q", irql=HIGH)
def ke_query_interrupt_time(kernel: Kernel) -> int:
    """Units of 100 ns since the machine was started."""
    return since_boot(clock_of(kernel).now)


@TABLE.serves("KeQueryPerformanceCounter(p) q", irql=HIGH)
def ke_query_performance_counter(kernel: Kernel, frequency: int) -> int:
    """A counter of 10 MHz, which moves on with every look at it."""
    clock = clock_of(kernel)
    clock.now += 1
    if frequency:
        kernel.machine.store(frequency, 1000 * UNIT, 8)
    return since_boot(clock.now)


@TABLE.serves("KeGetCurrentProcessorNumberEx(p) u", irql=HIGH)
def ke_get_current_processor_number_ex(kernel: Kernel, target: int) -> int:
    """The only processor."""
    if target:
        kernel.machine.put(target, bytes(4))
    return 0


@TABLE.serves("KeQueryActiveProcessorCount(p) u", irql=HIGH)
def ke_query_active_processor_count(kernel: Kernel, mask: int) -> int:
    """One processor."""
    if mask:
        kernel.machine.store(mask, 1)
    return 1


@TABLE.serves("KeQueryActiveProcessorCountEx(h) u", irql=HIGH)
@TABLE.serves("KeQueryMaximumProcessorCountEx(h) u", irql=HIGH)
def ke_query_active_processor_count_ex(kernel: Kernel, _group: int) -> int:
    """One processor."""
    _ = kernel
    return 1


@TABLE.serves("KeQueryMaximumProcessorCount() u", irql=HIGH)
@TABLE.serves("KeQueryActiveGroupCount() h", irql=HIGH)
def ke_query_maximum_processor_count(kernel: Kernel) -> int:
    """One processor, one group."""
    _ = kernel
    return 1


@TABLE.serves("KeQueryActiveProcessors() p", irql=HIGH)
def ke_query_active_processors(kernel: Kernel) -> int:
    """A mask of one processor."""
    _ = kernel
    return 1


@TABLE.serves("KeGetCurrentThread() p", irql=HIGH)
@TABLE.serves("PsGetCurrentThread() p", irql=HIGH)
def ke_get_current_thread(kernel: Kernel) -> int:
    """The thread."""
    found: int = kernel.subjects["thread"]
    return found


@TABLE.serves("KeEnterCriticalRegion() v", irql=APC)
@TABLE.serves("KeEnterGuardedRegion() v", irql=APC)
def ke_enter_critical_region(kernel: Kernel) -> None:
    """No thread is to be suspended."""
    kernel.subjects["regions"] = kernel.subjects.get("regions", 0) + 1


@TABLE.serves("KeLeaveCriticalRegion() v", irql=APC)
@TABLE.serves("KeLeaveGuardedRegion() v", irql=APC)
def ke_leave_critical_region(kernel: Kernel) -> None:
    """Undo KeEnterCriticalRegion."""
    count = kernel.subjects.get("regions", 0)
    if count == 0:
        raise RefusedError(f"{kernel.last}: no region was entered")
    kernel.subjects["regions"] = count - 1


@TABLE.serves("KeAreApcsDisabled() b", irql=HIGH)
@TABLE.serves("KeAreAllApcsDisabled() b", irql=HIGH)
def ke_are_apcs_disabled(kernel: Kernel) -> int:
    """Whether a region is entered or the level is above PASSIVE_LEVEL."""
    return int(bool(kernel.subjects.get("regions", 0)) or kernel.irql > PASSIVE)


@TABLE.serves("KeSetPriorityThread(p u) u")
def ke_set_priority_thread(kernel: Kernel, _thread: int, _priority: int) -> int:
    """The priority before; there is one thread."""
    _ = kernel
    return 8


@TABLE.serves("KeFlushIoBuffers(p b b) v", irql=HIGH)
def ke_flush_io_buffers(kernel: Kernel, *_more: int) -> None:
    """One processor sees its own writes in order."""
    _ = kernel
