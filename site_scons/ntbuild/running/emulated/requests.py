"""Requests to a driver's device: create, its calls, cleanup, close; and those of PnP.

Each is sent to the top of the device's stack as NT's I/O manager does. A request must be completed
or marked pending; a pending one gets time, and is cancelled at the end.

Source: wdm.h's IRP and IO_STACK_LOCATION; "Buffer Descriptions for I/O Control Codes".
"""

from collections.abc import Callable
from typing import Final

from ntbuild.running.values import Call, Ioctl, Read, Write

from .answer import Answer
from .clock import UNIT, clock_of
from .devices import STATUS_PENDING, devices_of, request_name
from .faults import RefusedError
from .kernel import Kernel
from .routines.mm import new_mdl

CREATE, CLOSE, READ, WRITE, CONTROL, CLEANUP, PNP = 0, 2, 3, 4, 14, 18, 27
_BUFFERED_IO: Final = 4
_DIRECT_IO: Final = 0x10
_SECONDS: Final = 60
_CONTROL: Final = "IO_STACK_LOCATION.Parameters.DeviceIoControl"
_READ: Final = "IO_STACK_LOCATION.Parameters.Read"
_NOT_SUPPORTED: Final = 0xC00000BB


class Requests:
    """Requests to one device, with the file object that they belong to."""

    def __init__(self, kernel: Kernel, device: int) -> None:
        self._kernel = kernel
        self._device = devices_of(kernel).top_of(device)
        self._file = kernel.allocate(kernel.size_of("FILE_OBJECT"))
        kernel.set(self._file, "FILE_OBJECT.Type", 5)
        kernel.set(self._file, "FILE_OBJECT.Size", kernel.size_of("FILE_OBJECT"))
        kernel.set(self._file, "FILE_OBJECT.DeviceObject", device)
        self._flags = kernel.get(self._device, "DEVICE_OBJECT.Flags")

    def plain(self, major: int) -> Answer:
        """A request without data: create, cleanup, close."""
        return self._send(major, lambda _irp, _location: None, lambda _size: b"")

    def make(self, call: Call) -> Answer:
        """One of a plan's calls."""
        return self.ioctl(call) if isinstance(call, Ioctl) else self.transfer(call)

    def ioctl(self, call: Ioctl) -> Answer:
        """A device control request by the method of its code."""
        method, size = call.code & 3, call.output_size
        if method == 0:
            return self._ioctl_buffered(call, size)
        kernel = self._kernel
        source = kernel.allocate_user(call.input, len(call.input))
        target = kernel.allocate_user(b"", size)

        def fill(irp: int, location: int) -> None:
            self._set_control(location, call, size)
            if method == 3:
                kernel.set(location, f"{_CONTROL}.Type3InputBuffer", source if call.input else 0)
                kernel.set(irp, "IRP.UserBuffer", target if size else 0)
                return
            self._set_system_buffer(irp, call.input, len(call.input))
            if size:
                kernel.set(irp, "IRP.MdlAddress", self._locked(target, size))

        return self._send(CONTROL, fill, lambda count: kernel.machine.bytes_at(target, count), size)

    def _ioctl_buffered(self, call: Ioctl, size: int) -> Answer:
        kernel = self._kernel
        buffers: list[int] = []

        def fill(irp: int, location: int) -> None:
            self._set_control(location, call, size)
            buffers.append(self._set_system_buffer(irp, call.input, max(len(call.input), size)))

        def output(count: int) -> bytes:
            return kernel.machine.bytes_at(buffers[0], count) if count else b""

        return self._send(CONTROL, fill, output, size)

    def _set_control(self, location: int, call: Ioctl, size: int) -> None:
        kernel = self._kernel
        kernel.set(location, f"{_CONTROL}.OutputBufferLength", size)
        kernel.set(location, f"{_CONTROL}.InputBufferLength", len(call.input))
        kernel.set(location, f"{_CONTROL}.IoControlCode", call.code)

    def transfer(self, call: Read | Write) -> Answer:
        """A read or a write, buffered, direct or neither as the device says."""
        kernel = self._kernel
        is_read = isinstance(call, Read)
        content = b"" if isinstance(call, Read) else call.data
        size = call.size if isinstance(call, Read) else len(call.data)
        user = kernel.allocate_user(content, size)
        found = [user]

        def fill(irp: int, location: int) -> None:
            kernel.set(location, f"{_READ}.Length", size)
            kernel.set(location, f"{_READ}.ByteOffset", call.offset)
            if self._flags & _BUFFERED_IO:
                found[0] = self._set_system_buffer(irp, content, size)
            elif self._flags & _DIRECT_IO:
                kernel.set(irp, "IRP.MdlAddress", self._locked(user, size) if size else 0)
            else:
                kernel.set(irp, "IRP.UserBuffer", user)

        def output(count: int) -> bytes:
            return kernel.machine.bytes_at(found[0], count) if is_read and count else b""

        return self._send(READ if is_read else WRITE, fill, output, size)

    def pnp(self, minor: int, fill: Callable[[int, int], None] | None = None) -> Answer:
        """A PnP request; its status is STATUS_NOT_SUPPORTED before."""

        def prepare(irp: int, location: int) -> None:
            kernel = self._kernel
            kernel.set(location, "IO_STACK_LOCATION.MinorFunction", minor)
            kernel.set(irp, "IRP.IoStatus.Status", _NOT_SUPPORTED)
            if fill is not None:
                fill(irp, location)

        return self._send(PNP, prepare, lambda _count: b"", what=f"pnp {minor:#x}")

    # ---- one request -------------------------------------------------------------------------

    def _set_system_buffer(self, irp: int, content: bytes, size: int) -> int:
        """A system buffer in memory that an overrun faults in."""
        if not size:
            return 0
        kernel = self._kernel
        buffer = kernel.pool.allocate_own(size, "Io  ")
        kernel.machine.put(buffer, content)
        kernel.set(irp, "IRP.AssociatedIrp", buffer)
        return buffer

    def _locked(self, address: int, size: int) -> int:
        """An MDL of a program's buffer, locked."""
        kernel = self._kernel
        mdl = new_mdl(kernel, address, size)
        kernel.set(mdl, "MDL.MdlFlags", 2)
        return mdl

    def _send(
        self,
        major: int,
        fill: Callable[[int, int], None],
        output: Callable[[int], bytes],
        size: int = 0,
        what: str = "",
    ) -> Answer:
        kernel, devices = self._kernel, devices_of(self._kernel)
        what = what or request_name(major)
        irp = devices.new_request(kernel.get(self._device, "DEVICE_OBJECT.StackSize"), is_ours=True)
        location = devices.next_location(irp)
        kernel.set(location, "IO_STACK_LOCATION.MajorFunction", major)
        kernel.set(location, "IO_STACK_LOCATION.FileObject", self._file if major != PNP else 0)
        kernel.set(irp, "IRP.RequestorMode", 0 if major == PNP else 1)
        kernel.set(irp, "IRP.Tail.Overlay.OriginalFileObject", self._file)
        fill(irp, location)
        with kernel.at_level(0):
            returned = devices.send(self._device, irp)
        self._settle(irp, returned, what)
        request = devices.requests[irp]
        if returned not in (STATUS_PENDING, request.status):
            raise RefusedError(
                f"{what}: the routine returns {returned:#010x}, the request has "
                f"{request.status:#010x}"
            )
        if size and request.information > size and not request.status >> 31:
            raise RefusedError(
                f"{what}: IoStatus.Information is {request.information}, the buffer has {size}"
            )
        count = 0 if request.status >> 30 == 3 else min(request.information, size)
        return Answer(request.status, request.information, output(count))

    def _settle(self, irp: int, returned: int, what: str) -> None:
        """Wait for a pending request, cancel it at last. Raises RefusedError."""
        kernel, request = self._kernel, devices_of(self._kernel).requests[irp]
        if not request.is_completed and returned != STATUS_PENDING:
            raise RefusedError(
                f"{what}: the routine returns {returned:#010x} and does not complete the request"
            )
        clock = clock_of(kernel)
        clock.run_pending()
        while not request.is_completed and (due := clock.next_due()) is not None:
            if due > clock.now + _SECONDS * 1000 * UNIT:
                break
            clock.advance(due)
            clock.run_pending()
        if not request.is_completed:
            cancel = kernel.routines["IoCancelIrp"].function
            cancel(kernel, irp)
            clock.run_pending()
        if not request.is_completed:
            raise RefusedError(f"{what}: the request stays pending, and cannot be cancelled")
