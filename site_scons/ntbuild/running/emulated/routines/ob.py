"""Routines of the object manager, of processes and threads, security and power.

Source: the reference pages of wdm.h, ntddk.h and ntifs.h.
"""

from collections.abc import Callable
from typing import Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.devices import devices_of
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.threads import threads_of

TABLE: Final = Routines()
PASSIVE, APC = 0, 1
_SUCCESS: Final = 0
_INVALID_HANDLE: Final = 0xC0000008
_INVALID_PARAMETER: Final = 0xC000000D
_NOT_SUPPORTED: Final = 0xC00000BB
_HANDLE: Final = 0x80000000
"""Bits of the kernel's handles."""


class Handles:
    """Handles of one run, by number; the object is whatever a subject keeps."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._next = 0x100
        self.objects: Final[dict[int, object]] = {}
        self._at_close: Final[dict[int, Callable[[], None]]] = {}

    def new(self, what: object, text: str, at_close: Callable[[], None] | None = None) -> int:
        """A handle that the driver must close; ``at_close`` is called then."""
        self._next += 4
        handle = self._next | _HANDLE
        if self._kernel.machine.width == 8:
            handle |= 0xFFFFFFFF_00000000
        self.objects[handle] = what
        if at_close:
            self._at_close[handle] = at_close
        self._kernel.hold("handle", handle, text)
        return handle

    def close(self, handle: int) -> int:
        """Close a handle; the NTSTATUS."""
        if handle not in self.objects:
            return _INVALID_HANDLE
        del self.objects[handle]
        if at_close := self._at_close.pop(handle, None):
            at_close()
        self._kernel.release("handle", handle, "ZwClose")
        return _SUCCESS


def handles_of(kernel: Kernel) -> Handles:
    """The handles of a kernel."""
    found: Handles = kernel.subject("handles", Handles)
    return found


@TABLE.serves("ObfReferenceObject(p) p")
def obf_reference_object(kernel: Kernel, what: int) -> int:
    """Count one more reference."""
    counts: dict[int, int] = kernel.subject("references", lambda _: {})
    counts[what] = counts.get(what, 0) + 1
    return counts[what] + 1


@TABLE.serves("ObfDereferenceObject(p) p")
@TABLE.serves("ObDereferenceObject(p) p")
def obf_dereference_object(kernel: Kernel, what: int) -> int:
    """Count one reference less."""
    counts: dict[int, int] = kernel.subject("references", lambda _: {})
    counts[what] = counts.get(what, 0) - 1
    return max(counts[what], 0)


@TABLE.serves("ObReferenceObjectByHandle(p u p b p p) u", irql=PASSIVE)
def ob_reference_object_by_handle(
    kernel: Kernel, handle: int, _access: int, _type: int, _mode: int, result: int, _info: int
) -> int:
    """The object of a handle."""
    found = handles_of(kernel).objects.get(handle)
    if not isinstance(found, int):
        return _INVALID_HANDLE
    obf_reference_object(kernel, found)
    kernel.machine.store(result, found)
    return _SUCCESS


@TABLE.serves("ObOpenObjectByPointer(p u p u p b p) u", irql=PASSIVE)
def ob_open_object_by_pointer(
    kernel: Kernel,
    what: int,
    _attributes: int,
    _state: int,
    _access: int,
    _type: int,
    _mode: int,
    result: int,
) -> int:
    """A handle of an object."""
    kernel.machine.store(result, handles_of(kernel).new(what, "of an object"))
    return _SUCCESS


@TABLE.serves("ZwSetSecurityObject(p u p) u", irql=PASSIVE)
def zw_set_security_object(kernel: Kernel, handle: int, _what: int, _descriptor: int) -> int:
    """Say who may use an object; nobody else is there."""
    return _SUCCESS if handle in handles_of(kernel).objects else _INVALID_HANDLE


@TABLE.serves("ZwClose(p) u", irql=PASSIVE)
@TABLE.serves("NtClose(p) u", irql=PASSIVE)
def zw_close(kernel: Kernel, handle: int) -> int:
    """Close a handle."""
    return handles_of(kernel).close(handle)


# ---- processes and threads -----------------------------------------------------------------------


@TABLE.serves("PsGetCurrentProcessId() p")
@TABLE.serves("PsGetCurrentThreadId() p")
def ps_get_current_process_id(kernel: Kernel) -> int:
    """The system's process and thread."""
    _ = kernel
    return 4


@TABLE.serves("IoThreadToProcess(p) p")
@TABLE.serves("PsGetThreadProcess(p) p")
def io_thread_to_process(kernel: Kernel, _thread: int) -> int:
    """There is one process."""
    found: int = kernel.subjects["process"]
    return found


@TABLE.serves("PsGetProcessId(p) p")
@TABLE.serves("PsGetThreadId(p) p")
def ps_get_process_id(kernel: Kernel, _process: int) -> int:
    """There is one process."""
    _ = kernel
    return 4


@TABLE.serves("PsSetCreateProcessNotifyRoutine(p b) u", irql=PASSIVE)
@TABLE.serves("PsSetCreateProcessNotifyRoutineEx(p b) u", irql=PASSIVE)
def ps_set_create_process_notify_routine(kernel: Kernel, routine: int, remove: int) -> int:
    """Tell of processes, or no longer."""
    return _notify(kernel, "process notify routine", routine, remove=bool(remove))


@TABLE.serves("PsSetCreateThreadNotifyRoutine(p) u", irql=PASSIVE)
def ps_set_create_thread_notify_routine(kernel: Kernel, routine: int) -> int:
    """Tell of threads."""
    return _notify(kernel, "thread notify routine", routine, remove=False)


@TABLE.serves("PsRemoveCreateThreadNotifyRoutine(p) u", irql=PASSIVE)
def ps_remove_create_thread_notify_routine(kernel: Kernel, routine: int) -> int:
    """Tell of threads no longer."""
    return _notify(kernel, "thread notify routine", routine, remove=True)


@TABLE.serves("PsSetLoadImageNotifyRoutine(p) u", irql=PASSIVE)
def ps_set_load_image_notify_routine(kernel: Kernel, routine: int) -> int:
    """Tell of images."""
    return _notify(kernel, "image notify routine", routine, remove=False)


@TABLE.serves("PsRemoveLoadImageNotifyRoutine(p) u", irql=PASSIVE)
def ps_remove_load_image_notify_routine(kernel: Kernel, routine: int) -> int:
    """Tell of images no longer."""
    return _notify(kernel, "image notify routine", routine, remove=True)


def _notify(kernel: Kernel, kind: str, routine: int, *, remove: bool) -> int:
    if kernel.image_at(routine) is None:
        raise RefusedError(f"{kernel.last}: {routine:#x} is in no image")
    if remove:
        kernel.release(kind, routine, kernel.last)
    else:
        kernel.registers(routine, kind)
        kernel.hold(kind, routine, kernel.place(routine))
    return _SUCCESS


@TABLE.serves("PsCreateSystemThread(p u p p p p p) u", irql=PASSIVE)
def ps_create_system_thread(
    kernel: Kernel,
    result: int,
    _access: int,
    _attributes: int,
    _process: int,
    _client: int,
    routine: int,
    context: int,
) -> int:
    """A thread, which runs when the driver waits."""
    thread = kernel.allocate(0x100)
    kernel.set(thread, "DISPATCHER_HEADER.Type", 6)
    kernel.machine.store(result, handles_of(kernel).new(thread, "system thread"))
    threads_of(kernel).start(thread, routine, context)
    return _SUCCESS


@TABLE.serves("PsTerminateSystemThread(u) u", irql=APC)
def ps_terminate_system_thread(kernel: Kernel, _status: int) -> int:
    """The thread ends here; nothing behind the call runs."""
    threads_of(kernel).end()
    return _SUCCESS


# ---- security, power, callbacks ------------------------------------------------------------------


@TABLE.serves("SeSinglePrivilegeCheck(q b) b", irql=PASSIVE)
def se_single_privilege_check(kernel: Kernel, _privilege: int, _mode: int) -> int:
    """The system has every privilege."""
    _ = kernel
    return 1


@TABLE.serves("PoStartNextPowerIrp(p) v")
def po_start_next_power_irp(kernel: Kernel, irp: int) -> None:
    """Nothing since Windows Vista."""
    devices_of(kernel).request(irp, "PoStartNextPowerIrp")


@TABLE.serves("PoSetPowerState(p u p) p")
def po_set_power_state(kernel: Kernel, _device: int, _type: int, state: int) -> int:
    """The state before: working."""
    _ = kernel, state
    return 1


@TABLE.serves("EtwRegister(p p p p) u", irql=PASSIVE)
def etw_register(kernel: Kernel, _guid: int, callback: int, _context: int, result: int) -> int:
    """Register a provider of events, which nobody listens to."""
    kernel.registers(callback, "event provider's callback")
    handle = kernel.allocate(16)
    kernel.machine.store(result, handle, 8)
    kernel.hold("event provider", handle)
    return _SUCCESS


@TABLE.serves("EtwUnregister(q) u", irql=PASSIVE)
def etw_unregister(kernel: Kernel, handle: int) -> int:
    """Undo EtwRegister."""
    kernel.release("event provider", handle & ((1 << 64) - 1), "EtwUnregister")
    return _SUCCESS


@TABLE.serves("EtwWrite(q p p u p) u")
@TABLE.serves("EtwWriteTransfer(q p p p u p) u")
def etw_write(kernel: Kernel, *_more: int) -> int:
    """Write an event."""
    _ = kernel
    return _SUCCESS


@TABLE.serves("EtwSetInformation(q u p u) u")
def etw_set_information(kernel: Kernel, *_more: int) -> int:
    """Describe a provider."""
    _ = kernel
    return _SUCCESS


@TABLE.serves("WmiQueryTraceInformation(u p u p p) u")
def wmi_query_trace_information(kernel: Kernel, *_more: int) -> int:
    """There is no trace."""
    _ = kernel
    return _NOT_SUPPORTED


@TABLE.serves("WmiTraceMessage(q u p h ...) u")
def wmi_trace_message(kernel: Kernel, *_more: object) -> int:
    """A message of a trace."""
    _ = kernel
    return _SUCCESS
