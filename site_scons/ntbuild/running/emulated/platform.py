"""What code finds outside of its image without calling anybody: processor blocks.

Per machine the current thread and the IRQL are in other places, and drivers' inline functions read
them there: control register 8 on x64, the processor control region (fs, gs, x18, CP15) elsewhere.

Sources: ntddk.h's inline functions; "Windows Internals", part 1 (KPCR).
"""

import re
import struct
from typing import Any, Final

import unicorn
from unicorn import arm64_const, arm_const, x86_const

from .kernel import Kernel
from .memory import READ, WRITE, Machine
from .registers import PAGE
from .shared_data import map_shared_data

PCR: Final = 0x01200000
GDT: Final = 0x01210000
_THREAD_OFFSET: Final = {"x64": 0x188, "x86": 0x124, "arm64": 0x988, "arm": 0x988}
_LEVEL_OFFSET: Final = {"x86": 0x24, "arm64": 0x38}
_READ_CONTROL: Final = 0x20
_CONTROL_8: Final = re.compile(rb"[\x44\x45]\x0f[\x20\x22][\xc0-\xc7]", re.DOTALL)
"""``mov reg, cr8`` and ``mov cr8, reg``."""
EXCEPTION_LIST_END: Final = 0xFFFFFFFF


class Level:
    """The IRQL, where this machine keeps it."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._name = machine.facts.name
        self._offset = _LEVEL_OFFSET.get(self._name, 0)
        self._at = machine.facts.high + PCR + self._offset
        self._value = 0

    def get(self) -> int:
        """The level."""
        return self._machine.load(self._at, 1) if self._offset else self._value

    def set(self, value: int) -> None:
        """Change the level."""
        if self._offset:
            self._machine.store(self._at, value, 1)
        else:
            self._value = value


def watch_level(kernel: Kernel, code: bytes, address: int) -> None:
    """Let the instructions that move control register 8 read and change the level.

    The emulator's own register would not change: it belongs to an interrupt controller.
    """
    machine = kernel.machine
    numbers = machine.facts.integers

    def act(cpu: Any, at: int, _size: int, _data: Any) -> None:
        prefix, _, kind, operand = code[at - address : at - address + 4]
        register = numbers[(operand & 7) | (prefix & 1) << 3]
        if kind == _READ_CONTROL:
            cpu.reg_write(register, kernel.irql)
        else:
            kernel.irql = int(cpu.reg_read(register)) & 15
        cpu.reg_write(machine.facts.counter, at + 4)

    for found in _CONTROL_8.finditer(code):
        place = address + found.start()
        machine.cpu.hook_add(unicorn.UC_HOOK_CODE, act, begin=place, end=place)


def set_up(kernel: Kernel) -> None:
    """Map what there is before any driver: processor block, thread, shared data."""
    machine = kernel.machine
    name, high = machine.facts.name, machine.facts.high
    machine.map(high + PCR, 2 * PAGE, READ | WRITE)
    kernel.subjects["level"] = Level(machine)
    thread, process = kernel.allocate(0x800), kernel.allocate(0x800)
    kernel.subjects["thread"], kernel.subjects["process"] = thread, process
    kernel.subjects["thread place"] = high + PCR + _THREAD_OFFSET[name]
    machine.store(kernel.subjects["thread place"], thread)
    if name == "x64":
        machine.cpu.reg_write(x86_const.UC_X86_REG_GS_BASE, high + PCR)
        machine.store(high + PCR + 0x18, high + PCR)
    elif name == "x86":
        machine.store(high + PCR, EXCEPTION_LIST_END)
        machine.store(high + PCR + 0x1C, high + PCR)
        _set_segments(machine, high + PCR)
    elif name == "arm64":
        machine.cpu.reg_write(arm64_const.UC_ARM64_REG_X18, high + PCR)
        machine.cpu.reg_write(arm64_const.UC_ARM64_REG_TPIDR_EL1, high + PCR)
    else:
        machine.cpu.reg_write(arm_const.UC_ARM_REG_C13_C0_3, high + PCR)
    map_shared_data(machine)


def _set_segments(machine: Machine, pcr: int) -> None:
    """A descriptor table with NT's selectors: 8 code, 0x10 data, 0x30 the processor's block."""
    at = machine.facts.high + GDT
    machine.map(at, PAGE, READ | WRITE)
    rows = {1: (0, 0x9B), 2: (0, 0x93), 3: (0, 0xFB), 4: (0, 0xF3), 6: (pcr, 0x93)}
    for index, (base, access) in rows.items():
        low = 0xFFFF | (base & 0xFFFF) << 16
        high = base >> 16 & 0xFF | access << 8 | 0xF << 16 | 0xC << 20 | (base >> 24) << 24
        machine.put(at + 8 * index, struct.pack("<II", low, high))
    cpu = machine.cpu
    cpu.reg_write(x86_const.UC_X86_REG_GDTR, (0, at, 0xFF, 0))
    cpu.reg_write(x86_const.UC_X86_REG_CS, 0x08)
    for name in ("SS", "DS", "ES"):
        cpu.reg_write(getattr(x86_const, f"UC_X86_REG_{name}"), 0x10)
    cpu.reg_write(x86_const.UC_X86_REG_FS, 0x30)
