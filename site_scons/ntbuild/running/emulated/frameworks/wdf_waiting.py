"""KMDF's requests that wait in queues, that are forwarded, found, cancelled; queues that stop.

A queue that is stopped keeps what comes, one that is drained or purged takes nothing more. What
waits, and what its driver has marked as cancelable, is cancelled when nothing else ends it.

Source: the reference pages of wdfio.h and wdfrequest.h.
"""

from typing import Final

from ntbuild.running.emulated.clock import clock_of
from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel

from .wdf_objects import Framework, Object, framework_of
from .wdf_queues import (
    MANUAL,
    cancel,
    give,
    hand_over,
    owned,
    queue_for,
    request_get_parameters,
    wait,
)

TABLE: Final = Routines()
_SUCCESS: Final = 0
_CANCELLED: Final = 0xC0000120
_INVALID_REQUEST: Final = 0xC0000010
_INVALID_PARAMETER: Final = 0xC000000D
_ACCESS_VIOLATION: Final = 0xC0000005
_TOO_SMALL: Final = 0xC0000023
_NOT_FOUND: Final = 0xC0000225
_NO_MORE: Final = 0x8000001A
_PAUSED: Final = 0xC0200203
_BUSY: Final = 0xC0200204
_ROUNDS: Final = 1000
_ACCEPTS, _DISPATCHES, _IS_EMPTY, _OWNS_NONE = 1, 2, 4, 8


def _queue(kernel: Kernel, handle: int) -> Object:
    return framework_of(kernel).get(handle, "queue")


def _owned_of(framework: Framework, queue: Object) -> list[Object]:
    """Requests of a queue that its driver has not completed."""
    return [
        each
        for each in framework.objects.values()
        if each.kind == "request"
        and each.data.get("queue") == queue.handle
        and each.data.get("status") is None
        and each.handle not in queue.data["waiting"]
    ]


# ---- queues that start and stop ------------------------------------------------------------------


@TABLE.serves("WdfIoQueueStart(p p) v")
def queue_start(kernel: Kernel, _globals: int, handle: int) -> None:
    """Take requests, and hand over those that wait."""
    framework, queue = framework_of(kernel), _queue(kernel, handle)
    queue.data.update(stopped=False, closed=False)
    while queue.data["waiting"] and queue.data["type"] != MANUAL and not queue.data["stopped"]:
        hand_over(framework, queue, framework.get(queue.data["waiting"].pop(0)))


def _end(kernel: Kernel, handle: int) -> Object:
    """What Stop, Drain and Purge do at once."""
    framework, queue = framework_of(kernel), _queue(kernel, handle)
    if "QueueStop" in kernel.last:
        queue.data["stopped"] = True
        return queue
    queue.data["closed"] = True
    if "QueuePurge" in kernel.last:
        own = [each.handle for each in _owned_of(framework, queue) if each.data["cancel"]]
        for request in (*queue.data["waiting"], *own):
            if request in framework.objects:
                cancel(framework, framework.get(request))
    return queue


@TABLE.serves("WdfIoQueueStop(p p p p) v")
@TABLE.serves("WdfIoQueueDrain(p p p p) v")
@TABLE.serves("WdfIoQueuePurge(p p p p) v")
def queue_ends(kernel: Kernel, _globals: int, queue: int, routine: int, context: int) -> None:
    """Stop, drain or purge a queue, and tell of it."""
    _end(kernel, queue)
    if routine:
        kernel.call(routine, queue, context, what="EvtIoQueueState", result="v")


@TABLE.serves("WdfIoQueueStopSynchronously(p p) v", irql=0)
@TABLE.serves("WdfIoQueueDrainSynchronously(p p) v", irql=0)
@TABLE.serves("WdfIoQueuePurgeSynchronously(p p) v", irql=0)
def queue_ends_synchronously(kernel: Kernel, _globals: int, handle: int) -> None:
    """The same, and wait for the requests that the driver holds."""
    name, framework, clock = kernel.last, framework_of(kernel), clock_of(kernel)
    queue = _end(kernel, handle)
    for _ in range(_ROUNDS):
        if not _owned_of(framework, queue):
            return
        if clock.run_pending():
            continue
        due = clock.next_due()
        if due is None:
            break
        clock.advance(due)
    raise RefusedError(f"{name} waits for a request that nobody completes")


@TABLE.serves("WdfIoQueueGetState(p p p p) u")
def queue_get_state(kernel: Kernel, _globals: int, handle: int, waiting: int, owned_at: int) -> int:
    """Whether a queue takes and gives requests, and how many it has."""
    queue = _queue(kernel, handle)
    count, own = len(queue.data["waiting"]), len(_owned_of(framework_of(kernel), queue))
    if waiting:
        kernel.machine.store(waiting, count, 4)
    if owned_at:
        kernel.machine.store(owned_at, own, 4)
    state = 0 if queue.data.get("closed") else _ACCEPTS
    state |= 0 if queue.data.get("stopped") else _DISPATCHES
    return state | (0 if count else _IS_EMPTY) | (0 if own else _OWNS_NONE)


# ---- requests that wait --------------------------------------------------------------------------


@TABLE.serves("WdfIoQueueRetrieveNextRequest(p p p) u")
def queue_retrieve_next_request(kernel: Kernel, _globals: int, queue: int, result: int) -> int:
    """Take the first request that waits."""
    data = _queue(kernel, queue).data
    kernel.machine.store(result, 0)
    if data.get("stopped"):
        return _PAUSED
    if not data["waiting"]:
        return _NO_MORE
    kernel.machine.store(result, data["waiting"].pop(0))
    return _SUCCESS


@TABLE.serves("WdfIoQueueRetrieveRequestByFileObject(p p p p) u")
def queue_retrieve_request_by_file_object(
    kernel: Kernel, _globals: int, handle: int, file: int, result: int
) -> int:
    """Take the first request of a file; there is one file."""
    queue = _queue(kernel, handle)
    kernel.machine.store(result, 0)
    if not queue.data["waiting"] or _file_of(kernel, queue) != file:
        return _NO_MORE
    kernel.machine.store(result, queue.data["waiting"].pop(0))
    return _SUCCESS


def _file_of(kernel: Kernel, queue: Object) -> int:
    device = framework_of(kernel).nearest(queue, "device")
    found: int = device.data.get("file", 0) if device else 0
    return found


@TABLE.serves("WdfIoQueueFindRequest(p p p p p p) u")
def queue_find_request(
    kernel: Kernel,
    given: int,
    handle: int,
    after: int,
    file: int,
    parameters: int,
    result: int,
) -> int:
    """The next request that waits; it goes on waiting, and has one more reference."""
    queue = _queue(kernel, handle)
    waiting: list[int] = queue.data["waiting"]
    kernel.machine.store(result, 0)
    if after and after not in waiting:
        return _NOT_FOUND
    left = waiting[waiting.index(after) + 1 :] if after else waiting
    if not left or (file and file != _file_of(kernel, queue)):
        return _NO_MORE
    framework_of(kernel).get(left[0]).references += 1
    kernel.machine.store(result, left[0])
    if parameters:
        request_get_parameters(kernel, given, left[0], parameters)
    return _SUCCESS


@TABLE.serves("WdfIoQueueRetrieveFoundRequest(p p p p) u")
def queue_retrieve_found_request(
    kernel: Kernel, _globals: int, queue: int, request: int, result: int
) -> int:
    """Take a request that was found."""
    waiting = _queue(kernel, queue).data["waiting"]
    kernel.machine.store(result, 0)
    if request not in waiting:
        return _NOT_FOUND
    waiting.remove(request)
    kernel.machine.store(result, request)
    return _SUCCESS


@TABLE.serves("WdfIoQueueReadyNotify(p p p p) u")
def queue_ready_notify(
    kernel: Kernel, _globals: int, handle: int, routine: int, context: int
) -> int:
    """Tell when a manual queue that was empty gets a request; no routine ends it."""
    data = _queue(kernel, handle).data
    if data["type"] != MANUAL or (routine and data.get("ready", (0, 0))[0]):
        return _INVALID_REQUEST
    data["ready"] = (routine, context)
    if routine and data["waiting"]:
        kernel.call(routine, handle, context, what="EvtIoQueueState", result="v")
    return _SUCCESS


# ---- requests that their driver owns -------------------------------------------------------------


@TABLE.serves("WdfRequestForwardToIoQueue(p p p) u")
def request_forward_to_io_queue(kernel: Kernel, _globals: int, handle: int, to: int) -> int:
    """Put a request into another queue."""
    request, queue = owned(kernel, handle), _queue(kernel, to)
    if request.data["cancel"] or request.data.get("queue") == to:
        return _INVALID_REQUEST
    if queue.data.get("closed"):
        return _BUSY
    give(framework_of(kernel), queue, request)
    return _SUCCESS


@TABLE.serves("WdfRequestRequeue(p p) u")
def request_requeue(kernel: Kernel, _globals: int, handle: int) -> int:
    """Put a request back to the front of its queue, a manual one."""
    framework, request = framework_of(kernel), owned(kernel, handle)
    queue = framework.objects.get(request.data.get("queue", 0))
    if queue is None or queue.data["type"] != MANUAL or request.data["cancel"]:
        return _INVALID_REQUEST
    wait(framework, queue, request, is_first=True)
    return _SUCCESS


@TABLE.serves("WdfDeviceEnqueueRequest(p p p) u")
def device_enqueue_request(kernel: Kernel, _globals: int, device: int, handle: int) -> int:
    """Queue a request that EvtIoInCallerContext has looked at."""
    framework, request = framework_of(kernel), owned(kernel, handle)
    queue = queue_for(framework, framework.get(device, "device"), request)
    if queue is None:
        return _INVALID_REQUEST
    give(framework, queue, request)
    return _SUCCESS


@TABLE.serves("WdfRequestMarkCancelable(p p p) v")
@TABLE.serves("WdfRequestMarkCancelableEx(p p p) u")
def request_mark_cancelable(kernel: Kernel, _globals: int, handle: int, routine: int) -> int:
    """The routine is called when the request is cancelled."""
    data = owned(kernel, handle).data
    if data["cancel"]:
        raise RefusedError(f"{kernel.last}: the request is cancelable already")
    if data.get("cancelled"):
        if not kernel.last.endswith("Ex"):
            kernel.call(routine, handle, what="EvtRequestCancel", result="v")
        return _CANCELLED
    data["cancel"] = routine
    return _SUCCESS


@TABLE.serves("WdfRequestUnmarkCancelable(p p) u")
def request_unmark_cancelable(kernel: Kernel, _globals: int, handle: int) -> int:
    """Undo WdfRequestMarkCancelable."""
    data = owned(kernel, handle).data
    if not data["cancel"]:
        return _CANCELLED if data.get("cancelled") else _INVALID_REQUEST
    data["cancel"] = 0
    return _SUCCESS


@TABLE.serves("WdfRequestIsCanceled(p p) b")
def request_is_canceled(kernel: Kernel, _globals: int, handle: int) -> int:
    """Whether a request that the driver owns was cancelled."""
    return int(bool(owned(kernel, handle).data.get("cancelled")))


@TABLE.serves("WdfRequestStopAcknowledge(p p b) v")
def request_stop_acknowledge(kernel: Kernel, _globals: int, request: int, _requeue: int) -> None:
    """The request may stay."""
    framework_of(kernel).get(request, "request")


# ---- buffers of METHOD_NEITHER -------------------------------------------------------------------


def _unsafe(kernel: Kernel, handle: int, side: str, least: int, result: int, length: int) -> int:
    data = owned(kernel, handle).data
    size = len(data["input" if side == "in" else "output"])
    kernel.machine.store(result, 0)
    if length:
        kernel.machine.store(length, 0)
    if not data["neither"]:
        return _INVALID_REQUEST
    if size < max(least, 1):
        return _TOO_SMALL
    if length:
        kernel.machine.store(length, size)
    kernel.machine.store(result, data[side])
    return _SUCCESS


@TABLE.serves("WdfRequestRetrieveUnsafeUserInputBuffer(p p p p p) u", irql=0)
def request_retrieve_unsafe_user_input_buffer(
    kernel: Kernel, _globals: int, request: int, least: int, result: int, length: int
) -> int:
    """The address that a program gives what it sends at."""
    return _unsafe(kernel, request, "in", least, result, length)


@TABLE.serves("WdfRequestRetrieveUnsafeUserOutputBuffer(p p p p p) u", irql=0)
def request_retrieve_unsafe_user_output_buffer(
    kernel: Kernel, _globals: int, request: int, least: int, result: int, length: int
) -> int:
    """The address that a program wants its answer at."""
    return _unsafe(kernel, request, "out", least, result, length)


@TABLE.serves("WdfRequestProbeAndLockUserBufferForRead(p p p p p) u", irql=0)
@TABLE.serves("WdfRequestProbeAndLockUserBufferForWrite(p p p p p) u", irql=0)
def request_probe_and_lock(
    kernel: Kernel, _globals: int, handle: int, buffer: int, size: int, result: int
) -> int:
    """A memory object of a program's buffer, which goes with the request."""
    framework, data = framework_of(kernel), owned(kernel, handle).data
    ranges = ((data["in"], len(data["input"])), (data["out"], len(data["output"])))
    if not size:
        return _INVALID_PARAMETER
    if not any(at and at <= buffer and buffer + size <= at + extent for at, extent in ranges):
        return _ACCESS_VIOLATION
    memory = framework.new("memory", 0, handle)
    memory.data.update(buffer=buffer, size=size)
    kernel.machine.store(result, memory.handle)
    return _SUCCESS
