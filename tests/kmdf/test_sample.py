"""The sample drivers/kmdf runs in an emulated processor: it counts beats, programs control it."""

import pytest

from compilers.compiling import ROOT
from kmdf.framework import SUCCESS, Framework, build

DEVICE, QUEUE, TIMER, REQUEST = 0xD0000, 0xE0000, 0xF0000, 0xA0000
SET_PERIOD, READ = 0x22A000, 0x226004
INVALID_PARAMETER, INVALID_REQUEST, TOO_SMALL = 0xC000000D, 0xC0000010, 0xC0000023


class Device(Framework):
    """The framework as the sample calls it: one device, one queue, one timer."""

    def __init__(self, image, machine):
        super().__init__(image, machine, 15)
        self.objects = {DEVICE, QUEUE, TIMER}
        self.buffer, self.sizes = self.cpu.allocate(64), (0, 0)
        self.due, self.completed = None, None
        for function in (
            *(self.WdfDeviceCreate, self.WdfDeviceCreateSymbolicLink, self.WdfTimerCreate),
            *(self.WdfTimerStop, self.WdfTimerGetParentObject),
            *(self.WdfIoQueueCreate, self.WdfIoQueueGetDevice, self.WdfRequestComplete),
            *(self.WdfRequestRetrieveInputBuffer, self.WdfRequestRetrieveOutputBuffer),
            self.WdfRequestSetInformation,
        ):
            self.serve(function.__name__, function)
        self.serve(
            "WdfTimerStart",
            (lambda _cpu, _known, timer, low, high: self.start_timer(timer, high << 32 | low))
            if machine == "x86"
            else (lambda _cpu, _known, timer, due: self.start_timer(timer, due)),
        )

    def WdfDeviceCreate(self, cpu, _known, _init, attributes, device):  # noqa: N802
        self.add_context(attributes)
        cpu.write(device, DEVICE)

    def WdfDeviceCreateSymbolicLink(self, _cpu, _known, device, name):  # noqa: N802
        assert device == DEVICE
        self.events.append(self.string(name))

    def WdfTimerCreate(self, cpu, _known, config, attributes, timer):  # noqa: N802
        parent = {4: 20, 8: 32}[cpu.width]
        assert cpu.read(attributes + parent) == DEVICE
        self.beat = cpu.read(config + cpu.width)
        cpu.write(timer, TIMER)

    def start_timer(self, timer, due):
        assert timer == TIMER
        self.due = (1 << 64) - due  # negative: from now on, in 100 ns

    def WdfTimerStop(self, _cpu, _known, timer, _wait):  # noqa: N802
        assert timer == TIMER
        self.due = None

    def WdfTimerGetParentObject(self, _cpu, _known, timer):  # noqa: N802
        assert timer == TIMER
        return DEVICE

    def WdfIoQueueCreate(self, cpu, _known, device, config, _attributes, queue):  # noqa: N802
        assert (device, queue) == (DEVICE, 0)
        # Size, DispatchType, PowerManaged, two BOOLEANs, three callbacks before this one.
        self.control = cpu.read(config + 16 + 3 * cpu.width)

    def WdfIoQueueGetDevice(self, _cpu, _known, queue):  # noqa: N802
        assert queue == QUEUE
        return DEVICE

    def WdfRequestRetrieveInputBuffer(  # noqa: N802
        self, cpu, _known, _request, minimum, buffer, _length
    ):
        cpu.write(buffer, self.buffer)
        return SUCCESS if self.sizes[0] >= minimum else TOO_SMALL

    def WdfRequestRetrieveOutputBuffer(  # noqa: N802
        self, cpu, _known, _request, minimum, buffer, _length
    ):
        cpu.write(buffer, self.buffer)
        return SUCCESS if self.sizes[1] >= minimum else TOO_SMALL

    def WdfRequestSetInformation(self, _cpu, _known, request, size):  # noqa: N802
        assert request == REQUEST
        self.information = size

    def WdfRequestComplete(self, _cpu, _known, request, status):  # noqa: N802
        assert request == REQUEST
        self.completed = status & 0xFFFFFFFF

    def ask(self, code, given=b"", room=0):
        """What a program's DeviceIoControl gives: the status, and the numbers that come back."""
        self.cpu.cpu.mem_write(self.buffer, given)
        self.sizes, self.information, self.completed = (len(given), room), 0, None
        self.cpu.call(self.control, QUEUE, REQUEST, room, len(given), code)
        data = bytes(self.cpu.cpu.mem_read(self.buffer, self.information))
        numbers = [int.from_bytes(data[at : at + 4], "little") for at in range(0, len(data), 4)]
        return self.completed, numbers

    def set_period(self, milliseconds):
        return self.ask(SET_PERIOD, milliseconds.to_bytes(4, "little"))[0]


@pytest.fixture(params=["x64", "x86", "arm64"])
def device(request, tmp_path):
    source = ROOT / "drivers/kmdf/kmdf.c"
    found = Device(build(tmp_path, "zig", request.param, 15, source=source), request.param)
    assert found.start() == SUCCESS
    assert found.add_device() == SUCCESS
    return found


def test_a_device_comes_and_the_driver_goes(device):
    device.unload()
    assert device.events == [
        *("bind", "create", "\\DosDevices\\Metronome", "framework unload", "unbind"),
    ]


def test_beats_are_counted_while_there_is_a_period(device):
    assert device.ask(READ, room=8) == (SUCCESS, [0, 0])
    assert device.set_period(250) == SUCCESS
    assert device.due == 250 * 10000
    for _ in range(3):
        device.due = None
        device.cpu.call(device.beat, TIMER)
        assert device.due == 250 * 10000
    assert device.ask(READ, room=8) == (SUCCESS, [250, 3])
    assert device.set_period(0) == SUCCESS
    assert device.due is None
    device.cpu.call(device.beat, TIMER)  # one that was under way
    assert device.due is None
    assert device.ask(READ, room=8) == (SUCCESS, [0, 3])


def test_wrong_requests_are_refused(device):
    assert device.set_period(9) == INVALID_PARAMETER
    assert device.set_period(60001) == INVALID_PARAMETER
    assert device.ask(SET_PERIOD, b"xyz") == (TOO_SMALL, [])
    assert device.ask(READ, room=7) == (TOO_SMALL, [])
    assert device.ask(0x222000) == (INVALID_REQUEST, [])
    assert device.ask(READ, room=8) == (SUCCESS, [0, 0])
