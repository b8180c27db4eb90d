"""KUSER_SHARED_DATA: the page in which drivers find the time and the version without a call.

It is at `Facts.shared` and at the place that programs know; code can read it, not write. The clock
writes the time into it (`show_time`). On x86 and arm the variable KeTickCount is its TickCount.

Offsets: wdm.h's structure, which is the same on all machines.
"""

import struct
from typing import Final

from .memory import READ, WRITE, Machine
from .registers import PAGE

TICK: Final = 156_250
"""Units of 100 ns in a tick of the clock: 15.625 ms."""
TICKS_AT_START: Final = 0x10000
TIME_AT_START: Final = 0x01DA000000000000
"""System time when a run begins, in units of 100 ns since 1601."""
TICK_COUNT: Final = 0x320
_INTERRUPT_TIME: Final = 0x8
_SYSTEM_TIME: Final = 0x14
_OF_PROGRAMS: Final = 0x7FFE0000


def since_boot(now: int) -> int:
    """Units of 100 ns since the machine was started; ``now`` is since the run began."""
    return TICKS_AT_START * TICK + now


def ticks(now: int) -> int:
    """Ticks since the machine was started."""
    return TICKS_AT_START + now // TICK


def map_shared_data(machine: Machine) -> None:
    """Make the pages, with the time of the start."""
    for place in _places(machine):
        machine.map(place, PAGE, READ | WRITE)
        machine.put(place, _content())
        machine.protect(place, PAGE, READ)
    show_time(machine, 0)


def show_time(machine: Machine, now: int) -> None:
    """Let code, which may not write there, read the time; ``now``: 100 ns since the run began."""
    for place in _places(machine):
        machine.cpu.mem_write(place + _INTERRUPT_TIME, _system_time(since_boot(now)))
        machine.cpu.mem_write(place + _SYSTEM_TIME, _system_time(TIME_AT_START + now))
        machine.cpu.mem_write(place + TICK_COUNT, _system_time(ticks(now)))


def _places(machine: Machine) -> tuple[int, int]:
    return machine.facts.shared, _OF_PROGRAMS


def _system_time(value: int) -> bytes:
    """KSYSTEM_TIME: the low part, and the high part twice."""
    high = value >> 32
    return struct.pack("<Iii", value & 0xFFFFFFFF, high, high)


def _content() -> bytes:
    content = bytearray(PAGE)
    root = "C:\\Windows".encode("utf-16-le")
    content[0x30 : 0x30 + len(root)] = root
    struct.pack_into("<I", content, 0x4, 0x0FA00000)  # TickCountMultiplier: 15.625 ms
    struct.pack_into("<III", content, 0x264, 1, 1, 0)  # NtProductType, ProductTypeIsValid
    struct.pack_into("<II", content, 0x26C, 10, 0)  # NtMajorVersion, NtMinorVersion
    return bytes(content)
