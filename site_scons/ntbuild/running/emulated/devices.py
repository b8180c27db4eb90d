"""Driver objects, device objects and requests: what NT's I/O manager keeps of a driver.

A request (IRP) is followed by its stack locations, the last one the first to be used.
"""

from typing import Final

from ntbuild.support.values import dataclass

from .faults import RefusedError
from .kernel import Kernel

STATUS_PENDING: Final = 0x103
STATUS_INVALID_DEVICE_REQUEST: Final = 0xC0000010
STATUS_NOT_SUPPORTED: Final = 0xC00000BB
STATUS_MORE_PROCESSING_REQUIRED: Final = 0xC0000016
MAJOR_FUNCTIONS: Final = 28
POWER: Final = 22
PNP: Final = 27
_INITIALIZING: Final = 0x80
_PENDING_RETURNED: Final = 1
_INVOKE_ON: Final = {"error": 0x80, "success": 0x40, "cancel": 0x20}


@dataclass(slots=True)
class Device:
    """A device object. ``lower``: the one that it is attached to; ``upper``: the one on it."""

    address: int
    driver: int
    name: str
    lower: int = 0
    upper: int = 0
    is_ours: bool = False


@dataclass(slots=True)
class Request:
    """A request. ``is_ours``: the kernel made it; ``is_adopted``: it is in the driver's memory."""

    address: int
    locations: int
    is_ours: bool
    is_completed: bool = False
    is_adopted: bool = False
    status: int = 0
    information: int = 0


class Devices:
    """Everything of the I/O manager; ``links``: name to target."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self.devices: Final[dict[int, Device]] = {}
        self.requests: Final[dict[int, Request]] = {}
        self.links: Final[dict[str, str]] = {}
        self.no_function = kernel.new_trap("IopInvalidDeviceRequest(p p) u", self._refuse)

    # ---- drivers -----------------------------------------------------------------------------

    def new_driver(self, name: str, base: int, size: int, entry: int) -> int:
        """A driver object as it is before DriverEntry."""
        kernel = self._kernel
        driver = kernel.allocate(kernel.size_of("DRIVER_OBJECT"))
        extension = kernel.allocate(kernel.size_of("DRIVER_EXTENSION") + 64)
        kernel.set(driver, "DRIVER_OBJECT.Type", 4)
        kernel.set(driver, "DRIVER_OBJECT.Size", kernel.size_of("DRIVER_OBJECT"))
        kernel.set(driver, "DRIVER_OBJECT.DriverStart", base)
        kernel.set(driver, "DRIVER_OBJECT.DriverSize", size)
        kernel.set(driver, "DRIVER_OBJECT.DriverSection", kernel.allocate(0x100))
        kernel.set(driver, "DRIVER_OBJECT.DriverExtension", extension)
        kernel.set(driver, "DRIVER_OBJECT.DriverInit", entry)
        kernel.set(extension, "DRIVER_EXTENSION.DriverObject", driver)
        self._copy_string(kernel.at(driver, "DRIVER_OBJECT.DriverName"), f"\\Driver\\{name}")
        self._copy_string(kernel.at(extension, "DRIVER_EXTENSION.ServiceKeyName"), name)
        hardware = "\\REGISTRY\\MACHINE\\HARDWARE\\DESCRIPTION\\SYSTEM"
        kernel.set(driver, "DRIVER_OBJECT.HardwareDatabase", kernel.new_string(hardware))
        for index in range(MAJOR_FUNCTIONS):
            self.set_function(driver, index, self.no_function)
        return driver

    def _copy_string(self, target: int, text: str) -> None:
        kernel = self._kernel
        source = kernel.new_string(text)
        size = kernel.size_of("UNICODE_STRING")
        kernel.machine.put(target, kernel.machine.bytes_at(source, size))

    def function(self, driver: int, major: int) -> int:
        """A driver's dispatch routine."""
        kernel = self._kernel
        at = kernel.at(driver, "DRIVER_OBJECT.MajorFunction") + major * kernel.machine.width
        return kernel.machine.load(at)

    def set_function(self, driver: int, major: int, function: int) -> None:
        """Write a dispatch routine."""
        kernel = self._kernel
        at = kernel.at(driver, "DRIVER_OBJECT.MajorFunction") + major * kernel.machine.width
        kernel.machine.store(at, function)

    def _refuse(self, kernel: Kernel, _device: int, irp: int) -> int:
        """What a driver's table has for requests that it does not take."""
        self.complete_with(kernel, irp, STATUS_INVALID_DEVICE_REQUEST)
        return STATUS_INVALID_DEVICE_REQUEST

    def complete_with(self, kernel: Kernel, irp: int, status: int, information: int = 0) -> None:
        """Set a request's result and complete it."""
        kernel.set(irp, "IRP.IoStatus.Status", status)
        kernel.set(irp, "IRP.IoStatus.Information", information)
        self.complete(irp)

    # ---- devices -----------------------------------------------------------------------------

    def new_device(
        self, driver: int, extension_size: int, name: str, kind: int, characteristics: int
    ) -> int:
        """A device object with its extension behind it, in memory that an overrun faults in."""
        kernel = self._kernel
        size = (kernel.size_of("DEVICE_OBJECT") + 15) & -16
        device = kernel.pool.allocate_own(size + extension_size, "Devi")
        if not device:
            return 0
        kernel.set(device, "DEVICE_OBJECT.Type", 3)
        kernel.set(device, "DEVICE_OBJECT.Size", size + extension_size)
        kernel.set(device, "DEVICE_OBJECT.DriverObject", driver)
        first = kernel.get(driver, "DRIVER_OBJECT.DeviceObject")
        kernel.set(device, "DEVICE_OBJECT.NextDevice", first)
        kernel.set(driver, "DRIVER_OBJECT.DeviceObject", device)
        kernel.set(device, "DEVICE_OBJECT.Flags", _INITIALIZING)
        kernel.set(device, "DEVICE_OBJECT.Characteristics", characteristics)
        kernel.set(device, "DEVICE_OBJECT.DeviceType", kind)
        kernel.set(device, "DEVICE_OBJECT.StackSize", 1)
        if extension_size:
            kernel.set(device, "DEVICE_OBJECT.DeviceExtension", device + size)
        self.devices[device] = Device(device, driver, name)
        return device

    def new_bus_device(self) -> int:
        """A device of a bus driver of the kernel's own, which every request succeeds with."""
        kernel = self._kernel
        driver = self.new_driver("PnpManager", 0, 0, 0)
        serve = kernel.new_trap("IopBusRequest(p p) u", self._answer)
        for index in range(MAJOR_FUNCTIONS):
            self.set_function(driver, index, serve)
        return self.new_device(driver, 0, "", 0x22, 0)

    def _answer(self, kernel: Kernel, _device: int, irp: int) -> int:
        """The bus driver: PnP requests succeed, others are not its business."""
        location = kernel.get(irp, "IRP.Tail.Overlay.CurrentStackLocation")
        major = kernel.get(location, "IO_STACK_LOCATION.MajorFunction")
        status = 0 if major in (PNP, POWER) else STATUS_INVALID_DEVICE_REQUEST
        self.complete_with(kernel, irp, status)
        return status

    def delete_device(self, device: int) -> None:
        """Take a device out of its driver's list. Raises RefusedError."""
        kernel = self._kernel
        found = self.devices.pop(device, None)
        if found is None:
            raise RefusedError(f"IoDeleteDevice({device:#x}): no device object that exists")
        if found.upper in self.devices:
            raise RefusedError("IoDeleteDevice: another device is attached to it")
        if found.lower in self.devices:
            raise RefusedError("IoDeleteDevice: the device is still attached to another")
        following = kernel.get(device, "DEVICE_OBJECT.NextDevice")
        at = kernel.at(found.driver, "DRIVER_OBJECT.DeviceObject")
        for _ in range(len(self.devices) + 1):
            if kernel.machine.load(at) == device:
                kernel.machine.store(at, following)
                return
            at = kernel.at(kernel.machine.load(at), "DEVICE_OBJECT.NextDevice")

    def attach(self, upper: int, lower: int) -> int:
        """Put a device on the top of another's stack; the device that it is attached to."""
        kernel = self._kernel
        while self.devices[lower].upper:
            lower = self.devices[lower].upper
        self.devices[lower].upper = upper
        self.devices[upper].lower = lower
        kernel.set(lower, "DEVICE_OBJECT.AttachedDevice", upper)
        size = kernel.get(lower, "DEVICE_OBJECT.StackSize") + 1
        kernel.set(upper, "DEVICE_OBJECT.StackSize", size)
        return lower

    def detach(self, lower: int) -> None:
        """Undo `attach`, given the lower device."""
        device = self.devices.get(lower)
        if device is None or device.upper not in self.devices:
            raise RefusedError(f"IoDetachDevice({lower:#x}): nothing is attached to it")
        self.devices[device.upper].lower = 0
        device.upper = 0
        self._kernel.set(lower, "DEVICE_OBJECT.AttachedDevice", 0)

    def top_of(self, device: int) -> int:
        """The highest device of a stack."""
        while device in self.devices and self.devices[device].upper:
            device = self.devices[device].upper
        return device

    # ---- requests ----------------------------------------------------------------------------

    def new_request(self, locations: int, *, is_ours: bool) -> int:
        """A request with stack locations, none of which is current."""
        kernel = self._kernel
        size, each = kernel.size_of("IRP"), kernel.size_of("IO_STACK_LOCATION")
        irp = kernel.pool.allocate_own(size + locations * each, "Irp ")
        kernel.set(irp, "IRP.Type", 6)
        kernel.set(irp, "IRP.Size", size + locations * each)
        kernel.set(irp, "IRP.StackCount", locations)
        kernel.set(irp, "IRP.CurrentLocation", locations + 1)
        kernel.set(irp, "IRP.Tail.Overlay.CurrentStackLocation", irp + size + locations * each)
        kernel.set(irp, "IRP.Tail.Overlay.Thread", kernel.subjects["thread"])
        self.requests[irp] = Request(irp, locations, is_ours)
        return irp

    def adopt(self, irp: int, locations: int) -> None:
        """A request in memory of the driver's own."""
        self.requests[irp] = Request(irp, locations, is_ours=False, is_adopted=True)

    def request(self, irp: int, routine: str) -> Request:
        """The request at an address. Raises RefusedError."""
        found = self.requests.get(irp)
        if found is None:
            raise RefusedError(f"{routine}({irp:#x}): no request (IRP) that exists")
        return found

    def next_location(self, irp: int) -> int:
        """The stack location that the next lower driver will get."""
        kernel = self._kernel
        current = kernel.get(irp, "IRP.Tail.Overlay.CurrentStackLocation")
        return current - kernel.size_of("IO_STACK_LOCATION")

    def send(self, device: int, irp: int) -> int:
        """IofCallDriver: the next location becomes current, the driver is called; its status."""
        kernel = self._kernel
        self.request(irp, "IofCallDriver")
        found = self.devices.get(device)
        if found is None:
            raise RefusedError(f"IofCallDriver: {device:#x} is no device object that exists")
        left = kernel.get(irp, "IRP.CurrentLocation") - 1
        if left <= 0:
            raise RefusedError("IofCallDriver: the request (IRP) has no stack location left")
        location = self.next_location(irp)
        kernel.set(irp, "IRP.CurrentLocation", left)
        kernel.set(irp, "IRP.Tail.Overlay.CurrentStackLocation", location)
        kernel.set(location, "IO_STACK_LOCATION.DeviceObject", device)
        major = kernel.get(location, "IO_STACK_LOCATION.MajorFunction")
        if major >= MAJOR_FUNCTIONS:
            raise RefusedError(f"IofCallDriver: major function {major:#x}")
        function = self.function(found.driver, major)
        return kernel.call(function, device, irp, what=f"the routine for {request_name(major)}")

    def complete(self, irp: int) -> None:
        """IofCompleteRequest: completion routines from the current location upwards, then the end.

        A routine that returns STATUS_MORE_PROCESSING_REQUIRED takes the request over.
        """
        kernel = self._kernel
        request = self.request(irp, "IofCompleteRequest")
        if request.is_completed:
            raise RefusedError("IofCompleteRequest: the request (IRP) was completed before")
        if kernel.get(irp, "IRP.CancelRoutine"):
            raise RefusedError("IofCompleteRequest: the request still has a cancel routine")
        size = kernel.size_of("IO_STACK_LOCATION")
        status = kernel.get(irp, "IRP.IoStatus.Status")
        if status == STATUS_PENDING:
            raise RefusedError("IofCompleteRequest: the request's status is STATUS_PENDING")
        count = kernel.get(irp, "IRP.StackCount")
        while (current := kernel.get(irp, "IRP.CurrentLocation")) <= count:
            location = kernel.get(irp, "IRP.Tail.Overlay.CurrentStackLocation")
            control = kernel.get(location, "IO_STACK_LOCATION.Control")
            routine = kernel.get(location, "IO_STACK_LOCATION.CompletionRoutine")
            context = kernel.get(location, "IO_STACK_LOCATION.Context")
            kernel.set(irp, "IRP.PendingReturned", control & _PENDING_RETURNED)
            kernel.set(irp, "IRP.CurrentLocation", current + 1)
            kernel.set(irp, "IRP.Tail.Overlay.CurrentStackLocation", location + size)
            status = kernel.get(irp, "IRP.IoStatus.Status")
            wanted = _INVOKE_ON["error" if status >> 31 else "success"]
            if not (control & wanted and routine):
                continue
            upper = location + size
            is_last = current == count
            device = 0 if is_last else kernel.get(upper, "IO_STACK_LOCATION.DeviceObject")
            what = "a completion routine"
            if kernel.call(routine, device, irp, context, what=what) == (
                STATUS_MORE_PROCESSING_REQUIRED
            ):
                return
        self._end(request)

    def _end(self, request: Request) -> None:
        kernel, irp = self._kernel, request.address
        request.is_completed = True
        request.status = kernel.get(irp, "IRP.IoStatus.Status")
        request.information = kernel.get(irp, "IRP.IoStatus.Information")
        block, event = kernel.get(irp, "IRP.UserIosb"), kernel.get(irp, "IRP.UserEvent")
        if block and not request.is_ours:
            kernel.set(block, "IO_STATUS_BLOCK.Status", request.status)
            kernel.set(block, "IO_STATUS_BLOCK.Information", request.information)
        if event:
            kernel.set(event, "DISPATCHER_HEADER.SignalState", 1)
        kernel.held.pop(("request (IRP)", irp), None)
        if not request.is_adopted:
            kernel.pool.free_own(irp)  # whoever touches it from now on faults


def request_name(major: int) -> str:
    """A major function in words."""
    names = {
        0: "create",
        2: "close",
        3: "read",
        4: "write",
        14: "device control",
        15: "internal device control",
        16: "shutdown",
        18: "cleanup",
        22: "power",
        23: "system control",
        27: "pnp",
    }
    return names.get(major, f"major function {major:#x}")


def devices_of(kernel: Kernel) -> Devices:
    """The I/O manager of a kernel."""
    found: Devices = kernel.subject("devices", Devices)
    return found
