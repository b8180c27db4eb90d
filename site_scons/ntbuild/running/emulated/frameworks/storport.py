"""The storage port driver: a miniport registers; a virtual one gets an adapter and an INQUIRY.

A miniport with hardware is started as far as its DriverEntry goes: what it does then it does to an
adapter, which this kernel has none of.

Source: storport.h's reference pages; SPC-3 for INQUIRY.
"""

from collections.abc import Callable
from typing import Any, Final

from ntbuild.running.emulated.conventions import Arguments, Routines
from ntbuild.running.emulated.faults import RefusedError, UnknownError
from ntbuild.running.emulated.kernel import Kernel
from ntbuild.running.emulated.layouts import FIELDS, field_of
from ntbuild.running.emulated.routines.rtl import narrow
from ntbuild.support.values import dataclass

TABLE: Final = Routines()
SUBJECT: Final = "storport"
_SUCCESS: Final = 0
_REVISION_MISMATCH: Final = 0xC0000059
_FOUND: Final = 1
_REQUEST_COMPLETE: Final = 0
NEXT_REQUEST: Final = 1
_TOLD: Final = frozenset({NEXT_REQUEST, 2, 3, 7})
"""NextRequest, NextLuRequest, ResetDetected, BusChangeDetected: nothing has to be done."""
_STOP: Final = 1
_INQUIRY: Final = bytes((0x12, 0, 0, 0, 36, 0))
_DATA: Final = "HW_INITIALIZATION_DATA"
_VIRTUAL: Final = "VIRTUAL_HW_INITIALIZATION_DATA"
_SRB: Final = "SCSI_REQUEST_BLOCK"


@dataclass(slots=True)
class Port:
    """What a miniport has registered; ``completed``: requests that it has given back."""

    data: int = 0
    is_virtual: bool = False
    extension: int = 0
    completed: tuple[int, ...] = ()
    is_started: bool = False


def port_of(kernel: Kernel) -> Port:
    """The port of a kernel."""
    found: Port = kernel.subject(SUBJECT, lambda _: Port())
    return found


@TABLE.serves("StorPortInitialize(p p p p) u", irql=0)
def stor_port_initialize(kernel: Kernel, driver: int, _path: int, data: int, _context: int) -> int:
    """Register a miniport; the structure is copied."""
    port = port_of(kernel)
    size = kernel.get(data, f"{_DATA}.HwInitializationDataSize")
    if size not in (kernel.size_of(_DATA), kernel.size_of(_VIRTUAL)):
        return _REVISION_MISMATCH
    port.is_virtual = size == kernel.size_of(_VIRTUAL)
    port.data = kernel.allocate(size)
    kernel.machine.put(port.data, kernel.machine.bytes_at(data, size))
    for name in ("HwInitialize", "HwStartIo", "HwFindAdapter"):
        routine = kernel.get(port.data, f"{_DATA}.{name}")
        if kernel.image_at(routine) is None:
            raise RefusedError(f"StorPortInitialize: {name} {routine:#x} is in no image")
    _register(kernel, port, size)
    _ = driver
    return _SUCCESS


def _register(kernel: Kernel, port: Port, size: int) -> None:
    """Remember the miniport's routines; a virtual one's structure is the beginning of the other."""
    for name in FIELDS:
        structure, _, member = name.partition(".")
        if (
            structure != _DATA
            or not member.startswith("Hw")
            or member == "HwInitializationDataSize"
        ):
            continue
        offset, width = field_of(name, kernel.machine.width)
        if offset + width <= size:
            kernel.registers(kernel.get(port.data, name), member)


@TABLE.serves("StorPortNotification(u p ...) v")
def stor_port_notification(kernel: Kernel, kind: int, _extension: int, more: Arguments) -> None:
    """A request is completed, or the port is told of something else."""
    port = port_of(kernel)
    if kind == _REQUEST_COMPLETE:
        srb = more.next("p")
        if srb in port.completed:
            raise RefusedError("StorPortNotification: the request is completed a second time")
        port.completed = (*port.completed, srb)
    elif kind not in _TOLD:
        raise UnknownError(f"StorPortNotification of type {kind}")


@TABLE.serves("StorPortDebugPrint(u p ...) v")
def stor_port_debug_print(kernel: Kernel, _level: int, text: int, _more: Arguments) -> None:
    """Print a format as it is."""
    kernel.printed.add(narrow(kernel, text).decode("latin-1"))


@TABLE.serves("StorPortStallExecution(u) v")
def stor_port_stall_execution(kernel: Kernel, _microseconds: int) -> None:
    """Let little time pass."""
    _ = kernel


@TABLE.serves("StorPortMoveMemory(p p u) v")
def stor_port_move_memory(kernel: Kernel, target: int, source: int, size: int) -> None:
    """Copy bytes."""
    kernel.machine.put(target, kernel.machine.bytes_at(source, size))


def serve(kernel: Kernel, entries: list[dict[str, Any]], say: Callable[[str], None]) -> None:
    """Find the adapter, initialize it, ask the disk what it is."""
    port = port_of(kernel)
    if not port.is_virtual:
        return

    port.extension = kernel.allocate(kernel.get(port.data, f"{_VIRTUAL}.DeviceExtensionSize"))
    extension = port.extension
    say("HwFindAdapter")
    configuration, again = kernel.allocate(512), kernel.allocate(16)
    words = (extension, 0, 0, 0, 0, configuration, again)
    found = kernel.call(_routine(kernel, "HwFindAdapter"), *words, what="HwFindAdapter")
    entries.append(_entry("find adapter", found))
    if found != _FOUND:
        return
    say("HwInitialize")
    if not kernel.call(
        _routine(kernel, "HwInitialize"), extension, result="b", what="HwInitialize"
    ):
        raise RefusedError("HwInitialize returns FALSE")
    say("INQUIRY")
    entries.append(_inquire(kernel, port, _routine(kernel, "HwStartIo")))
    port.is_started = True


def stop(kernel: Kernel, say: Callable[[str], None]) -> None:
    """Stop the adapter, if it was started."""
    port = port_of(kernel)
    if not port.is_started:
        return
    say("stop")
    if control := _routine(kernel, "HwAdapterControl"):
        kernel.call(control, port.extension, _STOP, 0, what="HwAdapterControl")
    if free := _routine(kernel, "HwFreeAdapterResources"):
        kernel.call(free, port.extension, what="HwFreeAdapterResources", result="v")


def _routine(kernel: Kernel, name: str) -> int:
    return kernel.get(port_of(kernel).data, f"{_VIRTUAL}.{name}")


def _entry(request: str, status: int, output: bytes = b"") -> dict[str, Any]:
    return {
        "request": request,
        "status": f"{status:#010x}",
        "information": len(output),
        "output": output.hex(),
    }


def _inquire(kernel: Kernel, port: Port, start: int) -> dict[str, Any]:
    srb = kernel.allocate(kernel.size_of(_SRB))
    buffer, sense = kernel.allocate(36), kernel.allocate(32)
    for name, value in (
        ("Length", kernel.size_of(_SRB)),
        ("CdbLength", len(_INQUIRY)),
        ("SenseInfoBufferLength", 18),
        ("DataTransferLength", 36),
        ("TimeOutValue", 10),
        ("DataBuffer", buffer),
        ("SenseInfoBuffer", sense),
    ):
        kernel.set(srb, f"{_SRB}.{name}", value)
    kernel.machine.put(kernel.at(srb, f"{_SRB}.Cdb"), _INQUIRY)
    with kernel.at_level(2):
        kernel.call(start, port.extension, srb, result="b", what="HwStartIo")
    if srb not in port.completed:
        raise RefusedError("HwStartIo does not complete an INQUIRY")
    status = kernel.get(srb, f"{_SRB}.SrbStatus")
    size = min(kernel.get(srb, f"{_SRB}.DataTransferLength"), 36)
    return _entry("INQUIRY", status, kernel.machine.bytes_at(buffer, size))
