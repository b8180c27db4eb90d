"""IoCreateDeviceSecure runs on each machine, with a kernel and a registry of Python functions."""

import struct

import pytest

from headers.layouts import MACHINES
from headers.test_run import FUNCTIONS, image_of

DEVICE, KEY, HANDLE = 0x1000, 0x2000, 0x3000
SYSTEM_ALL_ADMINISTRATORS_READ = bytes.fromhex(
    "0100049000000000000000000000000014000000"  # protected DACL, self-relative, at offset 20
    "0200340002000000"  # two entries in 0x34 bytes
    "0000140000000010010100000000000512000000"  # SYSTEM: GENERIC_ALL
    "00001800000000a001020000000000052000000020020000"  # administrators: read and execute
)
OWN = bytes.fromhex("01000480000000000000000000000000140000000200080000000000")


class Kernel:
    """What the library calls. `values` are those of the class's key, None without a key."""

    def __init__(self, values=None, status=0):
        self.values = values
        self.status = status
        self.made, self.deleted, self.key, self.set = None, False, "", None
        own = (name for name in dir(self) if name[0].isupper())
        self.functions = {**FUNCTIONS, **{name: getattr(self, name) for name in own}}

    def RtlStringFromGUID(self, cpu, guid, text):  # noqa: N802 - the kernel's name
        self._text(cpu, text, f"{{{cpu.read(guid, 4):08x}}}")
        return 0

    def _text(self, cpu, to, text):
        at = cpu.allocate(512)
        cpu.cpu.mem_write(at, text.encode("utf-16-le"))
        self._string(cpu, to, at, 2 * len(text), 512)

    def _string(self, cpu, to, at, length, room):
        cpu.write(to, length, 2)
        cpu.write(to + 2, room, 2)
        cpu.write(to + cpu.width, at)

    def _read(self, cpu, at):
        data = cpu.cpu.mem_read(cpu.read(at + cpu.width), cpu.read(at, 2))
        return bytes(data).decode("utf-16-le")

    def _wide(self, cpu, at):
        found = ""
        while (unit := cpu.read(at + 2 * len(found), 2)) != 0:
            found += chr(unit)
        return found

    def _append(self, cpu, to, text):
        length, room = cpu.read(to, 2), cpu.read(to + 2, 2)
        data = text.encode("utf-16-le")
        assert length + len(data) <= room
        cpu.cpu.mem_write(cpu.read(to + cpu.width) + length, data)
        cpu.write(to, length + len(data), 2)
        return 0

    def RtlAppendUnicodeToString(self, cpu, to, text):  # noqa: N802
        return self._append(cpu, to, self._wide(cpu, text))

    def RtlAppendUnicodeStringToString(self, cpu, to, text):  # noqa: N802
        return self._append(cpu, to, self._read(cpu, text))

    def RtlFreeUnicodeString(self, _cpu, _text):  # noqa: N802
        return 0

    def RtlInitUnicodeString(self, cpu, to, text):  # noqa: N802
        self._string(cpu, to, text, 2 * len(self._wide(cpu, text)), 0)

    def ZwOpenKey(self, cpu, handle, _access, attributes):  # noqa: N802
        self.key = self._read(cpu, cpu.read(attributes + 2 * cpu.width))
        cpu.write(handle, KEY)
        return 0 if self.values is not None else 0xC0000034

    def ZwQueryValueKey(self, cpu, key, name, _class, buffer, size, needed):  # noqa: N802
        assert key == KEY
        kind, data = self.values.get(self._read(cpu, name), (0, None))
        if data is None:
            return 0xC0000034
        cpu.write(needed, 12 + len(data), 4)
        if size & 0xFFFFFFFF < 12 + len(data):
            return 0xC0000023
        cpu.cpu.mem_write(buffer, struct.pack("<3I", 0, kind, len(data)) + data)
        return 0

    def ZwClose(self, _cpu, _handle):  # noqa: N802
        return 0

    def ExAllocatePoolWithTag(self, cpu, _type, size, _tag):  # noqa: N802
        return cpu.allocate(size)

    def ExFreePoolWithTag(self, _cpu, _memory, _tag):  # noqa: N802
        return 0

    def RtlValidRelativeSecurityDescriptor(self, _cpu, _descriptor, size, _parts):  # noqa: N802
        return int(size & 0xFFFFFFFF >= 20)

    def IoCreateDevice(self, cpu, _driver, _size, name, kind, flags, exclusive, out):  # noqa: N802
        numbers = (kind & 0xFFFFFFFF, flags & 0xFFFFFFFF, exclusive & 0xFF)
        self.made = (self._read(cpu, name), *numbers)
        cpu.write(out, DEVICE)
        return 0

    def IoDeleteDevice(self, _cpu, device):  # noqa: N802
        self.deleted = device == DEVICE

    def ObOpenObjectByPointer(  # noqa: N802
        self, cpu, device, _flags, _state, access, _type, _mode, handle
    ):
        assert (device, access & 0xFFFFFFFF) == (DEVICE, 0x40000)
        cpu.write(handle, HANDLE)
        return 0

    def ZwSetSecurityObject(self, cpu, handle, parts, descriptor):  # noqa: N802
        assert (handle, parts & 0xFFFFFFFF) == (HANDLE, 4)
        dacl = cpu.read(descriptor + 16, 4)
        self.set = bytes(cpu.cpu.mem_read(descriptor, dacl + cpu.read(descriptor + dacl + 2, 2)))
        return self.status


def run(folder, machine, kernel):
    cpu = image_of(folder, machine, "device_secure", ["wdmsec"], kernel.functions)
    return cpu.call(cpu.entry, cpu.allocate(0x200), 0)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_device_gets_the_descriptor_of_the_text(tmp_path, machine):
    kernel = Kernel()
    assert run(tmp_path, machine, kernel) == 0
    assert kernel.made == ("\\Device\\It", 0x22, 0x100, 0)
    assert kernel.set == SYSTEM_ALL_ADMINISTRATORS_READ
    assert kernel.key == (
        "\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\{12345678}\\Properties"
    )


def test_what_an_administrator_has_set_for_the_class_wins(tmp_path):
    number = struct.pack("<I", 7)
    kernel = Kernel({"DeviceType": (4, number), "Exclusive": (4, number), "Security": (3, OWN)})
    assert run(tmp_path, "x64", kernel) == 0
    assert kernel.made == ("\\Device\\It", 7, 0x100, 1)
    assert kernel.set == OWN


def test_values_of_another_type_or_size_do_not_count(tmp_path):
    kernel = Kernel({"DeviceType": (1, b"1234"), "Exclusive": (4, b"1"), "Security": (3, b"short")})
    assert run(tmp_path, "x64", kernel) == 0
    assert kernel.made == ("\\Device\\It", 0x22, 0x100, 0)
    assert kernel.set == SYSTEM_ALL_ADMINISTRATORS_READ


def test_a_device_whose_descriptor_cannot_be_set_is_deleted(tmp_path):
    kernel = Kernel(status=0xC0000022)
    assert run(tmp_path, "x64", kernel) == 0xC0000022
    assert kernel.deleted
