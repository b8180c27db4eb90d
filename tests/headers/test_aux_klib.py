"""The library aux_klib runs, with a kernel of Python functions; so do GUIDs of the library uuid."""

import struct

import pytest

from headers.layouts import MACHINES
from headers.test_run import FUNCTIONS, checks, counts

MODULES, FIRMWARE = 11, 76


def _query(cpu, kind, buffer, size, needed):
    if kind & 0xFFFFFFFF == FIRMWARE:
        table = cpu.read(buffer + 8, 4)
        cpu.write(buffer + 12, 3, 4)
        cpu.cpu.mem_write(buffer + 16, bytes([table, 0, cpu.read(buffer + 4, 4)]))
        return 0
    assert kind & 0xFFFFFFFF == MODULES
    pointers = "<3I" if cpu.width == 4 else "<3Q"
    data = struct.pack("<I", 2).ljust(cpu.width, b"\0")
    for base, size_of_image, name in (
        (0x1000, 0x200, b"dir\\a.sys"),
        (0x2000, 0x300, b"dir\\b.sys"),
    ):
        data += struct.pack(pointers, 0, 0, base)
        data += struct.pack("<2I4H256s", size_of_image, 0, 0, 0, 1, 4, name)
    cpu.write(needed, len(data), 4)
    assert size & 0xFFFFFFFF >= len(data)
    cpu.cpu.mem_write(buffer, data)
    return 0


KERNEL = {
    **FUNCTIONS,
    "ZwQuerySystemInformation": _query,
    "MmGetSystemRoutineAddress": lambda _cpu, _name: 0,
    "ExAllocatePoolWithTag": lambda cpu, _type, size, _tag: cpu.allocate(size & 0xFFFFFFFF),
    "ExFreePoolWithTag": lambda _cpu, _memory, _tag: 0,
}


@pytest.mark.parametrize("machine", MACHINES)
def test_modules_and_tables_are_those_of_the_kernel(tmp_path, machine):
    right, wrong = counts(tmp_path, machine, "aux_klib_calls", ("aux_klib", "uuid"), KERNEL)
    assert (right, wrong) == (checks("aux_klib_calls"), 0)
