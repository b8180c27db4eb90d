"""Routines of the kernel proper: levels, spin locks, bug checks.

Source: the reference pages of wdm.h and ntddk.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import LEVELS, Kernel

TABLE: Final = Routines()
PASSIVE, APC, DISPATCH, HIGH = 0, 1, 2, 31


# ---- levels --------------------------------------------------------------------------------------


def _raise(kernel: Kernel, level: int) -> int:
    before = kernel.irql
    if level < before:
        words = LEVELS.get(level, str(level)), LEVELS.get(before, str(before))
        raise RefusedError(f"{kernel.last} to {words[0]} at {words[1]}; from {kernel.caller()}")
    kernel.irql = level
    return before


def _lower(kernel: Kernel, level: int) -> None:
    if level > kernel.irql:
        words = LEVELS.get(level, str(level)), LEVELS.get(kernel.irql, str(kernel.irql))
        raise RefusedError(f"{kernel.last} to {words[0]} at {words[1]}; from {kernel.caller()}")
    kernel.irql = level
    clock_of(kernel).run_dpcs()


@TABLE.serves("KeGetCurrentIrql() b", irql=HIGH)
def ke_get_current_irql(kernel: Kernel) -> int:
    """The level."""
    return kernel.irql


@TABLE.serves("KfRaiseIrql(b) b", irql=HIGH)
def kf_raise_irql(kernel: Kernel, level: int) -> int:
    """Raise the level; the one before."""
    return _raise(kernel, level)


@TABLE.serves("KeRaiseIrqlToDpcLevel() b", irql=HIGH)
def ke_raise_irql_to_dpc_level(kernel: Kernel) -> int:
    """Raise the level to DISPATCH_LEVEL."""
    return _raise(kernel, DISPATCH)


@TABLE.serves("KeRaiseIrql(b p) v", irql=HIGH)
def ke_raise_irql(kernel: Kernel, level: int, before: int) -> None:
    """Raise the level."""
    kernel.machine.store(before, _raise(kernel, level), 1)


@TABLE.serves("KfLowerIrql(b) v", irql=HIGH)
@TABLE.serves("KeLowerIrql(b) v", irql=HIGH)
def kf_lower_irql(kernel: Kernel, level: int) -> None:
    """Lower the level."""
    _lower(kernel, level)


# ---- spin locks ----------------------------------------------------------------------------------


@TABLE.serves("KeInitializeSpinLock(p) v", irql=HIGH)
def ke_initialize_spin_lock(kernel: Kernel, lock: int) -> None:
    """Make a spin lock ready."""
    kernel.machine.store(lock, 0)


def _take(kernel: Kernel, lock: int) -> None:
    if kernel.machine.load(lock):
        raise RefusedError(
            f"{kernel.last}: the lock is held already, or was never initialized; a processor would "
            f"spin for ever; from {kernel.caller()}"
        )
    kernel.machine.store(lock, 1)


def _give(kernel: Kernel, lock: int) -> None:
    if kernel.machine.load(lock) != 1:
        raise RefusedError(f"{kernel.last}: the lock is not held; from {kernel.caller()}")
    kernel.machine.store(lock, 0)


@TABLE.serves("KeAcquireSpinLockRaiseToDpc(p) b")
@TABLE.serves("KfAcquireSpinLock(p) b")
def ke_acquire_spin_lock_raise_to_dpc(kernel: Kernel, lock: int) -> int:
    """Take a lock at DISPATCH_LEVEL; the level before."""
    before = _raise(kernel, DISPATCH)
    _take(kernel, lock)
    return before


@TABLE.serves("KeAcquireSpinLock(p p) v")
def ke_acquire_spin_lock(kernel: Kernel, lock: int, before: int) -> None:
    """As KeAcquireSpinLockRaiseToDpc."""
    kernel.machine.store(before, ke_acquire_spin_lock_raise_to_dpc(kernel, lock) or 0, 1)


@TABLE.serves("KeReleaseSpinLock(p b) v")
@TABLE.serves("KfReleaseSpinLock(p b) v")
def ke_release_spin_lock(kernel: Kernel, lock: int, level: int) -> None:
    """Give a lock back and lower the level."""
    _give(kernel, lock)
    _lower(kernel, level)


@TABLE.serves("KeAcquireSpinLockAtDpcLevel(p) v")
@TABLE.serves("KefAcquireSpinLockAtDpcLevel(p) v")
def ke_acquire_spin_lock_at_dpc_level(kernel: Kernel, lock: int) -> None:
    """Take a lock; the level is DISPATCH_LEVEL already."""
    if kernel.irql < DISPATCH:
        raise RefusedError(f"{kernel.last} below DISPATCH_LEVEL; from {kernel.caller()}")
    _take(kernel, lock)


@TABLE.serves("KeReleaseSpinLockFromDpcLevel(p) v")
@TABLE.serves("KefReleaseSpinLockFromDpcLevel(p) v")
def ke_release_spin_lock_from_dpc_level(kernel: Kernel, lock: int) -> None:
    """Give a lock back and keep the level."""
    _give(kernel, lock)


@TABLE.serves("KeTryToAcquireSpinLockAtDpcLevel(p) b")
def ke_try_to_acquire_spin_lock_at_dpc_level(kernel: Kernel, lock: int) -> int:
    """Take a lock, if it is free."""
    if kernel.machine.load(lock):
        return 0
    kernel.machine.store(lock, 1)
    return 1


def _queued(kernel: Kernel, handle: int) -> tuple[int, int]:
    """Where a KLOCK_QUEUE_HANDLE has its lock and its level."""
    return handle + kernel.machine.width, handle + 2 * kernel.machine.width


@TABLE.serves("KeAcquireInStackQueuedSpinLock(p p) v")
def ke_acquire_in_stack_queued_spin_lock(kernel: Kernel, lock: int, handle: int) -> None:
    """Take a lock at DISPATCH_LEVEL with a handle on the stack."""
    owner, level = _queued(kernel, handle)
    before = _raise(kernel, DISPATCH)
    _take(kernel, lock)
    kernel.machine.store(owner, lock)
    kernel.machine.store(level, before, 1)


@TABLE.serves("KeReleaseInStackQueuedSpinLock(p) v")
def ke_release_in_stack_queued_spin_lock(kernel: Kernel, handle: int) -> None:
    """Give it back."""
    owner, level = _queued(kernel, handle)
    _give(kernel, kernel.machine.load(owner))
    _lower(kernel, kernel.machine.load(level, 1))


@TABLE.serves("KeAcquireInStackQueuedSpinLockAtDpcLevel(p p) v")
def ke_acquire_in_stack_queued_at_dpc_level(kernel: Kernel, lock: int, handle: int) -> None:
    """As KeAcquireInStackQueuedSpinLock, at DISPATCH_LEVEL already."""
    _take(kernel, lock)
    kernel.machine.store(_queued(kernel, handle)[0], lock)


@TABLE.serves("KeReleaseInStackQueuedSpinLockFromDpcLevel(p) v")
def ke_release_in_stack_queued_from_dpc_level(kernel: Kernel, handle: int) -> None:
    """Give it back and keep the level."""
    _give(kernel, kernel.machine.load(_queued(kernel, handle)[0]))


# ---- callbacks for the machine's stop ------------------------------------------------------------

_AT_STOP: Final = "callback for a bug check"


def _at_stop(kernel: Kernel, record: int, routine: int) -> int:
    """Register a routine; a record that is registered already is left as it is."""
    if kernel.image_at(routine) is None:
        raise RefusedError(f"{kernel.last}: the routine {routine:#x} is in no image")
    if (_AT_STOP, record) in kernel.held:
        return 0
    kernel.machine.bytes_at(record, 4)
    kernel.registers(routine, "bug check callback")
    kernel.hold(_AT_STOP, record, f"made at {kernel.caller()}")
    return 1


@TABLE.serves("KeRegisterBugCheckCallback(p p p u p) b", irql=HIGH)
def ke_register_bug_check_callback(
    kernel: Kernel, record: int, routine: int, _buffer: int, _size: int, _component: int
) -> int:
    """Called when the machine stops, which it does not."""
    return _at_stop(kernel, record, routine)


@TABLE.serves("KeRegisterBugCheckReasonCallback(p p u p) b", irql=HIGH)
def ke_register_bug_check_reason_callback(
    kernel: Kernel, record: int, routine: int, _reason: int, _component: int
) -> int:
    """The same, for a reason."""
    return _at_stop(kernel, record, routine)


@TABLE.serves("KeDeregisterBugCheckCallback(p) b", irql=HIGH)
@TABLE.serves("KeDeregisterBugCheckReasonCallback(p) b", irql=HIGH)
def ke_deregister_bug_check_callback(kernel: Kernel, record: int) -> int:
    """Undo it; whether the record was registered."""
    return int(kernel.held.pop((_AT_STOP, record), None) is not None)


# ---- the end -------------------------------------------------------------------------------------


@TABLE.serves("KeBugCheckEx(u p p p p) v", irql=HIGH)
def ke_bug_check_ex(kernel: Kernel, code: int, *values: int) -> None:
    """The driver stops the machine."""
    shown = ", ".join(f"{value:#x}" for value in values)
    raise RefusedError(f"KeBugCheckEx({code:#x}, {shown}) from {kernel.caller()}")


@TABLE.serves("KeBugCheck(u) v", irql=HIGH)
def ke_bug_check(kernel: Kernel, code: int) -> None:
    """The driver stops the machine."""
    raise RefusedError(f"KeBugCheck({code:#x}) from {kernel.caller()}")


@TABLE.serves("RtlAssert(p p u p) v", irql=HIGH)
def rtl_assert(kernel: Kernel, text: int, file: int, line: int, _message: int) -> None:
    """An assertion of the driver fails."""
    from .rtl import narrow  # noqa: PLC0415 - only a failure needs it

    what, where = narrow(kernel, text, 200), narrow(kernel, file, 200)
    name = where.decode("latin-1").replace("\\", "/").rpartition("/")[2]
    raise RefusedError(f"assertion failed: {what.decode('latin-1')} ({name}:{line})")


@TABLE.serves("DbgBreakPoint() v", irql=HIGH)
@TABLE.serves("DbgBreakPointWithStatus(u) v", irql=HIGH)
def dbg_break_point(kernel: Kernel, *_more: int) -> None:
    """A breakpoint without a debugger stops the machine."""
    raise RefusedError(f"{kernel.last} without a debugger; from {kernel.caller()}")
