"""KMDF's queues and requests.

A request is given to the callback of its kind, or to the default one, or it waits in a manual
queue. It is completed once. Buffers lie in memory that an overrun faults in.

Source: the reference pages of wdfio.h and wdfrequest.h.
"""

from typing import Any, Final

from ntbuild.running.emulated.conventions import Routines
from ntbuild.running.emulated.faults import RefusedError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.values import Call, Ioctl, Read

from .wdf_objects import Framework, Object, framework_of

TABLE: Final = Routines()
_SUCCESS: Final = 0
_CANCELLED: Final = 0xC0000120
_INVALID_REQUEST: Final = 0xC0000010
_TOO_SMALL: Final = 0xC0000023
_INVALID_STATE: Final = 0xC0000184
MANUAL: Final = 3
_NEITHER: Final = 3
"""METHOD_NEITHER: the buffers are addresses of a program."""
_CONFIG: Final = "WDF_IO_QUEUE_CONFIG"
_CALLBACKS: Final = (
    *("EvtIoDefault", "EvtIoRead", "EvtIoWrite", "EvtIoDeviceControl"),
    *("EvtIoInternalDeviceControl", "EvtIoStop", "EvtIoCanceledOnQueue"),
)


@TABLE.serves("WdfIoQueueCreate(p p p p p) u")
def queue_create(
    kernel: Kernel, _globals: int, device: int, config: int, attributes: int, result: int
) -> int:
    """A queue of a device; the default one, if the configuration says so."""
    framework = framework_of(kernel)
    parent = framework.get(device, "device")
    size = kernel.get(config, f"{_CONFIG}.Size")
    if size > kernel.size_of(_CONFIG):
        raise RefusedError(f"WdfIoQueueCreate: WDF_IO_QUEUE_CONFIG.Size is {size}")
    queue = framework.new("queue", attributes, device)
    queue.data["type"] = kernel.get(config, f"{_CONFIG}.DispatchType")
    queue.data["device"] = device
    queue.data["waiting"] = []
    for name in _CALLBACKS:
        queue.data[name] = kernel.get(config, f"{_CONFIG}.{name}")
    if kernel.get(config, f"{_CONFIG}.DefaultQueue"):
        if "queue" in parent.data:
            return 0xC0000001
        parent.data["queue"] = queue.handle
    if result:
        kernel.machine.store(result, queue.handle)
    return _SUCCESS


@TABLE.serves("WdfIoQueueGetDevice(p p) p")
def queue_get_device(kernel: Kernel, _globals: int, queue: int) -> int:
    """A queue's device."""
    found: int = framework_of(kernel).get(queue, "queue").data["device"]
    return found


# ---- requests ------------------------------------------------------------------------------------


def give(framework: Framework, queue: Object, request: Object) -> None:
    """Give a request to a queue: to a callback, or to wait."""
    request.data["queue"] = queue.handle
    if queue.data.get("closed"):
        complete(framework, request, _INVALID_STATE)
    elif queue.data["type"] == MANUAL or queue.data.get("stopped"):
        wait(framework, queue, request)
    else:
        hand_over(framework, queue, request)


def queue_for(framework: Framework, device: Object, request: Object) -> Object | None:
    """The queue of a device that requests of a kind go to."""
    routes = device.data.get("routes", {})
    found = framework.objects.get(routes.get(request.data["kind"], 0))
    return found or framework.objects.get(device.data.get("queue", 0))


def wait(framework: Framework, queue: Object, request: Object, *, is_first: bool = False) -> None:
    """Let a request wait; a queue that was empty may tell its driver."""
    waiting = queue.data["waiting"]
    waiting.insert(0 if is_first else len(waiting), request.handle)
    routine, context = queue.data.get("ready", (0, 0))
    if routine and len(waiting) == 1:
        what = "EvtIoQueueState"
        framework.kernel.call(routine, queue.handle, context, what=what, result="v")


def hand_over(framework: Framework, queue: Object, request: Object) -> None:
    """Call the queue's callback for a request, or complete it when there is none."""
    kernel, data = framework.kernel, request.data
    sizes = (len(data["output"]), len(data["input"]))
    name, arguments = {
        "control": ("EvtIoDeviceControl", (*sizes, data["code"])),
        "read": ("EvtIoRead", sizes[:1]),
        "write": ("EvtIoWrite", sizes[1:]),
    }[data["kind"]]
    routine = queue.data[name]
    if not routine:
        name, routine, arguments = "EvtIoDefault", queue.data["EvtIoDefault"], ()
    if not routine:
        complete(framework, request, _INVALID_REQUEST)
        return
    with kernel.at_level(framework.callback_level(queue)):
        kernel.call(routine, queue.handle, request.handle, *arguments, what=name, result="v")


def new_request(framework: Framework, device: Object, call: Call) -> Object:
    """A request of a program, with its buffers in memory."""
    kernel = framework.kernel
    request = framework.new("request", device.data.get("request attributes", 0), device.handle)
    data: dict[str, Any] = request.data
    if isinstance(call, Ioctl):
        data.update(
            kind="control", code=call.code, input=call.input, output=bytes(call.output_size)
        )
        is_shared = call.code & 3 == 0
    elif isinstance(call, Read):
        data.update(kind="read", code=0, input=b"", output=bytes(call.size))
        is_shared = False
    else:
        data.update(kind="write", code=0, input=call.data, output=b"")
        is_shared = False
    size_in, size_out = len(data["input"]), len(data["output"])
    data["neither"] = data["kind"] == "control" and data["code"] & 3 == _NEITHER

    def buffer(size: int, content: bytes) -> int:
        if not size:
            return 0
        if data["neither"]:
            return kernel.allocate_user(content, size)
        address = kernel.pool.allocate_own(size, "Io  ")
        kernel.machine.put(address, content)
        return address

    if is_shared:
        data["in"] = data["out"] = buffer(max(size_in, size_out), data["input"])
    else:
        data["in"], data["out"] = buffer(size_in, data["input"]), buffer(size_out, b"")
    data.update(information=0, status=None, cancel=0)
    return request


def complete(
    framework: Framework, request: Object, status: int, information: int | None = None
) -> None:
    """Complete a request. Raises RefusedError when it is completed already."""
    data = request.data
    if data["status"] is not None:
        raise RefusedError(f"{framework.kernel.last}: the request was completed before")
    if data["cancel"]:
        raise RefusedError(
            f"{framework.kernel.last}: the request is cancelable (WdfRequestUnmarkCancelable)"
        )
    queue = framework.objects.get(data.get("queue", 0))
    if queue is not None and request.handle in queue.data["waiting"]:
        queue.data["waiting"].remove(request.handle)
    if information is not None:
        data["information"] = information
    data["status"] = status
    size = len(data["output"])
    count = min(data["information"], size) if status >> 30 != 3 and data["kind"] != "write" else 0
    data["answer"] = framework.kernel.machine.bytes_at(data["out"], count) if count else b""
    framework.delete(request.handle)


def cancel(framework: Framework, request: Object) -> None:
    """Cancel a request that waits in a queue or that its driver has marked as cancelable."""
    kernel, data = framework.kernel, request.data
    data["cancelled"] = True
    queue = framework.objects.get(data.get("queue", 0))
    if queue is not None and request.handle in queue.data["waiting"]:
        queue.data["waiting"].remove(request.handle)
        routine = queue.data["EvtIoCanceledOnQueue"]
        if routine:
            kernel.call(
                routine, queue.handle, request.handle, what="EvtIoCanceledOnQueue", result="v"
            )
        else:
            complete(framework, request, _CANCELLED)
    elif data["cancel"]:
        routine, data["cancel"] = data["cancel"], 0
        kernel.call(routine, request.handle, what="EvtRequestCancel", result="v")


def _request(kernel: Kernel, handle: int) -> Object:
    """A request that came from a queue. Raises RefusedError for one that the driver made."""
    found = framework_of(kernel).get(handle, "request")
    if "kind" not in found.data:
        raise RefusedError(f"{kernel.last} is given a request of WdfRequestCreate")
    return found


def owned(kernel: Kernel, handle: int) -> Object:
    """A request that does not wait in a queue. Raises RefusedError for one that does."""
    found, framework = _request(kernel, handle), framework_of(kernel)
    queue = framework.objects.get(found.data.get("queue", 0))
    if queue is not None and handle in queue.data["waiting"]:
        raise RefusedError(f"{kernel.last} is given a request that waits in a queue")
    return found


@TABLE.serves("WdfRequestComplete(p p u) v")
def request_complete(kernel: Kernel, _globals: int, request: int, status: int) -> None:
    """Complete a request."""
    complete(framework_of(kernel), owned(kernel, request), status)


@TABLE.serves("WdfRequestCompleteWithPriorityBoost(p p u b) v")
def request_complete_with_priority_boost(
    kernel: Kernel, _globals: int, request: int, status: int, _boost: int
) -> None:
    """Complete a request."""
    complete(framework_of(kernel), owned(kernel, request), status)


@TABLE.serves("WdfRequestCompleteWithInformation(p p u p) v")
def request_complete_with_information(
    kernel: Kernel, _globals: int, request: int, status: int, information: int
) -> None:
    """Complete a request with a number of bytes."""
    complete(framework_of(kernel), owned(kernel, request), status, information)


def _buffer(kernel: Kernel, request: int, side: str, least: int, result: int, length: int) -> int:
    data = _request(kernel, request).data
    size = len(data["input" if side == "in" else "output"])
    if data["neither"]:
        kernel.machine.store(result, 0)
        return _INVALID_REQUEST
    if length:
        kernel.machine.store(length, size)
    if size < max(least, 1):
        kernel.machine.store(result, 0)
        return _TOO_SMALL
    kernel.machine.store(result, data[side])
    return _SUCCESS


@TABLE.serves("WdfRequestRetrieveInputBuffer(p p p p p) u")
def request_retrieve_input_buffer(
    kernel: Kernel, _globals: int, request: int, least: int, result: int, length: int
) -> int:
    """What a request sends."""
    return _buffer(kernel, request, "in", least, result, length)


@TABLE.serves("WdfRequestRetrieveOutputBuffer(p p p p p) u")
def request_retrieve_output_buffer(
    kernel: Kernel, _globals: int, request: int, least: int, result: int, length: int
) -> int:
    """Where a request gets its answer."""
    return _buffer(kernel, request, "out", least, result, length)


def _memory(kernel: Kernel, request: int, side: str, result: int) -> int:
    framework, found = framework_of(kernel), _request(kernel, request)
    size = len(found.data["input" if side == "in" else "output"])
    if found.data["neither"]:
        return _INVALID_REQUEST
    if not size:
        return _TOO_SMALL
    memory = framework.new("memory", 0, request)
    memory.data.update(buffer=found.data[side], size=size)
    kernel.machine.store(result, memory.handle)
    return _SUCCESS


@TABLE.serves("WdfRequestRetrieveInputMemory(p p p) u")
def request_retrieve_input_memory(kernel: Kernel, _globals: int, request: int, result: int) -> int:
    """What a request sends, as a memory object."""
    return _memory(kernel, request, "in", result)


@TABLE.serves("WdfRequestRetrieveOutputMemory(p p p) u")
def request_retrieve_output_memory(kernel: Kernel, _globals: int, request: int, result: int) -> int:
    """Where a request gets its answer, as a memory object."""
    return _memory(kernel, request, "out", result)


@TABLE.serves("WdfRequestSetInformation(p p p) v")
def request_set_information(kernel: Kernel, _globals: int, request: int, information: int) -> None:
    """How many bytes a request has moved."""
    _request(kernel, request).data["information"] = information


@TABLE.serves("WdfRequestGetInformation(p p) p")
def request_get_information(kernel: Kernel, _globals: int, request: int) -> int:
    """How many bytes a request has moved."""
    found: int = _request(kernel, request).data["information"]
    return found


@TABLE.serves("WdfRequestGetIoQueue(p p) p")
def request_get_io_queue(kernel: Kernel, _globals: int, request: int) -> int:
    """The queue of a request."""
    found: int = _request(kernel, request).data.get("queue", 0)
    return found


@TABLE.serves("WdfRequestGetFileObject(p p) p")
def request_get_file_object(kernel: Kernel, _globals: int, request: int) -> int:
    """The file object of a request."""
    framework = framework_of(kernel)
    device = framework.nearest(_request(kernel, request), "device")
    found: int = device.data.get("file", 0) if device else 0
    return found


@TABLE.serves("WdfRequestGetRequestorMode(p p) b")
def request_get_requestor_mode(kernel: Kernel, _globals: int, request: int) -> int:
    """A program's."""
    _request(kernel, request)
    return 1


@TABLE.serves("WdfRequestIsReserved(p p) b")
@TABLE.serves("WdfRequestIsFrom32BitProcess(p p) b")
def request_is_not(kernel: Kernel, _globals: int, request: int) -> int:
    """It is not."""
    _request(kernel, request)
    return 0


_PARAMETERS: Final = "WDF_REQUEST_PARAMETERS"


@TABLE.serves("WdfRequestGetParameters(p p p) v")
def request_get_parameters(kernel: Kernel, _globals: int, request: int, result: int) -> None:
    """The kind of a request and its parameters."""
    data = _request(kernel, request).data
    kinds = {"control": 14, "read": 3, "write": 4}
    kernel.set(result, f"{_PARAMETERS}.MinorFunction", 0)
    kernel.set(result, f"{_PARAMETERS}.Type", kinds[data["kind"]])
    at, width = kernel.at(result, f"{_PARAMETERS}.Parameters"), kernel.machine.width
    kernel.machine.store(at, len(data["output" if data["kind"] != "write" else "input"]))
    if data["kind"] == "control":
        kernel.machine.store(at + width, len(data["input"]))
        kernel.machine.store(at + 2 * width, data["code"], 4)
