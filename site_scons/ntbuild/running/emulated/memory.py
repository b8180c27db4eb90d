"""The emulated processor and its memory, without any knowledge of NT.

    machine = Machine(PROCESSORS["x64"])
    machine.map(address, size, READ | WRITE)
    stop = machine.execute(address)            # until a trap, a fault or an interrupt

Execution stops at three kinds of events. A *trap* is an address in the trap area: kernel routines
live there, and what a function returns to. A *fault* is an access to memory that is not there or
not so; the registers are those before the instruction. An *interrupt* is an instruction such as
``int 3`` or ``brk``.

Pitfalls: the emulator cuts x64 addresses to 52 bits unless the TLB mode is set. Reads and writes
of this class look at no protection (the emulator's own do not either), so `Machine.readable` and
`Machine.writable` answer for kernel routines.
"""

from typing import Any, Final

import unicorn
from unicorn import arm64_const, arm_const, x86_const

from ntbuild.support.values import dataclass

from .faults import MemoryFaultError
from .registers import PAGE, Processor

READ: Final = unicorn.UC_PROT_READ
WRITE: Final = unicorn.UC_PROT_WRITE
EXECUTE: Final = unicorn.UC_PROT_EXEC

TRAPS: Final = 0x01000000
"""The trap area, from the start of the kernel's half."""
TRAPS_SIZE: Final = 0x40000
TRAP_STEP: Final = 16

_KINDS: Final = {
    unicorn.UC_MEM_READ_UNMAPPED: ("reads", False),
    unicorn.UC_MEM_WRITE_UNMAPPED: ("writes to", False),
    unicorn.UC_MEM_FETCH_UNMAPPED: ("executes", False),
    unicorn.UC_MEM_READ_PROT: ("reads", True),
    unicorn.UC_MEM_WRITE_PROT: ("writes to", True),
    unicorn.UC_MEM_FETCH_PROT: ("executes", True),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """Why execution stopped.

    ``trap``: index of the trap that was reached, else -1. ``access``: what was done with
    ``address`` when it faulted (``reads``, ``writes to``, ``executes``); ``is_protected``: there is
    memory, but not for this. ``interrupt``: its number, else -1. ``text``: of any other exception.
    """

    trap: int = -1
    access: str = ""
    address: int = 0
    is_protected: bool = False
    interrupt: int = -1
    text: str = ""


class Machine:
    """A processor with empty memory; see the module."""

    def __init__(self, processor: Processor) -> None:
        self.facts: Final = processor
        self.width: Final = processor.width
        self.cpu: Final[Any] = unicorn.Uc(*processor.mode)
        self.traps: Final = processor.high + TRAPS
        self.is_expired = False
        self.protection: Final[dict[int, int]] = {}
        self._stop: Stop | None = None
        self._mask = (1 << 8 * processor.width) - 1
        if processor.name == "x64":
            self.cpu.ctl_set_tlb_mode(unicorn.UC_TLB_VIRTUAL)
        elif processor.name == "arm64":
            self.cpu.reg_write(arm64_const.UC_ARM64_REG_CPACR_EL1, 3 << 20)
        elif processor.name == "arm":
            self.cpu.ctl_set_cpu_model(arm_const.UC_CPU_ARM_CORTEX_A15)
            self._enable_floating_point()
        self.map(self.traps, TRAPS_SIZE, READ | EXECUTE)
        self.cpu.mem_write(self.traps, processor.trap * (TRAPS_SIZE // len(processor.trap)))
        end = self.traps + TRAPS_SIZE - 1
        self.cpu.hook_add(unicorn.UC_HOOK_CODE, self._on_trap, begin=self.traps, end=end)
        self.cpu.hook_add(unicorn.UC_HOOK_MEM_INVALID, self._on_fault)
        self.cpu.hook_add(unicorn.UC_HOOK_INTR, self._on_interrupt)

    def _enable_floating_point(self) -> None:
        """VFP and NEON of a 32-bit arm: access in CP15, then the enable bit."""
        self.cpu.reg_write(arm_const.UC_ARM_REG_C1_C0_2, 0xF << 20)
        self.cpu.reg_write(arm_const.UC_ARM_REG_FPEXC, 1 << 30)

    # ---- memory ------------------------------------------------------------------------------

    def map(self, address: int, size: int, protection: int) -> None:
        """Zeroed memory of whole pages."""
        self.cpu.mem_map(address, size, protection)
        for page in range(address, address + size, PAGE):
            self.protection[page] = protection

    def protect(self, address: int, size: int, protection: int) -> None:
        """Change what may be done with whole pages."""
        self.cpu.mem_protect(address, size, protection)
        for page in range(address, address + size, PAGE):
            self.protection[page] = protection

    def unmap(self, address: int, size: int) -> None:
        """Take whole pages away."""
        self.cpu.mem_unmap(address, size)
        for page in range(address, address + size, PAGE):
            del self.protection[page]

    def allows(self, address: int, size: int, protection: int) -> bool:
        """Whether all bytes of a range have these rights."""
        first = address & -PAGE
        pages = range(first, address + max(size, 1), PAGE)
        if len(pages) > len(self.protection):
            return False
        return all(self.protection.get(page, 0) & protection == protection for page in pages)

    def bytes_at(self, address: int, size: int) -> bytes:
        """Bytes as a kernel routine reads them. Raises MemoryFaultError."""
        if size and not self.allows(address, size, READ):
            raise MemoryFaultError(address, is_write=False)
        return bytes(self.cpu.mem_read(address, size)) if size else b""

    def put(self, address: int, content: bytes) -> None:
        """Write as a kernel routine does. Raises MemoryFaultError."""
        if content and not self.allows(address, len(content), WRITE):
            raise MemoryFaultError(address, is_write=True)
        if content:
            self.cpu.mem_write(address, content)

    def load(self, address: int, size: int = 0) -> int:
        """A number; ``size`` 0 is a pointer's."""
        return int.from_bytes(self.bytes_at(address, size or self.width), "little")

    def store(self, address: int, value: int, size: int = 0) -> None:
        """Write a number, cut to its size."""
        size = size or self.width
        self.put(address, (value & ((1 << 8 * size) - 1)).to_bytes(size, "little"))

    # ---- registers ---------------------------------------------------------------------------

    def register(self, number: int) -> int:
        """An integer register, unsigned."""
        return int(self.cpu.reg_read(number)) & self._mask

    def set_register(self, number: int, value: int) -> None:
        """Write an integer register."""
        self.cpu.reg_write(number, value & self._mask)

    @property
    def pc(self) -> int:
        """The program counter."""
        return self.register(self.facts.counter)

    @property
    def sp(self) -> int:
        """The stack pointer."""
        return self.register(self.facts.stack_pointer)

    @sp.setter
    def sp(self, value: int) -> None:
        self.set_register(self.facts.stack_pointer, value)

    # ---- execution ---------------------------------------------------------------------------

    def trap_address(self, index: int) -> int:
        """The address of a trap, as code takes it."""
        return self.traps + TRAP_STEP * index | self.facts.code

    def execute(self, address: int) -> Stop:
        """Run from an address to the next stop; on arm every address is Thumb code."""
        self._stop = None
        try:
            self.cpu.emu_start(address | self.facts.code, 0)
        except unicorn.UcError as error:
            stop = self._stop
            return stop if stop is not None else Stop(text=str(error))
        return self._stop or Stop(text="stopped")

    def stop(self) -> None:
        """Stop from another thread; the run has taken too long."""
        self.is_expired = True
        self.cpu.emu_stop()

    def _on_trap(self, _cpu: Any, address: int, _size: int, _data: Any) -> None:
        self._stop = Stop(trap=(address - self.traps) // TRAP_STEP)
        self.cpu.emu_stop()

    def _on_fault(
        self, _cpu: Any, access: int, address: int, _size: int, _value: int, _data: Any
    ) -> bool:
        word, is_protected = _KINDS[access]
        self._stop = Stop(access=word, address=address & self._mask, is_protected=is_protected)
        return False

    def _on_interrupt(self, _cpu: Any, number: int, _data: Any) -> None:
        self._stop = Stop(interrupt=number)
        self.cpu.emu_stop()


def flags_of(machine: Machine) -> int:
    """EFLAGS of an x86 or x64 processor."""
    return int(machine.cpu.reg_read(x86_const.UC_X86_REG_EFLAGS))
