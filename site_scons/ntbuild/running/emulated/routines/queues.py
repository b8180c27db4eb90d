"""Routines for cancel-safe queues, whose locks and lists are the driver's, and of notifications.

Source: "Cancel-Safe IRP Queues", and the reference pages of wdm.h.
"""

from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

TABLE: Final = Routines()
PASSIVE, DISPATCH = 0, 2
_SUCCESS: Final = 0

_PENDING_RETURNED: Final = 1
_INSERT, _REMOVE, _PEEK, _ACQUIRE, _RELEASE, _CANCELED = range(1, 7)
"""Words of IO_CSQ behind its type."""
_PLAIN, _EXTENDED = 1, 3
_CONTEXT: Final = 2
"""Types of IO_CSQ and of IO_CSQ_IRP_CONTEXT."""


# ---- cancel-safe queues --------------------------------------------------------------------------


@TABLE.serves("IoCsqInitialize(p p p p p p p) u", irql=DISPATCH)
@TABLE.serves("IoCsqInitializeEx(p p p p p p p) u", irql=DISPATCH)
def io_csq_initialize(kernel: Kernel, queue: int, *routines: int) -> int:
    """Make a queue ready; the routines are the driver's."""
    machine = kernel.machine
    for index, routine in enumerate(routines, 1):
        if kernel.image_at(routine) is None:
            raise RefusedError(f"{kernel.last}: routine {index} is {routine:#x}, in no image")
        machine.store(queue + index * machine.width, routine)
        kernel.registers(routine, "routine of a cancel-safe queue")
    kind = _EXTENDED if kernel.last.endswith("Ex") else _PLAIN
    machine.store(queue, kind, 4)
    return _SUCCESS


def _call(kernel: Kernel, queue: int, index: int, *words: int, result: str = "p") -> int:
    routine = kernel.machine.load(queue + index * kernel.machine.width)
    what = "a routine of a cancel-safe queue"
    return kernel.call(routine, queue, *words, what=what, result=result)


def _locked(kernel: Kernel, queue: int) -> int:
    """Take the driver's lock; where the level is that it gives back."""
    level = kernel.allocate(kernel.machine.width)
    _call(kernel, queue, _ACQUIRE, level, result="v")
    return level


def _unlock(kernel: Kernel, queue: int, level: int) -> None:
    _call(kernel, queue, _RELEASE, kernel.machine.load(level, 1), result="v")


@TABLE.serves("IoCsqInsertIrp(p p p) v", irql=DISPATCH)
def io_csq_insert_irp(kernel: Kernel, queue: int, irp: int, context: int) -> None:
    """Put a request into a queue; it is pending."""
    io_csq_insert_irp_ex(kernel, queue, irp, context, 0)


@TABLE.serves("IoCsqInsertIrpEx(p p p p) u", irql=DISPATCH)
def io_csq_insert_irp_ex(kernel: Kernel, queue: int, irp: int, context: int, more: int) -> int:
    """Put a request into a queue; the driver's insert routine of the extended kind may refuse."""
    machine = kernel.machine
    if context:
        machine.store(context, _CONTEXT, 4)
        machine.store(context + machine.width, irp)
        machine.store(context + 2 * machine.width, queue)
    location = kernel.get(irp, "IRP.Tail.Overlay.CurrentStackLocation")
    control = kernel.get(location, "IO_STACK_LOCATION.Control")
    kernel.set(location, "IO_STACK_LOCATION.Control", control | _PENDING_RETURNED)
    level = _locked(kernel, queue)
    status = _SUCCESS
    if machine.load(queue, 4) == _EXTENDED:
        status = _call(kernel, queue, _INSERT, irp, more, result="u")
    else:
        _call(kernel, queue, _INSERT, irp, result="v")
    if status >> 31:
        kernel.set(location, "IO_STACK_LOCATION.Control", control)
    else:
        # That a routine is there shows that it can be cancelled; IoCancelIrp asks cancel_queued.
        canceled = machine.load(queue + _CANCELED * machine.width)
        kernel.set(irp, "IRP.CancelRoutine", canceled)
        _queued(kernel)[irp] = queue
    _unlock(kernel, queue, level)
    return status


@TABLE.serves("IoCsqRemoveIrp(p p) p", irql=DISPATCH)
def io_csq_remove_irp(kernel: Kernel, queue: int, context: int) -> int:
    """Take a request out of a queue by its context; 0 when it is gone."""
    machine = kernel.machine
    level = _locked(kernel, queue)
    irp = machine.load(context + machine.width)
    if irp:
        _take(kernel, queue, irp)
        machine.store(context + machine.width, 0)
    _unlock(kernel, queue, level)
    return irp


@TABLE.serves("IoCsqRemoveNextIrp(p p) p", irql=DISPATCH)
def io_csq_remove_next_irp(kernel: Kernel, queue: int, what: int) -> int:
    """Take the next request that matches out of a queue; 0 for none."""
    level = _locked(kernel, queue)
    irp = _call(kernel, queue, _PEEK, 0, what)
    if irp:
        _take(kernel, queue, irp)
    _unlock(kernel, queue, level)
    return irp


def _take(kernel: Kernel, queue: int, irp: int) -> None:
    _call(kernel, queue, _REMOVE, irp, result="v")
    kernel.set(irp, "IRP.CancelRoutine", 0)
    _queued(kernel).pop(irp, None)


def _queued(kernel: Kernel) -> dict[int, int]:
    """The queue of each request that is in one."""
    found: dict[int, int] = kernel.subject("cancel-safe queues", lambda _: {})
    return found


def cancel_queued(kernel: Kernel, irp: int) -> bool:
    """Cancel a request that is in a cancel-safe queue; whether it is in one."""
    queue = _queued(kernel).get(irp)
    if queue is None:
        return False
    level = _locked(kernel, queue)
    _take(kernel, queue, irp)
    _unlock(kernel, queue, level)
    _call(kernel, queue, _CANCELED, irp, result="v")
    return True


# ---- notifications -------------------------------------------------------------------------------


@TABLE.serves("IoRegisterPlugPlayNotification(u u p p p p p) u", irql=PASSIVE)
def io_register_plug_play_notification(
    kernel: Kernel,
    _category: int,
    _flags: int,
    _data: int,
    _driver: int,
    routine: int,
    _context: int,
    result: int,
) -> int:
    """Ask to be told of devices that come; none does."""
    kernel.registers(routine, "plug and play notification")
    entry = kernel.allocate(32)
    kernel.hold("plug and play notification", entry, f"made at {kernel.caller()}")
    kernel.machine.store(result, entry)
    return _SUCCESS


@TABLE.serves("IoUnregisterPlugPlayNotification(p) u", irql=PASSIVE)
@TABLE.serves("IoUnregisterPlugPlayNotificationEx(p) u", irql=PASSIVE)
def io_unregister_plug_play_notification(kernel: Kernel, entry: int) -> int:
    """Undo IoRegisterPlugPlayNotification."""
    kernel.release("plug and play notification", entry, kernel.last)
    return _SUCCESS


@TABLE.serves("CmGetCallbackVersion(p p) v", irql=PASSIVE)
def cm_get_callback_version(kernel: Kernel, major: int, minor: int) -> None:
    """1.0."""
    for target, value in ((major, 1), (minor, 0)):
        if target:
            kernel.machine.store(target, value, 4)


@TABLE.serves("CmRegisterCallback(p p p) u", irql=1)
def cm_register_callback(kernel: Kernel, routine: int, _context: int, cookie: int) -> int:
    """Ask to be told of accesses to the registry."""
    kernel.registers(routine, "registry callback")
    entry = kernel.allocate(16)
    kernel.hold("registry callback", entry, f"made at {kernel.caller()}")
    kernel.machine.store(cookie, entry, 8)
    return _SUCCESS


@TABLE.serves("CmRegisterCallbackEx(p p p p p p) u", irql=1)
def cm_register_callback_ex(
    kernel: Kernel,
    routine: int,
    _altitude: int,
    _driver: int,
    context: int,
    cookie: int,
    _reserved: int,
) -> int:
    """As CmRegisterCallback, at an altitude."""
    return cm_register_callback(kernel, routine, context, cookie)


@TABLE.serves("CmUnRegisterCallback(q) u", irql=1)
def cm_unregister_callback(kernel: Kernel, cookie: int) -> int:
    """Undo it."""
    kernel.release("registry callback", cookie & ((1 << 64) - 1), "CmUnRegisterCallback")
    return _SUCCESS
