"""Drivers of a model run in an emulated processor on each machine, calls from outside and all.

What a port driver or the filter manager would call is found where the sample registers it. On x86
a call fails when the stack is not balanced afterwards.
"""

import struct

import pytest

from compilers.compiling import PROGRAMS
from emulator import Emulator
from sconsproject import copy_of_sources, shared_cache

MACHINES = ("x64", "x86", "arm64")
MEMORY = 0x10000000
GOOD, ERROR = 0x01, 0x84
"""SrbStatus: success, and an error with sense data."""


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    project = copy_of_sources(tmp_path_factory.mktemp("samples") / "project")
    names = ("opens", "ramdisk")
    project.add("drivers/SConscript", 'SConscript("opens/SConscript", exports="env")\n')
    (project.root / "drivers/opens").mkdir()
    (project.root / "drivers/opens/opens.c").write_bytes((PROGRAMS / "opens.c").read_bytes())
    (project.root / "drivers/opens/SConscript").write_text(
        'Import("env")\nenv.Driver("opens", ["opens.c"], model="minifilter", dialect="msvc")\n'
    )
    cells = (f"arch={','.join(MACHINES)}", "flavor=release")
    run = project.scons(shared_cache(), *cells, *(f"drivers/{each}" for each in names))
    assert "warning" not in run.text + run.errors
    return {
        (name, machine): (
            project.root / f"build/zig/{machine}/release/drivers/{name}/{name}.sys"
        ).read_bytes()
        for name in names
        for machine in MACHINES
    }


def copy(cpu, target, source, size):
    cpu.cpu.mem_write(target, bytes(cpu.cpu.mem_read(source, size)))
    return target


def fill(cpu, target, value, size):
    cpu.cpu.mem_write(target, bytes([value & 0xFF]) * size)
    return target


class Disk:
    """The sample ``ramdisk``, started as storport.sys would."""

    def __init__(self, image, machine):
        self.found, self.done = {}, []
        functions = {
            "StorPortInitialize": self.initialize,
            "StorPortNotification": lambda _cpu, kind, _extension, srb: self.done.append(
                (kind, srb)
            ),
            "ExAllocatePoolWithTag": self.pool,
            "memcpy": copy,
            "memset": fill,
        }
        self.cpu = Emulator(image, machine, functions)
        self.wide = self.cpu.width == 8
        assert self.cpu.call(self.cpu.entry, 0x1000, 0x2000) == 0
        self.extension = self.cpu.allocate(64)
        configuration, again = self.cpu.allocate(256), self.cpu.allocate(16)
        words = (self.extension, 0, 0, 0, 0, configuration, again)
        assert self.cpu.call(self.found["HwFindAdapter"], *words) == 1
        assert self.cpu.call(self.found["HwInitialize"], self.extension) & 0xFF == 1

    def initialize(self, cpu, _driver, _path, data, _context):
        assert cpu.read(data, 4) == (176 if cpu.width == 8 else 104)
        names = ("HwInitialize", "HwStartIo", "HwInterrupt", "HwFindAdapter")
        for index, name in enumerate(names):
            self.found[name] = cpu.read(data + 8 + cpu.width * index)

    def pool(self, cpu, _type, size, _tag):
        cpu.cpu.mem_map(MEMORY, size)
        return MEMORY

    def command(self, command, data=b"", size=0):
        """Status, bytes and sense data of one SCSI command."""
        cpu, size = self.cpu, size or len(data)
        srb, buffer, sense = cpu.allocate(88), cpu.allocate(size or 1), cpu.allocate(18)
        cpu.cpu.mem_write(buffer, data.ljust(size, b"\0"))
        head = struct.pack("<H10B", 88, 0, 0, 0, 0, 0, 0, 0, 0, len(command), 18)
        pointers = (buffer, sense, 0, 0, 0)
        rest = struct.pack("<5QII" if self.wide else "<5II", *pointers, *((0,) * (1 + self.wide)))
        block = head + struct.pack("<III", 0, size, 0) + rest + command.ljust(16, b"\0")
        assert len(block) == (88 if self.wide else 64)
        cpu.cpu.mem_write(srb, block)
        assert cpu.call(self.found["HwStartIo"], self.extension, srb) & 0xFF == 1
        assert self.done.pop() == (0, srb)  # RequestComplete
        got = bytes(cpu.cpu.mem_read(buffer, cpu.read(srb + 16, 4)))
        return cpu.read(srb + 3, 1), got, bytes(cpu.cpu.mem_read(sense, 18))


@pytest.mark.parametrize("machine", MACHINES)
def test_a_block_that_is_written_to_the_disk_is_read_back(images, machine):
    disk = Disk(images["ramdisk", machine], machine)
    status, answer, _ = disk.command(bytes([0x12, 0, 0, 0, 36, 0]), size=36)
    assert (status, answer[8:24]) == (GOOD, b"ntbuild RAM disk")
    assert disk.command(bytes([0x25]), size=8)[:2] == (GOOD, struct.pack(">II", 16383, 512))
    block = bytes(range(256)) * 2
    write, read = (struct.pack(">BBIBHB", code, 0, 5, 0, 1, 0) for code in (0x2A, 0x28))
    assert disk.command(write, block)[0] == GOOD
    assert disk.command(read, size=512)[:2] == (GOOD, block)
    assert disk.cpu.cpu.mem_read(MEMORY + 5 * 512, 512) == block
    for first, count in ((16384, 1), (16383, 2)):
        beyond = struct.pack(">BBIBHB", 0x28, 0, first, 0, count, 0)
        status, answer, sense = disk.command(beyond, size=1024)
        assert (status, answer, sense[2], sense[12]) == (ERROR, b"", 5, 0x21)


@pytest.mark.parametrize("machine", MACHINES)
def test_the_minifilter_counts_what_is_opened_and_what_fails(images, machine):
    printed, registration = [], {}

    def register(cpu, _driver, given, result):
        assert struct.unpack("<HH", cpu.cpu.mem_read(given, 4)) == (
            112 if cpu.width == 8 else 60,
            0x203,
        )
        for index, name in enumerate(
            ("contexts", "operations", "unload", "setup", "", "", "teardown")
        ):
            registration[name] = cpu.read(given + 8 + cpu.width * index)
        cpu.write(result, 0x77)

    def allocate(cpu, _filter, kind, size, _pool, result):
        assert (kind, size) == (2, 8)
        cpu.write(result, cpu.allocate(size))

    def keep(_cpu, instance, _operation, context, _old):
        registration[instance] = context

    def get(cpu, instance, result):
        cpu.write(result, registration[instance])

    cpu = Emulator(
        images["opens", machine],
        machine,
        {
            "FltRegisterFilter": register,
            "FltStartFiltering": lambda _cpu, given: 0 if given == 0x77 else 1,
            "FltAllocateContext": allocate,
            "FltSetInstanceContext": keep,
            "FltGetInstanceContext": get,
            "FltReleaseContext": lambda _cpu, _context: 0,
            "memset": fill,
            "DbgPrint": lambda cpu, text, one, two: printed.append((cpu.text(text), one, two)),
            "InterlockedIncrement": increment,
        },
    )
    cpu.fastcall = frozenset({"InterlockedIncrement"})
    assert cpu.call(cpu.entry, 0x1000, 0x2000) == 0
    objects, data = cpu.allocate(48), cpu.allocate(96)
    cpu.write(objects + 3 * cpu.width, 0x99)  # Instance
    assert cpu.call(registration["setup"], objects, 0, 8, 2) == 0
    assert cpu.call(registration["setup"], objects, 0, 0x14, 2) == 0xC01C000F  # no disk: no thanks
    after = cpu.read(registration["operations"] + 8 + cpu.width)
    for status in (0, 0xC0000034, 0):
        cpu.write(data + 3 * cpu.width, status, 4)
        assert cpu.call(after, data, objects, 0, 0) == 0
    cpu.call(registration["teardown"], objects, 0)
    assert printed == [("opens: %d opened, %d failed\n", 2, 1)]


def increment(cpu, address):
    value = cpu.read(address, 4) + 1
    cpu.write(address, value, 4)
    return value
