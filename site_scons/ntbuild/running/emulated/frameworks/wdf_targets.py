"""KMDF's targets, and requests that are sent to them.

Below a device is nothing but a bus driver that knows Plug and Play: whatever is sent comes back at
once with STATUS_INVALID_DEVICE_REQUEST, and no target can be opened by its name. A completion
routine runs before WdfRequestSend returns, at DISPATCH_LEVEL, as it may on Windows.

Source: the reference pages of wdfiotarget.h and wdfrequest.h.
"""

from typing import Any, Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError, UnknownError
from ntbuild.running.emulated.kernel import Kernel

from .wdf_objects import Object, framework_of
from .wdf_queues import complete, owned

TABLE: Final = Routines()
_SUCCESS: Final = 0
_NOT_FOUND: Final = 0xC0000034
_INVALID_REQUEST: Final = 0xC0000010
_INVALID_STATE: Final = 0xC0000184
_SYNCHRONOUS: Final = 2
_FORGET: Final = 8
_MOST_SENT: Final = 256
_PARAMS: Final = "WDF_REQUEST_COMPLETION_PARAMS"
_COMPLETED: Final = "EvtRequestCompletionRoutine"


# ---- targets -------------------------------------------------------------------------------------


@TABLE.serves("WdfIoTargetCreate(p p p p) u", irql=0)
def io_target_create(
    kernel: Kernel, _globals: int, device: int, attributes: int, result: int
) -> int:
    """A target that is not open."""
    framework_of(kernel).get(device, "device")
    kernel.machine.store(result, framework_of(kernel).new("I/O target", attributes, device).handle)
    return _SUCCESS


@TABLE.serves("WdfIoTargetOpen(p p p) u", irql=0)
def io_target_open(kernel: Kernel, _globals: int, target: int, _parameters: int) -> int:
    """There are no other drivers' devices."""
    framework_of(kernel).get(target, "I/O target")
    return _NOT_FOUND


@TABLE.serves("WdfIoTargetStart(p p) u")
def io_target_start(kernel: Kernel, _globals: int, target: int) -> int:
    """Requests may be sent."""
    framework_of(kernel).get(target, "I/O target")
    return _SUCCESS


@TABLE.serves("WdfIoTargetStop(p p u) v")
@TABLE.serves("WdfIoTargetPurge(p p u) v")
@TABLE.serves("WdfIoTargetClose(p p) v")
@TABLE.serves("WdfIoTargetCloseForQueryRemove(p p) v")
def io_target_ends(kernel: Kernel, _globals: int, target: int, *_more: int) -> None:
    """No requests may be sent."""
    framework_of(kernel).get(target, "I/O target")


@TABLE.serves("WdfIoTargetGetDevice(p p) p")
def io_target_get_device(kernel: Kernel, _globals: int, target: int) -> int:
    """The device of a target."""
    return framework_of(kernel).get(target, "I/O target").parent


@TABLE.serves("WdfIoTargetWdmGetTargetDeviceObject(p p) p")
@TABLE.serves("WdfIoTargetWdmGetTargetPhysicalDevice(p p) p")
def io_target_wdm_get_device(kernel: Kernel, _globals: int, target: int) -> int:
    """The bus driver's device object."""
    framework_of(kernel).get(target, "I/O target")
    return framework_of(kernel).pdo


@TABLE.serves("WdfIoTargetSendIoctlSynchronously(p p p u p p p p) u", irql=0)
@TABLE.serves("WdfIoTargetSendInternalIoctlSynchronously(p p p u p p p p) u", irql=0)
@TABLE.serves("WdfIoTargetSendReadSynchronously(p p p p p p p) u", irql=0)
@TABLE.serves("WdfIoTargetSendWriteSynchronously(p p p p p p p) u", irql=0)
@TABLE.serves("WdfIoTargetQueryForInterface(p p p p h h p) u", irql=0)
def io_target_send(kernel: Kernel, _globals: int, target: int, *_more: int) -> int:
    """The bus driver knows no requests but PnP's."""
    framework_of(kernel).get(target, "I/O target")
    return _INVALID_REQUEST


# ---- requests that are sent ----------------------------------------------------------------------


def _sendable(kernel: Kernel, handle: int) -> Object:
    """A request that its driver may send: its own, or one that it got from a queue."""
    found = framework_of(kernel).get(handle, "request")
    if "kind" not in found.data:
        return found
    if owned(kernel, handle).data["cancel"]:
        raise RefusedError(f"{kernel.last}: the request is cancelable (WdfRequestUnmarkCancelable)")
    return found


@TABLE.serves("WdfRequestCreate(p p p p) u")
def request_create(kernel: Kernel, _globals: int, attributes: int, target: int, result: int) -> int:
    """A request of the driver's own."""
    framework = framework_of(kernel)
    if target:
        framework.get(target, "I/O target")
    kernel.machine.store(result, framework.new("request", attributes).handle)
    return _SUCCESS


@TABLE.serves("WdfRequestReuse(p p p) u")
def request_reuse(kernel: Kernel, _globals: int, request: int, how: int) -> int:
    """A request may be sent again."""
    data = _sendable(kernel, request).data
    data["completion"] = (0, 0)
    data["sent"] = kernel.get(how, "WDF_REQUEST_REUSE_PARAMS.Status")
    return _SUCCESS


@TABLE.serves("WdfRequestSetCompletionRoutine(p p p p) v")
def request_set_completion_routine(
    kernel: Kernel, _globals: int, request: int, routine: int, context: int
) -> None:
    """What is called when the request comes back."""
    _sendable(kernel, request).data["completion"] = (routine, context)


@TABLE.serves("WdfRequestSend(p p p p) b")
def request_send(kernel: Kernel, _globals: int, handle: int, target: int, options: int) -> int:
    """Send a request down, where nobody knows it."""
    framework = framework_of(kernel)
    framework.get(target, "I/O target")
    request = _sendable(kernel, handle)
    framework.sent += 1
    if framework.sent > _MOST_SENT:
        raise UnknownError("calls WdfRequestSend again and again for a device that is not there")
    flags = kernel.get(options, "WDF_REQUEST_SEND_OPTIONS.Flags") if options else 0
    request.data["sent"] = _INVALID_REQUEST
    if flags & _FORGET:
        if "kind" not in request.data:
            request.data["sent"] = _INVALID_STATE
            return 0
        complete(framework, request, _INVALID_REQUEST)
    elif not flags & _SYNCHRONOUS:
        _come_back(kernel, request, target)
    return 1


def _come_back(kernel: Kernel, request: Object, target: int) -> None:
    """Call a request's completion routine, which is for one time."""
    routine, context = request.data.pop("completion", (0, 0))
    if not routine:
        return
    params = kernel.allocate(kernel.size_of(_PARAMS))
    _describe(kernel, request.data, params)
    arguments = (request.handle, target, params, context)
    with kernel.at_level(2):
        kernel.call(routine, *arguments, what=_COMPLETED, result="v")


def _describe(kernel: Kernel, data: dict[str, Any], params: int) -> None:
    size = kernel.size_of(_PARAMS)
    kernel.machine.put(params, size.to_bytes(4, "little") + b"\xff\0\0\0" + bytes(size - 8))
    kernel.set(params, f"{_PARAMS}.IoStatus.Status", data.get("sent", _SUCCESS))


@TABLE.serves("WdfRequestGetStatus(p p) u")
def request_get_status(kernel: Kernel, _globals: int, request: int) -> int:
    """What a target said to a request."""
    found: int = framework_of(kernel).get(request, "request").data.get("sent", _SUCCESS)
    return found


@TABLE.serves("WdfRequestGetCompletionParams(p p p) v")
def request_get_completion_params(kernel: Kernel, _globals: int, request: int, params: int) -> None:
    """The same, as a completion routine is told."""
    _describe(kernel, framework_of(kernel).get(request, "request").data, params)


@TABLE.serves("WdfRequestCancelSentRequest(p p) b")
def request_cancel_sent_request(kernel: Kernel, _globals: int, request: int) -> int:
    """What was sent has come back already."""
    framework_of(kernel).get(request, "request")
    return 0


@TABLE.serves("WdfRequestChangeTarget(p p p) u")
def request_change_target(kernel: Kernel, _globals: int, request: int, target: int) -> int:
    """A request may go to another target."""
    _sendable(kernel, request)
    framework_of(kernel).get(target, "I/O target")
    return _SUCCESS


@TABLE.serves("WdfRequestFormatRequestUsingCurrentType(p p) v")
def request_format_using_current_type(kernel: Kernel, _globals: int, request: int) -> None:
    """Send it on as it came."""
    _sendable(kernel, request)


def _format(kernel: Kernel, target: int, request: int, *memories: int) -> int:
    framework = framework_of(kernel)
    framework.get(target, "I/O target")
    _sendable(kernel, request)
    for memory in filter(None, memories):
        framework.get(memory, "memory")
    return _SUCCESS


@TABLE.serves("WdfIoTargetFormatRequestForIoctl(p p p u p p p p) u")
@TABLE.serves("WdfIoTargetFormatRequestForInternalIoctl(p p p u p p p p) u")
def io_target_format_request_for_ioctl(
    kernel: Kernel,
    _globals: int,
    target: int,
    request: int,
    _code: int,
    given: int,
    _given_offset: int,
    got: int,
    _got_offset: int,
) -> int:
    """A control request with memory for both ways."""
    return _format(kernel, target, request, given, got)


@TABLE.serves("WdfIoTargetFormatRequestForRead(p p p p p p) u")
@TABLE.serves("WdfIoTargetFormatRequestForWrite(p p p p p p) u")
def io_target_format_request_for_transfer(
    kernel: Kernel,
    _globals: int,
    target: int,
    request: int,
    memory: int,
    _offset: int,
    _at: int,
) -> int:
    """A read or a write request."""
    return _format(kernel, target, request, memory)
