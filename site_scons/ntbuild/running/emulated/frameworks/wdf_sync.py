"""KMDF's timers, deferred procedure calls, work items and locks.

Source: the reference pages of wdftimer.h, wdfdpc.h, wdfworkitem.h and wdfsync.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

from .wdf_objects import PASSIVE_EXECUTION, Object, framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_TIMER, _DPC, _WORK = "WDF_TIMER_CONFIG", "WDF_DPC_CONFIG", "WDF_WORKITEM_CONFIG"


def _callback(
    kernel: Kernel, what: Object, routine: int, name: str, *, is_passive: bool = False
) -> int:
    """A deferred procedure call whose routine calls the driver's with the object, or queues it."""

    def run(_kernel: Kernel, *_words: int) -> None:
        if is_passive:
            clock_of(kernel).queue_work(name, routine, what.handle)
            return
        kernel.call(routine, what.handle, what=name, result="v")

    function = kernel.new_trap("FxDeferredRoutine(p p p p) v", run)
    dpc = kernel.allocate(kernel.size_of("KDPC"))
    kernel.set(dpc, "KDPC.DeferredRoutine", function)
    return dpc


# ---- timers --------------------------------------------------------------------------------------


@TABLE.serves("WdfTimerCreate(p p p p) u")
def timer_create(kernel: Kernel, _globals: int, config: int, attributes: int, result: int) -> int:
    """A timer of its parent; one of passive level uses a work item, and has no period."""
    framework = framework_of(kernel)
    if not attributes:
        raise RefusedError("WdfTimerCreate: attributes with a parent are needed")
    timer = framework.new("timer", attributes)
    if timer.parent == framework.driver:
        return 0xC0200211  # STATUS_WDF_PARENT_NOT_SPECIFIED
    routine = kernel.get(config, f"{_TIMER}.EvtTimerFunc")
    is_passive = timer.data["level"] == PASSIVE_EXECUTION
    timer.data["period"] = kernel.get(config, f"{_TIMER}.Period")
    if is_passive and timer.data["period"]:
        return 0xC00000BB  # STATUS_NOT_SUPPORTED
    timer.data["dpc"] = _callback(kernel, timer, routine, "EvtTimerFunc", is_passive=is_passive)
    timer.data["timer"] = kernel.allocate(kernel.size_of("KTIMER"))
    timer.data["end"] = lambda: clock_of(kernel).cancel_timer(timer.data["timer"])
    kernel.machine.store(result, timer.handle)
    return _SUCCESS


@TABLE.serves("WdfTimerStart(p p q) b")
def timer_start(kernel: Kernel, _globals: int, handle: int, due: int) -> int:
    """Start a timer."""
    data = framework_of(kernel).get(handle, "timer").data
    period = data["period"]
    return int(clock_of(kernel).set_timer(data["timer"], due, period, data["dpc"]))


@TABLE.serves("WdfTimerStop(p p b) b")
def timer_stop(kernel: Kernel, _globals: int, handle: int, _wait: int) -> int:
    """Stop a timer."""
    data = framework_of(kernel).get(handle, "timer").data
    return int(clock_of(kernel).cancel_timer(data["timer"]))


@TABLE.serves("WdfTimerGetParentObject(p p) p")
@TABLE.serves("WdfDpcGetParentObject(p p) p")
@TABLE.serves("WdfWorkItemGetParentObject(p p) p")
def get_parent_object(kernel: Kernel, _globals: int, handle: int) -> int:
    """An object's parent."""
    return framework_of(kernel).get(handle, "timer", "dpc", "work item").parent


# ---- deferred procedure calls, work items --------------------------------------------------------


@TABLE.serves("WdfDpcCreate(p p p p) u")
def dpc_create(kernel: Kernel, _globals: int, config: int, attributes: int, result: int) -> int:
    """A deferred procedure call of its parent."""
    dpc = framework_of(kernel).new("dpc", attributes)
    routine = kernel.get(config, f"{_DPC}.EvtDpcFunc")
    dpc.data["dpc"] = _callback(kernel, dpc, routine, "EvtDpcFunc")
    dpc.data["end"] = lambda: clock_of(kernel).remove_dpc(dpc.data["dpc"])
    kernel.machine.store(result, dpc.handle)
    return _SUCCESS


@TABLE.serves("WdfDpcEnqueue(p p) b")
def dpc_enqueue(kernel: Kernel, _globals: int, handle: int) -> int:
    """Queue it."""
    data = framework_of(kernel).get(handle, "dpc").data
    return int(clock_of(kernel).queue_dpc(data["dpc"], 0, 0))


@TABLE.serves("WdfDpcCancel(p p b) b")
def dpc_cancel(kernel: Kernel, _globals: int, handle: int, _wait: int) -> int:
    """Take it out of the queue."""
    data = framework_of(kernel).get(handle, "dpc").data
    return int(clock_of(kernel).remove_dpc(data["dpc"]))


@TABLE.serves("WdfWorkItemCreate(p p p p) u")
def work_item_create(
    kernel: Kernel, _globals: int, config: int, attributes: int, result: int
) -> int:
    """A work item of its parent."""
    item = framework_of(kernel).new("work item", attributes)
    item.data["routine"] = kernel.get(config, f"{_WORK}.EvtWorkItemFunc")
    kernel.machine.store(result, item.handle)
    return _SUCCESS


@TABLE.serves("WdfWorkItemEnqueue(p p) v")
def work_item_enqueue(kernel: Kernel, _globals: int, handle: int) -> None:
    """Queue it."""
    data = framework_of(kernel).get(handle, "work item").data
    clock_of(kernel).queue_work("EvtWorkItem", data["routine"], handle)


@TABLE.serves("WdfWorkItemFlush(p p) v", irql=0)
def work_item_flush(kernel: Kernel, _globals: int, handle: int) -> None:
    """Wait until it has run."""
    framework_of(kernel).get(handle, "work item")
    clock_of(kernel).run_pending()


# ---- locks ---------------------------------------------------------------------------------------


@TABLE.serves("WdfSpinLockCreate(p p p) u")
@TABLE.serves("WdfWaitLockCreate(p p p) u")
def lock_create(kernel: Kernel, _globals: int, attributes: int, result: int) -> int:
    """A lock."""
    kind = "spin lock" if "Spin" in kernel.last else "wait lock"
    kernel.machine.store(result, framework_of(kernel).new(kind, attributes).handle)
    return _SUCCESS


def _take(kernel: Kernel, handle: int, kind: str) -> Object:
    lock = framework_of(kernel).get(handle, kind)
    if lock.data.get("held") is not None:
        raise RefusedError(f"{kernel.last}: the lock is held already")
    lock.data["held"] = kernel.irql
    return lock


def _give(kernel: Kernel, handle: int, kind: str) -> int:
    lock = framework_of(kernel).get(handle, kind)
    if lock.data.get("held") is None:
        raise RefusedError(f"{kernel.last}: the lock is not held")
    before: int = lock.data.pop("held")
    return before


@TABLE.serves("WdfSpinLockAcquire(p p) v")
def spin_lock_acquire(kernel: Kernel, _globals: int, handle: int) -> None:
    """Take a spin lock, at DISPATCH_LEVEL."""
    _take(kernel, handle, "spin lock")
    kernel.irql = 2


@TABLE.serves("WdfSpinLockRelease(p p) v")
def spin_lock_release(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give a spin lock back."""
    kernel.irql = _give(kernel, handle, "spin lock")
    clock_of(kernel).run_dpcs()


@TABLE.serves("WdfWaitLockAcquire(p p p) u", irql=1)
def wait_lock_acquire(kernel: Kernel, _globals: int, handle: int, _timeout: int) -> int:
    """Take a wait lock."""
    _take(kernel, handle, "wait lock")
    return _SUCCESS


@TABLE.serves("WdfWaitLockRelease(p p) v", irql=1)
def wait_lock_release(kernel: Kernel, _globals: int, handle: int) -> None:
    """Give a wait lock back."""
    _give(kernel, handle, "wait lock")
